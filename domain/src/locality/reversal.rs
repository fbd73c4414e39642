//! Steps of a locality group that were taken by mistake (XC-22).

use super::{ItemState, SessionState};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// Where a session stands once its last step is taken back; one that was called off does so only before its time.
pub fn session_before(state: SessionState, to_come: bool) -> Option<SessionState> {
    match state {
        SessionState::InProgress => Some(SessionState::Planned),
        SessionState::Closed => Some(SessionState::InProgress),
        SessionState::Cancelled if to_come => Some(SessionState::Planned),
        SessionState::Planned | SessionState::Cancelled => None,
    }
}

/// Where an item stands once its last step is taken back. One that was withdrawn or put off is brought again instead.
pub fn item_before(state: ItemState) -> Option<ItemState> {
    match state {
        ItemState::Outline => Some(ItemState::Prepared),
        ItemState::ClarifyConcern => Some(ItemState::Outline),
        ItemState::ClarifyDesired => Some(ItemState::ClarifyConcern),
        ItemState::Strategies => Some(ItemState::ClarifyDesired),
        ItemState::Feedback => Some(ItemState::Strategies),
        ItemState::ActionPlanned => Some(ItemState::Feedback),
        ItemState::Reviewed => Some(ItemState::ActionPlanned),
        ItemState::Proposed | ItemState::Prepared | ItemState::Deferred | ItemState::Withdrawn => None,
    }
}

/// Decides whether the last step of a session can be taken back, with the reason: not its start once the group has begun with
/// an item.
pub fn decide_session_reversal(before: Option<SessionState>, begun: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if before.is_none() {
        let message = "no step of this session can be taken back";
        findings.refuse(RuleId::Xc22, Code::WrongState, "session", message);
    }
    if before == Some(SessionState::Planned) && begun {
        findings.refuse(RuleId::Xc22, Code::Conflict, "session", "the group has begun with an item");
    }
    expect_reason(&mut findings, reason);
    findings
}

/// Decides whether the last step of an item can be taken back, with the reason: one of the consultation while its session
/// runs and nothing was written on it.
pub fn decide_item_reversal(
    session: SessionState,
    before: Option<ItemState>,
    written: bool,
    reason: &str,
) -> Findings {
    let mut findings = Findings::default();
    match before {
        None => {
            findings
                .refuse(RuleId::Xc22, Code::WrongState, "item", "no step of this item can be taken back")
                .remedy("what was withdrawn or put off by mistake is brought again");
        }
        Some(before) if before.had(ItemState::Feedback) => {}
        Some(_) => {
            super::session::expect_session(&mut findings, RuleId::Xc22, session, &[SessionState::InProgress]);
            if written {
                findings.refuse(RuleId::Xc22, Code::Conflict, "item", "something was written on this step");
            }
        }
    }
    expect_reason(&mut findings, reason);
    findings
}

fn expect_reason(findings: &mut Findings, reason: &str) {
    if is_blank(reason) {
        findings.refuse(RuleId::Xc22, Code::Missing, "reason", "say why it was a mistake");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locality::STEPS;

    #[test]
    fn what_comes_before_a_step_is_what_leads_to_it() {
        for step in STEPS {
            assert_eq!(item_before(step).and_then(ItemState::next_step), Some(step));
        }
        for state in [ItemState::Proposed, ItemState::Prepared, ItemState::Deferred, ItemState::Withdrawn] {
            assert_eq!(item_before(state), None);
        }
    }

    #[test]
    fn what_was_written_down_took_place() {
        let outline = item_before(ItemState::ClarifyConcern);
        let decide = |session, before, written| decide_item_reversal(session, before, written, "Too soon.");
        assert!(decide(SessionState::InProgress, outline, false).pass());
        assert!(!decide(SessionState::InProgress, outline, true).pass());
        assert!(!decide(SessionState::Closed, outline, false).pass());
        assert!(decide(SessionState::Closed, item_before(ItemState::Reviewed), true).pass());
        assert!(!decide(SessionState::InProgress, item_before(ItemState::Withdrawn), false).pass());
        assert!(!decide_item_reversal(SessionState::InProgress, outline, false, " ").pass());
    }

    #[test]
    fn a_session_is_planned_again_until_the_group_has_begun() {
        let decide = |state, to_come, begun| {
            decide_session_reversal(session_before(state, to_come), begun, "The wrong day.").pass()
        };
        assert!(decide(SessionState::InProgress, false, false));
        assert!(!decide(SessionState::InProgress, false, true));
        assert!(decide(SessionState::Closed, false, true));
        assert!(
            decide(SessionState::Cancelled, true, false) && !decide(SessionState::Cancelled, false, false)
        );
        assert!(!decide(SessionState::Planned, true, false));
        assert!(!decide_session_reversal(Some(SessionState::InProgress), false, "").pass());
    }
}
