//! Somebody who takes part in a planning meeting (PC-2, PC-3).

use sea_orm::entity::prelude::*;

/// Somebody who takes part in a planning meeting (PC-2, PC-3).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_participant")]
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
    /// The account, where they have one.
    pub person_id: Option<Uuid>,
    /// Their name.
    pub name: String,
    /// Where invitations go.
    pub email: String,
    /// Why they take part.
    pub kind: domain::planning::ParticipantKind,
    /// Discipline, or role at the school.
    pub role: Option<domain::access::Role>,
    /// Why they are key staff, where the role does not say it.
    pub key_staff_reason: Option<String>,
    /// Whether they are invited by what they are, and not by hand.
    pub by_itself: bool,
    /// Whether they were there, once the meeting was held.
    pub present: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
