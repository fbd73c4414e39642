//! The steps of a locality group consultation: from the plan of a session to the review of what came of it.

use super::app::{App, at};
use super::forms::{id, rfc3339};
use super::planning::inside;
use super::refusals::passes;
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use chrono::TimeDelta;
use domain::access::Role;
use domain::school::{Phase, SchoolStatus};
use entity::{link_assignment, locality, person, role_grant, school};
use serde_json::{Value, json};
use uuid::Uuid;

/// What most tests select of a session.
pub const SESSION: &str = "session { id reference state version schoolYear term startsAt endsAt place startedAt closedAt \
    cancelledReason facilitator { id } plannedBy { id } attendance { person { id } school { id } arrivedAt } \
    items { id code state } epRequests { id rank form item { id } } allowedActions }";

/// What most tests select of an item.
pub const ITEM: &str = "item { id reference version about code subject supportSoFar state closingReason feedbackOn \
    child { id } school { id } session { id } deferredFrom { id } \
    preparationForm { situation strategiesUsed desired aim completedBy { id } } \
    notes { id kind step text writtenBy { id } } strategies { id kind text helpful offeredBy { id } } \
    actionPlan { id version writtenOn steps { id what who impact impactNote strategy { id } } review { done reviewedOn } } \
    epInvolvement { id rank } moderations { id areaOfNeed proposedLevel agreedLevel } \
    duties { rule { id } state ownerRole due { on } } allowedActions }";

/// A Tuesday in the last week of Spring 2; the bank holidays of Easter lie within ten working days of it.
pub const TUESDAY: &str = "2026-03-24T13:00:00Z";
/// In Summer 1.
pub const NEXT_TERM: &str = "2026-04-21T12:00:00Z";

/// The steps of the consultation, in order, with the kind of note that each needs; at the strategies something is offered.
pub const STEPS: [(&str, Option<&str>); 5] = [
    ("OUTLINE", Some("SITUATION")),
    ("CLARIFY_CONCERN", Some("GOES_WELL")),
    ("CLARIFY_DESIRED", Some("DESIRED")),
    ("STRATEGIES", None),
    ("FEEDBACK", Some("FEEDBACK")),
];

/// How somebody takes responsibility for a code that points at the child.
pub fn small_cohort() -> Value {
    json!([{ "rule": "LG-10", "reason": "The group keeps it to itself." }])
}

/// A second family of schools of the first authority.
pub struct South {
    pub locality: Value,
    pub school: Uuid,
    /// The SENCOs of its two schools, `south_senco` and `second_south_senco`.
    pub sencos: [Value; 2],
}

impl App {
    /// Another locality with two schools, a SENCO for each and an EP, `south_ep`, of the first of them.
    pub async fn south(&self) -> South {
        let op = Op::of_service(self.now());
        let work = self.service.store.work(&op).await.unwrap();
        let (locality_id, authority_id) = (new_id(), self.world.authority);
        let family = locality::Model { id: locality_id, authority_id, name: "South".into(), version: 1 };
        work.insert::<locality::Entity>(family).await.unwrap();
        let schools = [900_101, 900_102].map(|urn| school::Model {
            id: new_id(),
            urn,
            authority_id,
            locality_id: Some(locality_id),
            establishment_number: None,
            name: format!("School {urn}"),
            status: SchoolStatus::Open,
            phase: Phase::Primary,
            statutory_low_age: None,
            statutory_high_age: None,
            pupils: None,
            town: None,
            postcode: None,
            opened_on: None,
            closed_on: None,
        });
        let ids = schools.each_ref().map(|school| school.id);
        work.insert_all::<school::Entity>(schools.into()).await.unwrap();
        let people = ["south_senco", "second_south_senco", "south_ep"].map(|subject| person::Model {
            id: new_id(),
            subject: subject.into(),
            name: format!("Person {subject}"),
            email: format!("{subject}@people.example"),
            created_at: op.now,
        });
        let [senco, second_senco, ep] = people.each_ref().map(|person| person.id);
        work.insert_all::<person::Entity>(people.into()).await.unwrap();
        let grants =
            [(senco, ids[0]), (second_senco, ids[1])].map(|(person, school)| self.senco_at(person, school));
        work.insert_all::<role_grant::Entity>(grants.into()).await.unwrap();
        let link = link_assignment::Model {
            id: new_id(),
            person_id: ep,
            school_id: ids[0],
            authority_id,
            discipline: Role::EducationalPsychologist,
            from_date: "2024-09-01".parse().unwrap(),
            to_date: None,
        };
        work.insert::<link_assignment::Entity>(link).await.unwrap();
        work.commit().await.unwrap();
        South {
            locality: id(Kind::Locality, locality_id),
            school: ids[0],
            sencos: [senco, second_senco].map(|person| id(Kind::Person, person)),
        }
    }

