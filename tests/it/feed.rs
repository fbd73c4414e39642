//! The event log and its followers: each event once, in order, none lost, nothing hidden shows.

mod farewell;

use crate::both;
use crate::support::app::App;
use crate::support::chance::Chance;
use crate::support::socket::Subscriber;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casegraph::feed::cursor::{CursorKey, Position, Seen};
use casegraph::graphql::id::{Kind, encode};
use casegraph::op::{Op, new_id};
use casegraph::workflow::Service;
use domain::access::Role;
use domain::consultation::{AreaOfNeed, ConsultationEvent};
use domain::event::{Event, Subject};
use entity::{event, locality, role_grant};
use futures_util::future::join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, Statement, TransactionTrait,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

const EVENTS: &str = "subscription($after: EventCursor) { caseEvents(after: $after) { id cursor kind } }";
const WRITERS: usize = 8;
const CUTS: usize = 20;

/// One change with so many events that all staff of the authorities see, and a pause before its end.
async fn change(service: &Service, streams: &[Uuid], events: usize, chance: &mut Chance) {
    let op = Op::of_service(service.clock.now());
    let mut work = service.store.work(&op).await.unwrap();
    let row =
        locality::Model { id: new_id(), authority_id: streams[0], name: new_id().to_string(), version: 1 };
    work.insert::<locality::Entity>(row).await.unwrap();
    for _ in 0..events {
        let place = usize::try_from(chance.below(streams.len() as u64)).unwrap();
        let subject = Subject {
            authority: streams[place],
            kind: "ConsultationSlot",
            id: new_id(),
            ..Subject::default()
        };
        let published = ConsultationEvent::SlotPublished {
            area_of_need: AreaOfNeed::CognitionAndLearning,
            starts_at: op.now,
        };
        work.record(subject, Event::Consultation(published));
    }
    chance.nap(2_000).await;
    work.commit().await.unwrap();
    service.feed.ring();
}

async fn one_event(app: &App, stream: Uuid) {
    change(&app.service, &[stream], 1, &mut Chance::fixed()).await;
}

/// Eight writers that write so many events together.
fn writers(
    app: &App,
    streams: &[Uuid],
    events: usize,
    chance: &mut Chance,
) -> Vec<tokio::task::JoinHandle<()>> {
    let write = |mut chance: Chance| {
        let (service, streams) = (app.service.clone(), streams.to_vec());
        tokio::spawn(async move {
            let mut left = events / WRITERS;
            while left > 0 {
                let some = left.min(1 + usize::try_from(chance.below(4)).unwrap());
                change(&service, &streams, some, &mut chance).await;
                left -= some;
            }
        })
    };
    (0..WRITERS).map(|_| write(chance.branch())).collect()
}

async fn follow(app: &App, subject: &str, after: &Value) -> Subscriber {
    app.subscribe(subject, EVENTS, json!({ "after": after })).await
}

/// The event in a payload: its id and the cursor behind it.
fn event_in(mut payload: Value) -> (Value, Value) {
    assert_eq!(payload.get("errors"), None, "{payload:#}");
    let event = &mut payload["data"]["caseEvents"];
    (event["id"].take(), event["cursor"].take())
}

/// Follows until an event came: from then on nothing may be missed. Its id and the cursor behind it.
async fn begin(app: &App, subject: &str) -> (Subscriber, Value, Value) {
    let mut subscriber = follow(app, subject, &Value::Null).await;
    loop {
        one_event(app, app.world.authority).await;
        if let Some(payload) = subscriber.next_within(Duration::from_millis(700)).await {
            let (id, cursor) = event_in(payload);
            return (subscriber, id, cursor);
        }
    }
}

/// All events of a stream, in order, by the id that subscribers see.
async fn log_of(app: &App, stream: Uuid) -> Vec<Value> {
    let of_stream = event::Entity::find().filter(event::Column::StreamId.eq(stream));
    let rows = of_stream.order_by_asc(event::Column::Seq).all(app.service.store.reader()).await.unwrap();
    rows.iter().map(|row| json!(encode(Kind::Event, row.id).as_str())).collect()
}

async fn grant_elsewhere(app: &App, subject: &str) {
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let row = role_grant::Model {
        id: new_id(),
        person_id: app.world.people[subject],
        authority_id: app.world.other_authority,
        role: Role::ConsultationsTeam,
        school_id: None,
        from_date: "2024-09-01".parse().unwrap(),
        to_date: None,
        revoked_at: None,
        granted_by: None,
    };
    work.insert::<role_grant::Entity>(row).await.unwrap();
    work.commit().await.unwrap();
}

