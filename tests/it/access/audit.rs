//! Every read of a child's record by a person is written down before the reply leaves, or it does not leave.

use crate::both;
use crate::support::app::App;
use casegraph::graphql::id::Kind;
use entity::{access_audit, role_grant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

const CHILD: &str = "query Look($id: ID!) { node(id: $id) { ... on Child { givenName } } }";

/// Who read whose record, through what, in which request; the latest last.
async fn written(app: &App, subject: &str) -> Vec<(Uuid, String, String)> {
    let rows = access_audit::Entity::find()
        .filter(access_audit::Column::PersonId.eq(app.world.people[subject]))
        .order_by_asc(access_audit::Column::Id)
        .all(app.service.store.reader())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.child_id, row.operation, row.request_id)).collect()
}

both! {
    async fn a_query_a_mutation_and_a_subscription_are_written_down(app: App) {
        let (ada, ben) = (app.world.children["ada"], app.world.children["ben"]);
        let response = app.respond("senco", CHILD, json!({ "id": app.child("ada") })).await;
        let request = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(written(&app, "senco").await, [(ada, "query Look: node".to_owned(), request)]);

        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut dry = app.form("ben", &slot);
        dry["dryRun"] = json!(true);
        app.book_as("senco", dry).await;
        let last = written(&app, "senco").await.pop().unwrap();
        assert_eq!((last.0, last.1.as_str()), (ben, "mutation: bookConsultation"));

        let query = "subscription Hear { caseEvents { kind } }";
        let mut subscriber = app.subscribe("cit", query, json!({})).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        app.booked("ada", &slot).await;
        assert!(subscriber.next().await["data"].is_object());
        let heard = written(&app, "cit").await;
        assert_eq!(heard.len(), 1, "the row was there before the event");
        assert_eq!((heard[0].0, heard[0].1.as_str()), (ada, "subscription Hear: caseEvents"));
        assert!(!heard[0].2.is_empty());
    }

    async fn what_is_not_seen_is_not_written_down(app: App) {
        let foreign = json!({ "id": app.child("flo") });
        assert_eq!(app.ask("senco", CHILD, foreign).await["node"], json!(null));
        app.ask("senco", "{ rules { id } viewer { authorities { schools { nodes { name } } } } }", json!({})).await;
        assert_eq!(written(&app, "senco").await, []);
    }

    async fn a_read_that_cannot_be_written_down_is_withheld(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let mut subscriber = app.subscribe("cit", "subscription { caseEvents { kind } }", json!({})).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        app.sabotage("drop table access_audit").await;
        let withheld = |answer: &Value| {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL", "{answer:#}");
            assert!(answer["errors"][0]["extensions"]["id"].is_string());
            assert!(answer["data"].is_null(), "{answer:#}");
            assert!(!answer.to_string().contains("access_audit"), "{answer:#}");
        };
        withheld(&app.answer("senco", CHILD, json!({ "id": app.child("ada") })).await);
        let form = app.form("ada", &slot);
        let book = "mutation($input: BookConsultationInput!) { bookConsultation(input: $input) { consultation { id } } }";
        withheld(&app.answer("senco", book, json!({ "input": form })).await);
        let ended = subscriber.next().await;
        withheld(&json!({ "errors": ended }));
        let data = app.ask("senco", "{ rules { id } }", json!({})).await;
        assert!(!data["rules"].as_array().unwrap().is_empty(), "what is no child's record is still answered");
    }

    async fn a_revoked_role_bites_on_an_open_socket_within_five_seconds(app: App) {
        let mut socket = app.subscribe("head", "subscription { caseEvents { kind } }", json!({})).await;
        let query = "{ children { totalCount } }";
        assert_eq!(socket.ask(query).await["data"]["children"]["totalCount"], 7);
        let grant = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(app.world.people["head"]))
            .one(app.service.store.reader())
            .await
            .unwrap()
            .unwrap();
        let payload = app.act("admin", "revokeRole", "grant { id }", json!({
            "grant": crate::support::forms::id(Kind::RoleGrant, grant.id),
        })).await;
        assert_eq!(payload["refusals"], json!([]));
        let revoked = Instant::now();
        while revoked.elapsed() < Duration::from_secs(5) {
            let answer = socket.ask(query).await;
            if answer["data"].is_null() {
                assert!(answer.to_string().contains("UNAUTHENTICATED"), "{answer:#}");
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the role still works");
    }
}
