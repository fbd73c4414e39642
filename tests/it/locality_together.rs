//! A locality group at work: several write at once, and everybody who follows gets each change once and in order.

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::{NEXT_TERM, STEPS, TUESDAY};
use crate::support::refusals::{passes, refusals};
use crate::support::socket::Subscriber;
use casegraph::graphql::id::{Kind, encode};
use entity::{event, locality_item};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::time::Duration;

const CHANGES: &str = "subscription($session: ID!, $after: EventCursor) { sessionChanged(session: $session, after: $after) { \
    id cursor kind child { id } localityItem { id code } } }";

async fn follow(app: &App, subject: &str, session: &Value, after: &Value) -> Subscriber {
    app.subscribe(subject, CHANGES, json!({ "session": session, "after": after })).await
}

/// What was written so far, in order, of a session and its items: as subscribers see it.
async fn log_of(app: &App, session: &Value) -> Vec<Value> {
    let db = app.service.store.reader();
    let mut items: Vec<_> = locality_item::Entity::find().all(db).await.unwrap();
    items.retain(|row| id(Kind::LocalitySession, row.session_id) == *session);
    let rows = event::Entity::find()
        .filter(event::Column::StreamId.eq(app.world.authority))
        .order_by_asc(event::Column::Seq)
        .all(db)
        .await
        .unwrap();
    let of_session = rows.into_iter().filter(|row| {
        let case = row.case_id;
        case.is_some_and(|case| id(Kind::LocalitySession, case) == *session)
            || items.iter().any(|item| Some(item.id) == case)
    });
    of_session.map(|row| json!(encode(Kind::Event, row.id).as_str())).collect()
}

/// The next change: its id and kind, and the cursor behind it. It names no child to nobody who may not see one.
async fn next(subscriber: &mut Subscriber) -> (Value, Value, Value) {
    let mut payload =
        subscriber.next_within(Duration::from_secs(20)).await.expect("a change that is still missing");
    assert_eq!(payload.get("errors"), None, "{payload:#}");
    let change = &mut payload["data"]["sessionChanged"];
    assert_eq!(change["child"], Value::Null);
    (change["id"].take(), change["kind"].take(), change["cursor"].take())
}

/// Those of these payloads that were refused nothing.
fn won(payloads: &[Value]) -> usize {
    payloads.iter().filter(|payload| payload["refusals"] == json!([])).count()
}

