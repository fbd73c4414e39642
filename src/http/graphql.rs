//! `/graphql` by POST, and by GET for queries, after the GraphQL-over-HTTP specification; subscriptions for those who
//! accept a stream of events.
//!
//! The caller is authenticated before the body is read, let alone parsed. Credentials are a bearer token and
//! nothing else, and a POST must be declared `application/json`: no page of another origin can send either.

use async_graphql::{Response as GraphqlResponse, ServerError, parser::types::OperationType};
use axum::{
    Json, Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing,
};
use futures_util::StreamExt;
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::{sync::watch, time::timeout};

use super::{
    door::Door,
    event_stream,
    executor::{self, AuthenticationFailure, Host, Occasion},
    failure::{self, BAD_USER_INPUT, ErrorBody, INTERNAL, UNAUTHENTICATED, UNAVAILABLE, error},
    negotiation::{MediaType, bearer, is_json, request_id},
    operation::{Extensions, Operation, Parameters, Sent},
};

/// How many times the longest body is read and dropped before the connection is.
const READ_ON: usize = 16;

/// What every request passes through.
#[derive(Clone)]
struct Entrance<H> {
    host: H,
    door: Arc<Door>,
    stop: watch::Receiver<bool>,
}

/// The route `/graphql`. Its streams of events end once `stop` holds `true`.
pub fn router<H: Host>(host: H, door: Arc<Door>, stop: watch::Receiver<bool>) -> Router {
    let methods = routing::get(answer_get::<H>).post(answer_post::<H>).fallback(refuse_method);
    Router::new().route("/graphql", methods).with_state(Entrance { host, door, stop })
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

    /// The rest of the body would have to be read before the connection could serve again: it is closed.
    fn slow() -> Self {
        let header = Some((header::CONNECTION, HeaderValue::from_static("close")));
        let message = "the body took too long to arrive (limit body_seconds)";
        Self { header, ..Self::new(StatusCode::REQUEST_TIMEOUT, BAD_USER_INPUT, message) }
    }

    fn long(most: usize) -> Self {
        let header = Some((header::CONNECTION, HeaderValue::from_static("close")));
        let message = format!("the body goes past the limit body_bytes: {most} at most");
        Self { header, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, BAD_USER_INPUT, message) }
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

async fn answer_post<H: Host>(State(entrance): State<Entrance<H>>, request: Request) -> Response {
    let headers = request.headers().clone();
    entrance.answer(&headers, false, async |door| read_body(request, door).await).await
}

async fn answer_get<H: Host>(State(entrance): State<Entrance<H>>, uri: Uri, headers: HeaderMap) -> Response {
    entrance.answer(&headers, true, async |_| read_query(&uri)).await
}

impl<H: Host> Entrance<H> {
    /// Answers in the form that the caller accepts; runs nothing if there is none.
    async fn answer(
        self,
        headers: &HeaderMap,
        by_get: bool,
        read: impl AsyncFnOnce(&Door) -> Result<Parameters, Refusal>,
    ) -> Response {
        let Some(media_type) = MediaType::accepted(headers) else {
            let message =
                "the answer is application/graphql-response+json, application/json or text/event-stream";
            return Refusal::new(StatusCode::NOT_ACCEPTABLE, BAD_USER_INPUT, message).answer(MediaType::Json);
        };
        match self.run(headers, by_get, media_type, read).await {
            Ok(response) => response,
            Err(refusal) => refusal.answer(media_type),
        }
    }

    async fn run(
        self,
        headers: &HeaderMap,
        by_get: bool,
        media_type: MediaType,
        read: impl AsyncFnOnce(&Door) -> Result<Parameters, Refusal>,
    ) -> Result<Response, Refusal> {
        let Self { host, door, stop } = self;
        let viewer = host.authenticate(bearer(headers)).await?;
        let parameters = read(&door).await?;
        let streamed = media_type == MediaType::EventStream;
        let operation = match Operation::read(&door, H::person(&viewer), parameters) {
            Ok(operation) => operation,
            Err(refused) if streamed => return Ok(event_stream::refuse(refused, &door)),
            Err(refused) => return Ok(respond(media_type, &refuse(refused))),
        };
        if by_get && operation.kind == Some(OperationType::Mutation) {
            return Err(Refusal::method("a mutation must be sent by POST", "POST"));
        }
        let resume_after = headers.get("last-event-id").and_then(|id| id.to_str().ok());
        let resume_after = resume_after.filter(|id| streamed && !id.is_empty()).map(str::to_owned);
        let occasion = Occasion { request_id: request_id(headers), resume_after };
        if streamed {
            return Ok(event_stream::answer(host, viewer, operation, occasion, &door, stop));
        }
        if operation.kind == Some(OperationType::Subscription) {
            let message = "subscriptions run over /graphql/ws, or here with Accept: text/event-stream";
            return if by_get {
                Err(Refusal::method(message, "POST"))
            } else {
                Ok(respond(media_type, &refuse(error(BAD_USER_INPUT, message))))
            };
        }
        Ok(respond(media_type, &executor::execute(host, viewer, operation, occasion).await))
    }
}

async fn refuse_method(headers: HeaderMap) -> Response {
    let media_type = MediaType::accepted(&headers).unwrap_or(MediaType::Json);
    Refusal::method("send a POST, or a query by GET", "GET, HEAD, POST").answer(media_type)
}

fn refuse(error: ServerError) -> GraphqlResponse {
    GraphqlResponse::from_errors(vec![error])
}

fn respond(media_type: MediaType, response: &GraphqlResponse) -> Response {
    if failure::is_request_error(response) {
        let body = ErrorBody { errors: &response.errors };
        return answer(media_type, error_status(media_type, response), &body);
    }
    answer(media_type, StatusCode::OK, response)
}

fn error_status(media_type: MediaType, response: &GraphqlResponse) -> StatusCode {
    match media_type {
        MediaType::Json | MediaType::EventStream => StatusCode::OK,
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

async fn read_body(request: Request, door: &Door) -> Result<Parameters, Refusal> {
    if !is_json(request.headers()) {
        let message = "the body must be declared Content-Type: application/json";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BAD_USER_INPUT, message));
    }
    let body = timeout(door.patience.body, collect(request.into_body(), door.limits.body_bytes)).await;
    let body = body.map_err(|_| Refusal::slow())??;
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::bad_request("batches are not taken: send one operation at a time"));
    }
    serde_json::from_slice(&body).map_err(|error| malformed("body", &error))
}

/// The bytes of a body. One that is too long is read on for a while and dropped, since a client that is still sending when
/// the connection closes may never see why.
async fn collect(body: Body, most: usize) -> Result<Vec<u8>, Refusal> {
    let mut chunks = body.into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refusal::bad_request("the body could not be read"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= most {
            kept.extend_from_slice(&chunk);
        } else if seen / READ_ON > most {
            break;
        }
    }
    if seen > most { Err(Refusal::long(most)) } else { Ok(kept) }
}

/// The parameters of a GET: variables and extensions are JSON text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryParameters {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn read_query(uri: &Uri) -> Result<Parameters, Refusal> {
    let Query(parameters) = Query::<QueryParameters>::try_from_uri(uri)
        .map_err(|_| Refusal::bad_request("the query string must hold each parameter once at most"))?;
    let extensions: Option<Extensions> = read_json("extensions", parameters.extensions.as_deref())?;
    let sent = Sent {
        query: parameters.query,
        document_id: parameters.document_id,
        operation_name: parameters.operation_name,
        variables: read_json("variables", parameters.variables.as_deref())?,
        extensions,
    };
    Parameters::try_from(sent).map_err(Refusal::bad_request)
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
