//! Deadlines that move with the calendar (XC-13), and the rows that a calendar is made of.

use super::duties::enum_text;
use super::facts::System;
use super::work::Work;
use super::{Fault, calendar};
use chrono::{DateTime, NaiveDate, Utc};
use domain::bank_holidays::BankHoliday;
use domain::calendar::{Calendar, DueDate, Term};
use domain::closure::recount;
use domain::duty::{DutyState, Step, remind_at};
use domain::ehc::EhcEvent;
use domain::event::{AuthorityEvent, DutyEvent, Event, Subject};
use domain::policy::Policy;
use domain::rule::RuleId;
use entity::{
    advice_query, authority, bank_holiday, bank_holiday_coverage, closure_day, consultation, duty,
    instrument, policy, term,
};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::PoisonError;
use uuid::Uuid;

/// How many duties are looked at together.
const PAGE: u64 = 500;

/// What an event about an authority itself is about.
fn authority_subject(authority: Uuid) -> Subject {
    Subject { authority, kind: "Authority", id: authority, ..Subject::default() }
}

/// What an event about a duty is about.
pub(super) fn duty_subject(row: &duty::Model) -> Subject {
    Subject {
        authority: row.authority_id,
        kind: "Duty",
        id: row.id,
        child: row.child_id,
        school: row.school_id,
        case: row.case_id,
        part: row.part_id,
    }
}

