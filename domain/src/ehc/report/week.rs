//! ISO weeks: Monday to Sunday, London dates.

use crate::london;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};

/// The Monday of the week of a London date.
pub fn week_of(date: NaiveDate) -> NaiveDate {
    let since_monday = u64::from(date.weekday().num_days_from_monday());
    date.checked_sub_days(Days::new(since_monday)).unwrap_or(date)
}

/// The Monday of a week written as in ISO 8601, `2026-W47`; none if it is written otherwise or the year has no such week.
pub fn parse_week(text: &str) -> Option<NaiveDate> {
    let (year, week) = text.split_once("-W")?;
    let monday = NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)?;
    // Numbers read more than ISO 8601 writes, such as signs, and years of five digits.
    (text.len() == 8 && week_name(monday) == text).then_some(monday)
}

/// The name of the week that begins on this Monday as in ISO 8601, `2026-W47`.
pub fn week_name(monday: NaiveDate) -> String {
    monday.format("%G-W%V").to_string()
}

/// The UTC instant at which the week that begins on this Monday is over: 00:00 London of the Monday after.
pub fn week_end(monday: NaiveDate) -> DateTime<Utc> {
    monday.checked_add_days(Days::new(7)).map_or(DateTime::<Utc>::MAX_UTC, london::start_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_begins_on_its_monday() {
        for (date, monday) in [
            ("2026-11-15", "2026-11-09"),
            ("2026-11-16", "2026-11-16"),
            ("2026-11-22", "2026-11-16"),
            ("2027-01-01", "2026-12-28"),
        ] {
            assert_eq!(week_of(day(date)), day(monday), "{date}");
        }
        assert!(week_of(NaiveDate::MIN) <= NaiveDate::MIN);
    }

    #[test]
    fn weeks_are_written_and_read_as_in_iso_8601() {
        for (name, monday) in [
            ("2026-W47", "2026-11-16"),
            ("2026-W01", "2025-12-29"),
            ("2026-W53", "2026-12-28"),
            ("2027-W01", "2027-01-04"),
            ("2020-W53", "2020-12-28"),
        ] {
            assert_eq!(parse_week(name), Some(day(monday)), "{name}");
            assert_eq!(week_name(day(monday)), name);
        }
        for wrong in [
            "2025-W53",
            "2026-W00",
            "2026-W54",
            "2026-W1",
            "2026-W001",
            "2026W47",
            "2026-w47",
            "26-W47",
            " 2026-W47",
            "2026-W47 ",
            "2026-W+1",
            "+026-W47",
            "2026-W47-1",
            "2026-11-16",
            "",
            "２026-W47",
            "2026-W٤",
        ] {
            assert_eq!(parse_week(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_week_ends_on_the_london_clock() {
        for (monday, end) in [
            ("2026-11-16", "2026-11-23T00:00:00Z"),
            ("2026-07-13", "2026-07-19T23:00:00Z"),
            ("2026-03-23", "2026-03-29T23:00:00Z"),
            ("2026-10-19", "2026-10-26T00:00:00Z"),
        ] {
            assert_eq!(week_end(day(monday)), end.parse::<DateTime<Utc>>().unwrap(), "{monday}");
        }
        assert_eq!(week_end(NaiveDate::MAX), DateTime::<Utc>::MAX_UTC);
    }
}
