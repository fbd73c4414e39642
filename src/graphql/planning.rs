//! Planning meetings: who comes, the record as a whole, what schools have for support (PC-1 to PC-9).

mod resources;

pub use resources::{Allocation, PlanningTerm, TradedContract};

use super::agenda::{AgendaEntry, AgendaItem, MeetingAction};
use super::connection::Listed;
use super::context::{op, viewer};
use super::deadline::Duty;
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, History, HistoryOf};
use super::list::short;
use super::loader::{all_under, by_id};
use super::people::Person;
use super::scalar::DateTime;
use super::school::School;
use crate::document::meeting::MeetingPart;
use crate::mail::invitation::is_link;
use crate::op::Viewer;
use crate::workflow::planning::allowed;
use async_graphql::{Context, ID, Json, Object, Result};
use domain::access::{Action, Role};
use domain::calendar::TermName;
use domain::event::EventKind;
use domain::planning::{FeedbackSource, INVITED, MeetingState, ParticipantKind};
use entity::{
    agenda_item, meeting_addendum, meeting_feedback, meeting_participant, meeting_record, person,
    planning_meeting, school,
};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// A planning and consultation meeting of a school.
pub struct PlanningMeeting(planning_meeting::Model);

impl From<planning_meeting::Model> for PlanningMeeting {
    fn from(row: planning_meeting::Model) -> Self {
        Self(row)
    }
}

/// A planning and consultation meeting of a school with its link staff (PC-1 to PC-8).
#[Object]
impl PlanningMeeting {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::PlanningMeeting, self.0.id)
    }

    /// The reference that mail carries.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// The school year, by the year in which it begins.
    async fn school_year(&self) -> i32 {
        self.0.school_year
    }

    /// Which of its six terms.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// Where it stands.
    async fn state(&self) -> MeetingState {
        self.0.state
    }

    /// When it starts (UTC).
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends (UTC).
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// Where. A link to join only while the meeting is to come, and not to integrators: a service account joins no meeting.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(place(&*viewer(ctx)?, &self.0))
    }

    /// The EP who holds it, if the viewer sees them.
    async fn educational_psychologist(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.ep_id).await?.map(Person::from))
    }

    /// Whether that EP covers for a school without a link EP.
    async fn covering(&self) -> bool {
        self.0.covering
    }

    /// Who planned it, if the viewer sees them.
    async fn planned_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.planned_by).await?.map(Person::from))
    }

    /// Who takes part.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<MeetingParticipant>> {
        Ok(all_under(ctx, self.0.id, short::Participants)
            .await?
            .into_iter()
            .map(MeetingParticipant::from)
            .collect())
    }

    /// Disciplines for which the school has no link staff who could be invited, as far as the viewer sees who is (PC-3).
    async fn gaps(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        let invited = all_under(ctx, self.0.id, short::Participants).await?;
        let missing = |role: &Role| invited.iter().all(|row| row.role != Some(*role));
        Ok(if invited.is_empty() { Vec::new() } else { INVITED.into_iter().filter(missing).collect() })
    }

    /// The agenda: what is still open from the school's records first, then children raised with link staff, then what is new
    /// (PC-4).
    async fn agenda(&self, ctx: &Context<'_>) -> Result<Vec<AgendaEntry>> {
        super::agenda::of(ctx, &self.0).await
    }

    /// The actions that it agreed.
    async fn actions_agreed(&self, ctx: &Context<'_>) -> Result<Vec<MeetingAction>> {
        Ok(all_under(ctx, self.0.id, short::ActionsOfMeeting)
            .await?
            .into_iter()
            .map(MeetingAction::from)
            .collect())
    }

    /// The record as a whole, once it is complete: for who sees it whole.
    async fn record(&self, ctx: &Context<'_>) -> Result<Option<MeetingRecord>> {
        Ok(all_under(ctx, self.0.id, short::RecordOfMeeting).await?.pop().map(MeetingRecord::from))
    }

    /// What was corrected or added since it was shared.
    async fn addenda(&self, ctx: &Context<'_>) -> Result<Vec<MeetingAddendum>> {
        Ok(all_under(ctx, self.0.id, short::AddendaOfMeeting)
            .await?
            .into_iter()
            .map(MeetingAddendum::from)
            .collect())
    }

    /// What was said of the meeting itself.
    async fn feedback(&self, ctx: &Context<'_>) -> Result<Vec<MeetingFeedback>> {
        Ok(all_under(ctx, self.0.id, short::FeedbackOfMeeting)
            .await?
            .into_iter()
            .map(MeetingFeedback::from)
            .collect())
    }

    /// When it was marked held (UTC).
    async fn held_at(&self) -> Option<DateTime> {
        self.0.held_at.map(DateTime)
    }

    /// When its record was complete (UTC).
    async fn recorded_at(&self) -> Option<DateTime> {
        self.0.recorded_at.map(DateTime)
    }

    /// When the record was shared (UTC).
    async fn shared_at(&self) -> Option<DateTime> {
        self.0.shared_at.map(DateTime)
    }

    /// Why it was called off.
    async fn cancelled_reason(&self) -> Option<&str> {
        self.0.cancelled_reason.as_deref()
    }

    /// The record on the standard template, as an accessible HTML page to print: as far as the viewer sees it.
    #[graphql(complexity = 50)]
    async fn document(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(super::minutes::of(ctx, &self.0).await?.page())
    }

    /// The same as data.
    #[graphql(complexity = 50)]
    async fn document_data(&self, ctx: &Context<'_>) -> Result<Json<MeetingPart>> {
        Ok(Json(super::minutes::of(ctx, &self.0).await?))
    }

    /// Its deadlines.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_of(ctx, self.0.id).await
    }

    /// What happened, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Subject, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let participants = all_under(ctx, self.0.id, short::Participants).await?;
        Ok(allowed::on_meeting(&op(ctx)?, &self.0, &participants))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Somebody who takes part in a planning meeting.
