//! Where letters go: a mail relay, or a folder in a demonstration.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::letter::{BadLetter, Letter};

/// How long one letter may take, from connecting to the relay's last word.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Replies in 500 to 599 that are about this service's account or the relay's state, not about the letter:
/// every letter would get them, and an operator can mend them.
const REPLIES_ABOUT_THE_RELAY: [u16; 8] = [502, 503, 504, 521, 530, 534, 535, 538];

/// The way that letters leave.
pub enum Post {
    /// To a mail relay.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Into a folder, each letter as `message-id.eml`.
    Folder(PathBuf),
}

/// A relay's address that cannot be used. It does not repeat the address, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable mail relay: smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT?tls=required")]
pub struct BadRelay;

/// Why a letter has not left. Neither form tells an address or what a relay wrote, only the class and the
/// code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendFault {
    /// Another attempt would fail like this one.
    #[error("permanent: {0}")]
    Permanent(Cause),
    /// Another attempt may succeed.
    #[error("transient: {0}")]
    Transient(Cause),
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The letter cannot be put into a message.
    #[error("{0}")]
    Letter(BadLetter),
    /// The relay's reply code.
    #[error("SMTP {0}")]
    Reply(u16),
    /// No connection, no TLS, no common way to log in, or an answer that is not SMTP.
    #[error("connection")]
    Connection,
    /// Not done within [`SEND_TIMEOUT`].
    #[error("timeout")]
    Timeout,
    /// The folder could not be written.
    #[error("folder")]
    Folder,
}

impl Post {
    /// The relay at `smtps://user:password@host` (TLS from the start) or
    /// `smtp://user:password@host:port?tls=required` (STARTTLS, or nothing is sent). Without `tls=required`,
    /// `smtp` sends password and letters in clear: for a relay on the same host only. User and password are
    /// percent-encoded.
    pub fn from_url(url: &str) -> Result<Self, BadRelay> {
        let relay = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| BadRelay)?;
        Ok(Self::Smtp(relay.build()))
    }

    /// Sends the letter, with `date` as its Date header.
    ///
    /// A relay may have taken the letter before a timeout or a lost connection; the next attempt then
    /// delivers it twice, under the same Message-ID.
    pub async fn send(&self, letter: &Letter, date: DateTime<Utc>) -> Result<(), SendFault> {
        let unbuildable = |fault| SendFault::Permanent(Cause::Letter(fault));
        let message = letter.to_message(date).map_err(unbuildable)?;
        let stem = letter.file_stem().map_err(unbuildable)?;
        tokio::time::timeout(SEND_TIMEOUT, self.hand_over(message, stem))
            .await
            .unwrap_or(Err(SendFault::Transient(Cause::Timeout)))
    }

    async fn hand_over(&self, message: Message, stem: &str) -> Result<(), SendFault> {
        match self {
            Self::Smtp(relay) => relay.send(message).await.map(drop).map_err(|error| smtp_fault(&error)),
            Self::Folder(folder) => write_whole(folder, stem, &message.formatted())
                .await
                .map_err(|_| SendFault::Transient(Cause::Folder)),
        }
    }
}

fn smtp_fault(error: &SmtpError) -> SendFault {
    let Some(code) = error.status().map(u16::from) else {
        return SendFault::Transient(Cause::Connection);
    };
    if error.is_permanent() && !REPLIES_ABOUT_THE_RELAY.contains(&code) {
        SendFault::Permanent(Cause::Reply(code))
    } else {
        SendFault::Transient(Cause::Reply(code))
    }
}

/// Under its final name the file is there whole or not at all.
async fn write_whole(folder: &Path, stem: &str, content: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let unfinished = folder.join(format!(".{stem}.part"));
    tokio::fs::write(&unfinished, content).await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{stem}.eml"))).await
}
