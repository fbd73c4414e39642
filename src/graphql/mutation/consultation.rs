//! The steps of an online consultation (OC-2 to OC-14).

use crate::graphql::case::Consultation;
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, SHORT, address, kept};
use crate::graphql::payload::payload;
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out};
use crate::graphql::scalar::{Date, DateTime};
use crate::workflow::consultation::booking::{Book, ChangeAttendees, Discussed};
use crate::workflow::consultation::cancellation::Cancel;
use crate::workflow::consultation::meeting::{MarkHeld, MarkNotHeld};
use crate::workflow::consultation::record::{Draft, Issue};
use crate::workflow::consultation::reversal::Reverse;
use crate::workflow::consultation::review::{Arrange, RecordReview};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::consultation::AreaOfNeed;
use domain::consultation::booking::{Attendee, AttendeeKind, Form};
use domain::consultation::meeting::ImmediateAction;
use domain::consultation::record::Content;
use entity::consultation;
use uuid::Uuid;

/// Somebody to be invited.
#[derive(InputObject)]
pub struct AttendeeInput {
    /// How they come to it.
    kind: AttendeeKind,
    /// Their name.
    name: String,
    /// Their role, in words.
    role: String,
    /// Where the invitation goes.
    email: String,
}

fn attendees(given: Vec<AttendeeInput>) -> Result<Vec<Attendee>> {
    let read = given.into_iter().enumerate().map(|(index, attendee)| {
        let path = |field: &str| format!("input.attendees.{index}.{field}");
        Ok(Attendee {
            kind: attendee.kind,
            name: kept(&path("name"), &attendee.name, SHORT)?,
            role: kept(&path("role"), &attendee.role, SHORT)?,
            email: address(&path("email"), &attendee.email)?,
        })
    });
    read.collect()
}

