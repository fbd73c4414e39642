//! Changes of an authority's calendar: closure days and terms (XC-1, XC-5), and the deadlines that move with it
//! (XC-13).

use crate::bank_holidays::{BankHoliday, BankHolidays};
use crate::calendar::{Calendar, DayUnit, DueDate, SkipReason, Term, TermFault};
use crate::refusal::{Code, Findings};
use crate::registration::check_text;
use crate::rule::RuleId;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Decides whether a closure day can be added. One on a day without work anyway changes nothing, and says so.
pub fn decide_closure(calendar: &Calendar, on: NaiveDate, title: &str) -> Findings {
    let mut findings = Findings::default();
    check_text(RuleId::Xc1, "title", title, &mut findings);
    match calendar.why_not_working(on).ok().flatten().map(|day| day.reason) {
        Some(SkipReason::ClosureDay) => {
            findings.refuse(RuleId::Xc1, Code::Conflict, "on", "this is a closure day already");
        }
        Some(SkipReason::Weekend) => {
            findings.note(RuleId::Xc1, "on", "this is a weekend: no deadline moves");
        }
        Some(SkipReason::BankHoliday) => {
            findings.note(RuleId::Xc1, "on", "this is a bank holiday: no deadline moves");
        }
        None => {}
    }
    findings
}

/// Decides whether these terms can be the terms of a school year. A year may be incomplete; it may not run into the
/// years before and after as they are known.
pub fn decide_terms(calendar: &Calendar, school_year: i32, terms: &[Term]) -> Findings {
    let mut findings = Findings::default();
    if terms.is_empty() {
        findings.refuse(RuleId::Xc5, Code::Missing, "terms", "a school year has terms");
    }
    if terms.iter().any(|term| term.school_year != school_year) {
        findings.refuse(RuleId::Xc5, Code::Invalid, "terms", "a term belongs to another school year");
    }
    for fault in Term::validate_year(terms).err().unwrap_or_default() {
        let name = match fault {
            TermFault::AnotherYear { .. } => continue,
            TermFault::Twice { name }
            | TermFault::BackToFront { name }
            | TermFault::OutsideYear { name }
            | TermFault::Overlap { later: name, .. } => name,
        };
        let place = terms.iter().rposition(|term| term.name == name).unwrap_or_default();
        findings.refuse(RuleId::Xc5, Code::Invalid, &format!("terms.{place}"), fault.to_string());
    }
    let neighbours = [school_year.saturating_sub(1), school_year.saturating_add(1)];
    let others: Vec<_> = neighbours.into_iter().flat_map(|year| calendar.terms(year)).collect();
    for (place, term) in terms.iter().enumerate() {
        if others.iter().any(|other| other.first_day <= term.last_day && term.first_day <= other.last_day) {
            let message = "this term overlaps with one of the school year before or after";
            findings.refuse(RuleId::Xc5, Code::Conflict, &format!("terms.{place}"), message);
        }
    }
    findings
}

/// The bank holidays of a division once a file is taken over: the file speaks for the years that it covers, and what was
/// known of other years stays, unless a gap would open between them. Both lists are in order.
pub fn take_over(known: BankHolidays, new: BankHolidays) -> BankHolidays {
    let ((known, covered), (new, covers)) = (known, new);
    let next_day = |on: NaiveDate| on.succ_opt().unwrap_or(on);
    if *covers.start() > next_day(*covered.end()) || *covered.start() > next_day(*covers.end()) {
        return (new, covers);
    }
    let span = *covers.start().min(covered.start())..=*covers.end().max(covered.end());
    let mut all: Vec<BankHoliday> =
        known.into_iter().filter(|holiday| !covers.contains(&holiday.on)).collect();
    all.extend(new);
    all.sort_by_key(|holiday| holiday.on);
    (all, span)
}

