//! The letters that a meeting of several people owes: invitations, updates, cancellations. They carry its reference and a
//! link, and name no child (PC-3, LG-11, XC-16).

use crate::mail::invitation::{Invitation, Mailbox, Method};
use crate::store::outbox::NewLetter;
use crate::workflow::Service;
use chrono::{DateTime, Utc};
use domain::london;
use std::collections::HashSet;
use uuid::Uuid;

/// What a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is planned, or somebody was invited to it.
    Invited,
    /// It is at another time, at another place or with another EP.
    Moved,
    /// The addressee is no longer invited.
    NoLongerInvited,
    /// It was called off.
    Cancelled,
}

impl Notice {
    fn method(self) -> Method {
        match self {
            Notice::Invited | Notice::Moved => Method::Request,
            Notice::NoLongerInvited | Notice::Cancelled => Method::Cancel,
        }
    }

    fn subject(self, what: &str) -> String {
        match self {
            Notice::Invited => what.to_owned(),
            Notice::Moved => format!("{what} changed"),
            Notice::NoLongerInvited => format!("{what}: you are no longer invited"),
            Notice::Cancelled => format!("{what} called off"),
        }
    }
}

/// A meeting of several people, as letters tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Gathering<'a> {
    /// What it is, at the beginning of a sentence.
    pub what: &'static str,
    /// Its id.
    pub id: Uuid,
    /// The authority.
    pub authority: Uuid,
    /// The reference that mail carries.
    pub reference: &'a str,
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
    /// Where, or the link to join.
    pub place: &'a str,
    /// Counts the invitations that went out.
    pub sequence: i32,
}

/// To whom a letter goes.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// Their account, where they have one.
    pub person: Option<Uuid>,
    /// Their name.
    pub name: &'a str,
    /// Where mail reaches them.
    pub email: &'a str,
}

/// How those who are invited change.
#[derive(Clone, Debug)]
pub struct Change<T> {
    /// Those who were invited and still are.
    pub stay: Vec<T>,
    /// Those who come in.
    pub new: Vec<T>,
    /// Those who were invited and are no longer.
    pub gone: Vec<T>,
}

impl<T> Change<T> {
    /// Those to whom each notice goes, `stay` where it moved. Nobody hears of coming or going at whose address somebody is or
    /// comes otherwise: a mailbox may pass to a successor.
    pub fn notices(&self, moved: bool, email: impl Fn(&T) -> &str) -> [(Notice, Vec<&T>); 3] {
        let at = |people: &[T], one: &T| people.iter().any(|other| email(other) == email(one));
        let stay = if moved { self.stay.iter().collect() } else { Vec::new() };
        let new = self.new.iter().filter(|one| !at(&self.stay, one)).collect();
        let gone = self.gone.iter().filter(|one| !at(&self.stay, one) && !at(&self.new, one)).collect();
        [(Notice::Moved, stay), (Notice::Invited, new), (Notice::NoLongerInvited, gone)]
    }
}

/// The notice to these people, one letter to an address.
pub fn letters<'a>(
    service: &Service,
    now: DateTime<Utc>,
    gathering: Gathering<'_>,
    notice: Notice,
    to: impl IntoIterator<Item = Addressee<'a>>,
) -> Vec<NewLetter> {
    let reference = gathering.reference;
    let link = format!("Meeting {reference}: {}", service.letterhead.case_url(reference));
    let when = london::local(gathering.starts_at).format("%A %-d %B %Y at %H:%M");
    let subject = notice.subject(gathering.what);
    let letter = |to: Addressee<'_>| NewLetter {
        authority: gathering.authority,
        case: Some(gathering.id),
        person: to.person,
        to_name: to.name.to_owned(),
        to_address: to.email.to_owned(),
        subject: format!("{subject} ({reference})"),
        body: format!("{subject}: {when} (London time).\n\n{link}"),
        calendar: Some((
            notice.method().as_str(),
            invitation(service, now, gathering, notice, &link, to).to_ics(),
        )),
    };
    let mut told = HashSet::new();
    to.into_iter().filter(|one| told.insert(one.email)).map(letter).collect()
}

fn invitation(
    service: &Service,
    now: DateTime<Utc>,
    gathering: Gathering<'_>,
    notice: Notice,
    link: &str,
    to: Addressee<'_>,
) -> Invitation {
    let minutes = (gathering.ends_at - gathering.starts_at).num_minutes();
    Invitation {
        uid: format!("{}@casegraph", gathering.id),
        sequence: u32::try_from(gathering.sequence).unwrap_or_default(),
        method: notice.method(),
        starts: gathering.starts_at,
        minutes: u32::try_from(minutes).unwrap_or_default(),
        summary: format!("{} {}", gathering.what, gathering.reference),
        description: link.to_owned(),
        location: gathering.place.to_owned(),
        organiser: service.letterhead.from.clone(),
        attendees: vec![Mailbox { name: to.name.to_owned(), email: to.email.to_owned() }],
        stamp: now,
    }
}
