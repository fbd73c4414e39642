//! Faults as GraphQL errors: every one carries a stable code, and none tells what went on inside the house.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use serde::Serialize;

use super::guard::GuardRefusal;

/// The caller sent what does not parse, validate or keep within the limits.
pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
/// The caller showed no token, or one that is not good.
pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
/// A fault of the service; `extensions.id` says which request its log is under.
pub const INTERNAL: &str = "INTERNAL";
/// The service cannot answer now and may be asked again.
pub const UNAVAILABLE: &str = "UNAVAILABLE";
/// A page of an origin that is not allowed sent the request.
pub const FORBIDDEN_ORIGIN: &str = "FORBIDDEN_ORIGIN";
/// The socket already runs as many operations as it may.
pub const TOO_MANY_SUBSCRIPTIONS: &str = "TOO_MANY_SUBSCRIPTIONS";

/// The body of an answer that has no data.
#[derive(Debug, Serialize)]
pub struct ErrorBody<'a> {
    /// At least one error, each with `extensions.code`.
    pub errors: &'a [ServerError],
}

/// An error with a code.
pub fn error(code: &str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    set_code(&mut error, code);
    error
}

/// The error of a document that the guard refuses. One past a limit names it, for programs too.
pub fn guarded(refusal: &GuardRefusal) -> ServerError {
    let mut error = error(BAD_USER_INPUT, refusal.to_string());
    if let GuardRefusal::Limit { limit, allowed } = refusal {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        extensions.set("limit", *limit);
        extensions.set("allowed", *allowed);
    }
    error
}

/// The error that stands for a fault of the service.
pub fn internal(request_id: &str) -> ServerError {
    let mut error = error(INTERNAL, "Something went wrong in the service. Quote the id when you report it.");
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("id", request_id);
    error
}

/// Whether nothing was executed: no data, and no error belongs to a field.
pub fn is_request_error(response: &Response) -> bool {
    response.is_err()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// The code of an error.
pub fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// Gives a code to every error that has none.
///
/// An error that still holds its source was raised with `?` from some library, and its text may hold SQL, a path
/// or a name: it is logged and replaced. One without a source was worded for the caller.
pub fn settle(mut response: Response, request_id: &str) -> Response {
    for error in &mut response.errors {
        if code(error).is_some() {
            continue;
        }
        if error.source.is_some() {
            tracing::error!(request_id, path = ?error.path, error = %error.message, "a resolver failed");
            let ServerError { message, extensions, .. } = internal(request_id);
            *error = ServerError { message, extensions, source: None, ..error.clone() };
        } else {
            set_code(error, BAD_USER_INPUT);
        }
    }
    response
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
}
