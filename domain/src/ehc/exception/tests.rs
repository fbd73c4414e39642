use super::*;
use crate::bank_holidays;
use proptest::prelude::*;
use std::sync::LazyLock;

const ADVICE: Uuid = Uuid::from_u128(1);
const OTHER_ADVICE: Uuid = Uuid::from_u128(2);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    let (holidays, covers) = bank_holidays::built_in().unwrap();
    Calendar::new(holidays, covers, [], vec![])
});

fn exception(ground: Ground, from: &str, to: &str) -> Exception {
    Exception { ground, request: None, from: day(from), to: day(to) }
}

fn missed(request: Uuid, from: &str, to: &str) -> Exception {
    Exception { request: Some(request), ..exception(Ground::MissedAppointment, from, to) }
}

/// Twenty weeks from Monday 5 January 2026.
fn final_date(exceptions: &[Exception]) -> DueDate {
    statutory_date("the request", day("2026-01-05"), 20, exceptions, &CALENDAR, &Policy::defaults()).unwrap()
}

fn final_on(exceptions: &[Exception]) -> NaiveDate {
    final_date(exceptions).on
}

fn advice_on(exceptions: &[Exception]) -> NaiveDate {
    advice_date(ADVICE, day("2026-01-05"), exceptions, &CALENDAR, &Policy::defaults()).unwrap().on
}

#[test]
fn the_twenty_weeks_end_on_a_bank_holiday_and_stay_there() {
    let due = final_date(&[]);
    assert_eq!((due.on, due.rule.as_str()), (day("2026-05-25"), "EH-1"));
    assert!(
        due.explain().contains("not a working day (bank holiday: Spring bank holiday)"),
        "{}",
        due.explain()
    );
    for (weeks, on) in [(6, "2026-02-16"), (16, "2026-04-27")] {
        let due =
            statutory_date("it", day("2026-01-05"), weeks, &[], &CALENDAR, &Policy::defaults()).unwrap();
        assert_eq!(due.on, day(on));
    }
}

#[test]
fn each_ground_moves_the_dates_that_it_moves() {
    use Ground::{Absence, MissedAppointment, PersonalCircumstances, SchoolClosure};
    for (ground, assessment, advice) in [
        (SchoolClosure, "2026-06-04", "2026-02-16"),
        (PersonalCircumstances, "2026-06-04", "2026-02-26"),
        (Absence, "2026-06-04", "2026-02-26"),
        (MissedAppointment, "2026-05-25", "2026-02-16"),
    ] {
        let ten_days = [exception(ground, "2026-01-10", "2026-01-19")];
        assert_eq!((final_on(&ten_days), advice_on(&ten_days)), (day(assessment), day(advice)), "{ground:?}");
    }
}

#[test]
fn a_missed_appointment_moves_the_advice_that_it_was_for() {
    let missed = |request| [missed(request, "2026-01-10", "2026-01-12")];
    assert_eq!(advice_on(&missed(ADVICE)), day("2026-02-19"));
    assert_eq!(advice_on(&missed(OTHER_ADVICE)), day("2026-02-16"));
    assert_eq!(final_on(&missed(ADVICE)), day("2026-05-25"));
}

#[test]
fn only_days_from_the_request_on_count_and_none_that_come_too_late() {
    let absence = |from, to| [exception(Ground::Absence, from, to)];
    assert_eq!(final_on(&absence("2025-12-01", "2026-01-04")), day("2026-05-25"));
    assert_eq!(final_on(&absence("2025-12-01", "2026-01-05")), day("2026-05-26"));
    assert_eq!(final_on(&absence("2026-05-25", "2026-06-21")), day("2026-06-22"));
    assert_eq!(final_on(&absence("2026-05-26", "2026-06-22")), day("2026-05-25"));
}

#[test]
fn a_later_exception_counts_if_an_earlier_one_brings_the_date_to_it() {
    let circumstances = |from, to| exception(Ground::PersonalCircumstances, from, to);
    let (earlier, later) =
        (circumstances("2026-03-01", "2026-03-05"), circumstances("2026-05-30", "2026-06-02"));
    assert_eq!(final_on(std::slice::from_ref(&later)), day("2026-05-25"));
    assert_eq!(final_on(&[later, earlier.clone()]), day("2026-06-03"));
    let too_late = circumstances("2026-05-31", "2026-06-02");
    assert_eq!(final_on(&[too_late, earlier]), day("2026-05-30"));
}

