//! What an administrator changes in the authority itself: closure days, policy figures, terms (XC-1, XC-5, XC-13).

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::id;
use crate::support::refusals::{bad_input, passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

fn authority(app: &App) -> Value {
    id(Kind::Authority, app.world.authority)
}

async fn close(app: &App, subject: &str, on: &str) -> Value {
    let entity = "authority { calendar { closureDays { id on title } } }";
    let input = json!({ "authority": authority(app), "on": on, "title": "Inset" });
    app.act(subject, "addClosureDay", entity, input).await
}

async fn open_again(app: &App, subject: &str, closure_day: &Value) -> Value {
    app.act(subject, "removeClosureDay", "authority { id }", json!({ "closureDay": closure_day })).await
}

async fn set_policy(app: &App, subject: &str, figure: &str, value: i32) -> Value {
    let input = json!({ "authority": authority(app), "effectiveFrom": "2026-03-09", figure: value });
    app.act(subject, "setPolicy", "authority { policy { version cRicWorkingDays } }", input).await
}

async fn set_terms(app: &App, subject: &str, school_year: i32, terms: Value) -> Value {
    let input = json!({ "authority": authority(app), "schoolYear": school_year, "terms": terms });
    let entity = "authority { calendar { terms(schoolYear: 2027) { name penultimateWeekBegins } } }";
    app.act(subject, "setTerms", entity, input).await
}

fn term(name: &str, first_day: &str, last_day: &str) -> Value {
    json!({ "name": name, "firstDay": first_day, "lastDay": last_day })
}

/// When the C-RIC is due by the case, and date, state and policy version of the duty.
async fn c_ric(app: &App, consultation: &Value) -> (Value, Value) {
    let query = "query($id: ID!) { node(id: $id) { ... on Consultation { cRicDueAt duties { rule { id } state \
                 due { on explanation { policyVersion } } } } } }";
    let mut data = app.ask("team", query, json!({ "id": consultation })).await;
    let duties = data["node"]["duties"].as_array().unwrap();
    let duty = duties.iter().find(|duty| duty["rule"]["id"] == "OC-11").unwrap();
    let found = json!([duty["due"]["on"], duty["state"], duty["due"]["explanation"]["policyVersion"]]);
    (data["node"]["cRicDueAt"].take(), found)
}

async fn moved(app: &App, consultation: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Consultation { history(kinds: [DEADLINE_MOVED]) \
                 { nodes { actor { name } moved { rule from to } } } } } }";
    let mut data = app.ask("manager", query, json!({ "id": consultation })).await;
    data["node"]["history"]["nodes"].take()
}

