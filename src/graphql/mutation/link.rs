//! Steps with link staff (GR-9 to GR-13).

use crate::graphql::id::{Kind, expect};
use crate::graphql::input::graduated::NextStepInput;
use crate::graphql::input::{LONG, kept, kept_if_given};
use crate::graphql::link::{AgreedAction, LinkConsultation, LinkContact};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::workflow::graduated::link::{Advise, CompletePack, LogContact, Raise};
use crate::workflow::graduated::link_end::{Close, CompleteAction, WithdrawConsultation, WithdrawContact};
use crate::workflow::graduated::reversal::ReverseConsultation;
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::graduated::ContactPurpose;
use entity::{agreed_action, link_consultation, link_contact};

/// The contact.
#[derive(InputObject)]
pub struct LogLinkContactInput {
    /// The child.
    child: ID,
    /// The practitioner.
    practitioner: ID,
    /// When.
    contacted_on: Date,
    /// About what.
    purpose: ContactPurpose,
    /// What was discussed.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawLinkContactInput {
    /// The contact.
    link_contact: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The question, and the ground.
#[derive(InputObject)]
pub struct RaiseLinkConsultationInput {
    /// The child.
    child: ID,
    /// What the school wants to know.
    question: String,
    /// The sudden significant concerns, where they are the ground.
    sudden_concerns: Option<String>,
    /// Whether it does not wait for the school's next planning meeting.
    urgent: bool,
    /// Other professional reports, or that there are none.
    professional_reports: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which, and the other reports.
#[derive(InputObject)]
pub struct CompleteLinkPackInput {
    /// The consultation.
    link_consultation: ID,
    /// Other professional reports, or that there are none; as they were said before without them.
    professional_reports: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The answer.
#[derive(InputObject)]
pub struct AdviseLinkConsultationInput {
    /// The consultation.
    link_consultation: ID,
    /// What is advised.
    advice: String,
    /// The next steps.
    next_steps: Vec<NextStepInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// What came of it.
#[derive(InputObject)]
pub struct CompleteAgreedActionInput {
    /// The action.
    agreed_action: ID,
    /// When; today without one.
    done_on: Option<Date>,
    /// What came of it.
    outcome: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which.
#[derive(InputObject)]
pub struct CloseLinkConsultationInput {
    /// The consultation.
    link_consultation: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawLinkConsultationInput {
    /// The consultation.
    link_consultation: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct ReverseLinkConsultationStepInput {
    /// The consultation.
    link_consultation: ID,
    /// Why it was a mistake.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(LogLinkContactPayload, link_contact: LinkContact of link_contact::Entity);
payload!(WithdrawLinkContactPayload, link_contact: LinkContact of link_contact::Entity);
payload!(RaiseLinkConsultationPayload, link_consultation: LinkConsultation of link_consultation::Entity);
payload!(CompleteLinkPackPayload, link_consultation: LinkConsultation of link_consultation::Entity);
payload!(AdviseLinkConsultationPayload, link_consultation: LinkConsultation of link_consultation::Entity);
payload!(CompleteAgreedActionPayload, agreed_action: AgreedAction of agreed_action::Entity);
payload!(CloseLinkConsultationPayload, link_consultation: LinkConsultation of link_consultation::Entity);
payload!(WithdrawLinkConsultationPayload, link_consultation: LinkConsultation of link_consultation::Entity);
payload!(ReverseLinkConsultationStepPayload, link_consultation: LinkConsultation of link_consultation::Entity);

/// Steps with link staff (GR-9 to GR-13).
#[derive(Default)]
pub struct LinkMutations;

/// Steps with link staff (GR-9 to GR-13).
#[Object]
impl LinkMutations {
    /// Log a contact with link staff about a child, at any time: it needs no cycle and no pack (GR-9, GR-12, GR-13). By the school or its link staff.
    async fn log_link_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] input: LogLinkContactInput,
    ) -> Result<LogLinkContactPayload> {
        let command = LogContact {
            child: expect(Kind::Child, "input.child", &input.child)?,
            practitioner: expect(Kind::Person, "input.practitioner", &input.practitioner)?,
            contacted_on: input.contacted_on.0,
            purpose: input.purpose,
            note: kept("input.note", &input.note, LONG)?,
        };
        LogLinkContactPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back a contact logged by mistake; what it met is due again (XC-22). By the school or its link staff.
    async fn withdraw_link_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawLinkContactInput,
    ) -> Result<WithdrawLinkContactPayload> {
        let command = WithdrawContact {
            contact: expect(Kind::LinkContact, "input.linkContact", &input.link_contact)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawLinkContactPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Raise a child with the link EP or inclusion partner, after further reviewed cycles or for sudden significant concerns (GR-9). By the school.
    async fn raise_link_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question, and the ground.")] input: RaiseLinkConsultationInput,
    ) -> Result<RaiseLinkConsultationPayload> {
        let command = Raise {
            child: expect(Kind::Child, "input.child", &input.child)?,
            question: kept("input.question", &input.question, LONG)?,
            sudden_concerns: kept_if_given("input.suddenConcerns", input.sudden_concerns.as_deref(), LONG)?,
            urgent: input.urgent,
            professional_reports: kept_if_given(
                "input.professionalReports",
                input.professional_reports.as_deref(),
                LONG,
            )?,
        };
        RaiseLinkConsultationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Say that the pack of a consultation is complete; what is missing is listed (GR-10). By the school.
    async fn complete_link_pack(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and the other reports.")] input: CompleteLinkPackInput,
    ) -> Result<CompleteLinkPackPayload> {
        let command = CompletePack {
            consultation: expect(Kind::LinkConsultation, "input.linkConsultation", &input.link_consultation)?,
            professional_reports: kept_if_given(
                "input.professionalReports",
                input.professional_reports.as_deref(),
                LONG,
            )?,
        };
        CompleteLinkPackPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Answer a consultation with next steps, each an action with owner and due date (GR-11). By the link EP or inclusion partner.
    async fn advise_link_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AdviseLinkConsultationInput,
    ) -> Result<AdviseLinkConsultationPayload> {
        let command = Advise {
            consultation: expect(Kind::LinkConsultation, "input.linkConsultation", &input.link_consultation)?,
            advice: kept("input.advice", &input.advice, LONG)?,
            next_steps: input
                .next_steps
                .into_iter()
                .enumerate()
                .map(|(index, one)| one.read(&format!("input.nextSteps.{index}")))
                .collect::<Result<_>>()?,
        };
        AdviseLinkConsultationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record what came of an agreed action (GR-11). By the school, the link EP or inclusion partner.
    async fn complete_agreed_action(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of it.")] input: CompleteAgreedActionInput,
    ) -> Result<CompleteAgreedActionPayload> {
        let command = CompleteAction {
            action: expect(Kind::AgreedAction, "input.agreedAction", &input.agreed_action)?,
            done_on: input.done_on.map(|on| on.0),
            outcome: kept("input.outcome", &input.outcome, LONG)?,
        };
        CompleteAgreedActionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Close a consultation whose next steps have their outcomes (GR-11). By the school, the link EP or inclusion partner.
    async fn close_link_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CloseLinkConsultationInput,
    ) -> Result<CloseLinkConsultationPayload> {
        let command = Close {
            consultation: expect(Kind::LinkConsultation, "input.linkConsultation", &input.link_consultation)?,
        };
        CloseLinkConsultationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Withdraw a consultation that was not answered (GR-9). By the school or a SEND manager.
    async fn withdraw_link_consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawLinkConsultationInput,
    ) -> Result<WithdrawLinkConsultationPayload> {
        let command = WithdrawConsultation {
            consultation: expect(Kind::LinkConsultation, "input.linkConsultation", &input.link_consultation)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawLinkConsultationPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take back the last step of a consultation with link staff, taken by mistake (XC-22). By who may take it, or a SEND manager.
    async fn reverse_link_consultation_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseLinkConsultationStepInput,
    ) -> Result<ReverseLinkConsultationStepPayload> {
        let command = ReverseConsultation {
            consultation: expect(Kind::LinkConsultation, "input.linkConsultation", &input.link_consultation)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        ReverseLinkConsultationStepPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
