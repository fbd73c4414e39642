//! What is due once in each term: to a school its planning meeting (PC-1), to a locality its session (LG-1). The deadline is a
//! duty on the row that says so.

use super::duties::duty_model;
use super::facts::System;
use super::planning::TermOf;
use super::work::Work;
use super::{Fault, Store};
use crate::op::Op;
use domain::duty::{DutyState, NewDuty};
use domain::event::Subject;
use domain::locality::SessionState;
use domain::planning::MeetingState;
use domain::rule::RuleId;
use domain::school::SchoolStatus;
use entity::{
    duty, locality, locality_session, locality_term, planning_meeting, planning_term, school, term,
};
use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, JoinType, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

/// A table of what is due, with a row for each term of each school or locality.
pub trait TermDue: EntityTrait<Model: IntoActiveModel<<Self as EntityTrait>::ActiveModel>> {
    /// The table of those to whom it is due.
    type To: EntityTrait;
    /// The rule by which it is due.
    const RULE: RuleId;
    /// The column of the key.
    const ID: Self::Column;
    /// The column of the authority that made the row.
    const AUTHORITY: Self::Column;
    /// The column of whom it is due to.
    const TO: Self::Column;
    /// The column of the school year.
    const YEAR: Self::Column;
    /// The column of the term.
    const TERM: Self::Column;
    /// The key of those to whom it is due.
    const TO_ID: <Self::To as EntityTrait>::Column;
    /// Their authority.
    const TO_AUTHORITY: <Self::To as EntityTrait>::Column;

    /// Those who take part where their authority does.
    fn takers() -> Select<Self::To>;

    /// The meetings by which an authority takes part: those that have begun, and those planned for the term.
    fn meetings(op: &Op) -> SelectStatement;

    /// A new row.
    fn row(id: Uuid, authority: Uuid, reference: String, to: Uuid, of: TermOf) -> Self::Model;

    /// What an event or deadline about a row is about.
    fn subject(row: &Self::Model) -> Subject;

    /// The term of a row.
    fn of(row: &Self::Model) -> TermOf;
}

macro_rules! term_due {
    (
        $row:ident by $rule:ident as $kind:literal, to $to:ident by $column:ident $id:ident $(at $school:ident)?,
        who are $takers:expr, at $meeting:ident unless $cancelled:expr
    ) => {
        impl TermDue for $row::Entity {
            type To = $to::Entity;
            const RULE: RuleId = RuleId::$rule;
            const ID: Self::Column = $row::Column::Id;
            const AUTHORITY: Self::Column = $row::Column::AuthorityId;
            const TO: Self::Column = $row::Column::$column;
            const YEAR: Self::Column = $row::Column::SchoolYear;
            const TERM: Self::Column = $row::Column::Term;
            const TO_ID: $to::Column = $to::Column::Id;
            const TO_AUTHORITY: $to::Column = $to::Column::AuthorityId;

            fn takers() -> Select<$to::Entity> {
                $takers
            }

            fn meetings(op: &Op) -> SelectStatement {
                let of_term = Condition::all()
                    .add(same($meeting::Column::SchoolYear, term::Column::SchoolYear))
                    .add(same($meeting::Column::Term, term::Column::Name));
                $meeting::Entity::find()
                    .select_only()
                    .column($meeting::Column::Id)
                    .filter(same($meeting::Column::AuthorityId, $to::Column::AuthorityId))
                    .filter($meeting::Column::State.ne($cancelled))
                    .filter(Condition::any().add($meeting::Column::StartsAt.lte(op.now)).add(of_term))
                    .into_query()
            }

            fn row(
                id: Uuid,
                authority_id: Uuid,
                reference: String,
                $id: Uuid,
                (school_year, term): TermOf,
            ) -> $row::Model {
                $row::Model { id, authority_id, reference, $id, school_year, term }
            }

            fn subject(row: &$row::Model) -> Subject {
                Subject {
                    authority: row.authority_id,
                    kind: $kind,
                    id: row.id,
                    case: Some(row.id),
                    $(school: Some(row.$school),)?
                    ..Subject::default()
                }
            }

            fn of(row: &$row::Model) -> TermOf {
                (row.school_year, row.term)
            }
        }
    };
}
term_due!(
    planning_term by Pc1 as "PlanningTerm", to school by SchoolId school_id at school_id,
    who are school::Entity::find().filter(school::Column::Status.is_in(SchoolStatus::OPEN)),
    at planning_meeting unless MeetingState::Cancelled
);
term_due!(
    locality_term by Lg1 as "LocalityTerm", to locality by LocalityId locality_id,
    who are locality::Entity::find().filter(Expr::exists(schools())),
    at locality_session unless SessionState::Cancelled
);

/// The open schools of a locality: without any, nobody could come to a session.
fn schools() -> SelectStatement {
    school::Entity::find()
        .select_only()
        .column(school::Column::Id)
        .filter(same(school::Column::LocalityId, locality::Column::Id))
        .filter(school::Column::Status.is_in(SchoolStatus::OPEN))
        .into_query()
}

