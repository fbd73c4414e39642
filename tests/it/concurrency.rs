//! Many at once: one slot has one winner, one child has one consultation in 42 days, and a withdrawal of consent cannot
//! slip past a booking.

use crate::both;
use crate::support::app::{App, rules};
use crate::support::chance::Chance;
use crate::support::forms::id;
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use casegraph::workflow::command::{Control, Reply, run};
use casegraph::workflow::consent::Withdraw;
use casegraph::workflow::consultation::booking::Book;
use casegraph::workflow::consultation::cancellation::Cancel;
use chrono::TimeDelta;
use domain::consent::Purpose;
use domain::consultation::State;
use domain::refusal::Code;
use domain::rule::RuleId;
use entity::{consent, consultation};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

const SLOT: &str = "2026-03-19T10:00:00Z";
/// 41 days after the slot: one too near.
const TOO_NEAR: &str = "2026-04-29T10:00:00Z";
const ROUNDS: usize = 100;
const AT_ONCE: u32 = 64;
/// How many try in the rounds between those with all of them, which take long.
const SOME: usize = 12;

/// All of these bookings at once, each as a task of its own.
async fn all_at_once(app: &App, bookings: Vec<(&str, Book)>) -> Vec<Reply> {
    let mut running = Vec::new();
    for (subject, booking) in bookings {
        let (service, op) = (app.service.clone(), app.op(subject).await);
        running.push(tokio::spawn(async move { run(&service, &op, Control::default(), booking).await }));
    }
    // A loser is told why; an error is a fault of the service.
    join_all(running).await.into_iter().map(|reply| reply.unwrap().unwrap()).collect()
}

/// The one consultation that came of it; every other booking was refused under this rule.
fn only_winner(replies: &[Reply], rule: RuleId) -> Uuid {
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.refusals.is_empty());
    assert_eq!(won.len(), 1);
    for reply in lost {
        assert_eq!(reply.entity, None);
        let reasons: Vec<_> = reply.refusals.iter().map(|refusal| (refusal.rule, refusal.code)).collect();
        assert_eq!(reasons, [(rule, Code::Conflict)]);
    }
    won[0].entity.unwrap()
}

async fn live(app: &App) -> Vec<consultation::Model> {
    let live = consultation::Entity::find().filter(consultation::Column::State.ne(State::Cancelled));
    live.all(app.service.store.reader()).await.unwrap()
}

async fn call_off(app: &App, consultation: Uuid) {
    let reply = app.step("senco", Cancel { consultation, reason: "the next round".into() }).await;
    assert_eq!(reply.refusals, []);
}

/// All of these operations at once over HTTP; the payloads of the mutation.
async fn all_over_http(app: &App, inputs: Vec<Value>) -> Vec<Value> {
    join_all(inputs.into_iter().map(|input| app.book_as("senco", input))).await
}

fn form(app: &App, child: Uuid, slot: Uuid) -> Value {
    let mut form = app.form("ada", &id(Kind::ConsultationSlot, slot));
    form["child"] = id(Kind::Child, child);
    form
}

