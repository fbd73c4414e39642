//! Reminders of coming deadlines, and the digests that hold them (XC-19). A reminder that has come due is noted for
//! everybody whose deadline it is; what is noted for a person is taken into one digest, in one transaction with it.

use super::Fault;
use super::list::cases::Duties;
use super::people::holders_of;
use super::read::{Listing, Ordering, Parent};
use super::work::Work;
use crate::op::Op;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Grant;
use domain::duty::DutyState;
use entity::{digest, duty, reminder};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The open deadlines whose reminder has come due and is not noted for anybody, earliest first.
pub async fn due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<duty::Model>, Fault> {
    let found = duty::Entity::find()
        .filter(duty::Column::State.eq(DutyState::Open))
        .filter(duty::Column::RemindedAt.is_null())
        .filter(duty::Column::RemindAt.lte(now))
        .order_by_asc(duty::Column::RemindAt)
        .limit(limit)
        .all(db)
        .await?;
    Ok(found)
}

/// The people for whom something is noted and who had no digest on a London date, in order, from beyond one of them.
pub async fn waiting(
    db: &impl ConnectionTrait,
    on: NaiveDate,
    beyond: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Uuid>, Fault> {
    let had_one = digest::Entity::find()
        .select_only()
        .column(digest::Column::PersonId)
        .filter(digest::Column::OnDate.eq(on))
        .into_query();
    let found = reminder::Entity::find()
        .select_only()
        .column(reminder::Column::PersonId)
        .distinct()
        .filter(reminder::Column::PersonId.not_in_subquery(had_one))
        .filter(Condition::all().add_option(beyond.map(|person| reminder::Column::PersonId.gt(person))))
        .order_by_asc(reminder::Column::PersonId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found)
}

/// The deadlines that are noted for a person.
pub async fn noted(db: &impl ConnectionTrait, person: Uuid) -> Result<Vec<Uuid>, Fault> {
    let found = reminder::Entity::find()
        .select_only()
        .column(reminder::Column::DutyId)
        .filter(reminder::Column::PersonId.eq(person))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found)
}

/// Of the noted deadlines those that are still on the viewer's desk and not overdue, soonest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ComingUp {
    /// What is noted.
    pub noted: Vec<Uuid>,
}

impl Listing for ComingUp {
    type Entity = duty::Entity;

    fn parent(&self) -> Option<Parent> {
        None
    }

    fn condition(&self, op: &Op) -> Condition {
        let on_the_desk = Duties {
            worklist: true,
            states: vec![DutyState::Open],
            overdue: Some(false),
            ..Duties::default()
        };
        on_the_desk.condition(op).add(duty::Column::Id.is_in(self.noted.iter().copied()))
    }

    fn order(&self) -> Ordering<duty::Column> {
        Duties::default().order()
    }
}

impl Work<'_> {
    /// Notes deadlines whose reminder has come due, each for its owner: the person, or everybody who holds the role
    /// in the authority (at the school, where the role is held at or for schools). False where another process noted some of
    /// them first.
    pub async fn note_reminders(&self, due: &[duty::Model]) -> Result<bool, Fault> {
        let claimed = duty::Entity::update_many()
            .col_expr(duty::Column::RemindAt, Expr::val(None::<DateTime<Utc>>))
            .filter(duty::Column::Id.is_in(due.iter().map(|row| row.id)))
            .filter(duty::Column::RemindAt.lte(self.op.now))
            .exec(&self.tx)
            .await?;
        if claimed.rows_affected != due.len() as u64 {
            return Ok(false);
        }
        let shared = due.iter().filter(|row| row.owner_id.is_none());
        let (authorities, roles): (Vec<_>, Vec<_>) =
            shared.map(|row| (row.authority_id, row.owner_role)).unzip();
        let holders = holders_of(&self.tx, &authorities, &roles, self.op.now).await?;
        let notes = due.iter().flat_map(|row| {
            let owners = owners(row, &holders).into_iter();
            owners.map(|person_id| reminder::Model { person_id, duty_id: row.id })
        });
        let notes: Vec<_> = notes.map(|note| note.into_active_model().reset_all()).collect();
        // A deadline that moved with the calendar may be noted already.
        let once = OnConflict::columns([reminder::Column::PersonId, reminder::Column::DutyId])
            .do_nothing()
            .to_owned();
        for some in notes.chunks(1_000) {
            reminder::Entity::insert_many(some.to_vec())
                .on_conflict(once.clone())
                .exec_without_returning(&self.tx)
                .await?;
        }
        Ok(true)
    }

    /// Takes back what is noted for a person; false where another process took some of it first.
    pub async fn take_reminders(&self, person: Uuid, noted: &[Uuid]) -> Result<bool, Fault> {
        let taken = reminder::Entity::delete_many()
            .filter(reminder::Column::PersonId.eq(person))
            .filter(reminder::Column::DutyId.is_in(noted.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(taken.rows_affected == noted.len() as u64)
    }

    /// Keeps that a person is reminded today, and of which deadlines. A second digest of the day violates the key.
    pub async fn remind(&self, person: Uuid, of: &[Uuid]) -> Result<(), Fault> {
        let today = digest::Model { person_id: person, on_date: self.op.today() };
        self.insert::<digest::Entity>(today).await?;
        duty::Entity::update_many()
            .col_expr(duty::Column::RemindedAt, Expr::val(self.op.now))
            .filter(duty::Column::Id.is_in(of.iter().copied()))
            .filter(duty::Column::RemindedAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}

/// Whose a deadline is.
fn owners(row: &duty::Model, holders: &[(Uuid, Grant)]) -> BTreeSet<Uuid> {
    if let Some(person) = row.owner_id {
        return BTreeSet::from([person]);
    }
    let holds = |grant: &Grant| {
        grant.role == row.owner_role
            && grant.authority == row.authority_id
            && (grant.school.is_none() || grant.school == row.school_id)
    };
    holders.iter().filter(|(_, grant)| holds(grant)).map(|(person, _)| *person).collect()
}
