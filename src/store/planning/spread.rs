//! What the meetings of whole authorities are planned from, and what schools are due that close or open again.

use super::TermOf;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::term_due::{unmet, withdrawn};
use domain::event::Subject;
use domain::planning::MeetingState;
use domain::school::SchoolStatus;
use entity::{person, planning_meeting, planning_term, school};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

impl System<'_> {
    /// The open schools of an authority, in order of their ids, kept as they are until the end of the change.
    pub async fn open_schools(&self, authority: Uuid) -> Result<Vec<school::Model>, Fault> {
        let found = school::Entity::find()
            .filter(school::Column::AuthorityId.eq(authority))
            .filter(school::Column::Status.is_in(SchoolStatus::OPEN))
            .order_by_asc(school::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The meetings that somebody is still to hold, the earliest first, locked.
    pub async fn meetings_to_come(
        &self,
        authority: Uuid,
        ep: Uuid,
    ) -> Result<Vec<planning_meeting::Model>, Fault> {
        let theirs = planning_meeting::Column::EpId.eq(ep);
        self.to_come(theirs.and(planning_meeting::Column::AuthorityId.eq(authority))).await
    }

    /// The meetings of schools that are still to be held, the earliest first, locked.
    pub async fn meetings_to_come_at(&self, schools: &[Uuid]) -> Result<Vec<planning_meeting::Model>, Fault> {
        self.to_come(planning_meeting::Column::SchoolId.is_in(schools.iter().copied())).await
    }

    async fn to_come(&self, which: Expr) -> Result<Vec<planning_meeting::Model>, Fault> {
        let found = planning_meeting::Entity::find()
            .filter(which)
            .filter(planning_meeting::Column::State.eq(MeetingState::Planned))
            .filter(planning_meeting::Column::StartsAt.gt(self.now))
            .order_by_asc(planning_meeting::Column::StartsAt)
            .order_by_asc(planning_meeting::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Locks people, in order of their ids: nobody else plans with them meanwhile.
    pub async fn lock_people(&self, people: &[Uuid]) -> Result<(), Fault> {
        person::Entity::find()
            .filter(person::Column::Id.is_in(people.iter().copied()))
            .order_by_asc(person::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(())
    }

    /// What schools are due and have not had.
    pub async fn planning_terms_due_at(&self, schools: &[Uuid]) -> Result<Vec<(Subject, TermOf)>, Fault> {
        let of = planning_term::Column::SchoolId.is_in(schools.iter().copied());
        self.terms_with::<planning_term::Entity>(unmet::<planning_term::Entity>().add(of)).await
    }

    /// What schools were due until they closed.
    pub async fn planning_terms_withdrawn(&self, schools: &[Uuid]) -> Result<Vec<(Subject, TermOf)>, Fault> {
        let of = planning_term::Column::SchoolId.is_in(schools.iter().copied());
        self.terms_with::<planning_term::Entity>(withdrawn::<planning_term::Entity>().add(of)).await
    }
}
