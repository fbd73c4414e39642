//! Asking for an assessment, and deciding whether to assess and whether to issue a plan (EH-1).

use super::{Case, ending, reckoning, record, subject};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered, named_child};
use crate::workflow::consultation::letters::reference;
use crate::workflow::graduated::confidence;
use domain::access::{Action, Role, Standing};
use domain::calendar::BeyondCalendar;
use domain::child::SenStatus;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::{NewDuty, Step};
use domain::ehc::assessment::{decide_end, decide_request, expect_state, milestone, milestones, source_of};
use domain::ehc::{EhcEvent, RequestSource, State};
use domain::graduated::link::advise_request;
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::{child, ehc_assessment, holding, person};
use serde::Serialize;
use uuid::Uuid;

/// Ask for an assessment of a child.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The child, by id.
    pub child: Option<Uuid>,
    /// Or by the UPN on the form: the coordinator does not see the child's record before.
    pub upn: Option<String>,
    /// Who asks, where somebody else enters it.
    pub source: RequestSource,
    /// London date of the request: day 0.
    pub requested_on: chrono::NaiveDate,
}

/// What a request rests on.
pub struct RequestFacts {
    child: child::Model,
    held: holding::Model,
    under_way: bool,
    discussed: bool,
    duties: Result<[NewDuty; 3], BeyondCalendar>,
    policy_version: i32,
}

impl Command for Request {
    const ACTION: Action = Action::RequestAssessment;
    type Facts = RequestFacts;
    type Plan = Option<[NewDuty; 3]>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RequestFacts>, Fault> {
        let system = System::within(work);
        let named = named_child(work, Self::ACTION, self.child, self.upn.as_deref()).await?;
        let Some(child) = named else { return Ok(Gathered::NotFound(vec!["child"])) };
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let standing: Standing = system.standing(&child).await?;
        let (calendar, policy) =
            (system.calendar(held.authority_id).await?, system.policy(held.authority_id).await?);
        let facts = RequestFacts {
            under_way: system.assessment_under_way(child.id).await?,
            discussed: system.assessment_discussed(child.id).await?,
            duties: milestones(self.requested_on, &[], &calendar, &policy),
            policy_version: policy.version,
            child,
            held,
        };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, op: &Op, facts: &RequestFacts) -> (Findings, Option<[NewDuty; 3]>) {
        let mut findings =
            decide_request(self.requested_on, op.today(), facts.child.sen_status, facts.under_way);
        findings.extend(advise_request(self.source(op, &facts.held), facts.discussed));
        if let Err(ends) = &facts.duties {
            refuse_beyond_calendar(&mut findings, &ends.to_string());
        }
        (findings, facts.duties.clone().ok())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: RequestFacts,
        plan: Option<[NewDuty; 3]>,
    ) -> Result<Uuid, Fault> {
        let duties = plan.ok_or(Fault::Unexpected("a request without its dates"))?;
        let row = self.row(work, &facts, &duties);
        work.insert::<ehc_assessment::Entity>(row.clone()).await?;
        let event = EhcEvent::Requested { on: row.requested_on, source: row.source };
        record(work, subject(&row), event);
        for duty in duties {
            work.set_duty(&subject(&row), duty).await?;
        }
        reckoning::reckon(work, &row).await?;
        if row.source == RequestSource::Parent {
            confidence::conversation(work, &facts.held).await?;
        }
        Ok(row.id)
    }
}

impl Request {
    /// Who asks: a parent or young person asks for themselves, whatever the input says.
    fn source(&self, op: &Op, held: &holding::Model) -> RequestSource {
        op.as_family(held.authority_id).map_or(self.source, |role| source_of(role, self.source))
    }

    fn row(&self, work: &Work<'_>, facts: &RequestFacts, duties: &[NewDuty; 3]) -> ehc_assessment::Model {
        let id = work.op.id();
        let [decide, issue, last] = duties;
        ehc_assessment::Model {
            id,
            reference: reference("EHC", id),
            authority_id: facts.held.authority_id,
            child_id: facts.child.id,
            school_id: facts.held.school_id,
            state: State::Requested,
            source: self.source(work.op, &facts.held),
            requested_on: self.requested_on,
            requested_by: work.op.actor().unwrap_or_default(),
            coordinator_id: None,
            decide_by: decide.due.on,
            issue_by: issue.due.on,
            final_by: last.due.on,
            decided_on: None,
            outcome_on: None,
            outcome_reason: None,
            sen_status_before: facts.child.sen_status,
            parents_response: None,
            parents_responded_on: None,
            policy_version: facts.policy_version,
            version: 1,
        }
    }
}

