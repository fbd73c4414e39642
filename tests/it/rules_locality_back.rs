//! Steps of a locality group that were taken by mistake are taken back, and sessions pass on with their EP (XC-22, XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::duties;
use crate::support::forms::id;
use crate::support::locality::{ITEM, NEXT_TERM, SESSION, TUESDAY};
use crate::support::refusals::{calendar_line, passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

async fn session_back(app: &App, subject: &str, session: &Value, reason: &str) -> Value {
    let input = json!({ "session": session, "reason": reason });
    app.act(subject, "reverseLocalitySessionStep", SESSION, input).await
}

async fn item_back(app: &App, subject: &str, mutation: &str, item: &Value, reason: &str) -> Value {
    app.act(subject, mutation, ITEM, json!({ "item": item, "reason": reason })).await
}

/// Where the locality's session of Spring 2 stands.
async fn due(app: &App, session: &Value) -> Value {
    let seen = app.read("manager", "LocalitySession", "duties { state }", session).await;
    seen["duties"][0]["state"].clone()
}

/// The last letter with an invitation to somebody.
async fn last_invitation(app: &App, subject: &str) -> String {
    let letters = app.letters().await;
    let address = format!("{subject}@people.example");
    let letter = letters.iter().rfind(|letter| letter.to_address == address && letter.calendar.is_some());
    calendar_line(letter.unwrap(), "METHOD")
}

async fn hand_over(app: &App, from: &str, to: &str) -> Value {
    let authority = id(Kind::Authority, app.world.authority);
    let input = json!({ "authority": authority, "from": app.person(from), "to": app.person(to) });
    app.act("admin", "handOver", "person { id }", input).await
}

both! {
    async fn each_step_of_a_session_is_taken_back(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let item = app.prepared("senco", &session, "primary", "ada").await;
        assert_eq!(refusals(&session_back(&app, "ep", &session, "Too soon.").await), [("XC-22", "WRONG_STATE", "session")]);
        let start = async || {
            app.set_clock(TUESDAY);
            passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        };
        start().await;
        assert_eq!(due(&app, &session).await, "MET");
        assert_eq!(refusals(&session_back(&app, "ep", &session, " ").await), [("XC-22", "MISSING", "reason")]);
        for subject in ["senco", "second_senco", "coordinator", "integrator"] {
            assert_eq!(refusals(&session_back(&app, subject, &session, "Too soon.").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let back = session_back(&app, "manager", &session, "The wrong room.").await;
        passes(&back);
        let seen = &back["session"];
        assert_eq!((&seen["state"], &seen["startedAt"], &seen["attendance"]), (&json!("PLANNED"), &Value::Null, &json!([])));
        assert_eq!(due(&app, &session).await, "OPEN");
        start().await;
        assert_eq!(due(&app, &session).await, "MET");
        passes(&app.advance("ep", &item, "OUTLINE").await);
        assert_eq!(refusals(&session_back(&app, "ep", &session, "Too soon.").await), [("XC-22", "CONFLICT", "session")]);
        passes(&app.note("ep", &item, "SITUATION", "Reads a little.").await);
        for (step, kind) in &crate::support::locality::STEPS[1..] {
            passes(&app.advance("ep", &item, step).await);
            match kind {
                Some(kind) => passes(&app.note("ep", &item, kind, "Something.").await),
                None => passes(&app.offer("ep", &item, "A timetable.").await),
            }
        }
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
        let back = session_back(&app, "ep", &session, "One more thing.").await;
        passes(&back);
        assert_eq!((&back["session"]["state"], &back["session"]["closedAt"]), (&json!("IN_PROGRESS"), &Value::Null));
        passes(&app.note("ep", &item, "FEEDBACK", "One more thing.").await);
    }

    async fn a_session_called_off_by_mistake_is_planned_again_until_its_time(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let cancel = async || app.session_step("ep", "cancelLocalitySession", &session, json!({ "reason": "Illness." })).await;
        passes(&cancel().await);
        assert_eq!(last_invitation(&app, "senco").await, "CANCEL");
        let back = session_back(&app, "ep", &session, "Well again.").await;
        passes(&back);
        assert_eq!((&back["session"]["state"], &back["session"]["cancelledReason"]), (&json!("PLANNED"), &Value::Null));
        assert_eq!(last_invitation(&app, "senco").await, "REQUEST");
        passes(&cancel().await);
        app.set_clock(TUESDAY);
        assert_eq!(refusals(&session_back(&app, "ep", &session, "Too late.").await), [("XC-22", "WRONG_STATE", "session")]);
    }

    async fn a_session_called_off_is_planned_again_only_where_it_could_be_planned(app: App) {
        let session = app.planned_session(TUESDAY).await;
        passes(&app.session_step("ep", "cancelLocalitySession", &session, json!({ "reason": "Illness." })).await);
        let other = app.planned_session("2026-03-24T14:00:00Z").await;
        let back = async || session_back(&app, "manager", &session, "Well again.").await;
        assert_eq!(refusals(&back().await), [("LG-1", "CONFLICT", "session")], "the EP is elsewhere then");
        passes(&app.session_step("ep", "cancelLocalitySession", &other, json!({ "reason": "Illness." })).await);
        let term = "update term set last_day = '2026-03-23' where first_day = '2026-02-23'";
        app.sabotage(term).await;
        assert_eq!(refusals(&back().await), [("LG-1", "CALENDAR_ENDS", "session")], "that day lies in no term now");
        app.sabotage(&term.replace("03-23", "03-27")).await;
        passes(&hand_over(&app, "ep", "past_ep").await);
        assert_eq!(refusals(&back().await), [("LG-1", "NOT_ELIGIBLE", "session")], "the EP has left");
    }

    async fn each_step_of_an_item_is_taken_back_while_nothing_was_written_on_it(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        let back = async |subject: &str, reason: &str| item_back(&app, subject, "reverseLocalityItemStep", item, reason).await;
        assert_eq!(refusals(&back("ep", "Too soon.").await), [("XC-22", "WRONG_STATE", "item")]);
        passes(&app.advance("ep", item, "OUTLINE").await);
        assert_eq!(refusals(&back("ep", "").await), [("XC-22", "MISSING", "reason")]);
        assert_eq!(refusals(&back("second_senco", "Too soon.").await), [("XC-18", "NOT_PERMITTED", "")]);
        let reversed = back("senco", "Too soon.").await;
        passes(&reversed);
        assert_eq!(reversed["item"]["state"], "PREPARED");
        app.walk("ep", item, "OUTLINE", "Something.").await;
        assert_eq!(refusals(&back("ep", "Too soon.").await), [("XC-22", "CONFLICT", "item")], "something was noted");
        passes(&app.advance("ep", item, "CLARIFY_CONCERN").await);
        passes(&back("manager", "Too soon.").await);
        for (step, kind) in [("CLARIFY_CONCERN", "GOES_WELL"), ("CLARIFY_DESIRED", "DESIRED"), ("STRATEGIES", "CONTEXT")] {
            passes(&app.advance("ep", item, step).await);
            passes(&app.note("ep", item, kind, "Something.").await);
        }
        passes(&app.offer("ep", item, "A timetable.").await);
        passes(&app.advance("ep", item, "FEEDBACK").await);
        let reversed = back("ep", "Too soon.").await;
        passes(&reversed);
        assert_eq!((&reversed["item"]["state"], &reversed["item"]["feedbackOn"]), (&json!("STRATEGIES"), &Value::Null));
        assert_eq!(duties(&reversed["item"], "LG-7"), [("WITHDRAWN", "2026-04-09")]);
        app.set_clock("2026-03-24T14:00:00Z");
        passes(&app.advance("ep", item, "FEEDBACK").await);
        let open: Vec<_> = duties(&app.item("ep", item).await, "LG-7").iter().filter(|(state, _)| *state == "OPEN").map(|(_, on)| (*on).to_owned()).collect();
        assert_eq!(open, ["2026-04-09"]);
        app.found_helpful("senco", item).await;
        assert_eq!(refusals(&back("ep", "Too soon.").await), [("XC-22", "CONFLICT", "item")], "the feedback was given");
        passes(&app.item_step("senco", "withdrawLocalityItem", item, json!({ "reason": "It is solved." })).await);
        assert_eq!(refusals(&back("ep", "Not solved.").await), [("XC-22", "WRONG_STATE", "item")]);
    }

    async fn an_action_plan_and_its_review_are_taken_back_with_their_deadlines(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        app.walk("ep", item, "FEEDBACK", "A timetable.").await;
        let helpful = app.found_helpful("senco", item).await;
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
        let back = async |subject: &str| item_back(&app, subject, "reverseActionPlanStep", item, "The wrong child's.").await;
        assert_eq!(refusals(&back("senco").await), [("XC-22", "WRONG_STATE", "item")]);
        passes(&app.write_actions("senco", item, &helpful, "Every morning.").await);
        let step_back = item_back(&app, "senco", "reverseLocalityItemStep", item, "Too soon.").await;
        assert_eq!(refusals(&step_back), [("XC-22", "WRONG_STATE", "item")]);
        for subject in ["ep", "second_senco", "integrator"] {
            assert_eq!(refusals(&back(subject).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let unplanned = back("senco").await;
        passes(&unplanned);
        let seen = &unplanned["item"];
        assert_eq!((&seen["state"], &seen["actionPlan"]), (&json!("FEEDBACK"), &Value::Null));
        assert_eq!((duties(seen, "LG-7"), duties(seen, "LG-8")), (vec![("OPEN", "2026-04-09")], vec![("WITHDRAWN", "2026-05-05")]));
        app.set_clock("2026-03-25T09:00:00Z");
        passes(&app.write_actions("senco", item, &helpful, "Every evening.").await);
        passes(&app.review_impact("senco", item, "Every evening.").await);
        let unreviewed = back("manager").await;
        passes(&unreviewed);
        let seen = &unreviewed["item"];
        assert_eq!((&seen["state"], &seen["actionPlan"]["review"]), (&json!("ACTION_PLANNED"), &Value::Null));
        assert_eq!((&seen["actionPlan"]["steps"][0]["impact"], &seen["actionPlan"]["steps"][0]["what"]), (&Value::Null, &json!("Every evening.")));
        assert!(duties(seen, "LG-8").contains(&("OPEN", "2026-05-06")), "{seen:#}");
        passes(&app.review_impact("senco", item, "Most evenings.").await);
    }

    async fn a_leavers_sessions_pass_to_the_successor(app: App) {
        app.link("past_ep", "secondary").await;
        let session = app.planned_session(TUESDAY).await;
        let own = app.plan_session("past_ep", app.gathering("2026-03-24T14:00:00Z")).await;
        passes(&own);
        assert_eq!(refusals(&hand_over(&app, "ep", "past_ep").await)[0].1, "CONFLICT");
        let cancelled = json!({ "reason": "Too many at once." });
        passes(&app.session_step("past_ep", "cancelLocalitySession", &own["session"]["id"], cancelled).await);
        passes(&hand_over(&app, "ep", "past_ep").await);
        assert_eq!(app.session("manager", &session).await["facilitator"]["id"], app.person("past_ep"));
        assert_eq!(last_invitation(&app, "past_ep").await, "REQUEST");
        assert_eq!(last_invitation(&app, "ep").await, "CANCEL");
        app.set_clock(TUESDAY);
        let present = json!({ "present": [app.person("senco"), app.person("second_senco")] });
        passes(&app.session_step("past_ep", "startLocalitySession", &session, present).await);
    }

    async fn an_ep_who_no_longer_facilitates_a_session_is_told(app: App) {
        app.link("past_ep", "secondary").await;
        let session = app.planned_session(TUESDAY).await;
        assert_eq!(last_invitation(&app, "ep").await, "REQUEST");
        let mut moving = app.gathering(NEXT_TERM);
        moving.as_object_mut().unwrap().remove("locality");
        (moving["session"], moving["facilitator"]) = (session.clone(), app.person("past_ep"));
        passes(&app.act("manager", "moveLocalitySession", SESSION, moving).await);
        assert_eq!(last_invitation(&app, "past_ep").await, "REQUEST");
        assert_eq!(last_invitation(&app, "ep").await, "CANCEL");
    }
}
