//! Due dates that explain themselves (XC-4) and are overdue only from the following day (XC-12).

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Counted, DayUnit, Direction, SkipReason, SkippedDay};
use crate::london;

/// When something is due, and how that came about. Kept with the duty as it was reckoned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDate {
    /// The id of the rule that sets it, such as "EH-1".
    pub rule: String,
    /// What happened on the date counted from, in words; no personal data.
    pub trigger: String,
    /// The count that leads to it.
    pub counted: Counted,
    /// The version of the authority's policy whose figures were used.
    pub policy_version: i32,
    /// The London date by the end of which it is due.
    pub on: NaiveDate,
    /// The last whole second of that date, as a UTC instant (XC-3).
    pub at: DateTime<Utc>,
}

impl DueDate {
    /// The due date at which a count ends.
    pub fn new(
        rule: impl Into<String>,
        trigger: impl Into<String>,
        policy_version: i32,
        counted: Counted,
    ) -> Self {
        let on = counted.on;
        Self {
            rule: rule.into(),
            trigger: trigger.into(),
            counted,
            policy_version,
            on,
            at: london::end_of_day(on),
        }
    }

    /// Whether it has passed: from 00:00:00 London of the following day. Due today is not overdue (XC-12).
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        london::date_of(now) > self.on
    }

    /// One English sentence that lets a reader follow the count by hand (XC-4).
    pub fn explain(&self) -> String {
        let Self { rule, trigger, counted, policy_version, on, .. } = self;
        // A date that was only asked for has neither rule nor trigger.
        let (opening, trigger) = if rule.is_empty() {
            ("The end of".to_owned(), String::new())
        } else {
            (format!("{rule} (policy version {policy_version}): due by the end of"), format!(" ({trigger})"))
        };
        let mut text = format!(
            "{opening} {}, {} {}{trigger}",
            long_date(*on),
            counted_in_words(counted),
            long_date(counted.from),
        );
        if !counted.skipped.is_empty() {
            let skipped: Vec<String> = counted
                .skipped
                .iter()
                .map(|day| format!("{} ({})", long_date(day.on), reason_in_words(day)))
                .collect();
            // Writing to a String cannot fail.
            let _ = write!(text, ", not counting {}", skipped.join(", "));
        }
        if let Some(day) = &counted.falls_on_non_working_day {
            let _ = write!(
                text,
                "; that is not a working day ({}), and the date stays where it is",
                reason_in_words(day)
            );
        } else if !counted.working_day_known {
            text.push_str(
                "; whether that is a working day is not known, as the calendar does not reach so far",
            );
        }
        text.push('.');
        text
    }
}

fn long_date(on: NaiveDate) -> String {
    on.format("%A %-d %B %Y").to_string()
}

fn counted_in_words(counted: &Counted) -> String {
    let unit = match counted.unit {
        DayUnit::WorkingDays => "working day",
        DayUnit::CalendarDays => "calendar day",
        DayUnit::Weeks => "week",
    };
    let direction = match counted.direction {
        Direction::After => "after",
        Direction::Before => "before",
        Direction::BeginningWith => "beginning with",
    };
    let plural = if counted.count == 1 { "" } else { "s" };
    format!("{} {unit}{plural} {direction}", counted.count)
}

fn reason_in_words(day: &SkippedDay) -> String {
    let kind = match day.reason {
        SkipReason::Weekend => "weekend",
        SkipReason::BankHoliday => "bank holiday",
        SkipReason::ClosureDay => "closure day",
    };
    day.title.as_ref().map_or_else(|| kind.to_owned(), |title| format!("{kind}: {title}"))
}
