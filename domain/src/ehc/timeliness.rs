//! The timeliness figures that authorities report each year (EH-4): by month and by service, always both with and without
//! the cases to which a statutory exception applies.

use super::Service;
use chrono::{Datelike, Months, NaiveDate};

/// A decision whether to assess is in time up to six weeks after the request; calendar days.
const DECISION_DAYS: i64 = 42;
/// A final plan is in time up to twenty weeks after the request; calendar days. Exceptions do not lengthen them here: they
/// take a case out of the count.
const PLAN_DAYS: i64 = 140;

/// How an assessment, or the request for one, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a final plan.
    Issued,
    /// With the decision not to issue a plan.
    NotIssued,
    /// Before its time.
    Ceased,
}

/// What is known of one request. Every date is a London date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseRecord {
    /// When the assessment was asked for.
    pub requested_on: NaiveDate,
    /// When it was decided whether to assess.
    pub decided_on: Option<NaiveDate>,
    /// Whether it was decided to assess.
    pub to_assess: Option<bool>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it ended.
    pub outcome_on: Option<NaiveDate>,
    /// Whether a statutory exception applies to it.
    pub excepted: bool,
}

/// What is known of one request for advice. Every date is a London date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdviceRecord {
    /// From which service.
    pub service: Service,
    /// When it was asked for.
    pub asked_on: NaiveDate,
    /// By when it was due.
    pub due_on: NaiveDate,
    /// When its first version came in.
    pub received_on: Option<NaiveDate>,
    /// Whether a statutory exception applies to it.
    pub excepted: bool,
}

/// Final plans issued, and how many of them in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanCounts {
    /// Issued.
    pub issued: u32,
    /// Issued within twenty weeks of the request.
    pub within_20_weeks: u32,
}

impl PlanCounts {
    /// The share issued within twenty weeks, in per cent to one decimal; none where none was issued.
    pub fn percent_within_20_weeks(self) -> Option<f64> {
        percent(self.within_20_weeks, self.issued)
    }
}

/// What happened in a month; each thing counts in the month in which it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthRow {
    /// The first London date of the month.
    pub month: NaiveDate,
    /// Requests received.
    pub requests_received: u32,
    /// Decisions to assess.
    pub decided_to_assess: u32,
    /// Decisions not to assess.
    pub decided_not_to_assess: u32,
    /// Of these decisions: within six weeks of the request.
    pub decided_within_6_weeks: u32,
    /// Of these decisions: later than that.
    pub decided_over_6_weeks: u32,
    /// Final plans, with excepted cases.
    pub plans: PlanCounts,
    /// Final plans, without excepted cases.
    pub plans_without_excepted: PlanCounts,
    /// Assessments that ended without a plan.
    pub not_issued: u32,
    /// Requests and assessments that ended before their time.
    pub ceased: u32,
}

impl MonthRow {
    /// The share of decisions within six weeks, in per cent to one decimal; none where nothing was decided.
    pub fn percent_decided_within_6_weeks(&self) -> Option<f64> {
        percent(self.decided_within_6_weeks, self.decided_to_assess + self.decided_not_to_assess)
    }
}

/// Requests for advice; those asked are the sum of the other three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdviceCounts {
    /// Asked for.
    pub asked: u32,
    /// Received by the due date.
    pub within_time: u32,
    /// Received after it.
    pub late: u32,
    /// Not received, overdue or not.
    pub outstanding: u32,
}

impl AdviceCounts {
    /// The share received by the due date of all received, in per cent to one decimal; none where none was received.
    pub fn percent_within_time(self) -> Option<f64> {
        percent(self.within_time, self.within_time + self.late)
    }

    fn add(&mut self, advice: &AdviceRecord) {
        self.asked += 1;
        *match advice.received_on {
            None => &mut self.outstanding,
            Some(on) if on <= advice.due_on => &mut self.within_time,
            Some(_) => &mut self.late,
        } += 1;
    }
}

