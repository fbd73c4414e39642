//! Thirty children of one school, each with a One Plan of three cycles of six sections, in one query: one statement for
//! each level of the graph.

use super::{counting, fewest};
use crate::support::app::App;
use crate::support::graduated::AREAS;
use casegraph::op::{Op, new_id};
use domain::graduated::{AreaOfDevelopment, CycleState, InterventionTier, OnePlanState, Season};
use entity::{intervention, one_plan, plan_cycle, plan_outcome, plan_section};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use uuid::Uuid;

const CHILDREN: u32 = 30;
const CYCLES: i32 = 3;
const SECTIONS: usize = 6;

/// Rows of many plans, written past the API.
#[derive(Default)]
struct Plans {
    roots: Vec<one_plan::Model>,
    cycles: Vec<plan_cycle::Model>,
    sections: Vec<plan_section::Model>,
    outcomes: Vec<plan_outcome::Model>,
    interventions: Vec<intervention::Model>,
}

impl Plans {
    fn plan(&mut self, app: &App, child_id: Uuid) {
        let (authority_id, school_id) = (app.world.authority, app.world.schools["primary"]);
        let (plan_id, by) = (new_id(), app.world.people["senco"]);
        self.roots.push(one_plan::Model {
            id: plan_id,
            authority_id,
            child_id,
            school_id,
            state: OnePlanState::Active,
            drafted_by: by,
            drafted_at: app.now(),
            activated_on: "2025-09-08".parse().ok(),
            review_by: "2026-03-27".parse().ok(),
            ended_on: None,
            end_reason: None,
            version: 1,
        });
        for number in 1..=CYCLES {
            let cycle_id = new_id();
            self.cycles.push(plan_cycle::Model {
                id: cycle_id,
                authority_id,
                plan_id,
                child_id,
                school_id,
                number,
                state: if number == CYCLES { CycleState::Open } else { CycleState::Reviewed },
                opened_at: app.now(),
                starts_on: "2025-09-08".parse().ok(),
                school_year: Some(2025),
                season: Some(Season::Autumn),
                review_by: "2026-03-27".parse().ok(),
                reviewed_on: None,
                reviewed_by: None,
                concerns_remain: false,
                summary: None,
                version: 1,
            });
            for area in &AreaOfDevelopment::ALL[..SECTIONS] {
                self.section(app, child_id, plan_id, cycle_id, *area);
            }
        }
    }

    fn section(&mut self, app: &App, child_id: Uuid, plan_id: Uuid, cycle_id: Uuid, area: AreaOfDevelopment) {
        let (authority_id, section_id) = (app.world.authority, new_id());
        let by = app.world.people["senco"];
        self.sections.push(plan_section::Model {
            id: section_id,
            authority_id,
            plan_id,
            cycle_id,
            child_id,
            area,
            assess: "As agreed.".into(),
            review_on: None,
            review_measure: String::new(),
            complete: true,
            findings: None,
            progress: None,
            reassessment_id: None,
            used_up_instrument_id: None,
            written_by: by,
            written_at: app.now(),
            version: 1,
        });
        for position in 0..2 {
            self.outcomes.push(plan_outcome::Model {
                id: new_id(),
                authority_id,
                section_id,
                child_id,
                position,
                what: "Reads 60 words.".into(),
                measure: String::new(),
            });
            self.interventions.push(intervention::Model {
                id: new_id(),
                authority_id,
                child_id,
                school_id: app.world.schools["primary"],
                section_id: Some(section_id),
                position,
                area,
                tier: InterventionTier::Targeted,
                what: "Paired reading".into(),
                evidence_base: "EEF".into(),
                who: "The assistant".into(),
                timetable: "Daily".into(),
                from_date: "2025-09-08".parse().unwrap(),
                to_date: None,
                reviewed_on: None,
                impact: None,
                recorded_by: by,
                recorded_at: app.now(),
                version: 1,
            });
        }
    }

    async fn write(self, app: &App) {
        let op = Op::of_service(app.now());
        let work = app.service.store.work(&op).await.unwrap();
        work.insert_all::<one_plan::Entity>(self.roots).await.unwrap();
        work.insert_all::<plan_cycle::Entity>(self.cycles).await.unwrap();
        work.insert_all::<plan_section::Entity>(self.sections).await.unwrap();
        work.insert_all::<plan_outcome::Entity>(self.outcomes).await.unwrap();
        work.insert_all::<intervention::Entity>(self.interventions).await.unwrap();
        work.commit().await.unwrap();
    }
}

