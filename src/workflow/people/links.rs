//! Link staff assigned to schools, and a leaver's work handed over (XC-6, XC-23).

use super::{follow, missing};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::calendar::lock_own_authority;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::slots::subject;
use crate::workflow::locality::invitations as sessions;
use crate::workflow::planning::invitations as meetings;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Role, Standing};
use domain::consultation::ConsultationEvent;
use domain::event::Event;
use domain::london;
use domain::planning::meeting::decide_successor;
use domain::refusal::Findings;
use domain::staffing::{Period, SlotToPass, decide_end, decide_handover, decide_link};
use entity::{consultation_slot, link_assignment, locality_session, person, planning_meeting, school};
use serde::Serialize;
use uuid::Uuid;

/// Locks a school after its authority, like everything that plans its meetings.
async fn hold_school(system: &System<'_>, school: Uuid) -> Result<(), Fault> {
    system.hold_authority_of(school).await?;
    system.lock::<school::Entity>(school).await?;
    Ok(())
}

/// Link a practitioner to a school. Answers the id of the assignment.
#[derive(Clone, Debug, Serialize)]
pub struct AssignLinkStaff {
    /// The practitioner.
    pub person: Uuid,
    /// The school.
    pub school: Uuid,
    /// The discipline.
    pub discipline: Role,
    /// First day (London date).
    pub from: NaiveDate,
    /// Last day (London date).
    pub to: Option<NaiveDate>,
}

impl AssignLinkStaff {
    fn period(&self) -> Period {
        Period { from: self.from, to: self.to }
    }
}

/// The authority of the school, and whether the practitioner is linked already.
pub struct LinkFacts {
    authority: Uuid,
    linked_already: bool,
}