    /// The row by which somebody is the SENCO of a school of the first authority.
    pub fn senco_at(&self, person_id: Uuid, school: Uuid) -> role_grant::Model {
        role_grant::Model {
            id: new_id(),
            person_id,
            authority_id: self.world.authority,
            role: Role::Senco,
            school_id: Some(school),
            from_date: "2024-09-01".parse().unwrap(),
            to_date: None,
            revoked_at: None,
            granted_by: None,
        }
    }

    /// The family of the schools of the first authority.
    pub fn north(&self) -> Value {
        id(Kind::Locality, self.world.locality)
    }

    /// A session of two hours of the first locality, to be spoilt one field at a time.
    pub fn gathering(&self, starts_at: &str) -> Value {
        json!({
            "locality": self.north(), "startsAt": starts_at,
            "endsAt": rfc3339(at(starts_at) + TimeDelta::minutes(120)), "place": "The library",
        })
    }

    /// Plans a session; answers the payload.
    pub async fn plan_session(&self, subject: &str, input: Value) -> Value {
        self.act(subject, "planLocalitySession", SESSION, input).await
    }

    /// A session of the first locality that its EP planned; its id.
    pub async fn planned_session(&self, starts_at: &str) -> Value {
        let mut payload = self.plan_session("ep", self.gathering(starts_at)).await;
        passes(&payload);
        payload["session"]["id"].take()
    }

    /// A step on a session; answers the payload.
    pub async fn session_step(&self, subject: &str, mutation: &str, session: &Value, more: Value) -> Value {
        let mut input = json!({ "session": session });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act(subject, mutation, SESSION, input).await
    }

    /// A session as somebody sees it.
    pub async fn session(&self, subject: &str, session: &Value) -> Value {
        self.read(subject, "LocalitySession", inside(SESSION), session).await
    }

    /// Starts a session as its EP; answers the payload.
    pub async fn start_session(&self, session: &Value, present: &[&str]) -> Value {
        let present: Vec<_> = present.iter().map(|subject| self.person(subject)).collect();
        self.session_step("ep", "startLocalitySession", session, json!({ "present": present })).await
    }

    /// Records the parent's consent to a discussion in the group; answers the payload.
    pub async fn consent_to_group(&self, subject: &str, child: &str, explained: bool) -> Value {
        let input = json!({
            "child": self.child(child), "purpose": "LOCALITY_DISCUSSION", "givenBy": self.parent_of(child),
            "signedOn": self.today(), "holder": "The school", "groupExplained": explained,
        });
        self.act(subject, "recordConsent", "consent { id groupExplained }", input).await
    }

    /// An item about a child, to be spoilt one field at a time.
    pub fn concern(&self, session: &Value, school: &str, child: &str) -> Value {
        json!({
            "session": session, "school": self.school(school), "about": "CHILD", "child": self.child(child),
            "subject": "Reading.", "supportSoFar": "A second cycle of a daily group.",
            "acknowledge": small_cohort(),
        })
    }

    /// An item of the first primary school about a class, to be spoilt one field at a time.
    pub fn about_a_class(&self, session: &Value) -> Value {
        json!({ "session": session, "school": self.school("primary"), "about": "CLASS", "subject": "Noise." })
    }

    /// Brings an item; answers the payload.
    pub async fn propose(&self, subject: &str, input: Value) -> Value {
        self.act(subject, "proposeLocalityItem", ITEM, input).await
    }

    /// An item about a child with the parent's consent; its id.
    pub async fn proposed(&self, subject: &str, session: &Value, school: &str, child: &str) -> Value {
        passes(&self.consent_to_group(subject, child, true).await);
        let mut payload = self.propose(subject, self.concern(session, school, child)).await;
        passes(&payload);
        payload["item"]["id"].take()
    }

    /// Completes the preparation form of an item; answers the payload.
    pub async fn prepare(&self, subject: &str, item: &Value, words: &str) -> Value {
        let form = json!({ "situation": words, "strategiesUsed": words, "desired": words, "aim": words });
        self.item_step(subject, "prepareLocalityItem", item, form).await
    }

    /// The same of an item about a child that is prepared too.
    pub async fn prepared(&self, subject: &str, session: &Value, school: &str, child: &str) -> Value {
        let item = self.proposed(subject, session, school, child).await;
        passes(&self.prepare(subject, &item, "Reads a little every day.").await);
        item
    }

    /// A step on an item; answers the payload.
    pub async fn item_step(&self, subject: &str, mutation: &str, item: &Value, more: Value) -> Value {
        let mut input = json!({ "item": item });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act(subject, mutation, ITEM, input).await
    }

    /// An item as somebody sees it.
    pub async fn item(&self, subject: &str, item: &Value) -> Value {
        self.read(subject, "LocalityItem", inside(ITEM), item).await
    }

    /// Goes on with an item; answers the payload.
    pub async fn advance(&self, subject: &str, item: &Value, to: &str) -> Value {
        self.item_step(subject, "advanceLocalityItem", item, json!({ "to": to })).await
    }

    /// Writes a note; answers the payload.
    pub async fn note(&self, subject: &str, item: &Value, kind: &str, text: &str) -> Value {
        let input = json!({ "item": item, "kind": kind, "text": text });
        self.act(subject, "writeLocalityNote", "note { id kind step text }", input).await
    }

