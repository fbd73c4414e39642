//! Taking back a step taken by mistake (XC-22): a new event, and the deadlines as they were before the step.

use super::{Case, Queried, entry, reckoning, record, subject, within};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::{DateTime, Utc};
use domain::access::{Action, Role, Standing};
use domain::child::SenStatus;
use domain::duty::Step;
use domain::ehc::assessment::{Course, milestone};
use domain::ehc::query::{discussion, response};
use domain::ehc::{EhcEvent, EntryKind, QueryDecision, QueryState, State, assessment, plan, query};
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::{advice_query, advice_query_entry, ehc_assessment};
use serde::Serialize;
use uuid::Uuid;

/// A step is taken back by who may take it, or by the SEND manager.
fn check_who(findings: &mut Findings, op: &Op, step: Action, standing: &Standing) {
    let may = op.viewer.as_ref().is_some_and(|viewer| {
        viewer.may(step, standing)
            || viewer.authorities(|role| role == Role::SendManager).contains(&standing.authority)
    });
    if !may {
        findings
            .refuse(RuleId::Xc22, Code::NotPermitted, "", "you may not take this step back")
            .remedy("it is taken back by who may take it, or by the SEND manager");
    }
}

/// Take the last step of an assessment back.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseAssessment {
    /// The assessment.
    pub assessment: Uuid,
    /// Why.
    pub reason: String,
}

/// What a reversal rests on.
pub struct AssessmentFacts {
    case: Case,
    course: Course,
    another_under_way: bool,
}

impl Command for ReverseAssessment {
    const ACTION: Action = Action::ReverseAssessmentStep;
    type Facts = AssessmentFacts;
    type Plan = Option<State>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AssessmentFacts>, Fault> {
        let Some(case) = Case::load(work, self.assessment).await? else {
            return Ok(Gathered::NotFound(vec!["assessment"]));
        };
        let (system, row) = (System::within(work), &case.assessment);
        let course = Course {
            state: row.state,
            decided: row.decided_on.is_some(),
            advice_sought: !system.advice_requests(row.id).await?.is_empty(),
            draft_out: system.draft_out(row.id).await?.is_some(),
        };
        let another_under_way = !row.state.is_open() && system.assessment_under_way(row.child_id).await?;
        let (standing, target) = (case.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: AssessmentFacts { case, course, another_under_way }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &AssessmentFacts) -> (Findings, Option<State>) {
        let standing = &facts.case.standing;
        let (mut findings, back) = match assessment::reversal(facts.course, &self.reason) {
            Err(findings) => (findings, None),
            Ok((state, step)) => {
                let mut findings = Findings::default();
                check_who(&mut findings, op, step, standing);
                (findings, Some(state))
            }
        };
        if facts.another_under_way {
            let message = "another assessment of this child is under way";
            findings.refuse(RuleId::Eh1, Code::Conflict, "assessment", message);
        }
        (findings, back)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AssessmentFacts,
        back: Option<State>,
    ) -> Result<Uuid, Fault> {
        let to = back.ok_or(Fault::Unexpected("a reversal without a way back"))?;
        let mut row = facts.case.assessment;
        let from = row.state;
        if !from.is_open() {
            reopen(work, &row, from, &self.reason).await?;
        }
        if from == State::DraftIssued {
            take_draft_back(work, &row).await?;
        }
        if from == State::Assessing {
            row.decided_on = None;
            work.reopen_duty(row.id, milestone(Step::DecideToAssess)).await?;
            work.set_sen_status(row.child_id, row.sen_status_before).await?;
        }
        row.state = to;
        row.outcome_on = None;
        row.outcome_reason = None;
        record(work, subject(&row), EhcEvent::StepReversed { to });
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(row.id)
    }
}

/// Opens what the end of an assessment closed, and which had not been done before it.
async fn reopen(
    work: &mut Work<'_>,
    row: &ehc_assessment::Model,
    from: State,
    reason: &str,
) -> Result<(), Fault> {
    let draft = System::within(work).draft_out(row.id).await?;
    work.end_requests(row.id, false).await?;
    if let Some(end) = work.reopen_withdrawn(row.id).await? {
        bring_queries_back(work, row, end, reason).await?;
    }
    match from {
        State::Declined => work.reopen_duty(row.id, milestone(Step::DecideToAssess)).await?,
        State::NotIssued => work.reopen_duty(row.id, milestone(Step::DecideToIssue)).await?,
        State::FinalIssued => {
            work.reopen_duty(row.id, milestone(Step::IssueFinalPlan)).await?;
            if let Some(draft) = draft.filter(|_| row.parents_responded_on.is_none()) {
                work.reopen_duty(draft.id, plan::parents_time()).await?;
            }
        }
        _ => {}
    }
    if row.decided_on.is_some() {
        work.set_sen_status(row.child_id, SenStatus::EhcAssessment).await?;
    }
    Ok(())
}

/// Brings the queries that the end withdrew back to where they were; their deadlines are open again already.
async fn bring_queries_back(
    work: &mut Work<'_>,
    row: &ehc_assessment::Model,
    end: DateTime<Utc>,
    reason: &str,
) -> Result<(), Fault> {
    for mut withdrawn in System::within(work).queries_withdrawn(row.id, end).await? {
        let course = course(&System::within(work), &withdrawn, true).await?;
        let Ok((to, _)) = query::reversal(course, reason) else { continue };
        withdrawn.state = to;
        withdrawn.closed_at = None;
        work.insert::<advice_query_entry::Entity>(entry(work, &withdrawn, EntryKind::Reversal, reason))
            .await?;
        let about = within(row, "AdviceQuery", withdrawn.id, Some(withdrawn.request_id));
        record(work, about, EhcEvent::QueryStepReversed { to });
        work.update::<advice_query::Entity>(withdrawn).await?;
    }
    Ok(())
}

async fn course(
    system: &System<'_>,
    row: &advice_query::Model,
    assessing: bool,
) -> Result<query::Course, Fault> {
    Ok(query::Course {
        state: row.state,
        assessing,
        discussed: system.has_entry(row.id, EntryKind::ManagerDiscussion).await?,
        decision: row.decision,
        followed_up: row.follow_up_opened_at.is_some(),
        answered: row.answered_at.is_some(),
    })
}

/// Takes the draft plan back: the parents' time and the checks end, and whether to issue is open again.
async fn take_draft_back(work: &mut Work<'_>, row: &ehc_assessment::Model) -> Result<(), Fault> {
    let system = System::within(work);
    let Some(draft) = system.draft_out(row.id).await? else { return Ok(()) };
    for check in system.open_checks(draft.id).await? {
        work.withdraw_duty(check.id, plan::check()).await?;
    }
    work.withdraw_duty(draft.id, plan::parents_time()).await?;
    work.withdraw_draft(draft.id, work.op.now).await?;
    work.reopen_duty(row.id, milestone(Step::DecideToIssue)).await
}

/// Take the last step on a query back.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseQuery {
    /// The query.
    pub query: Uuid,
    /// Why.
    pub reason: String,
}

