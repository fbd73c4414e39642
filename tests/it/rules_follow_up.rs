//! The formal follow-up: its letter, whose it is, when it is late, how it closes, and how the calendar moves it (AQ-5 to
//! AQ-7, XC-9, XC-13).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::{QUERY, REQUEST, duties};
use crate::support::forms::id;
use crate::support::refusals::{passes, refusals};
use crate::support::smtp::{SmtpServer, courier};
use crate::support::world::upn;
use calcard::icalendar::{ICalendar, ICalendarComponent};
use casegraph::graphql::id::Kind;
use casegraph::mail::deliver::Delivered;
use serde_json::{Value, json};
use std::time::Duration;

const SUBJECT: &str = "URGENT STATUTORY ADVICE CLARIFICATION REQUIRED";
const ESCALATIONS: &str =
    "subscription { escalations { kind occurredAt escalation { id rule { id } state told } } }";

async fn close(app: &App, subject: &str, query: &Value) -> Value {
    app.on_query(subject, "closeFollowUp", query, json!({})).await
}

async fn close_office(app: &App, on: &str) -> Value {
    let authority = id(Kind::Authority, app.world.authority);
    let input = json!({ "authority": authority, "on": on, "title": "Burst pipe" });
    let entity = "authority { calendar { closureDays { id } } }";
    let mut payload = app.act("admin", "addClosureDay", entity, input).await;
    passes(&payload);
    payload["authority"]["calendar"]["closureDays"][0]["id"].take()
}

/// The task in a letter, read by an implementation that has nothing to do with ours.
fn task_of(letter: &Value) -> ICalendar {
    let parts = letter["parts"].as_array().unwrap();
    let part = parts.iter().find(|part| part["type"] == "text/calendar").unwrap();
    assert_eq!(part["method"], "REQUEST");
    ICalendar::parse(part["content"].as_str().unwrap()).unwrap()
}

fn todo(task: &ICalendar) -> &ICalendarComponent {
    task.components.iter().find(|part| part.component_type.as_str() == "VTODO").unwrap()
}

fn texts(todo: &ICalendarComponent, name: &str) -> Vec<String> {
    let entries = todo.entries.iter().filter(|entry| entry.name.as_str() == name);
    entries.map(|entry| entry.values[0].as_text().unwrap().to_owned()).collect()
}

fn due(todo: &ICalendarComponent) -> (Option<u16>, Option<u8>, Option<u8>) {
    let entry = todo.entries.iter().find(|entry| entry.name.as_str() == "DUE").unwrap();
    let date = entry.values[0].as_partial_date_time().unwrap();
    assert_eq!(date.hour, None, "a date and not an instant");
    (date.year, date.month, date.day)
}

async fn escalation_step(app: &App, subject: &str, mutation: &str, escalation: &Value, more: Value) -> Value {
    let mut input = json!({ "escalation": escalation });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.act(subject, mutation, "escalation { state assignedTo { name } }", input).await
}

