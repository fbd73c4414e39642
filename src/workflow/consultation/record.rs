//! The Record of Involvement: drafted by specialist or team, issued by the team, corrected by a new version (OC-13).

use super::{Case, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::consultation::booking::refuse_beyond_calendar;
use domain::consultation::record::{Content, RecordState, decide_draft, decide_issue};
use domain::consultation::{ConsultationEvent, State, review};
use domain::duty::NewDuty;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{consultation, record_of_involvement};
use serde::Serialize;
use uuid::Uuid;

/// Write or change the draft.
#[derive(Clone, Debug, Serialize)]
pub struct Draft {
    /// The consultation.
    pub consultation: Uuid,
    /// What it says so far.
    pub content: Content,
}

impl Command for Draft {
    const ACTION: Action = Action::DraftRecordOfInvolvement;
    type Facts = Case;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
        Case::gather(work, self.consultation).await
    }

    fn decide(&self, _: &Op, case: &Case) -> (Findings, ()) {
        (decide_draft(case.consultation.state), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, case: Case, (): ()) -> Result<Uuid, Fault> {
        let row = case.consultation;
        let records = System::within(work).records(row.id).await?;
        let version = if let Some(draft) = records.last().filter(|last| last.state == RecordState::Draft) {
            work.update_draft(draft.clone(), &self.content).await?;
            draft.record_version
        } else {
            let version = records.last().map_or(1, |last| last.record_version + 1);
            work.insert::<record_of_involvement::Entity>(self.first(work, &row, version)?).await?;
            version
        };
        record(work, &row, ConsultationEvent::RecordDrafted { version });
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}

impl Draft {
    fn first(
        &self,
        work: &Work<'_>,
        row: &consultation::Model,
        record_version: i32,
    ) -> Result<record_of_involvement::Model, Fault> {
        Ok(record_of_involvement::Model {
            id: work.op.id(),
            authority_id: row.authority_id,
            consultation_id: row.id,
            child_id: row.child_id,
            record_version,
            state: RecordState::Draft,
            content: serde_json::to_value(&self.content)?,
            drafted_by: work.op.actor().unwrap_or_default(),
            drafted_at: work.op.now,
            issued_by: None,
            issued_at: None,
        })
    }
}

/// Issue the draft.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    /// The consultation.
    pub consultation: Uuid,
}

/// What issuing rests on.
pub struct IssueFacts {
    case: Case,
    draft: Option<record_of_involvement::Model>,
    content: Option<Content>,
    review_due: Result<NewDuty, String>,
}

impl Command for Issue {
    const ACTION: Action = Action::IssueRecordOfInvolvement;
    type Facts = IssueFacts;
    type Plan = Option<NewDuty>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<IssueFacts>, Fault> {
        let Some(case) = Case::load(work, self.consultation).await? else {
            return Ok(Gathered::NotFound(vec!["consultation"]));
        };
        let system = System::within(work);
        let row = &case.consultation;
        let draft = system.draft(row.id).await?;
        let content =
            draft.as_ref().map(|draft| serde_json::from_value(draft.content.clone())).transpose()?;
        let (calendar, policy) =
            (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
        let discipline = system.linked_on(row.discussed_with, row.school_id, work.op.today()).await?;
        let role = discipline.unwrap_or(Role::EducationalPsychologist);
        let review_due = review::duty(work.op.today(), row.discussed_with, role, &calendar, &policy)
            .map_err(|ends| ends.to_string());
        let (standing, target) = (case.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: IssueFacts { case, draft, content, review_due }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &IssueFacts) -> (Findings, Option<NewDuty>) {
        let state = facts.case.consultation.state;
        let mut findings = decide_issue(state, facts.content.as_ref());
        if let Err(ends) = &facts.review_due {
            refuse_beyond_calendar(&mut findings, ends);
        }
        // A correction sets no new deadline.
        let first = state == State::Held;
        (findings, facts.review_due.clone().ok().filter(|_| first))
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: IssueFacts,
        plan: Option<NewDuty>,
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.consultation;
        let mut issued = facts.draft.ok_or(Fault::Unexpected("a draft that was there is gone"))?;
        let version = issued.record_version;
        issued.state = RecordState::Issued;
        issued.issued_by = work.op.actor();
        issued.issued_at = Some(work.op.now);
        work.save_record(issued).await?;
        record(work, &row, ConsultationEvent::RecordIssued { version });
        if row.state == State::Held {
            row.state = State::RecordIssued;
            row.record_received_on = Some(work.op.today());
            work.meet_duty(row.id, RuleId::Oc13, work.op.now).await?;
        }
        if let Some(duty) = plan {
            work.set_duty(&super::subject(&row), duty).await?;
        }
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}
