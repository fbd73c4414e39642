//! Before the One Plan: concerns and first-tier interventions, the eight areas, the SEN register (GR-1, GR-2, GR-4).

use crate::both;
use crate::support::app::{App, rules};
use crate::support::graduated::AREAS;
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

async fn status(app: &App, child: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Child { sen { status } } } }";
    let mut data = app.ask("manager", query, json!({ "id": app.child(child) })).await;
    data["node"]["sen"]["status"].take()
}

/// A child who is not on the register, with an assessment of literacy and the other areas ruled out; the assessment.
async fn looked_at(app: &App, child: &str) -> Value {
    app.off_register(child).await;
    let assessment = app.assessed(child, "LITERACY").await;
    app.rule_out("senco", child, &AREAS[1..]).await;
    assessment
}

async fn remove(app: &App, view: Option<&str>, acknowledge: Value) -> Value {
    let input = json!({
        "child": app.child("ben"), "staff": ["A. Smith, class teacher"], "reason": "Caught up.",
        "parentsView": view, "acknowledge": acknowledge,
    });
    app.act("senco", "removeFromSenRegister", "senRegisterDecision { id step parentsView }", input).await
}

both! {
    async fn concerns_and_first_tier_interventions_are_recorded_and_monitored(app: App) {
        let concern = |areas: Value, teaching: &str, on: &str| json!({
            "child": app.child("ada"), "raisedOn": on, "areas": areas, "description": "Tires early.",
            "teaching": teaching,
        });
        let entity = "concern { id areas teaching raisedOn }";
        let recorded =
            app.act("teacher", "recordConcern", entity, concern(json!(["LITERACY"]), "Seated at the front.", "2026-03-09"))
                .await;
        passes(&recorded);
        assert_eq!(recorded["concern"]["areas"], json!(["LITERACY"]));
        let refused =
            app.act("teacher", "recordConcern", entity, concern(json!([]), " ", "2026-03-10")).await;
        assert_eq!(
            refusals(&refused),
            [("GR-1", "TOO_EARLY", "raisedOn"), ("GR-1", "MISSING", "areas"), ("GR-1", "MISSING", "teaching")]
        );
        let intervention = app.intervened("senco", "ada", "Paired reading").await;
        let review = |impact: &str, ends: bool| json!({
            "intervention": intervention, "reviewedOn": "2026-03-09", "impact": impact, "ends": ends,
        });
        let entity = "intervention { impact reviewedOn to version }";
        let blank = app.act("senco", "reviewIntervention", entity, review(" ", false)).await;
        assert_eq!(refusals(&blank), [("GR-1", "MISSING", "impact")]);
        let reviewed = app.act("senco", "reviewIntervention", entity, review("Reads 30 words.", true)).await;
        passes(&reviewed);
        assert_eq!(reviewed["intervention"]["to"], "2026-03-09");
        let again = app.act("senco", "reviewIntervention", entity, review("Reads 40 words.", true)).await;
        assert_eq!(refusals(&again), [("GR-1", "WRONG_STATE", "intervention")]);
        let path = app.path("senco", "ada").await;
        assert_eq!(path["steps"][0]["state"], "DONE");
    }

    async fn each_area_is_looked_at_before_the_register_decision(app: App) {
        app.off_register("ben").await;
        let assessment = app.assessed("ben", "LITERACY").await;
        for (index, area) in AREAS[1..].iter().enumerate() {
            let refused = app.add("senco", app.adding("senco", "ben", std::slice::from_ref(&assessment))).await;
            assert_eq!(rules(&refused), vec!["GR-2"; 7 - index], "{refused:#}");
            app.rule_out("senco", "ben", &[area]).await;
        }
        let passed = app.add("senco", app.adding("senco", "ben", &[assessment])).await;
        passes(&passed);
        assert_eq!(passed["senRegisterDecision"]["child"]["sen"]["status"], "SEN_SUPPORT");
        let against = json!({ "child": app.child("ben"), "area": "LITERACY", "reason": "Not relevant." });
        let refused = app.act("senco", "ruleOutArea", "child { id }", against).await;
        assert_eq!(refusals(&refused), [("GR-2", "CONFLICT", "area")]);
        let silent = json!({ "child": app.child("ben"), "area": "MATHS", "reason": " " });
        let refused = app.act("senco", "ruleOutArea", "child { id }", silent).await;
        assert_eq!(refusals(&refused), [("GR-2", "MISSING", "reason")]);
    }

    async fn senco_staff_and_parents_decide_together_and_cite_assessments(app: App) {
        let assessment = looked_at(&app, "ben").await;
        let spoilt = |field: &str, value: Value| {
            let mut input = app.adding("senco", "ben", std::slice::from_ref(&assessment));
            input[field] = value;
            input
        };
        for (field, value) in [
            ("senco", Value::Null),
            ("senco", app.person("teacher")),
            ("senco", app.person("second_senco")),
            ("staff", json!([])),
            ("staff", json!([" "])),
            ("parents", json!([])),
            ("assessments", json!([])),
            ("provision", json!("\u{200b}")),
        ] {
            let refused = app.add("senco", spoilt(field, value)).await;
            assert_eq!(refusals(&refused), [("GR-4", "MISSING", field)], "{refused:#}");
        }
        let foreign = app.assessed("ada", "MATHS").await;
        for (field, value) in [("parents", app.parent_of("ada")), ("assessments", foreign)] {
            let refused = app.add("senco", spoilt(field, json!([value]))).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", field)]);
        }
        passes(&app.add("head", spoilt("child", app.child("ben"))).await);
        assert_eq!(status(&app, "ben").await, "SEN_SUPPORT");
        let again = app.add("senco", spoilt("child", app.child("ben"))).await;
        assert_eq!(refusals(&again), [("GR-4", "CONFLICT", "child")]);
    }

    async fn taking_off_waits_for_the_parents_view_or_a_reason(app: App) {
        let silent = remove(&app, None, json!([])).await;
        passes(&silent);
        assert_eq!(silent["advisories"][0]["rule"], "GR-4");
        assert_eq!((silent["senRegisterDecision"].clone(), status(&app, "ben").await), (Value::Null, json!("SEN_SUPPORT")));
        let answered = remove(&app, Some("We agree."), json!([])).await;
        passes(&answered);
        assert_eq!(status(&app, "ben").await, "NONE");
        let again = remove(&app, Some("We agree."), json!([])).await;
        assert_eq!(refusals(&again), [("GR-4", "WRONG_STATE", "child")]);
        let decision = answered["senRegisterDecision"]["id"].clone();
        let reversal = json!({ "senRegisterDecision": decision, "reason": "The wrong Ben." });
        let entity = "senRegisterDecision { reversedReason }";
        passes(&app.act("manager", "reverseSenRegisterDecision", entity, reversal.clone()).await);
        assert_eq!(status(&app, "ben").await, "SEN_SUPPORT");
        let twice = app.act("manager", "reverseSenRegisterDecision", entity, reversal).await;
        assert_eq!(refusals(&twice), [("XC-22", "WRONG_STATE", "senRegisterDecision")]);
        let acknowledged = json!([{ "rule": "GR-4", "reason": "Nobody answers." }]);
        passes(&remove(&app, None, acknowledged).await);
        assert_eq!(status(&app, "ben").await, "NONE");
    }

    async fn a_child_with_an_ehc_plan_or_a_one_plan_stays_on_the_register(app: App) {
        let input = json!({
            "child": app.child("dot"), "staff": ["A. Smith, class teacher"], "reason": "Moved on.", "parentsView": "Yes.",
        });
        let entity = "senRegisterDecision { id }";
        let refused = app.act("senco", "removeFromSenRegister", entity, input).await;
        assert_eq!(refusals(&refused), [("GR-4", "WRONG_STATE", "child")]);
        app.active_plan("ben").await;
        let refused = remove(&app, Some("We agree."), json!([])).await;
        assert_eq!(refusals(&refused), [("GR-4", "WRONG_STATE", "child")]);
    }

    async fn a_teacher_records_for_named_children_and_decides_for_nobody(app: App) {
        app.assessed_by("teacher", "ada", "LITERACY", "Own check list").await;
        let input = json!({
            "child": app.child("ben"), "area": "MATHS", "otherInstrument": "Any", "assessedOn": "2026-03-09",
            "result": "Any.", "identifiesNeed": false,
        });
        let unnamed = app.act("teacher", "recordSchoolAssessment", "schoolAssessment { id }", input).await;
        assert_eq!(refusals(&unnamed), [("XC-18", "NOT_FOUND", "child")]);
        let refused = app.add("teacher", app.adding("senco", "ada", &[])).await;
        assert_eq!(refusals(&refused).last().unwrap(), &("XC-18", "NOT_PERMITTED", ""));
    }
}
