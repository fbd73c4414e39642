//! Steps of an EHC needs assessment (EH-1 to EH-4, AQ-8, AQ-9).

use crate::graphql::assessment::EhcAssessment;
use crate::graphql::authority::Authority;
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{DOCUMENT, LONG, kept, kept_if_given, week};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::{Date, Upn};
use crate::workflow::ehc::assessment::{Cease, DecideNotToAssess, DecideNotToIssue, DecideToAssess, Request};
use crate::workflow::ehc::exception::{RecordException, RevokeException};
use crate::workflow::ehc::notice::IssueNotice;
use crate::workflow::ehc::plan::{IssueDraft, IssueFinal, RecordResponse};
use crate::workflow::ehc::report::ConfirmRead;
use crate::workflow::ehc::reversal::ReverseAssessment;
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::ehc::exception::Exception;
use domain::ehc::{Ground, RequestSource};
use entity::{authority, ehc_assessment};

/// For whom, and since when.
#[derive(InputObject)]
pub struct RequestAssessmentInput {
    /// The child; or `upn`.
    child: Option<ID>,
    /// The UPN on the form: an EHCP coordinator does not see the child's record before.
    upn: Option<Upn>,
    /// Who asks; a parent or young person asks for themselves.
    source: RequestSource,
    /// The date of the request: day 0 of the statutory clock.
    requested_on: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which.
#[derive(InputObject)]
pub struct DecideToAssessInput {
    /// The assessment.
    assessment: ID,
    /// The EHCP coordinator who is to run the case.
    coordinator: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct DecideNotToAssessInput {
    /// The assessment.
    assessment: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct DecideNotToIssueInput {
    /// The assessment.
    assessment: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct CeaseAssessmentInput {
    /// The assessment.
    assessment: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseAssessmentStepInput {
    /// The assessment.
    assessment: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The ground, its dates and its evidence.
#[derive(InputObject)]
pub struct RecordExceptionInput {
    /// The assessment.
    assessment: ID,
    /// On which ground.
    ground: Ground,
    /// The advice whose appointment was missed; for that ground only.
    advice_request: Option<ID>,
    /// First date on which it held.
    from: Date,
    /// Last date on which it held.
    to: Date,
    /// What shows it.
    evidence: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct RevokeExceptionInput {
    /// The exception.
    exception: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The draft plan.
#[derive(InputObject)]
pub struct IssueDraftPlanInput {
    /// The assessment.
    assessment: ID,
    /// What it says.
    content: String,
    /// Why it goes out though queries are open; a SEND manager's.
    override_reason: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What they say.
#[derive(InputObject)]
pub struct RecordParentsResponseInput {
    /// The assessment.
    assessment: ID,
    /// What they say.
    response: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which.
#[derive(InputObject)]
pub struct IssueFinalPlanInput {
    /// The assessment.
    assessment: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The reason and the new date.
#[derive(InputObject)]
pub struct IssueDelayNoticeInput {
    /// The assessment.
    assessment: ID,
    /// Why the plan is late.
    reason: String,
    /// The new date of the final plan: not before the forecast.
    new_final_on: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which report was read.
#[derive(InputObject)]
pub struct ConfirmWeeklyReportReadInput {
    /// The authority.
    authority: ID,
    /// The ISO week, `2026-W47`.
    week: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

payload!(RequestAssessmentPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(DecideToAssessPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(DecideNotToAssessPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(DecideNotToIssuePayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(CeaseAssessmentPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(ReverseAssessmentStepPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(RecordExceptionPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(RevokeExceptionPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(IssueDraftPlanPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(RecordParentsResponsePayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(IssueFinalPlanPayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(IssueDelayNoticePayload, assessment: EhcAssessment of ehc_assessment::Entity);
payload!(ConfirmWeeklyReportReadPayload, authority: Authority of authority::Entity);

/// Steps of an EHC needs assessment (EH-1 to EH-4, AQ-8, AQ-9).
#[derive(Default)]
pub struct AssessmentMutations;

/// Steps of an EHC needs assessment (EH-1 to EH-4, AQ-8, AQ-9).
#[Object]
impl AssessmentMutations {
    /// Ask for an EHC needs assessment (EH-1). By the family, the school, an EHCP coordinator or a SEND manager.
    async fn request_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom, and since when.")] input: RequestAssessmentInput,
    ) -> Result<RequestAssessmentPayload> {
        if input.child.is_some() == input.upn.is_some() {
            return Err(bad_input("input.child", "name the child either by id or by UPN"));
        }
        let command = Request {
            child: expect_if_given(Kind::Child, "input.child", input.child.as_ref())?,
            upn: input.upn.map(|upn| upn.0.to_string()),
            source: input.source,
            requested_on: input.requested_on.0,
        };
        RequestAssessmentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Decide to assess (EH-1). By a SEND manager.
    async fn decide_to_assess(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DecideToAssessInput,
    ) -> Result<DecideToAssessPayload> {
        let command = DecideToAssess {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            coordinator: expect_if_given(Kind::Person, "input.coordinator", input.coordinator.as_ref())?,
        };
        DecideToAssessPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Decide not to assess (EH-1). By a SEND manager.
    async fn decide_not_to_assess(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: DecideNotToAssessInput,
    ) -> Result<DecideNotToAssessPayload> {
        let command = DecideNotToAssess {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        DecideNotToAssessPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Decide not to issue a plan (EH-1). By a SEND manager.
    async fn decide_not_to_issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: DecideNotToIssueInput,
    ) -> Result<DecideNotToIssuePayload> {
        let command = DecideNotToIssue {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        DecideNotToIssuePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// End an assessment before its time. By a SEND manager.
    async fn cease_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CeaseAssessmentInput,
    ) -> Result<CeaseAssessmentPayload> {
        let command = Cease {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        CeaseAssessmentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step of an assessment, taken by mistake (XC-22). By who may take it, or a SEND manager.
    async fn reverse_assessment_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseAssessmentStepInput,
    ) -> Result<ReverseAssessmentStepPayload> {
        let command = ReverseAssessment {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReverseAssessmentStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record an exception to the statutory dates (EH-4). By a SEND manager.
    async fn record_exception(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ground, its dates and its evidence.")] input: RecordExceptionInput,
    ) -> Result<RecordExceptionPayload> {
        let command = RecordException {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            exception: Exception {
                ground: input.ground,
                request: expect_if_given(
                    Kind::AdviceRequest,
                    "input.adviceRequest",
                    input.advice_request.as_ref(),
                )?,
                from: input.from.0,
                to: input.to.0,
            },
            evidence: kept("input.evidence", &input.evidence, LONG)?,
        };
        RecordExceptionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back an exception recorded by mistake (EH-4, XC-22). By a SEND manager.
    async fn revoke_exception(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: RevokeExceptionInput,
    ) -> Result<RevokeExceptionPayload> {
        let command = RevokeException {
            exception: expect(Kind::StatutoryException, "input.exception", &input.exception)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        RevokeExceptionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Issue the draft plan to parents and advice givers (EH-3, AQ-8). By an EHCP coordinator; with queries open, by a SEND manager.
    async fn issue_draft_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The draft plan.")] input: IssueDraftPlanInput,
    ) -> Result<IssueDraftPlanPayload> {
        let command = IssueDraft {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            content: kept("input.content", &input.content, DOCUMENT)?,
            override_reason: kept_if_given("input.overrideReason", input.override_reason.as_deref(), LONG)?,
        };
        IssueDraftPlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record what the parents say to the draft plan (EH-3). By the family or an EHCP coordinator.
    async fn record_parents_response(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they say.")] input: RecordParentsResponseInput,
    ) -> Result<RecordParentsResponsePayload> {
        let command = RecordResponse {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            response: kept("input.response", &input.response, LONG)?,
        };
        RecordParentsResponsePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Issue the final plan (EH-1). By a SEND manager, when the parents have answered or their time is over.
    async fn issue_final_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: IssueFinalPlanInput,
    ) -> Result<IssueFinalPlanPayload> {
        let command =
            IssueFinal { assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)? };
        IssueFinalPlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Tell the parents that the plan will be late, why, and the new date (AQ-9). By an EHCP coordinator.
    async fn issue_delay_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reason and the new date.")] input: IssueDelayNoticeInput,
    ) -> Result<IssueDelayNoticePayload> {
        let command = IssueNotice {
            assessment: expect(Kind::EhcAssessment, "input.assessment", &input.assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
            new_final_on: input.new_final_on.0,
        };
        IssueDelayNoticePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Confirm that the report of a week was read (AQ-10). By a SEND manager.
    async fn confirm_weekly_report_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which report.")] input: ConfirmWeeklyReportReadInput,
    ) -> Result<ConfirmWeeklyReportReadPayload> {
        let authority = expect(Kind::Authority, "input.authority", &input.authority)?;
        let command = ConfirmRead { authority, monday: week("input.week", &input.week)? };
        ConfirmWeeklyReportReadPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
