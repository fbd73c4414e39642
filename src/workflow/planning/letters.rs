//! The letters that a planning meeting owes: invitations, updates, cancellations. They carry its reference and a link, and
//! name no child (PC-3, XC-16).

use crate::mail::invitation::{Invitation, Mailbox, Method};
use crate::store::outbox::NewLetter;
use crate::workflow::Service;
use chrono::{DateTime, Utc};
use domain::london;
use domain::planning::MeetingState;
use entity::{meeting_participant, planning_meeting};
use std::collections::HashSet;

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

    fn subject(self) -> &'static str {
        match self {
            Notice::Invited => "Planning and consultation meeting",
            Notice::Moved => "Planning and consultation meeting changed",
            Notice::NoLongerInvited => "Planning and consultation meeting: you are no longer invited",
            Notice::Cancelled => "Planning and consultation meeting called off",
        }
    }
}

/// The notice to these participants, one letter to an address.
pub fn notices(
    service: &Service,
    now: DateTime<Utc>,
    meeting: &planning_meeting::Model,
    notice: Notice,
    to: &[meeting_participant::Model],
) -> Vec<NewLetter> {
    debug_assert!(notice != Notice::Cancelled || meeting.state == MeetingState::Cancelled);
    let url = service.letterhead.case_url(&meeting.reference);
    let link = format!("Meeting {}: {url}", meeting.reference);
    let when = london::local(meeting.starts_at).format("%A %-d %B %Y at %H:%M");
    let letter = |participant: &meeting_participant::Model| NewLetter {
        authority: meeting.authority_id,
        case: Some(meeting.id),
        person: participant.person_id,
        to_name: participant.name.clone(),
        to_address: participant.email.clone(),
        subject: format!("{} ({})", notice.subject(), meeting.reference),
        body: format!("{}: {when} (London time).\n\n{link}", notice.subject()),
        calendar: Some((
            notice.method().as_str(),
            invitation(service, now, meeting, notice, &link, participant).to_ics(),
        )),
    };
    let mut told = HashSet::new();
    to.iter().filter(|participant| told.insert(participant.email.as_str())).map(letter).collect()
}

fn invitation(
    service: &Service,
    now: DateTime<Utc>,
    meeting: &planning_meeting::Model,
    notice: Notice,
    link: &str,
    to: &meeting_participant::Model,
) -> Invitation {
    let minutes = (meeting.ends_at - meeting.starts_at).num_minutes();
    Invitation {
        uid: format!("{}@casegraph", meeting.id),
        sequence: u32::try_from(meeting.invitation_sequence).unwrap_or_default(),
        method: notice.method(),
        starts: meeting.starts_at,
        minutes: u32::try_from(minutes).unwrap_or_default(),
        summary: format!("Planning and consultation meeting {}", meeting.reference),
        description: link.to_owned(),
        location: meeting.place.clone(),
        organiser: service.letterhead.from.clone(),
        attendees: vec![Mailbox { name: to.name.clone(), email: to.email.clone() }],
        stamp: now,
    }
}
