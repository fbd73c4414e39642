//! What is narrower than the object that it stands on: addresses, meeting links, deadlines behind a filter.

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

async fn person(app: &App, viewer: &str, of: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Person { name email } } }";
    let mut data = app.ask(viewer, query, json!({ "id": app.person(of) })).await;
    data["node"].take()
}

pub async fn grant(app: &App, person: &str, role: &str) {
    let authority = id(Kind::Authority, app.world.authority);
    let invited = json!({
        "authority": authority, "subject": person, "name": "Any", "email": "any@people.example",
    });
    app.act("admin", "invitePerson", "person { id }", invited).await;
    let granted = json!({
        "authority": authority, "person": app.person(person), "role": role, "from": "2026-03-09",
    });
    passes(&app.act("admin", "grantRole", "grant { id }", granted).await);
}

async fn join_link(app: &App, viewer: &str, consultation: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Consultation { state joinLink } } }";
    let mut data = app.ask(viewer, query, json!({ "id": consultation })).await;
    assert_eq!(data["node"]["state"], "BOOKED", "{viewer}");
    data["node"]["joinLink"].take()
}

async fn found(app: &App, viewer: &str, filter: Value) -> Value {
    let query = "query($filter: ConsultationFilter) { consultations(filter: $filter) { totalCount } }";
    let mut data = app.ask(viewer, query, json!({ "filter": filter })).await;
    data["consultations"]["totalCount"].take()
}

both! {
    async fn an_address_is_for_the_person_and_the_administrator_of_the_same_authority(app: App) {
        // An administrator there, a colleague here: sees the names here, and the addresses there.
        grant(&app, "elsewhere_admin", "ADVICE_GIVER").await;
        for (viewer, of, shown) in [
            ("elsewhere_admin", "team", false),
            ("elsewhere_admin", "ep", false),
            ("elsewhere_admin", "elsewhere_team", true),
            ("elsewhere_admin", "elsewhere_ep", true),
            ("elsewhere_admin", "elsewhere_admin", true),
            ("admin", "team", true),
            ("admin", "ep", true),
            ("admin", "elsewhere_admin", true),
            ("team", "team", true),
            ("team", "ep", false),
        ] {
            let email = if shown { json!(format!("{of}@people.example")) } else { Value::Null };
            let expected = json!({ "name": format!("Person {of}"), "email": email });
            assert_eq!(person(&app, viewer, of).await, expected, "{viewer} of {of}");
        }
    }

    async fn a_service_account_joins_no_meeting(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        let link = json!("https://meet.example/room");
        for viewer in ["senco", "parent", "specialist", "team", "manager"] {
            assert_eq!(join_link(&app, viewer, &consultation).await, link, "{viewer}");
        }
        assert_eq!(join_link(&app, "integrator", &consultation).await, Value::Null);
        grant(&app, "integrator", "CONSULTATIONS_TEAM").await;
        assert_eq!(join_link(&app, "integrator", &consultation).await, link, "by what else they are");
    }

    async fn nobody_finds_a_case_by_a_deadline_that_they_do_not_see(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        app.booked("ada", &slot).await;
        app.set_clock("2026-03-17T12:00:00Z");
        for (filter, by_school, by_parent) in [
            (json!({}), 1, 1),
            (json!({ "overdue": true }), 1, 0),
            (json!({ "overdue": false }), 0, 1),
            (json!({ "dueBefore": "2026-03-17" }), 1, 0),
            (json!({ "dueBefore": "2026-03-16" }), 0, 0),
        ] {
            assert_eq!(found(&app, "senco", filter.clone()).await, by_school, "{filter}");
            assert_eq!(found(&app, "parent", filter.clone()).await, by_parent, "{filter}");
        }
    }
}
