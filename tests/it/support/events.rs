//! A subscriber over server-sent events.

use super::app::App;
use serde_json::{Value, json};

/// One subscription on a connection of its own.
pub struct EventStream {
    response: reqwest::Response,
    read: String,
}

impl EventStream {
    /// Subscribes as somebody; behind an event, if `Last-Event-ID` is to name one.
    pub async fn open(app: &App, address: &str, subject: &str, query: &str, after: Option<&str>) -> Self {
        let request = reqwest::Client::new()
            .post(format!("http://{address}/graphql"))
            .bearer_auth(app.token(subject))
            .header("accept", "text/event-stream")
            .json(&json!({ "query": query }));
        let request = after.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, read: String::new() }
    }

    /// The `id` of the next event and its data; none at the end, whether it was told or the connection broke.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                        .map(str::to_owned)
                };
                let (kind, id, data) = (field("event"), field("id"), field("data"));
                self.read = rest.into();
                match kind.as_deref() {
                    Some("next") => return Some((id?, serde_json::from_str(&data?).unwrap())),
                    Some("complete") => return None,
                    _ => continue,
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
