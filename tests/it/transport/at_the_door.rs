//! Who is let in, from where, with which documents, and how long the door waits.

use casegraph::config::Limits;
use casegraph::http::documents::{DocumentHash, Documents};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::time::Instant as Stopwatch;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

fn post(server: &Server, token: &str, body: &Value) -> RequestBuilder {
    Client::new().post(format!("http://{}/graphql", server.address)).bearer_auth(token).json(body)
}

async fn sent(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// The SHA-256 of `{ year }`.
fn year_hash() -> String {
    DocumentHash::of("{ year }").to_string()
}

#[tokio::test]
async fn a_foreign_page_can_neither_change_nor_ask() {
    let server =
        Server::start_with(hurried(|door| door.allowed_origins = vec!["https://portal.example".into()]))
            .await;
    let mutation = || post(&server, "good", &json!({ "query": "mutation { touch }" }));
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "https://sister.example"),
        ("cross-site", "null"),
    ] {
        let (status, body) = sent(mutation().header("sec-fetch-site", site).header("origin", origin)).await;
        assert_eq!((status, code(&body)), (403, "FORBIDDEN_ORIGIN"), "{site} {origin}");
        let (status, _) = sent(mutation().header("origin", origin)).await;
        assert_eq!(status, 403, "{origin}");
    }
    // A link, a picture or a form of another site, to which a browser adds no origin.
    assert_eq!(sent(mutation().header("sec-fetch-site", "cross-site")).await.0, 403);
    let get =
        Client::new().get(format!("http://{}/graphql?query={{year}}", server.address)).bearer_auth("good");
    assert_eq!(sent(get.header("sec-fetch-site", "cross-site")).await.0, 403);

    let own = format!("http://{}", server.address);
    assert_eq!(sent(mutation().header("sec-fetch-site", "same-origin").header("origin", own)).await.0, 200);
    let friend = mutation().header("sec-fetch-site", "cross-site").header("origin", "https://portal.example");
    let answer = friend.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://portal.example");
    assert_eq!(sent(mutation()).await.0, 200);
}

#[tokio::test]
async fn other_origins_are_told_nothing_by_default() {
    let preflight = async |server: &Server, origin: &str| {
        Client::new()
            .request(reqwest::Method::OPTIONS, format!("http://{}/graphql", server.address))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .send()
            .await
            .expect("an answer")
    };
    let closed = Server::start().await;
    let answer = preflight(&closed, "https://portal.example").await;
    assert_eq!(answer.status(), 403);
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control-")));
    let open =
        Server::start_with(hurried(|door| door.allowed_origins = vec!["https://portal.example".into()]))
            .await;
    let answer = preflight(&open, "https://portal.example").await;
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://portal.example");
    assert!(answer.headers().get("access-control-allow-credentials").is_none());
    let answer = preflight(&open, "https://evil.example").await;
    assert!(answer.headers().get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn a_registered_document_runs_by_its_hash_for_who_registered_it() {
    let server = Server::start().await;
    let hash = year_hash();
    let automatic = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let by_hash = json!({ "extensions": automatic });
    let (status, body) = sent(post(&server, "good", &by_hash)).await;
    assert_eq!((status, code(&body)), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(body["errors"][0]["message"], "PersistedQueryNotFound");
    let registered = json!({ "query": "{ year }", "extensions": automatic });
    let year = json!({ "data": { "year": 2026 } });
    for body in [&registered, &by_hash, &json!({ "documentId": format!("sha256:{hash}") })] {
        assert_eq!(sent(post(&server, "good", body)).await.1, year);
    }
    let url = reqwest::Url::parse_with_params(
        &format!("http://{}/graphql", server.address),
        [("extensions", automatic.to_string())],
    );
    let by_get = Client::new().get(url.expect("an address")).bearer_auth("good");
    assert_eq!(sent(by_get).await.1, year);
    assert_eq!(code(&sent(post(&server, "other", &by_hash)).await.1), "PERSISTED_QUERY_NOT_FOUND");
    let lie = json!({ "query": "{ __typename }", "extensions": automatic });
    assert_eq!(code(&sent(post(&server, "good", &lie)).await.1), "BAD_USER_INPUT");
    for malformed in [
        json!({ "documentId": "sha256:1" }),
        json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hash } } }),
    ] {
        assert_eq!(sent(post(&server, "good", &malformed)).await.0, 400);
    }
}

#[tokio::test]
async fn with_a_manifest_nothing_else_runs() {
    let manifest = json!({ year_hash(): "{ year }" }).to_string();
    let server = Server::start_with(hurried(|door| {
        door.documents = Documents::trusted(&manifest, &Limits::default()).expect("a manifest");
    }))
    .await;
    let year = json!({ "data": { "year": 2026 } });
    for body in [json!({ "documentId": year_hash() }), json!({ "query": "{ year }" })] {
        assert_eq!(sent(post(&server, "good", &body)).await.1, year);
    }
    for body in [
        json!({ "query": "{ year  }" }),
        json!({ "query": "mutation { touch }" }),
        json!({ "documentId": "0".repeat(64) }),
    ] {
        let (_, answer) = sent(post(&server, "good", &body)).await;
        assert_eq!(code(&answer), "DOCUMENT_NOT_TRUSTED");
    }
}

