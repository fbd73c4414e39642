//! The service stops while events are written: whoever followed comes back to another replica and has lost nothing.

use super::{EVENTS, event_in, log_of, one_event, writers};
use crate::both;
use crate::support::app::App;
use crate::support::chance::Chance;
use crate::support::events::EventStream;
use crate::support::socket::Subscriber;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const FOLLOWERS: usize = 4;
const EVENTS_WRITTEN: usize = 400;

/// A follower by either transport.
enum Follower {
    Socket(Subscriber),
    Stream(EventStream),
}

impl Follower {
    async fn by_socket(app: &App, address: &str, after: &Value) -> Self {
        Self::Socket(app.subscribe_at(address, "team", EVENTS, json!({ "after": after })).await)
    }

    async fn by_stream(app: &App, address: &str, after: &Value) -> Self {
        Self::Stream(EventStream::open(app, address, "team", EVENTS, after.as_str()).await)
    }

    /// As it began, at another address, behind its last event.
    async fn again(&self, app: &App, address: &str, after: &Value) -> Self {
        match self {
            Self::Socket(_) => Self::by_socket(app, address, after).await,
            Self::Stream(_) => Self::by_stream(app, address, after).await,
        }
    }

    /// The next event's id and cursor; none once the service has cut it off. A stream has the cursor as its own `id`.
    async fn next(&mut self) -> Option<(Value, Value)> {
        match self {
            Self::Socket(subscriber) => subscriber.next_or_end().await.map(event_in),
            Self::Stream(stream) => {
                let (behind, payload) = stream.next().await?;
                let (id, cursor) = event_in(payload);
                assert_eq!(cursor, behind.as_str());
                Some((id, cursor))
            }
        }
    }

    async fn next_in_time(&mut self) -> Option<(Value, Value)> {
        timeout(Duration::from_secs(30), self.next()).await.expect("an event or an end")
    }
}

/// Begins at an address, and goes on until one event came: from then on nothing may be missed.
async fn begin(app: &App, address: &str, by_socket: bool) -> (Follower, Value, Value) {
    let mut follower = if by_socket {
        Follower::by_socket(app, address, &Value::Null).await
    } else {
        Follower::by_stream(app, address, &Value::Null).await
    };
    loop {
        one_event(app, app.world.authority).await;
        if let Ok(first) = timeout(Duration::from_millis(700), follower.next()).await {
            let (id, cursor) = first.expect("a stream that goes on");
            return (follower, id, cursor);
        }
    }
}

/// Follows until it is cut off, and begins again at the other door; the events so far, from the first one on.
async fn cut_off(app: &App, begun: (Follower, Value, Value)) -> (Follower, Vec<Value>) {
    let (mut follower, first, mut cursor) = begun;
    let mut seen = vec![first];
    while let Some((id, behind)) = follower.next_in_time().await {
        seen.push(id);
        cursor = behind;
    }
    (follower.again(app, &app.address, &cursor).await, seen)
}

both! {
    #[allow(clippy::large_futures)]
    async fn nothing_is_lost_when_the_service_stops_while_events_are_written(app: App) {
        let replica = app.replica(Duration::from_millis(600)).await;
        let mut begun = Vec::new();
        for n in 0..FOLLOWERS {
            begun.push(begin(&app, &replica.address, n % 2 == 0).await);
        }
        let writing = writers(&app, &[app.world.authority], EVENTS_WRITTEN, &mut Chance::seeded(11));
        tokio::time::sleep(Duration::from_millis(150)).await;
        replica.stop.send_replace(true);
        let followers = join_all(begun.into_iter().map(|begun| cut_off(&app, begun))).await;
        for writer in writing {
            writer.await.unwrap();
        }
        // The last event of all comes when everybody has been cut off.
        one_event(&app, app.world.authority).await;
        let log = log_of(&app, app.world.authority).await;
        for (mut follower, mut seen) in followers {
            while seen.last() != log.last() {
                seen.push(follower.next_in_time().await.expect("nobody is cut off again").0);
            }
            let from = log.iter().position(|id| *id == seen[0]).unwrap();
            assert_eq!(seen, log[from..], "each event once, in order");
        }
    }
}
