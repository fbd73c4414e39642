//! The agenda of a planning meeting: items with what was said of them and what they ended in, and actions (PC-4, PC-5, PC-8).

use super::child::Child;
use super::context::op;
use super::id::{Kind, encode};
use super::link::LinkConsultation;
use super::list::gathering::Meetings;
use super::list::planning::{OpenActions, WaitingConsultations};
use super::list::short;
use super::loader::{all_under, by_id, under};
use super::people::Person;
use super::planning::PlanningMeeting;
use super::scalar::{Date, DateTime};
use crate::store::read::Window;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::london;
use domain::planning::agenda::in_order;
use domain::planning::{ActionOutcome, ItemOrigin, MeetingState, Priority, SupportForm, SupportService};
use entity::{
    action_outcome, agenda_item, child, item_discussion, link_consultation, meeting_action, person,
    planning_meeting, support_agreement,
};
use futures_util::future::try_join_all;

/// An item on the agenda of a planning meeting.
pub struct AgendaItem(agenda_item::Model);

impl From<agenda_item::Model> for AgendaItem {
    fn from(row: agenda_item::Model) -> Self {
        Self(row)
    }
}

/// An item on the agenda of a planning meeting, with what it ended in (PC-4, PC-5).
#[Object]
impl AgendaItem {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AgendaItem, self.0.id)
    }

    /// The meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        Ok(by_id::<planning_meeting::Entity>(ctx, self.0.meeting_id).await?.map(PlanningMeeting::from))
    }

    /// The child, where it is about one.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match self.0.child_id {
            Some(id) => Ok(by_id::<child::Entity>(ctx, id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// How it came onto the agenda.
    async fn origin(&self) -> ItemOrigin {
        self.0.origin
    }

    /// What it is about.
    async fn priority(&self) -> Priority {
        self.0.priority
    }

    /// What it is.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How the parents took part.
    async fn parents(&self) -> &str {
        &self.0.parents
    }

    /// How the child took part.
    async fn pupil(&self) -> &str {
        &self.0.pupil
    }

    /// Other agencies involved or wanted.
    async fn agencies(&self) -> &str {
        &self.0.agencies
    }

    /// The consultation through which the child was raised.
    async fn link_consultation(&self, ctx: &Context<'_>) -> Result<Option<LinkConsultation>> {
        match self.0.link_consultation_id {
            Some(id) => Ok(by_id::<link_consultation::Entity>(ctx, id).await?.map(LinkConsultation::from)),
            None => Ok(None),
        }
    }

    /// What was said of it.
    async fn discussion(&self, ctx: &Context<'_>) -> Result<Option<ItemDiscussion>> {
        Ok(all_under(ctx, self.0.id, short::DiscussionOfItem).await?.pop().map(ItemDiscussion::from))
    }

    /// In what it ended, what was taken back included.
    async fn support(&self, ctx: &Context<'_>) -> Result<Vec<SupportAgreement>> {
        Ok(all_under(ctx, self.0.id, short::SupportOfItem)
            .await?
            .into_iter()
            .map(SupportAgreement::from)
            .collect())
    }

    /// The actions that were agreed for it.
    async fn actions(&self, ctx: &Context<'_>) -> Result<Vec<MeetingAction>> {
        Ok(all_under(ctx, self.0.id, short::ActionsOfItem)
            .await?
            .into_iter()
            .map(MeetingAction::from)
            .collect())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What was said of an agenda item.
pub struct ItemDiscussion(item_discussion::Model);

impl From<item_discussion::Model> for ItemDiscussion {
    fn from(row: item_discussion::Model) -> Self {
        Self(row)
    }
}

/// What was said of an agenda item (PC-7).
#[Object]
impl ItemDiscussion {
    /// What was said, or why it was put off.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether the item was put off rather than discussed.
    async fn put_off(&self) -> bool {
        self.0.put_off
    }

    /// Who wrote it last, if the viewer sees them.
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.written_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn written_at(&self) -> DateTime {
        DateTime(self.0.written_at)
    }
}

/// In what an item ended.
pub struct SupportAgreement(support_agreement::Model);

impl From<support_agreement::Model> for SupportAgreement {
    fn from(row: support_agreement::Model) -> Self {
        Self(row)
    }
}

/// A form of support in which an item ended (PC-5).
#[Object]
impl SupportAgreement {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::SupportAgreement, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        Ok(by_id::<agenda_item::Entity>(ctx, self.0.item_id).await?.map(AgendaItem::from))
    }

    /// In which form.
    async fn form(&self) -> SupportForm {
        self.0.form
    }

    /// The rank of a triage, 1 for the first.
    async fn rank(&self) -> Option<i32> {
        self.0.rank
    }

    /// The service.
    async fn service(&self) -> Option<SupportService> {
        self.0.service
    }

    /// The agreed time, in minutes.
    async fn minutes(&self) -> Option<i32> {
        self.0.minutes
    }

    /// What was agreed.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Who entered it, if the viewer sees them.
    async fn agreed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.agreed_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn agreed_at(&self) -> DateTime {
        DateTime(self.0.agreed_at)
    }

    /// Why it was taken back.
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// An action of a planning meeting.
pub struct MeetingAction(meeting_action::Model);

impl From<meeting_action::Model> for MeetingAction {
    fn from(row: meeting_action::Model) -> Self {
        Self(row)
    }
}

/// An action of a planning meeting, open until it is done or dropped in a later one (PC-4, PC-8).
#[Object]
impl MeetingAction {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::MeetingAction, self.0.id)
    }

    /// The meeting that agreed it.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        Ok(by_id::<planning_meeting::Entity>(ctx, self.0.meeting_id).await?.map(PlanningMeeting::from))
    }

    /// The item that it is about.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<AgendaItem>> {
        match self.0.item_id {
            Some(id) => Ok(by_id::<agenda_item::Entity>(ctx, id).await?.map(AgendaItem::from)),
            None => Ok(None),
        }
    }

    /// The child, where it is about one.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match self.0.child_id {
            Some(id) => Ok(by_id::<child::Entity>(ctx, id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// What is to be done.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// Who does it.
    async fn owner(&self) -> &str {
        &self.0.owner
    }

    /// By when.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// When it was agreed.
    async fn agreed_on(&self) -> Date {
        Date(self.0.agreed_on)
    }

    /// Whether it was neither done nor dropped in a meeting, as far as the viewer sees the records.
    async fn open(&self, ctx: &Context<'_>) -> Result<bool> {
        let answers = all_under(ctx, self.0.id, short::OutcomesOfAction).await?;
        Ok(answers.iter().all(|answer| answer.outcome == ActionOutcome::CarriedForward))
    }

    /// Whether its day has passed while it is open. Due today is not overdue (XC-12).
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.due_on < op(ctx)?.today() && self.open(ctx).await?)
    }

    /// What became of it in one meeting after the other.
    async fn answers(&self, ctx: &Context<'_>) -> Result<Vec<ActionAnswer>> {
        Ok(all_under(ctx, self.0.id, short::OutcomesOfAction)
            .await?
            .into_iter()
            .map(ActionAnswer::from)
            .collect())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What became of an action in a meeting.
pub struct ActionAnswer(action_outcome::Model);

impl From<action_outcome::Model> for ActionAnswer {
    fn from(row: action_outcome::Model) -> Self {
        Self(row)
    }
}

/// What became of an action that was brought forward to a meeting (PC-8).
#[Object]
impl ActionAnswer {
    /// The meeting.
    async fn meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        Ok(by_id::<planning_meeting::Entity>(ctx, self.0.meeting_id).await?.map(PlanningMeeting::from))
    }

    /// What became of it.
    async fn outcome(&self) -> ActionOutcome {
        self.0.outcome
    }

    /// The note to that.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Who entered it, if the viewer sees them.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.recorded_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
}

