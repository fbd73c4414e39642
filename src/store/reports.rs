//! What reports are made of: events of the log, and the dates of cases. Nothing here names a child.

use super::facts::System;
use super::{Fault, Store};
use chrono::NaiveDate;
use domain::ehc::report::{Entry, week_end};
use domain::ehc::timeliness::{AdviceRecord, CaseRecord, Outcome};
use domain::ehc::{EhcEvent, Ground, State};
use domain::event::{Event, EventKind};
use entity::{advice_request, authority, ehc_assessment, event, person, statutory_exception, weekly_report};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The kinds of events from which the weekly report is reckoned.
const REPORTED: [EventKind; 15] = [
    EventKind::AdviceQueryRaised,
    EventKind::AdviceQueryDiscussed,
    EventKind::AdviceQueryDecided,
    EventKind::SmallPointLogged,
    EventKind::FollowUpOpened,
    EventKind::FollowUpMoved,
    EventKind::FollowUpAnswered,
    EventKind::FollowUpClosed,
    EventKind::AdviceQueryWithdrawn,
    EventKind::AdviceQueryStepReversed,
    EventKind::ForecastChanged,
    EventKind::AssessmentDeclined,
    EventKind::DecidedNotToIssue,
    EventKind::AssessmentCeased,
    EventKind::FinalPlanIssued,
];

/// The events of an authority up to the end of a week that its report is reckoned from, in the order of the log.
pub async fn query_events(store: &Store, authority: Uuid, monday: NaiveDate) -> Result<Vec<Entry>, Fault> {
    let kinds = REPORTED.into_iter().chain([EventKind::AssessmentStepReversed]);
    let rows = event::Entity::find()
        .filter(event::Column::StreamId.eq(authority))
        .filter(event::Column::Kind.is_in(kinds))
        .filter(event::Column::OccurredAt.lt(week_end(monday)))
        .order_by_asc(event::Column::Seq)
        .all(store.reader())
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        if let Event::Ehc(happened) = serde_json::from_value(row.payload)? {
            entries.push(entry(row.occurred_at, row.subject_id, row.case_id, happened));
        }
    }
    Ok(entries)
}

/// An event of the case is about the assessment, whatever part of it changed.
fn entry(at: chrono::DateTime<chrono::Utc>, subject: Uuid, case: Option<Uuid>, event: EhcEvent) -> Entry {
    let of_case = matches!(
        event,
        EhcEvent::ForecastChanged { .. }
            | EhcEvent::Declined
            | EhcEvent::DecidedNotToIssue
            | EhcEvent::Ceased
            | EhcEvent::FinalIssued
            | EhcEvent::StepReversed { .. }
    );
    Entry { at, subject: case.filter(|_| of_case).unwrap_or(subject), event }
}

/// The cases and the advice of an authority of which something happened from a London date to another.
pub async fn timeliness(
    store: &Store,
    authority: Uuid,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(Vec<CaseRecord>, Vec<AdviceRecord>), Fault> {
    let db = store.reader();
    let within = |column: ehc_assessment::Column| Condition::all().add(column.gte(from)).add(column.lte(to));
    let cases = ehc_assessment::Entity::find()
        .filter(ehc_assessment::Column::AuthorityId.eq(authority))
        .filter(
            Condition::any()
                .add(within(ehc_assessment::Column::RequestedOn))
                .add(within(ehc_assessment::Column::DecidedOn))
                .add(within(ehc_assessment::Column::OutcomeOn)),
        )
        .all(db)
        .await?;
    let asked = advice_request::Entity::find()
        .filter(advice_request::Column::AuthorityId.eq(authority))
        .filter(advice_request::Column::DueOn.gte(from))
        .filter(advice_request::Column::AskedOn.lte(to))
        .all(db)
        .await?;
    let exceptions = statutory_exception::Entity::find()
        .filter(statutory_exception::Column::AuthorityId.eq(authority))
        .filter(statutory_exception::Column::RevokedAt.is_null())
        .all(db)
        .await?;
    let excepted: HashSet<_> = exceptions
        .iter()
        .filter(|row| row.ground != Ground::MissedAppointment)
        .map(|row| row.assessment_id)
        .collect();
    let excused: HashSet<_> = exceptions.iter().filter_map(|row| row.request_id).collect();
    let cases = cases.iter().map(|row| case_record(row, excepted.contains(&row.id))).collect();
    let advice = asked.iter().map(|row| AdviceRecord {
        service: row.service,
        asked_on: row.asked_on,
        due_on: row.due_on,
        received_on: row.received_on,
        excepted: excused.contains(&row.id) || excepted.contains(&row.assessment_id),
    });
    Ok((cases, advice.collect()))
}

fn case_record(row: &ehc_assessment::Model, excepted: bool) -> CaseRecord {
    let declined = row.state == State::Declined;
    let outcome = match row.state {
        State::FinalIssued => Some(Outcome::Issued),
        State::NotIssued => Some(Outcome::NotIssued),
        State::Ceased => Some(Outcome::Ceased),
        _ => None,
    };
    CaseRecord {
        requested_on: row.requested_on,
        decided_on: if declined { row.outcome_on } else { row.decided_on },
        to_assess: if declined { Some(false) } else { row.decided_on.map(|_| true) },
        outcome,
        outcome_on: row.outcome_on.filter(|_| outcome.is_some()),
        excepted,
    }
}

/// The authority with this three-digit code.
pub async fn authority_of_code(store: &Store, code: &str) -> Result<Option<Uuid>, Fault> {
    let found =
        authority::Entity::find().filter(authority::Column::Code.eq(code)).one(store.reader()).await?;
    Ok(found.map(|row| row.id))
}

/// The names of members of staff.
pub async fn names(store: &Store, people: &[Uuid]) -> Result<HashMap<Uuid, String>, Fault> {
    let found = person::Entity::find()
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .all(store.reader())
        .await?;
    Ok(found.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whether the report of a week is still to be opened somewhere: what the sweep asks every time (AQ-10).
pub async fn wanting(db: &impl ConnectionTrait, monday: NaiveDate) -> Result<bool, Fault> {
    Ok(unopened(monday).limit(1).count(db).await? > 0)
}

/// The authorities with EHC cases in which the report of a week was not opened yet.
pub(super) fn unopened(monday: NaiveDate) -> Select<authority::Entity> {
    let opened = weekly_report::Entity::find()
        .select_only()
        .column(weekly_report::Column::AuthorityId)
        .filter(weekly_report::Column::Monday.eq(monday))
        .into_query();
    let cases = ehc_assessment::Entity::find()
        .select_only()
        .column(ehc_assessment::Column::Id)
        .filter(
            Expr::col((ehc_assessment::Entity, ehc_assessment::Column::AuthorityId))
                .equals((authority::Entity, authority::Column::Id)),
        )
        .into_query();
    authority::Entity::find()
        .select_only()
        .column(authority::Column::Id)
        .filter(authority::Column::Id.not_in_subquery(opened))
        .filter(Expr::exists(cases))
}

impl System<'_> {
    /// The report of a week, if it was opened.
    pub async fn weekly_report(
        &self,
        authority: Uuid,
        monday: NaiveDate,
    ) -> Result<Option<weekly_report::Model>, Fault> {
        let found = weekly_report::Entity::find()
            .filter(weekly_report::Column::AuthorityId.eq(authority))
            .filter(weekly_report::Column::Monday.eq(monday))
            .one(self.tx)
            .await?;
        Ok(found)
    }
}
