//! The C-RIC by its deadline, and consent: given, received, withdrawn (OC-11, XC-7, XC-8).

use crate::both;
use crate::support::app::{App, at};
use crate::support::refusals::{bad_input, passes, refusals};
use serde_json::{Value, json};

const CANCELLATIONS: &str =
    "subscription { cancellations { kind cancellationReason consultation { id state } } }";

async fn state(app: &App, consultation: &Value) -> String {
    app.case(consultation).await["state"].as_str().unwrap().to_owned()
}

fn duty<'a>(case: &'a Value, rule: &str) -> &'a Value {
    case["duties"].as_array().unwrap().iter().find(|duty| duty["rule"]["id"] == rule).unwrap()
}

async fn withdraw(app: &App, subject: &str, consent: &Value) -> Value {
    let input = json!({ "consent": consent, "reason": "Changed our minds." });
    app.act(subject, "withdrawConsent", "consent { inForce withdrawnAt }", input).await
}

async fn consent(app: &App, subject: &str, child: &str, spoil: Value) -> Value {
    let mut input = json!({
        "child": app.child(child),
        "purpose": "LINK_CONSULTATION",
        "givenBy": app.parent_of(child),
        "signedOn": "2026-03-09",
        "holder": "School office",
    });
    input.as_object_mut().unwrap().extend(spoil.as_object().unwrap().clone());
    app.act(subject, "recordConsent", "consent { id inForce }", input).await
}

