//! An entry in the log of a query: who was told or asked what, when.

use sea_orm::entity::prelude::*;

/// An entry in the log of a query: who was told or asked what, when.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "advice_query_entry")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The query.
    pub query_id: Uuid,
    /// The request whose advice it is on.
    pub request_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// What it says.
    pub kind: domain::ehc::EntryKind,
    /// In words.
    pub note: String,
    /// What was answered.
    pub answer: Option<String>,
    /// The subject line, of a letter.
    pub subject: Option<String>,
    /// The addresses it went to, of a letter.
    pub recipients: Json,
    /// Who.
    pub entered_by: Uuid,
    /// When (UTC).
    pub entered_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
