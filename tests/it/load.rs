//! Many clients, slow clients and clients that go away, against the real binary: its memory stays flat.

use crate::support::process::Demo;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What memory may grow by from one round to the same round again, in KiB: allocators keep some of what was freed.
const FLAT: u64 = 16 * 1024;

/// A socket whose connection is acknowledged, with one subscription.
async fn subscribed(demo: &Demo) -> Socket {
    let mut request = format!("ws://{}/graphql/ws", demo.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let payload = json!({ "Authorization": format!("Bearer {}", demo.token) });
    socket
        .send(Message::text(json!({ "type": "connection_init", "payload": payload }).to_string()))
        .await
        .unwrap();
    let ack = socket.next().await.unwrap().unwrap();
    assert!(ack.to_text().unwrap().contains("connection_ack"), "{ack}");
    socket
}

async fn idle_sockets(demo: &Demo, count: usize) -> Vec<Socket> {
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        sockets.push(subscribed(demo).await);
    }
    sockets
}

/// Waits until the service has noticed that its clients are gone.
async fn settled(demo: &Demo) -> u64 {
    sleep(Duration::from_secs(1)).await;
    demo.memory("VmRSS")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_idle_sockets_cost_little_and_leave_nothing() {
    let mut demo = Demo::start().await;
    let before = demo.memory("VmRSS");
    let sockets = idle_sockets(&demo, 2_000).await;
    let open = demo.memory("VmRSS");
    assert!(open - before < 2_000 * 40, "a socket costs {} KiB", (open - before) / 2_000);
    let (status, took) = demo.post(&json!({ "query": "{ viewer { person { id } } }" }).to_string()).await;
    assert!(status == 200 && took < Duration::from_secs(1), "{status} after {took:?}");
    drop(sockets);
    let first = settled(&demo).await;
    drop(idle_sockets(&demo, 2_000).await);
    let second = settled(&demo).await;
    assert!(second < first + FLAT, "from {first} to {second} KiB");
    demo.expect_alive_within(256 * 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_connections_opened_and_dropped_leave_nothing() {
    let mut demo = Demo::start().await;
    let round = async |count: usize| {
        for n in 0..count {
            let mut stream = TcpStream::connect(&demo.address).await.unwrap();
            // Some say nothing, some begin a request, some ask and do not wait for the answer.
            let said: &[u8] = match n % 3 {
                0 => b"",
                1 => b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-le",
                _ => b"GET /schema.graphql HTTP/1.1\r\nhost: a\r\n\r\n",
            };
            stream.write_all(said).await.unwrap();
        }
    };
    round(2_000).await;
    let first = settled(&demo).await;
    round(8_000).await;
    let second = settled(&demo).await;
    assert!(second < first + FLAT, "from {first} to {second} KiB");
    demo.expect_alive_within(256 * 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_senders_hold_no_memory_and_are_cut_off() {
    let mut demo = Demo::start().await;
    let before = demo.memory("VmRSS");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: 262144\r\n\r\n{{\"query\": \"",
        demo.token
    );
    let mut senders = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(&demo.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        senders.push(stream);
    }
    for _ in 0..5 {
        sleep(Duration::from_secs(1)).await;
        for stream in &mut senders {
            stream.write_all(b" ").await.unwrap();
        }
    }
    let grown = demo.memory("VmRSS").saturating_sub(before);
    assert!(grown < 300 * 128, "{grown} KiB for 300 slow senders");
    for stream in &mut senders {
        let mut answer = Vec::new();
        let read = timeout(Duration::from_secs(15), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok() && answer.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&answer));
    }
    demo.expect_alive_within(256 * 1024);
}

/// Asks again and again for a large answer without ever reading one.
async fn unread(demo: &Demo) -> TcpStream {
    let mut stream = TcpStream::connect(&demo.address).await.unwrap();
    let asking =
        async { while stream.write_all(b"GET /schema.graphql HTTP/1.1\r\nhost: a\r\n\r\n").await.is_ok() {} };
    // Once the service does not read on, since nobody takes its answers, there is no more to send.
    let _ = timeout(Duration::from_millis(500), asking).await;
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_readers_hold_no_memory_and_are_cut_off() {
    let mut demo = Demo::start().await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(unread(&demo).await);
    }
    let (status, took) = demo.post(&json!({ "query": "{ viewer { person { id } } }" }).to_string()).await;
    assert!(status == 200 && took < Duration::from_secs(1), "{status} after {took:?}");
    sleep(Duration::from_secs(12)).await;
    for reader in &mut readers {
        // What the kernel still holds can be read; behind it the connection is gone.
        let mut taken = vec![0; 65_536];
        let rest = async { while matches!(reader.read(&mut taken).await, Ok(count) if count > 0) {} };
        assert!(timeout(Duration::from_secs(2), rest).await.is_ok(), "a slow reader is still connected");
    }
    demo.expect_alive_within(256 * 1024);
}
