//! The EHC needs assessment with everything that belongs to it.

use super::advice::{AccuracyCheck, AdviceQuery, AdviceRequest};
use super::child::Child;
use super::connection::Listed;
use super::deadline::{Duty, Escalation};
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, Escalations, History, HistoryOf};
use super::list::short;
use super::loader::{Readers, all_under, by_id, reads};
use super::people::Person;
use super::scalar::{Date, DateTime};
use super::school::School;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::access::Action;
use domain::ehc::forecast::{Link, LinkKind};
use domain::ehc::{Ground, RequestSource, Service, State};
use domain::event::EventKind;
use entity::{
    advice_request, child, delay_notice, draft_plan, ehc_assessment, ehc_forecast, person, school,
    statutory_exception,
};

/// An EHC needs assessment.
pub struct EhcAssessment(ehc_assessment::Model);

impl From<ehc_assessment::Model> for EhcAssessment {
    fn from(row: ehc_assessment::Model) -> Self {
        Self(row)
    }
}

/// A link in the chain of reasons of a forecast.
#[derive(SimpleObject)]
pub struct ForecastLink {
    /// What is waited for.
    what: LinkKind,
    /// Of which service, where it is advice, a query or a check.
    service: Option<Service>,
    /// The earliest realistic date.
    on: Date,
    /// Why.
    reason: String,
}

impl From<Link> for ForecastLink {
    fn from(link: Link) -> Self {
        Self { what: link.what, service: link.service, on: Date(link.on), reason: link.reason }
    }
}

/// The earliest realistic dates, from what is still open and what must follow it (AQ-9).
pub struct Forecast(ehc_forecast::Model);

/// The earliest realistic dates, from what is still open and what must follow it (AQ-9).
#[Object]
impl Forecast {
    /// The draft plan; nothing once it is out.
    async fn draft_on(&self) -> Option<Date> {
        self.0.draft_on.map(Date)
    }

    /// The final plan.
    async fn final_on(&self) -> Date {
        Date(self.0.final_on)
    }

    /// Calendar days between the forecast and the statutory date; below zero when late.
    async fn days_in_hand(&self) -> i32 {
        self.0.days_in_hand
    }

    /// Whether the parents are still to be told of the delay.
    async fn delay_notice_due(&self) -> bool {
        self.0.notice_due
    }

    /// The last day on which it stays so if nothing happens.
    async fn holds_until(&self) -> Date {
        Date(self.0.holds_until)
    }

    /// Why, step by step.
    async fn chain(&self) -> Result<Vec<ForecastLink>> {
        let chain: Vec<Link> = serde_json::from_value(self.0.chain.clone())?;
        Ok(chain.into_iter().map(ForecastLink::from).collect())
    }

    /// When it was reckoned (UTC).
    async fn reckoned_at(&self) -> DateTime {
        DateTime(self.0.reckoned_at)
    }
}

/// An EHC needs assessment: from the request to the final plan, by its statutory clock (EH-1).
#[Object]
impl EhcAssessment {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::EhcAssessment, self.0.id)
    }

    /// The case reference that mail carries.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Where it stands.
    async fn state(&self) -> State {
        self.0.state
    }

    /// Who asked for it.
    async fn source(&self) -> RequestSource {
        self.0.source
    }

    /// The date of the request: day 0.
    async fn requested_on(&self) -> Date {
        Date(self.0.requested_on)
    }

    /// By when to decide whether to assess: 6 weeks, with exceptions.
    async fn decide_by(&self) -> Date {
        Date(self.0.decide_by)
    }

    /// By when to decide whether to issue a plan: 16 weeks, with exceptions.
    async fn issue_by(&self) -> Date {
        Date(self.0.issue_by)
    }

    /// By when to issue the final plan: 20 weeks, with exceptions. `duties` say how it was counted.
    async fn final_by(&self) -> Date {
        Date(self.0.final_by)
    }

    /// When it was decided to assess.
    async fn decided_on(&self) -> Option<Date> {
        self.0.decided_on.map(Date)
    }

    /// When it was declined or ended.
    async fn outcome_on(&self) -> Option<Date> {
        self.0.outcome_on.map(Date)
    }

    /// Why it was declined, ended without a plan, or ceased.
    async fn outcome_reason(&self) -> Option<&str> {
        self.0.outcome_reason.as_deref()
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that holds the child, or held it when the assessment ended.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// The EHCP coordinator who runs the case, where one is named.
    async fn coordinator(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.coordinator_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// The advice asked for it, as far as the viewer sees it, by due date.
    async fn advice_requests(&self, ctx: &Context<'_>) -> Result<Vec<AdviceRequest>> {
        let found = all_under(ctx, self.0.id, short::AdviceOfAssessment).await?;
        Ok(found.into_iter().map(AdviceRequest::from).collect())
    }

    /// The queries on its advice, as far as the viewer sees them, oldest first.
    async fn advice_queries(&self, ctx: &Context<'_>) -> Result<Vec<AdviceQuery>> {
        let found = all_under(ctx, self.0.id, short::QueriesOfAssessment).await?;
        Ok(found.into_iter().map(AdviceQuery::from).collect())
    }

    /// The exceptions to its dates, those taken back included (EH-4).
    async fn exceptions(&self, ctx: &Context<'_>) -> Result<Vec<StatutoryException>> {
        let found = all_under(ctx, self.0.id, short::Exceptions).await?;
        Ok(found.into_iter().map(StatutoryException::from).collect())
    }

    /// The draft plans, oldest first.
    async fn draft_plans(&self, ctx: &Context<'_>) -> Result<Vec<DraftPlan>> {
        let found = all_under(ctx, self.0.id, short::DraftPlans).await?;
        Ok(found.into_iter().map(DraftPlan::from).collect())
    }

    /// What the parents said to the draft plan; the family's and the SEND team's.
    async fn parents_response(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(said) = &self.0.parents_response else { return Ok(None) };
        let seen = reads::<ehc_assessment::Entity>(ctx, self.0.id, Readers::TeamAndFamily).await?;
        Ok(seen.then(|| said.clone()))
    }

    /// When the parents answered the draft plan.
    async fn parents_responded_on(&self) -> Option<Date> {
        self.0.parents_responded_on.map(Date)
    }

    /// The notices to the parents that the plan will be late, oldest first (AQ-9).
    async fn delay_notices(&self, ctx: &Context<'_>) -> Result<Vec<DelayNotice>> {
        let found = all_under(ctx, self.0.id, short::DelayNotices).await?;
        Ok(found.into_iter().map(DelayNotice::from).collect())
    }

    /// The earliest realistic dates of a running assessment, to those who work on the case (AQ-9).
    async fn forecast(&self, ctx: &Context<'_>) -> Result<Option<Forecast>> {
        Ok(by_id::<ehc_forecast::Entity>(ctx, self.0.id).await?.map(Forecast))
    }

    /// Its deadlines and those of everything in it, by due date.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        let list = Duties { of: Some(DutiesOf::Case), ..Duties::default() };
        Ok(all_under(ctx, self.0.id, list).await?.into_iter().map(Duty::from).collect())
    }

    /// Its escalations, newest first.
    async fn escalations(&self, ctx: &Context<'_>) -> Result<Vec<Escalation>> {
        let list = Escalations { of_case: true, ..Escalations::default() };
        Ok(all_under(ctx, self.0.id, list).await?.into_iter().map(Escalation::from).collect())
    }

    /// What happened, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Case, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take from here, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_assessment(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    EhcAssessmentConnection,
    EhcAssessmentEdge,
    EhcAssessment,
    crate::store::list::ehc::Assessments
);

