//! Lists of meetings of several people: planning meetings, sessions of locality groups.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use chrono::{DateTime, Utc};
use domain::calendar::TermName;
use domain::locality::SessionState;
use domain::planning::MeetingState;
use entity::{locality_session, planning_meeting};
use sea_orm::{ColumnTrait, Condition};

macro_rules! gatherings {
    ($($(#[$doc:meta])* $name:ident $module:ident under $parent:ident in $state:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name {
            /// Under a parent; all that the viewer sees otherwise.
            pub of_parent: bool,
            /// Only in these states.
            pub states: Vec<$state>,
            /// Only of this school year, by the year in which it begins.
            pub school_year: Option<i32>,
            /// Only of these terms.
            pub terms: Vec<TermName>,
            /// Only those that start at this instant or later (UTC).
            pub starts_from: Option<DateTime<Utc>>,
            /// Only those that start before this instant (UTC).
            pub starts_before: Option<DateTime<Utc>>,
        }

        impl Listing for $name {
            type Entity = $module::Entity;

            fn parent(&self) -> Option<Parent> {
                if self.of_parent { Parent::own($module::Column::$parent) } else { None }
            }

            fn condition(&self, _: &Op) -> Condition {
                use $module::Column;
                let mut all = Condition::all();
                if !self.states.is_empty() {
                    all = all.add(Column::State.is_in(self.states.iter().copied()));
                }
                if !self.terms.is_empty() {
                    all = all.add(Column::Term.is_in(self.terms.iter().copied()));
                }
                all.add_option(self.school_year.map(|year| Column::SchoolYear.eq(year)))
                    .add_option(self.starts_from.map(|from| Column::StartsAt.gte(from)))
                    .add_option(self.starts_before.map(|before| Column::StartsAt.lt(before)))
            }

            fn order(&self) -> Ordering<$module::Column> {
                Ordering { by: $module::Column::StartsAt, descending: false }
            }
        }
    )*};
}

gatherings! {
    /// Planning meetings, the earliest first.
    Meetings planning_meeting under SchoolId in MeetingState;
    /// Sessions of locality groups, the earliest first.
    Sessions locality_session under LocalityId in SessionState;
}
