//! The roots from which the graph is read.

use super::advice::{AdviceQueryConnection, AdviceRequestConnection};
use super::assessment::{EhcAssessment, EhcAssessmentConnection};
use super::case::{Consultation, ConsultationConnection};
use super::child::{Child, ChildConnection, TransferRequestConnection};
use super::connection::{Listed, window};
use super::context::{bad_input, op, reader, service, viewer};
use super::deadline::EscalationConnection;
use super::id::{Kind, expect, expect_if_given};
use super::input::ehc::{AdviceQueryFilter, AdviceRequestFilter, EhcAssessmentFilter, EhcAssessmentOrder};
use super::input::gathering::{LocalitySessionFilter, PlanningMeetingFilter};
use super::input::graduated::{LinkConsultationFilter, OnePlanFilter};
use super::input::{ChildFilter, ConsultationFilter, ConsultationOrder};
use super::link::LinkConsultationConnection;
use super::list::cases::{Escalations, Slots, TransferRequests};
use super::loader::{calendar_of, under};
use super::locality::{LocalityItem, LocalitySession, LocalitySessionConnection};
use super::monitoring::PlanningMonitoring;
use super::node::{self, Node};
use super::one_plan::OnePlanConnection;
use super::planning::{PlanningMeeting, PlanningMeetingConnection};
use super::report::WeeklyAdviceReport;
use super::rule::Rule;
use super::scalar::{Upn, Urn};
use super::school::School;
use super::slot::ConsultationSlot;
use super::viewer::Viewer;
use crate::store::subject_access;
use async_graphql::{Context, ID, Json, Object, Result};
use domain::access::Role;
use domain::calendar::TermName;
use domain::consultation::AreaOfNeed;
use domain::duty::EscalationState;
use domain::london;
use domain::rule::RULES;

/// The roots from which the graph is read.
pub struct Query;

