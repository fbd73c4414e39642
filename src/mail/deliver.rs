//! Sends the letters that the outbox owes: at least once each, each on its own.

use super::invitation::{Mailbox, Method};
use super::letter::Letter;
use super::retry;
use super::transport::{Post, SendFault};
use crate::op::{Clock, Op};
use crate::store::{Fault, Store};
use entity::outbox_mail;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many letters are under way at once. No more are claimed than can be tried at once: a letter that waited in line
/// could outlive its claim, and be sent by somebody else as well.
const AT_ONCE: usize = 8;

/// How often the outbox is looked at when nothing rings.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Carries letters from the outbox to the post.
pub struct Courier {
    /// Where the outbox is.
    pub store: Store,
    /// Says which letters are due.
    pub clock: Clock,
    /// Where they go.
    pub post: Post,
    /// In whose name.
    pub from: Mailbox,
    /// The host of the service's public address, for the Message-ID.
    pub host: String,
}

/// What came of the letters that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Letters accepted for delivery.
    pub sent: usize,
    /// Attempts that failed.
    pub failed: usize,
}

impl Courier {
    /// Delivers whenever the bell rings, and every 2 seconds, until told to stop; then finishes what is under way.
    pub async fn run<T>(self: Arc<Self>, mut bell: watch::Receiver<T>, mut stop: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        loop {
            if let Err(fault) = self.fill(&mut under_way).await {
                tracing::warn!(%fault, "the outbox could not be read");
            }
            tokio::select! {
                Some(_) = under_way.join_next() => {}
                Ok(()) = bell.changed() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        under_way.join_all().await;
    }

    /// Tries every letter that is due now, once.
    pub async fn once(self: &Arc<Self>) -> Result<Delivered, Fault> {
        let mut delivered = Delivered::default();
        let mut under_way = JoinSet::new();
        loop {
            self.fill(&mut under_way).await?;
            match under_way.join_next().await {
                Some(Ok(true)) => delivered.sent += 1,
                Some(_) => delivered.failed += 1,
                None => return Ok(delivered),
            }
        }
    }

    /// Claims as many letters as there is room for, and sets out with them.
    async fn fill(self: &Arc<Self>, under_way: &mut JoinSet<bool>) -> Result<(), Fault> {
        let room = AT_ONCE - under_way.len().min(AT_ONCE);
        if room == 0 {
            return Ok(());
        }
        let op = Op::of_service(self.clock.now());
        for letter in self.store.claim_letters(&op, room as u64).await? {
            let courier = Arc::clone(self);
            under_way.spawn(async move { courier.carry(letter).await });
        }
        Ok(())
    }

    /// Sends one letter and notes what came of it; says whether it has left.
    async fn carry(&self, row: outbox_mail::Model) -> bool {
        let (id, attempts, owed_at) = (row.id, row.attempts, row.created_at);
        let sent = match self.letter(row) {
            Some(letter) => self.post.send(&letter, owed_at).await.map_err(Some),
            None => Err(None),
        };
        let now = self.clock.now();
        let noted = match sent {
            Ok(()) => {
                metrics::counter!("casegraph_mail_sent_total").increment(1);
                self.store.letter_sent(id, now).await
            }
            Err(fault) => {
                let class = class(fault);
                metrics::counter!("casegraph_mail_failed_total", "class" => class).increment(1);
                let text =
                    fault.map_or_else(|| "permanent: the calendar method".to_owned(), |f| f.to_string());
                tracing::warn!(letter = %id, fault = text, "a letter did not leave");
                let failures = u32::try_from(attempts).unwrap_or(u32::MAX).saturating_add(1);
                let next = if class == PERMANENT { None } else { retry::next_attempt(failures, now) };
                self.store.letter_failed(&Op::of_service(now), id, next, &text).await
            }
        };
        if let Err(fault) = noted {
            tracing::error!(letter = %id, %fault, "what came of a letter could not be noted; it will be tried again");
        }
        sent.is_ok()
    }

    /// The letter of a row; none if the row names an invitation of a kind that there is not.
    fn letter(&self, row: outbox_mail::Model) -> Option<Letter> {
        let calendar = match (row.calendar_method.as_deref(), row.calendar) {
            (Some(method), Some(text)) => {
                let method =
                    [Method::Request, Method::Cancel].into_iter().find(|known| known.as_str() == method)?;
                Some((method, text))
            }
            _ => None,
        };
        Some(Letter {
            message_id: format!("<{}@{}>", row.id, self.host),
            from: self.from.clone(),
            to: row.to_address,
            to_name: Some(row.to_name).filter(|name| !name.is_empty()),
            subject: row.subject,
            text: row.body,
            calendar,
        })
    }
}

const PERMANENT: &str = "permanent";

fn class(fault: Option<SendFault>) -> &'static str {
    match fault {
        Some(SendFault::Transient(_)) => "transient",
        Some(SendFault::Permanent(_)) | None => PERMANENT,
    }
}

#[cfg(test)]
mod tests;
