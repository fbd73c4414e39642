//! Something that happened, in the order in which it was committed.

use sea_orm::entity::prelude::*;

/// Something that happened, in the order in which it was committed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// The authority in whose stream it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream_id: Uuid,
    /// Its number there, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Key.
    #[sea_orm(unique)]
    pub id: Uuid,
    /// What makes it the same event.
    #[sea_orm(unique)]
    pub dedup_key: String,
    /// What happened.
    pub kind: domain::event::EventKind,
    /// The kind of object that changed.
    pub subject_kind: String,
    /// The object that changed.
    pub subject_id: Uuid,
    /// The child.
    pub child_id: Option<Uuid>,
    /// The school that held the child at the time.
    pub school_id: Option<Uuid>,
    /// The case it belongs to: a consultation or an EHC needs assessment.
    pub case_id: Option<Uuid>,
    /// The advice request it is about, where those who were asked for the advice see it.
    pub part_id: Option<Uuid>,
    /// The particulars, as `domain::event::Event`.
    pub payload: Json,
    /// The *should* rules that the caller took responsibility for, with the reasons.
    pub acknowledgements: Json,
    /// Who did it; none where the service did.
    pub actor_id: Option<Uuid>,
    /// When (UTC).
    pub occurred_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
