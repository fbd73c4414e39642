//! What the rules look at in locality groups, and the writes of their own.

mod group;

use super::Fault;
use super::facts::System;
use super::people::dated;
use super::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Role;
use domain::locality::{ItemState, NoteKind, SessionState};
use entity::{
    action_plan, action_plan_step, child, ep_involvement, grid_moderation, holding, locality_item,
    locality_item_child, locality_note, locality_session, parent_carer, person, preparation_form, role_grant,
    school, session_attendance, strategy,
};
use sea_orm::sea_query::{Expr, LockType, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The children whom these schools hold today.
fn held_at(schools: &[Uuid]) -> SelectStatement {
    holding::Entity::find()
        .select_only()
        .column(holding::Column::ChildId)
        .filter(holding::Column::SchoolId.is_in(schools.iter().copied()))
        .filter(holding::Column::ToDate.is_null())
        .into_query()
}

/// The children about whom these schools brought something to a group.
fn brought_by(schools: &[Uuid]) -> SelectStatement {
    locality_item_child::Entity::find()
        .select_only()
        .column(locality_item_child::Column::ChildId)
        .filter(locality_item_child::Column::SchoolId.is_in(schools.iter().copied()))
        .into_query()
}

impl System<'_> {
    /// The schools of a locality.
    pub async fn schools_of_locality(&self, locality: Uuid) -> Result<Vec<Uuid>, Fault> {
        let found = school::Entity::find()
            .filter(school::Column::LocalityId.eq(locality))
            .order_by_asc(school::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|school| school.id).collect())
    }

    /// The children whom these schools hold today.
    pub async fn pupils(&self, schools: &[Uuid]) -> Result<Vec<child::Model>, Fault> {
        let found = child::Entity::find()
            .filter(child::Column::Id.in_subquery(held_at(schools)))
            .filter(child::Column::ErasedAt.is_null())
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The children whom these schools hold today, and those about whom they brought something to a group.
    pub async fn children_around(&self, schools: &[Uuid]) -> Result<Vec<child::Model>, Fault> {
        let around = Condition::any()
            .add(child::Column::Id.in_subquery(held_at(schools)))
            .add(child::Column::Id.in_subquery(brought_by(schools)));
        let found = child::Entity::find()
            .filter(around)
            .filter(child::Column::ErasedAt.is_null())
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The names of the parents and carers of those children.
    pub async fn names_of_parents_around(&self, schools: &[Uuid]) -> Result<Vec<String>, Fault> {
        let names: Vec<String> = parent_carer::Entity::find()
            .select_only()
            .column(parent_carer::Column::Name)
            .filter(
                Condition::any()
                    .add(parent_carer::Column::ChildId.in_subquery(held_at(schools)))
                    .add(parent_carer::Column::ChildId.in_subquery(brought_by(schools))),
            )
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(names)
    }

    /// Who is at a session.
    pub async fn attendance(&self, session: Uuid) -> Result<Vec<session_attendance::Model>, Fault> {
        let found = session_attendance::Entity::find()
            .filter(session_attendance::Column::SessionId.eq(session))
            .order_by_asc(session_attendance::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Of which of these schools somebody is the SENCO on a London date: the first of them.
    pub async fn senco_of(
        &self,
        person: Uuid,
        schools: &[Uuid],
        on: NaiveDate,
    ) -> Result<Option<Uuid>, Fault> {
        let found = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::Role.eq(Role::Senco))
            .filter(role_grant::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, on))
            .order_by_asc(role_grant::Column::Id)
            .one(self.tx)
            .await?;
        Ok(found.and_then(|grant| grant.school_id))
    }

    /// The SENCOs of these schools on a London date.
    pub async fn sencos_of(&self, schools: &[Uuid], on: NaiveDate) -> Result<Vec<person::Model>, Fault> {
        let sencos = role_grant::Entity::find()
            .filter(role_grant::Column::Role.eq(Role::Senco))
            .filter(role_grant::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, on))
            .all(self.tx)
            .await?;
        let people = self.people(sencos.into_iter().map(|grant| grant.person_id)).await?;
        Ok(people.into_values().collect())
    }

    /// The preparation form of an item.
    pub async fn preparation_form(&self, item: Uuid) -> Result<Option<preparation_form::Model>, Fault> {
        let found = preparation_form::Entity::find()
            .filter(preparation_form::Column::ItemId.eq(item))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// The items of a session, in the order in which they were brought.
    pub async fn items_of_session(&self, session: Uuid) -> Result<Vec<locality_item::Model>, Fault> {
        let found = locality_item::Entity::find()
            .filter(locality_item::Column::SessionId.eq(session))
            .order_by_asc(locality_item::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The child whom an item is about.
    pub async fn child_of_item(&self, item: Uuid) -> Result<Option<child::Model>, Fault> {
        let link = locality_item_child::Entity::find()
            .filter(locality_item_child::Column::ItemId.eq(item))
            .one(self.tx)
            .await?;
        match link {
            Some(link) => self.get::<child::Entity>(link.child_id).await,
            None => Ok(None),
        }
    }

    /// The items about a child that are not through: what ends with the consent (XC-8).
    pub async fn items_about(&self, child: Uuid) -> Result<Vec<locality_item::Model>, Fault> {
        let own = locality_item_child::Entity::find()
            .select_only()
            .column(locality_item_child::Column::ItemId)
            .filter(locality_item_child::Column::ChildId.eq(child))
            .into_query();
        let found = locality_item::Entity::find()
            .filter(locality_item::Column::Id.in_subquery(own))
            .filter(locality_item::Column::State.ne(ItemState::Withdrawn))
            .order_by_asc(locality_item::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether something was written of a step of an item: a note, or, at the strategies, what was offered.
    pub async fn noted(&self, item: &locality_item::Model) -> Result<bool, Fault> {
        if item.state == ItemState::Strategies {
            return Ok(!self.offered(item.id).await?.is_empty());
        }
        let kinds: Vec<_> = NoteKind::ALL.iter().copied().filter(|kind| kind.step() == item.state).collect();
        let notes = locality_note::Entity::find()
            .filter(locality_note::Column::ItemId.eq(item.id))
            .filter(locality_note::Column::Kind.is_in(kinds))
            .count(self.tx)
            .await?;
        Ok(notes > 0)
    }

    /// What was offered for an item.
    pub async fn offered(&self, item: Uuid) -> Result<Vec<strategy::Model>, Fault> {
        let found = strategy::Entity::find()
            .filter(strategy::Column::ItemId.eq(item))
            .order_by_asc(strategy::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The action plan of an item, with its steps.
    pub async fn action_plan(
        &self,
        item: Uuid,
    ) -> Result<Option<(action_plan::Model, Vec<action_plan_step::Model>)>, Fault> {
        let plan =
            action_plan::Entity::find().filter(action_plan::Column::ItemId.eq(item)).one(self.tx).await?;
        let Some(plan) = plan else { return Ok(None) };
        let steps = action_plan_step::Entity::find()
            .filter(action_plan_step::Column::ActionPlanId.eq(plan.id))
            .order_by_asc(action_plan_step::Column::Id)
            .all(self.tx)
            .await?;
        Ok(Some((plan, steps)))
    }

    /// Whether another request for an EP has this rank in a session.
    pub async fn rank_taken(&self, session: Uuid, rank: i32) -> Result<bool, Fault> {
        let others = ep_involvement::Entity::find()
            .filter(ep_involvement::Column::SessionId.eq(session))
            .filter(ep_involvement::Column::Rank.eq(rank))
            .count(self.tx)
            .await?;
        Ok(others > 0)
    }

    /// The level of the support grid that was agreed for an area of an item.
    pub async fn moderation(
        &self,
        item: Uuid,
        area: domain::graduated::AreaOfDevelopment,
    ) -> Result<Option<grid_moderation::Model>, Fault> {
        let found = grid_moderation::Entity::find()
            .filter(grid_moderation::Column::ItemId.eq(item))
            .filter(grid_moderation::Column::AreaOfNeed.eq(area))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether a locality's session of a term was held, besides one.
    pub async fn another_held(&self, session: &locality_session::Model) -> Result<bool, Fault> {
        let others = locality_session::Entity::find()
            .filter(locality_session::Column::LocalityId.eq(session.locality_id))
            .filter(locality_session::Column::SchoolYear.eq(session.school_year))
            .filter(locality_session::Column::Term.eq(session.term))
            .filter(locality_session::Column::StartedAt.is_not_null())
            .filter(locality_session::Column::Id.ne(session.id))
            .count(self.tx)
            .await?;
        Ok(others > 0)
    }

    /// Whether the group wrote or decided something in a session.
    pub async fn worked_in(&self, session: Uuid) -> Result<bool, Fault> {
        let items = || {
            locality_item::Entity::find()
                .select_only()
                .column(locality_item::Column::Id)
                .filter(locality_item::Column::SessionId.eq(session))
                .into_query()
        };
        let notes = locality_note::Entity::find()
            .filter(locality_note::Column::ItemId.in_subquery(items()))
            .count(self.tx)
            .await?;
        let offered = strategy::Entity::find()
            .filter(strategy::Column::ItemId.in_subquery(items()))
            .count(self.tx)
            .await?;
        let decided = ep_involvement::Entity::find()
            .filter(ep_involvement::Column::SessionId.eq(session))
            .count(self.tx)
            .await?;
        Ok(notes + offered + decided > 0)
    }

    /// The item that one was put off to.
    pub async fn put_off_to(&self, item: Uuid) -> Result<Option<locality_item::Model>, Fault> {
        let found = locality_item::Entity::find()
            .filter(locality_item::Column::DeferredFrom.eq(item))
            .lock(LockType::Update)
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// The sessions that somebody is still to facilitate, the earliest first, locked.
    pub async fn sessions_to_come(
        &self,
        authority: Uuid,
        facilitator: Uuid,
    ) -> Result<Vec<locality_session::Model>, Fault> {
        let found = locality_session::Entity::find()
            .filter(locality_session::Column::FacilitatorId.eq(facilitator))
            .filter(locality_session::Column::AuthorityId.eq(authority))
            .filter(locality_session::Column::State.is_in([SessionState::Planned, SessionState::InProgress]))
            .order_by_asc(locality_session::Column::StartsAt)
            .order_by_asc(locality_session::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// When these people facilitate a session of a locality group, within a time (UTC).
    pub(super) async fn facilitating(
        &self,
        people: &[Uuid],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: Option<Uuid>,
    ) -> Result<Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)>, Fault> {
        let sessions = locality_session::Entity::find()
            .filter(locality_session::Column::FacilitatorId.is_in(people.iter().copied()))
            .filter(locality_session::Column::StartsAt.lt(to))
            .filter(locality_session::Column::EndsAt.gt(from))
            .filter(locality_session::Column::State.ne(SessionState::Cancelled))
            .all(self.tx)
            .await?;
        let others = sessions.into_iter().filter(|row| Some(row.id) != except);
        Ok(others.map(|row| (row.facilitator_id, row.starts_at, row.ends_at)).collect())
    }
}

impl Work<'_> {
    /// Nobody came after all.
    pub async fn remove_attendance(&self, session: Uuid) -> Result<(), Fault> {
        session_attendance::Entity::delete_many()
            .filter(session_attendance::Column::SessionId.eq(session))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// There is no action plan of an item after all.
    pub async fn remove_action_plan(&self, item: Uuid) -> Result<(), Fault> {
        action_plan_step::Entity::delete_many()
            .filter(action_plan_step::Column::ItemId.eq(item))
            .exec(&self.tx)
            .await?;
        action_plan::Entity::delete_many()
            .filter(action_plan::Column::ItemId.eq(item))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// There is no review of an item's action plan after all.
    pub async fn remove_review(&self, item: Uuid) -> Result<(), Fault> {
        action_plan_step::Entity::update_many()
            .col_expr(action_plan_step::Column::Impact, Expr::val(None::<String>))
            .col_expr(action_plan_step::Column::ImpactNote, Expr::val(None::<String>))
            .filter(action_plan_step::Column::ItemId.eq(item))
            .exec(&self.tx)
            .await?;
        action_plan::Entity::update_many()
            .col_expr(action_plan::Column::Done, Expr::val(None::<String>))
            .col_expr(action_plan::Column::ReviewedBy, Expr::val(None::<Uuid>))
            .col_expr(action_plan::Column::ReviewedOn, Expr::val(None::<NaiveDate>))
            .filter(action_plan::Column::ItemId.eq(item))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Writes which of what was offered was helpful; all else was not.
    pub async fn mark_helpful(&self, item: Uuid, helpful: &BTreeSet<Uuid>) -> Result<(), Fault> {
        let all = || strategy::Entity::update_many().filter(strategy::Column::ItemId.eq(item));
        all().col_expr(strategy::Column::Helpful, Expr::val(false)).exec(&self.tx).await?;
        all()
            .col_expr(strategy::Column::Helpful, Expr::val(true))
            .filter(strategy::Column::Id.is_in(helpful.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
