//! What a request costs in SQL statements: no more for fifty rows than for five, and a sweep with nothing due costs the
//! same however much there is.

mod locality;
mod meetings;
mod plans;

use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use casegraph::sweep;
use casegraph::workflow::command::{Control, run};
use chrono::TimeDelta;
use domain::access::Role;
use domain::duty::DutyState;
use entity::duty;
use sea_orm::EntityTrait;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Counts the statements that the database connections of this thread are given.
struct Counter(Arc<AtomicUsize>);

const STATEMENTS: [&str; 5] =
    ["execute_raw", "execute_unprepared", "query_one_raw", "query_all_raw", "stream_raw"];

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("sea_orm::database") && STATEMENTS.contains(&metadata.name())
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.0.fetch_add(1, Ordering::SeqCst);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Hears nothing, but keeps every place that could speak open: otherwise the first thread that passes one without a
/// subscriber of its own closes it for all.
struct Quiet;

impl Subscriber for Quiet {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Counts on this thread until the guard goes.
fn counting(count: &Arc<AtomicUsize>) -> tracing::subscriber::DefaultGuard {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| tracing::subscriber::set_global_default(Quiet).unwrap());
    tracing::subscriber::set_default(Counter(Arc::clone(count)))
}

/// The statements of a step: the fewest of several tries, seen more than once. The feed looks at its heads meanwhile, and on a
/// busy machine a loader's batch may be cut in two.
async fn fewest<F: Future>(count: &AtomicUsize, step: impl Fn() -> F) -> usize {
    let (mut fewest, mut seen) = (usize::MAX, 0);
    for tries in 1..=30 {
        let before = count.load(Ordering::SeqCst);
        step().await;
        let now = count.load(Ordering::SeqCst) - before;
        seen = if now < fewest { 1 } else { seen + usize::from(now == fewest) };
        fewest = fewest.min(now);
        if tries >= 6 && seen >= 3 {
            break;
        }
    }
    fewest
}

fn query(first: u32) -> String {
    format!(
        "{{ consultations(first: {first}) {{ totalCount pageInfo {{ hasNextPage }} nodes {{
            id state slot {{ startsAt specialist {{ name }} }} school {{ name }} bookedBy {{ name }}
            discussedWith {{ name }} joinLink
            child {{ givenName school {{ name }} parents {{ name }} consents {{ inForce }} }}
            duties {{ rule {{ id }} state due {{ on overdue }} }} escalations {{ id }}
            attendees {{ name }} immediateActions {{ what }} recordsOfInvolvement {{ id }} attachments {{ id }}
            allowedActions history(first: 3) {{ nodes {{ kind actor {{ name }} }} }}
        }} }} }}"
    )
}

async fn a_page_of_fifty_needs_as_many_statements_as_one_of_five(app: App) {
    let children = app.more_children(50).await;
    let slots = app.more_slots(50, "2026-03-19T10:00:00Z").await;
    let op = app.op("senco").await;
    for (child, slot) in children.iter().zip(slots) {
        let reply = run(&app.service, &op, Control::default(), app.booking(*child, slot)).await.unwrap();
        assert_eq!(reply.refusals, []);
    }
    let count = Arc::new(AtomicUsize::new(0));
    let _counting = counting(&count);
    for subject in ["senco", "manager", "team"] {
        let page = async |first: u32| {
            let data = app.ask(subject, &query(first), json!({})).await;
            assert_eq!(data["consultations"]["nodes"].as_array().unwrap().len(), first as usize);
        };
        let five = fewest(&count, || page(5)).await;
        let fifty = fewest(&count, || page(50)).await;
        assert!(five > 10, "{five} statements cannot be all");
        // A loader gathers keys for a millisecond: on a slow machine a batch may be cut in two.
        assert!(fifty <= five + 4, "{subject}: {five} statements for five, {fifty} for fifty");
    }
}

fn assessments(first: u32) -> String {
    format!(
        "{{ ehcAssessments(first: {first}) {{ totalCount nodes {{
            reference child {{ givenName }} school {{ name }} coordinator {{ name }} allowedActions
            adviceRequests {{ giver {{ name }} manager {{ name }} versions {{ number }} allowedActions }}
            adviceQueries {{ state log {{ kind enteredBy {{ name }} }} allowedActions adviceRequest {{ service }} }}
            exceptions {{ ground }} draftPlans {{ checks {{ state }} }} delayNotices {{ reason }}
            forecast {{ finalOn }} duties {{ rule {{ id }} due {{ on }} adviceRequest {{ service }} }}
            escalations {{ id }} parentsResponse history(first: 3) {{ nodes {{ kind adviceQuery {{ id }} }} }}
        }} }} }}"
    )
}

