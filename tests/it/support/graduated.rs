//! The steps of a graduated response: from the first concern to the advice of the link EP.

use super::app::App;
use super::forms::id;
use super::refusals::passes;
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

/// What most tests select of a One Plan.
pub const PLAN: &str = "onePlan { id state version reviewBy activatedOn endReason allowedActions \
    cycles { id number state startsOn season schoolYear reviewBy reviewedOn concernsRemain version \
    duties { id rule { id } state ownerRole due { on overdue explanation { text } } } \
    sections { id area version complete assess reviewOn reviewMeasure findings progress \
    reassessment { id } usedUpInstrument { id } outcomes { what measure } \
    interventions { what evidenceBase who when from } evidence { consultation { id } } } } \
    contributions { contributor text } furtherObservations { observation teacher parents } }";

/// What most tests select of a section.
pub const SECTION: &str = "planSection { id area version complete assess outcomes { what } \
    interventions { what from } reviewOn evidence { consultation { id } } }";

/// What most tests select of a consultation with link staff.
pub const LINK: &str = "linkConsultation { id state version question urgent suddenConcerns advice withdrawnReason \
    allowedActions pack { consent assessments interventions onePlans professionalReports complete \
    missing { rule message remedy } } nextSteps { id kind what owner dueOn overdue doneOn outcome } }";

pub const AREAS: [&str; 8] = [
    "LITERACY",
    "MATHS",
    "SPEECH_AND_LANGUAGE",
    "SOCIAL_COMMUNICATION",
    "SEMH",
    "PHYSICAL_AND_SENSORY",
    "SELF_HELP_AND_INDEPENDENCE",
    "OTHER",
];

/// A section on an area with its four parts, in words that a test can find.
pub fn section_in(area: &str, words: &str) -> Value {
    json!({
        "area": area,
        "assess": words,
        "outcomes": [{ "what": words, "measure": words }],
        "interventions": [{ "what": words, "evidenceBase": words, "who": words, "when": words }],
        "reviewOn": "2026-03-20",
        "reviewMeasure": words,
    })
}

/// A section on an area with its four parts.
pub fn section(area: &str) -> Value {
    section_in(area, "As agreed.")
}

impl App {
    /// Today in London.
    pub fn today(&self) -> String {
        domain::london::date_of(self.now()).to_string()
    }

    /// Takes a child off the register behind the service's back: the world puts everybody on it.
    pub async fn off_register(&self, child: &str) {
        let id = crate::access::literal(self, self.world.children[child]);
        self.sabotage(&format!("update child set sen_status = 'NONE' where id = {id}")).await;
    }

    /// An assessment of an area with an instrument of the list; answers the payload.
    pub async fn assess_with(
        &self,
        subject: &str,
        child: &str,
        area: &str,
        instrument: &Value,
        on: &str,
    ) -> Value {
        let input = json!({
            "child": self.child(child), "area": area, "instrument": instrument, "assessedOn": on,
            "result": "Standard score 82.", "identifiesNeed": true,
        });
        self.act(subject, "recordSchoolAssessment", "schoolAssessment { id instrument standardised }", input)
            .await
    }

    /// An assessment of an area with an instrument in free text, today; answers its id.
    pub async fn assessed_by(&self, subject: &str, child: &str, area: &str, words: &str) -> Value {
        let input = json!({
            "child": self.child(child), "area": area, "otherInstrument": words, "assessedOn": self.today(),
            "result": words, "identifiesNeed": true,
        });
        let mut payload =
            self.act(subject, "recordSchoolAssessment", "schoolAssessment { id standardised }", input).await;
        passes(&payload);
        payload["schoolAssessment"]["id"].take()
    }

    /// The same by the SENCO.
    pub async fn assessed(&self, child: &str, area: &str) -> Value {
        self.assessed_by("senco", child, area, "Own check list").await
    }

    /// Rules areas out.
    pub async fn rule_out(&self, subject: &str, child: &str, areas: &[&str]) {
        for area in areas {
            let input = json!({ "child": self.child(child), "area": area, "reason": "Never a question." });
            passes(&self.act(subject, "ruleOutArea", "child { id }", input).await);
        }
    }

