use super::*;
use proptest::prelude::*;

const GIVER: Uuid = Uuid::from_u128(9);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// An event at noon of a London date, or at an instant.
fn entry(at: &str, subject: u128, event: EhcEvent) -> Entry {
    let at = if at.len() == 10 { format!("{at}T12:00:00Z") } else { at.to_owned() };
    Entry { at: at.parse().unwrap(), subject: id(subject), event }
}

fn raised(at: &str, subject: u128) -> Entry {
    entry(at, subject, EhcEvent::QueryRaised { service: Service::Health, giver: Some(GIVER) })
}

fn decided(at: &str, subject: u128, decision: QueryDecision) -> Entry {
    entry(at, subject, EhcEvent::QueryDecided { decision })
}

fn followed_up(at: &str, subject: u128, due_on: &str) -> Entry {
    entry(at, subject, EhcEvent::FollowUpOpened { due_on: day(due_on) })
}

fn reversed(at: &str, subject: u128, to: QueryState) -> Entry {
    entry(at, subject, EhcEvent::QueryStepReversed { to })
}

/// The report of the week from Monday 16 to Sunday 22 November 2026.
fn report(entries: &[Entry]) -> WeeklyReport {
    let report = weekly(day("2026-11-16"), entries.to_vec());
    let mut total = Counts::default();
    for row in &report.rows {
        total += row.counts;
    }
    assert_eq!(total, report.total);
    assert_eq!(report.turnaround.answered, report.total.answered);
    report
}

/// How many were opened, answered, open and overdue.
fn counted(entries: &[Entry]) -> (u32, u32, u32, u32) {
    let Counts { opened, answered, open, overdue, .. } = report(entries).total;
    (opened, answered, open, overdue)
}

#[test]
fn what_happens_in_the_week_counts_by_the_london_clock() {
    for (at, expected) in [
        ("2026-11-15T23:59:59Z", (0, 0, 1, 0)),
        ("2026-11-16T00:00:00Z", (1, 0, 1, 0)),
        ("2026-11-22T23:59:59Z", (1, 0, 1, 0)),
        ("2026-11-23T00:00:00Z", (0, 0, 0, 0)),
    ] {
        assert_eq!(counted(&[raised(at, 1)]), expected, "{at}");
    }
    let summer = |at| weekly(day("2026-07-13"), [raised(at, 1)]).total.opened;
    assert_eq!((summer("2026-07-12T22:59:59Z"), summer("2026-07-12T23:00:00Z")), (0, 1));
    assert_eq!((summer("2026-07-19T22:59:59Z"), summer("2026-07-19T23:00:00Z")), (1, 0));
}

#[test]
fn a_query_is_answered_in_three_ways_and_withdrawn_without_an_answer() {
    use QueryDecision::{ExtendedInput, SmallPoint, UseAsSubmitted};
    let opening = || vec![raised("2026-11-09", 1), entry("2026-11-10", 1, EhcEvent::QueryDiscussed)];
    let with = |more: &[Entry]| counted(&[opening(), more.to_vec()].concat());
    assert_eq!(with(&[]), (0, 0, 1, 0));
    assert_eq!(with(&[decided("2026-11-17", 1, UseAsSubmitted)]), (0, 1, 0, 0));
    let small = decided("2026-11-17", 1, SmallPoint);
    assert_eq!(with(std::slice::from_ref(&small)), (0, 0, 1, 0));
    assert_eq!(with(&[small, entry("2026-11-18", 1, EhcEvent::SmallPointLogged)]), (0, 1, 0, 0));
    let formal = [decided("2026-11-11", 1, ExtendedInput), followed_up("2026-11-11", 1, "2026-11-18")];
    let answered = [&formal[..], &[entry("2026-11-17", 1, EhcEvent::FollowUpAnswered)]].concat();
    assert_eq!(with(&answered), (0, 1, 1, 0), "answered, and open until the coordinator closes it");
    let closed = [&answered[..], &[entry("2026-11-18", 1, EhcEvent::FollowUpClosed)]].concat();
    assert_eq!(with(&closed), (0, 1, 0, 0));
    assert_eq!(with(&[entry("2026-11-18", 1, EhcEvent::QueryWithdrawn)]), (0, 0, 0, 0));
}

#[test]
fn the_first_answer_counts_and_no_other() {
    let entries = [
        raised("2026-11-02", 1),
        followed_up("2026-11-03", 1, "2026-11-10"),
        entry("2026-11-10", 1, EhcEvent::FollowUpAnswered),
        followed_up("2026-11-11", 1, "2026-11-18"),
        entry("2026-11-17", 1, EhcEvent::FollowUpAnswered),
    ];
    assert_eq!(counted(&entries[..4]), (0, 0, 1, 1), "the second follow-up is overdue all the same");
    assert_eq!(counted(&entries), (0, 0, 1, 0));
    assert_eq!(weekly(day("2026-11-09"), entries).total.answered, 1);
}

