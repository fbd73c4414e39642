//! The draft plan, its checks, the parents' time, the final plan, and the notice that it will be late (EH-3, AQ-8, AQ-9).

use crate::both;
use crate::support::app::App;
use crate::support::chance::Chance;
use crate::support::ehc::{ASSESSMENT, duties};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::{Kind, expect};
use casegraph::workflow::command::{Control, run};
use casegraph::workflow::ehc::plan::IssueDraft;
use casegraph::workflow::ehc::query::{Raise, WithdrawQuery};
use casegraph::workflow::ehc::reversal::ReverseAssessment;
use domain::ehc::{QueryReason, QueryState, State};
use domain::refusal::Code;
use domain::rule::RuleId;
use entity::{advice_query, ehc_assessment};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

const ROUNDS: usize = 30;

async fn check(app: &App, subject: &str, check: &Value, accurate: bool, feedback: Option<&str>) -> Value {
    let input = json!({ "accuracyCheck": check, "accurate": accurate, "feedback": feedback });
    app.act(
        subject,
        "answerAccuracyCheck",
        "accuracyCheck { id state feedback duties { rule { id } state due { on } } }",
        input,
    )
    .await
}

/// Id and service of the checks of an advice.
async fn check_of(app: &App, request: &Value) -> Value {
    let read = app.read("manager", "AdviceRequest", "accuracyChecks { id state }", request).await;
    read["accuracyChecks"].as_array().unwrap().last().unwrap()["id"].clone()
}

async fn notify(app: &App, subject: &str, assessment: &Value, reason: &str, new_final_on: &str) -> Value {
    let input = json!({ "assessment": assessment, "reason": reason, "newFinalOn": new_final_on });
    app.act(subject, "issueDelayNotice", ASSESSMENT, input).await
}

async fn forecast(app: &App, assessment: &Value) -> Value {
    app.assessment(assessment).await["forecast"].take()
}

/// State and due date of the newest duty to tell the parents of a delay, if there is one.
async fn notice_duty(app: &App, assessment: &Value) -> Option<(String, String)> {
    let case = app.assessment(assessment).await;
    duties(&case, "AQ-9").last().map(|(state, on)| ((*state).to_owned(), (*on).to_owned()))
}

