use super::*;
use crate::http::authentication::{Authenticator, LEEWAY_SECONDS};
use crate::op::Clock;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::{Json, Router, extract::State, routing};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const AUDIENCE: &str = "casegraph";

/// A key pair of the provider, or of somebody who would like to be it.
struct Pair {
    key: EncodingKey,
    jwk: Value,
}

impl Pair {
    fn new(kid: &str) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let key = EncodingKey::from_ec_der(pkcs8.as_ref());
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap()).unwrap();
        jwk["kid"] = json!(kid);
        Self { key, jwk }
    }

    fn sign(&self, claims: &Value) -> String {
        sign(&self.key, Algorithm::ES256, self.jwk["kid"].as_str(), claims)
    }
}

fn sign(key: &EncodingKey, algorithm: Algorithm, kid: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

/// What the test's provider serves, and how often its keys were asked for.
struct Served {
    discovery: StdMutex<Value>,
    keys: StdMutex<Vec<Value>>,
    asked: AtomicUsize,
}

struct Login {
    issuer: String,
    served: Arc<Served>,
    provider: Arc<Provider>,
}

impl Login {
    async fn with(keys: &[&Pair]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") });
        let served = Arc::new(Served {
            discovery: StdMutex::new(discovery),
            keys: StdMutex::new(keys.iter().map(|pair| pair.jwk.clone()).collect()),
            asked: AtomicUsize::new(0),
        });
        let discovery =
            async |State(served): State<Arc<Served>>| Json(served.discovery.lock().unwrap().clone());
        let keys = async |State(served): State<Arc<Served>>| {
            served.asked.fetch_add(1, Ordering::SeqCst);
            Json(json!({ "keys": *served.keys.lock().unwrap() }))
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", routing::get(discovery))
            .route("/keys", routing::get(keys))
            .with_state(Arc::clone(&served));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Arc::new(Provider::new(&issuer, AUDIENCE).unwrap());
        Self { issuer, served, provider }
    }

    fn claims(&self) -> Value {
        let exp = Clock::Machine.now().timestamp() + 600;
        json!({ "iss": self.issuer, "aud": AUDIENCE, "sub": "senco", "exp": exp })
    }

    fn claims_with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value;
        claims
    }

    fn claims_without(&self, name: &str) -> Value {
        let mut claims = self.claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    }

    async fn subject(&self, token: &str) -> Result<String, AuthenticationFailure> {
        Authenticator::Oidc(Arc::clone(&self.provider)).claims(token).await.map(|claims| claims.sub)
    }

    async fn refuses(&self, token: &str) -> bool {
        self.subject(token).await == Err(AuthenticationFailure::Unauthenticated)
    }

    fn keys_asked(&self) -> usize {
        self.served.asked.load(Ordering::SeqCst)
    }

    /// As if the last fetch were long ago.
    async fn let_time_pass(&self) {
        *self.provider.asked.lock().await = None;
    }
}

#[tokio::test]
async fn a_good_token_names_its_subject() {
    let pair = Pair::new("a");
    let login = Login::with(&[&Pair::new("b"), &pair]).await;
    assert_eq!(login.subject(&pair.sign(&login.claims())).await.unwrap(), "senco");
    let several = login.claims_with("aud", json!(["other", AUDIENCE]));
    assert_eq!(login.subject(&pair.sign(&several)).await.unwrap(), "senco");
    assert_eq!(login.keys_asked(), 1);
}

#[tokio::test]
async fn a_token_must_be_signed_by_the_provider() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    assert!(login.refuses(&Pair::new("a").sign(&login.claims())).await, "another key of the same name");
    let good = pair.sign(&login.claims());
    let mut parts: Vec<_> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(login.claims_with("sub", json!("manager")).to_string());
    parts[1] = &other;
    assert!(login.refuses(&parts.join(".")).await, "claims changed after signing");
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"a"}"#);
    let body = good.split('.').nth(1).unwrap();
    assert!(login.refuses(&format!("{header}.{body}.")).await, "alg none");
    assert!(login.refuses("nonsense").await);
    assert!(login.refuses("").await);
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    let point =
        [&pair.jwk["x"], &pair.jwk["y"]].map(|part| URL_SAFE_NO_PAD.decode(part.as_str().unwrap()).unwrap());
    let secret = [vec![4], point.concat()].concat();
    for secret in [secret, pair.jwk.to_string().into_bytes()] {
        let key = EncodingKey::from_secret(&secret);
        assert!(login.refuses(&sign(&key, Algorithm::HS256, Some("a"), &login.claims())).await);
    }
    assert_eq!(login.keys_asked(), 0, "nothing is fetched for an algorithm that is not taken");
}