both! {
    /// Over Easter: 5 working days from Thursday 2 April 2026 are over on Monday 13 April.
    async fn giver_and_manager_get_the_follow_up_with_its_task_though_the_mail_leaves_late(app: App) {
        let (_, request) = app.advised("ada").await;
        app.set_clock("2026-04-02T09:00:00Z");
        let server = SmtpServer::start();
        assert_eq!(courier(&app, &server.url).once().await.unwrap(), Delivered { sent: 1, failed: 0 });
        assert!(server.received()["headers"]["Subject"].as_str().unwrap().starts_with("Advice is asked of you"));
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        let copies = json!(["clinic@health.example", "GIVER@people.example"]);
        let input = json!({ "required": "Say how often, and by whom.", "copies": copies });
        let opened = app.on_query("coordinator", "openFormalFollowUp", &query, input).await;
        passes(&opened);
        assert_eq!(opened["adviceQuery"]["followUpDueOn"], "2026-04-13");
        assert_eq!(duties(&opened["adviceQuery"], "AQ-6"), [("OPEN", "2026-04-13")]);
        app.set_clock("2026-04-09T20:00:00Z");
        let tried = courier(&app, &server.url).once().await.unwrap();
        assert_eq!(tried, Delivered { sent: 3, failed: 0 });
        let to = ["advice_manager@people.example", "clinic@health.example", "giver@people.example"];
        let mut told = Vec::new();
        for _ in to {
            let letter = server.received();
            assert_eq!(letter["headers"]["Subject"], SUBJECT);
            assert_eq!(letter["defects"], json!([]));
            let text = letter.to_string();
            assert!(text.contains("Say how often, and by whom.") && text.contains("Monday 13 April 2026"), "{text}");
            for personal in ["Ada", "Brook", "2018", upn(1).as_str()] {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
            let task = task_of(&letter);
            assert_eq!(due(todo(&task)), (Some(2026), Some(4), Some(13)));
            assert_eq!(texts(todo(&task), "STATUS").len(), 1);
            let mut attendees = texts(todo(&task), "ATTENDEE");
            attendees.sort();
            assert_eq!(attendees, to.map(|email| format!("mailto:{email}")));
            told.push(letter["recipients"][0].as_str().unwrap().to_owned());
        }
        told.sort();
        assert_eq!(told, to);
        assert_eq!(app.query_of(&query).await["followUpDueOn"], "2026-04-13");
    }

    async fn a_copy_of_the_follow_up_is_on_the_case(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let fields = "log { kind note subject recipients }";
        for subject in ["manager", "coordinator", "giver", "advice_manager"] {
            let read = app.read(subject, "AdviceQuery", fields, &query).await;
            let copy = read["log"].as_array().unwrap().iter().find(|entry| entry["kind"] == "FOLLOW_UP");
            let copy = copy.unwrap_or_else(|| panic!("{subject} sees {read:#}"));
            assert_eq!(copy["subject"], SUBJECT);
            assert_eq!(copy["recipients"], json!(["giver@people.example", "advice_manager@people.example"]));
            let sent = app.letters().await.into_iter().find(|letter| letter.subject == SUBJECT).unwrap();
            assert_eq!(copy["note"], sent.body, "{subject}");
        }
        for subject in ["senco", "parent", "second_advice_manager"] {
            assert_eq!(app.read(subject, "AdviceQuery", fields, &query).await, Value::Null, "{subject}");
        }
    }

    async fn what_is_required_is_said_without_naming_the_child(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        let number = upn(1);
        for text in ["Say how often Ada needs it.", "ADA: section 2.", "The Brook family.", number.as_str()] {
            let payload = app.open_follow_up(&query, text).await;
            assert_eq!(refusals(&payload), [("XC-16", "INVALID", "required")], "{text}");
        }
        let blank = app.open_follow_up(&query, " ").await;
        assert_eq!(refusals(&blank), [("AQ-5", "MISSING", "required")]);
        assert!(app.letters().await.iter().all(|letter| letter.subject != SUBJECT));
        passes(&app.open_follow_up(&query, "Say how often the child needs an adapted book.").await);
    }

    async fn a_giver_without_a_known_manager_is_refused_until_one_is_named(app: App) {
        let assessment = app.assessing("ada").await;
        let request = app.sought_from(&assessment, "HEALTH", "giver", None).await;
        passes(&app.submit("giver", &request, None).await);
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        let payload = app.open_follow_up(&query, "Say how often.").await;
        assert_eq!(refusals(&payload), [("AQ-5", "MISSING", "adviceQuery")]);
        assert_eq!(payload["refusals"][0]["remedy"], "name the manager with changeAdviceGiver");
        let input = json!({
            "adviceRequest": request, "giver": app.person("giver"), "manager": app.person("second_advice_manager"),
        });
        passes(&app.act("coordinator", "changeAdviceGiver", REQUEST, input).await);
        let opened = app.open_follow_up(&query, "Say how often.").await;
        passes(&opened);
        assert_eq!(opened["adviceQuery"]["duties"][1]["owner"]["name"], "Person second_advice_manager");
    }

    async fn there_is_no_follow_up_of_what_parents_say(app: App) {
        let assessment = app.assessing("ada").await;
        let input = json!({ "assessment": assessment, "service": "PARENT" });
        let mut asked = app.act("coordinator", "seekAdvice", "adviceRequest { id }", input).await;
        let request = asked["adviceRequest"]["id"].take();
        passes(&app.submit("parent", &request, None).await);
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        let payload = app.open_follow_up(&query, "Say how often.").await;
        assert_eq!(refusals(&payload), [("EH-2", "NOT_ELIGIBLE", "adviceQuery")]);
    }

    async fn the_coordinator_opens_it(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        for (subject, refused) in [
            ("manager", ("XC-18", "NOT_PERMITTED", "")),
            ("advice_manager", ("XC-18", "NOT_PERMITTED", "")),
            ("senco", ("XC-18", "NOT_FOUND", "adviceQuery")),
            ("elsewhere_manager", ("XC-18", "NOT_FOUND", "adviceQuery")),
        ] {
            let input = json!({ "required": "Say how often." });
            let payload = app.on_query(subject, "openFormalFollowUp", &query, input).await;
            assert_eq!(refusals(&payload), [refused], "{subject}");
        }
        passes(&app.open_follow_up(&query, "Say how often.").await);
        let twice = app.open_follow_up(&query, "Say how often.").await;
        assert_eq!(refusals(&twice)[0], ("AQ-5", "WRONG_STATE", "adviceQuery"));
    }

    async fn the_givers_manager_owns_the_response_and_logs_the_discussion(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let duty = app.query_of(&query).await["duties"][1].take();
        assert_eq!((&duty["ownerRole"], &duty["owner"]["name"]), (&json!("ADVICE_MANAGER"), &json!("Person advice_manager")));
        let discuss = async |subject: &str, note: &str| {
            app.on_query(subject, "logGiverDiscussion", &query, json!({ "note": note })).await
        };
        assert_eq!(refusals(&discuss("giver", "Talked.").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&discuss("coordinator", "Talked.").await), [("XC-18", "NOT_PERMITTED", "")]);
        let stranger = discuss("second_advice_manager", "Talked.").await;
        assert_eq!(refusals(&stranger), [("XC-18", "NOT_FOUND", "adviceQuery")]);
        assert_eq!(refusals(&discuss("advice_manager", " ").await), [("AQ-6", "MISSING", "note")]);
        passes(&discuss("advice_manager", "Direction and support.").await);
        assert!(app.happened("AdviceQuery", &query).await.contains(&"FOLLOW_UP_DISCUSSED".to_owned()));
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        assert_eq!(refusals(&discuss("advice_manager", "Later.").await), [("AQ-6", "WRONG_STATE", "adviceQuery")]);
    }

    async fn a_late_response_is_pushed_at_once_to_that_manager_and_the_send_manager(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let owed = app.letters().await.len();
        let mut told = Vec::new();
        for subject in ["advice_manager", "manager"] {
            told.push(app.subscribe(subject, ESCALATIONS, json!({})).await);
        }
        let mut silent = app.subscribe("second_advice_manager", ESCALATIONS, json!({})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.sweep_at("2026-03-17T00:00:00Z").await;
        for subscriber in &mut told {
            let event = subscriber.next_within(Duration::from_secs(2)).await.expect("pushed at once");
            let event = &event["data"]["escalations"];
            assert_eq!((&event["kind"], &event["occurredAt"]), (&json!("ESCALATION_RAISED"), &json!("2026-03-17T00:00:00Z")));
            assert_eq!(event["escalation"]["rule"]["id"], "AQ-6");
            let mut roles = event["escalation"]["told"].as_array().unwrap().clone();
            roles.sort_by_key(Value::to_string);
            assert_eq!(roles, ["ADVICE_MANAGER", "SEND_MANAGER"]);
        }
        assert_eq!(silent.next_within(Duration::from_secs(1)).await, None);
        assert_eq!(app.escalated("second_advice_manager", "AQ-6").await, Vec::<Value>::new());
        assert_eq!(app.escalated("coordinator", "AQ-6").await, Vec::<Value>::new());
        let mut letters = app.letters().await.split_off(owed);
        letters.retain(|letter| letter.subject.starts_with("Deadline missed"));
        let mut to: Vec<_> = letters.iter().map(|letter| letter.to_address.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["advice_manager@people.example", "manager@people.example"]);
        assert_eq!(app.sweep_at("2026-03-17T09:00:00Z").await, 0);
        assert_eq!(app.escalated("manager", "AQ-6").await.len(), 1);

        let answered = app.submit("giver", &request, Some("Section 2")).await;
        passes(&answered);
        assert_eq!(duties(&app.query_of(&query).await, "AQ-6"), [("MET_LATE", "2026-03-16")]);
        assert_eq!(app.escalated("advice_manager", "AQ-6").await[0]["state"], "MET_LATE");
    }

    async fn an_answer_of_the_last_second_is_in_time(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        app.set_clock("2026-03-16T23:59:59Z");
        app.sweep().await;
        assert_eq!(app.escalated("manager", "AQ-6").await.len(), 0);
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        assert_eq!(app.escalated("manager", "AQ-6").await.len(), 0);
        let answered = app.query_of(&query).await;
        assert_eq!(answered["state"], "UPDATED");
        assert_eq!(duties(&answered, "AQ-6"), [("MET", "2026-03-16")]);
    }

    async fn the_escalation_is_acknowledged_handed_on_and_resolved(app: App) {
        let (_, request) = app.advised("ada").await;
        app.followed_up(&request).await;
        app.sweep_at("2026-03-17T00:00:00Z").await;
        let escalation = app.escalated("manager", "AQ-6").await[0]["id"].take();
        let step = async |subject: &str, mutation: &str, more: Value| {
            escalation_step(&app, subject, mutation, &escalation, more).await
        };
        let stranger = step("second_advice_manager", "acknowledgeEscalation", json!({})).await;
        assert_eq!(refusals(&stranger), [("XC-18", "NOT_FOUND", "escalation")]);
        let noted = step("advice_manager", "acknowledgeEscalation", json!({})).await;
        passes(&noted);
        assert_eq!(noted["escalation"]["state"], "ACKNOWLEDGED");
        let to = json!({ "to": app.person("second_advice_manager") });
        let handed = step("advice_manager", "reassignEscalation", to.clone()).await;
        assert_eq!(refusals(&handed), [("XC-18", "NOT_PERMITTED", "")]);
        let handed = step("manager", "reassignEscalation", to).await;
        passes(&handed);
        assert_eq!(handed["escalation"]["assignedTo"]["name"], "Person second_advice_manager");
        let done = json!({ "resolution": "The advice comes tomorrow." });
        let resolved = step("second_advice_manager", "resolveEscalation", done.clone()).await;
        passes(&resolved);
        assert_eq!(resolved["escalation"]["state"], "RESOLVED");
        assert_eq!(refusals(&step("manager", "resolveEscalation", done).await)[0].1, "WRONG_STATE");
    }

    async fn where_the_giver_is_not_at_work_the_manager_answers_and_the_due_date_stays(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let early = app.submit("advice_manager", &request, Some("Section 2")).await;
        assert_eq!(refusals(&early), [("AQ-6", "NOT_PERMITTED", "adviceRequest")]);
        let absent = async |subject: &str, since: &str| {
            let input = json!({ "adviceRequest": request, "since": since });
            app.act(subject, "recordGiverAbsence", REQUEST, input).await
        };
        assert_eq!(refusals(&absent("giver", "2026-03-09").await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&absent("second_advice_manager", "2026-03-09").await)[0].1, "NOT_FOUND");
        assert_eq!(refusals(&absent("advice_manager", "2026-03-10").await), [("AQ-6", "INVALID", "since")]);
        app.set_clock("2026-03-13T09:00:00Z");
        let recorded = absent("advice_manager", "2026-03-12").await;
        passes(&recorded);
        assert_eq!(recorded["adviceRequest"]["giverAbsentSince"], "2026-03-12");
        assert_eq!(duties(&app.query_of(&query).await, "AQ-6"), [("OPEN", "2026-03-16")]);
        app.sweep_at("2026-03-17T00:00:00Z").await;
        assert_eq!(app.escalated("advice_manager", "AQ-6").await.len(), 1);
        passes(&app.submit("advice_manager", &request, Some("Section 2")).await);
        assert_eq!(app.query_of(&query).await["state"], "UPDATED");
        assert_eq!(duties(&app.query_of(&query).await, "AQ-6"), [("MET_LATE", "2026-03-16")]);
    }

    async fn advice_not_given_yet_passes_to_the_manager_with_its_date(app: App) {
        let assessment = app.assessing("ada").await;
        let request = app.sought(&assessment, "HEALTH").await;
        let input = json!({ "adviceRequest": request, "since": "2026-03-09" });
        let recorded = app.act("advice_manager", "recordGiverAbsence", REQUEST, input).await;
        passes(&recorded);
        let duty = &recorded["adviceRequest"]["duties"][0];
        assert_eq!(duty["ownerRole"], "ADVICE_MANAGER");
        assert_eq!(duty["owner"]["name"], "Person advice_manager");
        assert_eq!(duty["due"]["on"], "2026-04-20");
        passes(&app.submit("advice_manager", &request, None).await);
    }

    async fn a_follow_up_closes_only_with_a_version_that_came_in_after_it_was_opened(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.decided(&request, "EXTENDED_INPUT").await;
        passes(&app.submit("giver", &request, Some("Before it was opened")).await);
        passes(&app.open_follow_up(&query, "Say how often.").await);
        let refused = close(&app, "coordinator", &query).await;
        assert_eq!(refusals(&refused), [("AQ-7", "WRONG_STATE", "adviceQuery")]);
        assert_eq!(app.query_of(&query).await["state"], "FORMAL_FOLLOW_UP");
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        for (subject, refused) in [
            ("manager", ("XC-18", "NOT_PERMITTED", "")),
            ("advice_manager", ("XC-18", "NOT_PERMITTED", "")),
            ("giver", ("XC-18", "NOT_PERMITTED", "")),
            ("senco", ("XC-18", "NOT_FOUND", "adviceQuery")),
        ] {
            assert_eq!(refusals(&close(&app, subject, &query).await), [refused], "{subject}");
        }
        let closed = close(&app, "coordinator", &query).await;
        passes(&closed);
        assert_eq!(closed["adviceQuery"]["state"], "CLOSED");
        assert_eq!(refusals(&close(&app, "coordinator", &query).await), [("AQ-7", "WRONG_STATE", "adviceQuery")]);
    }

    /// What the update does not clear up is followed up again; the close then waits for another version.
    async fn a_second_follow_up_needs_another_version(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        passes(&app.submit("giver", &request, Some("Section 2")).await);
        app.set_clock("2026-03-11T09:00:00Z");
        passes(&app.decide_query(&query, "EXTENDED_INPUT").await);
        let again = app.open_follow_up(&query, "Still unclear.").await;
        passes(&again);
        assert_eq!(duties(&again["adviceQuery"], "AQ-6"), [("MET", "2026-03-16"), ("OPEN", "2026-03-18")]);
        assert_eq!(refusals(&close(&app, "coordinator", &query).await)[0].0, "AQ-7");
        passes(&app.submit("giver", &request, Some("Section 2 again")).await);
        passes(&close(&app, "coordinator", &query).await);
    }

    async fn a_closure_day_moves_the_follow_ups_that_are_open_and_no_others(app: App) {
        let (assessment, request) = app.advised("ada").await;
        let other = app.sought(&assessment, "OTHER").await;
        passes(&app.submit("giver", &other, None).await);
        let (waits, answered) = (app.followed_up(&request).await, app.followed_up(&other).await);
        passes(&app.submit("giver", &other, Some("Section 2")).await);
        passes(&close(&app, "coordinator", &answered).await);
        assert_eq!(app.assessment(&assessment).await["forecast"]["draftOn"], "2026-03-16");

        let closure_day = close_office(&app, "2026-03-12").await;
        let moved = app.query_of(&waits).await;
        assert_eq!(moved["followUpDueOn"], "2026-03-17");
        assert_eq!(duties(&moved, "AQ-6"), [("OPEN", "2026-03-17")]);
        assert_eq!(app.assessment(&assessment).await["forecast"]["draftOn"], "2026-03-17");
        let stays = app.query_of(&answered).await;
        assert_eq!(stays["followUpDueOn"], "2026-03-16");
        assert_eq!(duties(&stays, "AQ-6"), [("MET", "2026-03-16")]);
        let count = async |query: &Value, kind: &str| {
            app.happened("AdviceQuery", query).await.iter().filter(|one| *one == kind).count()
        };
        assert_eq!((count(&waits, "FOLLOW_UP_MOVED").await, count(&answered, "FOLLOW_UP_MOVED").await), (1, 0));
        let fields = "history(kinds: [DEADLINE_MOVED]) { nodes { moved { rule from to } } }";
        let events = app.read("manager", "EhcAssessment", fields, &assessment).await;
        let there = json!({ "moved": { "rule": "AQ-6", "from": "2026-03-16", "to": "2026-03-17" } });
        assert_eq!(events["history"]["nodes"], json!([there]));
        // It is late by the new date, not by the old one.
        app.sweep_at("2026-03-17T23:59:59Z").await;
        assert_eq!(app.escalated("manager", "AQ-6").await.len(), 0);
        app.sweep_at("2026-03-18T00:00:00Z").await;
        assert_eq!(app.escalated("manager", "AQ-6").await.len(), 1);

        passes(&app.act("admin", "removeClosureDay", "authority { id }", json!({ "closureDay": closure_day })).await);
        assert_eq!(app.query_of(&waits).await["followUpDueOn"], "2026-03-17", "what is breached stays");
    }

    async fn a_new_bank_holiday_moves_an_open_follow_up(app: App) {
        let (_, request) = app.advised("ada").await;
        let query = app.followed_up(&request).await;
        let file = r#"{"england-and-wales":{"events":[{"title":"Extra","date":"2026-03-12"}]}}"#;
        app.import_bank_holidays(file).await;
        assert_eq!(app.query_of(&query).await["followUpDueOn"], "2026-03-17");
        let entity = json!({ "adviceQuery": query, "reason": "Answered." });
        passes(&app.act("manager", "withdrawAdviceQuery", QUERY, entity).await);
        app.set_clock("2026-03-10T09:00:00Z");
        let later = app.followed_up(&request).await;
        assert_eq!(app.query_of(&later).await["followUpDueOn"], "2026-03-18");
    }
}
