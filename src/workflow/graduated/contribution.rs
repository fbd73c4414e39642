//! What goes into a One Plan from others: the words of parents and pupil, Records of Involvement (GR-5, OC-13).

use super::{OnPlan, Response};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::consultation::record::RecordState;
use domain::graduated::plan::{decide_contribution, decide_evidence};
use domain::graduated::{Contributor, GraduatedEvent};
use domain::refusal::Findings;
use entity::{consultation, one_plan, plan_contribution, plan_cycle, plan_evidence, plan_section};
use serde::Serialize;
use uuid::Uuid;

/// Add what parents or pupil contribute. Answers the id of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Contribute {
    /// The plan.
    pub plan: Uuid,
    /// Whose it is.
    pub contributor: Contributor,
    /// What they say.
    pub text: String,
}

impl Command for Contribute {
    const ACTION: Action = Action::AddPlanContribution;
    type Facts = OnPlan;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnPlan>, Fault> {
        OnPlan::gather(work, self.plan).await
    }

    fn decide(&self, op: &Op, on: &OnPlan) -> (Findings, ()) {
        let writes_as = op.as_family(on.response.held.authority_id);
        (decide_contribution(on.plan.state, writes_as, self.contributor, &self.text), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, on: OnPlan, (): ()) -> Result<Uuid, Fault> {
        work.insert::<plan_contribution::Entity>(plan_contribution::Model {
            id: work.op.id(),
            authority_id: on.response.held.authority_id,
            plan_id: on.plan.id,
            cycle_id: on.cycle.id,
            child_id: on.plan.child_id,
            contributor: self.contributor,
            text: self.text.clone(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
        })
        .await?;
        let event = GraduatedEvent::PlanContributionAdded { contributor: self.contributor };
        on.response.record(work, "OnePlan", on.plan.id, event).await?;
        Ok(on.plan.id)
    }
}

/// Cite the Record of Involvement of a consultation in a section. Answers the id of the section.
#[derive(Clone, Debug, Serialize)]
pub struct CiteEvidence {
    /// The section.
    pub section: Uuid,
    /// The consultation.
    pub consultation: Uuid,
}

/// What citing rests on.
pub struct EvidenceFacts {
    response: Response,
    section: plan_section::Model,
    plan: one_plan::Model,
    cycle: plan_cycle::Model,
    issued: bool,
    cited: bool,
}

impl Command for CiteEvidence {
    const ACTION: Action = Action::CitePlanEvidence;
    type Facts = EvidenceFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<EvidenceFacts>, Fault> {
        const GONE: Fault = Fault::Unexpected("a section without its plan");
        let found = Response::around::<plan_section::Entity>(work, self.section).await?;
        let Some((response, section)) = found else { return Ok(Gathered::NotFound(vec!["section"])) };
        let of_child = work.find_shared::<consultation::Entity>(self.consultation).await?;
        if of_child.is_none_or(|row| row.child_id != section.child_id) {
            return Ok(Gathered::NotFound(vec!["consultation"]));
        }
        let system = System::within(work);
        let records = system.records(self.consultation).await?;
        let facts = EvidenceFacts {
            plan: system.lock::<one_plan::Entity>(section.plan_id).await?.ok_or(GONE)?,
            cycle: system.lock::<plan_cycle::Entity>(section.cycle_id).await?.ok_or(GONE)?,
            issued: records.iter().any(|record| record.state == RecordState::Issued),
            cited: system.cites(section.id, self.consultation).await?,
            response,
            section,
        };
        let standing = facts.response.standing.clone();
        let target = Some((facts.section.id, facts.section.version));
        Ok(Gathered::Found { facts, standing, target })
    }

    fn decide(&self, _: &Op, facts: &EvidenceFacts) -> (Findings, ()) {
        (decide_evidence(facts.plan.state, facts.cycle.state, facts.issued, facts.cited), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: EvidenceFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = facts.section.id;
        work.insert::<plan_evidence::Entity>(plan_evidence::Model {
            id: work.op.id(),
            authority_id: facts.response.held.authority_id,
            section_id: id,
            child_id: facts.section.child_id,
            consultation_id: self.consultation,
            cited_by: work.op.actor().unwrap_or_default(),
            cited_at: work.op.now,
        })
        .await?;
        facts.response.record(work, "PlanSection", id, GraduatedEvent::PlanEvidenceCited).await?;
        Ok(id)
    }
}
