//! The referral to the specialist teaching service for sensory and physical needs (GR-3).

use super::{Response, flags};
use crate::op::Op;
use crate::store::Fault;
use crate::store::graduated::flags::open_referral;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::graduated::duties::{decide_referral, decide_referral_end};
use domain::graduated::{GraduatedEvent, ReferralState};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::referral;
use serde::Serialize;
use uuid::Uuid;

/// Open a referral. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct OpenReferral {
    /// The child.
    pub child: Uuid,
    /// What the service is asked.
    pub reason: String,
}

impl Command for OpenReferral {
    const ACTION: Action = Action::OpenReferral;
    /// The child, and whether a referral is open.
    type Facts = (Response, bool);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let Some(response) = Response::load(work, self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let open = open_referral(work, self.child).await?;
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: (response, open), standing, target: None })
    }

    fn decide(&self, _: &Op, (_, open): &Self::Facts) -> (Findings, ()) {
        (decide_referral(*open, &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, _): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<referral::Entity>(referral::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            state: ReferralState::Open,
            reason: self.reason.clone(),
            opened_on: work.op.today(),
            opened_by: work.op.actor().unwrap_or_default(),
            advice: None,
            ended_on: None,
            withdrawn_reason: None,
            version: 1,
        })
        .await?;
        response.record(work, "Referral", id, GraduatedEvent::ReferralOpened).await?;
        work.meet_duty(self.child, RuleId::Gr3, work.op.now).await?;
        Ok(id)
    }
}

type Referred = (Response, referral::Model);

async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Referred>, Fault> {
    let Some((response, row)) = Response::around::<referral::Entity>(work, id).await? else {
        return Ok(Gathered::NotFound(vec!["referral"]));
    };
    let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
    Ok(Gathered::Found { facts: (response, row), standing, target })
}

/// Record what the service advises.
#[derive(Clone, Debug, Serialize)]
pub struct RecordAdvice {
    /// The referral.
    pub referral: Uuid,
    /// What it advises.
    pub advice: String,
}

impl Command for RecordAdvice {
    const ACTION: Action = Action::RecordReferralAdvice;
    type Facts = Referred;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Referred>, Fault> {
        gather(work, self.referral).await
    }

    fn decide(&self, _: &Op, (_, row): &Referred) -> (Findings, ()) {
        (decide_referral_end(row.state, "advice", &self.advice), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row): Referred,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.state = ReferralState::Advised;
        row.advice = Some(self.advice.clone());
        row.ended_on = Some(work.op.today());
        let id = row.id;
        work.update::<referral::Entity>(row).await?;
        response.record(work, "Referral", id, GraduatedEvent::ReferralAdvised).await?;
        Ok(id)
    }
}

/// Withdraw a referral; where the need stands, another is due.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawReferral {
    /// The referral.
    pub referral: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawReferral {
    const ACTION: Action = Action::WithdrawReferral;
    type Facts = Referred;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Referred>, Fault> {
        gather(work, self.referral).await
    }

    fn decide(&self, _: &Op, (_, row): &Referred) -> (Findings, ()) {
        (decide_referral_end(row.state, "reason", &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row): Referred,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.state = ReferralState::Withdrawn;
        row.withdrawn_reason = Some(self.reason.clone());
        row.ended_on = Some(work.op.today());
        let (id, child) = (row.id, row.child_id);
        work.update::<referral::Entity>(row).await?;
        response.record(work, "Referral", id, GraduatedEvent::ReferralWithdrawn).await?;
        flags::raise(work, &[child]).await?;
        Ok(id)
    }
}
