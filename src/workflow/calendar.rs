//! What an administrator changes in the authority itself: policy figures, closure days, terms (XC-1, XC-5, XC-13).

use super::Service;
use super::command::{Command, Gathered};
use super::ehc::reckoning;
use super::graduated::term::terms_changed;
use super::term_due;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use chrono::NaiveDate;
use domain::access::{Action, Standing};
use domain::calendar::{Calendar, Term};
use domain::closure::{decide_closure, decide_terms};
use domain::policy::{Figures, Policy, check};
use domain::refusal::Findings;
use entity::{authority, closure_day};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Locks an authority in which the viewer holds a role; none where they hold none, as if it were not there.
pub(super) async fn lock_own_authority(work: &Work<'_>, id: Uuid) -> Result<Option<Standing>, Fault> {
    let own = work.op.viewer.as_ref().is_some_and(|viewer| viewer.authorities(|_| true).contains(&id));
    if !own || System::within(work).lock::<authority::Entity>(id).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(Standing { authority: id, ..Standing::default() }))
}

/// The calendar of the authority, which is locked from here on.
async fn gather_calendar(work: &Work<'_>, authority: Uuid) -> Result<Gathered<Calendar>, Fault> {
    let Some(standing) = lock_own_authority(work, authority).await? else {
        return Ok(Gathered::NotFound(vec!["authority"]));
    };
    let facts = System::within(work).calendar(authority).await?;
    Ok(Gathered::Found { facts, standing, target: None })
}

/// Set the authority's policy figures from a date on. Answers the id of the authority.
#[derive(Clone, Debug, Serialize)]
pub struct SetPolicy {
    /// The authority.
    pub authority: Uuid,
    /// The first London date on which deadlines are set under it.
    pub effective_from: NaiveDate,
    /// All figures.
    pub figures: Figures,
}

impl Command for SetPolicy {
    const ACTION: Action = Action::SetPolicy;
    /// The number of the newest version.
    type Facts = i32;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<i32>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let newest = System::within(work).newest_policy(self.authority).await?;
        Ok(Gathered::Found { facts: newest, standing, target: None })
    }

    fn decide(&self, op: &Op, _: &i32) -> (Findings, ()) {
        (check(&self.figures, self.effective_from, op.today()), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, newest: i32, (): ()) -> Result<Uuid, Fault> {
        let policy = Policy {
            version: newest + 1,
            effective_from: self.effective_from,
            figures: self.figures.clone(),
        };
        work.add_policy(self.authority, policy).await?;
        Ok(self.authority)
    }
}

/// Add a closure day. Answers the id of the authority.
#[derive(Clone, Debug, Serialize)]
pub struct AddClosureDay {
    /// The authority.
    pub authority: Uuid,
    /// The London date.
    pub on: NaiveDate,
    /// Why the authority is closed.
    pub title: String,
}

impl Command for AddClosureDay {
    const ACTION: Action = Action::AddClosureDay;
    type Facts = Calendar;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Calendar>, Fault> {
        gather_calendar(work, self.authority).await
    }

    fn decide(&self, _: &Op, calendar: &Calendar) -> (Findings, ()) {
        (decide_closure(calendar, self.on, &self.title), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, _: Calendar, (): ()) -> Result<Uuid, Fault> {
        work.insert::<closure_day::Entity>(closure_day::Model {
            id: work.op.id(),
            authority_id: self.authority,
            on_date: self.on,
            title: self.title.trim().to_owned(),
        })
        .await?;
        work.record_calendar_change(self.authority);
        let moved = work.recount_deadlines(self.authority, &BTreeSet::from([self.on])).await?;
        reckoning::deadlines_moved(work, moved).await?;
        Ok(self.authority)
    }
}

/// Take a closure day back. Answers the id of the authority.
#[derive(Clone, Debug, Serialize)]
pub struct RemoveClosureDay {
    /// The closure day.
    pub closure_day: Uuid,
}

impl Command for RemoveClosureDay {
    const ACTION: Action = Action::RemoveClosureDay;
    type Facts = closure_day::Model;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<closure_day::Model>, Fault> {
        let missing = Gathered::NotFound(vec!["closureDay"]);
        let system = System::within(work);
        // Unlocked first: the authority is locked before its closure day.
        let Some(known) = system.get::<closure_day::Entity>(self.closure_day).await? else {
            return Ok(missing);
        };
        let Some(standing) = lock_own_authority(work, known.authority_id).await? else { return Ok(missing) };
        let Some(facts) = system.lock::<closure_day::Entity>(known.id).await? else { return Ok(missing) };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, _: &closure_day::Model) -> (Findings, ()) {
        (Findings::default(), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        row: closure_day::Model,
        (): (),
    ) -> Result<Uuid, Fault> {
        work.remove_closure_day(row.id).await?;
        work.record_calendar_change(row.authority_id);
        let moved = work.recount_deadlines(row.authority_id, &BTreeSet::from([row.on_date])).await?;
        reckoning::deadlines_moved(work, moved).await?;
        Ok(row.authority_id)
    }
}

/// Set the terms of a school year, in place of those known. Answers the id of the authority.
///
/// The reviews of One Plans that are open move with the end of their term (GR-6); what terms open, the booking of slots
/// (OC-2), is derived whenever it is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct SetTerms {
    /// The authority.
    pub authority: Uuid,
    /// The calendar year in which the school year begins: 2026 for 2026/27.
    pub school_year: i32,
    /// Its terms.
    pub terms: Vec<Term>,
}

impl Command for SetTerms {
    const ACTION: Action = Action::SetTerms;
    type Facts = Calendar;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Calendar>, Fault> {
        gather_calendar(work, self.authority).await
    }

    fn decide(&self, _: &Op, calendar: &Calendar) -> (Findings, ()) {
        (decide_terms(calendar, self.school_year, &self.terms), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, _: Calendar, (): ()) -> Result<Uuid, Fault> {
        work.set_terms(self.authority, self.school_year, &self.terms).await?;
        terms_changed(work, self.authority).await?;
        term_due::terms_changed(work, self.authority).await?;
        work.record_calendar_change(self.authority);
        Ok(self.authority)
    }
}
