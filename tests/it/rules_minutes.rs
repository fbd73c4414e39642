//! The agenda and the record of planning meetings: items, support, actions, the way to the school (PC-4 to PC-8, GR-9).

use crate::both;
use crate::support::app::App;
use crate::support::planning::{FIRST, ITEM, SECOND, entries};
use crate::support::refusals::{passes, refusals};
use domain::policy::Figures;
use serde_json::{Value, json};

/// The figures that add up, and their means.
const FIGURES: &str = "due planned held recorded shared missed actions { agreed open done carriedForward dropped \
    meanDaysOpen meanDaysToClose } support { form agreed } tradedMinutes";

/// Raises a child, whose turn is the next meeting; the consultation's id.
async fn raised(app: &App, child: &str, words: &str) -> Value {
    let input =
        json!({ "child": app.child(child), "question": words, "suddenConcerns": words, "urgent": false });
    let mut payload = app.act("senco", "raiseLinkConsultation", "linkConsultation { id }", input).await;
    passes(&payload);
    payload["linkConsultation"]["id"].take()
}

/// Rule and message of each refusal.
fn said(payload: &Value) -> Vec<(&str, &str)> {
    let refused = payload["refusals"].as_array().unwrap().iter();
    refused.map(|one| (one["rule"].as_str().unwrap(), one["message"].as_str().unwrap())).collect()
}