both! {
    /// The draft is served a minute before midnight in London: that day is the first of fifteen.
    async fn the_day_of_its_service_is_the_first_of_the_parents_fifteen_days(app: App) {
        app.set_clock("2026-06-01T09:00:00Z");
        let (assessment, _) = app.advised("ada").await;
        app.set_clock("2026-06-01T22:59:00Z");
        let drafted = app.issue_draft("coordinator", &assessment, None).await;
        passes(&drafted);
        assert_eq!(duties(&drafted["assessment"], "EH-3"), [("OPEN", "2026-06-15")]);
        let fields = "draftPlans { number respondBy overridden issuedAt }";
        let read = app.read("parent", "EhcAssessment", fields, &assessment).await;
        assert_eq!(read["draftPlans"], json!([{
            "number": 1, "respondBy": "2026-06-15", "overridden": null, "issuedAt": "2026-06-01T22:59:00Z",
        }]));
        app.set_clock("2026-06-15T22:59:59Z");
        let early = app.issue_final(&assessment).await;
        assert_eq!(refusals(&early), [("EH-3", "TOO_EARLY", "assessment")]);
        assert_eq!(early["refusals"][0]["possibleFrom"], "2026-06-15T23:00:00Z");
        app.set_clock("2026-06-15T23:00:00Z");
        passes(&app.issue_final(&assessment).await);
    }

    async fn the_final_plan_may_come_earlier_once_the_parents_have_answered(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let early = app.parents_answer("parent", &assessment).await;
        assert_eq!(refusals(&early), [("EH-3", "WRONG_STATE", "assessment")]);
        assert_eq!(refusals(&app.issue_final(&assessment).await)[0], ("EH-1", "WRONG_STATE", "assessment"));
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        app.set_clock("2026-03-10T09:00:00Z");
        assert_eq!(refusals(&app.issue_final(&assessment).await), [("EH-3", "TOO_EARLY", "assessment")]);
        for (subject, refused) in
            [("senco", "NOT_PERMITTED"), ("manager", "NOT_PERMITTED"), ("second_parent", "NOT_FOUND")]
        {
            assert_eq!(refusals(&app.parents_answer(subject, &assessment).await)[0].1, refused, "{subject}");
        }
        let answered = app.parents_answer("parent", &assessment).await;
        passes(&answered);
        assert_eq!(answered["assessment"]["state"], "DRAFT_ISSUED");
        let words = "parentsResponse";
        for (subject, sees) in [("parent", true), ("coordinator", true), ("senco", false)] {
            let read = app.read(subject, "EhcAssessment", words, &assessment).await;
            assert_eq!(read["parentsResponse"] == "We agree.", sees, "{subject}");
        }
        let case = app.assessment(&assessment).await;
        assert_eq!(duties(&case, "EH-3"), [("MET", "2026-03-23")]);
        let by_coordinator = json!({ "assessment": assessment });
        let refused = app.act("coordinator", "issueFinalPlan", ASSESSMENT, by_coordinator).await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")]);
        passes(&app.issue_final(&assessment).await);
    }

    async fn when_the_parents_time_is_over_the_coordinator_hears_of_it(app: App) {
        let (assessment, _) = app.advised("ada").await;
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        app.sweep_at("2026-03-23T23:59:59Z").await;
        assert_eq!(app.escalated("coordinator", "EH-3").await.len(), 0);
        app.sweep_at("2026-03-24T00:00:00Z").await;
        let raised = app.escalated("coordinator", "EH-3").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["told"], json!(["EHCP_COORDINATOR"]));
    }

    async fn no_draft_goes_out_over_an_open_query_unless_the_send_manager_says_why(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let query = app.raised(&request).await;
        for subject in ["coordinator", "manager"] {
            let refused = app.issue_draft(subject, &assessment, None).await;
            assert_eq!(refusals(&refused), [("AQ-8", "WRONG_STATE", "assessment")], "{subject}");
        }
        let blank = app.issue_draft("manager", &assessment, Some(" ")).await;
        assert_eq!(refusals(&blank), [("AQ-8", "WRONG_STATE", "assessment")]);
        let presumed = app.issue_draft("coordinator", &assessment, Some("It is small.")).await;
        let both = [("AQ-8", "NOT_PERMITTED", "overrideReason"), ("AQ-8", "WRONG_STATE", "assessment")];
        assert_eq!(refusals(&presumed), both);
        passes(&app.issue_draft("manager", &assessment, Some("It is small.")).await);
        let read = app.read("manager", "EhcAssessment", "draftPlans { overridden }", &assessment).await;
        assert_eq!(read["draftPlans"], json!([{ "overridden": true }]));
        assert_eq!(app.query_of(&query).await["state"], "RAISED");
        let later = app.raise_as("coordinator", &request).await;
        assert_eq!(refusals(&later), [("AQ-8", "WRONG_STATE", "adviceRequest")]);
    }

    async fn a_settled_query_holds_no_draft_up(app: App) {
        let (assessment, request) = app.advised("ada").await;
        for decision in ["USE_AS_SUBMITTED", "SMALL_POINT"] {
            let query = app.decided(&request, decision).await;
            if decision == "SMALL_POINT" {
                assert_eq!(refusals(&app.issue_draft("coordinator", &assessment, None).await).len(), 1);
                let answer = json!({ "contact": "By phone.", "answer": "Weekly." });
                passes(&app.on_query("coordinator", "logSmallPoint", &query, answer).await);
            }
        }
        for subject in ["senco", "giver"] {
            assert_ne!(refusals(&app.issue_draft(subject, &assessment, None).await), [], "{subject}");
        }
        let blank = json!({ "assessment": assessment, "content": " " });
        let blank = app.act("coordinator", "issueDraftPlan", ASSESSMENT, blank).await;
        assert_eq!(refusals(&blank), [("AQ-8", "MISSING", "content")]);
        passes(&app.issue_draft("coordinator", &assessment, None).await);
    }

    async fn each_giver_checks_the_draft_within_five_working_days(app: App) {
        let (assessment, health) = app.advised("ada").await;
        let other = app.sought_from(&assessment, "SOCIAL_CARE", "second_giver", Some("second_advice_manager")).await;
        passes(&app.submit("second_giver", &other, None).await);
        let silent = app.sought(&assessment, "OTHER").await;
        app.set_clock("2026-04-02T09:00:00Z");
        let drafted = app.issue_draft("coordinator", &assessment, None).await;
        passes(&drafted);
        assert_eq!(drafted["advisories"][0]["rule"], "EH-2");
        assert_eq!(duties(&drafted["assessment"], "AQ-8"), [("OPEN", "2026-04-13"), ("OPEN", "2026-04-13")]);
        let read = app.read("manager", "AdviceRequest", "accuracyChecks { id }", &silent).await;
        assert_eq!(read["accuracyChecks"], json!([]));
        let letters = app.letters().await.into_iter();
        let letters = letters.filter(|letter| letter.subject.starts_with("Please check"));
        let asked: Vec<_> = letters.map(|letter| letter.to_address).collect();
        assert_eq!(asked, ["giver@people.example", "second_giver@people.example"]);
        let (first, second) = (check_of(&app, &health).await, check_of(&app, &other).await);
        for (subject, refused) in [
            ("second_giver", ("XC-18", "NOT_FOUND", "accuracyCheck")),
            ("coordinator", ("XC-18", "NOT_PERMITTED", "")),
            ("senco", ("XC-18", "NOT_FOUND", "accuracyCheck")),
        ] {
            assert_eq!(refusals(&check(&app, subject, &first, true, None).await), [refused], "{subject}");
        }
        app.sweep_at("2026-04-13T22:59:59Z").await;
        assert_eq!(app.escalated("manager", "AQ-8").await.len(), 0);
        let in_time = check(&app, "giver", &first, true, None).await;
        passes(&in_time);
        assert_eq!(in_time["accuracyCheck"]["state"], "ACCURATE");
        assert_eq!(duties(&in_time["accuracyCheck"], "AQ-8"), [("MET", "2026-04-13")]);
        app.sweep_at("2026-04-13T23:00:00Z").await;
        app.sweep_at("2026-04-14T23:00:00Z").await;
        assert_eq!(app.escalated("manager", "AQ-8").await.len(), 1);
        let late = check(&app, "second_giver", &second, true, None).await;
        assert_eq!(duties(&late["accuracyCheck"], "AQ-8"), [("MET_LATE", "2026-04-13")]);
        assert_eq!(refusals(&check(&app, "giver", &first, true, None).await), [("AQ-8", "WRONG_STATE", "accuracyCheck")]);
    }

    async fn the_manager_checks_the_draft_for_a_giver_who_is_not_at_work(app: App) {
        let (assessment, request) = app.advised("ada").await;
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        let asked = check_of(&app, &request).await;
        let at_work = check(&app, "advice_manager", &asked, true, None).await;
        assert_eq!(refusals(&at_work), [("AQ-6", "NOT_PERMITTED", "accuracyCheck")]);
        let absence = json!({ "adviceRequest": request, "since": "2026-03-09" });
        passes(&app.act("advice_manager", "recordGiverAbsence", "adviceRequest { id }", absence).await);
        let answered = check(&app, "advice_manager", &asked, true, None).await;
        passes(&answered);
        assert_eq!(answered["accuracyCheck"]["state"], "ACCURATE");
    }

    async fn feedback_on_the_draft_goes_to_the_line_manager_too(app: App) {
        let (assessment, request) = app.advised("ada").await;
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        let asked = check_of(&app, &request).await;
        let silent = check(&app, "giver", &asked, false, Some(" ")).await;
        assert_eq!(refusals(&silent), [("AQ-8", "MISSING", "feedback")]);
        let needless = check(&app, "giver", &asked, true, Some("Ada reads daily.")).await;
        assert_eq!(refusals(&needless), [("AQ-8", "INVALID", "feedback")]);
        let owed = app.letters().await.len();
        let given = check(&app, "giver", &asked, false, Some("Ada reads daily.")).await;
        passes(&given);
        assert_eq!(given["accuracyCheck"]["state"], "FEEDBACK");
        let read = app.read("advice_manager", "AccuracyCheck", "feedback", &asked).await;
        assert_eq!(read["feedback"], "Ada reads daily.");
        let letters = app.letters().await.split_off(owed);
        let mut to: Vec<_> = letters.iter().map(|letter| letter.to_address.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["advice_manager@people.example", "coordinator@people.example"]);
        assert!(letters.iter().all(|letter| !letter.body.contains("Ada")));
    }

    /// 30 rounds of a query and the draft at the same instant: never both, and no round in which neither passes.
    async fn of_a_query_and_the_draft_at_the_same_instant_one_passes(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let case = expect(Kind::EhcAssessment, "", &assessment.as_str().unwrap().into()).unwrap();
        let advice = expect(Kind::AdviceRequest, "", &request.as_str().unwrap().into()).unwrap();
        let mut chance = Chance::seeded(30);
        let (mut queries, mut drafts) = (0, 0);
        for round in 0..ROUNDS {
            let (coordinator, manager) = (app.op("coordinator").await, app.op("coordinator").await);
            let (mut first, mut second) = (chance.branch(), chance.branch());
            let raise = async {
                // Two of four rounds are in order, so that both orders are sure to occur.
                if round % 4 == 0 { pause().await } else { first.nap(4_000).await }
                let command = Raise {
                    request: advice, reason: QueryReason::Unclear, part: "2".into(), question: "Why?".into(),
                };
                run(&app.service, &coordinator, Control::default(), command).await.unwrap()
            };
            let issue = async {
                if round % 4 == 1 { pause().await } else { second.nap(4_000).await }
                let command = IssueDraft { assessment: case, content: "Draft.".into(), override_reason: None };
                run(&app.service, &manager, Control::default(), command).await.unwrap()
            };
            let (raised, issued) = tokio::join!(raise, issue);
            let passed = (raised.refusals.is_empty(), issued.refusals.is_empty());
            for refused in raised.refusals.iter().chain(&issued.refusals) {
                assert_eq!((refused.rule, refused.code), (RuleId::Aq8, Code::WrongState));
            }
            let row = ehc_assessment::Entity::find_by_id(case).one(app.service.store.reader()).await.unwrap().unwrap();
            let newest = advice_query::Entity::find().order_by_desc(advice_query::Column::Id);
            let newest = newest.one(app.service.store.reader()).await.unwrap();
            let open = newest.filter(|query| query.state == QueryState::Raised);
            match passed {
                (true, false) => {
                    queries += 1;
                    assert_eq!(row.state, State::Assessing);
                    let query = open.unwrap().id;
                    let back = app.step("manager", WithdrawQuery { query, reason: "Next round.".into() }).await;
                    assert_eq!(back.refusals, []);
                }
                (false, true) => {
                    drafts += 1;
                    assert_eq!((row.state, open), (State::DraftIssued, None));
                    let command = ReverseAssessment { assessment: case, reason: "Next round.".into() };
                    assert_eq!(app.step("manager", command).await.refusals, []);
                }
                both_or_none => panic!("round {round}: {both_or_none:?}"),
            }
        }
        assert!(queries > 0 && drafts > 0, "{queries} queries, {drafts} drafts: no race was run");
    }

    /// Asked for on 9 March, due on 27 July: with the advice in, the draft can wait until 12 July.
    async fn a_forecast_that_slips_by_mere_passing_of_time_asks_for_a_notice(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let fresh = forecast(&app, &assessment).await;
        assert_eq!((&fresh["draftOn"], &fresh["finalOn"]), (&json!("2026-03-09"), &json!("2026-03-24")));
        assert_eq!((&fresh["daysInHand"], &fresh["delayNoticeDue"]), (&json!(125), &json!(false)));
        app.sweep_at("2026-07-12T22:59:59Z").await;
        let last = forecast(&app, &assessment).await;
        assert_eq!((&last["finalOn"], &last["daysInHand"]), (&json!("2026-07-27"), &json!(0)));
        assert_eq!(last["holdsUntil"], "2026-07-12");
        assert_eq!(notice_duty(&app, &assessment).await, None);
        app.sweep_at("2026-07-12T23:00:00Z").await;
        let slipped = forecast(&app, &assessment).await;
        assert_eq!((&slipped["finalOn"], &slipped["daysInHand"]), (&json!("2026-07-28"), &json!(-1)));
        assert_eq!(slipped["delayNoticeDue"], true);
        assert_eq!(notice_duty(&app, &assessment).await, Some(("OPEN".into(), "2026-07-14".into())));
    }

    async fn the_parents_are_told_of_a_delay_once_there_is_one_with_a_date_that_can_be_kept(app: App) {
        let (assessment, _) = app.advised("ada").await;
        let none = notify(&app, "coordinator", &assessment, "Late advice.", "2026-08-10").await;
        assert_eq!(refusals(&none), [("AQ-9", "WRONG_STATE", "assessment")]);
        app.sweep_at("2026-07-13T09:00:00Z").await;
        for (subject, refused) in
            [("manager", "NOT_PERMITTED"), ("senco", "NOT_PERMITTED"), ("giver", "NOT_FOUND")]
        {
            let payload = notify(&app, subject, &assessment, "Late advice.", "2026-08-10").await;
            assert_eq!(refusals(&payload)[0].1, refused, "{subject}");
        }
        let blank = notify(&app, "coordinator", &assessment, " ", "2026-08-10").await;
        assert_eq!(refusals(&blank), [("AQ-9", "MISSING", "reason")]);
        let too_soon = notify(&app, "coordinator", &assessment, "Late advice.", "2026-07-27").await;
        assert_eq!(refusals(&too_soon), [("AQ-9", "INVALID", "newFinalOn")]);
        let told = notify(&app, "coordinator", &assessment, "Late advice.", "2026-07-28").await;
        passes(&told);
        assert_eq!(told["assessment"]["forecast"]["delayNoticeDue"], false);
        assert_eq!(duties(&told["assessment"], "AQ-9"), [("MET", "2026-07-14")]);
        let letter = app.letters().await.pop().unwrap();
        assert_eq!(letter.to_address, "parent@people.example");
        assert!(letter.body.contains("Tuesday 28 July 2026") && !letter.body.contains("Late advice."));
        let read = app.read("parent", "EhcAssessment", "delayNotices { reason newFinalOn }", &assessment).await;
        assert_eq!(read["delayNotices"], json!([{ "reason": "Late advice.", "newFinalOn": "2026-07-28" }]));

        // As long as the date told is kept nothing more is due; a new slip needs a new notice.
        app.sweep_at("2026-07-13T22:59:59Z").await;
        assert_eq!(forecast(&app, &assessment).await["delayNoticeDue"], false);
        app.sweep_at("2026-07-13T23:00:00Z").await;
        assert_eq!(forecast(&app, &assessment).await["finalOn"], "2026-07-29");
        assert_eq!(notice_duty(&app, &assessment).await, Some(("OPEN".into(), "2026-07-15".into())));
        passes(&notify(&app, "coordinator", &assessment, "Later still.", "2026-08-31").await);
        app.sweep_at("2026-08-16T22:59:59Z").await;
        assert_eq!(notice_duty(&app, &assessment).await, Some(("MET".into(), "2026-07-15".into())));
        app.sweep_at("2026-08-16T23:00:00Z").await;
        assert_eq!(notice_duty(&app, &assessment).await, Some(("OPEN".into(), "2026-08-18".into())));
    }

    async fn a_notice_that_is_late_is_escalated_to_the_send_manager(app: App) {
        let (assessment, _) = app.advised("ada").await;
        app.sweep_at("2026-07-12T23:00:00Z").await;
        app.sweep_at("2026-07-14T22:59:59Z").await;
        assert_eq!(app.escalated("manager", "AQ-9").await.len(), 0);
        app.sweep_at("2026-07-14T23:00:00Z").await;
        app.sweep_at("2026-07-16T09:00:00Z").await;
        let raised = app.escalated("manager", "AQ-9").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["told"], json!(["SEND_MANAGER"]));
        assert_eq!(app.escalated("admin", "AQ-9").await.len(), 0);
        let on = forecast(&app, &assessment).await["finalOn"].as_str().unwrap().to_owned();
        passes(&notify(&app, "coordinator", &assessment, "Late advice.", &on).await);
        assert_eq!(notice_duty(&app, &assessment).await, Some(("MET_LATE".into(), "2026-07-14".into())));
        assert_eq!(app.escalated("manager", "AQ-9").await[0]["state"], "MET_LATE");
    }

    /// Advice sought late has six weeks: the forecast slips with it, and recovers when it comes in.
    async fn the_forecast_follows_what_is_still_open_and_recovers(app: App) {
        let (assessment, _) = app.advised("ada").await;
        app.set_clock("2026-06-15T09:00:00Z");
        let late = app.sought(&assessment, "OTHER").await;
        let slipped = forecast(&app, &assessment).await;
        assert_eq!((&slipped["draftOn"], &slipped["finalOn"]), (&json!("2026-07-27"), &json!("2026-08-11")));
        assert_eq!(notice_duty(&app, &assessment).await, Some(("OPEN".into(), "2026-06-16".into())));
        passes(&app.submit("giver", &late, None).await);
        let recovered = forecast(&app, &assessment).await;
        assert_eq!((&recovered["finalOn"], &recovered["delayNoticeDue"]), (&json!("2026-06-30"), &json!(false)));
        assert_eq!(notice_duty(&app, &assessment).await, Some(("WITHDRAWN".into(), "2026-06-16".into())));
        assert_eq!(app.read("senco", "EhcAssessment", "forecast { finalOn }", &assessment).await["forecast"], Value::Null);
        passes(&app.issue_draft("coordinator", &assessment, None).await);
        let drafted = forecast(&app, &assessment).await;
        assert_eq!((&drafted["draftOn"], &drafted["finalOn"]), (&Value::Null, &json!("2026-06-30")));
        passes(&app.parents_answer("coordinator", &assessment).await);
        // The checks are due on 22 June.
        assert_eq!(forecast(&app, &assessment).await["finalOn"], "2026-06-22");
        passes(&app.issue_final(&assessment).await);
        assert_eq!(forecast(&app, &assessment).await, Value::Null);
    }
}

async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
}
