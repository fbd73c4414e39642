//! What was said of an agenda item (PC-5, PC-7).

use sea_orm::entity::prelude::*;

/// What was said of an agenda item (PC-5, PC-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "item_discussion")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The child of the item.
    pub child_id: Option<Uuid>,
    /// What was said.
    pub text: String,
    /// Whether the item was put off rather than discussed.
    pub put_off: bool,
    /// Who wrote it last.
    pub written_by: Uuid,
    /// When (UTC).
    pub written_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
