//! Reports: the week's advice queries, and timeliness in the measures that the department publishes.

use super::assessment::EhcAssessment;
use super::context::{bad_input, service, viewer};
use super::loader::by_id;
use super::people::Person;
use super::scalar::Date;
use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::access::Role;
use domain::ehc::report::{Ages, AtRisk, Counts, Row, Turnaround, week_name};
use domain::ehc::timeliness::{AdviceCounts, MonthRow, PlanCounts, ServiceRow};
use domain::ehc::{Service, report};
use entity::{ehc_assessment, person};
use uuid::Uuid;

/// How long open queries have been open, in calendar days since they were raised.
#[derive(SimpleObject)]
pub struct QueryAges {
    /// Up to 5 days.
    up_to_5: u32,
    /// 6 to 10 days.
    up_to_10: u32,
    /// 11 to 20 days.
    up_to_20: u32,
    /// More than 20 days.
    over_20: u32,
}

impl From<Ages> for QueryAges {
    fn from(ages: Ages) -> Self {
        let Ages { up_to_5, up_to_10, up_to_20, over_20 } = ages;
        Self { up_to_5, up_to_10, up_to_20, over_20 }
    }
}

/// Numbers of advice queries.
#[derive(SimpleObject)]
pub struct QueryCounts {
    /// Raised in the week.
    opened: u32,
    /// Answered in the week: used as submitted, cleared up, or followed by updated advice.
    answered: u32,
    /// Open at the end of the week.
    open: u32,
    /// Of these, in formal follow-up with the response overdue.
    overdue: u32,
    /// Of those open, how long.
    age: QueryAges,
}

impl From<Counts> for QueryCounts {
    fn from(counts: Counts) -> Self {
        let Counts { opened, answered, open, overdue, age } = counts;
        Self { opened, answered, open, overdue, age: age.into() }
    }
}

/// The queries on the advice of one giver.
pub struct WeeklyReportRow(Row);

/// The queries on the advice of one giver, or of the parents.
#[Object]
impl WeeklyReportRow {
    /// The service.
    async fn service(&self) -> Service {
        self.0.service
    }

    /// The giver at the time of the query; nobody for the parents.
    async fn giver(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.giver {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// The numbers.
    async fn counts(&self) -> QueryCounts {
        self.0.counts.into()
    }
}

/// How long answers took, in calendar days from raising to answer, of the queries answered in the week.
#[derive(SimpleObject)]
pub struct QueryTurnaround {
    /// How many were answered.
    answered: u32,
    /// The median; nothing where none was answered.
    median_days: Option<u32>,
    /// The 90th percentile; nothing where none was answered.
    ninetieth_percentile_days: Option<u32>,
}

impl From<Turnaround> for QueryTurnaround {
    fn from(turnaround: Turnaround) -> Self {
        Self {
            answered: turnaround.answered,
            median_days: turnaround.median_days,
            ninetieth_percentile_days: turnaround.ninetieth_days,
        }
    }
}

/// A plan that was forecast to be late.
pub struct PlanAtRisk(AtRisk);

/// A plan that at the end of the week was forecast to be late.
#[Object]
impl PlanAtRisk {
    /// The assessment.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        Ok(by_id::<ehc_assessment::Entity>(ctx, self.0.assessment).await?.map(EhcAssessment::from))
    }

    /// The date that was forecast.
    async fn final_on(&self) -> Date {
        Date(self.0.final_on)
    }

    /// The statutory date.
    async fn final_by(&self) -> Date {
        Date(self.0.final_by)
    }
}

/// The report of a week on advice queries.
pub struct WeeklyAdviceReport(report::WeeklyReport);

/// The report of an ISO week on advice queries (AQ-10), as of the end of its Sunday in London: from the event log, so that
/// it comes out the same whenever it is asked.
#[Object]
impl WeeklyAdviceReport {
    /// The week, `2026-W47`.
    async fn week(&self) -> String {
        week_name(self.0.monday)
    }

    /// Its Monday.
    async fn from_date(&self) -> Date {
        Date(self.0.monday)
    }

    /// Its Sunday.
    async fn to_date(&self) -> Date {
        Date(self.0.sunday)
    }

    /// By service and giver; those without any number are left out.
    async fn rows(&self) -> Vec<WeeklyReportRow> {
        self.0.rows.iter().cloned().map(WeeklyReportRow).collect()
    }

    /// The sums of the rows.
    async fn total(&self) -> QueryCounts {
        self.0.total.into()
    }

    /// How long answers took.
    async fn turnaround(&self) -> QueryTurnaround {
        self.0.turnaround.into()
    }

