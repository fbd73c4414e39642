//! From an item of a locality group to the child: only for those around it, on every path (LG-11).

use super::crawler::Graph;
use crate::both;
use crate::support::app::App;
use crate::support::locality::{TUESDAY, tells_nobody};
use crate::support::refusals::passes;
use casegraph::graphql::id::{Kind, encode};
use casegraph::op::new_id;
use entity::{access_audit, person};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use std::time::Duration;

/// What there is of locality groups, and what happens to it.
const KINDS: [&str; 11] = [
    "LocalitySession",
    "LocalityItem",
    "LocalityNote",
    "Strategy",
    "ActionPlan",
    "ActionPlanStep",
    "EpInvolvementDecision",
    "GridModeration",
    "Event",
    "Duty",
    "Escalation",
];

/// A session with two items about ada: one that was reviewed, one whose action plan is late; and what may show nowhere.
async fn about_ada(app: &App) -> (Vec<String>, Value, Vec<Value>) {
    let mut personal = app.ada_by_other_names().await;
    personal.push("ada@home.example".into());
    app.active_plan("ada").await;
    let (session, items) = app.running_session(TUESDAY, &["ada", "ada"]).await;
    for item in &items {
        app.walk("ep", item, "FEEDBACK", "X3F draws.").await;
    }
    passes(&app.moderate("ep", &items[0], 2, 3).await);
    let helpful = app.found_helpful("senco", &items[0]).await;
    passes(&app.write_actions("senco", &items[0], &helpful, "Draws first.").await);
    passes(&app.review_impact("senco", &items[0], "Drew first.").await);
    passes(&app.decide_involvement(&session, &items[0], 1, json!({})).await);
    passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
    app.sweep_at("2026-04-20T09:00:00Z").await;
    assert_eq!(app.escalated("manager", "LG-7").await.len(), 1);
    (personal, session, items)
}

fn text(id: &Value) -> &str {
    id.as_str().unwrap()
}

/// What somebody finds from the session and its items on, without leaving the locality group.
async fn from_the_group(app: &App, subject: &str, session: &Value, items: &[Value]) -> String {
    let of_session = [("LocalitySession", text(session))];
    let roots = of_session.into_iter().chain(items.iter().map(|item| ("LocalityItem", text(item))));
    Graph::of(app).await.crawl_from(app, subject, roots, &KINDS).await
}

/// How often ada's record was read by somebody, as far as that was written down.
async fn reads_of_ada(app: &App, subject: &str) -> u64 {
    let reader = person::Entity::find().filter(person::Column::Subject.eq(subject));
    let reader = reader.one(app.service.store.reader()).await.unwrap().unwrap();
    access_audit::Entity::find()
        .filter(access_audit::Column::PersonId.eq(reader.id))
        .filter(access_audit::Column::ChildId.eq(app.world.children["ada"]))
        .count(app.service.store.reader())
        .await
        .unwrap()
}