    /// What puts a child on the register, to be spoilt one field at a time.
    pub fn adding(&self, subject: &str, child: &str, assessments: &[Value]) -> Value {
        json!({
            "child": self.child(child), "senco": self.person(subject), "staff": ["A. Smith, class teacher"],
            "parents": [self.parent_of(child)], "assessments": assessments,
            "provision": "A daily group of three.",
        })
    }

    /// Puts a child on the register; answers the payload.
    pub async fn add(&self, subject: &str, input: Value) -> Value {
        let entity =
            "senRegisterDecision { id step decidedOn statusBefore version child { sen { status } } }";
        self.act(subject, "addToSenRegister", entity, input).await
    }

    /// An instrument of the authority's list; its id.
    pub async fn instrument(&self, name: &str, standardised: bool) -> Value {
        let input = json!({
            "authority": id(Kind::Authority, self.world.authority), "name": name, "standardised": standardised,
        });
        let mut payload = self.act("admin", "addInstrument", "instrument { id version }", input).await;
        passes(&payload);
        payload["instrument"]["id"].take()
    }

    /// A drafted One Plan; its id.
    pub async fn drafted(&self, subject: &str, child: &str) -> Value {
        let mut payload =
            self.act(subject, "draftOnePlan", "onePlan { id }", json!({ "child": self.child(child) })).await;
        passes(&payload);
        payload["onePlan"]["id"].take()
    }

    /// Writes a section; answers the payload.
    pub async fn write(&self, subject: &str, plan: &Value, section: Value, expected: i64) -> Value {
        let input = json!({ "onePlan": plan, "section": section, "expectedVersion": expected });
        self.act(subject, "writePlanSection", SECTION, input).await
    }

    /// What parents and pupil contribute.
    pub async fn contributed(&self, subject: &str, plan: &Value, words: &str) {
        for contributor in ["PARENTS", "PUPIL"] {
            let input = json!({ "onePlan": plan, "contributor": contributor, "text": words });
            passes(&self.act(subject, "addPlanContribution", "onePlan { id }", input).await);
        }
    }

    /// Puts a plan in force; answers the payload.
    pub async fn activate(&self, subject: &str, plan: &Value) -> Value {
        self.act(subject, "activateOnePlan", PLAN, json!({ "onePlan": plan })).await
    }

    /// An active One Plan with a section on literacy; its id.
    pub async fn active_plan(&self, child: &str) -> Value {
        self.active_plan_by("senco", child, "As agreed.").await
    }

    /// The same by somebody, in words that a test can find.
    pub async fn active_plan_by(&self, subject: &str, child: &str, words: &str) -> Value {
        self.assessed_by(subject, child, "LITERACY", words).await;
        let plan = self.drafted(subject, child).await;
        passes(&self.write(subject, &plan, section_in("LITERACY", words), 0).await);
        self.contributed(subject, &plan, words).await;
        passes(&self.activate(subject, &plan).await);
        plan
    }

