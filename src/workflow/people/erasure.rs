//! Erasing a child's record, or one file of it (XC-15).

use super::is_permitted;
use super::moving::answer;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::cancellation::cancel_all;
use crate::workflow::ehc::ending::record_erased;
use crate::workflow::graduated::moving::response_erased;
use domain::access::Action;
use domain::consultation::{CancellationReason, State};
use domain::erasure::{Ground, decide};
use domain::event::{Event, Subject};
use domain::people::PeopleEvent;
use domain::refusal::Findings;
use entity::{attachment, child, holding};
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

fn check_note(note: &str, child: &child::Model) -> Findings {
    let known_as = child.known_as.as_deref().unwrap_or_default();
    let names = [child.given_name.as_str(), child.family_name.as_str(), known_as];
    decide(note, &names, child.upn.as_deref())
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
        (check_note(&self.note, &facts.child), ())
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
            work.withdraw_duties(case.id).await?;
        }
        for request in System::within(work).pending_requests(self.child).await? {
            answer(work, request, false).await?;
        }
        work.end_naming(self.child).await?;
        // Their locks first: a step at the same instant may set a deadline.
        for item in work.erase_locality_items(self.child).await? {
            work.withdraw_duties(item).await?;
        }
        // What names the child elsewhere is found by its names, so before they go.
        work.erase_names_in_meetings(&facts.child).await?;
        work.erase_child(facts.child, cases).await?;
        record_erased(work, self.child).await?;
        work.erase_assessments(self.child).await?;
        response_erased(work, &facts.held).await?;
        work.record_child(
            &facts.held,
            PeopleEvent::ChildErased { ground: self.ground, note: self.note.clone() },
        );
        Ok(self.child)
    }
}

/// Erase one file of a child's record. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct EraseDocument {
    /// The file.
    pub document: Uuid,
    /// The legal ground.
    pub ground: Ground,
    /// A note that stays in the history; it names nobody.
    pub note: String,
}

/// What erasing a file rests on.
pub struct DocumentFacts {
    file: attachment::Model,
    child: child::Model,
    held: holding::Model,
}

impl Command for EraseDocument {
    const ACTION: Action = Action::EraseDocument;
    type Facts = DocumentFacts;
    type Plan = ();

    /// The administrator sees the child and not the file: who may erase it names it by the id that somebody who opened
    /// it gave them. To everybody else it is there only if they see it.
    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<DocumentFacts>, Fault> {
        let missing = Gathered::NotFound(vec!["document"]);
        let system = System::within(work);
        let known = system.get::<attachment::Entity>(self.document).await?;
        let Some(file) = known.filter(|file| file.erased_at.is_none()) else { return Ok(missing) };
        let Some(child) = work.find::<child::Entity>(file.child_id).await? else { return Ok(missing) };
        let standing = system.standing(&child).await?;
        if !is_permitted(work, Self::ACTION, &standing)
            && work.find::<attachment::Entity>(self.document).await?.is_none()
        {
            return Ok(missing);
        }
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        Ok(Gathered::Found { facts: DocumentFacts { file, child, held }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &DocumentFacts) -> (Findings, ()) {
        (check_note(&self.note, &facts.child), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: DocumentFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let DocumentFacts { file, child, held } = facts;
        work.erase_file(file.id).await?;
        let subject = Subject {
            authority: held.authority_id,
            kind: "Attachment",
            id: file.id,
            child: Some(child.id),
            school: Some(held.school_id),
            case: file.consultation_id,
            part: None,
        };
        let erased = PeopleEvent::DocumentErased { ground: self.ground, note: self.note.clone() };
        work.record(subject, Event::People(erased));
        Ok(child.id)
    }
}
