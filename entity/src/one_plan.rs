//! A One Plan (GR-5).

use sea_orm::entity::prelude::*;

/// A One Plan (GR-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "one_plan")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that drafted it.
    pub school_id: Uuid,
    /// Where it stands.
    pub state: domain::graduated::OnePlanState,
    /// Who drafted it.
    pub drafted_by: Uuid,
    /// When (UTC).
    pub drafted_at: DateTimeUtc,
    /// London date on which it came into force.
    pub activated_on: Option<Date>,
    /// London date by which its open cycle is reviewed; none where none runs.
    pub review_by: Option<Date>,
    /// London date of its end.
    pub ended_on: Option<Date>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
