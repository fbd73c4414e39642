//! An online consultation for a child.

use sea_orm::entity::prelude::*;

/// An online consultation for a child.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consultation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The case reference that mail may carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The authority.
    pub authority_id: Uuid,
    /// Its slot.
    pub slot_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that booked it.
    pub school_id: Uuid,
    /// Where it stands.
    pub state: domain::consultation::State,
    /// Start (UTC), as the slot has it.
    pub starts_at: DateTimeUtc,
    /// Who booked it.
    pub booked_by: Uuid,
    /// When (UTC).
    pub booked_at: DateTimeUtc,
    /// Primary area of need.
    pub primary_area_of_need: domain::consultation::AreaOfNeed,
    /// The booking form, as `domain::consultation::booking::Form`.
    pub form: Json,
    /// The link practitioner with whom the child was discussed (OC-4).
    pub discussed_with: Uuid,
    /// By when the C-RIC has to arrive (UTC), where it was not there at the booking.
    pub c_ric_due_at: Option<DateTimeUtc>,
    /// When it was cancelled (UTC).
    pub cancelled_at: Option<DateTimeUtc>,
    /// Why it was cancelled.
    pub cancellation_reason: Option<domain::consultation::CancellationReason>,
    /// In the canceller's words.
    pub cancellation_note: Option<String>,
    /// Why it did not take place.
    pub not_held_reason: Option<String>,
    /// When the first Record of Involvement was received (London date).
    pub record_received_on: Option<Date>,
    /// The date of the review meeting.
    pub review_on: Option<Date>,
    /// Whether the review was arranged after its window had closed.
    pub review_late: bool,
    /// When the review meeting was held.
    pub review_held_on: Option<Date>,
    /// The policy under which it was booked.
    pub policy_version: i32,
    /// SEQUENCE of the last invitation sent.
    pub invitation_sequence: i32,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
