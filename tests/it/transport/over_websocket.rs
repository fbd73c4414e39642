//! `/graphql/ws` by graphql-transport-ws.

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, handshake::client::Request as Handshake},
};

use super::*;

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

fn handshake(server: &Server, headers: &[(&'static str, &str)]) -> Handshake {
    let mut request = format!("ws://{}/graphql/ws", server.address).into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().expect("a header"));
    }
    request
}

async fn connect(server: &Server, headers: &[(&'static str, &str)]) -> Socket {
    let headers = [&[("sec-websocket-protocol", "graphql-transport-ws")], headers].concat();
    let (socket, _) = connect_async(handshake(server, &headers)).await.expect("a socket");
    Socket(socket)
}

/// A socket whose connection is acknowledged.
async fn ready(server: &Server) -> Socket {
    let mut socket = connect(server, &[("x-request-id", "s1")]).await;
    socket.send(json!({ "type": "connection_init", "payload": { "Authorization": "Bearer good" } })).await;
    socket.expect(json!({ "type": "connection_ack" })).await;
    socket
}

impl Socket {
    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("the message is sent");
    }

    async fn subscribe(&mut self, id: &str, document: &str) {
        self.send(json!({ "type": "subscribe", "id": id, "payload": { "query": document } })).await;
    }

    /// The next frame that is no ping.
    async fn frame(&mut self) -> Option<Message> {
        loop {
            let frame =
                tokio::time::timeout(Duration::from_secs(5), self.0.next()).await.expect("a frame in time");
            match frame {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(frame) => return frame.ok(),
                None => return None,
            }
        }
    }

    async fn message(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("no message but {other:?}"),
        }
    }

    async fn expect(&mut self, message: Value) {
        assert_eq!(self.message().await, message);
    }

    /// Reads up to the close frame.
    async fn closed(&mut self) -> u16 {
        loop {
            match self.frame().await {
                Some(Message::Close(Some(frame))) => return frame.code.into(),
                Some(Message::Text(_)) => {}
                other => panic!("no close frame but {other:?}"),
            }
        }
    }
}

async fn refused(server: &Server, headers: &[(&'static str, &str)]) -> u16 {
    match connect_async(handshake(server, headers)).await {
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn queries_and_subscriptions_run() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    socket.subscribe("q", "{ year requestId }").await;
    socket.expect(json!({ "type": "next", "id": "q", "payload": { "data": { "year": 2026, "requestId": "s1.1" } } })).await;
    socket.expect(json!({ "type": "complete", "id": "q" })).await;
    let variables = json!({ "query": "query A { year } subscription B($to: Int!) { count(to: $to) }",
        "operationName": "B", "variables": { "to": 2 } });
    socket.send(json!({ "type": "subscribe", "id": "s", "payload": variables })).await;
    for n in 1..=2 {
        socket.expect(json!({ "type": "next", "id": "s", "payload": { "data": { "count": n } } })).await;
    }
    socket.expect(json!({ "type": "complete", "id": "s" })).await;
    // The id is free again once its operation is complete.
    socket.subscribe("s", "{ year }").await;
    socket.expect(json!({ "type": "next", "id": "s", "payload": { "data": { "year": 2026 } } })).await;
    socket.expect(json!({ "type": "complete", "id": "s" })).await;
    socket.send(json!({ "type": "ping", "payload": { "a": 1 } })).await;
    socket.expect(json!({ "type": "pong", "payload": { "a": 1 } })).await;
    socket.send(json!({ "type": "ping" })).await;
    socket.expect(json!({ "type": "pong" })).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_an_error_message() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    let deep = format!("{{ a(b: {}{}) }}", "[".repeat(500), "]".repeat(500));
    for document in ["{ year", "{ unknown }", "subscription { unknown }", deep.as_str()] {
        socket.subscribe("a", document).await;
        let message = socket.message().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("a")), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{message}");
    }
    socket.send(json!({ "type": "ping" })).await;
    socket.expect(json!({ "type": "pong" })).await;
}

#[tokio::test]
async fn a_panic_ends_its_operation_and_no_other() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    socket.subscribe("a", "subscription { panics }").await;
    socket.expect(json!({ "type": "next", "id": "a", "payload": { "data": { "panics": 1 } } })).await;
    for document in ["{ panics }", "{ year }"] {
        let message = socket.message().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "INTERNAL", "{message}");
        socket.subscribe("a", document).await;
    }
    assert_eq!(socket.message().await["type"], "next");
}

