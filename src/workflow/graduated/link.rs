//! Link staff: contacts at any time, and the formal consultation up to its answer (GR-9 to GR-13).

use super::Response;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::{Action, Role};
use domain::graduated::link::{self, Pack, decide_advice, decide_contact, decide_raising, decide_ready};
use domain::graduated::{ContactPurpose, GraduatedEvent, LinkConsultationState, NextStepKind};
use domain::refusal::Findings;
use entity::{agreed_action, link_consultation, link_contact, person};
use serde::Serialize;
use uuid::Uuid;

/// Log a contact with link staff about a child. Answers the id of the contact.
#[derive(Clone, Debug, Serialize)]
pub struct LogContact {
    /// The child.
    pub child: Uuid,
    /// The practitioner.
    pub practitioner: Uuid,
    /// London date.
    pub contacted_on: NaiveDate,
    /// About what.
    pub purpose: ContactPurpose,
    /// What was discussed.
    pub note: String,
}

/// What logging rests on.
pub struct ContactFacts {
    response: Response,
    linked_as: Option<Role>,
}

impl Command for LogContact {
    const ACTION: Action = Action::LogLinkContact;
    type Facts = ContactFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ContactFacts>, Fault> {
        let Some(response) = Response::load(work, self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        if work.find_shared::<person::Entity>(self.practitioner).await?.is_none() {
            return Ok(Gathered::NotFound(vec!["practitioner"]));
        }
        let school = response.held.school_id;
        let linked_as = System::within(work).linked_on(self.practitioner, school, self.contacted_on).await?;
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: ContactFacts { response, linked_as }, standing, target: None })
    }

    fn decide(&self, op: &Op, facts: &ContactFacts) -> (Findings, ()) {
        let on = self.contacted_on;
        (decide_contact(on, op.today(), facts.linked_as, self.purpose, &self.note), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ContactFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        let discipline = facts.linked_as.ok_or(Fault::Unexpected("a contact with nobody's link staff"))?;
        work.insert::<link_contact::Entity>(link_contact::Model {
            id,
            authority_id: facts.response.held.authority_id,
            child_id: self.child,
            school_id: facts.response.held.school_id,
            practitioner_id: self.practitioner,
            discipline,
            purpose: self.purpose,
            contacted_on: self.contacted_on,
            note: self.note.clone(),
            logged_by: work.op.actor().unwrap_or_default(),
            logged_at: work.op.now,
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
        })
        .await?;
        let event = GraduatedEvent::LinkContactLogged { purpose: self.purpose };
        facts.response.record(work, "LinkContact", id, event).await?;
        if self.purpose == ContactPurpose::ExclusionRisk {
            super::flags::discussed(work, self.child, self.contacted_on).await?;
        }
        Ok(id)
    }
}

/// Raise a child with the link EP or inclusion partner. Answers the id of the consultation.
#[derive(Clone, Debug, Serialize)]
pub struct Raise {
    /// The child.
    pub child: Uuid,
    /// What the school wants to know.
    pub question: String,
    /// The sudden significant concerns, where they are the ground.
    pub sudden_concerns: Option<String>,
    /// Whether it does not wait for the next planning meeting.
    pub urgent: bool,
    /// Other professional reports, or that there are none.
    pub professional_reports: Option<String>,
}

impl Command for Raise {
    const ACTION: Action = Action::RaiseLinkConsultation;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        Ok(match Response::load(work, self.child).await? {
            None => Gathered::NotFound(vec!["child"]),
            Some(response) => response.gathered(),
        })
    }

    fn decide(&self, _: &Op, response: &Response) -> (Findings, ()) {
        let sudden = self.sudden_concerns.as_deref().unwrap_or_default();
        (decide_raising(&response.record, &response.figures, sudden, &self.question), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<link_consultation::Entity>(link_consultation::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            state: LinkConsultationState::Raised,
            question: self.question.clone(),
            sudden_concerns: self.sudden_concerns.clone().filter(|text| !domain::text::is_blank(text)),
            urgent: self.urgent,
            professional_reports: self.professional_reports.clone().unwrap_or_default(),
            raised_by: work.op.actor().unwrap_or_default(),
            raised_at: work.op.now,
            ready_at: None,
            advice: None,
            advised_by: None,
            advised_at: None,
            closed_at: None,
            withdrawn_reason: None,
            version: 1,
        })
        .await?;
        response.record(work, "LinkConsultation", id, GraduatedEvent::LinkConsultationRaised).await?;
        Ok(id)
    }
}

