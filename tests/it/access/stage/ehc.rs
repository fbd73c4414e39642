//! EHC needs assessments: of the own school, of others, elsewhere, one that ended; each text found nowhere else.

use super::done;
use crate::support::app::App;
use crate::support::forms::id;
use casegraph::graphql::id::Kind;
use entity::{accuracy_check, advice_request};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// What somebody writes in an assessment.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    Advice,
    SchoolAdvice,
    ParentsAdvice,
    /// What is asked of the giver.
    Query,
    /// What the giver's manager says to the giver.
    Direction,
    /// What the SEND team notes for itself.
    Note,
    /// What shows an exception.
    Evidence,
    /// What the parents say to the draft plan.
    Response,
    Plan,
    /// Why a draft goes out with queries open.
    Override,
    Feedback,
    Delay,
    /// Why an assessment ended.
    Outcome,
}

impl Text {
    /// The text for a child.
    pub fn of(self, child: &str) -> String {
        format!("qz{self:?}{child}qz").to_lowercase()
    }
}

/// The SEND team of an authority, and those whom it asks for health's advice.
struct Team {
    coordinator: &'static str,
    manager: &'static str,
    giver: &'static str,
    advice_manager: &'static str,
}

const HERE: Team =
    Team { coordinator: "coordinator", manager: "manager", giver: "giver", advice_manager: "advice_manager" };

const ELSEWHERE: Team = Team {
    coordinator: "elsewhere_coordinator",
    manager: "elsewhere_manager",
    giver: "elsewhere_giver",
    advice_manager: "elsewhere_advice_manager",
};

/// Somebody who gives advice, with their manager.
type Asked<'a> = Option<(&'a str, Option<&'a str>)>;

/// An assessment on its way.
struct Course<'a> {
    app: &'a App,
    child: &'a str,
    team: &'a Team,
    id: Value,
}

impl<'a> Course<'a> {
    async fn begin(app: &'a App, team: &'a Team, child: &'a str, by: &str, requested_on: &str) -> Self {
        let source = if by == "young_person" { "YOUNG_PERSON" } else { "SCHOOL" };
        let input = json!({
            "child": app.child(child), "source": source, "requestedOn": requested_on,
            "acknowledge": [{ "rule": "GR-12", "reason": "Discussed on the telephone." }],
        });
        let mut payload = done(app, by, "requestAssessment", "assessment { id }", input).await;
        let course = Self { app, child, team, id: payload["assessment"]["id"].take() };
        course
            .step(team.manager, "decideToAssess", json!({ "coordinator": app.person(team.coordinator) }))
            .await;
        course
    }

    async fn step(&self, by: &str, mutation: &str, mut input: Value) {
        input["assessment"] = self.id.clone();
        done(self.app, by, mutation, "assessment { id }", input).await;
    }

    /// Asks for advice, and takes it.
    async fn advice(&self, service: &str, asked: Asked<'_>, sent_by: &str, text: Text) -> Value {
        let mut input = json!({ "assessment": self.id, "service": service });
        if let Some((giver, manager)) = asked {
            input["giver"] = self.app.person(giver);
            input["manager"] = json!(manager.map(|manager| self.app.person(manager)));
        }
        let entity = "adviceRequest { id }";
        let mut payload = done(self.app, self.team.coordinator, "seekAdvice", entity, input).await;
        let request = payload["adviceRequest"]["id"].take();
        let input = json!({ "adviceRequest": request, "content": text.of(self.child) });
        done(self.app, sent_by, "submitAdvice", entity, input).await;
        request
    }

    async fn advice_of_health(&self) -> Value {
        let Team { giver, advice_manager, .. } = *self.team;
        self.advice("HEALTH", Some((giver, Some(advice_manager))), giver, Text::Advice).await
    }

    async fn query(&self, request: &Value, decision: &str) -> Value {
        let Team { coordinator, manager, .. } = *self.team;
        let (asked, note) = (Text::Query.of(self.child), Text::Note.of(self.child));
        let input =
            json!({ "adviceRequest": request, "reason": "UNCLEAR", "part": asked, "question": asked });
        let mut payload = done(self.app, coordinator, "raiseAdviceQuery", "adviceQuery { id }", input).await;
        let query = payload["adviceQuery"]["id"].take();
        self.on_query(coordinator, "recordManagerDiscussion", &query, json!({ "note": note })).await;
        let decided = json!({ "decision": decision, "reason": note });
        self.on_query(manager, "decideAdviceQuery", &query, decided).await;
        query
    }

    async fn on_query(&self, by: &str, mutation: &str, query: &Value, mut input: Value) {
        input["adviceQuery"] = query.clone();
        done(self.app, by, mutation, "adviceQuery { id }", input).await;
    }

    async fn follow_up(&self, request: &Value) {
        let query = self.query(request, "EXTENDED_INPUT").await;
        let required = json!({ "required": Text::Query.of(self.child) });
        self.on_query(self.team.coordinator, "openFormalFollowUp", &query, required).await;
        let note = json!({ "note": Text::Direction.of(self.child) });
        self.on_query(self.team.advice_manager, "logGiverDiscussion", &query, note).await;
    }

