//! The outcome of a change, kept for a retry of its caller.

use sea_orm::entity::prelude::*;

/// The outcome of a change, kept for a retry of its caller.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller_id: Uuid,
    /// The key that the caller chose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The mutation.
    pub action: String,
    /// Hash of its input.
    pub input_hash: String,
    /// What it changed.
    pub entity_id: Uuid,
    /// What it advised.
    pub advisories: Json,
    /// When (UTC).
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
