//! The steps that bring an EHC needs assessment, its advice and a query on it to a state; and how they are read.

use super::app::App;
use super::forms::id;
use super::refusals::passes;
use casegraph::graphql::id::Kind;
use casegraph::op::Op;
use casegraph::workflow::import::{self, Content, File};
use serde_json::{Value, json};

/// What most tests select of an assessment.
pub const ASSESSMENT: &str = "assessment { id state version reference requestedOn decideBy issueBy finalBy \
    outcomeOn allowedActions forecast { draftOn finalOn daysInHand delayNoticeDue holdsUntil } \
    duties { rule { id } state ownerRole due { on overdue explanation { text } } } }";

/// What most tests select of a request for advice.
pub const REQUEST: &str = "adviceRequest { id state version askedOn dueOn receivedOn giverAbsentSince \
    allowedActions duties { rule { id } state ownerRole owner { name } due { on } } }";

/// What most tests select of a query.
pub const QUERY: &str = "adviceQuery { id state version decision followUpDueOn allowedActions \
    duties { rule { id } state ownerRole owner { name } due { on } } }";

fn fields(selection: &str) -> &str {
    selection.split_once('{').unwrap().1.trim_end().trim_end_matches('}')
}

impl App {
    /// Asks for an assessment of a child as the SEND manager; answers its id.
    pub async fn requested(&self, child: &str, on: &str) -> Value {
        let input = json!({
            "child": self.child(child), "source": "SCHOOL", "requestedOn": on,
            "acknowledge": [{ "rule": "GR-12", "reason": "Discussed on the telephone." }],
        });
        let mut payload = self.act("manager", "requestAssessment", ASSESSMENT, input).await;
        passes(&payload);
        payload["assessment"]["id"].take()
    }

    /// Decides to assess, with the coordinator; answers the payload.
    pub async fn decide_to_assess(&self, assessment: &Value) -> Value {
        let input = json!({ "assessment": assessment, "coordinator": self.person("coordinator") });
        self.act("manager", "decideToAssess", ASSESSMENT, input).await
    }

    /// An assessment that was asked for today and is under way; its id.
    pub async fn assessing(&self, child: &str) -> Value {
        let today = domain::london::date_of(self.now()).to_string();
        let assessment = self.requested(child, &today).await;
        passes(&self.decide_to_assess(&assessment).await);
        assessment
    }

    /// Asks the giver for the advice of a service; answers the id of the request.
    pub async fn sought(&self, assessment: &Value, service: &str) -> Value {
        self.sought_from(assessment, service, "giver", Some("advice_manager")).await
    }

    /// The same of somebody with their manager.
    pub async fn sought_from(
        &self,
        assessment: &Value,
        service: &str,
        giver: &str,
        manager: Option<&str>,
    ) -> Value {
        let manager = manager.map(|manager| self.person(manager));
        let input = json!({
            "assessment": assessment, "service": service, "giver": self.person(giver), "manager": manager,
        });
        let mut payload = self.act("coordinator", "seekAdvice", REQUEST, input).await;
        passes(&payload);
        payload["adviceRequest"]["id"].take()
    }

    /// Sends a version of advice in; answers the payload.
    pub async fn submit(&self, subject: &str, request: &Value, what_changed: Option<&str>) -> Value {
        let input =
            json!({ "adviceRequest": request, "content": "Needs pictures.", "whatChanged": what_changed });
        self.act(subject, "submitAdvice", REQUEST, input).await
    }

    /// An assessment under way with the advice of health in its first version: assessment and request.
    pub async fn advised(&self, child: &str) -> (Value, Value) {
        let assessment = self.assessing(child).await;
        let request = self.sought(&assessment, "HEALTH").await;
        passes(&self.submit("giver", &request, None).await);
        (assessment, request)
    }

    /// Raises a query as somebody; answers the payload.
    pub async fn raise_as(&self, subject: &str, request: &Value) -> Value {
        let input = json!({
            "adviceRequest": request, "reason": "UNCLEAR", "part": "Section 2", "question": "How often?",
        });
        self.act(subject, "raiseAdviceQuery", QUERY, input).await
    }

    /// A query that was raised; its id.
    pub async fn raised(&self, request: &Value) -> Value {
        let mut payload = self.raise_as("coordinator", request).await;
        passes(&payload);
        payload["adviceQuery"]["id"].take()
    }

    /// Takes a step on a query that carries only words; answers the payload.
    pub async fn on_query(&self, subject: &str, mutation: &str, query: &Value, more: Value) -> Value {
        let mut input = json!({ "adviceQuery": query });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act(subject, mutation, QUERY, input).await
    }

    /// Records the discussion with the line manager.
    pub async fn discussed(&self, query: &Value) {
        let note = json!({ "note": "Talked it through." });
        passes(&self.on_query("coordinator", "recordManagerDiscussion", query, note).await);
    }

    /// Decides about a query as the SEND manager; answers the payload.
    pub async fn decide_query(&self, query: &Value, decision: &str) -> Value {
        let input = json!({ "decision": decision, "reason": "It matters." });
        self.on_query("manager", "decideAdviceQuery", query, input).await
    }

