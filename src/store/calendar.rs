//! Calendars and policies as they are stored.

use super::Fault;
use chrono::NaiveDate;
use domain::bank_holidays::BankHoliday;
use domain::calendar::{Calendar, ClosureDay, Term};
use domain::policy::Policy;
use entity::{authority, bank_holiday, bank_holiday_coverage, closure_day, policy, term};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// The calendar of an authority: its division's bank holidays, its closure days and terms.
pub async fn calendar(db: &impl ConnectionTrait, authority_id: Uuid) -> Result<Calendar, Fault> {
    let authority = authority::Entity::find_by_id(authority_id).one(db).await?;
    let division = authority.ok_or(Fault::Unexpected("no such authority"))?.division;
    let coverage = bank_holiday_coverage::Entity::find_by_id(division.clone()).one(db).await?;
    let covers = match coverage {
        Some(known) => known.first_day..=known.last_day,
        // An empty range: nothing is known, so nothing is counted.
        None => NaiveDate::MAX..=NaiveDate::MIN,
    };
    let holidays =
        bank_holiday::Entity::find().filter(bank_holiday::Column::Division.eq(division)).all(db).await?;
    let closures =
        closure_day::Entity::find().filter(closure_day::Column::AuthorityId.eq(authority_id)).all(db).await?;
    let terms = term::Entity::find()
        .filter(term::Column::AuthorityId.eq(authority_id))
        .order_by_asc(term::Column::FirstDay)
        .all(db)
        .await?;
    Ok(Calendar::new(
        holidays.into_iter().map(|row| BankHoliday { on: row.on_date, title: row.title }),
        covers,
        closures.into_iter().map(|row| ClosureDay { on: row.on_date, title: row.title }),
        terms.iter().map(term_of).collect(),
    ))
}

/// A term as the calendar has it.
pub(super) fn term_of(row: &term::Model) -> Term {
    Term { school_year: row.school_year, name: row.name, first_day: row.first_day, last_day: row.last_day }
}

/// All policy versions of an authority, oldest first.
pub async fn policies(db: &impl ConnectionTrait, authority_id: Uuid) -> Result<Vec<Policy>, Fault> {
    let rows = policy::Entity::find()
        .filter(policy::Column::AuthorityId.eq(authority_id))
        .order_by_asc(policy::Column::Version)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let figures = serde_json::from_value(row.figures)?;
            Ok(Policy { version: row.version, effective_from: row.effective_from, figures })
        })
        .collect()
}

/// The policy of an authority that is in force on a London date.
pub async fn policy_on(
    db: &impl ConnectionTrait,
    authority_id: Uuid,
    on: NaiveDate,
) -> Result<Policy, Fault> {
    Ok(Policy::in_force(policies(db, authority_id).await?, on))
}
