//! Planning meetings are planned, moved, called off and held; who is invited to them (PC-1 to PC-3).

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::planning::{FIRST, MEETING, SECOND};
use crate::support::refusals::{calendar_line, passes, refusals};
use entity::outbox_mail;
use serde_json::{Value, json};

/// The last moment at which a meeting of Spring 2 can begin in the window, and the first one after it.
const LAST_DAY: &str = "2026-03-13T14:00:00Z";
const DAY_AFTER: &str = "2026-03-16T09:00:00Z";

fn moved(meeting: &Value, starts_at: &str, app: &App) -> Value {
    let mut input = app.appointment("primary", starts_at);
    let fields = input.as_object_mut().unwrap();
    fields.remove("school");
    fields.insert("meeting".into(), meeting.clone());
    input
}

/// Ends the link of a school with its EP, the day before the tests begin.
async fn without_link_ep(app: &App, school: &str) {
    let id = literal(app, app.world.schools[school]);
    let sql = format!(
        "update link_assignment set to_date = '2026-03-08' where school_id = {id} and discipline = \
         'EDUCATIONAL_PSYCHOLOGIST' and to_date is null"
    );
    app.sabotage(&sql).await;
}

async fn letters_to(app: &App, address: &str) -> Vec<outbox_mail::Model> {
    let mut letters = app.letters().await;
    letters.retain(|letter| letter.to_address == address);
    letters
}

