//! A child changes school or authority (XC-14).
//!
//! A school or administrator moves a child to a school that they see: one of their own authority. Into another
//! authority a child goes by a transfer request alone: the new school asks, by the UPN that the family or the old
//! school gave it, and the holder answers. So no record is pushed onto a school that knows nothing of it, and none is
//! pulled away from one that does not let go.

use super::missing;
use crate::op::Op;
use crate::store::Fault;
use crate::store::children::{asked_subject, asking_subject};
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::cancellation::child_moved;
use crate::workflow::ehc::ending::assessment_moved;
use crate::workflow::graduated::moving::response_moved;
use domain::access::{Action, Standing};
use domain::event::Event;
use domain::people::PeopleEvent;
use domain::refusal::Findings;
use domain::registration::{decide_answer, decide_move};
use entity::{child, holding, school, transfer_request};
use serde::Serialize;
use uuid::Uuid;

/// Moves a child whose row is locked: the old school's hold and the naming of its staff end today, what was booked
/// ends with a letter to everybody, an assessment goes along within the authority, open duties pass to the new holder or end, and so do requests for the child.
pub async fn move_child(
    service: &Service,
    work: &mut Work<'_>,
    held: &holding::Model,
    to: &school::Model,
) -> Result<(), Fault> {
    let next = work.change_holding(held, to).await?;
    child_moved(service, work, held.child_id).await?;
    assessment_moved(work, held.child_id, to).await?;
    work.pass_duties(held.child_id, to).await?;
    response_moved(work, held, &next).await?;
    for request in System::within(work).pending_requests(held.child_id).await? {
        if request.to_school_id == to.id {
            answer(work, request, true).await?;
        } else {
            let passed_on = transfer_request::Model {
                from_school_id: to.id,
                from_authority_id: to.authority_id,
                ..request
            };
            work.update::<transfer_request::Entity>(passed_on).await?;
        }
    }
    if held.authority_id != next.authority_id {
        work.record_child(held, PeopleEvent::ChildMoved);
    }
    work.record_child(&next, PeopleEvent::ChildMoved);
    Ok(())
}

/// Writes the answer to a transfer request.
pub(super) async fn answer(
    work: &mut Work<'_>,
    mut request: transfer_request::Model,
    accepted: bool,
) -> Result<(), Fault> {
    request.answered_at = Some(work.op.now);
    request.accepted = Some(accepted);
    for subject in [asking_subject(&request), asked_subject(&request)] {
        work.record(subject, Event::People(PeopleEvent::TransferAnswered { accepted }));
    }
    work.update::<transfer_request::Entity>(request).await
}

/// Move a child to another school of the authority, from today. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct MoveChild {
    /// The child.
    pub child: Uuid,
    /// The school that holds it from today.
    pub to_school: Uuid,
}

/// What a move rests on.
pub struct MoveFacts {
    child: child::Model,
    held: holding::Model,
    to: school::Model,
}

impl Command for MoveChild {
    const ACTION: Action = Action::MoveChild;
    type Facts = MoveFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<MoveFacts>, Fault> {
        let system = System::within(work);
        system.hold_authority_of(self.to_school).await?;
        let to = work.find_shared::<school::Entity>(self.to_school).await?;
        let child = work.find::<child::Entity>(self.child).await?;
        let (Some(child), Some(to)) = (child.clone(), to.clone()) else {
            let inputs = [("child", child.is_some()), ("toSchool", to.is_some())];
            return Ok(Gathered::NotFound(missing(inputs)));
        };
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        if held.authority_id != to.authority_id {
            return Ok(Gathered::NotFound(vec!["toSchool"]));
        }
        let standing = system.standing(&child).await?;
        let target = Some((child.id, child.version));
        Ok(Gathered::Found { facts: MoveFacts { child, held, to }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &MoveFacts) -> (Findings, ()) {
        (decide_move(facts.held.school_id == facts.to.id, facts.to.status.is_open()), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: MoveFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        work.update::<child::Entity>(facts.child).await?;
        move_child(service, work, &facts.held, &facts.to).await?;
        Ok(self.child)
    }
}

/// Answer a request to take over a child whom one's school holds. Answers the id of the request.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerTransferRequest {
    /// The request.
    pub request: Uuid,
    /// Whether the child goes.
    pub accept: bool,
}

/// What an answer rests on.
pub struct AnswerFacts {
    request: transfer_request::Model,
    child: child::Model,
    held: holding::Model,
    to: school::Model,
}

impl Command for AnswerTransferRequest {
    const ACTION: Action = Action::AnswerTransferRequest;
    type Facts = AnswerFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AnswerFacts>, Fault> {
        let missing = Gathered::NotFound(vec!["transferRequest"]);
        let system = System::within(work);
        // Unlocked first: the child is locked before the request.
        let Some(known) = system.get::<transfer_request::Entity>(self.request).await? else {
            return Ok(missing);
        };
        let to = system.school(known.to_school_id).await?;
        let child = system.lock::<child::Entity>(known.child_id).await?;
        let Some(request) = work.find::<transfer_request::Entity>(self.request).await? else {
            return Ok(missing);
        };
        let child = child.ok_or(Fault::Unexpected("a request for a child who is not there"))?;
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let standing = Standing {
            authority: request.from_authority_id,
            school: Some(request.from_school_id),
            ..Standing::default()
        };
        let target = Some((request.id, request.version));
        Ok(Gathered::Found { facts: AnswerFacts { request, child, held, to }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &AnswerFacts) -> (Findings, ()) {
        (decide_answer(facts.request.answered_at.is_some(), self.accept, facts.to.status.is_open()), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: AnswerFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        answer(work, facts.request, self.accept).await?;
        if self.accept {
            work.update::<child::Entity>(facts.child).await?;
            move_child(service, work, &facts.held, &facts.to).await?;
        }
        Ok(self.request)
    }
}
