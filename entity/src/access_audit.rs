//! Somebody read a child's record (XC-10).

use sea_orm::entity::prelude::*;

/// Somebody read a child's record (XC-10).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "access_audit")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who.
    pub person_id: Uuid,
    /// Whose record.
    pub child_id: Uuid,
    /// Through which authority, where only one.
    pub authority_id: Option<Uuid>,
    /// What was asked, by its operation name and root fields.
    pub operation: String,
    /// The request.
    pub request_id: String,
    /// When (UTC).
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
