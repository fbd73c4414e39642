//! Planning meetings follow their schools: who is invited as the people change, and what closes with a school (PC-1, PC-3).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::letters::{letters_since, told};
use crate::support::planning::FIRST;
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use entity::{authority, planning_term};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The subjects of the people invited to a meeting.
async fn invited(app: &App, meeting: &Value) -> BTreeSet<String> {
    let seen = app.meeting("manager", meeting).await;
    let people = seen["participants"].as_array().unwrap().iter();
    people.map(|one| one["name"].as_str().unwrap().strip_prefix("Person ").unwrap().to_owned()).collect()
}

fn set(subjects: &[&str]) -> BTreeSet<String> {
    subjects.iter().map(|&subject| subject.to_owned()).collect()
}

async fn end_link(app: &App, subject: &str, school: &str) {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Person { linkAssignments { id school { id } } } } }";
    let data = app.ask("admin", query, json!({ "id": app.person(subject) })).await;
    let links = data["node"]["linkAssignments"].as_array().unwrap();
    let link = links.iter().find(|link| link["school"]["id"] == app.school(school)).unwrap();
    let input = json!({ "assignment": link["id"], "lastDay": app.today() });
    passes(&app.act("admin", "endLinkAssignment", "assignment { id }", input).await);
}

both! {
    async fn invitations_follow_the_people_of_the_school(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let other = app.planned_meeting("middle", "2026-03-11T09:30:00Z").await;
        let own = ["senco", "inclusion_lead", "safeguarding_lead", "ep", "cit", "patss"];
        assert_eq!(invited(&app, &meeting).await, set(&own));
        let mut seen = app.letters().await.len();
        let version = app.meeting("manager", &meeting).await["version"].clone();

        app.link("past_ep", "second_primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]));
        assert_eq!(app.meeting("manager", &meeting).await["version"], version, "the link is to another school");

        app.link("past_ep", "primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("past_ep", "REQUEST")]));
        end_link(&app, "cit", "primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("cit", "CANCEL")]));
        assert_eq!(invited(&app, &meeting).await, set(&["senco", "inclusion_lead", "safeguarding_lead", "ep", "past_ep", "patss"]));
        assert_eq!(app.meeting("manager", &meeting).await["gaps"], json!(["CIT", "EWO"]));

        // The EP who was to hold the meeting holds it still, as one who covers.
        end_link(&app, "ep", "primary").await;
        let now = app.meeting("manager", &meeting).await;
        assert_eq!((&now["covering"], invited(&app, &meeting).await.contains("ep")), (&json!(true), true));

        let grant = json!({
            "authority": id(Kind::Authority, app.world.authority), "person": app.person("teacher"), "role": "SENCO",
            "school": app.school("primary"), "from": app.today(),
        });
        let granted = app.act("admin", "grantRole", "grant { id }", grant).await;
        passes(&granted);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("teacher", "REQUEST")]));
        passes(&app.act("admin", "revokeRole", "grant { id }", json!({ "grant": granted["grant"]["id"] })).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("teacher", "CANCEL")]));
        assert!(!invited(&app, &other).await.contains("past_ep"));
        assert_eq!(app.meeting("manager", &other).await["version"], 1);
    }

    async fn who_was_invited_by_hand_stays_as_link_staff_change(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.link("past_ep", "second_primary").await;
        passes(&app.meeting_invite("ep", &meeting, json!({ "person": app.person("past_ep") })).await);
        passes(&app.meeting_invite("ep", &meeting, json!({ "person": app.person("head"), "keyStaffReason": "Knows the budget." })).await);
        end_link(&app, "cit", "primary").await;
        assert_eq!(invited(&app, &meeting).await, set(&["senco", "inclusion_lead", "safeguarding_lead", "ep", "patss", "past_ep", "head"]));
        app.set_clock(FIRST);
        let allowed = async || {
            let seen = app.meeting("past_ep", &meeting).await;
            seen["allowedActions"].as_array().unwrap().contains(&json!("COMPLETE_MEETING_RECORD"))
        };
        passes(&app.hold_meeting("ep", &meeting, &["past_ep", "senco"]).await);
        assert!(allowed().await, "the EP who was there in the link EP's place");
        passes(&app.complete_record("past_ep", &meeting, "Nothing new.").await);
    }

    async fn a_file_of_staff_changes_invitations_too(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let mut seen = app.letters().await.len();
        let file = "staff_id,name,email,role,school_urn,from,to\n\
            cit,Person cit,cit@people.example,CIT,900001,2024-09-01,2026-03-09\n\
            new_cit,Person new_cit,new_cit@people.example,CIT,900001,2026-03-10,\n";
        app.import(Content::Staff, file).await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("cit", "CANCEL"), ("new_cit", "REQUEST")]));
        assert!(invited(&app, &meeting).await.contains("new_cit"));
    }

    async fn a_mailbox_that_passes_to_a_successor_gets_no_cancellation(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let mut seen = app.letters().await.len();
        let file = "staff_id,name,email,role,school_urn,from,to\n\
            senco,Person senco,senco@people.example,SENCO,900001,2024-09-01,2026-03-09\n\
            new_senco,Person new_senco,senco@people.example,SENCO,900001,2026-03-10,\n";
        app.import(Content::Staff, file).await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("senco", "REQUEST")]));

        app.sabotage("update person set email = 'ep@people.example' where subject = 'past_ep'").await;
        let hand_over = json!({
            "authority": id(Kind::Authority, app.world.authority), "from": app.person("ep"), "to": app.person("past_ep"),
        });
        passes(&app.act("admin", "handOver", "person { id }", hand_over).await);
        let all = ["cit", "ep", "inclusion_lead", "patss", "safeguarding_lead", "senco"];
        assert_eq!(letters_since(&app, &mut seen).await, told(&all.map(|subject| (subject, "REQUEST"))));
        let now = ["new_senco", "inclusion_lead", "safeguarding_lead", "past_ep", "cit", "patss"];
        assert_eq!(invited(&app, &meeting).await, set(&now));
    }

    async fn a_school_that_closes_has_no_meeting_due_or_planned(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let other = app.planned_meeting("middle", "2026-03-11T09:30:00Z").await;
        casegraph::workflow::term_due::open::<planning_term::Entity>(&app.service).await.unwrap();
        assert_eq!(app.school_duties("manager", "primary").await, [("OPEN".into(), "2026-03-13".into())]);
        let mut seen = app.letters().await.len();
        let authority = authority::Entity::find_by_id(app.world.authority).one(app.service.store.reader()).await;
        let authority = authority.unwrap().unwrap();
        let file = format!(
            "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (code),PhaseOfEducation (code)\n\
             900001,{},{},School primary,2,2\n",
            authority.code, authority.name
        );
        app.import(Content::Schools, &file).await;
        let figures = async || app.monitoring("manager", "SPRING_2", "total { due }").await["total"]["due"].clone();
        assert_eq!(figures().await, 4, "of five schools");
        let closed = app.meeting("manager", &meeting).await;
        assert_eq!((&closed["state"], &closed["cancelledReason"]), (&json!("CANCELLED"), &json!("the school has closed")));
        assert!(letters_since(&app, &mut seen).await.contains(&("senco".into(), "CANCEL".into())));
        assert_eq!(app.school_duties("manager", "primary").await, [("WITHDRAWN".into(), "2026-03-13".into())]);
        assert_eq!(app.meeting("manager", &other).await["state"], "PLANNED");
        assert_eq!(app.school_duties("manager", "middle").await, [("OPEN".into(), "2026-03-13".into())]);
        app.import(Content::Schools, &file.replace(",2,2", ",1,2")).await;
        assert_eq!(app.school_duties("manager", "primary").await, [("OPEN".into(), "2026-03-13".into())], "open again");
        assert_eq!(figures().await, 5);
    }

    async fn a_held_meeting_taken_back_is_not_due_at_a_closed_school(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        app.sabotage("update school set status = 'CLOSED' where urn = 900001").await;
        let back = json!({ "reason": "The wrong school." });
        passes(&app.meeting_step("manager", "reversePlanningMeetingStep", &meeting, back).await);
        assert_eq!(app.school_duties("manager", "primary").await, [("MET".into(), "2026-03-13".into())]);
    }

    async fn a_covering_ep_who_is_replaced_goes(app: App) {
        app.link("past_ep", "secondary").await;
        end_link(&app, "ep", "primary").await;
        app.set_clock("2026-03-10T09:00:00Z");
        let mut covered = app.appointment("primary", "2026-03-12T09:30:00Z");
        covered["educationalPsychologist"] = app.person("past_ep");
        let planned = app.plan_meeting("manager", covered.clone()).await;
        passes(&planned);
        let meeting = &planned["meeting"]["id"];
        assert!(invited(&app, meeting).await.contains("past_ep"));
        let mut seen = app.letters().await.len();
        covered.as_object_mut().unwrap().remove("school");
        (covered["meeting"], covered["educationalPsychologist"]) = (meeting.clone(), app.person("ep"));
        passes(&app.act("manager", "movePlanningMeeting", "meeting { id }", covered).await);
        assert!(letters_since(&app, &mut seen).await.contains(&("past_ep".into(), "CANCEL".into())));
        let now = invited(&app, meeting).await;
        assert!(now.contains("ep") && !now.contains("past_ep"), "{now:?}");
    }

    async fn whoever_comes_as_something_else_counts_as_that(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        passes(&app.meeting_invite("ep", &meeting, json!({ "person": app.person("teacher") })).await);
        let mut seen = app.letters().await.len();
        let grant = json!({
            "authority": id(Kind::Authority, app.world.authority), "person": app.person("teacher"), "role": "SENCO",
            "school": app.school("primary"), "from": app.today(),
        });
        passes(&app.act("admin", "grantRole", "grant { id }", grant).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]), "the invitation stands");
        app.set_clock(FIRST);
        passes(&app.hold_meeting("ep", &meeting, &["ep", "teacher"]).await);
    }

    async fn a_guest_who_becomes_link_staff_gets_no_second_letter(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let item = app.on_agenda("senco", app.casework(&meeting, "ada", "Reading.")).await;
        app.link("past_ep", "secondary").await;
        passes(&app.meeting_invite("senco", &meeting, json!({ "person": app.person("past_ep"), "items": [item] })).await);
        let mut seen = app.letters().await.len();
        app.link("past_ep", "primary").await;
        end_link(&app, "past_ep", "primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]), "invited all along");
        assert!(invited(&app, &meeting).await.contains("past_ep"), "a guest again");
    }

    async fn a_meeting_past_the_known_calendar_is_not_marked_held(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.sabotage("update bank_holiday_coverage set last_day = '2026-03-01'").await;
        app.set_clock(FIRST);
        assert_eq!(refusals(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await), [("XC-2", "CALENDAR_ENDS", "")]);
    }
}
