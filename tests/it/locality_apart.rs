//! What could join an item of a locality group and its child from outside, and does not (LG-11, XC-8, XC-14).

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::{ITEM, NEXT_TERM, SESSION, TUESDAY};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use entity::authority;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// The child moves to the second primary school.
async fn move_ada(app: &App) {
    let moved = json!({ "child": app.child("ada"), "toSchool": app.school("second_primary") });
    passes(&app.act("senco", "moveChild", "child { id }", moved).await);
}

/// The history of an item as somebody hears it.
async fn history(app: &App, subject: &str, item: &Value) -> Value {
    let of_item = "history(first: 100) { nodes { kind reason actor { id } } }";
    app.read(subject, "LocalityItem", of_item, item).await["history"]["nodes"].clone()
}

/// Who is said to have withdrawn an item.
async fn withdrawn_by(app: &App, subject: &str, item: &Value) -> Value {
    let heard = history(app, subject, item).await;
    let of_kind = |one: &&Value| one["kind"] == "LOCALITY_ITEM_WITHDRAWN";
    heard.as_array().unwrap().iter().find(of_kind).unwrap()["actor"].clone()
}

both! {
    async fn a_child_who_left_is_told_from_no_other_by_writing(app: App) {
        app.ada_by_other_names().await;
        let (_, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for item in &items {
            passes(&app.advance("ep", item, "OUTLINE").await);
        }
        move_ada(&app).await;
        for text in ["Then Xanthippe came.", "Hortensia rang", "born 4 May 2018", "Ben came."] {
            for item in &items {
                let refused = app.note("second_senco", item, "SITUATION", text).await;
                assert_eq!(refusals(&refused), [("LG-11", "INVALID", "text")], "{text}");
            }
        }
    }

    async fn who_withdrew_a_consent_is_no_way_to_the_child(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let consented = app.consent_to_group("senco", "ada", true).await;
        let brought = app.propose("senco", app.concern(&session, "primary", "ada")).await;
        passes(&brought);
        let item = &brought["item"]["id"];
        let withdraw = json!({ "consent": consented["consent"]["id"], "reason": "The parents asked." });
        passes(&app.act("senco", "withdrawConsent", "consent { id }", withdraw).await);
        for subject in ["second_senco", "integrator"] {
            assert_eq!(withdrawn_by(&app, subject, item).await, Value::Null, "{subject}");
        }
        assert_eq!(withdrawn_by(&app, "manager", item).await["id"], app.person("senco"));
    }

    async fn a_new_school_sees_no_consent_that_another_recorded_and_asks_anew(app: App) {
        passes(&app.consent_to_group("senco", "ada", true).await);
        move_ada(&app).await;
        let consents = app.read("second_senco", "Child", "consents { purpose }", &app.child("ada")).await;
        assert_eq!(consents["consents"], json!([]));
        let session = app.planned_session(TUESDAY).await;
        let input = app.concern(&session, "second_primary", "ada");
        let refused = app.propose("second_senco", input.clone()).await;
        assert_eq!(refusals(&refused), [("LG-3", "CONSENT_MISSING", "child")]);
        passes(&app.consent_to_group("second_senco", "ada", true).await);
        passes(&app.propose("second_senco", input).await);
    }

    async fn another_authority_sees_nothing_of_the_group(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let (child, school) = (literal(&app, app.world.children["ada"]), literal(&app, app.world.schools["elsewhere"]));
        let authority = literal(&app, app.world.other_authority);
        app.sabotage(&format!("update holding set school_id = {school}, authority_id = {authority} where child_id = {child}")).await;
        assert!(app.read("elsewhere_manager", "Child", "id", &app.child("ada")).await.is_object());
        assert_eq!(app.item("elsewhere_manager", &items[0]).await, Value::Null);
        assert_eq!(app.session("elsewhere_manager", &session).await, Value::Null);
    }

    async fn a_school_that_goes_to_another_authority_leaves_the_group(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        assert!(app.item("second_senco", &items[0]).await["code"].is_string());
        let reader = app.service.store.reader();
        let other = authority::Entity::find_by_id(app.world.other_authority).one(reader).await.unwrap().unwrap();
        let file = format!(
            "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (code),PhaseOfEducation (code)\n\
             900002,{},{},School second_primary,1,2\n",
            other.code, other.name
        );
        app.import(Content::Schools, &file).await;
        let granted = json!({
            "authority": id(Kind::Authority, app.world.other_authority), "person": app.person("elsewhere_manager"),
            "role": "SENCO", "school": app.school("second_primary"), "from": app.today(),
        });
        passes(&app.act("elsewhere_admin", "grantRole", "grant { id }", granted).await);
        for subject in ["second_senco", "elsewhere_manager"] {
            assert_eq!(app.item(subject, &items[0]).await, Value::Null, "{subject}");
            assert_eq!(app.session(subject, &session).await, Value::Null, "{subject}");
        }
        assert!(app.item("senco", &items[0]).await["child"]["id"].is_string(), "the others go on");
    }

    async fn reasons_are_sealed_with_an_item(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        let back = json!({ "item": items[0], "reason": "qzreasonqz" });
        passes(&app.act("ep", "reverseLocalityItemStep", ITEM, back).await);
        assert!(history(&app, "second_senco", &items[0]).await.to_string().contains("qzreasonqz"));
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[0], json!({ "reason": "It is solved." })).await);
        for subject in ["second_senco", "senco", "manager", "integrator"] {
            assert!(!history(&app, subject, &items[0]).await.to_string().contains("qzreasonqz"), "{subject}");
        }
    }

    async fn an_item_that_was_put_off_is_sealed_from_either_end(app: App) {
        let later = app.planned_session(NEXT_TERM).await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        let there = app.item_step("senco", "deferLocalityItem", &items[0], json!({ "to": later, "reason": "No time." })).await;
        passes(&there);
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[0], json!({ "reason": "It is solved." })).await);
        let seen = app.item("second_senco", &there["item"]["id"]).await;
        assert_eq!((&seen["state"], &seen["subject"], &seen["preparationForm"]), (&json!("WITHDRAWN"), &Value::Null, &Value::Null));
    }

    async fn what_is_said_of_a_missed_deadline_names_nobody(app: App) {
        app.ada_by_other_names().await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        app.sweep_at("2026-04-20T09:00:00Z").await;
        let raised = app.escalated("manager", "LG-7").await;
        let resolve = async |words: &str| {
            let input = json!({ "escalation": raised[0]["id"], "resolution": words });
            app.act("manager", "resolveEscalation", "escalation { id }", input).await
        };
        let refused = resolve("Spoke to the mother of Xanthippe.").await;
        assert_eq!(refusals(&refused), [("LG-10", "INVALID", "resolution")]);
        passes(&resolve("Spoke to the school.").await);
        let said = async |subject| app.read(subject, "Escalation", "resolution", &raised[0]["id"]).await["resolution"].clone();
        assert_eq!(said("manager").await, "Spoke to the school.");
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[0], json!({ "reason": "It is solved." })).await);
        assert_eq!(said("manager").await, Value::Null, "it is sealed with the item");
    }

    async fn what_is_said_of_a_session_that_was_not_held_names_nobody(app: App) {
        app.ada_by_other_names().await;
        app.planned_session(TUESDAY).await;
        casegraph::workflow::term_due::open::<entity::locality_term::Entity>(&app.service).await.unwrap();
        app.sweep_at("2026-04-20T09:00:00Z").await;
        let raised = app.escalated("manager", "LG-1").await;
        let resolve = async |words: &str| {
            let input = json!({ "escalation": raised[0]["id"], "resolution": words });
            app.act("manager", "resolveEscalation", "escalation { id }", input).await
        };
        let refused = resolve("Xanthippe Quillfeather was to be discussed.").await;
        assert_eq!(refusals(&refused), [("LG-10", "INVALID", "resolution")]);
        passes(&resolve("Planned for the next term.").await);
    }

    async fn a_mistaken_second_start_leaves_the_term_met(app: App) {
        let first = app.planned_session("2026-03-23T13:00:00Z").await;
        let second = app.planned_session(TUESDAY).await;
        for session in [&first, &second] {
            let starts_at = app.session("ep", session).await["startsAt"].clone();
            app.set_clock(starts_at.as_str().unwrap());
            passes(&app.start_session(session, &["senco", "second_senco"]).await);
        }
        let back = json!({ "session": second, "reason": "The wrong day." });
        passes(&app.act("ep", "reverseLocalitySessionStep", SESSION, back).await);
        let due = app.read("manager", "LocalitySession", "duties { state }", &first).await;
        assert_eq!(due["duties"][0]["state"], "MET");
    }

    async fn a_start_after_which_something_was_written_took_place(app: App) {
        let later = app.planned_session(NEXT_TERM).await;
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "OUTLINE", "Something.").await;
        passes(&app.item_step("senco", "deferLocalityItem", &items[0], json!({ "to": later, "reason": "No time." })).await);
        let back = json!({ "session": session, "reason": "The wrong day." });
        let refused = app.act("ep", "reverseLocalitySessionStep", SESSION, back).await;
        assert_eq!(refusals(&refused), [("XC-22", "CONFLICT", "session")]);
    }

    async fn of_an_erased_child_nothing_more_is_written(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        let erase = json!({ "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
        passes(&app.act("admin", "eraseChild", "child { id }", erase).await);
        assert_eq!(refusals(&app.advance("ep", &items[0], "OUTLINE").await), [("XC-18", "NOT_FOUND", "item")]);
        assert_eq!(refusals(&app.note("ep", &items[0], "SITUATION", "Ada.").await), [("XC-18", "NOT_FOUND", "item")]);
    }
}
