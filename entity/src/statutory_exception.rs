//! A recorded ground that excuses a statutory date (EH-4).

use sea_orm::entity::prelude::*;

/// A recorded ground that excuses a statutory date (EH-4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "statutory_exception")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The advice request, for a missed appointment.
    pub request_id: Option<Uuid>,
    /// On which ground.
    pub ground: domain::ehc::Ground,
    /// First London date on which it held.
    pub from_date: Date,
    /// Last London date on which it held.
    pub to_date: Date,
    /// What shows it.
    pub evidence: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
    /// When it was taken back (UTC).
    pub revoked_at: Option<DateTimeUtc>,
    /// Why.
    pub revoked_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
