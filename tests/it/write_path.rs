//! What all mutations share: the dry run, the key of a retry, the version, the acknowledgement, the answer to what is
//! not there, and that each change is whole or not at all.

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::{CASE, id};
use casegraph::graphql::id::Kind;
use casegraph::op::new_id;
use casegraph::store::Fault;
use casegraph::store::work::Work;
use casegraph::workflow::Service;
use casegraph::workflow::command::{Command, Control, Gathered, run};
use domain::access::{Action, Standing};
use domain::consultation::ConsultationEvent;
use domain::event::{Event, Subject};
use domain::refusal::Findings;
use entity::locality;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use uuid::Uuid;

const SLOT: &str = "2026-03-19T10:00:00Z";

/// What a change writes to; the audit of reads is written by a dry run as well.
const TABLES: [&str; 9] = [
    "consultation",
    "consultation_slot",
    "attendee",
    "duty",
    "consent",
    "escalation",
    "event",
    "outbox_mail",
    "idempotency_key",
];

async fn counts(app: &App) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push(app.count(table).await);
    }
    counts
}

fn with(mut input: Value, field: &str, value: impl Into<Value>) -> Value {
    input[field] = value.into();
    input
}

async fn cancel(app: &App, input: Value) -> Value {
    app.act("senco", "cancelConsultation", CASE, input).await
}

/// A step that writes something and then fails.
#[derive(Serialize)]
struct Half {
    authority: Uuid,
    panics: bool,
}

impl Command for Half {
    const ACTION: Action = Action::PublishConsultationSlot;
    type Facts = ();
    type Plan = ();

    async fn gather(&self, _: &Work<'_>) -> Result<Gathered<()>, Fault> {
        let standing = Standing { authority: self.authority, ..Standing::default() };
        Ok(Gathered::Found { facts: (), standing, target: None })
    }

