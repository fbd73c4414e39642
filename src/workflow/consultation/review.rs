//! The review meeting: arranged by the link practitioner and held (OC-14).

use super::{Case, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::consultation::review::{Window, decide_arrangement, decide_held, is_late, window};
use domain::consultation::{ConsultationEvent, State};
use domain::london;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::consultation;
use serde::Serialize;
use uuid::Uuid;

/// What a step on the review rests on.
pub struct ReviewFacts {
    case: Case,
    window: Window,
}

/// The days on which the review of a consultation may be held.
pub(super) async fn window_of(work: &Work<'_>, row: &consultation::Model) -> Result<Window, Fault> {
    let system = System::within(work);
    let calendar = system.calendar(row.authority_id).await?;
    let policy = system.policy_of_duty(row, RuleId::Oc14).await?;
    // Before a record is received there is no window; the state refuses the step.
    let received_on = row.record_received_on.unwrap_or_else(|| work.op.today());
    Ok(window(received_on, &calendar, &policy)?)
}

async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<ReviewFacts>, Fault> {
    let Some(case) = Case::load(work, id).await? else { return Ok(Gathered::NotFound(vec!["consultation"])) };
    let row = &case.consultation;
    let window = window_of(work, row).await?;
    let (standing, target) = (case.standing.clone(), Some((row.id, row.version)));
    Ok(Gathered::Found { facts: ReviewFacts { case, window }, standing, target })
}

/// Arrange the review for a day.
#[derive(Clone, Debug, Serialize)]
pub struct Arrange {
    /// The consultation.
    pub consultation: Uuid,
    /// The London date.
    pub on: NaiveDate,
}

impl Command for Arrange {
    const ACTION: Action = Action::ArrangeReview;
    type Facts = ReviewFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReviewFacts>, Fault> {
        gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, facts: &ReviewFacts) -> (Findings, ()) {
        (decide_arrangement(op.today(), facts.case.consultation.state, facts.window, self.on), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReviewFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.consultation;
        row.state = State::ReviewArranged;
        row.review_on = Some(self.on);
        row.review_late = is_late(facts.window, self.on);
        record(work, &row, ConsultationEvent::ReviewArranged { on: self.on, late: row.review_late });
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}

/// Record that the review was held.
#[derive(Clone, Debug, Serialize)]
pub struct RecordReview {
    /// The consultation.
    pub consultation: Uuid,
    /// The London date on which it was held.
    pub held_on: NaiveDate,
}

impl Command for RecordReview {
    const ACTION: Action = Action::RecordReview;
    type Facts = ReviewFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReviewFacts>, Fault> {
        gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, facts: &ReviewFacts) -> (Findings, ()) {
        (decide_held(op.today(), facts.case.consultation.state, facts.window, self.held_on), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReviewFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut row = facts.case.consultation;
        row.state = State::Reviewed;
        row.review_held_on = Some(self.held_on);
        row.review_late = is_late(facts.window, self.held_on);
        record(work, &row, ConsultationEvent::Reviewed { on: self.held_on });
        work.meet_duty(row.id, RuleId::Oc14, london::start_of_day(self.held_on)).await?;
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}
