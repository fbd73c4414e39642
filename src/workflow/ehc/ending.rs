//! The end of an assessment, by whatever way: its queries are withdrawn, its requests and deadlines end.

use super::{entry, record, subject, within};
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::child::SenStatus;
use domain::ehc::{EhcEvent, EntryKind, QueryState, State};
use entity::{advice_query, advice_query_entry, ehc_assessment, school};
use uuid::Uuid;

/// Ends an assessment. Without a plan the child's SEN status is again what it was before.
pub async fn end(
    work: &mut Work<'_>,
    mut row: ehc_assessment::Model,
    state: State,
    reason: &str,
    event: EhcEvent,
) -> Result<Uuid, Fault> {
    let status = if state == State::FinalIssued { SenStatus::EhcPlan } else { row.sen_status_before };
    row.state = state;
    row.outcome_on = Some(work.op.today());
    row.outcome_reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    record(work, subject(&row), event);
    for query in System::within(work).open_queries(row.id).await? {
        withdraw(work, &row, query, "The assessment ended.").await?;
    }
    work.withdraw_duties(row.id).await?;
    work.end_requests(row.id, true).await?;
    work.drop_forecast(row.id).await?;
    if row.decided_on.is_some() {
        work.set_sen_status(row.child_id, status).await?;
    }
    let id = row.id;
    work.update::<ehc_assessment::Entity>(row).await?;
    Ok(id)
}

/// Withdraws a query, which ends its deadlines.
pub(super) async fn withdraw(
    work: &mut Work<'_>,
    assessment: &ehc_assessment::Model,
    mut query: advice_query::Model,
    reason: &str,
) -> Result<(), Fault> {
    query.state = QueryState::Withdrawn;
    query.closed_at = Some(work.op.now);
    work.withdraw_duty(query.id, domain::ehc::query::discussion()).await?;
    work.withdraw_duty(query.id, domain::ehc::query::response()).await?;
    // What the service does by itself, as in an import, is in the history and in nobody's words.
    if work.op.actor().is_some() {
        let said = entry(work, &query, EntryKind::Withdrawal, reason);
        work.insert::<advice_query_entry::Entity>(said).await?;
    }
    let about = within(assessment, "AdviceQuery", query.id, Some(query.request_id));
    record(work, about, EhcEvent::QueryWithdrawn);
    work.update::<advice_query::Entity>(query).await
}

/// A child changed school: its assessment goes along within the authority, and ends where the child leaves it (XC-14).
pub async fn assessment_moved(work: &mut Work<'_>, child: Uuid, to: &school::Model) -> Result<(), Fault> {
    for mut row in System::within(work).open_assessments(child).await? {
        if row.authority_id == to.authority_id {
            row.school_id = to.id;
            work.update::<ehc_assessment::Entity>(row).await?;
        } else {
            end(work, row, State::Ceased, "The child moved to another authority.", EhcEvent::Ceased).await?;
        }
    }
    Ok(())
}

/// The record of a child was erased: its assessment ends (XC-15).
pub async fn record_erased(work: &mut Work<'_>, child: Uuid) -> Result<(), Fault> {
    for row in System::within(work).open_assessments(child).await? {
        end(work, row, State::Ceased, "", EhcEvent::Ceased).await?;
    }
    Ok(())
}
