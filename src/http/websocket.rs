//! `/graphql/ws`: any operation over a WebSocket, after the protocol graphql-transport-ws.

mod connection;
mod message;

use std::{sync::Arc, time::Duration};

use async_graphql::ServerError;
use axum::{
    Json, Router,
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing,
};
use tokio::sync::watch;

use self::connection::Connection;
use super::{
    executor::Host,
    failure::{BAD_USER_INPUT, ErrorBody, error},
    negotiation::{bearer, origin_is_allowed, request_id},
};

/// The most bytes a message from a client may have.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

const SUBPROTOCOL: &str = "graphql-transport-ws";

/// How long a socket waits, and for how much.
#[derive(Debug, Clone)]
pub struct SocketSettings {
    /// Origins besides the service's own whose pages may connect, such as `https://portal.example`.
    pub allowed_origins: Vec<String>,
    /// How long a client may take to send `connection_init`.
    pub init_within: Duration,
    /// How often the service pings.
    pub ping_every: Duration,
    /// How long a client may send nothing at all, not even a pong.
    pub silence_within: Duration,
    /// How long a message may take to be written: a client that reads too slowly is cut off.
    pub write_within: Duration,
    /// How many operations a socket may run at once.
    pub max_operations: usize,
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            init_within: Duration::from_secs(10),
            ping_every: Duration::from_secs(20),
            silence_within: Duration::from_mins(1),
            write_within: Duration::from_secs(30),
            max_operations: 32,
        }
    }
}

/// What every socket is opened with.
#[derive(Clone)]
struct Entrance<H> {
    host: H,
    settings: Arc<SocketSettings>,
    shutdown: watch::Receiver<bool>,
}

/// The route `/graphql/ws`. Its sockets close with 1001 once `shutdown` holds `true` or its sender is gone.
pub fn router<H: Host>(host: H, settings: SocketSettings, shutdown: watch::Receiver<bool>) -> Router {
    let entrance = Entrance { host, settings: Arc::new(settings), shutdown };
    Router::new().route("/graphql/ws", routing::any(open::<H>)).with_state(entrance)
}

async fn open<H: Host>(
    State(entrance): State<Entrance<H>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !origin_is_allowed(&headers, &entrance.settings.allowed_origins) {
        return refuse(StatusCode::FORBIDDEN, "pages of this origin may not connect");
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return refuse(rejection.status(), rejection.body_text()),
    };
    if !upgrade.requested_protocols().any(|protocol| protocol == SUBPROTOCOL) {
        return refuse(StatusCode::BAD_REQUEST, "the WebSocket subprotocol must be graphql-transport-ws");
    }
    let Entrance { host, settings, shutdown } = entrance;
    let token = bearer(&headers).map(str::to_owned);
    let request_id = request_id(&headers);
    upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(|socket| Connection::new(host, settings, socket, token, request_id).run(shutdown))
}

fn refuse(status: StatusCode, message: impl Into<String>) -> Response {
    let errors: [ServerError; 1] = [error(BAD_USER_INPUT, message)];
    (status, Json(ErrorBody { errors: &errors })).into_response()
}
