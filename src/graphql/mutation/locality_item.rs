//! Items of locality groups: brought, prepared, worked through step by step, planned and reviewed (LG-2 to LG-8).

use super::locality::bounded;
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{LONG, SHORT, kept, kept_if_given};
use crate::graphql::locality::{LocalityItem, LocalityNote, Strategy};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::workflow::locality::item::{Defer, Prepare, Propose, WithdrawItem};
use crate::workflow::locality::plan::{NewOutcome, NewStep, ReviewImpact, WritePlan};
use crate::workflow::locality::steps::{Advance, MarkHelpful, Offer, WriteNote};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::locality::{Concern, Impact, ItemState, NoteKind, StrategyKind};
use entity::{locality_item, locality_note, strategy};

/// The item.
#[derive(InputObject)]
pub struct ProposeLocalityItemInput {
    /// The session.
    session: ID,
    /// The school that brings it.
    school: ID,
    /// What it is about.
    about: Concern,
    /// The child, where it is about one: of this school.
    child: Option<ID>,
    /// What it is about, in words that identify nobody.
    subject: String,
    /// The planned intervention or the additional support in a cycle, as the SENCO states it; of a child.
    support_so_far: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The preparation form, in words that identify nobody.
#[derive(InputObject)]
pub struct PrepareLocalityItemInput {
    /// The item.
    item: ID,
    /// The situation now.
    situation: String,
    /// Strategies used already.
    strategies_used: String,
    /// The desired situation.
    desired: String,
    /// The aim of the consultation.
    aim: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and to which step.
#[derive(InputObject)]
pub struct AdvanceLocalityItemInput {
    /// The item.
    item: ID,
    /// The step, which is the next one.
    to: ItemState,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The note.
#[derive(InputObject)]
pub struct WriteLocalityNoteInput {
    /// The item.
    item: ID,
    /// What it says, and so to which step it belongs.
    kind: NoteKind,
    /// The note, in words that identify nobody.
    text: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What is offered.
#[derive(InputObject)]
pub struct OfferStrategyInput {
    /// The item.
    item: ID,
    /// What kind of thing.
    kind: StrategyKind,
    /// What, in words that identify nobody.
    text: String,
    /// Who offered it, of those present; whoever writes it down without.
    offered_by: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which were helpful.
#[derive(InputObject)]
pub struct MarkHelpfulStrategiesInput {
    /// The item.
    item: ID,
    /// What was helpful of what was offered; all else was not. At most 100.
    helpful: Vec<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, to when, and why.
#[derive(InputObject)]
pub struct DeferLocalityItemInput {
    /// The item.
    item: ID,
    /// The later session of the same locality.
    to: ID,
    /// Why, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawLocalityItemInput {
    /// The item.
    item: ID,
    /// Why, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A step of an action plan.
#[derive(InputObject)]
pub struct ActionPlanStepInput {
    /// From which strategy that was marked helpful.
    strategy: ID,
    /// What is done, in words that identify nobody.
    what: String,
    /// Who does it, by what they do: `the class teacher`.
    who: String,
}

impl ActionPlanStepInput {
    fn read(&self, path: &str) -> Result<NewStep> {
        Ok(NewStep {
            strategy: expect(Kind::Strategy, &format!("{path}.strategy"), &self.strategy)?,
            what: kept(&format!("{path}.what"), &self.what, LONG)?,
            who: kept(&format!("{path}.who"), &self.who, SHORT)?,
        })
    }
}

/// The action plan.
#[derive(InputObject)]
pub struct WriteActionPlanInput {
    /// The item.
    item: ID,
    /// Its steps, in order; at most 100.
    steps: Vec<ActionPlanStepInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What became of a step of an action plan.
#[derive(InputObject)]
pub struct ImpactOutcomeInput {
    /// The step.
    step: ID,
    /// What became of it.
    impact: Impact,
    /// The note to that, in words that identify nobody.
    note: String,
}

impl ImpactOutcomeInput {
    fn read(&self, path: &str) -> Result<NewOutcome> {
        Ok(NewOutcome {
            step: expect(Kind::ActionPlanStep, &format!("{path}.step"), &self.step)?,
            impact: self.impact,
            note: kept(&format!("{path}.note"), &self.note, LONG)?,
        })
    }
}

/// What came of the action plan.
#[derive(InputObject)]
pub struct ReviewImpactInput {
    /// The item.
    item: ID,
    /// What was done, in words that identify nobody.
    done: String,
    /// What became of each step of the plan; at most 100.
    outcomes: Vec<ImpactOutcomeInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(ProposeLocalityItemPayload, item: LocalityItem of locality_item::Entity);
payload!(PrepareLocalityItemPayload, item: LocalityItem of locality_item::Entity);
payload!(AdvanceLocalityItemPayload, item: LocalityItem of locality_item::Entity);
payload!(WriteLocalityNotePayload, note: LocalityNote of locality_note::Entity);
payload!(OfferStrategyPayload, strategy: Strategy of strategy::Entity);
payload!(MarkHelpfulStrategiesPayload, item: LocalityItem of locality_item::Entity);
payload!(DeferLocalityItemPayload, item: LocalityItem of locality_item::Entity);
payload!(WithdrawLocalityItemPayload, item: LocalityItem of locality_item::Entity);
payload!(WriteActionPlanPayload, item: LocalityItem of locality_item::Entity);
payload!(ReviewImpactPayload, item: LocalityItem of locality_item::Entity);

/// Items of locality groups: brought, prepared, worked through step by step, planned and reviewed (LG-2 to LG-8).
#[derive(Default)]
pub struct LocalityItemMutations;

/// Items of locality groups: brought, prepared, worked through step by step, planned and reviewed (LG-2 to LG-8).
#[Object]
impl LocalityItemMutations {
    /// Bring an item to a session before it starts: about a child of the school, with consent in force, a group, a class, the school or the locality (LG-2, LG-3, LG-5). By the school's SENCO. Nothing that is written may identify anybody (LG-10).
    async fn propose_locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item.")] input: ProposeLocalityItemInput,
    ) -> Result<ProposeLocalityItemPayload> {
        let command = Propose {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            school: expect(Kind::School, "input.school", &input.school)?,
            about: input.about,
            child: expect_if_given(Kind::Child, "input.child", input.child.as_ref())?,
            subject: kept("input.subject", &input.subject, SHORT)?,
            support_so_far: kept_if_given("input.supportSoFar", input.support_so_far.as_deref(), LONG)?,
        };
        ProposeLocalityItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Complete the preparation form of an item before its session starts, or write it anew; only the group reads it (LG-4). By the school's SENCO.
    async fn prepare_locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The preparation form.")] input: PrepareLocalityItemInput,
    ) -> Result<PrepareLocalityItemPayload> {
        let command = Prepare {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            situation: kept("input.situation", &input.situation, LONG)?,
            strategies_used: kept("input.strategiesUsed", &input.strategies_used, LONG)?,
            desired: kept("input.desired", &input.desired, LONG)?,
            aim: kept("input.aim", &input.aim, LONG)?,
        };
        PrepareLocalityItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Go on with an item to the next step of the consultation; none is skipped, each has been written of (LG-3, LG-6). By the school's SENCO or link EP, or the facilitator.
    async fn advance_locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to which step.")] input: AdvanceLocalityItemInput,
    ) -> Result<AdvanceLocalityItemPayload> {
        let command = Advance { item: expect(Kind::LocalityItem, "input.item", &input.item)?, to: input.to };
        AdvanceLocalityItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Write a note on an item, of its step or one that it has passed (LG-6). By the school's SENCO or link EP, the facilitator, and the SENCOs and EPs who are there.
    async fn write_locality_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The note.")] input: WriteLocalityNoteInput,
    ) -> Result<WriteLocalityNotePayload> {
        let command = WriteNote {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            kind: input.kind,
            text: kept("input.text", &input.text, LONG)?,
        };
        WriteLocalityNotePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Offer a strategy, a resource or a signpost for an item, with who offered it (LG-6). By the school's SENCO or link EP, the facilitator, and the SENCOs and EPs who are there.
    async fn offer_strategy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is offered.")] input: OfferStrategyInput,
    ) -> Result<OfferStrategyPayload> {
        let command = Offer {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            kind: input.kind,
            text: kept("input.text", &input.text, LONG)?,
            offered_by: expect_if_given(Kind::Person, "input.offeredBy", input.offered_by.as_ref())?,
        };
        OfferStrategyPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Mark at the feedback which of what was offered was helpful; all else was not (LG-6). By the school's SENCO or link EP, or the facilitator.
    async fn mark_helpful_strategies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which were helpful.")] input: MarkHelpfulStrategiesInput,
    ) -> Result<MarkHelpfulStrategiesPayload> {
        let command = MarkHelpful {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            helpful: bounded("input.helpful", input.helpful)?
                .iter()
                .map(|id| expect(Kind::Strategy, "input.helpful", id))
                .collect::<Result<_>>()?,
        };
        MarkHelpfulStrategiesPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Put an item off to a later session of its locality; it comes there with its preparation form, under that day's code (LG-6). Answers the item there. By the school's SENCO or link EP, or the facilitator.
    async fn defer_locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, to when, and why.")] input: DeferLocalityItemInput,
    ) -> Result<DeferLocalityItemPayload> {
        let command = Defer {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            to: expect(Kind::LocalitySession, "input.to", &input.to)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        DeferLocalityItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Withdraw an item; its texts are sealed, its deadlines end (XC-8). By the school's SENCO.
    async fn withdraw_locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawLocalityItemInput,
    ) -> Result<WithdrawLocalityItemPayload> {
        let command = WithdrawItem {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        WithdrawLocalityItemPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Write the action plan of an item after the feedback, from what was marked helpful; the review of its impact is due from that day (LG-7, LG-8). By the school's SENCO.
    async fn write_action_plan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action plan.")] input: WriteActionPlanInput,
    ) -> Result<WriteActionPlanPayload> {
        let command = WritePlan {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            steps: bounded("input.steps", input.steps)?
                .iter()
                .enumerate()
                .map(|(index, step)| step.read(&format!("input.steps.{index}")))
                .collect::<Result<_>>()?,
        };
        WriteActionPlanPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Review the impact of an action plan: what was done, and what became of each step (LG-8). By the school's SENCO.
    async fn review_impact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of the action plan.")] input: ReviewImpactInput,
    ) -> Result<ReviewImpactPayload> {
        let command = ReviewImpact {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            done: kept("input.done", &input.done, LONG)?,
            outcomes: bounded("input.outcomes", input.outcomes)?
                .iter()
                .enumerate()
                .map(|(index, outcome)| outcome.read(&format!("input.outcomes.{index}")))
                .collect::<Result<_>>()?,
        };
        ReviewImpactPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
