use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pending(service: Service, due_on: &str) -> Pending {
    Pending { service, due_on: day(due_on) }
}

fn situation(state: State) -> Situation {
    Situation {
        state,
        requested_on: day("2026-01-05"),
        decide_by: day("2026-02-16"),
        final_by: day("2026-05-25"),
        advice_sought: true,
        advice: vec![],
        queries: vec![],
        draft: None,
        checks: vec![],
    }
}

fn draft(responded: bool) -> DraftOut {
    DraftOut { issued_on: day("2026-04-20"), respond_by: day("2026-05-04"), responded }
}

fn on(situation: &Situation, today: &str) -> Forecast {
    forecast(situation, day(today)).unwrap()
}

fn steps(forecast: &Forecast) -> Vec<(LinkKind, String)> {
    forecast.chain.iter().map(|link| (link.what, link.on.to_string())).collect()
}

fn expected(steps: &[(LinkKind, &str)]) -> Vec<(LinkKind, String)> {
    steps.iter().map(|(what, on)| (*what, (*on).to_owned())).collect()
}

#[test]
fn an_ended_assessment_has_no_forecast() {
    for state in State::ALL {
        assert_eq!(forecast(&situation(*state), day("2026-02-01")).is_some(), state.is_open(), "{state:?}");
    }
}

#[test]
fn a_request_is_decided_advised_on_drafted_and_answered() {
    use LinkKind::{Advice, Decision, Draft, FinalPlan, ParentsResponse};
    let requested = situation(State::Requested);
    let forecast = on(&requested, "2026-01-20");
    assert_eq!((forecast.draft_on, forecast.final_on), (Some(day("2026-03-30")), day("2026-04-14")));
    assert_eq!((forecast.days_in_hand, forecast.holds_until), (41, day("2026-02-16")));
    let chain = [
        (Decision, "2026-02-16"),
        (Advice, "2026-03-30"),
        (Draft, "2026-03-30"),
        (ParentsResponse, "2026-04-13"),
        (FinalPlan, "2026-04-14"),
    ];
    assert_eq!(steps(&forecast), expected(&chain));
    let overdue = on(&requested, "2026-02-17");
    assert_eq!((overdue.final_on, overdue.holds_until), (day("2026-04-15"), day("2026-02-17")));
    assert!(overdue.chain[0].reason.ends_with("due by 16 February 2026, today at the earliest"));
}

#[test]
fn advice_that_was_not_asked_for_puts_the_plan_off_every_day() {
    let unsought = Situation { advice_sought: false, ..situation(State::Assessing) };
    let forecast = on(&unsought, "2026-02-17");
    assert_eq!((forecast.draft_on, forecast.holds_until), (Some(day("2026-03-31")), day("2026-02-17")));
    assert_eq!(steps(&forecast)[0], (LinkKind::Advice, "2026-03-31".to_owned()));
    let all_in = on(&situation(State::Assessing), "2026-02-17");
    assert_eq!((all_in.draft_on, all_in.holds_until), (Some(day("2026-02-17")), day("2026-02-17")));
    assert_eq!(steps(&all_in)[0].0, LinkKind::Draft);
}

#[test]
fn what_comes_last_decides_and_is_named() {
    use LinkKind::{Advice, Query};
    let assessing = Situation {
        advice: vec![
            pending(Service::Health, "2026-03-10"),
            pending(Service::SocialCare, "2026-03-20"),
            pending(Service::School, "2026-03-20"),
        ],
        queries: vec![PendingQuery {
            service: Service::EducationalPsychologist,
            state: QueryState::FormalFollowUp,
            due_on: Some(day("2026-03-18")),
        }],
        ..situation(State::Assessing)
    };
    for (today, draft_on, decisive) in [
        ("2026-03-01", "2026-03-20", vec![(Advice, "2026-03-20"); 2]),
        ("2026-03-20", "2026-03-20", vec![(Advice, "2026-03-20"); 2]),
        (
            "2026-03-21",
            "2026-03-21",
            vec![
                (Advice, "2026-03-21"),
                (Advice, "2026-03-21"),
                (Advice, "2026-03-21"),
                (Query, "2026-03-21"),
            ],
        ),
    ] {
        let forecast = on(&assessing, today);
        assert_eq!(
            (forecast.draft_on, forecast.holds_until),
            (Some(day(draft_on)), day(draft_on)),
            "{today}"
        );
        let steps = steps(&forecast);
        assert_eq!(steps[..steps.len() - 3], expected(&decisive), "{today}");
    }
}

