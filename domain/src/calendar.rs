//! The authority's calendar: working days and the counting of days (XC-1, XC-2), due dates that explain themselves
//! (XC-4, XC-12) and school terms (XC-5, OC-2).

mod due;
mod terms;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

pub use self::{
    due::{DueDate, Extension},
    terms::{Term, TermFault, TermName, school_year_of},
};
use crate::bank_holidays::BankHoliday;

/// The longest count, in whatever unit: far beyond any rule, short enough to be counted day by day.
pub const LONGEST_COUNT: u32 = 3_660;

/// A day on which the authority itself is closed, over and above weekends and bank holidays (XC-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureDay {
    /// London date.
    pub on: NaiveDate,
    /// Why the authority is closed, such as "Christmas closure".
    pub title: String,
}

/// Why a date is not a working day (XC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
pub enum SkipReason {
    /// A Saturday or a Sunday.
    Weekend,
    /// A bank holiday of the authority's division.
    BankHoliday,
    /// One of the authority's own closure days.
    ClosureDay,
}

/// A date that is not a working day, and why. Where several reasons hold, a weekend comes before a bank holiday and a
/// bank holiday before a closure day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedDay {
    /// London date.
    pub on: NaiveDate,
    /// What kind of day it is.
    pub reason: SkipReason,
    /// The name of the bank holiday or closure day; none for a weekend.
    pub title: Option<String>,
}

/// What is counted (XC-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
pub enum DayUnit {
    /// Days that are no weekend, bank holiday or closure day.
    WorkingDays,
    /// Every day of the calendar.
    CalendarDays,
    /// Seven days of the calendar each.
    Weeks,
}

/// Which way the count runs, and whether its first date counts (XC-2, EH-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
pub enum Direction {
    /// Forwards; the date counted from is day 0.
    After,
    /// Backwards; the date counted from is not counted.
    Before,
    /// Forwards; the date counted from is the first day ("beginning with").
    BeginningWith,
}

/// A count that was made, with all that is needed to follow it by hand (XC-4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The London date counted from.
    pub from: NaiveDate,
    /// How many units.
    pub count: u32,
    /// What was counted.
    pub unit: DayUnit,
    /// Which way.
    pub direction: Direction,
    /// The dates that the count passed over, in the order in which it met them; empty unless working days were counted.
    pub skipped: Vec<SkippedDay>,
    /// The London date at which the count ends.
    pub on: NaiveDate,
    /// Set if `on` is no working day: days and weeks of the calendar stay where they fall (EH-5).
    pub falls_on_non_working_day: Option<SkippedDay>,
    /// Whether it is known if `on` is a working day. If not, its bank holidays are still to be announced.
    pub working_day_known: bool,
}

/// Why days cannot be counted. Nothing is ever guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeyondCalendar {
    /// The bank holidays of that year are not in the calendar, so nobody can say whether it is a working day.
    #[error(
        "the bank holidays around {on} are not in the calendar: working days cannot be counted over that date"
    )]
    NotCovered {
        /// The first London date that is not covered.
        on: NaiveDate,
    },
    /// The count is longer than [`LONGEST_COUNT`].
    #[error("{count} is more than can be counted: at most {LONGEST_COUNT}")]
    TooLong {
        /// The count that was asked for.
        count: u32,
    },
    /// A count that begins with its first day has at least that day.
    #[error("a count that begins with its first day needs at least one day")]
    NothingToCount,
    /// The count runs past the last date, or before the first, that can be written down.
    #[error("the count runs past the dates that can be written down")]
    NoSuchDate,
}

/// The calendar of one authority.
#[derive(Debug, Clone)]
pub struct Calendar {
    bank_holidays: BTreeMap<NaiveDate, String>,
    covers: RangeInclusive<NaiveDate>,
    closure_days: BTreeMap<NaiveDate, String>,
    terms: Vec<Term>,
}

impl Calendar {
    /// A calendar of bank holidays, the whole years that these cover, the authority's closure days and its terms.
    pub fn new(
        bank_holidays: impl IntoIterator<Item = BankHoliday>,
        covers: RangeInclusive<NaiveDate>,
        closure_days: impl IntoIterator<Item = ClosureDay>,
        mut terms: Vec<Term>,
    ) -> Self {
        terms.sort_by_key(|term| term.first_day);
        Self {
            bank_holidays: bank_holidays.into_iter().map(|holiday| (holiday.on, holiday.title)).collect(),
            covers,
            closure_days: closure_days.into_iter().map(|closure| (closure.on, closure.title)).collect(),
            terms,
        }
    }

