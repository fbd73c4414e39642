//! The action plan from what was helpful, and the review of its impact (LG-7, LG-8).

use super::item::expect_item;
use super::{Impact, ItemState};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

fn senco(person: Uuid) -> Owner {
    Owner { role: Role::Senco, person: Some(person) }
}

/// The duty to write the action plan, from the day of the session at which the item came to the feedback (LG-7). It is the
/// school's SENCO's.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn action_plan_duty(
    on: NaiveDate,
    person: Uuid,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.action_plan_working_days, DayUnit::WorkingDays, Direction::After);
    NewDuty::set(RuleId::Lg7, senco(person), "the group gave its feedback", on, count, calendar, policy)
}

/// The duty to review the impact of an action plan, from the day on which it was written (LG-8).
///
/// # Errors
/// [`BeyondCalendar`] where the days are not known.
pub fn impact_review_duty(
    on: NaiveDate,
    person: Uuid,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let days = policy.figures.impact_review_weeks * 7;
    let count = Count(days, DayUnit::CalendarDays, Direction::After);
    NewDuty::set(RuleId::Lg8, senco(person), "the action plan was written", on, count, calendar, policy)
}

/// A step of an action plan.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// From which strategy that was offered.
    pub strategy: Uuid,
    /// What is done.
    pub what: String,
    /// By whom.
    pub who: String,
}

/// Decides whether an action plan can be written so: after the feedback, from strategies that were marked helpful (LG-7).
pub fn decide_plan(item: ItemState, steps: &[PlannedStep], helpful: &BTreeSet<Uuid>) -> Findings {
    let mut findings = Findings::default();
    expect_item(&mut findings, RuleId::Lg7, item, &[ItemState::Feedback]);
    if steps.is_empty() {
        findings.refuse(RuleId::Lg7, Code::Missing, "steps", "an action plan has at least one step");
    }
    for (place, step) in steps.iter().enumerate() {
        if !helpful.contains(&step.strategy) {
            findings
                .refuse(
                    RuleId::Lg7,
                    Code::NotEligible,
                    &format!("steps.{place}.strategy"),
                    "it was not marked helpful",
                )
                .remedy("plan from what was found helpful");
        }
        for (field, text, message) in
            [("what", &step.what, "say what is done"), ("who", &step.who, "say who does it")]
        {
            if is_blank(text) {
                findings.refuse(RuleId::Lg7, Code::Missing, &format!("steps.{place}.{field}"), message);
            }
        }
    }
    findings
}

/// What became of one planned strategy.
#[derive(Clone, Copy, Debug)]
pub struct StepImpact {
    /// Which step of the plan.
    pub step: Uuid,
    /// What became of it.
    pub impact: Impact,
}

/// Decides whether the impact of an action plan can be reviewed so: what was done, and an outcome for each step (LG-8).
pub fn decide_review(
    item: ItemState,
    done: &str,
    impacts: &[StepImpact],
    planned: &BTreeSet<Uuid>,
) -> Findings {
    let mut findings = Findings::default();
    expect_item(&mut findings, RuleId::Lg8, item, &[ItemState::ActionPlanned]);
    if is_blank(done) {
        findings.refuse(RuleId::Lg8, Code::Missing, "done", "say what was done");
    }
    let answered: BTreeSet<Uuid> = impacts.iter().map(|one| one.step).collect();
    if answered.len() < impacts.len() || answered.difference(planned).next().is_some() {
        findings.refuse(
            RuleId::Lg8,
            Code::Invalid,
            "outcomes",
            "each outcome is of one step of the plan, once",
        );
    }
    let open = planned.difference(&answered).count();
    if open > 0 {
        findings.refuse(
            RuleId::Lg8,
            Code::Missing,
            "outcomes",
            format!("{open} steps of the plan have no outcome"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn step(strategy: u128) -> PlannedStep {
        PlannedStep { strategy: id(strategy), what: "A timetable.".into(), who: "Class teacher".into() }
    }

    #[test]
    fn a_plan_is_made_of_what_was_helpful() {
        let helpful = BTreeSet::from([id(1), id(2)]);
        let refused = |steps: &[PlannedStep]| {
            let findings = decide_plan(ItemState::Feedback, steps, &helpful);
            findings.refusals.into_iter().map(|refusal| refusal.path).collect::<Vec<_>>()
        };
        assert!(refused(&[step(1), step(2), step(1)]).is_empty());
        assert_eq!(refused(&[]), ["steps"]);
        assert_eq!(refused(&[step(1), step(3)]), ["steps.1.strategy"]);
        assert_eq!(
            refused(&[PlannedStep { what: " ".into(), who: String::new(), ..step(1) }]),
            ["steps.0.what", "steps.0.who"]
        );
        for state in [ItemState::Strategies, ItemState::ActionPlanned, ItemState::Withdrawn] {
            assert!(!decide_plan(state, &[step(1)], &helpful).pass(), "{state:?}");
        }
    }

    #[test]
    fn a_review_has_an_outcome_for_each_step() {
        let planned = BTreeSet::from([id(1), id(2)]);
        let of = |steps: &[u128]| {
            let impacts: Vec<_> =
                steps.iter().map(|step| StepImpact { step: id(*step), impact: Impact::Helped }).collect();
            decide_review(ItemState::ActionPlanned, "Both.", &impacts, &planned).pass()
        };
        assert!(of(&[1, 2]));
        for wrong in [&[1][..], &[], &[1, 2, 3], &[1, 1, 2]] {
            assert!(!of(wrong), "{wrong:?}");
        }
        assert!(!decide_review(ItemState::ActionPlanned, " ", &[], &BTreeSet::new()).pass());
        assert!(!decide_review(ItemState::Reviewed, "Both.", &[], &BTreeSet::new()).pass());
    }
}
