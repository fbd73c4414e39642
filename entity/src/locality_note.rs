//! A note on an item, of a step (LG-6).

use sea_orm::entity::prelude::*;

/// A note on an item, of a step (LG-6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_note")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought the item.
    pub school_id: Uuid,
    /// What it says, and so its step.
    pub kind: domain::locality::NoteKind,
    /// The note.
    pub text: String,
    /// Who wrote it.
    pub written_by: Uuid,
    /// When (UTC).
    pub written_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
