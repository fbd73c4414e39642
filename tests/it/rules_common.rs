//! The rules under every workflow: counting days, clocks, sight and permission (XC-2 to XC-4, XC-12, XC-18).

use crate::both;
use crate::support::app::App;
use crate::support::forms::{CASE, id};
use crate::support::refusals::{bad_input, passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

async fn due(app: &App, from: &str, count: u32, unit: &str, direction: &str) -> Value {
    let query = "query($from: Date!, $count: Int!, $unit: DayUnit!, $direction: Direction!) { \
                 viewer { authority { \
                 calendar { dueDate(from: $from, count: $count, unit: $unit, direction: $direction) { on at \
                 explanation { rule from count unit direction skipped { on reason title } \
                 fallsOnNonWorkingDay { on reason title } text } } } } } }";
    let variables = json!({ "from": from, "count": count, "unit": unit, "direction": direction });
    let mut data = app.ask("integrator", query, variables).await;
    data["viewer"]["authority"]["calendar"]["dueDate"].take()
}

fn skipped(due: &Value) -> Vec<(&str, &str)> {
    let days = due["explanation"]["skipped"].as_array().unwrap().iter();
    days.map(|day| (day["on"].as_str().unwrap(), day["reason"].as_str().unwrap())).collect()
}

both! {
    async fn due_dates_are_counted_as_the_rulebook_counts_them(app: App) {
        for (from, count, unit, direction, on, at) in [
            ("2026-01-05", 20, "WEEKS", "AFTER", "2026-05-25", "2026-05-25T22:59:59Z"),
            ("2025-12-24", 5, "WORKING_DAYS", "AFTER", "2026-01-05", "2026-01-05T23:59:59Z"),
            ("2026-01-03", 5, "WORKING_DAYS", "AFTER", "2026-01-09", "2026-01-09T23:59:59Z"),
            ("2026-04-02", 5, "WORKING_DAYS", "AFTER", "2026-04-13", "2026-04-13T22:59:59Z"),
            ("2026-04-07", 3, "WORKING_DAYS", "BEFORE", "2026-03-31", "2026-03-31T22:59:59Z"),
            ("2026-03-16", 6, "WEEKS", "AFTER", "2026-04-27", "2026-04-27T22:59:59Z"),
            ("2026-09-21", 42, "CALENDAR_DAYS", "AFTER", "2026-11-02", "2026-11-02T23:59:59Z"),
            ("2026-03-01", 15, "CALENDAR_DAYS", "BEGINNING_WITH", "2026-03-15", "2026-03-15T23:59:59Z"),
            ("2028-02-28", 1, "CALENDAR_DAYS", "AFTER", "2028-02-29", "2028-02-29T23:59:59Z"),
        ] {
            let due = due(&app, from, count, unit, direction).await;
            assert_eq!(
                (&due["on"], &due["at"]),
                (&json!(on), &json!(at)),
                "{count} {unit} {direction} {from}"
            );
        }
    }

    async fn a_due_date_names_every_day_it_skipped_and_why(app: App) {
        let christmas = due(&app, "2025-12-24", 5, "WORKING_DAYS", "AFTER").await;
        let days = [
            ("2025-12-25", "BANK_HOLIDAY"),
            ("2025-12-26", "BANK_HOLIDAY"),
            ("2025-12-27", "WEEKEND"),
            ("2025-12-28", "WEEKEND"),
            ("2026-01-01", "BANK_HOLIDAY"),
            ("2026-01-03", "WEEKEND"),
            ("2026-01-04", "WEEKEND"),
        ];
        assert_eq!(skipped(&christmas), days);
        assert_eq!(christmas["explanation"]["skipped"][0]["title"], "Christmas Day");
        let easter = due(&app, "2026-04-07", 3, "WORKING_DAYS", "BEFORE").await;
        let days = [
            ("2026-04-06", "BANK_HOLIDAY"),
            ("2026-04-05", "WEEKEND"),
            ("2026-04-04", "WEEKEND"),
            ("2026-04-03", "BANK_HOLIDAY"),
        ];
        assert_eq!(skipped(&easter), days);
        let text = easter["explanation"]["text"].as_str().unwrap();
        assert!(text.contains("31 March 2026") && text.contains("Good Friday"), "{text}");
    }

    async fn twenty_weeks_on_a_bank_holiday_stay_there_and_say_so(app: App) {
        let due = due(&app, "2026-01-05", 20, "WEEKS", "AFTER").await;
        let why = &due["explanation"]["fallsOnNonWorkingDay"];
        assert_eq!((&why["on"], &why["reason"]), (&json!("2026-05-25"), &json!("BANK_HOLIDAY")));
        assert_eq!(skipped(&due), []);
    }

    async fn a_date_past_the_known_calendar_is_refused(app: App) {
        let query = "{ viewer { authority { calendar { dueDate(from: \"2026-03-09\", count: 3000, unit: \
                     WORKING_DAYS, direction: AFTER) { on } } } } }";
        bad_input(&app.answer("team", query, json!({})).await);
        let near = due(&app, "2026-03-09", 3, "WORKING_DAYS", "AFTER").await;
        assert_eq!(near["on"], "2026-03-12");
    }

    async fn a_deadline_names_rule_trigger_count_and_policy(app: App) {
        app.set_figures(1, domain::policy::Figures::default()).await;
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { duties { due { on \
                     explanation { rule \
                     trigger from count unit direction policyVersion skipped { on } } } } } } }";
        let data = app.ask("team", query, json!({ "id": consultation })).await;
        assert_eq!(
            data["node"]["duties"][0]["due"],
            json!({ "on": "2026-03-19", "explanation": {
                "rule": "OC-11", "trigger": "the consultation", "from": "2026-03-24", "count": 3,
                "unit": "WORKING_DAYS", "direction": "BEFORE", "policyVersion": 1,
                "skipped": [{ "on": "2026-03-22" }, { "on": "2026-03-21" }],
            } })
        );
    }

    async fn a_time_in_the_hour_that_the_clock_skips_does_not_exist(app: App) {
        let publish = |starts_at: &str| {
            json!({
                "authority": id(Kind::Authority, app.world.authority), "areaOfNeed": "COGNITION_AND_LEARNING",
                "startsAt": starts_at, "specialist": app.person("specialist"), "joinLink": "https://meet.example",
            })
        };
        for skipped in ["2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T01:59:59"] {
            let message = bad_input(&app.attempt("team", "publishConsultationSlot", publish(skipped)).await);
            assert!(message.contains("does not exist"), "{message}");
        }
        for (local, starts_at) in [
            ("2026-03-29T00:59:59", "2026-03-29T00:59:59Z"),
            ("2026-03-29T03:00", "2026-03-29T02:00:00Z"),
            // The hour that comes twice means its first pass.
            ("2026-10-25T01:30", "2026-10-25T00:30:00Z"),
        ] {
            let payload =
                app.act("team", "publishConsultationSlot", "slot { startsAt }", publish(local)).await;
            assert_eq!(payload["slot"]["startsAt"], starts_at);
        }
    }

    async fn due_today_is_not_overdue(app: App) {
        let slot = app.slot("2026-07-14T10:00:00Z").await;
        app.set_clock("2026-06-01T09:00:00Z");
        let consultation = app.booked("ada", &slot).await;
        for (now, overdue) in [("2026-07-09T22:59:59Z", false), ("2026-07-09T23:00:00Z", true)] {
            app.set_clock(now);
            let case = app.case(&consultation).await;
            assert_eq!(case["duties"][0]["due"], json!({ "on": "2026-07-09", "overdue": overdue }), "{now}");
            let query =
                "query($overdue: Boolean!) { consultations(filter: { overdue: $overdue }) { totalCount } }";
            let data = app.ask("team", query, json!({ "overdue": true })).await;
            assert_eq!(data["consultations"]["totalCount"], i32::from(overdue), "{now}");
        }
    }

    async fn what_is_seen_is_refused_by_role_and_what_is_not_seen_is_not_there(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let cancel = async |subject: &str, consultation: &Value| {
            let input = json!({ "consultation": consultation, "reason": "Illness." });
            app.act(subject, "cancelConsultation", CASE, input).await
        };
        for seen_by in ["parent", "ep", "manager"] {
            let payload = cancel(seen_by, &consultation).await;
            assert_eq!(refusals(&payload), [("XC-18", "NOT_PERMITTED", "")], "{seen_by}");
            let remedy = payload["refusals"][0]["remedy"].as_str().unwrap();
            assert!(remedy.contains("senco") && !remedy.contains("Person"), "{remedy}");
        }
        let nowhere = cancel("senco", &id(Kind::Consultation, Uuid::from_u128(7))).await;
        assert_eq!(refusals(&nowhere), [("XC-18", "NOT_FOUND", "consultation")]);
        for not_seen_by in ["second_senco", "second_parent", "elsewhere_team", "second_specialist", "giver"] {
            let payload = cancel(not_seen_by, &consultation).await;
            assert_eq!(payload["refusals"], nowhere["refusals"], "{not_seen_by}");
            assert_eq!(payload["consultation"], json!(null));
        }
        let unnamed = app.book_as("teacher", app.form("ben", &slot)).await;
        assert_eq!(refusals(&unnamed), [("XC-18", "NOT_FOUND", "child")]);
        assert_eq!(app.case(&consultation).await["version"], 1);
        passes(&cancel("teacher", &consultation).await);
    }

    async fn a_stale_version_is_refused_and_the_current_one_passes(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let cancel = async |version: i32| {
            let input =
                json!({ "consultation": consultation, "reason": "Illness.", "expectedVersion": version });
            app.act("senco", "cancelConsultation", CASE, input).await
        };
        assert_eq!(refusals(&cancel(2).await), [("XC-18", "STALE_VERSION", "expectedVersion")]);
        let cancelled = cancel(1).await;
        passes(&cancelled);
        assert_eq!(cancelled["consultation"]["version"], 2);
    }

    async fn a_key_repeats_its_request_and_takes_no_other(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["idempotencyKey"] = json!("one");
        let first = app.book_as("senco", form.clone()).await;
        let again = app.book_as("senco", form.clone()).await;
        assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
        assert_eq!(first["consultation"]["id"], again["consultation"]["id"]);
        form["pupilViews"] = json!("Likes music.");
        assert_eq!(refusals(&app.book_as("senco", form).await), [("XC-18", "KEY_REUSED", "idempotencyKey")]);
        assert_eq!(app.bookings().await, 1);
    }

    async fn allowed_actions_follow_role_relation_and_state(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let allowed = async |subject: &str| {
            let query = "query($id: ID!) { node(id: $id) { ... on Consultation { allowedActions } } }";
            app.ask(subject, query, json!({ "id": consultation })).await["node"]["allowedActions"].take()
        };
        assert_eq!(allowed("senco").await, json!(["CHANGE_ATTENDEES", "CANCEL_CONSULTATION"]));
        assert_eq!(allowed("specialist").await, json!(["CANCEL_CONSULTATION"]));
        assert_eq!(allowed("parent").await, json!([]));
        app.set_clock("2026-03-19T10:00:00Z");
        assert_eq!(allowed("senco").await, json!([]));
        let marks = json!(["MARK_CONSULTATION_HELD", "MARK_CONSULTATION_NOT_HELD"]);
        assert_eq!(allowed("specialist").await, marks);
    }
}
