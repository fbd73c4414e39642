//! A session is planned, moved, called off (LG-1).

use super::anonymity::Anonymity;
use super::letters::{Notice, no_longer_facilitates, notices};
use super::{OnSession, subject};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::letters::reference;
use chrono::{DateTime, Utc};
use domain::access::Action;
use domain::calendar::Term;
use domain::event::Event;
use domain::locality::session::{SessionFacts, decide_cancel, decide_session, expect_session};
use domain::locality::{LocalityEvent, SessionState};
use domain::london;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{locality, locality_session, person};
use serde::Serialize;
use uuid::Uuid;

/// When and where, and with which EP.
#[derive(Clone, Debug, Serialize)]
pub struct SessionAppointment {
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
    /// Where, or the link to join.
    pub place: String,
    /// The EP who facilitates it; whoever plans it without one.
    pub facilitator: Option<Uuid>,
}

/// What planning rests on.
pub struct SessionPlan {
    locality: locality::Model,
    facilitator: Option<Uuid>,
    term: Option<Term>,
    facts: SessionFacts,
    anonymity: Anonymity,
}

impl SessionPlan {
    /// The facts of an appointment of a locality, which is locked; nothing where the facilitator is nobody whom the viewer
    /// sees.
    async fn of(
        work: &Work<'_>,
        locality: locality::Model,
        appointment: &SessionAppointment,
        moved: Option<&locality_session::Model>,
    ) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        if let Some(named) = appointment.facilitator
            && work.find_shared::<person::Entity>(named).await?.is_none()
        {
            return Ok(None);
        }
        let kept = moved.map(|session| session.facilitator_id);
        let facilitator = appointment.facilitator.or(kept).or(work.op.actor());
        system.lock_people(facilitator.as_slice()).await?;
        let on = london::date_of(appointment.starts_at);
        let calendar = system.calendar(locality.authority_id).await?;
        let term = calendar.term_of(on).cloned();
        let (starts_at, ends_at) = (appointment.starts_at, appointment.ends_at);
        let except = moved.map(|session| session.id);
        let facts = SessionFacts {
            now: work.op.now,
            starts_at,
            ends_at,
            in_term: term.is_some(),
            facilitator_is_ep: match facilitator {
                Some(ep) => system.is_ep(ep, locality.authority_id, on).await?,
                None => false,
            },
            facilitator_busy: !system
                .engaged(facilitator.as_slice(), starts_at, ends_at, except)
                .await?
                .is_empty(),
        };
        let schools = system.schools_of_locality(locality.id).await?;
        let anonymity = Anonymity::of(work, locality.authority_id, &schools, None).await?;
        Ok(Some(Self { locality, facilitator, term, facts, anonymity }))
    }
}

/// Plan a session of a locality. Answers the id of the session.
#[derive(Clone, Debug, Serialize)]
pub struct PlanSession {
    /// The locality.
    pub locality: Uuid,
    /// When and where, and with which EP.
    #[serde(flatten)]
    pub appointment: SessionAppointment,
}

impl Command for PlanSession {
    const ACTION: Action = Action::PlanLocalitySession;
    type Facts = SessionPlan;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<SessionPlan>, Fault> {
        let system = System::within(work);
        let Some(known) = work.find_shared::<locality::Entity>(self.locality).await? else {
            return Ok(Gathered::NotFound(vec!["locality"]));
        };
        system.hold_authority(known.authority_id).await?;
        let locality = system.lock::<locality::Entity>(known.id).await?.unwrap_or(known);
        let schools = system.schools_of_locality(locality.id).await?;
        let own = work.op.viewer.as_ref().map(|viewer| viewer.schools(|_| true)).unwrap_or_default();
        // An EP plans for the localities of the schools to which they are linked.
        let standing = domain::access::Standing {
            authority: locality.authority_id,
            school: schools.into_iter().find(|school| own.contains(school)),
            ..domain::access::Standing::default()
        };
        let Some(facts) = SessionPlan::of(work, locality, &self.appointment, None).await? else {
            return Ok(Gathered::NotFound(vec!["facilitator"]));
        };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, plan: &SessionPlan) -> (Findings, ()) {
        (decide_session(&plan.facts), ())
    }

    fn anonymity<'a>(&self, plan: &'a SessionPlan) -> Option<&'a Anonymity> {
        Some(&plan.anonymity)
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        plan: SessionPlan,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (Some(term), Some(facilitator)) = (plan.term, plan.facilitator) else {
            return Err(Fault::Unexpected("a session without a term or a facilitator"));
        };
        let id = work.op.id();
        let session = locality_session::Model {
            id,
            authority_id: plan.locality.authority_id,
            reference: reference("LG", id),
            locality_id: plan.locality.id,
            school_year: term.school_year,
            term: term.name,
            state: SessionState::Planned,
            starts_at: self.appointment.starts_at,
            ends_at: self.appointment.ends_at,
            place: self.appointment.place.clone(),
            facilitator_id: facilitator,
            planned_by: work.op.actor().unwrap_or_default(),
            planned_at: work.op.now,
            started_at: None,
            closed_at: None,
            cancelled_reason: None,
            invitation_sequence: 0,
            version: 1,
        };
        work.owe_all(notices(service, work, &session, Notice::Invited).await?).await?;
        let of = subject(session.authority_id, "LocalitySession", id, id);
        work.record(of, Event::Locality(LocalityEvent::SessionPlanned));
        work.insert::<locality_session::Entity>(session).await?;
        Ok(id)
    }
}