#[test]
fn a_follow_up_due_by_sunday_is_overdue_at_the_end_of_the_week() {
    for (due_on, overdue) in [("2026-11-22", 1), ("2026-11-23", 0)] {
        let follow_up = [raised("2026-11-09", 1), followed_up("2026-11-16", 1, due_on)];
        assert_eq!(counted(&follow_up), (0, 0, 1, overdue), "{due_on}");
        let opened = followed_up("2026-11-16", 1, "2026-11-20");
        let moved = entry("2026-11-17", 1, EhcEvent::FollowUpMoved { due_on: day(due_on) });
        assert_eq!(counted(&[raised("2026-11-09", 1), opened, moved]).3, overdue, "moved to {due_on}");
    }
}

#[test]
fn a_step_taken_back_brings_back_how_things_stood() {
    use QueryState::{Discussed, FormalFollowUp, SmallPoint, Updated};
    let submitted = decided("2026-11-16", 1, QueryDecision::UseAsSubmitted);
    let taken_back = |to| reversed("2026-11-20", 1, to);
    let discussed = || vec![raised("2026-11-09", 1), entry("2026-11-10", 1, EhcEvent::QueryDiscussed)];
    let with = |more: &[Entry]| counted(&[discussed(), more.to_vec()].concat());
    assert_eq!(with(&[submitted, taken_back(Discussed)]), (0, 0, 1, 0));
    let small = [
        decided("2026-11-16", 1, QueryDecision::SmallPoint),
        entry("2026-11-17", 1, EhcEvent::SmallPointLogged),
        taken_back(SmallPoint),
    ];
    assert_eq!(with(&small), (0, 0, 1, 0));
    let formal = [
        followed_up("2026-11-11", 1, "2026-11-18"),
        entry("2026-11-16", 1, EhcEvent::FollowUpAnswered),
        entry("2026-11-17", 1, EhcEvent::FollowUpClosed),
    ];
    let formal_then = |more: &[Entry]| with(&[&formal[..], more].concat());
    assert_eq!(formal_then(&[taken_back(Updated)]), (0, 1, 1, 0), "open again, still answered");
    assert_eq!(formal_then(&[taken_back(Updated), taken_back(FormalFollowUp)]), (0, 0, 1, 1));
    assert_eq!(formal_then(&[taken_back(FormalFollowUp)]), (0, 0, 1, 1));
    let withdrawn = [formal[0].clone(), entry("2026-11-17", 1, EhcEvent::QueryWithdrawn)];
    assert_eq!(with(&[&withdrawn[..], &[taken_back(FormalFollowUp)]].concat()), (0, 0, 1, 1));
    assert_eq!(with(&[taken_back(Updated)]), (0, 0, 1, 0), "to a state in which it never was");
}

#[test]
fn open_queries_are_counted_by_age() {
    for (raised_on, age) in [
        ("2026-11-22", [1, 0, 0, 0]),
        ("2026-11-17", [1, 0, 0, 0]),
        ("2026-11-16", [0, 1, 0, 0]),
        ("2026-11-12", [0, 1, 0, 0]),
        ("2026-11-11", [0, 0, 1, 0]),
        ("2026-11-02", [0, 0, 1, 0]),
        ("2026-11-01", [0, 0, 0, 1]),
    ] {
        let Ages { up_to_5, up_to_10, up_to_20, over_20 } = report(&[raised(raised_on, 1)]).total.age;
        assert_eq!([up_to_5, up_to_10, up_to_20, over_20], age, "{raised_on}");
    }
    let closed = [raised("2026-11-16", 1), decided("2026-11-17", 1, QueryDecision::UseAsSubmitted)];
    assert_eq!(report(&closed).total.age, Ages::default());
}

#[test]
fn rows_are_by_service_and_giver_and_leave_out_what_is_long_over() {
    let by = |at, subject, service, giver| entry(at, subject, EhcEvent::QueryRaised { service, giver });
    let report = report(&[
        by("2026-11-16", 1, Service::SocialCare, Some(id(8))),
        by("2026-11-16", 2, Service::School, Some(id(8))),
        by("2026-11-16", 3, Service::School, Some(id(7))),
        by("2026-11-17", 4, Service::School, Some(id(8))),
        by("2026-11-16", 5, Service::Parent, None),
        by("2026-11-02", 6, Service::Health, Some(GIVER)),
        decided("2026-11-03", 6, QueryDecision::UseAsSubmitted),
    ]);
    let rows: Vec<_> = report.rows.iter().map(|row| (row.service, row.giver, row.counts.opened)).collect();
    let expected = [
        (Service::Parent, None, 1),
        (Service::School, Some(id(7)), 1),
        (Service::School, Some(id(8)), 2),
        (Service::SocialCare, Some(id(8)), 1),
    ];
    assert_eq!(rows, expected);
    assert_eq!((report.monday, report.sunday), (day("2026-11-16"), day("2026-11-22")));
}

