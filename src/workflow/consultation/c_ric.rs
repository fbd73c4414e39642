//! The arrival of a C-RIC: it secures the booking, and brings one back that fell although the form had come in time
//! (OC-11).

use super::letters::{self, Notice};
use super::record;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered, named_child};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Standing};
use domain::consent::{ConsentEvent, Purpose};
use domain::consultation::c_ric::{Facts, Fallen, arrived_in_time, decide, reinstates};
use domain::consultation::{ConsultationEvent, State};
use domain::event::{Event, Subject};
use domain::refusal::Findings;
use domain::rule::RuleId;
use domain::year_group::end_of_compulsory_school_age;
use entity::{child, consent, consultation};
use serde::Serialize;
use uuid::Uuid;

/// Record that a C-RIC arrived.
#[derive(Clone, Debug, Serialize)]
pub struct RecordCRic {
    /// The child, by id.
    pub child: Option<Uuid>,
    /// Or by the UPN on the form: the team need not see the child's record.
    pub upn: Option<String>,
    /// The parent or carer who signed; none where the young person did.
    pub given_by: Option<Uuid>,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// When it arrived (UTC instant).
    pub received_at: DateTime<Utc>,
}

/// The form as it arrived.
pub struct Form {
    /// The parent or carer who signed; none where the young person did.
    pub given_by: Option<Uuid>,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// When it arrived (UTC instant).
    pub received_at: DateTime<Utc>,
    /// Who or what holds it from now on.
    pub holder: &'static str,
}

/// What the arrival of a form rests on, whichever way it came.
pub struct CRicFacts {
    facts: Facts,
    form: Form,
    child: child::Model,
    authority: Uuid,
    school: Option<Uuid>,
}

impl CRicFacts {
    /// Gathers what is known about a form for a child, who is locked.
    pub async fn gather(work: &Work<'_>, child: child::Model, form: Form) -> Result<(Self, Standing), Fault> {
        let system = System::within(work);
        let standing = system.standing(&child).await?;
        let giver_may_consent = match form.given_by {
            Some(parent) => system.is_parent(child.id, parent).await?,
            None => form.signed_on > end_of_compulsory_school_age(child.date_of_birth),
        };
        let facts = Facts {
            now: work.op.now,
            today: work.op.today(),
            received_at: form.received_at,
            signed_on: form.signed_on,
            giver_may_consent,
            withdrawn_at: system.c_ric(child.id, standing.authority).await?.withdrawn_at,
        };
        let (authority, school) = (standing.authority, standing.school);
        Ok((Self { facts, form, child, authority, school }, standing))
    }

    /// What the rules say to it.
    pub fn decide(&self) -> Findings {
        decide(&self.facts)
    }

    /// The authority that holds the child.
    pub fn authority(&self) -> Uuid {
        self.authority
    }

    /// The school that holds the child.
    pub fn school(&self) -> Option<Uuid> {
        self.school
    }

    /// Writes the consent and secures the bookings that wait for it; answers the id of the consent.
    pub async fn receive(&self, service: &Service, work: &mut Work<'_>) -> Result<Uuid, Fault> {
        let (purpose, received_at) = (Purpose::OnlineConsultation, Some(self.form.received_at));
        let form = consent::Model {
            id: work.op.id(),
            authority_id: self.authority,
            child_id: self.child.id,
            purpose,
            parent_carer_id: self.form.given_by,
            signed_on: self.form.signed_on,
            received_at,
            received_by: work.op.actor(),
            recorded_at: work.op.now,
            holder: self.form.holder.to_owned(),
            group_explained: false,
            school_id: None,
            withdrawn_at: None,
            withdrawn_by: None,
            withdrawal_reason: None,
            version: 1,
        };
        let (id, subject) = (form.id, consent_subject(&form, self.school));
        work.insert::<consent::Entity>(form).await?;
        work.record(subject, Event::Consent(ConsentEvent::Recorded { purpose, received_at }));
        secure_bookings(service, work, self, self.form.received_at).await?;
        Ok(id)
    }
}

impl Command for RecordCRic {
    const ACTION: Action = Action::RecordCRic;
    type Facts = CRicFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<CRicFacts>, Fault> {
        let named = named_child(work, Self::ACTION, self.child, self.upn.as_deref()).await?;
        let Some(child) = named else { return Ok(Gathered::NotFound(vec!["child"])) };
        let form = Form {
            given_by: self.given_by,
            signed_on: self.signed_on,
            received_at: self.received_at,
            holder: "consultations team",
        };
        let (facts, standing) = CRicFacts::gather(work, child, form).await?;
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &CRicFacts) -> (Findings, ()) {
        (facts.decide(), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: CRicFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        facts.receive(service, work).await
    }
}

/// What an event about consent is about.
pub fn consent_subject(form: &consent::Model, school: Option<Uuid>) -> Subject {
    Subject {
        authority: form.authority_id,
        kind: "Consent",
        id: form.id,
        child: Some(form.child_id),
        school,
        case: None,
        part: None,
    }
}

async fn secure_bookings(
    service: &Service,
    work: &mut Work<'_>,
    facts: &CRicFacts,
    received_at: DateTime<Utc>,
) -> Result<(), Fault> {
    let states = [State::Booked, State::Cancelled];
    let candidates = System::within(work).open_consultations(facts.child.id, &states).await?;
    for row in candidates {
        if row.state == State::Booked && arrived_in_time(row.c_ric_due_at, received_at) {
            work.meet_duty(row.id, RuleId::Oc11, received_at).await?;
        } else if is_reinstated(work, &row, facts.school, received_at).await? {
            reinstate(service, work, row, received_at).await?;
        }
    }
    Ok(())
}

async fn is_reinstated(
    work: &Work<'_>,
    row: &consultation::Model,
    school: Option<Uuid>,
    received_at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let system = System::within(work);
    let slot = system.slot(row.slot_id).await?;
    let child_free = super::is_far_from_others(&system, row).await?;
    let slot_free = slot.withdrawn_at.is_none() && !system.slot_taken(row.slot_id).await?;
    let fallen = Fallen {
        state: row.state,
        reason: row.cancellation_reason,
        due_at: row.c_ric_due_at,
        starts_at: row.starts_at,
        still_free: child_free && slot_free && school == Some(row.school_id),
    };
    Ok(reinstates(&fallen, received_at, work.op.now))
}

async fn reinstate(
    service: &Service,
    work: &mut Work<'_>,
    mut row: consultation::Model,
    received_at: DateTime<Utc>,
) -> Result<(), Fault> {
    row.state = State::Booked;
    row.cancelled_at = None;
    row.cancellation_reason = None;
    row.cancellation_note = None;
    row.invitation_sequence += 1;
    let slot = System::within(work).slot(row.slot_id).await?;
    letters::send(service, work, &row, &slot, Notice::Reinstated).await?;
    work.reopen_duty(row.id, RuleId::Oc12).await?;
    work.reopen_duty(row.id, RuleId::Oc11).await?;
    work.meet_duty(row.id, RuleId::Oc11, received_at).await?;
    record(work, &row, ConsultationEvent::Reinstated);
    work.update::<consultation::Entity>(row).await
}