both! {
    /// Over Easter, both clock changes and Christmas: the last second of the day still counts, the next one does
    /// not.
    async fn the_c_ric_is_received_by_the_end_of_the_third_working_day_before(app: App) {
        for (now, starts_at, due_on, last, first_late) in [
            (
                "2026-03-16T09:00:00Z",
                "2026-04-01T10:00:00Z",
                "2026-03-27",
                "2026-03-27T23:59:59Z",
                "2026-03-28T00:00:00Z",
            ),
            (
                "2026-03-16T09:00:00Z",
                "2026-04-07T10:00:00Z",
                "2026-03-31",
                "2026-03-31T22:59:59Z",
                "2026-03-31T23:00:00Z",
            ),
            (
                "2026-03-16T09:00:00Z",
                "2026-04-08T10:00:00Z",
                "2026-04-01",
                "2026-04-01T22:59:59Z",
                "2026-04-01T23:00:00Z",
            ),
            (
                "2026-10-12T09:00:00Z",
                "2026-10-28T10:00:00Z",
                "2026-10-23",
                "2026-10-23T22:59:59Z",
                "2026-10-23T23:00:00Z",
            ),
            (
                "2026-12-14T09:00:00Z",
                "2026-12-30T10:00:00Z",
                "2026-12-23",
                "2026-12-23T23:59:59Z",
                "2026-12-24T00:00:00Z",
            ),
            (
                "2026-12-14T09:00:00Z",
                "2027-01-04T10:00:00Z",
                "2026-12-29",
                "2026-12-29T23:59:59Z",
                "2026-12-30T00:00:00Z",
            ),
        ] {
            app.set_clock(now);
            let slot = app.slot(starts_at).await;
            let (child, other) =
                if starts_at.starts_with("2026-04-07") { ("ben", "cai") } else { ("ada", "eve") };
            let consultation = app.booked(child, &slot).await;
            let case = app.case(&consultation).await;
            assert_eq!(duty(&case, "OC-11")["due"]["on"], due_on, "{starts_at}");
            assert_eq!(case["cRicDueAt"], last);
            app.called_off(&consultation).await;
            let late = app.booked(other, &slot).await;
            assert_eq!(app.sweep_at(last).await, 0, "{starts_at}");
            assert_eq!(state(&app, &late).await, "BOOKED");
            assert_eq!(app.sweep_at(first_late).await, 1, "{starts_at}");
            let case = app.case(&late).await;
            assert_eq!(case["cancellation"]["reason"], "C_RIC_NOT_RECEIVED");
            assert_eq!(app.sweep().await, 0);
        }
    }

    async fn a_c_ric_of_the_last_minute_secures_the_booking(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.set_clock("2026-03-16T23:59:00Z");
        passes(&app.c_ric("ada", app.now()).await);
        assert_eq!(app.sweep_at("2026-03-17T00:00:00Z").await, 0);
        let case = app.case(&consultation).await;
        assert_eq!(case["state"], "BOOKED");
        assert_eq!(duty(&case, "OC-11")["state"], "MET");
    }

    async fn a_c_ric_of_a_minute_after_does_not_save_the_booking(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.set_clock("2026-03-17T00:01:00Z");
        passes(&app.c_ric("ada", app.now()).await);
        assert_eq!(app.sweep().await, 1);
        let case = app.case(&consultation).await;
        assert_eq!(case["cancellation"]["reason"], "C_RIC_NOT_RECEIVED");
        assert_eq!(duty(&case, "OC-11")["state"], "WITHDRAWN");
    }

    /// The day is over when the next one begins, not at its last whole second.
    async fn a_c_ric_of_the_last_half_second_counts(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.set_clock("2026-03-16T23:59:59.700Z");
        passes(&app.c_ric("ada", at("2026-03-16T23:59:59.500Z")).await);
        assert_eq!(app.sweep_at("2026-03-17T00:00:00Z").await, 0);
        assert_eq!(state(&app, &consultation).await, "BOOKED");
    }

    async fn booker_and_attendees_are_told_and_the_slot_is_free_again(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let owed = app.letters().await.len();
        let mut subscriber = app.subscribe("specialist", CANCELLATIONS, json!({})).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(app.sweep_at("2026-03-20T00:00:00Z").await, 1);
        let event = &subscriber.next().await["data"]["cancellations"];
        assert_eq!(event["kind"], "CONSULTATION_CANCELLED");
        assert_eq!(event["cancellationReason"], "C_RIC_NOT_RECEIVED");
        assert_eq!(event["consultation"]["id"], consultation);
        let mut told: Vec<_> =
            app.letters().await.split_off(owed).into_iter().map(|letter| letter.to_address).collect();
        told.sort();
        assert_eq!(told, ["helen@school.example", "layla@home.example", "senco@people.example"]);
        passes(&app.c_ric("ben", app.now()).await);
        app.booked("ben", &slot).await;
    }

    async fn a_form_that_had_come_in_time_brings_the_booking_back(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.sweep_at("2026-03-20T00:00:00Z").await;
        let owed = app.letters().await.len();
        app.set_clock("2026-03-20T09:00:00Z");
        let mut subscriber = app.subscribe("senco", CANCELLATIONS, json!({})).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        passes(&app.c_ric("ada", at("2026-03-19T23:59:59Z")).await);
        let case = app.case(&consultation).await;
        assert_eq!(case["state"], "BOOKED");
        assert_eq!(case["cancellation"], json!(null));
        assert_eq!(duty(&case, "OC-11")["state"], "MET");
        assert_eq!(duty(&case, "OC-12")["state"], "OPEN");
        assert_eq!(subscriber.next().await["data"]["cancellations"]["kind"], "CONSULTATION_REINSTATED");
        let letters = app.letters().await.split_off(owed);
        let again: Vec<_> = letters.iter().filter_map(|letter| letter.calendar_method.as_deref()).collect();
        assert_eq!(again, ["REQUEST", "REQUEST"]);
        assert_eq!(crate::support::refusals::calendar_line(&letters[0], "SEQUENCE"), "2");
        assert_eq!(app.sweep_at("2026-03-24T09:00:00Z").await, 0);
        let taken = app.book_as("senco", app.form("ben", &slot)).await;
        assert_eq!(refusals(&taken)[0], ("OC-1", "CONFLICT", "slot"));
    }

    async fn a_form_that_came_late_does_not(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.sweep_at("2026-03-20T00:00:00Z").await;
        passes(&app.c_ric("ada", at("2026-03-20T00:00:00Z")).await);
        assert_eq!(state(&app, &consultation).await, "CANCELLED");
    }

    async fn nor_does_one_whose_slot_is_taken_meanwhile(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.sweep_at("2026-03-20T00:00:00Z").await;
        passes(&app.c_ric("ben", app.now()).await);
        let taken = app.booked("ben", &slot).await;
        passes(&app.c_ric("ada", at("2026-03-19T12:00:00Z")).await);
        assert_eq!(state(&app, &consultation).await, "CANCELLED");
        assert_eq!(state(&app, &taken).await, "BOOKED");
    }

    async fn nor_one_that_somebody_called_off(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.called_off(&consultation).await;
        passes(&app.c_ric("ada", app.now()).await);
        assert_eq!(state(&app, &consultation).await, "CANCELLED");
    }

    async fn after_its_start_nothing_comes_back(app: App) {
        let slot = app.slot("2026-03-24T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.sweep_at("2026-03-24T10:00:00Z").await;
        passes(&app.c_ric("ada", at("2026-03-19T12:00:00Z")).await);
        assert_eq!(state(&app, &consultation).await, "CANCELLED");
    }

    async fn a_booking_after_the_deadline_needs_the_form_first(app: App) {
        let slot = app.slot("2026-03-17T10:00:00Z").await;
        app.set_clock("2026-03-13T00:00:00Z");
        let without = app.book_as("senco", app.form("ada", &slot)).await;
        assert_eq!(refusals(&without), [("OC-11", "CONSENT_MISSING", "slot")]);
        passes(&app.c_ric("ada", app.now()).await);
        let with = app.book_as("senco", app.form("ada", &slot)).await;
        passes(&with);
        assert_eq!(with["consultation"]["cRicDueAt"], json!(null));
        app.called_off(&with["consultation"]["id"]).await;
        app.set_clock("2026-03-12T23:59:59Z");
        app.booked("ben", &slot).await;
    }

    async fn a_form_comes_from_a_parent_of_that_child_and_not_from_the_future(app: App) {
        let record = async |spoil: Value| {
            let mut input = json!({
                "upn": app.upn("ada"),
                "givenBy": app.parent_of("ada"),
                "signedOn": "2026-03-09",
                "receivedAt": "2026-03-09T09:00:00Z",
            });
            input.as_object_mut().unwrap().extend(spoil.as_object().unwrap().clone());
            app.act("team", "recordCRic", "consent { inForce }", input).await
        };
        for (spoil, refused) in [
            (json!({ "givenBy": app.parent_of("ben") }), ("XC-7", "INVALID", "givenBy")),
            (json!({ "givenBy": null }), ("XC-7", "INVALID", "givenBy")),
            (json!({ "receivedAt": "2026-03-09T09:00:01Z" }), ("XC-7", "TOO_EARLY", "receivedAt")),
            (json!({ "signedOn": "2026-03-10" }), ("XC-7", "INVALID", "signedOn")),
        ] {
            assert_eq!(refusals(&record(spoil).await), [refused]);
        }
        let payload = record(json!({})).await;
        passes(&payload);
        assert_eq!(payload["consent"]["inForce"], true);
        for spoil in [json!({ "child": app.child("ada") }), json!({ "upn": null })] {
            let (on, at) = ("2026-03-09", "2026-03-09T09:00:00Z");
            let mut input = json!({ "upn": app.upn("ada"), "signedOn": on, "receivedAt": at });
            input.as_object_mut().unwrap().extend(spoil.as_object().unwrap().clone());
            bad_input(&app.attempt("team", "recordCRic", input).await);
        }
    }

    async fn consent_is_in_force_from_its_signature_and_comes_from_a_parent(app: App) {
        let payload = consent(&app, "senco", "ada", json!({})).await;
        passes(&payload);
        assert_eq!(payload["consent"]["inForce"], true);
        for (spoil, refused) in [
            (json!({ "signedOn": "2026-03-10" }), ("XC-7", "TOO_EARLY", "signedOn")),
            (json!({ "givenBy": app.parent_of("ben") }), ("XC-7", "INVALID", "givenBy")),
            (json!({ "givenBy": null }), ("XC-7", "INVALID", "givenBy")),
            (json!({ "purpose": "ONLINE_CONSULTATION" }), ("XC-7", "INVALID", "purpose")),
        ] {
            assert_eq!(refusals(&consent(&app, "senco", "ada", spoil).await), [refused]);
        }
    }

    async fn a_young_person_consents_once_compulsory_school_age_has_ended(app: App) {
        let young = |signed_on: &str| json!({ "givenBy": null, "signedOn": signed_on });
        let before = consent(&app, "young_person", "oli", young("2025-06-27")).await;
        assert_eq!(refusals(&before), [("XC-7", "INVALID", "givenBy")]);
        passes(&consent(&app, "young_person", "oli", young("2025-06-28")).await);
    }

    async fn withdrawn_consent_cancels_at_once_and_is_pushed(app: App) {
        let slots = [app.slot("2026-03-19T10:00:00Z").await, app.slot("2026-03-20T10:00:00Z").await];
        let consultation = app.booked("ada", &slots[0]).await;
        let mut received = app.c_ric("ada", app.now()).await;
        let form = received["consent"]["id"].take();
        let mut subscriber = app.subscribe("senco", CANCELLATIONS, json!({})).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        app.set_clock("2026-03-09T12:00:00Z");
        let stranger = withdraw(&app, "second_parent", &form).await;
        assert_eq!(refusals(&stranger), [("XC-18", "NOT_FOUND", "consent")]);
        assert_eq!(state(&app, &consultation).await, "BOOKED");
        let withdrawn = withdraw(&app, "parent", &form).await;
        passes(&withdrawn);
        assert_eq!(withdrawn["consent"], json!({ "inForce": false, "withdrawnAt": "2026-03-09T12:00:00Z" }));
        let event = &subscriber.next().await["data"]["cancellations"];
        assert_eq!(event["cancellationReason"], "CONSENT_WITHDRAWN");
        assert_eq!(event["consultation"]["state"], "CANCELLED");
        assert_eq!(refusals(&withdraw(&app, "parent", &form).await), [("XC-8", "WRONG_STATE", "consent")]);

        let old = app.c_ric("ada", at("2026-03-09T12:00:00Z")).await;
        assert_eq!(refusals(&old), [("XC-8", "CONSENT_MISSING", "receivedAt")]);
        let mut again = app.form("ada", &slots[1]);
        again["cRicSentAt"] = json!("2026-03-09T12:00:00Z");
        let stale = app.book_as("senco", again.clone()).await;
        assert_eq!(refusals(&stale), [("OC-7", "CONSENT_MISSING", "cRicSentAt")]);
        app.set_clock("2026-03-09T12:00:01Z");
        again["cRicSentAt"] = json!("2026-03-09T12:00:01Z");
        passes(&app.book_as("senco", again).await);
        passes(&app.c_ric("ada", app.now()).await);
    }

    async fn a_withdrawal_leaves_what_has_begun_and_what_rests_on_other_consent(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let mut received = app.c_ric("ada", app.now()).await;
        let mut link = consent(&app, "senco", "ada", json!({})).await;
        passes(&withdraw(&app, "parent", &link["consent"]["id"].take()).await);
        assert_eq!(state(&app, &consultation).await, "BOOKED");
        app.set_clock("2026-03-19T10:00:00Z");
        passes(&withdraw(&app, "parent", &received["consent"]["id"].take()).await);
        assert_eq!(state(&app, &consultation).await, "BOOKED");
    }
}
