//! A Record of Involvement as evidence in a section (OC-13).

use sea_orm::entity::prelude::*;

/// A Record of Involvement as evidence in a section (OC-13).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_evidence")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The section.
    pub section_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The consultation whose record it is.
    pub consultation_id: Uuid,
    /// Who cited it.
    pub cited_by: Uuid,
    /// When (UTC).
    pub cited_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
