//! Advice: sought, received, and whose it is (EH-2, AQ-1, AQ-6).

use super::plan::tell;
use super::{Asked, Case, reckoning, record, within};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::calendar::{BeyondCalendar, DueDate};
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::NewDuty;
use domain::ehc::advice::{
    SeekFacts, SubmitFacts, decide_absence, decide_change, decide_seek, decide_submit, given, owner,
};
use domain::ehc::exception::advice_date;
use domain::ehc::{EhcEvent, QueryState, RequestState, Service as AdviceService, State};
use domain::refusal::Findings;
use entity::{advice_query, advice_request, advice_version, ehc_assessment, person};
use serde::Serialize;
use uuid::Uuid;

/// Seek advice.
#[derive(Clone, Debug, Serialize)]
pub struct Seek {
    /// The assessment.
    pub assessment: Uuid,
    /// From which service.
    pub service: AdviceService,
    /// Who gives it; none for the parents.
    pub giver: Option<Uuid>,
    /// Their line manager, where known.
    pub manager: Option<Uuid>,
}

/// What seeking advice rests on.
pub struct SeekingFacts {
    case: Case,
    people: SeekFacts,
    due: Result<DueDate, BeyondCalendar>,
}

/// The people named whom the viewer does not see.
async fn unseen(
    work: &Work<'_>,
    giver: Option<Uuid>,
    manager: Option<Uuid>,
) -> Result<Vec<&'static str>, Fault> {
    let mut missing = Vec::new();
    for (path, named) in [("giver", giver), ("manager", manager)] {
        if let Some(named) = named
            && work.find_shared::<person::Entity>(named).await?.is_none()
        {
            missing.push(path);
        }
    }
    Ok(missing)
}

async fn people(
    system: &System<'_>,
    row: &ehc_assessment::Model,
    giver: Option<Uuid>,
    manager: Option<Uuid>,
) -> Result<SeekFacts, Fault> {
    Ok(SeekFacts {
        state: row.state,
        giver_is_one: system.is_one(giver, Role::AdviceGiver, row.authority_id).await?,
        manager_is_one: system.is_one(manager, Role::AdviceManager, row.authority_id).await?,
        same_person: giver.is_some() && giver == manager,
        asked_already: false,
    })
}

