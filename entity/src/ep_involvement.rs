//! The group's decision that an EP goes on with an item (LG-9).

use sea_orm::entity::prelude::*;

/// The group's decision that an EP goes on with an item (LG-9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ep_involvement")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The session in which it was decided.
    pub session_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// How.
    pub form: domain::locality::Involvement,
    /// Its rank among the requests of the session, 1 for the first.
    pub rank: i32,
    /// Why.
    pub reason: String,
    /// Who wrote it down.
    pub decided_by: Uuid,
    /// When (UTC).
    pub decided_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