#[tokio::test]
async fn a_shared_secret_among_the_keys_is_not_used() {
    let pair = Pair::new("a");
    let secret = json!({ "kty": "oct", "kid": "s", "k": URL_SAFE_NO_PAD.encode([7; 32]) });
    let login = Login::with(&[&pair]).await;
    login.served.keys.lock().unwrap().push(secret);
    let key = EncodingKey::from_secret(&[7; 32]);
    assert!(login.refuses(&sign(&key, Algorithm::HS256, Some("s"), &login.claims())).await);
}

#[tokio::test]
async fn issuer_audience_subject_and_expiry_are_required_and_right() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    for name in ["iss", "aud", "sub", "exp"] {
        assert!(login.refuses(&pair.sign(&login.claims_without(name))).await, "without {name}");
    }
    for (name, value) in [
        ("iss", json!("http://127.0.0.1:1")),
        ("iss", json!(format!("{}/", login.issuer))),
        ("aud", json!("other")),
        ("aud", json!([])),
        ("sub", json!("")),
        ("sub", json!(7)),
    ] {
        assert!(login.refuses(&pair.sign(&login.claims_with(name, value.clone()))).await, "{name} {value}");
    }
}

#[tokio::test]
async fn a_token_is_good_from_nbf_to_exp_with_some_leeway() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    let leeway = i64::try_from(LEEWAY_SECONDS).unwrap();
    let token = |name: &str, seconds: i64| {
        let at = Clock::Machine.now().timestamp() + seconds;
        pair.sign(&login.claims_with(name, json!(at)))
    };
    assert!(login.subject(&token("exp", 10 - leeway)).await.is_ok());
    assert!(login.refuses(&token("exp", -5 - leeway)).await);
    assert!(login.subject(&token("nbf", leeway - 10)).await.is_ok());
    assert!(login.refuses(&token("nbf", leeway + 30)).await);
}

#[tokio::test]
async fn a_critical_extension_is_not_ignored() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    let crit = Some(vec!["x".to_owned()]);
    let header = Header { kid: Some("a".to_owned()), crit, ..Header::new(Algorithm::ES256) };
    assert!(login.refuses(&jsonwebtoken::encode(&header, &login.claims(), &pair.key).unwrap()).await);
}

#[tokio::test]
async fn a_key_is_for_what_the_provider_says() {
    let mut pair = Pair::new("a");
    let token = |login: &Login, pair: &Pair| pair.sign(&login.claims());
    pair.jwk["use"] = json!("enc");
    let login = Login::with(&[&pair]).await;
    assert!(login.refuses(&token(&login, &pair)).await);
    pair.jwk["use"] = json!("sig");
    pair.jwk["alg"] = json!("ES384");
    let login = Login::with(&[&pair]).await;
    assert!(login.refuses(&token(&login, &pair)).await);
}

#[tokio::test]
async fn a_token_without_the_name_of_its_key_is_for_a_provider_with_one() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    let nameless = |login: &Login| sign(&pair.key, Algorithm::ES256, None, &login.claims());
    assert!(login.subject(&nameless(&login)).await.is_ok());
    let login = Login::with(&[&pair, &Pair::new("b")]).await;
    assert!(login.refuses(&nameless(&login)).await);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_and_not_too_often() {
    let (old, new) = (Pair::new("old"), Pair::new("new"));
    let login = Login::with(&[&old]).await;
    assert!(login.subject(&old.sign(&login.claims())).await.is_ok());
    *login.served.keys.lock().unwrap() = vec![new.jwk.clone()];
    for _ in 0..3 {
        assert!(login.refuses(&new.sign(&login.claims())).await);
    }
    assert_eq!(login.keys_asked(), 1, "within ten seconds the provider is not asked again");
    login.let_time_pass().await;
    assert!(login.subject(&new.sign(&login.claims())).await.is_ok());
    assert_eq!(login.keys_asked(), 2);
    assert!(login.refuses(&old.sign(&login.claims())).await, "the provider no longer stands by it");
}

#[tokio::test]
async fn a_provider_that_is_away_is_no_refusal() {
    let pair = Pair::new("a");
    let login = Login::with(&[&pair]).await;
    let document = login.served.discovery.lock().unwrap().clone();
    for (name, value) in [
        ("issuer", json!("https://other.example")),
        ("jwks_uri", json!("http://other.example/keys")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("jwks_uri", json!(format!("{}/nowhere", login.issuer))),
    ] {
        let mut wrong = document.clone();
        wrong[name] = value;
        *login.served.discovery.lock().unwrap() = wrong;
        login.let_time_pass().await;
        let answer = login.subject(&pair.sign(&login.claims())).await;
        assert_eq!(answer, Err(AuthenticationFailure::Unavailable), "{name}");
    }
    *login.served.discovery.lock().unwrap() = document;
    login.let_time_pass().await;
    assert!(login.subject(&pair.sign(&login.claims())).await.is_ok());
}
