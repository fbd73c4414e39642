//! The Record of Involvement and the review that follows it (OC-13, OC-14).

use crate::both;
use crate::support::app::App;
use crate::support::forms::CASE;
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

/// A consultation that was held on Thursday 19 March 2026; the clock stands at its end.
async fn held(app: &App) -> Value {
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    let consultation = app.booked("ada", &slot).await;
    passes(&app.c_ric("ada", app.now()).await);
    app.set_clock("2026-03-19T11:00:00Z");
    passes(&app.held(&consultation).await);
    consultation
}

/// The same, with its record issued on Monday 23 March: reviewed from 4 to 18 May.
async fn issued(app: &App) -> Value {
    let consultation = held(app).await;
    app.set_clock("2026-03-23T12:00:00Z");
    passes(&app.issued(&consultation).await);
    consultation
}

async fn draft(app: &App, subject: &str, consultation: &Value, summary: &str) -> Value {
    let input = json!({
        "consultation": consultation, "summary": summary, "strategies": "Pictures.", "nextSteps": "Review.",
    });
    app.act(subject, "draftRecordOfInvolvement", CASE, input).await
}

async fn issue(app: &App, subject: &str, consultation: &Value) -> Value {
    app.act(subject, "issueRecordOfInvolvement", CASE, json!({ "consultation": consultation })).await
}

/// Version, state and summary of each record that somebody sees.
async fn records(app: &App, subject: &str, consultation: &Value) -> Vec<(i64, String, String)> {
    let query = "query($id: ID!) { node(id: $id) { ... on Consultation { recordsOfInvolvement { \
                 recordVersion state summary } } } }";
    let data = app.ask(subject, query, json!({ "id": consultation })).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let records = data["node"]["recordsOfInvolvement"].as_array().unwrap().iter();
    records
        .map(|one| (one["recordVersion"].as_i64().unwrap(), text(&one["state"]), text(&one["summary"])))
        .collect()
}

async fn arrange(app: &App, subject: &str, consultation: &Value, on: &str) -> Value {
    app.act(subject, "arrangeReview", CASE, json!({ "consultation": consultation, "on": on })).await
}

async fn review(app: &App, subject: &str, consultation: &Value, held_on: &str) -> Value {
    app.act(subject, "recordReview", CASE, json!({ "consultation": consultation, "heldOn": held_on })).await
}

fn duties<'a>(payload: &'a Value, rule: &str) -> Vec<&'a Value> {
    let duties = payload["consultation"]["duties"].as_array().unwrap().iter();
    duties.filter(|duty| duty["rule"]["id"] == rule).map(|duty| &duty["state"]).collect()
}

async fn escalations(app: &App, subject: &str) -> Value {
    let query = "{ escalations { edges { node { rule { id } state told } } } }";
    app.ask(subject, query, json!({})).await["escalations"]["edges"].take()
}

fn seen(version: i64, state: &str, summary: &str) -> (i64, String, String) {
    (version, state.to_owned(), summary.to_owned())
}

