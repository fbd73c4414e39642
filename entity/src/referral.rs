//! A referral to the specialist teaching service (GR-3).

use sea_orm::entity::prelude::*;

/// A referral to the specialist teaching service (GR-3).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// Where it stands.
    pub state: domain::graduated::ReferralState,
    /// What the service is asked.
    pub reason: String,
    /// London date.
    pub opened_on: Date,
    /// Who opened it.
    pub opened_by: Uuid,
    /// What the service advised.
    pub advice: Option<String>,
    /// London date of the advice or the withdrawal.
    pub ended_on: Option<Date>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
