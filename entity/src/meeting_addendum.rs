//! An addendum to a shared record (PC-7).

use sea_orm::entity::prelude::*;

/// An addendum to a shared record (PC-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_addendum")]
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
    /// The item that it corrects, where it is one.
    pub item_id: Option<Uuid>,
    /// The child of the item.
    pub child_id: Option<Uuid>,
    /// What is corrected or added.
    pub text: String,
    /// Who wrote it.
    pub written_by: Uuid,
    /// When (UTC).
    pub written_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
