use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::{bank_holidays, london};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn closure(on: &str) -> ClosureDay {
    ClosureDay { on: day(on), title: "Christmas closure".into() }
}

fn calendar(closure_days: &[&str], terms: Vec<Term>) -> Calendar {
    let (holidays, covers) = bank_holidays::built_in().unwrap();
    Calendar::new(holidays, covers, closure_days.iter().copied().map(closure), terms)
}

fn term(school_year: i32, name: TermName, first_day: &str, last_day: &str) -> Term {
    Term { school_year, name, first_day: day(first_day), last_day: day(last_day) }
}

/// A real year, the one after it up to Christmas, and a made-up term two years on.
fn terms() -> Vec<Term> {
    vec![
        term(2026, TermName::Autumn1, "2026-09-02", "2026-10-23"),
        term(2025, TermName::Autumn1, "2025-09-01", "2025-10-24"),
        term(2025, TermName::Autumn2, "2025-11-03", "2025-12-19"),
        term(2025, TermName::Spring1, "2026-01-05", "2026-02-13"),
        term(2025, TermName::Spring2, "2026-02-23", "2026-03-27"),
        term(2025, TermName::Summer1, "2026-04-13", "2026-05-22"),
        term(2025, TermName::Summer2, "2026-06-01", "2026-07-20"),
        term(2026, TermName::Autumn2, "2026-11-02", "2026-12-18"),
        term(2027, TermName::Spring1, "2028-01-04", "2028-02-11"),
    ]
}

#[test]
fn working_days_leave_out_weekends_bank_holidays_and_closure_days() {
    use SkipReason::{BankHoliday, ClosureDay, Weekend};
    let calendar = calendar(&["2026-12-29", "2026-12-25", "2026-12-27"], vec![]);
    for (on, reason) in [
        ("2020-05-04", None),
        ("2020-05-08", Some(BankHoliday)),
        ("2022-05-30", None),
        ("2022-06-02", Some(BankHoliday)),
        ("2022-06-03", Some(BankHoliday)),
        ("2022-09-16", None),
        ("2022-09-19", Some(BankHoliday)),
        ("2022-09-20", None),
        ("2023-05-08", Some(BankHoliday)),
        ("2024-02-29", None),
        ("2026-12-24", None),
        ("2026-12-25", Some(BankHoliday)),
        ("2026-12-26", Some(Weekend)),
        ("2026-12-27", Some(Weekend)),
        ("2026-12-28", Some(BankHoliday)),
        ("2026-12-29", Some(ClosureDay)),
        ("2026-12-30", None),
    ] {
        let why = calendar.why_not_working(day(on)).unwrap();
        assert_eq!(why.map(|day| day.reason), reason, "{on}");
        assert_eq!(calendar.is_working_day(day(on)), Ok(reason.is_none()), "{on}");
    }
    let christmas = calendar.why_not_working(day("2026-12-29")).unwrap().unwrap();
    assert_eq!(christmas.title.as_deref(), Some("Christmas closure"));
}

