//! When a cycle begins and ends, with its deadline; and what follows where an authority's terms change (GR-6, XC-13).

use super::Response;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use chrono::NaiveDate;
use domain::duty::NewDuty;
use domain::event::Event;
use domain::graduated::term::{FullTerm, full_term, review_duty, term_of_cycle};
use domain::graduated::{GraduatedEvent, Season};
use entity::{holding, plan_cycle};
use uuid::Uuid;

/// When a cycle begins and ends.
#[derive(Clone, Debug)]
pub struct Timing {
    /// First London date.
    pub starts_on: NaiveDate,
    /// Its full term.
    pub term: FullTerm,
    /// The deadline for its review.
    pub duty: NewDuty,
}

impl Timing {
    /// The timing of a cycle that begins on a London date, after another one or as the first; none where the terms are
    /// not known. A cycle of a later term begins with it.
    pub(super) async fn of(
        work: &Work<'_>,
        response: &Response,
        starts_on: NaiveDate,
        previous: Option<(i32, Season)>,
    ) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let authority = response.held.authority_id;
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let Some(term) = term_of_cycle(&calendar, starts_on, previous) else { return Ok(None) };
        let starts_on = if previous.is_some() { starts_on.max(term.first_day) } else { starts_on };
        let duty = review_duty(starts_on, &term, &calendar, &policy).ok();
        Ok(duty.map(|duty| Self { starts_on, term, duty }))
    }

    /// The cycle with its dates.
    pub(super) fn onto(&self, cycle: plan_cycle::Model) -> plan_cycle::Model {
        plan_cycle::Model {
            starts_on: Some(self.starts_on),
            school_year: Some(self.term.school_year),
            season: Some(self.term.season),
            review_by: Some(self.term.last_day),
            ..cycle
        }
    }
}

/// The full term of a cycle, once it runs.
pub(super) fn term_of(cycle: &plan_cycle::Model) -> Option<(i32, Season)> {
    Some((cycle.school_year?, cycle.season?))
}

/// The terms of an authority changed: the deadlines of the cycles that run move with the last day of their term.
pub async fn terms_changed(work: &mut Work<'_>, authority: Uuid) -> Result<(), Fault> {
    let calendar = System::within(work).calendar(authority).await?;
    let stays = |cycle: &plan_cycle::Model| {
        let term = term_of(cycle).and_then(|(year, season)| full_term(&calendar, year, season));
        term.is_none_or(|term| Some(term.last_day) == cycle.review_by)
    };
    for (duty, cycle) in System::within(work).running_cycles(authority).await? {
        if stays(&cycle) {
            continue;
        }
        let Some(child) = duty.child_id else { continue };
        let Some(held) = System::within(work).holding(child).await? else { continue };
        redate(work, &held, cycle).await?;
    }
    Ok(())
}

/// Reckons the deadline of a running cycle anew, by the terms of the authority that holds the child; where that knows no
/// such term, the date stays.
pub(super) async fn redate(
    work: &mut Work<'_>,
    held: &holding::Model,
    cycle: plan_cycle::Model,
) -> Result<(), Fault> {
    let system = System::within(work);
    let (calendar, policy) =
        (system.calendar(held.authority_id).await?, system.policy(held.authority_id).await?);
    let (Some(starts_on), Some((year, season)), Some(review_by)) =
        (cycle.starts_on, term_of(&cycle), cycle.review_by)
    else {
        return Ok(());
    };
    let kept = FullTerm { school_year: year, season, first_day: starts_on, last_day: review_by };
    let term = full_term(&calendar, year, season).unwrap_or(kept);
    let duty = review_duty(starts_on, &term, &calendar, &policy)?;
    let case = super::begun(work, held).await?;
    let subject = work.response_subject(case, held, "PlanCycle", cycle.id);
    work.replace_duty(&subject, duty).await?;
    if term.last_day != review_by {
        work.set_review_by(cycle.id, cycle.plan_id, Some(term.last_day)).await?;
        let event = GraduatedEvent::PlanCycleMoved { review_by: term.last_day };
        work.record(subject, Event::Graduated(event));
    }
    Ok(())
}