    /// The plans that were forecast to be late.
    async fn plans_at_risk(&self) -> Vec<PlanAtRisk> {
        self.0.plans_at_risk.iter().copied().map(PlanAtRisk).collect()
    }
}

/// Plans issued, and how many within 20 weeks.
#[derive(SimpleObject)]
pub struct PlanTimeliness {
    /// Plans issued.
    issued: u32,
    /// Of these, within 20 weeks of the request.
    within_20_weeks: u32,
    /// The share in per cent, to one decimal; nothing where none was issued.
    percent_within_20_weeks: Option<f64>,
}

impl From<PlanCounts> for PlanTimeliness {
    fn from(counts: PlanCounts) -> Self {
        Self {
            issued: counts.issued,
            within_20_weeks: counts.within_20_weeks,
            percent_within_20_weeks: counts.percent_within_20_weeks(),
        }
    }
}

/// The timeliness of a month.
#[derive(SimpleObject)]
pub struct MonthTimeliness {
    /// The first day of the month.
    month: Date,
    /// Requests received in it.
    requests_received: u32,
    /// Decisions in it to assess.
    decided_to_assess: u32,
    /// Decisions in it not to assess.
    decided_not_to_assess: u32,
    /// Of these decisions, within 6 weeks.
    decided_within_6_weeks: u32,
    /// And later.
    decided_over_6_weeks: u32,
    /// Plans issued in it, all of them.
    plans: PlanTimeliness,
    /// Plans issued in it, without cases with an exception.
    plans_without_excepted: PlanTimeliness,
    /// Assessments that ended in it without a plan.
    not_issued: u32,
    /// Assessments that ceased in it.
    ceased: u32,
}

impl From<MonthRow> for MonthTimeliness {
    fn from(row: MonthRow) -> Self {
        Self {
            month: Date(row.month),
            requests_received: row.requests_received,
            decided_to_assess: row.decided_to_assess,
            decided_not_to_assess: row.decided_not_to_assess,
            decided_within_6_weeks: row.decided_within_6_weeks,
            decided_over_6_weeks: row.decided_over_6_weeks,
            plans: row.plans.into(),
            plans_without_excepted: row.plans_without_excepted.into(),
            not_issued: row.not_issued,
            ceased: row.ceased,
        }
    }
}

/// Advice asked of a service.
#[derive(SimpleObject)]
pub struct AdviceTimeliness {
    /// How much was asked.
    asked: u32,
    /// Of it, received in time.
    within_time: u32,
    /// Received late.
    late: u32,
    /// Not received.
    outstanding: u32,
    /// The share in time of what was received, in per cent; nothing where nothing was.
    percent_within_time: Option<f64>,
}

impl From<AdviceCounts> for AdviceTimeliness {
    fn from(counts: AdviceCounts) -> Self {
        Self {
            asked: counts.asked,
            within_time: counts.within_time,
            late: counts.late,
            outstanding: counts.outstanding,
            percent_within_time: counts.percent_within_time(),
        }
    }
}

/// The timeliness of a service's advice.
#[derive(SimpleObject)]
pub struct ServiceTimeliness {
    /// The service.
    service: Service,
    /// All advice asked of it.
    advice: AdviceTimeliness,
    /// Without cases with an exception.
    advice_without_excepted: AdviceTimeliness,
}

impl From<ServiceRow> for ServiceTimeliness {
    fn from(row: ServiceRow) -> Self {
        Self {
            service: row.service,
            advice: row.advice.into(),
            advice_without_excepted: row.advice_without_excepted.into(),
        }
    }
}

/// Timeliness with and without excepted cases, by month and by service (EH-4).
#[derive(SimpleObject)]
pub struct Timeliness {
    /// By month: each thing in the month in which it happened.
    months: Vec<MonthTimeliness>,
    /// By service: the advice asked in the time.
    services: Vec<ServiceTimeliness>,
}

/// Reports are the SEND manager's, and an integrator's.
/// Whether the viewer may read the reports of an authority.
pub(super) fn may_read(ctx: &Context<'_>, authority: Uuid) -> Result<bool> {
    let reads = |role| matches!(role, Role::SendManager | Role::Integrator);
    Ok(viewer(ctx)?.authorities(reads).contains(&authority))
}

/// The report of a week, if the viewer may read it.
pub async fn weekly(
    ctx: &Context<'_>,
    authority: Uuid,
    monday: NaiveDate,
) -> Result<Option<WeeklyAdviceReport>> {
    if !may_read(ctx, authority)? {
        return Ok(None);
    }
    let report = crate::workflow::ehc::report::report(&service(ctx)?.store, authority, monday).await?;
    Ok(Some(WeeklyAdviceReport(report)))
}

/// The longest span of a timeliness report, in days: five years and a leap day.
const LONGEST: i64 = 1_827;

/// Timeliness, if the viewer may read it.
pub async fn timeliness(
    ctx: &Context<'_>,
    authority: Uuid,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Option<Timeliness>> {
    if !may_read(ctx, authority)? {
        return Ok(None);
    }
    if !(0..LONGEST).contains(&(to - from).num_days()) {
        return Err(bad_input("to", "the time runs from a date to a later one, five years at most"));
    }
    let store = &service(ctx)?.store;
    let (months, services) = crate::workflow::ehc::report::timeliness(store, authority, from, to).await?;
    Ok(Some(Timeliness {
        months: months.into_iter().map(Into::into).collect(),
        services: services.into_iter().map(Into::into).collect(),
    }))
}
