//! A school of the group that a session is for (LG-1).

use sea_orm::entity::prelude::*;

/// A school of the group that a session is or was for: kept with it, so that it stays the same when the family of schools changes
/// (LG-1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_session_school")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// The school.
    #[sea_orm(primary_key, auto_increment = false)]
    pub school_id: Uuid,
    /// The authority of the session.
    pub authority_id: Uuid,
    /// Whether it still belongs to the group. One that left before the session started, or to another authority, is kept, since
    /// texts may still name its pupils.
    pub takes_part: bool,
}

impl ActiveModelBehavior for ActiveModel {}