both! {
    async fn whoever_is_not_around_the_child_finds_the_code_and_nothing_else(app: App) {
        app.south().await;
        let (personal, session, items) = about_ada(&app).await;
        for (subject, in_group) in [
            ("second_senco", true), ("middle_senco", true), ("coordinator", true), ("south_ep", false), ("south_senco", false),
            ("team", false), ("elsewhere_senco", false),
        ] {
            let found = Graph::of(&app).await.crawl(&app, subject).await;
            tells_nobody(&found, &personal, subject);
            for item in &items {
                assert_eq!(found.contains(text(item)), in_group, "{subject}");
            }
            assert_eq!((found.contains("X3F-2"), found.contains("Draws first.")), (in_group, in_group), "{subject}");
            if in_group {
                tells_nobody(&from_the_group(&app, subject, &session, &items).await, &personal, subject);
            } else {
                assert_eq!((app.session(subject, &session).await, app.item(subject, &items[0]).await), (Value::Null, Value::Null), "{subject}");
            }
            assert_eq!(reads_of_ada(&app, subject).await, 0, "{subject}");
        }
        // An integrator sees the children of the authority, and not which of them an item is about.
        let found = from_the_group(&app, "integrator", &session, &items).await;
        assert!(found.contains("X3F-2") && found.contains("Drew first."), "{found}");
        tells_nobody(&found, &personal, "integrator");
        assert_eq!(reads_of_ada(&app, "integrator").await, 0);
        let of_child = app.read("integrator", "Child", "localityItems { totalCount } consents { purpose }", &app.child("ada")).await;
        assert_eq!(of_child["localityItems"]["totalCount"], 0);
        assert!(!of_child["consents"].to_string().contains("LOCALITY_DISCUSSION"), "whose consent there is tells whom the items are about");
    }

    async fn those_around_the_child_get_from_the_item_to_it(app: App) {
        let (_, session, items) = about_ada(&app).await;
        let child = app.child("ada");
        for subject in ["senco", "head", "inclusion_lead", "teacher", "ep", "cit", "patss", "manager", "parent"] {
            let found = from_the_group(&app, subject, &session, &items).await;
            assert!(found.contains(text(&child)), "{subject} does not get to the child");
            let named = app.read(subject, "LocalityItem", "child { givenName }", &items[0]).await;
            assert_eq!(named["child"]["givenName"], "Xanthippe", "{subject}");
        }
        assert!(reads_of_ada(&app, "senco").await > 0 && reads_of_ada(&app, "parent").await > 0, "reading on is written down");
        let of_coordinator = async || app.item("coordinator", &items[0]).await["child"].clone();
        assert_eq!(of_coordinator().await, Value::Null);
        app.assessing("ada").await;
        assert_eq!(of_coordinator().await["id"], child, "the coordinator of the child's case");
    }

    async fn the_link_goes_with_the_child(app: App) {
        let (_, _, items) = about_ada(&app).await;
        let child = async |subject: &str| app.read(subject, "LocalityItem", "code child { id }", &items[0]).await;
        let moved = json!({ "child": app.child("ada"), "toSchool": app.school("second_primary") });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        for (subject, seen) in [("senco", false), ("second_senco", false), ("integrator", false), ("ep", true), ("manager", true), ("parent", true)] {
            let found = child(subject).await;
            assert_eq!((&found["code"], found["child"].is_object()), (&json!("X3F"), seen), "{subject}");
        }
        for subject in ["head", "teacher", "cit"] {
            assert_eq!(child(subject).await, Value::Null, "{subject} saw it through the child");
        }
    }

    async fn what_is_pushed_names_no_child(app: App) {
        let personal = app.ada_by_other_names().await;
        let session = app.planned_session(TUESDAY).await;
        let fields = "kind reason child { id givenName } school { id } acknowledged { reason } localitySession { id reference } \
            localityItem { id code subject child { id givenName } preparationForm { aim } notes { text } }";
        let changed = format!("subscription($session: ID!) {{ sessionChanged(session: $session) {{ {fields} }} }}");
        let all = format!("subscription {{ caseEvents {{ {fields} }} }}");
        let mut heard = Vec::new();
        for (subject, query) in [("second_senco", &changed), ("second_senco", &all), ("integrator", &changed), ("coordinator", &all)] {
            heard.push((subject, app.subscribe(subject, query, json!({ "session": session })).await));
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        let item = app.prepared("senco", &session, "primary", "ada").await;
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        app.walk("ep", &item, "FEEDBACK", "X3F draws.").await;
        for (subject, subscriber) in &mut heard {
            let mut got = String::new();
            while let Some(payload) = subscriber.next_within(Duration::from_millis(1_500)).await {
                assert_eq!(payload.get("errors"), None, "{subject}: {payload:#}");
                got.push_str(&payload.to_string());
            }
            assert!(got.contains("X3F draws.") && got.contains("LOCALITY_ITEM_ADVANCED"), "{subject} heard nothing: {got}");
            tells_nobody(&got, &personal, subject);
        }
    }

    async fn a_foreign_child_is_answered_like_one_who_is_not_there(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let mut answers = Vec::new();
        for child in [app.child("ada"), app.child("lou"), json!(encode(Kind::Child, new_id()).as_str())] {
            let mut input = app.concern(&session, "second_primary", "flo");
            input["child"] = child;
            answers.push(app.propose("second_senco", input).await);
        }
        assert_eq!(answers[0]["refusals"][0]["code"], "NOT_FOUND", "{:#}", answers[0]);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
}
