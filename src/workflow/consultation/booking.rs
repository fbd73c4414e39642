//! Booking a consultation, and changing who is invited (OC-1 to OC-11).

use super::letters::{self, Notice};
use super::{Case, record};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Standing};
use domain::consultation::booking::{Attendee, Booking, Facts, Form, check_attendees, decide};
use domain::consultation::{ConsultationEvent, State, expect_state};
use domain::refusal::Findings;
use domain::rule::RuleId;
use domain::year_group::YearGroup;
use domain::{consultation::slot, london};
use entity::{child, consultation, consultation_slot, link_contact, school};
use serde::Serialize;
use uuid::Uuid;

/// With which link practitioner the child was discussed (OC-4).
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Discussed {
    /// As the form says, on the date that it says.
    With(Uuid),
    /// As it was logged already: practitioner and date are the contact's.
    Logged(Uuid),
}

/// Book a consultation.
#[derive(Clone, Debug, Serialize)]
pub struct Book {
    /// The child.
    pub child: Uuid,
    /// The slot.
    pub slot: Uuid,
    /// With whom the child was discussed.
    pub discussed: Discussed,
    /// The booking form.
    pub form: Form,
}

/// What a booking rests on.
pub struct BookFacts {
    facts: Facts,
    slot: consultation_slot::Model,
    standing: Standing,
    form: Form,
    discussed_with: Uuid,
}

impl Book {
    /// Form and practitioner, with what a logged contact says of them; none where the viewer sees no such contact.
    async fn discussed(&self, work: &Work<'_>) -> Result<Option<(Form, Uuid)>, Fault> {
        let id = match self.discussed {
            Discussed::With(practitioner) => return Ok(Some((self.form.clone(), practitioner))),
            Discussed::Logged(id) => id,
        };
        let contact = work.find_shared::<link_contact::Entity>(id).await?;
        Ok(contact.filter(|contact| contact.child_id == self.child && contact.withdrawn_at.is_none()).map(
            |contact| {
                let form = Form { discussed_on: contact.contacted_on, ..self.form.clone() };
                (form, contact.practitioner_id)
            },
        ))
    }

    /// Locks in the order of the house: authority, school, child, slot.
    async fn roots(&self, work: &Work<'_>) -> Result<Option<(child::Model, school::Model)>, Fault> {
        let system = System::within(work);
        let Some(held) = system.holding(self.child).await? else { return Ok(None) };
        system.hold_authority(held.authority_id).await?;
        let Some(school) = work.find_shared::<school::Entity>(held.school_id).await? else { return Ok(None) };
        Ok(work.find::<child::Entity>(self.child).await?.map(|child| (child, school)))
    }

    async fn facts(
        &self,
        work: &Work<'_>,
        child: &child::Model,
        school: &school::Model,
        slot: &consultation_slot::Model,
        (form, discussed_with): &(Form, Uuid),
    ) -> Result<Facts, Fault> {
        let system = System::within(work);
        let c_ric = system.c_ric(child.id, slot.authority_id).await?;
        let linked = system.linked_on(*discussed_with, school.id, form.discussed_on).await?;
        Ok(Facts {
            now: work.op.now,
            calendar: system.calendar(slot.authority_id).await?,
            policy: system.policy(slot.authority_id).await?,
            starts_at: slot.starts_at,
            slot_area: slot.area_of_need,
            slot_withdrawn: slot.withdrawn_at.is_some(),
            slot_taken: system.slot_taken(slot.id).await?,
            same_authority: slot.authority_id == school.authority_id,
            specialist: slot.specialist_id,
            phase: school.phase,
            school_open: school.status.is_open(),
            year_group: year_group(child, london::date_of(slot.starts_at)),
            linked_on_that_day: linked.is_some(),
            other_starts: system.live_starts(child.id, None).await?,
            c_ric_received_at: c_ric.received_at,
            c_ric_withdrawn_at: c_ric.withdrawn_at,
            booker: work.op.actor().unwrap_or_default(),
        })
    }
}

/// The child's year group on a London date: derived from the birth date unless taught out of cohort. A date of birth
/// outside the school years counts as beyond the last one, so that it makes nobody eligible.
fn year_group(child: &child::Model, on: chrono::NaiveDate) -> i8 {
    let derived = YearGroup::derive(child.date_of_birth, on).map(domain::year_group::YearGroup::number);
    let number = child.year_group_override.or(derived).unwrap_or(i32::from(i8::MAX));
    i8::try_from(number).unwrap_or(i8::MAX)
}

