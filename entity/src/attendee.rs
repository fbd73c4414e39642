//! Somebody invited to a consultation.

use sea_orm::entity::prelude::*;

/// Somebody invited to a consultation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendee")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The consultation.
    pub consultation_id: Uuid,
    /// How they come to it.
    pub kind: domain::consultation::booking::AttendeeKind,
    /// Their name.
    pub name: String,
    /// Their role, in words.
    pub role: String,
    /// Where the invitation goes.
    pub email: String,
    /// Order in the list.
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
