//! Exceptions: the regulation's grounds and what they move, and that a query moves nothing (EH-4, AQ-11).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::{ASSESSMENT, duties};
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

async fn except(app: &App, assessment: &Value, ground: &str, from: &str, to: &str) -> Value {
    except_with(app, assessment, ground, from, to, &Value::Null).await
}

async fn except_with(
    app: &App,
    assessment: &Value,
    ground: &str,
    from: &str,
    to: &str,
    request: &Value,
) -> Value {
    let input = json!({
        "assessment": assessment, "ground": ground, "from": from, "to": to, "adviceRequest": request,
        "evidence": "A letter of the family.",
    });
    app.act("manager", "recordException", ASSESSMENT, input).await
}

fn dates(payload: &Value) -> [&str; 3] {
    ["decideBy", "issueBy", "finalBy"].map(|key| payload["assessment"][key].as_str().unwrap())
}

/// The statutory dates of an assessment that was asked for on 9 March 2026.
const AS_THE_LAW_HAS_THEM: [&str; 3] = ["2026-04-20", "2026-06-29", "2026-07-27"];

async fn explanations(app: &App, assessment: &Value) -> Vec<String> {
    let case = app.assessment(assessment).await;
    let statutory = case["duties"].as_array().unwrap().iter().filter(|duty| duty["rule"]["id"] == "EH-1");
    statutory.map(|duty| duty["due"]["explanation"]["text"].as_str().unwrap().to_owned()).collect()
}

async fn exceptions(app: &App, subject: &str, assessment: &Value) -> Value {
    let fields = "exceptions { id ground fromDate toDate evidence revokedAt }";
    app.read(subject, "EhcAssessment", fields, assessment).await["exceptions"].take()
}

async fn moved(app: &App, assessment: &Value) -> Value {
    let fields = "history(kinds: [DEADLINE_MOVED]) { nodes { moved { rule from to } } }";
    app.read("manager", "EhcAssessment", fields, assessment).await["history"]["nodes"].take()
}

