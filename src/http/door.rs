//! What the front door holds every caller to, whichever transport they come by.

use super::documents::Documents;
use crate::config::Limits;
use std::time::Duration;

/// The front door: what may be asked, from where, and how long it waits.
#[derive(Debug)]
pub struct Door {
    /// How much one caller may ask for.
    pub limits: Limits,
    /// Which documents run.
    pub documents: Documents,
    /// Origins besides the service's own whose pages may use it, such as `https://portal.example`.
    pub allowed_origins: Vec<String>,
    /// How long it waits.
    pub patience: Patience,
}

/// How long the door waits for a client. All are spans of real time, none of the calendar.
#[derive(Debug, Clone)]
pub struct Patience {
    /// For the head of a request, counted from the opening of the connection or from the last answer on it.
    pub head: Duration,
    /// For the body of a request.
    pub body: Duration,
    /// For a client to take what was written to it.
    pub write: Duration,
    /// For `connection_init` on a socket.
    pub init: Duration,
    /// Between two pings of the service on a socket, and two comments in a stream of events.
    pub ping: Duration,
    /// For any sign of life on a socket, a pong among them.
    pub silence: Duration,
    /// Over which sockets and streams are closed when the service stops.
    pub drain: Duration,
}

impl Patience {
    fn of(limits: &Limits) -> Self {
        let seconds = |seconds: usize| Duration::from_secs(seconds as u64);
        Self {
            head: seconds(limits.head_seconds),
            body: seconds(limits.body_seconds),
            write: seconds(limits.write_seconds),
            init: Duration::from_secs(5),
            ping: Duration::from_secs(12),
            silence: Duration::from_secs(40),
            drain: seconds(limits.drain_seconds),
        }
    }
}

impl Door {
    /// A door with these limits.
    pub fn new(limits: Limits, documents: Documents, allowed_origins: Vec<String>) -> Self {
        let patience = Patience::of(&limits);
        Self { limits, documents, allowed_origins, patience }
    }
}

impl Default for Door {
    /// Any document, the default limits, no other origin.
    fn default() -> Self {
        let limits = Limits::default();
        let documents = Documents::any(limits.kept_documents);
        Self::new(limits, documents, Vec::new())
    }
}