impl System<'_> {
    /// The authorities of a bank holiday division, locked, in the order of their ids.
    pub async fn lock_division(&self, division: &str) -> Result<Vec<authority::Model>, Fault> {
        let found = authority::Entity::find()
            .filter(authority::Column::Division.eq(division))
            .order_by_asc(authority::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The number of an authority's newest policy version; 0 where it has set none.
    pub async fn newest_policy(&self, authority: Uuid) -> Result<i32, Fault> {
        let versions = calendar::policies(self.tx, authority).await?;
        Ok(versions.iter().map(|policy| policy.version).max().unwrap_or_default())
    }

    /// The years for which the bank holidays of a division are known.
    pub async fn bank_holiday_coverage(
        &self,
        division: &str,
    ) -> Result<Option<RangeInclusive<NaiveDate>>, Fault> {
        let found = bank_holiday_coverage::Entity::find_by_id(division.to_owned()).one(self.tx).await?;
        Ok(found.map(|known| known.first_day..=known.last_day))
    }

    /// The bank holidays of a division, in order.
    pub async fn bank_holidays(&self, division: &str) -> Result<Vec<BankHoliday>, Fault> {
        let rows = bank_holiday::Entity::find()
            .filter(bank_holiday::Column::Division.eq(division))
            .order_by_asc(bank_holiday::Column::OnDate)
            .all(self.tx)
            .await?;
        Ok(rows.into_iter().map(|row| BankHoliday { on: row.on_date, title: row.title }).collect())
    }
}

impl Work<'_> {
    /// Says that the calendar of an authority changed.
    pub fn record_calendar_change(&mut self, authority: Uuid) {
        self.record(authority_subject(authority), Event::Authority(AuthorityEvent::CalendarChanged));
    }

    /// Says how an instrument stands on the list of its authority from now on (GR-7).
    pub fn record_instrument(&mut self, row: &instrument::Model) {
        let event = AuthorityEvent::InstrumentsChanged {
            instrument: row.id,
            standardised: row.standardised,
            yearly_maximum: row.yearly_maximum,
            retired: row.retired_at.is_some(),
        };
        self.record(authority_subject(row.authority_id), Event::Authority(event));
    }

    /// Says that schools of an authority were added or changed.
    pub fn record_school_change(&mut self, authority: Uuid) {
        self.record(authority_subject(authority), Event::Authority(AuthorityEvent::SchoolsChanged));
    }

    /// Writes the next policy version of an authority. The authority is locked.
    pub async fn add_policy(&mut self, authority: Uuid, new: Policy) -> Result<(), Fault> {
        self.insert::<policy::Entity>(policy::Model {
            id: self.op.id(),
            authority_id: authority,
            version: new.version,
            effective_from: new.effective_from,
            figures: serde_json::to_value(new.figures)?,
            changed_by: self.op.actor(),
            changed_at: self.op.now,
        })
        .await?;
        self.record(
            authority_subject(authority),
            Event::Authority(AuthorityEvent::PolicySet { version: new.version }),
        );
        Ok(())
    }

    /// Takes a closure day back.
    pub async fn remove_closure_day(&self, id: Uuid) -> Result<(), Fault> {
        closure_day::Entity::delete_by_id(id).exec(&self.tx).await?;
        Ok(())
    }

    /// Writes the terms of a school year in place of those known.
    pub async fn set_terms(&self, authority: Uuid, school_year: i32, terms: &[Term]) -> Result<(), Fault> {
        self.calendars.lock().unwrap_or_else(PoisonError::into_inner).clear();
        term::Entity::delete_many()
            .filter(term::Column::AuthorityId.eq(authority))
            .filter(term::Column::SchoolYear.eq(school_year))
            .exec(&self.tx)
            .await?;
        let rows = terms.iter().map(|term| term::Model {
            id: self.op.id(),
            authority_id: authority,
            school_year,
            name: term.name,
            first_day: term.first_day,
            last_day: term.last_day,
        });
        self.insert_all::<term::Entity>(rows.collect()).await
    }

    /// Writes the bank holidays of a division in place of those known.
    pub async fn set_bank_holidays(
        &self,
        division: &str,
        holidays: &[BankHoliday],
        covers: &RangeInclusive<NaiveDate>,
    ) -> Result<(), Fault> {
        bank_holiday::Entity::delete_many()
            .filter(bank_holiday::Column::Division.eq(division))
            .exec(&self.tx)
            .await?;
        bank_holiday_coverage::Entity::delete_by_id(division.to_owned()).exec(&self.tx).await?;
        let rows = holidays.iter().map(|holiday| bank_holiday::Model {
            division: division.to_owned(),
            on_date: holiday.on,
            title: holiday.title.clone(),
        });
        self.insert_all::<bank_holiday::Entity>(rows.collect()).await?;
        self.insert::<bank_holiday_coverage::Entity>(bank_holiday_coverage::Model {
            division: division.to_owned(),
            first_day: *covers.start(),
            last_day: *covers.end(),
        })
        .await
    }

    /// Moves the deadlines of an authority that are still open and that counted over one of the changed dates
    /// (London dates; XC-13). The authority is locked, and its calendar is written already. A deadline that comes to
    /// lie in the past is left to the sweep. Answers the cases in which one moved.
    pub async fn recount_deadlines(
        &mut self,
        authority: Uuid,
        changed: &BTreeSet<NaiveDate>,
    ) -> Result<BTreeSet<Uuid>, Fault> {
        self.calendars.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut cases = BTreeSet::new();
        if changed.is_empty() {
            return Ok(cases);
        }
        let calendar = calendar::calendar(&self.tx, authority).await?;
        let policies = calendar::policies(&self.tx, authority).await?;
        let mut after = None;
        loop {
            let page = self.open_deadlines(authority, after).await?;
            let Some(last) = page.last() else { return Ok(cases) };
            after = Some((last.due_at, last.id));
            for row in page {
                let due: DueDate = serde_json::from_value(row.due.clone())?;
                if let Some(moved) = recount(&due, &calendar, changed) {
                    self.move_deadline(&row, &moved, &calendar, &policies).await?;
                    cases.extend(row.case_id);
                }
            }
        }
    }

    /// A page of open deadlines that nobody has found breached. One that moves may come by again: it is then where it
    /// belongs, and stays.
    async fn open_deadlines(
        &self,
        authority: Uuid,
        after: Option<(DateTime<Utc>, Uuid)>,
    ) -> Result<Vec<duty::Model>, Fault> {
        let beyond = after.map(|(due_at, id)| {
            Condition::any()
                .add(duty::Column::DueAt.gt(due_at))
                .add(Condition::all().add(duty::Column::DueAt.eq(due_at)).add(duty::Column::Id.gt(id)))
        });
        let found = duty::Entity::find()
            .filter(duty::Column::AuthorityId.eq(authority))
            .filter(duty::Column::State.eq(DutyState::Open))
            .filter(duty::Column::BreachedAt.is_null())
            .filter(Condition::all().add_option(beyond))
            .order_by_asc(duty::Column::DueAt)
            .order_by_asc(duty::Column::Id)
            .limit(PAGE)
            .all(&self.tx)
            .await?;
        Ok(found)
    }

    async fn move_deadline(
        &mut self,
        row: &duty::Model,
        to: &DueDate,
        calendar: &Calendar,
        policies: &[Policy],
    ) -> Result<(), Fault> {
        let set_under = policies.iter().find(|policy| policy.version == row.policy_version).cloned();
        let reminds = remind_at(to.on, calendar, &set_under.unwrap_or_else(Policy::defaults));
        self.move_duty(row, to, reminds).await
    }

    /// Moves an open deadline that nobody has found breached, with an event unless it is nobody's.
    pub(super) async fn move_duty(
        &mut self,
        row: &duty::Model,
        to: &DueDate,
        reminds: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        let done = duty::Entity::update_many()
            .col_expr(duty::Column::DueOn, Expr::val(to.on))
            .col_expr(duty::Column::DueAt, Expr::val(to.at))
            .col_expr(duty::Column::Due, Expr::val(serde_json::to_value(to)?))
            .col_expr(duty::Column::RemindAt, Expr::val(reminds))
            .filter(duty::Column::Id.eq(row.id))
            .filter(duty::Column::State.eq(enum_text(&DutyState::Open)))
            .filter(duty::Column::BreachedAt.is_null())
            .exec(&self.tx)
            .await?;
        if done.rows_affected == 0 || row.step == Some(Step::ReckonForecast) {
            return Ok(());
        }
        let rule = RuleId::parse(&row.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
        if rule == RuleId::Oc11 {
            self.move_c_ric_deadline(row.on_id, to.at).await?;
        }
        if rule == RuleId::Aq6 {
            self.move_follow_up(row, to.on).await?;
        }
        self.record(duty_subject(row), Event::Duty(DutyEvent::Moved { rule, from: row.due_on, to: to.on }));
        Ok(())
    }

    async fn move_follow_up(&mut self, row: &duty::Model, to: NaiveDate) -> Result<(), Fault> {
        advice_query::Entity::update_many()
            .col_expr(advice_query::Column::FollowUpDueOn, Expr::val(to))
            .col_expr(advice_query::Column::Version, Expr::col(advice_query::Column::Version).add(1))
            .filter(advice_query::Column::Id.eq(row.on_id))
            .exec(&self.tx)
            .await?;
        let subject = Subject { kind: "AdviceQuery", id: row.on_id, ..duty_subject(row) };
        self.record(subject, Event::Ehc(EhcEvent::FollowUpMoved { due_on: to }));
        Ok(())
    }

    async fn move_c_ric_deadline(&self, consultation: Uuid, to: DateTime<Utc>) -> Result<(), Fault> {
        consultation::Entity::update_many()
            .col_expr(consultation::Column::CRicDueAt, Expr::val(to))
            .col_expr(consultation::Column::Version, Expr::col(consultation::Column::Version).add(1))
            .filter(consultation::Column::Id.eq(consultation))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
