//! A child's graduated response as the graph has it: everything that belongs to it, under the child.

use super::child::Vulnerability;
use super::deadline::Duty;
use super::graduated::{AreaRuledOut, Concern, Intervention, SchoolAssessment, SenRegisterDecision};
use super::link::{LinkConsultation, LinkContact, Referral};
use super::list::cases::{Duties, DutiesOf};
use super::list::short;
use super::loader::{all_under, allowed_on_child, response_of};
use super::one_plan::OnePlan;
use super::pathway::Pathway;
use async_graphql::{Context, Object, Result};
use domain::access::Action;
use uuid::Uuid;

/// A child's graduated response.
pub struct GraduatedResponse(Uuid);

impl GraduatedResponse {
    /// Of a child whose casework the viewer sees.
    pub fn of(child: Uuid) -> Self {
        Self(child)
    }
}

/// A child's graduated response: what the school saw, assessed, decided, planned and asked (GR-1 to GR-14).
#[Object]
impl GraduatedResponse {
    /// The reference that mail about it carries; none before its first step.
    async fn reference(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(response_of(ctx, self.0).await?.map(|row| row.reference))
    }

    /// Concerns, oldest first.
    async fn concerns(&self, ctx: &Context<'_>) -> Result<Vec<Concern>> {
        Ok(all_under(ctx, self.0, short::Concerns).await?.into_iter().map(Concern::from).collect())
    }

    /// Assessments, oldest first, those taken back included.
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Vec<SchoolAssessment>> {
        let found = all_under(ctx, self.0, short::SchoolAssessments).await?;
        Ok(found.into_iter().map(SchoolAssessment::from).collect())
    }

    /// Areas of development that were ruled out, oldest first.
    async fn areas_ruled_out(&self, ctx: &Context<'_>) -> Result<Vec<AreaRuledOut>> {
        Ok(all_under(ctx, self.0, short::AreasRuledOut).await?.into_iter().map(AreaRuledOut::from).collect())
    }

    /// Interventions, first-tier ones and those of One Plans, oldest first.
    async fn interventions(&self, ctx: &Context<'_>) -> Result<Vec<Intervention>> {
        Ok(all_under(ctx, self.0, short::Interventions).await?.into_iter().map(Intervention::from).collect())
    }

    /// SEN-register decisions, oldest first, those taken back included.
    async fn register_decisions(&self, ctx: &Context<'_>) -> Result<Vec<SenRegisterDecision>> {
        let found = all_under(ctx, self.0, short::RegisterDecisions).await?;
        Ok(found.into_iter().map(SenRegisterDecision::from).collect())
    }

    /// One Plans, oldest first.
    async fn one_plans(&self, ctx: &Context<'_>) -> Result<Vec<OnePlan>> {
        Ok(all_under(ctx, self.0, short::PlansOfChild).await?.into_iter().map(OnePlan::from).collect())
    }

    /// Contacts of the school with its link staff, oldest first; not to parents and young people (GR-9).
    async fn link_contacts(&self, ctx: &Context<'_>) -> Result<Vec<LinkContact>> {
        Ok(all_under(ctx, self.0, short::LinkContacts).await?.into_iter().map(LinkContact::from).collect())
    }

    /// Formal consultations with the link EP or inclusion partner, oldest first.
    async fn link_consultations(&self, ctx: &Context<'_>) -> Result<Vec<LinkConsultation>> {
        let found = all_under(ctx, self.0, short::LinkConsultationsOfChild).await?;
        Ok(found.into_iter().map(LinkConsultation::from).collect())
    }

    /// Referrals to the specialist teaching service, oldest first (GR-3).
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Vec<Referral>> {
        Ok(all_under(ctx, self.0, short::Referrals).await?.into_iter().map(Referral::from).collect())
    }

    /// Vulnerability flags, with dates.
    async fn vulnerabilities(&self, ctx: &Context<'_>) -> Result<Vec<Vulnerability>> {
        Ok(all_under(ctx, self.0, short::Vulnerabilities)
            .await?
            .into_iter()
            .map(Vulnerability::from)
            .collect())
    }

    /// Where the child stands on the path, and what is missing (GR-14).
    async fn pathway(&self, ctx: &Context<'_>) -> Result<Option<Pathway>> {
        super::pathway::of(ctx, self.0).await
    }

    /// Its deadlines, by due date; not to parents and young people.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        let Some(response) = response_of(ctx, self.0).await? else { return Ok(Vec::new()) };
        let list = Duties { of: Some(DutiesOf::Case), ..Duties::default() };
        Ok(all_under(ctx, response.id, list).await?.into_iter().map(Duty::from).collect())
    }

    /// The steps that the viewer may begin with, by role and relation; the pathway says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        allowed_on_child(ctx, self.0).await
    }
}
