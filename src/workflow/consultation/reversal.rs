//! Taking back a step taken by mistake (XC-22): a new event, and the deadlines as they were before the step.

use super::allowed::may_reverse;
use super::review::window_of;
use super::{Case, is_far_from_others, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::consultation::review::is_late;
use domain::consultation::{ConsultationEvent, State, reversal};
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::consultation;
use serde::Serialize;
use uuid::Uuid;

/// Take the last step back.
#[derive(Clone, Debug, Serialize)]
pub struct Reverse {
    /// The consultation.
    pub consultation: Uuid,
    /// Why.
    pub reason: String,
}

/// What a reversal rests on.
pub struct ReverseFacts {
    case: Case,
    /// Whether another consultation was booked for the child meanwhile, too near for this one to come back.
    too_near: bool,
}

impl Command for Reverse {
    const ACTION: Action = Action::ReverseConsultationStep;
    type Facts = ReverseFacts;
    type Plan = Option<State>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReverseFacts>, Fault> {
        let Some(case) = Case::load(work, self.consultation).await? else {
            return Ok(Gathered::NotFound(vec!["consultation"]));
        };
        // Only what was not held stopped counting for the child.
        let too_near = case.consultation.state == State::NotHeld
            && !is_far_from_others(&System::within(work), &case.consultation).await?;
        let target = Some((case.consultation.id, case.consultation.version));
        Ok(Gathered::Found {
            standing: case.standing.clone(),
            target,
            facts: ReverseFacts { case, too_near },
        })
    }

    fn decide(&self, op: &Op, facts: &ReverseFacts) -> (Findings, Option<State>) {
        let case = &facts.case;
        let (mut findings, back) = match reversal(case.consultation.state, &self.reason) {
            Ok(back) => (Findings::default(), Some(back)),
            Err(findings) => (findings, None),
        };
        if facts.too_near {
            findings
                .refuse(
                    RuleId::Oc5,
                    Code::Conflict,
                    "consultation",
                    "another consultation for the child was booked too near to this one",
                )
                .remedy("cancel the other consultation first");
        }
        if !may_reverse(op, case.consultation.state, &case.standing) {
            findings
                .refuse(RuleId::Xc22, Code::NotPermitted, "", "you may not take this step back")
                .remedy("it is taken back by who may take it, or by the SEND manager");
        }
        (findings, back)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReverseFacts,
        back: Option<State>,
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.consultation;
        let from = row.state;
        let to = back.ok_or(Fault::Unexpected("a reversal without a way back"))?;
        match from {
            State::Held => {
                work.withdraw_duty(row.id, RuleId::Oc13).await?;
                work.reopen_duty(row.id, RuleId::Oc12).await?;
            }
            State::NotHeld => {
                row.not_held_reason = None;
                work.reopen_duty(row.id, RuleId::Oc12).await?;
            }
            State::Reviewed => {
                row.review_held_on = None;
                if let Some(arranged_for) = row.review_on {
                    row.review_late = is_late(window_of(work, &row).await?, arranged_for);
                }
                work.reopen_duty(row.id, RuleId::Oc14).await?;
            }
            _ => {
                row.review_on = None;
                row.review_late = false;
            }
        }
        row.state = to;
        record(work, &row, ConsultationEvent::StepReversed { from, to, reason: self.reason.clone() });
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}
