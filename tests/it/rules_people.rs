//! Children registered, moved and erased, people invited, granted, revoked and handed over (XC-11, XC-14, XC-15, XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::forms::{CASE, id};
use crate::support::refusals::{bad_input, passes, refusals};
use crate::support::world::upn;
use casegraph::graphql::id::Kind;
use domain::upn::Upn;
use entity::event;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

fn school(app: &App, name: &str) -> Value {
    id(Kind::School, app.world.schools[name])
}

/// The UPN that has these twelve characters behind its check letter.
fn checked(rest: &str) -> String {
    ('A'..='Z').find_map(|letter| Upn::parse(&format!("{letter}{rest}")).ok()).unwrap().to_string()
}

fn registration(app: &App, school_name: &str, upn: &str) -> Value {
    json!({
        "school": school(app, school_name), "upn": upn, "givenName": "Wren", "familyName": "Yaxley",
        "dateOfBirth": "2018-06-01", "gender": "F", "senStatus": "NONE",
    })
}

async fn register(app: &App, subject: &str, input: Value) -> Value {
    let entity = "child { upn upnIsTemporary givenName } transferRequest { id child { id } toSchool { id } }";
    app.act(subject, "registerChild", entity, input).await
}

async fn sees(app: &App, subject: &str, node: &Value) -> bool {
    let query = "query($id: ID!) { node(id: $id) { __typename } }";
    let data = app.ask(subject, query, json!({ "id": node })).await;
    !data["node"].is_null()
}

async fn count(app: &App, subject: &str, field: &str) -> i64 {
    let data = app.ask(subject, &format!("{{ {field} {{ totalCount }} }}"), json!({})).await;
    data[field.split('(').next().unwrap()]["totalCount"].as_i64().unwrap()
}

async fn answer(app: &App, subject: &str, request: &Value, accept: bool) -> Value {
    let entity = "transferRequest { accepted answeredAt }";
    app.act(subject, "answerTransferRequest", entity, json!({ "request": request, "accept": accept })).await
}

async fn erase(app: &App, subject: &str, note: &str) -> Value {
    let input = json!({ "child": app.child("ada"), "ground": "UNLAWFUL_PROCESSING", "note": note });
    app.act(subject, "eraseChild", "child { id }", input).await
}

/// A consultation for ada of 19 March that was held, with its record issued; discussed with the CIT member.
async fn issued(app: &App) -> Value {
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    let mut form = app.form("ada", &slot);
    form["discussedWith"] = app.person("cit");
    let booked = app.book_as("senco", form).await;
    passes(&booked);
    passes(&app.c_ric("ada", app.now()).await);
    app.set_clock("2026-03-19T11:00:00Z");
    let consultation = booked["consultation"]["id"].clone();
    passes(&app.held(&consultation).await);
    passes(&app.issued(&consultation).await);
    consultation
}

async fn desk(app: &App, subject: &str) -> Vec<String> {
    let query = "{ viewer { worklist { nodes { rule { id } } } } }";
    let data = app.ask(subject, query, json!({})).await;
    let duties = data["viewer"]["worklist"]["nodes"].as_array().unwrap().iter();
    duties.map(|duty| duty["rule"]["id"].as_str().unwrap().to_owned()).collect()
}

