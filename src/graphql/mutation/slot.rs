//! Publishing and taking back slots (OC-1).

use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, kept};
use crate::graphql::payload::payload;
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out};
use crate::graphql::scalar::DateTime;
use crate::graphql::slot::ConsultationSlot;
use crate::workflow::consultation::slots::{Publish, Withdraw};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::consultation::AreaOfNeed;
use entity::consultation_slot;

/// A slot to be published.
#[derive(InputObject)]
pub struct PublishConsultationSlotInput {
    /// The authority.
    authority: ID,
    /// What it is for.
    area_of_need: AreaOfNeed,
    /// Start; how long it lasts is policy.
    starts_at: DateTime,
    /// The specialist whose slot it is.
    specialist: ID,
    /// Where people join.
    join_link: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A slot to be taken back.
#[derive(InputObject)]
pub struct WithdrawConsultationSlotInput {
    /// The slot.
    slot: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(PublishConsultationSlotPayload, slot: ConsultationSlot of consultation_slot::Entity);
payload!(WithdrawConsultationSlotPayload, slot: ConsultationSlot of consultation_slot::Entity);

/// Steps on slots.
#[derive(Default)]
pub struct SlotMutations;

/// Steps on slots.
#[Object]
impl SlotMutations {
    /// Publish a slot for online consultations (OC-1). By the consultations team.
    async fn publish_consultation_slot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slot.")] input: PublishConsultationSlotInput,
    ) -> Result<PublishConsultationSlotPayload> {
        let command = Publish {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            area_of_need: input.area_of_need,
            starts_at: input.starts_at.0,
            specialist: expect(Kind::Person, "input.specialist", &input.specialist)?,
            join_link: kept("input.joinLink", &input.join_link, LONG)?,
        };
        let reply = carry_out(ctx, input.control, command).await?;
        PublishConsultationSlotPayload::of(ctx, reply).await
    }

    /// Take back a slot that nobody has booked (OC-1). By the consultations team.
    async fn withdraw_consultation_slot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which slot.")] input: WithdrawConsultationSlotInput,
    ) -> Result<WithdrawConsultationSlotPayload> {
        let command = Withdraw { slot: expect(Kind::ConsultationSlot, "input.slot", &input.slot)? };
        let reply = carry_out(ctx, input.control, command).await?;
        WithdrawConsultationSlotPayload::of(ctx, reply).await
    }
}
