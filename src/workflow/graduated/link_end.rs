//! What becomes of a consultation with link staff: its next steps have their outcomes, it is closed, or withdrawn
//! (GR-11, XC-8, XC-14).

use super::link::Consulted;
use super::{Response, flags};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::event::Event;
use domain::graduated::link::{decide_close, decide_contact_withdrawal, decide_outcome, decide_withdrawal};
use domain::graduated::{GraduatedEvent, LinkConsultationState};
use domain::refusal::Findings;
use entity::{agreed_action, holding, link_consultation, link_contact};
use serde::Serialize;
use uuid::Uuid;

/// Take back a contact logged by mistake; what it met is due again (XC-22).
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawContact {
    /// The contact.
    pub contact: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawContact {
    const ACTION: Action = Action::WithdrawLinkContact;
    type Facts = (Response, link_contact::Model);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let found = Response::around::<link_contact::Entity>(work, self.contact).await?;
        let Some((response, row)) = found else { return Ok(Gathered::NotFound(vec!["linkContact"])) };
        let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: (response, row), standing, target })
    }

    fn decide(&self, _: &Op, (_, row): &Self::Facts) -> (Findings, ()) {
        (decide_contact_withdrawal(row.withdrawn_at.is_some(), &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.withdrawn_at = Some(work.op.now);
        row.withdrawn_reason = Some(self.reason.clone());
        let (id, child) = (row.id, row.child_id);
        work.update::<link_contact::Entity>(row).await?;
        response.record(work, "LinkContact", id, GraduatedEvent::LinkContactWithdrawn).await?;
        flags::undiscussed(work, child).await?;
        Ok(id)
    }
}

/// Record what came of an agreed action.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteAction {
    /// The action.
    pub action: Uuid,
    /// London date on which it was done; today without one.
    pub done_on: Option<NaiveDate>,
    /// What came of it.
    pub outcome: String,
}

/// What an outcome rests on.
pub struct ActionFacts {
    response: Response,
    action: agreed_action::Model,
    consultation: link_consultation::Model,
}

impl Command for CompleteAction {
    const ACTION: Action = Action::CompleteAgreedAction;
    type Facts = ActionFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ActionFacts>, Fault> {
        let found = Response::around::<agreed_action::Entity>(work, self.action).await?;
        let Some((response, action)) = found else { return Ok(Gathered::NotFound(vec!["agreedAction"])) };
        let system = System::within(work);
        let consultation = system.lock::<link_consultation::Entity>(action.link_consultation_id).await?;
        let consultation = consultation.ok_or(Fault::Unexpected("an action of no consultation"))?;
        let (standing, target) = (response.standing.clone(), Some((action.id, action.version)));
        Ok(Gathered::Found { facts: ActionFacts { response, action, consultation }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &ActionFacts) -> (Findings, ()) {
        let (today, done) = (op.today(), facts.action.done_on.is_some());
        let done_on = self.done_on.unwrap_or(today);
        (decide_outcome(facts.consultation.state, done, done_on, today, &self.outcome), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ActionFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut action = facts.action;
        action.done_on = Some(self.done_on.unwrap_or_else(|| work.op.today()));
        action.outcome = Some(self.outcome.clone());
        let id = action.id;
        work.update::<agreed_action::Entity>(action).await?;
        facts.response.record(work, "AgreedAction", id, GraduatedEvent::AgreedActionCompleted).await?;
        Ok(id)
    }
}

/// Close a consultation whose next steps were taken.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    /// The consultation.
    pub consultation: Uuid,
}

impl Command for Close {
    const ACTION: Action = Action::CloseLinkConsultation;
    /// The consultation, and how many of its next steps have no outcome.
    type Facts = (Consulted, u32);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        Ok(match Consulted::gather(work, self.consultation).await? {
            Gathered::NotFound(paths) => Gathered::NotFound(paths),
            Gathered::Found { facts, standing, target } => {
                let actions = System::within(work).agreed_actions(facts.row.id).await?;
                let open = actions.iter().filter(|action| action.done_on.is_none()).count();
                let open = u32::try_from(open).unwrap_or(u32::MAX);
                Gathered::Found { facts: (facts, open), standing, target }
            }
        })
    }

    fn decide(&self, _: &Op, (on, open): &Self::Facts) -> (Findings, ()) {
        (decide_close(on.row.state, *open), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (mut on, _): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        on.row.state = LinkConsultationState::Closed;
        on.row.closed_at = Some(work.op.now);
        on.save(work, GraduatedEvent::LinkConsultationClosed).await
    }
}

/// Withdraw a consultation that was not answered.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawConsultation {
    /// The consultation.
    pub consultation: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawConsultation {
    const ACTION: Action = Action::WithdrawLinkConsultation;
    type Facts = Consulted;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Consulted>, Fault> {
        Consulted::gather(work, self.consultation).await
    }

    fn decide(&self, _: &Op, on: &Consulted) -> (Findings, ()) {
        (decide_withdrawal(on.row.state, &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut on: Consulted,
        (): (),
    ) -> Result<Uuid, Fault> {
        withdrawn(work, &mut on.row, &self.reason);
        on.save(work, GraduatedEvent::LinkConsultationWithdrawn).await
    }
}

fn withdrawn(work: &Work<'_>, row: &mut link_consultation::Model, reason: &str) {
    row.state = LinkConsultationState::Withdrawn;
    row.closed_at = Some(work.op.now);
    row.withdrawn_reason = Some(reason.to_owned());
}

/// Withdraws what of a child has not been answered: its consent was withdrawn (XC-8), it left the authority (XC-14), or its
/// record was erased (XC-15).
pub async fn withdraw_unanswered(
    work: &mut Work<'_>,
    held: &holding::Model,
    reason: &str,
) -> Result<(), Fault> {
    for mut row in System::within(work).unanswered_consultations(held.child_id).await? {
        withdrawn(work, &mut row, reason);
        let case = super::begun(work, held).await?;
        let subject = work.response_subject(case, held, "LinkConsultation", row.id);
        work.record(subject, Event::Graduated(GraduatedEvent::LinkConsultationWithdrawn));
        work.update::<link_consultation::Entity>(row).await?;
    }
    Ok(())
}
