//! What schools are due and have: a meeting in each term, a traded contract, the services' time (PC-1, PC-5, PC-6).

use super::duties_of;
use crate::graphql::deadline::Duty;
use crate::graphql::scalar::Date;
use async_graphql::{Context, Object, Result};
use domain::calendar::TermName;
use domain::planning::SupportService;
use entity::{allocation, planning_term, traded_contract};

/// What a school is due in a term.
pub struct PlanningTerm(planning_term::Model);

impl From<planning_term::Model> for PlanningTerm {
    fn from(row: planning_term::Model) -> Self {
        Self(row)
    }
}

/// A term in which a school is due its planning meeting (PC-1).
#[Object]
impl PlanningTerm {
    /// The reference that mail carries.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The school year, by the year in which it begins.
    async fn school_year(&self) -> i32 {
        self.0.school_year
    }

    /// Which of its six terms.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// By when the meeting is to be held.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_of(ctx, self.0.id).await
    }
}

/// A school's traded contract with the EP service.
pub struct TradedContract(traded_contract::Model);

impl From<traded_contract::Model> for TradedContract {
    fn from(row: traded_contract::Model) -> Self {
        Self(row)
    }
}

/// A school's traded contract with the EP service (PC-5).
#[Object]
impl TradedContract {
    /// First date.
    async fn from(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last date.
    async fn to(&self) -> Date {
        Date(self.0.to_date)
    }

    /// The time that it pays for, in minutes.
    async fn minutes(&self) -> i32 {
        self.0.minutes
    }
}

/// A service's time for a school in a term.
pub struct Allocation(allocation::Model);

impl From<allocation::Model> for Allocation {
    fn from(row: allocation::Model) -> Self {
        Self(row)
    }
}

/// A service's time for a school in a term (PC-6).
#[Object]
impl Allocation {
    /// The service.
    async fn service(&self) -> SupportService {
        self.0.service
    }

    /// The school year, by the year in which it begins.
    async fn school_year(&self) -> i32 {
        self.0.school_year
    }

    /// Which of its six terms.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// The time, in minutes.
    async fn minutes(&self) -> i32 {
        self.0.minutes
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
