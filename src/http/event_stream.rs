//! Operations as Server-Sent Events, after the protocol graphql-sse in its mode of distinct connections: an event
//! `next` for each response, and `complete` at the end. An event of the log has its cursor as `id`, so that a client
//! that lost its connection goes on behind it with `Last-Event-ID`.

use std::convert::Infallible;

use async_graphql::{Response as GraphqlResponse, ServerError};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt, future, stream};
use serde::Serialize;
use tokio::{
    sync::watch,
    time::{interval, sleep_until},
};

use super::{
    door::Door,
    drain,
    executor::{self, Host, Occasion, Pushed},
    failure::{self, ErrorBody},
    operation::Operation,
};

/// Runs an operation. The stream breaks off without `complete` when the token expires or the service stops: the client
/// comes back, with a new token or to another replica, and resumes.
pub(super) fn answer<H: Host>(
    host: H,
    viewer: H::Viewer,
    operation: Operation,
    occasion: Occasion,
    door: &Door,
    stop: watch::Receiver<bool>,
) -> Response {
    let expiry = H::expiry(&viewer);
    let broken_off =
        future::select(Box::pin(sleep_until(expiry)), Box::pin(drain::turn(stop, door.patience.drain)));
    let events = executor::execute_stream(host, viewer, operation, occasion).map(|pushed| next(&pushed));
    let events = events.chain(stream::once(future::ready(complete())));
    respond(events.take_until(broken_off), door)
}

/// The stream of a document that cannot run: what is wrong with it, and the end.
pub(super) fn refuse(error: ServerError, door: &Door) -> Response {
    let response = GraphqlResponse::from_errors(vec![error]);
    respond(stream::iter([next(&Pushed { response, cursor: None }), complete()]), door)
}

/// A comment at once, so that the client sees the stream open before its first event, and again whenever it has been
/// silent for a while, so that whoever stands between does not take it for dead.
fn respond(events: impl Stream<Item = String> + Send + 'static, door: &Door) -> Response {
    let silence = interval(door.patience.ping);
    let text = stream::unfold((Box::pin(events), silence), |(mut events, mut silence)| async {
        let text = tokio::select! {
            _ = silence.tick() => ":\n\n".to_owned(),
            event = events.next() => event?,
        };
        Some((Ok::<_, Infallible>(text), (events, silence)))
    });
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], Body::from_stream(text)).into_response()
}

/// Neither JSON nor a cursor holds a line break.
fn next(Pushed { response, cursor }: &Pushed) -> String {
    let data = if failure::is_request_error(response) {
        json(&ErrorBody { errors: &response.errors })
    } else {
        json(response)
    };
    let id = cursor.as_ref().map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
    format!("event: next\n{id}data: {data}\n\n")
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// Without a line of data browsers would not pass the event on.
fn complete() -> String {
    "event: complete\ndata:\n\n".to_owned()
}
