//! EHC needs assessments and their advice (EH-1 to EH-5, AQ-1 to AQ-11).

pub mod advice;
pub mod allowed;
pub mod assessment;
pub mod ending;
pub mod exception;
pub mod follow_up;
pub mod notice;
pub mod plan;
pub mod query;
pub mod reckoning;
pub mod report;
pub mod reversal;

use super::command::Gathered;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use domain::access::Standing;
use domain::ehc::{EhcEvent, EntryKind, Service as AdviceService};
use domain::event::{Event, Subject};
use entity::{accuracy_check, advice_query, advice_query_entry, advice_request, child, ehc_assessment};
use uuid::Uuid;

/// What an event about an assessment is about.
pub fn subject(row: &ehc_assessment::Model) -> Subject {
    Subject {
        authority: row.authority_id,
        kind: "EhcAssessment",
        id: row.id,
        child: Some(row.child_id),
        school: Some(row.school_id),
        case: Some(row.id),
        part: None,
    }
}

/// What an event about something within an assessment is about.
fn within(row: &ehc_assessment::Model, kind: &'static str, id: Uuid, part: Option<Uuid>) -> Subject {
    Subject { kind, id, part, ..subject(row) }
}

fn record(work: &mut Work<'_>, subject: Subject, event: EhcEvent) {
    work.record(subject, Event::Ehc(event));
}

/// An assessment with what every step on it needs.
pub struct Case {
    /// The assessment, locked.
    pub assessment: ehc_assessment::Model,
    /// What it is to the people around it.
    pub standing: Standing,
}

impl Case {
    /// Loads an assessment that the viewer sees, locking child and case, in that order.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        // Unlocked first: the child is locked before the case.
        let Some(known) = system.get::<ehc_assessment::Entity>(id).await? else { return Ok(None) };
        let standing = Self::standing(&system, &known).await?;
        let found = work.find::<ehc_assessment::Entity>(id).await?;
        Ok(found.map(|assessment| Self { assessment, standing }))
    }

    /// Locks a case that the viewer reaches through a part of it.
    async fn lock(system: &System<'_>, id: Uuid) -> Result<Self, Fault> {
        const GONE: Fault = Fault::Unexpected("a part of an assessment that is not there");
        let known = system.get::<ehc_assessment::Entity>(id).await?.ok_or(GONE)?;
        let standing = Self::standing(system, &known).await?;
        let assessment = system.lock::<ehc_assessment::Entity>(id).await?.ok_or(GONE)?;
        Ok(Self { assessment, standing })
    }

    async fn standing(system: &System<'_>, known: &ehc_assessment::Model) -> Result<Standing, Fault> {
        system.hold_authority(known.authority_id).await?;
        let child = system.lock::<child::Entity>(known.child_id).await?;
        let child = child.ok_or(Fault::Unexpected("an assessment without a child"))?;
        let standing = system.standing(&child).await?;
        Ok(Standing { authority: known.authority_id, ..standing })
    }

    /// The case as the facts of a step that needs nothing more.
    async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["assessment"]),
            Some(case) => case.found(),
        })
    }

    fn found(self) -> Gathered<Self> {
        let target = Some((self.assessment.id, self.assessment.version));
        Gathered::Found { standing: self.standing.clone(), target, facts: self }
    }
}

/// A request for advice, with its case.
pub struct Asked {
    /// The request, locked.
    pub request: advice_request::Model,
    /// The assessment, locked.
    pub assessment: ehc_assessment::Model,
    /// What the request is to the people around it.
    pub standing: Standing,
}

