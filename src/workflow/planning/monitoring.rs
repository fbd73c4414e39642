//! How planning meetings go in an authority: the same figures for the API and the command line (PC-9).

use crate::op::Op;
use crate::store::planning::monitoring::rows;
use crate::store::{Fault, Store, calendar};
use domain::calendar::TermName;
use domain::planning::monitoring::{Figures, Row};
use domain::planning::window::window;
use uuid::Uuid;

/// A term in figures.
#[derive(Clone, Debug)]
pub struct TermFigures {
    /// Which.
    pub term: TermName,
    /// The schools' figures, by name, and what was said of no school.
    pub rows: Vec<Row>,
    /// Their sum.
    pub total: Figures,
}

/// The terms of a school year that are known, in order; only one where one is named.
pub async fn of_year(
    store: &Store,
    op: &Op,
    authority: Uuid,
    school_year: i32,
    only: Option<TermName>,
) -> Result<Vec<TermFigures>, Fault> {
    let known = calendar::calendar(store.reader(), authority).await?;
    let policy = calendar::policy_on(store.reader(), authority, op.today()).await?;
    let mut found = Vec::new();
    for term in known.terms(school_year) {
        if only.is_none_or(|name| name == term.name) {
            let last = window(term, &known, &policy).map_or(term.last_day, |window| *window.end());
            let rows = rows(store, authority, (school_year, term.name), last, op.now).await?;
            let total = rows.iter().map(|row| &row.figures).sum();
            found.push(TermFigures { term: term.name, rows, total });
        }
    }
    Ok(found)
}
