//! An item of a session. It has no child: the link is a table of its own (LG-2, LG-11).

use sea_orm::entity::prelude::*;

/// An item of a session. It has no child: the link is a table of its own (LG-2, LG-11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "locality_item")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The authority that made the row.
    pub authority_id: Uuid,
    /// The reference that mail carries.
    #[sea_orm(unique)]
    pub reference: String,
    /// The session.
    pub session_id: Uuid,
    /// The locality.
    pub locality_id: Uuid,
    /// The school that brought it.
    pub school_id: Uuid,
    /// What it is about.
    pub about: domain::locality::Concern,
    /// The code of the child in the minutes, where it is about one (LG-10).
    pub code: Option<String>,
    /// What it is about, in words that identify nobody.
    pub subject: String,
    /// The planned intervention or the support in a cycle, as the SENCO states it (LG-5).
    pub support_so_far: Option<String>,
    /// Where it stands.
    pub state: domain::locality::ItemState,
    /// The SENCO who brought it.
    pub presented_by: Uuid,
    /// When it was brought (UTC).
    pub proposed_at: DateTimeUtc,
    /// When it came to the feedback (London date).
    pub feedback_on: Option<Date>,
    /// Why it was put off or withdrawn.
    pub closing_reason: Option<String>,
    /// The item of an earlier session that was put off to this one.
    pub deferred_from: Option<Uuid>,
    /// Counts the changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
