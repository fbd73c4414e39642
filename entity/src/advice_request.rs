//! Advice asked of somebody for an assessment (EH-2).

use sea_orm::entity::prelude::*;

/// Advice asked of somebody for an assessment (EH-2).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "advice_request")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The reference of its case.
    pub reference: String,
    /// The authority.
    pub authority_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// From which service.
    pub service: domain::ehc::Service,
    /// Who gives it; none for the parents.
    pub giver_id: Option<Uuid>,
    /// The giver's line manager, where known.
    pub manager_id: Option<Uuid>,
    /// Where it stands.
    pub state: domain::ehc::RequestState,
    /// London date on which it was asked.
    pub asked_on: Date,
    /// London date by which it is due: 6 weeks, with exceptions.
    pub due_on: Date,
    /// London date of the first version.
    pub received_on: Option<Date>,
    /// London date since which the giver is not at work and the manager answers.
    pub absent_since: Option<Date>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
