//! The record of a planning meeting as a whole (PC-7).

use sea_orm::entity::prelude::*;

/// The record of a planning meeting as a whole (PC-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_record")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// What the meeting came to.
    pub summary: String,
    /// The EP who completed it.
    pub completed_by: Uuid,
    /// When (UTC).
    pub completed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
