//! The One Plan: drafted, written, in force, ended (GR-5).

use super::term::Timing;
use super::{OnPlan, Response};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::graduated::facts::words_of;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::graduated::cycle::{decide_start, expect_term};
use domain::graduated::plan::{
    Outcome, Provision, Words, before_activating, before_drafting, decide_end, decide_section,
};
use domain::graduated::{AreaOfDevelopment, CycleState, GraduatedEvent, InterventionTier, OnePlanState};
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::{intervention, one_plan, plan_cycle, plan_outcome, plan_section};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Draft a One Plan. Answers the id of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// The child.
    pub child: Uuid,
}

impl Command for Draft {
    const ACTION: Action = Action::DraftOnePlan;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        Ok(match Response::load(work, self.child).await? {
            None => Gathered::NotFound(vec!["child"]),
            Some(response) => response.gathered(),
        })
    }

    fn decide(&self, _: &Op, response: &Response) -> (Findings, ()) {
        (before_drafting(&response.record), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<one_plan::Entity>(one_plan::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            state: OnePlanState::Draft,
            drafted_by: work.op.actor().unwrap_or_default(),
            drafted_at: work.op.now,
            activated_on: None,
            review_by: None,
            ended_on: None,
            end_reason: None,
            version: 1,
        })
        .await?;
        work.insert::<plan_cycle::Entity>(new_cycle(work, &response, id, 1)).await?;
        response.record(work, "OnePlan", id, GraduatedEvent::OnePlanDrafted).await?;
        Ok(id)
    }
}

/// A cycle that has no dates yet.
pub(super) fn new_cycle(work: &Work<'_>, response: &Response, plan: Uuid, number: i32) -> plan_cycle::Model {
    plan_cycle::Model {
        id: work.op.id(),
        authority_id: response.held.authority_id,
        plan_id: plan,
        child_id: response.child.id,
        school_id: response.held.school_id,
        number,
        state: CycleState::Open,
        opened_at: work.op.now,
        starts_on: None,
        school_year: None,
        season: None,
        review_by: None,
        reviewed_on: None,
        reviewed_by: None,
        concerns_remain: false,
        summary: None,
        version: 1,
    }
}

/// The parts of a section that somebody writes; those left out stay as they are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Written {
    /// What is known of the need.
    pub assess: Option<String>,
    /// What is to be achieved.
    pub outcomes: Option<Vec<Outcome>>,
    /// What is done towards it, by whom and when.
    pub interventions: Option<Vec<Provision>>,
    /// London date of the review.
    pub review_on: Option<NaiveDate>,
    /// By what the review measures.
    pub review_measure: Option<String>,
}

impl Written {
    /// The words over those that were there.
    pub(super) fn over(&self, before: Words) -> Words {
        Words {
            assess: self.assess.clone().unwrap_or(before.assess),
            outcomes: self.outcomes.clone().unwrap_or(before.outcomes),
            interventions: self.interventions.clone().unwrap_or(before.interventions),
            review_on: self.review_on.or(before.review_on),
            review_measure: self.review_measure.clone().unwrap_or(before.review_measure),
        }
    }
}

/// Write a section of the open cycle of a plan; its first words bring it into being. Answers the id of the section.
#[derive(Clone, Debug, Serialize)]
pub struct WriteSection {
    /// The plan.
    pub plan: Uuid,
    /// Its area of need.
    pub area: AreaOfDevelopment,
    /// What is written.
    pub written: Written,
    /// The version of the section that the writer has seen; 0 where they saw none.
    pub expected_version: i32,
}

/// What writing rests on.
pub struct SectionFacts {
    on: OnPlan,
    section: Option<plan_section::Model>,
    interventions: Vec<intervention::Model>,
    before: Words,
}

