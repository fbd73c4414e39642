//! The online consultation with everything that belongs to it.

use super::child::Child;
use super::connection::Listed;
use super::context::service;
use super::deadline::{Duty, Escalation};
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, Escalations, History, HistoryOf};
use super::list::short;
use super::loader::{all_under, by_id};
use super::people::Person;
use super::scalar::{Date, DateTime};
use super::school::School;
use super::slot::ConsultationSlot;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::access::Action;
use domain::consultation::booking::{AttendeeKind, Form};
use domain::consultation::record::{Content, RecordState};
use domain::consultation::{AreaOfNeed, CancellationReason, State};
use domain::event::EventKind;
use entity::{attachment, attendee, child, consultation, consultation_slot, immediate_action, person};
use entity::{record_of_involvement, school};

/// An online consultation for a child.
pub struct Consultation(consultation::Model);

impl From<consultation::Model> for Consultation {
    fn from(row: consultation::Model) -> Self {
        Self(row)
    }
}

/// Somebody who is invited.
#[derive(SimpleObject)]
pub struct Attendee {
    /// How they come to it.
    kind: AttendeeKind,
    /// Their name.
    name: String,
    /// Their role, in words.
    role: String,
    /// Where the invitation goes.
    email: String,
}

impl From<attendee::Model> for Attendee {
    fn from(row: attendee::Model) -> Self {
        Self { kind: row.kind, name: row.name, role: row.role, email: row.email }
    }
}

/// An action agreed at a consultation (OC-12).
#[derive(SimpleObject)]
pub struct ImmediateAction {
    /// What is to be done.
    what: String,
    /// Who does it.
    owner: String,
    /// By when.
    due_on: Date,
}

impl From<immediate_action::Model> for ImmediateAction {
    fn from(row: immediate_action::Model) -> Self {
        Self { what: row.what, owner: row.owner, due_on: Date(row.due_on) }
    }
}

/// The booking form.
#[derive(SimpleObject)]
pub struct BookingForm {
    /// Other areas of need that overlap.
    overlapping_areas: Vec<AreaOfNeed>,
    /// What the parents think.
    parent_views: String,
    /// What the pupil thinks.
    pupil_views: String,
    /// Main concerns.
    main_concerns: String,
    /// Strengths and interests.
    strengths_and_interests: String,
    /// Other services involved.
    other_services: String,
    /// Training given to staff.
    staff_training: String,
    /// Support and interventions in place.
    support_in_place: String,
    /// When the child was discussed with the link practitioner.
    discussed_on: Date,
    /// When the C-RIC was sent (UTC).
    c_ric_sent_at: DateTime,
}

impl From<Form> for BookingForm {
    fn from(form: Form) -> Self {
        Self {
            overlapping_areas: form.overlapping_areas,
            parent_views: form.parent_views,
            pupil_views: form.pupil_views,
            main_concerns: form.main_concerns,
            strengths_and_interests: form.strengths_and_interests,
            other_services: form.other_services,
            staff_training: form.staff_training,
            support_in_place: form.support_in_place,
            discussed_on: Date(form.discussed_on),
            c_ric_sent_at: DateTime(form.c_ric_sent_at),
        }
    }
}

/// Why and when a consultation was cancelled.
#[derive(SimpleObject)]
pub struct Cancellation {
    /// When (UTC).
    at: DateTime,
    /// Why.
    reason: CancellationReason,
    /// In the canceller's words.
    note: Option<String>,
}

/// The review meeting (OC-14).
#[derive(SimpleObject)]
pub struct Review {
    /// The day for which it is arranged.
    on: Date,
    /// Whether the day on which it was held lies behind the window; before that, the day for which it is arranged.
    late: bool,
    /// When it was held.
    held_on: Option<Date>,
}

