//! A school's meeting is planned, moved, called off (PC-1 to PC-3).

use super::invitations::{SCHOOLS_AT_ONCE, by_themselves, invitee, reinvite};
use super::letters::{Notice, notices};
use super::{OnMeeting, record_part};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::planning::Invited;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::letters::reference;
use crate::workflow::term_due::due_again;
use chrono::{DateTime, Utc};
use domain::access::{Action, Role, Standing};
use domain::calendar::{Calendar, Term};
use domain::london;
use domain::planning::meeting::{EpFacts, PlanFacts, SchoolFacts, decide_cancel, decide_move, decide_plan};
use domain::planning::window::window;
use domain::planning::{MeetingState, PlanningEvent};
use domain::policy::Policy;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{meeting_participant, person, planning_meeting, planning_term, school};
use serde::Serialize;
use uuid::Uuid;

/// When and where, and with which EP.
#[derive(Clone, Debug, Serialize)]
pub struct Appointment {
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
    /// Where, or the link to join.
    pub place: String,
    /// The EP who holds it; the school's link EP without one.
    pub educational_psychologist: Option<Uuid>,
}

/// What planning rests on.
pub struct Planning {
    /// The school, locked.
    pub school: school::Model,
    /// Its term.
    term: Option<Term>,
    facts: PlanFacts,
    ep: Option<Uuid>,
    invited: Vec<Invited>,
}

impl Planning {
    /// The facts of an appointment of a school, both school and EP locked; nothing where the EP is nobody whom the viewer
    /// sees.
    async fn of(
        work: &Work<'_>,
        school: school::Model,
        appointment: &Appointment,
        moved: Option<&planning_meeting::Model>,
    ) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let on = london::date_of(appointment.starts_at);
        let invited = system.invited(&[school.id]).await?;
        let link_eps: Vec<_> = invited
            .iter()
            .filter(|one| one.role == Role::EducationalPsychologist && one.on(on))
            .map(|one| one.person.id)
            .collect();
        let kept = moved.map(|meeting| meeting.ep_id);
        // Where a school has several, whoever plans holds the meeting.
        let own = work.op.actor().filter(|actor| link_eps.contains(actor));
        let ep = appointment.educational_psychologist.or(kept).or(own).or(link_eps.first().copied());
        let seen = match appointment.educational_psychologist {
            Some(named) => work.find::<person::Entity>(named).await?.is_some(),
            None => true,
        };
        if !seen {
            return Ok(None);
        }
        system.lock_people(ep.as_slice()).await?;
        let (calendar, policy) =
            (system.calendar(school.authority_id).await?, system.policy(school.authority_id).await?);
        let term = calendar.term_of(on).cloned();
        let (starts_at, ends_at) = (appointment.starts_at, appointment.ends_at);
        let except = moved.map(|meeting| meeting.id);
        let facts = PlanFacts {
            now: work.op.now,
            starts_at,
            ends_at,
            on,
            window: term.as_ref().and_then(|term| window(term, &calendar, &policy).ok()),
            school: SchoolFacts {
                open: school.status.is_open(),
                another: another(&system, &school, term.as_ref(), except).await?,
                has_link_ep: !link_eps.is_empty(),
            },
            ep: EpFacts {
                is_one: match ep {
                    Some(ep) => system.is_ep(ep, school.authority_id, on).await?,
                    None => false,
                },
                linked: ep.is_some_and(|ep| link_eps.contains(&ep)),
                holds_it: ep.is_some() && ep == kept,
                busy: !system.engaged(ep.as_slice(), starts_at, ends_at, except).await?.is_empty(),
            },
            by_manager: work.op.viewer.as_ref().is_some_and(|viewer| {
                viewer.authorities(|role| role == Role::SendManager).contains(&school.authority_id)
            }),
        };
        Ok(Some(Self { school, term, facts, ep, invited }))
    }
}

async fn another(
    system: &System<'_>,
    school: &school::Model,
    term: Option<&Term>,
    except: Option<Uuid>,
) -> Result<bool, Fault> {
    let Some(term) = term else { return Ok(false) };
    let of_term = system.meetings_of(&[school.id], term.school_year, &[term.name]).await?;
    Ok(of_term.iter().any(|row| Some(row.id) != except))
}

