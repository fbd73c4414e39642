//! People invited, granted, revoked with dates, and a leaver's work handed over (XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::forms::{CASE, id};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

fn authority(app: &App) -> Value {
    id(Kind::Authority, app.world.authority)
}

async fn invite(app: &App, subject: &str, email: &str) -> Value {
    let input = json!({
        "authority": authority(app), "subject": "newcomer", "name": "Nell Newcomer", "email": email,
    });
    app.act(subject, "invitePerson", "person { id name }", input).await
}

async fn grant(app: &App, person: &Value, from: &str, to: Option<&str>) -> Value {
    let input = json!({
        "authority": authority(app), "person": person, "role": "SENCO", "from": from, "to": to,
        "school": id(Kind::School, app.world.schools["primary"]),
    });
    app.act("admin", "grantRole", "grant { id role from to }", input).await
}

/// Whether somebody is let in, as a SENCO who sees the children of the school.
async fn let_in(app: &App, subject: &str) -> bool {
    let answer = app.answer(subject, "{ children { totalCount } }", json!({})).await;
    if let Some(children) = answer["data"]["children"]["totalCount"].as_i64() {
        return children == 7;
    }
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer:#}");
    false
}

async fn hand_over(app: &App, subject: &str, from: &str, to: &str) -> Value {
    let input = json!({ "authority": authority(app), "from": app.person(from), "to": app.person(to) });
    app.act(subject, "handOver", "person { name }", input).await
}

async fn specialist_of(app: &App, slot: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on ConsultationSlot { specialist { name } } } }";
    let mut data = app.ask("team", query, json!({ "id": slot })).await;
    data["node"]["specialist"]["name"].take()
}

async fn desk(app: &App, subject: &str) -> Vec<String> {
    let query = "{ viewer { worklist { nodes { rule { id } } } } }";
    let data = app.ask(subject, query, json!({})).await;
    let duties = data["viewer"]["worklist"]["nodes"].as_array().unwrap().iter();
    duties.map(|duty| duty["rule"]["id"].as_str().unwrap().to_owned()).collect()
}

async fn links(app: &App, person: &str) -> Vec<Value> {
    let query = "query($id: ID!) { node(id: $id) { ... on Person { linkAssignments(on: \"2026-03-10\") { \
                 discipline school { name } from to } } } }";
    let mut data = app.ask("admin", query, json!({ "id": app.person(person) })).await;
    let mut links = data["node"]["linkAssignments"].take().as_array().unwrap().clone();
    links.sort_by_key(ToString::to_string);
    links
}

