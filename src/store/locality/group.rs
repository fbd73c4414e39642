//! The group of a session: the schools that it is for, and who is invited (LG-1).

use crate::store::Fault;
use crate::store::facts::System;
use crate::store::import::KEYS_A_STATEMENT;
use crate::store::planning::TermOf;
use crate::store::term_due::{same, unmet, withdrawn};
use crate::store::work::Work;
use domain::event::Subject;
use domain::locality::{ItemState, SessionState};
use domain::school::SchoolStatus;
use entity::{
    locality, locality_item, locality_session, locality_session_school, locality_term, school,
    session_invitation,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A session and a school.
type OfSession = (Uuid, Uuid);

impl System<'_> {
    /// The schools of these localities, by locality.
    pub async fn families(&self, localities: &[Uuid]) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, Fault> {
        let found = school::Entity::find()
            .filter(school::Column::LocalityId.is_in(localities.iter().copied()))
            .all(self.tx)
            .await?;
        let of_locality = found.into_iter().filter_map(|school| Some((school.locality_id?, school.id)));
        Ok(grouped(of_locality))
    }

    /// Which of these localities have an open school.
    pub async fn with_open_schools(&self, localities: &[Uuid]) -> Result<BTreeSet<Uuid>, Fault> {
        let found: Vec<Uuid> = school::Entity::find()
            .select_only()
            .column(school::Column::LocalityId)
            .filter(school::Column::LocalityId.is_in(localities.iter().copied()))
            .filter(school::Column::Status.is_in(SchoolStatus::OPEN))
            .distinct()
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(found.into_iter().collect())
    }

    /// The schools that these sessions are for, by session.
    pub async fn groups(&self, sessions: &[Uuid]) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, Fault> {
        let found = locality_session_school::Entity::find()
            .filter(locality_session_school::Column::SessionId.is_in(sessions.iter().copied()))
            .filter(locality_session_school::Column::TakesPart.eq(true))
            .all(self.tx)
            .await?;
        Ok(grouped(found.into_iter().map(|row| (row.session_id, row.school_id))))
    }

    /// The schools that a session is for, in order of their ids.
    pub async fn group(&self, session: Uuid) -> Result<Vec<Uuid>, Fault> {
        let group = self.groups(&[session]).await?.remove(&session).unwrap_or_default();
        Ok(group.into_iter().collect())
    }

    /// The schools whose children a session's texts may be about: those that it is for, and those that have left it.
    pub async fn schools_around(&self, session: Uuid) -> Result<Vec<Uuid>, Fault> {
        let found = locality_session_school::Entity::find()
            .filter(locality_session_school::Column::SessionId.eq(session))
            .order_by_asc(locality_session_school::Column::SchoolId)
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|row| row.school_id).collect())
    }

    /// The schools of the sessions' authority that brought something to these sessions which is still to come, by session.
    pub async fn bringing(&self, sessions: &[Uuid]) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, Fault> {
        let of_authority = school::Entity::find()
            .select_only()
            .column(school::Column::Id)
            .filter(same(school::Column::Id, locality_item::Column::SchoolId))
            .filter(same(school::Column::AuthorityId, locality_item::Column::AuthorityId))
            .into_query();
        let found: Vec<OfSession> = locality_item::Entity::find()
            .select_only()
            .column(locality_item::Column::SessionId)
            .column(locality_item::Column::SchoolId)
            .filter(locality_item::Column::SessionId.is_in(sessions.iter().copied()))
            .filter(locality_item::Column::State.is_in([ItemState::Proposed, ItemState::Prepared]))
            .filter(Expr::exists(of_authority))
            .into_tuple()
            .all(self.tx)
            .await?;
        Ok(grouped(found.into_iter()))
    }

    /// Who is invited to these sessions, by session.
    pub async fn invited_to(&self, sessions: &[Uuid]) -> Result<HashMap<Uuid, BTreeSet<Uuid>>, Fault> {
        let found = session_invitation::Entity::find()
            .filter(session_invitation::Column::SessionId.is_in(sessions.iter().copied()))
            .all(self.tx)
            .await?;
        Ok(grouped(found.into_iter().map(|row| (row.session_id, row.person_id))))
    }

    /// Locks the localities of these schools: nobody plans their sessions meanwhile. Answers them.
    pub async fn lock_localities_of(&self, schools: &[Uuid]) -> Result<Vec<Uuid>, Fault> {
        let mut localities = BTreeSet::new();
        for some in schools.chunks(KEYS_A_STATEMENT) {
            let known = school::Entity::find()
                .filter(school::Column::Id.is_in(some.iter().copied()))
                .filter(school::Column::LocalityId.is_not_null())
                .all(self.tx)
                .await?;
            localities.extend(known.into_iter().filter_map(|school| school.locality_id));
        }
        let localities: Vec<_> = localities.into_iter().collect();
        self.lock_localities(&localities).await?;
        Ok(localities)
    }

    /// Locks these localities, in order of their ids.
    pub async fn lock_localities(&self, ids: &[Uuid]) -> Result<(), Fault> {
        let ids: Vec<_> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        for some in ids.chunks(KEYS_A_STATEMENT) {
            locality::Entity::find()
                .filter(locality::Column::Id.is_in(some.iter().copied()))
                .order_by_asc(locality::Column::Id)
                .lock(LockType::Update)
                .all(self.tx)
                .await?;
        }
        Ok(())
    }

    /// The sessions to come that are for these schools, in order of their ids, locked.
    pub async fn sessions_planned_for(
        &self,
        schools: &[Uuid],
    ) -> Result<Vec<locality_session::Model>, Fault> {
        let own = locality_session_school::Entity::find()
            .select_only()
            .column(locality_session_school::Column::SessionId)
            .filter(locality_session_school::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(locality_session_school::Column::TakesPart.eq(true))
            .into_query();
        self.planned(Condition::all().add(locality_session::Column::Id.in_subquery(own))).await
    }

    /// The sessions to come in these localities, in order of their ids, locked.
    pub async fn sessions_planned_in(
        &self,
        localities: &[Uuid],
    ) -> Result<Vec<locality_session::Model>, Fault> {
        let own = locality_session::Column::LocalityId.is_in(localities.iter().copied());
        self.planned(Condition::all().add(own)).await
    }

    /// The items of these schools that are not through, in order of their ids, locked.
    pub async fn items_not_through(&self, schools: &[Uuid]) -> Result<Vec<locality_item::Model>, Fault> {
        let not_through = ItemState::ALL.iter().copied().filter(|state| !state.is_through());
        let found = locality_item::Entity::find()
            .filter(locality_item::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(locality_item::Column::State.is_in(not_through))
            .order_by_asc(locality_item::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// What these localities are due and have not had, each with its term (LG-1).
    pub async fn locality_terms_due_to(&self, localities: &[Uuid]) -> Result<Vec<(Subject, TermOf)>, Fault> {
        let own = locality_term::Column::LocalityId.is_in(localities.iter().copied());
        self.terms_with::<locality_term::Entity>(unmet::<locality_term::Entity>().add(own)).await
    }

    /// What these localities were due until they had no school, and did not have all the same.
    pub async fn locality_terms_withdrawn(
        &self,
        localities: &[Uuid],
    ) -> Result<Vec<(Subject, TermOf)>, Fault> {
        let held = locality_session::Entity::find()
            .select_only()
            .column(locality_session::Column::Id)
            .filter(same(locality_session::Column::LocalityId, locality_term::Column::LocalityId))
            .filter(same(locality_session::Column::SchoolYear, locality_term::Column::SchoolYear))
            .filter(same(locality_session::Column::Term, locality_term::Column::Term))
            .filter(locality_session::Column::StartedAt.is_not_null())
            .into_query();
        let own = Condition::all()
            .add(withdrawn::<locality_term::Entity>())
            .add(locality_term::Column::LocalityId.is_in(localities.iter().copied()))
            .add(Expr::exists(held).not());
        self.terms_with::<locality_term::Entity>(own).await
    }

    /// The schools of an authority with these ids.
    pub async fn schools_of_authority(
        &self,
        authority: Uuid,
        ids: &[Uuid],
    ) -> Result<Vec<school::Model>, Fault> {
        let found = school::Entity::find()
            .filter(school::Column::AuthorityId.eq(authority))
            .filter(school::Column::Id.is_in(ids.iter().copied()))
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The other localities of an authority with a name.
    pub async fn localities_named(&self, authority: Uuid, name: &str) -> Result<Vec<Uuid>, Fault> {
        let found = locality::Entity::find()
            .filter(locality::Column::AuthorityId.eq(authority))
            .filter(locality::Column::Name.eq(name))
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|row| row.id).collect())
    }

    async fn planned(&self, which: Condition) -> Result<Vec<locality_session::Model>, Fault> {
        let found = locality_session::Entity::find()
            .filter(which)
            .filter(locality_session::Column::State.eq(SessionState::Planned))
            .filter(locality_session::Column::StartsAt.gt(self.now))
            .order_by_asc(locality_session::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }
}

impl Work<'_> {
    /// Writes which schools a session is for; before, it was for those named.
    pub async fn set_group(
        &self,
        session: &locality_session::Model,
        before: &BTreeSet<Uuid>,
        schools: &BTreeSet<Uuid>,
    ) -> Result<(), Fault> {
        let left: Vec<_> = before.difference(schools).copied().collect();
        if !left.is_empty() {
            let own = locality_session_school::Column::SessionId.eq(session.id);
            self.take_out(Condition::all().add(own), &left).await?;
        }
        let (session_id, authority_id) = (session.id, session.authority_id);
        let joined: Vec<_> = schools.difference(before).copied().collect();
        if joined.is_empty() {
            return Ok(());
        }
        let row = |school_id| locality_session_school::ActiveModel {
            session_id: Set(session_id),
            school_id: Set(school_id),
            authority_id: Set(authority_id),
            takes_part: Set(true),
        };
        // One that left may come back.
        let key = [locality_session_school::Column::SessionId, locality_session_school::Column::SchoolId];
        let over =
            OnConflict::columns(key).update_column(locality_session_school::Column::TakesPart).to_owned();
        locality_session_school::Entity::insert_many(joined.into_iter().map(row))
            .on_conflict(over)
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    async fn take_out(&self, of: Condition, schools: &[Uuid]) -> Result<(), Fault> {
        locality_session_school::Entity::update_many()
            .col_expr(locality_session_school::Column::TakesPart, Expr::val(false))
            .filter(of)
            .filter(locality_session_school::Column::SchoolId.is_in(schools.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// These people are not invited to a session any longer.
    pub async fn uninvite_from_session(&self, session: Uuid, people: &[Uuid]) -> Result<(), Fault> {
        if people.is_empty() {
            return Ok(());
        }
        session_invitation::Entity::delete_many()
            .filter(session_invitation::Column::SessionId.eq(session))
            .filter(session_invitation::Column::PersonId.is_in(people.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes schools out of their families and out of every group that they belonged to: they have gone to another authority, and
    /// the groups are no business of theirs any more (LG-11).
    pub async fn leave_groups(&self, schools: &[Uuid]) -> Result<(), Fault> {
        self.take_out(Condition::all(), schools).await?;
        self.set_family(schools, None).await
    }

    /// Writes which family these schools belong to.
    pub async fn set_family(&self, schools: &[Uuid], locality: Option<Uuid>) -> Result<(), Fault> {
        school::Entity::update_many()
            .col_expr(school::Column::LocalityId, Expr::val(locality))
            .filter(school::Column::Id.is_in(schools.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}

fn grouped(pairs: impl Iterator<Item = (Uuid, Uuid)>) -> HashMap<Uuid, BTreeSet<Uuid>> {
    let mut groups: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    for (of, one) in pairs {
        groups.entry(of).or_default().insert(one);
    }
    groups
}