    /// A query that was discussed and decided on; its id.
    pub async fn decided(&self, request: &Value, decision: &str) -> Value {
        let query = self.raised(request).await;
        self.discussed(&query).await;
        passes(&self.decide_query(&query, decision).await);
        query
    }

    /// Opens a formal follow-up as the coordinator; answers the payload.
    pub async fn open_follow_up(&self, query: &Value, required: &str) -> Value {
        self.on_query("coordinator", "openFormalFollowUp", query, json!({ "required": required })).await
    }

    /// A query in formal follow-up; its id.
    pub async fn followed_up(&self, request: &Value) -> Value {
        let query = self.decided(request, "EXTENDED_INPUT").await;
        passes(&self.open_follow_up(&query, "Say how often.").await);
        query
    }

    /// Issues the draft plan as somebody; answers the payload.
    pub async fn issue_draft(
        &self,
        subject: &str,
        assessment: &Value,
        override_reason: Option<&str>,
    ) -> Value {
        let input = json!({
            "assessment": assessment, "content": "The draft plan.", "overrideReason": override_reason,
        });
        self.act(subject, "issueDraftPlan", ASSESSMENT, input).await
    }

    /// Issues the final plan; answers the payload.
    pub async fn issue_final(&self, assessment: &Value) -> Value {
        self.act("manager", "issueFinalPlan", ASSESSMENT, json!({ "assessment": assessment })).await
    }

    /// Records what the parents say; answers the payload.
    pub async fn parents_answer(&self, subject: &str, assessment: &Value) -> Value {
        let input = json!({ "assessment": assessment, "response": "We agree." });
        self.act(subject, "recordParentsResponse", ASSESSMENT, input).await
    }

    /// An assessment as the SEND manager sees it.
    pub async fn assessment(&self, id: &Value) -> Value {
        self.read("manager", "EhcAssessment", fields(ASSESSMENT), id).await
    }

    /// A request for advice as the SEND manager sees it.
    pub async fn request_of(&self, id: &Value) -> Value {
        self.read("manager", "AdviceRequest", fields(REQUEST), id).await
    }

    /// A query as the SEND manager sees it.
    pub async fn query_of(&self, id: &Value) -> Value {
        self.read("manager", "AdviceQuery", fields(QUERY), id).await
    }

    /// These fields of an object as somebody sees it; null where they do not.
    pub async fn read(&self, subject: &str, kind: &str, fields: &str, id: &Value) -> Value {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {fields} }} }} }}");
        self.ask(subject, &query, json!({ "id": id })).await["node"].take()
    }

    /// Takes over a file of bank holidays as GOV.UK publishes them.
    pub async fn import_bank_holidays(&self, file: &str) {
        self.import(Content::BankHolidays, file).await;
    }

    /// Takes a file over.
    pub async fn import(&self, content: Content, file: &str) {
        let op = Op::of_service(self.now());
        let file = File { content, bytes: file.as_bytes(), authority: None, check: false };
        import::run(&self.service, &op, file).await.unwrap();
    }

    /// Ada goes to a school of the other authority: that school asks for her, and her own lets her go.
    pub async fn ada_moves_away(&self) {
        let claim = json!({
            "school": id(Kind::School, self.world.schools["elsewhere"]), "upn": self.upn("ada"),
            "givenName": "Ada", "familyName": "Brook", "dateOfBirth": "2018-05-04", "gender": "F",
            "senStatus": "SEN_SUPPORT",
        });
        let asked = self.act("elsewhere_senco", "registerChild", "transferRequest { id }", claim).await;
        let answer = json!({ "request": asked["transferRequest"]["id"], "accept": true });
        passes(&self.act("senco", "answerTransferRequest", "transferRequest { id }", answer).await);
    }

    /// State and told of each escalation of a rule that somebody sees, oldest first.
    pub async fn escalated(&self, subject: &str, rule: &str) -> Vec<Value> {
        let query = "{ escalations(first: 100) { nodes { id rule { id } state told } } }";
        let mut data = self.ask(subject, query, json!({})).await;
        let Value::Array(mut all) = data["escalations"]["nodes"].take() else { panic!("no list") };
        all.retain(|one| one["rule"]["id"] == rule);
        all.reverse();
        all
    }

    /// The kinds of the events of an object that the SEND manager sees, oldest first.
    pub async fn happened(&self, kind: &str, id: &Value) -> Vec<String> {
        let data = self.read("manager", kind, "history(first: 100) { nodes { kind } }", id).await;
        let nodes = data["history"]["nodes"].as_array().unwrap().iter();
        nodes.map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    }
}

/// State and due date of each duty of a rule on an object that was read, by due date.
pub fn duties<'a>(object: &'a Value, rule: &str) -> Vec<(&'a str, &'a str)> {
    let duties = object["duties"].as_array().unwrap().iter().filter(|duty| duty["rule"]["id"] == rule);
    duties.map(|duty| (duty["state"].as_str().unwrap(), duty["due"]["on"].as_str().unwrap())).collect()
}
