//! A role that a person holds in an authority, from a date to a date (XC-23).

use sea_orm::entity::prelude::*;

/// A role that a person holds in an authority, from a date to a date (XC-23).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who.
    pub person_id: Uuid,
    /// In which authority.
    pub authority_id: Uuid,
    /// Which role.
    pub role: domain::access::Role,
    /// At which school, for school staff.
    pub school_id: Option<Uuid>,
    /// First London date.
    pub from_date: Date,
    /// Last London date, if it ends.
    pub to_date: Option<Date>,
    /// When it was revoked at once (UTC).
    pub revoked_at: Option<DateTimeUtc>,
    /// Who granted it.
    pub granted_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
