//! The formal follow-up: opened by the coordinator on the SEND manager's decision, answered by the giver's manager
//! (AQ-5, AQ-6).

use super::Queried;
use crate::mail::invitation::{Mailbox, Method};
use crate::mail::task::Task;
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::outbox::NewLetter;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::Action;
use domain::calendar::BeyondCalendar;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::NewDuty;
use domain::ehc::query::{
    FOLLOW_UP_SUBJECT, FollowUpFacts, decide_follow_up, decide_giver_discussion, response_duty,
};
use domain::ehc::{EhcEvent, EntryKind, QueryState};
use domain::name::tells;
use domain::refusal::Findings;
use entity::{advice_query_entry, child};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Open and send a formal follow-up.
#[derive(Clone, Debug, Serialize)]
pub struct OpenFollowUp {
    /// The query.
    pub query: Uuid,
    /// What is required.
    pub required: String,
    /// Further addresses it goes to.
    pub copies: Vec<String>,
}

/// What a formal follow-up rests on.
pub struct OpenFacts {
    queried: Queried,
    names_child: bool,
    duty: Result<NewDuty, BeyondCalendar>,
}

impl Command for OpenFollowUp {
    const ACTION: Action = Action::OpenFormalFollowUp;
    type Facts = OpenFacts;
    type Plan = Option<NewDuty>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OpenFacts>, Fault> {
        let Some(queried) = Queried::load(work, self.query).await? else {
            return Ok(Gathered::NotFound(vec!["adviceQuery"]));
        };
        let (system, request) = (System::within(work), &queried.asked.request);
        let authority = request.authority_id;
        let (calendar, policy) = (system.calendar(authority).await?, system.policy(authority).await?);
        let facts = OpenFacts {
            names_child: self.names(&system, request.child_id).await?,
            duty: response_duty(work.op.today(), request.manager_id, &calendar, &policy),
            queried,
        };
        let target = Some((facts.queried.query.id, facts.queried.query.version));
        Ok(Gathered::Found { standing: facts.queried.asked.standing.clone(), target, facts })
    }

    fn decide(&self, _: &Op, facts: &OpenFacts) -> (Findings, Option<NewDuty>) {
        let (row, request) = (&facts.queried.query, &facts.queried.asked.request);
        let known = FollowUpFacts {
            state: row.state,
            decision: row.decision,
            service: request.service,
            manager_known: request.manager_id.is_some() && request.giver_id.is_some(),
            names_child: facts.names_child,
        };
        let mut findings = decide_follow_up(&self.required, &known);
        if let Err(ends) = &facts.duty {
            refuse_beyond_calendar(&mut findings, &ends.to_string());
        }
        (findings, facts.duty.clone().ok())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: OpenFacts,
        duty: Option<NewDuty>,
    ) -> Result<Uuid, Fault> {
        let duty = duty.ok_or(Fault::Unexpected("a formal follow-up without its date"))?;
        let (mut queried, due_on) = (facts.queried, duty.due.on);
        let row = &mut queried.query;
        row.state = QueryState::FormalFollowUp;
        row.required = Some(self.required.clone());
        row.decision = None;
        row.follow_up_opened_at = Some(work.op.now);
        row.follow_up_due_on = Some(due_on);
        row.answered_at = None;
        self.send(service, work, &queried).await?;
        work.set_duty(&queried.subject(), duty).await?;
        queried.save(work, EhcEvent::FollowUpOpened { due_on }).await
    }
}

impl OpenFollowUp {
    async fn names(&self, system: &System<'_>, child: Uuid) -> Result<bool, Fault> {
        let child = system.get::<child::Entity>(child).await?;
        let child = child.ok_or(Fault::Unexpected("advice about no child"))?;
        let known_as = child.known_as.as_deref().unwrap_or_default();
        let names = [child.given_name.as_str(), child.family_name.as_str(), known_as];
        Ok(tells(&self.required, &names, child.upn.as_deref()))
    }

    /// Owes the letter to giver, manager and whoever else was named, each once, and keeps a copy on the case.
    async fn send(&self, service: &Service, work: &Work<'_>, queried: &Queried) -> Result<(), Fault> {
        let (system, request) = (System::within(work), &queried.asked.request);
        let mut to = Vec::new();
        for person in [request.giver_id, request.manager_id].into_iter().flatten() {
            let person = system.person(person).await?;
            to.push((Some(person.id), Mailbox { name: person.name, email: person.email }));
        }
        to.extend(
            self.copies.iter().map(|email| (None, Mailbox { name: email.clone(), email: email.clone() })),
        );
        let mut known = BTreeSet::new();
        to.retain(|(_, mailbox)| known.insert(mailbox.email.to_lowercase()));
        let body = self.body(service, queried);
        let task =
            task(service, work, queried, &body, to.iter().map(|(_, mailbox)| mailbox.clone()).collect());
        let recipients: Vec<_> = to.iter().map(|(_, mailbox)| mailbox.email.clone()).collect();
        for (person, mailbox) in to {
            work.owe(NewLetter {
                authority: request.authority_id,
                case: Some(request.assessment_id),
                person,
                to_name: mailbox.name,
                to_address: mailbox.email,
                subject: FOLLOW_UP_SUBJECT.to_owned(),
                body: body.clone(),
                calendar: Some((Method::Request.as_str(), task.to_ics())),
            })
            .await?;
        }
        work.insert::<advice_query_entry::Entity>(advice_query_entry::Model {
            subject: Some(FOLLOW_UP_SUBJECT.to_owned()),
            recipients: serde_json::to_value(recipients)?,
            ..queried.entry(work, EntryKind::FollowUp, &body)
        })
        .await
    }

    fn body(&self, service: &Service, queried: &Queried) -> String {
        let reference = &queried.asked.request.reference;
        let due = queried.query.follow_up_due_on.unwrap_or_default();
        format!(
            "Case {reference}: the advice from {} needs clarification before the plan can be written.\n\n\
             What is required:\n{}\n\n\
             Please respond by {} ({due}). The giver's line manager answers for it, also where the giver is not at \
             work.\n\n{}",
            queried.asked.request.service.words(),
            self.required,
            due.format("%A %-d %B %Y"),
            service.letterhead.case_url(reference),
        )
    }
}

fn task(service: &Service, work: &Work<'_>, queried: &Queried, body: &str, asked: Vec<Mailbox>) -> Task {
    Task {
        uid: format!("{}@casegraph", queried.query.id),
        due_on: queried.query.follow_up_due_on.unwrap_or_default(),
        summary: format!("{FOLLOW_UP_SUBJECT} ({})", queried.asked.request.reference),
        description: body.to_owned(),
        organiser: service.letterhead.from.clone(),
        attendees: asked,
        stamp: work.op.now,
    }
}

/// Log the manager's discussion with the giver.
#[derive(Clone, Debug, Serialize)]
pub struct LogGiverDiscussion {
    /// The query.
    pub query: Uuid,
    /// What direction and support was given.
    pub note: String,
}

impl Command for LogGiverDiscussion {
    const ACTION: Action = Action::LogGiverDiscussion;
    type Facts = Queried;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Queried>, Fault> {
        Queried::gather(work, self.query).await
    }

    fn decide(&self, _: &Op, queried: &Queried) -> (Findings, ()) {
        (decide_giver_discussion(queried.query.state, &self.note), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, queried: Queried, (): ()) -> Result<Uuid, Fault> {
        queried.log(work, EntryKind::GiverDiscussion, &self.note).await?;
        queried.save(work, EhcEvent::GiverDiscussed).await
    }
}
