//! A cycle is reviewed; where concerns remain, somebody observes further (GR-6 to GR-8).

use super::OnPlan;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::graduated::facts::yearly_maximum;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::calendar::school_year_of;
use domain::graduated::cycle::{RestsOn, SectionReview, decide_observation, decide_review};
use domain::graduated::{CycleState, GraduatedEvent, Progress};
use domain::london;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{further_observation, instrument, plan_cycle, plan_section};
use serde::Serialize;
use uuid::Uuid;

/// What a review says of one section.
#[derive(Clone, Debug, Serialize)]
pub struct Reviewed {
    /// The section.
    pub section: Uuid,
    /// What was found.
    pub findings: String,
    /// What that says of the outcomes.
    pub progress: Progress,
    /// The assessment re-administered since the cycle began.
    pub reassessment: Option<Uuid>,
    /// Or the instrument that is used up this school year.
    pub used_up_instrument: Option<Uuid>,
}

/// Review the open cycle of a plan. Answers the id of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewCycle {
    /// The plan.
    pub plan: Uuid,
    /// What the review says of each section.
    pub sections: Vec<Reviewed>,
    /// London date of the review; today without one.
    pub reviewed_on: Option<NaiveDate>,
    /// Whether concerns remain.
    pub concerns_remain: bool,
    /// What the review came to.
    pub summary: String,
}

/// What a review rests on.
pub struct ReviewFacts {
    on: OnPlan,
    sections: Vec<plan_section::Model>,
    rests_on: Vec<RestsOn>,
}

impl ReviewCycle {
    /// The London date of the review.
    fn held_on(&self, op: &Op) -> NaiveDate {
        self.reviewed_on.unwrap_or_else(|| op.today())
    }

    async fn rests_on(
        &self,
        work: &Work<'_>,
        on: &OnPlan,
        section: &plan_section::Model,
        given: &Reviewed,
    ) -> Result<RestsOn, Fault> {
        let system = System::within(work);
        let reviewed_on = self.held_on(work.op);
        if let Some(id) = given.reassessment {
            let found = system.assessments_of(section.child_id, &[id]).await?.pop();
            let since = on.cycle.starts_on;
            let holds = found.is_some_and(|row| {
                let in_time = since.is_some_and(|since| (since..=reviewed_on).contains(&row.assessed_on));
                row.area == section.area && in_time
            });
            return Ok(if holds { RestsOn::Reassessment } else { RestsOn::AnotherAssessment });
        }
        let Some(id) = given.used_up_instrument else { return Ok(RestsOn::Nothing) };
        // Another authority's, too, where the child was assessed with it before a move.
        let Some(row) = system.get::<instrument::Entity>(id).await? else {
            return Ok(RestsOn::StillUsable);
        };
        let used = system.times_used(section.child_id, &row, school_year_of(reviewed_on)).await?;
        let up = row.standardised && used >= yearly_maximum(&row, &on.response.figures);
        let of_area = system.used_in(section.child_id, id, section.area).await?;
        Ok(if up && of_area { RestsOn::UsedUp } else { RestsOn::StillUsable })
    }
}

impl Command for ReviewCycle {
    const ACTION: Action = Action::ReviewPlanCycle;
    type Facts = ReviewFacts;
    type Plan = NaiveDate;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReviewFacts>, Fault> {
        let Some(mut on) = OnPlan::load(work, self.plan).await? else {
            return Ok(Gathered::NotFound(vec!["onePlan"]));
        };
        // What a review can rest on is what was there when it was held.
        let child = &on.response.child;
        on.response.record = System::within(work).record(child, self.held_on(work.op)).await?.record;
        let known = System::within(work).sections(on.cycle.id).await?;
        let (mut sections, mut rests_on) = (Vec::new(), Vec::new());
        for given in &self.sections {
            let Some(section) = known.iter().find(|section| section.id == given.section) else {
                return Ok(Gathered::NotFound(vec!["sections"]));
            };
            rests_on.push(self.rests_on(work, &on, section, given).await?);
            sections.push(section.clone());
        }
        let (standing, target) = (on.response.standing.clone(), Some((on.plan.id, on.plan.version)));
        Ok(Gathered::Found { facts: ReviewFacts { on, sections, rests_on }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &ReviewFacts) -> (Findings, NaiveDate) {
        let given = self.sections.iter().zip(&facts.sections).zip(&facts.rests_on);
        let sections: Vec<_> = given
            .map(|((given, section), rests_on)| SectionReview {
                area: section.area,
                findings: &given.findings,
                rests_on: *rests_on,
            })
            .collect();
        let (reviewed_on, starts_on) = (self.held_on(op), facts.on.cycle.starts_on);
        let record = &facts.on.response.record;
        (decide_review(record, &sections, starts_on, reviewed_on, op.today()), reviewed_on)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReviewFacts,
        reviewed_on: NaiveDate,
    ) -> Result<Uuid, Fault> {
        for (given, section) in self.sections.iter().zip(facts.sections) {
            work.update::<plan_section::Entity>(plan_section::Model {
                findings: Some(given.findings.clone()),
                progress: Some(given.progress),
                reassessment_id: given.reassessment,
                used_up_instrument_id: given.used_up_instrument.filter(|_| given.reassessment.is_none()),
                ..section
            })
            .await?;
        }
        let mut on = facts.on;
        on.cycle.state = CycleState::Reviewed;
        on.cycle.reviewed_on = Some(reviewed_on);
        on.cycle.reviewed_by = work.op.actor();
        on.cycle.concerns_remain = self.concerns_remain;
        on.cycle.summary = Some(self.summary.clone());
        on.plan.review_by = None;
        // A review is in time by the day on which it was held, unless the breach has been escalated by then.
        let held_at = london::start_of_day(reviewed_on).max(on.cycle.opened_at).min(work.op.now);
        work.meet_duty(on.cycle.id, RuleId::Gr6, held_at).await?;
        work.update::<plan_cycle::Entity>(on.cycle.clone()).await?;
        on.save(work, GraduatedEvent::PlanCycleReviewed).await
    }
}

/// Record a further observation, with what teacher and parents said. Answers the id of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Observe {
    /// The plan.
    pub plan: Uuid,
    /// London date of the observation.
    pub observed_on: NaiveDate,
    /// What was observed.
    pub observation: String,
    /// What the teacher said.
    pub teacher: String,
    /// What the parents said.
    pub parents: String,
}

impl Command for Observe {
    const ACTION: Action = Action::RecordFurtherObservation;
    type Facts = OnPlan;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnPlan>, Fault> {
        OnPlan::gather(work, self.plan).await
    }

    fn decide(&self, op: &Op, on: &OnPlan) -> (Findings, ()) {
        let words = [
            ("observation", self.observation.as_str()),
            ("teacher", self.teacher.as_str()),
            ("parents", self.parents.as_str()),
        ];
        (decide_observation(on.plan.state, on.cycle.starts_on, self.observed_on, op.today(), words), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, on: OnPlan, (): ()) -> Result<Uuid, Fault> {
        work.insert::<further_observation::Entity>(further_observation::Model {
            id: work.op.id(),
            authority_id: on.response.held.authority_id,
            plan_id: on.plan.id,
            cycle_id: on.cycle.id,
            child_id: on.plan.child_id,
            observed_on: self.observed_on,
            observation: self.observation.clone(),
            teacher: self.teacher.clone(),
            parents: self.parents.clone(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
        })
        .await?;
        on.response.record(work, "OnePlan", on.plan.id, GraduatedEvent::FurtherObservationRecorded).await?;
        Ok(on.plan.id)
    }
}
