//! The bytes of a file, apart from what is said of it: listings never load them (XC-21).

use sea_orm::entity::prelude::*;

/// The bytes of a file, apart from what is said of it: listings never load them (XC-21).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment_content")]
pub struct Model {
    /// The attachment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment_id: Uuid,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