#[tokio::test]
async fn the_handshake_is_refused_to_other_protocols_and_origins() {
    let server =
        Server::start_with(hurried(|door| door.allowed_origins = vec!["https://portal.example".into()]))
            .await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    assert_eq!(refused(&server, &[]).await, 400);
    assert_eq!(refused(&server, &[("sec-websocket-protocol", "graphql-ws")]).await, 400);
    assert_eq!(refused(&server, &[protocol, ("origin", "https://evil.example")]).await, 403);
    assert_eq!(refused(&server, &[protocol, ("origin", "null")]).await, 403);
    connect(&server, &[("origin", "https://portal.example")]).await;
    connect(&server, &[("origin", &format!("http://{}", server.address))]).await;
    let (_, response) =
        connect_async(handshake(&server, &[("sec-websocket-protocol", "other, graphql-transport-ws")]))
            .await
            .expect("a socket");
    assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
}

#[tokio::test]
async fn the_token_may_come_with_the_handshake_or_the_init() {
    let server = Server::start().await;
    let init = |payload: Value| json!({ "type": "connection_init", "payload": payload });
    for payload in [json!({ "authorization": "Bearer good" }), json!({ "token": "good" })] {
        let mut socket = connect(&server, &[]).await;
        socket.send(init(payload)).await;
        socket.expect(json!({ "type": "connection_ack" })).await;
    }
    let mut socket = connect(&server, &[("authorization", "Bearer good")]).await;
    socket.send(json!({ "type": "connection_init" })).await;
    socket.expect(json!({ "type": "connection_ack" })).await;
    let refusals =
        [(json!({ "token": "bad" }), 4403), (Value::Null, 4403), (json!({ "token": "database-down" }), 1013)];
    for (payload, code) in refusals {
        let mut socket = connect(&server, &[]).await;
        socket.send(init(payload)).await;
        assert_eq!(socket.closed().await, code);
    }
}

#[tokio::test]
async fn the_order_of_messages_is_kept() {
    let server = Server::start().await;
    let mut early = connect(&server, &[("authorization", "Bearer good")]).await;
    early.subscribe("a", "{ year }").await;
    assert_eq!(early.closed().await, 4401);
    let mut twice = ready(&server).await;
    twice.send(json!({ "type": "connection_init" })).await;
    assert_eq!(twice.closed().await, 4429);
    let mut duplicate = ready(&server).await;
    duplicate.subscribe("a", "subscription { forever }").await;
    duplicate.subscribe("a", "subscription { forever }").await;
    assert_eq!(duplicate.closed().await, 4409);
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn a_message_outside_the_protocol_closes_the_socket() {
    let server = Server::start().await;
    let wrong = [
        json!({ "type": "start", "id": "a" }),
        json!({ "type": "subscribe", "payload": { "query": "{ year }" } }),
        json!({ "type": "subscribe", "id": "", "payload": { "query": "{ year }" } }),
        json!({ "type": "subscribe", "id": "a", "payload": {} }),
        json!([]),
    ];
    for message in wrong {
        let mut socket = ready(&server).await;
        socket.send(message).await;
        assert_eq!(socket.closed().await, 4400);
    }
    let mut socket = ready(&server).await;
    socket.0.send(Message::binary("{\"type\":\"ping\"}")).await.expect("the message is sent");
    assert_eq!(socket.closed().await, 4400);
}

#[tokio::test]
async fn a_message_may_have_64_kib_and_no_more() {
    let server = Server::start().await;
    let ping = |bytes: usize| {
        let empty = json!({ "type": "ping", "payload": { "a": "" } }).to_string().len();
        json!({ "type": "ping", "payload": { "a": "x".repeat(bytes - empty) } })
    };
    let mut socket = ready(&server).await;
    socket.send(ping(64 * 1024)).await;
    assert_eq!(socket.message().await["type"], "pong");
    socket.send(ping(64 * 1024 + 1)).await;
    assert_eq!(socket.closed().await, 1009);
}

#[tokio::test]
async fn complete_and_close_drop_the_streams() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    for id in ["a", "b"] {
        socket.subscribe(id, "subscription { forever }").await;
        assert_eq!(socket.message().await["type"], "next");
    }
    until(&server.traces.open, 2).await;
    socket.send(json!({ "type": "complete", "id": "a" })).await;
    until(&server.traces.open, 1).await;
    socket.0.close(None).await.expect("the socket closes");
    until(&server.traces.open, 0).await;
    let mut dropped = ready(&server).await;
    dropped.subscribe("a", "subscription { forever }").await;
    assert_eq!(dropped.message().await["type"], "next");
    drop(dropped);
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn a_socket_runs_so_many_operations_and_no_more() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    for n in 0..20 {
        socket.subscribe(&n.to_string(), "subscription { forever }").await;
        assert_eq!(socket.message().await["type"], "next");
    }
    socket.subscribe("more", "subscription { forever }").await;
    let message = socket.message().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("more")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "TOO_MANY_SUBSCRIPTIONS");
    socket.send(json!({ "type": "complete", "id": "0" })).await;
    socket.subscribe("more", "subscription { forever }").await;
    assert_eq!(socket.message().await["type"], "next");
}

