//! What a child's graduated response is made of before and beside the One Plan: concerns, assessments, interventions,
//! register decisions (GR-1 to GR-4).

use super::child::Child;
use super::id::{Kind, encode};
use super::loader::by_id;
use super::people::{ParentCarer, Person};
use super::scalar::{Date, DateTime};
use super::school::School;
use crate::store::scope::Scoped;
use async_graphql::{Context, ID, Object, Result};
use domain::child::SenStatus;
use domain::graduated::{AreaOfDevelopment, InterventionTier, RegisterStep};
use entity::{
    area_ruled_out, child, instrument, intervention, parent_carer, person, school, school_assessment,
    school_concern, sen_register_decision,
};
use uuid::Uuid;

/// A concern about a child.
pub struct Concern(school_concern::Model);

impl From<school_concern::Model> for Concern {
    fn from(row: school_concern::Model) -> Self {
        Self(row)
    }
}

/// A concern about a child, with what is done for all pupils (GR-1).
#[Object]
impl Concern {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Concern, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that recorded it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// When it came up.
    async fn raised_on(&self) -> Date {
        Date(self.0.raised_on)
    }

    /// The areas of development that it is about.
    async fn areas(&self) -> Result<Vec<AreaOfDevelopment>> {
        Ok(serde_json::from_value(self.0.areas.clone())?)
    }

    /// What it is.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The high-quality teaching and support in place.
    async fn teaching(&self) -> &str {
        &self.0.teaching
    }

    /// Who recorded it, if the viewer sees them.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.recorded_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
}

/// A school's assessment of an area of development.
pub struct SchoolAssessment(school_assessment::Model);

impl From<school_assessment::Model> for SchoolAssessment {
    fn from(row: school_assessment::Model) -> Self {
        Self(row)
    }
}

/// A school's assessment of an area of development (GR-2, GR-7).
#[Object]
impl SchoolAssessment {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::SchoolAssessment, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that made it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// The area.
    async fn area(&self) -> AreaOfDevelopment {
        self.0.area
    }

    /// The instrument, by name.
    async fn instrument(&self) -> &str {
        &self.0.instrument
    }

    /// The instrument of the authority's list; none for free text.
    async fn listed_instrument(&self, ctx: &Context<'_>) -> Result<Option<Instrument>> {
        match self.0.instrument_id {
            Some(id) => Ok(by_id::<instrument::Entity>(ctx, id).await?.map(Instrument::from)),
            None => Ok(None),
        }
    }

    /// Whether it was standardised; free text counts as not.
    async fn standardised(&self) -> bool {
        self.0.standardised
    }

    /// When.
    async fn assessed_on(&self) -> Date {
        Date(self.0.assessed_on)
    }

    /// What it showed.
    async fn result(&self) -> &str {
        &self.0.result
    }

    /// Whether it identifies a need for further intervention.
    async fn identifies_need(&self) -> bool {
        self.0.identifies_need
    }

    /// Who recorded it, if the viewer sees them.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.recorded_by).await?.map(Person::from))
    }

    /// When (UTC).
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// When it was taken back as a mistake (UTC).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// Why it was taken back.
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// An area of development that was ruled out.
pub struct AreaRuledOut(area_ruled_out::Model);

impl From<area_ruled_out::Model> for AreaRuledOut {
    fn from(row: area_ruled_out::Model) -> Self {
        Self(row)
    }
}

/// An area of development that was ruled out (GR-2).
#[Object]
impl AreaRuledOut {
    /// The area.
    async fn area(&self) -> AreaOfDevelopment {
        self.0.area
    }

    /// Why it is not relevant.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// When.
    async fn ruled_out_on(&self) -> Date {
        Date(self.0.ruled_out_on)
    }

    /// The school that ruled it out.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }
}

/// What is done for a child.
pub struct Intervention(intervention::Model);

impl From<intervention::Model> for Intervention {
    fn from(row: intervention::Model) -> Self {
        Self(row)
    }
}

/// What is done for a child: before identification, or in a section of a One Plan (GR-1, GR-5).
#[Object]
impl Intervention {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Intervention, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that does it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// The area of development.
    async fn area(&self) -> AreaOfDevelopment {
        self.0.area
    }

