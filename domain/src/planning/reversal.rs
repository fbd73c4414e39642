//! Steps of a meeting that were taken by mistake (XC-22). What was shared stays shared: it is corrected by addenda (PC-7).

use super::{MeetingState, MeetingStep};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// The last step of a meeting that can be taken back.
pub fn last_step(state: MeetingState) -> Option<MeetingStep> {
    match state {
        MeetingState::Held => Some(MeetingStep::Held),
        MeetingState::Recorded => Some(MeetingStep::Recorded),
        MeetingState::Planned | MeetingState::Shared | MeetingState::Cancelled => None,
    }
}

/// Decides whether the last step of a meeting can be taken back, with the reason. One on which something was written down
/// took place.
pub fn decide_reversal(step: Option<MeetingStep>, written: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if step.is_none() {
        let message = "no step of this meeting can be taken back";
        findings
            .refuse(RuleId::Xc22, Code::WrongState, "meeting", message)
            .remedy("a record that was shared is corrected by an addendum");
    }
    if step == Some(MeetingStep::Held) && written {
        findings.refuse(RuleId::Xc22, Code::Conflict, "meeting", "its record was begun");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Xc22, Code::Missing, "reason", "say why it was a mistake");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shared_or_written_down_is_not_taken_back() {
        assert!(decide_reversal(last_step(MeetingState::Held), false, "The wrong school.").pass());
        assert!(!decide_reversal(last_step(MeetingState::Held), true, "The wrong school.").pass());
        assert!(decide_reversal(last_step(MeetingState::Recorded), true, "Too soon.").pass());
        assert!(!decide_reversal(last_step(MeetingState::Recorded), true, " ").pass());
        for state in [MeetingState::Planned, MeetingState::Shared, MeetingState::Cancelled] {
            assert!(!decide_reversal(last_step(state), false, "Any.").pass(), "{state:?}");
        }
    }
}
