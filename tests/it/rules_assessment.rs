//! The statutory frame: the request, the decisions and their weeks, and steps taken back (EH-1, EH-2, EH-5, XC-22).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::{ASSESSMENT, REQUEST, duties};
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

async fn end(app: &App, subject: &str, mutation: &str, assessment: &Value) -> Value {
    let input = json!({ "assessment": assessment, "reason": "The needs are met at school." });
    app.act(subject, mutation, ASSESSMENT, input).await
}

async fn take_back(app: &App, subject: &str, assessment: &Value) -> Value {
    let input = json!({ "assessment": assessment, "reason": "Entered by mistake." });
    app.act(subject, "reverseAssessmentStep", ASSESSMENT, input).await
}

async fn sen_status(app: &App, child: &str) -> Value {
    app.read("manager", "Child", "sen { status }", &app.child(child)).await["sen"]["status"].take()
}

/// How many escalations under EH-1 there are.
async fn escalations(app: &App) -> usize {
    app.escalated("manager", "EH-1").await.len()
}

both! {
    /// A request of 5 January 2026 ends on the late May bank holiday, and stays there.
    async fn twenty_weeks_end_on_a_bank_holiday_and_the_answer_says_so(app: App) {
        app.set_clock("2026-01-05T09:00:00Z");
        let assessment = app.requested("ada", "2026-01-05").await;
        let case = app.assessment(&assessment).await;
        assert_eq!(case["decideBy"], "2026-02-16");
        assert_eq!(case["issueBy"], "2026-04-27");
        assert_eq!(case["finalBy"], "2026-05-25");
        let dates = ["2026-02-16", "2026-04-27", "2026-05-25"].map(|on| ("OPEN", on));
        assert_eq!(duties(&case, "EH-1"), dates);
        let statutory = case["duties"].as_array().unwrap().iter().filter(|duty| duty["rule"]["id"] == "EH-1");
        let says: Vec<_> = statutory
            .map(|duty| duty["due"]["explanation"]["text"].as_str().unwrap().contains("bank holiday"))
            .collect();
        assert_eq!(says, [false, false, true]);
    }

    async fn whether_to_assess_is_decided_by_the_last_second_of_week_six(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        app.sweep_at("2026-04-20T22:59:59Z").await;
        assert_eq!(escalations(&app).await, 0);
        let decided = app.decide_to_assess(&assessment).await;
        passes(&decided);
        assert_eq!(duties(&decided["assessment"], "EH-1")[0], ("MET", "2026-04-20"));
        app.sweep_at("2026-04-20T23:00:00Z").await;
        assert_eq!(escalations(&app).await, 0);
    }

    async fn a_second_later_it_is_escalated_once_and_stays_known_as_late(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        app.sweep_at("2026-04-20T23:00:00Z").await;
        app.sweep_at("2026-04-21T09:00:00Z").await;
        let raised = app.escalated("manager", "EH-1").await;
        assert_eq!(raised.len(), 1);
        assert_eq!((&raised[0]["state"], &raised[0]["told"]), (&json!("RAISED"), &json!(["SEND_MANAGER"])));
        assert_eq!(app.escalated("coordinator", "EH-1").await, Vec::<Value>::new());
        let decided = app.decide_to_assess(&assessment).await;
        passes(&decided);
        assert_eq!(duties(&decided["assessment"], "EH-1")[0], ("MET_LATE", "2026-04-20"));
        assert_eq!(app.escalated("manager", "EH-1").await[0]["state"], "MET_LATE");
    }

    async fn whether_to_issue_is_decided_by_week_sixteen(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let (other, _) = app.advised("ben").await;
        app.sweep_at("2026-06-29T22:59:59Z").await;
        assert_eq!(escalations(&app).await, 0);
        let decided = end(&app, "manager", "decideNotToIssue", &assessment).await;
        passes(&decided);
        assert_eq!(duties(&decided["assessment"], "EH-1")[1..], [("MET", "2026-06-29"), ("WITHDRAWN", "2026-07-27")]);
        app.sweep_at("2026-06-29T23:00:00Z").await;
        assert_eq!(escalations(&app).await, 1);
        let drafted = app.issue_draft("coordinator", &other, None).await;
        passes(&drafted);
        assert_eq!(duties(&drafted["assessment"], "EH-1")[1], ("MET_LATE", "2026-06-29"));
    }

    async fn the_final_plan_is_there_by_week_twenty(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let (other, _) = app.advised("ben").await;
        app.set_clock("2026-06-29T09:00:00Z");
        for case in [&assessment, &other] {
            passes(&app.issue_draft("coordinator", case, None).await);
        }
        app.sweep_at("2026-07-27T22:59:59Z").await;
        assert_eq!(escalations(&app).await, 0);
        let issued = app.issue_final(&assessment).await;
        passes(&issued);
        assert_eq!(duties(&issued["assessment"], "EH-1")[2], ("MET", "2026-07-27"));
        assert_eq!(sen_status(&app, "ada").await, "EHC_PLAN");
        app.sweep_at("2026-07-27T23:00:00Z").await;
        assert_eq!(escalations(&app).await, 1);
        app.sweep_at("2026-07-28T23:00:00Z").await;
        assert_eq!(escalations(&app).await, 1);
        assert_eq!(duties(&app.issue_final(&other).await["assessment"], "EH-1")[2], ("MET_LATE", "2026-07-27"));
    }

    async fn a_child_has_one_assessment_at_a_time_from_a_day_that_has_come(app: App) {
        let ask = async |subject: &str, child: &str, on: &str| {
            let input = json!({ "child": app.child(child), "source": "OTHER", "requestedOn": on });
            app.act(subject, "requestAssessment", "assessment { source state }", input).await
        };
        let tomorrow = ask("senco", "ada", "2026-03-10").await;
        assert_eq!(refusals(&tomorrow), [("EH-1", "INVALID", "requestedOn")]);
        let planned = ask("manager", "dot", "2026-03-09").await;
        assert_eq!(refusals(&planned), [("EH-1", "CONFLICT", "child")]);
        let by_parent = ask("parent", "ada", "2026-03-09").await;
        passes(&by_parent);
        assert_eq!(by_parent["assessment"], json!({ "source": "PARENT", "state": "REQUESTED" }));
        let again = ask("senco", "ada", "2026-03-09").await;
        assert_eq!(refusals(&again), [("EH-1", "CONFLICT", "child")]);
        for (subject, refused) in
            [("teacher", "NOT_PERMITTED"), ("second_senco", "NOT_FOUND"), ("elsewhere_manager", "NOT_FOUND")]
        {
            let payload = ask(subject, "ada", "2026-03-09").await;
            assert_eq!(refusals(&payload).last().unwrap().1, refused, "{subject}");
        }
    }

    async fn the_send_manager_decides_and_a_reason_is_given(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        for (subject, refused) in [
            ("coordinator", ("XC-18", "NOT_PERMITTED", "")),
            ("senco", ("XC-18", "NOT_PERMITTED", "")),
            ("giver", ("XC-18", "NOT_FOUND", "assessment")),
            ("elsewhere_manager", ("XC-18", "NOT_FOUND", "assessment")),
        ] {
            let input = json!({ "assessment": assessment });
            let decided = app.act(subject, "decideToAssess", ASSESSMENT, input).await;
            assert_eq!(refusals(&decided), [refused], "{subject}");
            assert_eq!(refusals(&end(&app, subject, "decideNotToAssess", &assessment).await), [refused]);
        }
        let wrong = json!({ "assessment": assessment, "coordinator": app.person("senco") });
        let wrong = app.act("manager", "decideToAssess", ASSESSMENT, wrong).await;
        assert_eq!(refusals(&wrong), [("EH-1", "NOT_ELIGIBLE", "coordinator")]);
        let blank = json!({ "assessment": assessment, "reason": " " });
        let blank = app.act("manager", "decideNotToAssess", ASSESSMENT, blank).await;
        assert_eq!(refusals(&blank), [("EH-1", "MISSING", "reason")]);
        let declined = end(&app, "manager", "decideNotToAssess", &assessment).await;
        passes(&declined);
        assert_eq!(declined["assessment"]["state"], "DECLINED");
        let states = ["MET", "WITHDRAWN", "WITHDRAWN"];
        let found: Vec<_> = duties(&declined["assessment"], "EH-1").into_iter().map(|(state, _)| state).collect();
        assert_eq!(found, states);
        let late = app.decide_to_assess(&assessment).await;
        assert_eq!(refusals(&late), [("EH-1", "WRONG_STATE", "assessment")]);
        assert_eq!(sen_status(&app, "ada").await, "SEN_SUPPORT");
    }

    async fn advice_has_a_giver_and_six_weeks_and_the_parents_have_neither_giver_nor_manager(app: App) {
        let assessment = app.assessing("ada").await;
        let seek = async |subject: &str, service: &str, giver: Option<&str>, manager: Option<&str>| {
            let [giver, manager] = [giver, manager].map(|named| named.map(|named| app.person(named)));
            let input =
                json!({ "assessment": assessment, "service": service, "giver": giver, "manager": manager });
            app.act(subject, "seekAdvice", REQUEST, input).await
        };
        for (giver, manager, refused) in [
            (None, Some("advice_manager"), ("EH-2", "MISSING", "giver")),
            (Some("senco"), Some("advice_manager"), ("EH-2", "NOT_ELIGIBLE", "giver")),
            (Some("giver"), Some("manager"), ("EH-2", "NOT_ELIGIBLE", "manager")),
        ] {
            assert_eq!(refusals(&seek("coordinator", "HEALTH", giver, manager).await), [refused]);
        }
        let parents = seek("coordinator", "PARENT", Some("giver"), None).await;
        assert_eq!(refusals(&parents), [("EH-2", "INVALID", "giver")]);
        for subject in ["manager", "senco"] {
            let payload = seek(subject, "HEALTH", Some("giver"), None).await;
            assert_eq!(refusals(&payload), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let asked = seek("coordinator", "HEALTH", Some("giver"), Some("advice_manager")).await;
        passes(&asked);
        assert_eq!(asked["adviceRequest"]["dueOn"], "2026-04-20");
        assert_eq!(duties(&asked["adviceRequest"], "EH-2"), [("OPEN", "2026-04-20")]);
        passes(&seek("coordinator", "PARENT", None, None).await);
        let again = seek("coordinator", "HEALTH", Some("giver"), Some("advice_manager")).await;
        assert_eq!(refusals(&again), [("EH-2", "CONFLICT", "service")]);
    }

    async fn advice_not_given_in_six_weeks_is_escalated_once_and_kept_as_late(app: App) {
        let assessment = app.assessing("ada").await;
        let health = app.sought(&assessment, "HEALTH").await;
        let other = app.sought(&assessment, "OTHER").await;
        app.sweep_at("2026-04-20T22:59:59Z").await;
        assert_eq!(app.escalated("manager", "EH-2").await.len(), 0);
        let in_time = app.submit("giver", &health, None).await;
        assert_eq!(duties(&in_time["adviceRequest"], "EH-2"), [("MET", "2026-04-20")]);
        app.sweep_at("2026-04-20T23:00:00Z").await;
        app.sweep_at("2026-04-22T23:00:00Z").await;
        assert_eq!(app.escalated("manager", "EH-2").await.len(), 1);
        let late = app.submit("giver", &other, None).await;
        assert_eq!(duties(&late["adviceRequest"], "EH-2"), [("MET_LATE", "2026-04-20")]);
    }

    async fn each_step_of_an_assessment_is_taken_back_with_its_duties(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        let nothing = take_back(&app, "manager", &assessment).await;
        assert_eq!(refusals(&nothing), [("XC-22", "WRONG_STATE", "assessment")]);
        let open = [("OPEN", "2026-04-20"), ("OPEN", "2026-06-29"), ("OPEN", "2026-07-27")];
        passes(&end(&app, "manager", "decideNotToAssess", &assessment).await);
        let back = take_back(&app, "manager", &assessment).await;
        passes(&back);
        assert_eq!(back["assessment"]["state"], "REQUESTED");
        assert_eq!(duties(&back["assessment"], "EH-1"), open);
        passes(&app.decide_to_assess(&assessment).await);
        assert_eq!(sen_status(&app, "ada").await, "EHC_ASSESSMENT");
        let back = take_back(&app, "manager", &assessment).await;
        assert_eq!(back["assessment"]["state"], "REQUESTED");
        assert_eq!(duties(&back["assessment"], "EH-1"), open);
        assert_eq!(sen_status(&app, "ada").await, "SEN_SUPPORT");
        passes(&app.decide_to_assess(&assessment).await);
        let request = app.sought(&assessment, "HEALTH").await;
        let built_on = take_back(&app, "manager", &assessment).await;
        assert_eq!(refusals(&built_on), [("XC-22", "WRONG_STATE", "assessment")]);
        app.set_clock("2026-03-10T09:00:00Z");
        passes(&end(&app, "manager", "decideNotToIssue", &assessment).await);
        assert_eq!(app.request_of(&request).await["state"], "ENDED");
        let back = take_back(&app, "manager", &assessment).await;
        assert_eq!(back["assessment"]["state"], "ASSESSING");
        assert_eq!(duties(&back["assessment"], "EH-1")[1..], open[1..]);
        let request = app.request_of(&request).await;
        assert_eq!(request["state"], "SOUGHT");
        assert_eq!(duties(&request, "EH-2"), [("OPEN", "2026-04-20")]);
        app.set_clock("2026-03-11T09:00:00Z");
        passes(&end(&app, "manager", "ceaseAssessment", &assessment).await);
        assert_eq!(sen_status(&app, "ada").await, "SEN_SUPPORT");
        assert_eq!(take_back(&app, "manager", &assessment).await["assessment"]["state"], "ASSESSING");
        assert_eq!(sen_status(&app, "ada").await, "EHC_ASSESSMENT");
        let kinds = app.happened("EhcAssessment", &assessment).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "ASSESSMENT_STEP_REVERSED").count(), 4);
    }

    async fn draft_and_final_plan_are_taken_back(app: App) {
        let (assessment, _) = app.advised("ada").await;
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        app.set_clock("2026-03-24T00:00:00Z");
        passes(&app.issue_final(&assessment).await);
        for (subject, refused) in
            [("coordinator", "NOT_PERMITTED"), ("senco", "NOT_PERMITTED"), ("giver", "NOT_FOUND")]
        {
            assert_eq!(refusals(&take_back(&app, subject, &assessment).await)[0].1, refused, "{subject}");
        }
        let back = take_back(&app, "manager", &assessment).await;
        passes(&back);
        assert_eq!(back["assessment"]["state"], "DRAFT_ISSUED");
        assert_eq!(duties(&back["assessment"], "EH-1")[2], ("OPEN", "2026-07-27"));
        assert_eq!(duties(&back["assessment"], "EH-3"), [("OPEN", "2026-03-23")]);
        assert_eq!(duties(&back["assessment"], "AQ-8"), [("OPEN", "2026-03-16")]);
        assert_eq!(sen_status(&app, "ada").await, "EHC_ASSESSMENT");
        let back = take_back(&app, "coordinator", &assessment).await;
        passes(&back);
        assert_eq!(back["assessment"]["state"], "ASSESSING");
        assert_eq!(duties(&back["assessment"], "EH-1")[1], ("OPEN", "2026-06-29"));
        assert_eq!(duties(&back["assessment"], "EH-3"), [("WITHDRAWN", "2026-03-23")]);
        assert_eq!(duties(&back["assessment"], "AQ-8"), [("WITHDRAWN", "2026-03-16")]);
        let drafted = app.issue_draft("coordinator", &assessment, None).await;
        passes(&drafted);
        assert_eq!(duties(&drafted["assessment"], "EH-3").last(), Some(&("OPEN", "2026-04-07")));
    }

    /// An end withdraws the queries; taken back, they are where they were, each with its deadline.
    async fn an_end_taken_back_brings_the_queries_back_that_it_withdrew(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let (raised, formal) = (app.raised(&request).await, app.followed_up(&request).await);
        let withdrawn = app.raised(&request).await;
        let reason = json!({ "reason": "Answered." });
        passes(&app.on_query("manager", "withdrawAdviceQuery", &withdrawn, reason).await);
        app.set_clock("2026-03-10T09:00:00Z");
        passes(&end(&app, "manager", "ceaseAssessment", &assessment).await);
        for query in [&raised, &formal] {
            assert_eq!(app.query_of(query).await["state"], "WITHDRAWN");
        }
        app.set_clock("2026-03-10T10:00:00Z");
        passes(&take_back(&app, "manager", &assessment).await);
        let back = app.query_of(&raised).await;
        assert_eq!((&back["state"], duties(&back, "AQ-2")), (&json!("RAISED"), vec![("OPEN", "2026-03-10")]));
        let back = app.query_of(&formal).await;
        assert_eq!((&back["state"], duties(&back, "AQ-6")), (&json!("FORMAL_FOLLOW_UP"), vec![("OPEN", "2026-03-16")]));
        let stays = app.query_of(&withdrawn).await;
        assert_eq!((&stays["state"], duties(&stays, "AQ-2")), (&json!("WITHDRAWN"), vec![("WITHDRAWN", "2026-03-10")]));
        assert_eq!(app.issue_draft("coordinator", &assessment, None).await["refusals"][0]["rule"], "AQ-8");
    }
}