#[tokio::test]
async fn limits_follow_the_settings() {
    let server = Server::start_with(hurried(|door| {
        door.limits.body_bytes = 64;
        door.limits.tokens = 5;
    }))
    .await;
    assert_eq!(sent(post(&server, "good", &json!({ "query": "{ a: year }" }))).await.0, 200);
    let (_, body) = sent(post(&server, "good", &json!({ "query": "{ a: year year }" }))).await;
    assert_eq!(
        body["errors"][0]["extensions"],
        json!({ "code": "BAD_USER_INPUT", "limit": "tokens", "allowed": 5 })
    );
    let long = json!({ "query": "{ year }", "operationName": "x".repeat(64) });
    let (status, body) = sent(post(&server, "good", &long)).await;
    assert_eq!(status, 413);
    assert!(
        body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("body_bytes: 64")),
        "{body}"
    );
}

/// Opens a connection and sends a text, then whatever comes back until the service closes.
async fn raw(server: &Server, text: &str) -> (String, Duration) {
    let started = Stopwatch::now();
    let mut stream = TcpStream::connect(&server.address).await.expect("a connection");
    // The service may close before it has all of it.
    let _ = stream.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the service closes");
    (String::from_utf8_lossy(&answer).into_owned(), started.elapsed())
}

const HEAD: &str =
    "POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn a_slow_head_and_a_slow_body_are_cut_off() {
    let server = Server::start_with(hurried(|door| {
        door.patience.head = Duration::from_millis(300);
        door.patience.body = Duration::from_millis(300);
    }))
    .await;
    for head in ["", "POST /graphql HT", "POST /graphql HTTP/1.1\r\nhost: a\r\n"] {
        let (_, after) = raw(&server, head).await;
        assert!((200..2_000).contains(&after.as_millis()), "{head:?} after {after:?}");
    }
    for body in
        ["content-length: 100\r\n\r\n{\"query\":", "transfer-encoding: chunked\r\n\r\n9\r\n{\"query\":\r\n"]
    {
        let (answer, after) = raw(&server, &format!("{HEAD}{body}")).await;
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close"), "{answer}");
        assert!((200..2_000).contains(&after.as_millis()), "{after:?}");
    }
}

#[tokio::test]
async fn a_body_that_drips_is_cut_off_too() {
    let server = Server::start_with(hurried(|door| door.patience.body = Duration::from_millis(400))).await;
    let mut stream = TcpStream::connect(&server.address).await.expect("a connection");
    stream
        .write_all(format!("{HEAD}content-length: 100\r\n\r\n").as_bytes())
        .await
        .expect("the head is sent");
    let dripping = async {
        let started = Stopwatch::now();
        while stream.write_all(b" ").await.is_ok() {
            let mut answer = [0; 64];
            let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut answer)).await;
            if matches!(read, Ok(Ok(count)) if answer[..count].starts_with(b"HTTP/1.1 408 ")) {
                return started.elapsed();
            }
        }
        panic!("no answer")
    };
    let after = tokio::time::timeout(Duration::from_secs(3), dripping).await.expect("an end");
    assert!(after > Duration::from_millis(300), "{after:?}");
}

#[tokio::test]
async fn a_chunked_body_is_as_bounded_as_a_counted_one() {
    let server = Server::start_with(hurried(|door| door.patience.head = Duration::from_millis(200))).await;
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4_096));
    // One that ends, and one that would go on for ever.
    for (chunks, end) in [(65, "0\r\n\r\n"), (2_000, "")] {
        let body = chunk.repeat(chunks) + end;
        let (answer, _) = raw(&server, &format!("{HEAD}transfer-encoding: chunked\r\n\r\n{body}")).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_bytes"), "{answer}");
    }
    let fitting = format!("{}12\r\n{{\"query\":\"{{year}}\"}}\r\n0\r\n\r\n", chunk.repeat(60));
    let (answer, _) = raw(&server, &format!("{HEAD}transfer-encoding: chunked\r\n\r\n{fitting}")).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("2026"), "{answer}");
}

#[tokio::test]
async fn so_many_connections_are_open_at_once_and_the_others_wait() {
    let server = Server::start_with(hurried(|door| {
        door.limits.connections = 2;
        door.patience.head = Duration::from_millis(400);
    }))
    .await;
    let idle = [TcpStream::connect(&server.address).await, TcpStream::connect(&server.address).await];
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Stopwatch::now();
    let (status, _) = sent(post(&server, "good", &json!({ "query": "{ year }" }))).await;
    assert_eq!(status, 200);
    assert!(started.elapsed() > Duration::from_millis(200), "it was let in at once");
    drop(idle);
}

#[tokio::test]
async fn an_unknown_member_is_passed_over() {
    let server = Server::start().await;
    let body = json!({ "query": "{ year }", "more": { "a": 1 }, "extensions": { "tracing": {} } });
    assert_eq!(sent(post(&server, "good", &body)).await.1, json!({ "data": { "year": 2026 } }));
}
