//! The weekly report and the timeliness of an authority (AQ-10, EH-4): the same figures for the API and the command line.

use super::record;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::store::{Store, reports};
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::{Days, NaiveDate};
use domain::access::{Action, Role, Standing};
use domain::calendar::{DayUnit, Direction};
use domain::duty::{Count, NewDuty, Owner};
use domain::ehc::EhcEvent;
use domain::ehc::report::{WeeklyReport, week_of, weekly};
use domain::ehc::timeliness::{MonthRow, ServiceRow, by_month, by_service};
use domain::event::Subject;
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::weekly_report;
use serde::Serialize;
use uuid::Uuid;

/// The report of an authority on the week that begins on a Monday, as of that week's end: from the event log, so that it
/// comes out the same whenever it is asked.
pub async fn report(store: &Store, authority: Uuid, monday: NaiveDate) -> Result<WeeklyReport, Fault> {
    Ok(weekly(monday, reports::query_events(store, authority, monday).await?))
}

/// The timeliness of an authority from a London date to another.
pub async fn timeliness(
    store: &Store,
    authority: Uuid,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(Vec<MonthRow>, Vec<ServiceRow>), Fault> {
    let (cases, advice) = reports::timeliness(store, authority, from, to).await?;
    Ok((by_month(&cases, from, to), by_service(&advice, from, to)))
}

/// What an event about a weekly report is about.
fn subject(authority: Uuid, id: Uuid) -> Subject {
    Subject { authority, kind: "WeeklyReport", id, ..Subject::default() }
}

/// Opens the report of the week that has ended, where that has not been done: somebody is to read it by the end of the
/// first working day after it.
pub async fn open(service: &Service) -> Result<(), Fault> {
    let op = Op::of_service(service.clock.now());
    let this_week = week_of(op.today());
    let Some(monday) = this_week.checked_sub_days(Days::new(7)) else { return Ok(()) };
    if !reports::wanting(service.store.reader(), monday).await? {
        return Ok(());
    }
    let work = service.store.work(&op).await?;
    // A report that comes late, with the first case or after an outage, is read on the day on which it comes.
    let before = op.today().checked_sub_days(Days::new(1)).unwrap_or(monday);
    for (authority, id) in work.open_weekly_reports(monday).await? {
        let system = System::within(&work);
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let owner = Owner { role: Role::SendManager, person: None };
        let count = Count(1, DayUnit::WorkingDays, Direction::After);
        if let Ok(duty) =
            NewDuty::set(RuleId::Aq10, owner, "the week ended", before, count, &calendar, &policy)
        {
            work.set_duty(&subject(authority, id), duty).await?;
        }
    }
    work.commit().await
}

/// Confirm that the report of a week was read.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmRead {
    /// The authority.
    pub authority: Uuid,
    /// The Monday of the week.
    pub monday: NaiveDate,
}

impl Command for ConfirmRead {
    const ACTION: Action = Action::ConfirmWeeklyReportRead;
    type Facts = Option<weekly_report::Model>;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Option<weekly_report::Model>>, Fault> {
        if work.find_shared::<entity::authority::Entity>(self.authority).await?.is_none() {
            return Ok(Gathered::NotFound(vec!["authority"]));
        }
        let opened = System::within(work).weekly_report(self.authority, self.monday).await?;
        let standing = Standing { authority: self.authority, ..Standing::default() };
        Ok(Gathered::Found { facts: opened, standing, target: None })
    }

    fn decide(&self, op: &Op, opened: &Option<weekly_report::Model>) -> (Findings, ()) {
        let mut findings = Findings::default();
        match opened {
            None if self.monday >= week_of(op.today()) => {
                let message = "this week has not ended";
                findings
                    .refuse(RuleId::Aq10, Code::TooEarly, "week", message)
                    .possible_from(Some(domain::ehc::report::week_end(self.monday)));
            }
            None => {
                findings.refuse(
                    RuleId::Aq10,
                    Code::NotFound,
                    "week",
                    "there is no report of this week to read",
                );
            }
            Some(row) if row.read_at.is_some() => {
                findings.note(RuleId::Aq10, "week", "somebody has read it already");
            }
            Some(_) => {}
        }
        (findings, ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        opened: Option<weekly_report::Model>,
        (): (),
    ) -> Result<Uuid, Fault> {
        let row = opened.ok_or(Fault::Unexpected("a report that was not opened"))?;
        if row.read_at.is_none() {
            work.weekly_report_read(row.id).await?;
            work.meet_duty(row.id, RuleId::Aq10, work.op.now).await?;
            record(work, subject(self.authority, row.id), EhcEvent::WeeklyReportRead { week: self.monday });
        }
        Ok(self.authority)
    }
}
