//! Planning meetings are planned, moved, held, called off; who comes and what is on the agenda (PC-1 to PC-4).

use crate::graphql::agenda::AgendaItem;
use crate::graphql::authority::Authority;
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::planning::{AwayInput, CoverInput, local_times};
use crate::graphql::input::{LONG, SHORT, address, kept, kept_if_given};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::planning::{MeetingParticipant, PlanningMeeting};
use crate::graphql::scalar::DateTime;
use crate::workflow::planning::agenda::{AddItem, Invite};
use crate::workflow::planning::held::{MarkHeld, ReverseMeeting};
use crate::workflow::planning::plan::{Appointment, CancelMeeting, MoveMeeting, PlanMeeting};
use crate::workflow::planning::terms::PlanTermMeetings;
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::calendar::TermName;
use domain::planning::Priority;
use entity::{agenda_item, authority, meeting_participant, planning_meeting};

/// When and where, and with which EP.
#[derive(InputObject)]
pub struct PlanMeetingInput {
    /// The school.
    school: ID,
    /// When it starts (UTC).
    starts_at: DateTime,
    /// When it ends (UTC).
    ends_at: DateTime,
    /// Where, or the link to join.
    place: String,
    /// The EP who holds it; the school's link EP without one.
    educational_psychologist: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which terms, and when.
#[derive(InputObject)]
pub struct PlanTermMeetingsInput {
    /// The authority.
    authority: ID,
    /// The school year, by the year in which it begins.
    school_year: i32,
    /// Which of its terms.
    terms: Vec<TermName>,
    /// At which London times a meeting may start on any day: `09:30`.
    starts: Vec<String>,
    /// How long one lasts.
    minutes: i32,
    /// Where, or the link to join.
    place: String,
    /// Covering EPs for schools without a link EP.
    covering: Option<Vec<CoverInput>>,
    /// When EPs are not there.
    away: Option<Vec<AwayInput>>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// When and where from now on.
#[derive(InputObject)]
pub struct MovePlanningMeetingInput {
    /// The meeting.
    meeting: ID,
    /// When it starts (UTC).
    starts_at: DateTime,
    /// When it ends (UTC).
    ends_at: DateTime,
    /// Where, or the link to join.
    place: String,
    /// The EP who holds it; as it is without one.
    educational_psychologist: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct CancelPlanningMeetingInput {
    /// The meeting.
    meeting: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Who, and for what.
#[derive(InputObject)]
pub struct InviteToMeetingInput {
    /// The meeting.
    meeting: ID,
    /// Somebody with an account; or name and address.
    person: Option<ID>,
    /// The name of somebody without an account.
    name: Option<String>,
    /// Where the invitation of somebody without an account goes.
    email: Option<String>,
    /// Why they are key staff of the school, where their role does not say it.
    key_staff_reason: Option<String>,
    /// The items for which a guest joins; none for staff of the school.
    items: Option<Vec<ID>>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The item.
#[derive(InputObject)]
pub struct AddAgendaItemInput {
    /// The meeting.
    meeting: ID,
    /// What it is about.
    priority: Priority,
    /// What it is.
    title: String,
    /// The child, where it is about one.
    child: Option<ID>,
    /// How the parents took part.
    parents: Option<String>,
    /// How the child took part.
    pupil: Option<String>,
    /// Other agencies involved or wanted; or that there are none.
    agencies: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and who was there.
#[derive(InputObject)]
pub struct MarkMeetingHeldInput {
    /// The meeting.
    meeting: ID,
    /// The participants who were there.
    present: Vec<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReversePlanningMeetingStepInput {
    /// The meeting.
    meeting: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(PlanMeetingPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(PlanTermMeetingsPayload, authority: Authority of authority::Entity);
payload!(MovePlanningMeetingPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(CancelPlanningMeetingPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(InviteToMeetingPayload, meeting_participant: MeetingParticipant of meeting_participant::Entity);
payload!(AddAgendaItemPayload, agenda_item: AgendaItem of agenda_item::Entity);
payload!(MarkMeetingHeldPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(ReversePlanningMeetingStepPayload, meeting: PlanningMeeting of planning_meeting::Entity);

/// Planning meetings are planned, moved, held, called off; who comes and what is on the agenda (PC-1 to PC-4).
#[derive(Default)]
pub struct PlanningMutations;

/// Planning meetings are planned, moved, held, called off; who comes and what is on the agenda (PC-1 to PC-4).
#[Object]
impl PlanningMutations {
    /// Plan a planning meeting of a school, and invite its link staff and key staff (PC-1 to PC-3). By the school's link EP, or a SEND manager, who names a covering EP where the school has none.
    async fn plan_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where, and with which EP.")] input: PlanMeetingInput,
    ) -> Result<PlanMeetingPayload> {
        let command = PlanMeeting {
            school: expect(Kind::School, "input.school", &input.school)?,
            appointment: Appointment {
                starts_at: input.starts_at.0,
                ends_at: input.ends_at.0,
                place: kept("input.place", &input.place, SHORT)?,
                educational_psychologist: expect_if_given(
                    Kind::Person,
                    "input.educationalPsychologist",
                    input.educational_psychologist.as_ref(),
                )?,
            },
        };
        PlanMeetingPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Plan the meetings of all schools of an authority for some terms of a school year, spread over the window of each and over the free days of the EPs; schools that have one keep it, and those that find no place are noted (PC-1, PC-2). By a SEND manager.
    async fn plan_term_meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which terms, and when.")] input: PlanTermMeetingsInput,
    ) -> Result<PlanTermMeetingsPayload> {
        let command = PlanTermMeetings {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            school_year: input.school_year,
            terms: input.terms,
            starts: local_times("input.starts", &input.starts)?,
            minutes: minutes_of_a_meeting(input.minutes)?,
            place: kept("input.place", &input.place, SHORT)?,
            covering: input
                .covering
                .unwrap_or_default()
                .into_iter()
                .enumerate()
                .map(|(index, one)| one.read(&format!("input.covering.{index}")))
                .collect::<Result<_>>()?,
            away: input
                .away
                .unwrap_or_default()
                .into_iter()
                .enumerate()
                .map(|(index, one)| one.read(&format!("input.away.{index}")))
                .collect::<Result<_>>()?,
        };
        PlanTermMeetingsPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Move a planning meeting within its term, or give it another place or EP; invitations follow (PC-1, PC-3). By the EP who holds it or a SEND manager.
    async fn move_planning_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where from now on.")] input: MovePlanningMeetingInput,
    ) -> Result<MovePlanningMeetingPayload> {
        let command = MoveMeeting {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            appointment: Appointment {
                starts_at: input.starts_at.0,
                ends_at: input.ends_at.0,
                place: kept("input.place", &input.place, SHORT)?,
                educational_psychologist: expect_if_given(
                    Kind::Person,
                    "input.educationalPsychologist",
                    input.educational_psychologist.as_ref(),
                )?,
            },
        };
        MovePlanningMeetingPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Call a planning meeting off; the invitations are cancelled (PC-1). By the EP who holds it or a SEND manager.
    async fn cancel_planning_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelPlanningMeetingInput,
    ) -> Result<CancelPlanningMeetingPayload> {
        let command = CancelMeeting {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        CancelPlanningMeetingPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Invite somebody to a planning meeting: staff of the school, or a guest for named items (PC-2, PC-3). By the school, the EP or a SEND manager.
    async fn invite_to_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and for what.")] input: InviteToMeetingInput,
    ) -> Result<InviteToMeetingPayload> {
        let command = Invite {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            person: expect_if_given(Kind::Person, "input.person", input.person.as_ref())?,
            name: kept("input.name", &input.name.unwrap_or_default(), SHORT)?,
            email: address("input.email", &input.email.unwrap_or_default())?,
            key_staff_reason: kept_if_given("input.keyStaffReason", input.key_staff_reason.as_deref(), LONG)?,
            items: input
                .items
                .unwrap_or_default()
                .iter()
                .map(|id| expect(Kind::AgendaItem, "input.items", id))
                .collect::<Result<_>>()?,
        };
        InviteToMeetingPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Put an item on the agenda; one about a child names a child of the school and says how parents and child took part (PC-4). By the school or its link staff.
    async fn add_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: AddAgendaItemInput,
    ) -> Result<AddAgendaItemPayload> {
        let command = AddItem {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            priority: input.priority,
            title: kept("input.title", &input.title, SHORT)?,
            child: expect_if_given(Kind::Child, "input.child", input.child.as_ref())?,
            parents: kept("input.parents", &input.parents.unwrap_or_default(), LONG)?,
            pupil: kept("input.pupil", &input.pupil.unwrap_or_default(), LONG)?,
            agencies: kept("input.agencies", &input.agencies, LONG)?,
        };
        AddAgendaItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Mark a planning meeting held: with an EP and key staff of the school; children raised with link staff come onto the agenda by themselves (PC-2, GR-9). By the EP who holds it or the school's link EP.
    async fn mark_meeting_held(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and who was there.")] input: MarkMeetingHeldInput,
    ) -> Result<MarkMeetingHeldPayload> {
        let command = MarkHeld {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            present: input
                .present
                .iter()
                .map(|id| expect(Kind::MeetingParticipant, "input.present", id))
                .collect::<Result<_>>()?,
        };
        MarkMeetingHeldPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step of a planning meeting, taken by mistake: that it was held, or that its record is complete (XC-22). By an EP of the meeting or a SEND manager.
    async fn reverse_planning_meeting_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReversePlanningMeetingStepInput,
    ) -> Result<ReversePlanningMeetingStepPayload> {
        let command = ReverseMeeting {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReversePlanningMeetingStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}

fn minutes_of_a_meeting(minutes: i32) -> Result<u32> {
    u32::try_from(minutes)
        .ok()
        .filter(|minutes| (1..=480).contains(minutes))
        .ok_or_else(|| bad_input("input.minutes", "a meeting lasts from 1 to 480 minutes"))
}