/// A meeting with those who are invited by themselves, as rows.
pub(super) struct NewMeeting {
    pub meeting: planning_meeting::Model,
    pub participants: Vec<meeting_participant::Model>,
}

impl NewMeeting {
    /// The meeting of a school in a term, with its EP; `invited` are the school's own.
    pub(super) fn of<'a>(
        work: &Work<'_>,
        school: &school::Model,
        term: &Term,
        (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>),
        place: &str,
        (ep, covering): (&'a person::Model, bool),
        invited: impl Iterator<Item = &'a Invited>,
    ) -> Self {
        let id = work.op.id();
        let meeting = planning_meeting::Model {
            id,
            authority_id: school.authority_id,
            reference: reference("PC", id),
            school_id: school.id,
            school_year: term.school_year,
            term: term.name,
            state: MeetingState::Planned,
            starts_at,
            ends_at,
            place: place.to_owned(),
            ep_id: ep.id,
            covering,
            planned_by: work.op.actor().unwrap_or_default(),
            planned_at: work.op.now,
            held_at: None,
            recorded_at: None,
            shared_at: None,
            cancelled_reason: None,
            invitation_sequence: 0,
            version: 1,
        };
        let on = london::date_of(starts_at);
        let wanted = by_themselves(covering.then_some(ep), invited.filter(|one| one.on(on)));
        let participants =
            wanted.into_iter().map(|(person, role)| invitee(work, &meeting, person, role)).collect();
        Self { meeting, participants }
    }
}

/// Plan a meeting of a school. Answers the id of the meeting.
#[derive(Clone, Debug, Serialize)]
pub struct PlanMeeting {
    /// The school.
    pub school: Uuid,
    /// When and where, and with which EP.
    pub appointment: Appointment,
}

