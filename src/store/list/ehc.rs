//! Lists of EHC needs assessments and the advice asked for them.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::{Scoped, Sight};
use chrono::NaiveDate;
use domain::ehc::{QueryState, RequestState, Service, State};
use entity::{advice_query, advice_request, ehc_assessment, ehc_forecast};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// In which order assessments come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AssessmentOrder {
    /// By the statutory date of the final plan, soonest first.
    #[default]
    FinalBy,
    /// By request, newest first.
    RequestedOnDescending,
}

/// What assessments are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssessmentsOf {
    /// The school that holds the child, or held it when the assessment ended.
    School,
    /// The authority that made them.
    Authority,
}

/// Assessments under a parent, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Assessments {
    /// What they are under.
    pub of: Option<AssessmentsOf>,
    /// Only in these states.
    pub states: Vec<State>,
    /// Only of this school.
    pub school: Option<Uuid>,
    /// Only run by this coordinator.
    pub coordinator: Option<Uuid>,
    /// Only with the final plan due before this London date.
    pub final_before: Option<NaiveDate>,
    /// Only open with the final plan overdue, or only not.
    pub overdue: Option<bool>,
    /// Only forecast to be late, or only not, as far as the viewer sees forecasts.
    pub at_risk: Option<bool>,
    /// In which order.
    pub order: AssessmentOrder,
}

impl Listing for Assessments {
    type Entity = ehc_assessment::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of? {
            AssessmentsOf::School => Parent::own(ehc_assessment::Column::SchoolId),
            AssessmentsOf::Authority => Parent::own(ehc_assessment::Column::AuthorityId),
        }
    }

    fn condition(&self, op: &Op) -> Condition {
        use ehc_assessment::Column;
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        let overdue =
            || Condition::all().add(Column::State.is_in(State::OPEN)).add(Column::FinalBy.lt(op.today()));
        all.add_option(self.school.map(|id| Column::SchoolId.eq(id)))
            .add_option(self.coordinator.map(|id| Column::CoordinatorId.eq(id)))
            .add_option(self.final_before.map(|on| Column::FinalBy.lt(on)))
            .add_option(self.overdue.map(|wanted| if wanted { overdue() } else { overdue().not() }))
            .add_option(self.at_risk.map(|wanted| {
                if wanted { Column::Id.in_subquery(late(op)) } else { Column::Id.not_in_subquery(late(op)) }
            }))
    }

    fn order(&self) -> Ordering<ehc_assessment::Column> {
        match self.order {
            AssessmentOrder::FinalBy => Ordering { by: ehc_assessment::Column::FinalBy, descending: false },
            AssessmentOrder::RequestedOnDescending => {
                Ordering { by: ehc_assessment::Column::RequestedOn, descending: true }
            }
        }
    }
}

/// The assessments whose forecast the viewer sees to be late.
fn late(op: &Op) -> sea_orm::sea_query::SelectStatement {
    let seen =
        op.viewer.as_deref().map(|viewer| ehc_forecast::Entity::visible(Sight { viewer, today: op.today() }));
    ehc_forecast::Entity::find()
        .select_only()
        .column(ehc_forecast::Column::Id)
        .filter(ehc_forecast::Column::DaysInHand.lt(0))
        .filter(Condition::all().add_option(seen))
        .into_query()
}

/// What requests for advice are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdviceOf {
    /// Who gives it.
    Giver,
    /// Their line manager.
    Manager,
}

/// Requests for advice under a parent, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AdviceRequests {
    /// What they are under.
    pub of: Option<AdviceOf>,
    /// Only in these states.
    pub states: Vec<RequestState>,
    /// Only of these services.
    pub services: Vec<Service>,
    /// Only due before this London date.
    pub due_before: Option<NaiveDate>,
    /// Only overdue and not received, or only not.
    pub overdue: Option<bool>,
}

impl Listing for AdviceRequests {
    type Entity = advice_request::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of? {
            AdviceOf::Giver => Parent::own(advice_request::Column::GiverId),
            AdviceOf::Manager => Parent::own(advice_request::Column::ManagerId),
        }
    }

    fn condition(&self, op: &Op) -> Condition {
        use advice_request::Column;
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        if !self.services.is_empty() {
            all = all.add(Column::Service.is_in(self.services.iter().copied()));
        }
        let overdue =
            || Condition::all().add(Column::State.eq(RequestState::Sought)).add(Column::DueOn.lt(op.today()));
        all.add_option(self.due_before.map(|on| Column::DueOn.lt(on)))
            .add_option(self.overdue.map(|wanted| if wanted { overdue() } else { overdue().not() }))
    }

    fn order(&self) -> Ordering<advice_request::Column> {
        Ordering { by: advice_request::Column::DueOn, descending: false }
    }
}

/// Queries on advice that the viewer sees, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AdviceQueries {
    /// Only in these states.
    pub states: Vec<QueryState>,
    /// Only in formal follow-up with the response overdue, or only not.
    pub overdue: Option<bool>,
}

impl Listing for AdviceQueries {
    type Entity = advice_query::Entity;

    fn parent(&self) -> Option<Parent> {
        None
    }

    fn condition(&self, op: &Op) -> Condition {
        use advice_query::Column;
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(Column::State.is_in(self.states.iter().copied()));
        }
        let overdue = || {
            Condition::all()
                .add(Column::State.eq(QueryState::FormalFollowUp))
                .add(Column::FollowUpDueOn.lt(op.today()))
        };
        all.add_option(self.overdue.map(|wanted| if wanted { overdue() } else { overdue().not() }))
    }

    fn order(&self) -> Ordering<advice_query::Column> {
        Ordering { by: advice_query::Column::RaisedAt, descending: false }
    }
}
