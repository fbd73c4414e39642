//! Lists of what waits for planning meetings, and of services' time.

use super::graduated::{HeldBy, held};
use crate::op::Op;
use crate::store::planning::{known_actions, open_actions, waiting};
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::planning::shared;
use crate::store::scope::{Scoped, Sight};
use domain::planning::ActionOutcome;
use entity::{action_outcome, allocation, link_consultation, meeting_action};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// The actions that a school's next meeting begins with (PC-4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenActions;

impl Listing for OpenActions {
    type Entity = meeting_action::Entity;

    fn parent(&self) -> Option<Parent> {
        Parent::own(meeting_action::Column::SchoolId)
    }

    /// An outcome in a record that is not shared takes nothing off the lists of those who do not see it.
    fn condition(&self, op: &Op) -> Condition {
        let Some(viewer) = op.viewer.as_deref() else { return open_actions() };
        let seen = action_outcome::Entity::visible(Sight { viewer, today: op.today() });
        let known = Condition::any().add(shared(action_outcome::Column::MeetingId)).add(seen);
        let closed = action_outcome::Entity::find()
            .select_only()
            .column(action_outcome::Column::Id)
            .filter(
                Expr::col((action_outcome::Entity, action_outcome::Column::ActionId))
                    .equals((meeting_action::Entity, meeting_action::Column::Id)),
            )
            .filter(action_outcome::Column::Outcome.ne(ActionOutcome::CarriedForward))
            .filter(known)
            .into_query();
        known_actions().add(Expr::exists(closed).not())
    }

    fn order(&self) -> Ordering<meeting_action::Column> {
        Ordering { by: meeting_action::Column::DueOn, descending: false }
    }
}

/// The consultations with link staff that wait for a school's next meeting (GR-9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WaitingConsultations;

impl Listing for WaitingConsultations {
    type Entity = link_consultation::Entity;

    fn parent(&self) -> Option<Parent> {
        Some(held(HeldBy::School, link_consultation::Column::ChildId))
    }

    fn condition(&self, _: &Op) -> Condition {
        waiting()
    }

    fn order(&self) -> Ordering<link_consultation::Column> {
        Ordering { by: link_consultation::Column::RaisedAt, descending: false }
    }
}

/// The services' time for a school.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Allocations {
    /// Only of this school year, by the year in which it begins.
    pub school_year: i32,
}

impl Listing for Allocations {
    type Entity = allocation::Entity;

    fn parent(&self) -> Option<Parent> {
        Parent::own(allocation::Column::SchoolId)
    }

    fn condition(&self, _: &Op) -> Condition {
        Condition::all().add(allocation::Column::SchoolYear.eq(self.school_year))
    }

    fn order(&self) -> Ordering<allocation::Column> {
        Ordering { by: allocation::Column::Term, descending: false }
    }
}
