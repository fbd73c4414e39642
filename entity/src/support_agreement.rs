//! In what an item ended (PC-5).

use sea_orm::entity::prelude::*;

/// In what an item ended (PC-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "support_agreement")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The item.
    pub item_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The child of the item.
    pub child_id: Option<Uuid>,
    /// The school year of the meeting.
    pub school_year: i32,
    /// The term of the meeting.
    pub term: domain::calendar::TermName,
    /// In which form.
    pub form: domain::planning::SupportForm,
    /// The rank of a triage.
    pub rank: Option<i32>,
    /// The service.
    pub service: Option<domain::planning::SupportService>,
    /// The agreed time.
    pub minutes: Option<i32>,
    /// The traded contract.
    pub contract_id: Option<Uuid>,
    /// What was agreed.
    pub note: String,
    /// Who entered it.
    pub agreed_by: Uuid,
    /// When (UTC).
    pub agreed_at: DateTimeUtc,
    /// Why it was taken back.
    pub withdrawn_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
