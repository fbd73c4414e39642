//! Concerns, first-tier interventions, assessments of the areas of development (GR-1, GR-2, GR-7).

use super::Response;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::graduated::facts::yearly_maximum;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::calendar::school_year_of;
use domain::graduated::evidence::{
    self, Administration, decide_assessment, decide_concern, decide_impact, decide_intervention,
    decide_ruling_out, decide_withdrawal,
};
use domain::graduated::{AreaOfDevelopment, GraduatedEvent, InterventionTier};
use domain::name::fold;
use domain::refusal::Findings;
use entity::{area_ruled_out, instrument, intervention, school_assessment, school_concern};
use serde::Serialize;
use uuid::Uuid;

/// Record a concern. Answers the id of the concern.
#[derive(Clone, Debug, Serialize)]
pub struct RecordConcern {
    /// The child.
    pub child: Uuid,
    /// London date of the concern.
    pub raised_on: NaiveDate,
    /// In which areas.
    pub areas: Vec<AreaOfDevelopment>,
    /// What it is.
    pub description: String,
    /// The high-quality teaching and support in place.
    pub teaching: String,
}

async fn gather_child(work: &Work<'_>, child: Uuid) -> Result<Gathered<Response>, Fault> {
    Ok(match Response::load(work, child).await? {
        None => Gathered::NotFound(vec!["child"]),
        Some(response) => response.gathered(),
    })
}

impl Command for RecordConcern {
    const ACTION: Action = Action::RecordConcern;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        gather_child(work, self.child).await
    }

    fn decide(&self, op: &Op, _: &Response) -> (Findings, ()) {
        let given = (self.raised_on, op.today());
        (decide_concern(given.0, given.1, &self.areas, &self.description, &self.teaching), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<school_concern::Entity>(school_concern::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            raised_on: self.raised_on,
            areas: serde_json::to_value(&self.areas)?,
            description: self.description.clone(),
            teaching: self.teaching.clone(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
        })
        .await?;
        response.record(work, "Concern", id, GraduatedEvent::ConcernRecorded).await?;
        Ok(id)
    }
}

/// Record a first-tier intervention. Answers the id of the intervention.
#[derive(Clone, Debug, Serialize)]
pub struct RecordIntervention {
    /// The child.
    pub child: Uuid,
    /// For which area.
    pub area: AreaOfDevelopment,
    /// What is done.
    pub what: String,
    /// On what evidence.
    pub evidence_base: String,
    /// Who does it.
    pub who: String,
    /// When and how often.
    pub when: String,
    /// First London date.
    pub from: NaiveDate,
}

impl Command for RecordIntervention {
    const ACTION: Action = Action::RecordIntervention;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        gather_child(work, self.child).await
    }

    fn decide(&self, op: &Op, _: &Response) -> (Findings, ()) {
        let Self { what, evidence_base, who, when, .. } = self;
        let given = evidence::Intervention { what, evidence_base, who, when };
        (decide_intervention(self.from, op.today(), given), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        let tier = InterventionTier::FirstTier;
        work.insert::<intervention::Entity>(intervention::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            section_id: None,
            position: 0,
            area: self.area,
            tier,
            what: self.what.clone(),
            evidence_base: self.evidence_base.clone(),
            who: self.who.clone(),
            timetable: self.when.clone(),
            from_date: self.from,
            to_date: None,
            reviewed_on: None,
            impact: None,
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
            version: 1,
        })
        .await?;
        response.record(work, "Intervention", id, GraduatedEvent::InterventionRecorded { tier }).await?;
        Ok(id)
    }
}

/// Record what a first-tier intervention achieved.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewIntervention {
    /// The intervention.
    pub intervention: Uuid,
    /// London date on which its impact was looked at.
    pub reviewed_on: NaiveDate,
    /// What it achieved.
    pub impact: String,
    /// Whether it ends with that day.
    pub ends: bool,
}

impl Command for ReviewIntervention {
    const ACTION: Action = Action::ReviewIntervention;
    type Facts = (Response, intervention::Model);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let found = Response::around::<intervention::Entity>(work, self.intervention).await?;
        let Some((response, row)) = found else { return Ok(Gathered::NotFound(vec!["intervention"])) };
        let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: (response, row), standing, target })
    }

    fn decide(&self, op: &Op, (_, row): &Self::Facts) -> (Findings, ()) {
        let (ended, of_section) = (row.to_date.is_some(), row.section_id.is_some());
        let findings =
            decide_impact(ended, of_section, row.from_date, self.reviewed_on, op.today(), &self.impact);
        (findings, ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.reviewed_on = Some(self.reviewed_on);
        row.impact = Some(self.impact.clone());
        row.to_date = self.ends.then_some(self.reviewed_on);
        let id = row.id;
        work.update::<intervention::Entity>(row).await?;
        response.record(work, "Intervention", id, GraduatedEvent::InterventionReviewed).await?;
        Ok(id)
    }
}

/// Record an assessment of an area. Answers the id of the assessment.
#[derive(Clone, Debug, Serialize)]
pub struct RecordAssessment {
    /// The child.
    pub child: Uuid,
    /// Which area.
    pub area: AreaOfDevelopment,
    /// The instrument of the authority's list; or its name in free text.
    pub instrument: Option<Uuid>,
    /// The name of an instrument that is not on the list.
    pub other_instrument: Option<String>,
    /// London date of the assessment.
    pub assessed_on: NaiveDate,
    /// What it showed.
    pub result: String,
    /// Whether it identifies a need for further intervention.
    pub identifies_need: bool,
}

