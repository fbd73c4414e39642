//! A school asks to take over a child whom another school holds (XC-14).

use sea_orm::entity::prelude::*;

/// A school asks to take over a child whom another school holds (XC-14).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_request")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that asks.
    pub to_school_id: Uuid,
    /// Its authority.
    pub to_authority_id: Uuid,
    /// The school that holds the child.
    pub from_school_id: Uuid,
    /// Its authority.
    pub from_authority_id: Uuid,
    /// Who asks.
    pub requested_by: Uuid,
    /// When (UTC).
    pub requested_at: DateTimeUtc,
    /// When it was answered (UTC).
    pub answered_at: Option<DateTimeUtc>,
    /// Whether the child moves.
    pub accepted: Option<bool>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