#[test]
fn days_are_counted_as_the_rules_say() {
    use DayUnit::{CalendarDays, Weeks, WorkingDays};
    use Direction::{After, Before, BeginningWith};
    let calendar = calendar(&[], vec![]);
    for (from, count, unit, direction, on) in [
        // the rulebook's vectors
        ("2026-01-05", 20, Weeks, After, "2026-05-25"),
        ("2025-12-24", 5, WorkingDays, After, "2026-01-05"),
        ("2026-01-03", 5, WorkingDays, After, "2026-01-09"),
        ("2026-04-02", 5, WorkingDays, After, "2026-04-13"),
        ("2026-04-07", 3, WorkingDays, Before, "2026-03-31"),
        // day 0
        ("2026-03-04", 1, WorkingDays, After, "2026-03-05"),
        ("2026-03-06", 1, WorkingDays, After, "2026-03-09"),
        ("2026-03-07", 0, WorkingDays, After, "2026-03-07"),
        ("2026-03-09", 1, WorkingDays, Before, "2026-03-06"),
        ("2026-03-08", 1, WorkingDays, Before, "2026-03-06"),
        ("2026-03-04", 0, CalendarDays, Before, "2026-03-04"),
        // one-off bank holidays
        ("2020-05-07", 1, WorkingDays, After, "2020-05-11"),
        ("2020-05-01", 1, WorkingDays, After, "2020-05-04"),
        ("2022-06-01", 1, WorkingDays, After, "2022-06-06"),
        ("2022-09-16", 1, WorkingDays, After, "2022-09-20"),
        ("2023-05-05", 1, WorkingDays, After, "2023-05-09"),
        // Christmas, its substitute days, Easter
        ("2021-12-24", 1, WorkingDays, After, "2021-12-29"),
        ("2026-12-24", 1, WorkingDays, After, "2026-12-29"),
        ("2027-12-24", 1, WorkingDays, After, "2027-12-29"),
        ("2024-03-28", 1, WorkingDays, After, "2024-04-02"),
        ("2024-04-02", 1, WorkingDays, Before, "2024-03-28"),
        // leap day and clock changes
        ("2024-02-28", 1, WorkingDays, After, "2024-02-29"),
        ("2024-02-22", 1, Weeks, After, "2024-02-29"),
        ("2024-02-29", 52, Weeks, After, "2025-02-27"),
        ("2025-02-28", 1, CalendarDays, After, "2025-03-01"),
        ("2026-03-27", 3, CalendarDays, After, "2026-03-30"),
        ("2026-10-20", 6, Weeks, After, "2026-12-01"),
        ("2026-10-20", 6, Weeks, Before, "2026-09-08"),
        ("2026-10-20", 42, CalendarDays, After, "2026-12-01"),
        // beginning with
        ("2026-03-02", 15, CalendarDays, BeginningWith, "2026-03-16"),
        ("2026-03-02", 1, CalendarDays, BeginningWith, "2026-03-02"),
        ("2026-03-02", 2, Weeks, BeginningWith, "2026-03-15"),
        ("2026-03-02", 1, WorkingDays, BeginningWith, "2026-03-02"),
        ("2026-03-02", 5, WorkingDays, BeginningWith, "2026-03-06"),
        ("2026-03-07", 1, WorkingDays, BeginningWith, "2026-03-09"),
    ] {
        let counted = calendar.count(day(from), count, unit, direction).unwrap();
        assert_eq!(counted.on, day(on), "{count} {unit:?} {direction:?} {from}");
    }
}

#[test]
fn a_count_names_every_day_it_skipped() {
    let calendar = calendar(&["2025-12-29"], vec![]);
    let counted = calendar.count(day("2025-12-24"), 3, DayUnit::WorkingDays, Direction::After).unwrap();
    let skipped: Vec<_> = counted
        .skipped
        .iter()
        .map(|day| (day.on.to_string(), day.title.clone().unwrap_or_default()))
        .collect();
    let expected = [
        ("2025-12-25", "Christmas Day"),
        ("2025-12-26", "Boxing Day"),
        ("2025-12-27", ""),
        ("2025-12-28", ""),
        ("2025-12-29", "Christmas closure"),
        ("2026-01-01", "New Year’s Day"),
    ];
    assert_eq!(skipped, expected.map(|(on, title)| (on.to_owned(), title.to_owned())));
    assert_eq!((counted.on, counted.falls_on_non_working_day), (day("2026-01-02"), None));
    let back = calendar.count(day("2026-04-07"), 3, DayUnit::WorkingDays, Direction::Before).unwrap();
    let skipped: Vec<_> = back.skipped.iter().map(|day| day.on.to_string()).collect();
    assert_eq!(skipped, ["2026-04-06", "2026-04-05", "2026-04-04", "2026-04-03"]);
}

#[test]
fn a_calendar_date_stays_where_it_is_and_says_so() {
    let calendar = calendar(&["2026-02-02"], vec![]);
    for (from, reason) in [
        ("2026-01-05", Some(SkipReason::BankHoliday)),
        ("2026-01-06", None),
        ("2026-01-10", Some(SkipReason::Weekend)),
        ("2025-09-15", Some(SkipReason::ClosureDay)),
    ] {
        let counted = calendar.count(day(from), 20, DayUnit::Weeks, Direction::After).unwrap();
        assert_eq!(counted.falls_on_non_working_day.map(|day| day.reason), reason, "{from}");
        assert!(counted.skipped.is_empty() && counted.working_day_known);
    }
}

