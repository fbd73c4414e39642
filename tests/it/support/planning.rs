//! The steps of a planning and consultation meeting: from its plan to the record that the school has.

use super::app::{App, at};
use super::forms::{id, rfc3339};
use super::refusals::passes;
use super::world::TERMS;
use casegraph::graphql::id::Kind;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What most tests select of a meeting.
pub const MEETING: &str = "meeting { id reference state version schoolYear term startsAt place covering gaps \
    allowedActions cancelledReason participants { id name email kind role keyStaffReason present person { id } } \
    agenda { origin action { id what } linkConsultation { id question } item { id title version } } \
    actionsAgreed { id what open version } record { summary } addenda { text item { id } } \
    duties { rule { id } state ownerRole due { on } } }";

/// What most tests select of an item.
pub const ITEM: &str = "agendaItem { id version title origin priority parents pupil agencies \
    discussion { text putOff } support { id form rank service minutes withdrawnReason } actions { id what } }";

/// In the window of Spring 2, the day after the tests begin.
pub const FIRST: &str = "2026-03-10T09:30:00Z";
/// In the window of Summer 1.
pub const SECOND: &str = "2026-04-14T08:30:00Z";

/// The selection without the name of what it is of.
pub fn inside(selection: &str) -> &str {
    selection.split_once('{').unwrap().1.trim_end().strip_suffix('}').unwrap()
}

/// What stands on an agenda, in order: how it came there, and in which words.
pub fn entries(meeting: &Value) -> Vec<(&str, &str)> {
    let agenda = meeting["agenda"].as_array().unwrap().iter();
    agenda
        .map(|entry| {
            let words = ["/action/what", "/linkConsultation/question", "/item/title"];
            let words = words.into_iter().find_map(|path| entry.pointer(path)?.as_str()).unwrap();
            (entry["origin"].as_str().unwrap(), words)
        })
        .collect()
}

impl App {
    pub fn school(&self, name: &str) -> Value {
        id(Kind::School, self.world.schools[name])
    }

    /// A meeting of 90 minutes at a school, to be spoilt one field at a time.
    pub fn appointment(&self, school: &str, starts_at: &str) -> Value {
        json!({
            "school": self.school(school), "startsAt": starts_at,
            "endsAt": rfc3339(at(starts_at) + TimeDelta::minutes(90)), "place": "The library",
        })
    }

    /// Plans a meeting; answers the payload.
    pub async fn plan_meeting(&self, subject: &str, input: Value) -> Value {
        self.act(subject, "planMeeting", MEETING, input).await
    }

    /// A meeting that the link EP planned; its id.
    pub async fn planned_meeting(&self, school: &str, starts_at: &str) -> Value {
        let mut payload = self.plan_meeting("ep", self.appointment(school, starts_at)).await;
        passes(&payload);
        payload["meeting"]["id"].take()
    }

    /// A step on a meeting; answers the payload.
    pub async fn meeting_step(&self, subject: &str, mutation: &str, meeting: &Value, more: Value) -> Value {
        let mut input = json!({ "meeting": meeting });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act(subject, mutation, MEETING, input).await
    }

    /// A meeting as somebody sees it.
    pub async fn meeting(&self, subject: &str, meeting: &Value) -> Value {
        self.read(subject, "PlanningMeeting", inside(MEETING), meeting).await
    }

    /// The participant that somebody of the world is; null where they are not invited.
    pub async fn participant(&self, meeting: &Value, subject: &str) -> Value {
        let mut meeting = self.meeting("manager", meeting).await;
        let person = self.person(subject);
        let invited = meeting["participants"].as_array_mut().unwrap();
        invited
            .iter_mut()
            .find(|one| one["person"]["id"] == person)
            .map_or(Value::Null, |one| one["id"].take())
    }

    /// Invites somebody; answers the payload.
    pub async fn meeting_invite(&self, subject: &str, meeting: &Value, mut whom: Value) -> Value {
        whom["meeting"] = meeting.clone();
        self.act(subject, "inviteToMeeting", "meetingParticipant { id kind role }", whom).await
    }

    /// Marks a meeting held; answers the payload.
    pub async fn hold_meeting(&self, subject: &str, meeting: &Value, present: &[&str]) -> Value {
        self.hold_meeting_as(subject, meeting, present, false).await
    }

    /// The same, or only what would be said of it.
    pub async fn hold_meeting_as(
        &self,
        subject: &str,
        meeting: &Value,
        present: &[&str],
        dry_run: bool,
    ) -> Value {
        let mut there = Vec::new();
        for subject in present {
            there.push(self.participant(meeting, subject).await);
        }
        let more = json!({ "present": there, "dryRun": dry_run });
        self.meeting_step(subject, "markMeetingHeld", meeting, more).await
    }

