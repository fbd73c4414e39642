//! The planning meeting that a school is due in a term (PC-1).

use sea_orm::entity::prelude::*;

/// The planning meeting that a school is due in a term (PC-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "planning_term")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail may carry.
    #[sea_orm(unique)]
    pub reference: String,
    /// The school.
    pub school_id: Uuid,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its six terms.
    pub term: domain::calendar::TermName,
}

impl ActiveModelBehavior for ActiveModel {}