/// An online consultation: a specialist, the school and the parents talk about one child for an hour.
#[Object]
impl Consultation {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Consultation, self.0.id)
    }

    /// The case reference that mail carries.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Where it stands.
    async fn state(&self) -> State {
        self.0.state
    }

    /// Start (UTC).
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// The primary area of need.
    async fn primary_area_of_need(&self) -> AreaOfNeed {
        self.0.primary_area_of_need
    }

    /// Its slot; staff of the authority see it.
    async fn slot(&self, ctx: &Context<'_>) -> Result<Option<ConsultationSlot>> {
        let slot = by_id::<consultation_slot::Entity>(ctx, self.0.slot_id).await?;
        Ok(slot.map(ConsultationSlot::from))
    }

    /// Where people join, while it is booked. Not shown to integrators: a service account joins no meeting.
    async fn join_link(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.0.state != State::Booked {
            return Ok(None);
        }
        super::loader::join_link(ctx, self.0.id).await
    }

    /// The child, if the viewer sees them.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that booked it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// Who booked it.
    async fn booked_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.booked_by).await?.map(Person::from))
    }

    /// When it was booked (UTC).
    async fn booked_at(&self) -> DateTime {
        DateTime(self.0.booked_at)
    }

    /// The link practitioner with whom the child was discussed (OC-4).
    async fn discussed_with(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.discussed_with).await?.map(Person::from))
    }

    /// The booking form.
    async fn form(&self) -> Result<BookingForm> {
        Ok(serde_json::from_value::<Form>(self.0.form.clone())?.into())
    }

    /// Who is invited.
    async fn attendees(&self, ctx: &Context<'_>) -> Result<Vec<Attendee>> {
        Ok(all_under(ctx, self.0.id, short::Attendees).await?.into_iter().map(Attendee::from).collect())
    }

    /// By when the C-RIC has to arrive (UTC), where it was not there at the booking (OC-11).
    async fn c_ric_due_at(&self) -> Option<DateTime> {
        self.0.c_ric_due_at.map(DateTime)
    }

    /// Why and when it was cancelled.
    async fn cancellation(&self) -> Option<Cancellation> {
        let (at, reason) = self.0.cancelled_at.zip(self.0.cancellation_reason)?;
        Some(Cancellation { at: DateTime(at), reason, note: self.0.cancellation_note.clone() })
    }

    /// Why it did not take place.
    async fn not_held_reason(&self) -> Option<&str> {
        self.0.not_held_reason.as_deref()
    }

    /// What was agreed at the end (OC-12).
    async fn immediate_actions(&self, ctx: &Context<'_>) -> Result<Vec<ImmediateAction>> {
        let actions = all_under(ctx, self.0.id, short::ImmediateActions).await?;
        Ok(actions.into_iter().map(ImmediateAction::from).collect())
    }

    /// The versions of the Record of Involvement, oldest first. Drafts are seen by the specialist and the team.
    async fn records_of_involvement(&self, ctx: &Context<'_>) -> Result<Vec<RecordOfInvolvement>> {
        let records = all_under(ctx, self.0.id, short::Records).await?;
        Ok(records.into_iter().map(RecordOfInvolvement::from).collect())
    }

    /// The review meeting, once it is arranged.
    async fn review(&self) -> Option<Review> {
        let on = self.0.review_on?;
        Some(Review { on: Date(on), late: self.0.review_late, held_on: self.0.review_held_on.map(Date) })
    }

    /// Its deadlines, by due date.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        let list = Duties { of: Some(DutiesOf::Case), ..Duties::default() };
        Ok(all_under(ctx, self.0.id, list).await?.into_iter().map(Duty::from).collect())
    }

    /// Its escalations, newest first.
    async fn escalations(&self, ctx: &Context<'_>) -> Result<Vec<Escalation>> {
        let list = Escalations { of_case: true, ..Escalations::default() };
        Ok(all_under(ctx, self.0.id, list).await?.into_iter().map(Escalation::from).collect())
    }

    /// Files that hang on it.
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        let files = all_under(ctx, self.0.id, short::AttachmentsOfConsultation).await?;
        Ok(files.into_iter().map(Attachment::from).collect())
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
        let history = History { of: HistoryOf::Case, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take from here, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_actions(ctx, self.0.id).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    ConsultationConnection,
    ConsultationEdge,
    Consultation,
    crate::store::list::cases::Consultations
);

/// A version of a Record of Involvement.
pub struct RecordOfInvolvement(record_of_involvement::Model);

impl From<record_of_involvement::Model> for RecordOfInvolvement {
    fn from(row: record_of_involvement::Model) -> Self {
        Self(row)
    }
}

/// A version of the Record of Involvement of a consultation (OC-13). Immutable once issued.
#[Object]
impl RecordOfInvolvement {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::RecordOfInvolvement, self.0.id)
    }

    /// 1 for the first, one more for each correction.
    async fn record_version(&self) -> i32 {
        self.0.record_version
    }

    /// Draft or issued.
    async fn state(&self) -> RecordState {
        self.0.state
    }

    /// What was discussed.
    async fn summary(&self) -> Result<String> {
        Ok(self.content()?.summary)
    }

    /// Strategies agreed.
    async fn strategies(&self) -> Result<String> {
        Ok(self.content()?.strategies)
    }

    /// Next steps.
    async fn next_steps(&self) -> Result<String> {
        Ok(self.content()?.next_steps)
    }

    /// When it was issued (UTC).
    async fn issued_at(&self) -> Option<DateTime> {
        self.0.issued_at.map(DateTime)
    }

    /// Its consultation.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        let found = by_id::<consultation::Entity>(ctx, self.0.consultation_id).await?;
        Ok(found.map(Consultation))
    }
}

impl RecordOfInvolvement {
    fn content(&self) -> Result<Content> {
        Ok(serde_json::from_value(self.0.content.clone())?)
    }
}

/// A file that hangs on a consent or a consultation.
pub struct Attachment(attachment::Model);

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self(row)
    }
}

/// A file that hangs on a consent or a consultation (XC-21).
#[Object]
impl Attachment {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Attachment, self.0.id)
    }

    /// Its name.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// Its type.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Its size in bytes.
    async fn size(&self) -> i32 {
        self.0.size_bytes
    }

    /// SHA-256 of its content, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// When it was uploaded (UTC).
    async fn uploaded_at(&self) -> DateTime {
        DateTime(self.0.uploaded_at)
    }

    /// The address from which it is fetched, with the viewer's token.
    async fn url(&self, ctx: &Context<'_>) -> Result<String> {
        let id = encode(Kind::Attachment, self.0.id);
        Ok(format!("{}/attachments/{}", service(ctx)?.letterhead.public_url, id.as_str()))
    }
}
