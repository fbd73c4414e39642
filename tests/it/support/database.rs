//! A database of its own for each test, copied from one that was migrated once.

use casegraph::op::new_id;
use casegraph::store::Store;
use sea_orm::{ConnectionTrait, Database};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::OnceCell;

/// A database, and what has to go when its test ends.
pub struct Fresh {
    pub store: Store,
    pub url: String,
    folder: Option<PathBuf>,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub async fn sqlite() -> Fresh {
    let folder = std::env::temp_dir().join(format!("casegraph-test-{}", new_id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/test.db", folder.display());
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    Fresh { store, url, folder: Some(folder) }
}

fn server() -> String {
    std::env::var("CASEGRAPH_TEST_POSTGRES_URL")
        .expect("CASEGRAPH_TEST_POSTGRES_URL is not set: run ./test, which starts PostgreSQL")
}

fn on_server(database: &str) -> String {
    let url = server();
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{database}")
}

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

async fn template() -> String {
    let name = format!("template_{}", new_id().simple());
    admin(&format!("create database {name}")).await;
    let store = Store::open(&on_server(&name)).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await.unwrap();
    name
}

async fn admin(sql: &str) {
    let admin = Database::connect(server()).await.unwrap();
    // A template cannot be copied while anybody is connected to it: another test may be copying it just now.
    for attempt in 0..50 {
        match admin.execute_unprepared(sql).await {
            Ok(_) => break,
            Err(error) if attempt == 49 => panic!("{error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    admin.close().await.unwrap();
}

pub async fn postgres() -> Fresh {
    let template = TEMPLATE.get_or_init(template).await;
    let name = format!("test_{}", new_id().simple());
    admin(&format!("create database {name} template {template}")).await;
    let url = on_server(&name);
    let store = Store::open(&url).await.unwrap();
    Fresh { store, url, folder: None }
}
