//! `/graphql/ws`: queries and subscriptions over a WebSocket, after the protocol graphql-transport-ws. Mutations go by
//! POST, where a client that loses its connection can tell by a key whether they were carried out.

mod connection;
mod message;

use std::sync::Arc;

use async_graphql::ServerError;
use axum::{
    Json, Router,
    extract::{Extension, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing,
};
use tokio::sync::watch;

use self::connection::Connection;
use super::{
    door::Door,
    executor::Host,
    failure::{BAD_USER_INPUT, ErrorBody, error},
    listener::Place,
    negotiation::{bearer, request_id},
};

const SUBPROTOCOL: &str = "graphql-transport-ws";

/// Bytes that a socket reads at a time. Most sockets are idle, and each holds its buffer; the default is 128 KiB.
const READ_BUFFER: usize = 4 * 1024;

/// What every socket is opened with.
#[derive(Clone)]
struct Entrance<H> {
    host: H,
    door: Arc<Door>,
    stop: watch::Receiver<bool>,
}

/// The route `/graphql/ws`. Its sockets close with 1001, spread over a while, once `stop` holds `true` or its sender is
/// gone.
pub fn router<H: Host>(host: H, door: Arc<Door>, stop: watch::Receiver<bool>) -> Router {
    Router::new().route("/graphql/ws", routing::any(open::<H>)).with_state(Entrance { host, door, stop })
}

async fn open<H: Host>(
    State(entrance): State<Entrance<H>>,
    place: Option<Extension<Place>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return refuse(rejection.status(), rejection.body_text()),
    };
    if !upgrade.requested_protocols().any(|protocol| protocol == SUBPROTOCOL) {
        return refuse(StatusCode::BAD_REQUEST, "the WebSocket subprotocol must be graphql-transport-ws");
    }
    let Entrance { host, door, stop } = entrance;
    let token = bearer(&headers).map(str::to_owned);
    let request_id = request_id(&headers);
    let most = door.limits.socket_message_bytes;
    let upgrade = upgrade.protocols([SUBPROTOCOL]).max_message_size(most).max_frame_size(most);
    upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(0).on_upgrade(async move |socket| {
        let _place = place;
        Connection::new(host, door, socket, token, request_id).run(stop).await;
    })
}

fn refuse(status: StatusCode, message: impl Into<String>) -> Response {
    let errors: [ServerError; 1] = [error(BAD_USER_INPUT, message)];
    (status, Json(ErrorBody { errors: &errors })).into_response()
}
