//! A breach, told to those whom the rule names (XC-9).

use sea_orm::entity::prelude::*;

/// A breach, told to those whom the rule names (XC-9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The duty that was breached: one escalation each.
    #[sea_orm(unique)]
    pub duty_id: Uuid,
    /// The id of the rule.
    pub rule: String,
    /// The case it belongs to: a consultation or an EHC needs assessment.
    pub case_id: Option<Uuid>,
    /// The advice request it is about, where those who were asked for the advice see it.
    pub part_id: Option<Uuid>,
    /// The child.
    pub child_id: Option<Uuid>,
    /// The school of the case.
    pub school_id: Option<Uuid>,
    /// Where it stands.
    pub state: domain::duty::EscalationState,
    /// The person on whose desk it is.
    pub assigned_to: Option<Uuid>,
    /// When (UTC).
    pub raised_at: DateTimeUtc,
    /// When somebody took note (UTC).
    pub acknowledged_at: Option<DateTimeUtc>,
    /// Who.
    pub acknowledged_by: Option<Uuid>,
    /// When it was closed (UTC).
    pub resolved_at: Option<DateTimeUtc>,
    /// Who closed it; none where it closed itself.
    pub resolved_by: Option<Uuid>,
    /// What was done.
    pub resolution: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