    /// A plan as it stands.
    pub async fn plan(&self, subject: &str, plan: &Value) -> Value {
        let query =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on OnePlan {{ {} }} }} }}", fields(PLAN));
        let mut data = self.ask(subject, &query, json!({ "id": plan })).await;
        data["node"].take()
    }

    /// The newest cycle of a plan.
    pub async fn cycle(&self, plan: &Value) -> Value {
        let mut plan = self.plan("senco", plan).await;
        plan["cycles"].as_array_mut().unwrap().pop().unwrap()
    }

    /// What reviews the open cycle of a plan, each section resting on this assessment.
    pub async fn review_of(&self, plan: &Value, reassessment: &Value, words: &str) -> Value {
        let cycle = self.cycle(plan).await;
        let sections: Vec<_> = cycle["sections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|section| {
                json!({
                    "section": section["id"], "findings": words, "progress": "SOME_PROGRESS",
                    "reassessment": reassessment,
                })
            })
            .collect();
        json!({ "onePlan": plan, "sections": sections, "concernsRemain": false, "summary": words })
    }

    /// Assesses literacy again and reviews the open cycle; answers the payload.
    pub async fn review(&self, child: &str, plan: &Value, concerns: bool) -> Value {
        let again = self.assessed(child, "LITERACY").await;
        let mut input = self.review_of(plan, &again, "Better.").await;
        input["concernsRemain"] = json!(concerns);
        self.act("senco", "reviewPlanCycle", PLAN, input).await
    }

    /// Opens the next cycle; answers the payload.
    pub async fn next_cycle(&self, plan: &Value) -> Value {
        self.act("senco", "openPlanCycle", PLAN, json!({ "onePlan": plan })).await
    }

    /// A plan with as many reviewed cycles, by the end of that many terms from now on; its id.
    pub async fn reviewed_plan(&self, child: &str, cycles: usize) -> Value {
        let plan = self.active_plan(child).await;
        for number in 0..cycles {
            let cycle = self.cycle(&plan).await;
            self.set_clock(&format!("{}T10:00:00Z", cycle["reviewBy"].as_str().unwrap()));
            passes(&self.review(child, &plan, false).await);
            if number + 1 < cycles {
                passes(&self.next_cycle(&plan).await);
            }
        }
        plan
    }

    /// Raises a child with the link EP for sudden concerns; answers the payload.
    pub async fn raise_suddenly(&self, subject: &str, child: &str, words: &str) -> Value {
        let input = json!({
            "child": self.child(child), "question": words, "suddenConcerns": words, "urgent": true,
            "professionalReports": words,
        });
        self.act(subject, "raiseLinkConsultation", LINK, input).await
    }

    /// Records the consent to a link consultation; answers its id.
    pub async fn link_consent(&self, subject: &str, child: &str) -> Value {
        let input = json!({
            "child": self.child(child), "purpose": "LINK_CONSULTATION", "givenBy": self.parent_of(child),
            "signedOn": self.today(), "holder": "The school",
        });
        let mut payload = self.act(subject, "recordConsent", "consent { id }", input).await;
        passes(&payload);
        payload["consent"]["id"].take()
    }

    /// A first-tier intervention; its id.
    pub async fn intervened(&self, subject: &str, child: &str, words: &str) -> Value {
        let input = json!({
            "child": self.child(child), "area": "LITERACY", "what": words, "evidenceBase": words, "who": words,
            "when": words, "from": self.today(),
        });
        let mut payload = self.act(subject, "recordIntervention", "intervention { id }", input).await;
        passes(&payload);
        payload["intervention"]["id"].take()
    }

    /// A contact with a practitioner; answers the payload.
    pub async fn contact(&self, subject: &str, child: &str, practitioner: &str, purpose: &str) -> Value {
        let input = json!({
            "child": self.child(child), "practitioner": self.person(practitioner), "contactedOn": self.today(),
            "purpose": purpose, "note": "Talked it through.",
        });
        self.act(subject, "logLinkContact", "linkContact { id purpose discipline }", input).await
    }

    /// The deadlines of a rule on a child's graduated response: state and due date.
    pub async fn response_duties(&self, subject: &str, child: &str, rule: &str) -> Vec<(String, String)> {
        let query = "query($id: ID!) { node(id: $id) { ... on Child { graduatedResponse { duties { \
            rule { id } state due { on } } } } } }";
        let data = self.ask(subject, query, json!({ "id": self.child(child) })).await;
        let duties = data["node"]["graduatedResponse"]["duties"].as_array().cloned().unwrap_or_default();
        let of_rule = duties.into_iter().filter(|duty| duty["rule"]["id"] == rule);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        of_rule.map(|duty| (text(&duty["state"]), text(&duty["due"]["on"]))).collect()
    }

    /// Where a child stands: the state of each of the nine steps.
    pub async fn path(&self, subject: &str, child: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Child { pathway { standsAt steps { number state \
            missing { rule code message path remedy possibleFrom } roles viewerMay sections actions } } } } }";
        let mut data = self.ask(subject, query, json!({ "id": self.child(child) })).await;
        data["node"]["pathway"].take()
    }
}

fn fields(selection: &str) -> &str {
    selection.split_once('{').unwrap().1.trim_end().strip_suffix('}').unwrap()
}
