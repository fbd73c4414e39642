//! Consent for a child and a purpose (XC-7).

use sea_orm::entity::prelude::*;

/// Consent for a child and a purpose (XC-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority in which it was given.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// For what.
    pub purpose: domain::consent::Purpose,
    /// Who gave it; none where the young person did.
    pub parent_carer_id: Option<Uuid>,
    /// When it was signed (London date).
    pub signed_on: Date,
    /// When the form arrived (UTC).
    pub received_at: Option<DateTimeUtc>,
    /// Who received it.
    pub received_by: Option<Uuid>,
    /// When it was recorded (UTC).
    pub recorded_at: DateTimeUtc,
    /// Who holds the form.
    pub holder: String,
    /// Whether it says that the locality group and its EPs were explained (LG-3).
    pub group_explained: bool,
    /// The school that held the child when it was recorded, and holds the form.
    pub school_id: Option<Uuid>,
    /// When it was withdrawn (UTC).
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Who withdrew it.
    pub withdrawn_by: Option<Uuid>,
    /// Why, where said.
    pub withdrawal_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
