//! Held or not held, by when, and what follows when nobody says so (OC-12, XC-9, XC-12, XC-22).

use crate::both;
use crate::support::app::{App, at};
use crate::support::forms::CASE;
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

/// A consultation of Thursday 19 March 2026, 10:00, whose C-RIC is there.
async fn booked(app: &App) -> Value {
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    let consultation = app.booked("ada", &slot).await;
    passes(&app.c_ric("ada", app.now()).await);
    consultation
}

async fn hold(app: &App, subject: &str, consultation: &Value, actions: Value) -> Value {
    let input = json!({ "consultation": consultation, "immediateActions": actions });
    app.act(subject, "markConsultationHeld", CASE, input).await
}

async fn not_held(app: &App, subject: &str, consultation: &Value, reason: &str) -> Value {
    let input = json!({ "consultation": consultation, "reason": reason });
    app.act(subject, "markConsultationNotHeld", CASE, input).await
}

async fn reverse(app: &App, subject: &str, consultation: &Value, reason: &str) -> Value {
    let input = json!({ "consultation": consultation, "reason": reason });
    app.act(subject, "reverseConsultationStep", CASE, input).await
}

fn action() -> Value {
    json!([{ "what": "Visual timetable", "owner": "Class teacher", "dueOn": "2026-03-27" }])
}

async fn escalations(app: &App, subject: &str) -> Vec<Value> {
    let query = "{ escalations { edges { node { id state told rule { id } duty { state } assignedTo { id } \
                 resolution } } } }";
    let mut data = app.ask(subject, query, json!({})).await;
    let edges = data["escalations"]["edges"].as_array_mut().unwrap();
    edges.iter_mut().map(|edge| edge["node"].take()).collect()
}

fn duty<'a>(payload: &'a Value, rule: &str) -> Vec<&'a Value> {
    let duties = payload["consultation"]["duties"].as_array().unwrap().iter();
    duties.filter(|duty| duty["rule"]["id"] == rule).map(|duty| &duty["state"]).collect()
}

