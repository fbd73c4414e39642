//! Filters of meetings of several people: planning meetings, sessions of locality groups.

use crate::graphql::list::gathering::{Meetings, Sessions};
use crate::graphql::scalar::DateTime;
use async_graphql::InputObject;
use domain::calendar::TermName;
use domain::locality::SessionState;
use domain::planning::MeetingState;

macro_rules! filters {
    ($($(#[$doc:meta])* $name:ident of $list:ident in $state:ident;)*) => {$(
        $(#[$doc])*
        #[derive(InputObject, Default)]
        pub struct $name {
            /// Only in these states.
            states: Option<Vec<$state>>,
            /// Only of this school year, by the year in which it begins.
            school_year: Option<i32>,
            /// Only of these terms.
            terms: Option<Vec<TermName>>,
            /// Only those that start at this instant or later (UTC).
            starts_from: Option<DateTime>,
            /// Only those that start before this instant (UTC).
            starts_before: Option<DateTime>,
        }

        impl $name {
            /// The list that it asks for, under no parent.
            pub fn list(self) -> $list {
                $list {
                    of_parent: false,
                    states: self.states.unwrap_or_default(),
                    school_year: self.school_year,
                    terms: self.terms.unwrap_or_default(),
                    starts_from: self.starts_from.map(|at| at.0),
                    starts_before: self.starts_before.map(|at| at.0),
                }
            }
        }
    )*};
}

filters! {
    /// Which planning meetings.
    PlanningMeetingFilter of Meetings in MeetingState;
    /// Which sessions of locality groups.
    LocalitySessionFilter of Sessions in SessionState;
}
