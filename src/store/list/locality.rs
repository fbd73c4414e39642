//! Lists of sessions of locality groups, and of what was brought to them.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::{Scoped, Sight};
use chrono::{DateTime, Utc};
use domain::calendar::TermName;
use domain::locality::SessionState;
use entity::{locality_item, locality_item_child, locality_session};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, IntoTableRef};
use sea_orm::{ColumnTrait, Condition};

/// Sessions of locality groups, the earliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sessions {
    /// Under a locality; all that the viewer sees otherwise.
    pub of_locality: bool,
    /// Only in these states.
    pub states: Vec<SessionState>,
    /// Only of this school year, by the year in which it begins.
    pub school_year: Option<i32>,
    /// Only of these terms.
    pub terms: Vec<TermName>,
    /// Only those that start at this instant or later (UTC).
    pub starts_from: Option<DateTime<Utc>>,
    /// Only those that start before this instant (UTC).
    pub starts_before: Option<DateTime<Utc>>,
}

impl Listing for Sessions {
    type Entity = locality_session::Entity;

    fn parent(&self) -> Option<Parent> {
        if self.of_locality { Parent::own(locality_session::Column::LocalityId) } else { None }
    }

    fn condition(&self, _: &Op) -> Condition {
        use locality_session::Column;
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

    fn order(&self) -> Ordering<locality_session::Column> {
        Ordering { by: locality_session::Column::StartsAt, descending: false }
    }
}

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
