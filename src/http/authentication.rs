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

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// How far the clocks of issuer and service may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// Whose tokens are good.
#[derive(Clone)]
pub enum Authenticator {
    /// Those of an OpenID provider.
    Oidc(Arc<Provider>),
    /// Those of the demonstration.
    Dev(Arc<DevTokens>),
}

impl Authenticator {
    /// Says whom a token names, with the roles that they hold now. Somebody without any role is nobody.
    pub async fn viewer(
        &self,
        bearer: Option<&str>,
        store: &Store,
        clock: &Clock,
    ) -> Result<Arc<Viewer>, AuthenticationFailure> {
        let token = bearer.ok_or(AuthenticationFailure::Unauthenticated)?;
        let subject = self.subject(token).await?;
        let person =
            people::person_of_subject(store.reader(), &subject).await.map_err(|fault| unavailable(&fault))?;
        let person = person.ok_or(AuthenticationFailure::Unauthenticated)?;
        let viewer =
            people::viewer(store.reader(), person, clock.now()).await.map_err(|fault| unavailable(&fault))?;
        if viewer.grants.is_empty() {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        Ok(Arc::new(viewer))
    }

    /// The subject of a good token.
    async fn subject(&self, token: &str) -> Result<String, AuthenticationFailure> {
        if token.len() > LONGEST_TOKEN {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(&error))?;
        // An extension that the issuer calls critical and the service does not know must not be ignored (RFC 7515).
        if header.crit.is_some() {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        match self {
            Self::Oidc(provider) => provider.subject(token, &header).await,
            Self::Dev(tokens) => tokens.subject(token, &header),
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

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

/// Checks signature, issuer, audience and times, none of which may be missing but `nbf`; answers the subject.
fn check(
    token: &str,
    header: &Header,
    key: &DecodingKey,
    (issuer, audience): (&str, &str),
    allowed: &[Algorithm],
) -> Result<String, AuthenticationFailure> {
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
    Some(claims.sub).filter(|subject| !subject.is_empty()).ok_or(AuthenticationFailure::Unauthenticated)
}

#[cfg(test)]
mod tests;
