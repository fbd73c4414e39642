//! What locality groups came to as evidence in One Plans (GR-5).

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::{Scoped, Sight};
use entity::{action_plan, locality_item_child, plan_cycle};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, IntoTableRef, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// The action plans of items about the child of a plan's cycle that were written from the day on which the cycle began until
/// the day before the child's next one began: oldest first. They are reached through the link between item and child only, so
/// that they are nothing for those who may not follow it (LG-11).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActionPlansOfCycle;

impl Listing for ActionPlansOfCycle {
    type Entity = action_plan::Entity;

    fn parent(&self) -> Option<Parent> {
        let since = Expr::col(action_plan::Column::WrittenOn.as_column_ref())
            .gte(Expr::col(plan_cycle::Column::StartsOn.as_column_ref()));
        // From the child to its items first: a table of all plans is not looked through for each cycle.
        let about = Expr::col(action_plan::Column::ItemId.as_column_ref()).in_subquery(items_of_child());
        let on = Condition::all().add(about).add(since).add(Expr::exists(next_cycle()).not());
        Some(Parent {
            column: plan_cycle::Column::Id.as_column_ref().into_column_ref(),
            join: Some((plan_cycle::Entity.into_table_ref(), on)),
        })
    }

    fn condition(&self, op: &Op) -> Condition {
        let Some(viewer) = op.viewer.as_deref() else {
            return Condition::any().add(Expr::val(1).eq(0));
        };
        let links = link(Sight { viewer, today: op.today() });
        Condition::all().add(Expr::exists(links))
    }

    fn order(&self) -> Ordering<action_plan::Column> {
        Ordering { by: action_plan::Column::WrittenOn, descending: false }
    }
}

/// A later cycle of the same child that had begun when the action plan was written.
fn next_cycle() -> SelectStatement {
    let later = |column: plan_cycle::Column| Expr::col(("later", column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(plan_cycle::Entity, "later")
        .and_where(later(plan_cycle::Column::ChildId).equals(plan_cycle::Column::ChildId.as_column_ref()))
        .and_where(
            later(plan_cycle::Column::StartsOn).gt(Expr::col(plan_cycle::Column::StartsOn.as_column_ref())),
        )
        .and_where(
            later(plan_cycle::Column::StartsOn)
                .lte(Expr::col(action_plan::Column::WrittenOn.as_column_ref())),
        )
        .take()
}

/// The items about the cycle's child.
fn items_of_child() -> SelectStatement {
    use locality_item_child::Column;
    locality_item_child::Entity::find()
        .select_only()
        .column(Column::ItemId)
        .filter(
            Expr::col(Column::ChildId.as_column_ref()).equals(plan_cycle::Column::ChildId.as_column_ref()),
        )
        .into_query()
}

/// The link, where the viewer sees it, from the action plan's item to the cycle's child.
fn link(sight: Sight<'_>) -> SelectStatement {
    use locality_item_child::Column;
    locality_item_child::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::col(Column::ItemId.as_column_ref()).equals(action_plan::Column::ItemId.as_column_ref()))
        .filter(
            Expr::col(Column::ChildId.as_column_ref()).equals(plan_cycle::Column::ChildId.as_column_ref()),
        )
        .filter(locality_item_child::Entity::visible(sight))
        .into_query()
}
