//! Which school and authority hold a child, from a date to a date (XC-14). Decides sight.

use sea_orm::entity::prelude::*;

/// Which school and authority hold a child, from a date to a date (XC-14). Decides sight.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "holding")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// First London date.
    pub from_date: Date,
    /// The London date on which it ended; that day is no longer part of it.
    pub to_date: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