    /// Offers a strategy; answers the payload.
    pub async fn offer(&self, subject: &str, item: &Value, text: &str) -> Value {
        let input = json!({ "item": item, "kind": "STRATEGY", "text": text });
        self.act(subject, "offerStrategy", "strategy { id kind text helpful offeredBy { id } }", input).await
    }

    /// Takes a prepared item through the consultation up to a step, writing something at each.
    pub async fn walk(&self, by: &str, item: &Value, to: &str, words: &str) {
        for (step, kind) in STEPS {
            passes(&self.advance(by, item, step).await);
            match kind {
                Some(kind) => passes(&self.note(by, item, kind, words).await),
                None => passes(&self.offer(by, item, words).await),
            }
            if step == to {
                return;
            }
        }
        panic!("{to} is no step");
    }

    /// A session that began at its time with two SENCOs and the EP, and its items: about these children of the first primary
    /// school, all prepared.
    pub async fn running_session(&self, starts_at: &str, children: &[&str]) -> (Value, Vec<Value>) {
        let session = self.planned_session(starts_at).await;
        let mut items = Vec::new();
        for child in children {
            items.push(self.prepared("senco", &session, "primary", child).await);
        }
        self.set_clock(starts_at);
        passes(&self.start_session(&session, &["senco", "second_senco"]).await);
        (session, items)
    }

    /// Marks all that was offered for an item as helpful; the ids of the strategies.
    pub async fn found_helpful(&self, subject: &str, item: &Value) -> Vec<Value> {
        let seen = self.item(subject, item).await;
        let offered: Vec<_> =
            seen["strategies"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        let marked = json!({ "helpful": offered });
        passes(&self.item_step(subject, "markHelpfulStrategies", item, marked).await);
        offered
    }

    /// Writes an action plan of these strategies; answers the payload.
    pub async fn write_actions(&self, subject: &str, item: &Value, of: &[Value], words: &str) -> Value {
        let steps: Vec<_> =
            of.iter().map(|strategy| json!({ "strategy": strategy, "what": words, "who": words })).collect();
        self.item_step(subject, "writeActionPlan", item, json!({ "steps": steps })).await
    }

    /// Reviews the impact of an item's action plan, with the same outcome for each step; answers the payload.
    pub async fn review_impact(&self, subject: &str, item: &Value, words: &str) -> Value {
        let seen = self.item(subject, item).await;
        let steps = seen["actionPlan"]["steps"].as_array().unwrap().iter();
        let outcomes: Vec<_> = steps
            .map(|step| json!({ "step": step["id"], "impact": "HELPED_IN_PART", "note": words }))
            .collect();
        self.item_step(subject, "reviewImpact", item, json!({ "done": words, "outcomes": outcomes })).await
    }

    /// Decides that an EP goes on with an item; answers the payload.
    pub async fn decide_involvement(&self, session: &Value, item: &Value, rank: i32, more: Value) -> Value {
        let mut input = json!({
            "session": session, "item": item, "form": "CONSULTATION_IN_SCHOOL", "rank": rank,
            "reason": "The adults want to think it through.",
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.act("ep", "decideEpInvolvement", "decision { id rank form reason }", input).await
    }

    /// Agrees a level of the support grid for literacy; answers the payload.
    pub async fn moderate(&self, subject: &str, item: &Value, proposed: i32, agreed: i32) -> Value {
        let input = json!({
            "item": item, "areaOfNeed": "LITERACY", "proposedLevel": proposed, "agreedLevel": agreed,
        });
        self.act(
            subject,
            "moderateSupportGrid",
            "moderation { id areaOfNeed proposedLevel agreedLevel }",
            input,
        )
        .await
    }

    /// Gives ada names, and her parent one, that are found nowhere else: what may show nowhere.
    pub async fn ada_by_other_names(&self) -> Vec<String> {
        let child = crate::access::literal(self, self.world.children["ada"]);
        let parent = crate::access::literal(self, self.world.parents["ada"]);
        self.sabotage(&format!(
            "update child set given_name = 'Xanthippe', family_name = 'Quillfeather', known_as = 'Zanzibara' where id = {child}"
        ))
        .await;
        self.sabotage(&format!("update parent_carer set name = 'Hortensia Vandermeer' where id = {parent}"))
            .await;
        let ids = [self.child("ada").as_str().unwrap().to_owned(), self.world.children["ada"].to_string()];
        let names = ["Xanthippe", "Quillfeather", "Zanzibara", "Hortensia", "Vandermeer", "2018-05-04"];
        names.map(str::to_owned).into_iter().chain(ids).chain([self.upn("ada")]).collect()
    }
}

/// Fails where a text holds one of the words that tell who a child is.
pub fn tells_nobody(text: &str, personal: &[String], whose: &str) {
    let folded = text.to_lowercase();
    for one in personal {
        assert!(!folded.contains(&one.to_lowercase()), "{whose}: {one} in {text}");
    }
}
