//! What a viewer may do on the sessions and items that they see, by role, relation and state (XC-18).

use super::{item_standing, standing};
use crate::op::Op;
use domain::access::{Action, Standing};
use domain::locality::reversal::item_before;
use domain::locality::{ItemState, SessionState};
use entity::{locality_item, locality_session};
use uuid::Uuid;

fn of_session(state: SessionState) -> &'static [Action] {
    match state {
        SessionState::Planned => &[
            Action::MoveLocalitySession,
            Action::CancelLocalitySession,
            Action::StartLocalitySession,
            Action::ProposeLocalityItem,
        ],
        SessionState::InProgress => &[
            Action::JoinLocalitySession,
            Action::CloseLocalitySession,
            Action::DecideEpInvolvement,
            Action::ReverseLocalitySessionStep,
        ],
        SessionState::Closed | SessionState::Cancelled => &[Action::ReverseLocalitySessionStep],
    }
}

/// The steps on a session at which these people are, for these schools; a dry run says the rest.
pub fn on_session(
    op: &Op,
    session: &locality_session::Model,
    present: Vec<Uuid>,
    schools: &[Uuid],
) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref() else { return Vec::new() };
    // Whoever is at a session brings nothing for another school.
    let brings = |school: &Uuid| {
        viewer.may(
            Action::ProposeLocalityItem,
            &Standing { school: Some(*school), ..standing(session, Vec::new()) },
        )
    };
    let of_all = standing(session, present);
    let may = |step: &Action| match step {
        Action::ProposeLocalityItem => schools.iter().any(brings),
        step => viewer.may(*step, &of_all),
    };
    of_session(session.state).iter().copied().filter(may).collect()
}

/// The steps on an item of a session at which these people are; a dry run says the rest.
pub fn on_item(
    op: &Op,
    session: &locality_session::Model,
    item: &locality_item::Model,
    present: Vec<Uuid>,
) -> Vec<Action> {
    let Some(viewer) = op.viewer.as_ref() else { return Vec::new() };
    let own = item_standing(session, item, Vec::new());
    let in_group = item_standing(session, item, present);
    let may = |step: &Action| match step {
        Action::WriteLocalityNote | Action::OfferStrategy => viewer.may(*step, &in_group),
        step => viewer.may(*step, &own),
    };
    let mut steps = of_item(session.state, item.state);
    steps.retain(may);
    steps
}

fn of_item(session: SessionState, item: ItemState) -> Vec<Action> {
    let mut steps = match session {
        SessionState::Planned if matches!(item, ItemState::Proposed | ItemState::Prepared) => {
            vec![Action::PrepareLocalityItem]
        }
        SessionState::InProgress => in_session(item),
        _ => Vec::new(),
    };
    match item {
        ItemState::Feedback => steps.push(Action::WriteActionPlan),
        ItemState::ActionPlanned => steps.extend([Action::ReviewImpact, Action::ReverseActionPlanStep]),
        ItemState::Reviewed => steps.push(Action::ReverseActionPlanStep),
        _ => {}
    }
    if !item.is_through() {
        steps.push(Action::DeferLocalityItem);
    }
    if item != ItemState::Withdrawn {
        steps.push(Action::WithdrawLocalityItem);
    }
    steps
}

/// The steps on an item while its session runs.
fn in_session(item: ItemState) -> Vec<Action> {
    [
        (item.next_step().is_some(), Action::AdvanceLocalityItem),
        (item.had(ItemState::Outline), Action::WriteLocalityNote),
        (item.had(ItemState::Strategies), Action::OfferStrategy),
        (item == ItemState::Feedback, Action::MarkHelpfulStrategies),
        (item.had(ItemState::ClarifyConcern), Action::ModerateSupportGrid),
        (
            item_before(item).is_some_and(|before| !before.had(ItemState::Feedback)),
            Action::ReverseLocalityItemStep,
        ),
    ]
    .into_iter()
    .filter_map(|(open, step)| open.then_some(step))
    .collect()
}
