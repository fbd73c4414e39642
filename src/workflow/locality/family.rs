//! Which schools form a locality, and what follows from that for its sessions (LG-1).

use super::invitations::follow_families;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::calendar::lock_own_authority;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::planning::invitations::SCHOOLS_AT_ONCE;
use crate::workflow::term_due::due_again;
use domain::access::Action;
use domain::locality::family::decide_family;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{locality, locality_term, school};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Set up a locality, or say anew what it is called and which schools form it. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct SetLocality {
    /// The authority.
    pub authority: Uuid,
    /// The locality; a new one without it.
    pub locality: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its schools, each once. Those that belonged to another locality leave that.
    pub schools: Vec<Uuid>,
}

/// What setting a locality rests on. Its authority is locked, so nothing is planned meanwhile.
pub struct FamilyFacts {
    known: Option<locality::Model>,
    name_taken: bool,
    schools: Vec<school::Model>,
}

impl Command for SetLocality {
    const ACTION: Action = Action::SetLocality;
    type Facts = FamilyFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<FamilyFacts>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let system = System::within(work);
        let mut known = None;
        if let Some(id) = self.locality {
            known = work.find::<locality::Entity>(id).await?.filter(|row| row.authority_id == self.authority);
            if known.is_none() {
                return Ok(Gathered::NotFound(vec!["locality"]));
            }
        }
        let schools = system.schools_of_authority(self.authority, &self.schools).await?;
        if schools.len() < self.schools.len() {
            return Ok(Gathered::NotFound(vec!["schools"]));
        }
        let named = system.localities_named(self.authority, &self.name).await?;
        let name_taken = named.iter().any(|id| Some(*id) != self.locality);
        let target = known.as_ref().map(|row| (row.id, row.version));
        Ok(Gathered::Found { facts: FamilyFacts { known, name_taken, schools }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &FamilyFacts) -> (Findings, ()) {
        // A school that closed while it belonged to the family stays until it is taken out.
        let joins = |id: &Uuid| {
            let closed = |school: &school::Model| school.id == *id && !school.status.is_open();
            let of = facts.known.as_ref().map(|known| known.id);
            facts.schools.iter().any(|school| closed(school) && (of.is_none() || school.locality_id != of))
        };
        let closed = self.schools.iter().enumerate().filter(|(_, id)| joins(id)).map(|(place, _)| place);
        (decide_family(&self.name, facts.name_taken, closed), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: FamilyFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let system = System::within(work);
        let (id, name) = (facts.known.as_ref().map_or_else(|| work.op.id(), |row| row.id), self.name.clone());
        let mut localities: BTreeSet<_> =
            facts.schools.iter().filter_map(|school| school.locality_id).collect();
        localities.insert(id);
        let localities: Vec<_> = localities.into_iter().collect();
        let before = system.families(&[id]).await?.remove(&id).unwrap_or_default();
        system.lock_localities(&localities).await?;
        if let Some(known) = facts.known {
            work.update::<locality::Entity>(locality::Model { name, ..known }).await?;
        } else {
            let authority_id = self.authority;
            work.insert::<locality::Entity>(locality::Model { id, authority_id, name, version: 1 }).await?;
        }
        let left: Vec<_> = before.into_iter().filter(|school| !self.schools.contains(school)).collect();
        work.set_family(&left, None).await?;
        work.set_family(&self.schools, Some(id)).await?;
        work.record_school_change(self.authority);
        follow_families(service, work, &localities).await?;
        follow_terms(work, &localities).await?;
        Ok(id)
    }
}

/// A locality without open schools is due no session; one that has some again is due that of the running term, unless it was held
/// (LG-1).
pub(super) async fn follow_terms(work: &mut Work<'_>, localities: &[Uuid]) -> Result<(), Fault> {
    let open = System::within(work).with_open_schools(localities).await?;
    let (with, without): (Vec<Uuid>, Vec<_>) = localities.iter().partition(|id| open.contains(id));
    for (due, _) in System::within(work).locality_terms_due_to(&without).await? {
        work.withdraw_duty(due.id, RuleId::Lg1).await?;
    }
    let withdrawn = System::within(work).locality_terms_withdrawn(&with).await?;
    due_again::<locality_term::Entity>(work, withdrawn).await
}

/// Schools closed, or opened again: what their localities are due follows.
pub async fn schools_closed_or_opened(work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    let localities = System::within(work).lock_localities_of(schools).await?;
    for some in localities.chunks(SCHOOLS_AT_ONCE) {
        follow_terms(work, some).await?;
    }
    Ok(())
}
