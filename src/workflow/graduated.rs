//! The graduated response and One Plans (GR-1 to GR-14).

pub mod allowed;
pub mod confidence;
pub mod contribution;
pub mod cycle;
pub mod evidence;
pub mod flags;
pub mod instrument;
pub mod link;
pub mod link_end;
pub mod moving;
pub mod pathway;
pub mod plan;
pub mod referral;
pub mod register;
pub mod reversal;
pub mod term;
pub mod update;

use super::command::Gathered;
use super::consultation::letters::reference;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::scope::Scoped;
use crate::store::work::Work;
use domain::access::Standing;
use domain::event::{Event, Subject};
use domain::graduated::GraduatedEvent;
use domain::graduated::record::Record;
use domain::policy::Figures;
use entity::{child, graduated_response, holding, one_plan, plan_cycle};
use uuid::Uuid;

/// A child whose graduated response is to change, with what every step on it needs. The child is locked.
pub struct Response {
    /// The child.
    pub child: child::Model,
    /// Who holds it.
    pub held: holding::Model,
    /// What it is to the people around it.
    pub standing: Standing,
    /// Its graduated response as it stands.
    pub record: Record,
    /// The figures of the authority that holds it.
    pub figures: Figures,
}

impl Response {
    /// Loads a child that the viewer sees.
    async fn load(work: &Work<'_>, child: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(held) = system.holding(child).await? else { return Ok(None) };
        system.hold_authority(held.authority_id).await?;
        let Some(child) = work.find::<child::Entity>(child).await? else { return Ok(None) };
        Ok(Some(Self::of(&system, child).await?))
    }

    /// Locks the child of an object that the viewer may see: the child before the object.
    async fn around<E>(work: &Work<'_>, id: Uuid) -> Result<Option<(Self, E::Model)>, Fault>
    where
        E: Scoped,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        let system = System::within(work);
        let Some(child) = system.get::<E>(id).await?.as_ref().and_then(E::child) else { return Ok(None) };
        let Some(held) = system.holding(child).await? else { return Ok(None) };
        system.hold_authority(held.authority_id).await?;
        let child = system.lock::<child::Entity>(child).await?;
        let Some(child) = child.filter(|child| child.erased_at.is_none()) else { return Ok(None) };
        let Some(row) = work.find::<E>(id).await? else { return Ok(None) };
        Ok(Some((Self::of(&system, child).await?, row)))
    }

    async fn of(system: &System<'_>, child: child::Model) -> Result<Self, Fault> {
        // Read anew, and its authority held: the child may have moved before its lock was there.
        let held = system.holding(child.id).await?.ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        system.hold_authority(held.authority_id).await?;
        let known = system.record(&child, system.today).await?;
        let standing = system.standing(&child).await?;
        Ok(Self { child, held, standing, record: known.record, figures: known.figures })
    }

    /// As the facts of a step on the child itself.
    fn gathered(self) -> Gathered<Self> {
        Gathered::Found { standing: self.standing.clone(), target: None, facts: self }
    }

    /// What an event about something in the response is about; the response begins with its first.
    async fn subject(&self, work: &Work<'_>, kind: &'static str, id: Uuid) -> Result<Subject, Fault> {
        let case = begun(work, &self.held).await?;
        Ok(work.response_subject(case, &self.held, kind, id))
    }

    /// Says what happened to something in the response.
    async fn record(
        &self,
        work: &mut Work<'_>,
        kind: &'static str,
        id: Uuid,
        event: GraduatedEvent,
    ) -> Result<(), Fault> {
        let subject = self.subject(work, kind, id).await?;
        work.record(subject, Event::Graduated(event));
        Ok(())
    }
}

/// The reference of a child's graduated response; one comes to be where there was none.
async fn begun(work: &Work<'_>, held: &holding::Model) -> Result<Uuid, Fault> {
    if let Some(known) = System::within(work).graduated_response(held.child_id).await? {
        return Ok(known.id);
    }
    let row = beginning(work, held);
    let id = row.id;
    work.insert::<graduated_response::Entity>(row).await?;
    Ok(id)
}

fn beginning(work: &Work<'_>, held: &holding::Model) -> graduated_response::Model {
    let id = work.op.id();
    graduated_response::Model {
        id,
        authority_id: held.authority_id,
        reference: reference("GR", id),
        child_id: held.child_id,
        created_at: work.op.now,
    }
}

/// A One Plan with its newest cycle, under the lock of their child.
pub struct OnPlan {
    /// The child around it.
    pub response: Response,
    /// The plan.
    pub plan: one_plan::Model,
    /// Its newest cycle.
    pub cycle: plan_cycle::Model,
}

impl OnPlan {
    /// Loads a plan that the viewer sees.
    async fn load(work: &Work<'_>, plan: Uuid) -> Result<Option<Self>, Fault> {
        let Some((response, plan)) = Response::around::<one_plan::Entity>(work, plan).await? else {
            return Ok(None);
        };
        let cycle = System::within(work).newest_cycle(plan.id).await?;
        Ok(Some(Self { response, plan, cycle }))
    }

    /// As the facts of a step on the plan.
    async fn gather(work: &Work<'_>, plan: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, plan).await? {
            None => Gathered::NotFound(vec!["onePlan"]),
            Some(on) => on.gathered(),
        })
    }

    fn gathered(self) -> Gathered<Self> {
        let (standing, target) = (self.response.standing.clone(), Some((self.plan.id, self.plan.version)));
        Gathered::Found { facts: self, standing, target }
    }

    /// Says what happened to the plan, and writes it.
    async fn save(self, work: &mut Work<'_>, event: GraduatedEvent) -> Result<Uuid, Fault> {
        let id = self.plan.id;
        self.response.record(work, "OnePlan", id, event).await?;
        work.update::<one_plan::Entity>(self.plan).await?;
        Ok(id)
    }
}
