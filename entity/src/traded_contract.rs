//! A school's traded contract with the EP service (PC-5).

use sea_orm::entity::prelude::*;

/// A school's traded contract with the EP service (PC-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "traded_contract")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// First London date.
    pub from_date: Date,
    /// Last London date.
    pub to_date: Date,
    /// The time that it pays for.
    pub minutes: i32,
    /// Who recorded it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