both! {
    async fn the_record_is_issued_by_the_end_of_the_tenth_working_day(app: App) {
        let consultation = held(&app).await;
        assert_eq!(app.case(&consultation).await["duties"][2]["due"]["on"], "2026-04-02");
        assert_eq!(app.sweep_at("2026-04-02T22:59:59Z").await, 0);
        assert_eq!(duties(&app.issued(&consultation).await, "OC-13"), ["MET"]);
        assert_eq!(app.sweep_at("2026-04-02T23:00:00Z").await, 0);
    }

    async fn a_late_record_is_escalated_once_to_the_manager_and_stays_known_as_late(app: App) {
        let consultation = held(&app).await;
        assert_eq!(app.sweep_at("2026-04-02T23:00:00Z").await, 1);
        assert_eq!(app.sweep_at("2026-04-09T23:00:00Z").await, 0);
        let raised =
            json!([{ "node": { "rule": { "id": "OC-13" }, "state": "RAISED", "told": ["SEND_MANAGER"] } }]);
        assert_eq!(escalations(&app, "manager").await, raised);
        assert_eq!(escalations(&app, "team").await, json!([]));
        assert_eq!(duties(&app.issued(&consultation).await, "OC-13"), ["MET_LATE"]);
        assert_eq!(escalations(&app, "manager").await[0]["node"]["state"], "MET_LATE");
    }

    async fn a_record_is_drafted_after_the_consultation_and_issued_complete_by_the_team(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let early = draft(&app, "specialist", &consultation, "Talked.").await;
        assert_eq!(refusals(&early), [("OC-13", "WRONG_STATE", "consultation")]);
        passes(&app.c_ric("ada", app.now()).await);
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&app.held(&consultation).await);
        let none = issue(&app, "team", &consultation).await;
        assert_eq!(refusals(&none), [("OC-13", "MISSING", "consultation")]);
        passes(&draft(&app, "specialist", &consultation, " ").await);
        let blank = issue(&app, "team", &consultation).await;
        assert_eq!(refusals(&blank), [("OC-13", "MISSING", "summary")]);
        passes(&draft(&app, "specialist", &consultation, "Talked.").await);
        let by_specialist = issue(&app, "specialist", &consultation).await;
        assert_eq!(refusals(&by_specialist), [("XC-18", "NOT_PERMITTED", "")]);
        let by_school = draft(&app, "senco", &consultation, "Ours.").await;
        assert_eq!(refusals(&by_school), [("XC-18", "NOT_PERMITTED", "")]);
        let issued = issue(&app, "team", &consultation).await;
        assert_eq!(issued["consultation"]["state"], "RECORD_ISSUED");
    }

    async fn an_issued_record_stays_and_a_correction_is_a_new_version(app: App) {
        let consultation = held(&app).await;
        passes(&draft(&app, "specialist", &consultation, "First.").await);
        assert!(records(&app, "parent", &consultation).await.is_empty());
        assert!(records(&app, "senco", &consultation).await.is_empty());
        assert_eq!(records(&app, "specialist", &consultation).await, [seen(1, "DRAFT", "First.")]);
        passes(&issue(&app, "team", &consultation).await);
        let first = seen(1, "ISSUED", "First.");
        assert_eq!(records(&app, "parent", &consultation).await, std::slice::from_ref(&first));
        let nothing_new = issue(&app, "team", &consultation).await;
        assert_eq!(refusals(&nothing_new), [("OC-13", "MISSING", "consultation")]);
        passes(&draft(&app, "team", &consultation, "Second.").await);
        assert_eq!(records(&app, "parent", &consultation).await, std::slice::from_ref(&first));
        assert_eq!(records(&app, "team", &consultation).await, [first.clone(), seen(2, "DRAFT", "Second.")]);
        app.set_clock("2026-03-30T11:00:00Z");
        let corrected = issue(&app, "team", &consultation).await;
        passes(&corrected);
        assert_eq!(duties(&corrected, "OC-14"), ["OPEN"]);
        assert_eq!(records(&app, "parent", &consultation).await, [first, seen(2, "ISSUED", "Second.")]);
    }

    async fn the_review_is_arranged_six_to_eight_weeks_after_the_record(app: App) {
        let consultation = issued(&app).await;
        for (on, refused) in [
            ("2026-05-03", vec![("OC-14", "TOO_EARLY", "on")]),
            ("2026-05-04", vec![]),
            ("2026-05-18", vec![]),
            ("2026-05-19", vec![("OC-14", "TOO_LATE", "on")]),
        ] {
            let payload = arrange(&app, "ep", &consultation, on).await;
            assert_eq!(refusals(&payload), refused, "{on}");
            if refused.is_empty() {
                assert_eq!(
                    payload["consultation"]["review"],
                    json!({ "on": on, "late": false, "heldOn": null })
                );
            }
        }
        for (subject, refused) in [
            ("senco", ("XC-18", "NOT_PERMITTED", "")),
            ("team", ("XC-18", "NOT_PERMITTED", "")),
            ("ewo", ("XC-18", "NOT_FOUND", "consultation")),
        ] {
            let payload = arrange(&app, subject, &consultation, "2026-05-05").await;
            assert_eq!(refusals(&payload), [refused], "{subject}");
        }
    }

    async fn no_review_before_the_record(app: App) {
        let consultation = held(&app).await;
        let payload = arrange(&app, "ep", &consultation, "2026-05-05").await;
        assert_eq!(refusals(&payload), [("OC-14", "WRONG_STATE", "consultation")]);
    }

    async fn a_review_not_held_by_week_eight_is_escalated_and_a_later_day_is_late(app: App) {
        let consultation = issued(&app).await;
        passes(&arrange(&app, "ep", &consultation, "2026-05-18").await);
        assert_eq!(app.sweep_at("2026-05-18T22:59:59Z").await, 0);
        let early = arrange(&app, "ep", &consultation, "2026-05-26").await;
        assert_eq!(refusals(&early), [("OC-14", "TOO_LATE", "on")]);
        assert_eq!(app.sweep_at("2026-05-18T23:00:00Z").await, 1);
        assert_eq!(app.sweep_at("2026-05-20T09:00:00Z").await, 0);
        assert_eq!(escalations(&app, "manager").await[0]["node"]["rule"]["id"], "OC-14");
        let late = arrange(&app, "ep", &consultation, "2026-05-26").await;
        passes(&late);
        assert_eq!(late["consultation"]["review"]["late"], true);
        app.set_clock("2026-05-26T12:00:00Z");
        let reviewed = review(&app, "ep", &consultation, "2026-05-26").await;
        assert_eq!(reviewed["consultation"]["state"], "REVIEWED");
        assert_eq!(duties(&reviewed, "OC-14"), ["MET_LATE"]);
        assert_eq!(escalations(&app, "manager").await[0]["node"]["state"], "MET_LATE");
    }

    async fn a_review_not_arranged_by_week_eight_is_escalated(app: App) {
        issued(&app).await;
        assert_eq!(app.sweep_at("2026-05-18T22:59:59Z").await, 0);
        assert_eq!(app.sweep_at("2026-05-18T23:00:00Z").await, 1);
    }

    async fn a_review_is_late_by_the_day_on_which_it_was_held(app: App) {
        let consultation = issued(&app).await;
        passes(&arrange(&app, "ep", &consultation, "2026-05-18").await);
        assert_eq!(app.sweep_at("2026-05-18T23:00:00Z").await, 1);
        app.set_clock("2026-05-20T12:00:00Z");
        assert_eq!(arrange(&app, "ep", &consultation, "2026-05-26").await["consultation"]["review"]["late"], true);
        for (held_on, late) in [("2026-05-18", false), ("2026-05-19", true)] {
            let reviewed = review(&app, "ep", &consultation, held_on).await;
            passes(&reviewed);
            assert_eq!(
                reviewed["consultation"]["review"],
                json!({ "on": "2026-05-26", "late": late, "heldOn": held_on })
            );
            assert_eq!(duties(&reviewed, "OC-14"), ["MET_LATE"], "it had been escalated");
            let input = json!({ "consultation": consultation, "reason": "Another day." });
            let back = app.act("ep", "reverseConsultationStep", CASE, input).await;
            assert_eq!(
                back["consultation"]["review"],
                json!({ "on": "2026-05-26", "late": true, "heldOn": null })
            );
        }
    }

    async fn a_review_is_arranged_for_today_or_later(app: App) {
        let consultation = issued(&app).await;
        app.set_clock("2026-05-05T12:00:00Z");
        let past = arrange(&app, "ep", &consultation, "2026-05-04").await;
        assert_eq!(refusals(&past), [("OC-14", "TOO_LATE", "on")]);
        passes(&arrange(&app, "ep", &consultation, "2026-05-05").await);
        passes(&review(&app, "ep", &consultation, "2026-05-04").await);
    }

    async fn a_review_is_recorded_on_a_day_that_has_come(app: App) {
        let consultation = issued(&app).await;
        let not_arranged = review(&app, "ep", &consultation, "2026-05-05").await;
        assert_eq!(refusals(&not_arranged)[0], ("OC-14", "WRONG_STATE", "consultation"));
        passes(&arrange(&app, "ep", &consultation, "2026-05-05").await);
        app.set_clock("2026-05-04T22:59:59Z");
        let early = review(&app, "ep", &consultation, "2026-05-05").await;
        assert_eq!(refusals(&early), [("OC-14", "TOO_EARLY", "heldOn")]);
        assert_eq!(early["refusals"][0]["possibleFrom"], "2026-05-04T23:00:00Z");
        let outside = review(&app, "ep", &consultation, "2026-05-03").await;
        assert_eq!(refusals(&outside), [("OC-14", "TOO_EARLY", "heldOn")]);
        app.set_clock("2026-05-04T23:00:00Z");
        let reviewed = review(&app, "ep", &consultation, "2026-05-05").await;
        assert_eq!(duties(&reviewed, "OC-14"), ["MET"]);
    }

    async fn the_window_is_the_one_of_the_policy_that_set_the_duty(app: App) {
        let consultation = issued(&app).await;
        let figures =
            domain::policy::Figures { review_from_weeks: 2, review_to_weeks: 4, ..Default::default() };
        app.set_figures(1, figures).await;
        let early = arrange(&app, "ep", &consultation, "2026-04-10").await;
        assert_eq!(refusals(&early), [("OC-14", "TOO_EARLY", "on")]);
        passes(&arrange(&app, "ep", &consultation, "2026-05-05").await);
    }
}
