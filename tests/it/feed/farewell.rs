//! The service stops while events are written: whoever followed comes back to another replica and has lost nothing.

use super::{EVENTS, event_in, log_of, one_event, writers};
use crate::both;
use crate::support::app::App;
use crate::support::chance::Chance;
use crate::support::events::EventStream;
use crate::support::socket::Subscriber;
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
}

/// Follows at one address until it is cut off, and then at the other up to the last event of all.
async fn follow_through(app: &App, mut follower: Follower, last: &Value) -> (Vec<Value>, bool) {
    let (mut seen, mut cursor, mut moved) = (Vec::new(), Value::Null, false);
    while seen.last() != Some(last) {
        let next = timeout(Duration::from_secs(20), follower.next()).await.expect("an event or an end");
        if let Some((id, behind)) = next {
            seen.push(id);
            cursor = behind;
        } else {
            assert!(!moved, "cut off again");
            moved = true;
            follower = follower.again(app, &app.address, &cursor).await;
        }
    }
    (seen, moved)
}

both! {
    #[allow(clippy::large_futures)]
    async fn nothing_is_lost_when_the_service_stops_while_events_are_written(app: App) {
        let replica = app.replica(Duration::from_millis(600)).await;
        let mut followers = Vec::new();
        for n in 0..FOLLOWERS {
            let mut follower = if n % 2 == 0 {
                Follower::by_socket(&app, &replica.address, &Value::Null).await
            } else {
                Follower::by_stream(&app, &replica.address, &Value::Null).await
            };
            // Once it got one, nothing may be missed.
            let first = loop {
                one_event(&app, app.world.authority).await;
                if let Ok(first) = timeout(Duration::from_millis(700), follower.next()).await {
                    break first.expect("a stream that goes on").0;
                }
            };
            followers.push((follower, first));
        }
        let writing = writers(&app, &[app.world.authority], EVENTS_WRITTEN, &mut Chance::seeded(11));
        tokio::time::sleep(Duration::from_millis(150)).await;
        replica.stop.send_replace(true);
        for writer in writing {
            writer.await.unwrap();
        }
        // The last event of all comes when everybody has been cut off.
        tokio::time::sleep(Duration::from_millis(700)).await;
        one_event(&app, app.world.authority).await;
        let log = log_of(&app, app.world.authority).await;
        let last = log.last().unwrap().clone();
        for (follower, first) in followers {
            let (seen, moved) = follow_through(&app, follower, &last).await;
            let behind = log.iter().position(|id| *id == first).unwrap() + 1;
            assert!(moved, "the service did not cut it off");
            assert_eq!(seen, log[behind..], "each event once, in order");
        }
    }
}
