//! An action of a planning meeting (PC-4, PC-8).

use sea_orm::entity::prelude::*;

/// An action of a planning meeting (PC-4, PC-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_action")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting that agreed it.
    pub meeting_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The item.
    pub item_id: Option<Uuid>,
    /// The child of the item.
    pub child_id: Option<Uuid>,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// London date by which.
    pub due_on: Date,
    /// London date on which it was agreed.
    pub agreed_on: Date,
    /// The meeting in which it was done or dropped.
    pub closed_in: Option<Uuid>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
