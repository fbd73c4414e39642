//! Terms by authority and year, and the bank holidays of whole divisions (XC-1, XC-5, XC-13).

use super::{Authorities, Counts, Refused};
use crate::import::table::Faults;
use crate::import::terms::TermRow;
use crate::op::{Clock, Op};
use crate::store::facts::System;
use crate::store::work::Work;
use crate::store::{Fault, Store};
use crate::workflow::ehc::reckoning;
use crate::workflow::graduated::term::terms_changed;
use crate::workflow::term_due;
use domain::bank_holidays::{BankHolidays, ENGLAND_AND_WALES, built_in, parse_gov_uk};
use domain::calendar::{Calendar, Term};
use domain::closure::{changed_dates, decide_terms, take_over};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The divisions that GOV.UK publishes.
const DIVISIONS: [&str; 3] = [ENGLAND_AND_WALES, "scotland", "northern-ireland"];

/// Writes terms. A year may come in parts: terms of the year that the file does not name stay.
pub(super) async fn take_over_terms(
    work: &mut Work<'_>,
    mut rows: Vec<TermRow>,
    only: Option<&str>,
) -> Result<Counts, Refused> {
    let all = rows.len();
    rows.retain(|row| only.is_none_or(|code| code == row.authority_code));
    let mut counts = Counts { skipped: all - rows.len(), ..Counts::default() };
    let authorities = Authorities::load(work, only, true).await?;
    let mut faults = Faults::default();
    let mut by_authority: BTreeMap<Uuid, Vec<TermRow>> = BTreeMap::new();
    for row in rows {
        match authorities.by_code.get(&row.authority_code) {
            Some(authority) => by_authority.entry(authority.id).or_default().push(row),
            None => {
                faults.add(row.line, "dfe_code", "is no authority that is known here; import schools first");
            }
        }
    }
    for (authority, rows) in by_authority {
        take_over_terms_of(work, authority, &rows, &mut counts, &mut faults).await?;
    }
    faults.or(Vec::<()>::new())?;
    Ok(counts)
}

async fn take_over_terms_of(
    work: &mut Work<'_>,
    authority: Uuid,
    rows: &[TermRow],
    counts: &mut Counts,
    faults: &mut Faults,
) -> Result<(), Fault> {
    let known = System::within(work).terms_of(authority).await?;
    let replaced = |term: &Term| {
        rows.iter().any(|row| row.term.school_year == term.school_year && row.term.name == term.name)
    };
    let kept = known.iter().filter(|term| !replaced(term)).cloned();
    let merged: Vec<Term> = kept.chain(rows.iter().map(|row| row.term.clone())).collect();
    let today = work.op.today();
    let calendar = Calendar::new([], today..=today, [], merged.clone());
    let mut years: Vec<i32> = rows.iter().map(|row| row.term.school_year).collect();
    years.sort_unstable();
    years.dedup();
    let mut changes = false;
    for year in years {
        let terms: Vec<Term> = merged.iter().filter(|term| term.school_year == year).cloned().collect();
        for refusal in decide_terms(&calendar, year, &terms).refusals {
            faults.add(line_of(rows, &terms, year, &refusal.path), "first_day", refusal.message);
        }
        let before = *counts;
        count(rows, &known, year, counts);
        if before.added + before.changed != counts.added + counts.changed {
            changes = true;
            work.set_terms(authority, year, &terms).await?;
        }
    }
    if changes {
        work.record_calendar_change(authority);
        terms_changed(work, authority).await?;
        term_due::terms_changed(work, authority).await?;
    }
    Ok(())
}

/// The line of the term that a refusal is about; where the file does not name it, that of the year's first.
fn line_of(rows: &[TermRow], terms: &[Term], year: i32, path: &str) -> u64 {
    let place = path.strip_prefix("terms.").and_then(|place| place.parse::<usize>().ok());
    let term = place.and_then(|place| terms.get(place));
    let named = rows.iter().find(|row| Some(&row.term) == term);
    named.or_else(|| rows.iter().find(|row| row.term.school_year == year)).map_or(1, |row| row.line)
}

fn count(rows: &[TermRow], known: &[Term], year: i32, counts: &mut Counts) {
    for row in rows.iter().filter(|row| row.term.school_year == year) {
        match known.iter().find(|term| term.school_year == year && term.name == row.term.name) {
            None => counts.added += 1,
            Some(term) if *term == row.term => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
}

/// Writes the bank holidays of every division that the file has, and moves the deadlines that counted over a change.
pub(super) async fn take_over_bank_holidays(work: &mut Work<'_>, json: &str) -> Result<Counts, Refused> {
    let mut counts = Counts::default();
    for division in DIVISIONS {
        match parse_gov_uk(json, division) {
            Ok(new) => take_over_division(work, division, new, &mut counts).await?,
            // The other divisions may be left out of a file.
            Err(domain::bank_holidays::BankHolidayFault::Division { .. })
                if division != ENGLAND_AND_WALES => {}
            Err(fault) => return Err(Refused::Whole(fault.to_string())),
        }
    }
    Ok(counts)
}

async fn take_over_division(
    work: &mut Work<'_>,
    division: &str,
    new: BankHolidays,
    counts: &mut Counts,
) -> Result<(), Fault> {
    let system = System::within(work);
    let authorities = system.lock_division(division).await?;
    let before = system.bank_holidays(division).await?;
    let covered = system.bank_holiday_coverage(division).await?;
    for holiday in &new.0 {
        match before.iter().find(|known| known.on == holiday.on) {
            None => counts.added += 1,
            Some(known) if known.title == holiday.title => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    let (after, covers) = match covered.clone() {
        Some(covered) => take_over((before.clone(), covered), new),
        None => new,
    };
    if after == before && covered.as_ref() == Some(&covers) {
        return Ok(());
    }
    work.set_bank_holidays(division, &after, &covers).await?;
    let changed = changed_dates(&before, &after);
    for authority in authorities {
        work.record_calendar_change(authority.id);
        let moved = work.recount_deadlines(authority.id, &changed).await?;
        reckoning::deadlines_moved(work, moved).await?;
    }
    Ok(())
}

/// Writes the bank holidays that come with the service, where none are known yet.
///
/// # Errors
/// [`Fault`], of the database or of the embedded file.
pub async fn ensure_bank_holidays(store: &Store) -> Result<(), Fault> {
    let op = Op::of_service(Clock::Machine.now());
    let work = store.work(&op).await?;
    if System::within(&work).bank_holiday_coverage(ENGLAND_AND_WALES).await?.is_some() {
        return work.abandon().await;
    }
    let (holidays, covers) =
        built_in().map_err(|_| Fault::Unexpected("the embedded bank holidays are broken"))?;
    match work.set_bank_holidays(ENGLAND_AND_WALES, &holidays, &covers).await {
        // Another replica that starts at the same time was first.
        Err(fault) if fault.is_transient() => work.abandon().await,
        written => {
            written?;
            work.commit().await
        }
    }
}
