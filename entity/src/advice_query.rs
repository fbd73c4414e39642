//! A query on an advice (AQ-2 to AQ-7).

use sea_orm::entity::prelude::*;

/// A query on an advice (AQ-2 to AQ-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "advice_query")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The request whose advice it is on.
    pub request_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// Where it stands.
    pub state: domain::ehc::QueryState,
    /// What is wrong.
    pub reason: domain::ehc::QueryReason,
    /// On which version of the advice.
    pub on_version: i32,
    /// On which part of it.
    pub part: String,
    /// What is asked.
    pub question: String,
    /// Who raised it.
    pub raised_by: Uuid,
    /// When (UTC).
    pub raised_at: DateTimeUtc,
    /// What the SEND manager decided last.
    pub decision: Option<domain::ehc::QueryDecision>,
    /// What the formal follow-up requires.
    pub required: Option<String>,
    /// When the formal follow-up was opened (UTC).
    pub follow_up_opened_at: Option<DateTimeUtc>,
    /// London date by which its response is due.
    pub follow_up_due_on: Option<Date>,
    /// When the updated advice came in (UTC).
    pub answered_at: Option<DateTimeUtc>,
    /// When it was settled, closed or withdrawn (UTC).
    pub closed_at: Option<DateTimeUtc>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