impl Asked {
    /// Loads a request that the viewer sees, locking child, case and request, in that order.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<advice_request::Entity>(id).await? else { return Ok(None) };
        let case = Case::lock(&system, known.assessment_id).await?;
        let found = work.find::<advice_request::Entity>(id).await?;
        Ok(found.map(|request| Self::of(case, request)))
    }

    /// Locks a request that the viewer reaches through a part of it.
    async fn lock(system: &System<'_>, assessment: Uuid, id: Uuid) -> Result<Self, Fault> {
        let case = Case::lock(system, assessment).await?;
        let request = system.lock::<advice_request::Entity>(id).await?;
        Ok(Self::of(case, request.ok_or(Fault::Unexpected("a part of an advice that is not there"))?))
    }

    fn of(case: Case, request: advice_request::Model) -> Self {
        let Case { assessment, mut standing } = case;
        standing.giver = request.giver_id;
        standing.manager = request.manager_id;
        if request.service != AdviceService::Parent {
            standing.family.clear();
        }
        Self { request, assessment, standing }
    }

    fn subject(&self) -> Subject {
        within(&self.assessment, "AdviceRequest", self.request.id, Some(self.request.id))
    }

    fn found(self) -> Gathered<Self> {
        let target = Some((self.request.id, self.request.version));
        Gathered::Found { standing: self.standing.clone(), target, facts: self }
    }
}

/// A query, with the advice that it is on.
pub struct Queried {
    /// The query, locked.
    pub query: advice_query::Model,
    /// The advice.
    pub asked: Asked,
}

impl Queried {
    /// Loads a query that the viewer sees, locking child, case, request and query, in that order.
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<advice_query::Entity>(id).await? else { return Ok(None) };
        let asked = Asked::lock(&system, known.assessment_id, known.request_id).await?;
        let found = work.find::<advice_query::Entity>(id).await?;
        Ok(found.map(|query| Self { query, asked }))
    }

    async fn gather(work: &Work<'_>, id: Uuid) -> Result<Gathered<Self>, Fault> {
        Ok(match Self::load(work, id).await? {
            None => Gathered::NotFound(vec!["adviceQuery"]),
            Some(queried) => queried.found(),
        })
    }

    fn found(self) -> Gathered<Self> {
        let target = Some((self.query.id, self.query.version));
        Gathered::Found { standing: self.asked.standing.clone(), target, facts: self }
    }

    fn subject(&self) -> Subject {
        within(&self.asked.assessment, "AdviceQuery", self.query.id, Some(self.asked.request.id))
    }

    /// Writes the query, says what happened, and reckons the forecast anew.
    async fn save(self, work: &mut Work<'_>, event: EhcEvent) -> Result<Uuid, Fault> {
        let (id, subject) = (self.query.id, self.subject());
        work.update::<advice_query::Entity>(self.query).await?;
        record(work, subject, event);
        reckoning::reckon(work, &self.asked.assessment).await?;
        Ok(id)
    }

    fn entry(&self, work: &Work<'_>, kind: EntryKind, note: &str) -> advice_query_entry::Model {
        entry(work, &self.query, kind, note)
    }

    async fn log(&self, work: &Work<'_>, kind: EntryKind, note: &str) -> Result<(), Fault> {
        work.insert::<advice_query_entry::Entity>(self.entry(work, kind, note)).await
    }
}

/// An entry in the log of a query.
fn entry(
    work: &Work<'_>,
    query: &advice_query::Model,
    kind: EntryKind,
    note: &str,
) -> advice_query_entry::Model {
    advice_query_entry::Model {
        id: work.op.id(),
        authority_id: query.authority_id,
        query_id: query.id,
        request_id: query.request_id,
        child_id: query.child_id,
        kind,
        note: note.to_owned(),
        answer: None,
        subject: None,
        recipients: serde_json::json!([]),
        entered_by: work.op.actor().unwrap_or_default(),
        entered_at: work.op.now,
    }
}

/// A check of a draft plan, with the advice of who is asked.
pub struct Checked {
    /// The check, locked.
    pub check: accuracy_check::Model,
    /// The advice.
    pub asked: Asked,
}

impl Checked {
    async fn load(work: &Work<'_>, id: Uuid) -> Result<Option<Self>, Fault> {
        let system = System::within(work);
        let Some(known) = system.get::<accuracy_check::Entity>(id).await? else { return Ok(None) };
        let asked = Asked::lock(&system, known.assessment_id, known.request_id).await?;
        let found = work.find::<accuracy_check::Entity>(id).await?;
        Ok(found.map(|check| Self { check, asked }))
    }
}
