//! A file that hangs on a consent or a consultation (XC-21).

use sea_orm::entity::prelude::*;

/// A file that hangs on a consent or a consultation (XC-21).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The consultation it hangs on.
    pub consultation_id: Option<Uuid>,
    /// The consent it hangs on.
    pub consent_id: Option<Uuid>,
    /// Its name.
    pub file_name: String,
    /// Its type.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: i32,
    /// Hash of its content, in hexadecimal.
    pub sha256: String,
    /// Who uploaded it.
    pub uploaded_by: Uuid,
    /// When (UTC).
    pub uploaded_at: DateTimeUtc,
    /// When it was erased (UTC).
    pub erased_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
