//! The letters that a consultation owes: invitations, updates, cancellations. They carry the case reference and a
//! link, never a child's name (OC-10, XC-16).

use crate::mail::invitation::{Invitation, Mailbox, Method};
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
use chrono::{DateTime, Utc};
use domain::consultation::CancellationReason;
use domain::london;
use entity::{attendee, consultation, consultation_slot};
use uuid::Uuid;

/// What a letter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is booked.
    Booked,
    /// Who is invited has changed.
    Changed,
    /// The addressee is no longer invited.
    NoLongerInvited,
    /// It is cancelled.
    Cancelled(CancellationReason),
    /// It takes place after all.
    Reinstated,
}

impl Notice {
    fn method(self) -> Method {
        match self {
            Notice::Cancelled(_) | Notice::NoLongerInvited => Method::Cancel,
            Notice::Booked | Notice::Changed | Notice::Reinstated => Method::Request,
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Notice::Booked => "Online consultation booked",
            Notice::Changed => "Online consultation changed",
            Notice::NoLongerInvited => "Online consultation: you are no longer invited",
            Notice::Cancelled(_) => "Online consultation cancelled",
            Notice::Reinstated => "Online consultation takes place after all",
        }
    }

    fn why(self) -> &'static str {
        match self {
            Notice::Cancelled(CancellationReason::CRicNotReceived) => {
                "It was cancelled because the signed consent form (C-RIC) had not arrived in time."
            }
            Notice::Cancelled(CancellationReason::ConsentWithdrawn) => {
                "It was cancelled because consent was withdrawn."
            }
            Notice::Cancelled(CancellationReason::ChildMoved) => {
                "It was cancelled because the child changed school."
            }
            Notice::Cancelled(_) => "It was called off.",
            Notice::Reinstated => "The consent form had arrived in time, so the booking stands again.",
            Notice::Booked | Notice::Changed | Notice::NoLongerInvited => "",
        }
    }
}

/// The reference of a case: what mail may carry instead of a name. Drawn from the random part of its id.
pub fn reference(prefix: &str, id: Uuid) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = id.as_u128() & ((1 << 50) - 1);
    let letters = (0..10).rev().map(|place| char::from(ALPHABET[((random >> (place * 5)) & 31) as usize]));
    format!("{prefix}-{}", letters.collect::<String>())
}

/// Owes the notice to everybody who is invited, and to whoever booked.
pub async fn send(
    service: &Service,
    work: &Work<'_>,
    row: &consultation::Model,
    slot: &consultation_slot::Model,
    notice: Notice,
) -> Result<(), Fault> {
    let system = System::within(work);
    let invited = system.attendees(row.id).await?;
    send_to(service, work, row, slot, notice, &invited).await?;
    let booker = system.person(row.booked_by).await?;
    if matches!(notice, Notice::Cancelled(_) | Notice::Reinstated)
        && !invited.iter().any(|attendee| attendee.email == booker.email)
    {
        let body = body(service, row, notice);
        work.owe(NewLetter {
            authority: row.authority_id,
            case: Some(row.id),
            person: Some(booker.id),
            to_name: booker.name,
            to_address: booker.email,
            subject: format!("{} ({})", notice.subject(), row.reference),
            body,
            calendar: None,
        })
        .await?;
    }
    Ok(())
}

/// Owes the notice to these attendees.
pub async fn send_to(
    service: &Service,
    work: &Work<'_>,
    row: &consultation::Model,
    slot: &consultation_slot::Model,
    notice: Notice,
    invited: &[attendee::Model],
) -> Result<(), Fault> {
    let method = notice.method();
    for attendee in invited {
        let text = invitation(service, work.op.now, row, slot, method, attendee).to_ics();
        work.owe(NewLetter {
            authority: row.authority_id,
            case: Some(row.id),
            person: None,
            to_name: attendee.name.clone(),
            to_address: attendee.email.clone(),
            subject: format!("{} ({})", notice.subject(), row.reference),
            body: body(service, row, notice),
            calendar: Some((method.as_str(), text)),
        })
        .await?;
    }
    Ok(())
}

fn invitation(
    service: &Service,
    now: DateTime<Utc>,
    row: &consultation::Model,
    slot: &consultation_slot::Model,
    method: Method,
    attendee: &attendee::Model,
) -> Invitation {
    let minutes = (slot.ends_at - slot.starts_at).num_minutes();
    Invitation {
        uid: format!("{}@casegraph", row.id),
        sequence: u32::try_from(row.invitation_sequence).unwrap_or_default(),
        method,
        starts: slot.starts_at,
        minutes: u32::try_from(minutes).unwrap_or_default(),
        summary: format!("Online consultation {}", row.reference),
        description: link(service, row),
        location: slot.join_link.clone(),
        organiser: service.letterhead.from.clone(),
        attendees: vec![Mailbox { name: attendee.name.clone(), email: attendee.email.clone() }],
        stamp: now,
    }
}

fn link(service: &Service, row: &consultation::Model) -> String {
    format!("Case {}: {}", row.reference, service.letterhead.case_url(&row.reference))
}

fn body(service: &Service, row: &consultation::Model, notice: Notice) -> String {
    let when = london::local(row.starts_at).format("%A %-d %B %Y at %H:%M");
    let why = notice.why();
    let parts = [format!("{}: {when} (London time).", notice.subject()), why.to_owned(), link(service, row)];
    let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("\n\n")
}
