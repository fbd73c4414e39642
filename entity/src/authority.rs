//! A local authority: the root of policy, calendar and people.

use sea_orm::entity::prelude::*;

/// A local authority: the root of policy, calendar and people.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authority")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The three-digit code by which the Department for Education knows it.
    #[sea_orm(unique)]
    pub code: String,
    /// Its name.
    pub name: String,
    /// The bank holiday division, `england-and-wales`.
    pub division: String,
    /// When it was set up (UTC).
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
