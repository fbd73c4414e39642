//! When a term's planning meetings are held: at its beginning, in so many school days (PC-1). A school day is a working
//! day within the term; inset days of single schools are not known here and count as school days.

use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction, Term};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::rule::RuleId;
use chrono::{Days, NaiveDate};
use std::ops::RangeInclusive;

/// The school days of a term, counted: those from its first day on.
fn school_days(term: &Term, policy: &Policy) -> Count {
    let days = policy.figures.meeting_window_school_days;
    debug_assert!(term.first_day <= term.last_day);
    Count(days, DayUnit::WorkingDays, Direction::BeginningWith)
}

/// The London dates on which a term's meeting is held in time: from its first day to the end of the window, or of a term
/// that is shorter.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn window(
    term: &Term,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<RangeInclusive<NaiveDate>, BeyondCalendar> {
    let Count(days, unit, direction) = school_days(term, policy);
    let counted = calendar.count(term.first_day, days, unit, direction)?;
    Ok(term.first_day..=counted.on.min(term.last_day))
}

/// The duty to have held a school's meeting of a term (PC-1). It falls to the school's link EP.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn meeting_duty(term: &Term, calendar: &Calendar, policy: &Policy) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role: Role::EducationalPsychologist, person: None };
    let ends = *window(term, calendar, policy)?.end();
    let count = school_days(term, policy);
    // A short term ends the window: then the date itself is counted, in calendar days from the first.
    let whole = calendar.count(term.first_day, count.0, count.1, count.2)?.on == ends;
    let count = if whole {
        count
    } else {
        let days = u32::try_from((ends - term.first_day).num_days() + 1).unwrap_or(1);
        Count(days, DayUnit::CalendarDays, Direction::BeginningWith)
    };
    NewDuty::set(RuleId::Pc1, owner, "the term began", term.first_day, count, calendar, policy)
}

/// The working days of a window, in order.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn days_of(
    window: &RangeInclusive<NaiveDate>,
    calendar: &Calendar,
) -> Result<Vec<NaiveDate>, BeyondCalendar> {
    let mut days = Vec::new();
    let mut on = *window.start();
    while on <= *window.end() {
        if calendar.is_working_day(on)? {
            days.push(on);
        }
        on = on.checked_add_days(Days::new(1)).ok_or(BeyondCalendar::NoSuchDate)?;
    }
    Ok(days)
}