#[tokio::test]
async fn a_socket_that_is_not_initialised_or_goes_silent_is_closed() {
    let short = Duration::from_millis(300);
    let server = Server::start_with(hurried(|door| door.patience.init = short)).await;
    assert_eq!(connect(&server, &[]).await.closed().await, 4408);
    let mut kept = ready(&server).await;
    tokio::time::sleep(short * 2).await;
    kept.send(json!({ "type": "ping" })).await;
    kept.expect(json!({ "type": "pong" })).await;

    let server = Server::start_with(hurried(|door| {
        door.patience.silence = short;
        door.patience.ping = Duration::from_millis(50);
    }))
    .await;
    let mut answering = ready(&server).await;
    // Reading answers the service's pings.
    assert!(
        tokio::time::timeout(short * 3, async { while answering.0.next().await.is_some() {} }).await.is_err()
    );
    let mut silent = ready(&server).await;
    tokio::time::sleep(short * 3).await;
    assert_eq!(silent.closed().await, 1001);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let server = Server::start_with(hurried(|door| door.patience.write = Duration::from_millis(300))).await;
    let mut socket = ready(&server).await;
    socket.subscribe("open", "subscription { forever }").await;
    assert_eq!(socket.message().await["type"], "next");
    socket.subscribe("flood", "subscription { flood }").await;
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn sockets_close_when_the_service_stops() {
    let server = Server::start_with(hurried(|door| door.patience.drain = Duration::from_millis(300))).await;
    let mut socket = ready(&server).await;
    let mut fresh = connect(&server, &[]).await;
    server.shutdown.send(true).expect("the sockets listen");
    assert_eq!(socket.closed().await, 1001);
    assert_eq!(fresh.closed().await, 1001);
}

#[tokio::test]
async fn mutations_do_not_run_over_a_socket() {
    let server = Server::start().await;
    let mut socket = ready(&server).await;
    let named = json!({ "query": "query A { year } mutation B { slow }", "operationName": "B" });
    for payload in [json!({ "query": "mutation { slow }" }), named] {
        socket.send(json!({ "type": "subscribe", "id": "a", "payload": payload })).await;
        let message = socket.message().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("a")));
        assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{message}");
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(server.traces.ended.load(Ordering::SeqCst), 0);
    // Nothing is left running under the id.
    socket.subscribe("a", "{ year }").await;
    assert_eq!(socket.message().await["type"], "next");
}

#[tokio::test]
async fn a_socket_closes_when_its_token_expires() {
    let server = Server::start().await;
    let mut socket = connect(&server, &[("authorization", "Bearer short")]).await;
    let opened = std::time::Instant::now();
    socket.send(json!({ "type": "connection_init" })).await;
    socket.expect(json!({ "type": "connection_ack" })).await;
    socket.subscribe("a", "subscription { forever }").await;
    assert_eq!(socket.message().await["type"], "next");
    assert_eq!(socket.closed().await, 4403);
    assert!((300..2_000).contains(&opened.elapsed().as_millis()), "{:?}", opened.elapsed());
    until(&server.traces.open, 0).await;
}

#[tokio::test]
async fn sockets_are_closed_one_after_the_other_when_the_service_stops() {
    let server = Server::start_with(hurried(|door| door.patience.drain = Duration::from_secs(2))).await;
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(ready(&server).await);
    }
    server.shutdown.send(true).expect("the sockets listen");
    let stopped = std::time::Instant::now();
    let closings = sockets.into_iter().map(|mut socket| async move {
        assert_eq!(socket.closed().await, 1001);
        stopped.elapsed()
    });
    let mut after = futures_util::future::join_all(closings).await;
    after.sort();
    assert!(after[0] < Duration::from_secs(1) && after[7] > Duration::from_secs(1), "{after:?}");
    // What was open goes on until then; nothing new is let in.
    let refused = tokio::net::TcpStream::connect(&server.address).await;
    assert!(refused.is_err());
}
