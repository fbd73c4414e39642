//! The scalars of the graph.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as ChronoDateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use domain::london;

fn text(value: Value) -> Result<String, InputValueError<String>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}

fn sensible<T: Datelike>(value: T) -> Option<T> {
    (1900..=2200).contains(&value.year()).then_some(value)
}

/// A Europe/London date, `2026-03-29`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A Europe/London date, `2026-03-29`, between the years 1900 and 2200.
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value).map_err(InputValueError::propagate)?;
        let date = (text.len() == 10).then(|| text.parse::<NaiveDate>().ok()).flatten().and_then(sensible);
        date.map(Date).ok_or_else(|| InputValueError::custom("there is no such date; write 2026-03-29"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub ChronoDateTime<Utc>);

/// An instant as RFC 3339 writes it, `2026-03-29T09:30:00Z`; answered in UTC. In input the offset may be left out: then
/// it is what clocks show in London, and a time in the hour that they skip is refused.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value).map_err(InputValueError::propagate)?;
        let instant = match ChronoDateTime::parse_from_rfc3339(&text) {
            Ok(instant) => Some(instant.with_timezone(&Utc)),
            Err(_) => match NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S")
                .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M"))
            {
                Ok(local) => Some(
                    london::wall_clock(local).map_err(|skips| InputValueError::custom(skips.to_string()))?,
                ),
                Err(_) => None,
            },
        };
        let micros = instant.and_then(sensible).map(|instant| chrono::SubsecRound::trunc_subsecs(instant, 6));
        micros.map(DateTime).ok_or_else(|| {
            InputValueError::custom(
                "there is no such instant; write 2026-03-29T09:30:00Z, or 2026-03-29T10:30 in London time",
            )
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A place in the event log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCursor(pub String);

/// A place in the event log: opaque, and good on any replica after any crash. Resuming behind it gives each later event
/// once.
#[Scalar(name = "EventCursor", specified_by_url = "https://relay.dev/graphql/connections.htm#sec-Cursor")]
impl ScalarType for EventCursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(EventCursor).map_err(InputValueError::propagate)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A unique pupil number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upn(pub domain::upn::Upn);

/// A unique pupil number: 13 characters, its check letter verified; a letter at the end marks a temporary one.
#[Scalar(name = "UPN", specified_by_url = "https://www.gov.uk/government/publications/unique-pupil-numbers")]
impl ScalarType for Upn {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value).map_err(InputValueError::propagate)?;
        domain::upn::Upn::parse(&text).map(Upn).map_err(|fault| InputValueError::custom(fault.to_string()))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A unique reference number of a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urn(pub i32);

/// A unique reference number by which GIAS knows a school: a whole number, as a number or in quotes.
#[Scalar(name = "URN", specified_by_url = "https://www.get-information-schools.service.gov.uk/glossary")]
impl ScalarType for Urn {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
            Value::String(text) => text.parse().ok(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        number
            .filter(|number| *number > 0)
            .map(Urn)
            .ok_or_else(|| InputValueError::custom("a URN is a number"))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}
