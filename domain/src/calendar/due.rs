//! Due dates that explain themselves (XC-4) and are overdue only from the following day (XC-12).

use std::fmt::Write;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Counted, DayUnit, Direction, SkipReason, SkippedDay};
use crate::london;

/// Days by which a due date was moved, and why: a statutory exception (EH-4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The first London date of the time that is excused.
    pub from: NaiveDate,
    /// Its last London date.
    pub to: NaiveDate,
    /// By how many calendar days it moved the due date.
    pub days: u32,
    /// Why, in words; no personal data.
    pub reason: String,
}

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
    /// What moved it beyond the end of the count, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
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
            extensions: Vec::new(),
            on,
            at: london::end_of_day(on),
        }
    }

    /// This due date, moved beyond the end of its count by these extensions and no others.
    #[must_use]
    pub fn extended(self, extensions: Vec<Extension>) -> Self {
        let days = extensions.iter().map(|extension| u64::from(extension.days)).sum();
        let on = self.counted.on.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
        Self { extensions, on, at: london::end_of_day(on), ..self }
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
        if !self.extensions.is_empty() {
            let moved: Vec<String> = self.extensions.iter().map(extension_in_words).collect();
            let _ = write!(text, ", that is {}, {}", long_date(counted.on), moved.join(", "));
        } else if let Some(day) = &counted.falls_on_non_working_day {
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

fn extension_in_words(extension: &Extension) -> String {
    let Extension { from, to, days, reason } = extension;
    let plural = if *days == 1 { "" } else { "s" };
    format!("moved by {days} day{plural}: {reason}, from {} to {}", long_date(*from), long_date(*to))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn due() -> DueDate {
        let counted = Counted {
            from: day("2026-01-05"),
            count: 20,
            unit: DayUnit::Weeks,
            direction: Direction::After,
            skipped: vec![],
            on: day("2026-05-25"),
            falls_on_non_working_day: None,
            working_day_known: true,
        };
        DueDate::new("EH-1", "the request", 2, counted)
    }

    fn extension(from: &str, to: &str, days: u32, reason: &str) -> Extension {
        Extension { from: day(from), to: day(to), days, reason: reason.into() }
    }

    #[test]
    fn an_extension_moves_the_date_and_explains_itself() {
        let moved = due().extended(vec![
            extension("2026-02-01", "2026-02-28", 28, "absence from the area"),
            extension("2026-05-01", "2026-05-01", 1, "exceptional personal circumstances"),
        ]);
        assert_eq!(moved.on, day("2026-06-23"));
        assert_eq!(moved.at, london::end_of_day(day("2026-06-23")));
        assert_eq!(
            moved.explain(),
            "EH-1 (policy version 2): due by the end of Tuesday 23 June 2026, 20 weeks after Monday 5 January 2026 \
             (the request), that is Monday 25 May 2026, moved by 28 days: absence from the area, from Sunday 1 \
             February 2026 to Saturday 28 February 2026, moved by 1 day: exceptional personal circumstances, from \
             Friday 1 May 2026 to Friday 1 May 2026."
        );
        assert_eq!(moved.extended(vec![]), due(), "extensions replace those before");
    }

    #[test]
    fn extensions_are_kept_with_the_date_and_older_dates_have_none() {
        let moved = due().extended(vec![extension("2026-02-01", "2026-02-28", 28, "absence")]);
        let kept = serde_json::to_string(&moved).unwrap();
        assert_eq!(serde_json::from_str::<DueDate>(&kept).unwrap(), moved);
        let older = serde_json::to_string(&due()).unwrap();
        assert!(!older.contains("extensions"));
        assert_eq!(serde_json::from_str::<DueDate>(&older).unwrap(), due());
    }

    #[test]
    fn an_extension_past_the_end_of_time_does_not_panic() {
        let last = due().extended(vec![extension("2026-02-01", "2026-02-28", u32::MAX, "absence")]);
        assert_eq!(last.on, NaiveDate::MAX);
    }
}
