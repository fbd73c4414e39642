//! `/attachments`: files come in and go out (XC-21). A file goes out only as something to be saved, never as something
//! that a browser would show or run.

use super::app::App;
use super::executor::{AuthenticationFailure, Host};
use super::failure::{self, ErrorBody, error};
use super::negotiation::{bearer, request_id};
use crate::graphql::id::{Kind, decode, encode};
use crate::op::Op;
use crate::store::Fault;
use crate::workflow::attachment::{AttachFile, HangsOn, NewFile, UploadCRic};
use crate::workflow::command::{Control, Reply, run};
use async_graphql::{ID, ServerError};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use chrono::NaiveDate;
use domain::attachment::{MEGABYTE, MediaType};
use domain::refusal::{Code, Refusal};
use entity::attachment;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// The most bytes that are read, whatever a policy says: its figure is bounded by this.
const MOST_BYTES: usize = 25 * MEGABYTE;
const NOT_FOUND: &str = "NOT_FOUND";
/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 200;

/// The routes under `/attachments`.
pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/attachments", routing::post(upload))
        .route("/attachments/{id}", routing::get(download))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(app)
}

/// An answer that is not what was asked for.
struct Failure(StatusCode, Box<ServerError>);

impl Failure {
    fn new(status: StatusCode, error: ServerError) -> Self {
        Self(status, Box::new(error))
    }

    fn of_input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error(failure::BAD_USER_INPUT, message))
    }

    fn of_fault(fault: &Fault, op: &Op) -> Self {
        tracing::error!(%fault, "a file could not be kept or fetched");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, failure::internal(&op.request_id))
    }
}

impl From<AuthenticationFailure> for Failure {
    fn from(reason: AuthenticationFailure) -> Self {
        match reason {
            AuthenticationFailure::Unauthenticated => {
                Self::new(StatusCode::UNAUTHORIZED, error(failure::UNAUTHENTICATED, reason.to_string()))
            }
            AuthenticationFailure::Unavailable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, error(failure::UNAVAILABLE, reason.to_string()))
            }
        }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        let ended = failure::code(&error) == Some(failure::UNAUTHENTICATED);
        Self::new(if ended { StatusCode::UNAUTHORIZED } else { StatusCode::SERVICE_UNAVAILABLE }, error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.0, Json(ErrorBody { errors: &[*self.1] })).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// What comes with a file: what it hangs on, or whose C-RIC it is.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Parameters {
    name: String,
    consultation: Option<ID>,
    consent: Option<ID>,
    c_ric_of: Option<ID>,
    given_by: Option<ID>,
    signed_on: Option<NaiveDate>,
}

/// What a file is sent in for.
enum Purpose {
    Hangs(HangsOn),
    CRic { child: Uuid, given_by: Option<Uuid>, signed_on: NaiveDate },
}

impl Parameters {
    fn purpose(&self) -> Result<Purpose, Failure> {
        let form = self.given_by.is_some() || self.signed_on.is_some();
        match (&self.consultation, &self.consent, &self.c_ric_of) {
            (Some(id), None, None) if !form => {
                Ok(Purpose::Hangs(HangsOn::Consultation(named(Kind::Consultation, id)?)))
            }
            (None, Some(id), None) if !form => {
                Ok(Purpose::Hangs(HangsOn::Consent(named(Kind::Consent, id)?)))
            }
            (None, None, Some(id)) => Ok(Purpose::CRic {
                child: named(Kind::Child, id)?,
                given_by: self.given_by.as_ref().map(|id| named(Kind::ParentCarer, id)).transpose()?,
                signed_on: self.signed_on.ok_or_else(|| Failure::of_input("signed-on is missing"))?,
            }),
            _ => Err(Failure::of_input(
                "name one of consultation, consent and c-ric-of; given-by and signed-on go with the last",
            )),
        }
    }
}

fn named(kind: Kind, id: &ID) -> Result<Uuid, Failure> {
    match decode(id) {
        Some((found, id)) if found == kind => Ok(id),
        _ => Err(Failure::of_input(format!("this is not the id of a {kind:?}"))),
    }
}

async fn upload(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let headers = request.headers().clone();
    // Who asks is known before anything of the file is read.
    let session = app.authenticate(bearer(&headers)).await?;
    let (purpose, name) = read_query(request.uri())?;
    let control = Control { idempotency_key: idempotency_key(&headers)?, ..Control::default() };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let content = read_body(request).await?;
    // A C-RIC counts from its upload: from when all of it is there.
    let op = app.op(&session, &request_id(&headers)).await?;
    let file = NewFile::new(name, content_type, content.into());
    let carried_out = match purpose {
        Purpose::Hangs(to) => run(&app.service, &op, control, AttachFile { to, file }).await,
        Purpose::CRic { child, given_by, signed_on } => {
            run(&app.service, &op, control, UploadCRic { child, given_by, signed_on, file }).await
        }
    };
    let reply = carried_out.map_err(|fault| Failure::of_fault(&fault, &op))?;
    answer(&app, &op, reply).await.map_err(|fault| Failure::of_fault(&fault, &op))
}

