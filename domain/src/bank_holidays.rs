//! Bank holidays in the JSON layout of GOV.UK: the built-in years of England and Wales, and imports (XC-1, XC-13).

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// England and Wales, as GOV.UK names the division.
pub const ENGLAND_AND_WALES: &str = "england-and-wales";

const BUILT_IN: &str = include_str!("../../data/bank-holidays.json");

/// One bank holiday, on the date on which it is kept: the substitute day where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankHoliday {
    /// London date.
    pub on: NaiveDate,
    /// The holiday's name, such as "Good Friday".
    pub title: String,
}

/// Bank holidays in date order, and the whole years, first to last day, for which they are all known.
pub type BankHolidays = (Vec<BankHoliday>, RangeInclusive<NaiveDate>);

/// Why a bank-holiday file cannot be used. Events are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankHolidayFault {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// The division is missing, or has no list of events.
    #[error("{division}: no list of events")]
    Division {
        /// The division that was looked for.
        division: String,
    },
    /// The division has a list of events with nothing in it.
    #[error("{division}: the list of events is empty")]
    Empty {
        /// The division that was read.
        division: String,
    },
    /// A field of an event is missing or is not what it should be.
    #[error("events[{index}].{field}: {problem}")]
    Field {
        /// Place of the event in the list, from 0.
        index: usize,
        /// The field at fault.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A year between the first and the last has no event, so the file cannot be said to cover it.
    #[error("no bank holiday in {year}, though years before and after it have some")]
    Gap {
        /// The calendar year without events.
        year: i32,
    },
}

/// The bank holidays of England and Wales that come with the service.
///
/// # Errors
/// Only if the embedded file is broken, which a test rules out.
pub fn built_in() -> Result<BankHolidays, BankHolidayFault> {
    parse_gov_uk(BUILT_IN, ENGLAND_AND_WALES)
}

/// Reads one division of a file in the GOV.UK layout. The file is taken to cover the whole calendar years from its
/// first event to its last: GOV.UK publishes whole years.
///
/// # Errors
/// The first [`BankHolidayFault`] met, naming the event and the field.
pub fn parse_gov_uk(json: &str, division: &str) -> Result<BankHolidays, BankHolidayFault> {
    let file: serde_json::Value =
        serde_json::from_str(json).map_err(|fault| BankHolidayFault::Json(fault.to_string()))?;
    let events = file
        .get(division)
        .and_then(|division| division.get("events")?.as_array())
        .ok_or_else(|| BankHolidayFault::Division { division: division.into() })?;
    let mut holidays = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let fault = |field, problem| BankHolidayFault::Field { index, field, problem };
        let title = event["title"].as_str().map(str::trim).filter(|title| !title.is_empty());
        let title = title.ok_or_else(|| fault("title", "a name is needed"))?;
        let on = event["date"].as_str().and_then(iso_date);
        let on = on.ok_or_else(|| fault("date", "a date as YYYY-MM-DD is needed"))?;
        if holidays.insert(on, title.to_owned()).is_some() {
            return Err(fault("date", "this date is in the list already"));
        }
    }
    let covers =
        whole_years(&holidays)?.ok_or_else(|| BankHolidayFault::Empty { division: division.into() })?;
    Ok((holidays.into_iter().map(|(on, title)| BankHoliday { on, title }).collect(), covers))
}

fn iso_date(text: &str) -> Option<NaiveDate> {
    let on: NaiveDate = text.parse().ok()?;
    // The parser also takes spaces, single digits, signs and years of five digits.
    (text.len() == "YYYY-MM-DD".len() && on.to_string() == text).then_some(on)
}

