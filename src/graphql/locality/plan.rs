//! The action plan of an item, and the review of its impact (LG-7, LG-8).

use super::item::item_of;
use super::{LocalityItem, Strategy, person_of};
use crate::graphql::id::{Kind, encode};
use crate::graphql::list::short;
use crate::graphql::loader::{all_under, by_id};
use crate::graphql::people::Person;
use crate::graphql::scalar::Date;
use async_graphql::{Context, ID, Object, Result};
use chrono::NaiveDate;
use domain::locality::Impact;
use entity::{action_plan, action_plan_step, strategy};
use uuid::Uuid;

/// The action plan of an item.
pub struct ActionPlan(action_plan::Model);

impl From<action_plan::Model> for ActionPlan {
    fn from(row: action_plan::Model) -> Self {
        Self(row)
    }
}

/// The action plan of an item, from the strategies that were found helpful (LG-7).
#[Object]
impl ActionPlan {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::ActionPlan, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        item_of(ctx, self.0.item_id).await
    }

    /// Its steps, in the order in which they were written.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<ActionPlanStep>> {
        Ok(all_under(ctx, self.0.id, short::StepsOfActionPlan)
            .await?
            .into_iter()
            .map(ActionPlanStep::from)
            .collect())
    }

    /// Who wrote it, if the viewer sees them.
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.written_by).await
    }

    /// The London date on which it was written.
    async fn written_on(&self) -> Date {
        Date(self.0.written_on)
    }

    /// The review of its impact, once there was one (LG-8).
    async fn review(&self) -> Option<ImpactReview> {
        let reviewed = self.0.done.clone().zip(self.0.reviewed_on);
        reviewed.map(|(done, reviewed_on)| ImpactReview {
            done,
            reviewed_by: self.0.reviewed_by,
            reviewed_on,
        })
    }

    /// Counts the changes.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A step of an action plan.
pub struct ActionPlanStep(action_plan_step::Model);

impl From<action_plan_step::Model> for ActionPlanStep {
    fn from(row: action_plan_step::Model) -> Self {
        Self(row)
    }
}

/// A step of an action plan, and what became of it (LG-7, LG-8).
#[Object]
impl ActionPlanStep {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::ActionPlanStep, self.0.id)
    }

    /// The plan.
    async fn action_plan(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>> {
        Ok(by_id::<action_plan::Entity>(ctx, self.0.action_plan_id).await?.map(ActionPlan::from))
    }

    /// The strategy from which it comes.
    async fn strategy(&self, ctx: &Context<'_>) -> Result<Option<Strategy>> {
        Ok(by_id::<strategy::Entity>(ctx, self.0.strategy_id).await?.map(Strategy::from))
    }

    /// What is done.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// Who does it, by what they do.
    async fn who(&self) -> &str {
        &self.0.who
    }

    /// What became of it, once reviewed.
    async fn impact(&self) -> Option<Impact> {
        self.0.impact
    }

    /// The note to that.
    async fn impact_note(&self) -> Option<&str> {
        self.0.impact_note.as_deref()
    }
}

/// The review of the impact of an action plan.
pub struct ImpactReview {
    done: String,
    reviewed_by: Option<Uuid>,
    reviewed_on: NaiveDate,
}

/// The review of the impact of an action plan; what became of each step stands there (LG-8).
#[Object]
impl ImpactReview {
    /// What was done.
    async fn done(&self) -> &str {
        &self.done
    }

    /// Who reviewed it, if the viewer sees them.
    async fn reviewed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.reviewed_by {
            Some(id) => person_of(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The London date of the review.
    async fn reviewed_on(&self) -> Date {
        Date(self.reviewed_on)
    }
}
