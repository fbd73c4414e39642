//! Schools, their link staff, children and consultations.

use super::assessment::EhcAssessmentConnection;
use super::authority::{Authority, Locality};
use super::case::ConsultationConnection;
use super::child::ChildConnection;
use super::connection::Listed;
use super::context::op;
use super::id::{Kind, encode};
use super::input::ehc::{EhcAssessmentFilter, EhcAssessmentOrder};
use super::input::gathering::PlanningMeetingFilter;
use super::input::graduated::{LinkConsultationFilter, OnePlanFilter};
use super::input::{ChildFilter, ConsultationFilter, ConsultationOrder};
use super::link::LinkConsultationConnection;
use super::list;
use super::list::ehc::AssessmentsOf;
use super::list::gathering::Meetings;
use super::list::graduated::HeldBy;
use super::list::locality::{ItemsOf, LocalityItems};
use super::list::planning::Allocations;
use super::loader::{all_under, by_id};
use super::locality::LocalityItemConnection;
use super::one_plan::OnePlanConnection;
use super::pathway::GraduatedResponseFigures;
use super::people::LinkAssignment;
use super::planning::{Allocation, PlanningMeetingConnection, PlanningTerm, TradedContract};
use super::scalar::{Date, Urn};
use async_graphql::{Context, ID, Object, Result};
use domain::access::Role;
use domain::school::{Phase, SchoolStatus};
use entity::{authority, locality, school};

/// A school.
pub struct School(school::Model);

impl From<school::Model> for School {
    fn from(row: school::Model) -> Self {
        Self(row)
    }
}

/// A school, as GIAS knows it.
#[Object]
impl School {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::School, self.0.id)
    }

    /// Unique reference number.
    async fn urn(&self) -> Urn {
        Urn(self.0.urn)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Phase of education.
    async fn phase(&self) -> Phase {
        self.0.phase
    }

    /// Whether it is open.
    async fn status(&self) -> SchoolStatus {
        self.0.status
    }

    /// Number within the authority; some have none.
    async fn establishment_number(&self) -> Option<&str> {
        self.0.establishment_number.as_deref()
    }

    /// Town.
    async fn town(&self) -> Option<&str> {
        self.0.town.as_deref()
    }

    /// Number on roll, as GIAS has it.
    async fn pupils(&self) -> Option<i32> {
        self.0.pupils
    }

    /// The authority it is in.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Authority>> {
        Ok(by_id::<authority::Entity>(ctx, self.0.authority_id).await?.map(Authority::from))
    }

    /// Its family of schools.
    async fn locality(&self, ctx: &Context<'_>) -> Result<Option<Locality>> {
        match self.0.locality_id {
            Some(id) => Ok(by_id::<locality::Entity>(ctx, id).await?.map(Locality::from)),
            None => Ok(None),
        }
    }

    /// Its link staff on a date.
    async fn link_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date; today without one.")] on: Option<Date>,
        #[graphql(desc = "Only these disciplines.")] disciplines: Option<Vec<Role>>,
    ) -> Result<Vec<LinkAssignment>> {
        let on = on.map_or(op(ctx)?.today(), |on| on.0);
        let disciplines = disciplines.unwrap_or_default();
        let assigned = list::LinkAssignments { of_person: false, on: Some(on), disciplines };
        Ok(all_under(ctx, self.0.id, assigned).await?.into_iter().map(LinkAssignment::from).collect())
    }

    /// The children whom it holds, by family name.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which children.")] filter: Option<ChildFilter>,
    ) -> Result<ChildConnection> {
        let children = list::Children { of_school: true, ..filter.unwrap_or_default().list(None)? };
        Ok(ChildConnection(Listed::under(ctx, self.0.id, children, first, after).await?))
    }

    /// The consultations that it booked.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which consultations.")] filter: Option<ConsultationFilter>,
        #[graphql(desc = "In which order; by start without it.")] order_by: Option<ConsultationOrder>,
    ) -> Result<ConsultationConnection> {
        let under = Some(list::CaseParent::School);
        let consultations = filter.unwrap_or_default().list(under, order_by)?;
        Ok(ConsultationConnection(Listed::under(ctx, self.0.id, consultations, first, after).await?))
    }

    /// EHC needs assessments, by the statutory date of the final plan or by request.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn ehc_assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which assessments.")] filter: Option<EhcAssessmentFilter>,
        #[graphql(desc = "In which order; by statutory date without it.")] order_by: Option<
            EhcAssessmentOrder,
        >,
    ) -> Result<EhcAssessmentConnection> {
        let assessments = filter.unwrap_or_default().list(Some(AssessmentsOf::School), order_by)?;
        Ok(EhcAssessmentConnection(Listed::under(ctx, self.0.id, assessments, first, after).await?))
    }

    /// How the graduated responses of its children stand, in figures, over the children whom the viewer sees.
    #[graphql(complexity = 50)]
    async fn graduated_response_figures(&self, ctx: &Context<'_>) -> Result<GraduatedResponseFigures> {
        super::pathway::figures(ctx, self.0.id).await
    }

    /// The One Plans of the children whom it holds, oldest first: those to be reviewed, overdue, in force.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn one_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which plans.")] filter: Option<OnePlanFilter>,
    ) -> Result<OnePlanConnection> {
        let plans = filter.unwrap_or_default().list(Some(HeldBy::School));
        Ok(OnePlanConnection(Listed::under(ctx, self.0.id, plans, first, after).await?))
    }

    /// Its planning meetings, the earliest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn planning_meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which meetings.")] filter: Option<PlanningMeetingFilter>,
    ) -> Result<PlanningMeetingConnection> {
        let meetings = Meetings { of_parent: true, ..filter.unwrap_or_default().list() };
        Ok(PlanningMeetingConnection(Listed::under(ctx, self.0.id, meetings, first, after).await?))
    }

    /// The terms in which it is due its planning meeting, with the deadlines (PC-1).
    async fn planning_terms(&self, ctx: &Context<'_>) -> Result<Vec<PlanningTerm>> {
        let due = all_under(ctx, self.0.id, list::short::PlanningTerms).await?;
        Ok(due.into_iter().map(PlanningTerm::from).collect())
    }

    /// Its traded contracts with the EP service.
    async fn traded_contracts(&self, ctx: &Context<'_>) -> Result<Vec<TradedContract>> {
        Ok(all_under(ctx, self.0.id, list::short::TradedContracts)
            .await?
            .into_iter()
            .map(TradedContract::from)
            .collect())
    }

    /// The services' time for it in a school year, by term.
    async fn allocations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The school year, by the year in which it begins.")] school_year: i32,
    ) -> Result<Vec<Allocation>> {
        let set = all_under(ctx, self.0.id, Allocations { school_year }).await?;
        Ok(set.into_iter().map(Allocation::from).collect())
    }

    /// What it brought to its locality group, in the order in which it did, as far as the viewer sees it (LG-2).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn locality_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
    ) -> Result<LocalityItemConnection> {
        let items = LocalityItems { of: ItemsOf::School };
        Ok(LocalityItemConnection(Listed::under(ctx, self.0.id, items, first, after).await?))
    }

    /// The consultations with link staff about its children, oldest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn link_consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which consultations.")] filter: Option<LinkConsultationFilter>,
    ) -> Result<LinkConsultationConnection> {
        let consultations = filter.unwrap_or_default().list(Some(HeldBy::School))?;
        Ok(LinkConsultationConnection(Listed::under(ctx, self.0.id, consultations, first, after).await?))
    }
}

super::connection::connection!(SchoolConnection, SchoolEdge, School, crate::store::list::Schools);
