//! The letters that a session of a locality group owes: to its EP, and to the SENCOs of the locality's schools.

use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
pub use crate::workflow::gathering::Notice;
use crate::workflow::gathering::{Addressee, Gathering, letters};
use domain::london;
use entity::{locality_session, person};
use uuid::Uuid;

/// The notice to the group as it is on the day of the session.
pub async fn notices(
    service: &Service,
    work: &Work<'_>,
    session: &locality_session::Model,
    notice: Notice,
) -> Result<Vec<NewLetter>, Fault> {
    let system = System::within(work);
    let schools = system.schools_of_locality(session.locality_id).await?;
    let mut group = system.sencos_of(&schools, london::date_of(session.starts_at)).await?;
    group.push(system.person(session.facilitator_id).await?);
    group.sort_by_key(|person| person.id);
    group.dedup_by_key(|person| person.id);
    let addressees = group.iter().map(addressee);
    Ok(letters(service, work.op.now, gathering(session), notice, addressees))
}

/// The notice to an EP who no longer facilitates a session: nobody where they still do.
pub async fn no_longer_facilitates(
    service: &Service,
    work: &Work<'_>,
    session: &locality_session::Model,
    former: Uuid,
) -> Result<Vec<NewLetter>, Fault> {
    if former == session.facilitator_id {
        return Ok(Vec::new());
    }
    let former = System::within(work).person(former).await?;
    let notice = Notice::NoLongerInvited;
    Ok(letters(service, work.op.now, gathering(session), notice, [addressee(&former)]))
}

fn addressee(person: &person::Model) -> Addressee<'_> {
    Addressee { person: Some(person.id), name: &person.name, email: &person.email }
}

fn gathering(session: &locality_session::Model) -> Gathering<'_> {
    Gathering {
        what: "Locality group consultation",
        id: session.id,
        authority: session.authority_id,
        reference: &session.reference,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        place: &session.place,
        sequence: session.invitation_sequence,
    }
}