    /// How far it goes.
    async fn tier(&self) -> InterventionTier {
        self.0.tier
    }

    /// What is done.
    async fn what(&self) -> &str {
        &self.0.what
    }

    /// On what evidence.
    async fn evidence_base(&self) -> &str {
        &self.0.evidence_base
    }

    /// Who does it.
    async fn who(&self) -> &str {
        &self.0.who
    }

    /// When and how often.
    async fn when(&self) -> &str {
        &self.0.timetable
    }

    /// First date.
    #[graphql(name = "from")]
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last date, if it ended.
    #[graphql(name = "to")]
    async fn to_date(&self) -> Option<Date> {
        self.0.to_date.map(Date)
    }

    /// When its impact was looked at.
    async fn reviewed_on(&self) -> Option<Date> {
        self.0.reviewed_on.map(Date)
    }

    /// What it achieved.
    async fn impact(&self) -> Option<&str> {
        self.0.impact.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// A SEN-register decision.
pub struct SenRegisterDecision(sen_register_decision::Model);

impl From<sen_register_decision::Model> for SenRegisterDecision {
    fn from(row: sen_register_decision::Model) -> Self {
        Self(row)
    }
}

/// A SEN-register decision: who decided, on what (GR-4).
#[Object]
impl SenRegisterDecision {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::SenRegisterDecision, self.0.id)
    }

    /// The child.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        Ok(by_id::<child::Entity>(ctx, self.0.child_id).await?.map(Child::from))
    }

    /// The school that decided.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// Which way it went.
    async fn step(&self) -> RegisterStep {
        self.0.step
    }

    /// When.
    async fn decided_on(&self) -> Date {
        Date(self.0.decided_on)
    }

    /// The SENCO who decided, if the viewer sees them.
    async fn senco(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.senco_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// The staff who decided, each by name and role.
    async fn staff(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.0.staff.clone())?)
    }

    /// The parents and carers who decided, as far as the viewer sees them.
    async fn parents(&self, ctx: &Context<'_>) -> Result<Vec<ParentCarer>> {
        let ids: Vec<Uuid> = serde_json::from_value(self.0.parents.clone())?;
        each::<parent_carer::Entity, _>(ctx, ids).await
    }

    /// The assessments cited.
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Vec<SchoolAssessment>> {
        let ids: Vec<Uuid> = serde_json::from_value(self.0.assessments.clone())?;
        each::<school_assessment::Entity, _>(ctx, ids).await
    }

    /// In what the provision is additional to or different from that of other pupils; for taking off, why.
    async fn provision(&self) -> &str {
        &self.0.words
    }

    /// The parents' view of taking off.
    async fn parents_view(&self) -> Option<&str> {
        self.0.parents_view.as_deref()
    }

    /// The SEN status before it.
    async fn status_before(&self) -> SenStatus {
        self.0.status_before
    }

    /// When it was taken back (UTC).
    async fn reversed_at(&self) -> Option<DateTime> {
        self.0.reversed_at.map(DateTime)
    }

    /// Why it was taken back.
    async fn reversed_reason(&self) -> Option<&str> {
        self.0.reversed_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// An instrument on an authority's list.
pub struct Instrument(instrument::Model);

impl From<instrument::Model> for Instrument {
    fn from(row: instrument::Model) -> Self {
        Self(row)
    }
}

/// An instrument on an authority's list (GR-7).
#[Object]
impl Instrument {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Instrument, self.0.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is standardised.
    async fn standardised(&self) -> bool {
        self.0.standardised
    }

    /// How often it may be used for a child in a school year, where that differs from the policy.
    async fn yearly_maximum(&self) -> Option<i32> {
        self.0.yearly_maximum
    }

    /// When it was taken off the list (UTC).
    async fn retired_at(&self) -> Option<DateTime> {
        self.0.retired_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The rows with these ids that the viewer sees, in order.
async fn each<E: Scoped, T: From<E::Model>>(ctx: &Context<'_>, ids: Vec<Uuid>) -> Result<Vec<T>> {
    let found = futures_util::future::try_join_all(ids.into_iter().map(|id| by_id::<E>(ctx, id))).await?;
    Ok(found.into_iter().flatten().map(T::from).collect())
}