#[test]
fn nothing_is_guessed_past_the_known_bank_holidays() {
    use DayUnit::{CalendarDays, Weeks, WorkingDays};
    use Direction::{After, Before};
    let calendar = calendar(&["2029-01-02"], vec![]);
    let beyond = |on| Err(BeyondCalendar::NotCovered { on: day(on) });
    let end = |from, count, unit, direction| calendar.count(day(from), count, unit, direction).map(|c| c.on);
    assert_eq!(end("2028-12-27", 2, WorkingDays, After), Ok(day("2028-12-29")));
    assert_eq!(end("2028-12-27", 3, WorkingDays, After), beyond("2029-01-01"));
    assert_eq!(end("2012-01-04", 1, WorkingDays, Before), Ok(day("2012-01-03")));
    assert_eq!(end("2012-01-04", 2, WorkingDays, Before), beyond("2011-12-30"));
    assert_eq!(calendar.is_working_day(day("2028-12-29")), Ok(true));
    assert_eq!(
        calendar.is_working_day(day("2029-01-01")),
        Err(BeyondCalendar::NotCovered { on: day("2029-01-01") })
    );
    // a weekend or a closure day is known in any year
    assert_eq!(calendar.is_working_day(day("2029-01-02")), Ok(false));
    assert_eq!(calendar.is_working_day(day("2029-01-06")), Ok(false));

    let unknown = calendar.count(day("2028-12-25"), 2, Weeks, After).unwrap();
    assert_eq!((unknown.on, unknown.working_day_known), (day("2029-01-08"), false));
    assert_eq!(unknown.falls_on_non_working_day, None);
    let weekend = calendar.count(day("2028-12-25"), 12, CalendarDays, After).unwrap();
    assert!(weekend.working_day_known && weekend.falls_on_non_working_day.is_some());
}

#[test]
fn absurd_counts_are_refused_and_never_panic() {
    use DayUnit::{CalendarDays, Weeks, WorkingDays};
    use Direction::{After, Before, BeginningWith};
    let calendar = calendar(&[], vec![]);
    let end = |from, count, unit, direction| calendar.count(from, count, unit, direction).map(|c| c.on);
    let start = day("2014-01-01");
    assert!(end(start, LONGEST_COUNT, CalendarDays, After).is_ok());
    let too_long = |count| Err(BeyondCalendar::TooLong { count });
    assert_eq!(end(start, LONGEST_COUNT + 1, WorkingDays, After), too_long(LONGEST_COUNT + 1));
    assert_eq!(end(start, u32::MAX, Weeks, After), too_long(u32::MAX));
    for unit in [WorkingDays, CalendarDays, Weeks] {
        assert_eq!(end(start, 0, unit, BeginningWith), Err(BeyondCalendar::NothingToCount));
        for (from, direction) in
            [(NaiveDate::MAX, After), (NaiveDate::MIN, Before), (NaiveDate::MAX, BeginningWith)]
        {
            assert!(end(from, 2, unit, direction).is_err(), "{unit:?} {direction:?}");
        }
    }
    assert!(end(NaiveDate::MIN, 1, WorkingDays, BeginningWith).is_err());
}

#[test]
fn due_today_is_not_overdue() {
    let calendar = calendar(&[], vec![]);
    for (on, last, first_late) in [
        ("2026-01-15", "2026-01-15T23:59:59.999999Z", "2026-01-16T00:00:00Z"),
        ("2026-07-15", "2026-07-15T22:59:59.999999Z", "2026-07-15T23:00:00Z"),
        ("2026-03-29", "2026-03-29T22:59:59.999999Z", "2026-03-29T23:00:00Z"),
        ("2026-10-25", "2026-10-25T23:59:59.999999Z", "2026-10-26T00:00:00Z"),
    ] {
        let counted = calendar.count(day(on), 0, DayUnit::CalendarDays, Direction::After).unwrap();
        let due = DueDate::new("XC-12", "test", 1, counted);
        assert!(!due.overdue(instant(last)), "{on}");
        assert!(due.overdue(instant(first_late)), "{on}");
        assert_eq!((due.on, due.at), (day(on), london::end_of_day(day(on))));
    }
}

#[test]
fn a_date_that_was_only_asked_for_speaks_of_no_rule() {
    let calendar = Calendar::new(Vec::new(), day("2026-01-01")..=day("2026-12-31"), Vec::new(), Vec::new());
    let counted = calendar.count(day("2026-12-16"), 2, DayUnit::WorkingDays, Direction::After).unwrap();
    assert_eq!(
        DueDate::new("", "", 0, counted).explain(),
        "The end of Friday 18 December 2026, 2 working days after Wednesday 16 December 2026."
    );
}

