//! Link staff: contacts at any time, formal consultations with pack and next steps, requests for statutory assessment
//! (GR-9 to GR-12).

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::id;
use crate::support::graduated::LINK;
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use domain::policy::Figures;
use serde_json::{Value, json};

async fn raise(app: &App, child: &str, sudden: Option<&str>) -> Value {
    let input = json!({
        "child": app.child(child), "question": "What next?", "suddenConcerns": sudden, "urgent": false,
    });
    app.act("senco", "raiseLinkConsultation", LINK, input).await
}

async fn step(app: &App, subject: &str, mutation: &str, consultation: &Value, more: Value) -> Value {
    let mut input = json!({ "linkConsultation": consultation });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.act(subject, mutation, LINK, input).await
}

fn advice(owner: &str, due_on: &str) -> Value {
    json!({
        "advice": "Begin with a visual timetable.",
        "nextSteps": [
            { "kind": "TRAINING", "what": "Training on visual supports.", "owner": owner, "dueOn": due_on },
            { "kind": "ONE_PLAN_UPDATE", "what": "Add the timetable.", "owner": "The SENCO", "dueOn": "2026-12-01" },
        ],
    })
}

/// A consultation with a complete pack; its id.
async fn ready(app: &App, child: &str) -> Value {
    app.assessed(child, "LITERACY").await;
    app.intervened("senco", child, "Paired reading").await;
    app.link_consent("senco", child).await;
    let raised = app.raise_suddenly("senco", child, "Stopped speaking.").await;
    passes(&raised);
    let consultation = raised["linkConsultation"]["id"].clone();
    passes(&step(app, "senco", "completeLinkPack", &consultation, json!({})).await);
    consultation
}

async fn request(app: &App, subject: &str, child: &str, source: &str, acknowledge: Value) -> Value {
    let input = json!({
        "child": app.child(child), "source": source, "requestedOn": app.today(), "acknowledge": acknowledge,
    });
    app.act(subject, "requestAssessment", "assessment { id source }", input).await
}

