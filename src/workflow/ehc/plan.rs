//! The draft plan and its checks, what the parents say, the final plan, the notice of delay (EH-3, AQ-8, AQ-9).

use super::{Case, Checked, ending, reckoning, record, subject, within};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::calendar::{BeyondCalendar, Calendar};
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::{NewDuty, Step};
use domain::ehc::advice::owner;
use domain::ehc::assessment::milestone;
use domain::ehc::plan::{
    DraftFacts, check, check_duty, decide_check, decide_draft, decide_final, decide_response, parents_duty,
    parents_time,
};
use domain::ehc::{CheckState, EhcEvent, RequestState, Service as AdviceService, State};
use domain::policy::Policy;
use domain::refusal::Findings;
use entity::{accuracy_check, advice_request, draft_plan, ehc_assessment, person};
use serde::Serialize;
use uuid::Uuid;

/// Issue the draft plan.
#[derive(Clone, Debug, Serialize)]
pub struct IssueDraft {
    /// The assessment.
    pub assessment: Uuid,
    /// What it says.
    pub content: String,
    /// Why it goes out though queries are open; a SEND manager's.
    pub override_reason: Option<String>,
}

/// What issuing a draft rests on.
pub struct IssueFacts {
    case: Case,
    known: DraftFacts,
    requests: Vec<advice_request::Model>,
    calendar: Calendar,
    policy: Policy,
}

/// The parents' time, and the checks each with the request of its giver.
pub struct IssuePlan {
    parents: NewDuty,
    checks: Vec<(advice_request::Model, NewDuty)>,
}

impl IssueFacts {
    fn plan(&self, op: &Op) -> Result<IssuePlan, BeyondCalendar> {
        let (today, coordinator) = (op.today(), self.case.assessment.coordinator_id);
        let parents = parents_duty(today, coordinator, &self.calendar, &self.policy)?;
        let given = self
            .requests
            .iter()
            .filter(|one| one.service != AdviceService::Parent && one.state == RequestState::Received);
        let checks = given.map(|request| {
            let absent = request.absent_since.is_some();
            let whose = owner(request.service, request.giver_id, request.manager_id, absent);
            let duty = check_duty(today, whose, &self.calendar, &self.policy)?;
            Ok((request.clone(), duty))
        });
        Ok(IssuePlan { parents, checks: checks.collect::<Result<_, _>>()? })
    }
}

impl Command for IssueDraft {
    const ACTION: Action = Action::IssueDraftPlan;
    type Facts = IssueFacts;
    type Plan = Option<IssuePlan>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<IssueFacts>, Fault> {
        let Some(case) = Case::load(work, self.assessment).await? else {
            return Ok(Gathered::NotFound(vec!["assessment"]));
        };
        let (system, row) = (System::within(work), &case.assessment);
        let requests = system.advice_requests(row.id).await?;
        let manages = work.op.viewer.as_ref().is_some_and(|viewer| {
            viewer.authorities(|role| role == Role::SendManager).contains(&row.authority_id)
        });
        let known = DraftFacts {
            state: row.state,
            open_queries: system.open_queries(row.id).await?.len(),
            outstanding: requests.iter().filter(|one| one.state == RequestState::Sought).count(),
            by_manager: manages,
        };
        let (calendar, policy) =
            (system.calendar(row.authority_id).await?, system.policy(row.authority_id).await?);
        let (standing, target) = (case.standing.clone(), Some((row.id, row.version)));
        Ok(Gathered::Found {
            facts: IssueFacts { case, known, requests, calendar, policy },
            standing,
            target,
        })
    }

    fn decide(&self, op: &Op, facts: &IssueFacts) -> (Findings, Option<IssuePlan>) {
        let mut findings = decide_draft(&self.content, self.override_reason.as_deref(), &facts.known);
        let plan = facts.plan(op);
        if let Err(ends) = &plan {
            refuse_beyond_calendar(&mut findings, &ends.to_string());
        }
        (findings, plan.ok())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: IssueFacts,
        plan: Option<IssuePlan>,
    ) -> Result<Uuid, Fault> {
        let plan = plan.ok_or(Fault::Unexpected("a draft plan without its dates"))?;
        let mut row = facts.case.assessment;
        let draft = self.draft(work, &row, &plan).await?;
        row.state = State::DraftIssued;
        row.parents_response = None;
        row.parents_responded_on = None;
        record(work, within(&row, "DraftPlan", draft.id, None), EhcEvent::DraftIssued);
        work.meet_duty(row.id, milestone(Step::DecideToIssue), work.op.now).await?;
        work.set_duty(&within(&row, "DraftPlan", draft.id, None), plan.parents).await?;
        for (request, duty) in plan.checks {
            ask_to_check(service, work, &row, &draft, &request, duty).await?;
        }
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(row.id)
    }
}

