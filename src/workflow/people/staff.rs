//! Inviting people, granting and revoking roles (XC-23).

use super::{follow, is_permitted, missing};
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
use domain::staffing::{Granting, Period, decide_grant, decide_invitation, decide_revocation};
use entity::{person, role_grant, school};
use serde::Serialize;
use uuid::Uuid;

/// Invite a person. Answers the id of the person.
#[derive(Clone, Debug, Serialize)]
pub struct InvitePerson {
    /// The authority.
    pub authority: Uuid,
    /// The subject of the person's sign-in token.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Where mail reaches them.
    pub email: String,
}

/// Somebody with the subject, and whether they are among the authority's people.
pub struct InviteFacts {
    known: Option<person::Model>,
    among_people: bool,
}

impl Command for InvitePerson {
    const ACTION: Action = Action::InvitePerson;
    type Facts = InviteFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<InviteFacts>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let system = System::within(work);
        let permitted = is_permitted(work, Self::ACTION, &standing);
        let known = if permitted { system.person_of_subject(&self.subject).await? } else { None };
        let among_people = match &known {
            Some(person) => system.is_among_people(self.authority, person.id).await?,
            None => false,
        };
        Ok(Gathered::Found { facts: InviteFacts { known, among_people }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &InviteFacts) -> (Findings, ()) {
        (decide_invitation(&self.subject, &self.name, &self.email, facts.among_people), ())
    }

    /// Somebody whom another authority knows already keeps name and address: they are not this authority's to change.
    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: InviteFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = facts.known.as_ref().map_or_else(|| work.op.id(), |person| person.id);
        if facts.known.is_none() {
            work.insert::<person::Entity>(person::Model {
                id,
                subject: self.subject.clone(),
                name: self.name.trim().to_owned(),
                email: self.email.clone(),
                created_at: work.op.now,
            })
            .await?;
        }
        work.record_invitation(self.authority, id);
        Ok(id)
    }
}

/// Grant a role from a date on. Answers the id of the grant.
#[derive(Clone, Debug, Serialize)]
pub struct GrantRole {
    /// The authority.
    pub authority: Uuid,
    /// To whom.
    pub person: Uuid,
    /// The role.
    pub role: Role,
    /// The school, for roles that are held at one.
    pub school: Option<Uuid>,
    /// First day (London date).
    pub from: NaiveDate,
    /// Last day (London date).
    pub to: Option<NaiveDate>,
}

impl GrantRole {
    fn period(&self) -> Period {
        Period { from: self.from, to: self.to }
    }
}

/// Whether the school, if one is named, is one of the authority.
async fn is_own_school(work: &Work<'_>, authority: Uuid, school: Option<Uuid>) -> Result<bool, Fault> {
    let Some(school) = school else { return Ok(true) };
    let found = work.find_shared::<school::Entity>(school).await?;
    Ok(found.is_some_and(|school| school.authority_id == authority))
}

impl Command for GrantRole {
    const ACTION: Action = Action::GrantRole;
    /// Whether the person holds the role there already.
    type Facts = bool;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<bool>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let system = System::within(work);
        let person = system.is_among_people(self.authority, self.person).await?;
        let school = is_own_school(work, self.authority, self.school).await?;
        if !person || !school {
            return Ok(Gathered::NotFound(missing([("person", person), ("school", school)])));
        }
        let held =
            system.is_granted(self.person, self.role, self.authority, self.school, self.period()).await?;
        Ok(Gathered::Found { facts: held, standing, target: None })
    }

    fn decide(&self, _: &Op, held: &bool) -> (Findings, ()) {
        let (role, at_school) = (self.role, self.school.is_some());
        (decide_grant(&Granting { role, at_school, period: self.period(), held_already: *held }), ())
    }

    async fn apply(&self, service: &Service, work: &mut Work<'_>, _: bool, (): ()) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<role_grant::Entity>(role_grant::Model {
            id,
            person_id: self.person,
            authority_id: self.authority,
            role: self.role,
            school_id: self.school,
            from_date: self.from,
            to_date: self.to,
            revoked_at: None,
            granted_by: work.op.actor(),
        })
        .await?;
        work.record_roles(self.authority, self.person);
        follow(service, work, self.school.as_slice()).await?;
        Ok(id)
    }
}

/// Revoke a role, at once. Answers the id of the grant.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeRole {
    /// The grant.
    pub grant: Uuid,
}

/// The grant, and whether it is the last that makes anybody an administrator.
pub struct RevokeFacts {
    grant: role_grant::Model,
    last_administrator: bool,
}

impl Command for RevokeRole {
    const ACTION: Action = Action::RevokeRole;
    type Facts = RevokeFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RevokeFacts>, Fault> {
        let system = System::within(work);
        // Two administrators who revoke each other at the same time wait here for each other.
        if let Some(known) = system.get::<role_grant::Entity>(self.grant).await? {
            lock_own_authority(work, known.authority_id).await?;
        }
        let Some(grant) = work.find::<role_grant::Entity>(self.grant).await? else {
            return Ok(Gathered::NotFound(vec!["grant"]));
        };
        let last_administrator = system.is_last_administrator(&grant).await?;
        let standing = Standing { authority: grant.authority_id, ..Standing::default() };
        Ok(Gathered::Found { facts: RevokeFacts { grant, last_administrator }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &RevokeFacts) -> (Findings, ()) {
        (decide_revocation(facts.grant.revoked_at.is_some(), facts.last_administrator), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: RevokeFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut grant = facts.grant;
        grant.revoked_at = Some(work.op.now);
        let (id, authority, person, school) =
            (grant.id, grant.authority_id, grant.person_id, grant.school_id);
        work.overwrite::<role_grant::Entity>(grant).await?;
        work.record_roles(authority, person);
        follow(service, work, school.as_slice()).await?;
        Ok(id)
    }
}
