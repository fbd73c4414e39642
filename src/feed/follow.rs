//! Following the event log from a cursor: each event once, in order, in the viewer's own scope, which is read anew for
//! every page.

use super::Feed;
use super::cursor::{Position, Seen};
use crate::op::{Clock, Viewer};
use crate::store::events::{self, Filter};
use crate::store::scope::Sight;
use crate::store::{Fault, Store, people};
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::london;
use entity::event;
use futures_util::Stream;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Why a follower gets no more.
#[derive(Debug, thiserror::Error)]
pub enum End {
    /// The cursor names no event that is still there.
    #[error("the cursor has expired")]
    CursorExpired,
    /// The viewer holds no role any more.
    #[error("the viewer may not follow any more")]
    Revoked,
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An event with the cursor behind it.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The event.
    pub event: event::Model,
    /// Where to resume.
    pub cursor: String,
    /// The viewer as they stood when the event was read for them.
    pub viewer: Arc<Viewer>,
    /// When that was (UTC).
    pub now: DateTime<Utc>,
}

/// What a follower needs.
#[derive(Clone)]
pub struct Follower {
    /// The database.
    pub store: Store,
    /// The bell.
    pub feed: Arc<Feed>,
    /// The clock: scope depends on the date.
    pub clock: Clock,
    /// Who follows.
    pub person: Uuid,
    /// What they asked for.
    pub filter: Filter,
}

/// How many events one page holds.
const PAGE: u64 = 100;
/// How often roles are looked at while nothing happens.
const RECHECK: Duration = Duration::from_secs(4);

fn streams(viewer: &Viewer) -> Vec<Uuid> {
    viewer.authorities(|_: Role| true)
}

impl Follower {
    async fn viewer(&self) -> Result<Viewer, End> {
        let viewer = people::viewer(self.store.reader(), self.person, self.clock.now()).await?;
        if viewer.grants.is_empty() { Err(End::Revoked) } else { Ok(viewer) }
    }

    /// Where a follower starts: behind the cursor, or at the end of the log as it stands.
    async fn start(&self, cursor: Option<&str>) -> Result<Position, End> {
        let viewer = self.viewer().await?;
        let db = self.store.reader();
        let given = match cursor {
            Some(cursor) => self.feed.cursors.open(cursor).ok_or(End::CursorExpired)?,
            None => Position::new(),
        };
        for (stream, seen) in &given {
            if seen.seq > 0 && events::id_at(db, *stream, seen.seq).await? != Some(seen.id) {
                return Err(End::CursorExpired);
            }
        }
        let heads = events::heads(db).await?;
        let mut position = Position::new();
        for stream in streams(&viewer) {
            let seen = match given.get(&stream) {
                Some(seen) => *seen,
                None => self.end_of(stream, &heads).await?,
            };
            position.insert(stream, seen);
        }
        Ok(position)
    }

    /// The end of a stream as it stands.
    async fn end_of(&self, stream: Uuid, heads: &BTreeMap<Uuid, i64>) -> Result<Seen, End> {
        let seq = heads.get(&stream).copied().unwrap_or_default();
        let id = events::id_at(self.store.reader(), stream, seq).await?.unwrap_or_default();
        Ok(Seen { seq, id })
    }

    /// The events behind the cursor, and those to come.
    pub fn follow(self, after: Option<String>) -> impl Stream<Item = Result<Followed, End>> + Send {
        async_stream::try_stream! {
            let mut bell = self.feed.listen();
            let mut position = self.start(after.as_deref()).await?;
            // How far each stream was searched, hidden events included: what is hidden is not searched twice.
            let mut searched: BTreeMap<Uuid, i64> =
                position.iter().map(|(stream, seen)| (*stream, seen.seq)).collect();
            let mut idle = false;
            loop {
                let viewer = self.viewer().await?;
                if !idle {
                    let heads = events::heads(self.store.reader()).await?;
                    for stream in streams(&viewer) {
                        // A role granted meanwhile opens its stream from here on, as every cursor from now on says.
                        if let Entry::Vacant(unsearched) = searched.entry(stream) {
                            let end = self.end_of(stream, &heads).await?;
                            unsearched.insert(end.seq);
                            position.insert(stream, end);
                        }
                    }
                    for stream in streams(&viewer) {
                        let head = heads.get(&stream).copied().unwrap_or_default();
                        let mut from = searched.get(&stream).copied().unwrap_or(head);
                        while from < head {
                            let (viewer, now) = (Arc::new(self.viewer().await?), self.clock.now());
                            let sight = Sight { viewer: &viewer, today: london::date_of(now) };
                            let found =
                                events::page(self.store.reader(), sight, stream, from, head, &self.filter, PAGE)
                                    .await?;
                            let full = found.last().filter(|_| found.len() as u64 == PAGE);
                            from = full.map_or(head, |last| last.seq);
                            for event in found {
                                position.insert(stream, Seen { seq: event.seq, id: event.id });
                                let cursor = self.feed.cursors.seal(&position)
                                    .ok_or(Fault::Unexpected("no randomness"))?;
                                yield Followed { event, cursor, viewer: Arc::clone(&viewer), now };
                            }
                        }
                        searched.insert(stream, from);
                    }
                }
                idle = match tokio::time::timeout(RECHECK, bell.changed()).await {
                    Ok(Ok(())) => false,
                    Ok(Err(_)) => return,
                    Err(_) => true,
                };
            }
        }
    }
}
