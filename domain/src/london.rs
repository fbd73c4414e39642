//! Europe/London dates and wall-clock times, and the UTC instants that stand for them (XC-3).

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

/// A wall-clock time that does not exist: it lies in the hour that London's clocks skip in spring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not exist: the clocks go forward over that hour")]
pub struct ClockSkips(
    /// The time that was asked for, as the London clock would have shown it.
    pub NaiveDateTime,
);

/// The London date on which a UTC instant falls.
pub fn date_of(instant: DateTime<Utc>) -> NaiveDate {
    let utc = instant.naive_utc();
    let offset = London.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc).date()
}

/// What London's clocks show at an instant.
pub fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&London).naive_local()
}

/// The UTC instant at which a London date begins, 00:00:00 local.
pub fn start_of_day(on: NaiveDate) -> DateTime<Utc> {
    let midnight = on.and_time(NaiveTime::MIN);
    // London has had a midnight on every date since 1848; earlier dates are no casework dates.
    wall_clock(midnight).unwrap_or_else(|_| midnight.and_utc())
}

/// The UTC instant of the last whole second of a London date, 23:59:59 local.
///
/// Whether a day is over is a question for [`date_of`]: half a second past 23:59:59 is still that day.
pub fn end_of_day(on: NaiveDate) -> DateTime<Utc> {
    let next = on.checked_add_days(Days::new(1)).map_or(DateTime::<Utc>::MAX_UTC, start_of_day);
    next - TimeDelta::seconds(1)
}

/// The UTC instant of a London wall-clock time; in the hour that autumn repeats, the first of the two.
///
/// # Errors
/// [`ClockSkips`] for a time in the hour that spring skips.
pub fn wall_clock(local: NaiveDateTime) -> Result<DateTime<Utc>, ClockSkips> {
    let instant = London.from_local_datetime(&local).earliest().ok_or(ClockSkips(local))?;
    Ok(instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_and_ends_on_the_london_clock() {
        // date, its first instant, its last whole second; 23 hours in spring, 25 in autumn
        for (on, begins, ends) in [
            ("2026-01-15", "2026-01-15T00:00:00Z", "2026-01-15T23:59:59Z"),
            ("2026-07-15", "2026-07-14T23:00:00Z", "2026-07-15T22:59:59Z"),
            ("2024-03-31", "2024-03-31T00:00:00Z", "2024-03-31T22:59:59Z"),
            ("2024-10-27", "2024-10-26T23:00:00Z", "2024-10-27T23:59:59Z"),
            ("2025-03-30", "2025-03-30T00:00:00Z", "2025-03-30T22:59:59Z"),
            ("2025-10-26", "2025-10-25T23:00:00Z", "2025-10-26T23:59:59Z"),
            ("2026-03-29", "2026-03-29T00:00:00Z", "2026-03-29T22:59:59Z"),
            ("2026-10-25", "2026-10-24T23:00:00Z", "2026-10-25T23:59:59Z"),
            ("2028-02-29", "2028-02-29T00:00:00Z", "2028-02-29T23:59:59Z"),
        ] {
            assert_eq!(start_of_day(day(on)), instant(begins), "{on}");
            assert_eq!(end_of_day(day(on)), instant(ends), "{on}");
        }
    }

    #[test]
    fn an_instant_falls_on_its_london_date() {
        for (at, on) in [
            ("2026-07-14T22:59:59Z", "2026-07-14"),
            ("2026-07-14T23:00:00Z", "2026-07-15"),
            ("2026-01-14T23:59:59.999Z", "2026-01-14"),
            ("2026-01-15T00:00:00Z", "2026-01-15"),
            ("2026-03-29T22:59:59.999Z", "2026-03-29"),
            ("2026-03-29T23:00:00Z", "2026-03-30"),
            ("2026-10-25T23:59:59.999Z", "2026-10-25"),
            ("2026-10-26T00:00:00Z", "2026-10-26"),
        ] {
            assert_eq!(date_of(instant(at)), day(on), "{at}");
        }
    }

    #[test]
    fn the_hour_that_spring_skips_is_refused() {
        for (clock, at) in [
            ("2025-03-30T00:59:59", Some("2025-03-30T00:59:59Z")),
            ("2025-03-30T01:00:00", None),
            ("2025-03-30T01:59:59", None),
            ("2025-03-30T02:00:00", Some("2025-03-30T01:00:00Z")),
            ("2026-03-29T01:30:00", None),
            ("2026-06-01T09:30:00", Some("2026-06-01T08:30:00Z")),
        ] {
            assert_eq!(wall_clock(local(clock)), at.map(instant).ok_or(ClockSkips(local(clock))), "{clock}");
        }
    }

    #[test]
    fn the_hour_that_autumn_repeats_means_its_first_pass() {
        for (clock, at) in [
            ("2025-10-26T00:59:59", "2025-10-25T23:59:59Z"),
            ("2025-10-26T01:00:00", "2025-10-26T00:00:00Z"),
            ("2025-10-26T01:59:59", "2025-10-26T00:59:59Z"),
            ("2025-10-26T02:00:00", "2025-10-26T02:00:00Z"),
            ("2026-10-25T01:30:00", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(wall_clock(local(clock)), Ok(instant(at)), "{clock}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for on in [NaiveDate::MIN, NaiveDate::MAX, day("1847-12-01")] {
            assert!(start_of_day(on) <= end_of_day(on), "{on}");
        }
        assert_eq!(date_of(DateTime::<Utc>::MIN_UTC), NaiveDate::MIN);
        assert_eq!(date_of(DateTime::<Utc>::MAX_UTC), NaiveDate::MAX);
    }
}