async fn a_page_of_assessments_costs_the_same_however_long(app: App) {
    for child in app.more_children(30).await {
        let child = id(Kind::Child, child);
        let requested = json!({
            "child": child, "source": "SCHOOL", "requestedOn": "2026-03-09",
            "acknowledge": [{ "rule": "GR-12", "reason": "Discussed on the telephone." }],
        });
        let payload = app.act("manager", "requestAssessment", "assessment { id }", requested).await;
        let assessment = payload["assessment"]["id"].clone();
        passes(&app.decide_to_assess(&assessment).await);
        let request = app.sought(&assessment, "HEALTH").await;
        passes(&app.submit("giver", &request, None).await);
        app.raised(&request).await;
    }
    let count = Arc::new(AtomicUsize::new(0));
    let _counting = counting(&count);
    for subject in ["manager", "coordinator", "integrator"] {
        let page = async |first: u32| {
            let data = app.ask(subject, &assessments(first), json!({})).await;
            assert_eq!(data["ehcAssessments"]["nodes"].as_array().unwrap().len(), first as usize);
        };
        let five = fewest(&count, || page(5)).await;
        let thirty = fewest(&count, || page(30)).await;
        assert!(five > 10, "{five} statements cannot be all");
        assert!(thirty <= five + 6, "{subject}: {five} statements for five, {thirty} for thirty");
    }
}

async fn a_sweep_costs_the_same_however_many_duties_are_open(app: App) {
    let count = Arc::new(AtomicUsize::new(0));
    let _counting = counting(&count);
    let sweep = async || assert_eq!(sweep::once(&app.service).await.unwrap().breaches, 0);
    let without = fewest(&count, &sweep).await;
    open_duties(&app, 2_000).await;
    let with = fewest(&count, &sweep).await;
    assert!((1..=8).contains(&without), "{without} statements");
    // On a slow machine no try may be without the feed's look; a cost per duty would be 2,000 more.
    assert!(with <= without + 2, "{with} statements with 2,000 duties, {without} without");
    // The counter sees what a due duty costs: otherwise it would see nothing at all.
    app.set_clock("2026-03-31T00:00:00Z");
    let before = count.load(Ordering::SeqCst);
    assert_eq!(sweep::once(&app.service).await.unwrap().breaches, 1);
    assert!(count.load(Ordering::SeqCst) > before + with);
}

/// So many open duties: one due on 30 March, the others a month later.
async fn open_duties(app: &App, number: usize) {
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    app.booked("ada", &slot).await;
    let db = app.service.store.reader();
    let model = duty::Entity::find().all(db).await.unwrap();
    let model = model.into_iter().find(|row| row.rule == "OC-12").unwrap();
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let due = |days: i64| {
        let mut due: domain::calendar::DueDate = serde_json::from_value(model.due.clone()).unwrap();
        due.on += TimeDelta::days(days);
        due.at += TimeDelta::days(days);
        due
    };
    let rows = (0..number).map(|place| {
        let due = due(if place == 0 { 10 } else { 40 });
        duty::Model {
            id: new_id(),
            state: DutyState::Open,
            owner_role: Role::Specialist,
            due_on: due.on,
            due_at: due.at,
            due: serde_json::to_value(&due).unwrap(),
            ..model.clone()
        }
    });
    work.insert_all::<duty::Entity>(rows.collect()).await.unwrap();
    work.commit().await.unwrap();
}

// One thread for each test, so that its counter sees its own statements and nobody else's.
#[tokio::test]
async fn pages_on_sqlite() {
    a_page_of_fifty_needs_as_many_statements_as_one_of_five(App::on_sqlite().await).await;
}

#[tokio::test]
async fn pages_on_postgres() {
    a_page_of_fifty_needs_as_many_statements_as_one_of_five(App::on_postgres().await).await;
}

#[tokio::test]
async fn assessments_on_sqlite() {
    a_page_of_assessments_costs_the_same_however_long(App::on_sqlite().await).await;
}

#[tokio::test]
async fn assessments_on_postgres() {
    a_page_of_assessments_costs_the_same_however_long(App::on_postgres().await).await;
}

#[tokio::test]
async fn sweeps_on_sqlite() {
    a_sweep_costs_the_same_however_many_duties_are_open(App::on_sqlite().await).await;
}

#[tokio::test]
async fn sweeps_on_postgres() {
    a_sweep_costs_the_same_however_many_duties_are_open(App::on_postgres().await).await;
}
