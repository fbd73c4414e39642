//! The C-RIC, the consent that an online consultation rests on: received in time, or the booking falls (OC-11).

use super::State;
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
    if facts.signed_on > crate::london::date_of(facts.received_at) {
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

/// Whether a cancelled booking comes back when a C-RIC is recorded: it fell for want of the C-RIC, the C-RIC had
/// arrived by the deadline after all, the consultation is still ahead, and slot and child are still free.
pub fn reinstates(
    state: State,
    fell_for_want_of_it: bool,
    arrived_in_time: bool,
    still_ahead: bool,
    still_free: bool,
) -> bool {
    state == State::Cancelled && fell_for_want_of_it && arrived_in_time && still_ahead && still_free
}
