//! Consent: recorded, received, withdrawn (XC-7, XC-8, OC-11).

use crate::graphql::child::Consent;
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, SHORT, kept};
use crate::graphql::payload::payload;
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out};
use crate::graphql::scalar::{Date, DateTime, Upn};
use crate::workflow::consent::{RecordConsent, Withdraw};
use crate::workflow::consultation::c_ric::RecordCRic;
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::consent::Purpose;
use entity::consent;

/// The arrival of a C-RIC.
#[derive(InputObject)]
pub struct RecordCRicInput {
    /// The child; or `upn`.
    child: Option<ID>,
    /// The UPN on the form, where the team does not see the child yet; or `child`.
    upn: Option<Upn>,
    /// The parent or carer who signed; left out where the young person did.
    given_by: Option<ID>,
    /// When it was signed.
    signed_on: Date,
    /// When it arrived.
    received_at: DateTime,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Consent that was given.
#[derive(InputObject)]
pub struct RecordConsentInput {
    /// The child.
    child: ID,
    /// What it is for.
    purpose: Purpose,
    /// The parent or carer who gave it; left out where the young person did.
    given_by: Option<ID>,
    /// When it was signed.
    signed_on: Date,
    /// Who holds the form.
    holder: String,
    /// Whether it says that the locality group and its EPs were explained; for discussion in a locality group (LG-3).
    #[graphql(default)]
    group_explained: bool,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Consent that is withdrawn.
#[derive(InputObject)]
pub struct WithdrawConsentInput {
    /// The consent; every other one for the same child and purpose goes with it.
    consent: ID,
    /// Why, where said.
    reason: Option<String>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

payload!(RecordCRicPayload, consent: Consent of consent::Entity);
payload!(RecordConsentPayload, consent: Consent of consent::Entity);
payload!(WithdrawConsentPayload, consent: Consent of consent::Entity);

/// Steps on consent.
#[derive(Default)]
pub struct ConsentMutations;

/// Steps on consent.
#[Object]
impl ConsentMutations {
    /// Record that a C-RIC arrived (OC-11): it secures the booking, and reinstates one that fell although the form had
    /// come in time. By the consultations team.
    async fn record_c_ric(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The form.")] input: RecordCRicInput,
    ) -> Result<RecordCRicPayload> {
        if input.child.is_some() == input.upn.is_some() {
            return Err(bad_input("input.child", "name the child either by id or by UPN"));
        }
        let command = RecordCRic {
            child: input.child.map(|id| expect(Kind::Child, "input.child", &id)).transpose()?,
            upn: input.upn.map(|upn| upn.0.to_string()),
            given_by: input.given_by.map(|id| expect(Kind::ParentCarer, "input.givenBy", &id)).transpose()?,
            signed_on: input.signed_on.0,
            received_at: input.received_at.0,
        };
        RecordCRicPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record consent for a purpose other than an online consultation (XC-7).
    async fn record_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent.")] input: RecordConsentInput,
    ) -> Result<RecordConsentPayload> {
        let command = RecordConsent {
            child: expect(Kind::Child, "input.child", &input.child)?,
            purpose: input.purpose,
            given_by: input.given_by.map(|id| expect(Kind::ParentCarer, "input.givenBy", &id)).transpose()?,
            signed_on: input.signed_on.0,
            holder: kept("input.holder", &input.holder, SHORT)?,
            group_explained: input.group_explained,
        };
        RecordConsentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Withdraw consent, with effect at once: what depends on it and has not happened yet is cancelled (XC-8).
    async fn withdraw_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawConsentInput,
    ) -> Result<WithdrawConsentPayload> {
        let command = Withdraw {
            consent: expect(Kind::Consent, "input.consent", &input.consent)?,
            reason: input.reason.map(|reason| kept("input.reason", &reason, LONG)).transpose()?,
        };
        WithdrawConsentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
