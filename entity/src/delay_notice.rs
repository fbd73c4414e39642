//! A notice to the parents that the plan will be late (AQ-9).

use sea_orm::entity::prelude::*;

/// A notice to the parents that the plan will be late (AQ-9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delay_notice")]
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
    /// Why.
    pub reason: String,
    /// The new London date that they were told.
    pub new_final_on: Date,
    /// Who issued it.
    pub issued_by: Uuid,
    /// When (UTC).
    pub issued_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