/// The advice asked of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceRow {
    /// The service.
    pub service: Service,
    /// With excepted requests.
    pub advice: AdviceCounts,
    /// Without excepted requests.
    pub advice_without_excepted: AdviceCounts,
}

/// What happened from one London date to another, both included: one row for every month that they touch, in order.
pub fn by_month(cases: &[CaseRecord], from: NaiveDate, to: NaiveDate) -> Vec<MonthRow> {
    let mut rows: Vec<MonthRow> = months(from, to).map(MonthRow::empty).collect();
    for case in cases {
        let mut count = |on: Option<NaiveDate>, add: &dyn Fn(&mut MonthRow, NaiveDate)| {
            if let Some(on) = on.filter(|on| (from..=to).contains(on)) {
                rows.iter_mut().filter(|row| row.holds(on)).for_each(|row| add(row, on));
            }
        };
        count(Some(case.requested_on), &|row, _| row.requests_received += 1);
        count(case.decided_on, &|row, on| row.add_decision(case, on));
        count(case.outcome_on, &|row, on| row.add_outcome(case, on));
    }
    rows
}

/// The advice asked for from one London date to another, both included: one row for every service.
pub fn by_service(advice: &[AdviceRecord], from: NaiveDate, to: NaiveDate) -> Vec<ServiceRow> {
    let row = |service: &Service| {
        let mut row = ServiceRow {
            service: *service,
            advice: AdviceCounts::default(),
            advice_without_excepted: AdviceCounts::default(),
        };
        let asked = |one: &&AdviceRecord| one.service == *service && (from..=to).contains(&one.asked_on);
        for one in advice.iter().filter(asked) {
            row.advice.add(one);
            if !one.excepted {
                row.advice_without_excepted.add(one);
            }
        }
        row
    };
    Service::ALL.iter().map(row).collect()
}

impl MonthRow {
    fn empty(month: NaiveDate) -> Self {
        Self {
            month,
            requests_received: 0,
            decided_to_assess: 0,
            decided_not_to_assess: 0,
            decided_within_6_weeks: 0,
            decided_over_6_weeks: 0,
            plans: PlanCounts::default(),
            plans_without_excepted: PlanCounts::default(),
            not_issued: 0,
            ceased: 0,
        }
    }

    fn holds(&self, on: NaiveDate) -> bool {
        (self.month.year(), self.month.month()) == (on.year(), on.month())
    }

    fn add_decision(&mut self, case: &CaseRecord, on: NaiveDate) {
        match case.to_assess {
            Some(true) => self.decided_to_assess += 1,
            Some(false) => self.decided_not_to_assess += 1,
            None => return,
        }
        if (on - case.requested_on).num_days() <= DECISION_DAYS {
            self.decided_within_6_weeks += 1;
        } else {
            self.decided_over_6_weeks += 1;
        }
    }

    fn add_outcome(&mut self, case: &CaseRecord, on: NaiveDate) {
        match case.outcome {
            Some(Outcome::Issued) => {
                let in_time = u32::from((on - case.requested_on).num_days() <= PLAN_DAYS);
                self.plans.issued += 1;
                self.plans.within_20_weeks += in_time;
                if !case.excepted {
                    self.plans_without_excepted.issued += 1;
                    self.plans_without_excepted.within_20_weeks += in_time;
                }
            }
            Some(Outcome::NotIssued) => self.not_issued += 1,
            Some(Outcome::Ceased) => self.ceased += 1,
            None => {}
        }
    }
}

/// The first date of every month from one London date to another.
fn months(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let next = |month: &NaiveDate| month.checked_add_months(Months::new(1));
    std::iter::successors(from.with_day(1).filter(|_| from <= to), next).take_while(move |month| *month <= to)
}

/// A share in per cent to one decimal, half a tenth rounded up.
fn percent(part: u32, whole: u32) -> Option<f64> {
    let (part, whole) = (u64::from(part), u64::from(whole));
    let tenths = (part * 2_000 + whole).checked_div(whole * 2)?;
    Some(f64::from(u32::try_from(tenths).ok()?) / 10.0)
}

#[cfg(test)]
mod tests;
