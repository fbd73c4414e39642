//! What schools have for support, and what people say of the meetings (PC-5, PC-6, PC-9).

use super::{OnMeeting, record_part};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::{Action, Reach, Standing, permitted};
use domain::calendar::TermName;
use domain::event::{Event, Subject};
use domain::planning::record::decide_feedback;
use domain::planning::resources::{decide_allocation, decide_contract};
use domain::planning::{FeedbackSource, PlanningEvent, SupportService};
use domain::refusal::Findings;
use entity::{allocation, authority, meeting_feedback, planning_meeting, school, traded_contract};
use serde::Serialize;
use uuid::Uuid;

/// A school that the viewer sees, locked, with its standing.
async fn lock_school(work: &Work<'_>, id: Uuid) -> Result<Option<(school::Model, Standing)>, Fault> {
    System::within(work).hold_authority_of(id).await?;
    let Some(school) = work.find::<school::Entity>(id).await? else { return Ok(None) };
    let standing =
        Standing { authority: school.authority_id, school: Some(school.id), ..Standing::default() };
    Ok(Some((school, standing)))
}

fn of_school(school: &school::Model, kind: &'static str, id: Uuid) -> Subject {
    Subject { authority: school.authority_id, kind, id, school: Some(school.id), ..Subject::default() }
}

/// Record a school's traded contract with the EP service. Answers the id of the school.
#[derive(Clone, Debug, Serialize)]
pub struct RecordContract {
    /// The school.
    pub school: Uuid,
    /// First London date.
    pub from: NaiveDate,
    /// Last London date.
    pub to: NaiveDate,
    /// The time that it pays for.
    pub minutes: i32,
}

/// What recording a contract rests on.
pub struct ContractFacts {
    school: school::Model,
    overlaps: bool,
}

