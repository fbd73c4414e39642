//! A teacher or teaching assistant named for a child.

use sea_orm::entity::prelude::*;

/// A teacher or teaching assistant named for a child.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "named_staff")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The member of staff.
    pub person_id: Uuid,
    /// At which school.
    pub school_id: Uuid,
    /// First London date.
    pub from_date: Date,
    /// Last London date, if it ended.
    pub to_date: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
