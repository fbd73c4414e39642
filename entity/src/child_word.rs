//! A folded word of a child's names, for search (XC-20).

use sea_orm::entity::prelude::*;

/// A folded word of a child's names, for search (XC-20).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "child_word")]
pub struct Model {
    /// The child.
    #[sea_orm(primary_key, auto_increment = false)]
    pub child_id: Uuid,
    /// Folded word.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
}

impl ActiveModelBehavior for ActiveModel {}