both! {
    async fn a_upn_has_its_check_letter_and_an_authority_unknown_here_is_a_note(app: App) {
        let right = upn(50);
        let wrong = format!("{}{}", if right.starts_with('A') { 'B' } else { 'A' }, &right[1..]);
        let refused = app.attempt("senco", "registerChild", registration(&app, "primary", &wrong)).await;
        assert!(bad_input(&refused).contains("the check letter does not fit"), "{refused:#}");
        assert_eq!(count(&app, "senco", "children").await, 7);
        for (upn, temporary, notes) in
            [(right, false, 0), (checked("77712345678A"), true, 1), (checked("00112345678C"), true, 0)]
        {
            let payload = register(&app, "senco", registration(&app, "primary", &upn)).await;
            passes(&payload);
            let child = json!({ "upn": upn, "upnIsTemporary": temporary, "givenName": "Wren" });
            assert_eq!(payload["child"], child);
            let advisories = payload["advisories"].as_array().unwrap();
            assert_eq!(advisories.len(), notes, "{payload:#}");
            assert!(advisories.iter().all(|note| note["path"] == "upn" && note["needsAcknowledgement"] == false));
        }
        assert_eq!(count(&app, "senco", "children").await, 10);
        let here = register(&app, "senco", registration(&app, "primary", &app.upn("ada"))).await;
        assert_eq!(refusals(&here), [("XC-11", "CONFLICT", "upn")]);
        let foreign = register(&app, "second_senco", registration(&app, "primary", &upn(51))).await;
        assert_eq!(refusals(&foreign), [("XC-18", "NOT_PERMITTED", "")]);
    }

    async fn a_child_who_moves_takes_the_record_along_and_the_old_school_sees_no_more(app: App) {
        let consultation = issued(&app).await;
        let next = app.slot("2026-06-10T10:00:00Z").await;
        app.set_clock("2026-05-11T09:00:00Z");
        let booked = app.booked("ada", &next).await;
        assert_eq!(desk(&app, "cit").await, ["OC-14"]);
        let to = async |subject: &str, to: &str| {
            let input = json!({ "child": app.child("ada"), "toSchool": school(&app, to) });
            app.act(subject, "moveChild", "child { id }", input).await
        };
        assert_eq!(refusals(&to("second_senco", "second_primary").await), [("XC-18", "NOT_FOUND", "child")]);
        assert_eq!(refusals(&to("team", "second_primary").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&to("senco", "primary").await), [("XC-14", "CONFLICT", "toSchool")]);
        assert_eq!(refusals(&to("admin", "elsewhere").await), [("XC-18", "NOT_FOUND", "toSchool")]);
        let moved = to("senco", "second_primary").await;
        passes(&moved);
        assert_eq!(moved["child"], Value::Null, "who moved the child has seen it for the last time");
        for node in [app.child("ada"), consultation.clone(), booked.clone()] {
            for (subject, expected) in
                [("senco", false), ("teacher", false), ("cit", false), ("second_senco", true), ("ewo", true)]
            {
                assert_eq!(sees(&app, subject, &node).await, expected, "{subject}");
            }
        }
        assert_eq!(app.case(&booked).await["cancellation"]["reason"], "CHILD_MOVED");
        assert!(desk(&app, "cit").await.is_empty());
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { duties { rule { id } state ownerRole \
                     owner { name } } } } }";
        let data = app.ask("second_senco", query, json!({ "id": consultation })).await;
        let review = json!({ "rule": { "id": "OC-14" }, "state": "OPEN", "ownerRole": "CIT", "owner": null });
        assert!(data["node"]["duties"].as_array().unwrap().contains(&review), "{data:#}");
        let arranged = json!({ "consultation": consultation, "on": "2026-05-13" });
        passes(&app.act("ewo", "arrangeReview", CASE, arranged).await);
    }

    async fn a_upn_held_elsewhere_becomes_a_request_that_reveals_nothing(app: App) {
        let asked = register(&app, "elsewhere_senco", registration(&app, "elsewhere", &app.upn("ada"))).await;
        passes(&asked);
        let request = asked["transferRequest"]["id"].clone();
        let says = json!({ "id": request, "child": null, "toSchool": { "id": school(&app, "elsewhere") } });
        assert_eq!((&asked["child"], &asked["transferRequest"]), (&Value::Null, &says));
        assert!(!asked.to_string().contains("Ada") && !asked.to_string().contains("Brook"));
        let again = register(&app, "elsewhere_senco", registration(&app, "elsewhere", &app.upn("ada"))).await;
        assert_eq!(refusals(&again), [("XC-14", "CONFLICT", "upn")]);
        assert!(!sees(&app, "elsewhere_senco", &app.child("ada")).await);
        let by_asker = answer(&app, "elsewhere_senco", &request, true).await;
        assert_eq!(refusals(&by_asker), [("XC-18", "NOT_PERMITTED", "")]);
        let by_stranger = answer(&app, "second_senco", &request, true).await;
        assert_eq!(refusals(&by_stranger), [("XC-18", "NOT_FOUND", "transferRequest")]);

        let kept = answer(&app, "senco", &request, false).await;
        passes(&kept);
        assert_eq!(kept["transferRequest"]["accepted"], false);
        assert_eq!(refusals(&answer(&app, "senco", &request, true).await)[0].1, "WRONG_STATE");
        for (subject, expected) in [("senco", true), ("elsewhere_senco", false), ("elsewhere_manager", false)] {
            assert_eq!(sees(&app, subject, &app.child("ada")).await, expected, "{subject}");
        }

        let asked = register(&app, "elsewhere_senco", registration(&app, "elsewhere", &app.upn("ada"))).await;
        let let_go = answer(&app, "senco", &asked["transferRequest"]["id"], true).await;
        passes(&let_go);
        assert_eq!(let_go["transferRequest"]["accepted"], true);
        for (subject, expected) in [
            ("senco", false),
            ("manager", false),
            ("admin", false),
            ("elsewhere_senco", true),
            ("elsewhere_manager", true),
            ("parent", true),
        ] {
            assert_eq!(sees(&app, subject, &app.child("ada")).await, expected, "{subject}");
        }
    }

    async fn an_erased_child_is_found_by_nobody_and_a_tombstone_stays(app: App) {
        let consultation = issued(&app).await;
        let slot = app.slot("2026-06-10T10:00:00Z").await;
        app.set_clock("2026-05-11T09:00:00Z");
        let booked = app.booked("ada", &slot).await;
        let input = json!({ "consultation": booked, "reason": "Ada Brook is ill." });
        passes(&app.act("senco", "cancelConsultation", "consultation { state }", input).await);
        let mut follower = app
            .subscribe("manager", "subscription { caseEvents(filter: { kinds: [CHILD_ERASED] }) { kind occurredAt \
                reason actor { name } child { id } } }", json!({}))
            .await;
        assert!(follower.ask("{ viewer { person { name } } }").await["data"].is_object());

        let groundless = json!({ "child": app.child("ada"), "note": "Wrong." });
        let refused = app.attempt("admin", "eraseChild", groundless).await;
        assert!(bad_input(&refused).contains("ground"), "{refused:#}");
        assert_eq!(refusals(&erase(&app, "admin", "Ada's record.").await), [("XC-15", "INVALID", "note")]);
        assert_eq!(refusals(&erase(&app, "manager", "Wrong.").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&erase(&app, "elsewhere_admin", "Wrong.").await), [("XC-18", "NOT_FOUND", "child")]);
        let before = (app.bookings().await, count(&app, "senco", "consultations").await);
        assert!(sees(&app, "senco", &app.child("ada")).await);
        passes(&erase(&app, "admin", "Collected without a basis.").await);

        for subject in ["senco", "head", "teacher", "ep", "team", "specialist", "manager", "admin"] {
            assert!(!sees(&app, subject, &app.child("ada")).await, "{subject}");
        }
        let parent = app.answer("parent", "{ children { totalCount } }", json!({})).await;
        assert_eq!(parent["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "a parent of nobody here");
        for subject in ["senco", "manager", "admin"] {
            for search in ["Ada", "Brook", "2018-05-04", &app.upn("ada")] {
                assert_eq!(count(&app, subject, &format!("children(search: \"{search}\")")).await, 0, "{search}");
            }
            let query = "query($upn: UPN!) { child(upn: $upn) { id } }";
            assert!(app.ask(subject, query, json!({ "upn": app.upn("ada") })).await["child"].is_null());
        }
        assert_eq!((app.bookings().await, count(&app, "senco", "consultations").await), before);
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { state startsAt attendees { name email } \
            form { mainConcerns } recordsOfInvolvement { summary } history { nodes { kind reason } } } } }";
        for case in [&consultation, &booked] {
            let left = app.ask("manager", query, json!({ "id": case })).await["node"].take().to_string();
            for word in ["Ada", "Brook", "Helen", "layla@", "Reading", "Talked", "ill."] {
                assert!(!left.contains(word), "{word}: {left}");
            }
            assert!(left.contains("CONSULTATION_BOOKED"), "{left}");
        }
        let events = event::Entity::find().all(app.service.store.reader()).await.unwrap();
        assert!(events.iter().all(|event| !event.payload.to_string().contains("Ada")));
        let tombstone = follower.next().await["data"]["caseEvents"].take();
        assert_eq!(tombstone, json!({
            "kind": "CHILD_ERASED", "occurredAt": "2026-05-11T09:00:00Z", "reason": "Collected without a basis.",
            "actor": { "name": "Person admin" }, "child": null,
        }));
        assert_eq!(refusals(&erase(&app, "admin", "Again.").await), [("XC-18", "NOT_FOUND", "child")]);
    }
}
