//! The iCalendar text of a task with a due date (RFC 5545 VTODO, sent by RFC 5546): AQ-5.

use super::invitation::{Lines, Mailbox, Method, PRODUCT, common_name, mailto, text, utc};
use chrono::{DateTime, NaiveDate, Utc};

/// A task that is asked of somebody, to be done by the end of a London date. No child's name, UPN or birth date stands
/// in one (XC-16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The same through all of the task's life.
    pub uid: String,
    /// The London date by which it is due.
    pub due_on: NaiveDate,
    /// The title in the calendar: a case reference, never a name.
    pub summary: String,
    /// The text of the task; may have several lines.
    pub description: String,
    /// Who asks.
    pub organiser: Mailbox,
    /// Of whom it is asked.
    pub attendees: Vec<Mailbox>,
    /// The instant at which this text was made.
    pub stamp: DateTime<Utc>,
}

impl Task {
    /// The iCalendar text, with CRLF line breaks.
    pub fn to_ics(&self) -> String {
        let mut ics = Lines::default();
        ics.push("BEGIN:VCALENDAR");
        ics.push("VERSION:2.0");
        ics.push(&format!("PRODID:{PRODUCT}"));
        ics.push("CALSCALE:GREGORIAN");
        ics.push(&format!("METHOD:{}", Method::Request.as_str()));
        ics.push("BEGIN:VTODO");
        ics.push(&format!("UID:{}", text(&self.uid)));
        ics.push("SEQUENCE:0");
        ics.push(&format!("DTSTAMP:{}", utc(self.stamp)));
        ics.push(&format!("DUE;VALUE=DATE:{}", self.due_on.format("%Y%m%d")));
        ics.push("STATUS:NEEDS-ACTION");
        ics.push("PRIORITY:1");
        ics.push(&format!("SUMMARY:{}", text(&self.summary)));
        ics.push(&format!("DESCRIPTION:{}", text(&self.description)));
        ics.push(&format!("ORGANIZER;CN={}:{}", common_name(&self.organiser), mailto(&self.organiser.email)));
        for attendee in &self.attendees {
            ics.push(&format!(
                "ATTENDEE;CN={};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{}",
                common_name(attendee),
                mailto(&attendee.email),
            ));
        }
        ics.push("END:VTODO");
        ics.push("END:VCALENDAR");
        ics.0
    }
}
