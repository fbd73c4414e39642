//! What is done for a child: before identification, or in a section of a One Plan (GR-1, GR-5).

use sea_orm::entity::prelude::*;

/// What is done for a child: before identification, or in a section of a One Plan (GR-1, GR-5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "intervention")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that does it.
    pub school_id: Uuid,
    /// The section; none before identification.
    pub section_id: Option<Uuid>,
    /// Its place in the section.
    pub position: i32,
    /// The area of development.
    pub area: domain::graduated::AreaOfDevelopment,
    /// How far it goes.
    pub tier: domain::graduated::InterventionTier,
    /// What is done.
    pub what: String,
    /// On what evidence.
    pub evidence_base: String,
    /// Who does it.
    pub who: String,
    /// When and how often.
    pub timetable: String,
    /// First London date.
    pub from_date: Date,
    /// Last London date, if it ended.
    pub to_date: Option<Date>,
    /// London date on which its impact was looked at.
    pub reviewed_on: Option<Date>,
    /// What it achieved.
    pub impact: Option<String>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
