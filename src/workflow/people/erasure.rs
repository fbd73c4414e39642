//! Erasing a child's record (XC-15).

use super::moving::answer;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::cancellation::cancel_all;
use domain::access::Action;
use domain::consultation::{CancellationReason, State};
use domain::erasure::{Ground, decide};
use domain::people::PeopleEvent;
use domain::refusal::Findings;
use entity::{child, holding};
use serde::Serialize;
use uuid::Uuid;

/// Every state of a consultation.
const STATES: [State; 7] = [
    State::Booked,
    State::Cancelled,
    State::NotHeld,
    State::Held,
    State::RecordIssued,
    State::ReviewArranged,
    State::Reviewed,
];

/// Erase a child's record. Answers the id of the child, whom nobody sees any longer.
#[derive(Clone, Debug, Serialize)]
pub struct EraseChild {
    /// The child.
    pub child: Uuid,
    /// The legal ground.
    pub ground: Ground,
    /// A note that stays in the history; it names nobody.
    pub note: String,
}

/// What an erasure rests on.
pub struct EraseFacts {
    child: child::Model,
    held: holding::Model,
}

impl Command for EraseChild {
    const ACTION: Action = Action::EraseChild;
    type Facts = EraseFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<EraseFacts>, Fault> {
        let Some(child) = work.find::<child::Entity>(self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let system = System::within(work);
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let standing = system.standing(&child).await?;
        let target = Some((child.id, child.version));
        Ok(Gathered::Found { facts: EraseFacts { child, held }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &EraseFacts) -> (Findings, ()) {
        let child = &facts.child;
        let known_as = child.known_as.as_deref().unwrap_or_default();
        let names = [child.given_name.as_str(), child.family_name.as_str(), known_as];
        (decide(&self.note, &names, child.upn.as_deref()), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: EraseFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        cancel_all(service, work, self.child, CancellationReason::RecordErased).await?;
        let cases = System::within(work).open_consultations(self.child, &STATES).await?;
        for case in &cases {
            work.withdraw_duties(case.id, None).await?;
        }
        for request in System::within(work).pending_requests(self.child).await? {
            answer(work, request, false).await?;
        }
        work.end_naming(self.child).await?;
        work.erase_child(facts.child, cases).await?;
        work.record_child(
            &facts.held,
            PeopleEvent::ChildErased { ground: self.ground, note: self.note.clone() },
        );
        Ok(self.child)
    }
}
