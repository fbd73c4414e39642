//! That a person was sent their digest of a London day: one at most (XC-19).

use sea_orm::entity::prelude::*;

/// That a person was sent their digest of a London day: one at most (XC-19).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "digest")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The London date.
    #[sea_orm(primary_key, auto_increment = false)]
    pub on_date: Date,
}

impl ActiveModelBehavior for ActiveModel {}