async fn a_level_of_the_graph_is_one_statement(app: App) {
    let mut plans = Plans::default();
    for child in app.more_children(CHILDREN).await {
        plans.plan(&app, child);
    }
    plans.write(&app).await;
    let count = Arc::new(AtomicUsize::new(0));
    let _counting = counting(&count);
    // From the root, each selection goes one level deeper than the one before.
    let school = "school(urn: 900001)";
    let levels = [
        format!("{{ {school} {{ id }} }}"),
        format!("{{ {school} {{ children(first: 100) {{ nodes {{ id }} }} }} }}"),
        plans_of("id"),
        plans_of("cycles { id }"),
        plans_of("cycles { sections { id } }"),
        plans_of("cycles { sections { outcomes { what } } }"),
    ];
    let mut costs = Vec::new();
    for query in &levels {
        costs.push(
            fewest(&count, async || {
                app.ask("senco", query, json!({})).await;
            })
            .await,
        );
    }
    for (level, pair) in costs.windows(2).enumerate() {
        // Reading children is written down, which the first level with children begins.
        let allowed = if level == 0 { 3 } else { 1 };
        assert!(pair[1] <= pair[0] + allowed, "level {level}: {costs:?}");
        assert!(pair[1] > pair[0], "level {level} costs nothing: {costs:?}");
    }
    // A second list on a level is a statement of its own, and no more.
    let both = plans_of("cycles { sections { outcomes { what } interventions { what } } }");
    let with_interventions = fewest(&count, async || {
        app.ask("senco", &both, json!({})).await;
    })
    .await;
    assert_eq!(with_interventions, costs[5] + 1);
    assert_the_whole(&app, &both).await;
}

fn plans_of(plan: &str) -> String {
    format!(
        "{{ school(urn: 900001) {{ children(first: 100) {{ nodes {{ graduatedResponse {{ onePlans {{ {plan} }} }} }} }} }} }}"
    )
}

/// Nothing is left out and nothing stands under the wrong parent.
async fn assert_the_whole(app: &App, query: &str) {
    let data = app.ask("senco", query, json!({})).await;
    let nodes = data["school"]["children"]["nodes"].as_array().unwrap();
    let plans: Vec<_> =
        nodes.iter().flat_map(|node| node["graduatedResponse"]["onePlans"].as_array().unwrap()).collect();
    assert_eq!(plans.len(), CHILDREN as usize);
    for plan in plans {
        let cycles = plan["cycles"].as_array().unwrap();
        assert_eq!(cycles.len(), CYCLES as usize);
        for section in cycles.iter().flat_map(|cycle| {
            let sections = cycle["sections"].as_array().unwrap();
            assert_eq!(sections.len(), SECTIONS.min(AREAS.len()));
            sections
        }) {
            assert_eq!(
                (
                    section["outcomes"].as_array().unwrap().len(),
                    section["interventions"].as_array().unwrap().len()
                ),
                (2, 2)
            );
        }
    }
}

async fn paths_and_figures_cost_the_same_however_many(app: App) {
    let few = app.more_children(2).await;
    let mut plans = Plans::default();
    for child in &few {
        plans.plan(&app, *child);
    }
    plans.write(&app).await;
    let count = Arc::new(AtomicUsize::new(0));
    let _counting = counting(&count);
    let page = |first: u32| {
        format!(
        "{{ school(urn: 900001) {{ graduatedResponseFigures {{ onRegister plansActive areasOfNeed {{ area plans }} }}
            onePlans(first: {first}) {{ nodes {{ id child {{ pathway {{ standsAt steps {{ state viewerMay }} }} }} allowedActions }} }} }} }}"
    )
    };
    let two = fewest(&count, async || {
        app.ask("senco", &page(2), json!({})).await;
    })
    .await;
    let mut plans = Plans::default();
    let more = app.world.children.values().copied().filter(|child| *child != app.world.children["lou"]);
    for child in more {
        plans.plan(&app, child);
    }
    plans.write(&app).await;
    let nine = fewest(&count, async || {
        let data = app.ask("senco", &page(50), json!({})).await;
        assert_eq!(data["school"]["onePlans"]["nodes"].as_array().unwrap().len(), 9);
        assert_eq!(data["school"]["graduatedResponseFigures"]["plansActive"], 9);
    })
    .await;
    assert!(two > 15, "{two} statements cannot be all");
    assert!(nine <= two + 4, "{two} statements for two, {nine} for nine");
}

#[tokio::test]
async fn levels_on_sqlite() {
    a_level_of_the_graph_is_one_statement(App::on_sqlite().await).await;
}

#[tokio::test]
async fn levels_on_postgres() {
    a_level_of_the_graph_is_one_statement(App::on_postgres().await).await;
}

#[tokio::test]
async fn paths_on_sqlite() {
    paths_and_figures_cost_the_same_however_many(App::on_sqlite().await).await;
}

#[tokio::test]
async fn paths_on_postgres() {
    paths_and_figures_cost_the_same_however_many(App::on_postgres().await).await;
}