both! {
    async fn a_closure_day_moves_the_deadlines_that_are_open_and_no_others(app: App) {
        let first = app.slot("2026-03-19T10:00:00Z").await;
        let second = app.slot_of("second_specialist", "2026-03-19T10:00:00Z").await;
        let (waits, answered) = (app.booked("ada", &first).await, app.booked("ben", &second).await);
        passes(&app.c_ric("ben", app.now()).await);
        let before = (json!("2026-03-16T23:59:59Z"), json!(["2026-03-16", "OPEN", 0]));
        assert_eq!(c_ric(&app, &waits).await, before);

        let closed = close(&app, "admin", "2026-03-17").await;
        passes(&closed);
        let after = (json!("2026-03-13T23:59:59Z"), json!(["2026-03-13", "OPEN", 0]));
        assert_eq!(c_ric(&app, &waits).await, after);
        let there = json!({
            "actor": { "name": "Person admin" },
            "moved": { "rule": "OC-11", "from": "2026-03-16", "to": "2026-03-13" },
        });
        assert_eq!(moved(&app, &waits).await, json!([there]));
        assert_eq!(c_ric(&app, &answered).await.1, json!(["2026-03-16", "MET", 0]));
        assert_eq!(moved(&app, &answered).await, json!([]));

        let closure_day = &closed["authority"]["calendar"]["closureDays"][0]["id"];
        passes(&open_again(&app, "admin", closure_day).await);
        assert_eq!(c_ric(&app, &waits).await, before);
        let back = json!({
            "actor": { "name": "Person admin" },
            "moved": { "rule": "OC-11", "from": "2026-03-13", "to": "2026-03-16" },
        });
        assert_eq!(moved(&app, &waits).await, json!([there, back]));
    }

    async fn a_day_off_the_count_moves_nothing(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        for (on, notes) in [("2026-03-13", 0), ("2026-03-15", 1), ("2026-04-03", 1), ("2026-03-20", 0)] {
            let closed = close(&app, "admin", on).await;
            passes(&closed);
            assert_eq!(closed["advisories"].as_array().unwrap().len(), notes, "{on}");
            assert_eq!(c_ric(&app, &consultation).await.0, "2026-03-16T23:59:59Z", "{on}");
        }
        assert_eq!(refusals(&close(&app, "admin", "2026-03-13").await), [("XC-1", "CONFLICT", "on")]);
        // The outcome is due by the end of the next working day, which was to be 20 March.
        let rows = moved(&app, &consultation).await;
        assert_eq!(rows[0]["moved"], json!({ "rule": "OC-12", "from": "2026-03-20", "to": "2026-03-23" }));
        assert_eq!(rows.as_array().unwrap().len(), 1);
    }

    async fn a_deadline_keeps_the_policy_that_set_it_and_a_new_one_has_the_new_figure(app: App) {
        let first = app.slot("2026-03-19T10:00:00Z").await;
        let second = app.slot_of("second_specialist", "2026-03-19T10:00:00Z").await;
        let old = app.booked("ada", &first).await;
        let set = set_policy(&app, "admin", "cRicWorkingDays", 5).await;
        passes(&set);
        assert_eq!(set["authority"]["policy"], json!({ "version": 1, "cRicWorkingDays": 5 }));
        let new = app.booked("ben", &second).await;
        assert_eq!(c_ric(&app, &old).await.1, json!(["2026-03-16", "OPEN", 0]));
        assert_eq!(c_ric(&app, &new).await.1, json!(["2026-03-12", "OPEN", 1]));
        assert_eq!(moved(&app, &old).await, json!([]));
        // What moves with the calendar is counted by the figure that set it.
        passes(&close(&app, "admin", "2026-03-17").await);
        assert_eq!(c_ric(&app, &old).await.1, json!(["2026-03-13", "OPEN", 0]));
        assert_eq!(c_ric(&app, &new).await.1, json!(["2026-03-11", "OPEN", 1]));
    }

    async fn a_policy_figure_lies_within_its_bounds(app: App) {
        let below_zero = app.attempt("admin", "setPolicy", json!({
            "authority": authority(&app), "effectiveFrom": "2026-03-09", "cRicWorkingDays": -1,
        })).await;
        assert!(bad_input(&below_zero).contains("input.cRicWorkingDays"), "{below_zero:#}");
        for (figure, value, refused) in [
            ("cRicWorkingDays", 0, false),
            ("roiWorkingDays", 0, true),
            ("roiWorkingDays", 1, false),
            ("cRicWorkingDays", 60, false),
            ("cRicWorkingDays", 61, true),
        ] {
            let expected = if refused { vec![("XC-13", "INVALID", figure)] } else { vec![] };
            assert_eq!(refusals(&set_policy(&app, "admin", figure, value).await), expected, "{figure} {value}");
        }
        let past = app.act("admin", "setPolicy", "authority { id }", json!({
            "authority": authority(&app), "effectiveFrom": "2026-03-08", "cRicWorkingDays": 61,
        })).await;
        assert_eq!(rules(&past), ["XC-13", "XC-13"], "both faults are told");
    }

    async fn the_administrator_of_the_authority_and_nobody_else_changes_it(app: App) {
        let closed = close(&app, "admin", "2026-03-17").await;
        let closure_day = &closed["authority"]["calendar"]["closureDays"][0]["id"];
        let terms = json!([term("AUTUMN_1", "2027-09-01", "2027-10-22")]);
        for (subject, code) in
            [("manager", "NOT_PERMITTED"), ("senco", "NOT_PERMITTED"), ("elsewhere_admin", "NOT_FOUND")]
        {
            let path = |found: &'static str| if code == "NOT_FOUND" { found } else { "" };
            for (payload, found) in [
                (close(&app, subject, "2026-03-18").await, "authority"),
                (open_again(&app, subject, closure_day).await, "closureDay"),
                (set_policy(&app, subject, "cRicWorkingDays", 5).await, "authority"),
                (set_terms(&app, subject, 2027, terms.clone()).await, "authority"),
            ] {
                assert_eq!(refusals(&payload), [("XC-18", code, path(found))], "{subject} {found}");
            }
        }
        passes(&open_again(&app, "admin", closure_day).await);
        passes(&set_terms(&app, "admin", 2027, terms).await);
    }

    async fn the_terms_of_a_year_are_set_whole_and_faults_are_all_named(app: App) {
        let year = |autumn_2: &str, spring_1: &str| {
            json!([
                term("AUTUMN_1", "2027-09-01", "2027-10-22"),
                term("AUTUMN_2", autumn_2, "2027-12-17"),
                term("SPRING_1", spring_1, "2028-02-11"),
            ])
        };
        let faulty = set_terms(&app, "admin", 2027, year("2027-10-22", "2028-02-12")).await;
        let named = [("XC-5", "INVALID", "terms.2"), ("XC-5", "INVALID", "terms.1")];
        assert_eq!(refusals(&faulty), named);
        let none = set_terms(&app, "admin", 2027, json!([])).await;
        assert_eq!(refusals(&none), [("XC-5", "MISSING", "terms")]);
        let into_the_next = json!([term("SUMMER_2", "2026-06-01", "2026-09-01")]);
        let overlaps = set_terms(&app, "admin", 2025, into_the_next).await;
        assert_eq!(rules(&overlaps), ["XC-5", "XC-5"]);
        let set = set_terms(&app, "admin", 2027, year("2027-10-23", "2028-01-04")).await;
        passes(&set);
        let terms = set["authority"]["calendar"]["terms"].as_array().unwrap();
        assert_eq!(terms.len(), 3);
        assert_eq!(terms[0], json!({ "name": "AUTUMN_1", "penultimateWeekBegins": "2027-10-11" }));
    }

    async fn new_terms_change_from_when_slots_can_be_booked(app: App) {
        let slot = app.slot("2026-04-15T10:00:00Z").await;
        let early = app.book_as("senco", app.form("ada", &slot)).await;
        assert_eq!(refusals(&early), [("OC-2", "TOO_EARLY", "slot")]);
        let year = |spring_2: &str| {
            json!([
                term("AUTUMN_1", "2025-09-01", "2025-10-24"),
                term("AUTUMN_2", "2025-11-03", "2025-12-19"),
                term("SPRING_1", "2026-01-05", "2026-02-13"),
                term("SPRING_2", "2026-02-23", spring_2),
                term("SUMMER_1", "2026-04-13", "2026-05-22"),
            ])
        };
        // The penultimate week begins on Monday 9 March, which is today, once the term ends on 20 March.
        passes(&set_terms(&app, "admin", 2025, year("2026-03-23")).await);
        assert_eq!(rules(&app.book_as("senco", app.form("ada", &slot)).await), ["OC-2"]);
        passes(&set_terms(&app, "admin", 2025, year("2026-03-20")).await);
        app.booked("ada", &slot).await;
    }
}
