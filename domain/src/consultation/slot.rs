//! Slots: the hours that a specialist offers (OC-1).

use crate::calendar::Calendar;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::{DateTime, Utc};

/// What is known when a slot is published.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The clock.
    pub now: DateTime<Utc>,
    /// The authority's calendar.
    pub calendar: Calendar,
    /// Start (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// Whether the person named is a specialist of the authority on that day.
    pub is_specialist: bool,
    /// Whether another slot of the specialist overlaps; slots that touch do not.
    pub overlaps: bool,
}

/// Decides whether the slot can be published.
pub fn decide(facts: &Facts) -> Findings {
    let mut findings = Findings::default();
    if facts.starts_at <= facts.now {
        findings.refuse(RuleId::Oc1, Code::TooLate, "startsAt", "the slot lies in the past");
    }
    if !facts.is_specialist {
        findings.refuse(
            RuleId::Oc1,
            Code::Invalid,
            "specialist",
            "that person is not a specialist of the authority",
        );
    }
    if facts.overlaps {
        findings
            .refuse(RuleId::Oc1, Code::Conflict, "startsAt", "the specialist has another slot at that time")
            .remedy("choose a time that does not overlap");
    }
    if facts.calendar.booking_opens(crate::london::date_of(facts.starts_at)).is_none() {
        findings.note(RuleId::Oc2, "startsAt", "nobody can book the slot until the terms around it are set");
    }
    findings
}

/// Decides whether a slot can be taken back: not once somebody has booked it.
pub fn decide_withdrawal(withdrawn: bool, booked: bool) -> Findings {
    let mut findings = Findings::default();
    if withdrawn {
        findings.refuse(RuleId::Oc1, Code::WrongState, "slot", "the slot was withdrawn already");
    }
    if booked {
        findings
            .refuse(RuleId::Oc1, Code::Conflict, "slot", "the slot is booked")
            .remedy("cancel the consultation first");
    }
    findings
}

/// Decides whether who is invited can still be changed: before the start.
pub fn decide_change(now: DateTime<Utc>, starts_at: DateTime<Utc>) -> Findings {
    let mut findings = Findings::default();
    if now >= starts_at {
        findings.refuse(RuleId::Oc10, Code::TooLate, "consultation", "the consultation has started");
    }
    findings
}
