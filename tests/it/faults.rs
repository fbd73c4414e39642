//! When the database fails: an error with an id and nothing of the inside, readiness gone, nothing half-written.

use crate::support::app::App;
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

async fn ready(app: &App) -> u16 {
    reqwest::get(format!("http://{}/health/ready", app.address)).await.unwrap().status().as_u16()
}

/// Makes the whole database read-only or writable again, for connections opened from now on, and cuts the others.
async fn set_read_only(app: &App, read_only: bool) {
    let (server, name) = app.database_url().rsplit_once('/').unwrap();
    // From another database: this one may be read-only already.
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
    for sql in [
        format!("alter database {name} set default_transaction_read_only = {read_only}"),
        format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()"
        ),
    ] {
        admin.execute_unprepared(&sql).await.unwrap();
    }
    admin.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_database_answers_with_an_id_and_is_not_ready_on_postgres() {
    let app = App::on_postgres().await;
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    assert_eq!(ready(&app).await, 200);
    set_read_only(&app, true).await;
    let query =
        "mutation($input: BookConsultationInput!) { bookConsultation(input: $input) { refusals { rule } } }";
    let answer = app.answer("senco", query, json!({ "input": app.form("ada", &slot) })).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL");
    assert!(error["extensions"]["id"].as_str().is_some_and(|id| !id.is_empty()), "{answer:#}");
    let told = answer.to_string().to_lowercase();
    assert!(!told.contains("transaction") && !told.contains("insert") && !told.contains("sql"), "{told}");
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(ready(&app).await, 503);
    set_read_only(&app, false).await;
    assert_eq!(ready(&app).await, 200);
    let booked = entity::consultation::Entity::find().count(app.service.store.reader()).await.unwrap();
    assert_eq!(booked, 0);
    assert_eq!(app.book_as("senco", app.form("ada", &slot)).await["refusals"], json!([]));
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_not_ready() {
    let folder = std::env::temp_dir().join(format!("casegraph-bare-{}", casegraph::op::new_id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store =
        casegraph::store::Store::open(&format!("sqlite://{}/bare.db", folder.display())).await.unwrap();
    let health = store.health().await;
    assert_eq!(health, casegraph::store::health::Health::NotMigrated);
    std::fs::remove_dir_all(&folder).unwrap();
}