both! {
    async fn a_school_contacts_its_link_staff_at_any_time(app: App) {
        let contact = app.contact("senco", "ada", "cit", "GENERAL").await;
        passes(&contact);
        assert_eq!(contact["linkContact"]["discipline"], "CIT");
        passes(&app.contact("ep", "ada", "ep", "ONLINE_CONSULTATION").await);
        for stranger in ["ewo", "past_ep", "elsewhere_ep", "coordinator"] {
            let refused = app.contact("senco", "ada", stranger, "GENERAL").await;
            let refused = refusals(&refused);
            let not_seen = ("XC-18", "NOT_FOUND", "practitioner");
            assert!(refused == [("GR-9", "NOT_ELIGIBLE", "practitioner")] || refused == [not_seen], "{stranger}: {refused:?}");
        }
        for purpose in ["STATUTORY_ASSESSMENT", "EXCLUSION_RISK"] {
            let refused = app.contact("senco", "ada", "cit", purpose).await;
            assert_eq!(refusals(&refused)[0].1, "NOT_ELIGIBLE", "{purpose} is the EP's or inclusion partner's");
            passes(&app.contact("senco", "ada", "ep", purpose).await);
        }
        let tomorrow = json!({
            "child": app.child("ada"), "practitioner": app.person("ep"), "contactedOn": "2026-03-10",
            "purpose": "GENERAL", "note": " ",
        });
        let refused = app.act("senco", "logLinkContact", "linkContact { id }", tomorrow).await;
        assert_eq!(refusals(&refused), [("GR-9", "TOO_EARLY", "contactedOn"), ("GR-9", "MISSING", "note")]);
        let query = "query($id: ID!) { node(id: $id) { ... on Child { graduatedResponse { linkContacts { note } } } } }";
        let seen = async |subject: &str| {
            let data = app.ask(subject, query, json!({ "id": app.child("ada") })).await;
            data["node"]["graduatedResponse"]["linkContacts"].as_array().unwrap().len()
        };
        assert_eq!((seen("senco").await, seen("cit").await, seen("parent").await), (4, 4, 0));
    }

    async fn a_child_is_raised_after_two_reviewed_cycles_and_not_before(app: App) {
        let plan = app.reviewed_plan("ada", 1).await;
        let refused = raise(&app, "ada", None).await;
        assert_eq!(refusals(&refused), [("GR-9", "MISSING", "child")]);
        assert_eq!(refused["refusals"][0]["message"], "1 of 2 cycles of One Planning were reviewed");
        passes(&app.next_cycle(&plan).await);
        app.set_clock("2026-07-20T10:00:00Z");
        passes(&app.review("ada", &plan, false).await);
        let raised = raise(&app, "ada", None).await;
        passes(&raised);
        assert_eq!(raised["linkConsultation"]["state"], "RAISED");
        let twice = raise(&app, "ada", None).await;
        assert_eq!(refusals(&twice), [("GR-9", "CONFLICT", "child")]);
    }

    async fn sudden_significant_concerns_are_a_ground_and_the_figure_is_policy(app: App) {
        assert_eq!(rules(&raise(&app, "ada", Some(" ")).await), ["GR-9"]);
        let raised = raise(&app, "ada", Some("Stopped speaking.")).await;
        passes(&raised);
        assert_eq!(raised["linkConsultation"]["suddenConcerns"], "Stopped speaking.");
        app.set_figures(1, Figures { cycles_before_consultation: 0, ..Figures::default() }).await;
        passes(&raise(&app, "ben", None).await);
        let nothing = json!({ "child": app.child("eve"), "question": " ", "urgent": false });
        let refused = app.act("senco", "raiseLinkConsultation", LINK, nothing).await;
        assert_eq!(refusals(&refused), [("GR-9", "MISSING", "question")]);
    }

    async fn what_the_pack_lacks_is_listed_paper_by_paper(app: App) {
        let raised = raise(&app, "ada", Some("Stopped speaking.")).await;
        let consultation = raised["linkConsultation"]["id"].clone();
        let complete = async |reports: Option<&str>| {
            step(&app, "senco", "completeLinkPack", &consultation, json!({ "professionalReports": reports })).await
        };
        let papers = |payload: &Value| -> Vec<String> {
            let refused = payload["refusals"].as_array().unwrap();
            refused.iter().map(|one| one["message"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(papers(&complete(None).await), [
            "the pack lacks the signed consent of a parent",
            "the pack lacks assessment information",
            "the pack lacks intervention information",
            "the pack lacks other professional reports",
        ]);
        app.link_consent("senco", "ada").await;
        app.assessed("ada", "LITERACY").await;
        app.intervened("senco", "ada", "Paired reading").await;
        assert_eq!(papers(&complete(Some(" ")).await), ["the pack lacks other professional reports"]);
        let query = "query($id: ID!) { node(id: $id) { ... on LinkConsultation { pack { complete missing { message } } } } }";
        let data = app.ask("ep", query, json!({ "id": consultation })).await;
        assert_eq!(data["node"]["pack"]["missing"][0]["message"], "the pack lacks other professional reports");
        let ready = complete(Some("None.")).await;
        passes(&ready);
        assert_eq!(ready["linkConsultation"]["pack"]["complete"], true);
        let list = "{ linkConsultations(filter: { states: [READY] }) { totalCount nodes { id } } }";
        assert_eq!(app.ask("ep", list, json!({})).await["linkConsultations"]["totalCount"], 1);
        assert_eq!(app.ask("ewo", list, json!({})).await["linkConsultations"]["totalCount"], 0);
    }

    async fn without_sudden_concerns_the_pack_holds_one_plans(app: App) {
        app.set_figures(1, Figures { cycles_before_consultation: 0, ..Figures::default() }).await;
        app.assessed("ada", "LITERACY").await;
        app.intervened("senco", "ada", "Paired reading").await;
        app.link_consent("senco", "ada").await;
        let consultation = raise(&app, "ada", None).await["linkConsultation"]["id"].clone();
        let none = json!({ "professionalReports": "None." });
        let refused = step(&app, "senco", "completeLinkPack", &consultation, none.clone()).await;
        assert_eq!(refused["refusals"][0]["message"], "the pack lacks One Plans");
        app.active_plan("ada").await;
        passes(&step(&app, "senco", "completeLinkPack", &consultation, none).await);
    }

    async fn consent_withdrawn_ends_what_was_not_answered_at_once(app: App) {
        let consultation = ready(&app, "ada").await;
        let query = "query($id: ID!) { node(id: $id) { ... on Child { consents { id } } } }";
        let data = app.ask("senco", query, json!({ "id": app.child("ada") })).await;
        let consent = data["node"]["consents"][0]["id"].clone();
        let mut heard = app.subscribe("ep", "subscription { caseEvents { kind linkConsultation { id state } } }", json!({})).await;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        passes(&app.act("parent", "withdrawConsent", "consent { id }", json!({ "consent": consent })).await);
        let told = loop {
            let event = heard.next().await["payload"]["data"]["caseEvents"].clone();
            let event = if event.is_null() { heard.next().await["data"]["caseEvents"].clone() } else { event };
            if event["kind"] == "LINK_CONSULTATION_WITHDRAWN" {
                break event;
            }
        };
        assert_eq!(told["linkConsultation"], json!({ "id": consultation, "state": "WITHDRAWN" }));
        let refused = step(&app, "ep", "adviseLinkConsultation", &consultation, advice("The SENCO", "2026-04-01")).await;
        assert_eq!(
            refusals(&refused),
            [("GR-11", "WRONG_STATE", "linkConsultation"), ("GR-10", "CONSENT_MISSING", "linkConsultation")]
        );
        let back = step(&app, "senco", "reverseLinkConsultationStep", &consultation, json!({ "reason": "Oh." })).await;
        assert_eq!(refusals(&back), [("XC-22", "CONSENT_MISSING", "linkConsultation")]);
    }

    async fn the_ep_answers_with_next_steps_that_have_owner_and_due_date(app: App) {
        let consultation = ready(&app, "ada").await;
        let advise = async |subject: &str, more: Value| {
            step(&app, subject, "adviseLinkConsultation", &consultation, more).await
        };
        let nothing = json!({ "advice": "Go on.", "nextSteps": [] });
        assert_eq!(refusals(&advise("ep", nothing).await), [("GR-11", "MISSING", "nextSteps")]);
        assert_eq!(
            refusals(&advise("ep", advice(" ", "2026-03-08")).await),
            [("GR-11", "MISSING", "nextSteps.0.owner"), ("GR-11", "INVALID", "nextSteps.0.dueOn")]
        );
        for (subject, code) in [("senco", "NOT_PERMITTED"), ("cit", "NOT_PERMITTED"), ("elsewhere_ep", "NOT_FOUND")] {
            assert_eq!(refusals(&advise(subject, advice("The SENCO", "2026-03-09")).await).last().unwrap().1, code, "{subject}");
        }
        let advised = advise("ep", advice("The SENCO", "2026-03-09")).await;
        passes(&advised);
        let steps = advised["linkConsultation"]["nextSteps"].as_array().unwrap();
        assert_eq!((steps.len(), &steps[0]["overdue"]), (2, &json!(false)));
        app.set_clock("2026-03-10T09:00:00Z");
        let early = step(&app, "senco", "closeLinkConsultation", &consultation, json!({})).await;
        assert_eq!(refusals(&early), [("GR-11", "MISSING", "linkConsultation")]);
        assert_eq!(early["linkConsultation"]["nextSteps"][0]["overdue"], true);
        for action in steps {
            let done = |outcome: &str| json!({ "agreedAction": action["id"], "outcome": outcome });
            let silent = app.act("senco", "completeAgreedAction", "agreedAction { id }", done(" ")).await;
            assert_eq!(refusals(&silent), [("GR-11", "MISSING", "outcome")]);
            passes(&app.act("senco", "completeAgreedAction", "agreedAction { id }", done("Done.")).await);
            let twice = app.act("senco", "completeAgreedAction", "agreedAction { id }", done("Done.")).await;
            assert_eq!(refusals(&twice), [("GR-11", "WRONG_STATE", "agreedAction")]);
        }
        let closed = step(&app, "senco", "closeLinkConsultation", &consultation, json!({})).await;
        passes(&closed);
        assert_eq!(closed["linkConsultation"]["state"], "CLOSED");
    }

    async fn each_step_with_link_staff_is_taken_back(app: App) {
        let consultation = ready(&app, "ada").await;
        let back = async |subject: &str| {
            step(&app, subject, "reverseLinkConsultationStep", &consultation, json!({ "reason": "Too soon." })).await
        };
        passes(&step(&app, "ep", "adviseLinkConsultation", &consultation, advice("The SENCO", "2026-04-01")).await);
        let undone = back("ep").await;
        passes(&undone);
        assert_eq!((&undone["linkConsultation"]["state"], &undone["linkConsultation"]["nextSteps"]), (&json!("READY"), &json!([])));
        assert_eq!(back("manager").await["linkConsultation"]["state"], "RAISED");
        assert_eq!(refusals(&back("senco").await), [("XC-22", "WRONG_STATE", "linkConsultation")]);
        let withdrawn = json!({ "reason": "Not needed." });
        passes(&step(&app, "senco", "withdrawLinkConsultation", &consultation, withdrawn.clone()).await);
        let again = step(&app, "senco", "withdrawLinkConsultation", &consultation, withdrawn).await;
        assert_eq!(refusals(&again), [("GR-9", "WRONG_STATE", "linkConsultation")]);
        passes(&back("senco").await);
    }

    async fn a_school_discusses_a_request_for_assessment_first_and_a_parent_need_not(app: App) {
        let advised = request(&app, "senco", "ben", "SCHOOL", json!([])).await;
        passes(&advised);
        assert_eq!(advised["assessment"], Value::Null);
        assert_eq!((&advised["advisories"][0]["rule"], &advised["advisories"][0]["needsAcknowledgement"]), (&json!("GR-12"), &json!(true)));
        passes(&app.contact("senco", "ben", "ep", "STATUTORY_ASSESSMENT").await);
        let discussed = request(&app, "senco", "ben", "SCHOOL", json!([])).await;
        assert_eq!((&discussed["advisories"], discussed["assessment"].is_object()), (&json!([]), true));
        let acknowledged = json!([{ "rule": "GR-12", "reason": "The EP is ill." }]);
        assert!(request(&app, "senco", "eve", "SCHOOL", acknowledged).await["assessment"].is_object());
        let by_parent = request(&app, "parent", "ada", "SCHOOL", json!([])).await;
        passes(&by_parent);
        assert_eq!(by_parent["assessment"]["source"], "PARENT");
        assert_eq!(by_parent["advisories"][0]["needsAcknowledgement"], false);
        let query = "query($id: ID!) { node(id: $id) { ... on Child { history(first: 100) { nodes { kind } } } } }";
        let data = app.ask("senco", query, json!({ "id": app.child("ada") })).await;
        let opened = json!({ "kind": "PARENT_CONFIDENCE_CONVERSATION_OPENED" });
        assert!(data["node"]["history"]["nodes"].as_array().unwrap().contains(&opened), "{data:#}");
    }

    async fn the_authority_keeps_the_list_of_instruments(app: App) {
        let authority = id(Kind::Authority, app.world.authority);
        let add = async |subject: &str, name: &str, most: Option<i32>| {
            let input = json!({ "authority": authority, "name": name, "standardised": true, "yearlyMaximum": most });
            app.act(subject, "addInstrument", "instrument { id name yearlyMaximum }", input).await
        };
        passes(&add("admin", "Graded reading test", Some(1)).await);
        assert_eq!(refusals(&add("admin", " Graded  Reading TEST", None).await), [("GR-7", "CONFLICT", "name")]);
        assert_eq!(refusals(&add("admin", " ", Some(0)).await), [("GR-7", "MISSING", "name"), ("GR-7", "INVALID", "yearlyMaximum")]);
        assert_eq!(refusals(&add("senco", "Own", None).await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&add("elsewhere_admin", "Own", None).await), [("XC-18", "NOT_FOUND", "authority")]);
        let query = "{ viewer { authorities { instruments { id name retiredAt } } } }";
        let data = app.ask("senco", query, json!({})).await;
        let listed = data["viewer"]["authorities"][0]["instruments"][0].clone();
        assert_eq!(listed["name"], "Graded reading test");
        let retire = json!({ "instrument": listed["id"], "retired": true });
        passes(&app.act("admin", "changeInstrument", "instrument { id }", retire).await);
        let refused = app.assess_with("senco", "ada", "LITERACY", &listed["id"], "2026-03-09").await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "instrument")]);
    }
}
