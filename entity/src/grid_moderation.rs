//! A level of the support grid as a school proposed and the group agreed it (LG-12).

use sea_orm::entity::prelude::*;

/// A level of the support grid as a school proposed and the group agreed it (LG-12).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_moderation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// The area of need.
    pub area_of_need: domain::graduated::AreaOfDevelopment,
    /// The level that the school proposed, 1 to 5.
    pub proposed: i32,
    /// The level that the group agreed, 1 to 5.
    pub agreed: i32,
    /// When (London date).
    pub moderated_on: Date,
    /// Who wrote it down.
    pub decided_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