both! {
    async fn a_role_counts_from_its_first_day_to_its_last_and_ends_at_once_when_revoked(app: App) {
        let nameless = json!({ "authority": authority(&app), "subject": " ", "name": "", "email": "a@b.example" });
        let faulty = app.act("admin", "invitePerson", "person { id }", nameless).await;
        assert_eq!(refusals(&faulty), [("XC-23", "MISSING", "subject"), ("XC-23", "MISSING", "name")]);
        assert_eq!(refusals(&invite(&app, "manager", "n@people.example").await), [("XC-18", "NOT_PERMITTED", "")]);
        let invited = invite(&app, "admin", "n@people.example").await;
        passes(&invited);
        let person = invited["person"]["id"].clone();
        assert_eq!(refusals(&invite(&app, "admin", "n@people.example").await), [("XC-23", "CONFLICT", "subject")]);
        assert!(!let_in(&app, "newcomer").await);

        let backwards = grant(&app, &person, "2026-03-12", Some("2026-03-11")).await;
        assert_eq!(refusals(&backwards), [("XC-23", "INVALID", "to")]);
        passes(&grant(&app, &person, "2026-03-11", Some("2026-03-12")).await);
        let overlapping = grant(&app, &person, "2026-03-12", None).await;
        assert_eq!(refusals(&overlapping), [("XC-23", "CONFLICT", "from")]);
        let open_ended = grant(&app, &person, "2026-03-16", None).await;
        passes(&open_ended);
        for (now, holds) in [
            ("2026-03-10T23:59:59Z", false),
            ("2026-03-11T00:00:00Z", true),
            ("2026-03-12T23:59:59Z", true),
            ("2026-03-13T00:00:00Z", false),
            ("2026-03-15T23:59:59Z", false),
            ("2026-03-16T00:00:00Z", true),
        ] {
            app.set_clock(now);
            assert_eq!(let_in(&app, "newcomer").await, holds, "{now}");
        }
        let revoke = json!({ "grant": open_ended["grant"]["id"] });
        let unseen = app.act("manager", "revokeRole", "grant { id }", revoke.clone()).await;
        assert_eq!(refusals(&unseen), [("XC-18", "NOT_FOUND", "grant")]);
        passes(&app.act("admin", "revokeRole", "grant { id }", revoke.clone()).await);
        assert!(!let_in(&app, "newcomer").await);
        let twice = app.act("admin", "revokeRole", "grant { id }", revoke).await;
        assert_eq!(refusals(&twice), [("XC-23", "WRONG_STATE", "grant")]);
    }

    async fn a_leavers_links_pass_to_the_successor(app: App) {
        let before = links(&app, "ep").await;
        assert_eq!(before.len(), 5);
        assert_eq!(refusals(&hand_over(&app, "manager", "ep", "ewo").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&hand_over(&app, "admin", "ep", "ep").await), [("XC-23", "INVALID", "to")]);
        let stranger = hand_over(&app, "admin", "ep", "elsewhere_ep").await;
        assert_eq!(refusals(&stranger), [("XC-18", "NOT_FOUND", "to")]);
        passes(&hand_over(&app, "admin", "ep", "ewo").await);
        assert!(links(&app, "ep").await.is_empty());
        let after = links(&app, "ewo").await;
        let passed = after.iter().filter(|link| link["discipline"] == "EDUCATIONAL_PSYCHOLOGIST");
        assert!(passed.clone().all(|link| link["from"] == "2026-03-09" && link["to"].is_null()));
        assert_eq!((passed.count(), after.len()), (5, 6));
    }

    async fn a_specialists_slots_cases_and_duties_pass_to_the_successor(app: App) {
        let slots = [app.slot("2026-03-19T10:00:00Z").await, app.slot("2026-03-20T10:00:00Z").await];
        let free = app.slot("2026-04-15T10:00:00Z").await;
        let (held, booked) = (app.booked("ada", &slots[0]).await, app.booked("ben", &slots[1]).await);
        for child in ["ada", "ben"] {
            passes(&app.c_ric(child, app.now()).await);
        }
        app.set_clock("2026-03-19T11:00:00Z");
        passes(&app.held(&held).await);
        assert_eq!(desk(&app, "specialist").await, ["OC-12"]);

        let passed = hand_over(&app, "admin", "specialist", "second_specialist").await;
        passes(&passed);
        assert_eq!(passed["advisories"], json!([]));
        for slot in [&slots[0], &slots[1], &free] {
            assert_eq!(specialist_of(&app, slot).await, "Person second_specialist");
        }
        assert!(desk(&app, "specialist").await.is_empty());
        assert_eq!(desk(&app, "second_specialist").await, ["OC-12"]);
        let draft = json!({ "consultation": held, "summary": "Talked.", "strategies": "Pictures.", "nextSteps": "Review." });
        let by_leaver = app.act("specialist", "draftRecordOfInvolvement", CASE, draft.clone()).await;
        assert_eq!(refusals(&by_leaver), [("XC-18", "NOT_FOUND", "consultation")]);
        passes(&app.act("second_specialist", "draftRecordOfInvolvement", CASE, draft).await);
        app.set_clock("2026-03-20T11:00:00Z");
        let action = json!([{ "what": "Timetable", "owner": "Teacher", "dueOn": "2026-04-15" }]);
        let input = json!({ "consultation": booked, "immediateActions": action });
        passes(&app.act("second_specialist", "markConsultationHeld", CASE, input).await);
        let query = "query($id: ID!) { node(id: $id) { ... on ConsultationSlot { version } } }";
        assert_eq!(app.ask("team", query, json!({ "id": free })).await["node"]["version"], 2);
    }

    async fn slots_do_not_pass_onto_those_of_the_successor(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let other = app.slot("2026-03-20T10:00:00Z").await;
        app.slot_of("second_specialist", "2026-03-19T11:00:00Z").await;
        let clash = app.slot_of("second_specialist", "2026-03-20T10:59:59Z").await;
        let refused = hand_over(&app, "admin", "specialist", "second_specialist").await;
        assert_eq!(refusals(&refused), [("OC-1", "CONFLICT", "to")]);
        let message = refused["refusals"][0]["message"].as_str().unwrap();
        assert!(message.ends_with(": 20 March 2026 at 10:00"), "{message}");
        for slot in [&slot, &other] {
            assert_eq!(specialist_of(&app, slot).await, "Person specialist");
        }
        passes(&app.act("team", "withdrawConsultationSlot", "slot { id }", json!({ "slot": clash })).await);
        passes(&hand_over(&app, "admin", "specialist", "second_specialist").await);
        for slot in [&slot, &other] {
            assert_eq!(specialist_of(&app, slot).await, "Person second_specialist");
        }
    }

    async fn slots_stay_where_the_successor_is_no_specialist(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        app.booked("ada", &slot).await;
        let passed = hand_over(&app, "admin", "specialist", "team").await;
        passes(&passed);
        let note = &passed["advisories"][0];
        assert_eq!((&note["rule"], &note["path"]), (&json!("XC-23"), &json!("to")));
        assert_eq!(note["needsAcknowledgement"], false);
        assert_eq!(specialist_of(&app, &slot).await, "Person specialist");
        assert_eq!(desk(&app, "specialist").await, ["OC-12"], "what is owed for a slot stays with it");
    }
}
