//! A deadline of which a person is still to be reminded, in their next digest (XC-19).

use sea_orm::entity::prelude::*;

/// A deadline of which a person is still to be reminded, in their next digest (XC-19).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// Of which deadline.
    #[sea_orm(primary_key, auto_increment = false)]
    pub duty_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
