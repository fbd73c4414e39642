//! One Plans: cycles, sections, outcomes, contributions (GR-5 to GR-8).

use super::case::Consultation;
use super::child::Child;
use super::connection::Listed;
use super::deadline::Duty;
use super::event::EventConnection;
use super::graduated::{Instrument, Intervention, SchoolAssessment};
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, History, HistoryOf};
use super::list::evidence::ActionPlansOfCycle;
use super::list::short;
use super::loader::{all_under, by_id};
use super::locality::ActionPlan;
use super::people::Person;
use super::scalar::{Date, DateTime};
use super::school::School;
use async_graphql::{Context, ID, Object, Result};
use domain::access::Action;
use domain::event::EventKind;
use domain::graduated::{AreaOfDevelopment, Contributor, CycleState, OnePlanState, Progress, Season};
use entity::{
    child, consultation, further_observation, instrument, one_plan, person, plan_contribution, plan_cycle,
    plan_evidence, plan_outcome, plan_section, school, school_assessment,
};

/// A One Plan.
pub struct OnePlan(one_plan::Model);

impl From<one_plan::Model> for OnePlan {
    fn from(row: one_plan::Model) -> Self {
        Self(row)
    }
}

/// A One Plan: what the school does for a child, cycle by cycle (GR-5).
#[Object]
impl OnePlan {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::OnePlan, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that drafted it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// Where it stands.
    async fn state(&self) -> OnePlanState {
        self.0.state
    }

    /// Who drafted it, if the viewer sees them.
    async fn drafted_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.drafted_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn drafted_at(&self) -> DateTime {
        DateTime(self.0.drafted_at)
    }

    /// When it came into force.
    async fn activated_on(&self) -> Option<Date> {
        self.0.activated_on.map(Date)
    }

    /// By when its open cycle is reviewed: the last day of its full term (GR-6); none where none runs.
    async fn review_by(&self) -> Option<Date> {
        self.0.review_by.map(Date)
    }

    /// When it ended.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it ended.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }

    /// Its cycles, oldest first.
    async fn cycles(&self, ctx: &Context<'_>) -> Result<Vec<PlanCycle>> {
        Ok(all_under(ctx, self.0.id, short::Cycles).await?.into_iter().map(PlanCycle::from).collect())
    }

    /// What parents and pupil contribute, oldest first.
    async fn contributions(&self, ctx: &Context<'_>) -> Result<Vec<PlanContribution>> {
        Ok(all_under(ctx, self.0.id, short::Contributions)
            .await?
            .into_iter()
            .map(PlanContribution::from)
            .collect())
    }

    /// Further observations, with what teacher and parents said, oldest first (GR-8).
    async fn further_observations(&self, ctx: &Context<'_>) -> Result<Vec<FurtherObservation>> {
        Ok(all_under(ctx, self.0.id, short::Observations)
            .await?
            .into_iter()
            .map(FurtherObservation::from)
            .collect())
    }

    /// The plan and its history as one accessible HTML page, ready to be printed: the words of every cycle, escaped. Given
    /// to be saved or printed, not to be put into another page as it is.
    #[graphql(complexity = 200)]
    async fn document(&self, ctx: &Context<'_>) -> Result<String> {
        super::document::of(ctx, &self.0).await
    }

    /// What happened to the plan, oldest first, as far as the viewer sees it.
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

