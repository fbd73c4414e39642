//! An instrument on an authority's list (GR-7).

use sea_orm::entity::prelude::*;

/// An instrument on an authority's list (GR-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "instrument")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// Its name.
    pub name: String,
    /// The name as it is compared: no case, no accents.
    pub folded: String,
    /// Whether it is standardised.
    pub standardised: bool,
    /// How often it may be used for a child in a school year, where that differs from the policy.
    pub yearly_maximum: Option<i32>,
    /// When it was taken off the list (UTC).
    pub retired_at: Option<DateTimeUtc>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
