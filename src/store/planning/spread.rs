//! What the meetings of whole authorities are planned from, and which schools are due one.

use crate::op::Op;
use crate::store::duties::duty_model;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::store::{Fault, Store};
use domain::duty::{DutyState, NewDuty};
use domain::event::Subject;
use domain::planning::MeetingState;
use domain::rule::RuleId;
use domain::school::SchoolStatus;
use entity::{duty, person, planning_meeting, planning_term, school, term};
use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, JoinType, LockType, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

/// The open schools whose meeting of the term that runs on a London date is not due yet, of the authorities that hold
/// planning meetings: those with one that has begun, or one planned for the term (PC-1).
fn undue(op: &Op) -> Select<school::Entity> {
    let today = op.today();
    let running = Condition::all()
        .add(
            Expr::col((term::Entity, term::Column::AuthorityId))
                .equals((school::Entity, school::Column::AuthorityId)),
        )
        .add(term::Column::FirstDay.lte(today))
        .add(term::Column::LastDay.gte(today));
    let of_term = Condition::all()
        .add(
            Expr::col((planning_meeting::Entity, planning_meeting::Column::SchoolYear))
                .equals((term::Entity, term::Column::SchoolYear)),
        )
        .add(
            Expr::col((planning_meeting::Entity, planning_meeting::Column::Term))
                .equals((term::Entity, term::Column::Name)),
        );
    let takes_part = planning_meeting::Entity::find()
        .select_only()
        .column(planning_meeting::Column::Id)
        .filter(
            Expr::col((planning_meeting::Entity, planning_meeting::Column::AuthorityId))
                .equals((school::Entity, school::Column::AuthorityId)),
        )
        .filter(planning_meeting::Column::State.ne(MeetingState::Cancelled))
        .filter(Condition::any().add(planning_meeting::Column::StartsAt.lte(op.now)).add(of_term))
        .into_query();
    let due = planning_term::Entity::find()
        .select_only()
        .column(planning_term::Column::Id)
        .filter(
            Expr::col((planning_term::Entity, planning_term::Column::SchoolId))
                .equals((school::Entity, school::Column::Id)),
        )
        .filter(
            Expr::col((planning_term::Entity, planning_term::Column::SchoolYear))
                .equals((term::Entity, term::Column::SchoolYear)),
        )
        .filter(
            Expr::col((planning_term::Entity, planning_term::Column::Term))
                .equals((term::Entity, term::Column::Name)),
        )
        .into_query();
    let mut schools = school::Entity::find()
        .filter(school::Column::Status.is_in(SchoolStatus::OPEN))
        .filter(Expr::exists(due).not())
        .filter(Expr::exists(takes_part));
    QuerySelect::query(&mut schools).join(JoinType::InnerJoin, term::Entity.into_table_ref(), running);
    schools
}

impl Store {
    /// An authority in which some school's meeting of the running term is not due yet; what the sweep asks.
    pub async fn authority_without_planning_terms(&self, op: &Op) -> Result<Option<Uuid>, Fault> {
        Ok(undue(op).one(self.reader()).await?.map(|school| school.authority_id))
    }
}

/// What an event or deadline about a school's meeting of a term is about.
pub fn term_subject(row: &planning_term::Model) -> Subject {
    Subject {
        authority: row.authority_id,
        kind: "PlanningTerm",
        id: row.id,
        school: Some(row.school_id),
        case: Some(row.id),
        ..Subject::default()
    }
}

impl System<'_> {
    /// The schools of an authority whose meeting of the running term is not due yet. The authority is locked.
    pub async fn schools_without_planning_term(
        &self,
        op: &Op,
        authority: Uuid,
    ) -> Result<Vec<school::Model>, Fault> {
        let schools = undue(op).filter(school::Column::AuthorityId.eq(authority));
        Ok(schools.order_by_asc(school::Column::Id).all(self.tx).await?)
    }

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

    /// What the schools of an authority are due and have not had.
    pub async fn planning_terms_due(&self, authority: Uuid) -> Result<Vec<planning_term::Model>, Fault> {
        let of = planning_term::Column::AuthorityId.eq(authority);
        self.terms_with(Condition::all().add(of).add(Expr::exists(deadlines(&[DutyState::Open])))).await
    }

    /// What schools are due and have not had.
    pub async fn planning_terms_due_at(&self, schools: &[Uuid]) -> Result<Vec<planning_term::Model>, Fault> {
        let of = planning_term::Column::SchoolId.is_in(schools.iter().copied());
        self.terms_with(Condition::all().add(of).add(Expr::exists(deadlines(&[DutyState::Open])))).await
    }

    /// What schools were due until they closed.
    pub async fn planning_terms_withdrawn(
        &self,
        schools: &[Uuid],
    ) -> Result<Vec<planning_term::Model>, Fault> {
        let of = planning_term::Column::SchoolId.is_in(schools.iter().copied());
        self.terms_with(withdrawn().add(of)).await
    }

    async fn terms_with(&self, condition: Condition) -> Result<Vec<planning_term::Model>, Fault> {
        let found = planning_term::Entity::find()
            .filter(condition)
            .order_by_asc(planning_term::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }
}

/// The deadlines of what a school is due, in these states.
fn deadlines(states: &[DutyState]) -> SelectStatement {
    duty::Entity::find()
        .select_only()
        .column(duty::Column::Id)
        .filter(
            Expr::col((duty::Entity, duty::Column::OnId))
                .equals((planning_term::Entity, planning_term::Column::Id)),
        )
        .filter(duty::Column::Rule.eq(RuleId::Pc1.as_str()))
        .filter(duty::Column::State.is_in(states.iter().copied()))
        .into_query()
}

/// Whether what a school is due was taken back, since it closed. A deadline that moved is taken back too, and stands again.
pub(super) fn withdrawn() -> Condition {
    let stands = deadlines(&[DutyState::Open, DutyState::Met, DutyState::MetLate]);
    Condition::all().add(Expr::exists(deadlines(&[DutyState::Withdrawn]))).add(Expr::exists(stands).not())
}

impl Work<'_> {
    /// Opens what schools are due, each with its deadline.
    pub async fn open_planning_terms(
        &self,
        due: Vec<(planning_term::Model, Option<NewDuty>)>,
    ) -> Result<(), Fault> {
        let mut duties = Vec::new();
        for (row, new) in &due {
            duties.extend(new.as_ref().map(|new| duty_model(self.op, &term_subject(row), new)).transpose()?);
        }
        self.insert_all::<planning_term::Entity>(due.into_iter().map(|(row, _)| row).collect()).await?;
        self.insert_all::<duty::Entity>(duties).await
    }
}
