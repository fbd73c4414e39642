//! What is due once in each term (PC-1, LG-1): opened by the sweep, met, open again where that was a mistake, moved with the
//! terms (XC-13).

use super::Service;
use super::consultation::letters::reference;
use super::planning::plan::counting;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::planning::TermOf;
use crate::store::term_due::TermDue;
use crate::store::work::Work;
use chrono::{DateTime, Utc};
use domain::calendar::{BeyondCalendar, Calendar, Term};
use domain::duty::NewDuty;
use domain::event::Subject;
use domain::locality::session::session_duty;
use domain::planning::window::meeting_duty;
use domain::policy::Policy;
use entity::{authority, locality_term, planning_term};
use uuid::Uuid;

/// How a deadline is counted in a term, as far as the calendar reaches.
pub type Reckoning = fn(&Term, &Calendar, &Policy) -> Result<NewDuty, BeyondCalendar>;

/// How what is due is reckoned and named.
pub trait Reckoned: TermDue {
    /// How its references begin.
    const PREFIX: &'static str;
    /// When it is due.
    const DUTY: Reckoning;

    /// The authority in which a meeting makes the row: its own, unless whom it is due to may have left that one since.
    fn authority(
        _: &Work<'_>,
        _to: Uuid,
        of_meeting: Uuid,
    ) -> impl Future<Output = Result<Uuid, Fault>> + Send {
        std::future::ready(Ok(of_meeting))
    }
}

impl Reckoned for planning_term::Entity {
    const PREFIX: &'static str = "PT";
    const DUTY: Reckoning = meeting_duty;

    async fn authority(work: &Work<'_>, school: Uuid, _: Uuid) -> Result<Uuid, Fault> {
        Ok(System::within(work).school(school).await?.authority_id)
    }
}

impl Reckoned for locality_term::Entity {
    const PREFIX: &'static str = "LT";
    const DUTY: Reckoning = session_duty;
}

fn new_row<R: Reckoned>(op: &Op, authority: Uuid, to: Uuid, of: TermOf) -> R::Model {
    let id = op.id();
    R::row(id, authority, reference(R::PREFIX, id), to, of)
}

/// Opens what is due in the term that runs in the authorities that take part, where that has not been done.
pub async fn open<R: Reckoned>(service: &Service) -> Result<(), Fault> {
    loop {
        let op = Op::of_service(service.clock.now());
        let Some(authority) = service.store.authority_without_term::<R>(&op).await? else {
            return Ok(());
        };
        let work = service.store.work(&op).await?;
        let system = System::within(&work);
        system.lock::<authority::Entity>(authority).await?;
        let (calendar, policy) = counting(&work, authority).await?;
        let Some(term) = calendar.term_of(op.today()) else { return work.abandon().await };
        // Where the calendar ends too early nothing can be counted; and nobody is told of a deadline that had passed before
        // anybody knew of it.
        let in_time = |duty: &NewDuty| duty.due.on >= op.today();
        let duty = R::DUTY(term, &calendar, &policy).ok().filter(in_time);
        let of = (term.school_year, term.name);
        let without = system.without_term::<R>(&op, authority).await?;
        let row = |to| (new_row::<R>(&op, authority, to, of), duty.clone());
        work.open_terms::<R>(without.into_iter().map(row).collect()).await?;
        work.commit().await?;
    }
}

/// What is due in a term, with its deadline: where the sweep has not come by, from now on.
async fn due<R: Reckoned>(work: &Work<'_>, authority: Uuid, to: Uuid, of: TermOf) -> Result<Uuid, Fault> {
    if let Some(known) = System::within(work).term_due::<R>(to, of).await? {
        return Ok(known.id);
    }
    let (calendar, policy) = counting(work, authority).await?;
    let term = calendar.terms(of.0).into_iter().find(|term| term.name == of.1);
    let duty = term.and_then(|term| R::DUTY(term, &calendar, &policy).ok());
    let row = new_row::<R>(work.op, R::authority(work, to, authority).await?, to, of);
    let id = R::subject(&row).id;
    work.open_terms::<R>(vec![(row, duty)]).await?;
    Ok(id)
}

/// A meeting of an authority was held: what is due in its term is met, as of its start.
pub(super) async fn met<R: Reckoned>(
    work: &mut Work<'_>,
    authority: Uuid,
    to: Uuid,
    of: TermOf,
    starts_at: DateTime<Utc>,
) -> Result<(), Fault> {
    let on = due::<R>(work, authority, to, of).await?;
    work.meet_duty(on, R::RULE, starts_at).await
}

/// That a meeting was held was a mistake: what is due in its term is open again.
pub(super) async fn not_met<R: TermDue>(work: &Work<'_>, to: Uuid, of: TermOf) -> Result<(), Fault> {
    match System::within(work).term_due::<R>(to, of).await? {
        Some(known) => work.reopen_duty(known.id, R::RULE).await,
        None => Ok(()),
    }
}

/// What was due until it could not be had is due again, where its term still runs.
pub(super) async fn due_again<R: TermDue>(
    work: &Work<'_>,
    withdrawn: Vec<(Subject, TermOf)>,
) -> Result<(), Fault> {
    for (due, of) in withdrawn {
        let calendar = System::within(work).calendar(due.authority).await?;
        let running = calendar.term_of(work.op.today());
        if running.is_some_and(|term| (term.school_year, term.name) == of) {
            work.reopen_duty(due.id, R::RULE).await?;
        }
    }
    Ok(())
}

/// The terms of an authority changed: the deadlines of what is due move with them.
pub(super) async fn terms_changed(work: &mut Work<'_>, authority: Uuid) -> Result<(), Fault> {
    moved::<planning_term::Entity>(work, authority).await?;
    moved::<locality_term::Entity>(work, authority).await
}

async fn moved<R: Reckoned>(work: &mut Work<'_>, authority: Uuid) -> Result<(), Fault> {
    let (calendar, policy) = counting(work, authority).await?;
    for (subject, (year, name)) in System::within(work).terms_due::<R>(authority).await? {
        let known = calendar.terms(year).into_iter().find(|term| term.name == name);
        if let Some(duty) = known.and_then(|term| R::DUTY(term, &calendar, &policy).ok()) {
            work.replace_duty(&subject, duty).await?;
        }
    }
    Ok(())
}
