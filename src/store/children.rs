//! Children on the rolls of schools: registered, moved, asked for, and the staff named for them (XC-11, XC-14).

use super::Fault;
use super::facts::System;
use super::people::dated;
use super::work::Work;
use domain::access::{Reach, Role};
use domain::anonymity::Identity;
use domain::duty::{DutyState, Which};
use domain::event::{Event, Subject};
use domain::name::search_words;
use domain::people::PeopleEvent;
use domain::registration::Parent;
use domain::rule::RuleId;
use entity::{
    authority, child, child_word, duty, escalation, holding, named_staff, parent_carer, role_grant, school,
    transfer_request,
};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// What an event about a child's record is about, with the school that holds the child.
pub fn child_subject(held: &holding::Model) -> Subject {
    Subject {
        authority: held.authority_id,
        kind: "Child",
        id: held.child_id,
        child: Some(held.child_id),
        school: Some(held.school_id),
        case: None,
        part: None,
    }
}

/// What the asking school's side of a transfer request is about: nothing that leads to the child.
pub fn asking_subject(request: &transfer_request::Model) -> Subject {
    Subject {
        authority: request.to_authority_id,
        kind: "TransferRequest",
        id: request.id,
        school: Some(request.to_school_id),
        ..Subject::default()
    }
}

/// What the holding school's side of a transfer request is about.
pub fn asked_subject(request: &transfer_request::Model) -> Subject {
    Subject {
        authority: request.from_authority_id,
        kind: "TransferRequest",
        id: request.id,
        child: Some(request.child_id),
        school: Some(request.from_school_id),
        case: None,
        part: None,
    }
}

/// How a child is known, as far as texts could tell it.
pub fn identity(child: &child::Model) -> Identity {
    Identity {
        given_name: child.given_name.clone(),
        family_name: child.family_name.clone(),
        known_as: child.known_as.clone(),
        upn: child.upn.clone(),
        date_of_birth: Some(child.date_of_birth),
    }
}

/// The words under which a child is found (XC-20).
pub fn words_of(child: &child::Model) -> Vec<child_word::Model> {
    search_words(&child.given_name, &child.family_name, child.known_as.as_deref())
        .into_iter()
        .map(|word| child_word::Model { child_id: child.id, word })
        .collect()
}

impl System<'_> {
    /// Whether an authority goes by this code.
    pub async fn knows_authority_code(&self, code: &str) -> Result<bool, Fault> {
        let found = authority::Entity::find().filter(authority::Column::Code.eq(code)).count(self.tx).await?;
        Ok(found > 0)
    }

    /// The requests for a child that wait for an answer, locked.
    pub async fn pending_requests(&self, child: Uuid) -> Result<Vec<transfer_request::Model>, Fault> {
        let found = transfer_request::Entity::find()
            .filter(transfer_request::Column::ChildId.eq(child))
            .filter(transfer_request::Column::AnsweredAt.is_null())
            .order_by_asc(transfer_request::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether somebody is named for a child today.
    pub async fn is_named(&self, child: Uuid, person: Uuid, school: Uuid) -> Result<bool, Fault> {
        let found = named_staff::Entity::find()
            .filter(named_staff::Column::ChildId.eq(child))
            .filter(named_staff::Column::PersonId.eq(person))
            .filter(named_staff::Column::SchoolId.eq(school))
            .filter(dated(named_staff::Column::FromDate, named_staff::Column::ToDate, self.today))
            .count(self.tx)
            .await?;
        Ok(found > 0)
    }

    /// Whether a person is a teacher or teaching assistant of a school today.
    pub async fn works_with_named_children(&self, person: Uuid, school: Uuid) -> Result<bool, Fault> {
        let roles: Vec<_> =
            Role::ALL.into_iter().filter(|role| role.reach() == Reach::NamedChildren).collect();
        self.holds_at_school(person, &roles, school).await
    }

    /// Whether a person holds one of these roles at a school today.
    pub async fn holds_at_school(&self, person: Uuid, roles: &[Role], school: Uuid) -> Result<bool, Fault> {
        let found = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::SchoolId.eq(school))
            .filter(role_grant::Column::Role.is_in(roles.iter().copied()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, self.today))
            .count(self.tx)
            .await?;
        Ok(found > 0)
    }
}

