//! The earliest realistic dates of a running assessment (AQ-9), reckoned anew whenever something happens.

use sea_orm::entity::prelude::*;

/// The earliest realistic dates of a running assessment (AQ-9), reckoned anew whenever something happens.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ehc_forecast")]
pub struct Model {
    /// The assessment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// London date of the draft plan; none once it is out.
    pub draft_on: Option<Date>,
    /// London date of the final plan.
    pub final_on: Date,
    /// Calendar days until the statutory date; below zero when late.
    pub days_in_hand: i32,
    /// Last London date on which it stays so by mere passing of time.
    pub holds_until: Date,
    /// Whether the parents are still to be told of the delay.
    pub notice_due: bool,
    /// Why, as a list of `domain::ehc::forecast::Link`.
    pub chain: Json,
    /// When (UTC).
    pub reckoned_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