impl Command for PlanMeeting {
    const ACTION: Action = Action::PlanMeeting;
    type Facts = Planning;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Planning>, Fault> {
        let system = System::within(work);
        system.hold_authority_of(self.school).await?;
        let Some(school) = work.find::<school::Entity>(self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let standing =
            Standing { authority: school.authority_id, school: Some(school.id), ..Standing::default() };
        let Some(facts) = Planning::of(work, school, &self.appointment, None).await? else {
            return Ok(Gathered::NotFound(vec!["educationalPsychologist"]));
        };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, planning: &Planning) -> (Findings, ()) {
        (decide_plan(&planning.facts), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        planning: Planning,
        (): (),
    ) -> Result<Uuid, Fault> {
        let Planning { school, term, facts, ep, invited } = planning;
        let (Some(term), Some(ep)) = (term, ep) else {
            return Err(Fault::Unexpected("a meeting without a term or an EP"));
        };
        let ep = System::within(work).person(ep).await?;
        let times = (facts.starts_at, facts.ends_at);
        let new = NewMeeting::of(
            work,
            &school,
            &term,
            times,
            &self.appointment.place,
            (&ep, !facts.ep.linked),
            invited.iter(),
        );
        let id = new.meeting.id;
        write(service, work, vec![new]).await?;
        Ok(id)
    }
}

/// Writes meetings with their participants, events and invitations.
pub(super) async fn write(service: &Service, work: &mut Work<'_>, new: Vec<NewMeeting>) -> Result<(), Fault> {
    let (mut meetings, mut participants, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for NewMeeting { meeting, participants: invited } in new {
        letters.extend(notices(service, work.op.now, &meeting, Notice::Invited, &invited));
        let planned = PlanningEvent::Planned { term: meeting.term };
        record_part(work, &meeting, ("PlanningMeeting", meeting.id, None), planned);
        participants.extend(invited);
        meetings.push(meeting);
    }
    work.insert_all::<planning_meeting::Entity>(meetings).await?;
    work.insert_all::<meeting_participant::Entity>(participants).await?;
    work.owe_all(letters).await
}

/// Move a meeting, or give it another place or EP.
#[derive(Clone, Debug, Serialize)]
pub struct MoveMeeting {
    /// The meeting.
    pub meeting: Uuid,
    /// When and where from now on, and with which EP.
    pub appointment: Appointment,
}

/// What moving rests on.
pub struct Moving {
    on: OnMeeting,
    planning: Planning,
}

impl Command for MoveMeeting {
    const ACTION: Action = Action::MovePlanningMeeting;
    type Facts = Moving;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Moving>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let school = System::within(work).school(on.meeting.school_id).await?;
        let Some(planning) = Planning::of(work, school, &self.appointment, Some(&on.meeting)).await? else {
            return Ok(Gathered::NotFound(vec!["educationalPsychologist"]));
        };
        let (standing, target) = (on.standing(), Some((on.meeting.id, on.meeting.version)));
        Ok(Gathered::Found { facts: Moving { on, planning }, standing, target })
    }

    fn decide(&self, _: &Op, moving: &Moving) -> (Findings, ()) {
        let term = moving.planning.term.as_ref().map(|term| (term.school_year, term.name));
        let of = (moving.on.meeting.school_year, moving.on.meeting.term);
        (decide_move(moving.on.meeting.state, term == Some(of), &moving.planning.facts), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        moving: Moving,
        (): (),
    ) -> Result<Uuid, Fault> {
        let Moving { mut on, planning } = moving;
        let ep = planning.ep.ok_or(Fault::Unexpected("a meeting without an EP"))?;
        let meeting = &mut on.meeting;
        (meeting.starts_at, meeting.ends_at) = (planning.facts.starts_at, planning.facts.ends_at);
        meeting.place.clone_from(&self.appointment.place);
        meeting.ep_id = ep;
        let OnMeeting { meeting, holder } = on;
        let moved = reinvite(service, work, vec![meeting], true).await?.pop();
        let meeting = moved.ok_or(Fault::Unexpected("a meeting that moved has not changed"))?;
        OnMeeting { meeting, holder }.save(work, PlanningEvent::Moved).await
    }
}

/// Call a meeting off.
#[derive(Clone, Debug, Serialize)]
pub struct CancelMeeting {
    /// The meeting.
    pub meeting: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for CancelMeeting {
    const ACTION: Action = Action::CancelPlanningMeeting;
    type Facts = OnMeeting;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnMeeting>, Fault> {
        OnMeeting::gather(work, self.meeting).await
    }

    fn decide(&self, _: &Op, on: &OnMeeting) -> (Findings, ()) {
        (decide_cancel(on.meeting.state, &self.reason), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        on: OnMeeting,
        (): (),
    ) -> Result<Uuid, Fault> {
        call_off(service, work, on, &self.reason).await
    }
}

async fn call_off(
    service: &Service,
    work: &mut Work<'_>,
    mut on: OnMeeting,
    reason: &str,
) -> Result<Uuid, Fault> {
    on.meeting.state = MeetingState::Cancelled;
    on.meeting.cancelled_reason = Some(reason.to_owned());
    on.meeting.invitation_sequence += 1;
    let invited = System::within(work).participants(on.meeting.id).await?;
    work.owe_all(notices(service, work.op.now, &on.meeting, Notice::Cancelled, &invited)).await?;
    on.save(work, PlanningEvent::Cancelled { reason: reason.to_owned() }).await
}

/// Schools closed: their meetings to come are called off, and none is due any more (PC-1).
pub async fn schools_closed(service: &Service, work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    for some in schools.chunks(SCHOOLS_AT_ONCE) {
        for meeting in System::within(work).meetings_to_come_at(some).await? {
            let on = OnMeeting { holder: meeting.ep_id, meeting };
            call_off(service, work, on, "the school has closed").await?;
        }
        for (due, _) in System::within(work).planning_terms_due_at(some).await? {
            work.withdraw_duty(due.id, RuleId::Pc1).await?;
        }
    }
    Ok(())
}

/// Schools opened again: what they were due in the term that runs, they are due again (PC-1).
pub async fn schools_opened(work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    for some in schools.chunks(SCHOOLS_AT_ONCE) {
        let withdrawn = System::within(work).planning_terms_withdrawn(some).await?;
        due_again::<planning_term::Entity>(work, withdrawn).await?;
    }
    Ok(())
}

/// The calendar and the policy by which an authority plans.
pub(in crate::workflow) async fn counting(
    work: &Work<'_>,
    authority: Uuid,
) -> Result<(Calendar, Policy), Fault> {
    let system = System::within(work);
    Ok((system.calendar(authority).await?, system.policy(authority).await?))
}
