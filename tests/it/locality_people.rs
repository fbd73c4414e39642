//! Locality groups follow the people of their schools: whose a deadline is (LG-7, LG-8), who is invited (XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::TUESDAY;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

/// Makes somebody the SENCO of a school from today on; the grant.
async fn make_senco(app: &App, subject: &str, school: &str) -> Value {
    let input = json!({
        "authority": id(Kind::Authority, app.world.authority), "person": app.person(subject), "role": "SENCO",
        "school": app.school(school), "from": app.today(),
    });
    let mut granted = app.act("admin", "grantRole", "grant { id }", input).await;
    passes(&granted);
    granted["grant"]["id"].take()
}

/// Takes somebody's role as a SENCO.
async fn no_longer_senco(app: &App, subject: &str) {
    let query = "query($id: ID!) { node(id: $id) { ... on Person { roleGrants { id role } } } }";
    let data = app.ask("admin", query, json!({ "id": app.person(subject) })).await;
    let grants = data["node"]["roleGrants"].as_array().unwrap();
    let grant = grants.iter().find(|grant| grant["role"] == "SENCO").unwrap();
    passes(&app.act("admin", "revokeRole", "grant { id }", json!({ "grant": grant["id"] })).await);
}

/// Whose the open deadline of an item is.
async fn owner(app: &App, item: &Value) -> Value {
    let seen = app.read("manager", "LocalityItem", "duties { state owner { id } }", item).await;
    let duties = seen["duties"].as_array().unwrap();
    duties.iter().find(|duty| duty["state"] == "OPEN").unwrap()["owner"]["id"].clone()
}

both! {
    async fn plan_and_review_are_the_sencos_who_brought_the_item(app: App) {
        make_senco(&app, "teacher", "primary").await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        assert_eq!(owner(&app, &items[0]).await, app.person("senco"));
        let helpful = app.found_helpful("senco", &items[0]).await;
        passes(&app.write_actions("teacher", &items[0], &helpful, "Something.").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("senco"));
    }

    async fn plan_and_review_pass_to_the_senco_of_the_day(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "STRATEGIES", "Something.").await;
        make_senco(&app, "teacher", "primary").await;
        no_longer_senco(&app, "senco").await;
        passes(&app.advance("ep", &items[0], "FEEDBACK").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("teacher"));
        let helpful = app.found_helpful("teacher", &items[0]).await;
        passes(&app.write_actions("teacher", &items[0], &helpful, "Something.").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("teacher"));
    }
}