#[test]
fn a_due_date_explains_itself() {
    let calendar = calendar(&["2026-01-02"], vec![]);
    let explain = |from, count, unit, direction, trigger| {
        let counted = calendar.count(day(from), count, unit, direction).unwrap();
        let due = DueDate::new("EH-1", trigger, 3, counted);
        let kept: DueDate = serde_json::from_str(&serde_json::to_string(&due).unwrap()).unwrap();
        assert_eq!(kept, due);
        due.explain()
    };
    assert_eq!(
        explain("2025-12-31", 1, DayUnit::WorkingDays, Direction::After, "the query was raised"),
        "EH-1 (policy version 3): due by the end of Monday 5 January 2026, 1 working day after Wednesday 31 December \
         2025 (the query was raised), not counting Thursday 1 January 2026 (bank holiday: New Year’s Day), Friday 2 \
         January 2026 (closure day: Christmas closure), Saturday 3 January 2026 (weekend), Sunday 4 January 2026 \
         (weekend)."
    );
    assert_eq!(
        explain("2026-01-05", 20, DayUnit::Weeks, Direction::After, "the request arrived"),
        "EH-1 (policy version 3): due by the end of Monday 25 May 2026, 20 weeks after Monday 5 January 2026 (the \
         request arrived); that is not a working day (bank holiday: Spring bank holiday), and the date stays where it \
         is."
    );
    assert_eq!(
        explain("2026-03-02", 15, DayUnit::CalendarDays, Direction::BeginningWith, "the draft was served"),
        "EH-1 (policy version 3): due by the end of Monday 16 March 2026, 15 calendar days beginning with Monday 2 \
         March 2026 (the draft was served)."
    );
    let unknown = explain("2028-12-25", 2, DayUnit::Weeks, Direction::After, "the request arrived");
    assert!(unknown.ends_with("is not known, as the calendar does not reach so far."), "{unknown}");
    let before = explain("2026-03-04", 2, DayUnit::WorkingDays, Direction::Before, "the meeting");
    assert!(
        before.contains("Monday 2 March 2026, 2 working days before Wednesday 4 March 2026 (the meeting).")
    );
}

#[test]
fn a_school_year_begins_on_1_september() {
    for (on, year) in [("2026-08-31", 2025), ("2026-09-01", 2026), ("2026-12-31", 2026), ("2027-01-01", 2026)]
    {
        assert_eq!(school_year_of(day(on)), year, "{on}");
    }
}

#[test]
fn terms_are_found_by_date_and_order() {
    let calendar = calendar(&[], terms());
    let of = |on| calendar.term_of(day(on)).map(|term| (term.school_year, term.name));
    assert_eq!(of("2025-08-31"), None);
    assert_eq!(of("2025-09-01"), Some((2025, TermName::Autumn1)));
    assert_eq!(of("2025-10-24"), Some((2025, TermName::Autumn1)));
    assert_eq!(of("2025-10-25"), None);
    assert_eq!(of("2026-07-20"), Some((2025, TermName::Summer2)));

    let before =
        |on| calendar.term_before(calendar.term_of(day(on)).unwrap()).map(|t| (t.school_year, t.name));
    assert_eq!(before("2026-06-01"), Some((2025, TermName::Summer1)));
    assert_eq!(before("2026-05-22"), Some((2025, TermName::Spring2)));
    assert_eq!(before("2026-03-27"), Some((2025, TermName::Spring1)));
    assert_eq!(before("2026-01-05"), Some((2025, TermName::Autumn2)));
    assert_eq!(before("2025-11-03"), Some((2025, TermName::Autumn1)));
    assert_eq!(before("2026-09-02"), Some((2025, TermName::Summer2)));
    assert_eq!(before("2025-09-01"), None);
    assert_eq!(before("2028-01-04"), None, "an older term is not the term before");

    let names: Vec<_> = calendar.terms(2025).into_iter().map(|term| term.name).collect();
    assert_eq!(names.len(), 6);
    assert!(names.is_sorted());
    assert_eq!((calendar.terms(2026).len(), calendar.terms(2024).len()), (2, 0));
}

#[test]
fn the_penultimate_week_lies_before_the_week_of_the_last_day() {
    for (last_day, monday, sunday) in [
        ("2025-12-19", "2025-12-08", "2025-12-14"), // a Friday
        ("2026-07-20", "2026-07-13", "2026-07-19"), // a Monday
        ("2025-07-23", "2025-07-14", "2025-07-20"), // a Wednesday
        ("2026-03-29", "2026-03-16", "2026-03-22"), // a Sunday
        ("2024-03-08", "2024-02-26", "2024-03-03"), // over 29 February
    ] {
        let week = term(2025, TermName::Autumn2, "2020-01-01", last_day).penultimate_week();
        assert_eq!(week, day(monday)..=day(sunday), "{last_day}");
    }
}