both! {
    async fn held_from_the_start_on_and_not_a_second_before(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T09:59:59Z");
        let early = hold(&app, "specialist", &consultation, action()).await;
        assert_eq!(refusals(&early), [("OC-12", "TOO_EARLY", "consultation")]);
        assert_eq!(early["refusals"][0]["possibleFrom"], "2026-03-19T10:00:00Z");
        let early = not_held(&app, "specialist", &consultation, "Illness.").await;
        assert_eq!(refusals(&early), [("OC-12", "TOO_EARLY", "consultation")]);
        app.set_clock("2026-03-19T10:00:00Z");
        let held = hold(&app, "specialist", &consultation, action()).await;
        passes(&held);
        assert_eq!(held["consultation"]["state"], "HELD");
        let twice = hold(&app, "specialist", &consultation, action()).await;
        assert_eq!(refusals(&twice), [("OC-12", "WRONG_STATE", "consultation")]);
    }

    async fn an_action_with_owner_and_date_is_agreed(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T10:00:00Z");
        let none = hold(&app, "specialist", &consultation, json!([])).await;
        assert_eq!(refusals(&none), [("OC-12", "MISSING", "immediateActions")]);
        for (field, path) in [("owner", "immediateActions.0.owner"), ("what", "immediateActions.0.what")] {
            let mut actions = action();
            actions[0][field] = json!(" \u{200b}");
            let payload = hold(&app, "specialist", &consultation, actions).await;
            assert_eq!(refusals(&payload), [("OC-12", "MISSING", path)]);
        }
        assert_eq!(app.case(&consultation).await["state"], "BOOKED");
        let blank = not_held(&app, "specialist", &consultation, " ").await;
        assert_eq!(refusals(&blank), [("OC-12", "MISSING", "reason")]);
        passes(&not_held(&app, "team", &consultation, "Nobody came.").await);
    }

    async fn a_specialist_marks_their_own_slots_and_the_team_any(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T10:00:00Z");
        let other = hold(&app, "second_specialist", &consultation, action()).await;
        assert_eq!(refusals(&other), [("XC-18", "NOT_FOUND", "consultation")]);
        let school = hold(&app, "senco", &consultation, action()).await;
        assert_eq!(refusals(&school), [("XC-18", "NOT_PERMITTED", "")]);
        passes(&hold(&app, "team", &consultation, action()).await);
    }

    async fn it_is_called_off_before_the_start_only(app: App) {
        let consultation = booked(&app).await;
        let cancel = async |subject: &str, reason: &str| {
            let input = json!({ "consultation": consultation, "reason": reason });
            app.act(subject, "cancelConsultation", CASE, input).await
        };
        assert_eq!(refusals(&cancel("senco", " ").await), [("OC-1", "MISSING", "reason")]);
        app.set_clock("2026-03-19T10:00:00Z");
        assert_eq!(refusals(&cancel("senco", "Illness.").await), [("OC-1", "TOO_LATE", "consultation")]);
        app.set_clock("2026-03-19T09:59:59Z");
        let cancelled = cancel("specialist", "Illness.").await;
        let said = json!({ "reason": "CANCELLED_BY_SPECIALIST", "note": "Illness." });
        assert_eq!(cancelled["consultation"]["cancellation"], said);
        assert_eq!(refusals(&cancel("senco", "Illness.").await), [("OC-1", "WRONG_STATE", "consultation")]);
    }

    async fn silence_past_the_next_working_day_is_escalated_once_to_the_team(app: App) {
        let consultation = booked(&app).await;
        assert_eq!(app.sweep_at("2026-03-20T23:59:59Z").await, 0);
        assert_eq!(
            app.case(&consultation).await["duties"][1]["due"],
            json!({ "on": "2026-03-20", "overdue": false })
        );
        assert!(escalations(&app, "team").await.is_empty());
        app.set_clock("2026-03-21T00:00:00Z");
        assert_eq!(app.case(&consultation).await["duties"][1]["due"]["overdue"], true);
        assert_eq!(app.sweep().await, 1);
        assert_eq!(app.sweep_at("2026-03-28T00:00:00Z").await, 0);
        let raised = escalations(&app, "team").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["rule"]["id"], "OC-12");
        assert_eq!(raised[0]["told"], json!(["CONSULTATIONS_TEAM"]));
        assert!(escalations(&app, "senco").await.is_empty());
        assert!(escalations(&app, "elsewhere_team").await.is_empty());
    }

    async fn a_friday_waits_until_monday(app: App) {
        let slot = app.slot("2026-03-20T10:00:00Z").await;
        app.booked("ada", &slot).await;
        passes(&app.c_ric("ada", app.now()).await);
        assert_eq!(app.sweep_at("2026-03-23T23:59:59Z").await, 0);
        assert_eq!(app.sweep_at("2026-03-24T00:00:00Z").await, 1);
    }

    async fn an_escalation_is_acknowledged_reassigned_and_resolved(app: App) {
        booked(&app).await;
        app.sweep_at("2026-03-21T00:00:00Z").await;
        let id = escalations(&app, "team").await[0]["id"].take();
        let on = async |subject: &str, mutation: &str, more: Value| {
            let mut input = json!({ "escalation": id });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.act(subject, mutation, "escalation { state resolution assignedTo { id } }", input).await
        };
        let unseen = on("senco", "acknowledgeEscalation", json!({})).await;
        assert_eq!(refusals(&unseen), [("XC-18", "NOT_FOUND", "escalation")]);
        let taken = on("team", "acknowledgeEscalation", json!({})).await;
        assert_eq!(taken["escalation"]["state"], "ACKNOWLEDGED");
        let twice = on("team", "acknowledgeEscalation", json!({})).await;
        assert_eq!(refusals(&twice), [("XC-9", "WRONG_STATE", "escalation")]);
        let to = json!({ "to": app.person("second_team") });
        let by_team = on("team", "reassignEscalation", to.clone()).await;
        assert_eq!(refusals(&by_team), [("XC-18", "NOT_PERMITTED", "")]);
        let handed = on("manager", "reassignEscalation", to).await;
        assert_eq!(handed["escalation"]["assignedTo"]["id"], app.person("second_team"));
        let blank = on("second_team", "resolveEscalation", json!({ "resolution": " " })).await;
        assert_eq!(refusals(&blank), [("XC-9", "MISSING", "resolution")]);
        let closed = on("second_team", "resolveEscalation", json!({ "resolution": "Rang them." })).await;
        assert_eq!(closed["escalation"]["state"], "RESOLVED");
        assert_eq!(closed["escalation"]["resolution"], "Rang them.");
        let again = on("team", "resolveEscalation", json!({ "resolution": "Again." })).await;
        assert_eq!(refusals(&again), [("XC-9", "WRONG_STATE", "escalation")]);
    }

    async fn whoever_an_escalation_was_handed_to_takes_note_and_closes_it(app: App) {
        booked(&app).await;
        app.sweep_at("2026-03-21T00:00:00Z").await;
        let id = escalations(&app, "team").await[0]["id"].take();
        let on = async |subject: &str, mutation: &str, key: &str, value: Value| {
            let input = json!({ "escalation": id, key: value });
            app.act(subject, mutation, "escalation { state allowedActions }", input).await
        };
        let query = "query($id: ID!) { node(id: $id) { ... on Escalation { allowedActions } } }";
        let allowed = async |subject: &str| {
            let mut data = app.ask(subject, query, json!({ "id": id })).await;
            data["node"]["allowedActions"].take()
        };
        let (all, close) = (
            json!(["ACKNOWLEDGE_ESCALATION", "REASSIGN_ESCALATION", "RESOLVE_ESCALATION"]),
            json!(["ACKNOWLEDGE_ESCALATION", "RESOLVE_ESCALATION"]),
        );
        assert_eq!((allowed("manager").await, allowed("team").await), (all, close.clone()));
        assert_eq!(allowed("coordinator").await, Value::Null);
        passes(&on("manager", "reassignEscalation", "to", app.person("coordinator")).await);
        assert_eq!(allowed("coordinator").await, close);
        let further = on("coordinator", "reassignEscalation", "to", app.person("team")).await;
        assert_eq!(refusals(&further), [("XC-18", "NOT_PERMITTED", "")]);
        let noted = on("coordinator", "acknowledgeEscalation", "expectedVersion", json!(2)).await;
        passes(&noted);
        assert_eq!(
            noted["escalation"],
            json!({ "state": "ACKNOWLEDGED", "allowedActions": ["RESOLVE_ESCALATION"] })
        );
        passes(&on("manager", "reassignEscalation", "to", app.person("senco")).await);
        let no_longer = on("coordinator", "resolveEscalation", "resolution", json!("Rang.")).await;
        assert_eq!(refusals(&no_longer), [("XC-18", "NOT_FOUND", "escalation")]);
        let closed = on("senco", "resolveEscalation", "resolution", json!("Rang them.")).await;
        assert_eq!(closed["escalation"], json!({ "state": "RESOLVED", "allowedActions": [] }));
    }

    async fn a_duty_met_late_closes_its_escalation_and_stays_known_as_late(app: App) {
        let consultation = booked(&app).await;
        app.sweep_at("2026-03-21T00:00:00Z").await;
        app.set_clock("2026-03-23T09:00:00Z");
        let held = app.held(&consultation).await;
        assert_eq!(duty(&held, "OC-12"), ["MET_LATE"]);
        let raised = escalations(&app, "team").await;
        assert_eq!(raised[0]["state"], "MET_LATE");
        assert_eq!(raised[0]["duty"]["state"], "MET_LATE");
    }

    async fn a_duty_met_on_its_day_raises_nothing(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-20T23:59:59Z");
        assert_eq!(duty(&app.held(&consultation).await, "OC-12"), ["MET"]);
        assert_eq!(app.sweep_at("2026-03-21T00:00:00Z").await, 0);
    }

    async fn held_by_mistake_goes_back_to_booked_with_its_duties(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&app.held(&consultation).await);
        assert_eq!(
            refusals(&reverse(&app, "specialist", &consultation, " ").await),
            [("XC-22", "MISSING", "reason")]
        );
        for (subject, expected) in [
            ("senco", vec![("XC-18", "NOT_PERMITTED", "")]),
            ("ep", vec![("XC-22", "NOT_PERMITTED", "")]),
            ("second_specialist", vec![("XC-18", "NOT_FOUND", "consultation")]),
        ] {
            assert_eq!(
                refusals(&reverse(&app, subject, &consultation, "Wrong one.").await),
                expected,
                "{subject}"
            );
        }
        let back = reverse(&app, "specialist", &consultation, "Wrong one.").await;
        passes(&back);
        assert_eq!(back["consultation"]["state"], "BOOKED");
        assert_eq!(duty(&back, "OC-12"), ["OPEN"]);
        assert_eq!(duty(&back, "OC-13"), ["WITHDRAWN"]);
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { history { edges { node \
                     { kind reason } } } } } }";
        let data = app.ask("team", query, json!({ "id": consultation })).await;
        let happened: Vec<_> =
            data["node"]["history"]["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
        assert!(happened.iter().any(|event| event["kind"] == "CONSULTATION_HELD"));
        let taken_back = json!({ "kind": "CONSULTATION_STEP_REVERSED", "reason": "Wrong one." });
        assert_eq!(*happened[happened.len() - 1], taken_back);
        assert_eq!(app.sweep_at("2026-03-21T00:00:00Z").await, 1);
        passes(&app.held(&consultation).await);
    }

    async fn not_held_by_mistake_goes_back_by_the_manager_too(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&not_held(&app, "specialist", &consultation, "Nobody came.").await);
        let back = reverse(&app, "manager", &consultation, "They came.").await;
        passes(&back);
        assert_eq!(back["consultation"]["state"], "BOOKED");
        assert_eq!(duty(&back, "OC-12"), ["OPEN"]);
        passes(&app.held(&consultation).await);
    }

    async fn no_reversal_brings_two_consultations_within_six_weeks(app: App) {
        let consultation = booked(&app).await;
        let next = app.slot("2026-03-26T10:00:00Z").await;
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&not_held(&app, "specialist", &consultation, "Nobody came.").await);
        app.booked("ada", &next).await;
        let back = reverse(&app, "specialist", &consultation, "They came.").await;
        assert_eq!(refusals(&back), [("OC-5", "CONFLICT", "consultation")]);
        app.called_off(&app.consultation_of("ada").await).await;
        passes(&reverse(&app, "specialist", &consultation, "They came.").await);
    }

    async fn booked_cancelled_and_issued_are_not_reversed(app: App) {
        let consultation = booked(&app).await;
        let nothing = [("XC-22", "WRONG_STATE", "consultation")];
        assert_eq!(refusals(&reverse(&app, "manager", &consultation, "Oh.").await), nothing);
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&app.held(&consultation).await);
        passes(&app.issued(&consultation).await);
        let issued = reverse(&app, "manager", &consultation, "Oh.").await;
        assert_eq!(refusals(&issued), [("OC-13", "WRONG_STATE", "consultation")]);
        app.set_clock("2026-03-09T09:00:00Z");
        let slot = app.slot("2026-03-20T10:00:00Z").await;
        let other = app.booked("ben", &slot).await;
        app.called_off(&other).await;
        assert_eq!(refusals(&reverse(&app, "manager", &other, "Oh.").await), nothing);
    }

    async fn a_review_goes_back_step_by_step_by_link_staff_or_manager(app: App) {
        let consultation = booked(&app).await;
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&app.held(&consultation).await);
        passes(&app.issued(&consultation).await);
        let arranged = json!({ "consultation": consultation, "on": "2026-05-05" });
        passes(&app.act("ep", "arrangeReview", CASE, arranged).await);
        app.service.clock.set(at("2026-05-05T12:00:00Z"));
        let held = json!({ "consultation": consultation, "heldOn": "2026-05-05" });
        assert_eq!(duty(&app.act("ep", "recordReview", CASE, held).await, "OC-14"), ["MET"]);
        let team = reverse(&app, "team", &consultation, "Oh.").await;
        assert_eq!(refusals(&team), [("XC-22", "NOT_PERMITTED", "")]);
        let back = reverse(&app, "ep", &consultation, "Wrong child.").await;
        assert_eq!(back["consultation"]["state"], "REVIEW_ARRANGED");
        assert_eq!(
            back["consultation"]["review"],
            json!({ "on": "2026-05-05", "late": false, "heldOn": null })
        );
        assert_eq!(duty(&back, "OC-14"), ["OPEN"]);
        let back = reverse(&app, "manager", &consultation, "Wrong child.").await;
        assert_eq!(back["consultation"]["state"], "RECORD_ISSUED");
        assert_eq!(back["consultation"]["review"], json!(null));
        assert_eq!(duty(&back, "OC-14"), ["OPEN"]);
    }
}