both! {
    async fn an_absence_counts_from_four_weeks_on(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        let short = except(&app, &assessment, "ABSENCE", "2026-03-12", "2026-04-07").await;
        assert_eq!(refusals(&short), [("EH-4", "INVALID", "to")]);
        assert_eq!(app.assessment(&assessment).await["finalBy"], "2026-07-27");
        let long = except(&app, &assessment, "ABSENCE", "2026-03-12", "2026-04-08").await;
        passes(&long);
        assert_eq!(dates(&long), ["2026-05-18", "2026-07-27", "2026-08-24"]);
    }

    async fn a_closure_of_a_school_counts_from_four_weeks_on_where_its_advice_was_asked_around_it(app: App) {
        let assessment = app.assessing("ada").await;
        let none = except(&app, &assessment, "SCHOOL_CLOSURE", "2026-03-16", "2026-04-12").await;
        assert_eq!(refusals(&none), [("EH-4", "NOT_ELIGIBLE", "ground")]);
        let health = app.sought(&assessment, "HEALTH").await;
        let of_another = except(&app, &assessment, "SCHOOL_CLOSURE", "2026-03-16", "2026-04-12").await;
        assert_eq!(refusals(&of_another), [("EH-4", "NOT_ELIGIBLE", "ground")]);
        let school = app.sought(&assessment, "SCHOOL").await;
        for (from, to, refused) in [
            ("2026-03-16", "2026-04-11", Some(("EH-4", "INVALID", "to"))),
            ("2026-03-17", "2026-04-13", Some(("EH-4", "NOT_ELIGIBLE", "ground"))),
            ("2026-03-16", "2026-04-12", None),
        ] {
            let payload = except(&app, &assessment, "SCHOOL_CLOSURE", from, to).await;
            assert_eq!(refusals(&payload), refused.into_iter().collect::<Vec<_>>(), "{from} to {to}");
        }
        // The authority's 20 weeks move, the advice-giver's six do not.
        assert_eq!(app.assessment(&assessment).await["finalBy"], "2026-08-24");
        for request in [&health, &school] {
            assert_eq!(app.request_of(request).await["dueOn"], "2026-04-20");
        }
    }

    async fn advice_asked_a_week_before_a_school_reopens_is_the_last_that_counts(app: App) {
        for (child, asked_at, allowed) in
            [("ada", "2026-03-23T09:00:00Z", true), ("ben", "2026-03-24T09:00:00Z", false)]
        {
            app.set_clock(asked_at);
            let assessment = app.assessing(child).await;
            app.sought(&assessment, "SCHOOL").await;
            // Reopens on 30 March.
            let payload = except(&app, &assessment, "SCHOOL_CLOSURE", "2026-02-23", "2026-03-29").await;
            assert_eq!(payload["refusals"] == json!([]), allowed, "{asked_at}");
        }
    }

    async fn a_missed_appointment_moves_the_date_of_its_advice_and_not_the_twenty_weeks(app: App) {
        let assessment = app.assessing("ada").await;
        let health = app.sought(&assessment, "HEALTH").await;
        let other = app.sought(&assessment, "OTHER").await;
        let day = "2026-03-09";
        let unnamed = except(&app, &assessment, "MISSED_APPOINTMENT", day, day).await;
        assert_eq!(refusals(&unnamed), [("EH-4", "MISSING", "adviceRequest")]);
        let ahead = except_with(&app, &assessment, "MISSED_APPOINTMENT", "2026-03-10", "2026-03-16", &health).await;
        assert_eq!(refusals(&ahead), [("EH-4", "TOO_EARLY", "from")]);
        let missed = except_with(&app, &assessment, "MISSED_APPOINTMENT", day, "2026-03-15", &health).await;
        passes(&missed);
        assert_eq!(dates(&missed), AS_THE_LAW_HAS_THEM);
        let request = app.request_of(&health).await;
        assert_eq!(request["dueOn"], "2026-04-27");
        assert_eq!(duties(&request, "EH-2"), [("OPEN", "2026-04-27")]);
        assert_eq!(app.request_of(&other).await["dueOn"], "2026-04-20");
        assert_eq!(moved(&app, &assessment).await, json!([
            { "moved": { "rule": "EH-2", "from": "2026-04-20", "to": "2026-04-27" } },
        ]));
        let named = except_with(&app, &assessment, "PERSONAL_CIRCUMSTANCES", day, day, &health).await;
        assert_eq!(refusals(&named), [("EH-4", "INVALID", "adviceRequest")]);
    }

    async fn personal_circumstances_move_every_date_and_the_duty_says_why(app: App) {
        let assessment = app.assessing("ada").await;
        let health = app.sought(&assessment, "HEALTH").await;
        let payload = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-01", "2026-04-10").await;
        passes(&payload);
        assert_eq!(dates(&payload), ["2026-04-30", "2026-07-09", "2026-08-06"]);
        assert_eq!(app.request_of(&health).await["dueOn"], "2026-04-30");
        // What was decided already stays as it was met.
        let found = [("MET", "2026-04-20"), ("OPEN", "2026-07-09"), ("OPEN", "2026-08-06")];
        assert_eq!(duties(&payload["assessment"], "EH-1"), found);
        let says: Vec<_> = explanations(&app, &assessment)
            .await
            .iter()
            .map(|text| text.contains("exceptional personal circumstances"))
            .collect();
        assert_eq!(says, [false, true, true]);
        let rules: Vec<_> = moved(&app, &assessment).await.as_array().unwrap().iter()
            .map(|one| one["moved"]["rule"].as_str().unwrap().to_owned()).collect();
        assert_eq!(rules, ["EH-1", "EH-1", "EH-2"]);
    }

    /// Each day counts once; what begins after a date came too late to hold it up.
    async fn exceptions_that_overlap_count_each_day_once(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        passes(&except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-01", "2026-04-10").await);
        let twice = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-06", "2026-04-12").await;
        assert_eq!(dates(&twice), ["2026-05-02", "2026-07-11", "2026-08-08"]);
        let later = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-06-01", "2026-06-05").await;
        assert_eq!(dates(&later), ["2026-05-02", "2026-07-16", "2026-08-13"]);
        let after_all = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-08-14", "2026-08-20").await;
        assert_eq!(dates(&after_all), ["2026-05-02", "2026-07-16", "2026-08-13"]);
    }

    async fn an_exception_taken_back_moves_the_dates_back(app: App) {
        let assessment = app.assessing("ada").await;
        let health = app.sought(&assessment, "HEALTH").await;
        passes(&except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-01", "2026-04-10").await);
        let exception = exceptions(&app, "manager", &assessment).await[0]["id"].take();
        assert_eq!(exceptions(&app, "coordinator", &assessment).await[0]["id"], exception);
        assert_eq!(exceptions(&app, "senco", &assessment).await, json!([]));
        let revoke = async |subject: &str, reason: &str| {
            let input = json!({ "exception": exception, "reason": reason });
            app.act(subject, "revokeException", ASSESSMENT, input).await
        };
        assert_eq!(refusals(&revoke("manager", " ").await), [("XC-22", "MISSING", "reason")]);
        assert_eq!(refusals(&revoke("coordinator", "Wrong child.").await), [("XC-18", "NOT_PERMITTED", "")]);
        let revoked = revoke("manager", "Wrong child.").await;
        passes(&revoked);
        assert_eq!(dates(&revoked), AS_THE_LAW_HAS_THEM);
        assert_eq!(app.request_of(&health).await["dueOn"], "2026-04-20");
        assert_eq!(exceptions(&app, "manager", &assessment).await[0]["revokedAt"], "2026-03-09T09:00:00Z");
        assert!(!explanations(&app, &assessment).await[2].contains("circumstances"));
        assert_eq!(refusals(&revoke("manager", "Wrong child.").await), [("EH-4", "WRONG_STATE", "exception")]);
        let kinds = app.happened("EhcAssessment", &assessment).await;
        assert!(kinds.contains(&"EXCEPTION_RECORDED".to_owned()) && kinds.contains(&"EXCEPTION_REVOKED".to_owned()));
    }

    async fn an_exception_has_its_evidence_its_order_and_a_running_assessment(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        let reversed = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-10", "2026-04-09").await;
        assert_eq!(refusals(&reversed), [("EH-4", "INVALID", "to")]);
        let before = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-03-01", "2026-03-08").await;
        assert_eq!(refusals(&before), [("EH-4", "INVALID", "to")]);
        let bare = json!({
            "assessment": assessment, "ground": "PERSONAL_CIRCUMSTANCES", "from": "2026-04-01",
            "to": "2026-04-02", "evidence": " ",
        });
        assert_eq!(
            refusals(&app.act("manager", "recordException", ASSESSMENT, bare.clone()).await),
            [("EH-4", "MISSING", "evidence")]
        );
        let mut whole = bare.clone();
        whole["evidence"] = json!("A letter.");
        for (subject, refused) in [
            ("coordinator", ("XC-18", "NOT_PERMITTED", "")),
            ("parent", ("XC-18", "NOT_PERMITTED", "")),
            ("giver", ("XC-18", "NOT_FOUND", "assessment")),
        ] {
            let payload = app.act(subject, "recordException", ASSESSMENT, whole.clone()).await;
            assert_eq!(refusals(&payload), [refused], "{subject}");
        }
        let input = json!({ "assessment": assessment, "reason": "Moved abroad." });
        passes(&app.act("manager", "ceaseAssessment", ASSESSMENT, input).await);
        let ended = except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-01", "2026-04-02").await;
        assert_eq!(refusals(&ended), [("EH-4", "WRONG_STATE", "")]);
    }

    /// An exception recorded after a date has passed takes the breach with it; the new date has its own.
    async fn an_exception_ends_the_breach_of_a_date_that_it_moves(app: App) {
        let assessment = app.requested("ada", "2026-03-09").await;
        app.sweep_at("2026-04-20T23:00:00Z").await;
        passes(&except(&app, &assessment, "PERSONAL_CIRCUMSTANCES", "2026-04-01", "2026-04-10").await);
        let raised = app.escalated("manager", "EH-1").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["state"], "WITHDRAWN");
        app.sweep_at("2026-04-30T22:59:59Z").await;
        assert_eq!(app.escalated("manager", "EH-1").await.len(), 1);
        app.sweep_at("2026-04-30T23:00:00Z").await;
        assert_eq!(app.escalated("manager", "EH-1").await.len(), 2);
    }

    async fn a_query_small_or_formal_moves_no_statutory_date(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let other = app.sought(&assessment, "OTHER").await;
        passes(&app.submit("giver", &other, None).await);
        let of = async || {
            let case = app.assessment(&assessment).await;
            ["decideBy", "issueBy", "finalBy"].map(|key| case[key].as_str().unwrap().to_owned())
        };
        let small = app.decided(&other, "SMALL_POINT").await;
        assert_eq!(of().await, AS_THE_LAW_HAS_THEM);
        let formal = app.followed_up(&request).await;
        assert_eq!(of().await, AS_THE_LAW_HAS_THEM);
        // Overdue, answered, closed: the dates stay.
        app.sweep_at("2026-03-17T00:00:00Z").await;
        assert_eq!(of().await, AS_THE_LAW_HAS_THEM);
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        passes(&app.on_query("coordinator", "closeFollowUp", &formal, json!({})).await);
        let answer = json!({ "contact": "By phone.", "answer": "Weekly." });
        passes(&app.on_query("coordinator", "logSmallPoint", &small, answer).await);
        assert_eq!(of().await, AS_THE_LAW_HAS_THEM);
        assert_eq!(moved(&app, &assessment).await, json!([]));
        let case = app.assessment(&assessment).await;
        assert_eq!(duties(&case, "EH-1")[1..], [("OPEN", "2026-06-29"), ("OPEN", "2026-07-27")]);
    }
}
