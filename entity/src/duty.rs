//! A deadline set by a rule (XC-4, XC-12).

use sea_orm::entity::prelude::*;

/// A deadline set by a rule (XC-4, XC-12).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The id of the rule.
    pub rule: String,
    /// Where it stands.
    pub state: domain::duty::DutyState,
    /// Which of several deadlines of its rule it is.
    pub step: Option<domain::duty::Step>,
    /// The object it is on: the case itself, an advice request, a query, a check.
    pub on_id: Uuid,
    /// The case it belongs to: a consultation or an EHC needs assessment.
    pub case_id: Option<Uuid>,
    /// The advice request it is about, where those who were asked for the advice see it.
    pub part_id: Option<Uuid>,
    /// The child.
    pub child_id: Option<Uuid>,
    /// The school of the case.
    pub school_id: Option<Uuid>,
    /// The role it falls to.
    pub owner_role: domain::access::Role,
    /// The person, where it is one person's.
    pub owner_id: Option<Uuid>,
    /// The London date.
    pub due_on: Date,
    /// The end of that day (UTC).
    pub due_at: DateTimeUtc,
    /// Why, as `domain::calendar::DueDate`.
    pub due: Json,
    /// The policy that set it.
    pub policy_version: i32,
    /// When it was set (UTC).
    pub set_at: DateTimeUtc,
    /// When its owner is reminded (UTC); none once that is noted for their next digest.
    pub remind_at: Option<DateTimeUtc>,
    /// When they were, the first of them (UTC).
    pub reminded_at: Option<DateTimeUtc>,
    /// When the sweep found it breached (UTC).
    pub breached_at: Option<DateTimeUtc>,
    /// When it was met or withdrawn (UTC).
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
