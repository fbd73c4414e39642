//! Where a graduated response could be got round: by who may not act, after a move, an erasure, a withdrawal, a step
//! taken back.

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::id;
use crate::support::graduated::{LINK, PLAN, section};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use serde_json::{Value, json};

async fn take_back(app: &App, plan: &Value) -> Value {
    let input = json!({ "onePlan": plan, "reason": "Entered for the wrong child." });
    app.act("senco", "reverseOnePlanStep", PLAN, input).await
}

async fn observe(app: &App, plan: &Value, on: &str) -> Value {
    let input = json!({
        "onePlan": plan, "observedOn": on, "observation": "Copies from others.", "teacher": "Needs longer.",
        "parents": "Reads at home.",
    });
    app.act("senco", "recordFurtherObservation", PLAN, input).await
}

async fn plans_active(app: &App) -> Value {
    let query = "{ school(urn: 900001) { graduatedResponseFigures { plansActive } } }";
    let mut data = app.ask("senco", query, json!({})).await;
    data["school"]["graduatedResponseFigures"]["plansActive"].take()
}

both! {
    async fn who_may_not_act_learns_nothing_else_of_the_record(app: App) {
        let flag = json!({ "child": app.child("ada"), "kind": "LAC", "from": "2026-03-09" });
        passes(&app.act("senco", "setVulnerability", "child { id }", flag.clone()).await);
        for attempt in [flag.clone(), json!({ "child": app.child("ada"), "kind": "LAC", "dryRun": true })] {
            let refused = app.act("parent", "setVulnerability", "child { id }", attempt).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")], "not that the flag is there already");
            assert_eq!(refused["advisories"], json!([]));
        }
        assert_eq!(refusals(&app.act("senco", "setVulnerability", "child { id }", flag).await)[0].1, "CONFLICT");
    }

    async fn advice_taken_back_waits_for_consent(app: App) {
        app.assessed("ada", "LITERACY").await;
        app.intervened("senco", "ada", "Paired reading").await;
        let consent = app.link_consent("senco", "ada").await;
        let raised = app.raise_suddenly("senco", "ada", "Stopped speaking.").await;
        let consultation = raised["linkConsultation"]["id"].clone();
        let step = async |subject: &str, mutation: &str, mut input: Value| {
            input["linkConsultation"] = consultation.clone();
            app.act(subject, mutation, LINK, input).await
        };
        passes(&step("senco", "completeLinkPack", json!({})).await);
        let advice = json!({ "advice": "Go on.", "nextSteps": [
            { "kind": "TRAINING", "what": "Visual supports.", "owner": "The SENCO", "dueOn": "2026-04-01" },
        ] });
        passes(&step("ep", "adviseLinkConsultation", advice).await);
        passes(&app.act("parent", "withdrawConsent", "consent { id }", json!({ "consent": consent })).await);
        let back = json!({ "reason": "Too soon." });
        let refused = step("ep", "reverseLinkConsultationStep", back.clone()).await;
        assert_eq!(refusals(&refused), [("XC-22", "CONSENT_MISSING", "linkConsultation")]);
        app.link_consent("senco", "ada").await;
        let undone = step("ep", "reverseLinkConsultationStep", back).await;
        passes(&undone);
        assert_eq!(undone["linkConsultation"]["state"], "READY");
    }

    async fn nothing_is_written_about_an_erased_child(app: App) {
        let plan = app.active_plan("ada").await;
        let raised = app.raise_suddenly("senco", "ada", "Stopped speaking.").await;
        assert_eq!(plans_active(&app).await, 1);
        let erase = json!({ "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
        passes(&app.act("admin", "eraseChild", "child { id }", erase).await);
        assert_eq!(plans_active(&app).await, 0);
        for subject in ["senco", "ep", "manager", "admin"] {
            let refused = app.write(subject, &plan, section("LITERACY"), 1).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "onePlan")], "{subject}");
            let withdrawn = json!({ "linkConsultation": raised["linkConsultation"]["id"], "reason": "Erased." });
            let refused = app.act(subject, "withdrawLinkConsultation", LINK, withdrawn).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "linkConsultation")], "{subject}");
        }
    }

    async fn terms_from_a_file_move_the_reviews_that_are_open(app: App) {
        app.active_plan("ada").await;
        let file = "dfe_code,academic_year,term_no,first_day,last_day\n001,2025-26,4,2026-02-23,2026-03-31\n";
        app.import(Content::Terms, file).await;
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await, [("OPEN".into(), "2026-03-31".into())]);
    }

    async fn a_section_is_reviewed_once(app: App) {
        let plan = app.active_plan("ada").await;
        let again = app.assessed("ada", "LITERACY").await;
        let mut input = app.review_of(&plan, &again, "Better.").await;
        let twice = input["sections"][0].clone();
        input["sections"].as_array_mut().unwrap().push(twice);
        let refused = app.act("senco", "reviewPlanCycle", PLAN, input).await;
        assert_eq!(refusals(&refused), [("GR-7", "INVALID", "sections.1.section")]);
    }

    async fn a_review_rests_on_what_was_there_when_it_was_held(app: App) {
        let plan = app.active_plan("ada").await;
        app.set_clock("2026-03-20T09:00:00Z");
        let again = app.assessed("ada", "LITERACY").await;
        let mut input = app.review_of(&plan, &again, "Better.").await;
        input["reviewedOn"] = json!("2026-03-19");
        assert_eq!(rules(&app.act("senco", "reviewPlanCycle", PLAN, input.clone()).await), ["GR-7"]);
        input["reviewedOn"] = json!("2026-03-20");
        passes(&app.act("senco", "reviewPlanCycle", PLAN, input).await);
    }

    async fn a_review_taken_back_frees_the_assessment_that_it_rested_on(app: App) {
        let plan = app.active_plan("ada").await;
        app.set_clock("2026-03-20T09:00:00Z");
        let again = app.assessed("ada", "LITERACY").await;
        passes(&app.act("senco", "reviewPlanCycle", PLAN, app.review_of(&plan, &again, "Better.").await).await);
        let back = json!({ "schoolAssessment": again, "reason": "The wrong child." });
        let withdraw = || app.act("senco", "withdrawSchoolAssessment", "schoolAssessment { id }", back.clone());
        assert_eq!(refusals(&withdraw().await)[0].1, "CONFLICT");
        passes(&take_back(&app, &plan).await);
        passes(&withdraw().await);
    }

    async fn only_an_observation_since_the_review_leads_on(app: App) {
        let plan = app.active_plan("ada").await;
        app.set_clock("2026-03-19T09:00:00Z");
        let before = observe(&app, &plan, "2026-03-08").await;
        assert_eq!(refusals(&before), [("GR-8", "INVALID", "observedOn")], "the cycle had not begun");
        passes(&observe(&app, &plan, "2026-03-19").await);
        app.set_clock("2026-03-20T09:00:00Z");
        passes(&app.review("ada", &plan, true).await);
        assert_eq!(refusals(&app.next_cycle(&plan).await), [("GR-8", "MISSING", "onePlan")]);
        passes(&observe(&app, &plan, "2026-03-20").await);
        passes(&app.next_cycle(&plan).await);
    }

    async fn an_observation_in_the_new_cycle_keeps_it_from_being_taken_back(app: App) {
        let plan = app.active_plan("ada").await;
        passes(&app.review("ada", &plan, false).await);
        passes(&app.next_cycle(&plan).await);
        app.set_clock("2026-04-14T09:00:00Z");
        passes(&observe(&app, &plan, "2026-04-14").await);
        assert_eq!(refusals(&take_back(&app, &plan).await), [("XC-22", "CONFLICT", "onePlan")]);
    }

    async fn a_third_use_is_refused_on_the_list_of_another_authority_too(app: App) {
        let listed = app.instrument("Graded reading test", true).await;
        for on in ["2026-01-12", "2026-01-13"] {
            passes(&app.assess_with("senco", "ada", "LITERACY", &listed, on).await);
        }
        app.ada_moves_away().await;
        let add = async |name: &str| {
            let authority = id(Kind::Authority, app.world.other_authority);
            let input = json!({ "authority": authority, "name": name, "standardised": true });
            app.act("elsewhere_admin", "addInstrument", "instrument { id }", input).await["instrument"]["id"].clone()
        };
        let (same, another) = (add("Graded  READING test").await, add("Spelling test").await);
        let refused = app.assess_with("elsewhere_senco", "ada", "LITERACY", &same, "2026-03-09").await;
        assert_eq!(rules(&refused), ["GR-7"]);
        passes(&app.assess_with("elsewhere_senco", "ada", "LITERACY", &another, "2026-03-09").await);
    }

    async fn an_ended_plan_stays_ended_while_the_child_is_off_the_register(app: App) {
        let plan = app.active_plan("ben").await;
        passes(&app.review("ben", &plan, false).await);
        passes(&app.act("senco", "endOnePlan", PLAN, json!({ "onePlan": plan, "reason": "Caught up." })).await);
        let remove = json!({
            "child": app.child("ben"), "staff": ["A. Smith, class teacher"], "reason": "Caught up.", "parentsView": "Yes.",
        });
        let mut removed = app.act("senco", "removeFromSenRegister", "senRegisterDecision { id }", remove).await;
        passes(&removed);
        assert_eq!(refusals(&take_back(&app, &plan).await), [("XC-22", "CONFLICT", "onePlan")]);
        let back = json!({ "senRegisterDecision": removed["senRegisterDecision"]["id"].take(), "reason": "The wrong Ben." });
        passes(&app.act("senco", "reverseSenRegisterDecision", "senRegisterDecision { id }", back).await);
        passes(&take_back(&app, &plan).await);
        assert_eq!(app.plan("senco", &plan).await["state"], "ACTIVE");
        let query = "query($id: ID!) { node(id: $id) { ... on Child { history(first: 100) { nodes { kind reason } } } } }";
        let data = app.ask("senco", query, json!({ "id": app.child("ben") })).await;
        let why = json!({ "kind": "ONE_PLAN_STEP_REVERSED", "reason": "Entered for the wrong child." });
        assert!(data["node"]["history"]["nodes"].as_array().unwrap().contains(&why), "{data:#}");
    }

    async fn a_contact_taken_back_leaves_the_discussion_due(app: App) {
        let flag = json!({ "child": app.child("ada"), "kind": "RISK_OF_PERMANENT_EXCLUSION", "from": "2026-03-09" });
        passes(&app.act("senco", "setVulnerability", "child { id }", flag).await);
        let contact = app.contact("senco", "ada", "ep", "EXCLUSION_RISK").await["linkContact"]["id"].clone();
        let state = async || app.response_duties("senco", "ada", "GR-13").await[0].0.clone();
        assert_eq!(state().await, "MET");
        let withdraw = async |subject: &str, reason: &str| {
            let input = json!({ "linkContact": contact, "reason": reason });
            app.act(subject, "withdrawLinkContact", "linkContact { withdrawnReason allowedActions }", input).await
        };
        assert_eq!(refusals(&withdraw("senco", " ").await), [("XC-22", "MISSING", "reason")]);
        assert_eq!(refusals(&withdraw("head", "Ours.").await), Vec::<(&str, &str, &str)>::new());
        assert_eq!(state().await, "OPEN");
        assert_eq!(refusals(&withdraw("senco", "Again.").await), [("XC-22", "WRONG_STATE", "linkContact")]);
        app.sweep_at("2026-03-12T00:00:00Z").await;
        assert_eq!(app.escalated("manager", "GR-13").await.len(), 1);
        passes(&app.contact("senco", "ada", "ep", "EXCLUSION_RISK").await);
        assert_eq!(state().await, "MET_LATE");
    }
}
