//! A session is planned, moved, called off (LG-1).

use super::anonymity::Around;
use super::invitations::{call_off, invite};
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
use std::collections::BTreeSet;
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
    /// The term in which its day lies.
    pub(super) term: Option<Term>,
    facts: SessionFacts,
    /// The schools whose children its texts could be about.
    schools: Vec<Uuid>,
}

impl SessionPlan {
    /// The facts of an appointment of a locality, which is locked; nothing where the facilitator is nobody whom the viewer
    /// sees.
    async fn of(
        work: &Work<'_>,
        (locality, schools): (locality::Model, Vec<Uuid>),
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
        Ok(Some(Self { locality, facilitator, term, facts, schools }))
    }

    /// The facts of a session that is there, with another appointment.
    async fn moved(
        work: &Work<'_>,
        session: &locality_session::Model,
        appointment: &SessionAppointment,
    ) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let locality = system.get::<locality::Entity>(session.locality_id).await?;
        let locality = locality.ok_or(Fault::Unexpected("a session whose locality is not there"))?;
        let schools = system.schools_around(session.id).await?;
        Self::of(work, (locality, schools), appointment, Some(session)).await
    }

    /// The facts of a session that was called off and is to take place after all, as it was planned.
    pub(super) async fn again(
        work: &Work<'_>,
        session: &locality_session::Model,
    ) -> Result<Option<Self>, Fault> {
        let (starts_at, ends_at, place) = (session.starts_at, session.ends_at, session.place.clone());
        let appointment = SessionAppointment { starts_at, ends_at, place, facilitator: None };
        Self::moved(work, session, &appointment).await
    }

    /// Asks the rulebook.
    pub(super) fn decide(&self) -> Findings {
        decide_session(&self.facts)
    }

    fn around(&self) -> Around {
        Around { authority: self.locality.authority_id, schools: self.schools.clone(), child: None }
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
        if let Some(known) = system.get::<locality::Entity>(self.locality).await? {
            system.hold_authority(known.authority_id).await?;
        }
        let Some(locality) = work.find::<locality::Entity>(self.locality).await? else {
            return Ok(Gathered::NotFound(vec!["locality"]));
        };
        let schools = system.schools_of_locality(locality.id).await?;
        let own = work.op.viewer.as_ref().map(|viewer| viewer.schools(|_| true)).unwrap_or_default();
        // An EP plans for the localities of the schools to which they are linked.
        let standing = domain::access::Standing {
            authority: locality.authority_id,
            school: schools.iter().copied().find(|school| own.contains(school)),
            ..domain::access::Standing::default()
        };
        let Some(facts) = SessionPlan::of(work, (locality, schools), &self.appointment, None).await? else {
            return Ok(Gathered::NotFound(vec!["facilitator"]));
        };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, plan: &SessionPlan) -> (Findings, ()) {
        (plan.decide(), ())
    }

    fn around(&self, plan: &SessionPlan) -> Option<Around> {
        Some(plan.around())
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
        let mut session = locality_session::Model {
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
        let of = subject(session.authority_id, "LocalitySession", id, id);
        work.record(of, Event::Locality(LocalityEvent::SessionPlanned));
        work.insert::<locality_session::Entity>(session.clone()).await?;
        let family = plan.schools.into_iter().collect();
        work.set_group(&session, &BTreeSet::new(), &family).await?;
        invite(service, work, &mut session, false).await?;
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
        let Some(plan) = SessionPlan::moved(work, &on.session, &self.appointment).await? else {
            return Ok(Gathered::NotFound(vec!["facilitator"]));
        };
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: Moving { on, plan }, standing, target })
    }

    fn decide(&self, _: &Op, moving: &Moving) -> (Findings, ()) {
        let mut findings = moving.plan.decide();
        expect_session(&mut findings, RuleId::Lg1, moving.on.session.state, &[SessionState::Planned]);
        (findings, ())
    }

    fn around(&self, moving: &Moving) -> Option<Around> {
        Some(moving.plan.around())
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
        session.facilitator_id = facilitator;
        invite(service, work, session, true).await?;
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
    around: Around,
}

impl Command for CancelSession {
    const ACTION: Action = Action::CancelLocalitySession;
    type Facts = WordedFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<WordedFacts>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let around = on.around(work).await?;
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: WordedFacts { on, around }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &WordedFacts) -> (Findings, ()) {
        (decide_cancel(facts.on.session.state, &self.reason), ())
    }

    fn around(&self, facts: &WordedFacts) -> Option<Around> {
        Some(facts.around.clone())
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
        call_off(service, work, &mut on.session).await?;
        on.save(work, LocalityEvent::SessionCancelled { reason: self.reason.clone() }).await
    }
}