#[test]
fn a_query_counts_with_its_date_where_it_has_a_deadline_and_with_today_otherwise() {
    let open_query = |state, due_on: Option<&str>| Situation {
        queries: vec![PendingQuery { service: Service::Health, state, due_on: due_on.map(day) }],
        ..situation(State::Assessing)
    };
    for state in QueryState::OPEN {
        let waits = matches!(state, QueryState::Raised | QueryState::FormalFollowUp);
        let due = on(&open_query(state, Some("2026-03-10")), "2026-03-02");
        assert_eq!(due.draft_on, Some(day(if waits { "2026-03-10" } else { "2026-03-02" })), "{state:?}");
        let none = on(&open_query(state, None), "2026-03-02");
        assert_eq!(none.draft_on, Some(day("2026-03-02")));
        assert_eq!((none.chain[0].what, none.chain[0].service), (LinkKind::Query, Some(Service::Health)));
    }
}

#[test]
fn a_query_may_slip_the_forecast_and_never_moves_the_statutory_date() {
    let advised = situation(State::Assessing);
    let follow_up = PendingQuery {
        service: Service::Health,
        state: QueryState::FormalFollowUp,
        due_on: Some(day("2026-06-01")),
    };
    let queried = Situation { queries: vec![follow_up], ..advised.clone() };
    let (before, after) = (on(&advised, "2026-05-01"), on(&queried, "2026-05-01"));
    assert_eq!((before.final_on, before.days_in_hand), (day("2026-05-16"), 9));
    assert_eq!((after.final_on, after.days_in_hand), (day("2026-06-16"), -22));
}

#[test]
fn the_final_plan_waits_for_the_parents_and_the_checks() {
    use LinkKind::{AccuracyCheck, FinalPlan, ParentsResponse};
    let with = |responded, checks: &[&str]| Situation {
        draft: Some(draft(responded)),
        checks: checks.iter().map(|due_on| pending(Service::Health, due_on)).collect(),
        ..situation(State::DraftIssued)
    };
    for (responded, checks, today, chain) in [
        (
            false,
            &["2026-04-27"][..],
            "2026-04-21",
            vec![(ParentsResponse, "2026-05-04"), (FinalPlan, "2026-05-05")],
        ),
        (false, &[], "2026-05-05", vec![(ParentsResponse, "2026-05-04"), (FinalPlan, "2026-05-05")]),
        (false, &[], "2026-05-06", vec![(ParentsResponse, "2026-05-06"), (FinalPlan, "2026-05-06")]),
        (true, &["2026-04-27"], "2026-04-21", vec![(AccuracyCheck, "2026-04-27"), (FinalPlan, "2026-04-27")]),
        (true, &["2026-04-27"], "2026-04-28", vec![(AccuracyCheck, "2026-04-28"), (FinalPlan, "2026-04-28")]),
        (true, &[], "2026-04-21", vec![(FinalPlan, "2026-04-21")]),
        (
            false,
            &["2026-05-05"],
            "2026-04-21",
            vec![(ParentsResponse, "2026-05-04"), (AccuracyCheck, "2026-05-05"), (FinalPlan, "2026-05-05")],
        ),
    ] {
        let forecast = on(&with(responded, checks), today);
        assert_eq!(steps(&forecast), expected(&chain), "{responded} {checks:?} {today}");
        assert_eq!((forecast.draft_on, forecast.holds_until), (None, forecast.final_on));
    }
}

#[test]
fn a_notice_is_due_for_every_new_slip() {
    let late = on(&situation(State::Assessing), "2026-05-11"); // final plan on 26 May
    for (final_by, told, due) in [
        ("2026-05-25", None, true),
        ("2026-05-26", None, false),
        ("2026-05-25", Some("2026-05-25"), true),
        ("2026-05-25", Some("2026-05-26"), false),
        ("2026-05-26", Some("2026-05-01"), false),
    ] {
        assert_eq!(slipped(&late, day(final_by), told.map(day)), due, "{final_by} {told:?}");
    }
}

#[test]
fn the_end_of_time_does_not_panic() {
    for state in State::OPEN {
        let endless = Situation { decide_by: NaiveDate::MAX, advice_sought: false, ..situation(state) };
        assert!(forecast(&endless, NaiveDate::MAX).is_some());
    }
}

