//! Letters owed. They are written in the transaction of the change that owes them, and sent from the table.

use super::work::Work;
use super::{Fault, Store};
use crate::op::Op;
use chrono::{DateTime, TimeDelta, Utc};
use entity::outbox_mail;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// A letter about to be owed. Neither subject nor text holds a child's name, UPN or birth date (XC-16).
#[derive(Clone, Debug)]
pub struct NewLetter {
    /// The authority in whose name it goes out.
    pub authority: Uuid,
    /// The case it is about.
    pub case: Option<Uuid>,
    /// The person it goes to, where one is known.
    pub person: Option<Uuid>,
    /// Name of the addressee.
    pub to_name: String,
    /// Address.
    pub to_address: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// An invitation: REQUEST or CANCEL, and the iCalendar text.
    pub calendar: Option<(&'static str, String)>,
}

/// How long one attempt may take before another process may try.
const LEASE: TimeDelta = TimeDelta::minutes(2);

impl NewLetter {
    /// As a row that is to be sent from now on.
    pub(super) fn owed(self, op: &Op) -> outbox_mail::Model {
        let (method, calendar) = self.calendar.unzip();
        outbox_mail::Model {
            id: op.id(),
            authority_id: self.authority,
            case_id: self.case,
            person_id: self.person,
            to_name: self.to_name,
            to_address: self.to_address,
            subject: self.subject,
            body: self.body,
            calendar_method: method.map(str::to_owned),
            calendar,
            created_at: op.now,
            attempts: 0,
            next_attempt_at: Some(op.now),
            sent_at: None,
            failed_at: None,
            last_fault: None,
        }
    }
}

impl Work<'_> {
    /// Owes a letter.
    pub async fn owe(&self, letter: NewLetter) -> Result<(), Fault> {
        self.insert::<outbox_mail::Entity>(letter.owed(self.op)).await
    }

    /// Owes many letters.
    pub async fn owe_all(&self, letters: Vec<NewLetter>) -> Result<(), Fault> {
        let rows = letters.into_iter().map(|letter| letter.owed(self.op)).collect();
        self.insert_all::<outbox_mail::Entity>(rows).await
    }
}

impl Store {
    /// Letters whose time has come, oldest first, each claimed so that no other process tries it at the same time.
    pub async fn claim_letters(&self, op: &Op, limit: u64) -> Result<Vec<outbox_mail::Model>, Fault> {
        let due = outbox_mail::Entity::find()
            .filter(outbox_mail::Column::NextAttemptAt.lte(op.now))
            .order_by_asc(outbox_mail::Column::NextAttemptAt)
            .limit(limit)
            .all(&self.reader)
            .await?;
        let mut claimed = Vec::with_capacity(due.len());
        for letter in due {
            let done = outbox_mail::Entity::update_many()
                .col_expr(outbox_mail::Column::NextAttemptAt, Expr::val(op.now + LEASE))
                .col_expr(outbox_mail::Column::Attempts, Expr::val(letter.attempts + 1))
                .filter(outbox_mail::Column::Id.eq(letter.id))
                .filter(outbox_mail::Column::Attempts.eq(letter.attempts))
                .exec(&self.writer)
                .await?;
            if done.rows_affected == 1 {
                claimed.push(letter);
            }
        }
        Ok(claimed)
    }

    /// Notes that a letter was accepted for delivery.
    pub async fn letter_sent(&self, id: Uuid, at: DateTime<Utc>) -> Result<(), Fault> {
        self.end_attempt(id, Some(at), None, None, None).await
    }

    /// Notes that an attempt failed: tried again at `next`, or given up.
    pub async fn letter_failed(
        &self,
        op: &Op,
        id: Uuid,
        next: Option<DateTime<Utc>>,
        fault: &str,
    ) -> Result<(), Fault> {
        let given_up = next.is_none().then_some(op.now);
        self.end_attempt(id, None, next, given_up, Some(fault)).await
    }

    async fn end_attempt(
        &self,
        id: Uuid,
        sent_at: Option<DateTime<Utc>>,
        next: Option<DateTime<Utc>>,
        failed_at: Option<DateTime<Utc>>,
        fault: Option<&str>,
    ) -> Result<(), Fault> {
        outbox_mail::Entity::update_many()
            .col_expr(outbox_mail::Column::SentAt, Expr::val(sent_at))
            .col_expr(outbox_mail::Column::NextAttemptAt, Expr::val(next))
            .col_expr(outbox_mail::Column::FailedAt, Expr::val(failed_at))
            .col_expr(outbox_mail::Column::LastFault, Expr::val(fault.map(str::to_owned)))
            .filter(outbox_mail::Column::Id.eq(id))
            .exec(&self.writer)
            .await?;
        Ok(())
    }
}