impl Command for WriteSection {
    const ACTION: Action = Action::WritePlanSection;
    type Facts = SectionFacts;
    type Plan = Words;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<SectionFacts>, Fault> {
        let Some(on) = OnPlan::load(work, self.plan).await? else {
            return Ok(Gathered::NotFound(vec!["onePlan"]));
        };
        let system = System::within(work);
        let section =
            system.sections(on.cycle.id).await?.into_iter().find(|section| section.area == self.area);
        let (mut interventions, mut before) = (Vec::new(), Words::default());
        if let Some(section) = &section {
            interventions = system.interventions(&[section.id]).await?;
            before = words_of(section, &system.outcomes(&[section.id]).await?, &interventions);
        }
        let (standing, target) =
            (on.response.standing.clone(), section.as_ref().map(|section| (section.id, section.version)));
        Ok(Gathered::Found { facts: SectionFacts { on, section, interventions, before }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &SectionFacts) -> (Findings, Words) {
        let words = self.written.over(facts.before.clone());
        let mut findings = decide_section(facts.on.plan.state, facts.on.cycle.state, self.area, &words);
        if facts.section.is_none() && self.expected_version != 0 {
            let message = "there is no such section any longer";
            findings.refuse(RuleId::Xc18, Code::StaleVersion, "expectedVersion", message);
        }
        (findings, words)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: SectionFacts,
        words: Words,
    ) -> Result<Uuid, Fault> {
        let SectionFacts { on, section, interventions, .. } = facts;
        let since = interventions.into_iter().map(|row| (row.what, row.from_date)).collect();
        let id = if let Some(section) = section {
            let id = section.id;
            work.clear_section(id).await?;
            work.update::<plan_section::Entity>(with_words(work, section, &words)).await?;
            id
        } else {
            let section = new_section(work, &on.cycle, self.area, &words);
            let id = section.id;
            work.insert::<plan_section::Entity>(section).await?;
            id
        };
        write_parts(work, &on.response, id, self.area, &words, &since).await?;
        let event = GraduatedEvent::PlanSectionWritten { area: self.area };
        on.response.record(work, "PlanSection", id, event).await?;
        Ok(id)
    }
}

fn with_words(work: &Work<'_>, section: plan_section::Model, words: &Words) -> plan_section::Model {
    plan_section::Model {
        assess: words.assess.clone(),
        review_on: words.review_on,
        review_measure: words.review_measure.clone(),
        complete: words.missing().is_empty(),
        written_by: work.op.actor().unwrap_or_default(),
        written_at: work.op.now,
        ..section
    }
}

/// A section of a cycle with these words.
pub(super) fn new_section(
    work: &Work<'_>,
    cycle: &plan_cycle::Model,
    area: AreaOfDevelopment,
    words: &Words,
) -> plan_section::Model {
    let blank = plan_section::Model {
        id: work.op.id(),
        authority_id: cycle.authority_id,
        plan_id: cycle.plan_id,
        cycle_id: cycle.id,
        child_id: cycle.child_id,
        area,
        assess: String::new(),
        review_on: None,
        review_measure: String::new(),
        complete: false,
        findings: None,
        progress: None,
        reassessment_id: None,
        used_up_instrument_id: None,
        written_by: Uuid::nil(),
        written_at: work.op.now,
        version: 1,
    };
    with_words(work, blank, words)
}

/// Writes the outcomes and interventions of a section. What went on already keeps its first day.
pub(super) async fn write_parts(
    work: &Work<'_>,
    response: &Response,
    section: Uuid,
    area: AreaOfDevelopment,
    words: &Words,
    since: &HashMap<String, NaiveDate>,
) -> Result<(), Fault> {
    let outcomes = (0..).zip(&words.outcomes).map(|(position, outcome)| plan_outcome::Model {
        id: work.op.id(),
        authority_id: response.held.authority_id,
        section_id: section,
        child_id: response.child.id,
        position,
        what: outcome.what.clone(),
        measure: outcome.measure.clone(),
    });
    work.insert_all::<plan_outcome::Entity>(outcomes.collect()).await?;
    let interventions = (0..).zip(&words.interventions).map(|(position, given)| intervention::Model {
        id: work.op.id(),
        authority_id: response.held.authority_id,
        child_id: response.child.id,
        school_id: response.held.school_id,
        section_id: Some(section),
        position,
        area,
        tier: InterventionTier::Targeted,
        what: given.what.clone(),
        evidence_base: given.evidence_base.clone(),
        who: given.who.clone(),
        timetable: given.when.clone(),
        from_date: since.get(&given.what).copied().unwrap_or_else(|| work.op.today()),
        to_date: None,
        reviewed_on: None,
        impact: None,
        recorded_by: work.op.actor().unwrap_or_default(),
        recorded_at: work.op.now,
        version: 1,
    });
    work.insert_all::<intervention::Entity>(interventions.collect()).await
}

/// Put a One Plan in force.
#[derive(Clone, Debug, Serialize)]
pub struct Activate {
    /// The plan.
    pub plan: Uuid,
    /// London date on which its first cycle begins; today without one.
    pub starts_on: Option<NaiveDate>,
}

/// What putting in force rests on.
pub struct ActivateFacts {
    on: OnPlan,
    timing: Option<Timing>,
}

impl Command for Activate {
    const ACTION: Action = Action::ActivateOnePlan;
    type Facts = ActivateFacts;
    type Plan = Option<Timing>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ActivateFacts>, Fault> {
        let Some(on) = OnPlan::load(work, self.plan).await? else {
            return Ok(Gathered::NotFound(vec!["onePlan"]));
        };
        let starts_on = self.starts_on.unwrap_or_else(|| work.op.today());
        let timing = Timing::of(work, &on.response, starts_on, None).await?;
        let (standing, target) = (on.response.standing.clone(), Some((on.plan.id, on.plan.version)));
        Ok(Gathered::Found { facts: ActivateFacts { on, timing }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &ActivateFacts) -> (Findings, Option<Timing>) {
        let mut findings = before_activating(&facts.on.response.record);
        expect_term(&mut findings, facts.timing.is_some());
        decide_start(&mut findings, self.starts_on.unwrap_or_else(|| op.today()), op.today());
        (findings, facts.timing.clone())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ActivateFacts,
        timing: Option<Timing>,
    ) -> Result<Uuid, Fault> {
        let timing = timing.ok_or(Fault::Unexpected("a cycle without its term"))?;
        let OnPlan { response, mut plan, cycle } = facts.on;
        let subject = response.subject(work, "PlanCycle", cycle.id).await?;
        work.set_duty(&subject, timing.duty.clone()).await?;
        plan.state = OnePlanState::Active;
        plan.activated_on = Some(work.op.today());
        plan.review_by = Some(timing.term.last_day);
        work.update::<plan_cycle::Entity>(timing.onto(cycle.clone())).await?;
        OnPlan { response, plan, cycle }.save(work, GraduatedEvent::OnePlanActivated).await
    }
}

/// End a One Plan.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    /// The plan.
    pub plan: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for End {
    const ACTION: Action = Action::EndOnePlan;
    type Facts = OnPlan;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnPlan>, Fault> {
        OnPlan::gather(work, self.plan).await
    }

    fn decide(&self, _: &Op, on: &OnPlan) -> (Findings, ()) {
        (decide_end(on.plan.state, on.cycle.state, &self.reason), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, mut on: OnPlan, (): ()) -> Result<Uuid, Fault> {
        on.plan.state = OnePlanState::Ended;
        on.plan.ended_on = Some(work.op.today());
        on.plan.end_reason = Some(self.reason.clone());
        on.save(work, GraduatedEvent::OnePlanEnded).await
    }
}
