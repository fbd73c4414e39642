//! An OpenID provider: its keys are found by its discovery document, kept, and fetched anew when a token names one that
//! is not known, but never more often than once in ten seconds, however many such tokens come.

use super::{AuthenticationFailure, Claims, check};
use crate::config::is_loopback_host;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Signatures by a key pair only: with a shared secret, whoever checks tokens could make them.
const ALLOWED: [Algorithm; 4] = [Algorithm::RS256, Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA];

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How soon the keys may be fetched again.
const FETCH_AT_MOST_EVERY: Duration = Duration::from_secs(10);

/// How long keys are used before the provider is asked whether it still stands by them.
const KEYS_ARE_FRESH_FOR: Duration = Duration::from_mins(10);

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Why the provider's keys are not known. It names no more than the step.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFault {
    /// No answer, or not a good one.
    #[error("the provider did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The answer is too long.
    #[error("the provider's answer is too long")]
    TooLong,
    /// The answer is not what OpenID Connect Discovery says.
    #[error("the provider's answer cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The discovery document is another issuer's.
    #[error("the provider's document names another issuer")]
    AnotherIssuer,
    /// The address of the keys has no TLS.
    #[error("the provider's keys are not at an https:// address")]
    Unsafe,
}

/// The keys of one fetch.
struct Keys {
    set: JwkSet,
    fetched: Instant,
}

/// An OpenID provider.
pub struct Provider {
    http: Client,
    issuer: String,
    audience: String,
    keys: RwLock<Option<Arc<Keys>>>,
    /// When the keys were last asked for, with or without success; held while somebody asks.
    asked: Mutex<Option<Instant>>,
}

impl Provider {
    /// The provider whose tokens name this issuer and are meant for this audience. Nothing is fetched yet.
    pub fn new(issuer: &str, audience: &str) -> Result<Self, ProviderFault> {
        // A redirect could lead from https to http.
        let http = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build()?;
        Ok(Self {
            http,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            keys: RwLock::default(),
            asked: Mutex::default(),
        })
    }

    /// Fetches the keys, unless that was tried within the last ten seconds.
    pub async fn refresh(&self) -> Result<(), ProviderFault> {
        let mut asked = self.asked.lock().await;
        if asked.is_some_and(|asked| asked.elapsed() < FETCH_AT_MOST_EVERY) {
            return Ok(());
        }
        *asked = Some(Instant::now());
        let keys = Keys { set: self.fetch().await?, fetched: Instant::now() };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
        Ok(())
    }

    pub(super) async fn claims(&self, token: &str, header: &Header) -> Result<Claims, AuthenticationFailure> {
        // Before anything is fetched for it.
        if !ALLOWED.contains(&header.alg) {
            return Err(AuthenticationFailure::Unauthenticated);
        }
        let key = self.key(header).await?;
        check(token, header, &key, (&self.issuer, &self.audience), &ALLOWED)
    }

    /// The key that a token says it is signed with.
    async fn key(&self, header: &Header) -> Result<DecodingKey, AuthenticationFailure> {
        let known = self.known();
        let fresh = known.as_ref().is_some_and(|keys| keys.fetched.elapsed() < KEYS_ARE_FRESH_FOR);
        if let Some(key) = known.filter(|_| fresh).and_then(|keys| find(&keys.set, header)) {
            return Ok(key);
        }
        if let Err(fault) = self.refresh().await {
            tracing::warn!(%fault, "the keys of the OpenID provider could not be fetched");
        }
        let keys = self.known().ok_or(AuthenticationFailure::Unavailable)?;
        find(&keys.set, header).ok_or(AuthenticationFailure::Unauthenticated)
    }

    fn known(&self) -> Option<Arc<Keys>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn fetch(&self) -> Result<JwkSet, ProviderFault> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.get(&address).await?;
        if discovery.issuer != self.issuer {
            return Err(ProviderFault::AnotherIssuer);
        }
        let keys_at = Url::parse(&discovery.jwks_uri).map_err(|_| ProviderFault::Unsafe)?;
        let local = keys_at.host_str().is_some_and(is_loopback_host);
        if keys_at.scheme() != "https" && !(keys_at.scheme() == "http" && local) {
            return Err(ProviderFault::Unsafe);
        }
        self.get(&discovery.jwks_uri).await
    }

    async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, ProviderFault> {
        let mut response = self.http.get(address).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await? {
            if body.len() + part.len() > LONGEST_ANSWER {
                return Err(ProviderFault::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// The key that the header names. A header may leave the name out only where there is but one key.
fn find(set: &JwkSet, header: &Header) -> Option<DecodingKey> {
    let jwk = match (&header.kid, set.keys.as_slice()) {
        (Some(kid), keys) => keys.iter().find(|jwk| jwk.common.key_id.as_ref() == Some(kid)),
        (None, [only]) => Some(only),
        (None, _) => None,
    }?;
    signs(jwk, header.alg).then(|| DecodingKey::from_jwk(jwk).ok()).flatten()
}

/// Whether the provider gives this key out for signatures of this kind.
fn signs(jwk: &Jwk, algorithm: Algorithm) -> bool {
    let purpose =
        jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let declared = jwk.common.key_algorithm.map(|declared| declared.to_string());
    purpose && declared.is_none_or(|declared| declared == format!("{algorithm:?}"))
}

#[cfg(test)]
mod tests;
