//! The plan updated with its next cycle: for one child, or for all of a school whose plans are ready (GR-6, GR-8).

use super::OnPlan;
use super::plan::{Written, new_cycle, new_section, write_parts};
use super::term::{Timing, term_of};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::graduated::facts::words_of;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::{Action, Standing};
use domain::graduated::cycle::{decide_start, decide_update};
use domain::graduated::plan::Words;
use domain::graduated::{AreaOfDevelopment, GraduatedEvent};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{plan_cycle, plan_section, school};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A section of the next cycle as it is carried over: with what the review found, and the first days of what goes on.
#[derive(Clone, Debug)]
struct Carried {
    words: Words,
    since: HashMap<String, NaiveDate>,
}

/// The next cycle of a plan, about to be opened.
pub struct Next {
    on: OnPlan,
    carried: BTreeMap<AreaOfDevelopment, Carried>,
    timing: Option<Timing>,
}

impl Next {
    async fn gather(work: &Work<'_>, on: OnPlan, starts_on: NaiveDate) -> Result<Self, Fault> {
        let system = System::within(work);
        let sections = system.sections(on.cycle.id).await?;
        let ids: Vec<_> = sections.iter().map(|section| section.id).collect();
        let (outcomes, interventions) = (system.outcomes(&ids).await?, system.interventions(&ids).await?);
        let carried = sections.iter().map(|section| {
            let own = || interventions.iter().filter(|row| row.section_id == Some(section.id));
            let words = words_of(section, outcomes.iter().filter(|row| row.section_id == section.id), own());
            let assess = section.findings.clone().unwrap_or_else(|| words.assess.clone());
            let since = own().map(|row| (row.what.clone(), row.from_date)).collect();
            (section.area, Carried { words: Words { assess, review_on: None, ..words }, since })
        });
        let carried = carried.collect();
        let timing = Timing::of(work, &on.response, starts_on, term_of(&on.cycle)).await?;
        Ok(Self { on, carried, timing })
    }

    /// The sections of the next cycle: those of the last one on areas that still need them, as they are written anew, and
    /// those that are new. Each is reviewed by the end of the cycle unless it says otherwise.
    fn sections(&self, given: &[(AreaOfDevelopment, Written)]) -> BTreeMap<AreaOfDevelopment, Words> {
        let identified = &self.on.response.record.identified;
        let kept = self.carried.iter().filter(|(area, _)| identified.contains(area));
        let mut sections: BTreeMap<_, _> =
            kept.map(|(area, carried)| (*area, carried.words.clone())).collect();
        for (area, written) in given {
            let before = self.carried.get(area).map(|carried| carried.words.clone());
            sections.insert(*area, written.over(before.unwrap_or_default()));
        }
        let ends = self.timing.as_ref().map(|timing| timing.term.last_day);
        for words in sections.values_mut() {
            words.review_on = words.review_on.or(ends);
        }
        sections
    }

    fn decide(&self, sections: &BTreeMap<AreaOfDevelopment, Words>) -> Findings {
        let complete: Vec<_> =
            sections.iter().map(|(area, words)| (*area, words.missing().is_empty())).collect();
        decide_update(&self.on.response.record, &complete, self.timing.is_some())
    }

    async fn open(
        self,
        work: &mut Work<'_>,
        sections: BTreeMap<AreaOfDevelopment, Words>,
    ) -> Result<Uuid, Fault> {
        let timing = self.timing.ok_or(Fault::Unexpected("a cycle without its term"))?;
        let OnPlan { response, mut plan, cycle } = self.on;
        let next = timing.onto(new_cycle(work, &response, plan.id, cycle.number + 1));
        work.insert::<plan_cycle::Entity>(next.clone()).await?;
        for (area, words) in sections {
            let section = new_section(work, &next, area, &words);
            let id = section.id;
            work.insert::<plan_section::Entity>(section).await?;
            let nothing = HashMap::new();
            let since = self.carried.get(&area).map_or(&nothing, |carried| &carried.since);
            write_parts(work, &response, id, area, &words, since).await?;
        }
        let subject = response.subject(work, "PlanCycle", next.id).await?;
        work.set_duty(&subject, timing.duty).await?;
        plan.review_by = Some(timing.term.last_day);
        let event = GraduatedEvent::PlanCycleOpened { review_by: timing.term.last_day };
        OnPlan { response, plan, cycle }.save(work, event).await
    }
}

