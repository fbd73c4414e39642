//! The check of a draft plan by an advice giver (AQ-8).

use sea_orm::entity::prelude::*;

/// The check of a draft plan by an advice giver (AQ-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "accuracy_check")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The draft plan.
    pub draft_plan_id: Uuid,
    /// The request of the advice giver.
    pub request_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// Their service.
    pub service: domain::ehc::Service,
    /// Where it stands.
    pub state: domain::ehc::CheckState,
    /// When it was asked (UTC).
    pub asked_at: DateTimeUtc,
    /// What is to be put right.
    pub feedback: Option<String>,
    /// Who answered.
    pub answered_by: Option<Uuid>,
    /// When (UTC).
    pub answered_at: Option<DateTimeUtc>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