fn read_query(uri: &Uri) -> Result<(Purpose, String), Failure> {
    let Query(parameters) = Query::<Parameters>::try_from_uri(uri).map_err(|_| {
        Failure::of_input("the query string must hold name and what the file is for, each once")
    })?;
    Ok((parameters.purpose()?, parameters.name))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.trim().is_empty() && key.len() <= LONGEST_KEY);
    let key = key.ok_or_else(|| Failure::of_input("the idempotency key is blank, too long or not ASCII"))?;
    Ok(Some(key.to_owned()))
}

async fn read_body(request: Request) -> Result<Bytes, Failure> {
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let message = format!("the file is longer than {MOST_BYTES} bytes");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, error(failure::BAD_USER_INPUT, message))
        }
        _ => Failure::of_input("the file could not be read"),
    })
}

/// What came of an upload: the file, or the refusals, as a mutation would answer.
async fn answer(app: &App, op: &Op, reply: Reply) -> Result<Response, Fault> {
    let found = match reply.entity {
        Some(id) => app.service.store.read(op).one::<attachment::Entity>(id).await?,
        None => None,
    };
    app.service.store.audit_reads(op, "POST /attachments").await?;
    let body = json!({
        "attachment": found.map(|row| described(app, &row)),
        "refusals": reply.refusals.iter().map(refusal).collect::<Vec<_>>(),
        "replayed": reply.replayed,
    });
    Ok((status(&reply), Json(body)).into_response())
}

fn status(reply: &Reply) -> StatusCode {
    let has = |code| reply.refusals.iter().any(|refusal| refusal.code == code);
    if reply.refusals.is_empty() {
        StatusCode::CREATED
    } else if has(Code::NotFound) {
        StatusCode::NOT_FOUND
    } else if has(Code::NotPermitted) {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn described(app: &App, row: &attachment::Model) -> Value {
    let id = encode(Kind::Attachment, row.id);
    json!({
        "id": id.as_str(),
        "fileName": row.file_name,
        "mediaType": row.media_type,
        "size": row.size_bytes,
        "sha256": row.sha256,
        "consultation": row.consultation_id.map(|id| encode(Kind::Consultation, id).0),
        "consent": row.consent_id.map(|id| encode(Kind::Consent, id).0),
        "url": format!("{}/attachments/{}", app.service.letterhead.public_url, id.as_str()),
    })
}

fn refusal(refusal: &Refusal) -> Value {
    json!({
        "rule": refusal.rule.to_string(),
        "code": refusal.code,
        "message": refusal.message,
        "path": refusal.path,
        "remedy": refusal.remedy,
    })
}

async fn download(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let session = app.authenticate(bearer(&headers)).await?;
    let op = app.op(&session, &request_id(&headers)).await?;
    let found = match decode(&ID(id)) {
        Some((Kind::Attachment, id)) => fetch(&app, &op, id).await,
        _ => Ok(None),
    };
    let found = found.map_err(|fault| Failure::of_fault(&fault, &op))?;
    let Some((row, content)) = found else {
        return Err(Failure::new(StatusCode::NOT_FOUND, error(NOT_FOUND, "there is no such file")));
    };
    Ok((headers_of(&row), content).into_response())
}

/// The file, once it is written down that it was opened.
async fn fetch(app: &App, op: &Op, id: Uuid) -> Result<Option<(attachment::Model, Vec<u8>)>, Fault> {
    let found = app.service.store.read(op).file(id).await?;
    app.service.store.audit_reads(op, "GET /attachments").await?;
    Ok(found)
}

fn headers_of(row: &attachment::Model) -> HeaderMap {
    let media_type = match MediaType::parse(&row.media_type) {
        Some(MediaType::Text) => "text/plain; charset=utf-8",
        Some(other) => other.as_str(),
        None => "application/octet-stream",
    };
    let saved = HeaderValue::try_from(disposition(&row.file_name));
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, saved.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ])
}

/// `Content-Disposition` with the name in both spellings of RFC 6266.
fn disposition(name: &str) -> String {
    let plain = |one: char| if one.is_ascii_alphanumeric() || " ._-()".contains(one) { one } else { '_' };
    let spelt = |byte: u8| match byte {
        b'.' | b'_' | b'-' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let fallback: String = name.chars().map(plain).collect();
    let full: String = name.bytes().map(spelt).collect();
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition("a b.pdf"), "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(
            disposition("é\"\r\nX: y;.txt"),
            "attachment; filename=\"____X_ y_.txt\"; filename*=UTF-8''%C3%A9%22%0D%0AX%3A%20y%3B.txt"
        );
    }
}
