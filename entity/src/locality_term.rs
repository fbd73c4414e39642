//! A locality's session of a term, as it is due (LG-1).

use sea_orm::entity::prelude::*;

/// A locality's session of a term, as it is due (LG-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_term")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail carries.
    #[sea_orm(unique)]
    pub reference: String,
    /// The locality.
    pub locality_id: Uuid,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// The term.
    pub term: domain::calendar::TermName,
}

impl ActiveModelBehavior for ActiveModel {}
