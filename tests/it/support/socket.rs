//! A subscriber over graphql-transport-ws.

use super::app::App;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// One subscription on a socket of its own.
pub struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl App {
    /// Subscribes as somebody.
    pub async fn subscribe(&self, subject: &str, query: &str, variables: Value) -> Subscriber {
        self.subscribe_at(&self.address, subject, query, variables).await
    }

    /// Subscribes as somebody at a replica's address.
    pub async fn subscribe_at(
        &self,
        address: &str,
        subject: &str,
        query: &str,
        variables: Value,
    ) -> Subscriber {
        subscribe(address, &self.token(subject), query, variables).await
    }

    /// Subscribes with a token.
    pub async fn subscribe_with(&self, token: &str, query: &str) -> Subscriber {
        subscribe(&self.address, token, query, Value::Null).await
    }
}

async fn subscribe(address: &str, token: &str, query: &str, variables: Value) -> Subscriber {
    let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (socket, _) = connect_async(request).await.unwrap();
    let mut subscriber = Subscriber { socket };
    let payload = json!({ "Authorization": format!("Bearer {token}") });
    subscriber.send(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(subscriber.receive().await.unwrap()["type"], "connection_ack");
    let payload = json!({ "query": query, "variables": variables });
    subscriber.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    subscriber
}

impl Subscriber {
    async fn send(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn receive(&mut self) -> Option<Value> {
        while let Some(message) = self.socket.next().await {
            match message {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
        None
    }

    /// The answer to a query on the same socket; events of the subscription that come before it are dropped.
    pub async fn ask(&mut self, query: &str) -> Value {
        self.send(json!({ "id": "2", "type": "subscribe", "payload": { "query": query } })).await;
        let mut answer = Value::Null;
        while let Some(mut message) = self.receive().await {
            if message["id"] == "2" && message["type"] == "complete" {
                return answer;
            }
            if message["id"] == "2" {
                answer = message["payload"].take();
                if message["type"] == "error" {
                    return answer;
                }
            }
        }
        panic!("the socket was closed");
    }

    /// The payload of the next event, or `None` when the stream ended or nothing came for that long.
    pub async fn next_within(&mut self, patience: Duration) -> Option<Value> {
        let mut message = tokio::time::timeout(patience, self.receive()).await.ok()??;
        Some(message["payload"].take())
    }

    /// Reads on until the service closes the socket; the code that it gives, ten seconds at most.
    pub async fn close_code(mut self) -> Option<u16> {
        let closed = async {
            loop {
                match self.socket.next().await? {
                    Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                    Ok(_) => {}
                    Err(_) => return None,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed).await.expect("the socket is closed")
    }

    /// The payload of the next event, however long it takes; none once the socket is closed.
    pub async fn next_or_end(&mut self) -> Option<Value> {
        Some(self.receive().await?["payload"].take())
    }

    /// The payload of the next event; five seconds are patience enough.
    pub async fn next(&mut self) -> Value {
        self.next_within(Duration::from_secs(5)).await.expect("an event within five seconds")
    }
}
