//! EHC advice: whose it is today sees it, what the SEND team notes for itself stays with the SEND team, and a school or a
//! family does not hear of it.

use super::narrowed::grant;
use super::stage::ehc::{Text, raise, request_of};
use super::stage::{casework, done, draft};
use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use domain::access::Role;
use entity::{
    advice_query, advice_version, draft_plan, duty, escalation, escalation_told, event, role_grant,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

async fn request(app: &App, giver: &str, child: &str) -> Value {
    id(Kind::AdviceRequest, request_of(app, giver, child).await)
}

/// Everything about an advice, by its id.
async fn all_about(app: &App, request: Uuid) -> Vec<Value> {
    let db = app.service.store.reader();
    let mut ids = vec![id(Kind::AdviceRequest, request)];
    let versions =
        advice_version::Entity::find().filter(advice_version::Column::RequestId.eq(request)).all(db).await;
    ids.extend(versions.unwrap().into_iter().map(|row| id(Kind::AdviceVersion, row.id)));
    let queries =
        advice_query::Entity::find().filter(advice_query::Column::RequestId.eq(request)).all(db).await;
    ids.extend(queries.unwrap().into_iter().map(|row| id(Kind::AdviceQuery, row.id)));
    let duties = duty::Entity::find().filter(duty::Column::PartId.eq(request)).all(db).await;
    ids.extend(duties.unwrap().into_iter().map(|row| id(Kind::Duty, row.id)));
    let events = event::Entity::find().filter(event::Column::PartId.eq(request)).all(db).await;
    ids.extend(events.unwrap().into_iter().map(|row| id(Kind::Event, row.id)));
    ids
}

/// How many of these objects somebody sees.
async fn seen(app: &App, subject: &str, ids: &[Value]) -> usize {
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let data = app.ask(subject, query, json!({ "ids": ids })).await;
    data["nodes"].as_array().unwrap().iter().filter(|node| node.is_object()).count()
}

async fn count(app: &App, subject: &str, list: &str) -> Value {
    let mut data = app.ask(subject, &format!("{{ list: {list} {{ totalCount }} }}"), json!({})).await;
    data["list"]["totalCount"].take()
}

async fn field(app: &App, subject: &str, of: &str, id: &Value, field: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {of} {{ {field} }} }} }}");
    let mut data = app.ask(subject, &query, json!({ "id": id })).await;
    assert!(data["node"].is_object(), "{subject} sees no {of}");
    data["node"][field].take()
}