impl IssueDraft {
    async fn draft(
        &self,
        work: &Work<'_>,
        row: &ehc_assessment::Model,
        plan: &IssuePlan,
    ) -> Result<draft_plan::Model, Fault> {
        let draft = draft_plan::Model {
            id: work.op.id(),
            authority_id: row.authority_id,
            assessment_id: row.id,
            child_id: row.child_id,
            number: System::within(work).drafts(row.id).await? + 1,
            content: self.content.clone(),
            issued_by: work.op.actor().unwrap_or_default(),
            issued_at: work.op.now,
            respond_by: plan.parents.due.on,
            override_reason: self.override_reason.clone(),
            withdrawn_at: None,
        };
        work.insert::<draft_plan::Entity>(draft.clone()).await?;
        Ok(draft)
    }
}

async fn ask_to_check(
    service: &Service,
    work: &Work<'_>,
    row: &ehc_assessment::Model,
    draft: &draft_plan::Model,
    request: &advice_request::Model,
    duty: NewDuty,
) -> Result<(), Fault> {
    let id = work.op.id();
    work.insert::<accuracy_check::Entity>(accuracy_check::Model {
        id,
        authority_id: row.authority_id,
        assessment_id: row.id,
        draft_plan_id: draft.id,
        request_id: request.id,
        child_id: row.child_id,
        service: request.service,
        state: CheckState::Open,
        asked_at: work.op.now,
        feedback: None,
        answered_by: None,
        answered_at: None,
        version: 1,
    })
    .await?;
    let due = duty.due.on.format("%A %-d %B %Y");
    let body = format!(
        "Case {}: please check the draft plan, and say by {due} whether it is accurate.\n\n{}",
        row.reference,
        service.letterhead.case_url(&row.reference)
    );
    let subject = format!("Please check a draft plan ({})", row.reference);
    tell(work, row, duty.owner.person, &subject, &body).await?;
    work.set_duty(&within(row, "AccuracyCheck", id, Some(request.id)), duty).await
}

/// The open checks of the draft plan that is out, each with who is asked.
pub async fn open_checks(service: &Service, op: &Op, assessment: Uuid) -> Result<Vec<(Uuid, Uuid)>, Fault> {
    let work = service.store.work(op).await?;
    let system = System::within(&work);
    let mut asked = Vec::new();
    if let Some(draft) = system.draft_out(assessment).await? {
        let requests = system.advice_requests(assessment).await?;
        for check in system.open_checks(draft.id).await? {
            let request = requests.iter().find(|request| request.id == check.request_id);
            asked.extend(request.and_then(|request| request.giver_id).map(|giver| (check.id, giver)));
        }
    }
    work.abandon().await?;
    Ok(asked)
}

/// Owes a person a letter about a case, where there is one to write to.
pub(super) async fn tell(
    work: &Work<'_>,
    row: &ehc_assessment::Model,
    to: Option<Uuid>,
    subject: &str,
    body: &str,
) -> Result<(), Fault> {
    let Some(to) = to else { return Ok(()) };
    let person: person::Model = System::within(work).person(to).await?;
    work.owe(NewLetter {
        authority: row.authority_id,
        case: Some(row.id),
        person: Some(person.id),
        to_name: person.name,
        to_address: person.email,
        subject: subject.to_owned(),
        body: body.to_owned(),
        calendar: None,
    })
    .await
}

/// Check the draft plan.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerCheck {
    /// The check.
    pub check: Uuid,
    /// Whether the plan is accurate.
    pub accurate: bool,
    /// What is to be put right, if not.
    pub feedback: Option<String>,
}

impl Command for AnswerCheck {
    const ACTION: Action = Action::AnswerAccuracyCheck;
    type Facts = Checked;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Checked>, Fault> {
        Ok(match Checked::load(work, self.check).await? {
            None => Gathered::NotFound(vec!["accuracyCheck"]),
            Some(checked) => Gathered::Found {
                standing: checked.asked.standing.clone(),
                target: Some((checked.check.id, checked.check.version)),
                facts: checked,
            },
        })
    }

