//! A policy version of an authority.

use sea_orm::entity::prelude::*;

/// A policy version of an authority.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "policy")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub authority_id: Uuid,
    /// Counts up from 1 within the authority.
    pub version: i32,
    /// First London date on which deadlines are set under it.
    pub effective_from: Date,
    /// The figures, as `domain::policy::Figures`.
    pub figures: Json,
    /// Who set it.
    pub changed_by: Option<Uuid>,
    /// When it was set (UTC).
    pub changed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
