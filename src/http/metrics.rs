//! Figures for Prometheus at `/metrics`.

use crate::store::Store;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// The bounds of the request times, in seconds.
const REQUEST_SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum NoMetrics {
    /// The buckets are wrong.
    #[error("the metrics cannot be set up: {0}")]
    Build(#[from] BuildError),
}

/// Collects the figures of this process from here on.
pub fn install() -> Result<PrometheusHandle, NoMetrics> {
    let matcher = Matcher::Full("casegraph_request_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(matcher, &REQUEST_SECONDS)?;
    Ok(builder.install_recorder()?)
}

/// The figures as Prometheus reads them.
pub(super) fn answer(handle: &PrometheusHandle, store: &Store) -> Response {
    for (pool, open, idle) in store.pools() {
        let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(open);
        for (state, connections) in [("idle", idle), ("used", open - idle)] {
            metrics::gauge!("casegraph_pool_connections", "pool" => pool, "state" => state).set(connections);
        }
    }
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}
