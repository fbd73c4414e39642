//! What was offered for an item (LG-6).

use sea_orm::entity::prelude::*;

/// What was offered for an item (LG-6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "strategy")]
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
    /// What kind of thing.
    pub kind: domain::locality::StrategyKind,
    /// What.
    pub text: String,
    /// Who offered it.
    pub offered_by: Uuid,
    /// When (UTC).
    pub offered_at: DateTimeUtc,
    /// Whether the SENCO found it helpful, once said.
    pub helpful: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
