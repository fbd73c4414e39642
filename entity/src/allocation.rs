//! A service's time for a school in a term (PC-6).

use sea_orm::entity::prelude::*;

/// A service's time for a school in a term (PC-6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The service.
    pub service: domain::planning::SupportService,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its six terms.
    pub term: domain::calendar::TermName,
    /// The time.
    pub minutes: i32,
    /// Who set it.
    pub set_by: Uuid,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
