use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn requested(on: &str) -> CaseRecord {
    CaseRecord {
        requested_on: day(on),
        decided_on: None,
        to_assess: None,
        outcome: None,
        outcome_on: None,
        excepted: false,
    }
}

fn decided(on: &str, to_assess: bool) -> CaseRecord {
    CaseRecord { decided_on: Some(day(on)), to_assess: Some(to_assess), ..requested("2026-01-05") }
}

fn ended(outcome: Outcome, on: &str, excepted: bool) -> CaseRecord {
    CaseRecord { outcome: Some(outcome), outcome_on: Some(day(on)), excepted, ..decided("2026-02-02", true) }
}

fn rows(cases: &[CaseRecord]) -> Vec<MonthRow> {
    by_month(cases, day("2026-01-01"), day("2026-06-30"))
}

#[test]
fn every_month_has_a_row_and_nothing_outside_counts() {
    let months = |from, to| {
        by_month(&[], day(from), day(to)).into_iter().map(|row| row.month.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(months("2025-12-31", "2026-02-01"), ["2025-12-01", "2026-01-01", "2026-02-01"]);
    assert_eq!(months("2026-02-01", "2026-01-31"), Vec::<String>::new());
    assert_eq!(months("2026-01-31", "2026-01-01"), Vec::<String>::new());
    assert!(rows(&[]).iter().all(|row| *row == MonthRow::empty(row.month)));
    let cases = ["2026-01-09", "2026-01-10", "2026-02-20", "2026-02-21", "2025-02-15"].map(requested);
    let received: Vec<_> = by_month(&cases, day("2026-01-10"), day("2026-02-20"))
        .iter()
        .map(|row| row.requests_received)
        .collect();
    assert_eq!(received, [1, 1]);
}

#[test]
fn each_thing_counts_in_the_month_in_which_it_happened() {
    let rows = rows(&[
        ended(Outcome::Issued, "2026-05-25", false),
        ended(Outcome::NotIssued, "2026-04-27", false),
        ended(Outcome::Ceased, "2026-03-01", false),
        decided("2026-02-28", false),
        requested("2026-06-30"),
    ]);
    let column = |of: fn(&MonthRow) -> u32| rows.iter().map(of).collect::<Vec<_>>();
    assert_eq!(column(|row| row.requests_received), [4, 0, 0, 0, 0, 1]);
    assert_eq!(column(|row| row.decided_to_assess), [0, 3, 0, 0, 0, 0]);
    assert_eq!(column(|row| row.decided_not_to_assess), [0, 1, 0, 0, 0, 0]);
    assert_eq!(column(|row| row.ceased), [0, 0, 1, 0, 0, 0]);
    assert_eq!(column(|row| row.not_issued), [0, 0, 0, 1, 0, 0]);
    assert_eq!(column(|row| row.plans.issued), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_decision_is_in_time_up_to_six_weeks() {
    let rows =
        rows(&[decided("2026-02-16", true), decided("2026-02-16", false), decided("2026-02-17", false)]);
    let february = rows[1];
    assert_eq!((february.decided_within_6_weeks, february.decided_over_6_weeks), (2, 1));
    assert_eq!(february.percent_decided_within_6_weeks(), Some(66.7));
    assert_eq!(rows[0].percent_decided_within_6_weeks(), None);
}

#[test]
fn a_plan_is_in_time_up_to_twenty_weeks_with_and_without_excepted_cases() {
    let rows = rows(&[
        ended(Outcome::Issued, "2026-05-25", false),
        ended(Outcome::Issued, "2026-05-26", false),
        ended(Outcome::Issued, "2026-05-26", true),
        ended(Outcome::Issued, "2026-05-04", true),
        ended(Outcome::Issued, "2026-06-01", true),
    ]);
    let (may, june) = (rows[4], rows[5]);
    assert_eq!(may.plans, PlanCounts { issued: 4, within_20_weeks: 2 });
    assert_eq!(may.plans_without_excepted, PlanCounts { issued: 2, within_20_weeks: 1 });
    assert_eq!(may.plans.percent_within_20_weeks(), Some(50.0));
    assert_eq!(june.plans.percent_within_20_weeks(), Some(0.0));
    assert_eq!(june.plans_without_excepted.percent_within_20_weeks(), None);
}

#[test]
fn shares_are_rounded_to_one_decimal() {
    // England's final plans of the calendar year 2024, with and without excepted cases, as published.
    assert_eq!(percent(41_448, 90_392), Some(45.9));
    assert_eq!(percent(39_407, 84_866), Some(46.4));
    assert_eq!((percent(1, 3), percent(2, 3), percent(1, 1)), (Some(33.3), Some(66.7), Some(100.0)));
    assert_eq!((percent(1, 2_000), percent(1, 2_001), percent(0, 0)), (Some(0.1), Some(0.0), None));
}

fn advice(service: Service, received_on: Option<&str>, excepted: bool) -> AdviceRecord {
    AdviceRecord {
        service,
        asked_on: day("2026-02-16"),
        due_on: day("2026-03-30"),
        received_on: received_on.map(day),
        excepted,
    }
}

#[test]
fn advice_is_counted_by_service_with_and_without_excepted_requests() {
    let records = [
        advice(Service::Health, Some("2026-03-30"), false),
        advice(Service::Health, Some("2026-03-31"), false),
        advice(Service::Health, Some("2026-03-31"), true),
        advice(Service::Health, None, true),
        advice(Service::School, None, false),
    ];
    let count = |from, to| by_service(&records, day(from), day(to));
    let rows = count("2026-02-16", "2026-02-16");
    assert_eq!(rows.iter().map(|row| row.service).collect::<Vec<_>>(), Service::ALL);
    let of = |service| *rows.iter().find(|row| row.service == service).unwrap();
    let health = of(Service::Health);
    assert_eq!(health.advice, AdviceCounts { asked: 4, within_time: 1, late: 2, outstanding: 1 });
    assert_eq!(
        health.advice_without_excepted,
        AdviceCounts { asked: 2, within_time: 1, late: 1, outstanding: 0 }
    );
    assert_eq!(health.advice.percent_within_time(), Some(33.3));
    assert_eq!(
        of(Service::School).advice,
        AdviceCounts { asked: 1, outstanding: 1, ..AdviceCounts::default() }
    );
    assert_eq!(of(Service::School).advice.percent_within_time(), None);
    for (from, to) in [("2026-02-15", "2026-02-15"), ("2026-02-17", "2026-03-31")] {
        assert!(count(from, to).iter().all(|row| row.advice == AdviceCounts::default()));
    }
}
