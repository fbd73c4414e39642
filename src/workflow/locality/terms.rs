//! What localities are due in each term (LG-1, XC-13).

use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::locality::locality_term_subject;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::consultation::letters::reference;
use crate::workflow::planning::plan::counting;
use domain::calendar::TermName;
use domain::duty::NewDuty;
use domain::locality::session::session_duty;
use domain::rule::RuleId;
use entity::{authority, locality_session, locality_term};
use uuid::Uuid;

fn due_row(op: &Op, authority: Uuid, locality: Uuid, (year, term): (i32, TermName)) -> locality_term::Model {
    let id = op.id();
    locality_term::Model {
        id,
        authority_id: authority,
        reference: reference("LT", id),
        locality_id: locality,
        school_year: year,
        term,
    }
}

async fn open_one(work: &Work<'_>, row: locality_term::Model, duty: Option<NewDuty>) -> Result<(), Fault> {
    let subject = locality_term_subject(&row);
    work.insert::<locality_term::Entity>(row).await?;
    match duty {
        Some(duty) => work.set_duty(&subject, duty).await,
        None => Ok(()),
    }
}

/// Opens what the localities of authorities that hold sessions are due in the term that runs (LG-1).
pub async fn open(service: &Service) -> Result<(), Fault> {
    loop {
        let op = Op::of_service(service.clock.now());
        let Some(authority) = service.store.authority_without_locality_terms(&op).await? else {
            return Ok(());
        };
        let work = service.store.work(&op).await?;
        let system = System::within(&work);
        system.lock::<authority::Entity>(authority).await?;
        let (calendar, policy) = counting(&work, authority).await?;
        let Some(term) = calendar.term_of(op.today()) else { return work.abandon().await };
        let duty = session_duty(term, &calendar, &policy).ok();
        for locality in system.localities_without_term(&op, authority).await? {
            let row = due_row(&op, authority, locality.id, (term.school_year, term.name));
            open_one(&work, row, duty.clone()).await?;
        }
        work.commit().await?;
    }
}

/// A session started: what the locality is due in its term is met, as of its start.
pub(super) async fn held(work: &mut Work<'_>, session: &locality_session::Model) -> Result<(), Fault> {
    let of = (session.school_year, session.term);
    let known = System::within(work).locality_term(session.locality_id, of).await?;
    let id = if let Some(known) = known {
        known.id
    } else {
        let (calendar, policy) = counting(work, session.authority_id).await?;
        let term = calendar.terms(of.0).into_iter().find(|term| term.name == of.1);
        let duty = term.and_then(|term| session_duty(term, &calendar, &policy).ok());
        let row = due_row(work.op, session.authority_id, session.locality_id, of);
        let id = row.id;
        open_one(work, row, duty).await?;
        id
    };
    work.meet_duty(id, RuleId::Lg1, session.starts_at).await
}

/// The start of a session was a mistake: what the locality is due in its term is open again.
pub(super) async fn not_held(work: &Work<'_>, session: &locality_session::Model) -> Result<(), Fault> {
    if System::within(work).another_held(session).await? {
        return Ok(());
    }
    let of = (session.school_year, session.term);
    match System::within(work).locality_term(session.locality_id, of).await? {
        Some(known) => work.reopen_duty(known.id, RuleId::Lg1).await,
        None => Ok(()),
    }
}

/// The terms of an authority changed: the deadlines of the sessions that are due move with their term.
pub async fn terms_changed(work: &mut Work<'_>, authority: Uuid) -> Result<(), Fault> {
    let (calendar, policy) = counting(work, authority).await?;
    for row in System::within(work).locality_terms_due(authority).await? {
        let known = calendar.terms(row.school_year).into_iter().find(|term| term.name == row.term);
        if let Some(duty) = known.and_then(|term| session_duty(term, &calendar, &policy).ok()) {
            work.replace_duty(&locality_term_subject(&row), duty).await?;
        }
    }
    Ok(())
}
