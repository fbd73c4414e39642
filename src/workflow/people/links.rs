//! Link staff assigned to schools, and a leaver's work handed over (XC-6, XC-23).

use super::missing;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::calendar::lock_own_authority;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::{Action, Role, Standing};
use domain::refusal::Findings;
use domain::staffing::{Period, decide_end, decide_handover, decide_link};
use entity::{link_assignment, school};
use serde::Serialize;
use uuid::Uuid;

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
        let Some(school) = work.find::<school::Entity>(self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let system = System::within(work);
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

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: LinkFacts, (): ()) -> Result<Uuid, Fault> {
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
        _: &Service,
        work: &mut Work<'_>,
        mut link: link_assignment::Model,
        (): (),
    ) -> Result<Uuid, Fault> {
        link.to_date = Some(self.last_day);
        let (id, authority, person) = (link.id, link.authority_id, link.person_id);
        work.overwrite::<link_assignment::Entity>(link).await?;
        work.record_roles(authority, person);
        Ok(id)
    }
}

/// Hand a leaver's links, open duties and escalations to somebody else. Answers the id of that person.
#[derive(Clone, Debug, Serialize)]
pub struct HandOver {
    /// The authority.
    pub authority: Uuid,
    /// Who leaves.
    pub from: Uuid,
    /// Who takes over.
    pub to: Uuid,
}

impl Command for HandOver {
    const ACTION: Action = Action::HandOver;
    type Facts = ();
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<()>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let system = System::within(work);
        let from = system.is_among_people(self.authority, self.from).await?;
        let to = system.is_among_people(self.authority, self.to).await?;
        if !from || !to {
            return Ok(Gathered::NotFound(missing([("from", from), ("to", to)])));
        }
        Ok(Gathered::Found { facts: (), standing, target: None })
    }

    fn decide(&self, _: &Op, (): &()) -> (Findings, ()) {
        (decide_handover(self.from == self.to), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, (): (), (): ()) -> Result<Uuid, Fault> {
        work.hand_over_links(self.authority, self.from, self.to).await?;
        work.hand_over_desk(self.authority, self.from, self.to).await?;
        for person in [self.from, self.to] {
            work.record_roles(self.authority, person);
        }
        Ok(self.to)
    }
}
