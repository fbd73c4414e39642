//! `POST /dev/clock`: moves the demonstration's clock, and does at once what then falls due.

use super::folder::Folder;
use crate::cli::Failure;
use crate::mail::deliver::Courier;
use crate::sweep;
use crate::workflow::Service;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, extract::State, routing};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The clock with all that follows from moving it.
pub(super) struct DevClock {
    service: Service,
    courier: Arc<Courier>,
    folder: Folder,
    /// One move at a time.
    turn: Mutex<()>,
}

impl DevClock {
    pub(super) fn new(service: Service, courier: Arc<Courier>, folder: Folder) -> Arc<Self> {
        Arc::new(Self { service, courier, folder, turn: Mutex::default() })
    }
}

/// The route `/dev/clock`.
pub(super) fn router(clock: Arc<DevClock>) -> Router {
    Router::new().route("/dev/clock", routing::post(answer)).with_state(clock)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Move {
    Now(DateTime<Utc>),
    Advance(String),
}

const NO_DURATION: &str = "advance is an ISO 8601 duration of whole weeks, days, hours, minutes and seconds, such as \
     P3D, P1W or PT5M; months and years are not taken, since their length depends on where they start";
const BEYOND: &str = "the clock stays within this century";
const NO_MOVE: &str =
    "send {\"now\": \"2026-11-16T09:00:00Z\"} or {\"advance\": \"P3D\"} as application/json";

impl Move {
    /// Where the clock goes, within this century; or why it does not go there.
    fn to(&self, from: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
        let to = match self {
            Move::Now(now) => Some(*now),
            Move::Advance(by) => from.checked_add_signed(duration(by).ok_or(NO_DURATION)?),
        };
        to.filter(|to| (2000..2100).contains(&to.year())).ok_or(BEYOND)
    }
}

fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "error": message }))).into_response()
}

/// A body that is no move, with the status that says in which way.
fn no_move(rejection: &JsonRejection) -> Response {
    error(rejection.status(), &format!("{NO_MOVE} ({})", rejection.body_text()))
}

// The body must be declared as JSON, so that no page of another origin can move the clock.
async fn answer(State(clock): State<Arc<DevClock>>, asked: Result<Json<Move>, JsonRejection>) -> Response {
    let asked = match asked {
        Ok(Json(asked)) => asked,
        Err(rejection) => return no_move(&rejection),
    };
    let moving = tokio::spawn(async move { move_clock(&clock, &asked).await });
    match moving.await {
        Ok(Ok(Ok(moved))) => Json(moved).into_response(),
        Ok(Ok(Err(reason))) => error(StatusCode::BAD_REQUEST, reason),
        Ok(Err(failure)) => {
            tracing::error!(%failure, "the clock was moved, but not all that follows was done");
            error(StatusCode::INTERNAL_SERVER_ERROR, "the clock was moved, but not all that follows was done")
        }
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "the move broke off"),
    }
}

async fn move_clock(clock: &DevClock, asked: &Move) -> Result<Result<Value, &'static str>, Failure> {
    let _turn = clock.turn.lock().await;
    let service = &clock.service;
    let now = match asked.to(service.clock.now()) {
        Ok(now) => now,
        Err(reason) => return Ok(Err(reason)),
    };
    service.clock.set(now);
    clock.folder.keep_clock(&service.clock)?;
    let swept = sweep::once(service).await?;
    clock.courier.once().await?;
    Ok(Ok(json!({ "now": service.clock.now(), "swept": swept.breaches })))
}

/// An ISO 8601 duration of whole weeks, days, hours, minutes and seconds. Days are of 24 hours; years and months, whose
/// length depends on where they start, are not taken.
fn duration(text: &str) -> Option<TimeDelta> {
    const DATE: [(char, i64); 2] = [('W', 604_800), ('D', 86_400)];
    const TIME: [(char, i64); 3] = [('H', 3_600), ('M', 60), ('S', 1)];
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    if text.is_empty() {
        return None;
    }
    let seconds = sum(date, &DATE)?.checked_add(sum(time, &TIME)?)?;
    TimeDelta::try_seconds(seconds)
}

/// The seconds of numbers and their units, of which each may come once, in this order.
fn sum(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut seconds = 0_i64;
    for (unit, length) in units {
        if let Some((number, rest)) = text.split_once(*unit) {
            if !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(*length)?)?;
            text = rest;
        }
    }
    text.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::{FromRequest, Request};

    #[test]
    fn durations_are_read() {
        let seconds = |text| duration(text).map(|duration| duration.num_seconds());
        assert_eq!(seconds("P3D"), Some(3 * 86_400));
        assert_eq!(seconds("PT5M"), Some(300));
        assert_eq!(seconds("P1W"), Some(604_800));
        assert_eq!(seconds("P1DT2H3M4S"), Some(86_400 + 7_384));
        assert_eq!(seconds("PT0S"), Some(0));
        for wrong in [
            "", "P", "PT", "P1DT", "3D", "P3", "P-3D", "P1M", "P1Y", "PT1D", "P1D1W", "P1.5D", "PT5M5M", "PD",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        assert_eq!(seconds("P99999999999999999W"), None);
    }

    #[test]
    fn a_move_names_an_instant_or_a_duration() {
        let from: DateTime<Utc> = "2026-11-16T09:00:00Z".parse().unwrap();
        let to =
            |body: Value| serde_json::from_value::<Move>(body).ok().and_then(|asked| asked.to(from).ok());
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(to(json!({ "now": "2026-11-17T09:00:00+01:00" })), at("2026-11-17T08:00:00Z"));
        assert_eq!(to(json!({ "advance": "P1W" })), at("2026-11-23T09:00:00Z"));
        assert_eq!(to(json!({ "advance": "P9999999W" })), None);
        assert_eq!(to(json!({ "now": "2099-12-31T23:59:59Z" })), at("2099-12-31T23:59:59Z"));
        assert_eq!(to(json!({ "now": "2100-01-01T00:00:00Z" })), None);
        assert_eq!(to(json!({ "advance": "soon" })), None);
        assert_eq!(to(json!({ "now": "2026-11-17T09:00:00Z", "advance": "P1W" })), None);
        assert_eq!(to(json!({})), None);
        assert_eq!(Move::Advance("P1M".to_owned()).to(from), Err(NO_DURATION));
        assert_eq!(Move::Advance("P9999W".to_owned()).to(from), Err(BEYOND));
    }

    #[tokio::test]
    async fn what_is_no_move_is_told_so_as_json() {
        for (media_type, body, status) in [
            ("text/plain", r#"{"advance": "P1D"}"#, 415),
            ("application/json", "{", 400),
            ("application/json", r#"{"back": "P1D"}"#, 422),
            ("application/json", r#"{"now": "soon"}"#, 422),
        ] {
            let request =
                Request::builder().header("content-type", media_type).body(Body::from(body)).unwrap();
            let rejection = Json::<Move>::from_request(request, &()).await.unwrap_err();
            let response = no_move(&rejection);
            assert_eq!(response.status().as_u16(), status, "{body}");
            let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
            let said: Value = serde_json::from_slice(&bytes).unwrap();
            assert!(said["error"].as_str().unwrap().starts_with(NO_MOVE), "{said}");
        }
    }
}
