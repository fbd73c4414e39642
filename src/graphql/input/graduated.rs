//! Filters of One Plans and consultations with link staff, and how what is written in them is read.

use super::{LONG, SHORT, kept, kept_if_given};
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::scalar::Date;
use crate::store::list::graduated::{HeldBy, LinkConsultations, OnePlans};
use crate::workflow::graduated::cycle::Reviewed;
use crate::workflow::graduated::link::NextStep;
use crate::workflow::graduated::plan::Written;
use async_graphql::{ID, InputObject, Result};
use domain::graduated::plan::{Outcome, Provision};
use domain::graduated::{AreaOfDevelopment, LinkConsultationState, NextStepKind, OnePlanState, Progress};

/// Which One Plans.
#[derive(InputObject, Default)]
pub struct OnePlanFilter {
    /// Only in these states.
    states: Option<Vec<OnePlanState>>,
    /// Only with a review due before this date.
    review_before: Option<Date>,
    /// Only with the review overdue, or only without.
    overdue: Option<bool>,
}

impl OnePlanFilter {
    /// The list of these plans.
    pub fn list(self, of: Option<HeldBy>) -> OnePlans {
        OnePlans {
            of,
            states: self.states.unwrap_or_default(),
            review_before: self.review_before.map(|on| on.0),
            overdue: self.overdue,
        }
    }
}

/// Which consultations with link staff.
#[derive(InputObject, Default)]
pub struct LinkConsultationFilter {
    /// Only in these states.
    states: Option<Vec<LinkConsultationState>>,
    /// Only urgent ones, or only those that wait for the school's next planning meeting.
    urgent: Option<bool>,
    /// Only about this child.
    child: Option<ID>,
}

impl LinkConsultationFilter {
    /// The list of these consultations.
    pub fn list(self, of: Option<HeldBy>) -> Result<LinkConsultations> {
        Ok(LinkConsultations {
            of,
            states: self.states.unwrap_or_default(),
            urgent: self.urgent,
            child: expect_if_given(Kind::Child, "filter.child", self.child.as_ref())?,
        })
    }
}

/// What a section is to achieve.
#[derive(InputObject)]
pub struct PlanOutcomeInput {
    /// What the child will be able to do.
    what: String,
    /// By what it is seen.
    measure: Option<String>,
}

/// What is done towards the outcomes of a section.
#[derive(InputObject)]
pub struct PlanInterventionInput {
    /// What is done.
    what: String,
    /// On what evidence.
    evidence_base: String,
    /// Who does it.
    who: String,
    /// When and how often.
    when: String,
}

/// A section of a One Plan; parts that are left out stay as they are.
#[derive(InputObject)]
pub struct PlanSectionInput {
    /// Its area of need.
    pub area: AreaOfDevelopment,
    /// Assess: what is known of the need.
    assess: Option<String>,
    /// Plan: what is to be achieved, all of it.
    outcomes: Option<Vec<PlanOutcomeInput>>,
    /// Plan and do: what is done towards it, on what evidence, by whom and when, all of it.
    interventions: Option<Vec<PlanInterventionInput>>,
    /// Review: when.
    review_on: Option<Date>,
    /// Review: by what it measures.
    review_measure: Option<String>,
}

/// The words of a section as they are kept.
pub fn words(path: &str, raw: PlanSectionInput) -> Result<Written> {
    let outcome = |(index, one): (usize, PlanOutcomeInput)| {
        Ok(Outcome {
            what: kept(&format!("{path}.outcomes.{index}.what"), &one.what, LONG)?,
            measure: kept_if_given(
                &format!("{path}.outcomes.{index}.measure"),
                one.measure.as_deref(),
                LONG,
            )?
            .unwrap_or_default(),
        })
    };
    let provision = |(index, one): (usize, PlanInterventionInput)| {
        let path = |field: &str| format!("{path}.interventions.{index}.{field}");
        Ok(Provision {
            what: kept(&path("what"), &one.what, LONG)?,
            evidence_base: kept(&path("evidenceBase"), &one.evidence_base, LONG)?,
            who: kept(&path("who"), &one.who, SHORT)?,
            when: kept(&path("when"), &one.when, SHORT)?,
        })
    };
    let outcomes = raw.outcomes.map(|all| all.into_iter().enumerate().map(outcome).collect::<Result<_>>());
    let interventions =
        raw.interventions.map(|all| all.into_iter().enumerate().map(provision).collect::<Result<_>>());
    Ok(Written {
        assess: kept_if_given(&format!("{path}.assess"), raw.assess.as_deref(), LONG)?,
        outcomes: outcomes.transpose()?,
        interventions: interventions.transpose()?,
        review_on: raw.review_on.map(|on| on.0),
        review_measure: kept_if_given(&format!("{path}.reviewMeasure"), raw.review_measure.as_deref(), LONG)?,
    })
}

/// What a review says of one section.
#[derive(InputObject)]
pub struct SectionReviewInput {
    /// The section.
    section: ID,
    /// What was found.
    findings: String,
    /// What that says of the outcomes.
    progress: Progress,
    /// The assessment re-administered since the cycle began; or `usedUpInstrument` (GR-7).
    reassessment: Option<ID>,
    /// The standardised instrument that is used up this school year.
    used_up_instrument: Option<ID>,
}

impl SectionReviewInput {
    /// The review as it is kept.
    pub fn read(self, path: &str) -> Result<Reviewed> {
        let field = |name: &str| format!("{path}.{name}");
        Ok(Reviewed {
            section: expect(Kind::PlanSection, &field("section"), &self.section)?,
            findings: kept(&field("findings"), &self.findings, LONG)?,
            progress: self.progress,
            reassessment: expect_if_given(
                Kind::SchoolAssessment,
                &field("reassessment"),
                self.reassessment.as_ref(),
            )?,
            used_up_instrument: expect_if_given(
                Kind::Instrument,
                &field("usedUpInstrument"),
                self.used_up_instrument.as_ref(),
            )?,
        })
    }
}

/// A next step that is advised (GR-11).
#[derive(InputObject)]
pub struct NextStepInput {
    /// What it is.
    kind: NextStepKind,
    /// What is to be done.
    what: String,
    /// Who does it, by name and role.
    owner: String,
    /// By when.
    due_on: Date,
}

impl NextStepInput {
    /// The step as it is kept.
    pub fn read(self, path: &str) -> Result<NextStep> {
        Ok(NextStep {
            kind: self.kind,
            what: kept(&format!("{path}.what"), &self.what, LONG)?,
            owner: kept(&format!("{path}.owner"), &self.owner, SHORT)?,
            due_on: self.due_on.0,
        })
    }
}
