//! The last number of each authority's stream.

use sea_orm::entity::prelude::*;

/// The last number of each authority's stream.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_head")]
pub struct Model {
    /// The authority.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream_id: Uuid,
    /// The number of its newest event.
    pub last_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