    /// The steps that the viewer may take, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        super::loader::allowed_on_plan(ctx, &self.0).await
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A cycle of a One Plan.
pub struct PlanCycle(plan_cycle::Model);

impl From<plan_cycle::Model> for PlanCycle {
    fn from(row: plan_cycle::Model) -> Self {
        Self(row)
    }
}

/// A cycle of a One Plan: a full term of assess, plan, do, review (GR-6).
#[Object]
impl PlanCycle {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::PlanCycle, self.0.id)
    }

    /// The plan.
    async fn one_plan(&self, ctx: &Context<'_>) -> Result<Option<OnePlan>> {
        Ok(by_id::<one_plan::Entity>(ctx, self.0.plan_id).await?.map(OnePlan::from))
    }

    /// 1 for the first.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Where it stands.
    async fn state(&self) -> CycleState {
        self.0.state
    }

    /// The school that opened it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// When it was opened (UTC).
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// When it begins; none while the plan is a draft.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// Its full term; none while the plan is a draft.
    async fn season(&self) -> Option<Season> {
        self.0.season
    }

    /// The year in which that term's school year starts.
    async fn school_year(&self) -> Option<i32> {
        self.0.school_year
    }

    /// By when it is reviewed: the last day of its term.
    async fn review_by(&self) -> Option<Date> {
        self.0.review_by.map(Date)
    }

    /// When it was reviewed.
    async fn reviewed_on(&self) -> Option<Date> {
        self.0.reviewed_on.map(Date)
    }

    /// Who recorded the review, if the viewer sees them.
    async fn reviewed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.reviewed_by {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// Whether the review left concerns.
    async fn concerns_remain(&self) -> bool {
        self.0.concerns_remain
    }

    /// What the review came to.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// Its sections, one on each area of need.
    async fn sections(&self, ctx: &Context<'_>) -> Result<Vec<PlanSection>> {
        Ok(all_under(ctx, self.0.id, short::Sections).await?.into_iter().map(PlanSection::from).collect())
    }

    /// Evidence from the locality group: the action plans of items about the child that were written from the day on which the
    /// cycle began until the child's next one began (GR-5). Nothing to those who cannot get from an item to its child (LG-11).
    async fn action_plans(&self, ctx: &Context<'_>) -> Result<Vec<ActionPlan>> {
        let found = all_under(ctx, self.0.id, ActionPlansOfCycle).await?;
        Ok(found.into_iter().map(ActionPlan::from).collect())
    }

    /// Its deadline; not to parents and young people.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        let list = Duties { of: Some(DutiesOf::Object), ..Duties::default() };
        Ok(all_under(ctx, self.0.id, list).await?.into_iter().map(Duty::from).collect())
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A section of a cycle.
pub struct PlanSection(plan_section::Model);

impl From<plan_section::Model> for PlanSection {
    fn from(row: plan_section::Model) -> Self {
        Self(row)
    }
}

/// A section of a cycle, on one area of need (GR-5).
#[Object]
impl PlanSection {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::PlanSection, self.0.id)
    }

    /// The cycle.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<PlanCycle>> {
        Ok(by_id::<plan_cycle::Entity>(ctx, self.0.cycle_id).await?.map(PlanCycle::from))
    }

    /// The area of need.
    async fn area(&self) -> AreaOfDevelopment {
        self.0.area
    }

    /// What is known of the need.
    async fn assess(&self) -> &str {
        &self.0.assess
    }

    /// What is to be achieved.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<Vec<PlanOutcome>> {
        Ok(all_under(ctx, self.0.id, short::Outcomes).await?.into_iter().map(PlanOutcome::from).collect())
    }

    /// What is done towards it, by whom and when.
    async fn interventions(&self, ctx: &Context<'_>) -> Result<Vec<Intervention>> {
        Ok(all_under(ctx, self.0.id, short::InterventionsOfSection)
            .await?
            .into_iter()
            .map(Intervention::from)
            .collect())
    }

    /// When it is reviewed.
    async fn review_on(&self) -> Option<Date> {
        self.0.review_on.map(Date)
    }

    /// By what the review measures.
    async fn review_measure(&self) -> &str {
        &self.0.review_measure
    }

    /// Whether its four parts are there.
    async fn complete(&self) -> bool {
        self.0.complete
    }

    /// What the review found.
    async fn findings(&self) -> Option<&str> {
        self.0.findings.as_deref()
    }

    /// What that says of the outcomes.
    async fn progress(&self) -> Option<Progress> {
        self.0.progress
    }

    /// The assessment on which the review rests (GR-7).
    async fn reassessment(&self, ctx: &Context<'_>) -> Result<Option<SchoolAssessment>> {
        match self.0.reassessment_id {
            Some(id) => Ok(by_id::<school_assessment::Entity>(ctx, id).await?.map(SchoolAssessment::from)),
            None => Ok(None),
        }
    }

    /// The instrument that was used up instead, if the viewer sees it (GR-7).
    async fn used_up_instrument(&self, ctx: &Context<'_>) -> Result<Option<Instrument>> {
        match self.0.used_up_instrument_id {
            Some(id) => Ok(by_id::<instrument::Entity>(ctx, id).await?.map(Instrument::from)),
            None => Ok(None),
        }
    }

    /// Evidence from elsewhere.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Vec<PlanEvidence>> {
        Ok(all_under(ctx, self.0.id, short::Evidence).await?.into_iter().map(PlanEvidence::from).collect())
    }

    /// Who wrote it last, if the viewer sees them.
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.written_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn written_at(&self) -> DateTime {
        DateTime(self.0.written_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What a section is to achieve.
pub struct PlanOutcome(plan_outcome::Model);

impl From<plan_outcome::Model> for PlanOutcome {
    fn from(row: plan_outcome::Model) -> Self {
        Self(row)
    }
}

/// What a section is to achieve.
#[Object]
impl PlanOutcome {
    /// What the child will be able to do.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// By what it is seen.
    async fn measure(&self) -> &str {
        &self.0.measure
    }
}

/// What parents or pupil contribute to a One Plan.
pub struct PlanContribution(plan_contribution::Model);

impl From<plan_contribution::Model> for PlanContribution {
    fn from(row: plan_contribution::Model) -> Self {
        Self(row)
    }
}

/// What parents or pupil contribute to a One Plan (GR-5).
#[Object]
impl PlanContribution {
    /// Whose it is.
    async fn contributor(&self) -> Contributor {
        self.0.contributor
    }

    /// What they say.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// When it was recorded (UTC).
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
}

/// Evidence in a section.
pub struct PlanEvidence(plan_evidence::Model);

impl From<plan_evidence::Model> for PlanEvidence {
    fn from(row: plan_evidence::Model) -> Self {
        Self(row)
    }
}

/// Evidence in a section: the Record of Involvement of an online consultation (OC-13).
#[Object]
impl PlanEvidence {
    /// The consultation whose record it is, if the viewer sees it.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        Ok(by_id::<consultation::Entity>(ctx, self.0.consultation_id).await?.map(Consultation::from))
    }

    /// When it was cited (UTC).
    async fn cited_at(&self) -> DateTime {
        DateTime(self.0.cited_at)
    }
}

/// A further observation.
pub struct FurtherObservation(further_observation::Model);

impl From<further_observation::Model> for FurtherObservation {
    fn from(row: further_observation::Model) -> Self {
        Self(row)
    }
}

/// A further observation, with what teacher and parents said (GR-8).
#[Object]
impl FurtherObservation {
    /// When.
    async fn observed_on(&self) -> Date {
        Date(self.0.observed_on)
    }

    /// What was observed.
    async fn observation(&self) -> &str {
        &self.0.observation
    }

    /// What the teacher said.
    async fn teacher(&self) -> &str {
        &self.0.teacher
    }

    /// What the parents said.
    async fn parents(&self) -> &str {
        &self.0.parents
    }

    /// Who recorded it, if the viewer sees them.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.recorded_by).await?.map(Person::from))
    }
}

super::connection::connection!(
    OnePlanConnection,
    OnePlanEdge,
    OnePlan,
    crate::store::list::graduated::OnePlans
);
