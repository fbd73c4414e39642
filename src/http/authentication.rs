//! From a bearer token to a viewer: the token says who it is, the database says what they may see.

mod dev;
mod oidc;

pub use dev::{DevTokens, NoRandomness};
pub use oidc::{Provider, ProviderFault};

use super::executor::AuthenticationFailure;
use crate::op::{Clock, Viewer};
use crate::store::{Fault, Store, people};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// How far the clocks of issuer and service may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// A year: longer than anything stays open, and short enough for every clock to count.
const LONGEST_SESSION: Duration = Duration::from_hours(365 * 24);

/// Whose tokens are good.
#[derive(Clone)]
pub enum Authenticator {
    /// Those of an OpenID provider.
    Oidc(Arc<Provider>),
    /// Those of the demonstration.
    Dev(Arc<DevTokens>),
}

impl Authenticator {
    /// Says whom a token names, with the roles that they hold now, and how long the token is good. Somebody without any
    /// role is nobody.
    pub async fn viewer(
        &self,
        bearer: Option<&str>,
        store: &Store,
        clock: &Clock,
    ) -> Result<(Arc<Viewer>, Duration), AuthenticationFailure> {
        let token = bearer.ok_or(AuthenticationFailure::Unauthenticated)?;
        let Claims { sub: subject, exp } = self.claims(token).await?;
        let person =
            people::person_of_subject(store.reader(), &subject).await.map_err(|fault| unavailable(&fault))?;
        let person = person.ok_or(AuthenticationFailure::Unauthenticated)?;
        let viewer =
            people::viewer(store.reader(), person, clock.now()).await.map_err(|fault| unavailable(&fault))?;
        if viewer.grants.is_empty() {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        Ok((Arc::new(viewer), remaining(exp)))
    }

    /// What a good token says.
    async fn claims(&self, token: &str) -> Result<Claims, AuthenticationFailure> {
        if token.len() > LONGEST_TOKEN {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(&error))?;
        // An extension that the issuer calls critical and the service does not know must not be ignored (RFC 7515).
        if header.crit.is_some() {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        match self {
            Self::Oidc(provider) => provider.claims(token, &header).await,
            Self::Dev(tokens) => tokens.claims(token, &header),
        }
    }
}

fn unavailable(fault: &Fault) -> AuthenticationFailure {
    tracing::error!(%fault, "the roles of a caller could not be read");
    AuthenticationFailure::Unavailable
}

/// The kind of error names a reason and never repeats the token.
fn refused(error: &jsonwebtoken::errors::Error) -> AuthenticationFailure {
    tracing::debug!(reason = ?error.kind(), "a token was refused");
    AuthenticationFailure::Unauthenticated
}

/// What a token says of its bearer.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    /// In seconds since 1970 (UTC), on the machine's clock like the check itself.
    exp: f64,
}

/// How long a token is good that runs out at so many seconds since 1970. One that is taken although it has just run out,
/// since clocks differ, is good for as long as they may.
fn remaining(exp: f64) -> Duration {
    let now = Duration::from_micros(Clock::Machine.now().timestamp_micros().unsigned_abs());
    let exp = Duration::try_from_secs_f64(exp).unwrap_or(Duration::MAX);
    let end = if exp > now { exp } else { exp.saturating_add(Duration::from_secs(LEEWAY_SECONDS)) };
    end.saturating_sub(now).min(LONGEST_SESSION)
}

/// Checks signature, issuer, audience and times, none of which may be missing but `nbf`.
fn check(
    token: &str,
    header: &Header,
    key: &DecodingKey,
    (issuer, audience): (&str, &str),
    allowed: &[Algorithm],
) -> Result<Claims, AuthenticationFailure> {
    if !allowed.contains(&header.alg) {
        return Err(AuthenticationFailure::Unauthenticated);
    }
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_SECONDS;
    let claims =
        jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|error| refused(&error))?.claims;
    Some(claims).filter(|claims| !claims.sub.is_empty()).ok_or(AuthenticationFailure::Unauthenticated)
}

#[cfg(test)]
mod tests;
