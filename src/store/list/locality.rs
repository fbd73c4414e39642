//! Lists of what was brought to sessions of locality groups, and of the schools that those are for.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::{Scoped, Sight};
use entity::{locality_item, locality_item_child, locality_session_school, school};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, IntoTableRef};
use sea_orm::{ColumnTrait, Condition};

/// Under whom items stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemsOf {
    /// The school that brought them.
    School,
    /// The child whom they are about, through the link (LG-11).
    Child,
}

/// Items of locality groups, in the order in which they were brought.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocalityItems {
    /// Under whom.
    pub of: ItemsOf,
}

impl Listing for LocalityItems {
    type Entity = locality_item::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of {
            ItemsOf::School => Parent::own(locality_item::Column::SchoolId),
            ItemsOf::Child => Some(linked_child()),
        }
    }

    /// Who sees an item by its code only finds it under no child.
    fn condition(&self, op: &Op) -> Condition {
        match self.of {
            ItemsOf::School => Condition::all(),
            ItemsOf::Child => link_seen(op),
        }
    }

    fn order(&self) -> Ordering<locality_item::Column> {
        Ordering { by: locality_item::Column::ProposedAt, descending: false }
    }
}

/// The session that is for a school as the parent of the school.
pub(super) fn session_of_school() -> Parent {
    use locality_session_school::Column;
    let on = Expr::col(Column::SchoolId.as_column_ref()).equals(school::Column::Id.as_column_ref());
    Parent {
        column: Column::SessionId.as_column_ref().into_column_ref(),
        join: Some((
            locality_session_school::Entity.into_table_ref(),
            Condition::all().add(on).add(Column::TakesPart.eq(true)),
        )),
    }
}

/// The child of the link as the parent of an item.
fn linked_child() -> Parent {
    let on = Condition::all().add(
        Expr::col(locality_item_child::Column::ItemId.as_column_ref())
            .equals(locality_item::Column::Id.as_column_ref()),
    );
    Parent {
        column: locality_item_child::Column::ChildId.as_column_ref().into_column_ref(),
        join: Some((locality_item_child::Entity.into_table_ref(), on)),
    }
}

/// Whether the viewer sees the link that is joined.
fn link_seen(op: &Op) -> Condition {
    match op.viewer.as_deref() {
        Some(viewer) => locality_item_child::Entity::visible(Sight { viewer, today: op.today() }),
        None => Condition::all().add(locality_item_child::Column::Id.is_null()),
    }
}
