//! The agenda: what is still open from last time, the children raised through GR-9, then what is new (PC-4).

use super::meeting::expect_meeting;
use super::{ItemOrigin, MeetingState, Priority};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// A new item as it is put on the agenda.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// What it is about.
    pub priority: Priority,
    /// Its title.
    pub title: &'a str,
    /// Whether it names a child; and whether that is a child of the school.
    pub child: Option<bool>,
    /// How the parents took part.
    pub parents: &'a str,
    /// How the child took part.
    pub pupil: &'a str,
    /// Other agencies involved or wanted; "none" is an answer.
    pub agencies: &'a str,
}

/// Decides whether an item can be put on the agenda of a meeting (PC-4).
pub fn decide_item(state: MeetingState, item: NewItem<'_>) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc4, state, &[MeetingState::Planned, MeetingState::Held]);
    let mut expect = |there: bool, code: Code, path: &str, message: &str| {
        if !there {
            findings.refuse(RuleId::Pc4, code, path, message);
        }
    };
    let about_child = item.priority.is_about_a_child();
    expect(!is_blank(item.title), Code::Missing, "title", "say what the item is");
    expect(
        !is_blank(item.agencies),
        Code::Missing,
        "agencies",
        "name other agencies, or answer that there are none",
    );
    expect(!about_child || item.child.is_some(), Code::Missing, "child", "casework names a child");
    expect(item.child != Some(false), Code::NotEligible, "child", "that is no child of the school");
    if item.child.is_some() {
        expect(!is_blank(item.parents), Code::Missing, "parents", "say how the parents took part");
        expect(!is_blank(item.pupil), Code::Missing, "pupil", "say how the child took part");
    }
    findings
}

/// An agenda in its order: by origin, within it as the entries came (PC-4).
pub fn in_order<T>(mut entries: Vec<T>, origin: impl Fn(&T) -> ItemOrigin) -> Vec<T> {
    entries.sort_by_key(origin);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item() -> NewItem<'static> {
        NewItem {
            priority: Priority::IndividualCasework,
            title: "Reading.",
            child: Some(true),
            parents: "On the telephone.",
            pupil: "Drew what helps.",
            agencies: "None.",
        }
    }

    #[test]
    fn casework_names_a_child_of_the_school_and_says_how_the_family_took_part() {
        let passes = |item| decide_item(MeetingState::Planned, item).pass();
        assert!(passes(item()));
        assert!(!passes(NewItem { child: None, ..item() }));
        assert!(!passes(NewItem { child: Some(false), ..item() }));
        assert!(!passes(NewItem { parents: " ", ..item() }));
        assert!(!passes(NewItem { pupil: "", ..item() }));
        assert!(!passes(NewItem { agencies: "", ..item() }));
        let of_a_class =
            NewItem { priority: Priority::PeerGroup, child: None, parents: "", pupil: "", ..item() };
        assert!(passes(of_a_class));
        assert!(!decide_item(MeetingState::Recorded, item()).pass());
    }

    #[test]
    fn what_is_open_from_last_time_comes_first() {
        let items = vec![
            (ItemOrigin::New, 0),
            (ItemOrigin::LinkConsultation, 2),
            (ItemOrigin::BroughtForward, 3),
            (ItemOrigin::New, 1),
        ];
        let ordered = in_order(items, |item| item.0);
        assert_eq!(ordered.iter().map(|item| item.1).collect::<Vec<_>>(), [3, 2, 0, 1]);
    }
}