/// The booking form. "None" is an answer, blank is not.
#[derive(InputObject)]
pub struct BookConsultationInput {
    /// The child.
    child: ID,
    /// The slot.
    slot: ID,
    /// The contact with link staff in which the child was discussed, as it was logged (OC-4); or `discussedWith` and
    /// `discussedOn`.
    link_contact: Option<ID>,
    /// The link practitioner with whom the child was discussed (OC-4).
    discussed_with: Option<ID>,
    /// On which date.
    discussed_on: Option<Date>,
    /// The one primary area of need.
    primary_area_of_need: AreaOfNeed,
    /// Other areas that overlap.
    #[graphql(default)]
    overlapping_areas: Vec<AreaOfNeed>,
    /// What the parents think (OC-6).
    #[graphql(default)]
    parent_views: String,
    /// What the pupil thinks (OC-6).
    #[graphql(default)]
    pupil_views: String,
    /// Main concerns.
    #[graphql(default)]
    main_concerns: String,
    /// Strengths and interests.
    #[graphql(default)]
    strengths_and_interests: String,
    /// Other services involved.
    #[graphql(default)]
    other_services: String,
    /// Training given to staff.
    #[graphql(default)]
    staff_training: String,
    /// Support and interventions in place, with the use of the OAP toolkit.
    #[graphql(default)]
    support_in_place: String,
    /// Who is invited; one of them from the school.
    attendees: Vec<AttendeeInput>,
    /// Whether the consultation was discussed with parents or carers (OC-7).
    discussed_with_parents: bool,
    /// Whether they consent (OC-7).
    parents_consent: bool,
    /// When the C-RIC was sent (OC-7).
    c_ric_sent_at: DateTime,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// With whom the child was discussed; and on which date, unless a contact that was logged says it.
fn discussed(input: &BookConsultationInput) -> Result<(Discussed, Option<chrono::NaiveDate>)> {
    match (&input.link_contact, &input.discussed_with, input.discussed_on.as_ref()) {
        (Some(contact), None, None) => {
            Ok((Discussed::Logged(expect(Kind::LinkContact, "input.linkContact", contact)?), None))
        }
        (None, Some(person), Some(on)) => {
            Ok((Discussed::With(expect(Kind::Person, "input.discussedWith", person)?), Some(on.0)))
        }
        _ => {
            Err(bad_input("input.linkContact", "name the contact that was logged, or say with whom and when"))
        }
    }
}

fn booking(input: BookConsultationInput) -> Result<(Book, CreateControl)> {
    let (discussed, discussed_on) = discussed(&input)?;
    let long = |path: &str, raw: &str| kept(&format!("input.{path}"), raw, LONG);
    let form = Form {
        primary_area_of_need: input.primary_area_of_need,
        overlapping_areas: input.overlapping_areas,
        parent_views: long("parentViews", &input.parent_views)?,
        pupil_views: long("pupilViews", &input.pupil_views)?,
        main_concerns: long("mainConcerns", &input.main_concerns)?,
        strengths_and_interests: long("strengthsAndInterests", &input.strengths_and_interests)?,
        other_services: long("otherServices", &input.other_services)?,
        staff_training: long("staffTraining", &input.staff_training)?,
        support_in_place: long("supportInPlace", &input.support_in_place)?,
        attendees: attendees(input.attendees)?,
        discussed_on: discussed_on.unwrap_or_default(),
        discussed_with_parents: input.discussed_with_parents,
        parents_consent: input.parents_consent,
        c_ric_sent_at: input.c_ric_sent_at.0,
    };
    let book = Book {
        child: expect(Kind::Child, "input.child", &input.child)?,
        slot: expect(Kind::ConsultationSlot, "input.slot", &input.slot)?,
        discussed,
        form,
    };
    Ok((book, input.control))
}

fn consultation_id(id: &ID) -> Result<Uuid> {
    expect(Kind::Consultation, "input.consultation", id)
}

/// Everybody who is invited from now on.
#[derive(InputObject)]
pub struct ChangeAttendeesInput {
    /// The consultation.
    consultation: ID,
    /// Who is invited; one of them from the school.
    attendees: Vec<AttendeeInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A consultation to be called off.
#[derive(InputObject)]
pub struct CancelConsultationInput {
    /// The consultation.
    consultation: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// An action that was agreed.
#[derive(InputObject)]
pub struct ImmediateActionInput {
    /// What is to be done.
    what: String,
    /// Who does it.
    owner: String,
    /// By when.
    due_on: Date,
}

/// A consultation that took place.
#[derive(InputObject)]
pub struct MarkConsultationHeldInput {
    /// The consultation.
    consultation: ID,
    /// What was agreed; at least one action with an owner and a due date.
    immediate_actions: Vec<ImmediateActionInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A consultation that did not take place.
#[derive(InputObject)]
pub struct MarkConsultationNotHeldInput {
    /// The consultation.
    consultation: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What a Record of Involvement says so far.
#[derive(InputObject)]
pub struct DraftRecordOfInvolvementInput {
    /// The consultation.
    consultation: ID,
    /// What was discussed.
    #[graphql(default)]
    summary: String,
    /// Strategies agreed.
    #[graphql(default)]
    strategies: String,
    /// Next steps.
    #[graphql(default)]
    next_steps: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A Record of Involvement to be issued.
#[derive(InputObject)]
pub struct IssueRecordOfInvolvementInput {
    /// The consultation.
    consultation: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A review to be arranged.
#[derive(InputObject)]
pub struct ArrangeReviewInput {
    /// The consultation.
    consultation: ID,
    /// The day of the review meeting.
    on: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A review that was held.
#[derive(InputObject)]
pub struct RecordReviewInput {
    /// The consultation.
    consultation: ID,
    /// The day on which it was held.
    held_on: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A step to be taken back.
#[derive(InputObject)]
pub struct ReverseConsultationStepInput {
    /// The consultation.
    consultation: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(BookConsultationPayload, consultation: Consultation of consultation::Entity);
payload!(ChangeAttendeesPayload, consultation: Consultation of consultation::Entity);
payload!(CancelConsultationPayload, consultation: Consultation of consultation::Entity);
payload!(MarkConsultationHeldPayload, consultation: Consultation of consultation::Entity);
payload!(MarkConsultationNotHeldPayload, consultation: Consultation of consultation::Entity);
payload!(DraftRecordOfInvolvementPayload, consultation: Consultation of consultation::Entity);
payload!(IssueRecordOfInvolvementPayload, consultation: Consultation of consultation::Entity);
payload!(ArrangeReviewPayload, consultation: Consultation of consultation::Entity);
payload!(RecordReviewPayload, consultation: Consultation of consultation::Entity);
payload!(ReverseConsultationStepPayload, consultation: Consultation of consultation::Entity);

/// Steps on consultations.
#[derive(Default)]
pub struct ConsultationMutations;

/// Steps on consultations.
#[Object]
impl ConsultationMutations {
    /// Book a consultation for a child (OC-2 to OC-9, OC-11). By the school.
    async fn book_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The booking form.")] input: BookConsultationInput,
    ) -> Result<BookConsultationPayload> {
        let (command, control) = booking(input)?;
        BookConsultationPayload::of(ctx, carry_out(ctx, control, command).await?).await
    }

