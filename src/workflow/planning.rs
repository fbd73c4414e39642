//! Planning and consultation meetings (PC-1 to PC-9).

pub mod agenda;
pub mod allowed;
pub mod held;
pub mod invitations;
pub mod letters;
pub mod monitoring;
pub mod plan;
pub mod record;
pub mod resources;
pub mod share;
pub mod terms;

use super::command::Gathered;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::scope::Scoped;
use crate::store::work::Work;
use domain::access::Standing;
use domain::event::{Event, Subject};
use domain::planning::PlanningEvent;
use entity::{planning_meeting, school};
use uuid::Uuid;

/// What a meeting is to the people around it: the school's, its link staff's, and that of the EP who holds it.
pub fn standing(meeting: &planning_meeting::Model) -> Standing {
    Standing {
        authority: meeting.authority_id,
        school: Some(meeting.school_id),
        covering: Some(meeting.ep_id),
        ..Standing::default()
    }
}

/// What an event about a meeting, or about a part of it, is about.
fn subject(meeting: &planning_meeting::Model, kind: &'static str, id: Uuid, child: Option<Uuid>) -> Subject {
    Subject {
        authority: meeting.authority_id,
        kind,
        id,
        child,
        school: Some(meeting.school_id),
        case: Some(meeting.id),
        part: None,
    }
}

/// Says what happened to a part of a meeting.
fn record_part(
    work: &mut Work<'_>,
    meeting: &planning_meeting::Model,
    (kind, id, child): (&'static str, Uuid, Option<Uuid>),
    event: PlanningEvent,
) {
    work.record(subject(meeting, kind, id, child), Event::Planning(event));
}

/// A meeting that is to change, locked.
pub struct OnMeeting {
    /// The meeting.
    pub meeting: planning_meeting::Model,
    /// Who holds it besides the school's link EPs: its EP, or the EP who was there and takes the step.
    holder: Uuid,
}

impl OnMeeting {
    /// Locks a meeting that the viewer sees: after its authority and school, like everything that is planned with them.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<planning_meeting::Entity>(id).await? else { return Ok(None) };
        system.hold_authority(known.authority_id).await?;
        system.lock::<school::Entity>(known.school_id).await?;
        let Some(meeting) = work.find::<planning_meeting::Entity>(id).await? else { return Ok(None) };
        let here = system.eps_present(meeting.id).await?;
        let holder = work.op.actor().filter(|actor| here.contains(actor)).unwrap_or(meeting.ep_id);
        Ok(Some(Self { meeting, holder }))
    }

    /// What the meeting is to who takes a step on it.
    fn standing(&self) -> Standing {
        Standing { covering: Some(self.holder), ..standing(&self.meeting) }
    }

    /// Locks the meeting of one of its parts.
    async fn around<E>(
        work: &Work<'_>,
        id: Uuid,
        meeting: impl Fn(&E::Model) -> Uuid,
    ) -> Result<Option<(Self, E::Model)>, Fault>
    where
        E: Scoped,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        let Some(known) = System::within(work).get::<E>(id).await? else { return Ok(None) };
        let Some(on) = Self::load(work, meeting(&known)).await? else { return Ok(None) };
        Ok(work.find::<E>(id).await?.map(|row| (on, row)))
    }

    /// As the facts of a step on the meeting.
    async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["meeting"]),
            Some(on) => on.gathered(),
        })
    }

    fn gathered(self) -> Gathered<Self> {
        let (standing, target) = (self.standing(), Some((self.meeting.id, self.meeting.version)));
        Gathered::Found { facts: self, standing, target }
    }

    /// Says what happened to the meeting, and writes it.
    async fn save(self, work: &mut Work<'_>, event: PlanningEvent) -> Result<Uuid, Fault> {
        let id = self.meeting.id;
        record_part(work, &self.meeting, ("PlanningMeeting", id, None), event);
        work.update::<planning_meeting::Entity>(self.meeting).await?;
        Ok(id)
    }
}