pub struct MeetingParticipant(meeting_participant::Model);

impl From<meeting_participant::Model> for MeetingParticipant {
    fn from(row: meeting_participant::Model) -> Self {
        Self(row)
    }
}

/// Somebody who takes part in a planning meeting (PC-2, PC-3).
#[Object]
impl MeetingParticipant {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::MeetingParticipant, self.0.id)
    }

    /// The meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        Ok(by_id::<planning_meeting::Entity>(ctx, self.0.meeting_id).await?.map(PlanningMeeting::from))
    }

    /// The person, if they have an account and the viewer sees them.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.person_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where invitations go, of somebody without an account; of others as `Person.email`.
    async fn email(&self) -> Option<&str> {
        self.0.person_id.is_none().then_some(self.0.email.as_str())
    }

    /// Why they take part.
    async fn kind(&self) -> ParticipantKind {
        self.0.kind
    }

    /// Discipline, or role at the school.
    async fn role(&self) -> Option<Role> {
        self.0.role
    }

    /// Why they are key staff, where the role does not say it.
    async fn key_staff_reason(&self) -> Option<&str> {
        self.0.key_staff_reason.as_deref()
    }

    /// Whether they were there, once the meeting was held.
    async fn present(&self) -> Option<bool> {
        self.0.present
    }

    /// The items for which a guest joins, as far as the viewer sees them.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<AgendaItem>> {
        let named = all_under(ctx, self.0.id, short::ItemsOfGuest).await?;
        let items = named.iter().map(|row| by_id::<agenda_item::Entity>(ctx, row.item_id));
        Ok(try_join_all(items).await?.into_iter().flatten().map(AgendaItem::from).collect())
    }
}

/// The record of a planning meeting as a whole.
pub struct MeetingRecord(meeting_record::Model);

impl From<meeting_record::Model> for MeetingRecord {
    fn from(row: meeting_record::Model) -> Self {
        Self(row)
    }
}

/// The record of a planning meeting as a whole (PC-7).
#[Object]
impl MeetingRecord {
    /// What the meeting came to.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// The EP who completed it, if the viewer sees them.
    async fn completed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.completed_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn completed_at(&self) -> DateTime {
        DateTime(self.0.completed_at)
    }
}

/// An addendum to a shared record.
pub struct MeetingAddendum(meeting_addendum::Model);

impl From<meeting_addendum::Model> for MeetingAddendum {
    fn from(row: meeting_addendum::Model) -> Self {
        Self(row)
    }
}

/// An addendum to a shared record (PC-7).
#[Object]
impl MeetingAddendum {
    /// The item that it corrects, where it is one.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        match self.0.item_id {
            Some(id) => Ok(by_id::<agenda_item::Entity>(ctx, id).await?.map(AgendaItem::from)),
            None => Ok(None),
        }
    }

    /// What is corrected or added.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Who wrote it, if the viewer sees them.
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.written_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn written_at(&self) -> DateTime {
        DateTime(self.0.written_at)
    }
}

/// Feedback on planning meetings.
pub struct MeetingFeedback(meeting_feedback::Model);

impl From<meeting_feedback::Model> for MeetingFeedback {
    fn from(row: meeting_feedback::Model) -> Self {
        Self(row)
    }
}

/// Feedback on planning meetings (PC-9).
#[Object]
impl MeetingFeedback {
    /// The school, where it is about one.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school_id {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// From where.
    async fn source(&self) -> FeedbackSource {
        self.0.source
    }

    /// 1 to 5.
    async fn score(&self) -> i32 {
        self.0.score
    }

    /// In words.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// The school year, by the year in which it begins.
    async fn school_year(&self) -> i32 {
        self.0.school_year
    }

    /// Which of its six terms.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// Who gave it, if the viewer sees them.
    async fn given_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.given_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn given_at(&self) -> DateTime {
        DateTime(self.0.given_at)
    }
}

/// The place of a meeting as somebody sees it.
pub(super) fn place<'a>(viewer: &Viewer, meeting: &'a planning_meeting::Model) -> Option<&'a str> {
    let joins = |role| role != Role::Integrator;
    let may_join =
        meeting.state == MeetingState::Planned && viewer.authorities(joins).contains(&meeting.authority_id);
    (may_join || !is_link(&meeting.place)).then_some(meeting.place.as_str())
}

async fn duties_of(ctx: &Context<'_>, id: Uuid) -> Result<Vec<Duty>> {
    let list = Duties { of: Some(DutiesOf::Object), ..Duties::default() };
    Ok(all_under(ctx, id, list).await?.into_iter().map(Duty::from).collect())
}

super::connection::connection!(
    PlanningMeetingConnection,
    PlanningMeetingEdge,
    PlanningMeeting,
    crate::store::list::gathering::Meetings
);
