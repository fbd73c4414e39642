//! Input that cannot be right: `BAD_USER_INPUT`, and nothing changes.

use crate::both;
use crate::support::app::App;
use crate::support::refusals::{bad_input, passes};
use serde_json::{Value, json};

/// Books with one field spoilt; answers what the error says.
async fn spoilt(app: &App, slot: &Value, spoil: impl FnOnce(&mut Value)) -> String {
    let mut form = app.form("ada", slot);
    spoil(&mut form);
    let message = bad_input(&app.attempt("senco", "bookConsultation", form).await);
    assert_eq!(app.bookings().await, 0);
    assert!(app.letters().await.is_empty());
    message
}

both! {
    async fn a_upn_has_the_right_check_letter(app: App) {
        let upn = app.upn("ada");
        let wrong = if upn.starts_with('A') { upn.replacen('A', "B", 1) } else { format!("A{}", &upn[1..]) };
        let small = upn.to_lowercase();
        for bad in [wrong.as_str(), &upn[..12], "", "A00100000000\u{0}"] {
            let input = json!({
                "upn": bad, "givenBy": app.parent_of("ada"), "signedOn": "2026-03-09",
                "receivedAt": "2026-03-09T09:00:00Z",
            });
            bad_input(&app.attempt("team", "recordCRic", input).await);
            let query = "query($upn: UPN!) { child(upn: $upn) { givenName } }";
            bad_input(&app.answer("senco", query, json!({ "upn": bad })).await);
        }
        for good in [upn.as_str(), &small] {
            let query = "query($upn: UPN!) { child(upn: $upn) { givenName } }";
            assert_eq!(app.ask("senco", query, json!({ "upn": good })).await["child"]["givenName"], "Ada");
        }
        let query = "{ node(id: $id) { ... on Child { consents { id } } } }";
        let query = format!("query($id: ID!) {query}");
        let data = app.ask("senco", &query, json!({ "id": app.child("ada") })).await;
        assert_eq!(data["node"]["consents"], json!([]));
    }

    async fn dates_and_times_exist(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for bad in
            ["2026-02-29", "2026-02-30", "2026-13-01", "2026-3-9", "26-03-09", "09/03/2026", "9999-01-01", ""]
        {
            spoilt(&app, &slot, |form| form["discussedOn"] = json!(bad)).await;
        }
        for bad in ["2026-02-29T09:00:00Z", "2026-03-09T25:00:00Z", "2026-03-29T01:30", "yesterday", ""] {
            spoilt(&app, &slot, |form| form["cRicSentAt"] = json!(bad)).await;
        }
        passes(&app.book_as("senco", app.form("ada", &slot)).await);
    }

    async fn an_address_is_one_plain_address(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for bad in [
            "helen@school.example\r\nBcc: all@world.example",
            "helen@school.example\n",
            "helen@school.example, other@school.example",
            "Helen <helen@school.example>",
            "helen",
        ] {
            let message = spoilt(&app, &slot, |form| form["attendees"][0]["email"] = json!(bad)).await;
            assert!(message.contains("input.attendees.0.email"), "{message}");
            assert!(!message.contains("helen"), "{message}");
        }
    }

    async fn a_text_past_its_limit_is_told_the_limit(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let message = spoilt(&app, &slot, |form| form["mainConcerns"] = json!("é".repeat(8_001))).await;
        assert!(message.contains("input.mainConcerns") && message.contains("8000"), "{message}");
        let message = spoilt(&app, &slot, |form| form["attendees"][0]["name"] = json!("é".repeat(201))).await;
        assert!(message.contains("input.attendees.0.name") && message.contains("200"), "{message}");
        let mut form = app.form("ada", &slot);
        form["mainConcerns"] = json!("é".repeat(8_000));
        form["attendees"][0]["name"] = json!("é".repeat(200));
        passes(&app.book_as("senco", form).await);
    }

    async fn control_characters_and_overrides_are_refused(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for bad in ["a\u{0}b", "a\u{1b}[31mb", "a\u{202e}b", "a\u{85}b"] {
            let message = spoilt(&app, &slot, |form| form["mainConcerns"] = json!(bad)).await;
            assert!(message.contains("input.mainConcerns"), "{message}");
            spoilt(&app, &slot, |form| form["attendees"][1]["name"] = json!(bad)).await;
        }
    }

    async fn emoji_and_every_script_are_kept(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let said = "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} שלום\u{200f} (a)\nمرحبا Zoë 𝒳 e\u{301}";
        let mut form = app.form("ada", &slot);
        form["mainConcerns"] = json!(format!("  {said}\r\n"));
        form["attendees"][1]["name"] = json!("ليلى 🙂");
        let query = "consultation { form { mainConcerns } attendees { name } }";
        let payload = app.act("senco", "bookConsultation", query, form).await;
        passes(&payload);
        assert_eq!(payload["consultation"]["form"]["mainConcerns"], said);
        assert_eq!(payload["consultation"]["attendees"][1]["name"], "ليلى 🙂");
    }

    async fn an_id_of_another_kind_or_none_is_refused(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        for bad in [app.child("ada"), json!(""), json!("nonsense"), json!("💥"), json!("../../etc")] {
            let message = spoilt(&app, &slot, |form| form["slot"] = bad).await;
            assert!(message.contains("input.slot"), "{message}");
        }
    }
}
