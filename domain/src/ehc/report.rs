//! The weekly report on advice queries and on plans at risk (AQ-10), reckoned from the events alone: a past week's report
//! stays as it was, whatever happened since.

mod week;

use super::{EhcEvent, QueryDecision, QueryState, Service, State};
use crate::london;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::AddAssign;
use uuid::Uuid;

pub use self::week::{parse_week, week_end, week_name, week_of};

/// One event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happened (UTC instant).
    pub at: DateTime<Utc>,
    /// The query or the assessment to which it happened.
    pub subject: Uuid,
    /// What happened.
    pub event: EhcEvent,
}

/// The report of one week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyReport {
    /// The first London date of the week.
    pub monday: NaiveDate,
    /// Its last London date.
    pub sunday: NaiveDate,
    /// The counts by service and giver, in this order; only those with anything to count.
    pub rows: Vec<Row>,
    /// The sum of the rows.
    pub total: Counts,
    /// How long the queries answered in the week took.
    pub turnaround: Turnaround,
    /// The assessments whose final plan is forecast after its statutory date at the end of the week, the earliest
    /// statutory date first.
    pub plans_at_risk: Vec<AtRisk>,
}

/// The counts of one giver's advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The service that gave the advice.
    pub service: Service,
    /// The giver, where it is a person of the service.
    pub giver: Option<Uuid>,
    /// What there is to count.
    pub counts: Counts,
}

/// Queries, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Raised in the week.
    pub opened: u32,
    /// Answered for the first time in the week: settled as submitted, a small point logged, or updated advice received.
    pub answered: u32,
    /// Open at the end of the week.
    pub open: u32,
    /// In a formal follow-up at the end of the week that was due by its Sunday.
    pub overdue: u32,
    /// The age of those open.
    pub age: Ages,
}

/// Open queries by the calendar days from the date on which they were raised to the week's Sunday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ages {
    /// Up to 5 days.
    pub up_to_5: u32,
    /// 6 to 10 days.
    pub up_to_10: u32,
    /// 11 to 20 days.
    pub up_to_20: u32,
    /// 21 days and more.
    pub over_20: u32,
}

/// Calendar days from the date on which a query was raised to that of its first answer, of the queries answered in the
/// week; percentiles by nearest rank, none where nothing was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Turnaround {
    /// How many were answered.
    pub answered: u32,
    /// The median.
    pub median_days: Option<u32>,
    /// The 90th percentile.
    pub ninetieth_days: Option<u32>,
}

/// An assessment whose final plan will be late by the forecast. Both are London dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtRisk {
    /// The assessment.
    pub assessment: Uuid,
    /// The forecast date of the final plan.
    pub final_on: NaiveDate,
    /// The statutory date.
    pub final_by: NaiveDate,
}

/// The report of the week that begins on `monday`, from the events in the order of the log. Later events are left out.
pub fn weekly(monday: NaiveDate, entries: impl IntoIterator<Item = Entry>) -> WeeklyReport {
    let week = Week { monday, sunday: monday.checked_add_days(Days::new(6)).unwrap_or(monday) };
    let end = week_end(monday);
    let mut queries: BTreeMap<Uuid, Query> = BTreeMap::new();
    let mut plans: BTreeMap<Uuid, Plan> = BTreeMap::new();
    for Entry { at, subject, event } in entries.into_iter().filter(|entry| entry.at < end) {
        let on = london::date_of(at);
        if let EhcEvent::QueryRaised { service, giver } = event {
            queries.insert(subject, Query::raised(service, giver, on));
        } else if let Some(query) = queries.get_mut(&subject) {
            query.take(&event, on);
        } else {
            plans.entry(subject).or_default().take(&event);
        }
    }
    let rows = rows(&week, queries.values());
    let mut total = Counts::default();
    for row in &rows {
        total += row.counts;
    }
    WeeklyReport {
        monday,
        sunday: week.sunday,
        rows,
        total,
        turnaround: turnaround(&week, queries.values()),
        plans_at_risk: at_risk(plans),
    }
}

struct Week {
    monday: NaiveDate,
    sunday: NaiveDate,
}

impl Week {
    fn holds(&self, on: NaiveDate) -> bool {
        (self.monday..=self.sunday).contains(&on)
    }
}

/// How a query stood after a step.
#[derive(Clone, Copy)]
struct Standing {
    state: QueryState,
    /// When it was answered for the first time.
    answered_on: Option<NaiveDate>,
    /// When the response to its latest formal follow-up is due.
    due_on: Option<NaiveDate>,
}

/// The life of a query. Each step's standing is kept, so that a step taken back brings back how things stood before.
struct Query {
    service: Service,
    giver: Option<Uuid>,
    raised_on: NaiveDate,
    before: Vec<Standing>,
    now: Standing,
}

impl Query {
    fn raised(service: Service, giver: Option<Uuid>, raised_on: NaiveDate) -> Self {
        let now = Standing { state: QueryState::Raised, answered_on: None, due_on: None };
        Self { service, giver, raised_on, before: Vec::new(), now }
    }

