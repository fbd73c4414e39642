//! Moderation of the support grid: the level that the school proposes, and the level that the group agrees (LG-12).

use super::session::expect_session;
use super::{ItemState, SessionState};
use crate::calendar::TermName;
use crate::graduated::AreaOfDevelopment;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use std::collections::BTreeMap;

/// The levels of the support grid.
pub const LEVELS: std::ops::RangeInclusive<i32> = 1..=5;

/// Decides whether the group can agree a level: while the session runs, once the concern is clear, on levels of the grid
/// (LG-12).
pub fn decide_moderation(session: SessionState, item: ItemState, proposed: i32, agreed: i32) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg12, session, &[SessionState::InProgress]);
    if !item.had(ItemState::ClarifyConcern) {
        let message =
            format!("the item is: {}; the group agrees on a level once it knows the concern", item.words());
        findings.refuse(RuleId::Lg12, Code::WrongState, "item", message);
    }
    for (path, level) in [("proposedLevel", proposed), ("agreedLevel", agreed)] {
        if !LEVELS.contains(&level) {
            findings.refuse(RuleId::Lg12, Code::Invalid, path, "levels of the support grid go from 1 to 5");
        }
    }
    findings
}

/// How far the group moved what schools proposed, over some moderations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// How many moderations.
    pub moderations: u32,
    /// In how many the group agreed a higher level.
    pub raised: u32,
    /// In how many a lower one.
    pub lowered: u32,
    /// All shifts together, in levels; lowered ones count down.
    pub sum: i32,
}

impl Shift {
    /// Counts one more.
    pub fn add(&mut self, proposed: i32, agreed: i32) {
        self.moderations += 1;
        self.raised += u32::from(agreed > proposed);
        self.lowered += u32::from(agreed < proposed);
        self.sum += agreed - proposed;
    }

    /// By how many levels the group moved what was proposed, on average.
    pub fn mean(&self) -> f64 {
        if self.moderations == 0 { 0.0 } else { f64::from(self.sum) / f64::from(self.moderations) }
    }
}

/// The school year, the term and the area of need of some moderations.
pub type Within = (i32, TermName, AreaOfDevelopment);

/// A level that was proposed, and the one that was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moderated {
    /// When it was, and of what.
    pub within: Within,
    /// The level that the school proposed.
    pub proposed: i32,
    /// The level that the group agreed.
    pub agreed: i32,
}

/// Moderations added up by school year, term and area of need: in order of time, then of the areas.
pub fn shifts(moderated: impl IntoIterator<Item = Moderated>) -> BTreeMap<Within, Shift> {
    let mut shifts: BTreeMap<Within, Shift> = BTreeMap::new();
    for one in moderated {
        shifts.entry(one.within).or_default().add(one.proposed, one.agreed);
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_from_one_to_five_and_wait_for_the_concern() {
        let decide = |item, proposed, agreed| {
            decide_moderation(SessionState::InProgress, item, proposed, agreed).pass()
        };
        assert!(decide(ItemState::ClarifyConcern, 1, 5) && decide(ItemState::Feedback, 5, 1));
        for (proposed, agreed) in [(0, 3), (3, 6), (6, 0)] {
            assert!(!decide(ItemState::Feedback, proposed, agreed));
        }
        assert!(!decide(ItemState::Outline, 3, 3) && !decide(ItemState::Withdrawn, 3, 3));
        assert!(!decide_moderation(SessionState::Closed, ItemState::Feedback, 3, 3).pass());
    }

    #[test]
    fn shifts_add_up() {
        let mut shift = Shift::default();
        for (proposed, agreed) in [(2, 4), (3, 2), (1, 1)] {
            shift.add(proposed, agreed);
        }
        assert_eq!(shift, Shift { moderations: 3, raised: 1, lowered: 1, sum: 1 });
        assert!((shift.mean() - 1.0 / 3.0).abs() < 1e-9);
        assert!(Shift::default().mean().abs() < 1e-9);
    }

    #[test]
    fn each_term_and_area_is_added_up_by_itself() {
        let (autumn, spring) = (TermName::Autumn1, TermName::Spring1);
        let (literacy, maths) = (AreaOfDevelopment::ALL[0], AreaOfDevelopment::ALL[1]);
        let one = |within, proposed, agreed| Moderated { within, proposed, agreed };
        let added = shifts([
            one((2026, spring, literacy), 3, 2),
            one((2026, autumn, maths), 1, 2),
            one((2026, autumn, maths), 2, 2),
            one((2025, spring, literacy), 4, 4),
        ]);
        let expected = [
            ((2025, spring, literacy), Shift { moderations: 1, raised: 0, lowered: 0, sum: 0 }),
            ((2026, autumn, maths), Shift { moderations: 2, raised: 1, lowered: 0, sum: 1 }),
            ((2026, spring, literacy), Shift { moderations: 1, raised: 0, lowered: 1, sum: -1 }),
        ];
        assert_eq!(added.into_iter().collect::<Vec<_>>(), expected);
    }
}
