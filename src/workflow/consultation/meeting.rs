//! Held or not held (OC-12).

use super::{Case, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::consultation::meeting::{ImmediateAction, decide_held, decide_not_held};
use domain::consultation::record::duty;
use domain::consultation::{ConsultationEvent, State};
use domain::duty::NewDuty;
use domain::london;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::consultation;
use serde::Serialize;
use uuid::Uuid;

/// Mark a consultation held, with what was agreed.
#[derive(Clone, Debug, Serialize)]
pub struct MarkHeld {
    /// The consultation.
    pub consultation: Uuid,
    /// The immediate actions.
    pub immediate_actions: Vec<ImmediateAction>,
}

/// What marking held rests on.
pub struct HeldFacts {
    case: Case,
    record_due: Result<NewDuty, String>,
}

impl Command for MarkHeld {
    const ACTION: Action = Action::MarkConsultationHeld;
    type Facts = HeldFacts;
    type Plan = Option<NewDuty>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<HeldFacts>, Fault> {
        let Some(case) = Case::load(work, self.consultation).await? else {
            return Ok(Gathered::NotFound(vec!["consultation"]));
        };
        let system = System::within(work);
        let authority = case.consultation.authority_id;
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let record_due =
            duty(london::date_of(case.slot.starts_at), &calendar, &policy).map_err(|ends| ends.to_string());
        let (standing, target) =
            (case.standing.clone(), Some((case.consultation.id, case.consultation.version)));
        Ok(Gathered::Found { facts: HeldFacts { case, record_due }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &HeldFacts) -> (Findings, Option<NewDuty>) {
        let (starts_at, state) = (facts.case.slot.starts_at, facts.case.consultation.state);
        let mut findings = decide_held(op.now, starts_at, state, &self.immediate_actions);
        if let Err(ends) = &facts.record_due {
            refuse_beyond_calendar(&mut findings, ends);
        }
        (findings, facts.record_due.clone().ok())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: HeldFacts,
        plan: Option<NewDuty>,
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.consultation;
        row.state = State::Held;
        work.set_immediate_actions(row.id, &self.immediate_actions).await?;
        record(work, &row, ConsultationEvent::Held);
        work.meet_duty(row.id, RuleId::Oc12, work.op.now).await?;
        if let Some(duty) = plan {
            work.set_duty(&super::subject(&row), duty).await?;
        }
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}

/// Mark that a consultation did not take place.
#[derive(Clone, Debug, Serialize)]
pub struct MarkNotHeld {
    /// The consultation.
    pub consultation: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for MarkNotHeld {
    const ACTION: Action = Action::MarkConsultationNotHeld;
    type Facts = Case;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
        Case::gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, case: &Case) -> (Findings, ()) {
        (decide_not_held(op.now, case.slot.starts_at, case.consultation.state, &self.reason), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, case: Case, (): ()) -> Result<Uuid, Fault> {
        let mut row = case.consultation;
        row.state = State::NotHeld;
        row.not_held_reason = Some(self.reason.clone());
        record(work, &row, ConsultationEvent::NotHeld { reason: self.reason.clone() });
        work.meet_duty(row.id, RuleId::Oc12, work.op.now).await?;
        work.withdraw_duties(row.id).await?;
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}