/// What a reversal rests on.
pub struct QueryFacts {
    queried: Queried,
    course: query::Course,
}

impl Command for ReverseQuery {
    const ACTION: Action = Action::ReverseAdviceQueryStep;
    type Facts = QueryFacts;
    type Plan = Option<QueryState>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<QueryFacts>, Fault> {
        let Some(queried) = Queried::load(work, self.query).await? else {
            return Ok(Gathered::NotFound(vec!["adviceQuery"]));
        };
        let row = &queried.query;
        let assessing = queried.asked.assessment.state == State::Assessing;
        let course = course(&System::within(work), row, assessing).await?;
        let (standing, target) = (queried.asked.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: QueryFacts { queried, course }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &QueryFacts) -> (Findings, Option<QueryState>) {
        match query::reversal(facts.course, &self.reason) {
            Err(findings) => (findings, None),
            Ok((state, step)) => {
                let mut findings = Findings::default();
                check_who(&mut findings, op, step, &facts.queried.asked.standing);
                (findings, Some(state))
            }
        }
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: QueryFacts,
        back: Option<QueryState>,
    ) -> Result<Uuid, Fault> {
        let to = back.ok_or(Fault::Unexpected("a reversal without a way back"))?;
        let mut queried = facts.queried;
        let (from, id) = (queried.query.state, queried.query.id);
        let row = &mut queried.query;
        row.state = to;
        row.closed_at = None;
        match (from, to) {
            (QueryState::FormalFollowUp, _) => {
                row.follow_up_opened_at = None;
                row.follow_up_due_on = None;
                row.required = None;
                row.decision = Some(QueryDecision::ExtendedInput);
                work.withdraw_duty(id, response()).await?;
            }
            (_, QueryState::Raised) => work.reopen_duty(id, discussion()).await?,
            (QueryState::Withdrawn, QueryState::FormalFollowUp) => {
                work.reopen_duty(id, response()).await?;
            }
            (QueryState::SmallPoint, QueryState::SmallPoint) => {
                row.decision = Some(QueryDecision::SmallPoint);
            }
            (QueryState::Updated, QueryState::Updated)
            | (QueryState::Discussed | QueryState::SmallPoint | QueryState::UsedAsSubmitted, _) => {
                row.decision = None;
            }
            _ => {}
        }
        queried.log(work, EntryKind::Reversal, &self.reason).await?;
        queried.save(work, EhcEvent::QueryStepReversed { to }).await
    }
}
