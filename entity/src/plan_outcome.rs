//! What a section is to achieve.

use sea_orm::entity::prelude::*;

/// What a section is to achieve.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_outcome")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The section.
    pub section_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// Its place in the section.
    pub position: i32,
    /// What the child will be able to do.
    pub what: String,
    /// By what it is seen.
    pub measure: String,
}

impl ActiveModelBehavior for ActiveModel {}
