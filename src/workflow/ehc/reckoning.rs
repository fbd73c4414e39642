//! The forecast, reckoned anew whenever something happens and whenever time alone makes it slip (AQ-9).

use super::{record, subject};
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::access::Role;
use domain::calendar::{Calendar, DayUnit, Direction, DueDate};
use domain::duty::{Count, NewDuty, Owner, Step, Which};
use domain::ehc::forecast::{DraftOut, Forecast, Pending, PendingQuery, Situation, forecast, slipped};
use domain::ehc::{EhcEvent, RequestState, plan};
use domain::policy::Policy;
use domain::rule::RuleId;
use entity::{duty, ehc_assessment, ehc_forecast};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The duty that reckons the forecast anew.
const HOLDS: Which = Which { rule: RuleId::Aq9, step: Some(Step::ReckonForecast) };

/// Reckons the forecast of an assessment anew: keeps it, says so where it changed, asks for a notice where it slipped
/// past the statutory date, and sets the moment at which time alone would change it.
pub async fn reckon(work: &mut Work<'_>, known: &ehc_assessment::Model) -> Result<(), Fault> {
    let system = System::within(work);
    let row = system.get::<ehc_assessment::Entity>(known.id).await?;
    let row = row.ok_or(Fault::Unexpected("an assessment that is gone"))?;
    let situation = situation(&system, &row).await?;
    let Some(now) = forecast(&situation, work.op.today()) else {
        return work.drop_forecast(row.id).await;
    };
    let before = system.forecast(row.id).await?;
    let told = system.last_notice(row.id).await?;
    let (calendar, policy) =
        (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
    let notice_due = slipped(&now, row.final_by, told);
    let changed = before.as_ref().is_none_or(|before| before.final_on != now.final_on)
        || known.final_by != row.final_by;
    keep(work, &row, &now, notice_due).await?;
    if changed {
        let event = EhcEvent::ForecastChanged { final_on: now.final_on, final_by: row.final_by };
        record(work, subject(&row), event);
    }
    ask_for_notice(work, &row, notice_due, &calendar, &policy).await?;
    work.replace_duty(&subject(&row), holds(&now, &calendar, &policy)?).await
}

async fn situation(system: &System<'_>, row: &ehc_assessment::Model) -> Result<Situation, Fault> {
    let requests = system.advice_requests(row.id).await?;
    let due: HashMap<Uuid, duty::Model> =
        system.open_duties_of(row.id).await?.into_iter().map(|duty| (duty.on_id, duty)).collect();
    let due_on = |id: Uuid| due.get(&id).map(|duty| duty.due_on);
    let service_of = |id: Uuid| requests.iter().find(|request| request.id == id).map(|one| one.service);
    let queries = system.open_queries(row.id).await?.into_iter().filter_map(|query| {
        Some(PendingQuery {
            service: service_of(query.request_id)?,
            state: query.state,
            due_on: due_on(query.id),
        })
    });
    let draft = system.draft_out(row.id).await?;
    let checks = match &draft {
        Some(draft) => system.open_checks(draft.id).await?,
        None => Vec::new(),
    };
    let checks = checks
        .into_iter()
        .filter_map(|check| Some(Pending { service: check.service, due_on: due_on(check.id)? }));
    Ok(Situation {
        state: row.state,
        requested_on: row.requested_on,
        decide_by: row.decide_by,
        final_by: row.final_by,
        advice_sought: !requests.is_empty(),
        advice: requests
            .iter()
            .filter(|request| request.state == RequestState::Sought)
            .map(|request| Pending { service: request.service, due_on: request.due_on })
            .collect(),
        queries: queries.collect(),
        draft: draft.map(|draft| DraftOut {
            issued_on: domain::london::date_of(draft.issued_at),
            respond_by: draft.respond_by,
            responded: row.parents_responded_on.is_some(),
        }),
        checks: checks.collect(),
    })
}

async fn keep(
    work: &Work<'_>,
    row: &ehc_assessment::Model,
    now: &Forecast,
    notice_due: bool,
) -> Result<(), Fault> {
    work.save_forecast(ehc_forecast::Model {
        id: row.id,
        authority_id: row.authority_id,
        child_id: row.child_id,
        draft_on: now.draft_on,
        final_on: now.final_on,
        days_in_hand: i32::try_from(now.days_in_hand).unwrap_or_default(),
        holds_until: now.holds_until,
        notice_due,
        chain: serde_json::to_value(&now.chain)?,
        reckoned_at: work.op.now,
    })
    .await
}

/// A slip asks for a notice, once; a forecast that recovers asks for none any more.
async fn ask_for_notice(
    work: &mut Work<'_>,
    row: &ehc_assessment::Model,
    notice_due: bool,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<(), Fault> {
    if !notice_due {
        return work.withdraw_duty(row.id, plan::delay()).await;
    }
    if System::within(work).has_open_duty(row.id, plan::delay()).await? {
        return Ok(());
    }
    let duty = plan::delay_duty(work.op.today(), row.coordinator_id, calendar, policy)
        .map_err(|_| Fault::Unexpected("the calendar ends before a delay notice is due"))?;
    work.set_duty(&subject(row), duty).await
}

/// The last day on which the forecast stays as it is by mere passing of time.
fn holds(now: &Forecast, calendar: &Calendar, policy: &Policy) -> Result<NewDuty, Fault> {
    let count = Count(0, DayUnit::CalendarDays, Direction::After);
    let counted = calendar
        .count(now.holds_until, count.0, count.1, count.2)
        .map_err(|_| Fault::Unexpected("a forecast beyond the dates that can be written down"))?;
    let owner = Owner { role: Role::EhcpCoordinator, person: None };
    let due = DueDate::new(HOLDS.rule.as_str(), "the forecast holds", policy.version, counted);
    Ok(NewDuty { remind_at: None, ..NewDuty::due(HOLDS.rule, owner, due, calendar, policy) }
        .step(Step::ReckonForecast))
}

/// What the sweep does when time alone has made a forecast slip.
pub async fn time_has_passed(work: &mut Work<'_>, assessment: Uuid) -> Result<(), Fault> {
    let known = System::within(work).lock::<ehc_assessment::Entity>(assessment).await?;
    let known = known.ok_or(Fault::Unexpected("an assessment that is gone"))?;
    reckon(work, &known).await
}

/// Reckons the forecasts of the cases in which the calendar moved a deadline (XC-13).
pub async fn deadlines_moved(work: &mut Work<'_>, cases: BTreeSet<Uuid>) -> Result<(), Fault> {
    for case in cases {
        if let Some(known) = System::within(work).get::<ehc_assessment::Entity>(case).await? {
            reckon(work, &known).await?;
        }
    }
    Ok(())
}
