//! The tokens of the demonstration, signed with a secret of its own folder. `serve` knows none of this.

use super::{AuthenticationFailure, Claims, check};
use aws_lc_rs::rand;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde_json::json;

const ISSUER: &str = "casegraph-demo";
const AUDIENCE: &str = "casegraph-demo";

/// 1 January 2100: a demonstration's tokens do not run out.
const EXPIRY: i64 = 4_102_444_800;

const SECRET_LEN: usize = 32;

/// Signs tokens, and knows its own.
pub struct DevTokens {
    signing: EncodingKey,
    checking: DecodingKey,
}

/// The machine gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random bytes")]
pub struct NoRandomness;

impl DevTokens {
    /// Random bytes for a secret.
    pub fn generate() -> Result<Vec<u8>, NoRandomness> {
        let mut secret = vec![0; SECRET_LEN];
        rand::fill(&mut secret).map_err(|_| NoRandomness)?;
        Ok(secret)
    }

    /// The tokens of a secret; none if it is too short to be one.
    pub fn of_secret(secret: &[u8]) -> Option<Self> {
        (secret.len() >= SECRET_LEN).then(|| Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
        })
    }

    /// A token for somebody.
    pub fn sign(&self, subject: &str) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign_until(subject, EXPIRY)
    }

    /// A token for somebody that is good until so many seconds after 1970 began (UTC).
    pub fn sign_until(&self, subject: &str, expiry: i64) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": expiry });
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    pub(super) fn claims(&self, token: &str, header: &Header) -> Result<Claims, AuthenticationFailure> {
        check(token, header, &self.checking, (ISSUER, AUDIENCE), &[Algorithm::HS256])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(tokens: &DevTokens, token: &str) -> Result<String, AuthenticationFailure> {
        tokens.claims(token, &jsonwebtoken::decode_header(token).unwrap()).map(|claims| claims.sub)
    }

    #[test]
    fn a_token_is_good_under_its_own_secret_only() {
        let [own, other] = [1, 2].map(|byte| DevTokens::of_secret(&[byte; SECRET_LEN]).unwrap());
        let token = own.sign("dev:senco").unwrap();
        assert_eq!(subject(&own, &token).unwrap(), "dev:senco");
        assert!(subject(&other, &token).is_err());
        assert!(subject(&own, &own.sign("").unwrap()).is_err());
        assert!(DevTokens::of_secret(&[1; SECRET_LEN - 1]).is_none());
    }

    #[test]
    fn a_token_of_another_issuer_is_not_one() {
        let own = DevTokens::of_secret(&[1; SECRET_LEN]).unwrap();
        let sign = |claims: &serde_json::Value, algorithm| {
            jsonwebtoken::encode(&Header::new(algorithm), claims, &own.signing).unwrap()
        };
        let mut claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "a", "exp": EXPIRY });
        assert!(subject(&own, &sign(&claims, Algorithm::HS256)).is_ok());
        assert!(subject(&own, &sign(&claims, Algorithm::HS512)).is_err());
        claims["iss"] = json!("https://login.example");
        assert!(subject(&own, &sign(&claims, Algorithm::HS256)).is_err());
    }
}