both! {
    async fn a_giver_whose_role_was_revoked_sees_nothing_of_the_advice(app: App) {
        casework(&app).await;
        let ids = all_about(&app, request_of(&app, "giver", "ada").await).await;
        assert!(seen(&app, "giver", &ids).await > 8);
        grant(&app, "giver", "SPECIALIST").await;
        let held = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(app.world.people["giver"]))
            .filter(role_grant::Column::Role.eq(Role::AdviceGiver))
            .one(app.service.store.reader())
            .await
            .unwrap();
        let input = json!({ "grant": id(Kind::RoleGrant, held.unwrap().id) });
        passes(&app.act("admin", "revokeRole", "grant { id }", input).await);
        assert_eq!(seen(&app, "giver", &ids).await, 0);
        for list in ["adviceRequests", "adviceQueries", "children"] {
            assert_eq!(count(&app, "giver", list).await, 0, "{list}");
        }
        let input = json!({
            "adviceRequest": ids[0], "content": "Late.", "whatChanged": "All.",
        });
        let payload = app.act("giver", "submitAdvice", "adviceRequest { id }", input).await;
        assert_eq!(payload["refusals"][0]["code"], "NOT_FOUND", "{payload:#}");
    }

    async fn an_advice_that_passes_to_somebody_else_is_gone_for_giver_and_manager(app: App) {
        casework(&app).await;
        let ids = all_about(&app, request_of(&app, "giver", "ada").await).await;
        let (by_giver, by_manager) =
            (seen(&app, "giver", &ids).await, seen(&app, "advice_manager", &ids).await);
        // The manager hears of the escalation too.
        assert!(by_giver > 8 && by_giver + 1 == by_manager, "{by_giver} {by_manager}");
        let input = json!({
            "adviceRequest": ids[0], "giver": app.person("second_giver"),
            "manager": app.person("second_advice_manager"),
        });
        done(&app, "coordinator", "changeAdviceGiver", "adviceRequest { id }", input).await;
        for (subject, sees) in [("giver", 0), ("advice_manager", 0), ("second_giver", by_giver),
            ("second_advice_manager", by_manager), ("third_giver", 0)] {
            assert_eq!(seen(&app, subject, &ids).await, sees, "{subject}");
        }
    }

    async fn the_manager_sees_what_runs_and_the_giver_what_they_gave(app: App) {
        casework(&app).await;
        let ids = all_about(&app, request_of(&app, "giver", "gus").await).await;
        let child = [app.child("gus")];
        assert!(seen(&app, "giver", &ids).await >= 3);
        assert_eq!(seen(&app, "giver", &child).await, 1);
        assert_eq!(seen(&app, "advice_manager", &ids).await, 0);
        assert_eq!(seen(&app, "advice_manager", &child).await, 0);
    }

    async fn a_breach_without_a_known_manager_is_told_to_no_manager(app: App) {
        casework(&app).await;
        let advice = request(&app, "giver", "ada").await;
        let query = raise(&app, &advice).await;
        let on_query = |more: Value| {
            let mut input = json!({ "adviceQuery": query });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let entity = "adviceQuery { id }";
        done(&app, "coordinator", "recordManagerDiscussion", entity, on_query(json!({ "note": "So." }))).await;
        let decided = on_query(json!({ "decision": "EXTENDED_INPUT", "reason": "Much." }));
        done(&app, "manager", "decideAdviceQuery", entity, decided).await;
        done(&app, "coordinator", "openFormalFollowUp", entity, on_query(json!({ "required": "More." }))).await;
        let input = json!({ "adviceRequest": advice, "giver": app.person("giver") });
        done(&app, "coordinator", "changeAdviceGiver", "adviceRequest { id }", input).await;
        let managers = ["advice_manager", "second_advice_manager", "third_advice_manager"];
        let mut before = Vec::new();
        for subject in managers {
            before.push(count(&app, subject, "escalations").await);
        }
        app.sweep_at("2026-06-01T09:00:00Z").await;
        for (subject, before) in managers.into_iter().zip(before) {
            assert_eq!(count(&app, subject, "escalations").await, before, "{subject}");
        }
        let db = app.service.store.reader();
        let to_all = escalation_told::Entity::find()
            .filter(escalation_told::Column::Role.eq(Role::AdviceManager))
            .filter(escalation_told::Column::PersonId.is_null())
            .all(db)
            .await
            .unwrap();
        assert!(to_all.is_empty());
        let raised = escalation::Entity::find().filter(escalation::Column::Rule.eq("AQ-6")).all(db).await;
        assert_eq!(raised.unwrap().len(), 3, "the SEND manager was told of it");
    }

    async fn the_send_team_s_own_notes_and_an_absence_are_not_for_all_who_see_the_advice(app: App) {
        casework(&app).await;
        let advice = request(&app, "giver", "ada").await;
        let absent = json!({ "adviceRequest": advice, "since": "2026-05-04" });
        done(&app, "advice_manager", "recordGiverAbsence", "adviceRequest { id }", absent).await;
        for (subject, shown) in [("coordinator", true), ("integrator", true), ("giver", true),
            ("advice_manager", true), ("parent", false)] {
            let since = if shown { json!("2026-05-04") } else { Value::Null };
            let found = field(&app, subject, "AdviceRequest", &advice, "giverAbsentSince").await;
            assert_eq!(found, since, "{subject}");
        }

        let query = raise(&app, &advice).await;
        let entity = "adviceQuery { id }";
        let note = json!({ "adviceQuery": query, "note": Text::Note.of("ada") });
        done(&app, "coordinator", "recordManagerDiscussion", entity, note).await;
        let decided = json!({ "adviceQuery": query, "decision": "EXTENDED_INPUT", "reason": "Much." });
        done(&app, "manager", "decideAdviceQuery", entity, decided).await;
        for (subject, shown) in [("coordinator", true), ("manager", true), ("integrator", true),
            ("giver", false), ("advice_manager", false)] {
            let decision = if shown { json!("EXTENDED_INPUT") } else { Value::Null };
            assert_eq!(field(&app, subject, "AdviceQuery", &query, "decision").await, decision, "{subject}");
            let about = "query($id: ID!) { node(id: $id) { ... on AdviceQuery { \
                duties { rule { id } } log { kind } history { nodes { kind } } } } }";
            let data = app.ask(subject, about, json!({ "id": query })).await;
            let text = data["node"].to_string();
            for hidden in ["AQ-2", "MANAGER_DISCUSSION", "DECISION", "ADVICE_QUERY_DISCUSSED", "ADVICE_QUERY_DECIDED"] {
                assert_eq!(text.contains(hidden), shown, "{subject}: {hidden}: {text}");
            }
            assert!(text.contains("ADVICE_QUERY_RAISED"), "{subject}");
        }

        let flo = app.world.children["flo"];
        let plan = draft_plan::Entity::find()
            .filter(draft_plan::Column::ChildId.eq(flo))
            .one(app.service.store.reader())
            .await
            .unwrap();
        let plan = id(Kind::DraftPlan, plan.unwrap().id);
        for (subject, shown) in [("coordinator", true), ("manager", true), ("giver", false),
            ("second_senco", false), ("ewo", false)] {
            let overridden = if shown { json!(true) } else { Value::Null };
            assert_eq!(field(&app, subject, "DraftPlan", &plan, "overridden").await, overridden, "{subject}");
        }
    }

    async fn nobody_learns_a_forecast_from_a_filter(app: App) {
        casework(&app).await;
        let late = "ehcAssessments(filter: { atRisk: true })";
        let not_late = "ehcAssessments(filter: { atRisk: false })";
        for (subject, by_late, by_not_late) in [("second_senco", 0, 1), ("ewo", 0, 1), ("young_person", 0, 1),
            ("coordinator", 1, 3), ("manager", 1, 3), ("giver", 0, 0)] {
            assert_eq!(count(&app, subject, late).await, by_late, "{subject}");
            assert_eq!(count(&app, subject, not_late).await, by_not_late, "{subject}");
        }
    }

    async fn reports_are_for_the_send_manager_and_the_integrator(app: App) {
        casework(&app).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Authority { \
            weeklyAdviceReport(week: \"2026-W17\") { total { opened } rows { giver { name } } } \
            timeliness(from: \"2026-04-01\", to: \"2026-05-05\") { months { requestsReceived } } } } }";
        let authority = json!({ "id": id(Kind::Authority, app.world.authority) });
        for subject in ["manager", "integrator"] {
            let data = app.ask(subject, query, authority.clone()).await;
            assert_eq!(data["node"]["weeklyAdviceReport"]["total"]["opened"], 3, "{subject}");
            assert!(data["node"]["timeliness"].is_object(), "{subject}");
        }
        let nothing = json!({ "weeklyAdviceReport": null, "timeliness": null });
        for subject in ["coordinator", "senco", "parent", "ep", "team", "giver", "advice_manager", "admin"] {
            assert_eq!(app.ask(subject, query, authority.clone()).await["node"], nothing, "{subject}");
        }
        assert_eq!(app.ask("elsewhere_manager", query, authority).await["node"], Value::Null);
    }

    async fn school_and_family_hear_nothing_of_advice_and_a_manager_of_their_own_givers_only(app: App) {
        casework(&app).await;
        let events = "subscription { caseEvents { kind } }";
        let mut around = Vec::new();
        for subject in ["senco", "cit", "giver"] {
            around.push(app.subscribe(subject, events, json!({})).await);
        }
        let mut parent = app.subscribe("parent", events, json!({})).await;
        let mut managers = Vec::new();
        for subject in ["advice_manager", "second_advice_manager", "third_advice_manager", "senco", "giver"] {
            managers.push(app.subscribe(subject, "subscription { escalations { kind } }", json!({})).await);
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        let query = raise(&app, &request(&app, "giver", "ada").await).await;
        let entity = "adviceQuery { id }";
        let note = json!({ "adviceQuery": query, "note": "So." });
        done(&app, "coordinator", "recordManagerDiscussion", entity, note).await;
        let withdrawn = json!({ "adviceQuery": query, "reason": "Cleared up." });
        done(&app, "manager", "withdrawAdviceQuery", entity, withdrawn).await;
        draft(&app, "specialist", "ada").await;

        let kind = |payload: Value| payload["data"]["caseEvents"]["kind"].clone();
        assert_eq!(kind(around[0].next().await), "RECORD_OF_INVOLVEMENT_DRAFTED");
        assert_eq!(kind(around[1].next().await), "RECORD_OF_INVOLVEMENT_DRAFTED");
        assert_eq!(kind(around[2].next().await), "ADVICE_QUERY_RAISED");
        assert_eq!(kind(around[2].next().await), "ADVICE_QUERY_WITHDRAWN", "not that it was discussed");
        assert_eq!(parent.next_within(Duration::from_millis(300)).await, None);

        let raised = escalation::Entity::find()
            .filter(escalation::Column::Rule.eq("AQ-6"))
            .filter(escalation::Column::ChildId.eq(app.world.children["ada"]))
            .one(app.service.store.reader())
            .await
            .unwrap();
        let input = json!({ "escalation": id(Kind::Escalation, raised.unwrap().id), "resolution": "Rung." });
        done(&app, "manager", "resolveEscalation", "escalation { id }", input).await;
        let heard = managers[0].next().await;
        assert_eq!(heard["data"]["escalations"]["kind"], "ESCALATION_RESOLVED", "{heard:#}");
        for other in &mut managers[1..] {
            assert_eq!(other.next_within(Duration::from_millis(300)).await, None);
        }
    }
}