/// What an assessment rests on.
pub struct AssessmentFacts {
    response: Response,
    instrument: Option<instrument::Model>,
    used: u32,
}

impl RecordAssessment {
    /// The instrument, also where its name was written out: free text is no way around the list. A retired one counts on.
    async fn instrument(&self, work: &Work<'_>, authority: Uuid) -> Result<Option<instrument::Model>, Fault> {
        let system = System::within(work);
        match (self.instrument, &self.other_instrument) {
            (Some(id), _) => {
                let found = work.find_shared::<instrument::Entity>(id).await?;
                Ok(found.filter(|row| row.authority_id == authority && row.retired_at.is_none()))
            }
            (None, Some(name)) => system.instrument_named(authority, &fold(name)).await,
            (None, None) => Ok(None),
        }
    }

    fn administration(&self, op: &Op, facts: &AssessmentFacts) -> Administration {
        let known = facts.instrument.as_ref();
        Administration {
            on: self.assessed_on,
            today: op.today(),
            standardised: known.is_some_and(|row| row.standardised),
            used: facts.used,
            maximum: known.map_or(u32::MAX, |row| yearly_maximum(row, &facts.response.figures)),
        }
    }

    fn name<'a>(&'a self, facts: &'a AssessmentFacts) -> &'a str {
        let written = self.other_instrument.as_deref().unwrap_or_default();
        facts.instrument.as_ref().map_or(written, |row| &row.name)
    }
}

impl Command for RecordAssessment {
    const ACTION: Action = Action::RecordSchoolAssessment;
    type Facts = AssessmentFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AssessmentFacts>, Fault> {
        let Some(response) = Response::load(work, self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let instrument = self.instrument(work, response.held.authority_id).await?;
        if self.instrument.is_some() && instrument.is_none() {
            return Ok(Gathered::NotFound(vec!["instrument"]));
        }
        let year = school_year_of(self.assessed_on);
        let used = match &instrument {
            Some(row) => System::within(work).times_used(self.child, row, year).await?,
            None => 0,
        };
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: AssessmentFacts { response, instrument, used }, standing, target: None })
    }

    fn decide(&self, op: &Op, facts: &AssessmentFacts) -> (Findings, ()) {
        (decide_assessment(&self.administration(op, facts), self.name(facts), &self.result), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AssessmentFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<school_assessment::Entity>(school_assessment::Model {
            id,
            authority_id: facts.response.held.authority_id,
            child_id: self.child,
            school_id: facts.response.held.school_id,
            area: self.area,
            instrument: self.name(&facts).to_owned(),
            instrument_id: facts.instrument.as_ref().map(|row| row.id),
            standardised: facts.instrument.as_ref().is_some_and(|row| row.standardised),
            assessed_on: self.assessed_on,
            school_year: school_year_of(self.assessed_on),
            result: self.result.clone(),
            identifies_need: self.identifies_need,
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
        })
        .await?;
        let event = GraduatedEvent::SchoolAssessmentRecorded { area: self.area };
        facts.response.record(work, "SchoolAssessment", id, event).await?;
        Ok(id)
    }
}

/// Take back an assessment recorded by mistake (XC-22).
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawAssessment {
    /// The assessment.
    pub assessment: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawAssessment {
    const ACTION: Action = Action::WithdrawSchoolAssessment;
    /// The child, the assessment, and whether something rests on it.
    type Facts = (Response, school_assessment::Model, bool);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let found = Response::around::<school_assessment::Entity>(work, self.assessment).await?;
        let Some((response, row)) = found else { return Ok(Gathered::NotFound(vec!["schoolAssessment"])) };
        let cited = System::within(work).is_cited(&row).await?;
        let (standing, target) = (response.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found { facts: (response, row, cited), standing, target })
    }

    fn decide(&self, _: &Op, (_, row, cited): &Self::Facts) -> (Findings, ()) {
        (decide_withdrawal(row.withdrawn_at.is_some(), *cited, &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, mut row, _): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        row.withdrawn_at = Some(work.op.now);
        row.withdrawn_reason = Some(self.reason.clone());
        let id = row.id;
        work.update::<school_assessment::Entity>(row).await?;
        response.record(work, "SchoolAssessment", id, GraduatedEvent::SchoolAssessmentWithdrawn).await?;
        Ok(id)
    }
}

/// Rule an area out. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct RuleOutArea {
    /// The child.
    pub child: Uuid,
    /// Which area.
    pub area: AreaOfDevelopment,
    /// Why it is not relevant.
    pub reason: String,
}

impl Command for RuleOutArea {
    const ACTION: Action = Action::RuleOutArea;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        gather_child(work, self.child).await
    }

    fn decide(&self, _: &Op, response: &Response) -> (Findings, ()) {
        (decide_ruling_out(response.record.assessed.contains(&self.area), &self.reason), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<area_ruled_out::Entity>(area_ruled_out::Model {
            id,
            authority_id: response.held.authority_id,
            child_id: self.child,
            school_id: response.held.school_id,
            area: self.area,
            reason: self.reason.clone(),
            ruled_out_on: work.op.today(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
        })
        .await?;
        let event = GraduatedEvent::AreaRuledOut { area: self.area };
        response.record(work, "Child", self.child, event).await?;
        Ok(self.child)
    }
}
