//! `POST /dev/clock`: moves the demonstration's clock, and does at once what then falls due.

use super::folder::Folder;
use crate::cli::Failure;
use crate::mail::deliver::Courier;
use crate::sweep;
use crate::workflow::Service;
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

impl Move {
    /// Where the clock goes; within this century.
    fn to(&self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let to = match self {
            Move::Now(now) => *now,
            Move::Advance(by) => from.checked_add_signed(duration(by)?)?,
        };
        (2000..2100).contains(&to.year()).then_some(to)
    }
}

// The body must be declared as JSON, so that no page of another origin can move the clock.
async fn answer(State(clock): State<Arc<DevClock>>, Json(asked): Json<Move>) -> Response {
    let moving = tokio::spawn(async move { move_clock(&clock, &asked).await });
    match moving.await {
        Ok(Ok(Some(moved))) => Json(moved).into_response(),
        Ok(Ok(None)) => {
            let error = "the clock stays within this century; advance is an ISO 8601 duration of weeks, days, \
                         hours, minutes and seconds, such as P3D or PT5M";
            (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
        }
        Ok(Err(failure)) => {
            tracing::error!(%failure, "the clock was moved, but not all that follows was done");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn move_clock(clock: &DevClock, asked: &Move) -> Result<Option<Value>, Failure> {
    let _turn = clock.turn.lock().await;
    let service = &clock.service;
    let Some(now) = asked.to(service.clock.now()) else { return Ok(None) };
    service.clock.set(now);
    clock.folder.keep_clock(&service.clock)?;
    let swept = sweep::once(service).await?;
    clock.courier.once().await?;
    Ok(Some(json!({ "now": service.clock.now(), "swept": swept.breaches })))
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
        let to = |body: Value| serde_json::from_value::<Move>(body).ok().and_then(|asked| asked.to(from));
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(to(json!({ "now": "2026-11-17T09:00:00+01:00" })), at("2026-11-17T08:00:00Z"));
        assert_eq!(to(json!({ "advance": "P1W" })), at("2026-11-23T09:00:00Z"));
        assert_eq!(to(json!({ "advance": "P9999999W" })), None);
        assert_eq!(to(json!({ "now": "2099-12-31T23:59:59Z" })), at("2099-12-31T23:59:59Z"));
        assert_eq!(to(json!({ "now": "2100-01-01T00:00:00Z" })), None);
        assert_eq!(to(json!({ "advance": "soon" })), None);
        assert_eq!(to(json!({ "now": "2026-11-17T09:00:00Z", "advance": "P1W" })), None);
        assert_eq!(to(json!({})), None);
    }
}
