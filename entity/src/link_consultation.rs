//! A formal consultation with the link EP or inclusion partner (GR-9 to GR-11).

use sea_orm::entity::prelude::*;

/// A formal consultation with the link EP or inclusion partner (GR-9 to GR-11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_consultation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that raised it.
    pub school_id: Uuid,
    /// Where it stands.
    pub state: domain::graduated::LinkConsultationState,
    /// What the school wants to know.
    pub question: String,
    /// The sudden significant concerns, where they are the ground.
    pub sudden_concerns: Option<String>,
    /// Whether it does not wait for the next planning meeting.
    pub urgent: bool,
    /// Other professional reports, or that there are none.
    pub professional_reports: String,
    /// Who raised it.
    pub raised_by: Uuid,
    /// When (UTC).
    pub raised_at: DateTimeUtc,
    /// When the pack was complete (UTC).
    pub ready_at: Option<DateTimeUtc>,
    /// What was advised.
    pub advice: Option<String>,
    /// Who advised.
    pub advised_by: Option<Uuid>,
    /// When (UTC).
    pub advised_at: Option<DateTimeUtc>,
    /// When it was closed or withdrawn (UTC).
    pub closed_at: Option<DateTimeUtc>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
