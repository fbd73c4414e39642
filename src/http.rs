//! The addresses of the service, and what all of them share.

pub mod app;
pub mod attachments;
pub mod authentication;
pub mod documents;
pub mod door;
mod drain;
mod event_stream;
pub mod executor;
pub mod failure;
pub mod graphiql;
pub mod graphql;
pub mod guard;
mod health;
mod listener;
pub mod metrics;
pub mod negotiation;
pub mod operation;
mod origin;
pub mod websocket;

use crate::op::new_id;
use app::App;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use door::Door;
use executor::Host;
use futures_util::FutureExt;
pub use listener::serve;
use metrics_exporter_prometheus::PrometheusHandle;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument;

/// How long an HTTP request may take. Sockets stay open.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// How long a file may take to arrive: ten megabytes over a slow line.
const LONGEST_TRANSFER: Duration = Duration::from_mins(5);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the service shows besides the graph.
pub struct Faces {
    /// Whether GraphiQL is at `/`.
    pub graphiql: bool,
    /// What every caller is held to.
    pub door: Arc<Door>,
    /// The figures of `/metrics`.
    pub figures: PrometheusHandle,
    /// Addresses of the demonstration.
    pub more: Router,
}

/// The transports of the graph, as any service behind them has them: `/graphql` and `/graphql/ws`. Streams and sockets
/// end once `stop` holds `true`.
pub fn transports<H: Host>(host: H, door: &Arc<Door>, stop: watch::Receiver<bool>) -> Router {
    let requests = graphql::router(host.clone(), Arc::clone(door), stop.clone()).layer(from_fn(limit_time));
    origin::guarded(requests.merge(websocket::router(host, Arc::clone(door), stop)), door)
}

/// All addresses of the service. Streams and sockets end once `stop` holds `true`.
pub fn router(app: App, faces: Faces, stop: watch::Receiver<bool>) -> Router {
    let Faces { graphiql, door, figures, more } = faces;
    let store = app.service.store.clone();
    let sdl = app.schema.sdl();
    let graphiql = if graphiql { graphiql::router() } else { Router::new() };
    let open = graphiql
        .merge(health::router(store.clone()))
        .route("/schema.graphql", routing::get(async move || ([(header::CONTENT_TYPE, PLAIN)], sdl.clone())))
        .route("/metrics", routing::get(async move || metrics::answer(&figures, &store)))
        .layer(from_fn(limit_time));
    let files = attachments::router(app.clone()).layer(from_fn(limit_transfer));
    transports(app, &door, stop)
        .merge(origin::guarded(files.merge(more.layer(from_fn(limit_time))), &door))
        .merge(open)
        .layer(unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(unless_set(header::CACHE_CONTROL, "no-store"))
        .layer(unless_set(header::REFERRER_POLICY, "no-referrer"))
        .layer(from_fn(number))
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Gives each request an id of the service's own, whatever the client sent; logs what came of it, without what was
/// asked; and answers in place of a handler that panicked.
async fn number(mut request: Request, next: Next) -> Response {
    let id = new_id().to_string();
    let header_value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unnumbered"));
    request.headers_mut().insert(REQUEST_ID, header_value.clone());
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let run = async {
        let started = Instant::now();
        let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut response = outcome.unwrap_or_else(|_| {
            tracing::error!("a handler panicked");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, failure::internal(&id))
        });
        response.headers_mut().insert(REQUEST_ID, header_value);
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), millis, "answered");
        response
    };
    run.instrument(span).await
}

async fn limit_time(request: Request, next: Next) -> Response {
    within(LONGEST_REQUEST, request, next).await
}

async fn limit_transfer(request: Request, next: Next) -> Response {
    within(LONGEST_TRANSFER, request, next).await
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        let error =
            failure::error(failure::UNAVAILABLE, "the request took too long; try again, or ask for less");
        refusal(StatusCode::SERVICE_UNAVAILABLE, error)
    })
}

fn refusal(status: StatusCode, error: async_graphql::ServerError) -> Response {
    (status, Json(failure::ErrorBody { errors: &[error] })).into_response()
}

#[cfg(test)]
mod tests;