#[test]
fn no_day_counts_twice_and_every_exception_is_named() {
    let closure = exception(Ground::SchoolClosure, "2026-03-01", "2026-03-31");
    for (from, on, stretches) in
        [("2026-03-20", "2026-07-05", 1), ("2026-04-01", "2026-07-05", 1), ("2026-04-02", "2026-07-04", 2)]
    {
        let due = final_date(&[closure.clone(), exception(Ground::Absence, from, "2026-04-10")]);
        assert_eq!((due.on, due.extensions.len()), (day(on), stretches), "{from}");
        for ground in [Ground::SchoolClosure, Ground::Absence] {
            assert!(due.explain().contains(ground.words()), "{}", due.explain());
        }
    }
    let overlapping = final_date(&[exception(Ground::Absence, "2026-03-20", "2026-04-10"), closure]);
    assert_eq!(
        overlapping.extensions,
        [Extension {
            from: day("2026-03-01"),
            to: day("2026-04-10"),
            days: 41,
            reason:
                "school closure (1 March 2026 to 31 March 2026) and absence from the area (20 March 2026 to \
                     10 April 2026)"
                    .into(),
        }]
    );
}

#[test]
fn the_end_of_time_does_not_panic() {
    let endless = Exception { to: NaiveDate::MAX, ..exception(Ground::Absence, "2026-01-05", "2026-01-05") };
    assert_eq!(final_on(&[endless.clone(), endless.clone()]), NaiveDate::MAX);
    assert!(refused(&endless, "seen").is_empty());
}

const ASKED: &[(Uuid, Service, &str)] =
    &[(ADVICE, Service::School, "2026-07-13"), (OTHER_ADVICE, Service::Health, "2026-07-20")];

/// The codes and paths of the refusals, with advice asked of the school on `school_asked_on`.
fn refused_if(exception: &Exception, evidence: &str, school_asked_on: &str) -> Vec<(Code, String)> {
    let mut advice: Vec<_> = ASKED.iter().map(|(id, service, on)| (*id, *service, day(on))).collect();
    advice[0].2 = day(school_asked_on);
    let facts = ExceptionFacts {
        requested_on: day("2026-06-01"),
        advice: &advice,
        open: true,
        today: day("2026-09-01"),
    };
    let findings = decide_exception(exception, evidence, &facts);
    assert!(findings.refusals.iter().all(|refusal| refusal.rule == RuleId::Eh4));
    findings.refusals.into_iter().map(|refusal| (refusal.code, refusal.path)).collect()
}

fn refused(exception: &Exception, evidence: &str) -> Vec<(Code, String)> {
    refused_if(exception, evidence, "2026-07-13")
}

