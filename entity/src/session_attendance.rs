//! Somebody who is at a session (LG-1).

use sea_orm::entity::prelude::*;

/// Somebody who is at a session (LG-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session_attendance")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// Who.
    pub person_id: Uuid,
    /// For which school, as its SENCO; none for an EP.
    pub school_id: Option<Uuid>,
    /// Since when (UTC).
    pub arrived_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
