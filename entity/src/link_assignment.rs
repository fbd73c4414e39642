//! A practitioner linked to a school in a discipline, from a date to a date (XC-6).

use sea_orm::entity::prelude::*;

/// A practitioner linked to a school in a discipline, from a date to a date (XC-6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_assignment")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The practitioner.
    pub person_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The authority of the school.
    pub authority_id: Uuid,
    /// EP, CIT, PATSS, EWO or inclusion partner.
    pub discipline: domain::access::Role,
    /// First London date.
    pub from_date: Date,
    /// Last London date, if it ends.
    pub to_date: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