/// The London dates that are a bank holiday in one list and not in the other.
pub fn changed_dates(before: &[BankHoliday], after: &[BankHoliday]) -> BTreeSet<NaiveDate> {
    let dates = |list: &[BankHoliday]| list.iter().map(|holiday| holiday.on).collect::<BTreeSet<_>>();
    dates(before).symmetric_difference(&dates(after)).copied().collect()
}

/// The due date that a deadline has by the calendar as it is now, if that is another date than it had. Only counts of
/// working days move, only where a changed date lies within the count, and never to a guess: a deadline that can no
/// longer be counted stays where it is.
pub fn recount(due: &DueDate, calendar: &Calendar, changed: &BTreeSet<NaiveDate>) -> Option<DueDate> {
    let counted = &due.counted;
    let (first, last) = (counted.from.min(counted.on), counted.from.max(counted.on));
    if counted.unit != DayUnit::WorkingDays || changed.range(first..=last).next().is_none() {
        return None;
    }
    let counted = calendar.count(counted.from, counted.count, counted.unit, counted.direction).ok()?;
    let moved = DueDate::new(due.rule.clone(), due.trigger.clone(), due.policy_version, counted)
        .extended(due.extensions.clone());
    (moved.on != due.on).then_some(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank_holidays;
    use crate::calendar::{ClosureDay, Direction, Extension, TermName};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar(closures: &[&str], terms: Vec<Term>) -> Calendar {
        let (holidays, covers) = bank_holidays::built_in().unwrap();
        let closures = closures.iter().map(|on| ClosureDay { on: day(on), title: "Inset".into() });
        Calendar::new(holidays, covers, closures, terms)
    }

    fn due(from: &str, count: u32, unit: DayUnit, direction: Direction) -> DueDate {
        let counted = calendar(&[], vec![]).count(day(from), count, unit, direction).unwrap();
        DueDate::new("OC-13", "the consultation", 3, counted)
    }

    /// The new date of five working days after Monday 2 March 2026, due on Monday 9 March, once a day is closed.
    fn moved(closed: &str) -> Option<NaiveDate> {
        let due = due("2026-03-02", 5, DayUnit::WorkingDays, Direction::After);
        assert_eq!(due.on, day("2026-03-09"));
        recount(&due, &calendar(&[closed], vec![]), &BTreeSet::from([day(closed)])).map(|due| due.on)
    }

    #[test]
    fn a_deadline_moves_with_a_day_it_counts_over_and_with_no_other() {
        assert_eq!(moved("2026-03-02"), None, "the day counted from is not counted");
        assert_eq!(moved("2026-03-03"), Some(day("2026-03-10")));
        assert_eq!(moved("2026-03-07"), None, "a Saturday");
        assert_eq!(moved("2026-03-09"), Some(day("2026-03-10")));
        assert_eq!(moved("2026-03-10"), None);
    }

    #[test]
    fn a_deadline_before_a_date_moves_back_and_returns() {
        let before = due("2026-03-13", 3, DayUnit::WorkingDays, Direction::Before);
        assert_eq!(before.on, day("2026-03-10"));
        let changed = BTreeSet::from([day("2026-03-11")]);
        let earlier = recount(&before, &calendar(&["2026-03-11"], vec![]), &changed).unwrap();
        assert_eq!((earlier.on, earlier.policy_version), (day("2026-03-09"), 3));
        assert_eq!(recount(&earlier, &calendar(&[], vec![]), &changed).unwrap(), before);
    }

    #[test]
    fn a_deadline_that_moves_keeps_its_extensions() {
        let extension = Extension {
            from: day("2026-03-02"),
            to: day("2026-03-04"),
            days: 3,
            reason: "absence from the area".into(),
        };
        let due =
            due("2026-03-02", 5, DayUnit::WorkingDays, Direction::After).extended(vec![extension.clone()]);
        let changed = BTreeSet::from([day("2026-03-03")]);
        let moved = recount(&due, &calendar(&["2026-03-03"], vec![]), &changed).unwrap();
        assert_eq!((moved.on, moved.extensions), (day("2026-03-13"), vec![extension]));
    }

    #[test]
    fn weeks_and_calendar_days_stay() {
        let changed = BTreeSet::from([day("2026-03-03")]);
        let calendar = calendar(&["2026-03-03"], vec![]);
        for unit in [DayUnit::Weeks, DayUnit::CalendarDays] {
            assert_eq!(recount(&due("2026-03-02", 2, unit, Direction::After), &calendar, &changed), None);
        }
    }

    #[test]
    fn what_can_no_longer_be_counted_stays() {
        let due = due("2026-03-02", 5, DayUnit::WorkingDays, Direction::After);
        let none = Calendar::new([], day("2026-03-02")..=day("2026-03-04"), [], vec![]);
        assert_eq!(recount(&due, &none, &BTreeSet::from([day("2026-03-05")])), None);
    }

    fn holidays(dates: &[&str], years: (i32, i32)) -> BankHolidays {
        let list = dates.iter().map(|on| BankHoliday { on: day(on), title: "Holiday".into() }).collect();
        (list, day(&format!("{}-01-01", years.0))..=day(&format!("{}-12-31", years.1)))
    }

    #[test]
    fn a_file_speaks_for_its_own_years() {
        let known = holidays(&["2025-01-01", "2026-01-01", "2027-01-01"], (2025, 2027));
        let taken = take_over(known.clone(), holidays(&["2026-01-02"], (2026, 2026)));
        assert_eq!(taken, holidays(&["2025-01-01", "2026-01-02", "2027-01-01"], (2025, 2027)));
        assert_eq!(changed_dates(&known.0, &taken.0), BTreeSet::from([day("2026-01-01"), day("2026-01-02")]));
        let adjoining = take_over(known.clone(), holidays(&["2028-01-03"], (2028, 2028)));
        assert_eq!((adjoining.0.len(), adjoining.1), (4, day("2025-01-01")..=day("2028-12-31")));
        let apart = holidays(&["2029-01-01"], (2029, 2029));
        assert_eq!(take_over(known, apart.clone()), apart);
    }

    #[test]
    fn a_closure_day_stands_once_and_needs_a_title() {
        let calendar = calendar(&["2026-03-03"], vec![]);
        assert!(decide_closure(&calendar, day("2026-03-04"), "Inset").pass());
        assert_eq!(decide_closure(&calendar, day("2026-03-03"), " ").refusals.len(), 2);
        let weekend = decide_closure(&calendar, day("2026-03-07"), "Inset");
        assert!(weekend.pass() && weekend.advisories.len() == 1);
        assert!(decide_closure(&calendar, day("2199-03-04"), "Inset").pass());
    }

    fn term(school_year: i32, name: TermName, first_day: &str, last_day: &str) -> Term {
        Term { school_year, name, first_day: day(first_day), last_day: day(last_day) }
    }

    #[test]
    fn terms_are_checked_in_their_year_and_against_its_neighbours() {
        let summer = term(2025, TermName::Summer2, "2026-06-01", "2026-08-31");
        let known = calendar(&[], vec![summer]);
        let autumn = |first_day| [term(2026, TermName::Autumn1, first_day, "2026-10-23")];
        assert!(decide_terms(&known, 2026, &autumn("2026-09-01")).pass());
        assert_eq!(decide_terms(&known, 2026, &autumn("2026-08-31")).refusals[0].code, Code::Conflict);
        assert_eq!(decide_terms(&known, 2026, &[]).refusals[0].code, Code::Missing);
        assert!(!decide_terms(&known, 2027, &autumn("2026-09-01")).pass());
        let back_to_front = [term(2026, TermName::Autumn1, "2026-10-23", "2026-09-01")];
        assert_eq!(decide_terms(&known, 2026, &back_to_front).refusals[0].path, "terms.0");
    }
}
