//! Who sees and brings what to a meeting when people and children come and go (PC-2 to PC-4, PC-8, GR-9).

use crate::access::literal;
use crate::both;
use crate::support::planning::{FIRST, SECOND, entries};
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

both! {
    async fn who_leaves_before_a_meeting_sees_no_more_of_it(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let item = app.on_agenda("senco", app.casework(&meeting, "ada", "Reading.")).await;
        passes(&app.meeting_invite("senco", &meeting, json!({ "person": app.person("coordinator"), "items": [item] })).await);
        let [person, school] = [app.world.people["senco"], app.world.schools["second_primary"]].map(|id| literal(&app, id));
        app.sabotage(&format!("update role_grant set school_id = {school} where person_id = {person}")).await;
        assert_eq!(app.meeting("senco", &meeting).await, Value::Null, "the SENCO of another school from now on");
        assert_eq!(app.read("senco", "AgendaItem", "title", &item).await, Value::Null);
        assert_eq!(app.read("coordinator", "AgendaItem", "title", &item).await["title"], "Reading.");
        passes(&app.meeting_step("ep", "cancelPlanningMeeting", &meeting, json!({ "reason": "Illness." })).await);
        assert_eq!(app.read("coordinator", "AgendaItem", "title", &item).await, Value::Null, "called off");
        assert_eq!(app.meeting("coordinator", &meeting).await, Value::Null);
    }

    async fn a_covering_ep_answers_what_is_brought_forward(app: App) {
        let (_, _, action) = app.shared_meeting("ada", "Read together.").await;
        app.link("past_ep", "secondary").await;
        let id = literal(&app, app.world.schools["primary"]);
        app.sabotage(&format!("update link_assignment set to_date = '2026-03-10' where school_id = {id}")).await;
        app.set_clock("2026-04-13T09:00:00Z");
        let mut covered = app.appointment("primary", SECOND);
        covered["educationalPsychologist"] = app.person("past_ep");
        let planned = app.plan_meeting("manager", covered).await;
        passes(&planned);
        let meeting = &planned["meeting"]["id"];
        assert_eq!(entries(&app.meeting("past_ep", meeting).await), [("BROUGHT_FORWARD", "Read together.")]);
        let mut later = app.appointment("primary", "2026-04-15T08:30:00Z");
        later.as_object_mut().unwrap().remove("school");
        later["meeting"] = meeting.clone();
        passes(&app.act("past_ep", "movePlanningMeeting", "meeting { id }", later).await);
        app.set_clock("2026-04-15T08:30:00Z");
        passes(&app.hold_meeting("past_ep", meeting, &["past_ep", "senco"]).await);
        let done = json!({ "meeting": meeting, "meetingAction": action, "outcome": "DONE", "note": "She reads." });
        passes(&app.act("past_ep", "answerMeetingAction", "meetingAction { id }", done).await);
        passes(&app.complete_record("past_ep", meeting, "Nothing new.").await);
        let mut next = app.appointment("primary", "2026-06-08T08:30:00Z");
        next["educationalPsychologist"] = app.person("past_ep");
        let next = app.plan_meeting("manager", next).await["meeting"]["id"].clone();
        let open = async || app.read("head", "MeetingAction", "open", &action).await["open"].clone();
        assert_eq!(entries(&app.meeting("manager", &next).await), []);
        assert_eq!(entries(&app.meeting("head", &next).await), [("BROUGHT_FORWARD", "Read together.")]);
        assert_eq!(open().await, true, "the school hears of it with the record");
        passes(&app.meeting_step("past_ep", "shareMeetingRecord", meeting, json!({})).await);
        assert_eq!(open().await, false);
        assert_eq!(entries(&app.meeting("head", &next).await), []);
        assert_eq!(entries(&app.meeting("past_ep", &next).await), [], "what was closed does not come back to who covers");
        passes(&app.meeting_step("manager", "addMeetingAddendum", meeting, json!({ "text": "It was Tuesday." })).await);
    }

    async fn only_what_was_agreed_before_is_brought_forward(app: App) {
        let first = app.planned_meeting("primary", FIRST).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &first, &["ep", "senco"]).await);
        let second = app.planned_meeting("primary", SECOND).await;
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &second, &["ep", "senco"]).await);
        app.agreed_action(&second, None, "Send the list.").await;
        passes(&app.complete_record("ep", &second, "One action.").await);
        assert_eq!(entries(&app.meeting("ep", &first).await), []);
        passes(&app.complete_record("ep", &first, "Late, and nothing open.").await);
    }

    async fn a_child_raised_who_moves_comes_to_the_new_schools_meeting(app: App) {
        let input = json!({ "child": app.child("ben"), "question": "What helps?", "suddenConcerns": "Any.", "urgent": false });
        passes(&app.act("senco", "raiseLinkConsultation", "linkConsultation { id }", input).await);
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        let moved = json!({ "child": app.child("ben"), "toSchool": app.school("second_primary") });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        let there = app.planned_meeting("second_primary", "2026-03-12T09:30:00Z").await;
        assert_eq!(entries(&app.meeting("ep", &there).await), [("LINK_CONSULTATION", "What helps?")]);
    }

    async fn an_ep_who_stands_in_makes_the_quorum(app: App) {
        app.link("past_ep", "secondary").await;
        let meeting = app.planned_meeting("primary", FIRST).await;
        let invited = app.meeting_invite("manager", &meeting, json!({ "person": app.person("past_ep") })).await;
        passes(&invited);
        let stands_in = (&invited["meetingParticipant"]["kind"], &invited["meetingParticipant"]["role"]);
        assert_eq!(stands_in, (&json!("LINK_STAFF"), &json!("EDUCATIONAL_PSYCHOLOGIST")));
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["past_ep", "senco"]).await);
        passes(&app.complete_record("past_ep", &meeting, "Nothing new.").await);
    }

    async fn an_account_says_where_somebody_works(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let officer = json!({ "person": app.person("coordinator"), "keyStaffReason": "Leads on attendance." });
        assert_eq!(refusals(&app.meeting_invite("senco", &meeting, officer).await), [("PC-3", "MISSING", "items")]);
        let governor = json!({ "name": "A. Governor", "email": "governor@school.example", "keyStaffReason": "Leads on attendance." });
        passes(&app.meeting_invite("senco", &meeting, governor).await);
    }
}
