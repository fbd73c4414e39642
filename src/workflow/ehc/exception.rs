//! Exceptions to the statutory dates (EH-4): recorded and taken back, and the dates that move with them.

use super::{Case, reckoning, record, subject, within};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::ehc::advice::owner;
use domain::ehc::assessment::milestones;
use domain::ehc::exception::{Exception, ExceptionFacts, advice_date, decide_exception};
use domain::ehc::{EhcEvent, RequestState, Service as AdviceService};
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use domain::text::is_blank;
use domain::{calendar::BeyondCalendar, duty::NewDuty};
use entity::{advice_request, ehc_assessment, statutory_exception};
use serde::Serialize;
use uuid::Uuid;

/// Record an exception.
#[derive(Clone, Debug, Serialize)]
pub struct RecordException {
    /// The assessment.
    pub assessment: Uuid,
    /// The ground and its dates.
    pub exception: Exception,
    /// What shows it.
    pub evidence: String,
}

/// What an exception rests on.
pub struct Facts {
    case: Case,
    advice: Vec<(Uuid, AdviceService, chrono::NaiveDate)>,
}

impl Command for RecordException {
    const ACTION: Action = Action::RecordException;
    type Facts = Facts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Facts>, Fault> {
        let Some(case) = Case::load(work, self.assessment).await? else {
            return Ok(Gathered::NotFound(vec!["assessment"]));
        };
        let requests = System::within(work).advice_requests(case.assessment.id).await?;
        let advice = requests.into_iter().map(|one| (one.id, one.service, one.asked_on)).collect();
        let (standing, target) = (case.standing.clone(), Some((case.assessment.id, case.assessment.version)));
        Ok(Gathered::Found { facts: Facts { case, advice }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &Facts) -> (Findings, ()) {
        let row = &facts.case.assessment;
        let facts = ExceptionFacts {
            requested_on: row.requested_on,
            advice: &facts.advice,
            open: row.state.is_open(),
            today: op.today(),
        };
        (decide_exception(&self.exception, &self.evidence, &facts), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: Facts, (): ()) -> Result<Uuid, Fault> {
        let row = facts.case.assessment;
        work.insert::<statutory_exception::Entity>(statutory_exception::Model {
            id: work.op.id(),
            authority_id: row.authority_id,
            assessment_id: row.id,
            child_id: row.child_id,
            request_id: self.exception.request,
            ground: self.exception.ground,
            from_date: self.exception.from,
            to_date: self.exception.to,
            evidence: self.evidence.clone(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
            revoked_at: None,
            revoked_reason: None,
        })
        .await?;
        record(work, subject(&row), EhcEvent::ExceptionRecorded { ground: self.exception.ground });
        move_dates(work, row).await
    }
}

/// Take an exception back.
#[derive(Clone, Debug, Serialize)]
pub struct RevokeException {
    /// The exception.
    pub exception: Uuid,
    /// Why.
    pub reason: String,
}

/// What taking an exception back rests on.
pub struct RevokeFacts {
    case: Case,
    exception: statutory_exception::Model,
}

impl Command for RevokeException {
    const ACTION: Action = Action::RevokeException;
    type Facts = RevokeFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RevokeFacts>, Fault> {
        let Some(exception) = work.find_shared::<statutory_exception::Entity>(self.exception).await? else {
            return Ok(Gathered::NotFound(vec!["exception"]));
        };
        let Some(case) = Case::load(work, exception.assessment_id).await? else {
            return Ok(Gathered::NotFound(vec!["exception"]));
        };
        let (standing, target) = (case.standing.clone(), Some((case.assessment.id, case.assessment.version)));
        Ok(Gathered::Found { facts: RevokeFacts { case, exception }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &RevokeFacts) -> (Findings, ()) {
        let mut findings = Findings::default();
        if facts.exception.revoked_at.is_some() || !facts.case.assessment.state.is_open() {
            let message = "there is no exception here to take back";
            findings.refuse(RuleId::Eh4, Code::WrongState, "exception", message);
        }
        if is_blank(&self.reason) {
            findings.refuse(RuleId::Xc22, Code::Missing, "reason", "a reversal needs a reason");
        }
        (findings, ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: RevokeFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        work.revoke_exception(self.exception, &self.reason).await?;
        let row = facts.case.assessment;
        record(work, subject(&row), EhcEvent::ExceptionRevoked { ground: facts.exception.ground });
        move_dates(work, row).await
    }
}

/// Reckons the statutory dates and those of the advice still open by the exceptions as they stand now.
async fn move_dates(work: &mut Work<'_>, mut row: ehc_assessment::Model) -> Result<Uuid, Fault> {
    let beyond = |_: BeyondCalendar| Fault::Unexpected("an exception beyond the dates that can be written");
    let system = System::within(work);
    let exceptions = system.exceptions(row.id).await?;
    let (calendar, policy) = (
        system.calendar(row.authority_id).await?,
        system.policy_version(row.authority_id, row.policy_version).await?,
    );
    let duties = milestones(row.requested_on, &exceptions, &calendar, &policy).map_err(beyond)?;
    let open = system.open_duties_of(row.id).await?;
    let requests = system.advice_requests(row.id).await?;
    let known = row.clone();
    let [decide, issue, last] = &duties;
    (row.decide_by, row.issue_by, row.final_by) = (decide.due.on, issue.due.on, last.due.on);
    for duty in duties {
        if open.iter().any(|row| row.rule == RuleId::Eh1.as_str() && row.step == duty.step) {
            work.replace_duty(&subject(&row), duty).await?;
        }
    }
    for mut request in requests.into_iter().filter(|request| request.state == RequestState::Sought) {
        let due =
            advice_date(request.id, request.asked_on, &exceptions, &calendar, &policy).map_err(beyond)?;
        if due.on == request.due_on {
            continue;
        }
        request.due_on = due.on;
        let whose =
            owner(request.service, request.giver_id, request.manager_id, request.absent_since.is_some());
        let about = within(&row, "AdviceRequest", request.id, Some(request.id));
        work.replace_duty(&about, NewDuty::due(RuleId::Eh2, whose, due, &calendar, &policy)).await?;
        work.update::<advice_request::Entity>(request).await?;
    }
    let id = row.id;
    work.update::<ehc_assessment::Entity>(row).await?;
    reckoning::reckon(work, &known).await?;
    Ok(id)
}
