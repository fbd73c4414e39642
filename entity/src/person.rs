//! Somebody who signs in: staff, parent, young person or a service account.

use sea_orm::entity::prelude::*;

/// Somebody who signs in: staff, parent, young person or a service account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who the token says it is.
    #[sea_orm(unique)]
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Where their mail goes.
    pub email: String,
    /// When they were invited (UTC).
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