/// What stands on an agenda: an action, a child who is to be raised, or an item.
#[derive(SimpleObject)]
pub struct AgendaEntry {
    /// How it came onto the agenda.
    origin: ItemOrigin,
    /// The action that is brought forward.
    action: Option<MeetingAction>,
    /// The consultation that waits for the meeting; it becomes an item when the meeting is held.
    link_consultation: Option<LinkConsultation>,
    /// The item.
    item: Option<AgendaItem>,
}

impl AgendaEntry {
    fn bare(origin: ItemOrigin) -> Self {
        Self { origin, action: None, link_consultation: None, item: None }
    }
}

/// The agenda of a meeting, in order (PC-4).
pub async fn of(ctx: &Context<'_>, meeting: &planning_meeting::Model) -> Result<Vec<AgendaEntry>> {
    let actions = actions_of(ctx, meeting)
        .await?
        .into_iter()
        .map(|row| AgendaEntry { action: Some(row.into()), ..AgendaEntry::bare(ItemOrigin::BroughtForward) });
    let waiting = waiting_for(ctx, meeting).await?.into_iter().map(|row| AgendaEntry {
        link_consultation: Some(row.into()),
        ..AgendaEntry::bare(ItemOrigin::LinkConsultation)
    });
    let items = all_under(ctx, meeting.id, short::AgendaItems).await?;
    let items = items.into_iter().map(|row| {
        let origin = row.origin;
        AgendaEntry { item: Some(row.into()), ..AgendaEntry::bare(origin) }
    });
    Ok(in_order(actions.chain(waiting).chain(items).collect(), |entry| entry.origin))
}

/// The actions that a meeting begins with: those on which it had its say, and, until its record is complete, those that are
/// open.
pub(super) async fn actions_of(
    ctx: &Context<'_>,
    meeting: &planning_meeting::Model,
) -> Result<Vec<meeting_action::Model>> {
    let answered = all_under(ctx, meeting.id, short::OutcomesOfMeeting).await?;
    let actions = answered.iter().map(|row| by_id::<meeting_action::Entity>(ctx, row.action_id));
    let mut actions: Vec<_> = try_join_all(actions).await?.into_iter().flatten().collect();
    if matches!(meeting.state, MeetingState::Planned | MeetingState::Held) {
        let open = all_under(ctx, meeting.school_id, OpenActions).await?;
        let before = |row: &meeting_action::Model| row.agreed_on < london::date_of(meeting.starts_at);
        let unanswered = |row: &meeting_action::Model| answered.iter().all(|known| known.action_id != row.id);
        actions.extend(open.into_iter().filter(|row| before(row) && unanswered(row)));
    }
    actions.sort_by_key(|row| (row.due_on, row.id));
    Ok(actions)
}

/// The consultations that wait for a school's next meeting, where this is it.
async fn waiting_for(
    ctx: &Context<'_>,
    meeting: &planning_meeting::Model,
) -> Result<Vec<link_consultation::Model>> {
    if meeting.state != MeetingState::Planned {
        return Ok(Vec::new());
    }
    let planned = Meetings { of_parent: true, states: vec![MeetingState::Planned], ..Meetings::default() };
    let next = under(ctx, meeting.school_id, planned, Window { first: 1, after: None }).await?;
    if next.rows.first().is_none_or(|(_, row)| row.id != meeting.id) {
        return Ok(Vec::new());
    }
    all_under(ctx, meeting.school_id, WaitingConsultations).await
}
