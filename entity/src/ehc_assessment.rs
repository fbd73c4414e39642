//! An EHC needs assessment (EH-1).

use sea_orm::entity::prelude::*;

/// An EHC needs assessment (EH-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ehc_assessment")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The case reference that mail may carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The authority that made it.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that holds the child, or held it when the assessment ended.
    pub school_id: Uuid,
    /// Where it stands.
    pub state: domain::ehc::State,
    /// Who asked.
    pub source: domain::ehc::RequestSource,
    /// London date of the request: day 0.
    pub requested_on: Date,
    /// Who entered it.
    pub requested_by: Uuid,
    /// The EHCP coordinator who runs the case, where one is named.
    pub coordinator_id: Option<Uuid>,
    /// London date by which to decide whether to assess: 6 weeks, with exceptions.
    pub decide_by: Date,
    /// London date by which to decide whether to issue a plan: 16 weeks, with exceptions.
    pub issue_by: Date,
    /// London date by which to issue the final plan: 20 weeks, with exceptions.
    pub final_by: Date,
    /// London date of the decision whether to assess.
    pub decided_on: Option<Date>,
    /// London date on which it was declined or ended.
    pub outcome_on: Option<Date>,
    /// Why it was declined, ended without a plan, or ceased.
    pub outcome_reason: Option<String>,
    /// The child's SEN status before it: what it goes back to without a plan.
    pub sen_status_before: domain::child::SenStatus,
    /// What the parents said to the draft plan.
    pub parents_response: Option<String>,
    /// London date of that.
    pub parents_responded_on: Option<Date>,
    /// The policy under which it was asked for.
    pub policy_version: i32,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
