//! Input of locality groups.

use crate::graphql::list::locality::Sessions;
use crate::graphql::scalar::DateTime;
use async_graphql::InputObject;
use domain::calendar::TermName;
use domain::locality::SessionState;

/// Which sessions of locality groups.
#[derive(InputObject, Default)]
pub struct LocalitySessionFilter {
    /// Only in these states.
    states: Option<Vec<SessionState>>,
    /// Only of this school year, by the year in which it begins.
    school_year: Option<i32>,
    /// Only of these terms.
    terms: Option<Vec<TermName>>,
    /// Only those that start at this instant or later (UTC).
    starts_from: Option<DateTime>,
    /// Only those that start before this instant (UTC).
    starts_before: Option<DateTime>,
}

impl LocalitySessionFilter {
    /// The list of these sessions.
    pub fn list(self) -> Sessions {
        Sessions {
            of_locality: false,
            states: self.states.unwrap_or_default(),
            school_year: self.school_year,
            terms: self.terms.unwrap_or_default(),
            starts_from: self.starts_from.map(|at| at.0),
            starts_before: self.starts_before.map(|at| at.0),
        }
    }
}