    /// Whether a London date is a working day (XC-1).
    ///
    /// # Errors
    /// As [`Calendar::why_not_working`].
    pub fn is_working_day(&self, on: NaiveDate) -> Result<bool, BeyondCalendar> {
        Ok(self.why_not_working(on)?.is_none())
    }

    /// Why a London date is not a working day, or nothing if it is one (XC-1).
    ///
    /// # Errors
    /// [`BeyondCalendar::NotCovered`] for a weekday outside the years of the bank holidays, unless it is a known
    /// closure day. A weekend is a weekend in any year.
    pub fn why_not_working(&self, on: NaiveDate) -> Result<Option<SkippedDay>, BeyondCalendar> {
        let skipped =
            |reason, title: Option<&String>| Ok(Some(SkippedDay { on, reason, title: title.cloned() }));
        if matches!(on.weekday(), Weekday::Sat | Weekday::Sun) {
            skipped(SkipReason::Weekend, None)
        } else if let title @ Some(_) = self.bank_holidays.get(&on) {
            skipped(SkipReason::BankHoliday, title)
        } else if let title @ Some(_) = self.closure_days.get(&on) {
            skipped(SkipReason::ClosureDay, title)
        } else if self.covers.contains(&on) {
            Ok(None)
        } else {
            Err(BeyondCalendar::NotCovered { on })
        }
    }

    /// Counts from a London date (XC-2). A count of 0 after or before a date is that date.
    ///
    /// Days and weeks of the calendar can be counted into years whose bank holidays are not known; the answer then
    /// says that it does not know whether it is a working day.
    ///
    /// # Errors
    /// [`BeyondCalendar`], for working days also where the count leaves the years of the bank holidays.
    pub fn count(
        &self,
        from: NaiveDate,
        count: u32,
        unit: DayUnit,
        direction: Direction,
    ) -> Result<Counted, BeyondCalendar> {
        if count > LONGEST_COUNT {
            return Err(BeyondCalendar::TooLong { count });
        }
        if count == 0 && direction == Direction::BeginningWith {
            return Err(BeyondCalendar::NothingToCount);
        }
        let (on, skipped) = match unit {
            DayUnit::WorkingDays => self.working_days(from, count, direction)?,
            DayUnit::CalendarDays => (calendar_days(from, count, direction)?, Vec::new()),
            DayUnit::Weeks => (calendar_days(from, count * 7, direction)?, Vec::new()),
        };
        let ends_on = self.why_not_working(on);
        Ok(Counted {
            from,
            count,
            unit,
            direction,
            skipped,
            on,
            working_day_known: ends_on.is_ok(),
            falls_on_non_working_day: ends_on.ok().flatten(),
        })
    }

    fn working_days(
        &self,
        from: NaiveDate,
        count: u32,
        direction: Direction,
    ) -> Result<(NaiveDate, Vec<SkippedDay>), BeyondCalendar> {
        let (day_zero, step): (_, fn(&NaiveDate) -> Option<NaiveDate>) = match direction {
            Direction::After => (Some(from), NaiveDate::succ_opt),
            Direction::Before => (Some(from), NaiveDate::pred_opt),
            Direction::BeginningWith => (from.pred_opt(), NaiveDate::succ_opt),
        };
        let mut on = day_zero.ok_or(BeyondCalendar::NoSuchDate)?;
        let mut skipped = Vec::new();
        let mut left = count;
        while left > 0 {
            on = step(&on).ok_or(BeyondCalendar::NoSuchDate)?;
            match self.why_not_working(on)? {
                Some(day) => skipped.push(day),
                None => left -= 1,
            }
        }
        Ok((on, skipped))
    }
}

fn calendar_days(from: NaiveDate, days: u32, direction: Direction) -> Result<NaiveDate, BeyondCalendar> {
    let days = u64::from(days);
    match direction {
        Direction::After => from.checked_add_days(Days::new(days)),
        Direction::Before => from.checked_sub_days(Days::new(days)),
        Direction::BeginningWith => from.checked_add_days(Days::new(days.saturating_sub(1))),
    }
    .ok_or(BeyondCalendar::NoSuchDate)
}