    /// The deadlines of a school's meetings of terms: state and due date.
    pub async fn school_duties(&self, subject: &str, school: &str) -> Vec<(String, String)> {
        let query = "query($id: ID!) { node(id: $id) { ... on School { planningTerms { \
                     duties { state due { on } } } } } }";
        let data = self.ask(subject, query, json!({ "id": self.school(school) })).await;
        let terms = data["node"]["planningTerms"].as_array().unwrap().iter();
        let duties = terms.flat_map(|term| term["duties"].as_array().unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        duties.map(|duty| (text(&duty["state"]), text(&duty["due"]["on"]))).collect()
    }

    /// The figures of a term of 2025-26.
    pub async fn monitoring(&self, subject: &str, term: &str, fields: &str) -> Value {
        let query = format!(
            "query($authority: ID!, $term: TermName) {{ planningMonitoring(authority: $authority, schoolYear: 2025, \
             term: $term) {{ {fields} }} }}"
        );
        let variables = json!({ "authority": id(Kind::Authority, self.world.authority), "term": term });
        let mut terms = self.ask(subject, &query, variables).await["planningMonitoring"].take();
        terms.get_mut(0).map_or(Value::Null, Value::take)
    }

    /// Gives a term of 2025-26 other dates.
    pub async fn move_term(&self, name: &str, first_day: &str, last_day: &str) {
        let terms = TERMS.iter().filter(|term| term.0 == 2025).map(|term| {
            let known = serde_json::to_value(term.1).unwrap();
            let days = if known == name { (first_day, last_day) } else { (term.2, term.3) };
            json!({ "name": known, "firstDay": days.0, "lastDay": days.1 })
        });
        let authority = id(Kind::Authority, self.world.authority);
        let input = json!({ "authority": authority, "schoolYear": 2025, "terms": terms.collect::<Vec<_>>() });
        passes(&self.act("admin", "setTerms", "authority { id }", input).await);
    }

    /// Links somebody to a school as its EP, from today.
    pub async fn link(&self, subject: &str, school: &str) {
        let input = json!({
            "person": self.person(subject), "school": self.school(school), "discipline": "EDUCATIONAL_PSYCHOLOGIST",
            "from": self.today(),
        });
        passes(&self.act("admin", "assignLinkStaff", "assignment { id }", input).await);
    }

    /// An item about a child, to be spoilt one field at a time.
    pub fn casework(&self, meeting: &Value, child: &str, words: &str) -> Value {
        json!({
            "meeting": meeting, "priority": "INDIVIDUAL_CASEWORK", "title": words, "child": self.child(child),
            "parents": words, "pupil": words, "agencies": words,
        })
    }

    /// Puts an item on the agenda; answers its id.
    pub async fn on_agenda(&self, subject: &str, input: Value) -> Value {
        let mut payload = self.act(subject, "addAgendaItem", ITEM, input).await;
        passes(&payload);
        payload["agendaItem"]["id"].take()
    }

    /// Writes down what was said of an item; answers the payload.
    pub async fn discuss(&self, item: &Value, words: &str, put_off: bool) -> Value {
        let input = json!({
            "agendaItem": item, "text": words, "putOff": put_off, "parents": words, "pupil": words,
            "agencies": words,
        });
        self.act("ep", "discussAgendaItem", ITEM, input).await
    }

    /// Agrees support for an item; answers the payload.
    pub async fn support(&self, item: &Value, form: &str, more: Value) -> Value {
        let mut input = json!({ "agendaItem": item, "form": form, "note": "As agreed." });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act("ep", "agreeSupport", "supportAgreement { id version minutes }", input).await
    }

    /// Agrees an action; answers its id.
    pub async fn agreed_action(&self, meeting: &Value, item: Option<&Value>, words: &str) -> Value {
        let input = json!({
            "meeting": meeting, "agendaItem": item, "what": words, "owner": words, "dueOn": "2026-05-01",
        });
        let mut payload =
            self.act("ep", "agreeMeetingAction", "meetingAction { id version open overdue }", input).await;
        passes(&payload);
        payload["meetingAction"]["id"].take()
    }

    /// Says what became of an action; answers the payload.
    pub async fn answer_action(&self, meeting: &Value, action: &Value, outcome: &str, note: &str) -> Value {
        let input = json!({ "meeting": meeting, "meetingAction": action, "outcome": outcome, "note": note });
        self.act("ep", "answerMeetingAction", "meetingAction { id open answers { outcome note } }", input)
            .await
    }

    /// A meeting of the primary school that was held on its first day, with an item about a child; both ids.
    pub async fn held_meeting(&self, child: &str, words: &str) -> (Value, Value) {
        let meeting = self.planned_meeting("primary", FIRST).await;
        let item = self.on_agenda("senco", self.casework(&meeting, child, words)).await;
        self.set_clock(FIRST);
        passes(&self.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
        (meeting, item)
    }

    /// An item that was discussed and ended in advice.
    pub async fn dealt_with(&self, item: &Value, words: &str) {
        passes(&self.discuss(item, words, false).await);
        passes(&self.support(item, "CONSULTATION_ADVICE", json!({ "note": words })).await);
    }

    /// Completes the record; answers the payload.
    pub async fn complete_record(&self, subject: &str, meeting: &Value, words: &str) -> Value {
        self.meeting_step(subject, "completeMeetingRecord", meeting, json!({ "summary": words })).await
    }

    /// Completes the record and shares it.
    pub async fn shared_record(&self, meeting: &Value, words: &str) {
        passes(&self.complete_record("ep", meeting, words).await);
        passes(&self.meeting_step("ep", "shareMeetingRecord", meeting, json!({})).await);
    }

    /// A meeting of the primary school with an item about a child and an action for it, all in words that a test can find,
    /// whose record was shared; the ids of the three.
    pub async fn shared_meeting(&self, child: &str, words: &str) -> (Value, Value, Value) {
        let (meeting, item) = self.held_meeting(child, words).await;
        self.dealt_with(&item, words).await;
        let action = self.agreed_action(&meeting, Some(&item), words).await;
        self.shared_record(&meeting, words).await;
        (meeting, item, action)
    }
}
