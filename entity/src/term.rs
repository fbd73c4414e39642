//! One of the six terms of a school year (XC-5).

use sea_orm::entity::prelude::*;

/// One of the six terms of a school year (XC-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "term")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub authority_id: Uuid,
    /// The year in which the school year starts.
    pub school_year: i32,
    /// Which of the six.
    pub name: domain::calendar::TermName,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
}

impl ActiveModelBehavior for ActiveModel {}
