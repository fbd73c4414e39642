//! School years and their six terms (XC-5), and when a term's consultation slots open for booking (OC-2).

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Calendar;
use crate::london;

/// The six terms of a school year, in their order (XC-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum TermName {
    /// September to the autumn half-term holiday.
    #[serde(rename = "AUTUMN_1")]
    #[cfg_attr(feature = "api", graphql(name = "AUTUMN_1"))]
    Autumn1,
    /// From the autumn half-term holiday to Christmas.
    #[serde(rename = "AUTUMN_2")]
    #[cfg_attr(feature = "api", graphql(name = "AUTUMN_2"))]
    Autumn2,
    /// January to the February half-term holiday.
    #[serde(rename = "SPRING_1")]
    #[cfg_attr(feature = "api", graphql(name = "SPRING_1"))]
    Spring1,
    /// From the February half-term holiday to Easter.
    #[serde(rename = "SPRING_2")]
    #[cfg_attr(feature = "api", graphql(name = "SPRING_2"))]
    Spring2,
    /// From Easter to the May half-term holiday.
    #[serde(rename = "SUMMER_1")]
    #[cfg_attr(feature = "api", graphql(name = "SUMMER_1"))]
    Summer1,
    /// From the May half-term holiday to the summer holiday.
    #[serde(rename = "SUMMER_2")]
    #[cfg_attr(feature = "api", graphql(name = "SUMMER_2"))]
    Summer2,
}

impl TermName {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Autumn1 => "autumn term, first half",
            Self::Autumn2 => "autumn term, second half",
            Self::Spring1 => "spring term, first half",
            Self::Spring2 => "spring term, second half",
            Self::Summer1 => "summer term, first half",
            Self::Summer2 => "summer term, second half",
        }
    }

    /// The term before this one, and how many school years back it lies (0 or 1).
    const fn before(self) -> (Self, i32) {
        match self {
            Self::Autumn1 => (Self::Summer2, 1),
            Self::Autumn2 => (Self::Autumn1, 0),
            Self::Spring1 => (Self::Autumn2, 0),
            Self::Spring2 => (Self::Spring1, 0),
            Self::Summer1 => (Self::Spring2, 0),
            Self::Summer2 => (Self::Summer1, 0),
        }
    }
}

/// One term of one authority (XC-5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The calendar year in which the school year begins: 2026 for 2026/27.
    pub school_year: i32,
    /// Which of the six.
    pub name: TermName,
    /// First day of term, a London date.
    pub first_day: NaiveDate,
    /// Last day of term, a London date, itself in the term.
    pub last_day: NaiveDate,
}

/// Why a list of terms is not (part of) a school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermFault {
    /// The terms are not all of one school year.
    #[error(
        "{name:?} belongs to the school year that begins in {school_year}, the first of the list does not"
    )]
    AnotherYear {
        /// The term at fault.
        name: TermName,
        /// The school year that it names.
        school_year: i32,
    },
    /// A term stands in the list twice.
    #[error("{name:?} is given twice")]
    Twice {
        /// The term at fault.
        name: TermName,
    },
    /// A term ends before it begins.
    #[error("{name:?} ends before it begins")]
    BackToFront {
        /// The term at fault.
        name: TermName,
    },
    /// A term leaves its school year, whose terms lie between 1 August and 31 August of the next year: some
    /// authorities begin in the last week of August.
    #[error("{name:?} has a day outside its school year")]
    OutsideYear {
        /// The term at fault.
        name: TermName,
    },
    /// A term begins before the one that precedes it has ended.
    #[error("{later:?} begins before {earlier:?} has ended")]
    Overlap {
        /// The term that precedes by name.
        earlier: TermName,
        /// The term that follows by name.
        later: TermName,
    },
}

impl Term {
    /// Checks the terms of one school year, in any order. A year may be incomplete, as authorities publish years in
    /// parts; rules that need a missing term then say that they cannot tell.
    ///
    /// # Errors
    /// Every [`TermFault`] found.
    pub fn validate_year(terms: &[Self]) -> Result<(), Vec<TermFault>> {
        let mut terms: Vec<&Self> = terms.iter().collect();
        let year = terms.first().map(|term| term.school_year);
        terms.sort_by_key(|term| (term.name, term.first_day));
        let mut faults: Vec<TermFault> = terms.iter().filter_map(|term| term.fault(year)).collect();
        faults.extend(terms.windows(2).filter_map(|pair| pair[0].fault_with_next(pair[1])));
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn fault(&self, year: Option<i32>) -> Option<TermFault> {
        let Self { school_year, name, .. } = *self;
        if year != Some(school_year) {
            Some(TermFault::AnotherYear { name, school_year })
        } else if self.last_day < self.first_day {
            Some(TermFault::BackToFront { name })
        } else if !self.is_inside_year() {
            Some(TermFault::OutsideYear { name })
        } else {
            None
        }
    }

    fn is_inside_year(&self) -> bool {
        let first = (self.first_day.year(), self.first_day.month());
        let last = (self.last_day.year(), self.last_day.month());
        (self.school_year, 8) <= first && last <= (self.school_year.saturating_add(1), 8)
    }

    fn fault_with_next(&self, next: &Self) -> Option<TermFault> {
        if self.name == next.name {
            Some(TermFault::Twice { name: self.name })
        } else if next.first_day <= self.last_day {
            Some(TermFault::Overlap { earlier: self.name, later: next.name })
        } else {
            None
        }
    }

    /// Whether a London date lies in the term, its first and last day included.
    pub fn contains(&self, on: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&on)
    }

    /// Monday to Sunday of the penultimate week: the week before the one that holds the last day (XC-5).
    pub fn penultimate_week(&self) -> RangeInclusive<NaiveDate> {
        let into_last_week = self.last_day.weekday().num_days_from_monday();
        let back =
            |days: u32| self.last_day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        back(into_last_week + 7)..=back(into_last_week + 1)
    }
}

impl Calendar {
    /// The term in which a London date lies; none in a holiday, or where no terms are known.
    pub fn term_of(&self, on: NaiveDate) -> Option<&Term> {
        self.terms.iter().find(|term| term.contains(on))
    }

    /// The term before, in the year before if need be; none if that very term is not known, even if an older one is.
    pub fn term_before(&self, term: &Term) -> Option<&Term> {
        let (name, years_back) = term.name.before();
        let school_year = term.school_year.checked_sub(years_back)?;
        self.terms.iter().find(|before| before.name == name && before.school_year == school_year)
    }

    /// The terms known of the school year that begins in a calendar year, in their order.
    pub fn terms(&self, school_year: i32) -> Vec<&Term> {
        self.terms.iter().filter(|term| term.school_year == school_year).collect()
    }

    /// The UTC instant from which a slot on a London date can be booked: 00:00 London on the Monday of the penultimate
    /// week of the term before the slot's term (OC-2). A slot in a holiday belongs to the term that begins next after
    /// it. None where a term that is needed is not known.
    pub fn booking_opens(&self, slot_date: NaiveDate) -> Option<DateTime<Utc>> {
        let next = || self.terms.iter().find(|term| term.first_day > slot_date);
        let before = self.term_before(self.term_of(slot_date).or_else(next)?)?;
        Some(london::start_of_day(*before.penultimate_week().start()))
    }
}

/// The school year of a London date, 1 September to 31 August, named by the calendar year in which it begins.
pub fn school_year_of(on: NaiveDate) -> i32 {
    if on.month() >= 9 { on.year() } else { on.year() - 1 }
}