#[test]
fn a_forecast_is_kept_as_it_was() {
    let forecast = on(&situation(State::Requested), "2026-01-20");
    let kept = serde_json::to_string(&forecast).unwrap();
    assert!(kept.contains("PARENTS_RESPONSE"));
    assert_eq!(serde_json::from_str::<Forecast>(&kept).unwrap(), forecast);
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..90u64).prop_map(|offset| day("2026-02-01") + Days::new(offset))
}

fn any_pending() -> impl Strategy<Value = Vec<Pending>> {
    let one = (0..Service::ALL.len(), any_day())
        .prop_map(|(service, due_on)| Pending { service: Service::ALL[service], due_on });
    prop::collection::vec(one, 0..4)
}

fn any_queries() -> impl Strategy<Value = Vec<PendingQuery>> {
    let one = (0..Service::ALL.len(), 0..QueryState::OPEN.len(), prop::option::of(any_day())).prop_map(
        |(service, state, due_on)| PendingQuery {
            service: Service::ALL[service],
            state: QueryState::OPEN[state],
            due_on,
        },
    );
    prop::collection::vec(one, 0..4)
}

fn any_situation() -> impl Strategy<Value = Situation> {
    let draft = prop::option::of((any_day(), any::<bool>()));
    (
        (0..State::OPEN.len(), any_day(), any_day(), any::<bool>()),
        (any_pending(), any_queries(), draft, any_pending()),
    )
        .prop_map(|((state, decide_by, final_by, advice_sought), (advice, queries, draft, checks))| {
            Situation {
                state: State::OPEN[state],
                requested_on: day("2026-01-05"),
                decide_by,
                final_by,
                advice_sought,
                advice,
                queries,
                draft: draft.map(|(issued_on, responded)| DraftOut {
                    issued_on,
                    respond_by: later(issued_on, DAYS_TO_RESPOND_BY),
                    responded,
                }),
                checks,
            }
        })
}

/// The same with every due date so many days later.
fn put_off(situation: &Situation, days: &[u64]) -> Situation {
    let mut days = days.iter().copied().cycle();
    let mut put_off = |on: NaiveDate| later(on, days.next().unwrap_or_default());
    let mut later = situation.clone();
    later.decide_by = put_off(later.decide_by);
    for one in later.advice.iter_mut().chain(&mut later.checks) {
        one.due_on = put_off(one.due_on);
    }
    for one in &mut later.queries {
        one.due_on = one.due_on.map(&mut put_off);
    }
    if let Some(draft) = &mut later.draft {
        draft.respond_by = put_off(draft.respond_by);
    }
    later
}

proptest! {
    #[test]
    fn a_forecast_holds_as_long_as_it_says_and_no_longer(situation in any_situation(), today in any_day()) {
        let now = forecast(&situation, today).unwrap();
        prop_assert!(now.holds_until >= today);
        for later in today.iter_days().take_while(|later| *later <= now.holds_until) {
            prop_assert_eq!(forecast(&situation, later).unwrap(), now.clone());
        }
        let after = forecast(&situation, later(now.holds_until, 1)).unwrap();
        prop_assert!(after.final_on > now.final_on);
    }

    #[test]
    fn days_in_hand_are_counted_to_the_statutory_date(situation in any_situation(), today in any_day()) {
        let now = forecast(&situation, today).unwrap();
        prop_assert_eq!(now.days_in_hand, (situation.final_by - now.final_on).num_days());
        let unqueried = Situation { queries: vec![], ..situation.clone() };
        let without = forecast(&unqueried, today).unwrap();
        prop_assert!(without.final_on <= now.final_on);
        prop_assert_eq!(
            without.final_on + chrono::TimeDelta::days(without.days_in_hand),
            now.final_on + chrono::TimeDelta::days(now.days_in_hand)
        );
    }

    #[test]
    fn later_due_dates_never_bring_the_plan_forward(
        situation in any_situation(),
        days in prop::collection::vec(0..20u64, 1..6),
        today in any_day(),
    ) {
        let sooner = forecast(&situation, today).unwrap();
        let later = forecast(&put_off(&situation, &days), today).unwrap();
        prop_assert!(later.final_on >= sooner.final_on);
        prop_assert!(later.holds_until >= sooner.holds_until);
    }

    #[test]
    fn the_chain_ends_with_the_final_plan_in_order_of_time(situation in any_situation(), today in any_day()) {
        let now = forecast(&situation, today).unwrap();
        prop_assert!(now.final_on >= today);
        prop_assert!(now.chain.is_sorted_by_key(|link| link.on));
        let last = now.chain.last().unwrap();
        prop_assert_eq!((last.what, last.on), (LinkKind::FinalPlan, now.final_on));
    }
}