impl Command for Book {
    const ACTION: Action = Action::BookConsultation;
    type Facts = BookFacts;
    type Plan = Booking;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<BookFacts>, Fault> {
        let roots = self.roots(work).await?;
        let slot = work.find::<consultation_slot::Entity>(self.slot).await?;
        let discussed = self.discussed(work).await?;
        let (Some((child, school)), Some(slot), Some(discussed)) = (&roots, slot.clone(), &discussed) else {
            let missing =
                [("child", roots.is_none()), ("slot", slot.is_none()), ("linkContact", discussed.is_none())];
            return Ok(Gathered::NotFound(
                missing.into_iter().filter(|(_, gone)| *gone).map(|(path, _)| path).collect(),
            ));
        };
        let facts = self.facts(work, child, school, &slot, discussed).await?;
        let standing = System::within(work).standing(child).await?;
        let (form, discussed_with) = discussed.clone();
        let facts = BookFacts { facts, slot, standing: standing.clone(), form, discussed_with };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &BookFacts) -> (Findings, Booking) {
        decide(&facts.facts, &facts.form)
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: BookFacts,
        plan: Booking,
    ) -> Result<Uuid, Fault> {
        let c_ric = plan.duties.iter().find(|duty| duty.rule == RuleId::Oc11);
        let id = work.op.id();
        let row = consultation::Model {
            id,
            reference: letters::reference("OC", id),
            authority_id: facts.slot.authority_id,
            slot_id: facts.slot.id,
            child_id: self.child,
            school_id: facts.standing.school.unwrap_or_default(),
            state: State::Booked,
            starts_at: facts.slot.starts_at,
            booked_by: facts.facts.booker,
            booked_at: work.op.now,
            primary_area_of_need: facts.form.primary_area_of_need,
            form: serde_json::to_value(&facts.form)?,
            discussed_with: facts.discussed_with,
            c_ric_due_at: c_ric.map(|duty| duty.due.at),
            cancelled_at: None,
            cancellation_reason: None,
            cancellation_note: None,
            not_held_reason: None,
            record_received_on: None,
            review_on: None,
            review_late: false,
            review_held_on: None,
            policy_version: facts.facts.policy.version,
            invitation_sequence: 0,
            version: 1,
        };
        work.insert::<consultation::Entity>(row.clone()).await?;
        work.set_attendees(id, &facts.form.attendees).await?;
        record(work, &row, ConsultationEvent::Booked { starts_at: row.starts_at });
        let subject = super::subject(&row);
        for duty in plan.duties {
            work.set_duty(&subject, duty).await?;
        }
        letters::send(service, work, &row, &facts.slot, Notice::Booked).await?;
        Ok(id)
    }
}

/// Change who is invited.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeAttendees {
    /// The consultation.
    pub consultation: Uuid,
    /// Everybody who is invited from now on.
    pub attendees: Vec<Attendee>,
}

impl Command for ChangeAttendees {
    const ACTION: Action = Action::ChangeAttendees;
    type Facts = Case;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
        Case::gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, case: &Case) -> (Findings, ()) {
        let mut findings = slot::decide_change(op.now, case.slot.starts_at);
        expect_state(&mut findings, RuleId::Oc8, case.consultation.state, &[State::Booked]);
        check_attendees(&self.attendees, &mut findings);
        (findings, ())
    }

    /// Those who stay get an update, those who are new an invitation, those who are left out a cancellation.
    async fn apply(&self, service: &Service, work: &mut Work<'_>, case: Case, (): ()) -> Result<Uuid, Fault> {
        let mut row = case.consultation;
        row.invitation_sequence += 1;
        let before = System::within(work).attendees(row.id).await?;
        let left_out: Vec<_> = before
            .into_iter()
            .filter(|known| !self.attendees.iter().any(|attendee| attendee.email == known.email))
            .collect();
        letters::send_to(service, work, &row, &case.slot, Notice::NoLongerInvited, &left_out).await?;
        work.set_attendees(row.id, &self.attendees).await?;
        letters::send(service, work, &row, &case.slot, Notice::Changed).await?;
        record(work, &row, ConsultationEvent::AttendeesChanged);
        let id = row.id;
        work.update::<consultation::Entity>(row).await?;
        Ok(id)
    }
}
