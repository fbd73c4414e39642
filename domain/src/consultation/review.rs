//! The review meeting: six to eight weeks after the Record of Involvement was received (OC-14).

use super::{State, expect_state};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, Counted, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::london;
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// The days on which the review may be held: first and last London date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// The window that a Record of Involvement received on that day opens.
pub fn window(
    received_on: NaiveDate,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<Window, BeyondCalendar> {
    let weeks = |count| -> Result<Counted, BeyondCalendar> {
        calendar.count(received_on, count, DayUnit::Weeks, Direction::After)
    };
    let figures = &policy.figures;
    Ok(Window { from: weeks(figures.review_from_weeks)?.on, to: weeks(figures.review_to_weeks)?.on })
}

/// Held by the end of the last week; the link practitioner's.
pub fn duty(
    received_on: NaiveDate,
    link_practitioner: Uuid,
    role: Role,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role, person: Some(link_practitioner) };
    let count = Count(policy.figures.review_to_weeks, DayUnit::Weeks, Direction::After);
    let trigger = "the Record of Involvement was received";
    NewDuty::set(RuleId::Oc14, owner, trigger, received_on, count, calendar, policy)
}

/// Decides whether the review can be arranged for that day. Once the window has closed, a later day is accepted and
/// kept as late.
pub fn decide_arrangement(today: NaiveDate, state: State, window: Window, on: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc14, state, &[State::RecordIssued, State::ReviewArranged]);
    if on < today {
        findings
            .refuse(RuleId::Oc14, Code::TooLate, "on", "that day has passed")
            .remedy("choose today or a later day; recordReview says when the review was held");
    }
    check_day(&mut findings, "on", today, window, on);
    findings
}

/// Decides whether the review can be recorded as held on that day, which has come.
pub fn decide_held(today: NaiveDate, state: State, window: Window, on: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc14, state, &[State::ReviewArranged]);
    check_day(&mut findings, "heldOn", today, window, on);
    if on > today {
        findings
            .refuse(RuleId::Oc14, Code::TooEarly, "heldOn", "the review lies in the future")
            .possible_from(Some(london::start_of_day(on)));
    }
    findings
}

fn check_day(findings: &mut Findings, path: &str, today: NaiveDate, window: Window, on: NaiveDate) {
    let Window { from, to } = window;
    if on < from {
        findings
            .refuse(
                RuleId::Oc14,
                Code::TooEarly,
                path,
                format!("the review is held on {from} at the earliest"),
            )
            .remedy(format!("choose a day from {from} to {to}"));
    } else if on > to && today <= to {
        findings
            .refuse(RuleId::Oc14, Code::TooLate, path, format!("the review is held by {to}"))
            .remedy(format!("choose a day from {from} to {to}"));
    }
}

/// Whether that day lies behind the window.
pub fn is_late(window: Window, on: NaiveDate) -> bool {
    on > window.to
}

/// Whether the window has closed.
pub fn has_closed(window: Window, now: DateTime<Utc>) -> bool {
    london::date_of(now) > window.to
}
