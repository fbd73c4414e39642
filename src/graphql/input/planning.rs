//! What planning whole terms is told.

use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect};
use crate::graphql::scalar::Date;
use crate::workflow::planning::terms::{Away, Cover};
use async_graphql::{ID, InputObject, Result};
use chrono::NaiveTime;

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
