//! The pathway and the mutations on a walk: whatever is done, each step says of itself what its mutation says (GR-14).

use crate::both;
use crate::support::app::App;
use crate::support::chance::Chance;
use crate::support::graduated::{AREAS, LINK, PLAN, section};
use serde_json::{Value, json};

/// The steps whose gates the pathway asks: number and mutation.
const GATED: [(usize, &str); 5] = [
    (5, "addToSenRegister"),
    (6, "activateOnePlan"),
    (7, "reviewPlanCycle"),
    (8, "openPlanCycle"),
    (9, "raiseLinkConsultation"),
];

/// What the walker knows.
struct Walk<'a> {
    app: &'a App,
    plan: Option<Value>,
    /// By area.
    assessments: Vec<(&'static str, Value)>,
}

impl Walk<'_> {
    /// An input of a gated mutation that leaves nothing to be desired; none where there is nothing to name in it.
    async fn best(&self, mutation: &str) -> Option<Value> {
        let app = self.app;
        let plan = || self.plan.clone();
        Some(match mutation {
            "addToSenRegister" => app.adding("senco", "ben", &[self.assessments.first()?.1.clone()]),
            "activateOnePlan" | "openPlanCycle" => json!({ "onePlan": plan()? }),
            "reviewPlanCycle" => self.review(&plan()?).await,
            _ => json!({ "child": app.child("ben"), "question": "What next?", "urgent": false }),
        })
    }

    /// The review of the open cycle, each section resting on the newest assessment of its area.
    async fn review(&self, plan: &Value) -> Value {
        let mut input = self.app.review_of(plan, &Value::Null, "Better.").await;
        let sections = self.app.cycle(plan).await["sections"].as_array().unwrap().clone();
        for (given, section) in input["sections"].as_array_mut().unwrap().iter_mut().zip(sections) {
            let of_area = self.assessments.iter().rev().find(|(area, _)| section["area"] == *area);
            given["reassessment"] = json!(of_area.map(|(_, id)| id));
        }
        input
    }

    async fn dry(&self, mutation: &str, mut input: Value) -> Value {
        input["dryRun"] = json!(true);
        let entity = match mutation {
            "addToSenRegister" => "senRegisterDecision { id }",
            "raiseLinkConsultation" => LINK,
            _ => PLAN,
        };
        self.app.act("senco", mutation, entity, input).await
    }

    /// Compares what the path says of each gated step with what its mutation says now. Answers how many could be done.
    async fn compare(&self) -> usize {
        let path = self.app.path("senco", "ben").await;
        let mut next = 0;
        for (number, mutation) in GATED {
            let step = &path["steps"][number - 1];
            let Some(input) = self.best(mutation).await else {
                assert_ne!(step["state"], "NEXT", "{step:#}");
                continue;
            };
            if step["state"] == "DONE" {
                continue;
            }
            let said = self.dry(mutation, input).await["refusals"].clone();
            assert_eq!(said == json!([]), step["state"] == "NEXT", "{mutation}: {said:#} against {step:#}");
            let words = |refusals: &Value| -> Vec<Value> {
                refusals.as_array().unwrap().iter().map(|one| one["message"].clone()).collect()
            };
            for missing in words(&step["missing"]) {
                assert!(words(&said).contains(&missing), "{mutation}: {missing} is not in {said:#}");
            }
            next += usize::from(said == json!([]));
        }
        next
    }

    async fn go(&mut self, chance: &mut Chance) {
        let app = self.app;
        match chance.below(12) {
            0 | 1 => {
                let area = AREAS[usize::try_from(chance.below(2)).unwrap()];
                self.assessments.push((area, app.assessed("ben", area).await));
            }
            2 | 3 => {
                let input =
                    json!({ "child": app.child("ben"), "area": AREAS[1], "reason": "Never a question." });
                app.act("senco", "ruleOutArea", "child { id }", input).await;
            }
            4 => self.really("addToSenRegister").await,
            5 => {
                let drafted = app
                    .act("senco", "draftOnePlan", "onePlan { id }", json!({ "child": app.child("ben") }))
                    .await;
                if drafted["refusals"] == json!([]) {
                    self.plan = Some(drafted["onePlan"]["id"].clone());
                }
            }
            6 => {
                if let Some(plan) = &self.plan {
                    for area in &AREAS[..2] {
                        app.write("senco", plan, section(area), 0).await;
                    }
                }
            }
            7 => {
                if let Some(plan) = &self.plan {
                    for contributor in ["PARENTS", "PUPIL"] {
                        let input = json!({ "onePlan": plan, "contributor": contributor, "text": "Yes." });
                        app.act("senco", "addPlanContribution", "onePlan { id }", input).await;
                    }
                }
            }
            8 => self.really("activateOnePlan").await,
            9 => self.really("reviewPlanCycle").await,
            10 => self.really("openPlanCycle").await,
            _ => {
                if let Some(plan) = &self.plan {
                    let input = json!({
                        "onePlan": plan, "observedOn": app.today(), "observation": "Copies.", "teacher": "Slowly.",
                        "parents": "At home too.",
                    });
                    app.act("senco", "recordFurtherObservation", "onePlan { id }", input).await;
                }
            }
        }
    }

    async fn really(&self, mutation: &str) {
        let Some(mut input) = self.best(mutation).await else { return };
        if mutation == "reviewPlanCycle" {
            input["concernsRemain"] = json!(true);
        }
        let entity =
            if mutation == "addToSenRegister" { "senRegisterDecision { id }" } else { "onePlan { id }" };
        self.app.act("senco", mutation, entity, input).await;
    }
}

both! {
    async fn the_path_and_the_mutations_agree_on_a_walk(app: App) {
        app.off_register("ben").await;
        app.rule_out("senco", "ben", &AREAS[2..]).await;
        let mut chance = Chance::seeded(20_260_309);
        let mut walk = Walk { app: &app, plan: None, assessments: Vec::new() };
        let mut could = 0;
        for _ in 0..60 {
            could += walk.compare().await;
            walk.go(&mut chance).await;
        }
        assert!(could > 10, "the walk has been where something can be done: {could}");
    }

    async fn a_path_is_for_those_who_see_the_casework(app: App) {
        for (subject, sees) in [
            ("senco", true), ("teacher", true), ("parent", true), ("ep", true), ("manager", true), ("integrator", true),
            ("admin", false), ("second_senco", false), ("team", false),
        ] {
            let query = "query($id: ID!) { node(id: $id) { ... on Child { pathway { standsAt } } } }";
            let data = app.ask(subject, query, json!({ "id": app.child("ada") })).await;
            assert_eq!(data["node"]["pathway"].is_object(), sees, "{subject}");
        }
        let path = app.path("teacher", "ada").await;
        assert_eq!((&path["steps"][0]["viewerMay"], &path["steps"][4]["viewerMay"]), (&json!(true), &json!(false)));
        assert_eq!(path["steps"][4]["sections"], json!(["6.19"]));
        assert!(path["steps"][8]["roles"].as_array().unwrap().contains(&json!("SENCO")));
        assert_eq!(path["steps"][8]["missing"][0]["rule"], "GR-9");
    }
}
