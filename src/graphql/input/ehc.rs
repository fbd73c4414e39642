//! Filters and orders of EHC needs assessments and their advice.

use crate::graphql::id::{Kind, expect_if_given};
use crate::graphql::scalar::Date;
use crate::store::list::ehc::{self, AdviceOf, AdviceRequests, Assessments, AssessmentsOf};
use async_graphql::{Enum, ID, InputObject, Result};
use domain::ehc::{QueryState, RequestState, Service, State};

/// In which order assessments come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum EhcAssessmentOrder {
    /// By the statutory date of the final plan, soonest first.
    FinalBy,
    /// By request, newest first.
    RequestedOnDescending,
}

/// Which assessments.
#[derive(InputObject, Default)]
pub struct EhcAssessmentFilter {
    /// Only in these states.
    states: Option<Vec<State>>,
    /// Only of children whom this school holds, or held when the assessment ended.
    school: Option<ID>,
    /// Only run by this EHCP coordinator.
    coordinator: Option<ID>,
    /// Only with the final plan due before this date.
    final_before: Option<Date>,
    /// Only open with the final plan overdue, or only not.
    overdue: Option<bool>,
    /// Only forecast to be late, or only not, as far as the viewer sees forecasts.
    at_risk: Option<bool>,
}

impl EhcAssessmentFilter {
    /// The list of these assessments.
    pub fn list(self, of: Option<AssessmentsOf>, order: Option<EhcAssessmentOrder>) -> Result<Assessments> {
        Ok(Assessments {
            of,
            states: self.states.unwrap_or_default(),
            school: expect_if_given(Kind::School, "filter.school", self.school.as_ref())?,
            coordinator: expect_if_given(Kind::Person, "filter.coordinator", self.coordinator.as_ref())?,
            final_before: self.final_before.map(|on| on.0),
            overdue: self.overdue,
            at_risk: self.at_risk,
            order: match order {
                Some(EhcAssessmentOrder::RequestedOnDescending) => {
                    ehc::AssessmentOrder::RequestedOnDescending
                }
                Some(EhcAssessmentOrder::FinalBy) | None => ehc::AssessmentOrder::FinalBy,
            },
        })
    }
}

/// Which requests for advice.
#[derive(InputObject, Default)]
pub struct AdviceRequestFilter {
    /// Only in these states.
    states: Option<Vec<RequestState>>,
    /// Only of these services.
    services: Option<Vec<Service>>,
    /// Only due before this date.
    due_before: Option<Date>,
    /// Only overdue and not received, or only not.
    overdue: Option<bool>,
}

impl AdviceRequestFilter {
    /// The list of these requests.
    pub fn list(self, of: Option<AdviceOf>) -> AdviceRequests {
        AdviceRequests {
            of,
            states: self.states.unwrap_or_default(),
            services: self.services.unwrap_or_default(),
            due_before: self.due_before.map(|on| on.0),
            overdue: self.overdue,
        }
    }
}

/// Which queries on advice.
#[derive(InputObject, Default)]
pub struct AdviceQueryFilter {
    /// Only in these states.
    states: Option<Vec<QueryState>>,
    /// Only in formal follow-up with the response overdue, or only not.
    overdue: Option<bool>,
}

impl AdviceQueryFilter {
    /// The list of these queries.
    pub fn list(self) -> ehc::AdviceQueries {
        ehc::AdviceQueries { states: self.states.unwrap_or_default(), overdue: self.overdue }
    }
}
