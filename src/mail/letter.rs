//! One letter to one recipient, as an email message.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, Date, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::invitation::{Mailbox, Method};

/// The last second of the year 9999: a Date header cannot tell a later one.
const LAST_DATE_SECOND: i64 = 253_402_300_799;

/// A letter as the outbox keeps it: to one recipient, so that a fault of one address holds nobody else's up.
///
/// Subject and text carry no child's name, UPN or birth date (XC-16): a case reference and a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The Message-ID with its angle brackets, `<id@domain>`, of letters, digits and `.-_+=`; stored with the
    /// letter and the same on each attempt, so that a mailbox can tell a repeated delivery.
    pub message_id: String,
    /// The sender.
    pub from: Mailbox,
    /// The recipient's address, without the name.
    pub to: String,
    /// The recipient's name.
    pub to_name: Option<String>,
    /// The subject, exactly as it is to be read (AQ-5).
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// An invitation's method and iCalendar text (OC-10).
    pub calendar: Option<(Method, String)>,
}

/// What of a letter cannot be put into an email message; it names the part and never what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLetter {
    /// Not a Message-ID of the form that [`Letter::message_id`] asks for.
    #[error("the message id is malformed")]
    MessageId,
    /// Not an address, or one with characters beyond ASCII, which not every relay takes.
    #[error("the sender is not a usable address")]
    Sender,
    /// Not an address, or one with characters beyond ASCII, which not every relay takes.
    #[error("the recipient is not a usable address")]
    Recipient,
    /// A control character or a line break in the sender's or the recipient's name.
    #[error("a name has a control character")]
    Name,
    /// A control character or a line break in the subject.
    #[error("the subject has a control character")]
    Subject,
    /// Before 1970 or after 9999.
    #[error("the date is out of range")]
    Date,
    /// Refused by the message builder for another reason.
    #[error("the message cannot be built")]
    Message,
}

impl Letter {
    /// The message, with `date` as its Date header.
    ///
    /// With a calendar, the invitation goes as an alternative to the text, which mail programs offer to
    /// accept, and again as the attachment `invite.ics` for those that do not.
    pub fn to_message(&self, date: DateTime<Utc>) -> Result<Message, BadLetter> {
        self.file_stem()?;
        if has_control(&self.subject) {
            return Err(BadLetter::Subject);
        }
        let from_name = Some(self.from.name.as_str()).filter(|name| !name.trim().is_empty());
        let builder = Message::builder()
            .message_id(Some(self.message_id.clone()))
            .header(date_header(date)?)
            .from(mailbox(from_name, &self.from.email, BadLetter::Sender)?)
            .to(mailbox(self.to_name.as_deref(), &self.to, BadLetter::Recipient)?)
            .subject(self.subject.as_str())
            .header(AutoSubmitted);
        let text = SinglePart::plain(unix_lines(&self.text));
        let message = match &self.calendar {
            None => builder.singlepart(text),
            Some((method, ics)) => builder.multipart(with_invitation(text, *method, ics)?),
        };
        message.map_err(|_| BadLetter::Message)
    }

    /// The Message-ID without its brackets: as it has passed the check, safe as a file's name.
    pub(super) fn file_stem(&self) -> Result<&str, BadLetter> {
        self.message_id
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .filter(|inner| is_message_id(inner))
            .ok_or(BadLetter::MessageId)
    }
}

/// Narrower than RFC 5322 allows: the ids are our own, and a narrow form needs no escaping in a header or a
/// path.
fn is_message_id(inner: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphanumeric())
            && word.chars().all(|character| character.is_ascii_alphanumeric() || ".-_+=".contains(character))
    };
    inner.len() <= 200 && inner.split_once('@').is_some_and(|(left, right)| is_word(left) && is_word(right))
}

fn has_control(value: &str) -> bool {
    value.chars().any(|character| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
}

fn mailbox(
    name: Option<&str>,
    address: &str,
    fault: BadLetter,
) -> Result<lettre::message::Mailbox, BadLetter> {
    if !address.is_ascii() || has_control(address) {
        return Err(fault);
    }
    if name.is_some_and(has_control) {
        return Err(BadLetter::Name);
    }
    let address: Address = address.parse().map_err(|_| fault)?;
    Ok(lettre::message::Mailbox::new(name.map(str::to_owned), address))
}

fn date_header(date: DateTime<Utc>) -> Result<Date, BadLetter> {
    if (0..=LAST_DATE_SECOND).contains(&date.timestamp()) {
        Ok(Date::new(date.into()))
    } else {
        Err(BadLetter::Date)
    }
}

fn with_invitation(text: SinglePart, method: Method, ics: &str) -> Result<MultiPart, BadLetter> {
    let content_type = |essence: &str| {
        ContentType::parse(&format!("{essence}; charset=utf-8; method={}", method.as_str()))
            .map_err(|_| BadLetter::Message)
    };
    let ics = unix_lines(ics);
    let invitation = SinglePart::builder().content_type(content_type("text/calendar")?).body(ics.clone());
    // As text/calendar a second time, some programs show a second invitation.
    let attached = Attachment::new("invite.ics".to_owned()).body(ics, content_type("application/ics")?);
    let alternatives = MultiPart::alternative().singlepart(text).singlepart(invitation);
    Ok(MultiPart::mixed().multipart(alternatives).singlepart(attached))
}

/// The builder turns LF into CRLF and leaves a bare CR, which relays read differently, as it is.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Tells automatic responders to keep quiet (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