both! {
    async fn what_several_write_at_once_is_all_there(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        for subject in ["middle_senco", "secondary_senco"] {
            let more = json!({ "person": app.person(subject) });
            passes(&app.session_step("ep", "joinLocalitySession", &session, more).await);
        }
        app.walk("ep", item, "STRATEGIES", "At first.").await;
        let writers = ["senco", "second_senco", "middle_senco", "secondary_senco", "ep", "senco", "second_senco", "ep"];
        let texts: Vec<_> = (1..=8).map(|number| format!("Number {number}.")).collect();
        let all = || writers.iter().zip(&texts);
        let notes = join_all(all().map(|(by, text)| app.note(by, item, "CONTEXT", text)));
        let offers = join_all(all().map(|(by, text)| app.offer(by, item, text)));
        let (notes, offers) = tokio::join!(notes, offers);
        for payload in notes.iter().chain(&offers) {
            passes(payload);
        }
        let seen = app.item("manager", item).await;
        for (list, before) in [("notes", 3), ("strategies", 1)] {
            let written: Vec<_> = seen[list].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
            assert_eq!(written.len(), before + 8, "{list}");
            assert!(texts.iter().all(|text| written.contains(text)), "{list}: {written:?}");
        }
    }

    async fn of_those_who_go_on_to_the_same_step_one_wins(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for (step, kind) in STEPS {
            for (item, versioned) in items.iter().zip([false, true]) {
                let version = app.item("ep", item).await["version"].clone();
                let expected = if versioned { version.clone() } else { Value::Null };
                let go_on = |by: &'static str| {
                    let more = json!({ "to": step, "expectedVersion": expected });
                    app.item_step(by, "advanceLocalityItem", item, more)
                };
                let payloads = join_all(["ep", "senco", "ep", "senco", "ep"].map(go_on)).await;
                assert_eq!(won(&payloads), 1, "{step}: {payloads:#?}");
                for lost in payloads.iter().filter(|payload| payload["refusals"] != json!([])) {
                    let why = refusals(lost);
                    assert!(why.contains(&("LG-6", "WRONG_STATE", "to")), "{why:?}");
                    assert_eq!(why.contains(&("XC-18", "STALE_VERSION", "expectedVersion")), versioned, "{why:?}");
                    assert_eq!(lost["item"]["state"], step, "with the item as it stands");
                }
                assert_eq!(app.item("ep", item).await["version"].as_i64(), version.as_i64().map(|version| version + 1));
                match kind {
                    Some(kind) => passes(&app.note("ep", item, kind, "Something.").await),
                    None => passes(&app.offer("ep", item, "Something.").await),
                }
            }
        }
    }

    async fn codes_and_ranks_are_given_once_to_those_who_come_at_once(app: App) {
        let child = literal(&app, app.world.children["ben"]);
        app.sabotage(&format!("update child set given_name = 'Anna', date_of_birth = '2018-05-05' where id = {child}")).await;
        let session = app.planned_session(TUESDAY).await;
        for child in ["ada", "ben"] {
            passes(&app.consent_to_group("senco", child, true).await);
        }
        let brought = join_all(["ada", "ben", "ada", "ben"].map(|child| app.propose("senco", app.concern(&session, "primary", child)))).await;
        assert_eq!(won(&brought), 4, "{brought:#?}");
        let mut codes: Vec<_> = brought.iter().map(|payload| payload["item"]["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["A3F", "A3F-2", "A3F-3", "A3F-4"]);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        let decide = |payload: &Value| {
            let more = json!({ "acknowledge": [{ "rule": "LG-9", "reason": "It cannot wait." }] });
            let (app, session, item) = (&app, session.clone(), payload["item"]["id"].clone());
            async move { app.decide_involvement(&session, &item, 1, more).await }
        };
        let decided = join_all(brought.iter().map(decide)).await;
        assert_eq!(won(&decided), 1);
        for lost in decided.iter().filter(|payload| payload["decision"].is_null()) {
            assert_eq!(refusals(lost), [("LG-9", "CONFLICT", "rank")]);
        }
    }

    async fn of_sessions_planned_at_once_for_one_ep_one_is_planned(app: App) {
        let plans = ["2026-03-24T13:00:00Z", "2026-03-24T14:00:00Z", "2026-03-24T12:30:00Z"];
        let payloads = join_all(plans.map(|starts_at| app.plan_session("ep", app.gathering(starts_at)))).await;
        assert_eq!(won(&payloads), 1, "{payloads:#?}");
        for lost in payloads.iter().filter(|payload| payload["session"].is_null()) {
            assert_eq!(refusals(lost), [("LG-1", "CONFLICT", "facilitator")]);
        }
        assert_eq!(app.count("locality_session").await, 1);
    }

    async fn consent_withdrawn_at_the_instant_of_a_step_seals_the_item(app: App) {
        let children = ["ada", "ben", "cai", "eve", "max", "nia"];
        let (_, items) = app.running_session(TUESDAY, &children).await;
        for (item, child) in items.iter().zip(children) {
            let of_child = app.read("senco", "Child", "consents { id purpose }", &app.child(child)).await;
            let consent = json!({ "consent": of_child["consents"][0]["id"] });
            let (stepped, withdrawn) = tokio::join!(
                app.advance("ep", item, "OUTLINE"),
                app.act("senco", "withdrawConsent", "consent { id }", consent),
            );
            passes(&withdrawn);
            let after: &[_] = if stepped["refusals"] == json!([]) { &["LOCALITY_ITEM_ADVANCED"] } else { &[] };
            let kinds = app.happened("LocalityItem", item).await;
            assert_eq!(kinds.iter().filter(|kind| *kind == "LOCALITY_ITEM_ADVANCED").count(), after.len(), "{kinds:?}");
            assert_eq!(kinds.last().unwrap(), "LOCALITY_ITEM_WITHDRAWN", "{kinds:?}");
            assert_eq!(app.item("ep", item).await["state"], "WITHDRAWN");
        }
    }

    async fn a_follower_of_a_session_gets_each_change_once_in_order(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let other = app.planned_session(NEXT_TERM).await;
        let mut heard = follow(&app, "second_senco", &session, &Value::Null).await;
        let mut outside = follow(&app, "elsewhere_senco", &session, &Value::Null).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let before = log_of(&app, &session).await.len();
        let item = app.prepared("senco", &session, "primary", "ada").await;
        app.prepared("senco", &other, "primary", "ben").await;
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        app.walk("ep", &item, "FEEDBACK", "Something.").await;
        passes(&app.moderate("ep", &item, 2, 3).await);
        let helpful = app.found_helpful("senco", &item).await;
        passes(&app.write_actions("senco", &item, &helpful, "Every morning.").await);
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
        let expected = log_of(&app, &session).await.split_off(before);
        let (mut got, mut kinds, mut cursors) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..expected.len() {
            let (id, kind, cursor) = next(&mut heard).await;
            got.push(id);
            kinds.push(kind);
            cursors.push(cursor);
        }
        assert_eq!(got, expected);
        assert_eq!(kinds[..3], [json!("LOCALITY_ITEM_PROPOSED"), json!("LOCALITY_ITEM_PREPARED"), json!("LOCALITY_SESSION_STARTED")]);
        assert_eq!(kinds.last().unwrap(), "LOCALITY_SESSION_CLOSED");
        assert_eq!(heard.next_within(Duration::from_millis(700)).await, None, "one change too many");
        assert_eq!(outside.next_within(Duration::from_millis(300)).await, None);
        let middle = expected.len() / 2;
        let mut resumed = follow(&app, "second_senco", &session, &cursors[middle]).await;
        for id in &expected[middle + 1..] {
            assert_eq!(next(&mut resumed).await.0, *id);
        }
    }

    async fn a_follower_gets_each_change_while_several_write(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for item in &items {
            app.walk("ep", item, "STRATEGIES", "At first.").await;
        }
        let mut followers = vec![
            follow(&app, "second_senco", &session, &Value::Null).await,
            follow(&app, "integrator", &session, &Value::Null).await,
        ];
        tokio::time::sleep(Duration::from_millis(400)).await;
        let before = log_of(&app, &session).await.len();
        let write = async |by: &'static str, item: &Value| {
            for number in 0..4 {
                passes(&app.note(by, item, "CONTEXT", &format!("Number {number}.")).await);
                passes(&app.offer(by, item, &format!("Number {number}.")).await);
            }
        };
        tokio::join!(
            write("senco", &items[0]), write("second_senco", &items[0]), write("ep", &items[0]), write("ep", &items[1]),
            write("senco", &items[1]), write("second_senco", &items[1]),
        );
        let expected = log_of(&app, &session).await.split_off(before);
        assert_eq!(expected.len(), 48);
        for follower in &mut followers {
            let mut got = Vec::new();
            for _ in 0..expected.len() {
                got.push(next(follower).await.0);
            }
            assert_eq!(got, expected, "changes lost, doubled or out of order");
            assert_eq!(follower.next_within(Duration::from_millis(700)).await, None);
        }
    }
}
