//! Publishing and taking back slots (OC-1).

use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Role, Standing};
use domain::consultation::slot::{Facts, decide, decide_withdrawal};
use domain::consultation::{AreaOfNeed, ConsultationEvent};
use domain::event::{Event, Subject};
use domain::london;
use domain::refusal::Findings;
use entity::{authority, consultation_slot, person};
use serde::Serialize;
use uuid::Uuid;

/// Publish a slot.
#[derive(Clone, Debug, Serialize)]
pub struct Publish {
    /// The authority.
    pub authority: Uuid,
    /// What it is for.
    pub area_of_need: AreaOfNeed,
    /// Start (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// Whose it is.
    pub specialist: Uuid,
    /// Where people join.
    pub join_link: String,
}

/// What publishing rests on.
pub struct PublishFacts {
    facts: Facts,
    ends_at: DateTime<Utc>,
}

/// What an event about a slot is about.
pub fn subject(slot: &consultation_slot::Model) -> Subject {
    Subject { authority: slot.authority_id, kind: "ConsultationSlot", id: slot.id, ..Subject::default() }
}

impl Command for Publish {
    const ACTION: Action = Action::PublishConsultationSlot;
    type Facts = PublishFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<PublishFacts>, Fault> {
        let system = System::within(work);
        let authority = work.find_shared::<authority::Entity>(self.authority).await?;
        // The specialist is the root of "their slots never overlap".
        let specialist = work.find::<person::Entity>(self.specialist).await?;
        let missing = [("authority", authority.is_none()), ("specialist", specialist.is_none())];
        let missing: Vec<_> = missing.into_iter().filter(|(_, gone)| *gone).map(|(path, _)| path).collect();
        if !missing.is_empty() {
            return Ok(Gathered::NotFound(missing));
        }
        let policy = system.policy(self.authority).await?;
        let ends_at = self.starts_at + TimeDelta::minutes(i64::from(policy.figures.consultation_minutes));
        let on = london::date_of(self.starts_at);
        let facts = Facts {
            now: work.op.now,
            calendar: system.calendar(self.authority).await?,
            starts_at: self.starts_at,
            is_specialist: system.holds_role(self.specialist, Role::Specialist, self.authority, on).await?,
            overlaps: system.slot_overlaps(self.specialist, self.starts_at, ends_at).await?,
        };
        let standing = Standing { authority: self.authority, ..Standing::default() };
        Ok(Gathered::Found { facts: PublishFacts { facts, ends_at }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &PublishFacts) -> (Findings, ()) {
        (decide(&facts.facts), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: PublishFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let slot = consultation_slot::Model {
            id: work.op.id(),
            authority_id: self.authority,
            area_of_need: self.area_of_need,
            starts_at: self.starts_at,
            ends_at: facts.ends_at,
            specialist_id: self.specialist,
            join_link: self.join_link.clone(),
            published_by: work.op.actor().unwrap_or_default(),
            published_at: work.op.now,
            withdrawn_at: None,
            version: 1,
        };
        let (id, subject) = (slot.id, subject(&slot));
        work.insert::<consultation_slot::Entity>(slot).await?;
        let published =
            ConsultationEvent::SlotPublished { area_of_need: self.area_of_need, starts_at: self.starts_at };
        work.record(subject, Event::Consultation(published));
        Ok(id)
    }
}

/// Take back a slot that nobody has booked.
#[derive(Clone, Debug, Serialize)]
pub struct Withdraw {
    /// The slot.
    pub slot: Uuid,
}

/// What taking back rests on.
pub struct WithdrawFacts {
    slot: consultation_slot::Model,
    booked: bool,
}

impl Command for Withdraw {
    const ACTION: Action = Action::WithdrawConsultationSlot;
    type Facts = WithdrawFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<WithdrawFacts>, Fault> {
        let Some(slot) = work.find::<consultation_slot::Entity>(self.slot).await? else {
            return Ok(Gathered::NotFound(vec!["slot"]));
        };
        let booked = System::within(work).slot_taken(slot.id).await?;
        let standing = Standing {
            authority: slot.authority_id,
            specialist: Some(slot.specialist_id),
            ..Standing::default()
        };
        let target = Some((slot.id, slot.version));
        Ok(Gathered::Found { facts: WithdrawFacts { slot, booked }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &WithdrawFacts) -> (Findings, ()) {
        (decide_withdrawal(facts.slot.withdrawn_at.is_some(), facts.booked), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: WithdrawFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut slot = facts.slot;
        slot.withdrawn_at = Some(work.op.now);
        let (id, subject) = (slot.id, subject(&slot));
        work.update::<consultation_slot::Entity>(slot).await?;
        work.record(subject, Event::Consultation(ConsultationEvent::SlotWithdrawn));
        Ok(id)
    }
}
