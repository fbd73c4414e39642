//! EHC advice: requests, versions, queries, checks of the draft plan.

use super::assessment::{DraftPlan, EhcAssessment};
use super::child::Child;
use super::connection::Listed;
use super::deadline::Duty;
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, History, HistoryOf};
use super::list::short;
use super::loader::{Readers, all_under, by_id, reads};
use super::people::Person;
use super::scalar::{Date, DateTime};
use async_graphql::{Context, ID, Object, Result};
use domain::access::Action;
use domain::ehc::{CheckState, EntryKind, QueryDecision, QueryReason, QueryState, RequestState, Service};
use domain::event::EventKind;
use entity::{
    accuracy_check, advice_query, advice_query_entry, advice_request, advice_version, child, draft_plan,
    ehc_assessment, person,
};

async fn person(ctx: &Context<'_>, id: Option<uuid::Uuid>) -> Result<Option<Person>> {
    match id {
        Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
        None => Ok(None),
    }
}

async fn duties_on(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Vec<Duty>> {
    let list = Duties { of: Some(DutiesOf::Object), ..Duties::default() };
    Ok(all_under(ctx, id, list).await?.into_iter().map(Duty::from).collect())
}

/// Advice asked of somebody for an assessment.
pub struct AdviceRequest(advice_request::Model);

impl From<advice_request::Model> for AdviceRequest {
    fn from(row: advice_request::Model) -> Self {
        Self(row)
    }
}

/// Advice asked of somebody for an EHC needs assessment (EH-2).
#[Object]
impl AdviceRequest {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AdviceRequest, self.0.id)
    }

    /// The reference of its case.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// From which service.
    async fn service(&self) -> Service {
        self.0.service
    }

    /// Where it stands.
    async fn state(&self) -> RequestState {
        self.0.state
    }

    /// Who gives it; nobody for the parents'.
    async fn giver(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person(ctx, self.0.giver_id).await
    }

    /// The giver's line manager, where known.
    async fn manager(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person(ctx, self.0.manager_id).await
    }

    /// Since when the giver is not at work and the manager answers (AQ-6); to the SEND team and those who were asked.
    async fn giver_absent_since(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let Some(since) = self.0.absent_since else { return Ok(None) };
        let seen = reads::<advice_request::Entity>(ctx, self.0.id, Readers::TeamAndAsked).await?;
        Ok(seen.then_some(Date(since)))
    }

    /// When it was asked.
    async fn asked_on(&self) -> Date {
        Date(self.0.asked_on)
    }

    /// By when it is due: 6 weeks, with exceptions.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// When the first version came in.
    async fn received_on(&self) -> Option<Date> {
        self.0.received_on.map(Date)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The assessment, if the viewer sees it.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        Ok(by_id::<ehc_assessment::Entity>(ctx, self.0.assessment_id).await?.map(EhcAssessment::from))
    }

    /// The versions that came in, oldest first (AQ-1).
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<AdviceVersion>> {
        let found = all_under(ctx, self.0.id, short::AdviceVersions).await?;
        Ok(found.into_iter().map(AdviceVersion::from).collect())
    }

    /// The queries on it, as far as the viewer sees them, oldest first.
    async fn queries(&self, ctx: &Context<'_>) -> Result<Vec<AdviceQuery>> {
        let found = all_under(ctx, self.0.id, short::QueriesOfAdvice).await?;
        Ok(found.into_iter().map(AdviceQuery::from).collect())
    }

    /// The checks of draft plans asked of its giver, as far as the viewer sees them.
    async fn accuracy_checks(&self, ctx: &Context<'_>) -> Result<Vec<AccuracyCheck>> {
        let found = all_under(ctx, self.0.id, short::ChecksOfAdvice).await?;
        Ok(found.into_iter().map(AccuracyCheck::from).collect())
    }

    /// The deadlines on it, if the viewer sees them.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_on(ctx, self.0.id).await
    }

    /// What happened to it, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Part, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take from here, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_request(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    AdviceRequestConnection,
    AdviceRequestEdge,
    AdviceRequest,
    crate::store::list::ehc::AdviceRequests
);

/// A version of an advice.
pub struct AdviceVersion(advice_version::Model);

impl From<advice_version::Model> for AdviceVersion {
    fn from(row: advice_version::Model) -> Self {
        Self(row)
    }
}

/// A version of an advice as it came in (AQ-1). Immutable.
#[Object]
impl AdviceVersion {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AdviceVersion, self.0.id)
    }

    /// 1 for the first.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What it says.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// What changed against the version before.
    async fn what_changed(&self) -> Option<&str> {
        self.0.what_changed.as_deref()
    }

    /// When it came in (UTC).
    async fn submitted_at(&self) -> DateTime {
        DateTime(self.0.submitted_at)
    }

    /// Who sent it in or recorded it, where the viewer sees them.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person(ctx, Some(self.0.submitted_by)).await
    }
}

/// A query on an advice.
pub struct AdviceQuery(advice_query::Model);

impl From<advice_query::Model> for AdviceQuery {
    fn from(row: advice_query::Model) -> Self {
        Self(row)
    }
}

