//! A SEN-register decision (GR-4).

use sea_orm::entity::prelude::*;

/// A SEN-register decision (GR-4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sen_register_decision")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that decided.
    pub school_id: Uuid,
    /// Which way.
    pub step: domain::graduated::RegisterStep,
    /// London date.
    pub decided_on: Date,
    /// The SENCO who decided.
    pub senco_id: Option<Uuid>,
    /// The staff who decided, each by name and role.
    pub staff: Json,
    /// The parents and carers who decided, by their ids.
    pub parents: Json,
    /// The assessments cited, by their ids.
    pub assessments: Json,
    /// In what the provision is additional to or different from; for taking off, why.
    pub words: String,
    /// The parents' view of taking off.
    pub parents_view: Option<String>,
    /// The SEN status before it.
    pub status_before: domain::child::SenStatus,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
    /// When it was taken back (UTC).
    pub reversed_at: Option<DateTimeUtc>,
    /// Why.
    pub reversed_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
