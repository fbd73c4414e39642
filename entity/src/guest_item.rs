//! An agenda item that a guest joins for (PC-3).

use sea_orm::entity::prelude::*;

/// An agenda item that a guest joins for (PC-3).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "guest_item")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The guest.
    pub participant_id: Uuid,
    /// The item.
    pub item_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
