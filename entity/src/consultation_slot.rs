//! An hour that a specialist offers (OC-1).

use sea_orm::entity::prelude::*;

/// An hour that a specialist offers (OC-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consultation_slot")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// What it is for.
    pub area_of_need: domain::consultation::AreaOfNeed,
    /// Start (UTC).
    pub starts_at: DateTimeUtc,
    /// End (UTC).
    pub ends_at: DateTimeUtc,
    /// Whose it is.
    pub specialist_id: Uuid,
    /// Where people join.
    pub join_link: String,
    /// Who published it.
    pub published_by: Uuid,
    /// When (UTC).
    pub published_at: DateTimeUtc,
    /// When it was taken back (UTC).
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