impl Command for RecordContract {
    const ACTION: Action = Action::RecordTradedContract;
    type Facts = ContractFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ContractFacts>, Fault> {
        let Some((school, standing)) = lock_school(work, self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let overlaps = System::within(work).contract_overlaps(school.id, self.from, self.to).await?;
        Ok(Gathered::Found { facts: ContractFacts { school, overlaps }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &ContractFacts) -> (Findings, ()) {
        (decide_contract(self.from, self.to, self.minutes, facts.overlaps), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ContractFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        work.insert::<traded_contract::Entity>(traded_contract::Model {
            id,
            authority_id: facts.school.authority_id,
            school_id: facts.school.id,
            from_date: self.from,
            to_date: self.to,
            minutes: self.minutes,
            recorded_by: work.op.actor().unwrap_or_default(),
        })
        .await?;
        let event = Event::Planning(PlanningEvent::ContractRecorded);
        work.record(of_school(&facts.school, "TradedContract", id), event);
        Ok(self.school)
    }
}

/// Set a service's time for a school in a term. Answers the id of the school.
#[derive(Clone, Debug, Serialize)]
pub struct SetAllocation {
    /// The school.
    pub school: Uuid,
    /// The service.
    pub service: SupportService,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its terms.
    pub term: TermName,
    /// The time.
    pub minutes: i32,
}

/// What setting an allocation rests on.
pub struct AllocationFacts {
    school: school::Model,
    before: Option<allocation::Model>,
}

impl Command for SetAllocation {
    const ACTION: Action = Action::SetAllocation;
    type Facts = AllocationFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AllocationFacts>, Fault> {
        let Some((school, standing)) = lock_school(work, self.school).await? else {
            return Ok(Gathered::NotFound(vec!["school"]));
        };
        let of = (self.school_year, self.term);
        let before = System::within(work).allocation(school.id, of, self.service).await?;
        Ok(Gathered::Found { facts: AllocationFacts { school, before }, standing, target: None })
    }

    fn decide(&self, _: &Op, _: &AllocationFacts) -> (Findings, ()) {
        (decide_allocation(self.minutes), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AllocationFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let AllocationFacts { school, before } = facts;
        let row = allocation::Model {
            id: before.as_ref().map_or_else(|| work.op.id(), |row| row.id),
            authority_id: school.authority_id,
            school_id: school.id,
            service: self.service,
            school_year: self.school_year,
            term: self.term,
            minutes: self.minutes,
            set_by: work.op.actor().unwrap_or_default(),
            version: before.as_ref().map_or(1, |row| row.version),
        };
        let subject = of_school(&school, "Allocation", row.id);
        if before.is_some() {
            work.update::<allocation::Entity>(row).await?;
        } else {
            work.insert::<allocation::Entity>(row).await?;
        }
        work.record(subject, Event::Planning(PlanningEvent::AllocationSet));
        Ok(self.school)
    }
}

/// About what feedback is given.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum FeedbackOn {
    /// A meeting.
    Meeting(Uuid),
    /// The meetings of a term in an authority.
    Term(Uuid, i32, TermName),
}

/// Give feedback. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct GiveFeedback {
    /// About what.
    pub on: FeedbackOn,
    /// From where.
    pub source: FeedbackSource,
    /// 1 to 5.
    pub score: i32,
    /// In words.
    pub text: String,
}

/// What feedback rests on.
pub enum FeedbackFacts {
    /// A meeting.
    Meeting(Box<planning_meeting::Model>),
    /// An authority.
    Authority(Uuid),
}

impl Command for GiveFeedback {
    const ACTION: Action = Action::GiveMeetingFeedback;
    type Facts = FeedbackFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<FeedbackFacts>, Fault> {
        match self.on {
            FeedbackOn::Meeting(id) => {
                let Some(on) = OnMeeting::load(work, id).await? else {
                    return Ok(Gathered::NotFound(vec!["meeting"]));
                };
                let standing = on.standing();
                let facts = FeedbackFacts::Meeting(Box::new(on.meeting));
                Ok(Gathered::Found { facts, standing, target: None })
            }
            FeedbackOn::Term(id, ..) => {
                let Some(row) = work.find_shared::<authority::Entity>(id).await? else {
                    return Ok(Gathered::NotFound(vec!["authority"]));
                };
                // Link staff speak for the meetings of the schools to which they are linked.
                let viewer = work.op.viewer.as_deref();
                let linked = viewer.and_then(|viewer| {
                    viewer.grants.iter().find(|grant| {
                        grant.role.is_link_staff()
                            && permitted(grant.role, Self::ACTION)
                            && grant.authority == row.id
                    })
                });
                let school = linked.and_then(|grant| grant.school);
                let standing = Standing { authority: row.id, school, ..Standing::default() };
                Ok(Gathered::Found { facts: FeedbackFacts::Authority(row.id), standing, target: None })
            }
        }
    }

    fn decide(&self, op: &Op, facts: &FeedbackFacts) -> (Findings, ()) {
        let at_school = |school: Uuid| {
            op.viewer
                .as_ref()
                .is_some_and(|viewer| viewer.schools(|reach| reach == Reach::School).contains(&school))
        };
        let (state, by_school) = match facts {
            FeedbackFacts::Meeting(meeting) => (Some(meeting.state), at_school(meeting.school_id)),
            FeedbackFacts::Authority(_) => (None, false),
        };
        (decide_feedback(state, by_school, self.source, self.score, &self.text), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: FeedbackFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = work.op.id();
        let mut row = meeting_feedback::Model {
            id,
            authority_id: Uuid::nil(),
            school_id: None,
            meeting_id: None,
            source: self.source,
            score: self.score,
            text: self.text.clone(),
            school_year: 0,
            term: TermName::Autumn1,
            given_by: work.op.actor().unwrap_or_default(),
            given_at: work.op.now,
        };
        let event = PlanningEvent::FeedbackGiven { source: self.source };
        match (facts, self.on) {
            (FeedbackFacts::Meeting(meeting), _) => {
                row.authority_id = meeting.authority_id;
                row.school_id = Some(meeting.school_id);
                row.meeting_id = Some(meeting.id);
                (row.school_year, row.term) = (meeting.school_year, meeting.term);
                record_part(work, &meeting, ("MeetingFeedback", id, None), event);
            }
            (FeedbackFacts::Authority(authority), FeedbackOn::Term(_, school_year, term)) => {
                row.authority_id = authority;
                (row.school_year, row.term) = (school_year, term);
                let subject = Subject { authority, kind: "MeetingFeedback", id, ..Subject::default() };
                work.record(subject, Event::Planning(event));
            }
            (FeedbackFacts::Authority(_), FeedbackOn::Meeting(_)) => {
                return Err(Fault::Unexpected("feedback on a meeting without the meeting"));
            }
        }
        work.insert::<meeting_feedback::Entity>(row).await?;
        Ok(id)
    }
}
