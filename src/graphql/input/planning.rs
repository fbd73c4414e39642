//! Filters of planning meetings, and what planning whole terms is told.

use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect};
use crate::graphql::scalar::{Date, DateTime};
use crate::store::list::planning::Meetings;
use crate::workflow::planning::terms::{Away, Cover};
use async_graphql::{ID, InputObject, Result};
use chrono::NaiveTime;
use domain::calendar::TermName;
use domain::planning::MeetingState;

/// Which planning meetings.
#[derive(InputObject, Default)]
pub struct PlanningMeetingFilter {
    /// Only in these states.
    states: Option<Vec<MeetingState>>,
    /// Only of this school year, by the year in which it begins.
    school_year: Option<i32>,
    /// Only of these terms.
    terms: Option<Vec<TermName>>,
    /// Only those that start at this instant or later (UTC).
    starts_from: Option<DateTime>,
    /// Only those that start before this instant (UTC).
    starts_before: Option<DateTime>,
}

impl PlanningMeetingFilter {
    /// The list of these meetings.
    pub fn list(self) -> Meetings {
        Meetings {
            of_school: false,
            states: self.states.unwrap_or_default(),
            school_year: self.school_year,
            terms: self.terms.unwrap_or_default(),
            starts_from: self.starts_from.map(|at| at.0),
            starts_before: self.starts_before.map(|at| at.0),
        }
    }
}

/// A covering EP for a school without a link EP (PC-2).
#[derive(InputObject)]
pub struct CoverInput {
    /// The school.
    school: ID,
    /// The EP.
    educational_psychologist: ID,
}

impl CoverInput {
    /// As planning takes it.
    pub fn read(self, path: &str) -> Result<Cover> {
        let ep = format!("{path}.educationalPsychologist");
        Ok(Cover {
            school: expect(Kind::School, &format!("{path}.school"), &self.school)?,
            educational_psychologist: expect(Kind::Person, &ep, &self.educational_psychologist)?,
        })
    }
}

/// Days on which an EP is not there.
#[derive(InputObject)]
pub struct AwayInput {
    /// The EP.
    educational_psychologist: ID,
    /// First date.
    from: Date,
    /// Last date.
    to: Date,
}

impl AwayInput {
    /// As planning takes it.
    pub fn read(self, path: &str) -> Result<Away> {
        let ep = format!("{path}.educationalPsychologist");
        if self.to.0 < self.from.0 {
            return Err(bad_input(&format!("{path}.to"), "that is before the first day"));
        }
        Ok(Away {
            educational_psychologist: expect(Kind::Person, &ep, &self.educational_psychologist)?,
            from: self.from.0,
            to: self.to.0,
        })
    }
}

/// Times of a day in London, in order.
pub fn local_times(path: &str, raw: &[String]) -> Result<Vec<NaiveTime>> {
    let time = |raw: &String| {
        NaiveTime::parse_from_str(raw, "%H:%M")
            .map_err(|_| bad_input(path, format!("{raw} is no time of the day such as 09:30")))
    };
    let mut times = raw.iter().map(time).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    times.dedup();
    Ok(times)
}
