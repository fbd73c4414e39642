//! What a viewer may do on what they see of graduated responses, by role, relation and state (XC-18).

use crate::op::Op;
use crate::store::facts::standings;
use crate::store::{Fault, Store};
use domain::access::{Action, Standing};
use domain::graduated::{LinkConsultationState, OnePlanState, ReferralState};
use entity::{link_consultation, link_contact, one_plan, referral};
use std::collections::HashMap;
use uuid::Uuid;

/// The steps on a child whose record is open to any of them; a dry run and the pathway say the rest.
const OF_CHILD: &[Action] = &[
    Action::RecordConcern,
    Action::RecordIntervention,
    Action::RecordSchoolAssessment,
    Action::RuleOutArea,
    Action::AddToSenRegister,
    Action::RemoveFromSenRegister,
    Action::DraftOnePlan,
    Action::LogLinkContact,
    Action::RaiseLinkConsultation,
    Action::OpenReferral,
    Action::SetVulnerability,
    Action::RecordNeeds,
];

fn of_plan(plan: &one_plan::Model) -> &'static [Action] {
    match (plan.state, plan.review_by) {
        (OnePlanState::Draft, _) => &[
            Action::WritePlanSection,
            Action::AddPlanContribution,
            Action::CitePlanEvidence,
            Action::ActivateOnePlan,
            Action::EndOnePlan,
        ],
        (OnePlanState::Active, Some(_)) => &[
            Action::WritePlanSection,
            Action::AddPlanContribution,
            Action::CitePlanEvidence,
            Action::RecordFurtherObservation,
            Action::ReviewPlanCycle,
            Action::ReverseOnePlanStep,
        ],
        (OnePlanState::Active, None) => &[
            Action::AddPlanContribution,
            Action::RecordFurtherObservation,
            Action::OpenPlanCycle,
            Action::EndOnePlan,
            Action::ReverseOnePlanStep,
        ],
        (OnePlanState::Ended, _) => &[Action::ReverseOnePlanStep],
    }
}

fn of_consultation(row: &link_consultation::Model) -> &'static [Action] {
    match row.state {
        LinkConsultationState::Raised => &[Action::CompleteLinkPack, Action::WithdrawLinkConsultation],
        LinkConsultationState::Ready => &[
            Action::AdviseLinkConsultation,
            Action::WithdrawLinkConsultation,
            Action::ReverseLinkConsultationStep,
        ],
        LinkConsultationState::Advised => &[
            Action::CompleteAgreedAction,
            Action::CloseLinkConsultation,
            Action::ReverseLinkConsultationStep,
        ],
        LinkConsultationState::Closed | LinkConsultationState::Withdrawn => {
            &[Action::ReverseLinkConsultationStep]
        }
    }
}

fn of_referral(row: &referral::Model) -> &'static [Action] {
    match row.state {
        ReferralState::Open => &[Action::RecordReferralAdvice, Action::WithdrawReferral],
        ReferralState::Advised | ReferralState::Withdrawn => &[],
    }
}

fn of_contact(row: &link_contact::Model) -> &'static [Action] {
    if row.withdrawn_at.is_none() { &[Action::WithdrawLinkContact] } else { &[] }
}

/// What of these steps the viewer may take, by child.
async fn permitted(
    store: &Store,
    op: &Op,
    steps: Vec<(Uuid, Uuid, &'static [Action])>,
) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
    let Some(viewer) = op.viewer.as_ref() else { return Ok(HashMap::new()) };
    let children: Vec<_> = steps.iter().map(|(_, child, _)| *child).collect();
    let standings = standings(store, op.today(), &children).await?;
    let nobody = Standing::default();
    let allowed = steps.into_iter().map(|(id, child, steps)| {
        let standing = standings.get(&child).unwrap_or(&nobody);
        (id, steps.iter().copied().filter(|step| viewer.may(*step, standing)).collect())
    });
    Ok(allowed.collect())
}

/// Whether a step begins something on a child, rather than going on with it.
pub fn begins(action: Action) -> bool {
    OF_CHILD.contains(&action)
}

/// Every step that the viewer may take by role and relation, for these children.
pub async fn on_children(
    store: &Store,
    op: &Op,
    children: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
    permitted(store, op, children.iter().map(|child| (*child, *child, Action::ALL)).collect()).await
}

macro_rules! on_rows {
    ($($(#[$doc:meta])* $name:ident $module:ident $steps:ident;)*) => {$(
        $(#[$doc])*
        pub async fn $name(
            store: &Store,
            op: &Op,
            rows: &[$module::Model],
        ) -> Result<HashMap<Uuid, Vec<Action>>, Fault> {
            permitted(store, op, rows.iter().map(|row| (row.id, row.child_id, $steps(row))).collect()).await
        }
    )*};
}

on_rows! {
    /// The steps on these One Plans.
    on_plans one_plan of_plan;
    /// The steps on these consultations with link staff.
    on_consultations link_consultation of_consultation;
    /// The steps on these referrals.
    on_referrals referral of_referral;
    /// The steps on these contacts with link staff.
    on_contacts link_contact of_contact;
}
