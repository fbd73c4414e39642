//! Whether somebody has read the report of a week (AQ-10).

use sea_orm::entity::prelude::*;

/// Whether somebody has read the report of a week (AQ-10).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "weekly_report")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The Monday of the week.
    pub monday: Date,
    /// Who read it.
    pub read_by: Option<Uuid>,
    /// When (UTC).
    pub read_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
