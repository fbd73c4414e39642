//! Reminders: each duty reminds its owner before it is due, in one digest a person and London day (XC-19).
//!
//! The first sweep of a day sends what the day has. A reminder that comes due later that day, because its deadline was
//! set or moved only then, waits for the next day's digest. What is overdue by then is left out: it was set for that
//! very day before its owner's eyes, it stands on the worklist, and its breach is acted on by itself.

use super::Service;
use crate::op::Op;
use crate::store::outbox::NewLetter;
use crate::store::read::Window;
use crate::store::reminders::{self, ComingUp};
use crate::store::{Fault, facts::System, people};
use domain::rule::RuleId;
use entity::duty;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// How many duties are noted in one transaction, and how many people are looked up at once.
const BATCH: u64 = 200;
/// How many deadlines one digest lists.
const LISTED: u64 = 100;

/// What came of the reminders that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    /// Digests owed.
    pub digests: u64,
    /// Digests that could not be owed; they are tried again.
    pub failures: u64,
}

/// Owes everybody who is to be reminded now their digest of today.
pub async fn once(service: &Service) -> Result<Reminded, Fault> {
    note(service).await?;
    let mut reminded = Reminded::default();
    let mut last = None;
    loop {
        let today = Op::of_service(service.clock.now()).today();
        let people = reminders::waiting(service.store.reader(), today, last, BATCH).await?;
        if people.is_empty() {
            break;
        }
        last = people.last().copied();
        for person in people {
            match digest(service, person).await {
                Ok(owed) => reminded.digests += u64::from(owed),
                // Another process was at it: the next sweep looks whether anything is left.
                Err(fault) if fault.is_transient() => {}
                Err(fault) => {
                    reminded.failures += 1;
                    tracing::error!(%fault, %person, "a digest was not owed");
                }
            }
        }
    }
    if reminded.digests > 0 {
        service.feed.ring();
    }
    Ok(reminded)
}

/// Notes every reminder that has come due for those whose it is.
async fn note(service: &Service) -> Result<(), Fault> {
    loop {
        let op = Op::of_service(service.clock.now());
        let due = reminders::due(service.store.reader(), op.now, BATCH).await?;
        if due.is_empty() {
            return Ok(());
        }
        let work = service.store.work(&op).await?;
        if !work.note_reminders(&due).await? {
            return work.abandon().await;
        }
        work.commit().await?;
    }
}

/// Owes a person one letter about what is noted for them and what they may see of it at this moment (XC-16), if that
/// is anything; says whether it did.
async fn digest(service: &Service, person: Uuid) -> Result<bool, Fault> {
    let (store, now) = (&service.store, service.clock.now());
    let noted = reminders::noted(store.reader(), person).await?;
    let viewer = people::viewer(store.reader(), person, now).await?;
    let op = Op::of_service(now).later(Arc::new(viewer), now);
    let read = store.read(&op);
    let page = read.page(&ComingUp { noted: noted.clone() }, &Window { first: LISTED, after: None }).await?;
    let duties: Vec<_> = page.rows.into_iter().map(|(_, row)| row).collect();
    let cases: Vec<_> = duties.iter().filter_map(|row| row.case_id).collect();
    let work = store.work(&op).await?;
    let cases = System::within(&work).references(&cases).await?;
    if !work.take_reminders(person, &noted).await? {
        work.abandon().await?;
        return Ok(false);
    }
    if let Some(first) = duties.first() {
        let reader = System::within(&work).person(person).await?;
        work.remind(person, &duties.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        work.owe(NewLetter {
            authority: first.authority_id,
            case: None,
            person: Some(person),
            to_name: reader.name,
            to_address: reader.email,
            subject: "Deadlines coming up".to_owned(),
            body: body(service, &duties, &cases, page.more),
            calendar: None,
        })
        .await?;
    }
    work.commit().await?;
    Ok(!duties.is_empty())
}

fn body(service: &Service, duties: &[duty::Model], cases: &HashMap<Uuid, String>, more: bool) -> String {
    let mut parts = vec!["These deadlines on your desk come up soon.".to_owned()];
    for row in duties {
        let reference = row.case_id.and_then(|id| cases.get(&id));
        let asks = RuleId::parse(&row.rule).map_or("", |rule| rule.rule().text);
        let on = row.due_on.format("%A %-d %B %Y");
        let case = reference.map_or_else(String::new, |reference| format!("case {reference}"));
        let link = reference.map_or_else(
            || service.letterhead.public_url.clone(),
            |reference| service.letterhead.case_url(reference),
        );
        parts.push(format!("By {on}: {case}\n{}: {asks}\n{link}", row.rule));
    }
    if more {
        parts.push("There are more; your worklist has them all.".to_owned());
    }
    parts.join("\n\n")
}
