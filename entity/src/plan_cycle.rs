//! A cycle of a One Plan (GR-6).

use sea_orm::entity::prelude::*;

/// A cycle of a One Plan (GR-6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_cycle")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The plan.
    pub plan_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that opened it.
    pub school_id: Uuid,
    /// 1 for the first.
    pub number: i32,
    /// Where it stands.
    pub state: domain::graduated::CycleState,
    /// When it was opened (UTC).
    pub opened_at: DateTimeUtc,
    /// London date on which it begins; none while the plan is a draft.
    pub starts_on: Option<Date>,
    /// The school year of its full term.
    pub school_year: Option<i32>,
    /// Its full term.
    pub season: Option<domain::graduated::Season>,
    /// London date by which it is reviewed: the last day of that term.
    pub review_by: Option<Date>,
    /// London date of the review.
    pub reviewed_on: Option<Date>,
    /// Who recorded the review.
    pub reviewed_by: Option<Uuid>,
    /// Whether the review left concerns.
    pub concerns_remain: bool,
    /// What the review came to.
    pub summary: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
