//! Use cases: gather the facts, let the rulebook decide, apply what it decided, in one transaction.

pub mod attachment;
pub mod calendar;
pub mod command;
pub mod consent;
pub mod consultation;
pub mod ehc;
pub mod escalation;
pub mod gathering;
pub mod graduated;
pub mod import;
pub mod locality;
pub mod people;
pub mod planning;
pub mod reminder;
pub mod term_due;

use crate::feed::Feed;
use crate::mail::invitation::Mailbox;
use crate::op::Clock;
use crate::store::Store;
use std::sync::Arc;

/// What the letters of the service say about where they come from.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// In whose name letters go out.
    pub from: Mailbox,
    /// Where people open a case: the public address of the service, without a slash at the end.
    pub public_url: String,
}

impl Letterhead {
    /// Where people open the case with this reference.
    pub fn case_url(&self, reference: &str) -> String {
        format!("{}/cases/{reference}", self.public_url)
    }
}

/// The service as workflows see it.
#[derive(Clone, Debug)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// The bell of the event log.
    pub feed: Arc<Feed>,
    /// The clock.
    pub clock: Clock,
    /// What letters say.
    pub letterhead: Arc<Letterhead>,
}
