//! A version of the Record of Involvement of a consultation (OC-13).

use sea_orm::entity::prelude::*;

/// A version of the Record of Involvement of a consultation (OC-13).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_of_involvement")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The consultation.
    pub consultation_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// 1 for the first, one more for each correction.
    pub record_version: i32,
    /// Draft or issued.
    pub state: domain::consultation::record::RecordState,
    /// What it says, as `domain::consultation::record::Content`.
    pub content: Json,
    /// Who wrote it.
    pub drafted_by: Uuid,
    /// When it was last changed (UTC).
    pub drafted_at: DateTimeUtc,
    /// Who issued it.
    pub issued_by: Option<Uuid>,
    /// When it was issued (UTC).
    pub issued_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
