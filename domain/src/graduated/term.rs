//! The full terms of a school year, each two of its six terms, and the review of a cycle by the last day of one (GR-6).

use super::Season;
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction, TermName};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::rule::RuleId;
use chrono::NaiveDate;

/// A full term of one school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FullTerm {
    /// The calendar year in which the school year begins.
    pub school_year: i32,
    /// Which of the three.
    pub season: Season,
    /// First day of its first half, a London date.
    pub first_day: NaiveDate,
    /// Last day of its second half, a London date.
    pub last_day: NaiveDate,
}

impl FullTerm {
    /// What tells it from all others, in order of time.
    pub fn key(&self) -> (i32, Season) {
        (self.school_year, self.season)
    }
}

impl Season {
    fn halves(self) -> (TermName, TermName) {
        match self {
            Season::Autumn => (TermName::Autumn1, TermName::Autumn2),
            Season::Spring => (TermName::Spring1, TermName::Spring2),
            Season::Summer => (TermName::Summer1, TermName::Summer2),
        }
    }
}

/// A full term, where both its halves are known.
pub fn full_term(calendar: &Calendar, school_year: i32, season: Season) -> Option<FullTerm> {
    let terms = calendar.terms(school_year);
    let half = |name: TermName| terms.iter().find(|term| term.name == name);
    let (first, second) = season.halves();
    Some(FullTerm {
        school_year,
        season,
        first_day: half(first)?.first_day,
        last_day: half(second)?.last_day,
    })
}

/// The full term to which a cycle belongs that begins on a London date: the one in which the date lies, or the next
/// after a holiday. A cycle that follows another is of a later term than that one: schools review at the end of a term
/// and plan the next in the same meeting. None where a term that is needed is not known, even if a later one is.
pub fn term_of_cycle(
    calendar: &Calendar,
    on: NaiveDate,
    previous: Option<(i32, Season)>,
) -> Option<FullTerm> {
    let around = crate::calendar::school_year_of(on);
    let terms: Vec<_> = (around - 1..=around + 2)
        .flat_map(|year| Season::ALL.iter().map(move |season| (year, *season)))
        .map(|(year, season)| ((year, season), full_term(calendar, year, season)))
        .collect();
    let at = terms.iter().position(|(key, term)| {
        term.is_some_and(|term| term.last_day >= on) && previous.is_none_or(|previous| *key > previous)
    })?;
    let term = terms[at].1?;
    let before = at.checked_sub(1).and_then(|before| terms[before].1);
    (term.first_day <= on || before.is_some()).then_some(term)
}

/// The duty to review a cycle by the last day of its term (GR-6). It falls to the SENCO; late, it is the head teacher's
/// to know.
///
/// # Errors
/// [`BeyondCalendar`] where the date cannot be written down.
pub fn review_duty(
    starts_on: NaiveDate,
    term: &FullTerm,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let days = u32::try_from((term.last_day - starts_on).num_days()).unwrap_or_default();
    let trigger = format!("the cycle began; the {} ends {days} days later", term.season.words());
    let owner = Owner { role: Role::Senco, person: None };
    let count = Count(days, DayUnit::CalendarDays, Direction::After);
    NewDuty::set(RuleId::Gr6, owner, &trigger, starts_on, count, calendar, policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Term;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        let terms = [
            (TermName::Autumn1, "2025-09-01", "2025-10-24"),
            (TermName::Autumn2, "2025-11-03", "2025-12-19"),
            (TermName::Spring1, "2026-01-05", "2026-02-13"),
            (TermName::Spring2, "2026-02-23", "2026-03-27"),
            (TermName::Summer1, "2026-04-13", "2026-05-22"),
            (TermName::Summer2, "2026-06-01", "2026-07-20"),
        ];
        let terms = terms.map(|(name, first, last)| Term {
            school_year: 2025,
            name,
            first_day: day(first),
            last_day: day(last),
        });
        let (holidays, covers) = crate::bank_holidays::built_in().unwrap();
        Calendar::new(holidays, covers, [], terms.into())
    }

    #[test]
    fn a_cycle_is_of_the_full_term_in_which_it_begins() {
        let calendar = calendar();
        let last = |on: &str| term_of_cycle(&calendar, day(on), None).unwrap().last_day;
        for (on, expected) in [
            ("2025-09-01", "2025-12-19"),
            ("2025-10-28", "2025-12-19"),
            ("2025-12-19", "2025-12-19"),
            ("2025-12-20", "2026-03-27"),
            ("2026-03-28", "2026-07-20"),
        ] {
            assert_eq!(last(on), day(expected), "{on}");
        }
        assert_eq!(term_of_cycle(&calendar, day("2026-07-21"), None), None);
        assert_eq!(
            term_of_cycle(&calendar, day("2025-08-20"), None),
            None,
            "nobody knows whether summer is over"
        );
    }

    #[test]
    fn the_next_cycle_is_of_a_later_term() {
        let calendar = calendar();
        let autumn = Some((2025, Season::Autumn));
        let next = term_of_cycle(&calendar, day("2025-12-15"), autumn).unwrap();
        assert_eq!(next.key(), (2025, Season::Spring));
        assert_eq!(term_of_cycle(&calendar, day("2026-06-15"), Some((2025, Season::Summer))), None);
    }

    #[test]
    fn the_review_is_due_on_the_last_day_of_the_term() {
        let calendar = calendar();
        let term = term_of_cycle(&calendar, day("2026-03-09"), None).unwrap();
        let duty = review_duty(day("2026-03-09"), &term, &calendar, &Policy::defaults()).unwrap();
        assert_eq!((duty.due.on, duty.owner.role), (day("2026-03-27"), Role::Senco));
    }
}
