//! Steps of One Plans (GR-5 to GR-8).

use crate::graphql::id::{Kind, expect};
use crate::graphql::input::graduated::{PlanSectionInput, SectionReviewInput, words};
use crate::graphql::input::{LONG, kept};
use crate::graphql::one_plan::{OnePlan, PlanSection};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::graphql::school::School;
use crate::workflow::graduated::contribution::{CiteEvidence, Contribute};
use crate::workflow::graduated::cycle::{Observe, ReviewCycle};
use crate::workflow::graduated::plan::{Activate, Draft, End, WriteSection};
use crate::workflow::graduated::reversal::ReversePlan;
use crate::workflow::graduated::update::{OpenCycle, OpenTermCycles};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::graduated::Contributor;
use entity::{one_plan, plan_section, school};

/// For whom.
#[derive(InputObject)]
pub struct DraftOnePlanInput {
    /// The child.
    child: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The section, and the version that the writer has seen.
#[derive(InputObject)]
pub struct WritePlanSectionInput {
    /// The One Plan.
    one_plan: ID,
    /// What is written.
    section: PlanSectionInput,
    /// The version of the section that the writer has seen; 0 where they saw none.
    expected_version: i32,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Whose, and what they say.
#[derive(InputObject)]
pub struct AddPlanContributionInput {
    /// The One Plan.
    one_plan: ID,
    /// Whose it is.
    contributor: Contributor,
    /// What they say.
    text: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What is cited, where.
#[derive(InputObject)]
pub struct CitePlanEvidenceInput {
    /// The section.
    section: ID,
    /// The consultation whose record it is.
    consultation: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and from when.
#[derive(InputObject)]
pub struct ActivateOnePlanInput {
    /// The One Plan.
    one_plan: ID,
    /// When the first cycle begins; today without one.
    starts_on: Option<Date>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The review.
#[derive(InputObject)]
pub struct ReviewPlanCycleInput {
    /// The One Plan.
    one_plan: ID,
    /// What the review says of each section.
    sections: Vec<SectionReviewInput>,
    /// When it was held; today without one.
    reviewed_on: Option<Date>,
    /// Whether concerns remain.
    concerns_remain: bool,
    /// What the review came to.
    summary: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The observation.
#[derive(InputObject)]
pub struct RecordFurtherObservationInput {
    /// The One Plan.
    one_plan: ID,
    /// When.
    observed_on: Date,
    /// What was observed.
    observation: String,
    /// What the teacher said.
    teacher: String,
    /// What the parents said.
    parents: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The next cycle.
#[derive(InputObject)]
pub struct OpenPlanCycleInput {
    /// The One Plan.
    one_plan: ID,
    /// When it begins; without one today, or with the next term.
    starts_on: Option<Date>,
    /// Sections that are new or change.
    sections: Option<Vec<PlanSectionInput>>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Of which school.
#[derive(InputObject)]
pub struct OpenTermCyclesInput {
    /// The school.
    school: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct EndOnePlanInput {
    /// The One Plan.
    one_plan: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseOnePlanStepInput {
    /// The One Plan.
    one_plan: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(DraftOnePlanPayload, one_plan: OnePlan of one_plan::Entity);
payload!(WritePlanSectionPayload, plan_section: PlanSection of plan_section::Entity);
payload!(AddPlanContributionPayload, one_plan: OnePlan of one_plan::Entity);
payload!(CitePlanEvidencePayload, plan_section: PlanSection of plan_section::Entity);
payload!(ActivateOnePlanPayload, one_plan: OnePlan of one_plan::Entity);
payload!(ReviewPlanCyclePayload, one_plan: OnePlan of one_plan::Entity);
payload!(RecordFurtherObservationPayload, one_plan: OnePlan of one_plan::Entity);
payload!(OpenPlanCyclePayload, one_plan: OnePlan of one_plan::Entity);
payload!(OpenTermCyclesPayload, school: School of school::Entity);
payload!(EndOnePlanPayload, one_plan: OnePlan of one_plan::Entity);
payload!(ReverseOnePlanStepPayload, one_plan: OnePlan of one_plan::Entity);

/// Steps of One Plans (GR-5 to GR-8).
#[derive(Default)]
pub struct OnePlanMutations;

/// Steps of One Plans (GR-5 to GR-8).
#[Object]
impl OnePlanMutations {
    /// Draft a One Plan for a child on the SEN register (GR-5). By the school.
    async fn draft_one_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom.")] input: DraftOnePlanInput,
    ) -> Result<DraftOnePlanPayload> {
        let command = Draft { child: expect(Kind::Child, "input.child", &input.child)? };
        DraftOnePlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Write a section of the open cycle of a plan: what is left out stays as it is. Refused with the current text where somebody else has written since (GR-5). By school staff.
    async fn write_plan_section(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The section, and the version that the writer has seen.")]
        input: WritePlanSectionInput,
    ) -> Result<WritePlanSectionPayload> {
        let command = WriteSection {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            area: input.section.area,
            written: words("input.section", input.section)?,
            expected_version: input.expected_version,
        };
        WritePlanSectionPayload::of(
            ctx,
            carry_out(ctx, input.control.expecting(input.expected_version), command).await?,
        )
        .await
    }

    /// Add what parents or pupil contribute to a plan (GR-5). By school staff or the family.
    async fn add_plan_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and what they say.")] input: AddPlanContributionInput,
    ) -> Result<AddPlanContributionPayload> {
        let command = Contribute {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            contributor: input.contributor,
            text: kept("input.text", &input.text, LONG)?,
        };
        AddPlanContributionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Cite the Record of Involvement of an online consultation in a section (GR-5, OC-13). By school staff.
    async fn cite_plan_evidence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is cited, where.")] input: CitePlanEvidenceInput,
    ) -> Result<CitePlanEvidencePayload> {
        let command = CiteEvidence {
            section: expect(Kind::PlanSection, "input.section", &input.section)?,
            consultation: expect(Kind::Consultation, "input.consultation", &input.consultation)?,
        };
        CitePlanEvidencePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Put a plan in force, with its first cycle (GR-5, GR-6). By the school.
    async fn activate_one_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and from when.")] input: ActivateOnePlanInput,
    ) -> Result<ActivateOnePlanPayload> {
        let command = Activate {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            starts_on: input.starts_on.map(|on| on.0),
        };
        ActivateOnePlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Review the open cycle of a plan, area by area (GR-6, GR-7). By the school.
    async fn review_plan_cycle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The review.")] input: ReviewPlanCycleInput,
    ) -> Result<ReviewPlanCyclePayload> {
        let command = ReviewCycle {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            sections: input
                .sections
                .into_iter()
                .enumerate()
                .map(|(index, one)| one.read(&format!("input.sections.{index}")))
                .collect::<Result<_>>()?,
            reviewed_on: input.reviewed_on.map(|on| on.0),
            concerns_remain: input.concerns_remain,
            summary: kept("input.summary", &input.summary, LONG)?,
        };
        ReviewPlanCyclePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record a further observation, with what teacher and parents said, where concerns remain (GR-8). By school staff.
    async fn record_further_observation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The observation.")] input: RecordFurtherObservationInput,
    ) -> Result<RecordFurtherObservationPayload> {
        let command = Observe {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            observed_on: input.observed_on.0,
            observation: kept("input.observation", &input.observation, LONG)?,
            teacher: kept("input.teacher", &input.teacher, LONG)?,
            parents: kept("input.parents", &input.parents, LONG)?,
        };
        RecordFurtherObservationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Update a plan with its next cycle: sections go on as they are unless they are written anew (GR-6, GR-8). By the school.
    async fn open_plan_cycle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The next cycle.")] input: OpenPlanCycleInput,
    ) -> Result<OpenPlanCyclePayload> {
        let command = OpenCycle {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            starts_on: input.starts_on.map(|on| on.0),
            sections: input
                .sections
                .unwrap_or_default()
                .into_iter()
                .enumerate()
                .map(|(index, one)| Ok((one.area, words(&format!("input.sections.{index}"), one)?)))
                .collect::<Result<_>>()?,
        };
        OpenPlanCyclePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Open the next cycle of every plan of a school that is ready for it, each with the deadline of its review; the others are noted with the reason (GR-6). By the school.
    async fn open_term_cycles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which school.")] input: OpenTermCyclesInput,
    ) -> Result<OpenTermCyclesPayload> {
        let command = OpenTermCycles { school: expect(Kind::School, "input.school", &input.school)? };
        OpenTermCyclesPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// End a plan that is no longer needed. By the school.
    async fn end_one_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EndOnePlanInput,
    ) -> Result<EndOnePlanPayload> {
        let command = End {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        EndOnePlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step of a plan, taken by mistake (XC-22). By the school or a SEND manager.
    async fn reverse_one_plan_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseOnePlanStepInput,
    ) -> Result<ReverseOnePlanStepPayload> {
        let command = ReversePlan {
            plan: expect(Kind::OnePlan, "input.onePlan", &input.one_plan)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReverseOnePlanStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
