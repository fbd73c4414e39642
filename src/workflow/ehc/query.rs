//! Advice queries, from the raising to the end (AQ-2 to AQ-4, AQ-7).

use super::{Asked, Queried, ending, reckoning, record, within};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::calendar::BeyondCalendar;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::NewDuty;
use domain::ehc::query::{
    decide_close, decide_decision, decide_discussion, decide_raise, decide_small_point, decide_withdrawal,
    decided, discussion, discussion_duty,
};
use domain::ehc::{EhcEvent, EntryKind, QueryDecision, QueryReason, QueryState};
use domain::refusal::Findings;
use entity::{advice_query, advice_query_entry};
use serde::Serialize;
use uuid::Uuid;

/// Raise a query on advice that came in.
#[derive(Clone, Debug, Serialize)]
pub struct Raise {
    /// The request whose advice it is on.
    pub request: Uuid,
    /// What is wrong.
    pub reason: QueryReason,
    /// On which part.
    pub part: String,
    /// What is asked.
    pub question: String,
}

/// What raising a query rests on.
pub struct RaiseFacts {
    asked: Asked,
    versions: i32,
    discuss: Result<NewDuty, BeyondCalendar>,
}

impl Command for Raise {
    const ACTION: Action = Action::RaiseAdviceQuery;
    type Facts = RaiseFacts;
    type Plan = Option<NewDuty>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RaiseFacts>, Fault> {
        let Some(asked) = Asked::load(work, self.request).await? else {
            return Ok(Gathered::NotFound(vec!["adviceRequest"]));
        };
        let (system, row) = (System::within(work), &asked.assessment);
        let (calendar, policy) =
            (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
        let facts = RaiseFacts {
            versions: system.advice_versions(asked.request.id).await?,
            discuss: discussion_duty(work.op.today(), row.coordinator_id, &calendar, &policy),
            asked,
        };
        let (standing, target) =
            (facts.asked.standing.clone(), Some((facts.asked.request.id, facts.asked.request.version)));
        Ok(Gathered::Found { facts, standing, target })
    }

    fn decide(&self, _: &Op, facts: &RaiseFacts) -> (Findings, Option<NewDuty>) {
        let state = facts.asked.assessment.state;
        let mut findings = decide_raise(state, facts.versions > 0, &self.part, &self.question);
        if let Err(ends) = &facts.discuss {
            refuse_beyond_calendar(&mut findings, &ends.to_string());
        }
        (findings, facts.discuss.clone().ok())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: RaiseFacts,
        duty: Option<NewDuty>,
    ) -> Result<Uuid, Fault> {
        let Asked { request, assessment, .. } = facts.asked;
        let id = work.op.id();
        work.insert::<advice_query::Entity>(advice_query::Model {
            id,
            authority_id: request.authority_id,
            assessment_id: assessment.id,
            request_id: request.id,
            child_id: request.child_id,
            state: QueryState::Raised,
            reason: self.reason,
            on_version: facts.versions,
            part: self.part.clone(),
            question: self.question.clone(),
            raised_by: work.op.actor().unwrap_or_default(),
            raised_at: work.op.now,
            decision: None,
            required: None,
            follow_up_opened_at: None,
            follow_up_due_on: None,
            answered_at: None,
            closed_at: None,
            version: 1,
        })
        .await?;
        let about = within(&assessment, "AdviceQuery", id, Some(request.id));
        let (service, giver) = (request.service, request.giver_id);
        record(work, about.clone(), EhcEvent::QueryRaised { service, giver });
        if let Some(duty) = duty {
            work.set_duty(&about, duty).await?;
        }
        reckoning::reckon(work, &assessment).await?;
        Ok(id)
    }
}

/// Record that a query was discussed with the line manager.
#[derive(Clone, Debug, Serialize)]
pub struct RecordDiscussion {
    /// The query.
    pub query: Uuid,
    /// What was discussed.
    pub note: String,
}

impl Command for RecordDiscussion {
    const ACTION: Action = Action::RecordManagerDiscussion;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        (decide_discussion(queried.query.state, &self.note), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut queried: Queried,
        (): (),
    ) -> Result<Uuid, Fault> {
        queried.query.state = QueryState::Discussed;
        queried.log(work, EntryKind::ManagerDiscussion, &self.note).await?;
        work.meet_duty(queried.query.id, discussion(), work.op.now).await?;
        queried.save(work, EhcEvent::QueryDiscussed).await
    }
}

/// Decide about a query.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    /// The query.
    pub query: Uuid,
    /// What.
    pub decision: QueryDecision,
    /// Why.
    pub reason: String,
}

impl Command for Decide {
    const ACTION: Action = Action::DecideAdviceQuery;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        (decide_decision(queried.query.state, self.decision, &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut queried: Queried,
        (): (),
    ) -> Result<Uuid, Fault> {
        let row = &mut queried.query;
        row.state = decided(row.state, self.decision);
        row.decision = Some(self.decision);
        if self.decision == QueryDecision::UseAsSubmitted {
            row.closed_at = Some(work.op.now);
        }
        let note = format!("{}: {}", self.decision.words(), self.reason);
        queried.log(work, EntryKind::Decision, &note).await?;
        queried.save(work, EhcEvent::QueryDecided { decision: self.decision }).await
    }
}

/// Log how a small point was cleared up, which closes the query.
#[derive(Clone, Debug, Serialize)]
pub struct LogSmallPoint {
    /// The query.
    pub query: Uuid,
    /// How the giver was contacted.
    pub contact: String,
    /// What they answered.
    pub answer: String,
}

impl Command for LogSmallPoint {
    const ACTION: Action = Action::LogSmallPoint;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        let row = &queried.query;
        (decide_small_point(row.state, row.decision, &self.contact, &self.answer), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut queried: Queried,
        (): (),
    ) -> Result<Uuid, Fault> {
        let entry = queried.entry(work, EntryKind::Contact, &self.contact);
        let answer = Some(self.answer.clone());
        work.insert::<advice_query_entry::Entity>(advice_query_entry::Model { answer, ..entry }).await?;
        queried.query.state = QueryState::Closed;
        queried.query.closed_at = Some(work.op.now);
        queried.save(work, EhcEvent::SmallPointLogged).await
    }
}

/// Close a formal follow-up.
#[derive(Clone, Debug, Serialize)]
pub struct CloseFollowUp {
    /// The query.
    pub query: Uuid,
}

impl Command for CloseFollowUp {
    const ACTION: Action = Action::CloseFollowUp;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        (decide_close(queried.query.state), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut queried: Queried,
        (): (),
    ) -> Result<Uuid, Fault> {
        queried.query.state = QueryState::Closed;
        queried.query.closed_at = Some(work.op.now);
        queried.save(work, EhcEvent::FollowUpClosed).await
    }
}

/// Withdraw a query.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawQuery {
    /// The query.
    pub query: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawQuery {
    const ACTION: Action = Action::WithdrawAdviceQuery;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        (decide_withdrawal(queried.query.state, &self.reason), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, queried: Queried, (): ()) -> Result<Uuid, Fault> {
        let assessment = queried.asked.assessment;
        ending::withdraw(work, &assessment, queried.query, &self.reason).await?;
        reckoning::reckon(work, &assessment).await?;
        Ok(self.query)
    }
}
