//! What planning meetings said as a whole is not about one child and stays; the names of an erased child and of its parents are
//! struck out of it (XC-15).

use crate::store::Fault;
use crate::store::children::identity;
use crate::store::work::Work;
use domain::anonymity::Scanner;
use entity::{agenda_item, child, holding, meeting_addendum, meeting_feedback, meeting_record, parent_carer};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// What stands where a name was.
const ERASED: &str = "[erased]";

/// The schools that ever held a child.
fn schools_of(child: Uuid) -> SelectStatement {
    holding::Entity::find()
        .select_only()
        .column(holding::Column::SchoolId)
        .filter(holding::Column::ChildId.eq(child))
        .into_query()
}

/// The planning meetings on whose agenda a child was.
fn meetings_about(child: Uuid) -> SelectStatement {
    agenda_item::Entity::find()
        .select_only()
        .column(agenda_item::Column::MeetingId)
        .filter(agenda_item::Column::ChildId.eq(child))
        .into_query()
}

/// Strikes names out of a column of what hangs on meetings: one statement finds the texts, and one more changes each that holds
/// a name.
macro_rules! strike {
    ($work:ident, $scanner:ident, $child:ident => $($module:ident $column:ident)*) => {$(
        let near = Condition::any()
            .add($module::Column::SchoolId.in_subquery(schools_of($child)))
            .add($module::Column::MeetingId.in_subquery(meetings_about($child)));
        let found: Vec<(Uuid, String)> = $module::Entity::find()
            .select_only()
            .column($module::Column::Id)
            .column($module::Column::$column)
            .filter(near)
            .into_tuple()
            .all(&$work.tx)
            .await?;
        for (id, text) in found {
            let Some(kept) = $scanner.struck_out(&text, ERASED) else { continue };
            $module::Entity::update_many()
                .col_expr($module::Column::$column, Expr::val(kept))
                .filter($module::Column::Id.eq(id))
                .exec(&$work.tx)
                .await?;
        }
    )*};
}

impl Work<'_> {
    /// Strikes a child's and its parents' names, UPN and birth date out of the summaries, addenda and feedback of planning
    /// meetings: of the schools that held the child, and of those whose agenda it was on. The identity is still there.
    pub async fn erase_names_in_meetings(&self, row: &child::Model) -> Result<(), Fault> {
        let parents: Vec<String> = parent_carer::Entity::find()
            .select_only()
            .column(parent_carer::Column::Name)
            .filter(parent_carer::Column::ChildId.eq(row.id))
            .into_tuple()
            .all(&self.tx)
            .await?;
        let parents = parents.iter().map(String::as_str);
        let scanner = Scanner::of_child(&identity(row), parents, std::iter::empty());
        let child = row.id;
        strike! { self, scanner, child =>
            meeting_record Summary
            meeting_addendum Text
            meeting_feedback Text
        }
        Ok(())
    }
}
