//! Steps of One Plans and consultations that were taken by mistake (XC-22).

use super::evidence::expect_text;
use super::{CycleState, LinkConsultationState, OnePlanState};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use serde::{Deserialize, Serialize};

/// A step of a One Plan that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlanStep {
    /// It came into force.
    Activated,
    /// Its cycle was reviewed.
    Reviewed,
    /// Its next cycle was opened.
    CycleOpened,
    /// It ended.
    Ended,
}

/// The last step of a plan, by where it stands.
pub fn last_plan_step(state: OnePlanState, cycle: CycleState, number: i32) -> Option<PlanStep> {
    match (state, cycle) {
        (OnePlanState::Ended, _) => Some(PlanStep::Ended),
        (OnePlanState::Active, CycleState::Reviewed) => Some(PlanStep::Reviewed),
        (OnePlanState::Active, CycleState::Open) if number > 1 => Some(PlanStep::CycleOpened),
        (OnePlanState::Active, CycleState::Open) => Some(PlanStep::Activated),
        (OnePlanState::Draft, _) => None,
    }
}

/// Decides whether the last step of a plan can be taken back: not over words that somebody has written since.
pub fn decide_plan_reversal(
    step: Option<PlanStep>,
    new_words: bool,
    another_plan: bool,
    on_register: bool,
    reason: &str,
) -> Findings {
    let mut findings = Findings::default();
    if step.is_none() {
        findings.refuse(RuleId::Xc22, Code::WrongState, "onePlan", "no step of a draft is taken back");
    }
    if step == Some(PlanStep::CycleOpened) && new_words {
        let message = "somebody has written in the new cycle";
        findings.refuse(RuleId::Xc22, Code::Conflict, "onePlan", message);
    }
    if step == Some(PlanStep::Ended) && !on_register {
        let message = "the child is no longer on the SEN register";
        findings.refuse(RuleId::Xc22, Code::Conflict, "onePlan", message);
    }
    if step == Some(PlanStep::Ended) && another_plan {
        findings.refuse(RuleId::Xc22, Code::Conflict, "onePlan", "the child has another One Plan by now");
    }
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "say why it was a mistake");
    findings
}

/// A step of a consultation with link staff that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsultationStep {
    /// The pack was said to be complete.
    Completed,
    /// It was answered.
    Advised,
    /// It was closed.
    Closed,
    /// It was withdrawn.
    Withdrawn,
}

/// The last step of a consultation, by where it stands.
pub fn last_step(state: LinkConsultationState) -> Option<ConsultationStep> {
    match state {
        LinkConsultationState::Raised => None,
        LinkConsultationState::Ready => Some(ConsultationStep::Completed),
        LinkConsultationState::Advised => Some(ConsultationStep::Advised),
        LinkConsultationState::Closed => Some(ConsultationStep::Closed),
        LinkConsultationState::Withdrawn => Some(ConsultationStep::Withdrawn),
    }
}

/// Decides whether the last step of a consultation can be taken back. Advice stays once a next step has its outcome;
/// nothing leads back to where advice is awaited while the consent is not in force (XC-8).
pub fn decide_consultation_reversal(
    step: Option<ConsultationStep>,
    outcomes: bool,
    another: bool,
    no_consent: bool,
    reason: &str,
) -> Findings {
    let mut findings = Findings::default();
    let mut refuse = |code, message: &str| {
        findings.refuse(RuleId::Xc22, code, "linkConsultation", message);
    };
    match step {
        None => refuse(Code::WrongState, "a consultation that was raised is withdrawn instead"),
        Some(ConsultationStep::Advised) if outcomes => {
            refuse(Code::Conflict, "a next step has its outcome already");
        }
        Some(ConsultationStep::Closed | ConsultationStep::Withdrawn) if another => {
            refuse(Code::Conflict, "another consultation is open by now");
        }
        Some(ConsultationStep::Withdrawn | ConsultationStep::Advised) if no_consent => {
            refuse(Code::ConsentMissing, "no consent to a link consultation is in force");
        }
        Some(_) => {}
    }
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "say why it was a mistake");
    findings
}
