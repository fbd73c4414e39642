//! What was refused, in the words that tests compare; and what to read besides the API.

use super::app::App;
use casegraph::op::{Op, new_id};
use domain::policy::Figures;
use entity::{outbox_mail, policy};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

/// Rule, code and path of each refusal, in order.
pub fn refusals(payload: &Value) -> Vec<(&str, &str, &str)> {
    let refusals = payload["refusals"].as_array().unwrap().iter();
    refusals
        .map(|one| ["rule", "code", "path"].map(|key| one[key].as_str().unwrap()))
        .map(|[rule, code, path]| (rule, code, path))
        .collect()
}

/// Fails unless nothing speaks against.
pub fn passes(payload: &Value) {
    assert_eq!(payload["refusals"], json!([]), "{payload:#}");
}

/// The one error of an answer, which has to be `BAD_USER_INPUT`.
pub fn bad_input(answer: &Value) -> String {
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    error["message"].as_str().unwrap().to_owned()
}

impl App {
    /// The whole answer to a mutation, errors included.
    pub async fn attempt(&self, subject: &str, mutation: &str, input: Value) -> Value {
        let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ refusals {{ rule }} }} }}"
        );
        self.answer(subject, &query, json!({ "input": input })).await
    }

    /// How many consultations there are.
    pub async fn bookings(&self) -> u64 {
        let data = self.ask("team", "{ consultations { totalCount } }", json!({})).await;
        data["consultations"]["totalCount"].as_u64().unwrap()
    }

    /// Every letter that was owed, oldest first.
    pub async fn letters(&self) -> Vec<outbox_mail::Model> {
        let letters = outbox_mail::Entity::find()
            .order_by_asc(outbox_mail::Column::CreatedAt)
            .order_by_asc(outbox_mail::Column::Id);
        letters.all(self.service.store.reader()).await.unwrap()
    }

    /// Puts policy figures in force from today.
    pub async fn set_figures(&self, version: i32, figures: Figures) {
        let op = Op::of_service(self.now());
        let work = self.service.store.work(&op).await.unwrap();
        let row = policy::Model {
            id: new_id(),
            authority_id: self.world.authority,
            version,
            effective_from: op.today(),
            figures: serde_json::to_value(figures).unwrap(),
            changed_by: None,
            changed_at: op.now,
        };
        work.insert::<policy::Entity>(row).await.unwrap();
        work.commit().await.unwrap();
    }
}

/// A line of an iCalendar file: what stands behind its name.
pub fn calendar_line(letter: &outbox_mail::Model, name: &str) -> String {
    let text = letter.calendar.clone().unwrap().replace("\r\n ", "");
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::to_owned)).unwrap()
}

impl App {
    /// The live consultation of a child.
    pub async fn consultation_of(&self, child: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Child { consultations(filter: { states: \
                     [BOOKED] }) { edges { node { id } } } } } }";
        let mut data = self.ask("team", query, json!({ "id": self.child(child) })).await;
        data["node"]["consultations"]["edges"][0]["node"]["id"].take()
    }

    /// Calls a consultation off.
    pub async fn called_off(&self, consultation: &Value) {
        let input = json!({ "consultation": consultation, "reason": "Illness." });
        passes(&self.act("team", "cancelConsultation", "consultation { state }", input).await);
    }
}