impl Command for Seek {
    const ACTION: Action = Action::SeekAdvice;
    type Facts = SeekingFacts;
    type Plan = Option<DueDate>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<SeekingFacts>, Fault> {
        let mut missing = unseen(work, self.giver, self.manager).await?;
        let case = Case::load(work, self.assessment).await?;
        if case.is_none() {
            missing.push("assessment");
        }
        let Some(case) = case.filter(|_| missing.is_empty()) else { return Ok(Gathered::NotFound(missing)) };
        let (system, row) = (System::within(work), &case.assessment);
        let mut people = people(&system, row, self.giver, self.manager).await?;
        people.asked_already = system
            .advice_requests(row.id)
            .await?
            .iter()
            .any(|one| one.service == self.service && one.giver_id == self.giver);
        let (calendar, policy) =
            (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
        let exceptions = system.exceptions(row.id).await?;
        let due = advice_date(Uuid::nil(), work.op.today(), &exceptions, &calendar, &policy);
        let (standing, target) = (case.standing.clone(), Some((case.assessment.id, case.assessment.version)));
        Ok(Gathered::Found { facts: SeekingFacts { case, people, due }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &SeekingFacts) -> (Findings, Option<DueDate>) {
        let mut findings = decide_seek(self.service, &facts.people);
        if let Err(ends) = &facts.due {
            refuse_beyond_calendar(&mut findings, &ends.to_string());
        }
        (findings, facts.due.clone().ok())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: SeekingFacts,
        due: Option<DueDate>,
    ) -> Result<Uuid, Fault> {
        let due = due.ok_or(Fault::Unexpected("advice without its date"))?;
        let (row, id) = (facts.case.assessment, work.op.id());
        work.insert::<advice_request::Entity>(advice_request::Model {
            id,
            reference: row.reference.clone(),
            authority_id: row.authority_id,
            assessment_id: row.id,
            child_id: row.child_id,
            service: self.service,
            giver_id: self.giver,
            manager_id: self.manager,
            state: RequestState::Sought,
            asked_on: work.op.today(),
            due_on: due.on,
            received_on: None,
            absent_since: None,
            version: 1,
        })
        .await?;
        let about = within(&row, "AdviceRequest", id, Some(id));
        record(work, about.clone(), EhcEvent::AdviceSought { service: self.service, due_on: due.on });
        let system = System::within(work);
        let (calendar, policy) =
            (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
        let whose = owner(self.service, self.giver, self.manager, false);
        let duty = NewDuty::due(given().rule, whose, due, &calendar, &policy);
        let subject = format!("Advice is asked of you ({})", row.reference);
        let body = format!(
            "Case {}: please give your advice by {}.\n\n{}",
            row.reference,
            duty.due.on.format("%A %-d %B %Y"),
            service.letterhead.case_url(&row.reference)
        );
        tell(work, &row, self.giver, &subject, &body).await?;
        work.set_duty(&about, duty).await?;
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(id)
    }
}

/// Name another giver, or manager, of an advice.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeGiver {
    /// The request.
    pub request: Uuid,
    /// Who gives it from now on.
    pub giver: Option<Uuid>,
    /// Their line manager, where known.
    pub manager: Option<Uuid>,
}

impl Command for ChangeGiver {
    const ACTION: Action = Action::ChangeAdviceGiver;
    type Facts = (Asked, SeekFacts);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<(Asked, SeekFacts)>, Fault> {
        let mut missing = unseen(work, self.giver, self.manager).await?;
        let asked = Asked::load(work, self.request).await?;
        if asked.is_none() {
            missing.push("adviceRequest");
        }
        let Some(asked) = asked.filter(|_| missing.is_empty()) else {
            return Ok(Gathered::NotFound(missing));
        };
        let people = people(&System::within(work), &asked.assessment, self.giver, self.manager).await?;
        let (standing, target) = (asked.standing.clone(), Some((asked.request.id, asked.request.version)));
        Ok(Gathered::Found { facts: (asked, people), standing, target })
    }

    fn decide(&self, _: &Op, (asked, people): &(Asked, SeekFacts)) -> (Findings, ()) {
        (decide_change(asked.request.service, asked.request.state, people), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (asked, _): (Asked, SeekFacts),
        (): (),
    ) -> Result<Uuid, Fault> {
        let about = asked.subject();
        let mut request = asked.request;
        (request.giver_id, request.manager_id) = (self.giver, self.manager);
        request.absent_since = None;
        pass_duties(work, &request).await?;
        record(work, about, EhcEvent::GiverChanged);
        let id = request.id;
        work.update::<advice_request::Entity>(request).await?;
        Ok(id)
    }
}

/// Passes the open duties on an advice to those who answer for it now.
async fn pass_duties(work: &Work<'_>, request: &advice_request::Model) -> Result<(), Fault> {
    let absent = request.absent_since.is_some();
    let gives = owner(request.service, request.giver_id, request.manager_id, absent);
    for duty in System::within(work).open_duties_of(request.assessment_id).await? {
        if duty.part_id != Some(request.id) {
            continue;
        }
        let whose = match duty.owner_role {
            Role::AdviceManager if duty.on_id != request.id => Some(request.manager_id),
            Role::AdviceGiver | Role::AdviceManager => {
                work.set_duty_role(duty.id, gives.role).await?;
                Some(gives.person)
            }
            _ => None,
        };
        if let Some(person) = whose {
            work.set_duty_owner(duty.id, person).await?;
        }
    }
    Ok(())
}

/// Record that the giver is not at work: the manager answers, and the due date stays (AQ-6).
#[derive(Clone, Debug, Serialize)]
pub struct RecordAbsence {
    /// The request.
    pub request: Uuid,
    /// Since which London date.
    pub since: chrono::NaiveDate,
}

impl Command for RecordAbsence {
    const ACTION: Action = Action::RecordGiverAbsence;
    type Facts = Asked;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Asked>, Fault> {
        Ok(match Asked::load(work, self.request).await? {
            None => Gathered::NotFound(vec!["adviceRequest"]),
            Some(asked) => asked.found(),
        })
    }

    fn decide(&self, op: &Op, asked: &Asked) -> (Findings, ()) {
        (decide_absence(asked.request.service, asked.request.state, self.since, op.today()), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, asked: Asked, (): ()) -> Result<Uuid, Fault> {
        let about = asked.subject();
        let mut request = asked.request;
        request.absent_since = Some(self.since);
        pass_duties(work, &request).await?;
        record(work, about, EhcEvent::GiverAbsent);
        let id = request.id;
        work.update::<advice_request::Entity>(request).await?;
        Ok(id)
    }
}

/// Send in advice, or a new version of it.
#[derive(Clone, Debug, Serialize)]
pub struct Submit {
    /// The request.
    pub request: Uuid,
    /// What it says.
    pub content: String,
    /// What changed against the version before.
    pub what_changed: Option<String>,
}

/// What taking advice rests on.
pub struct SubmitCase {
    asked: Asked,
    versions: i32,
    follow_ups: Vec<advice_query::Model>,
}

impl Command for Submit {
    const ACTION: Action = Action::SubmitAdvice;
    type Facts = SubmitCase;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<SubmitCase>, Fault> {
        let Some(asked) = Asked::load(work, self.request).await? else {
            return Ok(Gathered::NotFound(vec!["adviceRequest"]));
        };
        let system = System::within(work);
        let open = system.open_queries(asked.assessment.id).await?;
        let facts = SubmitCase {
            versions: system.advice_versions(asked.request.id).await?,
            follow_ups: open
                .into_iter()
                .filter(|query| {
                    query.request_id == asked.request.id && query.state == QueryState::FormalFollowUp
                })
                .collect(),
            asked,
        };
        let (standing, target) =
            (facts.asked.standing.clone(), Some((facts.asked.request.id, facts.asked.request.version)));
        Ok(Gathered::Found { facts, standing, target })
    }

    fn decide(&self, op: &Op, facts: &SubmitCase) -> (Findings, ()) {
        let request = &facts.asked.request;
        let authority = request.authority_id;
        let coordinates = op.viewer.as_ref().is_some_and(|viewer| {
            viewer.authorities(|role| role == Role::EhcpCoordinator).contains(&authority)
        });
        let known = SubmitFacts {
            state: facts.asked.assessment.state,
            later_version: facts.versions > 0,
            by_manager: op.actor().is_some() && op.actor() == request.manager_id && !coordinates,
            giver_absent: request.absent_since.is_some(),
        };
        (decide_submit(&self.content, self.what_changed.as_deref(), &known), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: SubmitCase,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (about, number) = (facts.asked.subject(), facts.versions + 1);
        let Asked { mut request, assessment, .. } = facts.asked;
        work.insert::<advice_version::Entity>(advice_version::Model {
            id: work.op.id(),
            authority_id: request.authority_id,
            request_id: request.id,
            child_id: request.child_id,
            number,
            content: self.content.clone(),
            what_changed: self.what_changed.clone(),
            submitted_by: work.op.actor().unwrap_or_default(),
            submitted_at: work.op.now,
        })
        .await?;
        record(work, about, EhcEvent::AdviceReceived { service: request.service, version: number });
        if request.state == RequestState::Sought {
            request.state = RequestState::Received;
            request.received_on = Some(work.op.today());
            work.meet_duty(request.id, given(), work.op.now).await?;
        }
        for query in facts.follow_ups {
            answer(work, &assessment, query).await?;
        }
        let id = request.id;
        work.update::<advice_request::Entity>(request).await?;
        if assessment.state == State::Assessing {
            reckoning::reckon(work, &assessment).await?;
        }
        Ok(id)
    }
}

/// A formal follow-up is answered by the version that came in after it was opened (AQ-7).
async fn answer(
    work: &mut Work<'_>,
    assessment: &ehc_assessment::Model,
    mut query: advice_query::Model,
) -> Result<(), Fault> {
    query.state = QueryState::Updated;
    query.answered_at = Some(work.op.now);
    work.meet_duty(query.id, domain::ehc::query::response(), work.op.now).await?;
    let about = within(assessment, "AdviceQuery", query.id, Some(query.request_id));
    record(work, about, EhcEvent::FollowUpAnswered);
    work.update::<advice_query::Entity>(query).await
}

/// Hands a leaver's cases, and the advice asked of them or of those whom they manage, to somebody else (XC-23). Nobody
/// comes to be their own line manager: then the manager is to be named anew.
pub async fn hand_over(work: &mut Work<'_>, authority: Uuid, from: Uuid, to: Uuid) -> Result<(), Fault> {
    for mut row in System::within(work).assessments_run_by(authority, from).await? {
        row.coordinator_id = Some(to);
        work.update::<ehc_assessment::Entity>(row).await?;
    }
    for mut request in System::within(work).advice_of_leaver(authority, from).await? {
        let passed = |person: Option<Uuid>| if person == Some(from) { Some(to) } else { person };
        (request.giver_id, request.manager_id) = (passed(request.giver_id), passed(request.manager_id));
        if request.giver_id == request.manager_id {
            request.manager_id = None;
        }
        let assessment = System::within(work).get::<ehc_assessment::Entity>(request.assessment_id).await?;
        let assessment = assessment.ok_or(Fault::Unexpected("advice without its assessment"))?;
        record(
            work,
            within(&assessment, "AdviceRequest", request.id, Some(request.id)),
            EhcEvent::GiverChanged,
        );
        work.update::<advice_request::Entity>(request).await?;
    }
    Ok(())
}
