//! A session starts, people come, it closes (LG-1, LG-6).

use super::OnSession;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::term_due::met;
use domain::access::Action;
use domain::locality::session::{decide_close, decide_start, expect_session};
use domain::locality::{ItemState, LocalityEvent, SessionState};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{locality_session, locality_term, session_attendance};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Somebody who is there, and for which school as its SENCO.
type Arrived = (Uuid, Option<Uuid>);

/// Who of these people belongs to the session: SENCOs of schools that it is for, and EPs of the authority. None where one of
/// them does not.
async fn arrivals(
    work: &Work<'_>,
    session: &locality_session::Model,
    people: &[Uuid],
) -> Result<Option<Vec<Arrived>>, Fault> {
    let system = System::within(work);
    let schools = system.group(session.id).await?;
    let today = work.op.today();
    let mut arrived = Vec::new();
    for person in people.iter().copied().collect::<BTreeSet<_>>() {
        let school = system.senco_of(person, &schools, today).await?;
        if school.is_none() && !system.is_ep(person, session.authority_id, today).await? {
            return Ok(None);
        }
        arrived.push((person, school));
    }
    Ok(Some(arrived))
}

async fn write_arrivals(
    work: &Work<'_>,
    session: &locality_session::Model,
    arrived: Vec<Arrived>,
) -> Result<(), Fault> {
    let rows = arrived.into_iter().map(|(person_id, school_id)| session_attendance::Model {
        id: work.op.id(),
        authority_id: session.authority_id,
        session_id: session.id,
        locality_id: session.locality_id,
        person_id,
        school_id,
        arrived_at: work.op.now,
    });
    work.insert_all::<session_attendance::Entity>(rows.collect()).await
}

/// Start a session with who is there.
#[derive(Clone, Debug, Serialize)]
pub struct StartSession {
    /// The session.
    pub session: Uuid,
    /// Who is there: SENCOs of the schools that the session is for, and EPs.
    pub present: Vec<Uuid>,
}

/// What starting, or arriving later, rests on.
pub struct StartFacts {
    on: OnSession,
    arrived: Vec<Arrived>,
}

impl StartFacts {
    async fn gather(
        work: &Work<'_>,
        session: Uuid,
        (path, people): (&'static str, &[Uuid]),
    ) -> Result<Gathered<Self>, Fault> {
        let Some(on) = OnSession::load(work, session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let Some(arrived) = arrivals(work, &on.session, people).await? else {
            return Ok(Gathered::NotFound(vec![path]));
        };
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: Self { on, arrived }, standing, target })
    }
}

impl Command for StartSession {
    const ACTION: Action = Action::StartLocalitySession;
    type Facts = StartFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<StartFacts>, Fault> {
        StartFacts::gather(work, self.session, ("present", &self.present)).await
    }

    fn decide(&self, op: &Op, facts: &StartFacts) -> (Findings, ()) {
        let schools: BTreeSet<_> = facts.arrived.iter().filter_map(|(_, school)| *school).collect();
        let session = &facts.on.session;
        (decide_start(session.state, op.now, session.starts_at, schools.len()), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: StartFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        let mut arrived = facts.arrived;
        let facilitator = on.session.facilitator_id;
        if arrived.iter().all(|(person, _)| *person != facilitator) {
            arrived.push((facilitator, None));
        }
        write_arrivals(work, &on.session, arrived).await?;
        let (of, starts_at) = ((on.session.school_year, on.session.term), on.session.starts_at);
        let (authority, locality) = (on.session.authority_id, on.session.locality_id);
        met::<locality_term::Entity>(work, authority, locality, of, starts_at).await?;
        on.session.state = SessionState::InProgress;
        on.session.started_at = Some(work.op.now);
        on.save(work, LocalityEvent::SessionStarted).await
    }
}

/// Say who came later.
#[derive(Clone, Debug, Serialize)]
pub struct JoinSession {
    /// The session.
    pub session: Uuid,
    /// Who came: a SENCO of one of the schools that the session is for, or an EP.
    pub person: Uuid,
}

impl Command for JoinSession {
    const ACTION: Action = Action::JoinLocalitySession;
    type Facts = StartFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<StartFacts>, Fault> {
        Ok(match StartFacts::gather(work, self.session, ("person", &[self.person])).await? {
            // Nobody else's step depends on it.
            Gathered::Found { facts, standing, .. } => Gathered::Found { facts, standing, target: None },
            other @ Gathered::NotFound(_) => other,
        })
    }

    fn decide(&self, _: &Op, facts: &StartFacts) -> (Findings, ()) {
        let mut findings = Findings::default();
        expect_session(&mut findings, RuleId::Lg1, facts.on.session.state, &[SessionState::InProgress]);
        (findings, ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: StartFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let StartFacts { on, arrived } = facts;
        let new = arrived.into_iter().filter(|(person, _)| !on.present.contains(person)).collect();
        write_arrivals(work, &on.session, new).await?;
        on.save(work, LocalityEvent::SessionJoined).await
    }
}

/// Close a session.
#[derive(Clone, Debug, Serialize)]
pub struct CloseSession {
    /// The session.
    pub session: Uuid,
}

/// What closing rests on.
pub struct CloseFacts {
    on: OnSession,
    items: Vec<ItemState>,
}

impl Command for CloseSession {
    const ACTION: Action = Action::CloseLocalitySession;
    type Facts = CloseFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<CloseFacts>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let items = System::within(work).items_of_session(self.session).await?;
        let items = items.into_iter().map(|item| item.state).collect();
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: CloseFacts { on, items }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &CloseFacts) -> (Findings, ()) {
        (decide_close(facts.on.session.state, facts.items.iter().copied()), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: CloseFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        on.session.state = SessionState::Closed;
        on.session.closed_at = Some(work.op.now);
        on.save(work, LocalityEvent::SessionClosed).await
    }
}
