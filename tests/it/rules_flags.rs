//! Flags that set their own deadlines, wherever they are set (GR-3, GR-13).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::{passes, refusals};
use crate::support::world::upn;
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use serde_json::{Value, json};

const RISK: &str = "RISK_OF_PERMANENT_EXCLUSION";

async fn flag(app: &App, child: &str, kind: &str, from: &str) -> Value {
    let input = json!({ "child": app.child(child), "kind": kind, "from": from });
    app.act("senco", "setVulnerability", "child { id sen { vulnerabilities { id kind from to } } }", input)
        .await
}

async fn needs(app: &App, child: &str, primary: Option<&str>, further: &[&str]) -> Value {
    let input = json!({ "child": app.child(child), "primary": primary, "further": further });
    app.act("senco", "recordNeeds", "child { sen { primaryNeed furtherNeeds } version }", input).await
}

fn open(on: &str) -> (String, String) {
    ("OPEN".to_owned(), on.to_owned())
}

async fn told(app: &App) -> Vec<String> {
    let data = app.ask("manager", "{ escalations { nodes { rule { id } state } } }", json!({})).await;
    let nodes = data["escalations"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|one| format!("{} {}", one["rule"]["id"].as_str().unwrap(), one["state"].as_str().unwrap()))
        .collect()
}

