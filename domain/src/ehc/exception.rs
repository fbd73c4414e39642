//! Statutory exceptions (EH-4) and the dates that they move (EH-1, EH-2).

use super::{Ground, Service};
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction, DueDate, Extension};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An advice giver has so many weeks from the request for the advice (EH-2).
const ADVICE_WEEKS: u32 = 6;
/// The shortest closure and the shortest absence that excuse a date: four weeks in calendar days, both ends counted.
const SHORTEST_DAYS: i64 = 28;
/// How many calendar days before the first day of a closure the time begins in which advice asked of a school is excused,
/// and how many before the day of reopening it ends.
const DAYS_BEFORE: i64 = 7;

/// A statutory exception as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The ground that the regulations give.
    pub ground: Ground,
    /// The request for advice whose appointment was missed; none for every other ground.
    pub request: Option<Uuid>,
    /// The first London date that is excused. For a closure: the first closed day.
    pub from: NaiveDate,
    /// The last London date that is excused. For a closure: the day before reopening.
    pub to: NaiveDate,
}

impl Exception {
    /// Whether it moves the statutory dates of the assessment.
    fn moves_assessment(&self) -> bool {
        self.ground != Ground::MissedAppointment
    }

    /// Whether it moves the date of this request for advice.
    fn moves_advice(&self, request: Uuid) -> bool {
        match self.ground {
            Ground::PersonalCircumstances | Ground::Absence => true,
            Ground::MissedAppointment => self.request == Some(request),
            Ground::SchoolClosure => false,
        }
    }
}

/// The statutory date so many weeks after the request for an assessment, moved by the exceptions (EH-1, EH-4). It stays
/// where it falls, working day or not (EH-5).
///
/// # Errors
/// [`BeyondCalendar`] if the weeks are too many to be counted.
pub fn statutory_date(
    trigger: &str,
    requested_on: NaiveDate,
    weeks: u32,
    exceptions: &[Exception],
    calendar: &Calendar,
    policy: &Policy,
) -> Result<DueDate, BeyondCalendar> {
    let counted = calendar.count(requested_on, weeks, DayUnit::Weeks, Direction::After)?;
    let due = DueDate::new(RuleId::Eh1.as_str(), trigger, policy.version, counted);
    Ok(extend(due, exceptions.iter().filter(|exception| exception.moves_assessment())))
}

/// The date by which an advice is due: six weeks after it was asked for, moved by the exceptions that count for it (EH-2,
/// EH-4). A school's closure is none of them.
///
/// # Errors
/// [`BeyondCalendar`] at the end of the dates that can be written down.
pub fn advice_date(
    request: Uuid,
    asked_on: NaiveDate,
    exceptions: &[Exception],
    calendar: &Calendar,
    policy: &Policy,
) -> Result<DueDate, BeyondCalendar> {
    let counted = calendar.count(asked_on, ADVICE_WEEKS, DayUnit::Weeks, Direction::After)?;
    let due = DueDate::new(RuleId::Eh2.as_str(), "the request for advice", policy.version, counted);
    Ok(extend(due, exceptions.iter().filter(|exception| exception.moves_advice(request))))
}

/// Moves a due date by every excused day from the date counted from. Time that begins after the date as reckoned so far
/// came too late to hold anything up.
fn extend<'a>(due: DueDate, exceptions: impl Iterator<Item = &'a Exception>) -> DueDate {
    let mut extensions: Vec<Extension> = Vec::new();
    let mut on = due.on;
    for time in excused(exceptions, due.counted.from) {
        if time.from > on {
            break;
        }
        let days = days_inclusive(time.from, time.to);
        on = on.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX);
        extensions.push(Extension {
            from: time.from,
            to: time.to,
            days: u32::try_from(days).unwrap_or(u32::MAX),
            reason: reasons(&time.because),
        });
    }
    due.extended(extensions)
}

/// A stretch of excused time without gaps.
struct Excused<'a> {
    from: NaiveDate,
    to: NaiveDate,
    because: Vec<&'a Exception>,
}

