//! What is written down of changes and reads, what is on whose desk, who is found (XC-10, XC-19, XC-20).

use crate::both;
use crate::support::app::App;
use entity::{access_audit, event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::time::Duration;

async fn found(app: &App, subject: &str, search: &str) -> Vec<String> {
    let query = "query($search: String!) { children(search: $search) { edges { node { givenName } } } }";
    let data = app.ask(subject, query, json!({ "search": search })).await;
    let edges = data["children"]["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"]["givenName"].as_str().unwrap().to_owned()).collect()
}

async fn desk(app: &App, subject: &str) -> Vec<(String, String)> {
    let query = "{ viewer { worklist { edges { node { rule { id } due { on } } } } } }";
    let data = app.ask(subject, query, json!({})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edges = data["viewer"]["worklist"]["edges"].as_array().unwrap().iter();
    edges.map(|edge| (text(&edge["node"]["rule"]["id"]), text(&edge["node"]["due"]["on"]))).collect()
}

both! {
    async fn a_change_is_an_event_and_a_refused_one_is_none(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let count = async || event::Entity::find().all(app.service.store.reader()).await.unwrap().len();
        let before = count().await;
        let mut form = app.form("ada", &slot);
        form["parentsConsent"] = json!(false);
        app.book_as("senco", form).await;
        assert_eq!(count().await, before);
        app.booked("ada", &slot).await;
        assert_eq!(count().await, before + 1);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        assert_eq!(count().await, before + 2);
    }

    async fn who_reads_a_childs_record_is_in_the_audit(app: App) {
        let query = "query($id: ID!) { node(id: $id) { ... on Child { givenName } } }";
        let reads = async |subject: &str| {
            let audited = access_audit::Entity::find()
                .filter(access_audit::Column::PersonId.eq(app.world.people[subject]))
                .filter(access_audit::Column::ChildId.eq(app.world.children["ada"]));
            audited.all(app.service.store.reader()).await.unwrap().len()
        };
        app.ask("second_senco", query, json!({ "id": app.child("ada") })).await;
        app.ask("senco", query, json!({ "id": app.child("ada") })).await;
        for _ in 0..50 {
            if reads("senco").await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!((reads("senco").await, reads("second_senco").await), (1, 0));
    }

    async fn a_duty_is_on_its_owners_desk_by_due_date_until_it_ends(app: App) {
        let slots = [app.slot("2026-03-20T10:00:00Z").await, app.slot("2026-03-19T10:00:00Z").await];
        let text = |rule: &str, on: &str| (rule.to_owned(), on.to_owned());
        app.booked("ada", &slots[0]).await;
        let second = app.booked("ben", &slots[1]).await;
        assert_eq!(desk(&app, "senco").await, [text("OC-11", "2026-03-16"), text("OC-11", "2026-03-17")]);
        assert_eq!(
            desk(&app, "specialist").await,
            [text("OC-12", "2026-03-20"), text("OC-12", "2026-03-23")]
        );
        assert!(desk(&app, "second_specialist").await.is_empty());
        assert!(desk(&app, "second_senco").await.is_empty());
        app.called_off(&second).await;
        assert_eq!(desk(&app, "senco").await, [text("OC-11", "2026-03-17")]);
    }

    async fn children_are_found_by_name_upn_and_birth_date_in_the_viewers_scope(app: App) {
        for (search, given_name) in [
            ("nunez", "Eve"),
            ("NUÑEZ", "Eve"),
            ("hall", "Eve"),
            ("odowd", "Cai"),
            ("O'Dowd", "Cai"),
            ("ada br", "Ada"),
            ("2017-01-20", "Ben"),
            (app.upn("ben").as_str(), "Ben"),
        ] {
            assert_eq!(found(&app, "senco", search).await, [given_name], "{search}");
            assert!(found(&app, "elsewhere_senco", search).await.is_empty(), "{search}");
        }
        assert!(found(&app, "senco", "grant").await.is_empty());
        assert_eq!(found(&app, "second_senco", "grant").await, ["Flo"]);
    }
}