    fn take(&mut self, event: &EhcEvent, on: NaiveDate) {
        match *event {
            EhcEvent::QueryDiscussed => self.step(QueryState::Discussed),
            EhcEvent::QueryDecided { decision: QueryDecision::UseAsSubmitted } => {
                self.answer(QueryState::UsedAsSubmitted, on);
            }
            EhcEvent::QueryDecided { decision: QueryDecision::SmallPoint } => {
                self.step(QueryState::SmallPoint);
            }
            EhcEvent::SmallPointLogged => self.answer(QueryState::Closed, on),
            EhcEvent::FollowUpOpened { due_on } => {
                self.step(QueryState::FormalFollowUp);
                self.now.due_on = Some(due_on);
            }
            EhcEvent::FollowUpMoved { due_on } => self.now.due_on = Some(due_on),
            EhcEvent::FollowUpAnswered => self.answer(QueryState::Updated, on),
            EhcEvent::FollowUpClosed => self.step(QueryState::Closed),
            EhcEvent::QueryWithdrawn => self.step(QueryState::Withdrawn),
            EhcEvent::QueryStepReversed { to } => self.reverse(to),
            _ => {}
        }
    }

    fn step(&mut self, state: QueryState) {
        self.before.push(self.now);
        self.now.state = state;
    }

    fn answer(&mut self, state: QueryState, on: NaiveDate) {
        self.step(state);
        self.now.answered_on.get_or_insert(on);
    }

    fn reverse(&mut self, to: QueryState) {
        while self.now.state != to {
            match self.before.pop() {
                Some(standing) => self.now = standing,
                None => self.now.state = to,
            }
        }
    }

    fn counts(&self, week: &Week) -> Counts {
        let Standing { state, answered_on, due_on } = self.now;
        let open = state.is_open();
        let overdue =
            state == QueryState::FormalFollowUp && due_on.is_some_and(|due_on| due_on <= week.sunday);
        Counts {
            opened: u32::from(week.holds(self.raised_on)),
            answered: u32::from(answered_on.is_some_and(|on| week.holds(on))),
            open: u32::from(open),
            overdue: u32::from(overdue),
            age: if open { Ages::of((week.sunday - self.raised_on).num_days()) } else { Ages::default() },
        }
    }
}

impl Ages {
    fn of(days: i64) -> Self {
        let mut ages = Self::default();
        *match days {
            ..=5 => &mut ages.up_to_5,
            6..=10 => &mut ages.up_to_10,
            11..=20 => &mut ages.up_to_20,
            _ => &mut ages.over_20,
        } = 1;
        ages
    }
}

impl AddAssign for Ages {
    fn add_assign(&mut self, other: Self) {
        self.up_to_5 += other.up_to_5;
        self.up_to_10 += other.up_to_10;
        self.up_to_20 += other.up_to_20;
        self.over_20 += other.over_20;
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.opened += other.opened;
        self.answered += other.answered;
        self.open += other.open;
        self.overdue += other.overdue;
        self.age += other.age;
    }
}

fn rows<'a>(week: &Week, queries: impl Iterator<Item = &'a Query>) -> Vec<Row> {
    let mut by_giver: BTreeMap<(Service, Option<Uuid>), Counts> = BTreeMap::new();
    for query in queries {
        *by_giver.entry((query.service, query.giver)).or_default() += query.counts(week);
    }
    by_giver.retain(|_, counts| *counts != Counts::default());
    by_giver.into_iter().map(|((service, giver), counts)| Row { service, giver, counts }).collect()
}

fn turnaround<'a>(week: &Week, queries: impl Iterator<Item = &'a Query>) -> Turnaround {
    let answered_after = |query: &Query| {
        let on = query.now.answered_on.filter(|on| week.holds(*on))?;
        u32::try_from((on - query.raised_on).num_days()).ok()
    };
    let mut days: Vec<u32> = queries.filter_map(answered_after).collect();
    days.sort_unstable();
    Turnaround {
        answered: u32::try_from(days.len()).unwrap_or(u32::MAX),
        median_days: percentile(&days, 50),
        ninetieth_days: percentile(&days, 90),
    }
}

/// The smallest of the sorted values that at least so many in a hundred do not exceed.
fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// How an assessment stands.
#[derive(Default)]
struct Plan {
    ended: bool,
    /// The forecast date of the final plan and the statutory one.
    forecast: Option<(NaiveDate, NaiveDate)>,
}

impl Plan {
    fn take(&mut self, event: &EhcEvent) {
        match *event {
            EhcEvent::Declined | EhcEvent::DecidedNotToIssue | EhcEvent::Ceased | EhcEvent::FinalIssued => {
                self.ended = true;
            }
            EhcEvent::StepReversed { to } => self.ended = !State::is_open(to),
            EhcEvent::ForecastChanged { final_on, final_by } => self.forecast = Some((final_on, final_by)),
            _ => {}
        }
    }
}

fn at_risk(plans: BTreeMap<Uuid, Plan>) -> Vec<AtRisk> {
    let late = |(assessment, plan): (Uuid, Plan)| {
        let (final_on, final_by) = plan.forecast?;
        (!plan.ended && final_on > final_by).then_some(AtRisk { assessment, final_on, final_by })
    };
    let mut at_risk: Vec<_> = plans.into_iter().filter_map(late).collect();
    at_risk.sort_by_key(|one| (one.final_by, one.assessment));
    at_risk
}

#[cfg(test)]
mod tests;
