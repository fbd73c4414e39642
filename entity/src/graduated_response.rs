//! A child's graduated response: what mail and deadlines about it refer to.

use sea_orm::entity::prelude::*;

/// A child's graduated response: what mail and deadlines about it refer to.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "graduated_response")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail may carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The child.
    #[sea_orm(unique)]
    pub child_id: Uuid,
    /// When the first step or deadline of it came about (UTC).
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
