//! Feedback on planning meetings (PC-9).

use sea_orm::entity::prelude::*;

/// Feedback on planning meetings (PC-9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_feedback")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The school, where it is about one.
    pub school_id: Option<Uuid>,
    /// The meeting, where it was given at one.
    pub meeting_id: Option<Uuid>,
    /// From where.
    pub source: domain::planning::FeedbackSource,
    /// 1 to 5.
    pub score: i32,
    /// In words.
    pub text: String,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its six terms.
    pub term: domain::calendar::TermName,
    /// Who gave it.
    pub given_by: Uuid,
    /// When (UTC).
    pub given_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
