//! Calling a consultation off: by people, by the sweep for want of the C-RIC, by a withdrawal of consent, by a move.

use super::letters::{self, Notice};
use super::{Case, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role, permitted};
use domain::consultation::meeting::{cancelled_by, decide_cancellation};
use domain::consultation::{CancellationReason, ConsultationEvent, State};
use domain::refusal::Findings;
use entity::{child, consultation};
use serde::Serialize;
use uuid::Uuid;

/// Call a consultation off before it starts.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// The consultation.
    pub consultation: Uuid,
    /// Why, in the caller's words.
    pub reason: String,
}

impl Command for Cancel {
    const ACTION: Action = Action::CancelConsultation;
    type Facts = Case;
    type Plan = CancellationReason;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
        Case::gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, case: &Case) -> (Findings, CancellationReason) {
        let findings =
            decide_cancellation(op.now, case.slot.starts_at, case.consultation.state, &self.reason);
        (findings, cancelled_by(role_of(op, case)))
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        case: Case,
        reason: CancellationReason,
    ) -> Result<Uuid, Fault> {
        cancel(service, work, case.consultation, reason, Some(self.reason.clone())).await
    }
}

/// The role in which the caller calls it off: the first of theirs that may.
fn role_of(op: &Op, case: &Case) -> Role {
    let grants = op.viewer.iter().flat_map(|viewer| &viewer.grants);
    let mut roles =
        grants.filter(|grant| permitted(grant.role, Action::CancelConsultation)).map(|grant| grant.role);
    let own_slot = case.standing.specialist == op.actor();
    roles.find(|role| *role != Role::Specialist || own_slot).unwrap_or(Role::Senco)
}

/// Cancels a booking: state, event, deadlines, letters. The slot is free again.
pub async fn cancel(
    service: &Service,
    work: &mut Work<'_>,
    mut row: consultation::Model,
    reason: CancellationReason,
    note: Option<String>,
) -> Result<Uuid, Fault> {
    row.state = State::Cancelled;
    row.cancelled_at = Some(work.op.now);
    row.cancellation_reason = Some(reason);
    row.cancellation_note.clone_from(&note);
    row.invitation_sequence += 1;
    let slot = System::within(work).slot(row.slot_id).await?;
    letters::send(service, work, &row, &slot, Notice::Cancelled(reason)).await?;
    record(work, &row, ConsultationEvent::Cancelled { reason, note });
    work.withdraw_duties(row.id).await?;
    let id = row.id;
    work.update::<consultation::Entity>(row).await?;
    Ok(id)
}

/// Cancels a booking whose C-RIC had not arrived by its deadline (OC-11). Nothing happens if it was met, cancelled or
/// held meanwhile.
pub async fn c_ric_missing(service: &Service, work: &mut Work<'_>, id: Uuid) -> Result<(), Fault> {
    let system = System::within(work);
    let Some(known) = system.get::<consultation::Entity>(id).await? else { return Ok(()) };
    system.lock::<child::Entity>(known.child_id).await?;
    let row = system.lock::<consultation::Entity>(id).await?;
    if let Some(row) = row.filter(|row| row.state == State::Booked) {
        cancel(service, work, row, CancellationReason::CRicNotReceived, None).await?;
    }
    Ok(())
}

/// Cancels the bookings of a child that have not started, for a reason that lies with the child. The child is locked.
pub async fn cancel_all(
    service: &Service,
    work: &mut Work<'_>,
    child: Uuid,
    reason: CancellationReason,
) -> Result<(), Fault> {
    let booked = System::within(work).open_consultations(child, &[State::Booked]).await?;
    for row in booked {
        if row.starts_at > work.op.now {
            cancel(service, work, row, reason, None).await?;
        }
    }
    Ok(())
}

/// A child left its school: what was booked by it ends; the new school books anew, with its own link staff (XC-14).
pub async fn child_moved(service: &Service, work: &mut Work<'_>, child: Uuid) -> Result<(), Fault> {
    cancel_all(service, work, child, CancellationReason::ChildMoved).await
}
