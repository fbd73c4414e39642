//! What locality groups wrote about an erased child: the words go, and with the link nothing leads to the child any longer
//! (XC-15, LG-11).

use crate::store::Fault;
use crate::store::work::Work;
use entity::{
    action_plan, action_plan_step, ep_involvement, escalation, event, locality_item, locality_item_child,
    locality_note, preparation_form, strategy,
};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Writes what says nothing over what was written about items.
macro_rules! blank {
    ($work:ident, $items:ident => $($module:ident { $($column:ident = $value:expr),* })*) => {$(
        $module::Entity::update_many()
            $(.col_expr($module::Column::$column, Expr::val($value)))*
            .filter($module::Column::ItemId.is_in($items.iter().copied()))
            .exec(&$work.tx)
            .await?;
    )*};
}

impl Work<'_> {
    /// Erases what was written about a child, who is locked, in locality groups. States, levels, ranks and dates stay, so that past figures
    /// come out the same; the code goes, since with it others could say whom the item was about. Answers the
    /// items, which are locked.
    pub async fn erase_locality_items(&self, child: Uuid) -> Result<Vec<Uuid>, Fault> {
        let items = self.items_to_erase(child).await?;
        if items.is_empty() {
            return Ok(items);
        }
        self.erase_items(&items).await?;
        let nothing = None::<String>;
        blank! { self, items =>
            preparation_form { Situation = "", StrategiesUsed = "", Desired = "", Aim = "" }
            locality_note { Text = "" }
            strategy { Text = "" }
            action_plan_step { What = "", Who = "", ImpactNote = nothing }
            ep_involvement { Reason = "" }
        }
        // Whether it was reviewed stays to be seen.
        action_plan::Entity::update_many()
            .col_expr(action_plan::Column::Done, Expr::val(""))
            .filter(action_plan::Column::ItemId.is_in(items.iter().copied()))
            .filter(action_plan::Column::Done.is_not_null())
            .exec(&self.tx)
            .await?;
        locality_item_child::Entity::delete_many()
            .filter(locality_item_child::Column::ChildId.eq(child))
            .exec(&self.tx)
            .await?;
        self.erase_around_items(&items).await?;
        Ok(items)
    }

    /// The items about a child, sealed ones included: locked, so that nobody writes on them meanwhile.
    async fn items_to_erase(&self, child: Uuid) -> Result<Vec<Uuid>, Fault> {
        let linked = locality_item_child::Entity::find()
            .select_only()
            .column(locality_item_child::Column::ItemId)
            .filter(locality_item_child::Column::ChildId.eq(child))
            .into_query();
        let items = locality_item::Entity::find()
            .select_only()
            .column(locality_item::Column::Id)
            .filter(locality_item::Column::Id.in_subquery(linked))
            .order_by_asc(locality_item::Column::Id)
            .lock(LockType::Update)
            .into_tuple()
            .all(&self.tx)
            .await?;
        Ok(items)
    }

    async fn erase_items(&self, items: &[Uuid]) -> Result<(), Fault> {
        locality_item::Entity::update_many()
            .col_expr(locality_item::Column::Code, Expr::val(None::<String>))
            .col_expr(locality_item::Column::Subject, Expr::val(""))
            .col_expr(locality_item::Column::SupportSoFar, Expr::val(None::<String>))
            .col_expr(locality_item::Column::ClosingReason, Expr::val(None::<String>))
            .filter(locality_item::Column::Id.is_in(items.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Letters, escalations and events of items know no child: they are found by their case.
    async fn erase_around_items(&self, items: &[Uuid]) -> Result<(), Fault> {
        escalation::Entity::update_many()
            .col_expr(escalation::Column::Resolution, Expr::val(""))
            .filter(escalation::Column::CaseId.is_in(items.iter().copied()))
            .filter(escalation::Column::Resolution.is_not_null())
            .exec(&self.tx)
            .await?;
        self.erase_letters(items).await?;
        let of_items = event::Column::CaseId.is_in(items.iter().copied());
        self.erase_words_of_events(Condition::all().add(of_items)).await
    }
}
