//! What parents or pupil contribute to a One Plan (GR-5).

use sea_orm::entity::prelude::*;

/// What parents or pupil contribute to a One Plan (GR-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_contribution")]
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
    /// Whose it is.
    pub contributor: domain::graduated::Contributor,
    /// What they say.
    pub text: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
