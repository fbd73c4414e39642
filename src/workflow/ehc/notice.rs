//! The notice to the parents that the plan will be late (AQ-9).

use super::plan::tell;
use super::{Case, reckoning, record, subject};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::ehc::EhcEvent;
use domain::ehc::plan::{NoticeFacts, decide_notice, delay};
use domain::refusal::Findings;
use entity::{delay_notice, ehc_assessment};
use serde::Serialize;
use uuid::Uuid;

/// Tell the parents of a delay.
#[derive(Clone, Debug, Serialize)]
pub struct IssueNotice {
    /// The assessment.
    pub assessment: Uuid,
    /// Why the plan is late.
    pub reason: String,
    /// The new London date.
    pub new_final_on: chrono::NaiveDate,
}

/// What a notice rests on.
pub struct NoticeCase {
    case: Case,
    known: NoticeFacts,
}

impl Command for IssueNotice {
    const ACTION: Action = Action::IssueDelayNotice;
    type Facts = NoticeCase;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<NoticeCase>, Fault> {
        let Some(case) = Case::load(work, self.assessment).await? else {
            return Ok(Gathered::NotFound(vec!["assessment"]));
        };
        let row = &case.assessment;
        let forecast = System::within(work).forecast(row.id).await?;
        let known = NoticeFacts {
            state: row.state,
            final_on: forecast.map(|forecast| forecast.final_on),
            final_by: row.final_by,
        };
        let (standing, target) = (case.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: NoticeCase { case, known }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &NoticeCase) -> (Findings, ()) {
        (decide_notice(&self.reason, self.new_final_on, &facts.known), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: NoticeCase,
        (): (),
    ) -> Result<Uuid, Fault> {
        let row = facts.case.assessment;
        work.insert::<delay_notice::Entity>(delay_notice::Model {
            id: work.op.id(),
            authority_id: row.authority_id,
            assessment_id: row.id,
            child_id: row.child_id,
            reason: self.reason.clone(),
            new_final_on: self.new_final_on,
            issued_by: work.op.actor().unwrap_or_default(),
            issued_at: work.op.now,
        })
        .await?;
        record(work, subject(&row), EhcEvent::DelayNoticeIssued { new_final_on: self.new_final_on });
        work.meet_duty(row.id, delay(), work.op.now).await?;
        self.tell_parents(service, work, &row).await?;
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(row.id)
    }
}

impl IssueNotice {
    /// The reason is read on the case: in a letter it might name the child.
    async fn tell_parents(
        &self,
        service: &Service,
        work: &Work<'_>,
        row: &ehc_assessment::Model,
    ) -> Result<(), Fault> {
        let subject = format!("The plan will be late ({})", row.reference);
        let body = format!(
            "Case {}: the plan will not be there by {}. The new date is {}. Why, you can read here:\n\n{}",
            row.reference,
            row.final_by.format("%A %-d %B %Y"),
            self.new_final_on.format("%A %-d %B %Y"),
            service.letterhead.case_url(&row.reference)
        );
        for parent in System::within(work).parents(row.child_id).await? {
            if parent.person_id.is_some() {
                tell(work, row, parent.person_id, &subject, &body).await?;
            } else if let Some(to_address) = parent.email {
                work.owe(NewLetter {
                    authority: row.authority_id,
                    case: Some(row.id),
                    person: None,
                    to_name: parent.name,
                    to_address,
                    subject: subject.clone(),
                    body: body.clone(),
                    calendar: None,
                })
                .await?;
            }
        }
        Ok(())
    }
}
