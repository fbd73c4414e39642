//! What the group decides: whether an EP goes on with an item, and the level of the support grid (LG-9, LG-12).

use super::anonymity::{Around, choice};
use super::{OnItem, OnSession, hold_both};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::graduated::AreaOfDevelopment;
use domain::locality::involvement::decide_involvement;
use domain::locality::moderation::decide_moderation;
use domain::locality::{Involvement, LocalityEvent};
use domain::refusal::Findings;
use entity::{ep_involvement, grid_moderation, locality_item};
use serde::Serialize;
use uuid::Uuid;

/// Decide that an EP goes on with an item. Answers the id of the decision.
#[derive(Clone, Debug, Serialize)]
pub struct DecideInvolvement {
    /// The session in which the group decides.
    pub session: Uuid,
    /// The item, of this session or an earlier one.
    pub item: Uuid,
    /// How.
    #[serde(serialize_with = "choice")]
    pub form: Involvement,
    /// Its rank among the requests of the session, 1 for the first.
    pub rank: i32,
    /// Why.
    pub reason: String,
}

/// What deciding rests on.
pub struct InvolvementFacts {
    on: OnItem,
    /// The session in which it is decided.
    within: OnSession,
    /// Whether that is for the school that brought the item.
    of_group: bool,
    rank_taken: bool,
}

impl Command for DecideInvolvement {
    const ACTION: Action = Action::DecideEpInvolvement;
    type Facts = InvolvementFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<InvolvementFacts>, Fault> {
        let system = System::within(work);
        if let Some(known) = system.get::<locality_item::Entity>(self.item).await? {
            hold_both(work, known.session_id, self.session).await?;
        }
        let Some(within) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let rank_taken = system.rank_taken(self.session, self.rank).await?;
        let of_group = system.group(self.session).await?.contains(&on.item.school_id);
        let standing = within.standing();
        let facts = InvolvementFacts { on, within, of_group, rank_taken };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &InvolvementFacts) -> (Findings, ()) {
        let session = &facts.within.session;
        let of_group = facts.of_group && session.locality_id == facts.on.item.locality_id;
        (decide_involvement(session.state, of_group, facts.on.item.state, self.rank, facts.rank_taken), ())
    }

    fn around(&self, facts: &InvolvementFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: InvolvementFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (id, item) = (work.op.id(), &facts.on.item);
        work.insert::<ep_involvement::Entity>(ep_involvement::Model {
            id,
            authority_id: item.authority_id,
            item_id: item.id,
            session_id: self.session,
            locality_id: item.locality_id,
            school_id: item.school_id,
            form: self.form,
            rank: self.rank,
            reason: self.reason.clone(),
            decided_by: work.op.actor().unwrap_or_default(),
            decided_at: work.op.now,
        })
        .await?;
        facts.on.record(work, "EpInvolvementDecision", id, LocalityEvent::InvolvementDecided);
        Ok(id)
    }
}

/// Agree a level of the support grid for an area of need of an item. Said again, it replaces what was agreed. Answers the id
/// of the moderation.
#[derive(Clone, Debug, Serialize)]
pub struct Moderate {
    /// The item.
    pub item: Uuid,
    /// The area of need.
    #[serde(serialize_with = "choice")]
    pub area: AreaOfDevelopment,
    /// The level that the school proposes.
    pub proposed: i32,
    /// The level that the group agrees.
    pub agreed: i32,
}

/// What moderating rests on.
pub struct ModerateFacts {
    on: OnItem,
    known: Option<grid_moderation::Model>,
}

impl Command for Moderate {
    const ACTION: Action = Action::ModerateSupportGrid;
    type Facts = ModerateFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ModerateFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let known = System::within(work).moderation(self.item, self.area).await?;
        let standing = on.standing();
        Ok(Gathered::Found { facts: ModerateFacts { on, known }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &ModerateFacts) -> (Findings, ()) {
        (decide_moderation(facts.on.on.session.state, facts.on.item.state, self.proposed, self.agreed), ())
    }

    fn around(&self, facts: &ModerateFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ModerateFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let ModerateFacts { on, known } = facts;
        let row = grid_moderation::Model {
            id: known.as_ref().map_or_else(|| work.op.id(), |known| known.id),
            authority_id: on.item.authority_id,
            item_id: on.item.id,
            session_id: on.item.session_id,
            locality_id: on.item.locality_id,
            school_id: on.item.school_id,
            area_of_need: self.area,
            proposed: self.proposed,
            agreed: self.agreed,
            moderated_on: work.op.today(),
            decided_by: work.op.actor().unwrap_or_default(),
        };
        let id = row.id;
        match known {
            Some(_) => work.overwrite::<grid_moderation::Entity>(row).await?,
            None => work.insert::<grid_moderation::Entity>(row).await?,
        }
        on.record(work, "GridModeration", id, LocalityEvent::GridModerated);
        Ok(id)
    }
}