impl Work<'_> {
    /// Says what happened to a child's record.
    pub fn record_child(&mut self, held: &holding::Model, event: PeopleEvent) {
        self.record(child_subject(held), Event::People(event));
    }

    /// A holding from today on.
    pub fn new_holding(&self, child: Uuid, at: &school::Model) -> holding::Model {
        holding::Model {
            id: self.op.id(),
            child_id: child,
            school_id: at.id,
            authority_id: at.authority_id,
            from_date: self.op.today(),
            to_date: None,
        }
    }

    /// A parent or carer from today on.
    pub fn new_parent(&self, child: Uuid, parent: &Parent) -> parent_carer::Model {
        parent_carer::Model {
            id: self.op.id(),
            child_id: child,
            person_id: None,
            name: parent.name.clone(),
            email: parent.email.clone(),
            relationship: parent.relationship.clone(),
            from_date: self.op.today(),
            to_date: None,
        }
    }

    /// Writes a new child with the words of its names, its school and its parents.
    pub async fn insert_child(
        &mut self,
        child: child::Model,
        at: &school::Model,
        parents: &[Parent],
    ) -> Result<(), Fault> {
        let words = words_of(&child);
        let held = self.new_holding(child.id, at);
        let parents = parents.iter().map(|parent| self.new_parent(child.id, parent)).collect();
        self.insert::<child::Entity>(child).await?;
        self.insert_all::<child_word::Entity>(words).await?;
        self.insert::<holding::Entity>(held.clone()).await?;
        self.insert_all::<parent_carer::Entity>(parents).await?;
        self.record_child(&held, PeopleEvent::ChildRegistered);
        Ok(())
    }

    /// Writes the words of a child's names in place of those known.
    pub async fn set_child_words(&self, child: &child::Model) -> Result<(), Fault> {
        child_word::Entity::delete_many()
            .filter(child_word::Column::ChildId.eq(child.id))
            .exec(&self.tx)
            .await?;
        self.insert_all::<child_word::Entity>(words_of(child)).await
    }

    /// Ends a holding today, and with it the naming of staff; another school holds the child from today.
    pub async fn change_holding(
        &self,
        held: &holding::Model,
        to: &school::Model,
    ) -> Result<holding::Model, Fault> {
        let today = self.op.today();
        let ended = holding::Model { to_date: Some(today), ..held.clone() };
        self.overwrite::<holding::Entity>(ended).await?;
        let next = self.new_holding(held.child_id, to);
        self.insert::<holding::Entity>(next.clone()).await?;
        self.end_naming(held.child_id).await?;
        Ok(next)
    }

    /// Nobody is named for the child any longer.
    pub async fn end_naming(&self, child: Uuid) -> Result<(), Fault> {
        let today = self.op.today();
        named_staff::Entity::update_many()
            .col_expr(named_staff::Column::ToDate, Expr::val(today))
            .filter(named_staff::Column::ChildId.eq(child))
            .filter(
                Condition::any()
                    .add(named_staff::Column::ToDate.is_null())
                    .add(named_staff::Column::ToDate.gt(today)),
            )
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Passes the open duties of a child on to those who have taken it over: within the authority, those of the old
    /// school and its link staff go to the new school's. Into another authority they end; what the old authority's own
    /// teams owe for a case of theirs, they go on owing.
    pub async fn pass_duties(&mut self, child: Uuid, to: &school::Model) -> Result<(), Fault> {
        let open = duty::Entity::find()
            .filter(duty::Column::ChildId.eq(child))
            .filter(duty::Column::State.eq(DutyState::Open))
            .order_by_asc(duty::Column::Id)
            .lock(LockType::Update)
            .all(&self.tx)
            .await?;
        for row in open {
            let of_the_school = row.owner_role.at_school() || row.owner_role.is_link_staff();
            let same_authority = row.authority_id == to.authority_id;
            if of_the_school && same_authority {
                let owner = System::within(self).link_person(to.id, row.owner_role).await?;
                self.set_duty_owner(row.id, owner).await?;
            } else if of_the_school {
                let rule = RuleId::parse(&row.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
                self.withdraw_duty(row.on_id, Which { rule, step: row.step }).await?;
            }
            if same_authority {
                escalation::Entity::update_many()
                    .col_expr(escalation::Column::SchoolId, Expr::val(to.id))
                    .filter(escalation::Column::DutyId.eq(row.id))
                    .exec(&self.tx)
                    .await?;
                duty::Entity::update_many()
                    .col_expr(duty::Column::SchoolId, Expr::val(to.id))
                    .filter(duty::Column::Id.eq(row.id))
                    .exec(&self.tx)
                    .await?;
            }
        }
        Ok(())
    }
}
