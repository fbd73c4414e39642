//! A day on which the authority is closed (XC-1).

use sea_orm::entity::prelude::*;

/// A day on which the authority is closed (XC-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "closure_day")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub authority_id: Uuid,
    /// The London date.
    pub on_date: Date,
    /// Why.
    pub title: String,
}

impl ActiveModelBehavior for ActiveModel {}