/// The union of the exceptions from a London date on, in order of time: no day counts twice.
fn excused<'a>(exceptions: impl Iterator<Item = &'a Exception>, since: NaiveDate) -> Vec<Excused<'a>> {
    let mut ordered: Vec<_> = exceptions.filter(|one| one.from <= one.to && one.to >= since).collect();
    ordered.sort_by_key(|one| (one.from, one.to, one.ground, one.request));
    ordered.dedup();
    let mut union: Vec<Excused> = Vec::new();
    for one in ordered {
        match union.last_mut() {
            Some(last) if last.to.succ_opt().is_none_or(|next| one.from <= next) => {
                last.to = last.to.max(one.to);
                last.because.push(one);
            }
            _ => union.push(Excused { from: one.from.max(since), to: one.to, because: vec![one] }),
        }
    }
    union
}

/// The grounds of one stretch of time; each with its own dates where they are several.
fn reasons(because: &[&Exception]) -> String {
    if let [one] = because {
        return one.ground.words().to_owned();
    }
    let date = |on: NaiveDate| on.format("%-d %B %Y");
    let each: Vec<String> = because
        .iter()
        .map(|one| format!("{} ({} to {})", one.ground.words(), date(one.from), date(one.to)))
        .collect();
    each.join(" and ")
}

fn days_inclusive(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days() + 1
}

/// What is known of the assessment when an exception is recorded.
#[derive(Clone, Copy, Debug)]
pub struct ExceptionFacts<'a> {
    /// London date of the request for the assessment.
    pub requested_on: NaiveDate,
    /// Each request for advice: its id, the service, and the London date on which it was asked.
    pub advice: &'a [(Uuid, Service, NaiveDate)],
    /// Whether the assessment is in a state in which something is still to be done.
    pub open: bool,
    /// Today's London date.
    pub today: NaiveDate,
}

/// Decides whether an exception can be recorded (EH-4). School here stands for post-16 institutions and early-years
/// providers too.
pub fn decide_exception(exception: &Exception, evidence: &str, facts: &ExceptionFacts) -> Findings {
    let mut findings = Findings::default();
    let mut refuse = |code, path, message: &str| {
        findings.refuse(RuleId::Eh4, code, path, message);
    };
    if !facts.open {
        refuse(Code::WrongState, "", "the assessment has ended");
    }
    if is_blank(evidence) {
        refuse(Code::Missing, "evidence", "an exception needs its evidence");
    }
    if exception.to < exception.from {
        refuse(Code::Invalid, "to", "it ends before it begins");
    } else if exception.to < facts.requested_on {
        refuse(Code::Invalid, "to", "it ended before the assessment was asked for");
    }
    let length = days_inclusive(exception.from, exception.to);
    let too_short = (1..SHORTEST_DAYS).contains(&length);
    match exception.ground {
        Ground::SchoolClosure => {
            if too_short {
                refuse(Code::Invalid, "to", "a closure counts from four weeks on, 28 days with both ends");
            }
            if !asked_around(exception, facts) {
                let message = "no advice was asked of a school from a week before the closure until a week before \
                               it reopens";
                refuse(Code::NotEligible, "ground", message);
            }
        }
        Ground::Absence if too_short => {
            refuse(Code::Invalid, "to", "an absence counts from four weeks on, 28 days with both ends");
        }
        Ground::MissedAppointment if exception.from > facts.today => {
            refuse(Code::TooEarly, "from", "an appointment in the future has not been missed");
        }
        Ground::Absence | Ground::MissedAppointment | Ground::PersonalCircumstances => {}
    }
    match (exception.ground, exception.request) {
        (Ground::MissedAppointment, None) => {
            refuse(Code::Missing, "adviceRequest", "name the advice whose appointment was missed");
        }
        (Ground::MissedAppointment, Some(id)) if !facts.advice.iter().any(|(known, ..)| *known == id) => {
            refuse(Code::NotFound, "adviceRequest", "this assessment has no such request for advice");
        }
        (Ground::MissedAppointment, Some(_)) | (_, None) => {}
        (_, Some(_)) => refuse(Code::Invalid, "adviceRequest", "only a missed appointment names an advice"),
    }
    findings
}

/// Whether advice was asked of a school from a week before its closure until a week before it reopens.
fn asked_around(closure: &Exception, facts: &ExceptionFacts) -> bool {
    facts.advice.iter().any(|(_, service, asked_on)| {
        let days_until = |on: NaiveDate| (on - *asked_on).num_days();
        let days_until_reopening = days_until(closure.to) + 1;
        *service == Service::School
            && days_until(closure.from) <= DAYS_BEFORE
            && days_until_reopening >= DAYS_BEFORE
    })
}

#[cfg(test)]
mod tests;
