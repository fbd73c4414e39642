//! A step of an action plan, from a strategy that was found helpful (LG-7, LG-8).

use sea_orm::entity::prelude::*;

/// A step of an action plan, from a strategy that was found helpful (LG-7, LG-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plan_step")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The plan.
    pub action_plan_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// From which strategy.
    pub strategy_id: Uuid,
    /// What is done.
    pub what: String,
    /// Who does it.
    pub who: String,
    /// What became of it, once reviewed.
    pub impact: Option<domain::locality::Impact>,
    /// The note to that.
    pub impact_note: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
