//! A next step of a consultation, with owner and due date (GR-11).

use sea_orm::entity::prelude::*;

/// A next step of a consultation, with owner and due date (GR-11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agreed_action")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The consultation.
    pub link_consultation_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// Its place among the next steps.
    pub position: i32,
    /// What it is.
    pub kind: domain::graduated::NextStepKind,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// London date by which.
    pub due_on: Date,
    /// London date on which it had its outcome.
    pub done_on: Option<Date>,
    /// What came of it.
    pub outcome: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
