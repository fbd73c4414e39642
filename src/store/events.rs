//! The event log. An event gets its number under the lock of its stream, as the last thing before the commit, so that
//! no reader sees number n + 1 before n (ADR 1).

use super::scope::{Scoped, Sight};
use super::{Fault, Store};
use crate::op::Op;
use domain::event::{Event, EventKind, Subject};
use domain::refusal::Acknowledgement;
use entity::{event, event_head, locality_item, service_secret};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Databases bound the parameters of a statement.
const ROWS_A_STATEMENT: usize = 1_000;

/// An event about to be written.
#[derive(Debug)]
pub struct Entry {
    /// What it is about.
    pub subject: Subject,
    /// What happened.
    pub event: Event,
}

/// Numbers and writes events: the streams in order of their ids, so that two changes cannot wait for each other.
pub(super) async fn append(
    tx: &DatabaseTransaction,
    op: &Op,
    entries: &[Entry],
    acknowledged: &[Acknowledgement],
) -> Result<(), Fault> {
    let mut streams: BTreeMap<Uuid, Vec<(usize, &Entry)>> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        streams.entry(entry.subject.authority).or_default().push((place, entry));
    }
    let change = op.id();
    for (stream, entries) in streams {
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let last = advance(tx, stream, count).await?;
        let mut rows = Vec::with_capacity(entries.len());
        for (seq, (place, entry)) in (last - count + 1..).zip(entries) {
            let row = event::Model {
                stream_id: stream,
                seq,
                id: op.id(),
                dedup_key: format!("{change}:{place}"),
                kind: entry.event.kind(),
                subject_kind: entry.subject.kind.to_owned(),
                subject_id: entry.subject.id,
                child_id: entry.subject.child,
                school_id: entry.subject.school,
                case_id: entry.subject.case,
                part_id: entry.subject.part,
                payload: serde_json::to_value(&entry.event)?,
                acknowledgements: serde_json::to_value(acknowledged)?,
                actor_id: op.actor(),
                occurred_at: op.now,
            };
            rows.push(row.into_active_model());
        }
        for some in rows.chunks(ROWS_A_STATEMENT) {
            let some = some.iter().cloned().map(sea_orm::ActiveModelTrait::reset_all);
            event::Entity::insert_many(some).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}

async fn advance(tx: &DatabaseTransaction, stream: Uuid, count: i64) -> Result<i64, Fault> {
    let mut update = Query::update();
    update
        .table(event_head::Entity)
        .value(event_head::Column::LastSeq, Expr::col(event_head::Column::LastSeq).add(count))
        .and_where(event_head::Column::StreamId.eq(stream))
        .returning_col(event_head::Column::LastSeq);
    let row = tx.query_one(&update).await?.ok_or(Fault::Unexpected("an authority has no stream"))?;
    Ok(row.try_get("", "last_seq")?)
}

/// The numbers of the newest events of all streams.
pub async fn heads(db: &impl ConnectionTrait) -> Result<BTreeMap<Uuid, i64>, Fault> {
    let heads = event_head::Entity::find().all(db).await?;
    Ok(heads.into_iter().map(|head| (head.stream_id, head.last_seq)).collect())
}

/// What a subscriber asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these kinds; all when empty.
    pub kinds: Vec<EventKind>,
    /// Only about this child.
    pub child: Option<Uuid>,
    /// Only about children of this school at the time.
    pub school: Option<Uuid>,
    /// Only about this case: a consultation or an EHC needs assessment.
    pub case: Option<Uuid>,
    /// Only about this session of a locality group or one of its items.
    pub session: Option<Uuid>,
}

/// What happens to a session, and to the items that stand in it.
fn of_session(session: Uuid) -> Condition {
    let items = locality_item::Entity::find()
        .select_only()
        .column(locality_item::Column::Id)
        .filter(locality_item::Column::SessionId.eq(session))
        .into_query();
    Condition::any().add(event::Column::CaseId.eq(session)).add(event::Column::CaseId.in_subquery(items))
}

impl Filter {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if !self.kinds.is_empty() {
            all = all.add(event::Column::Kind.is_in(self.kinds.iter().copied()));
        }
        all.add_option(self.child.map(|id| event::Column::ChildId.eq(id)))
            .add_option(self.school.map(|id| event::Column::SchoolId.eq(id)))
            .add_option(self.case.map(|id| event::Column::CaseId.eq(id)))
            .add_option(self.session.map(of_session))
    }
}

/// The next events of a stream that the viewer sees: after a number, up to a head that was read before.
pub async fn page(
    db: &impl ConnectionTrait,
    sight: Sight<'_>,
    stream: Uuid,
    after: i64,
    up_to: i64,
    filter: &Filter,
    limit: u64,
) -> Result<Vec<event::Model>, Fault> {
    let found = event::Entity::find()
        .filter(event::Column::StreamId.eq(stream))
        .filter(event::Column::Seq.gt(after))
        .filter(event::Column::Seq.lte(up_to))
        .filter(filter.condition())
        .filter(event::Entity::visible(sight))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(db)
        .await?;
    Ok(found)
}

/// The id of the event with this number: a cursor is good only while it names the same event.
pub async fn id_at(db: &impl ConnectionTrait, stream: Uuid, seq: i64) -> Result<Option<Uuid>, Fault> {
    let found = event::Entity::find()
        .filter(event::Column::StreamId.eq(stream))
        .filter(event::Column::Seq.eq(seq))
        .one(db)
        .await?;
    Ok(found.map(|event| event.id))
}

/// The channel on which replicas tell each other of commits.
const CHANNEL: &str = "casegraph_events";

/// Tells the other replicas, outside any business transaction. SQLite has no others.
pub async fn notify(store: &Store) -> Result<(), Fault> {
    if store.backend() == DbBackend::Postgres {
        store.reader().execute_unprepared(&format!("notify {CHANNEL}")).await?;
    }
    Ok(())
}

/// Calls back at each notification, until the connection breaks.
pub async fn hear_notifications(store: &Store, ring: impl Fn() + Send) -> Result<(), Fault> {
    let pool = store.reader().get_postgres_connection_pool();
    let broken = |error| {
        Fault::Database(sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(std::sync::Arc::new(error))))
    };
    let mut listener = sea_orm::sqlx::postgres::PgListener::connect_with(pool).await.map_err(broken)?;
    listener.listen(CHANNEL).await.map_err(broken)?;
    loop {
        listener.recv().await.map_err(broken)?;
        ring();
    }
}

/// The secret of this name, made once and shared by all replicas.
pub async fn secret(store: &Store, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let find = || service_secret::Entity::find_by_id(name.to_owned());
    if let Some(row) = find().one(store.reader()).await? {
        return Ok(row.value);
    }
    let made = service_secret::ActiveModel {
        name: sea_orm::ActiveValue::Set(name.to_owned()),
        value: sea_orm::ActiveValue::Set(fresh),
    };
    let kept = service_secret::Entity::insert(made)
        .on_conflict(OnConflict::column(service_secret::Column::Name).do_nothing().to_owned())
        .exec_without_returning(store.writer())
        .await;
    if let Err(error) = kept {
        tracing::debug!(%error, "another replica made the secret first");
    }
    find()
        .one(store.reader())
        .await?
        .map(|row| row.value)
        .ok_or(Fault::Unexpected("a secret that was just made is gone"))
}