/// That two columns hold the same.
pub(super) fn same(one: impl ColumnTrait, other: impl ColumnTrait) -> Expr {
    Expr::col(one.as_column_ref()).equals(other.as_column_ref())
}

/// Those to whom it is not due yet in the term that runs on a London date, of the authorities that take part.
fn undue<R: TermDue>(op: &Op) -> Select<R::To> {
    let today = op.today();
    let running = Condition::all()
        .add(same(term::Column::AuthorityId, R::TO_AUTHORITY))
        .add(term::Column::FirstDay.lte(today))
        .add(term::Column::LastDay.gte(today));
    let due = R::find()
        .select_only()
        .column(R::ID)
        .filter(same(R::TO, R::TO_ID))
        .filter(same(R::YEAR, term::Column::SchoolYear))
        .filter(same(R::TERM, term::Column::Name))
        .into_query();
    let mut undue = R::takers().filter(Expr::exists(due).not()).filter(Expr::exists(R::meetings(op)));
    QuerySelect::query(&mut undue).join(JoinType::InnerJoin, term::Entity.into_table_ref(), running);
    undue
}

/// The deadlines of a row, in these states.
fn deadlines<R: TermDue>(states: &[DutyState]) -> SelectStatement {
    duty::Entity::find()
        .select_only()
        .column(duty::Column::Id)
        .filter(same(duty::Column::OnId, R::ID))
        .filter(duty::Column::Rule.eq(R::RULE.as_str()))
        .filter(duty::Column::State.is_in(states.iter().copied()))
        .into_query()
}

/// That it is due and was not had.
pub(super) fn unmet<R: TermDue>() -> Condition {
    Condition::all().add(Expr::exists(deadlines::<R>(&[DutyState::Open])))
}

/// That it was taken back, since whoever it was due to could not have it any longer. A deadline that moved is taken back too, and
/// stands again.
pub(super) fn withdrawn<R: TermDue>() -> Condition {
    let one = |states: &[DutyState]| Expr::exists(deadlines::<R>(states));
    let stands = one(&[DutyState::Open, DutyState::Met, DutyState::MetLate]);
    Condition::all().add(one(&[DutyState::Withdrawn])).add(stands.not())
}

impl Store {
    /// An authority in which it is not due yet to everybody in the running term; what the sweep asks.
    pub async fn authority_without_term<R: TermDue>(&self, op: &Op) -> Result<Option<Uuid>, Fault> {
        let authorities = undue::<R>(op).select_only().column(R::TO_AUTHORITY).into_tuple::<Uuid>();
        Ok(authorities.one(self.reader()).await?)
    }
}

impl System<'_> {
    /// Those of an authority to whom it is not due yet in the running term. The authority is locked.
    pub async fn without_term<R: TermDue>(&self, op: &Op, authority: Uuid) -> Result<Vec<Uuid>, Fault> {
        let own = undue::<R>(op).filter(R::TO_AUTHORITY.eq(authority)).order_by_asc(R::TO_ID);
        Ok(own.select_only().column(R::TO_ID).into_tuple::<Uuid>().all(self.tx).await?)
    }

    /// What somebody is due in a term, where that was set.
    pub async fn term_due<R: TermDue>(
        &self,
        to: Uuid,
        (year, term): TermOf,
    ) -> Result<Option<Subject>, Fault> {
        let found = R::find()
            .filter(R::TO.eq(to))
            .filter(R::YEAR.eq(year))
            .filter(R::TERM.eq(term))
            .one(self.tx)
            .await?;
        Ok(found.as_ref().map(R::subject))
    }

    /// What is due in an authority and was not had, each with its term.
    pub async fn terms_due<R: TermDue>(&self, authority: Uuid) -> Result<Vec<(Subject, TermOf)>, Fault> {
        self.terms_with::<R>(unmet::<R>().add(R::AUTHORITY.eq(authority))).await
    }

    /// What is due under a condition, each with its term.
    pub(super) async fn terms_with<R: TermDue>(
        &self,
        condition: Condition,
    ) -> Result<Vec<(Subject, TermOf)>, Fault> {
        let found = R::find().filter(condition).order_by_asc(R::ID).all(self.tx).await?;
        Ok(found.iter().map(|row| (R::subject(row), R::of(row))).collect())
    }
}

impl Work<'_> {
    /// Opens what is due, each with its deadline.
    pub async fn open_terms<R: TermDue>(&self, due: Vec<(R::Model, Option<NewDuty>)>) -> Result<(), Fault> {
        let mut duties = Vec::new();
        for (row, new) in &due {
            duties.extend(new.as_ref().map(|new| duty_model(self.op, &R::subject(row), new)).transpose()?);
        }
        self.insert_all::<R>(due.into_iter().map(|(row, _)| row).collect()).await?;
        self.insert_all::<duty::Entity>(duties).await
    }
}
