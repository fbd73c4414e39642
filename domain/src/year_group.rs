//! Year groups, and the end of compulsory school age (XC-7, XC-11).

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::calendar::school_year_of;

/// A year group from the first nursery year to year 14, as a number: -2 and -1 for the nursery years N1 and N2, 0 for
/// Reception, 1 to 14 for years 1 to 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct YearGroup(i32);

/// The number stands for no year group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("year groups go from -2 (first nursery year) through 0 (Reception) to 14")]
pub struct NoYearGroup;

impl YearGroup {
    /// The first nursery year, N1.
    pub const FIRST: Self = Self(-2);
    /// Reception.
    pub const RECEPTION: Self = Self(0);
    /// Year 14.
    pub const LAST: Self = Self(14);

    /// The year group of a child's own cohort on a London date: Reception in the school year in which the child turns
    /// five, one more each 1 September. None for the youngest and for those past year 14.
    pub fn derive(born: NaiveDate, on: NaiveDate) -> Option<Self> {
        Self::try_from(school_year_of(on) - school_year_of(born) - 5).ok()
    }

    /// The number of the year group, -2 to 14.
    pub const fn number(self) -> i32 {
        self.0
    }
}

impl TryFrom<i32> for YearGroup {
    type Error = NoYearGroup;

    fn try_from(number: i32) -> Result<Self, NoYearGroup> {
        if (Self::FIRST.0..=Self::LAST.0).contains(&number) { Ok(Self(number)) } else { Err(NoYearGroup) }
    }
}

impl From<YearGroup> for i32 {
    fn from(group: YearGroup) -> Self {
        group.0
    }
}

impl fmt::Display for YearGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            -2 => f.write_str("N1"),
            -1 => f.write_str("N2"),
            0 => f.write_str("R"),
            number => write!(f, "Y{number}"),
        }
    }
}

/// The London date on which compulsory school age ends: the last Friday in June of the school year (1 September to 31
/// August) in which the person turns 16. From the following day the young person decides (XC-7).
pub fn end_of_compulsory_school_age(born: NaiveDate) -> NaiveDate {
    let june = NaiveDate::from_ymd_opt(school_year_of(born) + 17, 6, 30);
    // Only a birth date hundreds of thousands of years ahead has no such June.
    june.map_or(NaiveDate::MAX, |last_day| {
        let since_friday = (last_day.weekday().num_days_from_monday() + 3) % 7;
        last_day - Days::new(since_friday.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_group_follows_from_birth_date_and_school_year() {
        for (born, on, group) in [
            ("2020-09-01", "2025-09-01", Some("R")),
            ("2020-09-01", "2025-08-31", Some("N2")),
            ("2020-08-31", "2025-09-01", Some("Y1")),
            ("2021-08-31", "2026-08-31", Some("R")),
            ("2021-08-31", "2026-09-01", Some("Y1")),
            ("2020-02-29", "2024-09-01", Some("R")),
            ("2015-12-25", "2026-11-22", Some("Y6")),
            ("2010-01-10", "2026-06-30", Some("Y11")),
            ("2023-08-31", "2025-09-01", Some("N1")),
            ("2023-09-01", "2025-09-01", None),
            ("2006-09-01", "2026-08-31", Some("Y14")),
            ("2006-08-31", "2026-08-31", None),
            ("2026-11-22", "2026-11-22", None),
        ] {
            let derived = YearGroup::derive(day(born), day(on)).map(|group| group.to_string());
            assert_eq!(derived.as_deref(), group, "{born} on {on}");
        }
        assert_eq!(YearGroup::derive(NaiveDate::MIN, NaiveDate::MAX), None);
    }

    #[test]
    fn numbers_stand_for_year_groups() {
        for (number, name) in
            [(-3, None), (-2, Some("N1")), (-1, Some("N2")), (0, Some("R")), (14, Some("Y14")), (15, None)]
        {
            let group = YearGroup::try_from(number).ok();
            assert_eq!(group.map(|group| group.to_string()).as_deref(), name, "{number}");
            assert_eq!(serde_json::from_str(&number.to_string()).ok(), group);
        }
        assert_eq!(serde_json::to_string(&YearGroup::FIRST).unwrap(), "-2");
        assert!(YearGroup::FIRST < YearGroup::RECEPTION && YearGroup::RECEPTION < YearGroup::LAST);
    }

    #[test]
    fn compulsory_school_age_ends_on_the_last_friday_in_june() {
        for (born, ends) in [
            ("2009-09-01", "2026-06-26"),
            ("2010-08-31", "2026-06-26"),
            ("2010-09-01", "2027-06-25"),
            ("2008-02-29", "2024-06-28"),
            ("2007-06-30", "2023-06-30"),
            ("2005-01-01", "2021-06-25"),
        ] {
            assert_eq!(end_of_compulsory_school_age(day(born)), day(ends), "{born}");
        }
        assert_eq!(end_of_compulsory_school_age(NaiveDate::MAX), NaiveDate::MAX);
        assert!(end_of_compulsory_school_age(NaiveDate::MIN) > NaiveDate::MIN);
    }
}