impl Command for AssignLinkStaff {
    const ACTION: Action = Action::AssignLinkStaff;
    type Facts = LinkFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<LinkFacts>, Fault> {
        let system = System::within(work);
        hold_school(&system, self.school).await?;
        let Some(school) = work.find::<school::Entity>(self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let person = system.is_among_people(school.authority_id, self.person).await?;
        if !person {
            return Ok(Gathered::NotFound(missing([("person", person)])));
        }
        let linked_already =
            system.is_linked(self.person, self.school, self.discipline, self.period()).await?;
        let standing = Standing { authority: school.authority_id, ..Standing::default() };
        let facts = LinkFacts { authority: school.authority_id, linked_already };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &LinkFacts) -> (Findings, ()) {
        (decide_link(self.discipline, self.period(), facts.linked_already), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: LinkFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<link_assignment::Entity>(link_assignment::Model {
            id,
            person_id: self.person,
            school_id: self.school,
            authority_id: facts.authority,
            discipline: self.discipline,
            from_date: self.from,
            to_date: self.to,
        })
        .await?;
        work.record_roles(facts.authority, self.person);
        follow(service, work, &[self.school]).await?;
        Ok(id)
    }
}

/// End the link of a practitioner to a school. Answers the id of the assignment.
#[derive(Clone, Debug, Serialize)]
pub struct EndLinkAssignment {
    /// The assignment.
    pub assignment: Uuid,
    /// Its last day (London date).
    pub last_day: NaiveDate,
}

impl Command for EndLinkAssignment {
    const ACTION: Action = Action::EndLinkAssignment;
    type Facts = link_assignment::Model;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<link_assignment::Model>, Fault> {
        let system = System::within(work);
        if let Some(known) = system.get::<link_assignment::Entity>(self.assignment).await? {
            hold_school(&system, known.school_id).await?;
        }
        let Some(link) = work.find::<link_assignment::Entity>(self.assignment).await? else {
            return Ok(Gathered::NotFound(vec!["assignment"]));
        };
        let standing = Standing { authority: link.authority_id, ..Standing::default() };
        Ok(Gathered::Found { facts: link, standing, target: None })
    }

    fn decide(&self, _: &Op, link: &link_assignment::Model) -> (Findings, ()) {
        (decide_end(Period { from: link.from_date, to: link.to_date }, self.last_day), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        mut link: link_assignment::Model,
        (): (),
    ) -> Result<Uuid, Fault> {
        link.to_date = Some(self.last_day);
        let (id, authority, person, school) = (link.id, link.authority_id, link.person_id, link.school_id);
        work.overwrite::<link_assignment::Entity>(link).await?;
        work.record_roles(authority, person);
        follow(service, work, &[school]).await?;
        Ok(id)
    }
}

/// Hand a leaver's links, slots, planning meetings, sessions of locality groups, EHC cases, advice asked of them, open duties and escalations to somebody else. Answers the id of that person.
#[derive(Clone, Debug, Serialize)]
pub struct HandOver {
    /// The authority.
    pub authority: Uuid,
    /// Who leaves.
    pub from: Uuid,
    /// Who takes over.
    pub to: Uuid,
}

/// A slot of the leaver, locked, with what decides whether it passes.
pub struct SlotOfLeaver {
    slot: consultation_slot::Model,
    to_pass: SlotToPass,
}

/// What of a leaver's is to come.
pub struct OfLeaver {
    slots: Vec<SlotOfLeaver>,
    meetings: Vec<planning_meeting::Model>,
    sessions: Vec<locality_session::Model>,
    successor_is_ep: bool,
    /// At the time of how many of the meetings and sessions the successor is elsewhere.
    twice: usize,
}

impl HandOver {
    async fn of_leaver(&self, system: &System<'_>) -> Result<OfLeaver, Fault> {
        let slots = self.slots(system).await?;
        let meetings = system.meetings_to_come(self.authority, self.from).await?;
        // Whoever takes over the leaver's links is an EP from today on.
        let links_pass = system.is_ep(self.from, self.authority, system.today).await?;
        let successor_is_ep = links_pass || system.is_ep(self.to, self.authority, system.today).await?;
        let sessions = system.sessions_to_come(self.authority, self.from).await?;
        let times: Vec<_> = meetings
            .iter()
            .map(|row| (row.starts_at, row.ends_at))
            .chain(sessions.iter().map(|row| (row.starts_at, row.ends_at)))
            .collect();
        let mut twice = 0;
        if let (Some(first), Some(last)) =
            (times.iter().map(|(from, _)| *from).min(), times.iter().map(|(_, to)| *to).max())
        {
            let engaged = system.engaged(&[self.to], first, last, None).await?;
            let elsewhere = |(starts_at, ends_at): &&(DateTime<Utc>, DateTime<Utc>)| {
                engaged.iter().any(|(_, from, to)| from < ends_at && to > starts_at)
            };
            twice = times.iter().filter(elsewhere).count();
        }
        Ok(OfLeaver { slots, meetings, sessions, successor_is_ep, twice })
    }

    /// The slots that are still to do with the leaver. Both people are locked: a specialist's slots never overlap.
    async fn slots(&self, system: &System<'_>) -> Result<Vec<SlotOfLeaver>, Fault> {
        for person in [self.from.min(self.to), self.from.max(self.to)] {
            system.lock::<person::Entity>(person).await?;
        }
        let mut slots = Vec::new();
        for slot in system.slots_of_leaver(self.authority, self.from).await? {
            let on = system.today.max(london::date_of(slot.starts_at));
            let to_come = slot.starts_at > system.now;
            let to_pass = SlotToPass {
                starts_at: slot.starts_at,
                is_specialist: system.holds_role(self.to, Role::Specialist, self.authority, on).await?,
                overlaps: to_come && system.slot_overlaps(self.to, slot.starts_at, slot.ends_at).await?,
            };
            slots.push(SlotOfLeaver { slot, to_pass });
        }
        Ok(slots)
    }
}

impl Command for HandOver {
    const ACTION: Action = Action::HandOver;
    type Facts = OfLeaver;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OfLeaver>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let system = System::within(work);
        let from = system.is_among_people(self.authority, self.from).await?;
        let to = system.is_among_people(self.authority, self.to).await?;
        if !from || !to {
            return Ok(Gathered::NotFound(missing([("from", from), ("to", to)])));
        }
        Ok(Gathered::Found { facts: self.of_leaver(&system).await?, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &OfLeaver) -> (Findings, ()) {
        let to_pass: Vec<_> = facts.slots.iter().map(|slot| slot.to_pass).collect();
        let mut findings = decide_handover(self.from == self.to, &to_pass);
        if self.from != self.to {
            let to_hold = facts.meetings.len() + facts.sessions.len();
            decide_successor(&mut findings, to_hold, facts.successor_is_ep, facts.twice);
        }
        (findings, ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: OfLeaver,
        (): (),
    ) -> Result<Uuid, Fault> {
        for SlotOfLeaver { mut slot, .. } in facts.slots.into_iter().filter(|slot| slot.to_pass.passes()) {
            slot.specialist_id = self.to;
            work.record(subject(&slot), Event::Consultation(ConsultationEvent::SlotHandedOver));
            work.update::<consultation_slot::Entity>(slot).await?;
        }
        let schools = work.hand_over_links(self.authority, self.from, self.to).await?;
        if facts.successor_is_ep {
            meetings::take_over(service, work, facts.meetings, self.to).await?;
            sessions::take_over(service, work, facts.sessions, self.to).await?;
        }
        follow(service, work, &schools).await?;
        work.hand_over_desk(self.authority, self.from, self.to).await?;
        crate::workflow::ehc::advice::hand_over(work, self.authority, self.from, self.to).await?;
        for person in [self.from, self.to] {
            work.record_roles(self.authority, person);
        }
        Ok(self.to)
    }
}
