//! Steps of a graduated response before and beside the One Plan (GR-1 to GR-4, GR-7).

use crate::graphql::child::Child;
use crate::graphql::context::bad_input;
use crate::graphql::graduated::{Concern, Intervention, SchoolAssessment, SenRegisterDecision};
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{LONG, SHORT, kept, kept_if_given};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::workflow::graduated::evidence::{
    RecordAssessment, RecordConcern, RecordIntervention, ReviewIntervention, RuleOutArea, WithdrawAssessment,
};
use crate::workflow::graduated::register::{AddToRegister, RemoveFromRegister, ReverseDecision};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::graduated::AreaOfDevelopment;
use entity::{child, intervention, school_assessment, school_concern, sen_register_decision};

/// The concern.
#[derive(InputObject)]
pub struct RecordConcernInput {
    /// The child.
    child: ID,
    /// When it came up.
    raised_on: Date,
    /// In which areas of development.
    areas: Vec<AreaOfDevelopment>,
    /// What it is.
    description: String,
    /// The high-quality teaching and support in place.
    teaching: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The intervention.
#[derive(InputObject)]
pub struct RecordInterventionInput {
    /// The child.
    child: ID,
    /// For which area.
    area: AreaOfDevelopment,
    /// What is done.
    what: String,
    /// On what evidence.
    evidence_base: Option<String>,
    /// Who does it.
    who: String,
    /// When and how often.
    when: String,
    /// First date.
    from: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What it achieved.
#[derive(InputObject)]
pub struct ReviewInterventionInput {
    /// The intervention.
    intervention: ID,
    /// When its impact was looked at.
    reviewed_on: Date,
    /// What it achieved.
    impact: String,
    /// Whether it ends with that day.
    ends: bool,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The assessment.
#[derive(InputObject)]
pub struct RecordSchoolAssessmentInput {
    /// The child.
    child: ID,
    /// Which area.
    area: AreaOfDevelopment,
    /// The instrument of the authority's list; or `otherInstrument`.
    instrument: Option<ID>,
    /// The name of an instrument that is not on the list: it counts as not standardised.
    other_instrument: Option<String>,
    /// When.
    assessed_on: Date,
    /// What it showed.
    result: String,
    /// Whether it identifies a need for further intervention.
    identifies_need: bool,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawSchoolAssessmentInput {
    /// The assessment.
    school_assessment: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The area, and why.
#[derive(InputObject)]
pub struct RuleOutAreaInput {
    /// The child.
    child: ID,
    /// Which area.
    area: AreaOfDevelopment,
    /// Why it is not relevant.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Who decided, and on what.
#[derive(InputObject)]
pub struct AddToSenRegisterInput {
    /// The child.
    child: ID,
    /// The SENCO who decided with the others.
    senco: Option<ID>,
    /// The staff who decided, each by name and role.
    staff: Vec<String>,
    /// The parents and carers who decided.
    parents: Vec<ID>,
    /// The assessments that it rests on.
    assessments: Vec<ID>,
    /// In what the provision is additional to or different from that of other pupils.
    provision: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Who decided, and why.
#[derive(InputObject)]
pub struct RemoveFromSenRegisterInput {
    /// The child.
    child: ID,
    /// The staff who decided, each by name and role.
    staff: Vec<String>,
    /// Why the child no longer needs it.
    reason: String,
    /// What the parents say to it.
    parents_view: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseSenRegisterDecisionInput {
    /// The decision.
    sen_register_decision: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(RecordConcernPayload, concern: Concern of school_concern::Entity);
payload!(RecordInterventionPayload, intervention: Intervention of intervention::Entity);
payload!(ReviewInterventionPayload, intervention: Intervention of intervention::Entity);
payload!(RecordSchoolAssessmentPayload, school_assessment: SchoolAssessment of school_assessment::Entity);
payload!(WithdrawSchoolAssessmentPayload, school_assessment: SchoolAssessment of school_assessment::Entity);
payload!(RuleOutAreaPayload, child: Child of child::Entity);
payload!(AddToSenRegisterPayload, sen_register_decision: SenRegisterDecision of sen_register_decision::Entity);
payload!(RemoveFromSenRegisterPayload, sen_register_decision: SenRegisterDecision of sen_register_decision::Entity);
payload!(ReverseSenRegisterDecisionPayload, sen_register_decision: SenRegisterDecision of sen_register_decision::Entity);

/// Steps of a graduated response before and beside the One Plan (GR-1 to GR-4, GR-7).
#[derive(Default)]
pub struct GraduatedMutations;

/// Steps of a graduated response before and beside the One Plan (GR-1 to GR-4, GR-7).
#[Object]
impl GraduatedMutations {
    /// Record a concern about a child, and the high-quality teaching in place (GR-1). By school staff.
    async fn record_concern(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The concern.")] input: RecordConcernInput,
    ) -> Result<RecordConcernPayload> {
        let command = RecordConcern {
            child: expect(Kind::Child, "input.child", &input.child)?,
            raised_on: input.raised_on.0,
            areas: input.areas,
            description: kept("input.description", &input.description, LONG)?,
            teaching: kept("input.teaching", &input.teaching, LONG)?,
        };
        RecordConcernPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record a first-tier intervention (GR-1). By school staff.
    async fn record_intervention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The intervention.")] input: RecordInterventionInput,
    ) -> Result<RecordInterventionPayload> {
        let command = RecordIntervention {
            child: expect(Kind::Child, "input.child", &input.child)?,
            area: input.area,
            what: kept("input.what", &input.what, LONG)?,
            evidence_base: kept_if_given("input.evidenceBase", input.evidence_base.as_deref(), LONG)?
                .unwrap_or_default(),
            who: kept("input.who", &input.who, SHORT)?,
            when: kept("input.when", &input.when, SHORT)?,
            from: input.from.0,
        };
        RecordInterventionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record what a first-tier intervention achieved (GR-1). By school staff.
    async fn review_intervention(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it achieved.")] input: ReviewInterventionInput,
    ) -> Result<ReviewInterventionPayload> {
        let command = ReviewIntervention {
            intervention: expect(Kind::Intervention, "input.intervention", &input.intervention)?,
            reviewed_on: input.reviewed_on.0,
            impact: kept("input.impact", &input.impact, LONG)?,
            ends: input.ends,
        };
        ReviewInterventionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record an assessment of an area of development (GR-2, GR-7). By school staff.
    async fn record_school_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The assessment.")] input: RecordSchoolAssessmentInput,
    ) -> Result<RecordSchoolAssessmentPayload> {
        let command = assessment(&input)?;
        RecordSchoolAssessmentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back an assessment recorded by mistake (XC-22). By the school, while nothing rests on it.
    async fn withdraw_school_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawSchoolAssessmentInput,
    ) -> Result<WithdrawSchoolAssessmentPayload> {
        let command = WithdrawAssessment {
            assessment: expect(Kind::SchoolAssessment, "input.schoolAssessment", &input.school_assessment)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawSchoolAssessmentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Rule an area of development out (GR-2). By the school.
    async fn rule_out_area(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The area, and why.")] input: RuleOutAreaInput,
    ) -> Result<RuleOutAreaPayload> {
        let command = RuleOutArea {
            child: expect(Kind::Child, "input.child", &input.child)?,
            area: input.area,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        RuleOutAreaPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Put a child on the SEN register: SENCO, staff and parents decide together (GR-4). By the school.
    async fn add_to_sen_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who decided, and on what.")] input: AddToSenRegisterInput,
    ) -> Result<AddToSenRegisterPayload> {
        let command = AddToRegister {
            child: expect(Kind::Child, "input.child", &input.child)?,
            senco: expect_if_given(Kind::Person, "input.senco", input.senco.as_ref())?,
            staff: names(&input.staff)?,
            parents: all(Kind::ParentCarer, "input.parents", &input.parents)?,
            assessments: all(Kind::SchoolAssessment, "input.assessments", &input.assessments)?,
            provision: kept("input.provision", &input.provision, LONG)?,
        };
        AddToSenRegisterPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take a child off the SEN register: the school's staff decide, the parents' view is recorded (GR-4). By the school.
    async fn remove_from_sen_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who decided, and why.")] input: RemoveFromSenRegisterInput,
    ) -> Result<RemoveFromSenRegisterPayload> {
        let command = RemoveFromRegister {
            child: expect(Kind::Child, "input.child", &input.child)?,
            staff: names(&input.staff)?,
            reason: kept("input.reason", &input.reason, LONG)?,
            parents_view: kept_if_given("input.parentsView", input.parents_view.as_deref(), LONG)?,
        };
        RemoveFromSenRegisterPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the newest SEN-register decision, taken by mistake (XC-22). By the school or a SEND manager.
    async fn reverse_sen_register_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseSenRegisterDecisionInput,
    ) -> Result<ReverseSenRegisterDecisionPayload> {
        let command = ReverseDecision {
            decision: expect(
                Kind::SenRegisterDecision,
                "input.senRegisterDecision",
                &input.sen_register_decision,
            )?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReverseSenRegisterDecisionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}

fn assessment(input: &RecordSchoolAssessmentInput) -> Result<RecordAssessment> {
    if input.instrument.is_some() == input.other_instrument.is_some() {
        return Err(bad_input("input.instrument", "name the instrument either by id or in free text"));
    }
    Ok(RecordAssessment {
        child: expect(Kind::Child, "input.child", &input.child)?,
        area: input.area,
        instrument: expect_if_given(Kind::Instrument, "input.instrument", input.instrument.as_ref())?,
        other_instrument: kept_if_given("input.otherInstrument", input.other_instrument.as_deref(), SHORT)?,
        assessed_on: input.assessed_on.0,
        result: kept("input.result", &input.result, LONG)?,
        identifies_need: input.identifies_need,
    })
}

fn names(raw: &[String]) -> Result<Vec<String>> {
    raw.iter().enumerate().map(|(index, name)| kept(&format!("input.staff.{index}"), name, SHORT)).collect()
}

fn all(kind: Kind, path: &str, ids: &[ID]) -> Result<Vec<uuid::Uuid>> {
    ids.iter().enumerate().map(|(index, id)| expect(kind, &format!("{path}.{index}"), id)).collect()
}
