//! Which pages may use the service: its own, and those of origins that are allowed. A foreign page can neither change
//! anything nor read an answer.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    door::Door,
    failure::{ErrorBody, FORBIDDEN_ORIGIN, error},
    negotiation::origin_is_allowed,
};

/// Puts the routes behind the check. Preflight requests are answered only where an origin is allowed at all.
pub fn guarded(routes: Router, door: &Arc<Door>) -> Router {
    let routes = routes.layer(from_fn_with_state(Arc::clone(door), refuse_foreign));
    if door.allowed_origins.is_empty() { routes } else { routes.layer(cors(&door.allowed_origins)) }
}

async fn refuse_foreign(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if origin_is_allowed(request.headers(), &door.allowed_origins) {
        return next.run(request).await;
    }
    let error = error(FORBIDDEN_ORIGIN, "pages of this origin may not use the service");
    (StatusCode::FORBIDDEN, Json(ErrorBody { errors: &[error] })).into_response()
}

/// No credentials: a page shows its token itself, in a header that it may send.
fn cors(allowed: &[String]) -> CorsLayer {
    let origins = allowed.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([HeaderName::from_static("x-request-id"), header::CONTENT_DISPOSITION])
}
