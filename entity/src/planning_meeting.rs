//! A planning and consultation meeting (PC-1 to PC-8).

use sea_orm::entity::prelude::*;

/// A planning and consultation meeting (PC-1 to PC-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "planning_meeting")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail may carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The school.
    pub school_id: Uuid,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its six terms.
    pub term: domain::calendar::TermName,
    /// Where it stands.
    pub state: domain::planning::MeetingState,
    /// When it starts (UTC).
    pub starts_at: DateTimeUtc,
    /// When it ends (UTC).
    pub ends_at: DateTimeUtc,
    /// Where, or the link to join.
    pub place: String,
    /// The educational psychologist who holds it.
    pub ep_id: Uuid,
    /// Whether that EP covers for a school without a link EP.
    pub covering: bool,
    /// Who planned it.
    pub planned_by: Uuid,
    /// When (UTC).
    pub planned_at: DateTimeUtc,
    /// When it was marked held (UTC).
    pub held_at: Option<DateTimeUtc>,
    /// When its record was complete (UTC).
    pub recorded_at: Option<DateTimeUtc>,
    /// When the record was shared (UTC).
    pub shared_at: Option<DateTimeUtc>,
    /// Why it was called off.
    pub cancelled_reason: Option<String>,
    /// The iCalendar SEQUENCE of the invitations.
    pub invitation_sequence: i32,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
