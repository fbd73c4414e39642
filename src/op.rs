//! What one request or sweep works with: who asks, what time it is, and where new ids come from. Built once, passed
//! down; the only place that reads a clock.

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use domain::access::{Action, Grant, Reach, Role, Standing, may};
use domain::london;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The clock of the service. In the demo and in tests it can be moved.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// The machine's clock, so many microseconds off.
    Shifted(Arc<AtomicI64>),
    /// A clock that stands still at so many microseconds since 1970, until it is moved.
    Stepped(Arc<AtomicI64>),
}

impl Clock {
    /// A running clock that shows `now` at this moment.
    pub fn shifted_to(now: DateTime<Utc>) -> Self {
        let clock = Clock::Shifted(Arc::default());
        clock.set(now);
        clock
    }

    /// A clock that stands still at `now`.
    pub fn stepped_at(now: DateTime<Utc>) -> Self {
        Clock::Stepped(Arc::new(AtomicI64::new(now.timestamp_micros())))
    }

    /// The time (UTC), in whole microseconds, which is what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Clock::Machine => machine_now(),
            Clock::Shifted(offset) => machine_now() + TimeDelta::microseconds(offset.load(Ordering::SeqCst)),
            Clock::Stepped(at) => {
                DateTime::from_timestamp_micros(at.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// Moves the clock. The machine's own clock stays as it is.
    pub fn set(&self, now: DateTime<Utc>) {
        match self {
            Clock::Machine => {}
            Clock::Shifted(offset) => {
                let micros = (now - machine_now()).num_microseconds().unwrap_or_default();
                offset.store(micros, Ordering::SeqCst);
            }
            Clock::Stepped(at) => at.store(now.timestamp_micros(), Ordering::SeqCst),
        }
    }
}

#[allow(clippy::disallowed_methods)]
fn machine_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A new id, in order of time.
#[allow(clippy::disallowed_methods)]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Somebody signed in, with the roles that they hold today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who it is.
    pub person: Uuid,
    /// The roles held today.
    pub grants: Vec<Grant>,
}

impl Viewer {
    /// Whether the viewer may take a step on an object.
    pub fn may(&self, action: Action, standing: &Standing) -> bool {
        may(self.person, &self.grants, action, standing)
    }

    /// The authorities in which one of these roles is held.
    pub fn authorities(&self, role: impl Fn(Role) -> bool) -> Vec<Uuid> {
        let found = self.grants.iter().filter(|grant| role(grant.role)).map(|grant| grant.authority);
        found.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The schools at which, or linked to which, a role with that reach is held.
    pub fn schools(&self, reach: impl Fn(Reach) -> bool) -> Vec<Uuid> {
        let found =
            self.grants.iter().filter(|grant| reach(grant.role.reach())).filter_map(|grant| grant.school);
        found.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether the viewer is on the staff of an authority or one of its schools.
    pub fn works_for(&self, authority: Uuid) -> bool {
        self.authorities(|role| role.reach() != Reach::Family).contains(&authority)
    }

    /// Whether some role is held anywhere.
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The same person with what some roles give, and nothing else.
    #[must_use]
    pub fn only(&self, role: impl Fn(Role) -> bool) -> Self {
        let grants = self.grants.iter().filter(|grant| role(grant.role)).cloned().collect();
        Self { person: self.person, grants }
    }

    /// The same person without what one role gives.
    #[must_use]
    pub fn without(&self, role: Role) -> Self {
        let grants = self.grants.iter().filter(|grant| grant.role != role).cloned().collect();
        Self { person: self.person, grants }
    }
}

/// One request, or one sweep.
#[derive(Clone, Debug)]
pub struct Op {
    /// Who asks; nobody when the service acts by itself.
    pub viewer: Option<Arc<Viewer>>,
    /// When (UTC), read once.
    pub now: DateTime<Utc>,
    /// By what it is found in the logs.
    pub request_id: Arc<str>,
    reads: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl Op {
    /// A request of a viewer.
    pub fn of(viewer: Arc<Viewer>, now: DateTime<Utc>, request_id: Arc<str>) -> Self {
        Self { viewer: Some(viewer), now, request_id, reads: Arc::default() }
    }

    /// The service by itself: a sweep, an import, a mail run.
    pub fn of_service(now: DateTime<Utc>) -> Self {
        Self { viewer: None, now, request_id: Arc::from(new_id().to_string()), reads: Arc::default() }
    }

    /// The same operation later on: with the roles that its viewer holds by then.
    #[must_use]
    pub fn later(&self, viewer: Arc<Viewer>, now: DateTime<Utc>) -> Self {
        Self { viewer: Some(viewer), now, ..self.clone() }
    }

    /// The same operation with nothing but what some roles give its viewer.
    #[must_use]
    pub fn only(&self, role: impl Fn(Role) -> bool) -> Self {
        let viewer = self.viewer.as_ref().map(|viewer| Arc::new(viewer.only(role)));
        Self { viewer, ..self.clone() }
    }

    /// The same operation without what one role gives its viewer.
    #[must_use]
    pub fn without(&self, role: Role) -> Self {
        let viewer = self.viewer.as_ref().map(|viewer| Arc::new(viewer.without(role)));
        Self { viewer, ..self.clone() }
    }

    /// Today in London.
    pub fn today(&self) -> NaiveDate {
        london::date_of(self.now)
    }

    /// A new id.
    pub fn id(&self) -> Uuid {
        new_id()
    }

    /// Who acts, for the log.
    pub fn actor(&self) -> Option<Uuid> {
        self.viewer.as_ref().map(|viewer| viewer.person)
    }

    /// As which of a family the viewer acts, where they do not work for the authority.
    pub fn as_family(&self, authority: Uuid) -> Option<Role> {
        let viewer = self.viewer.as_deref().filter(|viewer| !viewer.works_for(authority))?;
        [Role::Parent, Role::YoungPerson].into_iter().find(|role| viewer.holds(*role))
    }

    /// Notes that a child's record was read (XC-10).
    pub fn note_read(&self, child: Uuid) {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner).insert(child);
    }

    /// The children whose records were read since this was last asked.
    pub fn take_reads(&self) -> BTreeSet<Uuid> {
        std::mem::take(&mut *self.reads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
