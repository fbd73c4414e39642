//! The weekly report, whose duty it is to read it, and the figures of timeliness (AQ-10, EH-4).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::{bad_input, passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

const REPORT: &str = "week fromDate toDate rows { service giver { name } counts { ...all } } total { ...all } \
    turnaround { answered medianDays ninetiethPercentileDays } plansAtRisk { assessment { id } finalOn finalBy }";
const COUNTS: &str =
    "fragment all on QueryCounts { opened answered open overdue age { upTo5 upTo10 upTo20 over20 } }";

fn authority(app: &App) -> Value {
    id(Kind::Authority, app.world.authority)
}

/// The report of a week as somebody sees it.
async fn report(app: &App, subject: &str, week: &str) -> Value {
    let query = format!(
        "query($id: ID!, $week: String!) {{ node(id: $id) {{ ... on Authority {{ \
         weeklyAdviceReport(week: $week) {{ {REPORT} }} }} }} }} {COUNTS}"
    );
    let mut data = app.ask(subject, &query, json!({ "id": authority(app), "week": week })).await;
    data["node"]["weeklyAdviceReport"].take()
}

async fn timeliness(app: &App, subject: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Authority { timeliness(from: \"2026-03-01\", to: \
                 \"2026-08-31\") { months { month requestsReceived decidedToAssess decidedWithin6Weeks plans { issued \
                 within20Weeks percentWithin20Weeks } plansWithoutExcepted { issued within20Weeks } } services { \
                 service advice { asked withinTime late outstanding } adviceWithoutExcepted { asked } } } } } }";
    let mut data = app.ask(subject, query, json!({ "id": authority(app) })).await;
    data["node"]["timeliness"].take()
}

async fn confirm(app: &App, subject: &str, week: &str) -> Value {
    let input = json!({ "authority": authority(app), "week": week });
    app.act(subject, "confirmWeeklyReportRead", "authority { id }", input).await
}

/// Due date of each report that is to be read, on somebody's desk.
async fn to_read(app: &App, subject: &str) -> Vec<String> {
    let query = "{ viewer { worklist { edges { node { rule { id } due { on } } } } } }";
    let data = app.ask(subject, query, json!({})).await;
    let nodes = data["viewer"]["worklist"]["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]);
    let reports = nodes.filter(|duty| duty["rule"]["id"] == "AQ-10");
    reports.map(|duty| duty["due"]["on"].as_str().unwrap().to_owned()).collect()
}

fn counts(opened: u32, answered: u32, open: u32, overdue: u32, age: [u32; 4]) -> Value {
    json!({
        "opened": opened, "answered": answered, "open": open, "overdue": overdue,
        "age": { "upTo5": age[0], "upTo10": age[1], "upTo20": age[2], "over20": age[3] },
    })
}

both! {
    /// Weeks 11 and 12 of 2026: the first begins on Monday 9 March.
    async fn the_report_of_a_week_counts_its_story_and_stays_as_it_was(app: App) {
        let (ada, health) = app.advised("ada").await;
        let social = app.sought_from(&ada, "SOCIAL_CARE", "second_giver", Some("advice_manager")).await;
        passes(&app.submit("second_giver", &social, None).await);
        // Opened on Monday, due on the Monday after.
        let formal = app.followed_up(&health).await;
        app.set_clock("2026-03-10T09:00:00Z");
        let small = app.decided(&social, "SMALL_POINT").await;
        app.set_clock("2026-03-12T09:00:00Z");
        let answer = json!({ "contact": "By phone.", "answer": "Weekly." });
        passes(&app.on_query("coordinator", "logSmallPoint", &small, answer).await);
        app.set_clock("2026-03-13T09:00:00Z");
        app.decided(&social, "USE_AS_SUBMITTED").await;
        // A minute before the week ends in London.
        app.set_clock("2026-03-15T23:59:00Z");
        app.raised(&health).await;
        app.set_clock("2026-03-16T00:00:00Z");
        let first = report(&app, "manager", "2026-W11").await;
        let row = |service: &str, giver: &str, counts: Value| {
            json!({ "service": service, "giver": { "name": giver }, "counts": counts })
        };
        assert_eq!(first, json!({
            "week": "2026-W11", "fromDate": "2026-03-09", "toDate": "2026-03-15",
            "rows": [
                row("HEALTH", "Person giver", counts(2, 0, 2, 0, [1, 1, 0, 0])),
                row("SOCIAL_CARE", "Person second_giver", counts(2, 2, 0, 0, [0; 4])),
            ],
            "total": counts(4, 2, 2, 0, [1, 1, 0, 0]),
            "turnaround": { "answered": 2, "medianDays": 0, "ninetiethPercentileDays": 2 },
            "plansAtRisk": [],
        }));
        for subject in ["coordinator", "admin", "team", "elsewhere_manager"] {
            assert_eq!(report(&app, subject, "2026-W11").await, Value::Null, "{subject}");
        }
        // The week after: the follow-up is overdue, and is answered the week after that.
        app.set_clock("2026-03-23T09:00:00Z");
        passes(&app.submit("giver", &health, Some("Section 2")).await);
        passes(&app.on_query("coordinator", "closeFollowUp", &formal, json!({})).await);
        let second = report(&app, "manager", "2026-W12").await;
        assert_eq!(second["total"], counts(0, 0, 2, 1, [0, 1, 1, 0]));
        assert_eq!(second["turnaround"], json!({ "answered": 0, "medianDays": null, "ninetiethPercentileDays": null }));
        let third = report(&app, "manager", "2026-W13").await;
        assert_eq!(third["total"], counts(0, 1, 1, 0, [0, 0, 1, 0]));
        assert_eq!(third["turnaround"]["medianDays"], 14);
        assert_eq!(report(&app, "manager", "2026-W11").await, first);
    }

    async fn plans_at_risk_are_those_forecast_late_at_the_end_of_the_week(app: App) {
        let (assessment, _) = app.advised("ada").await;
        app.sweep_at("2026-07-12T22:59:59Z").await;
        assert_eq!(report(&app, "manager", "2026-W28").await["plansAtRisk"], json!([]));
        app.sweep_at("2026-07-12T23:00:00Z").await;
        app.sweep_at("2026-07-19T22:59:59Z").await;
        let risk = json!([{
            "assessment": { "id": assessment }, "finalOn": "2026-08-03", "finalBy": "2026-07-27",
        }]);
        assert_eq!(report(&app, "manager", "2026-W28").await["plansAtRisk"], json!([]));
        assert_eq!(report(&app, "manager", "2026-W29").await["plansAtRisk"], risk);
        app.set_clock("2026-07-20T09:00:00Z");
        let input = json!({ "assessment": assessment, "reason": "No plan is needed." });
        passes(&app.act("manager", "decideNotToIssue", "assessment { id }", input).await);
        assert_eq!(report(&app, "manager", "2026-W29").await["plansAtRisk"], risk);
        assert_eq!(report(&app, "manager", "2026-W30").await["plansAtRisk"], json!([]));
    }

    async fn somebody_reads_the_report_by_the_end_of_each_monday(app: App) {
        app.requested("ada", "2026-03-09").await;
        app.sweep_at("2026-03-16T00:00:00Z").await;
        assert_eq!(to_read(&app, "manager").await, ["2026-03-16"]);
        for (subject, refused) in [
            ("coordinator", ("XC-18", "NOT_PERMITTED", "")),
            ("elsewhere_manager", ("XC-18", "NOT_FOUND", "authority")),
        ] {
            assert_eq!(refusals(&confirm(&app, subject, "2026-W11").await), [refused], "{subject}");
        }
        let early = confirm(&app, "manager", "2026-W12").await;
        assert_eq!(refusals(&early), [("AQ-10", "TOO_EARLY", "week")]);
        assert_eq!(early["refusals"][0]["possibleFrom"], "2026-03-23T00:00:00Z");
        assert_eq!(refusals(&confirm(&app, "manager", "2026-W01").await), [("AQ-10", "NOT_FOUND", "week")]);
        let wrong = json!({ "authority": authority(&app), "week": "2026-W1" });
        bad_input(&app.attempt("manager", "confirmWeeklyReportRead", wrong).await);
        passes(&confirm(&app, "manager", "2026-W11").await);
        assert_eq!(to_read(&app, "manager").await, Vec::<String>::new());
        let again = confirm(&app, "manager", "2026-W11").await;
        passes(&again);
        assert_eq!(again["advisories"][0]["rule"], "AQ-10");
        app.sweep_at("2026-03-17T00:00:00Z").await;
        assert_eq!(app.escalated("admin", "AQ-10").await.len(), 0);
        app.sweep_at("2026-03-23T00:00:00Z").await;
        assert_eq!(to_read(&app, "manager").await, ["2026-03-23"]);
    }

    async fn a_report_that_nobody_has_read_is_escalated_to_the_administrator(app: App) {
        app.requested("ada", "2026-03-09").await;
        app.sweep_at("2026-03-16T00:00:00Z").await;
        app.sweep_at("2026-03-16T23:59:59Z").await;
        assert_eq!(app.escalated("admin", "AQ-10").await.len(), 0);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        app.sweep_at("2026-03-18T00:00:00Z").await;
        let raised = app.escalated("admin", "AQ-10").await;
        assert_eq!(raised.len(), 1);
        assert_eq!((&raised[0]["state"], &raised[0]["told"]), (&json!("RAISED"), &json!(["AUTHORITY_ADMIN"])));
        assert_eq!(app.escalated("elsewhere_admin", "AQ-10").await.len(), 0);
        passes(&confirm(&app, "manager", "2026-W11").await);
        assert_eq!(app.escalated("admin", "AQ-10").await[0]["state"], "MET_LATE");
    }

    /// Easter Monday is no working day, and an authority without EHC cases has nothing to read.
    async fn after_a_bank_holiday_it_is_read_on_tuesday(app: App) {
        app.sweep_at("2026-03-30T00:00:00Z").await;
        assert_eq!(to_read(&app, "manager").await, Vec::<String>::new());
        app.requested("ada", "2026-03-30").await;
        app.sweep_at("2026-04-05T23:00:00Z").await;
        assert_eq!(to_read(&app, "manager").await, ["2026-03-30", "2026-04-07"][1..]);
        assert_eq!(to_read(&app, "elsewhere_manager").await, Vec::<String>::new());
    }

    async fn timeliness_is_told_with_and_without_excepted_cases(app: App) {
        let (ada, _) = app.advised("ada").await;
        let (ben, _) = app.advised("ben").await;
        let eve = app.assessing("eve").await;
        app.sought(&eve, "HEALTH").await;
        let input = json!({
            "assessment": ada, "ground": "PERSONAL_CIRCUMSTANCES", "from": "2026-04-01", "to": "2026-04-14",
            "evidence": "A letter.",
        });
        passes(&app.act("manager", "recordException", "assessment { finalBy }", input).await);
        app.set_clock("2026-07-01T09:00:00Z");
        for case in [&ada, &ben] {
            passes(&app.issue_draft("coordinator", case, None).await);
        }
        app.set_clock("2026-07-27T09:00:00Z");
        passes(&app.issue_final(&ben).await);
        app.set_clock("2026-07-28T09:00:00Z");
        passes(&app.issue_final(&ada).await);
        let figures = timeliness(&app, "manager").await;
        let months = figures["months"].as_array().unwrap();
        assert_eq!(months.len(), 6);
        assert_eq!(months[0]["requestsReceived"], 3);
        assert_eq!((&months[0]["decidedToAssess"], &months[0]["decidedWithin6Weeks"]), (&json!(3), &json!(3)));
        let july = &months[4];
        assert_eq!(july["plans"], json!({ "issued": 2, "within20Weeks": 1, "percentWithin20Weeks": 50.0 }));
        assert_eq!(july["plansWithoutExcepted"], json!({ "issued": 1, "within20Weeks": 1 }));
        let health = figures["services"].as_array().unwrap().iter().find(|row| row["service"] == "HEALTH").unwrap();
        assert_eq!(health["advice"], json!({ "asked": 3, "withinTime": 2, "late": 0, "outstanding": 1 }));
        assert_eq!(health["adviceWithoutExcepted"]["asked"], 2);
        assert_eq!(timeliness(&app, "coordinator").await, Value::Null);
    }
}
