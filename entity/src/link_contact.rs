//! A contact of a school with its link staff about a child (GR-9).

use sea_orm::entity::prelude::*;

/// A contact of a school with its link staff about a child (GR-9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_contact")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The practitioner.
    pub practitioner_id: Uuid,
    /// The practitioner's discipline that day.
    pub discipline: domain::access::Role,
    /// About what.
    pub purpose: domain::graduated::ContactPurpose,
    /// London date.
    pub contacted_on: Date,
    /// What was discussed.
    pub note: String,
    /// Who logged it.
    pub logged_by: Uuid,
    /// When (UTC).
    pub logged_at: DateTimeUtc,
    /// When it was taken back as a mistake (UTC).
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Why.
    pub withdrawn_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