/// Update a plan with its next cycle.
#[derive(Clone, Debug, Serialize)]
pub struct OpenCycle {
    /// The plan.
    pub plan: Uuid,
    /// London date on which the cycle begins: today without one, or the first day of the next term.
    pub starts_on: Option<NaiveDate>,
    /// Sections that are new or change; the others go on as they are.
    pub sections: Vec<(AreaOfDevelopment, Written)>,
}

impl Command for OpenCycle {
    const ACTION: Action = Action::OpenPlanCycle;
    type Facts = Next;
    type Plan = BTreeMap<AreaOfDevelopment, Words>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Next>, Fault> {
        let Some(on) = OnPlan::load(work, self.plan).await? else {
            return Ok(Gathered::NotFound(vec!["onePlan"]));
        };
        let (standing, target) = (on.response.standing.clone(), Some((on.plan.id, on.plan.version)));
        let facts = Next::gather(work, on, self.starts_on.unwrap_or_else(|| work.op.today())).await?;
        Ok(Gathered::Found { facts, standing, target })
    }

    fn decide(&self, op: &Op, next: &Next) -> (Findings, Self::Plan) {
        let sections = next.sections(&self.sections);
        let mut findings = next.decide(&sections);
        decide_start(&mut findings, self.starts_on.unwrap_or_else(|| op.today()), op.today());
        (findings, sections)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        next: Next,
        sections: Self::Plan,
    ) -> Result<Uuid, Fault> {
        next.open(work, sections).await
    }
}

/// Open the next cycle of every One Plan of a school that is ready for it. Answers the id of the school.
#[derive(Clone, Debug, Serialize)]
pub struct OpenTermCycles {
    /// The school.
    pub school: Uuid,
}

impl Command for OpenTermCycles {
    const ACTION: Action = Action::OpenTermCycles;
    type Facts = Vec<Next>;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Vec<Next>>, Fault> {
        System::within(work).hold_authority_of(self.school).await?;
        let Some(school) = work.find_shared::<school::Entity>(self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let standing =
            Standing { authority: school.authority_id, school: Some(school.id), ..Standing::default() };
        let mut facts = Vec::new();
        // Nobody else's children are locked for the sake of a refusal.
        if !work.op.viewer.as_ref().is_some_and(|viewer| viewer.may(Self::ACTION, &standing)) {
            return Ok(Gathered::Found { facts, standing, target: None });
        }
        for plan in System::within(work).active_plans(school.id).await? {
            // What the viewer does not see is not theirs to go on with.
            if let Some(on) = OnPlan::load(work, plan.id).await? {
                facts.push(Next::gather(work, on, work.op.today()).await?);
            }
        }
        Ok(Gathered::Found { facts, standing, target: None })
    }

    /// Those that are not ready stay as they are, with a note that says how many and why.
    fn decide(&self, _: &Op, all: &Vec<Next>) -> (Findings, ()) {
        let mut waiting: BTreeMap<(RuleId, String), usize> = BTreeMap::new();
        for next in all {
            for refusal in next.decide(&next.sections(&[])).refusals {
                *waiting.entry((refusal.rule, refusal.message)).or_default() += 1;
            }
        }
        let mut findings = Findings::default();
        for ((rule, why), number) in waiting {
            findings.note(rule, "school", format!("{number} One Plans wait: {why}"));
        }
        (findings, ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, all: Vec<Next>, (): ()) -> Result<Uuid, Fault> {
        for next in all {
            let sections = next.sections(&[]);
            if next.decide(&sections).pass() {
                next.open(work, sections).await?;
            }
        }
        Ok(self.school)
    }
}
