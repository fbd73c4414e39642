//! Consent for a purpose: recorded, and withdrawn with effect at once (XC-7, XC-8).

use super::Service;
use super::command::{Command, Gathered};
use super::consultation::c_ric::consent_subject;
use super::consultation::cancellation::cancel_all;
use super::graduated::link_end::withdraw_unanswered;
use super::locality::item::consent_withdrawn;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use chrono::NaiveDate;
use domain::access::{Action, Reach};
use domain::consent::{ConsentEvent, Facts, Purpose, decide, decide_withdrawal};
use domain::consultation::CancellationReason;
use domain::event::Event;
use domain::refusal::Findings;
use domain::year_group::end_of_compulsory_school_age;
use entity::{child, consent};
use serde::Serialize;
use uuid::Uuid;

/// Record consent for a purpose other than an online consultation.
#[derive(Clone, Debug, Serialize)]
pub struct RecordConsent {
    /// The child.
    pub child: Uuid,
    /// What it is for.
    pub purpose: Purpose,
    /// The parent or carer who gave it; none where the young person did.
    pub given_by: Option<Uuid>,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// Who holds the form.
    pub holder: String,
    /// Whether it says that the group and its EPs were explained (LG-3).
    pub group_explained: bool,
}

/// What recording rests on.
pub struct RecordFacts {
    facts: Facts,
    authority: Uuid,
    school: Option<Uuid>,
    /// The school, where its staff record the consent: then it holds the form (LG-3).
    held_by: Option<Uuid>,
}

impl Command for RecordConsent {
    const ACTION: Action = Action::RecordConsent;
    type Facts = RecordFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<RecordFacts>, Fault> {
        let Some(child) = work.find::<child::Entity>(self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let system = System::within(work);
        let giver_may_consent = match self.given_by {
            Some(parent) => system.is_parent(child.id, parent).await?,
            None => self.signed_on > end_of_compulsory_school_age(child.date_of_birth),
        };
        let standing = system.standing(&child).await?;
        let facts = Facts {
            today: work.op.today(),
            purpose: self.purpose,
            signed_on: self.signed_on,
            giver_may_consent,
        };
        let own = work.op.viewer.as_ref().map(|viewer| viewer.schools(|reach| reach == Reach::School));
        let facts = RecordFacts {
            facts,
            authority: standing.authority,
            school: standing.school,
            held_by: standing.school.filter(|school| own.is_some_and(|own| own.contains(school))),
        };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &RecordFacts) -> (Findings, ()) {
        (decide(&facts.facts), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: RecordFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let given = consent::Model {
            id: work.op.id(),
            authority_id: facts.authority,
            child_id: self.child,
            purpose: self.purpose,
            parent_carer_id: self.given_by,
            signed_on: self.signed_on,
            received_at: None,
            received_by: None,
            recorded_at: work.op.now,
            holder: self.holder.clone(),
            group_explained: self.group_explained,
            school_id: facts.held_by,
            withdrawn_at: None,
            withdrawn_by: None,
            withdrawal_reason: None,
            version: 1,
        };
        let (id, subject) = (given.id, consent_subject(&given, facts.school));
        work.insert::<consent::Entity>(given).await?;
        work.record(
            subject,
            Event::Consent(ConsentEvent::Recorded { purpose: self.purpose, received_at: None }),
        );
        Ok(id)
    }
}

/// Withdraw consent: every form that stands for that child and purpose, since a withdrawal is about the purpose and not
/// about a piece of paper.
#[derive(Clone, Debug, Serialize)]
pub struct Withdraw {
    /// One of the forms.
    pub consent: Uuid,
    /// Why, where said.
    pub reason: Option<String>,
}

/// What a withdrawal rests on.
pub struct WithdrawFacts {
    consent: consent::Model,
    school: Option<Uuid>,
}

impl Command for Withdraw {
    const ACTION: Action = Action::WithdrawConsent;
    type Facts = WithdrawFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<WithdrawFacts>, Fault> {
        let system = System::within(work);
        let known = system.get::<consent::Entity>(self.consent).await?;
        let child = match &known {
            Some(known) => system.lock::<child::Entity>(known.child_id).await?,
            None => None,
        };
        let found = work.find::<consent::Entity>(self.consent).await?;
        let (Some(child), Some(consent)) = (child, found) else {
            return Ok(Gathered::NotFound(vec!["consent"]));
        };
        let standing = system.standing(&child).await?;
        let target = Some((consent.id, consent.version));
        Ok(Gathered::Found { facts: WithdrawFacts { consent, school: standing.school }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &WithdrawFacts) -> (Findings, ()) {
        (decide_withdrawal(facts.consent.withdrawn_at), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: WithdrawFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (child, purpose) = (facts.consent.child_id, facts.consent.purpose);
        for mut form in System::within(work).standing_consents(child, purpose).await? {
            form.withdrawn_at = Some(work.op.now);
            form.withdrawn_by = work.op.actor();
            form.withdrawal_reason.clone_from(&self.reason);
            let subject = consent_subject(&form, facts.school);
            work.update::<consent::Entity>(form).await?;
            let withdrawn = ConsentEvent::Withdrawn { purpose, reason: self.reason.clone() };
            work.record(subject, Event::Consent(withdrawn));
        }
        if purpose == Purpose::OnlineConsultation {
            cancel_all(service, work, child, CancellationReason::ConsentWithdrawn).await?;
        }
        if purpose == Purpose::LinkConsultation
            && let Some(held) = System::within(work).holding(child).await?
        {
            withdraw_unanswered(work, &held, "The consent was withdrawn.").await?;
        }
        if purpose == Purpose::LocalityDiscussion {
            consent_withdrawn(work, child).await?;
        }
        Ok(self.consent)
    }
}
