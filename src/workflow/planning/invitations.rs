//! Who is invited to a meeting by themselves, and how that follows the school's link staff (PC-3, XC-23).

use super::OnMeeting;
use super::letters::notices;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::planning::Invited;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::gathering::Change;
use domain::access::Role;
use domain::london;
use domain::planning::{INVITED, ParticipantKind, PlanningEvent};
use entity::{meeting_participant, person, planning_meeting};
use uuid::Uuid;

/// Those who are invited by themselves, each once: the covering EP before the school's own.
pub(super) fn by_themselves<'a>(
    covering: Option<&'a person::Model>,
    own: impl Iterator<Item = &'a Invited>,
) -> Vec<(&'a person::Model, Role)> {
    let mut wanted: Vec<(&person::Model, Role)> = Vec::new();
    let covering = covering.map(|ep| (ep, Role::EducationalPsychologist));
    let mut own: Vec<_> = own.map(|one| (&one.person, one.role)).collect();
    // Whoever is an EP besides something else comes as the EP.
    own.sort_by_key(|(_, role)| *role != Role::EducationalPsychologist);
    for one in covering.into_iter().chain(own) {
        if wanted.iter().all(|(person, _)| person.id != one.0.id) {
            wanted.push(one);
        }
    }
    wanted
}

fn kind_of(role: Role) -> ParticipantKind {
    if INVITED.contains(&role) { ParticipantKind::LinkStaff } else { ParticipantKind::School }
}

/// Somebody who is invited by themselves.
pub(super) fn invitee(
    work: &Work<'_>,
    meeting: &planning_meeting::Model,
    person: &person::Model,
    role: Role,
) -> meeting_participant::Model {
    meeting_participant::Model {
        id: work.op.id(),
        authority_id: meeting.authority_id,
        meeting_id: meeting.id,
        school_id: meeting.school_id,
        person_id: Some(person.id),
        name: person.name.clone(),
        email: person.email.clone(),
        kind: kind_of(role),
        role: Some(role),
        key_staff_reason: None,
        by_itself: true,
        present: None,
    }
}

/// A statement's parameters are bounded; a school has few meetings to come.
pub(in crate::workflow) const SCHOOLS_AT_ONCE: usize = 500;

/// How the list of those invited to a meeting changes.
struct Changes {
    of: Change<meeting_participant::Model>,
    /// Those who stay and come as something else from now on.
    recast: Vec<meeting_participant::Model>,
}

impl Changes {
    /// Those who are invited by themselves to a meeting as it is now come in, each as what they are; those who were so and
    /// are no longer, go. Whoever was invited by hand stays.
    fn of(
        work: &Work<'_>,
        meeting: &planning_meeting::Model,
        ep: &person::Model,
        before: Vec<meeting_participant::Model>,
        invited: &[Invited],
    ) -> Self {
        let day = london::date_of(meeting.starts_at);
        let own = invited.iter().filter(|one| one.school == meeting.school_id && one.on(day));
        let mut wanted = by_themselves(meeting.covering.then_some(ep), own);
        let (mut stay, mut gone, mut recast) = (Vec::new(), Vec::new(), Vec::new());
        for mut row in before {
            let as_what = wanted.iter().position(|(person, _)| {
                row.kind != ParticipantKind::Other && Some(person.id) == row.person_id
            });
            match as_what.map(|place| wanted.remove(place).1) {
                Some(role) => {
                    if row.role != Some(role) {
                        (row.role, row.kind, row.by_itself) = (Some(role), kind_of(role), true);
                        recast.push(row.clone());
                    }
                    stay.push(row);
                }
                None if row.by_itself => gone.push(row),
                None => stay.push(row),
            }
        }
        let new = wanted.into_iter().map(|(person, role)| invitee(work, meeting, person, role)).collect();
        Self { of: Change { stay, new, gone }, recast }
    }

    fn any(&self) -> bool {
        !(self.recast.is_empty() && self.of.new.is_empty() && self.of.gone.is_empty())
    }
}

/// Invites to meetings anew those who are invited by themselves, and sets whether the EP covers. Whoever stays hears of it
/// where the meetings moved. Answers those that changed.
pub(super) async fn reinvite(
    service: &Service,
    work: &mut Work<'_>,
    meetings: Vec<planning_meeting::Model>,
    moved: bool,
) -> Result<Vec<planning_meeting::Model>, Fault> {
    let system = System::within(work);
    let schools: Vec<_> = meetings.iter().map(|meeting| meeting.school_id).collect();
    let invited = system.invited(&schools).await?;
    let ids: Vec<_> = meetings.iter().map(|meeting| meeting.id).collect();
    let mut before = system.participants_of(&ids).await?;
    let eps = system.people(meetings.iter().map(|meeting| meeting.ep_id)).await?;
    let (mut letters, mut new, mut gone, mut recast, mut changed) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut meeting in meetings {
        let ep = eps.get(&meeting.ep_id).ok_or(Fault::Unexpected("a meeting whose EP is not there"))?;
        let covered = meeting.covering;
        meeting.covering = !invited.iter().any(|one| one.is_link_ep_of(&meeting));
        let known = before.remove(&meeting.id).unwrap_or_default();
        let of_it = Changes::of(work, &meeting, ep, known, &invited);
        if !moved && !of_it.any() && meeting.covering == covered {
            continue;
        }
        let told = of_it.of.notices(moved, |row| &row.email);
        meeting.invitation_sequence += i32::from(told.iter().any(|(_, to)| !to.is_empty()));
        for (notice, to) in told {
            letters.extend(notices(service, work.op.now, &meeting, notice, to));
        }
        gone.extend(of_it.of.gone.iter().map(|row| row.id));
        new.extend(of_it.of.new);
        recast.extend(of_it.recast);
        changed.push(meeting);
    }
    work.owe_all(letters).await?;
    work.uninvite(&gone).await?;
    for row in recast {
        work.overwrite::<meeting_participant::Entity>(row).await?;
    }
    work.insert_all::<meeting_participant::Entity>(new).await?;
    Ok(changed)
}

/// The meetings that a leaver was to hold pass to a successor, who has the links already (XC-23).
pub async fn take_over(
    service: &Service,
    work: &mut Work<'_>,
    mut meetings: Vec<planning_meeting::Model>,
    to: Uuid,
) -> Result<(), Fault> {
    for meeting in &mut meetings {
        meeting.ep_id = to;
    }
    for meeting in reinvite(service, work, meetings, true).await? {
        OnMeeting { holder: to, meeting }.save(work, PlanningEvent::Moved).await?;
    }
    Ok(())
}

/// The people of schools changed: the invitations to the schools' meetings to come follow. Whoever was to hold one still is
/// (PC-3, XC-23). The schools are locked, or their authority is: nobody plans their meetings meanwhile.
pub async fn follow_people(service: &Service, work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    for some in schools.chunks(SCHOOLS_AT_ONCE) {
        let meetings = System::within(work).meetings_to_come_at(some).await?;
        for meeting in reinvite(service, work, meetings, false).await? {
            OnMeeting { holder: meeting.ep_id, meeting }
                .save(work, PlanningEvent::InvitationsChanged)
                .await?;
        }
    }
    Ok(())
}