/// A recorded ground that excuses a statutory date.
pub struct StatutoryException(statutory_exception::Model);

impl From<statutory_exception::Model> for StatutoryException {
    fn from(row: statutory_exception::Model) -> Self {
        Self(row)
    }
}

/// A recorded ground that excuses a statutory date (EH-4).
#[Object]
impl StatutoryException {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::StatutoryException, self.0.id)
    }

    /// On which ground.
    async fn ground(&self) -> Ground {
        self.0.ground
    }

    /// First date on which it held.
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last date on which it held.
    async fn to_date(&self) -> Date {
        Date(self.0.to_date)
    }

    /// What shows it.
    async fn evidence(&self) -> &str {
        &self.0.evidence
    }

    /// The advice whose date it moves, for a missed appointment.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        match self.0.request_id {
            Some(id) => Ok(by_id::<advice_request::Entity>(ctx, id).await?.map(AdviceRequest::from)),
            None => Ok(None),
        }
    }

    /// When it was recorded (UTC).
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it was taken back (UTC).
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

/// A draft plan as it was served on the parents.
pub struct DraftPlan(draft_plan::Model);

impl From<draft_plan::Model> for DraftPlan {
    fn from(row: draft_plan::Model) -> Self {
        Self(row)
    }
}

/// A draft plan as it was served on the parents (EH-3, AQ-8).
#[Object]
impl DraftPlan {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::DraftPlan, self.0.id)
    }

    /// 1 for the first.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What it says.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// When it was served (UTC).
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at)
    }

    /// The last day of the parents' time for it: 15 days, that of its service being the first.
    async fn respond_by(&self) -> Date {
        Date(self.0.respond_by)
    }

    /// Whether a SEND manager let it go out with open queries; nothing for those who do not see queries.
    async fn overridden(&self, ctx: &Context<'_>) -> Result<Option<bool>> {
        let seen = reads::<ehc_assessment::Entity>(ctx, self.0.assessment_id, Readers::Team).await?;
        Ok(seen.then_some(self.0.override_reason.is_some()))
    }

    /// When its issue was taken back (UTC).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// The checks by the advice givers, as far as the viewer sees them.
    async fn checks(&self, ctx: &Context<'_>) -> Result<Vec<AccuracyCheck>> {
        let found = all_under(ctx, self.0.id, short::ChecksOfDraft).await?;
        Ok(found.into_iter().map(AccuracyCheck::from).collect())
    }

    /// The assessment, if the viewer sees it.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        Ok(by_id::<ehc_assessment::Entity>(ctx, self.0.assessment_id).await?.map(EhcAssessment))
    }
}

/// A notice to the parents that the plan will be late.
pub struct DelayNotice(delay_notice::Model);

impl From<delay_notice::Model> for DelayNotice {
    fn from(row: delay_notice::Model) -> Self {
        Self(row)
    }
}

/// A notice to the parents that the plan will be late (AQ-9).
#[Object]
impl DelayNotice {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::DelayNotice, self.0.id)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The new date that they were told.
    async fn new_final_on(&self) -> Date {
        Date(self.0.new_final_on)
    }

    /// When (UTC).
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at)
    }

    /// The assessment.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        Ok(by_id::<ehc_assessment::Entity>(ctx, self.0.assessment_id).await?.map(EhcAssessment))
    }
}
