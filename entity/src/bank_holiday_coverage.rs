//! The years for which the bank holidays of a division are known.

use sea_orm::entity::prelude::*;

/// The years for which the bank holidays of a division are known.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_holiday_coverage")]
pub struct Model {
    /// The division.
    #[sea_orm(primary_key, auto_increment = false)]
    pub division: String,
    /// First day known.
    pub first_day: Date,
    /// Last day known; past it working days are refused.
    pub last_day: Date,
}

impl ActiveModelBehavior for ActiveModel {}
