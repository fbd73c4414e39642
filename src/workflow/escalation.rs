//! Escalations: raised with a letter to those told, and what people do about one: take note, hand on, close (XC-9).

use super::Service;
use super::command::{Command, Gathered};
use super::locality::anonymity::Around;
use crate::op::Op;
use crate::store::Fault;
use crate::store::duties::escalation_subject;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use domain::access::{Action, Reach, Role, Standing};
use domain::duty::EscalationState;
use domain::event::{DutyEvent, Event};
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use domain::text::is_blank;
use entity::{duty, escalation, escalation_told, locality_item, locality_term, person};
use serde::Serialize;
use uuid::Uuid;

/// Raises the one escalation of a breached duty, and owes a letter to everybody who holds one of the roles told: the
/// case reference, the rule and a link (XC-16).
pub async fn raise(
    service: &Service,
    work: &mut Work<'_>,
    breached: &duty::Model,
    told: &[Role],
) -> Result<(), Fault> {
    // Of the managers of advice givers, only the one whose it is.
    let named = |role: &Role| role.reach() != Reach::AdviceManaged || breached.owner_id.is_some();
    let told: Vec<_> = told.iter().copied().filter(named).collect();
    work.escalate(breached, &told).await?;
    let system = System::within(work);
    let cases: Vec<_> = breached.case_id.into_iter().collect();
    let reference = system.references(&cases).await?.into_values().next();
    // Of the role whose duty it was, only the person whose it was.
    let own = breached.owner_id.filter(|_| told.contains(&breached.owner_role));
    let roles: Vec<_> =
        told.iter().copied().filter(|role| own.is_none() || *role != breached.owner_role).collect();
    let mut people = system.holders(breached.authority_id, breached.school_id, &roles).await?;
    if let Some(own) = own.filter(|own| people.iter().all(|person| person.id != *own)) {
        people.push(system.person(own).await?);
    }
    for person in people {
        work.owe(letter(service, breached, reference.as_deref(), person)).await?;
    }
    Ok(())
}

fn letter(
    service: &Service,
    breached: &duty::Model,
    reference: Option<&str>,
    to: person::Model,
) -> NewLetter {
    let asks = RuleId::parse(&breached.rule).map_or("", |rule| rule.rule().text);
    let (rule, due) = (&breached.rule, breached.due_on.format("%A %-d %B %Y"));
    let (what, link) = match reference {
        Some(reference) => (format!("Case {reference}"), service.letterhead.case_url(reference)),
        None => ("Your authority".to_owned(), service.letterhead.public_url.clone()),
    };
    NewLetter {
        authority: breached.authority_id,
        case: breached.case_id,
        person: Some(to.id),
        to_name: to.name,
        to_address: to.email,
        subject: reference.map_or_else(
            || format!("Deadline missed ({rule})"),
            |reference| format!("Deadline missed ({reference})"),
        ),
        body: format!("{what}: a deadline was missed. It was {due}.\n\n{rule}: {asks}\n\n{link}"),
        calendar: None,
    }
}

/// What is done about it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// Take note.
    Acknowledge,
    /// Hand it to a colleague.
    Reassign {
        /// To whom.
        to: Uuid,
    },
    /// Close it.
    Resolve {
        /// What was done.
        resolution: String,
    },
}

/// What a step on an escalation rests on.
pub struct Raised {
    escalation: escalation::Model,
    /// Whom its texts could be about, where it is about a locality or an item of its group (LG-10).
    around: Option<Around>,
}

macro_rules! escalation_commands {
    ($($(#[$doc:meta])* $name:ident, $action:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        pub struct $name {
            /// The escalation.
            pub escalation: Uuid,
            /// The step.
            #[serde(flatten)]
            pub step: Step,
        }

        impl Command for $name {
            const ACTION: Action = Action::$action;
            type Facts = Raised;
            type Plan = ();

            async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Raised>, Fault> {
                gather(work, self.escalation, &self.step).await
            }

            fn decide(&self, _: &Op, raised: &Raised) -> (Findings, ()) {
                (decide(&raised.escalation, &self.step), ())
            }

            fn around(&self, raised: &Raised) -> Option<Around> {
                raised.around.clone()
            }

            async fn apply(
                &self,
                _: &Service,
                work: &mut Work<'_>,
                raised: Raised,
                (): (),
            ) -> Result<Uuid, Fault> {
                apply(work, raised.escalation, &self.step).await
            }
        }
    )*};
}

