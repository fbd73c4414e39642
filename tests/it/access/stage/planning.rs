//! Planning meetings: one whose record is shared, one whose record is complete and not shared, one that is still to come, one
//! elsewhere; each text found nowhere else.

use super::done;
use crate::support::app::App;
use crate::support::planning::SECOND;
use serde_json::{Value, json};

/// What stands on the agenda about a child.
pub fn of_agenda(child: &str) -> String {
    format!("qzagenda{child}qz")
}

/// What stands in the record about a child.
pub fn of_minutes(child: &str) -> String {
    format!("qzminutes{child}qz")
}

/// What a meeting with an item about a child came to.
pub fn of_summary(child: &str) -> String {
    format!("qzsummary{child}qz")
}

struct Planned {
    child: &'static str,
    school: &'static str,
    senco: &'static str,
    ep: &'static str,
    guest: &'static str,
    starts_at: &'static str,
}

/// Brings planning meetings into being, with the clock in April.
pub async fn meetings(app: &App) {
    app.set_clock("2026-04-13T08:00:00Z");
    let later = "2026-04-14T13:00:00Z";
    let held = [
        Planned {
            child: "ada",
            school: "primary",
            senco: "senco",
            ep: "ep",
            guest: "team",
            starts_at: SECOND,
        },
        Planned {
            child: "flo",
            school: "second_primary",
            senco: "second_senco",
            ep: "ep",
            guest: "coordinator",
            starts_at: later,
        },
        Planned {
            child: "lou",
            school: "elsewhere",
            senco: "elsewhere_senco",
            ep: "elsewhere_ep",
            guest: "elsewhere_team",
            starts_at: SECOND,
        },
    ];
    let mut meetings = Vec::new();
    for of in &held {
        meetings.push(planned(app, of).await);
    }
    let to_come = Planned {
        child: "oli",
        school: "secondary",
        senco: "secondary_senco",
        ep: "ep",
        guest: "specialist",
        starts_at: "2026-04-27T09:00:00Z",
    };
    planned(app, &to_come).await;
    app.set_clock("2026-04-14T15:00:00Z");
    for (of, (meeting, item)) in held.iter().zip(&meetings) {
        record(app, of, meeting, item).await;
    }
    for (of, (meeting, item)) in held.iter().zip(&meetings).filter(|(of, _)| of.child != "flo") {
        done(app, of.ep, "shareMeetingRecord", "meeting { id }", json!({ "meeting": meeting })).await;
        let addendum = json!({ "meeting": meeting, "agendaItem": item, "text": of_minutes(of.child) });
        done(app, of.ep, "addMeetingAddendum", "meeting { id }", addendum).await;
    }
}

/// A meeting with an item about a child, for which a guest joins; both ids.
async fn planned(app: &App, of: &Planned) -> (Value, Value) {
    let mut planned =
        done(app, of.ep, "planMeeting", "meeting { id }", app.appointment(of.school, of.starts_at)).await;
    let meeting = planned["meeting"]["id"].take();
    let casework = app.casework(&meeting, of.child, &of_agenda(of.child));
    let mut added = done(app, of.senco, "addAgendaItem", "agendaItem { id }", casework).await;
    let item = added["agendaItem"]["id"].take();
    let guest = json!({ "meeting": meeting, "person": app.person(of.guest), "items": [item] });
    done(app, of.senco, "inviteToMeeting", "meetingParticipant { id }", guest).await;
    (meeting, item)
}

async fn record(app: &App, of: &Planned, meeting: &Value, item: &Value) {
    let seen = app.read(of.ep, "PlanningMeeting", "participants { id person { id } }", meeting).await;
    let is = |one: &&Value, subject| one["person"]["id"] == app.person(subject);
    let invited = seen["participants"].as_array().unwrap().iter();
    let present: Vec<_> =
        invited.filter(|one| is(one, of.ep) || is(one, of.senco)).map(|one| &one["id"]).collect();
    let there = json!({ "meeting": meeting, "present": present });
    done(app, of.ep, "markMeetingHeld", "meeting { id }", there).await;
    let words = of_minutes(of.child);
    let discussed = json!({ "agendaItem": item, "text": words, "putOff": false });
    done(app, of.ep, "discussAgendaItem", "agendaItem { id }", discussed).await;
    let support = json!({ "agendaItem": item, "form": "CONSULTATION_ADVICE", "note": words });
    done(app, of.ep, "agreeSupport", "supportAgreement { id }", support).await;
    let action = json!({ "meeting": meeting, "agendaItem": item, "what": words, "owner": words, "dueOn": "2026-06-01" });
    done(app, of.ep, "agreeMeetingAction", "meetingAction { id }", action).await;
    for (subject, source) in [(of.senco, "SCHOOL"), (of.ep, "SUPERVISION")] {
        let feedback = json!({ "meeting": meeting, "source": source, "score": 4, "text": "Well prepared." });
        done(app, subject, "giveMeetingFeedback", "meetingFeedback { score }", feedback).await;
    }
    let summary = json!({ "meeting": meeting, "summary": of_summary(of.child) });
    done(app, of.ep, "completeMeetingRecord", "meeting { id }", summary).await;
}