    async fn exception(&self) {
        let input = json!({
            "ground": "PERSONAL_CIRCUMSTANCES", "from": "2026-04-13", "to": "2026-04-17",
            "evidence": Text::Evidence.of(self.child),
        });
        self.step(self.team.manager, "recordException", input).await;
    }

    async fn draft(&self, responded_by: &str) {
        let (plan, reason) = (Text::Plan.of(self.child), Text::Override.of(self.child));
        let input = json!({ "content": plan, "overrideReason": reason });
        self.step(self.team.manager, "issueDraftPlan", input).await;
        let response = json!({ "response": Text::Response.of(self.child) });
        self.step(responded_by, "recordParentsResponse", response).await;
    }

    async fn delay(&self) {
        let input = json!({ "reason": Text::Delay.of(self.child), "newFinalOn": "2026-07-01" });
        self.step(self.team.coordinator, "issueDelayNotice", input).await;
    }

    /// A giver finds fault with the draft plan.
    async fn feedback(&self, giver: &str) {
        let request = request_of(self.app, giver, self.child).await;
        let check = accuracy_check::Entity::find()
            .filter(accuracy_check::Column::RequestId.eq(request))
            .one(self.app.service.store.reader())
            .await
            .unwrap();
        let input = json!({
            "accuracyCheck": id(Kind::AccuracyCheck, check.unwrap().id),
            "accurate": false,
            "feedback": Text::Feedback.of(self.child),
        });
        done(self.app, giver, "answerAccuracyCheck", "accuracyCheck { id }", input).await;
    }
}

/// The advice about a child that somebody was asked for.
pub async fn request_of(app: &App, giver: &str, child: &str) -> Uuid {
    let found = advice_request::Entity::find()
        .filter(advice_request::Column::GiverId.eq(app.world.people[giver]))
        .filter(advice_request::Column::ChildId.eq(app.world.children[child]))
        .one(app.service.store.reader())
        .await
        .unwrap();
    found.unwrap().id
}

/// Raises a query on an advice; answers its id.
pub async fn raise(app: &App, request: &Value) -> Value {
    let input = json!({ "adviceRequest": request, "reason": "OTHER", "part": "Two.", "question": "Which?" });
    done(app, "coordinator", "raiseAdviceQuery", "adviceQuery { id }", input).await["adviceQuery"]["id"]
        .take()
}

/// Brings assessments into being, and leaves the clock in May: ada's has a formal follow-up that is overdue, flo's and
/// lou's a draft plan that will be late, oli's a draft plan that nobody is asked to check; gus's ended.
pub async fn assessments(app: &App) {
    let ada = Course::begin(app, &HERE, "ada", "senco", "2026-04-01").await;
    ada.exception().await;
    let health_of_ada = ada.advice_of_health().await;
    ada.advice("SCHOOL", Some(("school_giver", None)), "school_giver", Text::SchoolAdvice).await;
    ada.advice("PARENT", None, "parent", Text::ParentsAdvice).await;
    ada.follow_up(&health_of_ada).await;

    let flo = Course::begin(app, &HERE, "flo", "second_senco", "2025-11-03").await;
    let health = flo.advice_of_health().await;
    let asked = Some(("third_giver", Some("third_advice_manager")));
    flo.advice("EDUCATIONAL_PSYCHOLOGIST", asked, "third_giver", Text::SchoolAdvice).await;
    flo.query(&health, "USE_AS_SUBMITTED").await;
    flo.draft("coordinator").await;
    flo.feedback("third_giver").await;
    flo.delay().await;

    let lou = Course::begin(app, &ELSEWHERE, "lou", "elsewhere_senco", "2025-11-03").await;
    lou.exception().await;
    let health = lou.advice_of_health().await;
    lou.advice("SCHOOL", Some(("elsewhere_giver", None)), "elsewhere_giver", Text::SchoolAdvice).await;
    lou.advice("PARENT", None, "elsewhere_coordinator", Text::ParentsAdvice).await;
    lou.follow_up(&health).await;
    lou.draft("elsewhere_coordinator").await;
    lou.feedback("elsewhere_giver").await;
    lou.delay().await;

    let oli = Course::begin(app, &HERE, "oli", "young_person", "2026-04-01").await;
    oli.draft("young_person").await;

    let gus = Course::begin(app, &HERE, "gus", "middle_senco", "2026-04-01").await;
    gus.advice_of_health().await;
    gus.step("manager", "ceaseAssessment", json!({ "reason": Text::Outcome.of("gus") })).await;

    // Deadlines of queries move, the SEND team's own and those of who was asked.
    raise(app, &health_of_ada).await;
    let closed = json!({
        "authority": id(Kind::Authority, app.world.authority), "on": "2026-04-21", "title": "Closed",
    });
    done(app, "admin", "addClosureDay", "authority { id }", closed).await;
    app.sweep_at("2026-05-05T09:00:00Z").await;
}
