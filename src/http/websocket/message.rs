//! The messages and close codes of graphql-transport-ws.

use std::{borrow::Cow, error::Error as _};

use async_graphql::{Response, ServerError};
use axum::extract::ws::{CloseFrame, Message};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::{negotiation::bearer_token, operation::Parameters};

/// The most bytes that the reason of a close frame may have.
const MAX_REASON_BYTES: usize = 123;

/// What a client may send.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit { payload: Option<InitPayload> },
    Ping { payload: Option<Map<String, Value>> },
    Pong {},
    Subscribe { id: String, payload: Parameters },
    Complete { id: String },
}

/// The credentials, in whichever way the client puts them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct InitPayload {
    #[serde(alias = "Authorization")]
    authorization: Option<String>,
    token: Option<String>,
}

impl InitPayload {
    pub(super) fn token(&self) -> Option<&str> {
        self.authorization.as_deref().and_then(bearer_token).or(self.token.as_deref())
    }
}

/// What the service sends.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
}

/// Why the service closes a socket.
#[derive(Debug)]
pub(super) struct Close {
    code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    pub(super) const GOING_AWAY: Self = Self::new(1001, "Going away");
    pub(super) const SILENT: Self = Self::new(1001, "Nothing was heard from the client");
    const UNREADABLE: Self = Self::new(1002, "A frame was malformed");
    const NOT_TEXT: Self = Self::new(1007, "A text message was not UTF-8");
    const TOO_LONG: Self = Self::new(1009, "A message was too long");
    pub(super) const INTERNAL: Self = Self::new(1011, "Internal error");
    pub(super) const TRY_AGAIN_LATER: Self = Self::new(1013, "Try again later");
    pub(super) const INVALID_MESSAGE: Self = Self::new(4400, "Invalid message");
    pub(super) const UNAUTHORIZED: Self = Self::new(4401, "Unauthorized");
    pub(super) const FORBIDDEN: Self = Self::new(4403, "Forbidden");
    /// Clients take this code as one after which a new token may help.
    pub(super) const TOKEN_EXPIRED: Self = Self::new(4403, "The token has expired");
    pub(super) const INIT_TIMEOUT: Self = Self::new(4408, "Connection initialisation timeout");
    pub(super) const TOO_MANY_INITS: Self = Self::new(4429, "Too many initialisation requests");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// What cannot be read, by what is wrong with it.
    pub(super) fn unreadable(fault: &axum::Error) -> Self {
        let cause = fault.source().and_then(|cause| cause.downcast_ref::<tungstenite::Error>());
        match cause {
            Some(tungstenite::Error::Capacity(_)) => Self::TOO_LONG,
            Some(tungstenite::Error::Utf8(_)) => Self::NOT_TEXT,
            _ => Self::UNREADABLE,
        }
    }

    pub(super) fn subscriber_exists(id: &str) -> Self {
        Self { code: 4409, reason: Cow::Owned(format!("Subscriber for {id} already exists")) }
    }

    pub(super) fn into_message(self) -> Message {
        let end = self.reason.floor_char_boundary(MAX_REASON_BYTES);
        let reason = self.reason.get(..end).unwrap_or_default();
        Message::Close(Some(CloseFrame { code: self.code, reason: reason.into() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_come_in_three_ways() {
        let token = |payload| {
            let payload: InitPayload = serde_json::from_str(payload).expect("a payload");
            payload.token().map(str::to_owned)
        };
        assert_eq!(token(r#"{"Authorization": "Bearer a"}"#).as_deref(), Some("a"));
        assert_eq!(token(r#"{"authorization": "bearer a", "more": 1}"#).as_deref(), Some("a"));
        assert_eq!(token(r#"{"token": "a"}"#).as_deref(), Some("a"));
        assert_eq!(token(r#"{"Authorization": "Basic a"}"#), None);
        assert_eq!(token("{}"), None);
    }

    #[test]
    fn a_close_reason_fits_its_frame() {
        let Message::Close(Some(frame)) = Close::subscriber_exists(&"é".repeat(200)).into_message() else {
            panic!("no close frame");
        };
        assert_eq!(frame.code, 4409);
        assert!(frame.reason.len() > MAX_REASON_BYTES - 2 && frame.reason.len() <= MAX_REASON_BYTES);
    }
}
