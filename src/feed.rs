//! The feed: wakes whoever follows the event log, and lets them page through it in their own scope.
//!
//! Subscribers wait for a bell, never for data: what they get they read from the table. The bell rings after a commit
//! of this process, once a second in any case, and on PostgreSQL when another replica notifies.

pub mod cursor;
pub mod follow;

use crate::store::{Fault, Store, events};
use cursor::CursorKey;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

/// The numbers of the newest events, by stream.
pub type Heads = Arc<BTreeMap<Uuid, i64>>;

/// The bell, and the key of the cursors that it hands out.
#[derive(Debug)]
pub struct Feed {
    wake: Notify,
    heads: watch::Sender<Heads>,
    /// Opens and closes cursors.
    pub cursors: CursorKey,
}

impl Feed {
    /// A feed that nobody rings yet.
    pub fn new(cursors: CursorKey) -> Arc<Self> {
        Arc::new(Self { wake: Notify::new(), heads: watch::Sender::new(Heads::default()), cursors })
    }

    /// Says that something was committed.
    pub fn ring(&self) {
        self.wake.notify_one();
    }

    /// Waits for the bell.
    pub fn listen(&self) -> watch::Receiver<Heads> {
        self.heads.subscribe()
    }

    /// Reads the heads and rings for whoever is behind.
    pub async fn look(&self, store: &Store) -> Result<(), Fault> {
        let heads = Arc::new(events::heads(store.reader()).await?);
        self.heads.send_if_modified(|known| {
            let moved = *known != heads;
            *known = heads;
            moved
        });
        Ok(())
    }

    /// Looks whenever somebody rings, and once a second, until told to stop.
    pub async fn run(self: Arc<Self>, store: Store, mut stop: watch::Receiver<bool>) {
        let mut looked = Instant::now();
        loop {
            match self.look(&store).await {
                Ok(()) => looked = Instant::now(),
                Err(fault) => tracing::warn!(%fault, "the event log could not be read"),
            }
            metrics::gauge!("casegraph_feed_lag_seconds").set(looked.elapsed().as_secs_f64());
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// On PostgreSQL, rings when another replica notifies, until told to stop.
    pub async fn run_listener(self: Arc<Self>, store: Store, mut stop: watch::Receiver<bool>) {
        loop {
            let heard = tokio::select! {
                heard = events::hear_notifications(&store, || self.ring()) => heard,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(fault) = heard {
                tracing::warn!(%fault, "notifications of other replicas are not heard; polling goes on");
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}
