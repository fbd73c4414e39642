//! The preparation form of an item (LG-4).

use sea_orm::entity::prelude::*;

/// The preparation form of an item (LG-4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "preparation_form")]
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
    /// The situation now.
    pub situation: String,
    /// Strategies used already.
    pub strategies_used: String,
    /// The desired situation.
    pub desired: String,
    /// The aim of the consultation.
    pub aim: String,
    /// Who completed it.
    pub completed_by: Uuid,
    /// When (UTC).
    pub completed_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
