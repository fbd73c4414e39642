//! Somebody who is invited to a session of a locality group.

use sea_orm::entity::prelude::*;

/// Somebody who is invited to a session of a locality group, until it is called off.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session_invitation")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Uuid,
    /// The authority of the session.
    pub authority_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
