//! The iCalendar text of a consultation invitation (RFC 5545, sent by RFC 5546): OC-10.
//!
//! The text is written here and not by a library, because the writer must hold against any text that a person
//! typed: no value may end its line early, no line may pass 75 octets, and no parameter may leave its quotes.

use chrono::{DateTime, TimeDelta, Utc};

/// What names this program to calendar software.
pub(super) const PRODUCT: &str = "-//casegraph//SEND casework//EN";

/// The longest line that RFC 5545 section 3.1 allows, in octets, without its line break.
const LINE_OCTETS: usize = 75;

/// A person or team as mail and calendars name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown to readers; may be empty.
    pub name: String,
    /// The email address, without the name.
    pub email: String,
}

/// What the recipient's calendar is to do with the event (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Enter the event, or update the one with the same UID and a lower SEQUENCE.
    Request,
    /// Take the event out of the calendar.
    Cancel,
}

impl Method {
    /// The word for it, in iCalendar text and in the MIME type's `method` parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }

    fn status(self) -> &'static str {
        match self {
            Self::Request => "CONFIRMED",
            Self::Cancel => "CANCELLED",
        }
    }
}

/// An invitation to an online consultation, a change to one, or its cancellation (OC-10).
///
/// No child's name, UPN or birth date stands in one (XC-16): callers give a case reference in `summary` and
/// `description`, and the names here are those of adults who attend for their work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The same through all of the booking's life, so that a change finds the event it changes.
    pub uid: String,
    /// 0 for the first invitation, higher with each change and for the cancellation.
    pub sequence: u32,
    /// Invite (also: change) or cancel.
    pub method: Method,
    /// The start, as an instant; calendars show it in their reader's own time.
    pub starts: DateTime<Utc>,
    /// The length in minutes, more than 0.
    pub minutes: u32,
    /// The title in the calendar: a case reference, never a name.
    pub summary: String,
    /// The text of the event; may have several lines.
    pub description: String,
    /// Where it is, or the address at which attendees join; empty where there is none.
    pub location: String,
    /// The consultations team.
    pub organiser: Mailbox,
    /// Everybody who is invited.
    pub attendees: Vec<Mailbox>,
    /// The instant at which this text was made.
    pub stamp: DateTime<Utc>,
}

impl Invitation {
    /// The iCalendar text, with CRLF line breaks.
    ///
    /// Whatever the values hold, the text has exactly the properties that are meant: line breaks in texts are
    /// kept escaped, other control characters are dropped, and what a name or an address cannot carry is
    /// replaced.
    pub fn to_ics(&self) -> String {
        let ends = TimeDelta::try_minutes(self.minutes.into())
            .and_then(|length| self.starts.checked_add_signed(length))
            .unwrap_or(self.starts);
        let mut ics = Lines::default();
        ics.push("BEGIN:VCALENDAR");
        ics.push("VERSION:2.0");
        ics.push(&format!("PRODID:{PRODUCT}"));
        ics.push("CALSCALE:GREGORIAN");
        ics.push(&format!("METHOD:{}", self.method.as_str()));
        ics.push("BEGIN:VEVENT");
        ics.push(&format!("UID:{}", text(&self.uid)));
        ics.push(&format!("SEQUENCE:{}", self.sequence));
        ics.push(&format!("DTSTAMP:{}", utc(self.stamp)));
        ics.push(&format!("DTSTART:{}", utc(self.starts)));
        ics.push(&format!("DTEND:{}", utc(ends)));
        ics.push(&format!("STATUS:{}", self.method.status()));
        ics.push(&format!("SUMMARY:{}", text(&self.summary)));
        ics.push(&format!("DESCRIPTION:{}", text(&self.description)));
        if !self.location.is_empty() {
            ics.push(&format!("LOCATION:{}", text(&self.location)));
        }
        if is_link(&self.location) {
            ics.push(&format!("URL:{}", uri(&self.location)));
        }
        ics.push(&format!("ORGANIZER;CN={}:{}", common_name(&self.organiser), mailto(&self.organiser.email)));
        for attendee in &self.attendees {
            ics.push(&format!(
                "ATTENDEE;CN={};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{}",
                common_name(attendee),
                mailto(&attendee.email),
            ));
        }
        ics.push("END:VEVENT");
        ics.push("END:VCALENDAR");
        ics.0
    }
}

/// Whether a place is a link to join rather than a room.
pub fn is_link(location: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| location.starts_with(scheme))
}

/// Content lines, folded.
#[derive(Default)]
pub(super) struct Lines(pub(super) String);

impl Lines {
    pub(super) fn push(&mut self, line: &str) {
        let mut octets = 0;
        for character in line.chars() {
            if octets + character.len_utf8() > LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(character);
            octets += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

pub(super) fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Some readers split lines at these too, though RFC 5545 does not.
fn breaks_lines(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A TEXT value (RFC 5545 section 3.3.11).
pub(super) fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\t' => escaped.push('\t'),
            _ if breaks_lines(character) => escaped.push_str("\\n"),
            _ if character.is_control() => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A CN parameter's value, quoted; the address stands in for a name that is missing.
///
/// A quoted value has no escapes: a double quote becomes a single one, a control character a space, and so do
/// caret and backslash, which some readers take for escapes (the caret by RFC 6868).
pub(super) fn common_name(mailbox: &Mailbox) -> String {
    let shown = if mailbox.name.trim().is_empty() { &mailbox.email } else { &mailbox.name };
    let safe: String = shown
        .chars()
        .map(|character| match character {
            '"' => '\'',
            '^' | '\\' => ' ',
            _ if character.is_control() || breaks_lines(character) => ' ',
            _ => character,
        })
        .collect();
    format!("\"{}\"", safe.trim())
}

/// An address as a `mailto:` URI (RFC 6068).
pub(super) fn mailto(email: &str) -> String {
    let kept = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~!$'*+@".contains(&octet);
    format!("mailto:{}", percent_encoded(email, kept))
}

/// A link as a URI value: what may not stand in a URI (RFC 3986) is percent-encoded, what is encoded stays
/// so.
fn uri(link: &str) -> String {
    percent_encoded(link, |octet| octet.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&octet))
}

fn percent_encoded(value: &str, kept: impl Fn(u8) -> bool) -> String {
    let encode = |octet| if kept(octet) { char::from(octet).to_string() } else { format!("%{octet:02X}") };
    value.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests;
