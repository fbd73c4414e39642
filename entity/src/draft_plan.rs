//! A draft plan as it was served on the parents (EH-3, AQ-8).

use sea_orm::entity::prelude::*;

/// A draft plan as it was served on the parents (EH-3, AQ-8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "draft_plan")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority.
    pub authority_id: Uuid,
    /// The assessment.
    pub assessment_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// 1 for the first.
    pub number: i32,
    /// What it says.
    pub content: String,
    /// Who issued it.
    pub issued_by: Uuid,
    /// When it was served (UTC).
    pub issued_at: DateTimeUtc,
    /// Last London date of the parents' time for it.
    pub respond_by: Date,
    /// Why the SEND manager let it go out with open queries.
    pub override_reason: Option<String>,
    /// When its issue was taken back (UTC).
    pub withdrawn_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
