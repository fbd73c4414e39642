//! EHC needs assessments when children and people come and go: moves, erasure, a leaver's cases (XC-14, XC-15, XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

/// Whether somebody sees an object.
async fn sees(app: &App, subject: &str, node: &Value) -> bool {
    let data = app.ask(subject, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": node })).await;
    data["node"]["id"].is_string()
}

async fn grant(app: &App, person: &str, role: &str) {
    let input = json!({
        "authority": id(Kind::Authority, app.world.authority), "person": app.person(person), "role": role,
        "from": "2026-03-01",
    });
    passes(&app.act("admin", "grantRole", "grant { id }", input).await);
}

async fn report(app: &App, week: &str) -> Value {
    let query = "query($week: String!) { weeklyAdviceReport(week: $week) { rows { service giver { name } \
                 counts { opened answered open overdue } } total { opened answered open overdue } \
                 plansAtRisk { finalOn } } }";
    app.ask("manager", query, json!({ "week": week })).await["weeklyAdviceReport"].take()
}

both! {
    async fn an_assessment_goes_along_within_the_authority(app: App) {
        let (assessment, request) = app.advised("ada").await;
        assert!(sees(&app, "senco", &assessment).await && !sees(&app, "second_senco", &assessment).await);
        let to = id(Kind::School, app.world.schools["second_primary"]);
        let input = json!({ "child": app.child("ada"), "toSchool": to });
        passes(&app.act("admin", "moveChild", "child { id }", input).await);
        assert!(!sees(&app, "senco", &assessment).await && sees(&app, "second_senco", &assessment).await);
        let fields = "state school { id } duties { state }";
        let moved = app.read("manager", "EhcAssessment", fields, &assessment).await;
        assert_eq!((&moved["state"], &moved["school"]["id"]), (&json!("ASSESSING"), &to));
        assert!(moved["duties"].as_array().unwrap().iter().any(|duty| duty["state"] == "OPEN"));
        assert!(sees(&app, "giver", &request).await);
    }

    async fn an_assessment_ends_where_the_child_leaves_the_authority(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        app.ada_moves_away().await;
        let left = app.read("elsewhere_manager", "EhcAssessment", "state outcomeReason duties { state }", &assessment);
        let left = left.await;
        assert_eq!(left["state"], "CEASED");
        assert!(left["duties"].as_array().unwrap().iter().all(|duty| duty["state"] != "OPEN"));
        let ended = app.read("elsewhere_manager", "AdviceQuery", "state", &query).await;
        assert_eq!(ended["state"], "WITHDRAWN");
        for subject in ["manager", "coordinator", "senco", "giver", "advice_manager", "integrator"] {
            for node in [&assessment, &request, &query] {
                assert!(!sees(&app, subject, node).await, "{subject}");
            }
        }
    }

    async fn an_erased_childs_advice_is_gone_and_past_figures_stay(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        app.set_clock("2026-03-17T09:00:00Z");
        let before = report(&app, "2026-W11").await;
        assert_eq!(before["total"], json!({ "opened": 1, "answered": 0, "open": 1, "overdue": 0 }));
        let input = json!({ "child": app.child("ada"), "ground": "INACCURATE", "note": "The wrong child." });
        passes(&app.act("admin", "eraseChild", "child { id }", input).await);
        let fields = "state adviceRequests { service versions { content } queries { state part question required \
                      log { note } } }";
        let left = app.read("manager", "EhcAssessment", fields, &assessment).await.to_string();
        for words in ["Needs pictures.", "Section 2", "How often?", "Say how often.", "Talked it through."] {
            assert!(!left.contains(words), "{words}: {left}");
        }
        assert!(left.contains("CEASED") && left.contains("WITHDRAWN") && left.contains("HEALTH"), "{left}");
        assert!(!sees(&app, "giver", &app.child("ada")).await);
        assert_eq!(report(&app, "2026-W11").await, before);
        assert!(app.query_of(&query).await["duties"].as_array().unwrap().iter().all(|duty| duty["state"] != "OPEN"));
    }

    async fn a_leavers_cases_and_advice_pass_to_the_successor(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let open = app.sought(&assessment, "SOCIAL_CARE").await;
        grant(&app, "second_team", "ADVICE_GIVER").await;
        grant(&app, "second_team", "EHCP_COORDINATOR").await;
        let hand_over = async |from: &str| {
            let input = json!({
                "authority": id(Kind::Authority, app.world.authority), "from": app.person(from),
                "to": app.person("second_team"),
            });
            passes(&app.act("admin", "handOver", "person { id }", input).await);
        };
        hand_over("giver").await;
        assert!(sees(&app, "second_team", &open).await && !sees(&app, "giver", &open).await);
        let request = app.request_of(&open).await;
        assert_eq!(request["duties"][0]["owner"]["name"], "Person second_team");
        passes(&app.submit("second_team", &open, None).await);
        hand_over("coordinator").await;
        let case = app.read("manager", "EhcAssessment", "coordinator { name }", &assessment).await;
        assert_eq!(case["coordinator"]["name"], "Person second_team");
    }
}
