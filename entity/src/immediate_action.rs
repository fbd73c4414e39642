//! An action agreed at a consultation (OC-12).

use sea_orm::entity::prelude::*;

/// An action agreed at a consultation (OC-12).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "immediate_action")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The consultation.
    pub consultation_id: Uuid,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// By when (London date).
    pub due_on: Date,
    /// Order in the list.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