both! {
    async fn a_risk_of_exclusion_is_discussed_within_two_working_days(app: App) {
        passes(&flag(&app, "ada", RISK, "2026-03-09").await);
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await, [open("2026-03-11")]);
        app.sweep_at("2026-03-11T23:59:59Z").await;
        assert_eq!(told(&app).await, Vec::<String>::new());
        passes(&app.contact("senco", "ada", "ep", "EXCLUSION_RISK").await);
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await[0].0, "MET");
        app.sweep_at("2026-03-12T00:00:00Z").await;
        assert_eq!(told(&app).await, Vec::<String>::new());
    }

    async fn a_discussion_that_is_late_or_about_something_else_is_escalated_to_the_manager(app: App) {
        passes(&flag(&app, "ada", RISK, "2026-03-09").await);
        passes(&app.contact("senco", "ada", "ep", "GENERAL").await);
        app.sweep_at("2026-03-12T00:00:00Z").await;
        assert_eq!(told(&app).await, ["GR-13 RAISED"]);
        app.sweep_at("2026-03-13T00:00:00Z").await;
        assert_eq!(told(&app).await, ["GR-13 RAISED"], "once");
        passes(&app.contact("ep", "ada", "ep", "EXCLUSION_RISK").await);
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await[0].0, "MET_LATE");
        assert_eq!(told(&app).await, ["GR-13 MET_LATE"]);
    }

    async fn a_flag_counts_from_its_first_day_and_never_from_before_it_was_known(app: App) {
        passes(&flag(&app, "ada", RISK, "2026-01-12").await);
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await, [open("2026-03-11")]);
        let ahead = flag(&app, "ben", RISK, "2026-03-10").await;
        assert_eq!(refusals(&ahead), [("XC-11", "TOO_EARLY", "from")]);
        passes(&flag(&app, "eve", "LAC", "2026-03-09").await);
        assert!(app.response_duties("senco", "eve", "GR-13").await.is_empty(), "another flag");
        let twice = flag(&app, "ada", RISK, "2026-03-09").await;
        assert_eq!(refusals(&twice), [("XC-11", "CONFLICT", "kind")]);
        let unborn = flag(&app, "max", RISK, "2018-02-01").await;
        assert_eq!(refusals(&unborn), [("XC-11", "INVALID", "from")]);
    }

    async fn a_flag_that_ends_takes_its_deadline_along(app: App) {
        let set = flag(&app, "ada", RISK, "2026-03-09").await;
        let flag_id = set["child"]["sen"]["vulnerabilities"][0]["id"].clone();
        let end = |to: &str| json!({ "vulnerability": flag_id, "to": to });
        let entity = "child { sen { vulnerabilities { to } } }";
        let ahead = app.act("senco", "endVulnerability", entity, end("2026-03-10")).await;
        assert_eq!(refusals(&ahead), [("XC-11", "INVALID", "to")]);
        let ended = app.act("senco", "endVulnerability", entity, end("2026-03-09")).await;
        passes(&ended);
        assert_eq!(ended["child"]["sen"]["vulnerabilities"][0]["to"], "2026-03-09");
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await[0].0, "WITHDRAWN");
        let twice = app.act("senco", "endVulnerability", entity, end("2026-03-09")).await;
        assert_eq!(refusals(&twice), [("XC-11", "WRONG_STATE", "vulnerability")]);
        app.sweep_at("2026-03-12T00:00:00Z").await;
        assert_eq!(told(&app).await, Vec::<String>::new());
    }

    async fn a_sensory_or_physical_need_is_referred_within_ten_working_days(app: App) {
        for need in ["HI", "VI", "MSI", "PD"] {
            passes(&needs(&app, "ada", Some(need), &[]).await);
            assert_eq!(app.response_duties("senco", "ada", "GR-3").await, [open("2026-03-23")], "{need}: one deadline");
        }
        passes(&needs(&app, "ben", Some("SLCN"), &["HI"]).await);
        assert_eq!(app.response_duties("senco", "ben", "GR-3").await.len(), 1, "as a further need too");
        passes(&needs(&app, "eve", Some("ASD"), &["SLCN"]).await);
        assert!(app.response_duties("senco", "eve", "GR-3").await.is_empty());
        app.sweep_at("2026-03-23T23:59:59Z").await;
        assert_eq!(told(&app).await, Vec::<String>::new());
        let open_one = |reason: &str| json!({ "child": app.child("ada"), "reason": reason });
        let entity = "referral { id state allowedActions }";
        let silent = app.act("senco", "openReferral", entity, open_one(" ")).await;
        assert_eq!(refusals(&silent), [("GR-3", "MISSING", "reason")]);
        let referred = app.act("senco", "openReferral", entity, open_one("How to seat her.")).await;
        passes(&referred);
        assert_eq!(app.response_duties("senco", "ada", "GR-3").await[0].0, "MET");
        let twice = app.act("senco", "openReferral", entity, open_one("How to seat her.")).await;
        assert_eq!(refusals(&twice), [("GR-3", "CONFLICT", "child")]);
        app.sweep_at("2026-03-24T00:00:00Z").await;
        assert_eq!(told(&app).await, ["GR-3 RAISED"], "ben's");
        let withdrawn = json!({ "referral": referred["referral"]["id"], "reason": "The wrong service." });
        passes(&app.act("senco", "withdrawReferral", entity, withdrawn).await);
        assert_eq!(app.response_duties("senco", "ada", "GR-3").await.last().unwrap(), &open("2026-04-09"));
        passes(&app.act("senco", "openReferral", entity, open_one("How to seat her.")).await);
        passes(&needs(&app, "ben", Some("SLCN"), &[]).await);
        assert_eq!(app.response_duties("senco", "ben", "GR-3").await[0].0, "WITHDRAWN");
    }

    async fn the_service_advises_on_a_referral_once(app: App) {
        let input = json!({ "child": app.child("ada"), "reason": "How to seat her." });
        let referral = app.act("senco", "openReferral", "referral { id }", input).await["referral"]["id"].clone();
        let advise = |words: &str| json!({ "referral": referral, "advice": words });
        let entity = "referral { state advice endedOn }";
        let silent = app.act("senco", "recordReferralAdvice", entity, advise(" ")).await;
        assert_eq!(refusals(&silent), [("GR-3", "MISSING", "advice")]);
        passes(&app.act("ep", "recordReferralAdvice", entity, advise("At the front.")).await);
        let twice = app.act("senco", "recordReferralAdvice", entity, advise("At the back.")).await;
        assert_eq!(refusals(&twice), [("GR-3", "WRONG_STATE", "referral")]);
    }

    async fn needs_are_recorded_as_on_registration(app: App) {
        let bare = needs(&app, "ada", None, &["HI"]).await;
        assert_eq!(refusals(&bare), [("XC-11", "MISSING", "primaryNeed")]);
        let twice = needs(&app, "ada", Some("HI"), &["HI"]).await;
        assert_eq!(refusals(&twice), [("XC-11", "INVALID", "furtherNeeds")]);
        let cleared = needs(&app, "ada", None, &[]).await;
        passes(&cleared);
        assert_eq!(cleared["child"]["sen"], json!({ "primaryNeed": null, "furtherNeeds": [] }));
    }

    async fn a_flag_on_the_roll_or_in_a_file_sets_the_same_deadline(app: App) {
        let input = json!({
            "school": id(Kind::School, app.world.schools["primary"]), "upn": upn(700), "givenName": "Uma",
            "familyName": "Usk", "dateOfBirth": "2018-05-05", "gender": "F", "senStatus": "SEN_SUPPORT",
            "primaryNeed": "VI",
        });
        let registered = app.act("senco", "registerChild", "child { id graduatedResponse { duties { rule { id } state } } }", input).await;
        passes(&registered);
        assert_eq!(registered["child"]["graduatedResponse"]["duties"], json!([{ "rule": { "id": "GR-3" }, "state": "OPEN" }]));
        let head = "upn,given_name,family_name,known_as,date_of_birth,gender,year_group,school_urn,sen_status,primary_need,further_needs,flags,parent_name,parent_email";
        let take = async |flags: &str| {
            let lines = [
                format!("{},Vic,Vale,,2018-06-06,M,,900001,NONE,HI,,{flags},,", upn(701)),
                format!("{},Ada,Brook,,2018-05-04,F,,900001,SEN_SUPPORT,SLCN,,{flags},,", upn(1)),
            ];
            let text = format!("{head}\n{}\n", lines.join("\n"));
            app.import(Content::Children, &text).await;
        };
        take(&format!("{RISK}:2026-03-02")).await;
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await, [open("2026-03-11")]);
        let query = "query($upn: UPN!) { child(upn: $upn) { graduatedResponse { duties { rule { id } due { on } } } } }";
        let data = app.ask("senco", query, json!({ "upn": upn(701) })).await;
        assert_eq!(data["child"]["graduatedResponse"]["duties"], json!([
            { "rule": { "id": "GR-13" }, "due": { "on": "2026-03-11" } },
            { "rule": { "id": "GR-3" }, "due": { "on": "2026-03-23" } },
        ]));
        take("").await;
        assert_eq!(app.response_duties("senco", "ada", "GR-13").await[0].0, "WITHDRAWN");
    }

    async fn a_flagged_child_who_moves_brings_the_deadline_to_the_new_school(app: App) {
        passes(&flag(&app, "ada", RISK, "2026-03-09").await);
        let moved = json!({ "child": app.child("ada"), "toSchool": id(Kind::School, app.world.schools["second_primary"]) });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        assert!(app.response_duties("senco", "ada", "GR-13").await.is_empty());
        assert_eq!(app.response_duties("second_senco", "ada", "GR-13").await, [open("2026-03-11")]);
        let desk = "{ viewer { worklist { nodes { rule { id } due { on } } } } }";
        let data = app.ask("second_senco", desk, json!({})).await;
        assert!(data["viewer"]["worklist"]["nodes"].to_string().contains("GR-13"), "{data:#}");
    }
}
