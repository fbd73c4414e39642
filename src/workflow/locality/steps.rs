//! The consultation, step by step: an item goes on, notes are written, strategies offered and marked (LG-6).

use super::OnItem;
use super::anonymity::{Around, choice};
use super::item::child_facts;
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
use domain::locality::item::{ChildFacts, StepFacts, decide_marks, decide_note, decide_offer, decide_step};
use domain::locality::plan::action_plan_duty;
use domain::locality::{ItemState, LocalityEvent, NoteKind, StrategyKind};
use domain::refusal::Findings;
use entity::{locality_note, strategy};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Go on with an item to its next step.
#[derive(Clone, Debug, Serialize)]
pub struct Advance {
    /// The item.
    pub item: Uuid,
    /// The step.
    #[serde(serialize_with = "choice")]
    pub to: ItemState,
}

/// What going on rests on.
pub struct AdvanceFacts {
    on: OnItem,
    child: Option<ChildFacts>,
    noted: bool,
    /// When the action plan is due, where the item comes to the feedback.
    plan: Option<Result<NewDuty, BeyondCalendar>>,
}

impl Command for Advance {
    const ACTION: Action = Action::AdvanceLocalityItem;
    type Facts = AdvanceFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AdvanceFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let system = System::within(work);
        let authority = on.item.authority_id;
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let child = match &on.child {
            Some(child) => Some(child_facts(work, child, on.item.school_id, &policy).await?),
            None => None,
        };
        let noted = system.noted(&on.item).await?;
        let plan = match self.to {
            ItemState::Feedback => {
                Some(action_plan_duty(work.op.today(), on.senco(work).await?, &calendar, &policy))
            }
            _ => None,
        };
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: AdvanceFacts { on, child, noted, plan }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &AdvanceFacts) -> (Findings, ()) {
        let mut findings = decide_step(&StepFacts {
            session: facts.on.on.session.state,
            item: facts.on.item.state,
            to: self.to,
            child: facts.child,
            noted: facts.noted,
        });
        if let Some(Err(beyond)) = &facts.plan {
            refuse_beyond_calendar(&mut findings, &beyond.to_string());
        }
        (findings, ())
    }

    fn around(&self, facts: &AdvanceFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AdvanceFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        on.item.state = self.to;
        if let Some(plan) = facts.plan {
            on.item.feedback_on = Some(work.op.today());
            let subject = super::subject(on.item.authority_id, "LocalityItem", on.item.id, on.item.id);
            work.set_duty(&subject, plan?).await?;
        }
        on.save(work, LocalityEvent::ItemAdvanced { to: self.to }).await
    }
}

/// Write a note on an item. Answers the id of the note.
#[derive(Clone, Debug, Serialize)]
pub struct WriteNote {
    /// The item.
    pub item: Uuid,
    /// What it says, and so its step.
    #[serde(serialize_with = "choice")]
    pub kind: NoteKind,
    /// The note.
    pub text: String,
}

impl Command for WriteNote {
    const ACTION: Action = Action::WriteLocalityNote;
    type Facts = OnItem;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnItem>, Fault> {
        OnItem::gather_addition(work, self.item).await
    }

    fn decide(&self, _: &Op, on: &OnItem) -> (Findings, ()) {
        (decide_note(on.on.session.state, on.item.state, self.kind, &self.text), ())
    }

    fn around(&self, on: &OnItem) -> Option<Around> {
        Some(on.around())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, on: OnItem, (): ()) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<locality_note::Entity>(locality_note::Model {
            id,
            authority_id: on.item.authority_id,
            item_id: on.item.id,
            locality_id: on.item.locality_id,
            school_id: on.item.school_id,
            kind: self.kind,
            text: self.text.clone(),
            written_by: work.op.actor().unwrap_or_default(),
            written_at: work.op.now,
        })
        .await?;
        on.record(work, "LocalityNote", id, LocalityEvent::NoteWritten);
        Ok(id)
    }
}

/// Offer a strategy, a resource or a signpost. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// The item.
    pub item: Uuid,
    /// What kind of thing.
    #[serde(serialize_with = "choice")]
    pub kind: StrategyKind,
    /// What.
    pub text: String,
    /// Who offered it, of those present; whoever writes it down without.
    pub offered_by: Option<Uuid>,
}

impl Command for Offer {
    const ACTION: Action = Action::OfferStrategy;
    type Facts = OnItem;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnItem>, Fault> {
        let gathered = OnItem::gather_addition(work, self.item).await?;
        if let (Gathered::Found { facts, .. }, Some(by)) = (&gathered, self.offered_by)
            && !facts.on.present.contains(&by)
        {
            return Ok(Gathered::NotFound(vec!["offeredBy"]));
        }
        Ok(gathered)
    }

    fn decide(&self, _: &Op, on: &OnItem) -> (Findings, ()) {
        (decide_offer(on.on.session.state, on.item.state, &self.text), ())
    }

    fn around(&self, on: &OnItem) -> Option<Around> {
        Some(on.around())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, on: OnItem, (): ()) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<strategy::Entity>(strategy::Model {
            id,
            authority_id: on.item.authority_id,
            item_id: on.item.id,
            locality_id: on.item.locality_id,
            school_id: on.item.school_id,
            kind: self.kind,
            text: self.text.clone(),
            offered_by: self.offered_by.or(work.op.actor()).unwrap_or_default(),
            offered_at: work.op.now,
            helpful: None,
        })
        .await?;
        on.record(work, "Strategy", id, LocalityEvent::StrategyOffered);
        Ok(id)
    }
}

/// Mark which of what was offered was helpful; all else was not.
#[derive(Clone, Debug, Serialize)]
pub struct MarkHelpful {
    /// The item.
    pub item: Uuid,
    /// The strategies that were helpful.
    pub helpful: Vec<Uuid>,
}

/// What marking rests on.
pub struct MarkFacts {
    on: OnItem,
    offered: bool,
}

impl Command for MarkHelpful {
    const ACTION: Action = Action::MarkHelpfulStrategies;
    type Facts = MarkFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<MarkFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let offered = System::within(work).offered(self.item).await?;
        let offered = self.helpful.iter().all(|id| offered.iter().any(|row| row.id == *id));
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: MarkFacts { on, offered }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &MarkFacts) -> (Findings, ()) {
        (decide_marks(facts.on.on.session.state, facts.on.item.state, facts.offered), ())
    }

    fn around(&self, facts: &MarkFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: MarkFacts, (): ()) -> Result<Uuid, Fault> {
        work.mark_helpful(self.item, &self.helpful.iter().copied().collect::<BTreeSet<_>>()).await?;
        facts.on.save(work, LocalityEvent::StrategiesMarked).await
    }
}
