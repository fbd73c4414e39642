//! A school's assessment of an area of development (GR-2, GR-7).

use sea_orm::entity::prelude::*;

/// A school's assessment of an area of development (GR-2, GR-7).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "school_assessment")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The child.
    pub child_id: Uuid,
    /// The school that made it.
    pub school_id: Uuid,
    /// The area.
    pub area: domain::graduated::AreaOfDevelopment,
    /// The instrument of the authority's list; none for free text.
    pub instrument_id: Option<Uuid>,
    /// The instrument as it was named.
    pub instrument: String,
    /// Whether it was standardised.
    pub standardised: bool,
    /// London date of the assessment.
    pub assessed_on: Date,
    /// The school year of that date, by the year in which it begins.
    pub school_year: i32,
    /// What it showed.
    pub result: String,
    /// Whether it identifies a need for further intervention.
    pub identifies_need: bool,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When (UTC).
    pub recorded_at: DateTimeUtc,
    /// When it was taken back as a mistake (UTC).
    pub withdrawn_at: Option<DateTimeUtc>,
    /// Why.
    pub withdrawn_reason: Option<String>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