/// Revokes the roles of somebody in an authority at once.
async fn revoke(app: &App, subject: &str, authority: Uuid) {
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::RevokedAt, Expr::val(app.now()))
        .filter(role_grant::Column::PersonId.eq(app.world.people[subject]))
        .filter(role_grant::Column::AuthorityId.eq(authority))
        .exec(&app.connection().await)
        .await
        .unwrap();
}

/// On PostgreSQL each change rests between numbering its events and the commit, to give readers every chance.
async fn slow_down(db: &DatabaseConnection) {
    db.execute_unprepared(
        "create function rest() returns trigger language plpgsql as
            $$ begin perform pg_sleep(random() * 0.002); return null; end $$;
         create trigger rest after insert on event for each statement execute function rest()",
    )
    .await
    .unwrap();
}

/// Reads 2,000 events that 8 writers write meanwhile, cut off 20 times.
async fn every_event_once_in_order(app: &App, streams: &[Uuid]) {
    let mut chance = Chance::seeded(20);
    if app.service.store.backend() == sea_orm::DbBackend::Postgres {
        slow_down(&app.connection().await).await;
    }
    let (first, begun_with, mut cursor) = begin(app, "team").await;
    drop(first);
    let written = writers(app, streams, 2_000, &mut chance);
    let mut got = Vec::new();
    for _ in 0..CUTS {
        let mut subscriber = follow(app, "team", &cursor).await;
        for _ in 0..chance.below(90) {
            let (id, next) = event_in(subscriber.next_within(Duration::from_secs(20)).await.unwrap());
            got.push(id);
            cursor = next;
        }
    }
    join_all(written).await.into_iter().for_each(|task| task.unwrap());
    let mut logs = BTreeMap::new();
    for stream in streams {
        let mut log = log_of(app, *stream).await;
        if let Some(before) = log.iter().position(|id| *id == begun_with) {
            log.drain(..=before);
        }
        logs.insert(*stream, log);
    }
    let expected: usize = logs.values().map(Vec::len).sum();
    assert!(expected >= 2_000 && got.len() < expected);
    let mut subscriber = follow(app, "team", &cursor).await;
    while got.len() < expected {
        let payload = subscriber.next_within(Duration::from_secs(20)).await;
        got.push(event_in(payload.expect("an event that is still missing")).0);
    }
    assert_eq!(subscriber.next_within(Duration::from_millis(1_500)).await, None, "one event too many");
    for log in logs.values() {
        let of_stream: Vec<_> = got.iter().filter(|id| log.contains(id)).collect();
        assert!(of_stream.into_iter().eq(log), "events lost, doubled or out of order");
    }
}

async fn take_out(db: &DatabaseConnection, row: &event::Model) {
    let there = event::Entity::delete_many()
        .filter(event::Column::StreamId.eq(row.stream_id))
        .filter(event::Column::Seq.eq(row.seq));
    assert_eq!(there.exec(db).await.unwrap().rows_affected, 1);
}

fn code(payload: &Value) -> &Value {
    &payload["errors"][0]["extensions"]["code"]
}

/// Following behind this cursor ends at once, and says why.
async fn expect_expired(app: &App, subject: &str, cursor: &Value) {
    let mut subscriber = follow(app, subject, cursor).await;
    let payload = subscriber.next().await;
    assert_eq!(code(&payload), "CURSOR_EXPIRED", "{cursor}: {payload:#}");
    assert_eq!(subscriber.next().await, Value::Null, "the stream goes on");
}

