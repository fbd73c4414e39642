//! Random steps through an assessment: the statutory dates are those of the request and the exceptions, whatever happens
//! meanwhile, and every overdue duty is escalated once (EH-1, EH-4, AQ-11, XC-9).

use crate::support::app::{App, at};
use crate::support::chance::Chance;
use crate::support::forms::rfc3339;
use chrono::{Days, NaiveDate, TimeDelta};
use domain::duty::{DutyState, Step};
use domain::ehc::QueryState;
use domain::london;
use entity::{advice_query, duty, escalation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

const STEPS: usize = 80;
const GROUNDS: [&str; 4] = ["PERSONAL_CIRCUMSTANCES", "ABSENCE", "SCHOOL_CLOSURE", "MISSED_APPOINTMENT"];
const REQUESTED_ON: &str = "2026-03-09";

struct Excepted {
    id: Value,
    ground: &'static str,
    advice: Value,
    from: NaiveDate,
    to: NaiveDate,
}

/// One assessment, and what the test knows of it.
struct Walk {
    app: App,
    chance: Chance,
    assessment: Value,
    advice: Vec<Value>,
    queries: Vec<Value>,
    exceptions: Vec<Excepted>,
    taken: HashMap<&'static str, usize>,
}

/// So many weeks later, and a day more for each excused one by then: counted day by day, unlike the service does.
fn reckoned(from: NaiveDate, weeks: u64, excused: &BTreeSet<NaiveDate>) -> String {
    let base = from + Days::new(weeks * 7);
    let mut on = base;
    loop {
        let moved = base + Days::new(excused.range(from..=on).count() as u64);
        if moved == on {
            return on.to_string();
        }
        on = moved;
    }
}

fn day(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

impl Walk {
    async fn begin(seed: u64) -> Self {
        let app = App::on_sqlite().await;
        let assessment = app.requested("ada", REQUESTED_ON).await;
        Self {
            app,
            chance: Chance::seeded(seed),
            assessment,
            advice: vec![],
            queries: vec![],
            exceptions: vec![],
            taken: HashMap::new(),
        }
    }

    fn one_of<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let place = self.chance.below(of.len().max(1) as u64);
        of.get(usize::try_from(place).unwrap()).cloned()
    }

    /// Tries a step; answers the object where nothing spoke against it.
    async fn attempt(
        &mut self,
        subject: &str,
        mutation: &'static str,
        entity: &str,
        input: Value,
    ) -> Option<Value> {
        let mut payload = self.app.act(subject, mutation, &format!("{entity} {{ id }}"), input).await;
        let passed = payload["refusals"] == json!([]);
        *self.taken.entry(mutation).or_default() += usize::from(passed);
        passed.then(|| payload[entity]["id"].take())
    }

    async fn on_assessment(&mut self, subject: &str, mutation: &'static str, mut input: Value) {
        input["assessment"] = self.assessment.clone();
        self.attempt(subject, mutation, "assessment", input).await;
    }

    async fn on_query(&mut self, subject: &str, mutation: &'static str, mut input: Value) {
        let newest = self.queries[self.queries.len().saturating_sub(2)..].to_vec();
        if let Some(query) = self.one_of(&newest) {
            input["adviceQuery"] = query;
            self.attempt(subject, mutation, "adviceQuery", input).await;
        }
    }

    async fn step(&mut self) {
        let why = json!({ "reason": "Why." });
        match self.chance.below(30) {
            0 | 1 => self.on_assessment("manager", "decideToAssess", json!({})).await,
            2 => self.on_assessment("manager", "decideNotToAssess", why).await,
            3 | 4 => self.seek().await,
            5 | 6 => self.submit().await,
            7 | 8 => self.raise().await,
            9..=18 => self.go_on_with_a_query().await,
            19 | 26 => self.on_query("manager", "reverseAdviceQueryStep", why).await,
            20 | 21 => self.except().await,
            22 => self.revoke().await,
            23 => {
                let input = json!({ "content": "Draft.", "overrideReason": "It is small." });
                self.on_assessment("manager", "issueDraftPlan", input).await;
            }
            24 => {
                self.on_assessment("coordinator", "recordParentsResponse", json!({ "response": "Yes." }))
                    .await;
                self.on_assessment("manager", "issueFinalPlan", json!({})).await;
            }
            25 => {
                let mutation = self.one_of(&["decideNotToIssue", "ceaseAssessment"]);
                self.on_assessment("manager", mutation.unwrap(), why).await;
            }
            _ if self.chance.below(4) == 0 || !self.is_open().await => {
                self.on_assessment("manager", "reverseAssessmentStep", why).await;
            }
            _ => self.submit().await,
        }
    }

    async fn is_open(&self) -> bool {
        let state = self.app.assessment(&self.assessment).await["state"].take();
        ["REQUESTED", "ASSESSING", "DRAFT_ISSUED"].iter().any(|open| state == *open)
    }

    /// Mostly what comes next on one of the newest queries.
    async fn go_on_with_a_query(&mut self) {
        let Some(newest) = self.queries.last() else { return };
        let read = self.app.query_of(newest).await;
        match (read["state"].as_str().unwrap(), read["decision"].as_str()) {
            ("RAISED", _) => {
                self.on_query("coordinator", "recordManagerDiscussion", json!({ "note": "Talked." })).await;
            }
            (_, Some("EXTENDED_INPUT")) => {
                self.on_query("coordinator", "openFormalFollowUp", json!({ "required": "How often." })).await;
            }
            ("SMALL_POINT", _) if self.chance.below(2) == 0 => {
                let input = json!({ "contact": "By phone.", "answer": "Weekly." });
                self.on_query("coordinator", "logSmallPoint", input).await;
            }
            ("FORMAL_FOLLOW_UP", _) => self.submit().await,
            ("USED_AS_SUBMITTED" | "CLOSED" | "WITHDRAWN", _) => {
                self.on_query("manager", "reverseAdviceQueryStep", json!({ "reason": "A mistake." })).await;
            }
            ("UPDATED", _) => self.on_query("coordinator", "closeFollowUp", json!({})).await,
            _ => {
                let decision = self.one_of(&["USE_AS_SUBMITTED", "SMALL_POINT", "EXTENDED_INPUT"]);
                let input = json!({ "decision": decision, "reason": "Why." });
                self.on_query("manager", "decideAdviceQuery", input).await;
            }
        }
    }

    async fn seek(&mut self) {
        let service = self.one_of(&["HEALTH", "SCHOOL", "OTHER"]);
        let input = json!({
            "assessment": self.assessment, "service": service, "giver": self.app.person("giver"),
            "manager": self.app.person("advice_manager"),
        });
        let new = self.attempt("coordinator", "seekAdvice", "adviceRequest", input).await;
        self.advice.extend(new);
    }

    async fn submit(&mut self) {
        let advice = self.advice.clone();
        if let Some(request) = self.one_of(&advice) {
            let input = json!({ "adviceRequest": request, "content": "Advice.", "whatChanged": "All." });
            self.attempt("giver", "submitAdvice", "adviceRequest", input).await;
        }
    }

    async fn raise(&mut self) {
        let advice = self.advice.clone();
        if let Some(request) = self.one_of(&advice) {
            let input =
                json!({ "adviceRequest": request, "reason": "OTHER", "part": "2", "question": "Why?" });
            let new = self.attempt("coordinator", "raiseAdviceQuery", "adviceQuery", input).await;
            self.queries.extend(new);
        }
    }

    async fn except(&mut self) {
        let ground = self.one_of(&GROUNDS).unwrap();
        let advice = self.advice.clone();
        let advice = self.one_of(&advice).filter(|_| ground == "MISSED_APPOINTMENT").unwrap_or_default();
        let from = london::date_of(self.app.now()) - Days::new(20) + Days::new(self.chance.below(60));
        let to = from + Days::new(self.chance.below(45));
        let input = json!({
            "assessment": self.assessment, "ground": ground, "from": from.to_string(), "to": to.to_string(),
            "adviceRequest": advice, "evidence": "A letter.",
        });
        if self.attempt("manager", "recordException", "assessment", input).await.is_some() {
            let fields = "exceptions { id }";
            let read = self.app.read("manager", "EhcAssessment", fields, &self.assessment).await;
            let all = read["exceptions"].as_array().unwrap().iter().map(|one| &one["id"]);
            let known = |id: &Value| self.exceptions.iter().any(|known| known.id == *id);
            let mut new = all.filter(|id| !known(id));
            let id = new.next().cloned().unwrap();
            assert_eq!(new.next(), None);
            self.exceptions.push(Excepted { id, ground, advice, from, to });
        }
    }

    async fn revoke(&mut self) {
        let ids: Vec<_> = self.exceptions.iter().map(|one| one.id.clone()).collect();
        if let Some(id) = self.one_of(&ids) {
            let input = json!({ "exception": id, "reason": "A mistake." });
            if self.attempt("manager", "revokeException", "assessment", input).await.is_some() {
                // Its days count no more; its id stays known.
                let gone = self.exceptions.iter_mut().find(|one| one.id == id).unwrap();
                gone.ground = "REVOKED";
            }
        }
    }

    fn excused(&self, counts: impl Fn(&Excepted) -> bool) -> BTreeSet<NaiveDate> {
        let standing = self.exceptions.iter().filter(|one| counts(one));
        standing.flat_map(|one| one.from.iter_days().take_while(|on| *on <= one.to)).collect()
    }

    async fn check_dates(&self) {
        let read = self.app.assessment(&self.assessment).await;
        let excused = self.excused(|one| GROUNDS[..3].contains(&one.ground));
        let requested_on = day(&read["requestedOn"]);
        for (key, weeks) in [("decideBy", 6), ("issueBy", 16), ("finalBy", 20)] {
            assert_eq!(read[key], reckoned(requested_on, weeks, &excused), "{key} after {:?}", self.taken);
        }
        for id in &self.advice {
            let request = self.app.request_of(id).await;
            let excused = self.excused(|one| {
                GROUNDS[..2].contains(&one.ground) || one.ground == GROUNDS[3] && one.advice == *id
            });
            if request["state"] == "SOUGHT" {
                assert_eq!(
                    request["dueOn"],
                    reckoned(day(&request["askedOn"]), 6, &excused),
                    "{:?}",
                    self.taken
                );
            }
        }
    }

    /// What is to be discussed or answered has its one deadline, and nothing else has.
    async fn check_duties_on_queries(&self) {
        let db = self.app.service.store.reader();
        let open =
            duty::Entity::find().filter(duty::Column::State.eq(DutyState::Open)).all(db).await.unwrap();
        for query in advice_query::Entity::find().all(db).await.unwrap() {
            let mut on_it = open.iter().filter(|one| one.on_id == query.id).map(|one| one.rule.as_str());
            let expected = match query.state {
                QueryState::Raised => Some("AQ-2"),
                QueryState::FormalFollowUp => Some("AQ-6"),
                _ => None,
            };
            assert_eq!((on_it.next(), on_it.next()), (expected, None), "{query:?} after {:?}", self.taken);
        }
    }

    async fn check_escalations(&self) {
        let (now, db) = (london::date_of(self.app.now()), self.app.service.store.reader());
        let open =
            duty::Entity::find().filter(duty::Column::State.eq(DutyState::Open)).all(db).await.unwrap();
        let mut raised: HashMap<_, usize> = HashMap::new();
        for one in escalation::Entity::find().all(db).await.unwrap() {
            *raised.entry(one.duty_id).or_default() += 1;
        }
        assert!(raised.values().all(|times| *times == 1), "{raised:?}");
        for one in open {
            let overdue = one.due_on < now;
            if one.step == Some(Step::ReckonForecast) {
                assert!(!overdue, "the forecast was not reckoned anew");
            } else {
                assert_eq!(raised.contains_key(&one.id), overdue, "{one:?}");
            }
        }
    }

    async fn go(mut self) -> HashMap<&'static str, usize> {
        for _ in 0..STEPS {
            if self.chance.below(5) == 0 {
                let later = self.app.now() + TimeDelta::hours(i64::try_from(self.chance.below(96)).unwrap());
                self.app.sweep_at(&rfc3339(later)).await;
                self.check_escalations().await;
            }
            // No two steps at the same instant.
            self.app.set_clock(&rfc3339(self.app.now() + TimeDelta::seconds(1)));
            self.step().await;
            self.check_dates().await;
            self.check_duties_on_queries().await;
        }
        self.app.sweep_at(&rfc3339(at("2026-11-02T09:00:00Z"))).await;
        self.check_escalations().await;
        self.taken
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_statutory_dates_follow_the_request_and_the_exceptions_alone() {
    let mut taken: HashMap<_, usize> = HashMap::new();
    for seed in 1..=4 {
        for (step, times) in Walk::begin(seed).await.go().await {
            *taken.entry(step).or_default() += times;
        }
    }
    let never: Vec<_> = taken.iter().filter(|(_, times)| **times == 0).map(|(step, _)| step).collect();
    assert!(never.is_empty(), "never taken: {never:?}");
}