#[test]
fn slots_open_in_the_penultimate_week_of_the_term_before() {
    let calendar = calendar(&[], terms());
    for (slot, opens) in [
        ("2026-01-05", Some("2025-12-08T00:00:00Z")), // first day of Spring 1
        ("2026-02-13", Some("2025-12-08T00:00:00Z")), // last day of Spring 1
        ("2026-02-16", Some("2026-02-02T00:00:00Z")), // half-term holiday: belongs to Spring 2
        ("2026-02-23", Some("2026-02-02T00:00:00Z")), // first day of Spring 2
        ("2026-06-01", Some("2026-05-10T23:00:00Z")), // opens in summer time
        ("2026-08-10", Some("2026-07-12T23:00:00Z")), // summer holiday: belongs to Autumn 1
        ("2026-09-02", Some("2026-07-12T23:00:00Z")), // Summer 2 ends on a Monday
        ("2026-11-02", Some("2026-10-11T23:00:00Z")),
        ("2025-09-01", None), // the term before is not known
        ("2026-12-19", None), // the term before the next one known is not known
        ("2028-01-04", None),
        ("2028-02-12", None), // no term follows
    ] {
        assert_eq!(calendar.booking_opens(day(slot)), opens.map(instant), "{slot}");
    }
}

#[test]
fn faults_in_a_school_year_are_all_named() {
    use TermName::{Autumn1, Autumn2, Spring1, Summer2};
    let year: Vec<Term> = terms().into_iter().filter(|term| term.school_year == 2025).collect();
    assert_eq!(Term::validate_year(&year), Ok(()));
    assert_eq!(Term::validate_year(&[]), Ok(()));
    let autumn_1 = || term(2026, Autumn1, "2026-09-01", "2026-10-23");
    for (second, faults) in [
        (term(2026, Autumn2, "2026-10-24", "2026-12-18"), vec![]),
        (
            term(2026, Autumn2, "2026-10-23", "2026-12-18"),
            vec![TermFault::Overlap { earlier: Autumn1, later: Autumn2 }],
        ),
        (
            term(2026, Spring1, "2026-08-03", "2026-08-10"),
            vec![TermFault::Overlap { earlier: Autumn1, later: Spring1 }],
        ),
        (term(2026, Autumn1, "2026-11-02", "2026-12-18"), vec![TermFault::Twice { name: Autumn1 }]),
        (term(2026, Autumn2, "2026-11-02", "2026-11-01"), vec![TermFault::BackToFront { name: Autumn2 }]),
        (term(2026, Autumn2, "2026-11-02", "2026-11-02"), vec![]),
        (term(2026, Summer2, "2027-06-01", "2027-08-31"), vec![]),
        (term(2026, Summer2, "2027-06-01", "2027-09-01"), vec![TermFault::OutsideYear { name: Summer2 }]),
        (
            term(2027, Spring1, "2028-01-04", "2028-02-11"),
            vec![TermFault::AnotherYear { name: Spring1, school_year: 2027 }],
        ),
    ] {
        let found = Term::validate_year(&[autumn_1(), second.clone()]).err().unwrap_or_default();
        assert_eq!(found, faults, "{second:?}");
    }
    let early = |first| Term::validate_year(&[term(2026, Autumn1, first, "2026-10-23")]).is_ok();
    assert!(early("2026-08-01") && !early("2026-07-31"));
    let both =
        [term(2026, Autumn1, "2026-10-23", "2026-09-01"), term(2026, Autumn2, "2027-11-02", "2027-12-18")];
    assert_eq!(Term::validate_year(&both).unwrap_err().len(), 2);
}

proptest! {
    /// The Nth working day after a date has N working days up to it; counting back from it ends before the first.
    #[test]
    fn working_days_add_up(offset in 0..4_000u64, count in 1..300u32) {
        let calendar = calendar(&[], vec![]);
        let from = day("2013-01-01") + Days::new(offset);
        let counted = calendar.count(from, count, DayUnit::WorkingDays, Direction::After).unwrap();
        let days: Vec<_> = from.iter_days().skip(1).take_while(|on| *on <= counted.on).collect();
        let working = days.iter().filter(|on| calendar.is_working_day(**on).unwrap()).count();
        prop_assert_eq!(working, usize::try_from(count).unwrap());
        prop_assert_eq!(days.len() - working, counted.skipped.len());
        let back = calendar.count(counted.on, count - 1, DayUnit::WorkingDays, Direction::Before).unwrap();
        let first = calendar.count(from, 1, DayUnit::WorkingDays, Direction::After).unwrap();
        prop_assert_eq!(back.on, first.on);
    }
}
