//! Which schools a session is for, and who is invited to it: the SENCOs of those schools on its day, and its EP (LG-1). Both
//! follow, while the session is planned, the family of schools and its people (XC-23).

use super::OnSession;
use super::family::follow_terms;
use super::item::seal;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::gathering::{Addressee, Change, Gathering, Notice, letters};
use crate::workflow::planning::invitations::SCHOOLS_AT_ONCE;
use domain::access::Role;
use domain::locality::{LocalityEvent, SessionState};
use domain::london;
use entity::{locality_session, person, session_invitation};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How the invitations to sessions change, in the order of these.
async fn changes(
    work: &Work<'_>,
    sessions: &[locality_session::Model],
) -> Result<Vec<Change<person::Model>>, Fault> {
    let system = System::within(work);
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    let groups = system.groups(&ids).await?;
    let schools: BTreeSet<Uuid> = groups.values().flatten().copied().collect();
    let sencos = system.invited(&schools.into_iter().collect::<Vec<_>>()).await?;
    let before = system.invited_to(&ids).await?;
    let facilitators = sessions.iter().map(|session| session.facilitator_id);
    let people = system.people(facilitators.chain(before.values().flatten().copied())).await?;
    let of = |session: &locality_session::Model| {
        let day = london::date_of(session.starts_at);
        let (group, before) = (groups.get(&session.id), before.get(&session.id));
        let own = sencos.iter().filter(|one| one.role == Role::Senco && one.on(day));
        let own = own.filter(|one| group.is_some_and(|group| group.contains(&one.school)));
        let mut wanted: BTreeMap<Uuid, &person::Model> =
            own.map(|one| (one.person.id, &one.person)).collect();
        wanted.extend(people.get(&session.facilitator_id).map(|ep| (ep.id, ep)));
        let invited = |id: &Uuid| before.is_some_and(|before| before.contains(id));
        let gone = before.into_iter().flatten().filter(|id| !wanted.contains_key(id));
        let gone = gone.filter_map(|id| people.get(id)).cloned().collect();
        let (stay, new): (Vec<_>, Vec<_>) = wanted.into_values().cloned().partition(|one| invited(&one.id));
        Change { stay, new, gone }
    };
    Ok(sessions.iter().map(of).collect())
}

/// Writes who is invited to a session from now on, and tells those whom it concerns; whoever stays where it moved. Answers
/// whether anybody was told.
async fn carry_out(
    service: &Service,
    work: &Work<'_>,
    session: &mut locality_session::Model,
    change: Change<person::Model>,
    moved: bool,
) -> Result<bool, Fault> {
    let told = change.notices(moved, |person| &person.email);
    let any = told.iter().any(|(_, to)| !to.is_empty());
    // The first invitation to a session is that with the number with which it was planned.
    session.invitation_sequence += i32::from(any && !(change.stay.is_empty() && change.gone.is_empty()));
    for (notice, to) in told {
        work.owe_all(notices(service, work, session, notice, to)).await?;
    }
    let gone: Vec<_> = change.gone.iter().map(|person| person.id).collect();
    work.uninvite_from_session(session.id, &gone).await?;
    let (session_id, authority_id) = (session.id, session.authority_id);
    let new = change.new.iter().map(|person| person.id);
    let new = new.map(|person_id| session_invitation::Model { session_id, person_id, authority_id });
    work.insert_all::<session_invitation::Entity>(new.collect()).await?;
    Ok(any || !change.new.is_empty() || !change.gone.is_empty())
}

/// Invites to a session those who belong to it as it is now; whoever was invited hears of it where it moved.
pub(super) async fn invite(
    service: &Service,
    work: &Work<'_>,
    session: &mut locality_session::Model,
    moved: bool,
) -> Result<(), Fault> {
    for change in changes(work, std::slice::from_ref(session)).await? {
        carry_out(service, work, session, change, moved).await?;
    }
    Ok(())
}

/// A session is called off: whoever was invited hears of it, and nobody is invited any longer.
pub(super) async fn call_off(
    service: &Service,
    work: &Work<'_>,
    session: &mut locality_session::Model,
) -> Result<(), Fault> {
    let system = System::within(work);
    let invited = system.invited_to(&[session.id]).await?.remove(&session.id).unwrap_or_default();
    let people = system.people(invited.iter().copied()).await?;
    session.invitation_sequence += 1;
    work.owe_all(notices(service, work, session, Notice::Cancelled, people.values())).await?;
    work.uninvite_from_session(session.id, &invited.into_iter().collect::<Vec<_>>()).await
}

