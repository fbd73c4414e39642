//! The consultation itself: held or not held, and by when that is said (OC-12); called off before it starts.

use super::{CancellationReason, State, expect_state};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An action agreed at the end of a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImmediateAction {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// By when (London date).
    pub due_on: NaiveDate,
}

/// Neither held nor not held by the end of the next working day is escalated to the consultations team.
pub fn outcome_duty(
    slot_date: NaiveDate,
    specialist: Uuid,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role: Role::Specialist, person: Some(specialist) };
    let count = Count(1, DayUnit::WorkingDays, Direction::After);
    NewDuty::set(RuleId::Oc12, owner, "the consultation", slot_date, count, calendar, policy)
}

/// Decides whether the consultation can be marked held.
pub fn decide_held(
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    state: State,
    actions: &[ImmediateAction],
) -> Findings {
    let mut findings = started(now, starts_at, state);
    if actions.is_empty() {
        findings
            .refuse(RuleId::Oc12, Code::Missing, "immediateActions", "no immediate action is agreed")
            .remedy("agree at least one action with an owner and a due date");
    }
    for (index, action) in actions.iter().enumerate() {
        for (field, value) in [("what", &action.what), ("owner", &action.owner)] {
            if is_blank(value) {
                let path = format!("immediateActions.{index}.{field}");
                findings.refuse(RuleId::Oc12, Code::Missing, &path, format!("the action's {field} is blank"));
            }
        }
    }
    findings
}

/// Decides whether the consultation can be marked not held.
pub fn decide_not_held(now: DateTime<Utc>, starts_at: DateTime<Utc>, state: State, reason: &str) -> Findings {
    let mut findings = started(now, starts_at, state);
    if is_blank(reason) {
        findings.refuse(RuleId::Oc12, Code::Missing, "reason", "say why it was not held");
    }
    findings
}

fn started(now: DateTime<Utc>, starts_at: DateTime<Utc>, state: State) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc12, state, &[State::Booked]);
    if now < starts_at {
        findings
            .refuse(RuleId::Oc12, Code::TooEarly, "consultation", "the consultation has not started yet")
            .possible_from(Some(starts_at));
    }
    findings
}

/// Decides whether the consultation can be called off: before its start.
pub fn decide_cancellation(
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    state: State,
    reason: &str,
) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc1, state, &[State::Booked]);
    if now >= starts_at {
        findings
            .refuse(RuleId::Oc1, Code::TooLate, "consultation", "the consultation has started")
            .remedy("mark it not held");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Oc1, Code::Missing, "reason", "say why it is cancelled");
    }
    findings
}

/// In whose name a cancellation stands, by the role that calls it off.
pub fn cancelled_by(role: Role) -> CancellationReason {
    match role {
        Role::Specialist => CancellationReason::CancelledBySpecialist,
        Role::ConsultationsTeam => CancellationReason::CancelledByConsultationsTeam,
        _ => CancellationReason::CancelledBySchool,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn action() -> ImmediateAction {
        let due_on = "2026-03-20".parse().unwrap();
        ImmediateAction { what: "Visual timetable".into(), owner: "Class teacher".into(), due_on }
    }

    #[test]
    fn held_from_the_start_on_and_not_a_second_before() {
        let start = at("2026-03-10T10:00:00Z");
        assert!(decide_held(start, start, State::Booked, &[action()]).pass());
        let early = decide_held(at("2026-03-10T09:59:59Z"), start, State::Booked, &[action()]);
        assert_eq!(early.refusals[0].possible_from, Some(start));
        assert!(!decide_held(start, start, State::Booked, &[]).pass());
        assert!(!decide_held(start, start, State::Cancelled, &[action()]).pass());
    }

    #[test]
    fn cancelled_before_the_start_only() {
        let start = at("2026-03-10T10:00:00Z");
        assert!(decide_cancellation(at("2026-03-10T09:59:59Z"), start, State::Booked, "illness").pass());
        assert!(!decide_cancellation(start, start, State::Booked, "illness").pass());
        assert!(!decide_cancellation(at("2026-03-10T09:59:59Z"), start, State::Booked, " \u{200b}").pass());
    }
}
