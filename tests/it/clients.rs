//! The clients that others use, in `tests/clients`, against the invented world on both databases. `./test` installs and
//! builds them.

use crate::support::app::{front, run_feed, service};
use crate::support::database;
use crate::support::process::Demo;
use axum::{Json, Router, routing};
use casegraph::demo;
use casegraph::http::authentication::DevTokens;
use casegraph::http::door::Door;
use casegraph::op::Clock;
use chrono::SecondsFormat;
use serde_json::{Map, json};
use std::path::Path;
use std::sync::Arc;
use tokio::process::Command;

/// Runs the whole suite of clients; every one of its tests has to pass.
async fn suite(address: &str, tokens: &Path) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    assert!(folder.join("example/build").exists(), "the clients are not built: run ./test, which does it");
    let output = Command::new("npm")
        .args(["run", "--silent", "suite"])
        .current_dir(folder)
        .env("CASEGRAPH_URL", format!("http://{address}"))
        .env("CASEGRAPH_TOKENS", tokens)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let count = |name: &str| -> u32 {
        let line = text.lines().rev().find_map(|line| line.strip_prefix(&format!("# {name} ")));
        line.and_then(|count| count.trim().parse().ok())
            .unwrap_or_else(|| panic!("no figure {name}:\n{text}"))
    };
    assert!(output.status.success() && count("fail") == 0 && count("skipped") == 0, "{text}");
    assert!(count("pass") >= 120, "some tests of the clients are missing:\n{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_usual_clients_work_with_the_demonstration_on_sqlite() {
    let demo = Demo::start().await;
    suite(&demo.address, &demo.tokens()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_usual_clients_work_on_postgres() {
    let database = database::postgres().await;
    let now = Clock::Machine.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let service = service(&database, &now).await;
    let tokens = Arc::new(DevTokens::of_secret(&DevTokens::generate().unwrap()).unwrap());
    let accounts = demo::fill(&service).await.unwrap().into_iter().map(|account| {
        let token = tokens.sign(&account.subject).unwrap();
        (account.role_key, json!({ "user": account.subject, "authority": account.authority, "token": token }))
    });
    let file = std::env::temp_dir().join(format!("casegraph-tokens-{}.json", casegraph::op::new_id()));
    std::fs::write(&file, json!(accounts.collect::<Map<_, _>>()).to_string()).unwrap();
    // The clients ask the demonstration what time it is; nothing here moves the clock.
    let clock = routing::post(async move || Json(json!({ "now": now, "swept": 0 })));
    let replica = front(&service, &tokens, Door::default(), Router::new().route("/dev/clock", clock)).await;
    run_feed(&service, &replica.stop);
    suite(&replica.address, &file).await;
    replica.stop.send_replace(true);
    std::fs::remove_file(&file).unwrap();
}
