//! Files taken over whole or not at all, in one transaction. Run again, nothing doubles: rows are known by their keys,
//! and a file that says nothing new writes nothing.

mod calendar;
mod children;
mod schools;
mod staff;
#[cfg(test)]
pub(super) mod tests;

pub use calendar::ensure_bank_holidays;

use super::Service;
use crate::import;
use crate::import::table::Faults;
use crate::op::Op;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::store::{Fault, events};
use entity::authority;
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Content {
    /// Schools, in the layout of a GIAS extract.
    Schools,
    /// Children, in this service's layout.
    Children,
    /// Staff, in this service's layout.
    Staff,
    /// Term dates, as authorities publish them.
    Terms,
    /// Bank holidays, in the JSON layout of GOV.UK.
    BankHolidays,
}

/// A file to be taken over.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// What it holds.
    pub content: Content,
    /// The file as it is stored.
    pub bytes: &'a [u8],
    /// The code of the one authority for which it is taken over; of schools and terms, others are passed over.
    pub authority: Option<&'a str>,
    /// Decide only.
    pub check: bool,
}

/// What a file changes, by its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub added: usize,
    /// Known ones that say something else now.
    pub changed: usize,
    /// Known ones that say what they said.
    pub unchanged: usize,
    /// Rows of other authorities, passed over.
    pub skipped: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, changed, unchanged, skipped } = self;
        write!(formatter, "{added} added, {changed} changed, {unchanged} unchanged, {skipped} skipped")
    }
}

/// Why nothing was taken over.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The file is wrong, by line and column.
    #[error("{0}")]
    Rows(#[from] Faults),
    /// The file, or what was asked for with it, is wrong as a whole.
    #[error("{0}")]
    Whole(String),
    /// Something that is nobody's input.
    #[error(transparent)]
    Fault(#[from] Fault),
}

const ATTEMPTS: u32 = 5;

/// Takes a file over, or says everything that is wrong with it.
///
/// # Errors
/// [`Refused`]; nothing has changed then.
pub async fn run(service: &Service, op: &Op, file: File<'_>) -> Result<Counts, Refused> {
    let mut attempt = 1;
    loop {
        match run_once(service, op, file).await {
            Err(Refused::Fault(fault)) if fault.is_transient() && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(2u64.pow(attempt) * 10)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn run_once(service: &Service, op: &Op, file: File<'_>) -> Result<Counts, Refused> {
    let mut work = service.store.work(op).await?;
    let counts = match take_over(service, &mut work, file).await {
        Ok(counts) if !file.check => counts,
        outcome => {
            work.abandon().await?;
            return outcome;
        }
    };
    work.commit().await?;
    service.feed.ring();
    if let Err(fault) = events::notify(&service.store).await {
        tracing::debug!(%fault, "the replicas were not notified; they poll");
    }
    Ok(counts)
}

async fn take_over(service: &Service, work: &mut Work<'_>, file: File<'_>) -> Result<Counts, Refused> {
    let (bytes, only, today) = (file.bytes, file.authority, work.op.today());
    match file.content {
        Content::Schools => schools::take_over(service, work, import::schools::parse(bytes)?, only).await,
        Content::Children => {
            children::take_over(service, work, import::children::parse(bytes, today)?, only).await
        }
        Content::Staff => staff::take_over(service, work, import::staff::parse(bytes)?, only).await,
        Content::Terms => calendar::take_over_terms(work, import::terms::parse(bytes)?, only).await,
        Content::BankHolidays => calendar::take_over_bank_holidays(work, &import::table::decode(bytes)).await,
    }
}

/// All authorities by code, with the one that was asked for.
struct Authorities {
    by_code: HashMap<String, authority::Model>,
    only: Option<authority::Model>,
}

impl Authorities {
    /// An authority that is asked for and not known is refused.
    async fn load(work: &Work<'_>, only: Option<&str>, locked: bool) -> Result<Self, Refused> {
        let by_code = System::within(work).authorities(locked).await?;
        let only = match only {
            None => None,
            Some(code) => {
                let unknown =
                    || Refused::Whole(format!("no authority has the code {code}; import its schools first"));
                Some(by_code.get(code).cloned().ok_or_else(unknown)?)
            }
        };
        Ok(Self { by_code, only })
    }
}

/// The school that a row names, unless it is unknown or of another authority than the one asked for.
fn school_of<'a>(
    schools: &'a HashMap<i32, entity::school::Model>,
    urn: u32,
    only: Option<&authority::Model>,
) -> Result<&'a entity::school::Model, &'static str> {
    let known = i32::try_from(urn).ok().and_then(|urn| schools.get(&urn));
    let school = known.ok_or("is no school that is known here; import schools first")?;
    if only.is_some_and(|only| only.id != school.authority_id) {
        return Err("is a school of another authority");
    }
    Ok(school)
}

/// The URNs of rows as the table has them.
fn urns(rows: impl Iterator<Item = u32>) -> Vec<i32> {
    let mut urns: Vec<i32> = rows.filter_map(|urn| i32::try_from(urn).ok()).collect();
    urns.sort_unstable();
    urns.dedup();
    urns
}