/// A query on an advice (AQ-2 to AQ-7). It moves no statutory date (AQ-11).
#[Object]
impl AdviceQuery {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AdviceQuery, self.0.id)
    }

    /// Where it stands.
    async fn state(&self) -> QueryState {
        self.0.state
    }

    /// What is wrong with the advice.
    async fn reason(&self) -> QueryReason {
        self.0.reason
    }

    /// On which version of the advice.
    async fn on_version(&self) -> i32 {
        self.0.on_version
    }

    /// On which part of it.
    async fn part(&self) -> &str {
        &self.0.part
    }

    /// What is asked.
    async fn question(&self) -> &str {
        &self.0.question
    }

    /// Who raised it, where the viewer sees them.
    async fn raised_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person(ctx, Some(self.0.raised_by)).await
    }

    /// When it was raised (UTC).
    async fn raised_at(&self) -> DateTime {
        DateTime(self.0.raised_at)
    }

    /// What the SEND manager decided last and was not acted on by a formal follow-up yet; to the SEND team.
    async fn decision(&self, ctx: &Context<'_>) -> Result<Option<QueryDecision>> {
        let Some(decided) = self.0.decision else { return Ok(None) };
        let seen = reads::<ehc_assessment::Entity>(ctx, self.0.assessment_id, Readers::Team).await?;
        Ok(seen.then_some(decided))
    }

    /// What the formal follow-up requires.
    async fn required(&self) -> Option<&str> {
        self.0.required.as_deref()
    }

    /// When the formal follow-up was opened (UTC).
    async fn follow_up_opened_at(&self) -> Option<DateTime> {
        self.0.follow_up_opened_at.map(DateTime)
    }

    /// By when its response is due.
    async fn follow_up_due_on(&self) -> Option<Date> {
        self.0.follow_up_due_on.map(Date)
    }

    /// When updated advice answered it (UTC).
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }

    /// When it was settled, closed or withdrawn (UTC).
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Who was told or asked what, when, as far as the viewer sees it, oldest first.
    async fn log(&self, ctx: &Context<'_>) -> Result<Vec<AdviceQueryEntry>> {
        let found = all_under(ctx, self.0.id, short::QueryEntries).await?;
        Ok(found.into_iter().map(AdviceQueryEntry).collect())
    }

    /// The advice that it is on.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        Ok(by_id::<advice_request::Entity>(ctx, self.0.request_id).await?.map(AdviceRequest))
    }

    /// The assessment, if the viewer sees it.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        Ok(by_id::<ehc_assessment::Entity>(ctx, self.0.assessment_id).await?.map(EhcAssessment::from))
    }

    /// The deadlines on it.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_on(ctx, self.0.id).await
    }

    /// What happened to it, oldest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Subject, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take from here, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let request = by_id::<advice_request::Entity>(ctx, self.0.request_id).await?;
        let op = super::context::op(ctx)?;
        Ok(request
            .map(|request| crate::workflow::ehc::allowed::on_query(&op, &self.0, &request))
            .unwrap_or_default())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(
    AdviceQueryConnection,
    AdviceQueryEdge,
    AdviceQuery,
    crate::store::list::ehc::AdviceQueries
);

/// An entry in the log of a query.
pub struct AdviceQueryEntry(advice_query_entry::Model);

/// An entry in the log of a query: who was told or asked what, when.
#[Object]
impl AdviceQueryEntry {
    /// What it says.
    async fn kind(&self) -> EntryKind {
        self.0.kind
    }

    /// In words; of a letter, its text.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// What was answered.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// The subject line, of a letter.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// The addresses that a letter went to.
    async fn recipients(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.0.recipients.clone())?)
    }

    /// Who, where the viewer sees them.
    async fn entered_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person(ctx, Some(self.0.entered_by)).await
    }

    /// When (UTC).
    async fn entered_at(&self) -> DateTime {
        DateTime(self.0.entered_at)
    }
}

/// The check of a draft plan by an advice giver.
pub struct AccuracyCheck(accuracy_check::Model);

impl From<accuracy_check::Model> for AccuracyCheck {
    fn from(row: accuracy_check::Model) -> Self {
        Self(row)
    }
}

/// The check of a draft plan by an advice giver (AQ-8).
#[Object]
impl AccuracyCheck {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::AccuracyCheck, self.0.id)
    }

    /// The service of who is asked.
    async fn service(&self) -> Service {
        self.0.service
    }

    /// Where it stands.
    async fn state(&self) -> CheckState {
        self.0.state
    }

    /// What is to be put right.
    async fn feedback(&self) -> Option<&str> {
        self.0.feedback.as_deref()
    }

    /// When it was answered (UTC).
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }

    /// The draft plan.
    async fn draft_plan(&self, ctx: &Context<'_>) -> Result<Option<DraftPlan>> {
        Ok(by_id::<draft_plan::Entity>(ctx, self.0.draft_plan_id).await?.map(DraftPlan::from))
    }

    /// The advice of who is asked.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        Ok(by_id::<advice_request::Entity>(ctx, self.0.request_id).await?.map(AdviceRequest))
    }

    /// The deadlines on it.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_on(ctx, self.0.id).await
    }

    /// The steps that the viewer may take from here, by role, relation and state (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let request = by_id::<advice_request::Entity>(ctx, self.0.request_id).await?;
        let op = super::context::op(ctx)?;
        Ok(request
            .map(|request| crate::workflow::ehc::allowed::on_check(&op, &self.0, &request))
            .unwrap_or_default())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
