//! A version of an advice as it came in (AQ-1).

use sea_orm::entity::prelude::*;

/// A version of an advice as it came in (AQ-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "advice_version")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The request.
    pub request_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// 1 for the first.
    pub number: i32,
    /// What it says.
    pub content: String,
    /// What changed against the version before.
    pub what_changed: Option<String>,
    /// Who sent it in or recorded it.
    pub submitted_by: Uuid,
    /// When (UTC).
    pub submitted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
