//! What a viewer may do on consultations that they see, and what they need to take part: decisions that rest on more
//! than the viewer sees.

use crate::op::Op;
use crate::store::Fault;
use crate::store::Store;
use crate::store::facts::{self, Around};
use domain::access::{Action, Role, Standing};
use domain::consultation::State;
use std::collections::HashMap;
use uuid::Uuid;

/// The steps that lead on from a state.
fn steps(state: State, started: bool) -> &'static [Action] {
    match (state, started) {
        (State::Booked, false) => &[Action::ChangeAttendees, Action::CancelConsultation, Action::RecordCRic],
        (State::Booked, true) => &[Action::MarkConsultationHeld, Action::MarkConsultationNotHeld],
        (State::RecordIssued, _) => {
            &[Action::ArrangeReview, Action::DraftRecordOfInvolvement, Action::IssueRecordOfInvolvement]
        }
        (State::ReviewArranged, _) => &[
            Action::ArrangeReview,
            Action::RecordReview,
            Action::DraftRecordOfInvolvement,
            Action::IssueRecordOfInvolvement,
            Action::ReverseConsultationStep,
        ],
        (State::Held | State::Reviewed, _) => &[
            Action::DraftRecordOfInvolvement,
            Action::IssueRecordOfInvolvement,
            Action::ReverseConsultationStep,
        ],
        (State::NotHeld, _) => &[Action::ReverseConsultationStep],
        (State::Cancelled, _) => &[],
    }
}

/// Whether the viewer may reverse the step that led into a state.
pub(super) fn may_reverse(op: &Op, state: State, standing: &Standing) -> bool {
    let Some(viewer) = op.viewer.as_ref() else { return false };
    let into = match state {
        State::Held => Some(Action::MarkConsultationHeld),
        State::NotHeld => Some(Action::MarkConsultationNotHeld),
        State::ReviewArranged => Some(Action::ArrangeReview),
        State::Reviewed => Some(Action::RecordReview),
        State::RecordIssued => Some(Action::IssueRecordOfInvolvement),
        State::Booked | State::Cancelled => None,
    };
    let manages = viewer.authorities(|role| role == Role::SendManager).contains(&standing.authority);
    manages || into.is_none_or(|action| viewer.may(action, standing))
}

/// The steps that the viewer may take on each of these consultations (XC-18).
pub async fn allowed_actions(
    store: &Store,
    op: &Op,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
    let around = facts::around(store, op.today(), ids).await?;
    let Some(viewer) = op.viewer.as_ref() else { return Ok(HashMap::new()) };
    let allowed = |case: &Around| {
        let steps = steps(case.state, case.starts_at <= op.now).iter().copied();
        let permitted = steps.filter(|action| viewer.may(*action, &case.standing));
        permitted
            .filter(|action| {
                *action != Action::ReverseConsultationStep || may_reverse(op, case.state, &case.standing)
            })
            .collect()
    };
    Ok(around.iter().map(|(id, case)| (*id, allowed(case))).collect())
}

/// Where to join each of these consultations, which the viewer sees.
pub async fn join_links(store: &Store, op: &Op, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Fault> {
    let around = facts::around(store, op.today(), ids).await?;
    Ok(around.into_iter().map(|(id, case)| (id, case.join_link)).collect())
}
