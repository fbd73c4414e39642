//! The calendar of an authority: working days, due dates, closure days, terms.

use super::deadline::{DueDate, SkippedDay};
use super::id::{Kind, encode};
use super::list::short;
use super::loader::{all_under, calendar_of};
use super::scalar::Date;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::calendar::{DayUnit, Direction};
use entity::closure_day;
use std::sync::Arc;

/// The authority's calendar, as integrators may ask it.
pub struct Calendar(pub uuid::Uuid);

/// A term of a school year.
#[derive(SimpleObject)]
pub struct Term {
    /// The year in which the school year starts.
    school_year: i32,
    /// Which of the six.
    name: domain::calendar::TermName,
    /// First day.
    first_day: Date,
    /// Last day.
    last_day: Date,
    /// The Monday of its penultimate week: from then on the next term's slots can be booked (OC-2).
    penultimate_week_begins: Date,
}

impl From<&domain::calendar::Term> for Term {
    fn from(term: &domain::calendar::Term) -> Self {
        Self {
            school_year: term.school_year,
            name: term.name,
            first_day: Date(term.first_day),
            last_day: Date(term.last_day),
            penultimate_week_begins: Date(*term.penultimate_week().start()),
        }
    }
}

/// A day on which an authority is closed.
pub struct ClosureDay(closure_day::Model);

impl From<closure_day::Model> for ClosureDay {
    fn from(row: closure_day::Model) -> Self {
        Self(row)
    }
}

/// A day on which an authority is closed; no working day (XC-1).
#[Object]
impl ClosureDay {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::ClosureDay, self.0.id)
    }

    /// The date.
    async fn on(&self) -> Date {
        Date(self.0.on_date)
    }

    /// Why.
    async fn title(&self) -> &str {
        &self.0.title
    }
}

/// The calendar of an authority: working days, due dates, terms (XC-1 to XC-5).
#[Object]
impl Calendar {
    /// Counts days from a date, skipping what does not count, and says what it skipped.
    async fn due_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date from which to count.")] from: Date,
        #[graphql(desc = "How many; at most 3660.")] count: u32,
        #[graphql(desc = "Of what.")] unit: DayUnit,
        #[graphql(desc = "After or before the date, which then is not counted, or beginning with it.")]
        direction: Direction,
    ) -> Result<DueDate> {
        let calendar = self.load(ctx).await?;
        let counted = calendar.count(from.0, count, unit, direction);
        counted.map(DueDate::counted).map_err(|ends| super::context::bad_input("count", ends))
    }

    /// Whether a date is a working day.
    async fn is_working_day(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date.")] on: Date,
    ) -> Result<bool> {
        self.load(ctx).await?.is_working_day(on.0).map_err(|ends| super::context::bad_input("on", ends))
    }

    /// Why a date is no working day; nothing if it is one.
    async fn why_not_working_day(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date.")] on: Date,
    ) -> Result<Option<SkippedDay>> {
        let why = self.load(ctx).await?.why_not_working(on.0);
        why.map(|why| why.map(SkippedDay::from)).map_err(|ends| super::context::bad_input("on", ends))
    }

    /// The authority's closure days, by date.
    async fn closure_days(&self, ctx: &Context<'_>) -> Result<Vec<ClosureDay>> {
        Ok(all_under(ctx, self.0, short::ClosureDays).await?.into_iter().map(ClosureDay).collect())
    }

    /// The terms of a school year.
    async fn terms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year in which the school year starts.")] school_year: i32,
    ) -> Result<Vec<Term>> {
        Ok(self.load(ctx).await?.terms(school_year).into_iter().map(Term::from).collect())
    }
}

impl Calendar {
    async fn load(&self, ctx: &Context<'_>) -> Result<Arc<domain::calendar::Calendar>> {
        calendar_of(ctx, self.0).await
    }
}