fn whole_years(
    holidays: &BTreeMap<NaiveDate, String>,
) -> Result<Option<RangeInclusive<NaiveDate>>, BankHolidayFault> {
    let mut years: Vec<i32> = holidays.keys().map(NaiveDate::year).collect();
    years.dedup();
    if let Some(pair) = years.windows(2).find(|pair| pair[0] + 1 != pair[1]) {
        return Err(BankHolidayFault::Gap { year: pair[0] + 1 });
    }
    let first = years.first().and_then(|year| NaiveDate::from_ymd_opt(*year, 1, 1));
    let last = years.last().and_then(|year| NaiveDate::from_ymd_opt(*year, 12, 31));
    Ok(first.zip(last).map(|(first, last)| first..=last))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn file(events: &str) -> String {
        format!(r#"{{"england-and-wales": {{"division": "england-and-wales", "events": {events}}}}}"#)
    }

    #[test]
    fn the_built_in_file_covers_its_years_and_the_one_off_days() {
        let (holidays, covers) = built_in().unwrap();
        assert_eq!(covers, day("2012-01-01")..=day("2028-12-31"));
        assert!(holidays.is_sorted_by_key(|holiday| holiday.on));
        let title = |on| holidays.iter().find(|holiday| holiday.on == day(on)).map(|holiday| &*holiday.title);
        for (on, expected) in [
            ("2012-06-05", Some("Queen’s Diamond Jubilee")),
            ("2020-05-04", None),
            ("2020-05-08", Some("Early May bank holiday (VE day)")),
            ("2022-05-30", None),
            ("2022-06-02", Some("Spring bank holiday")),
            ("2022-06-03", Some("Platinum Jubilee bank holiday")),
            ("2022-09-19", Some("Bank Holiday for the State Funeral of Queen Elizabeth II")),
            ("2023-05-01", Some("Early May bank holiday")),
            ("2023-05-08", Some("Bank holiday for the coronation of King Charles III")),
            ("2026-12-28", Some("Boxing Day")),
        ] {
            assert_eq!(title(on), expected, "{on}");
        }
    }

    /// A second opinion, computed from rules instead of copied from a list. The two may lawfully differ on days that
    /// were proclaimed for one year, which no rule foresees; those that the rules do not know are named here.
    #[test]
    fn the_built_in_file_agrees_with_an_independent_source() {
        let computed = holidays_rs::Calendar::united_kingdom();
        let computed: BTreeSet<NaiveDate> = (2012..=2028)
            .flat_map(|year| computed.holidays_in(year))
            .filter_map(|(on, _)| NaiveDate::from_ymd_opt(on.year, on.month.into(), on.day.into()))
            .collect();
        let (ours, _) = built_in().unwrap();
        let ours: BTreeSet<NaiveDate> = ours.into_iter().map(|holiday| holiday.on).collect();
        let differing: Vec<_> = ours.symmetric_difference(&computed).copied().collect();
        assert_eq!(differing, []);
    }

    #[test]
    fn a_file_is_read_into_date_order() {
        let json = file(r#"[{"title": "B", "date": "2031-12-25"}, {"title": " A ", "date": "2030-01-01"}]"#);
        let (holidays, covers) = parse_gov_uk(&json, ENGLAND_AND_WALES).unwrap();
        assert_eq!(covers, day("2030-01-01")..=day("2031-12-31"));
        let expected = [("2030-01-01", "A"), ("2031-12-25", "B")];
        let expected = expected.map(|(on, title)| BankHoliday { on: day(on), title: title.into() });
        assert_eq!(holidays, expected);
    }

    #[test]
    fn a_broken_file_says_where_it_is_broken() {
        let division = || ENGLAND_AND_WALES.to_owned();
        let date = |index, problem| BankHolidayFault::Field { index, field: "date", problem };
        let title = BankHolidayFault::Field { index: 0, field: "title", problem: "a name is needed" };
        let no_date = "a date as YYYY-MM-DD is needed";
        for (json, fault) in [
            ("{}".to_owned(), BankHolidayFault::Division { division: division() }),
            (file("{}"), BankHolidayFault::Division { division: division() }),
            (file("[]"), BankHolidayFault::Empty { division: division() }),
            (file(r#"[{"date": "2030-01-01"}]"#), title.clone()),
            (file(r#"[{"title": "  ", "date": "2030-01-01"}]"#), title),
            (file(r#"[{"title": "A"}]"#), date(0, no_date)),
            (
                file(r#"[{"title": "A", "date": "2030-01-01"}, {"title": "B", "date": "2030-02-30"}]"#),
                date(1, no_date),
            ),
            (file(r#"[{"title": "A", "date": "2030-1-1"}]"#), date(0, no_date)),
            (file(r#"[{"title": "A", "date": "+20300-1-1"}]"#), date(0, no_date)),
            (file(r#"[{"title": "A", "date": "2030- 1- 1"}]"#), date(0, no_date)),
            (
                file(r#"[{"title": "A", "date": "2030-01-01"}, {"title": "B", "date": "2030-01-01"}]"#),
                date(1, "this date is in the list already"),
            ),
            (
                file(r#"[{"title": "A", "date": "2030-01-01"}, {"title": "B", "date": "2032-01-01"}]"#),
                BankHolidayFault::Gap { year: 2031 },
            ),
        ] {
            assert_eq!(parse_gov_uk(&json, ENGLAND_AND_WALES), Err(fault), "{json}");
        }
        assert!(matches!(parse_gov_uk("[", ENGLAND_AND_WALES), Err(BankHolidayFault::Json(_))));
    }
}
