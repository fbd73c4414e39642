//! A further observation, with what teacher and parents said (GR-8).

use sea_orm::entity::prelude::*;

/// A further observation, with what teacher and parents said (GR-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "further_observation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The plan.
    pub plan_id: Uuid,
    /// The reviewed cycle.
    pub cycle_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// London date.
    pub observed_on: Date,
    /// What was observed.
    pub observation: String,
    /// What the teacher said.
    pub teacher: String,
    /// What the parents said.
    pub parents: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
