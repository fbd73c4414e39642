//! A bank holiday of a division.

use sea_orm::entity::prelude::*;

/// A bank holiday of a division.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_holiday")]
pub struct Model {
    /// The division.
    #[sea_orm(primary_key, auto_increment = false)]
    pub division: String,
    /// The London date.
    #[sea_orm(primary_key, auto_increment = false)]
    pub on_date: Date,
    /// Its name.
    pub title: String,
}

impl ActiveModelBehavior for ActiveModel {}