    fn decide(&self, _: &casegraph::op::Op, (): &()) -> (Findings, ()) {
        (Findings::default(), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, (): (), (): ()) -> Result<Uuid, Fault> {
        let row =
            locality::Model { id: new_id(), authority_id: self.authority, name: "half".into(), version: 1 };
        work.insert::<locality::Entity>(row).await?;
        let subject = Subject { authority: self.authority, id: new_id(), ..Subject::default() };
        work.record(subject, Event::Consultation(ConsultationEvent::SlotWithdrawn));
        assert!(!self.panics, "as the test wants it");
        Err(Fault::Unexpected("as the test wants it"))
    }
}

both! {
    async fn a_dry_run_changes_nothing_and_says_what_would_be_refused(app: App) {
        let slot = app.slot(SLOT).await;
        let before = counts(&app).await;
        let form = with(app.form("ada", &slot), "idempotencyKey", "dry");
        let passes = app.book_as("senco", with(form.clone(), "dryRun", true)).await;
        assert_eq!(passes, json!({ "consultation": null, "refusals": [], "advisories": [], "replayed": false }));
        let spoilt = with(with(form.clone(), "mainConcerns", ""), "parentsConsent", false);
        let dry = app.book_as("senco", with(spoilt.clone(), "dryRun", true)).await;
        assert_eq!(rules(&dry), ["OC-7", "OC-8"]);
        assert_eq!(counts(&app).await, before);
        assert_eq!(app.book_as("senco", spoilt).await, dry);
        assert_eq!(counts(&app).await, before);
        // The key was not used up by the dry run.
        let booked = app.book_as("senco", form).await;
        assert_eq!((&booked["refusals"], &booked["replayed"]), (&json!([]), &json!(false)));
        let after = counts(&app).await;
        assert_ne!(after, before);
        // On an update the object is there, as it stands.
        let input = json!({ "consultation": booked["consultation"]["id"], "reason": "ill", "dryRun": true });
        let dry = cancel(&app, input).await;
        assert_eq!((&dry["consultation"], &dry["refusals"]), (&booked["consultation"], &json!([])));
        assert_eq!(counts(&app).await, after);
    }

    async fn a_retry_changes_nothing_and_gets_the_first_answer(app: App) {
        let slot = app.slot(SLOT).await;
        let form = with(app.form("ada", &slot), "primaryAreaOfNeed", "SOCIAL_EMOTIONAL_AND_MENTAL_HEALTH");
        let form = with(form, "idempotencyKey", "k");
        let first = app.book_as("senco", form.clone()).await;
        assert_eq!((&first["refusals"], &first["replayed"]), (&json!([]), &json!(false)));
        assert_eq!(first["advisories"][0]["rule"], "OC-8");
        let after = counts(&app).await;
        let again = app.book_as("senco", form.clone()).await;
        assert_eq!(again, with(first.clone(), "replayed", true));
        // Also on another day, when a new booking of the same would be refused.
        app.set_clock("2026-03-18T09:00:00Z");
        let later = app.book_as("senco", form.clone()).await;
        assert_eq!((&later["refusals"], &later["replayed"]), (&json!([]), &json!(true)));
        assert_eq!(later["consultation"]["id"], first["consultation"]["id"]);
        assert_eq!(counts(&app).await, after);
        // The same key with another input, or for another step, is not that request.
        let other = app.book_as("senco", with(form, "mainConcerns", "Writing.")).await;
        assert_eq!(other["refusals"][0]["code"], "KEY_REUSED");
        assert_eq!(other["refusals"][0]["path"], "idempotencyKey");
        let input = json!({ "consultation": first["consultation"]["id"], "reason": "ill", "idempotencyKey": "k" });
        assert_eq!(cancel(&app, input).await["refusals"][0]["code"], "KEY_REUSED");
        assert_eq!(counts(&app).await, after);
    }

    async fn sixteen_at_once_with_one_key_are_one_change(app: App) {
        let slot = app.slot(SLOT).await;
        let form = with(app.form("ada", &slot), "idempotencyKey", "k");
        let answers = join_all((0..16).map(|_| app.book_as("senco", form.clone()))).await;
        let consultation = &answers[0]["consultation"]["id"];
        for answer in &answers {
            assert_eq!((&answer["refusals"], &answer["consultation"]["id"]), (&json!([]), consultation));
        }
        let first = answers.iter().filter(|answer| answer["replayed"] == json!(false)).count();
        assert_eq!((first, app.count("consultation").await), (1, 1));
        // On an update as well: after the first, its state would refuse the others.
        let input = json!({ "consultation": consultation, "reason": "ill", "idempotencyKey": "c",
            "expectedVersion": answers[0]["consultation"]["version"] });
        let answers = join_all((0..16).map(|_| cancel(&app, input.clone()))).await;
        assert!(answers.iter().all(|answer| answer["refusals"] == json!([])), "{answers:#?}");
        assert_eq!(answers.iter().filter(|answer| answer["replayed"] == json!(false)).count(), 1);
    }

    async fn a_key_is_its_callers_own_and_a_refusal_does_not_use_it_up(app: App) {
        let slots = [app.slot(SLOT).await, app.slot_of("second_specialist", SLOT).await];
        let ada = with(app.form("ada", &slots[0]), "idempotencyKey", "k");
        let ben = with(app.form("ben", &slots[1]), "idempotencyKey", "k");
        let refused = app.book_as("senco", with(ada.clone(), "mainConcerns", "")).await;
        assert_eq!(rules(&refused), ["OC-8"]);
        for (subject, form) in [("senco", ada), ("head", ben)] {
            let booked = app.book_as(subject, form).await;
            assert_eq!((&booked["refusals"], &booked["replayed"]), (&json!([]), &json!(false)));
        }
        assert_eq!(app.count("consultation").await, 2);
    }

    async fn a_stale_version_is_refused_and_the_current_object_shown(app: App) {
        let slot = app.slot(SLOT).await;
        let consultation = app.booked("ada", &slot).await;
        let attendees = app.form("ada", &slot)["attendees"].take();
        let change = json!({ "consultation": consultation, "attendees": attendees, "expectedVersion": 1 });
        let changed = app.act("senco", "changeAttendees", CASE, change.clone()).await;
        assert_eq!((&changed["refusals"], &changed["consultation"]["version"]), (&json!([]), &json!(2)));
        let before = counts(&app).await;
        for version in [1, 3] {
            let input = json!({ "consultation": consultation, "reason": "ill", "expectedVersion": version });
            let stale = cancel(&app, input).await;
            assert_eq!(stale["refusals"][0]["code"], "STALE_VERSION");
            assert_eq!(stale["refusals"][0]["path"], "expectedVersion");
            assert_eq!(stale["consultation"], changed["consultation"]);
        }
        assert_eq!(counts(&app).await, before);
        let input = json!({ "consultation": consultation, "reason": "ill", "expectedVersion": 2 });
        assert_eq!(cancel(&app, input).await["consultation"]["state"], "CANCELLED");
    }

    async fn a_should_rule_waits_for_somebody_to_take_responsibility(app: App) {
        let slot = app.slot(SLOT).await;
        let mut form = app.form("ada", &slot);
        form["attendees"].as_array_mut().unwrap().truncate(1);
        let before = counts(&app).await;
        let for_another = json!([{ "rule": "OC-6", "reason": "They work shifts." }]);
        let blank = json!([{ "rule": "OC-8", "reason": " " }]);
        for acknowledge in [json!([]), for_another, blank] {
            let waits = app.book_as("senco", with(form.clone(), "acknowledge", acknowledge)).await;
            assert_eq!((&waits["consultation"], &waits["refusals"]), (&json!(null), &json!([])));
            assert_eq!(waits["advisories"][0]["rule"], "OC-8");
            assert_eq!(waits["advisories"][0]["needsAcknowledgement"], true);
        }
        assert_eq!(counts(&app).await, before);
        let given = json!([{ "rule": "OC-8", "reason": "They work shifts." }]);
        let booked = app.book_as("senco", with(form, "acknowledge", given.clone())).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation {
            history { nodes { acknowledged { rule reason } } } } } }";
        let data = app.ask("senco", query, json!({ "id": booked["consultation"]["id"] })).await;
        assert_eq!(data["node"]["history"]["nodes"][0]["acknowledged"], given);
    }

    async fn absent_and_not_yours_are_the_same_answer(app: App) {
        let slot = app.slot(SLOT).await;
        let consultation = app.booked("ada", &slot).await;
        let consent = app.c_ric("ada", app.now()).await["consent"]["id"].take();
        let free = app.slot("2026-03-20T10:00:00Z").await;
        let mut booking = app.form("ada", &free);
        booking["discussedOn"] = json!("2026-03-06");
        let action = json!([{ "what": "Timetable", "owner": "Teacher", "dueOn": "2026-12-01" }]);
        let steps = [
            ("bookConsultation", "consultation { id }", "child", app.child("ada"), Kind::Child, booking),
            ("cancelConsultation", "consultation { id }", "consultation", consultation.clone(),
                Kind::Consultation, json!({ "reason": "ill", "expectedVersion": 7 })),
            ("markConsultationHeld", "consultation { id }", "consultation", consultation,
                Kind::Consultation, json!({ "immediateActions": action })),
            ("withdrawConsent", "consent { id }", "consent", consent, Kind::Consent, json!({})),
            ("recordConsent", "consent { id }", "child", app.child("ada"), Kind::Child,
                json!({ "purpose": "INFORMATION_SHARING", "signedOn": "2026-03-06", "holder": "school" })),
        ];
        for (mutation, entity, field, theirs, kind, input) in steps {
            let hidden = app.act("second_senco", mutation, entity, with(input.clone(), field, theirs)).await;
            let absent = app.act("second_senco", mutation, entity, with(input, field, id(kind, new_id()))).await;
            assert_eq!(hidden["refusals"][0]["code"], "NOT_FOUND", "{mutation}");
            assert_eq!(hidden["refusals"].as_array().unwrap().len(), 1, "{mutation}");
            assert_eq!(hidden.to_string(), absent.to_string(), "{mutation}");
        }
    }

    async fn a_change_is_carried_out_though_its_client_hangs_up(app: App) {
        let children = app.more_children(50).await;
        let slots = app.more_slots(50, SLOT).await;
        let bookings: Vec<_> = children.iter().zip(slots).collect();
        for some in bookings.chunks(10) {
            let lock = Lock::take(&app).await;
            let mut clients = Vec::new();
            for (child, slot) in some {
                let form = with(app.form("ada", &id(Kind::ConsultationSlot, *slot)), "child", id(Kind::Child, **child));
                clients.push(send(&app, "bookConsultation", "BookConsultationInput", form).await);
            }
            waited_for(&app, some.len()).await;
            drop(clients);
            tokio::time::sleep(Duration::from_millis(50)).await;
            lock.release().await;
        }
        for _ in 0..100 {
            if app.count("consultation").await == 50 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(app.count("consultation").await, 50);
        healthy(&app).await;
    }

    async fn a_change_that_fails_leaves_nothing_behind(app: App) {
        let op = app.op("team").await;
        let before = (app.count("locality").await, app.count("event").await);
        // More often than the pool has connections.
        for attempt in 0..30 {
            let half = Half { authority: app.world.authority, panics: attempt % 2 == 0 };
            assert!(run(&app.service, &op, Control::default(), half).await.is_err());
        }
        assert_eq!((app.count("locality").await, app.count("event").await), before);
        healthy(&app).await;
    }

    async fn a_database_that_fails_half_way_leaves_nothing_behind_and_tells_nothing(app: App) {
        let slot = app.slot(SLOT).await;
        let before = counts(&app).await;
        let db = app.connection().await;
        // The letters are written after the consultation, its attendees and its duties.
        let (fail, mend) = match app.service.store.backend() {
            DbBackend::Sqlite => (
                "create trigger fail before insert on outbox_mail begin select raise(abort, 'secret-table'); end",
                "drop trigger fail",
            ),
            _ => (
                "create function fail() returns trigger language plpgsql as
                    $$ begin raise exception 'secret-table'; end $$;
                 create trigger fail before insert on outbox_mail for each row execute function fail()",
                "drop trigger fail on outbox_mail",
            ),
        };
        db.execute_unprepared(fail).await.unwrap();
        let form = with(app.form("ada", &slot), "idempotencyKey", "k");
        let query = "mutation($input: BookConsultationInput!) { bookConsultation(input: $input) { replayed } }";
        for _ in 0..25 {
            let answer = app.answer("senco", query, json!({ "input": form })).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL", "{answer:#}");
            assert!(!answer.to_string().contains("secret-table"), "{answer:#}");
        }
        assert_eq!(counts(&app).await, before);
        db.execute_unprepared(mend).await.unwrap();
        let booked = app.book_as("senco", form).await;
        assert_eq!((&booked["refusals"], &booked["replayed"]), (&json!([]), &json!(false)));
        healthy(&app).await;
    }
}

/// Sends a mutation as the SENCO and does not wait for the answer.
async fn send(app: &App, mutation: &str, input_type: &str, input: Value) -> TcpStream {
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ replayed }} }}");
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        app.address,
        app.token("senco"),
        body.len()
    );
    let mut client = TcpStream::connect(&app.address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

/// Holds up every booking: on SQLite the database, on PostgreSQL the authority.
struct Lock(sea_orm::DatabaseConnection);

impl Lock {
    async fn take(app: &App) -> Self {
        let mut options = sea_orm::ConnectOptions::new(app.database_url());
        options.max_connections(1);
        let db = sea_orm::Database::connect(options).await.unwrap();
        let begin = match app.service.store.backend() {
            DbBackend::Sqlite => "begin immediate",
            _ => "begin; select 1 from authority for update",
        };
        db.execute_unprepared(begin).await.unwrap();
        Self(db)
    }

    async fn release(self) {
        self.0.execute_unprepared("rollback").await.unwrap();
        self.0.close().await.unwrap();
    }
}

/// Waits until so many bookings stand before the lock.
async fn waited_for(app: &App, many: usize) {
    if app.service.store.backend() == DbBackend::Sqlite {
        // Its one writer waits for the lock, the others for the writer: there is nothing to ask.
        tokio::time::sleep(Duration::from_millis(400)).await;
        return;
    }
    let sql = "select count(*) as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..100 {
        // Not on the connection of the lock: there the answer would stand still as long as its transaction.
        let db = app.service.store.reader();
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
        let waiting: i64 = row.unwrap().try_get("", "n").unwrap();
        if usize::try_from(waiting).unwrap() == many {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the bookings do not wait for the lock");
}

/// Every connection is idle and out of any transaction, and changes go through.
async fn healthy(app: &App) {
    // On PostgreSQL one connection listens for notifications all the time.
    let listening = usize::from(app.service.store.backend() == DbBackend::Postgres);
    let idle = || app.service.store.pools().iter().all(|(_, size, idle)| *size as usize - *idle <= listening);
    for _ in 0..100 {
        if idle() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(idle(), "{:?}", app.service.store.pools());
    if app.service.store.backend() == DbBackend::Postgres {
        let sql = "select count(*) as n from pg_stat_activity
            where datname = current_database() and state like 'idle in transaction%'";
        let db = app.connection().await;
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
        assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap(), 0);
    }
    let days = ["2026-04-20", "2026-04-21", "2026-04-22", "2026-04-23", "2026-04-24"];
    let publish = days.map(|day| async move { app.slot(&format!("{day}T10:00:00Z")).await });
    assert_eq!(join_all(publish).await.len(), days.len());
}