both! {
    async fn a_subscriber_cut_off_twenty_times_gets_each_event_once_and_in_order(app: App) {
        every_event_once_in_order(&app, &[app.world.authority]).await;
    }

    async fn a_subscriber_of_two_authorities_gets_each_event_of_both(app: App) {
        grant_elsewhere(&app, "team").await;
        every_event_once_in_order(&app, &[app.world.authority, app.world.other_authority]).await;
    }

    async fn a_cursor_that_this_service_did_not_give_out_is_refused(app: App) {
        let (_, _, cursor) = begin(&app, "team").await;
        let good = cursor.as_str().unwrap();
        for place in [0, good.len() / 2, good.len() - 2] {
            let mut mangled = good.as_bytes().to_vec();
            mangled[place] = if mangled[place] == b'A' { b'B' } else { b'A' };
            expect_expired(&app, "team", &json!(String::from_utf8(mangled).unwrap())).await;
        }
        for wrong in [&good[..good.len() - 4], &format!("{good}AAAA"), "7", "", "ünïcode"] {
            expect_expired(&app, "team", &json!(wrong)).await;
        }
        let newest = event::Entity::find().one(app.service.store.reader()).await.unwrap().unwrap();
        let seen = Seen { seq: newest.seq, id: newest.id };
        let foreign = CursorKey::new(&CursorKey::generate().unwrap()).unwrap();
        let foreign = foreign.seal(&Position::from([(newest.stream_id, seen)])).unwrap();
        expect_expired(&app, "team", &json!(foreign)).await;
        follow(&app, "team", &cursor).await;
    }

    async fn a_cursor_whose_event_is_gone_or_another_is_refused(app: App) {
        let (mut subscriber, _, _) = begin(&app, "team").await;
        one_event(&app, app.world.authority).await;
        let (id, cursor) = event_in(subscriber.next().await);
        one_event(&app, app.world.authority).await;
        let (later, _) = event_in(follow(&app, "team", &cursor).await.next().await);
        assert_ne!(later, id);
        let db = app.connection().await;
        let rows = event::Entity::find().all(&db).await.unwrap();
        let row = rows.into_iter().find(|row| id == encode(Kind::Event, row.id).as_str()).unwrap();
        take_out(&db, &row).await;
        expect_expired(&app, "team", &cursor).await;
        // After a restore the same number is another event.
        let other = event::Model { id: new_id(), ..row.clone() };
        other.into_active_model().reset_all().insert(&db).await.unwrap();
        expect_expired(&app, "team", &cursor).await;
        // With the same event back, the cursor is good again: it was refused for the event and nothing else.
        take_out(&db, &row).await;
        row.into_active_model().reset_all().insert(&db).await.unwrap();
        assert_eq!(event_in(follow(&app, "team", &cursor).await.next().await).0, later);
    }

    async fn a_revoked_role_ends_the_stream_within_five_seconds(app: App) {
        let (mut idle, _, _) = begin(&app, "senco").await;
        let revoked = Instant::now();
        revoke(&app, "senco", app.world.authority).await;
        let payload = idle.next_within(Duration::from_secs(6)).await.unwrap();
        assert_eq!(code(&payload), "UNAUTHENTICATED", "{payload:#}");
        assert!(revoked.elapsed() < Duration::from_secs(5), "{:?}", revoked.elapsed());
        assert_eq!(idle.next().await, Value::Null);
    }

    async fn an_event_after_the_revocation_is_not_delivered(app: App) {
        let (mut busy, _, _) = begin(&app, "head").await;
        revoke(&app, "head", app.world.authority).await;
        one_event(&app, app.world.authority).await;
        assert_eq!(code(&busy.next().await), "UNAUTHENTICATED");
    }

    async fn what_is_hidden_gives_no_sign(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let (mut sees, _, _) = begin(&app, "senco").await;
        let (mut blind, _, before) = begin(&app, "second_senco").await;
        let mut elsewhere = follow(&app, "elsewhere_senco", &Value::Null).await;
        // What the second beginning wrote.
        while sees.next_within(Duration::from_millis(700)).await.is_some() {}
        while blind.next_within(Duration::from_millis(700)).await.is_some() {}
        app.booked("ada", &slot).await;
        let booked = sees.next().await;
        assert_eq!(booked["data"]["caseEvents"]["kind"], "CONSULTATION_BOOKED");
        assert_eq!(blind.next_within(Duration::from_millis(1_500)).await, None);
        one_event(&app, app.world.authority).await;
        let (shown, cursor) = event_in(sees.next().await);
        let (also_shown, blind_cursor) = event_in(blind.next().await);
        assert_eq!(shown, also_shown);
        assert_eq!(elsewhere.next_within(Duration::from_millis(700)).await, None);
        tell_nothing(&[&cursor, &blind_cursor, &before]);
        // Resumed from before, the hidden ones are not there either.
        let mut resumed = follow(&app, "second_senco", &before).await;
        let mut ids = Vec::new();
        while let Some(payload) = resumed.next_within(Duration::from_secs(1)).await {
            ids.push(event_in(payload).0);
        }
        assert_eq!(ids.last(), Some(&shown));
        let log = log_of(&app, app.world.authority).await;
        let hidden = app.count("event").await - i64::try_from(log.len()).unwrap();
        assert_eq!(hidden, 0, "nothing happened elsewhere");
        assert!(!ids.contains(&log[log.len() - 2]), "the booking is the event before the last");
    }

    async fn a_role_gained_while_following_is_kept_by_the_cursor(app: App) {
        let (mut subscriber, _, _) = begin(&app, "team").await;
        while subscriber.next_within(Duration::from_millis(700)).await.is_some() {}
        grant_elsewhere(&app, "team").await;
        let mut cursor = Value::Null;
        for _ in 0..2 {
            one_event(&app, app.world.authority).await;
            cursor = event_in(subscriber.next().await).1;
        }
        drop(subscriber);
        one_event(&app, app.world.other_authority).await;
        let elsewhere = log_of(&app, app.world.other_authority).await;
        let payload = follow(&app, "team", &cursor).await.next_within(Duration::from_secs(3)).await;
        let (id, cursor) = event_in(payload.expect("the event of the authority gained, written while cut off"));
        assert_eq!(id, elsewhere[0]);
        // A role lost while cut off: its stream is silent, the other goes on.
        revoke(&app, "team", app.world.other_authority).await;
        one_event(&app, app.world.other_authority).await;
        one_event(&app, app.world.authority).await;
        let mut resumed = follow(&app, "team", &cursor).await;
        let (id, _) = event_in(resumed.next().await);
        assert_eq!(Some(&id), log_of(&app, app.world.authority).await.last());
        assert_eq!(resumed.next_within(Duration::from_millis(1_500)).await, None);
    }
}

