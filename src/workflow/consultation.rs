//! Online consultations, from the slot to the review (OC-1 to OC-15).

pub mod allowed;
pub mod booking;
pub mod c_ric;
pub mod cancellation;
pub mod letters;
pub mod meeting;
pub mod record;
pub mod reversal;
pub mod review;
pub mod slots;

use super::command::Gathered;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::access::Standing;
use domain::consultation::ConsultationEvent;
use domain::event::{Event, Subject};
use domain::london;
use entity::{child, consultation, consultation_slot};
use uuid::Uuid;

/// What an event about a consultation is about.
pub fn subject(row: &consultation::Model) -> Subject {
    Subject {
        authority: row.authority_id,
        kind: "Consultation",
        id: row.id,
        child: Some(row.child_id),
        school: Some(row.school_id),
        case: Some(row.id),
        part: None,
    }
}

fn record(work: &mut Work<'_>, row: &consultation::Model, event: ConsultationEvent) {
    work.record(subject(row), Event::Consultation(event));
}

/// Whether no other live consultation of the child lies within the interval (OC-5): asked before a booking comes back.
async fn is_far_from_others(system: &System<'_>, row: &consultation::Model) -> Result<bool, Fault> {
    let policy = system.policy(row.authority_id).await?;
    let interval = i64::from(policy.figures.repeat_interval_weeks) * 7;
    let on = london::date_of(row.starts_at);
    let others = system.live_starts(row.child_id, Some(row.id)).await?;
    Ok(others.iter().all(|other| (london::date_of(*other) - on).num_days().abs() >= interval))
}

/// A consultation with what every step on it needs.
pub struct Case {
    /// The consultation, locked.
    pub consultation: consultation::Model,
    /// Its slot.
    pub slot: consultation_slot::Model,
    /// What it is to the people around it.
    pub standing: Standing,
}

impl Case {
    /// Loads a consultation that the viewer sees, locking child and case, in that order.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        // Unlocked first: the child is locked before the case.
        let Some(known) = system.get::<consultation::Entity>(id).await? else { return Ok(None) };
        system.hold_authority(known.authority_id).await?;
        let child = system.lock::<child::Entity>(known.child_id).await?;
        let Some(consultation) = work.find::<consultation::Entity>(id).await? else { return Ok(None) };
        let slot = system.slot(consultation.slot_id).await?;
        let child = child.ok_or(Fault::Unexpected("a consultation without a child"))?;
        let mut standing = system.standing(&child).await?;
        standing.authority = consultation.authority_id;
        standing.specialist = Some(slot.specialist_id);
        Ok(Some(Self { consultation, slot, standing }))
    }

    /// The case as the facts of a step that needs nothing more.
    async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["consultation"]),
            Some(case) => {
                let target = Some((case.consultation.id, case.consultation.version));
                Gathered::Found { standing: case.standing.clone(), target, facts: case }
            }
        })
    }
}