    /// Change who is invited to a consultation (OC-10). By the school or the consultations team, before it starts.
    async fn change_attendees(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is invited.")] input: ChangeAttendeesInput,
    ) -> Result<ChangeAttendeesPayload> {
        let consultation = consultation_id(&input.consultation)?;
        let command = ChangeAttendees { consultation, attendees: attendees(input.attendees)? };
        ChangeAttendeesPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Call a consultation off before it starts. By the school, the specialist or the consultations team.
    async fn cancel_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelConsultationInput,
    ) -> Result<CancelConsultationPayload> {
        let consultation = consultation_id(&input.consultation)?;
        let command = Cancel { consultation, reason: kept("input.reason", &input.reason, LONG)? };
        CancelConsultationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Mark a consultation held, with its immediate actions (OC-12). By the specialist or the consultations team.
    async fn mark_consultation_held(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was agreed.")] input: MarkConsultationHeldInput,
    ) -> Result<MarkConsultationHeldPayload> {
        let agreed = input.immediate_actions.into_iter().enumerate().map(|(index, action)| {
            let path = |field: &str| format!("input.immediateActions.{index}.{field}");
            Ok(ImmediateAction {
                what: kept(&path("what"), &action.what, LONG)?,
                owner: kept(&path("owner"), &action.owner, SHORT)?,
                due_on: action.due_on.0,
            })
        });
        let immediate_actions = agreed.collect::<Result<_>>()?;
        let command = MarkHeld { consultation: consultation_id(&input.consultation)?, immediate_actions };
        MarkConsultationHeldPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Mark that a consultation did not take place. By the specialist or the consultations team.
    async fn mark_consultation_not_held(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: MarkConsultationNotHeldInput,
    ) -> Result<MarkConsultationNotHeldPayload> {
        let consultation = consultation_id(&input.consultation)?;
        let command = MarkNotHeld { consultation, reason: kept("input.reason", &input.reason, LONG)? };
        MarkConsultationNotHeldPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Write the draft of a Record of Involvement, or of a correction (OC-13). By the specialist or the team.
    async fn draft_record_of_involvement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it says so far.")] input: DraftRecordOfInvolvementInput,
    ) -> Result<DraftRecordOfInvolvementPayload> {
        let content = Content {
            summary: kept("input.summary", &input.summary, LONG)?,
            strategies: kept("input.strategies", &input.strategies, LONG)?,
            next_steps: kept("input.nextSteps", &input.next_steps, LONG)?,
        };
        let command = Draft { consultation: consultation_id(&input.consultation)?, content };
        DraftRecordOfInvolvementPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Issue the draft of a Record of Involvement: from then on it is immutable (OC-13). By the consultations team.
    async fn issue_record_of_involvement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: IssueRecordOfInvolvementInput,
    ) -> Result<IssueRecordOfInvolvementPayload> {
        let command = Issue { consultation: consultation_id(&input.consultation)? };
        IssueRecordOfInvolvementPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Arrange the review meeting, six to eight weeks after the record was received (OC-14). By link staff.
    async fn arrange_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: ArrangeReviewInput,
    ) -> Result<ArrangeReviewPayload> {
        let command = Arrange { consultation: consultation_id(&input.consultation)?, on: input.on.0 };
        ArrangeReviewPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record that the review meeting was held (OC-14). By link staff.
    async fn record_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: RecordReviewInput,
    ) -> Result<RecordReviewPayload> {
        let command =
            RecordReview { consultation: consultation_id(&input.consultation)?, held_on: input.held_on.0 };
        RecordReviewPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step, taken by mistake (XC-22). By who may take it, or the SEND manager.
    async fn reverse_consultation_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseConsultationStepInput,
    ) -> Result<ReverseConsultationStepPayload> {
        let consultation = consultation_id(&input.consultation)?;
        let command = Reverse { consultation, reason: kept("input.reason", &input.reason, LONG)? };
        ReverseConsultationStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
