//! Steps on advice and its queries (EH-2, AQ-1 to AQ-8).

use crate::graphql::advice::{AccuracyCheck, AdviceQuery, AdviceRequest};
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{DOCUMENT, LONG, SHORT, address, kept, kept_if_given};
use crate::graphql::payload::{UpdateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::workflow::ehc::advice::{ChangeGiver, RecordAbsence, Seek, Submit};
use crate::workflow::ehc::follow_up::{LogGiverDiscussion, OpenFollowUp};
use crate::workflow::ehc::plan::AnswerCheck;
use crate::workflow::ehc::query::{
    CloseFollowUp, Decide, LogSmallPoint, Raise, RecordDiscussion, WithdrawQuery,
};
use crate::workflow::ehc::reversal::ReverseQuery;
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::ehc::{QueryDecision, QueryReason, Service};
use entity::{accuracy_check, advice_query, advice_request};

/// From whom.
#[derive(InputObject)]
pub struct SeekAdviceInput {
    /// The assessment.
    assessment: ID,
    /// From which service.
    service: Service,
    /// Who gives it; nobody for the parents.
    giver: Option<ID>,
    /// Their line manager, where known.
    manager: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Who it is from now on.
#[derive(InputObject)]
pub struct ChangeAdviceGiverInput {
    /// The advice.
    advice_request: ID,
    /// Who gives it from now on.
    giver: Option<ID>,
    /// Their line manager, where known.
    manager: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The advice.
#[derive(InputObject)]
pub struct SubmitAdviceInput {
    /// The advice that was asked for.
    advice_request: ID,
    /// What it says.
    content: String,
    /// What changed, from the second version on.
    what_changed: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Since when.
#[derive(InputObject)]
pub struct RecordGiverAbsenceInput {
    /// The advice.
    advice_request: ID,
    /// Since which date.
    since: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What is asked.
#[derive(InputObject)]
pub struct RaiseAdviceQueryInput {
    /// The advice.
    advice_request: ID,
    /// What is wrong with it.
    reason: QueryReason,
    /// On which part.
    part: String,
    /// What is asked.
    question: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What was discussed.
#[derive(InputObject)]
pub struct RecordManagerDiscussionInput {
    /// The query.
    advice_query: ID,
    /// What was discussed.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What, and why.
#[derive(InputObject)]
pub struct DecideAdviceQueryInput {
    /// The query.
    advice_query: ID,
    /// What.
    decision: QueryDecision,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Contact and answer.
#[derive(InputObject)]
pub struct LogSmallPointInput {
    /// The query.
    advice_query: ID,
    /// How the giver was contacted.
    contact: String,
    /// What they answered.
    answer: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What is required.
#[derive(InputObject)]
pub struct OpenFormalFollowUpInput {
    /// The query.
    advice_query: ID,
    /// What is required; without the child's name.
    required: String,
    /// Further addresses it goes to.
    copies: Option<Vec<String>>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What was discussed.
#[derive(InputObject)]
pub struct LogGiverDiscussionInput {
    /// The query.
    advice_query: ID,
    /// What direction and support was given.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which.
#[derive(InputObject)]
pub struct CloseFollowUpInput {
    /// The query.
    advice_query: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawAdviceQueryInput {
    /// The query.
    advice_query: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseAdviceQueryStepInput {
    /// The query.
    advice_query: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The answer.
#[derive(InputObject)]
pub struct AnswerAccuracyCheckInput {
    /// The check.
    accuracy_check: ID,
    /// Whether the plan reflects the child's needs as the giver sees them.
    accurate: bool,
    /// What is to be put right, if not.
    feedback: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

fn addresses(given: &[String]) -> Result<Vec<String>> {
    let read =
        given.iter().enumerate().map(|(index, given)| address(&format!("input.copies.{index}"), given));
    read.collect()
}

payload!(SeekAdvicePayload, advice_request: AdviceRequest of advice_request::Entity);
payload!(ChangeAdviceGiverPayload, advice_request: AdviceRequest of advice_request::Entity);
payload!(SubmitAdvicePayload, advice_request: AdviceRequest of advice_request::Entity);
payload!(RecordGiverAbsencePayload, advice_request: AdviceRequest of advice_request::Entity);
payload!(RaiseAdviceQueryPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(RecordManagerDiscussionPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(DecideAdviceQueryPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(LogSmallPointPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(OpenFormalFollowUpPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(LogGiverDiscussionPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(CloseFollowUpPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(WithdrawAdviceQueryPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(ReverseAdviceQueryStepPayload, advice_query: AdviceQuery of advice_query::Entity);
payload!(AnswerAccuracyCheckPayload, accuracy_check: AccuracyCheck of accuracy_check::Entity);

/// Steps on advice and its queries (EH-2, AQ-1 to AQ-8).
#[derive(Default)]
pub struct AdviceMutations;

/// Steps on advice and its queries (EH-2, AQ-1 to AQ-8).
#[Object]
impl AdviceMutations {
    /// Seek advice for an assessment (EH-2). By an EHCP coordinator.
    async fn seek_advice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From whom.")] input: SeekAdviceInput,
    ) -> Result<SeekAdvicePayload> {
        let command = Seek {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            service: input.service,
            giver: expect_if_given(Kind::Person, "input.giver", input.giver.as_ref())?,
            manager: expect_if_given(Kind::Person, "input.manager", input.manager.as_ref())?,
        };
        SeekAdvicePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Name another giver or line manager of an advice (EH-2). By an EHCP coordinator.
    async fn change_advice_giver(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who it is from now on.")] input: ChangeAdviceGiverInput,
    ) -> Result<ChangeAdviceGiverPayload> {
        let command = ChangeGiver {
            request: expect(Kind::AdviceRequest, "input.adviceRequest", &input.advice_request)?,
            giver: expect_if_given(Kind::Person, "input.giver", input.giver.as_ref())?,
            manager: expect_if_given(Kind::Person, "input.manager", input.manager.as_ref())?,
        };
        ChangeAdviceGiverPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Send in advice, or a new version of it (AQ-1). By its giver, by the manager of a giver who is not at work, by the family for their own, or by an EHCP coordinator who received it.
    async fn submit_advice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The advice.")] input: SubmitAdviceInput,
    ) -> Result<SubmitAdvicePayload> {
        let command = Submit {
            request: expect(Kind::AdviceRequest, "input.adviceRequest", &input.advice_request)?,
            content: kept("input.content", &input.content, DOCUMENT)?,
            what_changed: kept_if_given("input.whatChanged", input.what_changed.as_deref(), LONG)?,
        };
        SubmitAdvicePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record that an advice giver is not at work: the manager answers, and the due date stays (AQ-6). By the manager.
    async fn record_giver_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Since when.")] input: RecordGiverAbsenceInput,
    ) -> Result<RecordGiverAbsencePayload> {
        let command = RecordAbsence {
            request: expect(Kind::AdviceRequest, "input.adviceRequest", &input.advice_request)?,
            since: input.since.0,
        };
        RecordGiverAbsencePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Raise a query on advice that came in (AQ-2). By an EHCP coordinator.
    async fn raise_advice_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked.")] input: RaiseAdviceQueryInput,
    ) -> Result<RaiseAdviceQueryPayload> {
        let command = Raise {
            request: expect(Kind::AdviceRequest, "input.adviceRequest", &input.advice_request)?,
            reason: input.reason,
            part: kept("input.part", &input.part, SHORT)?,
            question: kept("input.question", &input.question, LONG)?,
        };
        RaiseAdviceQueryPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record that a query was discussed with the line manager (AQ-2). By an EHCP coordinator or a SEND manager.
    async fn record_manager_discussion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was discussed.")] input: RecordManagerDiscussionInput,
    ) -> Result<RecordManagerDiscussionPayload> {
        let command = RecordDiscussion {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            note: kept("input.note", &input.note, LONG)?,
        };
        RecordManagerDiscussionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Decide about a query: use the advice as submitted, a small point, or extended input (AQ-3). By a SEND manager.
    async fn decide_advice_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and why.")] input: DecideAdviceQueryInput,
    ) -> Result<DecideAdviceQueryPayload> {
        let command = Decide {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            decision: input.decision,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        DecideAdviceQueryPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Log how a small point was cleared up, which closes the query (AQ-4). By an EHCP coordinator.
    async fn log_small_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Contact and answer.")] input: LogSmallPointInput,
    ) -> Result<LogSmallPointPayload> {
        let command = LogSmallPoint {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            contact: kept("input.contact", &input.contact, LONG)?,
            answer: kept("input.answer", &input.answer, LONG)?,
        };
        LogSmallPointPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Open a formal follow-up and send it to the giver and the giver's manager (AQ-5). By an EHCP coordinator, on a SEND manager's decision.
    async fn open_formal_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is required.")] input: OpenFormalFollowUpInput,
    ) -> Result<OpenFormalFollowUpPayload> {
        let command = OpenFollowUp {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            required: kept("input.required", &input.required, LONG)?,
            copies: addresses(&input.copies.unwrap_or_default())?,
        };
        OpenFormalFollowUpPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Log the discussion with the giver: direction and support (AQ-6). By the giver's manager.
    async fn log_giver_discussion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was discussed.")] input: LogGiverDiscussionInput,
    ) -> Result<LogGiverDiscussionPayload> {
        let command = LogGiverDiscussion {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            note: kept("input.note", &input.note, LONG)?,
        };
        LogGiverDiscussionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Close a formal follow-up that updated advice has answered (AQ-7). By an EHCP coordinator.
    async fn close_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CloseFollowUpInput,
    ) -> Result<CloseFollowUpPayload> {
        let command =
            CloseFollowUp { query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)? };
        CloseFollowUpPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Withdraw an open query. By a SEND manager.
    async fn withdraw_advice_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawAdviceQueryInput,
    ) -> Result<WithdrawAdviceQueryPayload> {
        let command = WithdrawQuery {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawAdviceQueryPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step on a query, taken by mistake (XC-22). By who may take it, or a SEND manager.
    async fn reverse_advice_query_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseAdviceQueryStepInput,
    ) -> Result<ReverseAdviceQueryStepPayload> {
        let command = ReverseQuery {
            query: expect(Kind::AdviceQuery, "input.adviceQuery", &input.advice_query)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReverseAdviceQueryStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Say whether the draft plan is accurate, or what is not (AQ-8). By the advice giver who was asked, or the
    /// manager of a giver who is not at work.
    async fn answer_accuracy_check(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerAccuracyCheckInput,
    ) -> Result<AnswerAccuracyCheckPayload> {
        let command = AnswerCheck {
            check: expect(Kind::AccuracyCheck, "input.accuracyCheck", &input.accuracy_check)?,
            accurate: input.accurate,
            feedback: kept_if_given("input.feedback", input.feedback.as_deref(), LONG)?,
        };
        AnswerAccuracyCheckPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