/// Nothing can be read off the cursors: they are of one length, share no part, and no plain number.
fn tell_nothing(cursors: &[&Value]) {
    let bytes: Vec<_> =
        cursors.iter().map(|cursor| URL_SAFE_NO_PAD.decode(cursor.as_str().unwrap()).unwrap()).collect();
    for (place, one) in bytes.iter().enumerate() {
        for other in &bytes[place + 1..] {
            assert_eq!(one.len(), other.len());
            let shared = one.iter().zip(other).filter(|(a, b)| a == b).count();
            assert!(shared < one.len() / 4, "{shared} of {} bytes are the same", one.len());
        }
        assert!(!one.windows(5).any(|window| window == [0; 5]), "a small number stands there in the open");
    }
}

/// What a reader of `seq > cursor` gets while others write.
async fn poll(db: &DatabaseConnection, from: &str, done: impl Fn() -> bool) -> usize {
    let (mut cursor, mut got) = (0_i64, 0);
    loop {
        let last = done();
        let sql = format!("select seq from {from} and seq > {cursor} order by seq");
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        got += rows.len();
        if let Some(row) = rows.last() {
            cursor = row.try_get("", "seq").unwrap();
        }
        if last {
            return got;
        }
    }
}

/// Why the log is as it is: numbers from a serial column become visible out of order, so that a reader passes over some.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serial_column_loses_events_and_the_log_loses_none() {
    let app = App::on_postgres().await;
    let mut chance = Chance::seeded(5);
    let db = app.connection().await;
    db.execute_unprepared("create table serial_event (seq bigserial primary key, writer integer not null)")
        .await
        .unwrap();
    let write = |mut chance: Chance| {
        let url = app.database_url().to_owned();
        tokio::spawn(async move {
            let db = Database::connect(url).await.unwrap();
            for _ in 0..100 {
                let tx = db.begin().await.unwrap();
                tx.execute_unprepared("insert into serial_event (writer) values (1)").await.unwrap();
                chance.nap(4_000).await;
                tx.commit().await.unwrap();
            }
        })
    };
    let running: Vec<_> = (0..WRITERS).map(|_| write(chance.branch())).collect();
    let done = || running.iter().all(tokio::task::JoinHandle::is_finished);
    let got = poll(&db, "serial_event where true", done).await;
    assert_eq!(app.count("serial_event").await, 800);
    assert!(got < 800, "the serial column lost nothing: the readers and writers did not meet");

    slow_down(&db).await;
    let running = writers(&app, &[app.world.authority], 800, &mut chance);
    let done = || running.iter().all(tokio::task::JoinHandle::is_finished);
    let from = format!("event where stream_id = '{}'", app.world.authority);
    assert_eq!(poll(&db, &from, done).await, 800);
    assert_eq!(app.count("event").await, 800);
}
