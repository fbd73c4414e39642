//! Letters: who gets which, and what they never say (OC-10, XC-16).

use crate::both;
use crate::support::app::App;
use crate::support::refusals::{calendar_line, passes, refusals};
use entity::outbox_mail;
use serde_json::{Value, json};

/// Address, iCalendar method and SEQUENCE of each letter.
fn invitations(letters: &[outbox_mail::Model]) -> Vec<(&str, &str, String)> {
    let invited = letters.iter().filter(|letter| letter.calendar.is_some());
    let mut all: Vec<_> = invited
        .map(|letter| {
            let method = letter.calendar_method.as_deref().unwrap();
            assert_eq!(calendar_line(letter, "METHOD"), method);
            (letter.to_address.as_str(), method, calendar_line(letter, "SEQUENCE"))
        })
        .collect();
    all.sort();
    all
}

async fn change(app: &App, subject: &str, consultation: &Value, attendees: &Value) -> Value {
    let input = json!({ "consultation": consultation, "attendees": attendees });
    app.act(subject, "changeAttendees", "consultation { attendees { email } }", input).await
}

fn helen_and(name: &str) -> Value {
    json!([
        { "kind": "SCHOOL", "name": "Helen Carr", "role": "SENCO", "email": "helen@school.example" },
        { "kind": "PARENT_CARER", "name": name, "role": "Parent", "email": format!("{name}@home.example") },
    ])
}

both! {
    async fn everybody_hears_of_booking_change_and_cancellation_under_one_uid(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let booked = app.letters().await;
        let text = |text: &str| text.to_owned();
        assert_eq!(
            invitations(&booked),
            [("helen@school.example", "REQUEST", text("0")), ("layla@home.example", "REQUEST", text("0")),]
        );
        assert_eq!(booked.len(), 2);
        assert!(
            booked.iter().all(|one| one.calendar.as_ref().unwrap().contains("https://meet.example/room"))
        );

        let payload = change(&app, "senco", &consultation, &helen_and("omar")).await;
        passes(&payload);
        assert_eq!(payload["consultation"]["attendees"][1]["email"], "omar@home.example");
        let changed = app.letters().await.split_off(booked.len());
        assert_eq!(
            invitations(&changed),
            [
                ("helen@school.example", "REQUEST", text("1")),
                ("layla@home.example", "CANCEL", text("1")),
                ("omar@home.example", "REQUEST", text("1")),
            ]
        );

        app.called_off(&consultation).await;
        let cancelled = app.letters().await.split_off(booked.len() + changed.len());
        assert_eq!(
            invitations(&cancelled),
            [("helen@school.example", "CANCEL", text("2")), ("omar@home.example", "CANCEL", text("2"))]
        );
        let plain: Vec<_> = cancelled.iter().filter(|letter| letter.calendar.is_none()).collect();
        assert_eq!(plain.len(), 1);
        assert_eq!(plain[0].to_address, "senco@people.example");

        let uid = calendar_line(&booked[0], "UID");
        let all = booked.iter().chain(&changed).chain(&cancelled).filter(|letter| letter.calendar.is_some());
        assert!(all.into_iter().all(|letter| calendar_line(letter, "UID") == uid));
    }

    async fn no_letter_names_the_child(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["mainConcerns"] = json!("Ada Brook, born 2018-05-04, cannot read.");
        let mut booked = app.book_as("senco", form).await;
        let consultation = booked["consultation"]["id"].take();
        passes(&change(&app, "senco", &consultation, &helen_and("omar")).await);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        passes(&app.c_ric("ada", crate::support::app::at("2026-03-16T12:00:00Z")).await);
        let input = json!({ "consultation": consultation, "reason": "Ada Brook is ill." });
        passes(&app.act("senco", "cancelConsultation", "consultation { state }", input).await);
        let letters = app.letters().await;
        assert!(letters.len() >= 12, "{}", letters.len());
        let reference = booked["consultation"]["reference"].as_str().unwrap();
        for letter in letters {
            let calendar = letter.calendar.unwrap_or_default().replace("\r\n ", "");
            let said = format!("{}\n{}\n{}\n{calendar}", letter.to_name, letter.subject, letter.body);
            assert!(said.contains(reference), "{said}");
            assert!(said.contains("https://casegraph.example/cases/"), "{said}");
            let words: Vec<_> = said.split(|character: char| !character.is_alphanumeric()).collect();
            for word in ["Ada", "ada", "Brook", "brook", "ADA", "BROOK"] {
                assert!(!words.contains(&word), "{said}");
            }
            for text in [app.upn("ada").as_str(), "2018-05-04", "20180504", "04/05/2018", "4 May 2018"] {
                assert!(!said.contains(text), "{said}");
            }
        }
    }

    async fn who_is_invited_changes_before_the_start_only(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        passes(&app.c_ric("ada", app.now()).await);
        let owed = app.letters().await.len();
        let mut nobody_of_the_school = helen_and("omar");
        nobody_of_the_school[0]["kind"] = json!("OTHER");
        let payload = change(&app, "senco", &consultation, &nobody_of_the_school).await;
        assert_eq!(refusals(&payload), [("OC-8", "MISSING", "attendees")]);
        let by_parent = change(&app, "parent", &consultation, &helen_and("omar")).await;
        assert_eq!(refusals(&by_parent), [("XC-18", "NOT_PERMITTED", "")]);
        app.set_clock("2026-03-19T10:00:00Z");
        let started = change(&app, "senco", &consultation, &helen_and("omar")).await;
        assert_eq!(refusals(&started), [("OC-10", "TOO_LATE", "consultation")]);
        assert_eq!(app.letters().await.len(), owed);
        app.set_clock("2026-03-19T09:59:59Z");
        passes(&change(&app, "team", &consultation, &helen_and("omar")).await);
    }

    async fn a_cancelled_consultation_invites_nobody(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        app.called_off(&consultation).await;
        let payload = change(&app, "senco", &consultation, &helen_and("omar")).await;
        assert_eq!(refusals(&payload), [("OC-8", "WRONG_STATE", "consultation")]);
    }

    async fn a_refused_booking_owes_no_letter(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut form = app.form("ada", &slot);
        form["parentsConsent"] = json!(false);
        assert_eq!(
            refusals(&app.book_as("senco", form).await),
            [("OC-7", "CONSENT_MISSING", "parentsConsent")]
        );
        assert!(app.letters().await.is_empty());
    }
}
