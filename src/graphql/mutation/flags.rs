//! Flags and needs, referrals, and the instruments of an authority (XC-11, GR-3, GR-7, GR-13).

use crate::graphql::child::Child;
use crate::graphql::graduated::Instrument;
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, SHORT, kept};
use crate::graphql::link::Referral;
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::workflow::graduated::flags::{EndFlag, RecordNeeds, SetFlag};
use crate::workflow::graduated::instrument::{AddInstrument, ChangeInstrument};
use crate::workflow::graduated::referral::{OpenReferral, RecordAdvice, WithdrawReferral};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::child::{Need, VulnerabilityKind};
use entity::{child, instrument, referral};

/// For whom, and why.
#[derive(InputObject)]
pub struct OpenReferralInput {
    /// The child.
    child: ID,
    /// What the service is asked.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The advice.
#[derive(InputObject)]
pub struct RecordReferralAdviceInput {
    /// The referral.
    referral: ID,
    /// What it advises.
    advice: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct WithdrawReferralInput {
    /// The referral.
    referral: ID,
    /// Why.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The flag.
#[derive(InputObject)]
pub struct SetVulnerabilityInput {
    /// The child.
    child: ID,
    /// Which flag.
    kind: VulnerabilityKind,
    /// First date; today without one.
    from: Option<Date>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which flag.
#[derive(InputObject)]
pub struct EndVulnerabilityInput {
    /// The flag.
    vulnerability: ID,
    /// Last date; today without one.
    to: Option<Date>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The needs.
#[derive(InputObject)]
pub struct RecordNeedsInput {
    /// The child.
    child: ID,
    /// Primary need.
    primary: Option<Need>,
    /// Further needs.
    further: Vec<Need>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The instrument.
#[derive(InputObject)]
pub struct AddInstrumentInput {
    /// The authority.
    authority: ID,
    /// Its name.
    name: String,
    /// Whether it is standardised.
    standardised: bool,
    /// How often it may be used for a child in a school year, where that differs from the policy.
    yearly_maximum: Option<i32>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What changes.
#[derive(InputObject)]
pub struct ChangeInstrumentInput {
    /// The instrument.
    instrument: ID,
    /// Whether it is standardised.
    standardised: Option<bool>,
    /// How often it may be used for a child in a school year; 0 for as often as the policy says.
    yearly_maximum: Option<i32>,
    /// Whether it is off the list.
    retired: Option<bool>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(OpenReferralPayload, referral: Referral of referral::Entity);
payload!(RecordReferralAdvicePayload, referral: Referral of referral::Entity);
payload!(WithdrawReferralPayload, referral: Referral of referral::Entity);
payload!(SetVulnerabilityPayload, child: Child of child::Entity);
payload!(EndVulnerabilityPayload, child: Child of child::Entity);
payload!(RecordNeedsPayload, child: Child of child::Entity);
payload!(AddInstrumentPayload, instrument: Instrument of instrument::Entity);
payload!(ChangeInstrumentPayload, instrument: Instrument of instrument::Entity);

/// Flags and needs, referrals, and the instruments of an authority (XC-11, GR-3, GR-7, GR-13).
#[derive(Default)]
pub struct FlagMutations;

/// Flags and needs, referrals, and the instruments of an authority (XC-11, GR-3, GR-7, GR-13).
#[Object]
impl FlagMutations {
    /// Open a referral to the specialist teaching service (GR-3). By the school or its link staff.
    async fn open_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom, and why.")] input: OpenReferralInput,
    ) -> Result<OpenReferralPayload> {
        let command = OpenReferral {
            child: expect(Kind::Child, "input.child", &input.child)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        OpenReferralPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record what the specialist teaching service advises (GR-3). By the school or its link staff.
    async fn record_referral_advice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The advice.")] input: RecordReferralAdviceInput,
    ) -> Result<RecordReferralAdvicePayload> {
        let command = RecordAdvice {
            referral: expect(Kind::Referral, "input.referral", &input.referral)?,
            advice: kept("input.advice", &input.advice, LONG)?,
        };
        RecordReferralAdvicePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Withdraw a referral; where the need stands, another is due (GR-3). By the school or its link staff.
    async fn withdraw_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawReferralInput,
    ) -> Result<WithdrawReferralPayload> {
        let command = WithdrawReferral {
            referral: expect(Kind::Referral, "input.referral", &input.referral)?,
            reason: kept("input.reason", &input.reason, LONG)?,
        };
        WithdrawReferralPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Set a vulnerability flag; a risk of permanent exclusion sets the deadline of GR-13 (XC-11). By the school.
    async fn set_vulnerability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The flag.")] input: SetVulnerabilityInput,
    ) -> Result<SetVulnerabilityPayload> {
        let command = SetFlag {
            child: expect(Kind::Child, "input.child", &input.child)?,
            kind: input.kind,
            from: input.from.map(|on| on.0),
        };
        SetVulnerabilityPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// End a vulnerability flag (XC-11). By the school.
    async fn end_vulnerability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which flag.")] input: EndVulnerabilityInput,
    ) -> Result<EndVulnerabilityPayload> {
        let command = EndFlag {
            flag: expect(Kind::Vulnerability, "input.vulnerability", &input.vulnerability)?,
            to: input.to.map(|on| on.0),
        };
        EndVulnerabilityPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record a child's needs; a sensory or physical one sets the deadline of GR-3 (XC-11). By the school.
    async fn record_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The needs.")] input: RecordNeedsInput,
    ) -> Result<RecordNeedsPayload> {
        let command = RecordNeeds {
            child: expect(Kind::Child, "input.child", &input.child)?,
            primary: input.primary,
            further: input.further,
        };
        RecordNeedsPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Add an instrument to the authority's list (GR-7). By an authority admin.
    async fn add_instrument(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instrument.")] input: AddInstrumentInput,
    ) -> Result<AddInstrumentPayload> {
        let command = AddInstrument {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            name: kept("input.name", &input.name, SHORT)?,
            standardised: input.standardised,
            yearly_maximum: input.yearly_maximum,
        };
        AddInstrumentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Change an instrument of the authority's list, or retire it (GR-7). By an authority admin.
    async fn change_instrument(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: ChangeInstrumentInput,
    ) -> Result<ChangeInstrumentPayload> {
        let command = ChangeInstrument {
            instrument: expect(Kind::Instrument, "input.instrument", &input.instrument)?,
            standardised: input.standardised,
            yearly_maximum: input.yearly_maximum,
            retired: input.retired,
        };
        ChangeInstrumentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
