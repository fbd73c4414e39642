//! Slots for online consultations.

use super::case::Consultation;
use super::context::{op, viewer};
use super::id::{Kind, encode};
use super::loader::{all_under, by_id, calendar_of};
use super::people::Person;
use super::scalar::DateTime;
use crate::store::list::cases;
use async_graphql::{Context, ID, Object, Result};
use domain::access::Role;
use domain::consultation::{AreaOfNeed, State};
use entity::{consultation_slot, person};

/// A slot for an online consultation.
pub struct ConsultationSlot(consultation_slot::Model);

impl From<consultation_slot::Model> for ConsultationSlot {
    fn from(row: consultation_slot::Model) -> Self {
        Self(row)
    }
}

/// An hour that a specialist offers for an online consultation (OC-1).
#[Object]
impl ConsultationSlot {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::ConsultationSlot, self.0.id)
    }

    /// What it is for.
    async fn area_of_need(&self) -> AreaOfNeed {
        self.0.area_of_need
    }

    /// Start (UTC).
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// End (UTC).
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// Whose it is.
    async fn specialist(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.specialist_id).await?.map(Person::from))
    }

    /// Where people join. Shown to the consultations team and the specialist; others find it on their consultation.
    async fn join_link(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let viewer = viewer(ctx)?;
        let team = viewer.authorities(|role| role == Role::ConsultationsTeam).contains(&self.0.authority_id);
        let own = viewer.person == self.0.specialist_id;
        Ok((team || own).then_some(self.0.join_link.as_str()))
    }

    /// When it was taken back (UTC).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// The consultation booked in it, if the viewer sees that one.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        let booked = cases::Consultations {
            under: Some(crate::store::list::CaseParent::Slot),
            states: vec![
                State::Booked,
                State::NotHeld,
                State::Held,
                State::RecordIssued,
                State::ReviewArranged,
                State::Reviewed,
            ],
            ..cases::Consultations::default()
        };
        Ok(all_under(ctx, self.0.id, booked).await?.pop().map(Consultation::from))
    }

    /// From when on it can be booked (UTC); none while the terms around it are not set (OC-2).
    async fn bookable_from(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let calendar = calendar_of(ctx, self.0.authority_id).await?;
        Ok(calendar.booking_opens(domain::london::date_of(self.0.starts_at)).map(DateTime))
    }

    /// Whether it lies in the past.
    async fn past(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.starts_at <= op(ctx)?.now)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    ConsultationSlotConnection,
    ConsultationSlotEdge,
    ConsultationSlot,
    crate::store::list::cases::Slots
);
