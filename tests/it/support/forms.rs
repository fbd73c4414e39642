//! Inputs that pass, to be spoilt one field at a time; and the steps that bring a consultation to a state.

use super::app::App;
use casegraph::graphql::id::{Kind, encode};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// The opaque id of an object.
pub fn id(kind: Kind, id: Uuid) -> Value {
    json!(encode(kind, id).as_str())
}

/// What most tests select of a consultation.
pub const CASE: &str = "consultation { id state version reference startsAt cRicDueAt allowedActions \
    cancellation { reason note } review { on late heldOn } duties { rule { id } state due { on overdue } } }";

impl App {
    pub fn child(&self, name: &str) -> Value {
        id(Kind::Child, self.world.children[name])
    }

    pub fn parent_of(&self, name: &str) -> Value {
        id(Kind::ParentCarer, self.world.parents[name])
    }

    pub fn person(&self, subject: &str) -> Value {
        id(Kind::Person, self.world.people[subject])
    }

    /// Publishes a slot of the first specialist; answers its id.
    pub async fn slot(&self, starts_at: &str) -> Value {
        self.slot_of("specialist", starts_at).await
    }

    /// Publishes a slot of a specialist; answers its id.
    pub async fn slot_of(&self, specialist: &str, starts_at: &str) -> Value {
        let mut payload = self
            .act(
                "team",
                "publishConsultationSlot",
                "slot { id }",
                json!({
                    "authority": id(Kind::Authority, self.world.authority),
                    "areaOfNeed": "COGNITION_AND_LEARNING",
                    "startsAt": starts_at,
                    "specialist": self.person(specialist),
                    "joinLink": "https://meet.example/room",
                }),
            )
            .await;
        assert_eq!(payload["refusals"], json!([]), "{payload:#}");
        payload["slot"]["id"].take()
    }

    /// A booking form that passes, for a child of the primary school.
    pub fn form(&self, child: &str, slot: &Value) -> Value {
        let sent = self.now() - TimeDelta::hours(1);
        let discussed = domain::london::date_of(self.now() - TimeDelta::days(3));
        json!({
            "child": self.child(child),
            "slot": slot,
            "discussedWith": self.person("ep"),
            "discussedOn": discussed.to_string(),
            "primaryAreaOfNeed": "COGNITION_AND_LEARNING",
            "parentViews": "Happy at home.",
            "pupilViews": "Likes maths.",
            "mainConcerns": "Reading.",
            "strengthsAndInterests": "Trains.",
            "otherServices": "none",
            "staffTraining": "none",
            "supportInPlace": "Reading group, OAP toolkit.",
            "attendees": [
                { "kind": "SCHOOL", "name": "Helen Carr", "role": "SENCO", "email": "helen@school.example" },
                { "kind": "PARENT_CARER", "name": "Layla", "role": "Mother", "email": "layla@home.example" },
            ],
            "discussedWithParents": true,
            "parentsConsent": true,
            "cRicSentAt": rfc3339(sent),
        })
    }

    /// Books as somebody; answers the payload.
    pub async fn book_as(&self, subject: &str, form: Value) -> Value {
        self.act(subject, "bookConsultation", CASE, form).await
    }

    /// Books as the SENCO of the primary school; answers the id of the consultation.
    pub async fn booked(&self, child: &str, slot: &Value) -> Value {
        let mut payload = self.book_as("senco", self.form(child, slot)).await;
        assert_eq!(payload["refusals"], json!([]), "{payload:#}");
        payload["consultation"]["id"].take()
    }

    /// Records that the C-RIC of a child arrived; answers the payload.
    pub async fn c_ric(&self, child: &str, received_at: DateTime<Utc>) -> Value {
        let signed = domain::london::date_of(received_at - TimeDelta::days(1));
        self.act(
            "team",
            "recordCRic",
            "consent { id version inForce receivedAt }",
            json!({
                "upn": self.upn(child),
                "givenBy": self.parent_of(child),
                "signedOn": signed.to_string(),
                "receivedAt": rfc3339(received_at),
            }),
        )
        .await
    }

    /// The UPN of a child.
    #[allow(clippy::unused_self)] // Read beside `child` and `parent_of`.
    pub fn upn(&self, child: &str) -> String {
        let number = [
            "ada", "ben", "cai", "dot", "eve", "flo", "gus", "ida", "jon", "kit", "lou", "max", "nia", "oli",
        ]
        .iter()
        .position(|name| *name == child)
        .unwrap();
        super::world::upn(u32::try_from(number).unwrap() + 1)
    }

    /// A consultation as the consultations team sees it.
    pub async fn case(&self, consultation: &Value) -> Value {
        let query = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on Consultation {{ {} }} }} }}",
            CASE.trim_start_matches("consultation {").trim_end_matches('}')
        );
        let mut data = self.ask("team", &query, json!({ "id": consultation })).await;
        data["node"].take()
    }

    /// Marks a consultation held, by its specialist.
    pub async fn held(&self, consultation: &Value) -> Value {
        self.act("specialist", "markConsultationHeld", CASE, json!({
            "consultation": consultation,
            "immediateActions": [{ "what": "Visual timetable", "owner": "Class teacher", "dueOn": "2026-12-01" }],
        })).await
    }

    /// Drafts and issues the Record of Involvement.
    pub async fn issued(&self, consultation: &Value) -> Value {
        let draft = self.act("specialist", "draftRecordOfInvolvement", CASE, json!({
            "consultation": consultation, "summary": "Talked.", "strategies": "Pictures.", "nextSteps": "Review.",
        })).await;
        assert_eq!(draft["refusals"], json!([]), "{draft:#}");
        self.act("team", "issueRecordOfInvolvement", CASE, json!({ "consultation": consultation })).await
    }
}

pub fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