fn roles(meeting: &Value, kind: &str) -> Vec<String> {
    let invited = meeting["participants"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    let mut roles: Vec<_> = invited.map(|one| one["role"].as_str().unwrap_or("-").to_owned()).collect();
    roles.sort();
    roles
}

both! {
    async fn a_meeting_is_planned_at_the_beginning_of_its_term(app: App) {
        let in_time = app.appointment("primary", LAST_DAY);
        let mut dry = in_time.clone();
        dry["dryRun"] = json!(true);
        let payload = app.plan_meeting("ep", dry).await;
        passes(&payload);
        assert_eq!((&payload["advisories"], &payload["meeting"]), (&json!([]), &Value::Null));
        let late = app.appointment("primary", DAY_AFTER);
        let advised = app.plan_meeting("ep", late.clone()).await;
        assert_eq!(advised["advisories"][0]["rule"], "PC-1", "{advised:#}");
        assert_eq!((&advised["advisories"][0]["needsAcknowledgement"], &advised["meeting"]), (&json!(true), &Value::Null));
        let mut acknowledged = late;
        acknowledged["acknowledge"] = json!([{ "rule": "PC-1", "reason": "The EP was ill." }]);
        let planned = app.plan_meeting("ep", acknowledged).await;
        passes(&planned);
        let meeting = &planned["meeting"];
        assert_eq!((&meeting["schoolYear"], &meeting["term"], &meeting["state"]), (&json!(2025), &json!("SPRING_2"), &json!("PLANNED")));
    }

    async fn a_school_has_one_meeting_a_term_at_a_time_that_comes(app: App) {
        let plan = async |starts_at: &str| app.plan_meeting("ep", app.appointment("primary", starts_at)).await;
        assert_eq!(refusals(&plan("2026-03-09T08:59:59Z").await), [("PC-1", "TOO_LATE", "startsAt")]);
        assert_eq!(refusals(&plan("2026-03-30T09:00:00Z").await), [("PC-1", "CALENDAR_ENDS", "startsAt")]);
        let mut backwards = app.appointment("primary", FIRST);
        backwards["endsAt"] = json!(FIRST);
        assert_eq!(refusals(&app.plan_meeting("ep", backwards).await), [("PC-1", "INVALID", "endsAt")]);
        let meeting = app.planned_meeting("primary", FIRST).await;
        assert_eq!(refusals(&plan("2026-03-11T09:30:00Z").await), [("PC-1", "CONFLICT", "school")]);
        passes(&plan(SECOND).await);
        passes(&app.meeting_step("ep", "cancelPlanningMeeting", &meeting, json!({ "reason": "Illness." })).await);
        passes(&plan("2026-03-11T09:30:00Z").await);
        let closed = literal(&app, app.world.schools["middle"]);
        app.sabotage(&format!("update school set status = 'CLOSED' where id = {closed}")).await;
        let refused = app.plan_meeting("ep", app.appointment("middle", "2026-03-12T09:30:00Z")).await;
        assert_eq!(refusals(&refused), [("PC-1", "NOT_ELIGIBLE", "school")]);
    }

    async fn no_ep_is_in_two_places(app: App) {
        app.planned_meeting("primary", FIRST).await;
        let there = async |starts_at: &str| app.plan_meeting("ep", app.appointment("second_primary", starts_at)).await;
        for overlapping in ["2026-03-10T08:00:01Z", FIRST, "2026-03-10T10:59:59Z"] {
            assert_eq!(refusals(&there(overlapping).await), [("PC-1", "CONFLICT", "educationalPsychologist")], "{overlapping}");
        }
        passes(&there("2026-03-10T11:00:00Z").await);
        let at_once = ["middle", "all_through", "secondary"].map(|school| {
            let input = app.appointment(school, "2026-03-11T09:30:00Z");
            app.plan_meeting("ep", input)
        });
        let payloads = futures_util::future::join_all(at_once).await;
        let won: Vec<_> = payloads.iter().filter(|payload| payload["meeting"].is_object()).collect();
        assert_eq!(won.len(), 1);
        for lost in payloads.iter().filter(|payload| payload["meeting"].is_null()) {
            assert_eq!(refusals(lost), [("PC-1", "CONFLICT", "educationalPsychologist")]);
        }
    }

    async fn a_meeting_not_held_in_the_window_is_escalated_to_the_manager(app: App) {
        app.sweep().await;
        assert_eq!(app.school_duties("manager", "primary").await, Vec::<(String, String)>::new(), "nobody plans meetings yet");
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.sweep().await;
        let due = [("OPEN".to_owned(), "2026-03-13".to_owned())];
        for school in ["primary", "second_primary", "middle", "all_through", "secondary"] {
            assert_eq!(app.school_duties("manager", school).await, due, "{school}");
        }
        assert_eq!(app.school_duties("elsewhere_manager", "elsewhere").await, []);
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        app.sweep_at("2026-03-13T23:59:59Z").await;
        assert_eq!(app.escalated("manager", "PC-1").await, Vec::<Value>::new());
        app.sweep_at("2026-03-14T00:00:00Z").await;
        let raised = app.escalated("manager", "PC-1").await;
        assert_eq!(raised.len(), 4, "every school but the one that had its meeting");
        assert!(raised.iter().all(|one| one["told"] == json!(["SEND_MANAGER"])), "{raised:?}");
        assert_eq!(app.escalated("head", "PC-1").await, Vec::<Value>::new());
        app.sweep_at("2026-03-14T00:00:05Z").await;
        assert_eq!(app.escalated("manager", "PC-1").await.len(), 4, "once");
        assert_eq!(app.school_duties("ep", "primary").await, [("MET".to_owned(), "2026-03-13".to_owned())]);
    }

    async fn a_meeting_held_late_is_known_as_late(app: App) {
        let mut input = app.appointment("primary", DAY_AFTER);
        input["acknowledge"] = json!([{ "rule": "PC-1", "reason": "The EP was ill." }]);
        let planned = app.plan_meeting("ep", input).await;
        passes(&planned);
        app.sweep().await;
        app.sweep_at("2026-03-14T00:00:00Z").await;
        app.set_clock(DAY_AFTER);
        passes(&app.hold_meeting("ep", &planned["meeting"]["id"], &["ep", "senco"]).await);
        assert_eq!(app.school_duties("ep", "primary").await, [("MET_LATE".to_owned(), "2026-03-13".to_owned())]);
        let monitoring = app.monitoring("manager", "SPRING_2", "total { due planned held missed }").await;
        assert_eq!(monitoring["total"], json!({ "due": 5, "planned": 0, "held": 1, "missed": 4 }));
    }

    async fn new_terms_move_the_window(app: App) {
        app.planned_meeting("primary", FIRST).await;
        app.sweep().await;
        app.move_term("SPRING_2", "2026-03-02", "2026-03-27").await;
        assert_eq!(app.school_duties("ep", "primary").await, [("OPEN".to_owned(), "2026-03-20".to_owned())]);
        let late = app.appointment("second_primary", "2026-03-20T09:00:00Z");
        let payload = app.plan_meeting("ep", late).await;
        passes(&payload);
        assert_eq!(payload["advisories"], json!([]));
    }

    async fn the_link_ep_plans_and_the_manager_names_who_covers(app: App) {
        let input = app.appointment("secondary", FIRST);
        for subject in ["secondary_senco", "coordinator", "team"] {
            assert_eq!(refusals(&app.plan_meeting(subject, input.clone()).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let mut by_other = input.clone();
        by_other["educationalPsychologist"] = app.person("elsewhere_ep");
        let refused = app.plan_meeting("manager", by_other).await;
        assert!(matches!(refusals(&refused)[..], [("PC-2", "NOT_ELIGIBLE", _) | ("XC-18", "NOT_FOUND", _)]), "{refused:#}");
        let mut by_past = app.appointment("primary", FIRST);
        by_past["educationalPsychologist"] = app.person("past_ep");
        assert_eq!(refusals(&app.plan_meeting("manager", by_past).await), [("PC-2", "NOT_ELIGIBLE", "educationalPsychologist")]);
        without_link_ep(&app, "secondary").await;
        assert_eq!(refusals(&app.plan_meeting("ep", input.clone()).await), [("XC-18", "NOT_PERMITTED", "")], "linked no more");
        assert_eq!(refusals(&app.plan_meeting("manager", input.clone()).await), [("PC-2", "NOT_ELIGIBLE", "educationalPsychologist")]);
        let mut covered = input;
        covered["educationalPsychologist"] = app.person("ep");
        let planned = app.plan_meeting("manager", covered).await;
        passes(&planned);
        assert_eq!(planned["meeting"]["covering"], true);
        let meeting = &planned["meeting"]["id"];
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", meeting, &["ep", "secondary_senco"]).await);
        let seen = app.meeting("ep", meeting).await;
        assert!(seen["allowedActions"].as_array().unwrap().contains(&json!("COMPLETE_MEETING_RECORD")), "{seen:#}");
    }

    async fn a_school_with_a_link_ep_of_its_own_meets_with_them(app: App) {
        without_link_ep(&app, "secondary").await;
        app.link("past_ep", "secondary").await;
        let mut input = app.appointment("secondary", FIRST);
        input["educationalPsychologist"] = app.person("ep");
        assert_eq!(refusals(&app.plan_meeting("manager", input.clone()).await), [("PC-2", "NOT_ELIGIBLE", "educationalPsychologist")]);
        input["educationalPsychologist"] = app.person("past_ep");
        let planned = app.plan_meeting("manager", input).await;
        passes(&planned);
        assert_eq!(planned["meeting"]["covering"], false);
    }

    async fn it_is_held_with_an_ep_and_key_staff_from_its_hour_on(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let invite = async |subject: &str, reason: Option<&str>| {
            let input = json!({ "person": app.person(subject), "keyStaffReason": reason });
            app.meeting_invite("senco", &meeting, input).await
        };
        passes(&invite("teacher", None).await);
        passes(&invite("head", None).await);
        passes(&invite("assistant", Some("Leads on attendance this year.")).await);
        app.set_clock("2026-03-10T09:29:59Z");
        assert_eq!(refusals(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await), [("PC-2", "TOO_EARLY", "meeting")]);
        app.set_clock(FIRST);
        for without in [&["ep"][..], &["ep", "teacher"], &["ep", "cit", "patss"], &["senco", "head"]] {
            let refused = app.hold_meeting_as("ep", &meeting, without, true).await;
            assert_eq!(refusals(&refused), [("PC-2", "MISSING", "present")], "{without:?}");
        }
        for enough in [["ep", "head"], ["ep", "assistant"], ["ep", "senco"], ["ep", "inclusion_lead"], ["ep", "safeguarding_lead"]] {
            passes(&app.hold_meeting_as("ep", &meeting, &enough, true).await);
        }
        for subject in ["senco", "manager", "cit"] {
            assert_eq!(refusals(&app.hold_meeting(subject, &meeting, &["ep", "senco"]).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        let seen = app.meeting("senco", &meeting).await;
        let there: Vec<_> = seen["participants"].as_array().unwrap().iter().filter(|one| one["present"] == true).map(|one| one["role"].as_str().unwrap()).collect();
        assert_eq!(there.len(), 2, "{there:?}");
        assert_eq!(refusals(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await), [("PC-2", "WRONG_STATE", "meeting")]);
    }

    async fn link_staff_are_invited_by_themselves_and_gaps_show(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let seen = app.meeting("senco", &meeting).await;
        assert_eq!(roles(&seen, "LINK_STAFF"), ["CIT", "EDUCATIONAL_PSYCHOLOGIST", "PATSS"], "the past EP is not");
        assert_eq!(roles(&seen, "SCHOOL"), ["INCLUSION_LEAD", "SAFEGUARDING_LEAD", "SENCO"]);
        assert_eq!(seen["gaps"], json!(["EWO"]));
        let other = app.planned_meeting("second_primary", "2026-03-11T09:30:00Z").await;
        let seen = app.meeting("ep", &other).await;
        assert_eq!((roles(&seen, "LINK_STAFF").len(), &seen["gaps"]), (2, &json!(["CIT", "PATSS"])));
    }

    async fn others_join_for_named_items_only(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let item = app.on_agenda("senco", app.casework(&meeting, "ada", "Reading.")).await;
        let other = app.on_agenda("senco", app.casework(&meeting, "ben", "Writing.")).await;
        let officer = app.person("coordinator");
        let refused = app.meeting_invite("senco", &meeting, json!({ "person": officer })).await;
        assert_eq!(refusals(&refused), [("PC-3", "MISSING", "items")]);
        let outsider = json!({ "name": "A. Nurse", "email": "nurse@health.example", "items": [item] });
        passes(&app.meeting_invite("senco", &meeting, outsider.clone()).await);
        assert_eq!(refusals(&app.meeting_invite("senco", &meeting, outsider).await), [("PC-3", "CONFLICT", "person")]);
        let nobody = json!({ "name": " ", "items": [item] });
        assert_eq!(refusals(&app.meeting_invite("ep", &meeting, nobody).await), [("PC-3", "MISSING", "name"), ("PC-3", "INVALID", "email")]);
        assert_eq!(app.meeting("coordinator", &meeting).await, Value::Null, "not yet invited");
        passes(&app.meeting_invite("senco", &meeting, json!({ "person": officer, "items": [item] })).await);
        let seen = app.meeting("coordinator", &meeting).await;
        let titles: Vec<_> = seen["agenda"].as_array().unwrap().iter().map(|entry| &entry["item"]["title"]).collect();
        assert_eq!(titles, ["Reading."], "{seen:#}");
        assert_eq!(app.read("coordinator", "AgendaItem", "title", &other).await, Value::Null);
    }

    async fn invitations_move_and_are_called_off_with_the_meeting(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let planned = app.meeting("ep", &meeting).await;
        let reference = planned["reference"].as_str().unwrap();
        let address = "senco@people.example";
        let letters = letters_to(&app, address).await;
        assert_eq!((calendar_line(&letters[0], "METHOD"), calendar_line(&letters[0], "SEQUENCE")), ("REQUEST".into(), "0".into()));
        let late = moved(&meeting, DAY_AFTER, &app);
        let advised = app.act("ep", "movePlanningMeeting", MEETING, late.clone()).await;
        assert_eq!(advised["advisories"][0]["rule"], "PC-1");
        let other_term = app.act("ep", "movePlanningMeeting", MEETING, moved(&meeting, SECOND, &app)).await;
        assert_eq!(refusals(&other_term), [("PC-1", "NOT_ELIGIBLE", "startsAt")]);
        passes(&app.act("ep", "movePlanningMeeting", MEETING, moved(&meeting, "2026-03-12T09:30:00Z", &app)).await);
        let letters = letters_to(&app, address).await;
        assert_eq!((calendar_line(&letters[1], "METHOD"), calendar_line(&letters[1], "SEQUENCE")), ("REQUEST".into(), "1".into()));
        assert_eq!(calendar_line(&letters[0], "UID"), calendar_line(&letters[1], "UID"));
        assert!(calendar_line(&letters[1], "DTSTART").contains("20260312T0930"), "{:?}", letters[1].calendar);
        assert_eq!(refusals(&app.meeting_step("ep", "cancelPlanningMeeting", &meeting, json!({ "reason": " " })).await), [("PC-1", "MISSING", "reason")]);
        passes(&app.meeting_step("ep", "cancelPlanningMeeting", &meeting, json!({ "reason": "Illness." })).await);
        let letters = letters_to(&app, address).await;
        assert_eq!((calendar_line(&letters[2], "METHOD"), calendar_line(&letters[2], "SEQUENCE")), ("CANCEL".into(), "2".into()));
        for letter in app.letters().await {
            assert!(letter.subject.contains(reference) && letter.calendar.is_some(), "{}", letter.subject);
        }
        for step in ["movePlanningMeeting", "cancelPlanningMeeting"] {
            let input = if step == "movePlanningMeeting" { moved(&meeting, FIRST, &app) } else { json!({ "meeting": meeting, "reason": "Again." }) };
            let refused = app.act("ep", step, MEETING, input).await;
            assert_eq!(refusals(&refused), [("PC-1", "WRONG_STATE", "meeting")], "{step}");
        }
    }

    async fn who_is_link_staff_on_the_new_day_is_invited_to_it(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let id = literal(&app, app.world.people["patss"]);
        app.sabotage(&format!("update link_assignment set to_date = '2026-03-11' where person_id = {id}")).await;
        passes(&app.act("ep", "movePlanningMeeting", MEETING, moved(&meeting, "2026-03-12T09:30:00Z", &app)).await);
        let seen = app.meeting("ep", &meeting).await;
        assert_eq!((roles(&seen, "LINK_STAFF"), &seen["gaps"]), (vec!["CIT".into(), "EDUCATIONAL_PSYCHOLOGIST".into()], &json!(["PATSS", "EWO"])));
        let letters = letters_to(&app, "patss@people.example").await;
        assert_eq!(calendar_line(letters.last().unwrap(), "METHOD"), "CANCEL");
    }

    async fn no_letter_about_a_meeting_names_a_child(app: App) {
        app.shared_meeting("ada", "Reads too little.").await;
        let letters = app.letters().await;
        assert!(letters.len() >= 6, "{}", letters.len());
        for letter in letters {
            let text = format!("{} {} {}", letter.subject, letter.body, letter.calendar.clone().unwrap_or_default());
            for personal in ["Ada", "Brook", "Reads too little", &app.upn("ada")] {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
        }
    }

    async fn a_step_taken_by_mistake_is_taken_back(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let back = async |subject: &str, reason: &str| {
            app.meeting_step(subject, "reversePlanningMeetingStep", &meeting, json!({ "reason": reason })).await
        };
        assert_eq!(refusals(&back("ep", "Never held.").await), [("XC-22", "WRONG_STATE", "meeting")]);
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        assert_eq!(refusals(&back("ep", " ").await), [("XC-22", "MISSING", "reason")]);
        passes(&back("manager", "The wrong school.").await);
        let seen = app.meeting("ep", &meeting).await;
        assert_eq!((&seen["state"], &seen["duties"][0]["state"]), (&json!("PLANNED"), &json!("WITHDRAWN")));
        assert_eq!(app.school_duties("ep", "primary").await[0].0, "OPEN");
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        app.agreed_action(&meeting, None, "Send the list.").await;
        assert_eq!(refusals(&back("ep", "Never held.").await), [("XC-22", "CONFLICT", "meeting")]);
        passes(&app.complete_record("ep", &meeting, "One action.").await);
        passes(&back("ep", "Too soon.").await);
        let seen = app.meeting("ep", &meeting).await;
        assert_eq!((&seen["state"], &seen["record"]), (&json!("HELD"), &Value::Null));
        app.shared_record(&meeting, "One action.").await;
        assert_eq!(refusals(&back("manager", "Too soon.").await), [("XC-22", "WRONG_STATE", "meeting")]);
    }
}
