//! What became of an action that was brought forward to a meeting (PC-8).

use sea_orm::entity::prelude::*;

/// What became of an action that was brought forward to a meeting (PC-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "action_outcome")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting to which it was brought forward.
    pub meeting_id: Uuid,
    /// The action.
    pub action_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The child of the action.
    pub child_id: Option<Uuid>,
    /// What became of it.
    pub outcome: domain::planning::ActionOutcome,
    /// The note to that.
    pub note: String,
    /// Who entered it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
