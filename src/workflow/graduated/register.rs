//! The SEN register (GR-2, GR-4).

use super::Response;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::child::SenStatus;
use domain::graduated::register::{Adding, decide_adding, decide_removing, decide_reversal};
use domain::graduated::{GraduatedEvent, RegisterStep};
use domain::refusal::Findings;
use entity::sen_register_decision;
use serde::Serialize;
use uuid::Uuid;

/// Put a child on the SEN register. Answers the id of the decision.
#[derive(Clone, Debug, Serialize)]
pub struct AddToRegister {
    /// The child.
    pub child: Uuid,
    /// The SENCO who decided with the others.
    pub senco: Option<Uuid>,
    /// The staff who decided, each by name and role.
    pub staff: Vec<String>,
    /// The parents and carers who decided.
    pub parents: Vec<Uuid>,
    /// The assessments that it rests on.
    pub assessments: Vec<Uuid>,
    /// In what the provision is additional to or different from that of other pupils.
    pub provision: String,
}

/// What the decision rests on.
pub struct AddFacts {
    response: Response,
    senco_is_one: bool,
}

impl Command for AddToRegister {
    const ACTION: Action = Action::AddToSenRegister;
    type Facts = AddFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AddFacts>, Fault> {
        let Some(response) = Response::load(work, self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let system = System::within(work);
        let mut missing = Vec::new();
        for parent in &self.parents {
            if !system.is_parent(self.child, *parent).await? {
                missing.push("parents");
            }
        }
        let mut cited = self.assessments.clone();
        cited.sort_unstable();
        cited.dedup();
        if system.assessments_of(self.child, &cited).await?.len() != cited.len() {
            missing.push("assessments");
        }
        if !missing.is_empty() {
            missing.dedup();
            return Ok(Gathered::NotFound(missing));
        }
        let senco_is_one = match self.senco {
            Some(person) => system.holds_at_school(person, &[Role::Senco], response.held.school_id).await?,
            None => false,
        };
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: AddFacts { response, senco_is_one }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &AddFacts) -> (Findings, ()) {
        let adding = Adding {
            senco_is_one: facts.senco_is_one,
            staff: &self.staff,
            parents: self.parents.len(),
            assessments: self.assessments.len(),
            provision: &self.provision,
        };
        (decide_adding(&facts.response.record, &adding), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: AddFacts, (): ()) -> Result<Uuid, Fault> {
        let decision = sen_register_decision::Model {
            senco_id: self.senco,
            parents: serde_json::to_value(&self.parents)?,
            assessments: serde_json::to_value(&self.assessments)?,
            ..decision(work, &facts.response, RegisterStep::Added, &self.staff, &self.provision)?
        };
        write(work, &facts.response, decision, SenStatus::SenSupport).await
    }
}

/// Take a child off the SEN register. Answers the id of the decision.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveFromRegister {
    /// The child.
    pub child: Uuid,
    /// The staff who decided, each by name and role.
    pub staff: Vec<String>,
    /// Why the child no longer needs it.
    pub reason: String,
    /// What the parents say to it.
    pub parents_view: Option<String>,
}

impl Command for RemoveFromRegister {
    const ACTION: Action = Action::RemoveFromSenRegister;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        Ok(match Response::load(work, self.child).await? {
            None => Gathered::NotFound(vec!["child"]),
            Some(response) => response.gathered(),
        })
    }

    fn decide(&self, _: &Op, response: &Response) -> (Findings, ()) {
        let view = self.parents_view.as_deref().unwrap_or_default();
        (decide_removing(&response.record, &self.staff, &self.reason, view), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let decision = sen_register_decision::Model {
            parents_view: self.parents_view.clone(),
            ..decision(work, &response, RegisterStep::Removed, &self.staff, &self.reason)?
        };
        write(work, &response, decision, SenStatus::None).await
    }
}

fn decision(
    work: &Work<'_>,
    response: &Response,
    step: RegisterStep,
    staff: &[String],
    words: &str,
) -> Result<sen_register_decision::Model, Fault> {
    Ok(sen_register_decision::Model {
        id: work.op.id(),
        authority_id: response.held.authority_id,
        child_id: response.child.id,
        school_id: response.held.school_id,
        step,
        decided_on: work.op.today(),
        senco_id: None,
        staff: serde_json::to_value(staff)?,
        parents: serde_json::json!([]),
        assessments: serde_json::json!([]),
        words: words.to_owned(),
        parents_view: None,
        status_before: response.child.sen_status,
        recorded_by: work.op.actor().unwrap_or_default(),
        recorded_at: work.op.now,
        reversed_at: None,
        reversed_reason: None,
        version: 1,
    })
}

async fn write(
    work: &mut Work<'_>,
    response: &Response,
    decision: sen_register_decision::Model,
    status: SenStatus,
) -> Result<Uuid, Fault> {
    let (id, step) = (decision.id, decision.step);
    work.insert::<sen_register_decision::Entity>(decision).await?;
    work.set_sen_status(response.child.id, status).await?;
    let event = GraduatedEvent::SenRegisterDecided { step };
    response.record(work, "SenRegisterDecision", id, event).await?;
    Ok(id)
}

/// Take back a SEN-register decision (XC-22).
#[derive(Clone, Debug, Serialize)]
pub struct ReverseDecision {
    /// The decision.
    pub decision: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for ReverseDecision {
    const ACTION: Action = Action::ReverseSenRegisterDecision;
    /// The child, the decision, and whether it is the newest.
    type Facts = (Response, sen_register_decision::Model, bool);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let found = Response::around::<sen_register_decision::Entity>(work, self.decision).await?;
        let Some((response, row)) = found else {
            return Ok(Gathered::NotFound(vec!["senRegisterDecision"]));
        };
        let decisions = System::within(work).register_decisions(response.child.id).await?;
        let standing_ones = decisions.iter().find(|decision| decision.reversed_at.is_none());
        let newest = standing_ones.is_some_and(|newest| newest.id == row.id);
        let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: (response, row, newest), standing, target })
    }

    fn decide(&self, _: &Op, (response, row, newest): &Self::Facts) -> (Findings, ()) {
        // What an EHC needs assessment has changed since is not taken back with it.
        let as_decided = match row.step {
            RegisterStep::Added => response.child.sen_status == SenStatus::SenSupport,
            RegisterStep::Removed => response.child.sen_status == SenStatus::None,
        };
        let plan_open = response.record.plan.is_some();
        (decide_reversal(*newest && as_decided, row.reversed_at.is_some(), plan_open, &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row, _): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.reversed_at = Some(work.op.now);
        row.reversed_reason = Some(self.reason.clone());
        let (id, step) = (row.id, row.step);
        work.set_sen_status(row.child_id, row.status_before).await?;
        work.update::<sen_register_decision::Entity>(row).await?;
        let event = GraduatedEvent::SenRegisterDecisionReversed { step };
        response.record(work, "SenRegisterDecision", id, event).await?;
        Ok(id)
    }
}