/// Move a session, or give it another place or facilitator.
#[derive(Clone, Debug, Serialize)]
pub struct MoveSession {
    /// The session.
    pub session: Uuid,
    /// When and where from now on, and with which EP.
    #[serde(flatten)]
    pub appointment: SessionAppointment,
}

/// What moving rests on.
pub struct Moving {
    on: OnSession,
    plan: SessionPlan,
}

impl Command for MoveSession {
    const ACTION: Action = Action::MoveLocalitySession;
    type Facts = Moving;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Moving>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let locality = System::within(work).get::<locality::Entity>(on.session.locality_id).await?;
        let locality = locality.ok_or(Fault::Unexpected("a session whose locality is not there"))?;
        let Some(plan) = SessionPlan::of(work, locality, &self.appointment, Some(&on.session)).await? else {
            return Ok(Gathered::NotFound(vec!["facilitator"]));
        };
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: Moving { on, plan }, standing, target })
    }

    fn decide(&self, _: &Op, moving: &Moving) -> (Findings, ()) {
        let mut findings = decide_session(&moving.plan.facts);
        expect_session(&mut findings, RuleId::Lg1, moving.on.session.state, &[SessionState::Planned]);
        (findings, ())
    }

    fn anonymity<'a>(&self, moving: &'a Moving) -> Option<&'a Anonymity> {
        Some(&moving.plan.anonymity)
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        moving: Moving,
        (): (),
    ) -> Result<Uuid, Fault> {
        let Moving { mut on, plan } = moving;
        let (Some(term), Some(facilitator)) = (plan.term, plan.facilitator) else {
            return Err(Fault::Unexpected("a session without a term or a facilitator"));
        };
        let session = &mut on.session;
        (session.starts_at, session.ends_at) = (self.appointment.starts_at, self.appointment.ends_at);
        (session.school_year, session.term) = (term.school_year, term.name);
        session.place.clone_from(&self.appointment.place);
        let former = std::mem::replace(&mut session.facilitator_id, facilitator);
        tell_of_move(service, work, &mut on.session, former).await?;
        on.save(work, LocalityEvent::SessionMoved).await
    }
}

/// Call a session off before it starts.
#[derive(Clone, Debug, Serialize)]
pub struct CancelSession {
    /// The session.
    pub session: Uuid,
    /// Why.
    pub reason: String,
}

/// What a step on a session with words rests on.
pub struct WordedFacts {
    on: OnSession,
    anonymity: Anonymity,
}

impl Command for CancelSession {
    const ACTION: Action = Action::CancelLocalitySession;
    type Facts = WordedFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<WordedFacts>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let schools = System::within(work).schools_of_locality(on.session.locality_id).await?;
        let anonymity = Anonymity::of(work, on.session.authority_id, &schools, None).await?;
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: WordedFacts { on, anonymity }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &WordedFacts) -> (Findings, ()) {
        (decide_cancel(facts.on.session.state, &self.reason), ())
    }

    fn anonymity<'a>(&self, facts: &'a WordedFacts) -> Option<&'a Anonymity> {
        Some(&facts.anonymity)
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: WordedFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        on.session.state = SessionState::Cancelled;
        on.session.cancelled_reason = Some(self.reason.clone());
        on.session.invitation_sequence += 1;
        work.owe_all(notices(service, work, &on.session, Notice::Cancelled).await?).await?;
        on.save(work, LocalityEvent::SessionCancelled { reason: self.reason.clone() }).await
    }
}

/// Tells the group of where a session is now, and the EP who facilitated it before.
async fn tell_of_move(
    service: &Service,
    work: &Work<'_>,
    session: &mut locality_session::Model,
    former: Uuid,
) -> Result<(), Fault> {
    session.invitation_sequence += 1;
    work.owe_all(notices(service, work, session, Notice::Moved).await?).await?;
    work.owe_all(no_longer_facilitates(service, work, session, former).await?).await
}

/// Invites the group to a session again that was not called off after all.
pub(super) async fn invite(
    service: &Service,
    work: &Work<'_>,
    session: &locality_session::Model,
) -> Result<(), Fault> {
    work.owe_all(notices(service, work, session, Notice::Invited).await?).await
}

/// Sessions that a leaver was to facilitate pass to another EP; the group is told (XC-23).
pub async fn facilitate(
    service: &Service,
    work: &mut Work<'_>,
    sessions: Vec<locality_session::Model>,
    to: Uuid,
) -> Result<(), Fault> {
    for mut session in sessions {
        let former = std::mem::replace(&mut session.facilitator_id, to);
        tell_of_move(service, work, &mut session, former).await?;
        OnSession { session, present: Vec::new() }.save(work, LocalityEvent::SessionMoved).await?;
    }
    Ok(())
}
