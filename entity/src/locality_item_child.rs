//! Which child an item is about (LG-11).

use sea_orm::entity::prelude::*;

/// Which child an item is about (LG-11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_item_child")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// The child.
    pub child_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
