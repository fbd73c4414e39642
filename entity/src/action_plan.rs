//! The action plan of an item, and the review of its impact (LG-7, LG-8).

use sea_orm::entity::prelude::*;

/// The action plan of an item, and the review of its impact (LG-7, LG-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "action_plan")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// Who wrote it.
    pub written_by: Uuid,
    /// When (London date).
    pub written_on: Date,
    /// What was done, once reviewed.
    pub done: Option<String>,
    /// Who reviewed it.
    pub reviewed_by: Option<Uuid>,
    /// When its impact was reviewed (London date).
    pub reviewed_on: Option<Date>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