both! {
    async fn one_slot_booked_for_many_children_at_once_has_one_winner(app: App) {
        let children = app.more_children(AT_ONCE).await;
        let slot = app.more_slots(1, SLOT).await[0];
        for round in 0..ROUNDS {
            let trying = if round % 10 == 0 { &children[..] } else { &children[round % 50..][..SOME] };
            let bookings = trying.iter().map(|child| ("senco", app.booking(*child, slot))).collect();
            let winner = only_winner(&all_at_once(&app, bookings).await, RuleId::Oc1);
            let live = live(&app).await;
            assert_eq!(live.iter().map(|row| row.id).collect::<Vec<_>>(), [winner]);
            call_off(&app, winner).await;
        }
        assert_eq!(app.count("consultation").await, i64::try_from(ROUNDS).unwrap());
    }

    async fn one_slot_booked_for_64_children_over_http_has_one_winner(app: App) {
        let children = app.more_children(AT_ONCE).await;
        for slot in app.more_slots(3, SLOT).await {
            // Who won an earlier round is too near now: new children would do as well, but cost more.
            let before = live(&app).await;
            let free = children.iter().filter(|child| before.iter().all(|row| row.child_id != **child));
            let forms = free.map(|child| form(&app, *child, slot)).collect();
            let payloads = all_over_http(&app, forms).await;
            let (won, lost): (Vec<_>, Vec<_>) =
                payloads.iter().partition(|payload| payload["refusals"] == json!([]));
            assert_eq!(won.len(), 1);
            assert!(lost.iter().all(|payload| rules(payload) == ["OC-1"]));
            assert_eq!(live(&app).await.len(), before.len() + 1);
        }
    }

    async fn slots_of_one_specialist_published_at_once_do_not_overlap_and_do_not_fail(app: App) {
        let publish = async |starts_at: String| {
            let slot = json!({
                "authority": id(Kind::Authority, app.world.authority),
                "areaOfNeed": "COGNITION_AND_LEARNING",
                "startsAt": starts_at,
                "specialist": app.person("specialist"),
                "joinLink": "https://meet.example/room",
            });
            app.act("team", "publishConsultationSlot", "slot { id }", slot).await
        };
        // Ten at distances of two hours, then ten that overlap all the others.
        let apart = (0..10).map(|place| format!("2026-04-{:02}T{:02}:00:00Z", 20 + place / 5, 8 + place % 5 * 2));
        for payload in join_all(apart.map(&publish)).await {
            assert_eq!(payload["refusals"], json!([]));
        }
        let overlapping = (0..10).map(|place| format!("2026-04-27T10:{:02}:00Z", place * 5));
        let payloads = join_all(overlapping.map(&publish)).await;
        let published = payloads.iter().filter(|payload| payload["refusals"] == json!([]));
        assert_eq!(published.count(), 1);
        assert_eq!(app.count("consultation_slot").await, 11);
    }

    async fn one_child_in_two_slots_41_days_apart_is_booked_once(app: App) {
        let child = app.more_children(1).await[0];
        let slots = [app.more_slots(1, SLOT).await[0], app.more_slots(1, TOO_NEAR).await[0]];
        app.set_clock("2026-03-16T09:00:00Z");
        for round in 0..ROUNDS {
            let mut bookings =
                vec![("senco", app.booking(child, slots[0])), ("head", app.booking(child, slots[1]))];
            if round % 2 == 1 {
                bookings.reverse();
            }
            let winner = only_winner(&all_at_once(&app, bookings).await, RuleId::Oc5);
            assert_eq!(live(&app).await.len(), 1);
            call_off(&app, winner).await;
        }
    }

    async fn consent_withdrawn_at_the_instant_of_booking_leaves_no_booking_without_consent(app: App) {
        let mut chance = Chance::seeded(7);
        let children = app.more_children(u32::try_from(ROUNDS).unwrap()).await;
        let slots = app.more_slots(u32::try_from(ROUNDS).unwrap(), SLOT).await;
        let (mut refused, mut cancelled) = (0, 0);
        for (round, (child, slot)) in children.iter().zip(slots).enumerate() {
            let form = c_ric_of(&app, *child).await;
            let (mut first, mut second) = (chance.branch(), chance.branch());
            // Two of four rounds are in order, so that both orders are sure to occur.
            let (withdrawal_waits, booking_waits) = (round % 4 == 0, round % 4 == 1);
            let (senco, team) = (app.op("senco").await, app.op("team").await);
            let book = async {
                if booking_waits { pause().await } else { first.nap(6_000).await }
                run(&app.service, &senco, Control::default(), app.booking(*child, slot)).await.unwrap()
            };
            let withdraw = async {
                if withdrawal_waits { pause().await } else { second.nap(6_000).await }
                let command = Withdraw { consent: form, reason: None };
                run(&app.service, &team, Control::default(), command).await.unwrap()
            };
            let (booked, withdrawn) = tokio::join!(book, withdraw);
            assert_eq!(withdrawn.refusals, []);
            if booked.refusals.is_empty() {
                cancelled += 1;
            } else {
                assert_eq!(booked.refusals[0].rule, RuleId::Oc7);
                refused += 1;
            }
        }
        assert_eq!(unconsented(&app).await, Vec::<Uuid>::new());
        assert!(refused > 0 && cancelled > 0, "{refused} refused, {cancelled} cancelled: no race was run");
        assert_eq!(app.count("consultation").await, cancelled);
    }
}

async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
}

/// A C-RIC of the child in force; its id.
async fn c_ric_of(app: &App, child: Uuid) -> Uuid {
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let form = consent::Model {
        id: new_id(),
        authority_id: app.world.authority,
        child_id: child,
        purpose: Purpose::OnlineConsultation,
        parent_carer_id: None,
        signed_on: domain::london::date_of(app.now()),
        received_at: Some(app.now() - TimeDelta::hours(2)),
        received_by: Some(app.world.people["team"]),
        recorded_at: app.now(),
        holder: "consultations team".into(),
        group_explained: false,
        school_id: None,
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawal_reason: None,
        version: 1,
    };
    let id = form.id;
    work.insert::<consent::Entity>(form).await.unwrap();
    work.commit().await.unwrap();
    id
}

/// The live bookings of children whose consent was withdrawn, where no newer C-RIC was sent.
async fn unconsented(app: &App) -> Vec<Uuid> {
    let forms = consent::Entity::find().all(app.service.store.reader()).await.unwrap();
    let unconsented = |row: &consultation::Model| {
        let of_child: Vec<_> = forms.iter().filter(|form| form.child_id == row.child_id).collect();
        let in_force = of_child.iter().any(|form| form.withdrawn_at.is_none());
        let withdrawn = of_child.iter().filter_map(|form| form.withdrawn_at).max();
        let sent: domain::consultation::booking::Form = serde_json::from_value(row.form.clone()).unwrap();
        !in_force && withdrawn.is_some_and(|at| sent.c_ric_sent_at <= at)
    };
    live(app).await.iter().filter(|row| unconsented(row)).map(|row| row.id).collect()
}
