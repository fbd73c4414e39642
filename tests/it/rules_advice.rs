//! Advice in versions, queries on it, the SEND manager's decision, the small point, steps taken back (AQ-1 to AQ-4,
//! XC-22).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::{QUERY, duties};
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

async fn log(app: &App, subject: &str, query: &Value) -> Value {
    let fields = "log { kind note answer enteredBy { name } }";
    app.read(subject, "AdviceQuery", fields, query).await["log"].take()
}

async fn kinds_in_log(app: &App, subject: &str, query: &Value) -> Vec<String> {
    let log = log(app, subject, query).await;
    let kinds = log.as_array().unwrap().iter();
    kinds.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

async fn take_back(app: &App, subject: &str, query: &Value) -> Value {
    app.on_query(subject, "reverseAdviceQueryStep", query, json!({ "reason": "By mistake." })).await
}

async fn discuss(app: &App, subject: &str, query: &Value, note: &str) -> Value {
    app.on_query(subject, "recordManagerDiscussion", query, json!({ "note": note })).await
}

async fn small_point(app: &App, subject: &str, query: &Value, contact: &str, answer: &str) -> Value {
    let input = json!({ "contact": contact, "answer": answer });
    app.on_query(subject, "logSmallPoint", query, input).await
}

both! {
    async fn advice_is_kept_as_versions_and_each_later_one_says_what_changed(app: App) {
        let assessment = app.assessing("ada").await;
        let request = app.sought(&assessment, "HEALTH").await;
        let blank = json!({ "adviceRequest": request, "content": " " });
        let blank = app.act("giver", "submitAdvice", "adviceRequest { id }", blank).await;
        assert_eq!(refusals(&blank), [("AQ-1", "MISSING", "content")]);
        let first = app.submit("giver", &request, None).await;
        passes(&first);
        assert_eq!(first["adviceRequest"]["state"], "RECEIVED");
        app.set_clock("2026-03-10T09:00:00Z");
        let unsaid = app.submit("giver", &request, None).await;
        assert_eq!(refusals(&unsaid), [("AQ-1", "MISSING", "whatChanged")]);
        passes(&app.submit("coordinator", &request, Some("Section 2")).await);
        let fields = "receivedOn versions { number content whatChanged submittedAt submittedBy { name } }";
        let read = app.read("giver", "AdviceRequest", fields, &request).await;
        assert_eq!(read["receivedOn"], "2026-03-09");
        let version = |number: i32, what_changed: Value, at: &str, by: &str| {
            json!({
                "number": number, "content": "Needs pictures.", "whatChanged": what_changed,
                "submittedAt": at, "submittedBy": { "name": by },
            })
        };
        assert_eq!(read["versions"], json!([
            version(1, Value::Null, "2026-03-09T09:00:00Z", "Person giver"),
            version(2, json!("Section 2"), "2026-03-10T09:00:00Z", "Person coordinator"),
        ]));
    }

    async fn advice_comes_from_whom_it_was_asked_of(app: App) {
        let assessment = app.assessing("ada").await;
        let request = app.sought(&assessment, "HEALTH").await;
        for (subject, refused) in [
            ("second_giver", ("XC-18", "NOT_FOUND", "adviceRequest")),
            ("second_advice_manager", ("XC-18", "NOT_FOUND", "adviceRequest")),
            ("senco", ("XC-18", "NOT_FOUND", "adviceRequest")),
            ("manager", ("XC-18", "NOT_PERMITTED", "")),
            ("parent", ("XC-18", "NOT_PERMITTED", "")),
            ("advice_manager", ("AQ-6", "NOT_PERMITTED", "adviceRequest")),
        ] {
            assert_eq!(refusals(&app.submit(subject, &request, None).await), [refused], "{subject}");
        }
        let input = json!({ "assessment": assessment, "service": "PARENT" });
        let mut parents = app.act("coordinator", "seekAdvice", "adviceRequest { id }", input).await;
        let parents = parents["adviceRequest"]["id"].take();
        assert_eq!(refusals(&app.submit("second_parent", &parents, None).await)[0].1, "NOT_FOUND");
        passes(&app.submit("parent", &parents, None).await);
    }

    async fn a_query_is_raised_on_advice_that_came_in_and_discussed_by_the_next_working_day(app: App) {
        let assessment = app.assessing("ada").await;
        let request = app.sought(&assessment, "HEALTH").await;
        let early = app.raise_as("coordinator", &request).await;
        assert_eq!(refusals(&early), [("AQ-2", "WRONG_STATE", "adviceRequest")]);
        app.set_clock("2026-03-13T17:00:00Z");
        passes(&app.submit("giver", &request, None).await);
        for (subject, refused) in
            [("manager", "NOT_PERMITTED"), ("giver", "NOT_PERMITTED"), ("senco", "NOT_FOUND")]
        {
            assert_eq!(refusals(&app.raise_as(subject, &request).await)[0].1, refused, "{subject}");
        }
        let unasked = json!({ "adviceRequest": request, "reason": "OTHER", "part": " ", "question": "" });
        let unasked = app.act("coordinator", "raiseAdviceQuery", QUERY, unasked).await;
        assert_eq!(refusals(&unasked), [("AQ-2", "MISSING", "part"), ("AQ-2", "MISSING", "question")]);
        let in_time = app.raised(&request).await;
        let late = app.raised(&request).await;
        assert_eq!(duties(&app.query_of(&late).await, "AQ-2"), [("OPEN", "2026-03-16")]);
        app.sweep_at("2026-03-16T23:59:59Z").await;
        assert_eq!(app.escalated("manager", "AQ-2").await.len(), 0);
        let discussed = discuss(&app, "coordinator", &in_time, "Talked.").await;
        assert_eq!(duties(&discussed["adviceQuery"], "AQ-2"), [("MET", "2026-03-16")]);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        app.sweep_at("2026-03-18T00:00:00Z").await;
        let raised = app.escalated("manager", "AQ-2").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["told"], json!(["SEND_MANAGER"]));
        let discussed = discuss(&app, "manager", &late, "Talked.").await;
        assert_eq!(duties(&discussed["adviceQuery"], "AQ-2"), [("MET_LATE", "2026-03-16")]);
    }

    async fn the_send_manager_decides_once_the_query_was_discussed(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.raised(&request).await;
        let early = app.decide_query(&query, "SMALL_POINT").await;
        assert_eq!(refusals(&early), [("AQ-3", "WRONG_STATE", "adviceQuery")]);
        let silent = discuss(&app, "coordinator", &query, " ").await;
        assert_eq!(refusals(&silent), [("AQ-2", "MISSING", "note")]);
        app.discussed(&query).await;
        for (subject, refused) in [
            ("coordinator", ("XC-18", "NOT_PERMITTED", "")),
            ("advice_manager", ("XC-18", "NOT_PERMITTED", "")),
            ("second_advice_manager", ("XC-18", "NOT_FOUND", "adviceQuery")),
            ("senco", ("XC-18", "NOT_FOUND", "adviceQuery")),
        ] {
            let input = json!({ "decision": "SMALL_POINT", "reason": "Why." });
            let payload = app.on_query(subject, "decideAdviceQuery", &query, input).await;
            assert_eq!(refusals(&payload), [refused], "{subject}");
        }
        let input = json!({ "decision": "USE_AS_SUBMITTED", "reason": " " });
        let blank = app.on_query("manager", "decideAdviceQuery", &query, input).await;
        assert_eq!(refusals(&blank), [("AQ-3", "MISSING", "reason")]);
        let settled = app.decide_query(&query, "USE_AS_SUBMITTED").await;
        passes(&settled);
        assert_eq!(settled["adviceQuery"]["state"], "USED_AS_SUBMITTED");
        assert_eq!(refusals(&app.decide_query(&query, "SMALL_POINT").await)[0].1, "WRONG_STATE");
    }

    async fn without_the_decision_for_extended_input_no_follow_up_is_opened(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.raised(&request).await;
        let raised = app.open_follow_up(&query, "Say how often.").await;
        let both = [("AQ-5", "WRONG_STATE", "adviceQuery"), ("AQ-3", "WRONG_STATE", "adviceQuery")];
        assert_eq!(refusals(&raised), both);
        app.discussed(&query).await;
        let discussed = app.open_follow_up(&query, "Say how often.").await;
        assert_eq!(refusals(&discussed), [("AQ-3", "WRONG_STATE", "adviceQuery")]);
        assert_eq!(discussed["refusals"][0]["remedy"], "the SEND manager decides first");
        passes(&app.decide_query(&query, "SMALL_POINT").await);
        let small = app.open_follow_up(&query, "Say how often.").await;
        assert_eq!(refusals(&small), [("AQ-3", "WRONG_STATE", "adviceQuery")]);
        assert!(app.letters().await.iter().all(|letter| !letter.subject.starts_with("URGENT")));
        passes(&app.decide_query(&query, "EXTENDED_INPUT").await);
        passes(&app.open_follow_up(&query, "Say how often.").await);
    }

    async fn a_small_point_is_cleared_up_with_the_giver_and_logged_which_closes_the_query(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.raised(&request).await;
        app.discussed(&query).await;
        let undecided = small_point(&app, "coordinator", &query, "By phone.", "Weekly.").await;
        assert_eq!(refusals(&undecided), [("AQ-4", "WRONG_STATE", "adviceQuery")]);
        passes(&app.decide_query(&query, "SMALL_POINT").await);
        let silent = small_point(&app, "coordinator", &query, " ", "").await;
        assert_eq!(refusals(&silent), [("AQ-4", "MISSING", "contact"), ("AQ-4", "MISSING", "answer")]);
        for subject in ["manager", "giver", "advice_manager"] {
            let payload = small_point(&app, subject, &query, "By phone.", "Weekly.").await;
            assert_eq!(refusals(&payload), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let closed = small_point(&app, "coordinator", &query, "By phone.", "Weekly.").await;
        passes(&closed);
        assert_eq!(closed["adviceQuery"]["state"], "CLOSED");
        let contact = json!({
            "kind": "CONTACT", "note": "By phone.", "answer": "Weekly.",
            "enteredBy": { "name": "Person coordinator" },
        });
        assert_eq!(log(&app, "giver", &query).await, json!([contact]));
        let all = kinds_in_log(&app, "coordinator", &query).await;
        assert_eq!(all, ["MANAGER_DISCUSSION", "DECISION", "CONTACT"]);
    }

    async fn what_the_giver_does_not_clear_up_becomes_a_formal_follow_up(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.decided(&request, "SMALL_POINT").await;
        for decision in ["SMALL_POINT", "USE_AS_SUBMITTED"] {
            let payload = app.decide_query(&query, decision).await;
            assert_eq!(refusals(&payload), [("AQ-3", "WRONG_STATE", "adviceQuery")], "{decision}");
        }
        passes(&app.decide_query(&query, "EXTENDED_INPUT").await);
        let late = small_point(&app, "coordinator", &query, "By phone.", "Weekly.").await;
        assert_eq!(refusals(&late), [("AQ-3", "WRONG_STATE", "adviceQuery")]);
        passes(&app.open_follow_up(&query, "Say how often.").await);
    }

    async fn a_query_is_withdrawn_by_the_send_manager_with_a_reason(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let withdraw = async |subject: &str, reason: &str| {
            app.on_query(subject, "withdrawAdviceQuery", &query, json!({ "reason": reason })).await
        };
        assert_eq!(refusals(&withdraw("coordinator", "Done.").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&withdraw("manager", " ").await), [("AQ-3", "MISSING", "reason")]);
        let withdrawn = withdraw("manager", "Answered by phone.").await;
        passes(&withdrawn);
        assert_eq!(withdrawn["adviceQuery"]["state"], "WITHDRAWN");
        assert_eq!(duties(&withdrawn["adviceQuery"], "AQ-6"), [("WITHDRAWN", "2026-03-16")]);
        assert_eq!(refusals(&withdraw("manager", "Again.").await), [("AQ-3", "WRONG_STATE", "adviceQuery")]);
    }

    async fn each_step_on_a_query_is_taken_back_by_who_may_take_it_or_the_send_manager(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.raised(&request).await;
        let nothing = take_back(&app, "coordinator", &query).await;
        assert_eq!(refusals(&nothing), [("XC-22", "WRONG_STATE", "adviceQuery")]);
        app.discussed(&query).await;
        let reason = json!({ "reason": " " });
        let blank = app.on_query("coordinator", "reverseAdviceQueryStep", &query, reason).await;
        assert_eq!(refusals(&blank), [("XC-22", "MISSING", "reason")]);
        let back = take_back(&app, "coordinator", &query).await;
        assert_eq!(back["adviceQuery"]["state"], "RAISED");
        assert_eq!(duties(&back["adviceQuery"], "AQ-2"), [("OPEN", "2026-03-10")]);

        // A decision is the SEND manager's to take back.
        app.discussed(&query).await;
        for decision in ["USE_AS_SUBMITTED", "SMALL_POINT", "EXTENDED_INPUT"] {
            passes(&app.decide_query(&query, decision).await);
            let refused = take_back(&app, "coordinator", &query).await;
            assert_eq!(refusals(&refused), [("XC-22", "NOT_PERMITTED", "")], "{decision}");
            let back = take_back(&app, "manager", &query).await;
            passes(&back);
            assert_eq!(back["adviceQuery"]["state"], "DISCUSSED", "{decision}");
            assert_eq!(back["adviceQuery"]["decision"], json!(null), "{decision}");
        }
        passes(&app.decide_query(&query, "SMALL_POINT").await);
        passes(&app.decide_query(&query, "EXTENDED_INPUT").await);
        let back = take_back(&app, "manager", &query).await;
        assert_eq!(back["adviceQuery"]["state"], "SMALL_POINT");
        assert_eq!(back["adviceQuery"]["decision"], "SMALL_POINT");

        passes(&small_point(&app, "coordinator", &query, "By phone.", "Weekly.").await);
        let back = take_back(&app, "coordinator", &query).await;
        assert_eq!(back["adviceQuery"]["state"], "SMALL_POINT");
        let log = kinds_in_log(&app, "coordinator", &query).await;
        assert_eq!(log.iter().filter(|kind| *kind == "REVERSAL").count(), 6);
        assert!(!kinds_in_log(&app, "giver", &query).await.contains(&"REVERSAL".to_owned()));
        let kinds = app.happened("AdviceQuery", &query).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "ADVICE_QUERY_STEP_REVERSED").count(), 6);
    }

    async fn a_follow_up_its_close_and_a_withdrawal_are_taken_back(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let back = take_back(&app, "coordinator", &query).await;
        passes(&back);
        assert_eq!(back["adviceQuery"]["state"], "DISCUSSED");
        assert_eq!(back["adviceQuery"]["followUpDueOn"], json!(null));
        assert_eq!(duties(&back["adviceQuery"], "AQ-6"), [("WITHDRAWN", "2026-03-16")]);
        app.set_clock("2026-03-10T09:00:00Z");
        passes(&app.open_follow_up(&query, "Say how often.").await);
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        passes(&app.on_query("coordinator", "closeFollowUp", &query, json!({})).await);
        let back = take_back(&app, "coordinator", &query).await;
        assert_eq!(back["adviceQuery"]["state"], "UPDATED");
        let answered = take_back(&app, "coordinator", &query).await;
        assert_eq!(refusals(&answered), [("XC-22", "WRONG_STATE", "adviceQuery")]);

        let other = app.decided(&request, "EXTENDED_INPUT").await;
        for (steps, state) in [(false, "DISCUSSED"), (true, "FORMAL_FOLLOW_UP")] {
            if steps {
                passes(&app.open_follow_up(&other, "Say how often.").await);
            }
            let reason = json!({ "reason": "Answered." });
            passes(&app.on_query("manager", "withdrawAdviceQuery", &other, reason).await);
            assert_eq!(refusals(&take_back(&app, "coordinator", &other).await)[0].1, "NOT_PERMITTED");
            let back = take_back(&app, "manager", &other).await;
            passes(&back);
            assert_eq!(back["adviceQuery"]["state"], state);
        }
        assert_eq!(duties(&app.query_of(&other).await, "AQ-6"), [("OPEN", "2026-03-17")]);
        let input = json!({ "reason": "Answered." });
        passes(&app.on_query("manager", "withdrawAdviceQuery", &other, input).await);
        passes(&app.issue_draft("manager", &assessment, Some("The point is small.")).await);
        let refused = take_back(&app, "manager", &other).await;
        assert_eq!(refusals(&refused), [("XC-22", "WRONG_STATE", "adviceQuery")]);
    }
}
