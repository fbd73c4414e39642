//! What a document is made of, read in the viewer's scope like everything else.

use super::context::op;
use super::list::evidence::ActionPlansOfCycle;
use super::list::short;
use super::loader::{all_under, by_id};
use crate::document::one_plan::{ActionPlanPart, CyclePart, PlanPart, SectionPart, one_plan};
use async_graphql::{Context, Error, Result};
use entity::{
    action_plan, child, consultation, holding, locality_item, one_plan, plan_cycle, plan_section, school,
};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// A cycle with what hangs on it.
type Part = ((plan_cycle::Model, Vec<SectionPart>), Vec<ActionPlanPart>);

/// A One Plan and its history as one page.
pub async fn of(ctx: &Context<'_>, plan: &one_plan::Model) -> Result<String> {
    let child = by_id::<child::Entity>(ctx, plan.child_id).await?;
    let child = child.ok_or_else(|| Error::new("the child of the plan is not seen"))?;
    let cycles = all_under(ctx, plan.id, short::Cycles).await?;
    let contributions = all_under(ctx, plan.id, short::Contributions).await?;
    let observations = all_under(ctx, plan.id, short::Observations).await?;
    let sections = try_join_all(cycles.iter().map(|cycle| sections(ctx, cycle.id))).await?;
    let evidence = try_join_all(cycles.iter().map(|cycle| from_groups(ctx, cycle.id))).await?;
    let part = |((cycle, sections), action_plans): Part| CyclePart {
        contributions: contributions.iter().filter(|row| row.cycle_id == cycle.id).cloned().collect(),
        observations: observations.iter().filter(|row| row.cycle_id == cycle.id).cloned().collect(),
        cycle,
        sections,
        action_plans,
    };
    let called = child.known_as.as_deref().unwrap_or(&child.given_name);
    Ok(one_plan(&PlanPart {
        child: format!("{called} {}", child.family_name),
        born_on: child.date_of_birth,
        school: school(ctx, child.id).await?,
        plan: plan.clone(),
        cycles: cycles.into_iter().zip(sections).zip(evidence).rev().map(part).collect(),
        on: op(ctx)?.today(),
    }))
}

async fn school(ctx: &Context<'_>, child: Uuid) -> Result<Option<String>> {
    let held: Option<holding::Model> = all_under(ctx, child, short::CurrentHolding).await?.pop();
    match held {
        Some(held) => Ok(by_id::<school::Entity>(ctx, held.school_id).await?.map(|school| school.name)),
        None => Ok(None),
    }
}

/// What a cycle has from locality groups.
async fn from_groups(ctx: &Context<'_>, cycle: Uuid) -> Result<Vec<ActionPlanPart>> {
    let plans = all_under(ctx, cycle, ActionPlansOfCycle).await?;
    try_join_all(plans.into_iter().map(|plan| action_plan(ctx, plan))).await
}

async fn action_plan(ctx: &Context<'_>, plan: action_plan::Model) -> Result<ActionPlanPart> {
    let item = by_id::<locality_item::Entity>(ctx, plan.item_id).await?;
    let steps = all_under(ctx, plan.id, short::StepsOfActionPlan).await?;
    Ok(ActionPlanPart { plan, item: item.map(|item| item.reference), steps })
}

async fn sections(ctx: &Context<'_>, cycle: Uuid) -> Result<Vec<SectionPart>> {
    let rows = all_under(ctx, cycle, short::Sections).await?;
    try_join_all(rows.into_iter().map(|row| section(ctx, row))).await
}

async fn section(ctx: &Context<'_>, section: plan_section::Model) -> Result<SectionPart> {
    let cited = all_under(ctx, section.id, short::Evidence).await?;
    let cases = cited.iter().map(|row| by_id::<consultation::Entity>(ctx, row.consultation_id));
    let cases = try_join_all(cases).await?;
    Ok(SectionPart {
        outcomes: all_under(ctx, section.id, short::Outcomes).await?,
        interventions: all_under(ctx, section.id, short::InterventionsOfSection).await?,
        evidence: cases.into_iter().flatten().map(|case| case.reference).collect(),
        section,
    })
}