/// Decide to assess.
#[derive(Clone, Debug, Serialize)]
pub struct DecideToAssess {
    /// The assessment.
    pub assessment: Uuid,
    /// The EHCP coordinator who runs the case, if one is named.
    pub coordinator: Option<Uuid>,
}

/// What the decision rests on.
pub struct DecideFacts {
    case: Case,
    coordinator_is_one: Option<bool>,
}

impl Command for DecideToAssess {
    const ACTION: Action = Action::DecideToAssess;
    type Facts = DecideFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<DecideFacts>, Fault> {
        let mut missing = Vec::new();
        if let Some(named) = self.coordinator
            && work.find_shared::<person::Entity>(named).await?.is_none()
        {
            missing.push("coordinator");
        }
        let case = Case::load(work, self.assessment).await?;
        if case.is_none() {
            missing.push("assessment");
        }
        let Some(case) = case.filter(|_| missing.is_empty()) else { return Ok(Gathered::NotFound(missing)) };
        let authority = case.assessment.authority_id;
        let coordinator_is_one =
            System::within(work).is_one(self.coordinator, Role::EhcpCoordinator, authority).await?;
        let target = Some((case.assessment.id, case.assessment.version));
        let standing = case.standing.clone();
        Ok(Gathered::Found { facts: DecideFacts { case, coordinator_is_one }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &DecideFacts) -> (Findings, ()) {
        let mut findings = Findings::default();
        expect_state(&mut findings, RuleId::Eh1, facts.case.assessment.state, &[State::Requested]);
        if facts.coordinator_is_one == Some(false) {
            let message = "this person is no EHCP coordinator here";
            findings.refuse(RuleId::Eh1, Code::NotEligible, "coordinator", message);
        }
        (findings, ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: DecideFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.assessment;
        row.state = State::Assessing;
        row.decided_on = Some(work.op.today());
        row.coordinator_id = self.coordinator;
        record(work, subject(&row), EhcEvent::DecidedToAssess);
        work.meet_duty(row.id, milestone(Step::DecideToAssess), work.op.now).await?;
        work.set_sen_status(row.child_id, SenStatus::EhcAssessment).await?;
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(row.id)
    }
}

macro_rules! ends {
    ($($(#[$doc:meta])* $name:ident by $action:ident from $allowed:expr => $to:ident, $event:ident, meets $step:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        pub struct $name {
            /// The assessment.
            pub assessment: Uuid,
            /// Why.
            pub reason: String,
        }

        impl Command for $name {
            const ACTION: Action = Action::$action;
            type Facts = Case;
            type Plan = ();

            async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
                Case::gather(work, self.assessment).await
            }

            fn decide(&self, _: &Op, case: &Case) -> (Findings, ()) {
                (decide_end(case.assessment.state, $allowed, &self.reason), ())
            }

            async fn apply(&self, _: &Service, work: &mut Work<'_>, case: Case, (): ()) -> Result<Uuid, Fault> {
                let step: Option<Step> = $step;
                if let Some(step) = step {
                    work.meet_duty(case.assessment.id, milestone(step), work.op.now).await?;
                }
                ending::end(work, case.assessment, State::$to, &self.reason, EhcEvent::$event).await
            }
        }
    )*};
}

ends! {
    /// Decide not to assess.
    DecideNotToAssess by DecideNotToAssess from &[State::Requested] => Declined, Declined, meets Some(Step::DecideToAssess);
    /// Decide not to issue a plan.
    DecideNotToIssue by DecideNotToIssue from &[State::Assessing] => NotIssued, DecidedNotToIssue, meets Some(Step::DecideToIssue);
    /// End an assessment before its time.
    Cease by CeaseAssessment from &State::OPEN => Ceased, Ceased, meets None;
}
