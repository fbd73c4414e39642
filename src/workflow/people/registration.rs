//! Putting a child on the roll of a school, and naming staff for it (XC-11, XC-14).

use super::{is_permitted, missing};
use crate::op::Op;
use crate::store::Fault;
use crate::store::children::{asked_subject, asking_subject};
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::graduated::flags;
use chrono::NaiveDate;
use domain::access::{Action, Standing};
use domain::child::{Gender, Need, SenStatus};
use domain::event::Event;
use domain::people::PeopleEvent;
use domain::refusal::Findings;
use domain::registration::{Details, Facts, Known, Parent, Registration, decide, decide_naming};
use domain::upn::Upn;
use domain::year_group::YearGroup;
use entity::{child, holding, named_staff, school, transfer_request};
use serde::Serialize;
use uuid::Uuid;

/// Put a child on the roll of a school. Answers the id of the child or, where another school holds a child with this
/// UPN, of the transfer request that now waits there.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterChild {
    /// The school.
    pub school: Uuid,
    /// Unique pupil number.
    pub upn: Upn,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// What the child is called, where that differs.
    pub known_as: Option<String>,
    /// Birth date.
    pub date_of_birth: NaiveDate,
    /// Gender as recorded.
    pub gender: Gender,
    /// Year group of a child taught out of cohort.
    pub year_group_override: Option<YearGroup>,
    /// Where the child stands in the SEN system.
    pub sen_status: SenStatus,
    /// Primary need.
    pub primary_need: Option<Need>,
    /// Further needs.
    pub further_needs: Vec<Need>,
    /// Parents and carers.
    pub parents: Vec<Parent>,
}

/// What a registration rests on.
pub struct RegisterFacts {
    facts: Facts,
    school: school::Model,
    held: Option<holding::Model>,
}

impl RegisterChild {
    fn details(&self) -> Details<'_> {
        Details {
            given_name: &self.given_name,
            family_name: &self.family_name,
            known_as: self.known_as.as_deref(),
            date_of_birth: self.date_of_birth,
            primary_need: self.primary_need,
            further_needs: &self.further_needs,
            parents: &self.parents,
        }
    }

    /// Where the UPN stands, and who holds the child. The child is locked.
    async fn known(&self, system: &System<'_>) -> Result<(Known, Option<holding::Model>), Fault> {
        let Some(child) = system.child_of_upn(self.upn.as_str()).await? else {
            return Ok((Known::Nowhere, None));
        };
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let requests = system.pending_requests(child.id).await?;
        let known = if held.school_id == self.school {
            Known::Here
        } else if requests.iter().any(|request| request.to_school_id == self.school) {
            Known::Requested
        } else {
            Known::Elsewhere
        };
        Ok((known, Some(held)))
    }

    fn row(&self, id: Uuid, authority: Uuid, op: &Op) -> Result<child::Model, Fault> {
        Ok(child::Model {
            id,
            authority_id: authority,
            upn: Some(self.upn.as_str().to_owned()),
            upn_temporary: self.upn.is_temporary(),
            given_name: self.given_name.trim().to_owned(),
            family_name: self.family_name.trim().to_owned(),
            known_as: self.known_as.as_deref().map(|name| name.trim().to_owned()),
            date_of_birth: self.date_of_birth,
            gender: self.gender,
            year_group_override: self.year_group_override.map(YearGroup::number),
            sen_status: self.sen_status,
            primary_need: self.primary_need,
            further_needs: serde_json::to_value(&self.further_needs)?,
            person_id: None,
            erased_at: None,
            version: 1,
            created_at: op.now,
        })
    }
}

impl Command for RegisterChild {
    const ACTION: Action = Action::RegisterChild;
    type Facts = RegisterFacts;
    type Plan = Registration;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RegisterFacts>, Fault> {
        let system = System::within(work);
        system.hold_authority_of(self.school).await?;
        let Some(school) = work.find_shared::<school::Entity>(self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let standing =
            Standing { authority: school.authority_id, school: Some(school.id), ..Standing::default() };
        let permitted = is_permitted(work, Self::ACTION, &standing);
        let (known, held) = if permitted { self.known(&system).await? } else { (Known::Nowhere, None) };
        let facts = Facts {
            today: work.op.today(),
            school_open: school.status.is_open(),
            upn_authority_known: system.knows_authority_code(self.upn.la_code()).await?,
            known,
        };
        Ok(Gathered::Found { facts: RegisterFacts { facts, school, held }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &RegisterFacts) -> (Findings, Registration) {
        decide(&facts.facts, &self.details())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: RegisterFacts,
        step: Registration,
    ) -> Result<Uuid, Fault> {
        if let (Registration::Request, Some(held)) = (step, facts.held) {
            return request(work, &facts.school, &held).await;
        }
        let id = work.op.id();
        let row = self.row(id, facts.school.authority_id, work.op)?;
        work.insert_child(row, &facts.school, &self.parents).await?;
        flags::raise(work, &[id]).await?;
        Ok(id)
    }
}

/// Asks the school that holds a child to let it go.
async fn request(work: &mut Work<'_>, to: &school::Model, held: &holding::Model) -> Result<Uuid, Fault> {
    let request = transfer_request::Model {
        id: work.op.id(),
        child_id: held.child_id,
        to_school_id: to.id,
        to_authority_id: to.authority_id,
        from_school_id: held.school_id,
        from_authority_id: held.authority_id,
        requested_by: work.op.actor().unwrap_or_default(),
        requested_at: work.op.now,
        answered_at: None,
        accepted: None,
        version: 1,
    };
    let id = request.id;
    for subject in [asking_subject(&request), asked_subject(&request)] {
        work.record(subject, Event::People(PeopleEvent::TransferRequested));
    }
    work.insert::<transfer_request::Entity>(request).await?;
    Ok(id)
}

/// Name a teacher or teaching assistant for a child. Answers the id of the naming.
#[derive(Clone, Debug, Serialize)]
pub struct NameStaffForChild {
    /// The child.
    pub child: Uuid,
    /// Who is named.
    pub person: Uuid,
}

/// What naming rests on.
pub struct NamingFacts {
    held: holding::Model,
    works_there: bool,
    already_named: bool,
}

impl Command for NameStaffForChild {
    const ACTION: Action = Action::NameStaffForChild;
    type Facts = NamingFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<NamingFacts>, Fault> {
        let system = System::within(work);
        let child = work.find::<child::Entity>(self.child).await?;
        let person = work.find_shared::<entity::person::Entity>(self.person).await?;
        let (Some(child), Some(person)) = (&child, &person) else {
            let inputs = [("child", child.is_some()), ("person", person.is_some())];
            return Ok(Gathered::NotFound(missing(inputs)));
        };
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let facts = NamingFacts {
            works_there: system.works_with_named_children(person.id, held.school_id).await?,
            already_named: system.is_named(child.id, person.id, held.school_id).await?,
            held,
        };
        let standing = system.standing(child).await?;
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &NamingFacts) -> (Findings, ()) {
        (decide_naming(facts.works_there, facts.already_named), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: NamingFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<named_staff::Entity>(named_staff::Model {
            id,
            child_id: self.child,
            person_id: self.person,
            school_id: facts.held.school_id,
            from_date: work.op.today(),
            to_date: None,
        })
        .await?;
        work.record_child(&facts.held, PeopleEvent::StaffNamed);
        Ok(id)
    }
}
