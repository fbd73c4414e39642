//! A parent or carer of a child.

use sea_orm::entity::prelude::*;

/// A parent or carer of a child.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "parent_carer")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// Their account, if they have one.
    pub person_id: Option<Uuid>,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// What they are to the child, in words.
    pub relationship: String,
    /// First London date.
    pub from_date: Date,
    /// Last London date, if it ended.
    pub to_date: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
