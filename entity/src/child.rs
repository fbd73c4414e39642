//! A child or young person.

use sea_orm::entity::prelude::*;

/// A child or young person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "child")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// Unique pupil number; none once erased.
    #[sea_orm(unique)]
    pub upn: Option<String>,
    /// Whether the number is a temporary one.
    pub upn_temporary: bool,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The name they go by.
    pub known_as: Option<String>,
    /// Birth date.
    pub date_of_birth: Date,
    /// Gender as recorded.
    pub gender: domain::child::Gender,
    /// Year group, where taught out of cohort.
    pub year_group_override: Option<i32>,
    /// SEN status.
    pub sen_status: domain::child::SenStatus,
    /// Primary need.
    pub primary_need: Option<domain::child::Need>,
    /// Further needs, as a list of codes.
    pub further_needs: Json,
    /// The young person's own account.
    pub person_id: Option<Uuid>,
    /// When the record was erased (UTC).
    pub erased_at: Option<DateTimeUtc>,
    /// Counts the changes.
    pub version: i32,
    /// When it was registered (UTC).
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
