//! What schools have for support: a traded contract with the EP service, and the services' time for a term (PC-5, PC-6).

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::NaiveDate;

/// Decides whether a traded contract can be recorded: for some time, and not beside another one on the same days, so that
/// it is clear which pays (PC-5).
pub fn decide_contract(from: NaiveDate, to: NaiveDate, minutes: i32, overlaps: bool) -> Findings {
    let mut findings = Findings::default();
    if to < from {
        findings.refuse(RuleId::Pc5, Code::Invalid, "to", "the contract ends before it begins");
    }
    if minutes <= 0 {
        findings.refuse(RuleId::Pc5, Code::Invalid, "minutes", "a contract pays for some time");
    }
    if overlaps {
        let message = "the school has another contract on some of these days";
        findings.refuse(RuleId::Pc5, Code::Conflict, "from", message);
    }
    findings
}

/// Decides whether a service's time for a school can be set (PC-6).
pub fn decide_allocation(minutes: i32) -> Findings {
    let mut findings = Findings::default();
    if minutes < 0 {
        findings.refuse(RuleId::Pc6, Code::Invalid, "minutes", "an allocation is no less than nothing");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_covers_days_and_time_of_its_own() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (from, to) = (day("2026-04-01"), day("2027-03-31"));
        assert!(decide_contract(from, to, 600, false).pass());
        assert!(decide_contract(from, from, 1, false).pass());
        assert!(!decide_contract(to, from, 600, false).pass());
        assert!(!decide_contract(from, to, 0, false).pass());
        assert!(!decide_contract(from, to, 600, true).pass());
        assert!(decide_allocation(0).pass() && !decide_allocation(-1).pass());
    }
}
