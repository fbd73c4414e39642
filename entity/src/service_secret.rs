//! A key that all replicas share, made when the database was.

use sea_orm::entity::prelude::*;

/// A key that all replicas share, made when the database was.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service_secret")]
pub struct Model {
    /// What it is for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The key.
    pub value: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