fn only(code: Code, path: &str) -> Vec<(Code, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn a_closure_or_an_absence_has_four_weeks() {
    for ground in [Ground::SchoolClosure, Ground::Absence] {
        assert_eq!(refused(&exception(ground, "2026-07-20", "2026-08-16"), "seen"), []);
        let short = exception(ground, "2026-07-20", "2026-08-15");
        assert_eq!(refused(&short, "seen"), only(Code::Invalid, "to"));
    }
    assert_eq!(refused(&exception(Ground::PersonalCircumstances, "2026-07-20", "2026-07-20"), "seen"), []);
}

#[test]
fn a_closure_counts_where_a_school_was_asked_around_it() {
    // Closed from Monday 20 July to Sunday 16 August, open again on Monday 17 August.
    let closure = exception(Ground::SchoolClosure, "2026-07-20", "2026-08-16");
    for (asked_on, counts) in
        [("2026-07-12", false), ("2026-07-13", true), ("2026-08-10", true), ("2026-08-11", false)]
    {
        let expected = if counts { vec![] } else { only(Code::NotEligible, "ground") };
        assert_eq!(refused_if(&closure, "seen", asked_on), expected, "{asked_on}");
    }
}

#[test]
fn dates_are_in_order_and_reach_the_assessment() {
    let circumstances = |from, to| exception(Ground::PersonalCircumstances, from, to);
    assert_eq!(refused(&circumstances("2026-07-02", "2026-07-02"), "seen"), []);
    assert_eq!(refused(&circumstances("2026-07-02", "2026-07-01"), "seen"), only(Code::Invalid, "to"));
    assert_eq!(refused(&circumstances("2026-05-01", "2026-06-01"), "seen"), []);
    assert_eq!(refused(&circumstances("2026-05-01", "2026-05-31"), "seen"), only(Code::Invalid, "to"));
    assert_eq!(
        refused(&exception(Ground::Absence, "2026-07-02", "2026-07-01"), "seen"),
        only(Code::Invalid, "to"),
        "an absence back to front has no length"
    );
}

#[test]
fn a_missed_appointment_names_its_advice_and_nothing_else_does() {
    assert_eq!(refused(&missed(OTHER_ADVICE, "2026-09-01", "2026-09-04"), "seen"), []);
    let tomorrow = missed(ADVICE, "2026-09-02", "2026-09-02");
    assert_eq!(refused(&tomorrow, "seen"), only(Code::TooEarly, "from"));
    let nameless = exception(Ground::MissedAppointment, "2026-08-03", "2026-08-03");
    assert_eq!(refused(&nameless, "seen"), only(Code::Missing, "adviceRequest"));
    let unknown = missed(Uuid::from_u128(3), "2026-08-03", "2026-08-03");
    assert_eq!(refused(&unknown, "seen"), only(Code::NotFound, "adviceRequest"));
    for ground in [Ground::SchoolClosure, Ground::PersonalCircumstances, Ground::Absence] {
        let named = Exception { ground, ..missed(ADVICE, "2026-07-20", "2026-08-16") };
        assert_eq!(refused(&named, "seen"), only(Code::Invalid, "adviceRequest"), "{ground:?}");
    }
}

#[test]
fn evidence_is_given_and_the_assessment_is_open() {
    let planned = exception(Ground::PersonalCircumstances, "2026-12-01", "2026-12-02");
    assert_eq!(refused(&planned, "seen"), []);
    assert_eq!(refused(&planned, " \u{200b}"), only(Code::Missing, "evidence"));
    let facts = ExceptionFacts {
        requested_on: day("2026-06-01"),
        advice: &[],
        open: false,
        today: day("2026-09-01"),
    };
    let ended = decide_exception(&planned, "seen", &facts).refusals;
    assert_eq!((ended.len(), ended[0].code, ended[0].path.as_str()), (1, Code::WrongState, ""));
}

/// Dates around the twenty weeks from 5 January 2026, some of them back to front.
fn any_exception() -> impl Strategy<Value = Exception> {
    (0..Ground::ALL.len(), 0..250u64, 0..60u64, any::<bool>()).prop_map(|(ground, start, length, request)| {
        let from = day("2025-12-01") + Days::new(start);
        let to = from + Days::new(length) - Days::new(2);
        Exception { ground: Ground::ALL[ground], request: request.then_some(ADVICE), from, to }
    })
}

proptest! {
    #[test]
    fn the_order_and_the_number_of_records_make_no_difference(
        (exceptions, shuffled) in prop::collection::vec(any_exception(), 0..6)
            .prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        let repeated: Vec<_> = shuffled.iter().chain(&exceptions).cloned().collect();
        prop_assert_eq!(final_date(&exceptions), final_date(&shuffled));
        prop_assert_eq!(final_date(&exceptions), final_date(&repeated));
        prop_assert_eq!(advice_on(&exceptions), advice_on(&shuffled));
        prop_assert!(final_on(&exceptions) >= final_on(&[]));
    }

    /// Another exception never brings a date forward.
    #[test]
    fn exceptions_only_ever_extend(exceptions in prop::collection::vec(any_exception(), 0..6), one in any_exception()) {
        let mut more = exceptions.clone();
        more.push(one);
        prop_assert!(final_on(&more) >= final_on(&exceptions));
        prop_assert!(advice_on(&more) >= advice_on(&exceptions));
    }
}