escalation_commands! {
    /// Take note of an escalation.
    Acknowledge, AcknowledgeEscalation;
    /// Hand an escalation to a colleague.
    Reassign, ReassignEscalation;
    /// Close an escalation with what was done.
    Resolve, ResolveEscalation;
}

/// The manager of an advice giver acts on the escalation that they were told of, as the person they are (AQ-6).
fn standing(raised: &escalation::Model, told: &[escalation_told::Model]) -> Standing {
    Standing {
        authority: raised.authority_id,
        school: raised.school_id,
        assignee: raised.assigned_to,
        manager: told.iter().find(|one| one.role == Role::AdviceManager).and_then(|one| one.person_id),
        ..Standing::default()
    }
}

/// The steps that the viewer may take on an escalation that they see (XC-18).
pub fn allowed_actions(op: &Op, raised: &escalation::Model, told: &[escalation_told::Model]) -> Vec<Action> {
    let steps: &[Action] = match raised.state {
        EscalationState::Raised => {
            &[Action::AcknowledgeEscalation, Action::ReassignEscalation, Action::ResolveEscalation]
        }
        EscalationState::Acknowledged => &[Action::ReassignEscalation, Action::ResolveEscalation],
        _ => &[],
    };
    let (viewer, standing) = (op.viewer.as_deref(), standing(raised, told));
    steps.iter().copied().filter(|step| viewer.is_some_and(|viewer| viewer.may(*step, &standing))).collect()
}

async fn gather(work: &Work<'_>, id: Uuid, step: &Step) -> Result<Gathered<Raised>, Fault> {
    let mut missing = Vec::new();
    let found = work.find::<escalation::Entity>(id).await?;
    if found.is_none() {
        missing.push("escalation");
    }
    if let Step::Reassign { to } = step
        && work.find_shared::<person::Entity>(*to).await?.is_none()
    {
        missing.push("to");
    }
    match found.filter(|_| missing.is_empty()) {
        None => Ok(Gathered::NotFound(missing)),
        Some(escalation) => Ok(Gathered::Found {
            standing: standing(&escalation, &System::within(work).told(escalation.id).await?),
            target: Some((escalation.id, escalation.version)),
            facts: Raised { around: around(work, &escalation).await?, escalation },
        }),
    }
}

/// What is written about the deadline of a locality, or of an item of its group, identifies nobody either.
async fn around(work: &Work<'_>, raised: &escalation::Model) -> Result<Option<Around>, Fault> {
    let system = System::within(work);
    let Some(case) = raised.case_id else { return Ok(None) };
    if let Some(term) = system.get::<locality_term::Entity>(case).await? {
        let schools = system.schools_of_locality(term.locality_id).await?;
        return Ok(Some(Around { authority: term.authority_id, schools, child: None }));
    }
    let Some(item) = system.get::<locality_item::Entity>(case).await? else { return Ok(None) };
    let child = system.child_of_item(case).await?;
    Ok(Some(Around { authority: item.authority_id, schools: vec![item.school_id], child }))
}

fn decide(raised: &escalation::Model, step: &Step) -> Findings {
    let mut findings = Findings::default();
    if !raised.state.is_open() {
        findings.refuse(RuleId::Xc9, Code::WrongState, "escalation", "the escalation is closed");
    } else if matches!(step, Step::Acknowledge) && raised.state == EscalationState::Acknowledged {
        findings.refuse(RuleId::Xc9, Code::WrongState, "escalation", "somebody took note of it already");
    }
    if let Step::Resolve { resolution } = step
        && is_blank(resolution)
    {
        findings.refuse(RuleId::Xc9, Code::Missing, "resolution", "say what was done");
    }
    findings
}

async fn apply(work: &mut Work<'_>, mut raised: escalation::Model, step: &Step) -> Result<Uuid, Fault> {
    let event = match step {
        Step::Acknowledge => {
            raised.state = EscalationState::Acknowledged;
            raised.acknowledged_at = Some(work.op.now);
            raised.acknowledged_by = work.op.actor();
            DutyEvent::EscalationAcknowledged
        }
        Step::Reassign { to } => {
            raised.assigned_to = Some(*to);
            DutyEvent::EscalationReassigned
        }
        Step::Resolve { resolution } => {
            raised.state = EscalationState::Resolved;
            raised.resolved_at = Some(work.op.now);
            raised.resolved_by = work.op.actor();
            raised.resolution = Some(resolution.clone());
            DutyEvent::EscalationResolved
        }
    };
    let (id, subject) = (raised.id, escalation_subject(&raised));
    work.update::<escalation::Entity>(raised).await?;
    work.record(subject, Event::Duty(event));
    Ok(id)
}
