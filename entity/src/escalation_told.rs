//! Who was told of an escalation: everybody who holds a role in its authority, or one person.

use sea_orm::entity::prelude::*;

/// Who was told of an escalation: everybody who holds a role in its authority, or one person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation_told")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The escalation.
    pub escalation_id: Uuid,
    /// The role told.
    pub role: domain::access::Role,
    /// The person, where it is one person.
    pub person_id: Option<Uuid>,
    /// When (UTC).
    pub told_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
