//! A session of a locality group (LG-1).

use sea_orm::entity::prelude::*;

/// A session of a locality group (LG-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_session")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail and minutes carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The locality.
    pub locality_id: Uuid,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// The term.
    pub term: domain::calendar::TermName,
    /// Where it stands.
    pub state: domain::locality::SessionState,
    /// When it starts (UTC).
    pub starts_at: DateTimeUtc,
    /// When it ends (UTC).
    pub ends_at: DateTimeUtc,
    /// Where, or the link to join.
    pub place: String,
    /// The EP who facilitates it.
    pub facilitator_id: Uuid,
    /// Who planned it.
    pub planned_by: Uuid,
    /// When it was planned (UTC).
    pub planned_at: DateTimeUtc,
    /// When it started (UTC).
    pub started_at: Option<DateTimeUtc>,
    /// When it closed (UTC).
    pub closed_at: Option<DateTimeUtc>,
    /// Why it was called off.
    pub cancelled_reason: Option<String>,
    /// Counts the invitations that went out.
    pub invitation_sequence: i32,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
