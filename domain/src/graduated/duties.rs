//! The deadlines that a flag itself sets, wherever it is set (GR-3, GR-13).

use super::ReferralState;
use super::evidence::{expect_past, expect_text};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::NaiveDate;

const SENCO: Owner = Owner { role: Role::Senco, person: None };

/// The duty to open a referral to the specialist teaching service, from the day on which the need was recorded (GR-3).
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn sensory_referral(
    on: NaiveDate,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.sensory_referral_working_days, DayUnit::WorkingDays, Direction::After);
    NewDuty::set(RuleId::Gr3, SENCO, "a sensory or physical need was recorded", on, count, calendar, policy)
}

/// The duty to discuss a child at risk of permanent exclusion with the link EP or inclusion partner (GR-13). It is
/// counted from the flag's first day, and not from a day before it was recorded: a deadline that has passed before
/// anybody could know of it tells nobody anything.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn exclusion_discussion(
    flagged_from: NaiveDate,
    recorded_on: NaiveDate,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.exclusion_risk_working_days, DayUnit::WorkingDays, Direction::After);
    let from = flagged_from.max(recorded_on);
    NewDuty::set(
        RuleId::Gr13,
        SENCO,
        "the risk of permanent exclusion was flagged",
        from,
        count,
        calendar,
        policy,
    )
}

/// Decides whether a referral can be opened: one at a time, with the reason (GR-3).
pub fn decide_referral(open: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if open {
        findings.refuse(RuleId::Gr3, Code::Conflict, "child", "a referral of this child is open");
    }
    expect_text(&mut findings, RuleId::Gr3, "reason", reason, "say what the service is asked");
    findings
}

/// Decides whether a referral can be answered or withdrawn: while it is open, in words.
pub fn decide_referral_end(state: ReferralState, path: &str, words: &str) -> Findings {
    let mut findings = Findings::default();
    if state != ReferralState::Open {
        let message = format!("the referral is {}", state.words());
        findings.refuse(RuleId::Gr3, Code::WrongState, "referral", message);
    }
    expect_text(&mut findings, RuleId::Gr3, path, words, "say it in words");
    findings
}

/// Decides whether a vulnerability flag can be set: one of a kind at a time (XC-11).
pub fn decide_flag(already: bool, from: NaiveDate, born_on: NaiveDate, today: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    expect_past(&mut findings, RuleId::Xc11, "from", from, today);
    if already {
        findings.refuse(RuleId::Xc11, Code::Conflict, "kind", "this flag is set already");
    }
    if from < born_on {
        findings.refuse(RuleId::Xc11, Code::Invalid, "from", "the child was not born yet");
    }
    findings
}

/// Decides whether a vulnerability flag can be ended: on a day that has come, not before its first.
pub fn decide_flag_end(ended: bool, from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    if ended {
        findings.refuse(RuleId::Xc11, Code::WrongState, "vulnerability", "this flag has ended");
    }
    if to < from || to > today {
        findings.refuse(RuleId::Xc11, Code::Invalid, "to", "a flag ends between its first day and today");
    }
    findings
}
