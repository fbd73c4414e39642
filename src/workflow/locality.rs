//! Locality group consultations (LG-1 to LG-13). No event, letter or row but the link names a child (LG-11).

pub mod allowed;
pub mod anonymity;
pub mod attending;
pub mod family;
pub mod group;
pub mod invitations;
pub mod item;
pub mod plan;
pub mod reversal;
pub mod session;
pub mod steps;

use self::anonymity::Around;
use super::command::Gathered;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::access::Standing;
use domain::event::{Event, Subject};
use domain::locality::{Concern, LocalityEvent};
use entity::{child, locality, locality_item, locality_session};
use uuid::Uuid;

/// What a session is to the people around it: who is there may write, whoever plans and facilitates it may go on with it.
fn standing(session: &locality_session::Model, present: Vec<Uuid>) -> Standing {
    Standing {
        authority: session.authority_id,
        covering: Some(session.facilitator_id),
        present,
        ..Standing::default()
    }
}

/// What an item is to the school that brought it besides.
fn item_standing(
    session: &locality_session::Model,
    item: &locality_item::Model,
    present: Vec<Uuid>,
) -> Standing {
    Standing { school: Some(item.school_id), ..standing(session, present) }
}

/// What an event of a locality group is about. It has no child and no school.
fn subject(authority: Uuid, kind: &'static str, id: Uuid, case: Uuid) -> Subject {
    Subject { authority, kind, id, case: Some(case), ..Subject::default() }
}

/// A session that is to change, locked, with who is there.
pub struct OnSession {
    /// The session.
    pub session: locality_session::Model,
    /// The people who are at it.
    present: Vec<Uuid>,
}

impl OnSession {
    /// Locks a session that the viewer sees: after its authority and locality, like everything that is planned with them.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<locality_session::Entity>(id).await? else { return Ok(None) };
        system.hold_authority(known.authority_id).await?;
        system.lock::<locality::Entity>(known.locality_id).await?;
        let Some(session) = work.find::<locality_session::Entity>(id).await? else { return Ok(None) };
        let present = system.attendance(id).await?.into_iter().map(|row| row.person_id).collect();
        Ok(Some(Self { session, present }))
    }

    fn standing(&self) -> Standing {
        standing(&self.session, self.present.clone())
    }

    /// Whom texts about the session could be about: anybody's child of the group.
    async fn around(&self, work: &Work<'_>) -> Result<Around, Fault> {
        let schools = System::within(work).schools_around(self.session.id).await?;
        Ok(Around { authority: self.session.authority_id, schools, child: None })
    }

    /// Says what happened to the session, and writes it.
    async fn save(self, work: &mut Work<'_>, event: LocalityEvent) -> Result<Uuid, Fault> {
        let id = self.session.id;
        work.record(subject(self.session.authority_id, "LocalitySession", id, id), Event::Locality(event));
        work.update::<locality_session::Entity>(self.session).await?;
        Ok(id)
    }
}

/// Holds the localities of two sessions that a step is about, before either is locked: two such steps wait for each other.
async fn hold_both(work: &Work<'_>, one: Uuid, other: Uuid) -> Result<(), Fault> {
    let system = System::within(work);
    let mut localities = Vec::new();
    for id in [one, other] {
        if let Some(known) = system.get::<locality_session::Entity>(id).await? {
            system.hold_authority(known.authority_id).await?;
            localities.push(known.locality_id);
        }
    }
    system.lock_localities(&localities).await
}

/// An item that is to change, locked with its session.
pub struct OnItem {
    /// Its session.
    pub on: OnSession,
    /// The item.
    pub item: locality_item::Model,
    /// The child whom it is about; only rules look at it.
    child: Option<child::Model>,
}

impl OnItem {
    /// Locks an item that the viewer sees.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<locality_item::Entity>(id).await? else { return Ok(None) };
        let Some(on) = OnSession::load(work, known.session_id).await? else { return Ok(None) };
        // Of a child who was erased nothing more is written: their lock comes first, like that of an erasure.
        let mut child = None;
        if let Some(about) = system.child_of_item(id).await? {
            child = system.lock::<child::Entity>(about.id).await?.filter(|child| child.erased_at.is_none());
        }
        if known.about == Concern::Child && child.is_none() {
            return Ok(None);
        }
        let Some(item) = work.find::<locality_item::Entity>(id).await? else { return Ok(None) };
        Ok(Some(Self { on, item, child }))
    }

    /// Whom texts about it could be about.
    fn around(&self) -> Around {
        let (authority, schools) = (self.item.authority_id, vec![self.item.school_id]);
        Around { authority, schools, child: self.child.clone() }
    }

    /// Whose the action plan and its review are: the SENCO who brought the item, or whoever is the school's SENCO since (LG-7,
    /// LG-8).
    async fn senco(&self, work: &Work<'_>) -> Result<Uuid, Fault> {
        let (system, today) = (System::within(work), work.op.today());
        let (school, presenter) = ([self.item.school_id], self.item.presented_by);
        if system.senco_of(presenter, &school, today).await?.is_some() {
            return Ok(presenter);
        }
        let now = system.sencos_of(&school, today).await?;
        Ok(now.iter().map(|person| person.id).min().unwrap_or(presenter))
    }

    /// What the item is to the SENCO who brought it and to the facilitator.
    fn standing(&self) -> Standing {
        item_standing(&self.on.session, &self.item, Vec::new())
    }

    /// What it is to everybody who is at the session besides.
    fn standing_in_group(&self) -> Standing {
        item_standing(&self.on.session, &self.item, self.on.present.clone())
    }

    /// As the facts of a step on the item.
    async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["item"]),
            Some(on) => on.gathered(),
        })
    }

    fn gathered(self) -> Gathered<Self> {
        let (standing, target) = (self.standing(), Some((self.item.id, self.item.version)));
        Gathered::Found { facts: self, standing, target }
    }

    /// As the facts of something that the group adds to the item: it changes nothing that others have seen.
    async fn gather_addition(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["item"]),
            Some(on) => {
                let standing = on.standing_in_group();
                Gathered::Found { facts: on, standing, target: None }
            }
        })
    }

    /// Says what happened to a part of the item.
    fn record(&self, work: &mut Work<'_>, kind: &'static str, id: Uuid, event: LocalityEvent) {
        let subject = subject(self.item.authority_id, kind, id, self.item.id);
        work.record(subject, Event::Locality(event));
    }

    /// Says what happened to the item, and writes it.
    async fn save(self, work: &mut Work<'_>, event: LocalityEvent) -> Result<Uuid, Fault> {
        let id = self.item.id;
        self.record(work, "LocalityItem", id, event);
        work.update::<locality_item::Entity>(self.item).await?;
        Ok(id)
    }
}