#[test]
fn turnaround_is_by_nearest_rank() {
    let values: Vec<u32> = (1..=11).collect();
    for (count, median, ninetieth) in [
        (0, None, None),
        (1, Some(1), Some(1)),
        (2, Some(1), Some(2)),
        (10, Some(5), Some(9)),
        (11, Some(6), Some(10)),
    ] {
        let sorted = &values[..count];
        assert_eq!((percentile(sorted, 50), percentile(sorted, 90)), (median, ninetieth), "{count}");
    }
    let submitted = |at, subject| decided(at, subject, QueryDecision::UseAsSubmitted);
    let turnaround = report(&[
        raised("2026-11-16", 1),
        submitted("2026-11-16", 1),
        raised("2026-11-10", 2),
        submitted("2026-11-17", 2),
        raised("2026-11-02", 3),
        submitted("2026-11-22", 3),
        raised("2026-10-02", 4),
        submitted("2026-11-15", 4),
    ])
    .turnaround;
    assert_eq!(turnaround, Turnaround { answered: 3, median_days: Some(7), ninetieth_days: Some(20) });
}

#[test]
fn plans_are_at_risk_by_the_latest_forecast_until_they_end() {
    let forecast = |at, subject, final_on, final_by| {
        entry(at, subject, EhcEvent::ForecastChanged { final_on: day(final_on), final_by: day(final_by) })
    };
    let at_risk = |entries: &[Entry]| {
        report(entries).plans_at_risk.iter().map(|one| one.assessment.as_u128()).collect::<Vec<_>>()
    };
    let late = || forecast("2026-11-10", 1, "2026-12-02", "2026-12-01");
    assert_eq!(at_risk(&[late()]), [1]);
    assert_eq!(at_risk(&[late(), forecast("2026-11-17", 1, "2026-12-01", "2026-12-01")]), Vec::<u128>::new());
    assert_eq!(at_risk(&[late(), forecast("2026-11-23", 1, "2026-12-01", "2026-12-01")]), [1]);
    let sooner = forecast("2026-11-10", 2, "2027-01-01", "2026-11-20");
    assert_eq!(at_risk(&[late(), sooner]), [2, 1]);
    for end in [EhcEvent::Declined, EhcEvent::DecidedNotToIssue, EhcEvent::Ceased, EhcEvent::FinalIssued] {
        let ended = entry("2026-11-18", 1, end);
        assert_eq!(at_risk(&[late(), ended.clone()]), Vec::<u128>::new());
        for (to, expected) in [(State::DraftIssued, vec![1]), (State::Declined, vec![])] {
            let reversed = entry("2026-11-19", 1, EhcEvent::StepReversed { to });
            assert_eq!(at_risk(&[late(), ended.clone(), reversed]), expected);
        }
    }
    assert_eq!(at_risk(&[late(), entry("2026-11-18", 1, EhcEvent::DraftIssued)]), [1]);
}

fn any_event() -> impl Strategy<Value = EhcEvent> {
    let date = (0..40u64).prop_map(|offset| day("2026-11-01") + Days::new(offset));
    prop_oneof![
        (0..Service::ALL.len())
            .prop_map(|service| EhcEvent::QueryRaised { service: Service::ALL[service], giver: None }),
        Just(EhcEvent::QueryDiscussed),
        (0..QueryDecision::ALL.len())
            .prop_map(|decision| EhcEvent::QueryDecided { decision: QueryDecision::ALL[decision] }),
        Just(EhcEvent::SmallPointLogged),
        date.clone().prop_map(|due_on| EhcEvent::FollowUpOpened { due_on }),
        date.clone().prop_map(|due_on| EhcEvent::FollowUpMoved { due_on }),
        Just(EhcEvent::FollowUpAnswered),
        Just(EhcEvent::FollowUpClosed),
        Just(EhcEvent::QueryWithdrawn),
        (0..QueryState::ALL.len()).prop_map(|to| EhcEvent::QueryStepReversed { to: QueryState::ALL[to] }),
        (date.clone(), date)
            .prop_map(|(final_on, final_by)| EhcEvent::ForecastChanged { final_on, final_by }),
        Just(EhcEvent::FinalIssued),
        (0..State::ALL.len()).prop_map(|to| EhcEvent::StepReversed { to: State::ALL[to] }),
    ]
}

/// A log of five weeks from Sunday 1 November 2026, in order of time.
fn any_log() -> impl Strategy<Value = Vec<Entry>> {
    let one = (0..35 * 24i64, 0..6u128, any_event()).prop_map(|(hours, subject, event)| {
        let at = london::start_of_day(day("2026-11-01")) + chrono::TimeDelta::hours(hours);
        Entry { at, subject: id(subject), event }
    });
    prop::collection::vec(one, 0..60).prop_map(|mut log| {
        log.sort_by_key(|entry| entry.at);
        log
    })
}

proptest! {
    #[test]
    fn a_past_week_stays_as_it_was(log in any_log()) {
        let known_then: Vec<_> = log.iter().filter(|one| one.at < week_end(day("2026-11-16"))).cloned().collect();
        prop_assert_eq!(report(&known_then), report(&log));
    }

    #[test]
    fn the_ages_add_up_to_the_open_ones(log in any_log()) {
        let Counts { open, overdue, age: Ages { up_to_5, up_to_10, up_to_20, over_20 }, .. } = report(&log).total;
        prop_assert_eq!(up_to_5 + up_to_10 + up_to_20 + over_20, open);
        prop_assert!(overdue <= open);
    }
}
