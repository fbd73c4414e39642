//! A session is planned, starts, closes (LG-1).

use super::{ItemState, SessionState};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction, Term};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::{DateTime, Utc};

/// What is known when a session is planned or moved.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct SessionFacts {
    /// Now (UTC).
    pub now: DateTime<Utc>,
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
    /// Whether its day lies in a term that is known.
    pub in_term: bool,
    /// Whether the facilitator is an EP of the authority that day.
    pub facilitator_is_ep: bool,
    /// Whether the facilitator is somewhere else at that time.
    pub facilitator_busy: bool,
}

/// Decides whether a session can be planned so: in a term, facilitated by an EP (LG-1).
pub fn decide_session(facts: &SessionFacts) -> Findings {
    let mut findings = Findings::default();
    if facts.starts_at <= facts.now {
        findings.refuse(RuleId::Lg1, Code::TooLate, "startsAt", "that time has passed");
    }
    if facts.ends_at <= facts.starts_at {
        findings.refuse(RuleId::Lg1, Code::Invalid, "endsAt", "it ends before it begins");
    }
    if !facts.in_term {
        findings
            .refuse(RuleId::Lg1, Code::CalendarEnds, "startsAt", "that day lies in no term that is known")
            .remedy("choose a day in term");
    }
    if !facts.facilitator_is_ep {
        findings
            .refuse(
                RuleId::Lg1,
                Code::NotEligible,
                "facilitator",
                "a session is facilitated by an EP of the authority",
            )
            .remedy("name an educational psychologist who is linked to one of its schools that day");
    }
    if facts.facilitator_busy {
        findings
            .refuse(RuleId::Lg1, Code::Conflict, "facilitator", "the EP is elsewhere then")
            .remedy("choose another time, or another EP");
    }
    findings
}

/// The duty to have held a locality's session of a term: by the term's last day (LG-1). It falls to the SEND manager, who
/// is told of it too, as nobody else is named for a locality.
///
/// # Errors
/// [`BeyondCalendar`] where the days are not known.
pub fn session_duty(term: &Term, calendar: &Calendar, policy: &Policy) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role: Role::SendManager, person: None };
    let days = u32::try_from((term.last_day - term.first_day).num_days() + 1).unwrap_or(1);
    let count = Count(days, DayUnit::CalendarDays, Direction::BeginningWith);
    NewDuty::set(RuleId::Lg1, owner, "the term began", term.first_day, count, calendar, policy)
}

/// Decides whether a session can start: with SENCOs of two or more of its schools present (LG-1).
pub fn decide_start(
    state: SessionState,
    now: DateTime<Utc>,
    starts_at: DateTime<Utc>,
    schools: usize,
) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg1, state, &[SessionState::Planned]);
    if now < starts_at {
        findings
            .refuse(RuleId::Lg1, Code::TooEarly, "session", "it starts at the time for which it is planned")
            .possible_from(Some(starts_at));
    }
    if schools < 2 {
        findings
            .refuse(
                RuleId::Lg1,
                Code::Missing,
                "present",
                format!("SENCOs of {schools} of its schools are present"),
            )
            .remedy("a session starts with SENCOs of two or more schools of the locality");
    }
    findings
}

/// Decides whether a session can close: when every item is at the feedback or beyond, put off or withdrawn.
pub fn decide_close(state: SessionState, items: impl IntoIterator<Item = ItemState>) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg6, state, &[SessionState::InProgress]);
    let left = items.into_iter().filter(|item| !item.is_through()).count();
    if left > 0 {
        findings
            .refuse(
                RuleId::Lg6,
                Code::Missing,
                "session",
                format!("{left} items have not come to the feedback"),
            )
            .remedy("go on with them, or put them off to a later session");
    }
    findings
}

/// Decides whether a session can be called off: before it starts, with a reason.
pub fn decide_cancel(state: SessionState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg1, state, &[SessionState::Planned]);
    if is_blank(reason) {
        findings.refuse(RuleId::Lg1, Code::Missing, "reason", "say why it is called off");
    }
    findings
}

/// Refuses a step that a session is not ready for.
pub fn expect_session(findings: &mut Findings, rule: RuleId, state: SessionState, allowed: &[SessionState]) {
    if !allowed.contains(&state) {
        findings.refuse(rule, Code::WrongState, "session", format!("the session is {}", state.words()));
    }
}
