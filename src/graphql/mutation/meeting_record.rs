//! The record of a planning meeting as it writes itself, and what schools have for support (PC-5 to PC-9).

use crate::graphql::agenda::{AgendaItem, MeetingAction, SupportAgreement};
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{LONG, SHORT, kept, kept_if_given};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::planning::{MeetingFeedback, PlanningMeeting};
use crate::graphql::scalar::Date;
use crate::graphql::school::School;
use crate::workflow::planning::record::{AgreeAction, AgreeSupport, AnswerAction, Discuss, WithdrawSupport};
use crate::workflow::planning::resources::{FeedbackOn, GiveFeedback, RecordContract, SetAllocation};
use crate::workflow::planning::share::{AddAddendum, CompleteRecord, ShareRecord};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::calendar::TermName;
use domain::planning::{ActionOutcome, FeedbackSource, SupportForm, SupportService};
use entity::{agenda_item, meeting_action, meeting_feedback, planning_meeting, school, support_agreement};

/// What was said.
#[derive(InputObject)]
pub struct DiscussAgendaItemInput {
    /// The item.
    agenda_item: ID,
    /// What was said, or why it was put off.
    text: String,
    /// Whether it was put off rather than discussed.
    put_off: bool,
    /// How the parents took part; as it was said before without it.
    parents: Option<String>,
    /// How the child took part; as it was said before without it.
    pupil: Option<String>,
    /// Other agencies; as they were named before without it.
    agencies: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The form of support.
#[derive(InputObject)]
pub struct AgreeSupportInput {
    /// The item.
    agenda_item: ID,
    /// In which form.
    form: SupportForm,
    /// The rank of a triage, 1 for the first.
    rank: Option<i32>,
    /// The service, for assessment and intervention.
    service: Option<SupportService>,
    /// The agreed time, in minutes.
    minutes: Option<i32>,
    /// What was agreed.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawSupportInput {
    /// The agreement.
    support_agreement: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The action.
#[derive(InputObject)]
pub struct AgreeMeetingActionInput {
    /// The meeting.
    meeting: ID,
    /// The item, where it is about one.
    agenda_item: Option<ID>,
    /// What is to be done.
    what: String,
    /// Who does it.
    owner: String,
    /// By when.
    due_on: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What became of it.
#[derive(InputObject)]
pub struct AnswerMeetingActionInput {
    /// The meeting.
    meeting: ID,
    /// The action.
    meeting_action: ID,
    /// What became of it.
    outcome: ActionOutcome,
    /// The note to that.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and the summary.
#[derive(InputObject)]
pub struct CompleteMeetingRecordInput {
    /// The meeting.
    meeting: ID,
    /// What the meeting came to.
    summary: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which.
#[derive(InputObject)]
pub struct ShareMeetingRecordInput {
    /// The meeting.
    meeting: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The addendum.
#[derive(InputObject)]
pub struct AddMeetingAddendumInput {
    /// The meeting.
    meeting: ID,
    /// The item that it corrects, where it is one.
    agenda_item: Option<ID>,
    /// What is corrected or added.
    text: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// On what, and how it was.
#[derive(InputObject)]
pub struct GiveMeetingFeedbackInput {
    /// The meeting; or the authority, with school year and term.
    meeting: Option<ID>,
    /// The authority, where it is about no meeting in particular.
    authority: Option<ID>,
    /// The school year, by the year in which it begins.
    school_year: Option<i32>,
    /// The term.
    term: Option<TermName>,
    /// From where.
    source: FeedbackSource,
    /// 1 to 5.
    score: i32,
    /// In words.
    text: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The contract.
#[derive(InputObject)]
pub struct RecordTradedContractInput {
    /// The school.
    school: ID,
    /// First date.
    from: Date,
    /// Last date.
    to: Date,
    /// The time that it pays for, in minutes.
    minutes: i32,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The time.
#[derive(InputObject)]
pub struct SetAllocationInput {
    /// The school.
    school: ID,
    /// The service.
    service: SupportService,
    /// The school year, by the year in which it begins.
    school_year: i32,
    /// Which of its terms.
    term: TermName,
    /// The time, in minutes.
    minutes: i32,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

payload!(DiscussAgendaItemPayload, agenda_item: AgendaItem of agenda_item::Entity);
payload!(AgreeSupportPayload, support_agreement: SupportAgreement of support_agreement::Entity);
payload!(WithdrawSupportPayload, support_agreement: SupportAgreement of support_agreement::Entity);
payload!(AgreeMeetingActionPayload, meeting_action: MeetingAction of meeting_action::Entity);
payload!(AnswerMeetingActionPayload, meeting_action: MeetingAction of meeting_action::Entity);
payload!(CompleteMeetingRecordPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(ShareMeetingRecordPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(AddMeetingAddendumPayload, meeting: PlanningMeeting of planning_meeting::Entity);
payload!(GiveMeetingFeedbackPayload, meeting_feedback: MeetingFeedback of meeting_feedback::Entity);
payload!(RecordTradedContractPayload, school: School of school::Entity);
payload!(SetAllocationPayload, school: School of school::Entity);

/// The record of a planning meeting as it writes itself, and what schools have for support (PC-5 to PC-9).
#[derive(Default)]
pub struct MeetingRecordMutations;

/// The record of a planning meeting as it writes itself, and what schools have for support (PC-5 to PC-9).
#[Object]
impl MeetingRecordMutations {
    /// Write down what was said of an item, or why it was put off; until the record is complete it can be written anew (PC-4, PC-7). By an EP of the meeting. `expectedVersion` is the version of the item.
    async fn discuss_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was said.")] input: DiscussAgendaItemInput,
    ) -> Result<DiscussAgendaItemPayload> {
        let command = Discuss {
            item: expect(Kind::AgendaItem, "input.agendaItem", &input.agenda_item)?,
            text: kept("input.text", &input.text, LONG)?,
            put_off: input.put_off,
            parents: kept_if_given("input.parents", input.parents.as_deref(), LONG)?,
            pupil: kept_if_given("input.pupil", input.pupil.as_deref(), LONG)?,
            agencies: kept_if_given("input.agencies", input.agencies.as_deref(), LONG)?,
        };
        DiscussAgendaItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Agree support for an item: triage with its rank, advice, planning of assessment and intervention by a service in agreed hours, traded work within the school's contract (PC-5, PC-6). By an EP of the meeting.
    async fn agree_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The form of support.")] input: AgreeSupportInput,
    ) -> Result<AgreeSupportPayload> {
        let command = AgreeSupport {
            item: expect(Kind::AgendaItem, "input.agendaItem", &input.agenda_item)?,
            form: input.form,
            rank: not_below_zero("rank", input.rank)?,
            service: input.service,
            minutes: not_below_zero("minutes", input.minutes)?,
            note: kept("input.note", &input.note, LONG)?,
        };
        AgreeSupportPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back an agreement on support entered by mistake (XC-22). By an EP of the meeting, until the record is complete.
    async fn withdraw_support(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawSupportInput,
    ) -> Result<WithdrawSupportPayload> {
        let command = WithdrawSupport {
            support: expect(Kind::SupportAgreement, "input.supportAgreement", &input.support_agreement)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawSupportPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Agree an action; it opens the agenda of the school's next meeting until it is done or dropped (PC-4, PC-7). By an EP of the meeting.
    async fn agree_meeting_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action.")] input: AgreeMeetingActionInput,
    ) -> Result<AgreeMeetingActionPayload> {
        let command = AgreeAction {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            item: expect_if_given(Kind::AgendaItem, "input.agendaItem", input.agenda_item.as_ref())?,
            what: kept("input.what", &input.what, LONG)?,
            owner: kept("input.owner", &input.owner, SHORT)?,
            due_on: input.due_on.0,
        };
        AgreeMeetingActionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Say what became of an action that was brought forward to a meeting, with a note (PC-8). By an EP of the meeting.
    async fn answer_meeting_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What became of it.")] input: AnswerMeetingActionInput,
    ) -> Result<AnswerMeetingActionPayload> {
        let command = AnswerAction {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            action: expect(Kind::MeetingAction, "input.meetingAction", &input.meeting_action)?,
            outcome: input.outcome,
            note: kept("input.note", &input.note, LONG)?,
        };
        AnswerMeetingActionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Complete the record of a meeting: every item discussed or put off, every discussed item with its support, every action brought forward with its outcome (PC-5, PC-7, PC-8). By an EP who was present.
    async fn complete_meeting_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and the summary.")] input: CompleteMeetingRecordInput,
    ) -> Result<CompleteMeetingRecordPayload> {
        let command = CompleteRecord {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            summary: kept("input.summary", &input.summary, LONG)?,
        };
        CompleteMeetingRecordPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Share the record with the school; families and the staff around a child see that child's part. From then on it only gets addenda (PC-7). By an EP of the meeting.
    async fn share_meeting_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ShareMeetingRecordInput,
    ) -> Result<ShareMeetingRecordPayload> {
        let command =
            ShareRecord { meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)? };
        ShareMeetingRecordPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Write an addendum to a shared record; one about an item is seen by whoever sees that item (PC-7). By the school's link EP or a SEND manager.
    async fn add_meeting_addendum(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The addendum.")] input: AddMeetingAddendumInput,
    ) -> Result<AddMeetingAddendumPayload> {
        let command = AddAddendum {
            meeting: expect(Kind::PlanningMeeting, "input.meeting", &input.meeting)?,
            item: expect_if_given(Kind::AgendaItem, "input.agendaItem", input.agenda_item.as_ref())?,
            text: kept("input.text", &input.text, LONG)?,
        };
        AddMeetingAddendumPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Give feedback on a planning meeting, or on the meetings of a term in an authority (PC-9). The school speaks of its meeting; link staff and SEND managers from team meetings and supervision.
    async fn give_meeting_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On what, and how it was.")] input: GiveMeetingFeedbackInput,
    ) -> Result<GiveMeetingFeedbackPayload> {
        let command = GiveFeedback {
            on: feedback_on(&input)?,
            source: input.source,
            score: input.score,
            text: kept("input.text", &input.text, LONG)?,
        };
        GiveMeetingFeedbackPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record a school's traded contract with the EP service (PC-5). By a SEND manager.
    async fn record_traded_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract.")] input: RecordTradedContractInput,
    ) -> Result<RecordTradedContractPayload> {
        let command = RecordContract {
            school: expect(Kind::School, "input.school", &input.school)?,
            from: input.from.0,
            to: input.to.0,
            minutes: input.minutes,
        };
        RecordTradedContractPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Set a service's time for a school in a term, beside which agreed hours add up (PC-6). By a SEND manager.
    async fn set_allocation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The time.")] input: SetAllocationInput,
    ) -> Result<SetAllocationPayload> {
        let command = SetAllocation {
            school: expect(Kind::School, "input.school", &input.school)?,
            service: input.service,
            school_year: input.school_year,
            term: input.term,
            minutes: input.minutes,
        };
        SetAllocationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}

fn not_below_zero(field: &str, value: Option<i32>) -> Result<Option<u32>> {
    let below = |_| bad_input(&format!("input.{field}"), "that is not below zero");
    value.map(|value| u32::try_from(value).map_err(below)).transpose()
}

fn feedback_on(input: &GiveMeetingFeedbackInput) -> Result<FeedbackOn> {
    match (&input.meeting, &input.authority, input.school_year, input.term) {
        (Some(meeting), None, None, None) => {
            Ok(FeedbackOn::Meeting(expect(Kind::PlanningMeeting, "input.meeting", meeting)?))
        }
        (None, Some(authority), Some(year), Some(term)) => {
            Ok(FeedbackOn::Term(expect(Kind::Authority, "input.authority", authority)?, year, term))
        }
        _ => Err(bad_input("input.meeting", "name a meeting; or an authority with school year and term")),
    }
}
