//! Whether the service lives, and whether it can do its work.

use crate::store::Store;
use crate::store::health::Health;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::State, routing};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the database may take to show that it works.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Probe {
    store: Store,
    /// One look at a time: however often somebody asks, a slow database is not made slower.
    turn: Arc<Mutex<()>>,
}

/// The routes `/health/live` and `/health/ready`.
pub(super) fn router(store: Store) -> Router {
    let probe = Probe { store, turn: Arc::default() };
    Router::new()
        .route("/health/live", routing::get(async || Json(json!({ "live": true }))))
        .route("/health/ready", routing::get(ready))
        .with_state(probe)
}

async fn ready(State(probe): State<Probe>) -> Response {
    let health = probe.look().await;
    let status = if health == Health::Ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({ "ready": health == Health::Ready, "reason": health.reason() });
    (status, Json(body)).into_response()
}

impl Probe {
    async fn look(self) -> Health {
        let looked = async {
            let turn = self.turn.lock_owned().await;
            // In a task of its own: a look that is cut off must not leave a connection in the middle of a transaction.
            let looking = tokio::spawn(async move {
                let health = self.store.health().await;
                drop(turn);
                health
            });
            looking.await.unwrap_or(Health::Unreachable)
        };
        tokio::time::timeout(PATIENCE, looked).await.unwrap_or(Health::Slow)
    }
}
