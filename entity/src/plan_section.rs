//! A section of a cycle, on one area of need (GR-5).

use sea_orm::entity::prelude::*;

/// A section of a cycle, on one area of need (GR-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_section")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The plan.
    pub plan_id: Uuid,
    /// The cycle.
    pub cycle_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The area of need.
    pub area: domain::graduated::AreaOfDevelopment,
    /// What is known of the need.
    pub assess: String,
    /// London date of the review.
    pub review_on: Option<Date>,
    /// By what the review measures.
    pub review_measure: String,
    /// Whether all four parts are there.
    pub complete: bool,
    /// What the review found.
    pub findings: Option<String>,
    /// What that says of the outcomes.
    pub progress: Option<domain::graduated::Progress>,
    /// The assessment on which the review rests.
    pub reassessment_id: Option<Uuid>,
    /// The instrument that was used up instead (GR-7).
    pub used_up_instrument_id: Option<Uuid>,
    /// Who wrote it last.
    pub written_by: Uuid,
    /// When (UTC).
    pub written_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
