//! The action plan of an item, and the review of its impact (LG-7, LG-8).

use super::OnItem;
use super::anonymity::{Around, choice};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::calendar::BeyondCalendar;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::NewDuty;
use domain::locality::plan::{PlannedStep, StepImpact, decide_plan, decide_review, impact_review_duty};
use domain::locality::{Impact, ItemState, LocalityEvent};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{action_plan, action_plan_step};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A step of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct NewStep {
    /// From which strategy.
    pub strategy: Uuid,
    /// What is done.
    pub what: String,
    /// Who does it, by what they do.
    pub who: String,
}

/// Write the action plan of an item. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct WritePlan {
    /// The item.
    pub item: Uuid,
    /// Its steps.
    pub steps: Vec<NewStep>,
}

/// What a plan rests on.
pub struct PlanFacts {
    on: OnItem,
    helpful: BTreeSet<Uuid>,
    review: Result<NewDuty, BeyondCalendar>,
}

impl Command for WritePlan {
    const ACTION: Action = Action::WriteActionPlan;
    type Facts = PlanFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<PlanFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let system = System::within(work);
        let offered = system.offered(self.item).await?;
        let helpful = offered.into_iter().filter(|row| row.helpful == Some(true)).map(|row| row.id).collect();
        let authority = on.item.authority_id;
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let review = impact_review_duty(work.op.today(), on.senco(work).await?, &calendar, &policy);
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: PlanFacts { on, helpful, review }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &PlanFacts) -> (Findings, ()) {
        let step = |step: &NewStep| PlannedStep {
            strategy: step.strategy,
            what: step.what.clone(),
            who: step.who.clone(),
        };
        let steps: Vec<_> = self.steps.iter().map(step).collect();
        let mut findings = decide_plan(facts.on.item.state, &steps, &facts.helpful);
        if let Err(beyond) = &facts.review {
            refuse_beyond_calendar(&mut findings, &beyond.to_string());
        }
        (findings, ())
    }

    fn around(&self, facts: &PlanFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: PlanFacts, (): ()) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        let (authority_id, item_id) = (on.item.authority_id, on.item.id);
        let (locality_id, school_id) = (on.item.locality_id, on.item.school_id);
        let plan = work.op.id();
        work.insert::<action_plan::Entity>(action_plan::Model {
            id: plan,
            authority_id,
            item_id,
            locality_id,
            school_id,
            written_by: work.op.actor().unwrap_or_default(),
            written_on: work.op.today(),
            done: None,
            reviewed_by: None,
            reviewed_on: None,
            version: 1,
        })
        .await?;
        let steps = self.steps.iter().map(|step| action_plan_step::Model {
            id: work.op.id(),
            authority_id,
            action_plan_id: plan,
            item_id,
            locality_id,
            school_id,
            strategy_id: step.strategy,
            what: step.what.clone(),
            who: step.who.clone(),
            impact: None,
            impact_note: None,
        });
        work.insert_all::<action_plan_step::Entity>(steps.collect()).await?;
        work.meet_duty(item_id, RuleId::Lg7, work.op.now).await?;
        let subject = super::subject(authority_id, "LocalityItem", item_id, item_id);
        work.set_duty(&subject, facts.review?).await?;
        on.item.state = ItemState::ActionPlanned;
        on.save(work, LocalityEvent::ActionPlanWritten).await
    }
}

/// What became of a step.
#[derive(Clone, Debug, Serialize)]
pub struct NewOutcome {
    /// The step.
    pub step: Uuid,
    /// What became of it.
    #[serde(serialize_with = "choice")]
    pub impact: Impact,
    /// The note to that.
    pub note: String,
}

/// Review the impact of an action plan. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewImpact {
    /// The item.
    pub item: Uuid,
    /// What was done.
    pub done: String,
    /// What became of each step.
    pub outcomes: Vec<NewOutcome>,
}

/// What a review rests on.
pub struct ReviewFacts {
    on: OnItem,
    plan: Option<(action_plan::Model, Vec<action_plan_step::Model>)>,
}

impl Command for ReviewImpact {
    const ACTION: Action = Action::ReviewImpact;
    type Facts = ReviewFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReviewFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let plan = System::within(work).action_plan(self.item).await?;
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: ReviewFacts { on, plan }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &ReviewFacts) -> (Findings, ()) {
        let planned = facts.plan.iter().flat_map(|(_, steps)| steps).map(|step| step.id).collect();
        let impacts: Vec<_> =
            self.outcomes.iter().map(|one| StepImpact { step: one.step, impact: one.impact }).collect();
        (decide_review(facts.on.item.state, &self.done, &impacts, &planned), ())
    }

    fn around(&self, facts: &ReviewFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReviewFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let ReviewFacts { mut on, plan } = facts;
        let (mut plan, steps) = plan.ok_or(Fault::Unexpected("a planned item without a plan"))?;
        for mut step in steps {
            let outcome = self.outcomes.iter().find(|one| one.step == step.id);
            step.impact = outcome.map(|one| one.impact);
            step.impact_note = outcome.map(|one| one.note.clone());
            work.overwrite::<action_plan_step::Entity>(step).await?;
        }
        plan.done = Some(self.done.clone());
        plan.reviewed_by = work.op.actor();
        plan.reviewed_on = Some(work.op.today());
        work.update::<action_plan::Entity>(plan).await?;
        work.meet_duty(on.item.id, RuleId::Lg8, work.op.now).await?;
        on.item.state = ItemState::Reviewed;
        on.save(work, LocalityEvent::ImpactReviewed).await
    }
}
