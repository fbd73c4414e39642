//! `/graphql` by POST, and by GET for queries, after the GraphQL-over-HTTP specification.
//!
//! The caller is authenticated before the body is read, let alone parsed. Credentials are a bearer token and
//! nothing else, and a POST must be declared `application/json`: no page of another origin can send either.

use async_graphql::{Response as GraphqlResponse, ServerError, parser::types::OperationType};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    executor::{self, AuthenticationFailure, Host},
    failure::{self, BAD_USER_INPUT, ErrorBody, INTERNAL, UNAUTHENTICATED, UNAVAILABLE, error},
    negotiation::{MediaType, bearer, is_json, request_id},
    operation::{Operation, Parameters},
};

/// The most bytes the body of a POST may have.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The route `/graphql`.
pub fn router<H: Host>(host: H) -> Router {
    let methods = routing::get(answer_get::<H>).post(answer_post::<H>).fallback(refuse_method);
    Router::new().route("/graphql", methods).layer(DefaultBodyLimit::max(MAX_BODY_BYTES)).with_state(host)
}

/// A request turned away before a document is in hand.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None }
    }

    fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, BAD_USER_INPUT, message)
    }

    fn method(message: &str, allowed: &'static str) -> Self {
        let header = Some((header::ALLOW, HeaderValue::from_static(allowed)));
        Self { header, ..Self::new(StatusCode::METHOD_NOT_ALLOWED, BAD_USER_INPUT, message) }
    }

    fn answer(self, media_type: MediaType) -> Response {
        let mut response =
            answer(media_type, self.status, &ErrorBody { errors: &[error(self.code, self.message)] });
        response.headers_mut().extend(self.header);
        response
    }
}

impl From<AuthenticationFailure> for Refusal {
    fn from(failure: AuthenticationFailure) -> Self {
        match failure {
            AuthenticationFailure::Unauthenticated => Self {
                header: Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
                ..Self::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, failure.to_string())
            },
            AuthenticationFailure::Unavailable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, failure.to_string())
            }
        }
    }
}

async fn answer_post<H: Host>(State(host): State<H>, request: Request) -> Response {
    let headers = request.headers().clone();
    negotiate(&headers, async || {
        let viewer = host.authenticate(bearer(&headers)).await?;
        let parameters = read_body(request).await?;
        Ok(match Operation::read(parameters) {
            Ok(operation) if operation.kind == Some(OperationType::Subscription) => {
                fault(error(BAD_USER_INPUT, "subscriptions run over /graphql/ws, not over POST"))
            }
            Ok(operation) => executor::execute(host, viewer, operation, request_id(&headers)).await,
            Err(refused) => fault(refused),
        })
    })
    .await
}

async fn answer_get<H: Host>(State(host): State<H>, uri: Uri, headers: HeaderMap) -> Response {
    negotiate(&headers, async || {
        let viewer = host.authenticate(bearer(&headers)).await?;
        let parameters = read_query(&uri)?;
        let operation = match Operation::read(parameters) {
            Ok(operation) => operation,
            Err(refused) => return Ok(fault(refused)),
        };
        match operation.kind {
            Some(OperationType::Mutation) => Err(Refusal::method("a mutation must be sent by POST", "POST")),
            Some(OperationType::Subscription) => {
                Err(Refusal::method("subscriptions run over /graphql/ws, not over GET", "POST"))
            }
            Some(OperationType::Query) | None => {
                Ok(executor::execute(host, viewer, operation, request_id(&headers)).await)
            }
        }
    })
    .await
}

async fn refuse_method(headers: HeaderMap) -> Response {
    let media_type = MediaType::accepted(&headers).unwrap_or(MediaType::Json);
    Refusal::method("send a POST, or a query by GET", "GET, HEAD, POST").answer(media_type)
}

/// Answers in the form that the caller accepts; runs nothing if there is none.
async fn negotiate(
    headers: &HeaderMap,
    run: impl AsyncFnOnce() -> Result<GraphqlResponse, Refusal>,
) -> Response {
    let Some(media_type) = MediaType::accepted(headers) else {
        let message = "the answer is application/graphql-response+json or application/json";
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, BAD_USER_INPUT, message).answer(MediaType::Json);
    };
    match run().await {
        Ok(response) if failure::is_request_error(&response) => {
            answer(media_type, error_status(media_type, &response), &ErrorBody { errors: &response.errors })
        }
        Ok(response) => answer(media_type, StatusCode::OK, &response),
        Err(refusal) => refusal.answer(media_type),
    }
}

fn fault(error: ServerError) -> GraphqlResponse {
    GraphqlResponse::from_errors(vec![error])
}

fn error_status(media_type: MediaType, response: &GraphqlResponse) -> StatusCode {
    match media_type {
        MediaType::Json => StatusCode::OK,
        MediaType::GraphqlResponse
            if response.errors.iter().any(|error| failure::code(error) == Some(INTERNAL)) =>
        {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
    }
}

fn answer(media_type: MediaType, status: StatusCode, body: &impl serde::Serialize) -> Response {
    // Answers hold children's data: no cache may keep them.
    let headers = [
        (header::CONTENT_TYPE, media_type.header_value()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, Json(body)).into_response()
}

async fn read_body(request: Request) -> Result<Parameters, Refusal> {
    if !is_json(request.headers()) {
        let message = "the body must be declared Content-Type: application/json";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BAD_USER_INPUT, message));
    }
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let message = format!("the body is longer than {MAX_BODY_BYTES} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, BAD_USER_INPUT, message)
        }
        _ => Refusal::bad_request("the body could not be read"),
    })?;
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::bad_request("batches are not taken: send one operation at a time"));
    }
    serde_json::from_slice(&body).map_err(|error| malformed("body", &error))
}

/// The parameters of a GET: variables and extensions are JSON text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryParameters {
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn read_query(uri: &Uri) -> Result<Parameters, Refusal> {
    let Query(parameters) = Query::<QueryParameters>::try_from_uri(uri)
        .map_err(|_| Refusal::bad_request("the query string must hold the parameter query, once"))?;
    Ok(Parameters {
        query: parameters.query,
        operation_name: parameters.operation_name,
        variables: read_json("variables", parameters.variables.as_deref())?,
        extensions: Some(read_json("extensions", parameters.extensions.as_deref())?),
    })
}

fn read_json<T: DeserializeOwned + Default>(name: &str, text: Option<&str>) -> Result<T, Refusal> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => serde_json::from_str(text).map_err(|error| malformed(name, &error)),
        None => Ok(T::default()),
    }
}

fn malformed(what: &str, error: &serde_json::Error) -> Refusal {
    Refusal::bad_request(format!("the {what} is not the JSON of a GraphQL request: {error}"))
}