/// A consultation with link staff, with the child around it, both locked.
pub struct Consulted {
    /// The child around it.
    pub response: Response,
    /// The consultation.
    pub row: link_consultation::Model,
}

impl Consulted {
    pub(super) async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        let found = Response::around::<link_consultation::Entity>(work, id).await?;
        let Some((response, row)) = found else { return Ok(Gathered::NotFound(vec!["linkConsultation"])) };
        let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: Self { response, row }, standing, target })
    }

    /// Says what happened to the consultation, and writes it.
    pub(super) async fn save(self, work: &mut Work<'_>, event: GraduatedEvent) -> Result<Uuid, Fault> {
        let id = self.row.id;
        self.response.record(work, "LinkConsultation", id, event).await?;
        work.update::<link_consultation::Entity>(self.row).await?;
        Ok(id)
    }
}

/// Say that the pack of a consultation is complete.
#[derive(Clone, Debug, Serialize)]
pub struct CompletePack {
    /// The consultation.
    pub consultation: Uuid,
    /// Other professional reports, or that there are none; as they were said before without them.
    pub professional_reports: Option<String>,
}

impl CompletePack {
    fn reports<'a>(&'a self, row: &'a link_consultation::Model) -> &'a str {
        self.professional_reports.as_deref().unwrap_or(&row.professional_reports)
    }
}

/// The pack of a consultation, as the child's record has it.
pub(super) fn pack(
    record: &domain::graduated::record::Record,
    row: &link_consultation::Model,
    reports: &str,
) -> Pack {
    Pack::of(record, row.sudden_concerns.is_some(), reports)
}

impl Command for CompletePack {
    const ACTION: Action = Action::CompleteLinkPack;
    type Facts = Consulted;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Consulted>, Fault> {
        Consulted::gather(work, self.consultation).await
    }

    fn decide(&self, _: &Op, on: &Consulted) -> (Findings, ()) {
        let pack = pack(&on.response.record, &on.row, self.reports(&on.row));
        (decide_ready(on.row.state, &pack), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut on: Consulted,
        (): (),
    ) -> Result<Uuid, Fault> {
        on.row.professional_reports = self.reports(&on.row).to_owned();
        on.row.state = LinkConsultationState::Ready;
        on.row.ready_at = Some(work.op.now);
        on.save(work, GraduatedEvent::LinkConsultationReady).await
    }
}

/// A next step that is advised.
#[derive(Clone, Debug, Serialize)]
pub struct NextStep {
    /// What it is.
    pub kind: NextStepKind,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// London date by which.
    pub due_on: NaiveDate,
}

/// Answer a consultation with next steps.
#[derive(Clone, Debug, Serialize)]
pub struct Advise {
    /// The consultation.
    pub consultation: Uuid,
    /// What is advised.
    pub advice: String,
    /// The next steps.
    pub next_steps: Vec<NextStep>,
}

impl Command for Advise {
    const ACTION: Action = Action::AdviseLinkConsultation;
    type Facts = Consulted;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Consulted>, Fault> {
        Consulted::gather(work, self.consultation).await
    }

    fn decide(&self, op: &Op, on: &Consulted) -> (Findings, ()) {
        let steps: Vec<_> = self
            .next_steps
            .iter()
            .map(|step| link::NextStep { what: &step.what, owner: &step.owner, due_on: step.due_on })
            .collect();
        (decide_advice(on.row.state, on.response.record.link_consent, op.today(), &self.advice, &steps), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut on: Consulted,
        (): (),
    ) -> Result<Uuid, Fault> {
        let actions = (0..).zip(&self.next_steps).map(|(position, step)| agreed_action::Model {
            id: work.op.id(),
            authority_id: on.response.held.authority_id,
            link_consultation_id: on.row.id,
            child_id: on.row.child_id,
            position,
            kind: step.kind,
            what: step.what.clone(),
            owner: step.owner.clone(),
            due_on: step.due_on,
            done_on: None,
            outcome: None,
            version: 1,
        });
        work.insert_all::<agreed_action::Entity>(actions.collect()).await?;
        on.row.state = LinkConsultationState::Advised;
        on.row.advice = Some(self.advice.clone());
        on.row.advised_by = work.op.actor();
        on.row.advised_at = Some(work.op.now);
        on.save(work, GraduatedEvent::LinkConsultationAdvised).await
    }
}
