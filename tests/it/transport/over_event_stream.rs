//! `/graphql` as a stream of events.

use reqwest::{Client, RequestBuilder, header};
use serde_json::json;

use super::*;

fn asked(server: &Server, token: &str, accept: &str, query: &str) -> RequestBuilder {
    Client::new()
        .post(format!("http://{}/graphql", server.address))
        .bearer_auth(token)
        .header(header::ACCEPT, accept)
        .json(&json!({ "query": query }))
}

fn streamed(server: &Server, query: &str) -> RequestBuilder {
    asked(server, "good", "text/event-stream", query)
}

/// The whole stream, without its comments.
async fn events(request: RequestBuilder) -> String {
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream; charset=utf-8");
    let text = response.text().await.expect("a stream that ends");
    text.split_inclusive("\n\n").filter(|event| *event != ":\n\n").collect()
}

const COMPLETE: &str = "event: complete\ndata:\n\n";

#[tokio::test]
async fn each_response_is_an_event_and_the_end_is_told() {
    let server = Server::start().await;
    let next = |data: &str| format!("event: next\ndata: {data}\n\n");
    let counted = events(streamed(&server, "subscription { count(to: 2) }")).await;
    let expected = next("{\"data\":{\"count\":1}}") + &next("{\"data\":{\"count\":2}}") + COMPLETE;
    assert_eq!(counted, expected);
    let queried = events(streamed(&server, "{ year }")).await;
    assert_eq!(queried, next("{\"data\":{\"year\":2026}}") + COMPLETE);
    let changed = events(streamed(&server, "mutation { touch }")).await;
    assert_eq!(changed, next("{\"data\":{\"touch\":true}}") + COMPLETE);
    for wrong in ["{ unknown }", "{", "subscription { count(to: 1) year: count(to: 1) }"] {
        let refused = events(streamed(&server, wrong)).await;
        assert!(
            refused.starts_with("event: next\ndata: {\"errors\":[") && refused.ends_with(COMPLETE),
            "{refused}"
        );
        assert!(refused.contains("BAD_USER_INPUT") && !refused.contains("\"data\":"), "{refused}");
    }
}

#[tokio::test]
async fn an_event_has_its_cursor_as_id_and_the_last_one_resumes() {
    let server = Server::start().await;
    let event = |n: i32| format!("event: next\nid: {n}\ndata: {{\"data\":{{\"resumed\":{n}}}}}\n\n");
    let whole = events(streamed(&server, "subscription { resumed }")).await;
    assert_eq!(whole, event(1) + &event(2) + &event(3) + COMPLETE);
    let resumed = streamed(&server, "subscription { resumed }").header("last-event-id", "2");
    assert_eq!(events(resumed).await, event(3) + COMPLETE);
    let by_get = Client::new()
        .get(format!("http://{}/graphql?query=subscription{{resumed}}", server.address))
        .bearer_auth("good")
        .header(header::ACCEPT, "text/event-stream")
        .header("last-event-id", "1");
    assert_eq!(events(by_get).await, event(2) + &event(3) + COMPLETE);
}

#[tokio::test]
async fn what_is_refused_before_a_stream_begins_has_its_status() {
    let server = Server::start().await;
    let anonymous = asked(&server, "bad", "text/event-stream", "{ year }");
    let status = async |request: RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    assert_eq!(status(anonymous).await, 401);
    let get = |query: &str| {
        let request = Client::new().get(format!("http://{}/graphql?query={query}", server.address));
        request.bearer_auth("good").header(header::ACCEPT, "text/event-stream")
    };
    assert_eq!(status(get("mutation{touch}")).await, 405);
    // Without the name of the form it is no stream.
    let asterisk = asked(&server, "good", "*/*", "subscription { forever }");
    assert!(!asterisk.send().await.expect("an answer").text().await.expect("text").contains("event:"));
}

#[tokio::test]
async fn a_stream_breaks_off_when_its_token_expires() {
    let server = Server::start().await;
    let short = asked(&server, "short", "text/event-stream", "subscription { forever }");
    let text = tokio::time::timeout(Duration::from_secs(3), events(short)).await.expect("an end");
    assert_eq!(text, "event: next\ndata: {\"data\":{\"forever\":1}}\n\n");
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn a_stream_breaks_off_when_the_service_stops() {
    let server = Server::start_with(hurried(|door| door.patience.drain = Duration::from_millis(200))).await;
    let mut stream = streamed(&server, "subscription { forever }").send().await.expect("an answer");
    until(&server.traces.open, 1).await;
    server.shutdown.send(true).expect("the stream listens");
    let rest = async { while stream.chunk().await.expect("an orderly end").is_some() {} };
    tokio::time::timeout(Duration::from_secs(2), rest).await.expect("an end");
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn a_client_that_goes_away_or_does_not_read_holds_no_stream() {
    let server = Server::start_with(hurried(|door| door.patience.write = Duration::from_millis(300))).await;
    let gone = streamed(&server, "subscription { forever }").send().await.expect("an answer");
    until(&server.traces.open, 1).await;
    drop(gone);
    until(&server.traces.open, 0).await;
    let mut unread = tokio::net::TcpStream::connect(&server.address).await.expect("a connection");
    let body = json!({ "query": "subscription { flood }" }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer good\r\naccept: text/event-stream\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    tokio::io::AsyncWriteExt::write_all(&mut unread, request.as_bytes()).await.expect("the request is sent");
    until(&server.traces.open, 1).await;
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn a_silent_stream_says_that_it_lives() {
    let server = Server::start_with(hurried(|door| door.patience.ping = Duration::from_millis(50))).await;
    let mut stream = streamed(&server, "subscription { forever }").send().await.expect("an answer");
    let mut comments = 0;
    while comments < 3 {
        let chunk =
            tokio::time::timeout(Duration::from_secs(2), stream.chunk()).await.expect("a comment in time");
        comments += usize::from(chunk.expect("a chunk").expect("a stream that goes on").starts_with(b":"));
    }
}
