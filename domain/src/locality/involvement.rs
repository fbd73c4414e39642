//! Further involvement of an EP: the group's decision, with its rank (LG-9).

use super::session::expect_session;
use super::{ItemState, SessionState};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;

/// Decides whether the group can decide on further involvement of an EP: in a session of the item's locality that is for the school which brought it, with a rank that no
/// other request of the session has; it should have reviewed the action plan before (LG-9).
pub fn decide_involvement(
    session: SessionState,
    of_group: bool,
    item: ItemState,
    rank: i32,
    taken: bool,
) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg9, session, &[SessionState::InProgress]);
    if !of_group {
        findings.refuse(
            RuleId::Lg9,
            Code::NotEligible,
            "session",
            "the session is of another locality, or not for the school that brought the item",
        );
    }
    if item == ItemState::Withdrawn {
        findings.refuse(RuleId::Lg9, Code::WrongState, "item", "the item is withdrawn");
    } else if item != ItemState::Reviewed {
        findings.should(RuleId::Lg9, "item", "an EP goes on after the action plan was reviewed");
    }
    if rank < 1 {
        findings.refuse(RuleId::Lg9, Code::Invalid, "rank", "ranks begin with 1, for the first");
    } else if taken {
        findings
            .refuse(RuleId::Lg9, Code::Conflict, "rank", "another request of this session has that rank")
            .remedy("the group ranks its requests: choose a free rank");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn involvement_is_decided_in_a_session_after_the_review() {
        let decide = |session, item, rank, taken| decide_involvement(session, true, item, rank, taken);
        let decided = decide(SessionState::InProgress, ItemState::Reviewed, 1, false);
        assert!(decided.pass() && decided.advisories.is_empty());
        let early = decide(SessionState::InProgress, ItemState::ActionPlanned, 1, false);
        assert!(early.pass() && early.advisories[0].rule == RuleId::Lg9);
        assert!(!decide(SessionState::Planned, ItemState::Reviewed, 1, false).pass());
        assert!(!decide(SessionState::InProgress, ItemState::Withdrawn, 1, false).pass());
        assert!(!decide(SessionState::InProgress, ItemState::Reviewed, 0, false).pass());
        assert!(!decide(SessionState::InProgress, ItemState::Reviewed, 2, true).pass());
        assert!(!decide_involvement(SessionState::InProgress, false, ItemState::Reviewed, 1, false).pass());
    }
}
