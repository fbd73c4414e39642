//! Lists of One Plans and of consultations with link staff.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use chrono::NaiveDate;
use domain::graduated::{LinkConsultationState, OnePlanState};
use entity::{holding, link_consultation, one_plan};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, IntoTableRef};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

/// Under whom lists of graduated responses stand: who holds the child today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeldBy {
    /// A school.
    School,
    /// An authority.
    Authority,
}

/// The holder of a row's child as the parent of the row.
pub(super) fn held<C: ColumnTrait>(by: HeldBy, child: C) -> Parent {
    let on = Condition::all()
        .add(Expr::col(holding::Column::ChildId.as_column_ref()).equals(child.as_column_ref()))
        .add(holding::Column::ToDate.is_null());
    let column = match by {
        HeldBy::School => holding::Column::SchoolId,
        HeldBy::Authority => holding::Column::AuthorityId,
    };
    Parent {
        column: column.as_column_ref().into_column_ref(),
        join: Some((holding::Entity.into_table_ref(), on)),
    }
}

/// One Plans of the children whom a school or authority holds, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OnePlans {
    /// Under whom.
    pub of: Option<HeldBy>,
    /// Only in these states.
    pub states: Vec<OnePlanState>,
    /// Only with a review due before this London date.
    pub review_before: Option<NaiveDate>,
    /// Only with the review overdue, or only without.
    pub overdue: Option<bool>,
}

impl Listing for OnePlans {
    type Entity = one_plan::Entity;

    fn parent(&self) -> Option<Parent> {
        self.of.map(|by| held(by, one_plan::Column::ChildId))
    }

    fn condition(&self, op: &Op) -> Condition {
        use one_plan::Column;
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        let overdue = || Condition::all().add(Column::ReviewBy.lt(op.today()));
        let in_time =
            || Condition::any().add(Column::ReviewBy.is_null()).add(Column::ReviewBy.gte(op.today()));
        all.add_option(self.review_before.map(|on| Column::ReviewBy.lt(on)))
            .add_option(self.overdue.map(|wanted| if wanted { overdue() } else { in_time() }))
    }

    fn order(&self) -> Ordering<one_plan::Column> {
        Ordering { by: one_plan::Column::DraftedAt, descending: false }
    }
}

/// Consultations with link staff under a school, or all that the viewer sees: oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkConsultations {
    /// Under whom.
    pub of: Option<HeldBy>,
    /// Only in these states.
    pub states: Vec<LinkConsultationState>,
    /// Only urgent ones, or only those that wait for the next planning meeting.
    pub urgent: Option<bool>,
    /// Only about this child.
    pub child: Option<Uuid>,
}

impl Listing for LinkConsultations {
    type Entity = link_consultation::Entity;

    fn parent(&self) -> Option<Parent> {
        self.of.map(|by| held(by, link_consultation::Column::ChildId))
    }

    fn condition(&self, _: &Op) -> Condition {
        use link_consultation::Column;
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        all.add_option(self.urgent.map(|urgent| Column::Urgent.eq(urgent)))
            .add_option(self.child.map(|child| Column::ChildId.eq(child)))
    }

    fn order(&self) -> Ordering<link_consultation::Column> {
        Ordering { by: link_consultation::Column::RaisedAt, descending: false }
    }
}
