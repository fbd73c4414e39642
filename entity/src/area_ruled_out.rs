//! An area of development that was ruled out (GR-2).

use sea_orm::entity::prelude::*;

/// An area of development that was ruled out (GR-2).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "area_ruled_out")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that ruled it out.
    pub school_id: Uuid,
    /// The area.
    pub area: domain::graduated::AreaOfDevelopment,
    /// Why it is not relevant.
    pub reason: String,
    /// London date.
    pub ruled_out_on: Date,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