    fn decide(&self, op: &Op, checked: &Checked) -> (Findings, ()) {
        let request = &checked.asked.request;
        let by_manager = op.actor().is_some() && op.actor() == request.manager_id;
        let (feedback, absent) = (self.feedback.as_deref(), request.absent_since.is_some());
        (decide_check(checked.check.state, self.accurate, feedback, by_manager, absent), ())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        checked: Checked,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (mut row, asked) = (checked.check, checked.asked);
        row.state = if self.accurate { CheckState::Accurate } else { CheckState::Feedback };
        row.feedback = self.feedback.clone().filter(|_| !self.accurate);
        row.answered_by = work.op.actor();
        row.answered_at = Some(work.op.now);
        let id = row.id;
        work.meet_duty(id, check(), work.op.now).await?;
        let about = within(&asked.assessment, "AccuracyCheck", id, Some(asked.request.id));
        record(work, about, EhcEvent::DraftChecked { accurate: self.accurate });
        work.update::<accuracy_check::Entity>(row).await?;
        if !self.accurate {
            self.copy_to_manager(service, work, &asked.assessment, &asked.request).await?;
        }
        reckoning::reckon(work, &asked.assessment).await?;
        Ok(id)
    }
}

impl AnswerCheck {
    /// Feedback goes to the coordinator with a copy to the giver's manager; the letter carries the case and not the words,
    /// which may name the child.
    async fn copy_to_manager(
        &self,
        service: &Service,
        work: &Work<'_>,
        row: &ehc_assessment::Model,
        request: &advice_request::Model,
    ) -> Result<(), Fault> {
        let subject = format!("Feedback on a draft plan ({})", row.reference);
        let body = format!(
            "Case {}: the {} gave feedback on the draft plan.\n\n{}",
            row.reference,
            request.service.words(),
            service.letterhead.case_url(&row.reference)
        );
        for to in [row.coordinator_id, request.manager_id] {
            tell(work, row, to, &subject, &body).await?;
        }
        Ok(())
    }
}

/// Record what the parents say to the draft plan.
#[derive(Clone, Debug, Serialize)]
pub struct RecordResponse {
    /// The assessment.
    pub assessment: Uuid,
    /// What they say.
    pub response: String,
}

impl Command for RecordResponse {
    const ACTION: Action = Action::RecordParentsResponse;
    type Facts = Case;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Case>, Fault> {
        Case::gather(work, self.assessment).await
    }

    fn decide(&self, _: &Op, case: &Case) -> (Findings, ()) {
        (decide_response(case.assessment.state, &self.response), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, case: Case, (): ()) -> Result<Uuid, Fault> {
        let mut row = case.assessment;
        row.parents_response = Some(self.response.clone());
        row.parents_responded_on = Some(work.op.today());
        record(work, subject(&row), EhcEvent::ParentsResponded);
        if let Some(draft) = System::within(work).draft_out(row.id).await? {
            work.meet_duty(draft.id, parents_time(), work.op.now).await?;
        }
        work.update::<ehc_assessment::Entity>(row.clone()).await?;
        reckoning::reckon(work, &row).await?;
        Ok(row.id)
    }
}

/// Issue the final plan.
#[derive(Clone, Debug, Serialize)]
pub struct IssueFinal {
    /// The assessment.
    pub assessment: Uuid,
}

/// What the final plan rests on.
pub struct FinalFacts {
    case: Case,
    draft: Option<draft_plan::Model>,
}

impl Command for IssueFinal {
    const ACTION: Action = Action::IssueFinalPlan;
    type Facts = FinalFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<FinalFacts>, Fault> {
        let Some(case) = Case::load(work, self.assessment).await? else {
            return Ok(Gathered::NotFound(vec!["assessment"]));
        };
        let draft = System::within(work).draft_out(case.assessment.id).await?;
        let (standing, target) = (case.standing.clone(), Some((case.assessment.id, case.assessment.version)));
        Ok(Gathered::Found { facts: FinalFacts { case, draft }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &FinalFacts) -> (Findings, ()) {
        let row = &facts.case.assessment;
        let respond_by = facts.draft.as_ref().map(|draft| draft.respond_by);
        (decide_final(row.state, respond_by, row.parents_responded_on.is_some(), op.today()), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: FinalFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let row = facts.case.assessment;
        work.meet_duty(row.id, milestone(Step::IssueFinalPlan), work.op.now).await?;
        if let Some(draft) = facts.draft {
            work.meet_duty(draft.id, parents_time(), work.op.now).await?;
        }
        ending::end(work, row, State::FinalIssued, "", EhcEvent::FinalIssued).await
    }
}
