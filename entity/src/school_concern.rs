//! A concern about a child (GR-1).

use sea_orm::entity::prelude::*;

/// A concern about a child (GR-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "school_concern")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that recorded it.
    pub school_id: Uuid,
    /// London date of the concern.
    pub raised_on: Date,
    /// The areas of development that it is about, as a list.
    pub areas: Json,
    /// What it is.
    pub description: String,
    /// The high-quality teaching and support in place.
    pub teaching: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