both! {
    async fn the_agenda_opens_with_what_is_open_then_with_who_was_raised(app: App) {
        app.shared_meeting("ada", "Read together.").await;
        app.set_clock("2026-03-20T09:00:00Z");
        let next = app.planned_meeting("primary", SECOND).await;
        app.on_agenda("senco", app.casework(&next, "cai", "Writing.")).await;
        let consultation = raised(&app, "ben", "What helps?").await;
        app.raise_suddenly("senco", "dot", "At once, not at a meeting.").await;
        let seen = app.meeting("senco", &next).await;
        let expected = [("BROUGHT_FORWARD", "Read together."), ("LINK_CONSULTATION", "What helps?"), ("NEW", "Writing.")];
        assert_eq!(entries(&seen), expected);
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &next, &["ep", "senco"]).await);
        let seen = app.meeting("senco", &next).await;
        assert_eq!(entries(&seen), expected, "once it is held the child who was raised is an item");
        let item = &seen["agenda"][1]["item"]["id"];
        let origin = app.read("ep", "AgendaItem", "origin child { id } linkConsultation { id }", item).await;
        assert_eq!(origin, json!({ "origin": "LINK_CONSULTATION", "child": { "id": app.child("ben") }, "linkConsultation": { "id": consultation } }));
    }

    async fn a_child_who_was_put_off_comes_to_the_next_meeting(app: App) {
        raised(&app, "ben", "What helps?").await;
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        let item = app.meeting("ep", &meeting).await["agenda"][0]["item"]["id"].clone();
        passes(&app.discuss(&item, "No time.", true).await);
        app.shared_record(&meeting, "Nobody was discussed.").await;
        let next = app.planned_meeting("primary", SECOND).await;
        let after = app.planned_meeting("primary", "2026-06-02T08:30:00Z").await;
        assert_eq!(entries(&app.meeting("senco", &next).await), [("LINK_CONSULTATION", "What helps?")]);
        assert_eq!(entries(&app.meeting("senco", &after).await), [], "only the next one");
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &next, &["ep", "senco"]).await);
        let item = app.meeting("ep", &next).await["agenda"][0]["item"]["id"].clone();
        app.dealt_with(&item, "A timetable.").await;
        app.shared_record(&next, "Ben was discussed.").await;
        assert_eq!(entries(&app.meeting("senco", &after).await), []);
    }

    async fn an_item_names_a_child_of_the_school_and_says_how_the_family_took_part(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let add = async |subject: &str, change: &[(&str, Value)]| {
            let mut input = app.casework(&meeting, "ada", "Reading.");
            for (field, value) in change {
                input[*field] = value.clone();
            }
            app.act(subject, "addAgendaItem", ITEM, input).await
        };
        for (field, value, code) in [
            ("title", json!(" "), "MISSING"), ("agencies", json!(" "), "MISSING"), ("parents", json!(" "), "MISSING"),
            ("pupil", json!(" "), "MISSING"), ("child", Value::Null, "MISSING"), ("child", app.child("flo"), "NOT_ELIGIBLE"),
        ] {
            assert_eq!(refusals(&add("ep", &[(field, value)]).await), [("PC-4", code, field)], "{field}");
        }
        assert_eq!(refusals(&add("senco", &[("child", app.child("flo"))]).await), [("XC-18", "NOT_FOUND", "child")]);
        for priority in ["STATUTORY_CASEWORK", "COMPLEX_CASEWORK"] {
            assert_eq!(refusals(&add("ep", &[("priority", json!(priority)), ("child", Value::Null)]).await), [("PC-4", "MISSING", "child")]);
        }
        for priority in ["CO_PRODUCTION", "PEER_GROUP", "STAFF_DEVELOPMENT"] {
            passes(&add("cit", &[("priority", json!(priority)), ("child", Value::Null), ("parents", json!("")), ("pupil", json!(""))]).await);
        }
        passes(&add("senco", &[]).await);
        for subject in ["teacher", "coordinator"] {
            assert_eq!(refusals(&add(subject, &[]).await)[0].0, "XC-18", "{subject}");
        }
    }

    async fn participants_keep_sight_of_a_meeting_until_it_is_shared(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let item = app.on_agenda("senco", app.casework(&meeting, "ada", "Reading.")).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco", "patss"]).await);
        let elsewhere = json!({
            "person": app.person("patss"), "school": app.school("middle"), "discipline": "PATSS", "from": app.today(),
        });
        passes(&app.act("admin", "assignLinkStaff", "assignment { id }", elsewhere).await);
        let (id, school) = (app.world.people["patss"], app.world.schools["primary"]);
        let [id, school] = [id, school].map(|id| crate::access::literal(&app, id));
        app.sabotage(&format!("update link_assignment set to_date = '2026-03-09' where person_id = {id} and school_id = {school}")).await;
        let title = async || app.read("patss", "AgendaItem", "title", &item).await;
        assert_eq!(title().await["title"], "Reading.", "no longer link staff, still a participant");
        app.dealt_with(&item, "A timetable.").await;
        passes(&app.complete_record("ep", &meeting, "Ada.").await);
        assert_eq!(title().await["title"], "Reading.");
        passes(&app.meeting_step("ep", "shareMeetingRecord", &meeting, json!({})).await);
        assert_eq!((title().await, app.meeting("patss", &meeting).await), (Value::Null, Value::Null));
    }

    async fn each_discussed_item_ends_in_support(app: App) {
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        passes(&app.discuss(&item, "She guesses.", false).await);
        let refused = app.complete_record("ep", &meeting, "Ada.").await;
        assert_eq!(said(&refused), [("PC-5", "1 discussed items end in no form of support")]);
        for (form, more, path) in [
            ("TRIAGE", json!({}), "rank"), ("TRIAGE", json!({ "rank": 0 }), "rank"),
            ("ASSESSMENT_AND_INTERVENTION", json!({ "minutes": 60 }), "service"),
            ("ASSESSMENT_AND_INTERVENTION", json!({ "service": "CIT" }), "minutes"),
            ("ASSESSMENT_AND_INTERVENTION", json!({ "service": "CIT", "minutes": 0 }), "minutes"),
        ] {
            assert_eq!(refusals(&app.support(&item, form, more).await), [("PC-5", "MISSING", path)], "{form}");
        }
        let agreed = app.support(&item, "TRIAGE", json!({ "rank": 1 })).await;
        passes(&agreed);
        let withdraw = async |reason: &str| {
            let input = json!({ "supportAgreement": agreed["supportAgreement"]["id"], "reason": reason });
            app.act("ep", "withdrawSupport", "supportAgreement { withdrawnReason }", input).await
        };
        assert_eq!(refusals(&withdraw(" ").await), [("XC-22", "MISSING", "reason")]);
        passes(&withdraw("The wrong child.").await);
        assert_eq!(refusals(&withdraw("Again.").await), [("XC-22", "WRONG_STATE", "supportAgreement")]);
        assert_eq!(said(&app.complete_record("ep", &meeting, "Ada.").await)[0].0, "PC-5", "what was taken back does not count");
        passes(&app.support(&item, "ASSESSMENT_AND_INTERVENTION", json!({ "service": "CIT", "minutes": 60 })).await);
        passes(&app.complete_record("ep", &meeting, "Ada.").await);
        assert_eq!(refusals(&app.support(&item, "CONSULTATION_ADVICE", json!({})).await), [("PC-5", "WRONG_STATE", "meeting")]);
    }

    async fn traded_work_needs_a_contract_in_force_that_day_and_hours_left_in_it(app: App) {
        let contract = async |from: &str, to: &str, minutes: i64| {
            let input = json!({ "school": app.school("primary"), "from": from, "to": to, "minutes": minutes });
            app.act("manager", "recordTradedContract", "school { tradedContracts { minutes } }", input).await
        };
        let (_, item) = app.held_meeting("ada", "Reading.").await;
        let traded = async |minutes: i64| app.support(&item, "TRADED_WORK", json!({ "minutes": minutes })).await;
        assert_eq!(refusals(&traded(60).await), [("PC-5", "NOT_ELIGIBLE", "form")]);
        passes(&contract("2025-09-01", "2026-03-09", 600).await);
        passes(&contract("2026-03-11", "2026-08-31", 600).await);
        assert_eq!(refusals(&traded(60).await), [("PC-5", "NOT_ELIGIBLE", "form")], "yesterday's and tomorrow's do not pay");
        assert_eq!(refusals(&contract("2026-03-09", "2026-03-10", 120).await), [("PC-5", "CONFLICT", "from")]);
        assert_eq!(refusals(&contract("2026-03-10", "2026-03-09", 120).await), [("PC-5", "INVALID", "to")]);
        assert_eq!(refusals(&contract("2026-03-10", "2026-03-10", 0).await), [("PC-5", "INVALID", "minutes")]);
        passes(&contract("2026-03-10", "2026-03-10", 120).await);
        assert_eq!(refusals(&traded(0).await), [("PC-5", "MISSING", "minutes")]);
        assert_eq!(refusals(&traded(121).await), [("PC-5", "CONFLICT", "minutes")]);
        let whole = traded(120).await;
        passes(&whole);
        assert_eq!(refusals(&traded(1).await), [("PC-5", "CONFLICT", "minutes")]);
        let back = json!({ "supportAgreement": whole["supportAgreement"]["id"], "reason": "The wrong child." });
        passes(&app.act("ep", "withdrawSupport", "supportAgreement { id }", back).await);
        let at_once = [traded(70), traded(70), traded(70)];
        let payloads = futures_util::future::join_all(at_once).await;
        let won = payloads.iter().filter(|payload| payload["supportAgreement"].is_object()).count();
        assert_eq!(won, 1, "the last hours are agreed once");
        for subject in ["ep", "senco", "admin"] {
            let input = json!({ "school": app.school("primary"), "from": "2027-01-01", "to": "2027-01-31", "minutes": 60 });
            let refused = app.act(subject, "recordTradedContract", "school { id }", input).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
    }

    async fn more_than_the_allocation_is_agreed_with_a_reason(app: App) {
        let allocate = async |subject: &str, minutes: i64, version: Option<i64>| {
            let input = json!({
                "school": app.school("primary"), "service": "EDUCATIONAL_PSYCHOLOGY", "schoolYear": 2025,
                "term": "SPRING_2", "minutes": minutes, "expectedVersion": version,
            });
            let mut input = input;
            if version.is_none() {
                input.as_object_mut().unwrap().remove("expectedVersion");
            }
            app.act(subject, "setAllocation", "school { allocations(schoolYear: 2025) { service term minutes version } }", input).await
        };
        assert_eq!(refusals(&allocate("manager", -1, None).await), [("PC-6", "INVALID", "minutes")]);
        assert_eq!(refusals(&allocate("ep", 90, None).await), [("XC-18", "NOT_PERMITTED", "")]);
        passes(&allocate("manager", 60, None).await);
        let set = allocate("manager", 90, None).await;
        assert_eq!(set["school"]["allocations"], json!([{ "service": "EDUCATIONAL_PSYCHOLOGY", "term": "SPRING_2", "minutes": 90, "version": 2 }]));
        let (_, item) = app.held_meeting("ada", "Reading.").await;
        let agree = async |minutes: i64, service: &str| {
            app.support(&item, "ASSESSMENT_AND_INTERVENTION", json!({ "service": service, "minutes": minutes })).await
        };
        let whole = agree(90, "EDUCATIONAL_PSYCHOLOGY").await;
        passes(&whole);
        assert_eq!(whole["advisories"], json!([]));
        let more = agree(1, "EDUCATIONAL_PSYCHOLOGY").await;
        assert_eq!((&more["advisories"][0]["rule"], &more["supportAgreement"]), (&json!("PC-6"), &Value::Null));
        passes(&agree(500, "PATSS").await);
        let acknowledged = json!({
            "service": "EDUCATIONAL_PSYCHOLOGY", "minutes": 1,
            "acknowledge": [{ "rule": "PC-6", "reason": "The SEND manager agreed." }],
        });
        passes(&app.support(&item, "ASSESSMENT_AND_INTERVENTION", acknowledged).await);
        let monitoring = app.monitoring("manager", "SPRING_2", "total { time { service allocatedMinutes agreedMinutes } }").await;
        let time = json!([
            { "service": "EDUCATIONAL_PSYCHOLOGY", "allocatedMinutes": 90, "agreedMinutes": 91 },
            { "service": "PATSS", "allocatedMinutes": 0, "agreedMinutes": 500 },
        ]);
        assert_eq!(monitoring["total"]["time"], time);
    }

    async fn the_record_follows_the_template(app: App) {
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        let refused = app.complete_record("ep", &meeting, " ").await;
        assert_eq!(said(&refused), [("PC-7", "1 items have no note of the discussion"), ("PC-7", "say what the meeting came to")]);
        assert_eq!(refusals(&app.discuss(&item, " ", false).await), [("PC-7", "MISSING", "text")]);
        passes(&app.discuss(&item, "No time.", true).await);
        assert_eq!(said(&app.complete_record("ep", &meeting, "Ada.").await), [("PC-4", "1 items were put off with no action that brings them forward")]);
        let action = json!({ "meeting": meeting, "agendaItem": item, "what": "Bring it again.", "owner": "The SENCO", "dueOn": "2026-03-09" });
        let agree = async |change: &[(&str, &str)]| {
            let mut input = action.clone();
            for (field, value) in change {
                input[*field] = json!(value);
            }
            app.act("ep", "agreeMeetingAction", "meetingAction { id }", input).await
        };
        assert_eq!(refusals(&agree(&[("what", " "), ("owner", "")]).await), [("PC-7", "MISSING", "what"), ("PC-7", "MISSING", "owner"), ("PC-7", "INVALID", "dueOn")]);
        passes(&agree(&[("dueOn", "2026-03-10")]).await);
        let unvoiced = json!({ "agendaItem": item, "text": "She guesses.", "putOff": false, "pupil": " " });
        passes(&app.act("ep", "discussAgendaItem", ITEM, unvoiced).await);
        passes(&app.support(&item, "CONSULTATION_ADVICE", json!({})).await);
        assert_eq!(said(&app.complete_record("ep", &meeting, "Ada.").await), [("PC-4", "1 items do not say how parents and child took part, and which other agencies")]);
        passes(&app.discuss(&item, "She guesses.", false).await);
        for subject in ["cit", "senco", "manager"] {
            assert_eq!(refusals(&app.complete_record(subject, &meeting, "Ada.").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        app.link("past_ep", "primary").await;
        assert_eq!(refusals(&app.complete_record("past_ep", &meeting, "Ada.").await), [("PC-7", "NOT_PERMITTED", "")], "an EP who was not there");
        passes(&app.complete_record("ep", &meeting, "Ada.").await);
    }

    async fn of_two_eps_who_complete_one_record_one_wins_and_the_other_sees_why(app: App) {
        app.link("past_ep", "primary").await;
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "past_ep", "senco"]).await);
        let version = app.meeting("ep", &meeting).await["version"].clone();
        let complete = async |subject: &str, words: &str| {
            let input = json!({ "summary": words, "expectedVersion": version });
            app.meeting_step(subject, "completeMeetingRecord", &meeting, input).await
        };
        let (one, other) = tokio::join!(complete("ep", "The first."), complete("past_ep", "The second."));
        let (won, lost) = if one["refusals"] == json!([]) { (one, other) } else { (other, one) };
        passes(&won);
        let seen = refusals(&lost);
        assert!(seen.contains(&("PC-7", "WRONG_STATE", "meeting")), "{seen:?}");
        assert_eq!((&lost["meeting"]["state"], &lost["meeting"]["record"]), (&json!("RECORDED"), &won["meeting"]["record"]), "{lost:#}");
    }

    async fn the_record_is_shared_by_the_tenth_working_day(app: App) {
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        app.dealt_with(&item, "A timetable.").await;
        assert_eq!(refusals(&app.meeting_step("ep", "shareMeetingRecord", &meeting, json!({})).await), [("PC-7", "WRONG_STATE", "meeting")]);
        passes(&app.complete_record("ep", &meeting, "Ada.").await);
        let due = |meeting: &Value| (meeting["duties"][0]["state"].as_str().unwrap().to_owned(), meeting["duties"][0]["due"]["on"].clone());
        assert_eq!(due(&app.meeting("ep", &meeting).await), ("OPEN".into(), json!("2026-03-24")));
        app.sweep_at("2026-03-24T23:59:59Z").await;
        assert_eq!(app.escalated("manager", "PC-7").await, Vec::<Value>::new());
        app.sweep_at("2026-03-25T00:00:00Z").await;
        assert_eq!(app.escalated("manager", "PC-7").await.len(), 1);
        passes(&app.meeting_step("ep", "shareMeetingRecord", &meeting, json!({})).await);
        assert_eq!(due(&app.meeting("ep", &meeting).await), ("MET_LATE".into(), json!("2026-03-24")));
    }

    async fn the_days_are_the_policys(app: App) {
        app.set_figures(1, Figures { share_record_working_days: 2, meeting_window_school_days: 12, ..Figures::default() }).await;
        let advised = app.plan_meeting("ep", app.appointment("middle", "2026-03-11T09:30:00Z")).await;
        assert_eq!(advised["advisories"][0]["rule"], "PC-1", "the window ended on the tenth");
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        app.dealt_with(&item, "A timetable.").await;
        passes(&app.complete_record("ep", &meeting, "Ada.").await);
        app.set_clock("2026-03-12T23:59:00Z");
        passes(&app.meeting_step("ep", "shareMeetingRecord", &meeting, json!({})).await);
        let seen = app.meeting("ep", &meeting).await;
        assert_eq!((&seen["duties"][0]["due"]["on"], &seen["duties"][0]["state"]), (&json!("2026-03-12"), &json!("MET")));
    }

    async fn a_shared_record_stays_and_only_gets_addenda(app: App) {
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        let addendum = async |text: &str| {
            app.meeting_step("ep", "addMeetingAddendum", &meeting, json!({ "agendaItem": item, "text": text })).await
        };
        assert_eq!(refusals(&addendum("The date was wrong.").await), [("PC-7", "WRONG_STATE", "meeting")]);
        app.dealt_with(&item, "A timetable.").await;
        app.shared_record(&meeting, "Ada.").await;
        assert_eq!(refusals(&app.discuss(&item, "Other words.", false).await), [("PC-7", "WRONG_STATE", "meeting")]);
        assert_eq!(refusals(&app.support(&item, "CONSULTATION_ADVICE", json!({})).await), [("PC-5", "WRONG_STATE", "meeting")]);
        let late = app.act("senco", "addAgendaItem", ITEM, app.casework(&meeting, "ben", "Writing.")).await;
        assert_eq!(refusals(&late), [("PC-4", "WRONG_STATE", "meeting")]);
        assert_eq!(refusals(&app.complete_record("ep", &meeting, "Other words.").await)[0], ("PC-7", "WRONG_STATE", "meeting"));
        assert_eq!(refusals(&addendum(" ").await), [("PC-7", "MISSING", "text")]);
        passes(&addendum("The date was wrong.").await);
        let seen = app.meeting("senco", &meeting).await;
        assert_eq!((&seen["record"]["summary"], &seen["addenda"]), (&json!("Ada."), &json!([{ "text": "The date was wrong.", "item": { "id": item } }])));
    }

    async fn every_action_brought_forward_has_its_outcome(app: App) {
        let (first, _, action) = app.shared_meeting("ada", "Read together.").await;
        let here = app.answer_action(&first, &action, "DONE", "She reads.").await;
        assert_eq!(refusals(&here)[0], ("PC-8", "WRONG_STATE", "meeting"));
        let next = app.planned_meeting("primary", SECOND).await;
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &next, &["ep", "senco"]).await);
        assert_eq!(said(&app.complete_record("ep", &next, "Nothing new.").await), [("PC-8", "1 actions brought forward have no outcome")]);
        let new = app.agreed_action(&next, None, "Send the list.").await;
        assert_eq!(refusals(&app.answer_action(&next, &new, "DONE", "Sent.").await), [("PC-8", "WRONG_STATE", "meetingAction")], "it was agreed here");
        assert_eq!(refusals(&app.answer_action(&next, &action, "DROPPED", " ").await), [("PC-8", "MISSING", "note")]);
        passes(&app.answer_action(&next, &action, "DROPPED", "A slip.").await);
        let carried = app.answer_action(&next, &action, "CARRIED_FORWARD", "Begun.").await;
        passes(&carried);
        assert_eq!(carried["meetingAction"], json!({ "id": action, "open": true, "answers": [{ "outcome": "CARRIED_FORWARD", "note": "Begun." }] }));
        app.shared_record(&next, "Nothing new.").await;
        let third = app.planned_meeting("primary", "2026-06-02T08:30:00Z").await;
        let opening = app.meeting("ep", &third).await;
        let mut words: Vec<_> = entries(&opening).into_iter().map(|(_, words)| words).collect();
        words.sort_unstable();
        assert_eq!(words, ["Read together.", "Send the list."]);
        app.set_clock("2026-06-02T08:30:00Z");
        passes(&app.hold_meeting("ep", &third, &["ep", "senco"]).await);
        passes(&app.answer_action(&third, &action, "DONE", "She reads.").await);
        passes(&app.answer_action(&third, &new, "DROPPED", "No longer wanted.").await);
        app.shared_record(&third, "All done.").await;
        let fourth = app.planned_meeting("primary", "2026-09-02T08:30:00Z").await;
        assert_eq!(entries(&app.meeting("ep", &fourth).await), []);
        let query = "query($id: ID!) { node(id: $id) { ... on MeetingAction { open answers { outcome meeting { id } } } } }";
        let data = app.ask("ep", query, json!({ "id": action })).await;
        assert_eq!(data["node"], json!({ "open": false, "answers": [
            { "outcome": "CARRIED_FORWARD", "meeting": { "id": next } }, { "outcome": "DONE", "meeting": { "id": third } },
        ] }));
    }

    async fn feedback_is_a_score_with_words_from_those_who_were_there(app: App) {
        let (meeting, _) = app.held_meeting("ada", "Reading.").await;
        let give = async |subject: &str, source: &str, score: i64, text: &str| {
            let input = json!({ "meeting": meeting, "source": source, "score": score, "text": text });
            app.act(subject, "giveMeetingFeedback", "meetingFeedback { score }", input).await
        };
        for score in [0, 6] {
            assert_eq!(refusals(&give("senco", "SCHOOL", score, "Good.").await), [("PC-9", "INVALID", "score")]);
        }
        assert_eq!(refusals(&give("senco", "SCHOOL", 5, " ").await), [("PC-9", "MISSING", "text")]);
        assert_eq!(refusals(&give("senco", "SUPERVISION", 5, "Good.").await), [("PC-9", "NOT_ELIGIBLE", "source")]);
        assert_eq!(refusals(&give("cit", "SCHOOL", 5, "Good.").await), [("PC-9", "NOT_ELIGIBLE", "source")]);
        passes(&give("senco", "SCHOOL", 5, "Good.").await);
        passes(&give("cit", "TEAM_MEETING", 1, "Too long.").await);
        passes(&give("manager", "SUPERVISION", 4, "Better prepared.").await);
        let of_term = json!({
            "authority": crate::support::forms::id(casegraph::graphql::id::Kind::Authority, app.world.authority),
            "schoolYear": 2025, "term": "SPRING_2", "source": "TEAM_MEETING", "score": 3, "text": "Many reports.",
        });
        passes(&app.act("ep", "giveMeetingFeedback", "meetingFeedback { score school { id } }", of_term.clone()).await);
        let mut by_school = of_term;
        by_school["source"] = json!("SCHOOL");
        assert!(refusals(&app.act("manager", "giveMeetingFeedback", "meetingFeedback { score }", by_school).await).contains(&("PC-9", "MISSING", "meeting")));
        let seen = app.monitoring("manager", "SPRING_2", "total { feedback { source number meanScore } } schools { school { name } figures { feedback { number } } }").await;
        assert_eq!(seen["total"]["feedback"], json!([
            { "source": "SCHOOL", "number": 1, "meanScore": 5.0 }, { "source": "TEAM_MEETING", "number": 2, "meanScore": 2.0 },
            { "source": "SUPERVISION", "number": 1, "meanScore": 4.0 },
        ]));
        let planned = app.planned_meeting("second_primary", "2026-03-11T09:30:00Z").await;
        let early = json!({ "meeting": planned, "source": "TEAM_MEETING", "score": 3, "text": "Early." });
        assert_eq!(refusals(&app.act("ep", "giveMeetingFeedback", "meetingFeedback { score }", early).await), [("PC-9", "WRONG_STATE", "meeting")]);
    }

    async fn figures_add_up_to_the_rows_below_them(app: App) {
        let (_, _, action) = app.shared_meeting("ada", "Read together.").await;
        app.planned_meeting("second_primary", "2026-03-11T09:30:00Z").await;
        app.sweep_at("2026-03-16T09:00:00Z").await;
        let next = app.planned_meeting("primary", SECOND).await;
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &next, &["ep", "senco"]).await);
        passes(&app.answer_action(&next, &action, "DONE", "She reads.").await);
        app.sweep().await;
        let fields = format!("term total {{ {FIGURES} }} schools {{ school {{ name }} figures {{ {FIGURES} }} }}");
        let spring = app.monitoring("manager", "SPRING_2", &fields).await;
        let total = &spring["total"];
        assert_eq!([&total["due"], &total["planned"], &total["held"], &total["shared"], &total["missed"]].map(|figure| figure.as_u64().unwrap()), [5, 1, 1, 1, 4]);
        assert_eq!((&total["actions"]["agreed"], &total["actions"]["open"]), (&json!(1), &json!(0)));
        let summer = app.monitoring("manager", "SUMMER_1", &fields).await;
        assert_eq!((&summer["total"]["actions"]["done"], &summer["total"]["actions"]["meanDaysToClose"]), (&json!(1), &json!(35.0)));
        for term in [&spring, &summer] {
            for figure in ["/due", "/planned", "/held", "/recorded", "/shared", "/missed", "/actions/agreed", "/actions/open", "/actions/done"] {
                let of = |figures: &Value| figures.pointer(figure).unwrap().as_u64().unwrap();
                let rows: u64 = term["schools"].as_array().unwrap().iter().map(|row| of(&row["figures"])).sum();
                assert_eq!(of(&term["total"]), rows, "{figure} of {}", term["term"]);
            }
        }
        let missed = app.monitoring("manager", "SPRING_2", "schools(missed: true) { school { name } }").await;
        assert_eq!(missed["schools"].as_array().unwrap().len(), 4);
        for subject in ["ep", "senco", "coordinator", "elsewhere_manager"] {
            assert_eq!(app.monitoring(subject, "SPRING_2", "term").await, Value::Null, "{subject}");
        }
        assert_eq!(app.monitoring("integrator", "SPRING_2", "term").await["term"], "SPRING_2");
    }
}
