//! The letters that a planning meeting owes its participants (PC-3).

use crate::store::outbox::NewLetter;
use crate::workflow::Service;
pub use crate::workflow::gathering::Notice;
use crate::workflow::gathering::{Addressee, Gathering, letters};
use chrono::{DateTime, Utc};
use entity::{meeting_participant, planning_meeting};

/// The notice to these participants.
pub fn notices<'a>(
    service: &Service,
    now: DateTime<Utc>,
    meeting: &planning_meeting::Model,
    notice: Notice,
    to: impl IntoIterator<Item = &'a meeting_participant::Model>,
) -> Vec<NewLetter> {
    let gathering = Gathering {
        what: "Planning and consultation meeting",
        id: meeting.id,
        authority: meeting.authority_id,
        reference: &meeting.reference,
        starts_at: meeting.starts_at,
        ends_at: meeting.ends_at,
        place: &meeting.place,
        sequence: meeting.invitation_sequence,
    };
    let addressees =
        to.into_iter().map(|row| Addressee { person: row.person_id, name: &row.name, email: &row.email });
    letters(service, now, gathering, notice, addressees)
}
