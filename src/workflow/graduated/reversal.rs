//! Steps taken by mistake are taken back by new events (XC-22).

use super::OnPlan;
use super::link::Consulted;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::graduated::reversal::{
    ConsultationStep, PlanStep, decide_consultation_reversal, decide_plan_reversal, last_plan_step, last_step,
};
use domain::graduated::{CycleState, GraduatedEvent, LinkConsultationState, OnePlanState};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{one_plan, plan_cycle};
use serde::Serialize;
use uuid::Uuid;

/// Take back the last step of a One Plan.
#[derive(Clone, Debug, Serialize)]
pub struct ReversePlan {
    /// The plan.
    pub plan: Uuid,
    /// Why.
    pub reason: String,
}

/// What taking back rests on.
pub struct PlanFacts {
    on: OnPlan,
    new_words: bool,
    another_plan: bool,
}

impl PlanFacts {
    fn step(&self) -> Option<PlanStep> {
        last_plan_step(self.on.plan.state, self.on.cycle.state, self.on.cycle.number)
    }
}

impl Command for ReversePlan {
    const ACTION: Action = Action::ReverseOnePlanStep;
    type Facts = PlanFacts;
    type Plan = Option<PlanStep>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<PlanFacts>, Fault> {
        let Some(on) = OnPlan::load(work, self.plan).await? else {
            return Ok(Gathered::NotFound(vec!["onePlan"]));
        };
        let open = System::within(work).open_plan(on.plan.child_id).await?;
        let (standing, target) = (on.response.standing.clone(), Some((on.plan.id, on.plan.version)));
        let facts = PlanFacts {
            new_words: work.has_new_words(on.cycle.id, on.cycle.opened_at).await?,
            another_plan: open.is_some_and(|open| open.id != on.plan.id),
            on,
        };
        Ok(Gathered::Found { facts, standing, target })
    }

    fn decide(&self, _: &Op, facts: &PlanFacts) -> (Findings, Option<PlanStep>) {
        let step = facts.step();
        let on_register = facts.on.response.record.on_register();
        let PlanFacts { new_words, another_plan, .. } = *facts;
        (decide_plan_reversal(step, new_words, another_plan, on_register, &self.reason), step)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: PlanFacts,
        step: Option<PlanStep>,
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        let step = step.ok_or(Fault::Unexpected("no step to take back"))?;
        let words = if step == PlanStep::Reviewed { review_words(work, &on).await? } else { Vec::new() };
        match step {
            PlanStep::Ended => reopen(&mut on.plan, &on.cycle),
            PlanStep::Reviewed => {
                on.cycle.state = CycleState::Open;
                on.cycle.reviewed_on = None;
                on.cycle.reviewed_by = None;
                on.cycle.concerns_remain = false;
                on.plan.review_by = on.cycle.review_by;
                work.reopen_duty(on.cycle.id, RuleId::Gr6).await?;
                work.update::<plan_cycle::Entity>(on.cycle.clone()).await?;
            }
            PlanStep::CycleOpened => {
                work.withdraw_duty(on.cycle.id, RuleId::Gr6).await?;
                work.remove_cycle(on.cycle.id).await?;
                on.plan.review_by = None;
            }
            PlanStep::Activated => {
                work.withdraw_duty(on.cycle.id, RuleId::Gr6).await?;
                on.plan.state = OnePlanState::Draft;
                on.plan.activated_on = None;
                on.plan.review_by = None;
                let undated = plan_cycle::Model {
                    starts_on: None,
                    school_year: None,
                    season: None,
                    review_by: None,
                    ..on.cycle.clone()
                };
                work.update::<plan_cycle::Entity>(undated).await?;
            }
        }
        let reason = self.reason.clone();
        on.save(work, GraduatedEvent::OnePlanStepReversed { step, reason, words }).await
    }
}

/// What a review said, which the next one writes over: it stays in the history.
async fn review_words(work: &Work<'_>, on: &OnPlan) -> Result<Vec<String>, Fault> {
    let sections = System::within(work).sections(on.cycle.id).await?;
    let found = sections.into_iter().filter_map(|section| section.findings);
    Ok(on.cycle.summary.clone().into_iter().chain(found).collect())
}

/// An ended plan goes on as what it was.
fn reopen(plan: &mut one_plan::Model, cycle: &plan_cycle::Model) {
    plan.state = if cycle.starts_on.is_some() { OnePlanState::Active } else { OnePlanState::Draft };
    plan.ended_on = None;
    plan.end_reason = None;
}

/// Take back the last step of a consultation with link staff.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseConsultation {
    /// The consultation.
    pub consultation: Uuid,
    /// Why.
    pub reason: String,
}

/// What taking back rests on.
pub struct ConsultationFacts {
    on: Consulted,
    outcomes: bool,
}

impl Command for ReverseConsultation {
    const ACTION: Action = Action::ReverseLinkConsultationStep;
    type Facts = ConsultationFacts;
    type Plan = Option<ConsultationStep>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ConsultationFacts>, Fault> {
        Ok(match Consulted::gather(work, self.consultation).await? {
            Gathered::NotFound(paths) => Gathered::NotFound(paths),
            Gathered::Found { facts: on, standing, target } => {
                let actions = System::within(work).agreed_actions(on.row.id).await?;
                let outcomes = actions.iter().any(|action| action.done_on.is_some());
                Gathered::Found { facts: ConsultationFacts { on, outcomes }, standing, target }
            }
        })
    }

    fn decide(&self, _: &Op, facts: &ConsultationFacts) -> (Findings, Option<ConsultationStep>) {
        let row = &facts.on.row;
        let step = last_step(row.state);
        let record = &facts.on.response.record;
        let another = !row.state.is_open() && record.consultation.is_some();
        let no_consent = !record.link_consent;
        (decide_consultation_reversal(step, facts.outcomes, another, no_consent, &self.reason), step)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ConsultationFacts,
        step: Option<ConsultationStep>,
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        let step = step.ok_or(Fault::Unexpected("no step to take back"))?;
        let mut words = Vec::new();
        match step {
            ConsultationStep::Completed => {
                on.row.state = LinkConsultationState::Raised;
                on.row.ready_at = None;
            }
            ConsultationStep::Advised => {
                let steps = System::within(work).agreed_actions(on.row.id).await?;
                words.extend(on.row.advice.take());
                words.extend(steps.into_iter().map(|step| format!("{} ({})", step.what, step.owner)));
                work.remove_actions(on.row.id).await?;
                on.row.state = LinkConsultationState::Ready;
                on.row.advised_by = None;
                on.row.advised_at = None;
            }
            ConsultationStep::Closed => {
                on.row.state = LinkConsultationState::Advised;
                on.row.closed_at = None;
            }
            ConsultationStep::Withdrawn => {
                on.row.state = LinkConsultationState::Raised;
                on.row.ready_at = None;
                on.row.closed_at = None;
                on.row.withdrawn_reason = None;
            }
        }
        let reason = self.reason.clone();
        on.save(work, GraduatedEvent::LinkConsultationStepReversed { step, reason, words }).await
    }
}