/// Invites to planned sessions anew those who belong to them. Of those named, the group changed.
async fn reinvite(
    service: &Service,
    work: &mut Work<'_>,
    sessions: Vec<locality_session::Model>,
    regrouped: &BTreeSet<Uuid>,
) -> Result<(), Fault> {
    let changes = changes(work, &sessions).await?;
    for (mut session, change) in sessions.into_iter().zip(changes) {
        if carry_out(service, work, &mut session, change, false).await? || regrouped.contains(&session.id) {
            OnSession { session, present: Vec::new() }
                .save(work, LocalityEvent::SessionInvitationsChanged)
                .await?;
        }
    }
    Ok(())
}

/// The people of schools changed: the invitations to the planned sessions of their groups follow (XC-23). The localities are
/// locked, so that no session is planned with the people of before.
pub async fn follow_people(service: &Service, work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    for some in schools.chunks(SCHOOLS_AT_ONCE) {
        let system = System::within(work);
        system.lock_localities_of(some).await?;
        let sessions = system.sessions_planned_for(some).await?;
        if !sessions.is_empty() {
            reinvite(service, work, sessions, &BTreeSet::new()).await?;
        }
    }
    Ok(())
}

/// The schools of planned sessions are those of their family again, and those that brought something which is still to come.
/// Answers the sessions whose schools changed.
pub(super) async fn regroup(
    work: &Work<'_>,
    sessions: &[locality_session::Model],
) -> Result<BTreeSet<Uuid>, Fault> {
    let system = System::within(work);
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    let localities: Vec<_> = sessions.iter().map(|session| session.locality_id).collect();
    let families = system.families(&localities).await?;
    let (groups, bringing) = (system.groups(&ids).await?, system.bringing(&ids).await?);
    let (nobody, mut changed) = (BTreeSet::new(), BTreeSet::new());
    for session in sessions {
        let family = families.get(&session.locality_id).unwrap_or(&nobody);
        let stay = bringing.get(&session.id).unwrap_or(&nobody);
        let before = groups.get(&session.id).unwrap_or(&nobody);
        let schools = family.union(stay).copied().collect();
        if *before != schools {
            work.set_group(session, before, &schools).await?;
            changed.insert(session.id);
        }
    }
    Ok(changed)
}

/// Families of schools changed: the groups of the sessions that are planned for them follow, and who is invited.
pub(super) async fn follow_families(
    service: &Service,
    work: &mut Work<'_>,
    localities: &[Uuid],
) -> Result<(), Fault> {
    let sessions = System::within(work).sessions_planned_in(localities).await?;
    if sessions.is_empty() {
        return Ok(());
    }
    let regrouped = regroup(work, &sessions).await?;
    reinvite(service, work, sessions, &regrouped).await
}

/// Schools went to another authority: they leave their families and every group to which they belonged, and what they brought
/// and was not worked through is sealed, since it is discussed without them nowhere (LG-11).
pub async fn leave(service: &Service, work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    for some in schools.chunks(SCHOOLS_AT_ONCE) {
        let system = System::within(work);
        let localities = system.lock_localities_of(some).await?;
        let sessions = system.sessions_planned_for(some).await?;
        work.leave_groups(some).await?;
        for item in System::within(work).items_not_through(some).await? {
            seal(work, item, "The school has gone to another authority.").await?;
        }
        let regrouped = sessions.iter().map(|session| session.id).collect();
        reinvite(service, work, sessions, &regrouped).await?;
        follow_terms(work, &localities).await?;
    }
    Ok(())
}

/// Sessions that a leaver was to facilitate pass to another EP; the group of those that are still to start is told (XC-23).
pub async fn take_over(
    service: &Service,
    work: &mut Work<'_>,
    sessions: Vec<locality_session::Model>,
    to: Uuid,
) -> Result<(), Fault> {
    for mut session in sessions {
        session.facilitator_id = to;
        if session.state == SessionState::Planned && session.starts_at > work.op.now {
            invite(service, work, &mut session, true).await?;
        }
        OnSession { session, present: Vec::new() }.save(work, LocalityEvent::SessionMoved).await?;
    }
    Ok(())
}

fn notices<'a>(
    service: &Service,
    work: &Work<'_>,
    session: &locality_session::Model,
    notice: Notice,
    to: impl IntoIterator<Item = &'a person::Model>,
) -> Vec<NewLetter> {
    let gathering = Gathering {
        what: "Locality group consultation",
        id: session.id,
        authority: session.authority_id,
        reference: &session.reference,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        place: &session.place,
        sequence: session.invitation_sequence,
    };
    let addressees = to.into_iter().map(|person| Addressee {
        person: Some(person.id),
        name: &person.name,
        email: &person.email,
    });
    letters(service, work.op.now, gathering, notice, addressees)
}
