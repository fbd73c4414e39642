//! An item on the agenda of a planning meeting (PC-4).

use sea_orm::entity::prelude::*;

/// An item on the agenda of a planning meeting (PC-4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_item")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The school.
    pub school_id: Uuid,
    /// The child, where it is about one.
    pub child_id: Option<Uuid>,
    /// How it came onto the agenda.
    pub origin: domain::planning::ItemOrigin,
    /// What it is about.
    pub priority: domain::planning::Priority,
    /// What it is.
    pub title: String,
    /// How the parents took part.
    pub parents: String,
    /// How the child took part.
    pub pupil: String,
    /// Other agencies involved or wanted.
    pub agencies: String,
    /// The consultation through which the child was raised (GR-9).
    pub link_consultation_id: Option<Uuid>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