/// The roots from which the graph is read. Everything is read in the viewer's scope: what is not there and what the
/// viewer may not see are the same answer.
#[Object]
impl Query {
    /// Whoever is signed in.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// The object with this id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An opaque id.")] id: ID,
    ) -> Result<Option<Node>> {
        node::find(ctx, &id).await
    }

    /// The objects with these ids, in the same order; at most 100.
    #[graphql(complexity = "ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Opaque ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > 100 {
            return Err(bad_input("ids", "at most 100 at once"));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| node::find(ctx, id))).await
    }

    /// The school with this URN.
    async fn school(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its URN.")] urn: Urn,
    ) -> Result<Option<School>> {
        Ok(reader(ctx)?.school_of_urn(urn.0).await?.map(School::from))
    }

    /// The child with this UPN.
    async fn child(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its UPN.")] upn: Upn,
    ) -> Result<Option<Child>> {
        let filter = ChildFilter::default().list(Some(&upn.0.to_string()))?;
        let page = reader(ctx)?.page(&filter, &window(Some(1), None)?).await?;
        Ok(page.rows.into_iter().next().map(|(_, row)| Child::from(row)))
    }

    /// Children, by family name; found by names (accents and known-as included), UPN or birth date (XC-20).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn children(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Beginnings of names, a UPN, or a birth date (2018-05-04).")] search: Option<String>,
        #[graphql(desc = "Which children.")] filter: Option<ChildFilter>,
    ) -> Result<ChildConnection> {
        let children = filter.unwrap_or_default().list(search.as_deref())?;
        Ok(ChildConnection(Listed::alone(ctx, children, first, after).await?))
    }

    /// The consultation with this case reference.
    async fn consultation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its case reference, as mail carries it.")] reference: String,
    ) -> Result<Option<Consultation>> {
        Ok(reader(ctx)?.consultation_of_reference(&reference).await?.map(Consultation::from))
    }

    /// Consultations, by start or by booking.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which consultations.")] filter: Option<ConsultationFilter>,
        #[graphql(desc = "In which order; by start without it.")] order_by: Option<ConsultationOrder>,
    ) -> Result<ConsultationConnection> {
        let consultations = filter.unwrap_or_default().list(None, order_by)?;
        Ok(ConsultationConnection(Listed::alone(ctx, consultations, first, after).await?))
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
        let assessments = filter.unwrap_or_default().list(None, order_by)?;
        Ok(EhcAssessmentConnection(Listed::alone(ctx, assessments, first, after).await?))
    }

    /// The EHC needs assessment with this case reference.
    async fn ehc_assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its case reference, as mail carries it.")] reference: String,
    ) -> Result<Option<EhcAssessment>> {
        Ok(reader(ctx)?.assessment_of_reference(&reference).await?.map(EhcAssessment::from))
    }

    /// Advice asked for, by due date: as a giver or manager, one's own; as the SEND team, the authority's.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn advice_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which requests.")] filter: Option<AdviceRequestFilter>,
    ) -> Result<AdviceRequestConnection> {
        let requests = filter.unwrap_or_default().list(None);
        Ok(AdviceRequestConnection(Listed::alone(ctx, requests, first, after).await?))
    }

    /// Queries on advice, oldest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn advice_queries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which queries.")] filter: Option<AdviceQueryFilter>,
    ) -> Result<AdviceQueryConnection> {
        let queries = filter.unwrap_or_default().list();
        Ok(AdviceQueryConnection(Listed::alone(ctx, queries, first, after).await?))
    }

    /// Planning meetings that the viewer sees, the earliest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn planning_meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which meetings.")] filter: Option<PlanningMeetingFilter>,
    ) -> Result<PlanningMeetingConnection> {
        let meetings = filter.unwrap_or_default().list();
        Ok(PlanningMeetingConnection(Listed::alone(ctx, meetings, first, after).await?))
    }

    /// The planning meeting with this reference.
    async fn planning_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its reference, as mail carries it.")] reference: String,
    ) -> Result<Option<PlanningMeeting>> {
        Ok(reader(ctx)?.meeting_of_reference(&reference).await?.map(PlanningMeeting::from))
    }

    /// Sessions of locality groups that the viewer sees, the earliest first (LG-1).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn locality_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which sessions.")] filter: Option<LocalitySessionFilter>,
    ) -> Result<LocalitySessionConnection> {
        let sessions = filter.unwrap_or_default().list();
        Ok(LocalitySessionConnection(Listed::alone(ctx, sessions, first, after).await?))
    }

    /// The session of a locality group with this reference.
    async fn locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its reference, as mail and minutes carry it.")] reference: String,
    ) -> Result<Option<LocalitySession>> {
        Ok(reader(ctx)?.session_of_reference(&reference).await?.map(LocalitySession::from))
    }

    /// The item of a locality group with this reference.
    async fn locality_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its reference, as mail carries it.")] reference: String,
    ) -> Result<Option<LocalityItem>> {
        Ok(reader(ctx)?.locality_item_of_reference(&reference).await?.map(LocalityItem::from))
    }

    /// How the planning meetings of an authority go, term by term of a school year (PC-9). For SEND managers and integrators.
    #[graphql(complexity = "50 + 6 * child_complexity")]
    async fn planning_monitoring(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which authority; of the viewer's own without one.")] authority: Option<ID>,
        #[graphql(desc = "The school year, by the year in which it begins.")] school_year: i32,
        #[graphql(desc = "Only this term.")] term: Option<TermName>,
    ) -> Result<Vec<PlanningMonitoring>> {
        let own = viewer(ctx)?.authorities(|role| matches!(role, Role::SendManager | Role::Integrator));
        let asked = expect_if_given(Kind::Authority, "authority", authority.as_ref())?;
        match asked.or(own.first().copied()) {
            Some(authority) => super::monitoring::of(ctx, authority, school_year, term).await,
            None => Ok(Vec::new()),
        }
    }

    /// Everything held about a child, to answer a subject access request: rows as objects, by the name of their table, what
    /// is anonymised or sealed included (XC-15). To administrators of the authority that holds the child.
    #[graphql(complexity = 500)]
    async fn subject_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The child.")] child: ID,
    ) -> Result<Option<Json<serde_json::Value>>> {
        let child = expect(Kind::Child, "child", &child)?;
        Ok(subject_access::of_child(&service(ctx)?.store, &op(ctx)?, child).await?.map(Json))
    }

    /// One Plans that the viewer sees, oldest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn one_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which plans.")] filter: Option<OnePlanFilter>,
    ) -> Result<OnePlanConnection> {
        let plans = filter.unwrap_or_default().list(None);
        Ok(OnePlanConnection(Listed::alone(ctx, plans, first, after).await?))
    }

    /// Consultations with link staff that the viewer sees, oldest first: as link EP, those with a complete pack are READY.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn link_consultations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which consultations.")] filter: Option<LinkConsultationFilter>,
    ) -> Result<LinkConsultationConnection> {
        let consultations = filter.unwrap_or_default().list(None)?;
        Ok(LinkConsultationConnection(Listed::alone(ctx, consultations, first, after).await?))
    }

    /// The report of an ISO week on advice queries (AQ-10), as of that week's end; to SEND managers and integrators.
    #[graphql(complexity = 500)]
    async fn weekly_advice_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ISO week, `2026-W47`.")] week: String,
        #[graphql(desc = "Of which authority; of the viewer's own without one.")] authority: Option<ID>,
    ) -> Result<Option<WeeklyAdviceReport>> {
        let monday = super::input::week("week", &week)?;
        let own = viewer(ctx)?.authorities(|role| matches!(role, Role::SendManager | Role::Integrator));
        let asked = expect_if_given(Kind::Authority, "authority", authority.as_ref())?;
        match asked.or(own.first().copied()) {
            Some(authority) => super::report::weekly(ctx, authority, monday).await,
            None => Ok(None),
        }
    }

    /// The soonest slots that can be booked now for an area of need (OC-15): free, open, and far enough ahead.
    #[graphql(complexity = "5 + first.unwrap_or(5).max(0) as usize * child_complexity")]
    async fn next_available_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which area of need.")] area_of_need: AreaOfNeed,
        #[graphql(desc = "How many at most: 5 without it, 100 at most.")] first: Option<i32>,
    ) -> Result<Vec<ConsultationSlot>> {
        let first = window(Some(first.unwrap_or(5)), None)?.first;
        let mut soonest = Vec::new();
        for authority in viewer(ctx)?.authorities(|_| true) {
            soonest.extend(bookable(ctx, authority, area_of_need, first).await?);
        }
        soonest.sort_by_key(|slot| (slot.starts_at, slot.id));
        let first = usize::try_from(first).unwrap_or_default();
        Ok(soonest.into_iter().take(first).map(ConsultationSlot::from).collect())
    }

    /// Escalations that the viewer was told of, newest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn escalations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only in these states.")] states: Option<Vec<EscalationState>>,
    ) -> Result<EscalationConnection> {
        let escalations = Escalations { of_case: false, states: states.unwrap_or_default() };
        Ok(EscalationConnection(Listed::alone(ctx, escalations, first, after).await?))
    }

    /// Requests to take children over that concern the viewer's school, newest first (XC-14).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn transfer_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only those that nobody has answered.")] open: Option<bool>,
    ) -> Result<TransferRequestConnection> {
        let requests = TransferRequests { open: open.unwrap_or_default() };
        Ok(TransferRequestConnection(Listed::alone(ctx, requests, first, after).await?))
    }

    /// Every rule that the service enforces.
    async fn rules(&self) -> Vec<Rule> {
        RULES.iter().map(Rule).collect()
    }

    /// The rule with this id.
    async fn rule(&self, #[graphql(desc = "Its id, `OC-5`.")] id: String) -> Option<Rule> {
        RULES.iter().find(|rule| rule.name == id).map(Rule)
    }
}

/// The soonest bookable slots of an authority: the terms say from when on a slot can be booked, the policy how far
/// ahead it has to be.
async fn bookable(
    ctx: &Context<'_>,
    authority: uuid::Uuid,
    area: AreaOfNeed,
    first: u64,
) -> Result<Vec<entity::consultation_slot::Model>> {
    let op = op(ctx)?;
    let db = super::context::service(ctx)?.store.reader();
    let policy = crate::store::calendar::policy_on(db, authority, op.today()).await?;
    let calendar = calendar_of(ctx, authority).await?;
    let ahead = chrono::Days::new(u64::from(policy.figures.minimum_days_ahead));
    let earliest = op.today().checked_add_days(ahead).map(london::start_of_day);
    let free = Slots { areas: vec![area], starts_from: earliest, free: true, ..Slots::default() };
    let page = under(ctx, authority, free, crate::store::read::Window { first, after: None }).await?;
    // Slots come by start, and a later slot never opens before an earlier one.
    let open =
        |starts_at| calendar.booking_opens(london::date_of(starts_at)).is_some_and(|opens| opens <= op.now);
    Ok(page.rows.iter().map(|(_, slot)| slot.clone()).take_while(|slot| open(slot.starts_at)).collect())
}
