//! The C-RIC, the consent that an online consultation rests on: received in time, or the booking falls (OC-11).

use super::{CancellationReason, State};
use crate::london::date_of;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};

/// What is known when the arrival of a C-RIC is recorded.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The clock.
    pub now: DateTime<Utc>,
    /// Today, in London.
    pub today: NaiveDate,
    /// When it arrived (UTC instant).
    pub received_at: DateTime<Utc>,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// Whether a parent or carer, or the young person at their age, signed it.
    pub giver_may_consent: bool,
    /// When consent was last withdrawn (UTC instant).
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Decides whether the arrival can be recorded.
pub fn decide(facts: &Facts) -> Findings {
    let mut findings = Findings::default();
    if facts.received_at > facts.now {
        findings.refuse(
            RuleId::Xc7,
            Code::TooEarly,
            "receivedAt",
            "the C-RIC cannot have arrived in the future",
        );
    }
    if facts.signed_on > date_of(facts.received_at) {
        findings.refuse(RuleId::Xc7, Code::Invalid, "signedOn", "a form is signed before it is received");
    }
    if !facts.giver_may_consent {
        findings
            .refuse(RuleId::Xc7, Code::Invalid, "givenBy", "that person cannot consent for the child")
            .remedy("a parent or carer signs, or the young person from the end of compulsory school age");
    }
    if facts.withdrawn_at.is_some_and(|at| facts.received_at <= at) {
        findings
            .refuse(
                RuleId::Xc8,
                Code::ConsentMissing,
                "receivedAt",
                "consent was withdrawn after that C-RIC arrived",
            )
            .remedy("a new C-RIC is needed");
    }
    findings
}

/// Whether a C-RIC arrived by its deadline: until the London day of the deadline is over.
pub fn arrived_in_time(due_at: Option<DateTime<Utc>>, received_at: DateTime<Utc>) -> bool {
    due_at.is_some_and(|due| date_of(received_at) <= date_of(due))
}

/// What is known of a booking when a C-RIC is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Fallen {
    /// Where the booking stands.
    pub state: State,
    /// Why it was cancelled.
    pub reason: Option<CancellationReason>,
    /// By when the C-RIC had to arrive (UTC instant).
    pub due_at: Option<DateTime<Utc>>,
    /// When the consultation starts (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// Whether slot and child are still free, and the child still at the school that booked.
    pub still_free: bool,
}

/// Whether a cancelled booking comes back: it fell for want of the C-RIC, the C-RIC had arrived by the deadline after
/// all, the consultation is still ahead, and slot and child are still free.
pub fn reinstates(fallen: &Fallen, received_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    fallen.state == State::Cancelled
        && fallen.reason == Some(CancellationReason::CRicNotReceived)
        && arrived_in_time(fallen.due_at, received_at)
        && fallen.starts_at > now
        && fallen.still_free
}
