//! Slots: published, taken back, booked once, open from their Monday on (OC-1, OC-2, OC-15).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

async fn publish(app: &App, subject: &str, authority: Uuid, specialist: &str, starts_at: &str) -> Value {
    let input = json!({
        "authority": id(Kind::Authority, authority),
        "areaOfNeed": "COGNITION_AND_LEARNING",
        "startsAt": starts_at,
        "specialist": app.person(specialist),
        "joinLink": "https://meet.example/room",
    });
    app.act(subject, "publishConsultationSlot", "slot { id version }", input).await
}

async fn soonest(app: &App, first: u32) -> Vec<String> {
    let query = "query($first: Int!) { nextAvailableSlots(areaOfNeed: COGNITION_AND_LEARNING, first: $first) \
                 { startsAt } }";
    let data = app.ask("senco", query, json!({ "first": first })).await;
    let slots = data["nextAvailableSlots"].as_array().unwrap().iter();
    slots.map(|slot| slot["startsAt"].as_str().unwrap().to_owned()).collect()
}

async fn withdraw(app: &App, subject: &str, slot: &Value) -> Value {
    app.act(subject, "withdrawConsultationSlot", "slot { withdrawnAt }", json!({ "slot": slot })).await
}

both! {
    async fn slots_of_one_specialist_touch_and_do_not_overlap(app: App) {
        let overlap = vec![("OC-1", "CONFLICT", "startsAt")];
        for (starts_at, refused) in [
            ("2026-03-19T10:00:00Z", false),
            ("2026-03-19T09:00:01Z", true),
            ("2026-03-19T10:59:59Z", true),
            ("2026-03-19T10:00:00Z", true),
            ("2026-03-19T09:00:00Z", false),
            ("2026-03-19T11:00:00Z", false),
        ] {
            let payload = publish(&app, "team", app.world.authority, "specialist", starts_at).await;
            assert_eq!(refusals(&payload), if refused { overlap.clone() } else { vec![] }, "{starts_at}");
        }
        passes(
            &publish(&app, "team", app.world.authority, "second_specialist", "2026-03-19T10:30:00Z").await,
        );
    }

    async fn a_slot_taken_back_leaves_its_time_free(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        passes(&withdraw(&app, "team", &slot).await);
        passes(&publish(&app, "team", app.world.authority, "specialist", "2026-03-19T10:30:00Z").await);
        assert_eq!(refusals(&withdraw(&app, "team", &slot).await), [("OC-1", "WRONG_STATE", "slot")]);
        let booking = app.book_as("senco", app.form("ada", &slot)).await;
        assert_eq!(refusals(&booking), [("OC-1", "CONFLICT", "slot")]);
    }

    async fn a_slot_lies_ahead_and_is_a_specialists(app: App) {
        let here = app.world.authority;
        let now = publish(&app, "team", here, "specialist", "2026-03-09T09:00:00Z").await;
        assert_eq!(refusals(&now), [("OC-1", "TOO_LATE", "startsAt")]);
        passes(&publish(&app, "team", here, "specialist", "2026-03-09T09:00:01Z").await);
        let nobody = publish(&app, "team", here, "coordinator", "2026-03-19T10:00:00Z").await;
        assert_eq!(refusals(&nobody), [("OC-1", "INVALID", "specialist")]);
    }

    async fn the_consultations_team_of_the_authority_publishes_and_takes_back(app: App) {
        for subject in ["senco", "specialist", "manager", "admin"] {
            let payload =
                publish(&app, subject, app.world.authority, "specialist", "2026-03-19T10:00:00Z").await;
            assert_eq!(refusals(&payload), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        assert_eq!(refusals(&withdraw(&app, "senco", &slot).await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(
            refusals(&withdraw(&app, "elsewhere_team", &slot).await),
            [("XC-18", "NOT_FOUND", "slot")]
        );
    }

    async fn an_authority_that_is_not_seen_is_like_one_that_is_not_there(app: App) {
        let at = "2026-03-19T10:00:00Z";
        let other = publish(&app, "team", app.world.other_authority, "specialist", at).await;
        let none = publish(&app, "team", Uuid::from_u128(7), "specialist", at).await;
        assert_eq!(refusals(&other), [("XC-18", "NOT_FOUND", "authority")]);
        assert_eq!(other["refusals"], none["refusals"]);
    }

    async fn a_slot_has_one_live_booking_and_is_free_again_after_a_cancellation(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let second = app.book_as("senco", app.form("ben", &slot)).await;
        assert_eq!(refusals(&second), [("OC-1", "CONFLICT", "slot")]);
        assert_eq!(refusals(&withdraw(&app, "team", &slot).await), [("OC-1", "CONFLICT", "slot")]);
        app.called_off(&consultation).await;
        app.booked("ben", &slot).await;
    }

    async fn of_bookings_at_the_same_moment_one_gets_the_slot(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let children = ["ada", "ben", "cai", "eve", "max"];
        let attempts = children.map(|child| app.book_as("senco", app.form(child, &slot)));
        let payloads = futures_util::future::join_all(attempts).await;
        let won = payloads.iter().filter(|payload| payload["refusals"] == json!([])).count();
        let lost = payloads.iter().filter(|one| refusals(one) == [("OC-1", "CONFLICT", "slot")]).count();
        assert_eq!((won, lost, app.bookings().await), (1, children.len() - 1, 1));
    }

    async fn a_slot_of_another_authority_is_not_found(app: App) {
        let at = "2026-03-19T10:00:00Z";
        let there = app.world.other_authority;
        let published = publish(&app, "elsewhere_team", there, "elsewhere_specialist", at).await;
        passes(&published);
        let booking = app.book_as("senco", app.form("ada", &published["slot"]["id"])).await;
        assert_eq!(refusals(&booking), [("XC-18", "NOT_FOUND", "slot")]);
        let nowhere = id(Kind::ConsultationSlot, Uuid::from_u128(7));
        let missing = app.book_as("senco", app.form("ada", &nowhere)).await;
        assert_eq!(missing["refusals"], booking["refusals"]);
    }

    async fn a_slot_opens_at_midnight_in_london_on_its_monday(app: App) {
        for (child, slot, a_second_before, opens) in [
            ("ada", "2026-04-15T10:00:00Z", "2026-03-15T23:59:59Z", "2026-03-16T00:00:00Z"),
            // In the Easter holiday: a slot of the term that follows.
            ("ben", "2026-04-08T10:00:00Z", "2026-03-15T23:59:59Z", "2026-03-16T00:00:00Z"),
            ("cai", "2026-09-08T10:00:00Z", "2026-07-12T22:59:59Z", "2026-07-12T23:00:00Z"),
            ("dot", "2026-11-05T10:00:00Z", "2026-10-11T22:59:59Z", "2026-10-11T23:00:00Z"),
            ("eve", "2027-01-12T10:00:00Z", "2026-12-06T23:59:59Z", "2026-12-07T00:00:00Z"),
        ] {
            app.set_clock(a_second_before);
            let slot = app.slot(slot).await;
            let early = app.book_as("senco", app.form(child, &slot)).await;
            assert_eq!(refusals(&early), [("OC-2", "TOO_EARLY", "slot")], "{child}");
            assert_eq!(early["refusals"][0]["possibleFrom"], opens);
            app.set_clock(opens);
            app.booked(child, &slot).await;
        }
    }

    async fn a_slot_whose_terms_are_not_known_waits_for_them(app: App) {
        app.set_clock("2027-07-19T09:00:00Z");
        let payload = publish(&app, "team", app.world.authority, "specialist", "2027-09-14T10:00:00Z").await;
        passes(&payload);
        assert_eq!(payload["advisories"][0]["rule"], "OC-2");
        assert_eq!(payload["advisories"][0]["needsAcknowledgement"], false);
        let booking = app.book_as("senco", app.form("ada", &payload["slot"]["id"])).await;
        assert_eq!(refusals(&booking), [("OC-2", "CALENDAR_ENDS", "slot")]);
    }

    async fn the_soonest_bookable_slots_come_first_and_others_not_at_all(app: App) {
        app.slot("2026-03-20T10:00:00Z").await;
        app.slot("2026-03-11T23:30:00Z").await;
        app.slot("2026-03-12T10:00:00Z").await;
        app.slot_of("second_specialist", "2026-03-12T09:30:00Z").await;
        app.slot("2026-04-15T10:00:00Z").await;
        let taken_back = app.slot("2026-03-18T10:00:00Z").await;
        passes(&withdraw(&app, "team", &taken_back).await);
        let booked = app.slot("2026-03-17T10:00:00Z").await;
        let consultation = app.booked("ada", &booked).await;
        let there = app.world.other_authority;
        passes(&publish(&app, "elsewhere_team", there, "elsewhere_specialist", "2026-03-13T10:00:00Z").await);
        let bookable = ["2026-03-12T09:30:00Z", "2026-03-12T10:00:00Z", "2026-03-20T10:00:00Z"];
        assert_eq!(soonest(&app, 10).await, bookable);
        assert_eq!(soonest(&app, 1).await, bookable[..1]);
        app.called_off(&consultation).await;
        assert_eq!(soonest(&app, 3).await[2], "2026-03-17T10:00:00Z");
        let query = "{ nextAvailableSlots(areaOfNeed: COMMUNICATION_AND_INTERACTION) { id } }";
        let other = app.ask("senco", query, json!({})).await;
        assert_eq!(other["nextAvailableSlots"], json!([]));
        app.set_clock("2026-03-16T00:00:00Z");
        assert_eq!(soonest(&app, 10).await, ["2026-03-20T10:00:00Z", "2026-04-15T10:00:00Z"]);
    }

    async fn a_dry_run_says_the_same_and_changes_nothing(app: App) {
        let (near, slot) = (app.slot("2026-03-11T10:00:00Z").await, app.slot("2026-03-19T10:00:00Z").await);
        let mut spoilt = app.form("ada", &near);
        spoilt["mainConcerns"] = json!(" ");
        spoilt["parentsConsent"] = json!(false);
        for (form, passed) in [(spoilt, false), (app.form("ada", &slot), true)] {
            let mut dry = form.clone();
            dry["dryRun"] = json!(true);
            let answer = app.book_as("senco", dry).await;
            assert_eq!(answer["consultation"], json!(null));
            assert_eq!(app.bookings().await, 0);
            assert!(app.letters().await.is_empty());
            let real = app.book_as("senco", form).await;
            assert_eq!(answer["refusals"], real["refusals"]);
            assert_eq!(answer["advisories"], real["advisories"]);
            assert_eq!(answer["refusals"] == json!([]), passed);
        }
        assert_eq!(app.bookings().await, 1);
    }
}
