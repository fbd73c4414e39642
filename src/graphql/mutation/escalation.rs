//! What people do about an escalation (XC-9).

use crate::graphql::deadline::Escalation;
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, kept};
use crate::graphql::payload::payload;
use crate::graphql::payload::{UpdateControl, carry_out};
use crate::workflow::escalation::{Acknowledge, Reassign, Resolve, Step};
use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::escalation;

/// An escalation to take note of.
#[derive(InputObject)]
pub struct AcknowledgeEscalationInput {
    /// The escalation.
    escalation: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// An escalation to hand on.
#[derive(InputObject)]
pub struct ReassignEscalationInput {
    /// The escalation.
    escalation: ID,
    /// To whom.
    to: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// An escalation to close.
#[derive(InputObject)]
pub struct ResolveEscalationInput {
    /// The escalation.
    escalation: ID,
    /// What was done.
    resolution: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(AcknowledgeEscalationPayload, escalation: Escalation of escalation::Entity);
payload!(ReassignEscalationPayload, escalation: Escalation of escalation::Entity);
payload!(ResolveEscalationPayload, escalation: Escalation of escalation::Entity);

/// Steps on escalations.
#[derive(Default)]
pub struct EscalationMutations;

/// Steps on escalations.
#[Object]
impl EscalationMutations {
    /// Take note of an escalation (XC-9).
    async fn acknowledge_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: AcknowledgeEscalationInput,
    ) -> Result<AcknowledgeEscalationPayload> {
        let escalation = expect(Kind::Escalation, "input.escalation", &input.escalation)?;
        let command = Acknowledge { escalation, step: Step::Acknowledge };
        AcknowledgeEscalationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Hand an escalation to a colleague (XC-9). By the SEND manager.
    async fn reassign_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to whom.")] input: ReassignEscalationInput,
    ) -> Result<ReassignEscalationPayload> {
        let escalation = expect(Kind::Escalation, "input.escalation", &input.escalation)?;
        let to = expect(Kind::Person, "input.to", &input.to)?;
        let command = Reassign { escalation, step: Step::Reassign { to } };
        ReassignEscalationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Close an escalation with what was done (XC-9).
    async fn resolve_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was done.")] input: ResolveEscalationInput,
    ) -> Result<ResolveEscalationPayload> {
        let escalation = expect(Kind::Escalation, "input.escalation", &input.escalation)?;
        let resolution = kept("input.resolution", &input.resolution, LONG)?;
        let command = Resolve { escalation, step: Step::Resolve { resolution } };
        ResolveEscalationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
