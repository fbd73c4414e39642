//! Steps of locality groups that were taken by mistake (XC-22).

use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{SHORT, kept};
use crate::graphql::locality::{LocalityItem, LocalitySession};
use crate::graphql::payload::{UpdateControl, carry_out, payload};
use crate::workflow::locality::reversal::{ReverseItemStep, ReversePlan, ReverseSession};
use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::{locality_item, locality_session};

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseLocalitySessionStepInput {
    /// The session.
    session: ID,
    /// Why it was a mistake, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseLocalityItemStepInput {
    /// The item.
    item: ID,
    /// Why it was a mistake, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseActionPlanStepInput {
    /// The item.
    item: ID,
    /// Why it was a mistake, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(ReverseLocalitySessionStepPayload, session: LocalitySession of locality_session::Entity);
payload!(ReverseLocalityItemStepPayload, item: LocalityItem of locality_item::Entity);
payload!(ReverseActionPlanStepPayload, item: LocalityItem of locality_item::Entity);

/// Steps of locality groups that were taken by mistake (XC-22).
#[derive(Default)]
pub struct LocalityReversals;

/// Steps of locality groups that were taken by mistake (XC-22).
#[Object]
impl LocalityReversals {
    /// Take the last step of a session back: its start until the group has begun with an item, its close, that it was called off before its time (XC-22). By the facilitator or a SEND manager.
    async fn reverse_locality_session_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseLocalitySessionStepInput,
    ) -> Result<ReverseLocalitySessionStepPayload> {
        let command = ReverseSession {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        ReverseLocalitySessionStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take the last step of an item's consultation back, while its session runs and nothing was written on it (XC-22). By the school's SENCO, the facilitator or a SEND manager.
    async fn reverse_locality_item_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseLocalityItemStepInput,
    ) -> Result<ReverseLocalityItemStepPayload> {
        let command = ReverseItemStep {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        ReverseLocalityItemStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take the action plan of an item back, or the review of its impact; what was due before is due again (XC-22). By the school's SENCO or a SEND manager.
    async fn reverse_action_plan_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseActionPlanStepInput,
    ) -> Result<ReverseActionPlanStepPayload> {
        let command = ReversePlan {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        ReverseActionPlanStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
