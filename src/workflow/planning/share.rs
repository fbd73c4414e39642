//! The record is completed, shared with the school, and from then on only added to (PC-5, PC-7, PC-8).

use super::{OnMeeting, record_part};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Role};
use domain::planning::record::{RecordFacts, decide_addendum, decide_record, decide_share};
use domain::planning::{ItemOrigin, MeetingState, PlanningEvent};
use domain::refusal::Findings;
use domain::rule::RuleId;
use domain::text::is_blank;
use entity::{agenda_item, meeting_addendum, meeting_record};
use serde::Serialize;
use uuid::Uuid;

/// Complete the record of a meeting.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteRecord {
    /// The meeting.
    pub meeting: Uuid,
    /// What the meeting came to.
    pub summary: String,
}

/// What completing rests on.
pub struct CompleteFacts {
    on: OnMeeting,
    record: RecordFacts,
}

fn number<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

impl CompleteRecord {
    async fn facts(&self, work: &Work<'_>, on: &OnMeeting) -> Result<RecordFacts, Fault> {
        let system = System::within(work);
        let meeting = &on.meeting;
        let items = system.agenda_items(meeting).await?;
        let discussions = system.discussions(meeting.id).await?;
        let (supported, acted_on) = system.supported(meeting.id).await?;
        let outcomes = system.action_outcomes(meeting.id).await?;
        let participants = system.participants(meeting.id).await?;
        let was_put_off = |item: &agenda_item::Model| discussions.get(&item.id).map(|said| said.put_off);
        let unvoiced = |item: &&agenda_item::Model| {
            let voices = [&item.parents, &item.pupil, &item.agencies];
            item.child_id.is_some() && voices.into_iter().any(|said| is_blank(said))
        };
        // A consultation that was put off comes by itself, with the next meeting.
        let forgotten = |item: &&agenda_item::Model| {
            was_put_off(item) == Some(true)
                && item.origin != ItemOrigin::LinkConsultation
                && !acted_on.contains(&item.id)
        };
        let by_ep_present = participants.iter().any(|row| {
            row.person_id == work.op.actor()
                && row.role == Some(Role::EducationalPsychologist)
                && row.present == Some(true)
        });
        Ok(RecordFacts {
            state: meeting.state,
            by_ep_present,
            undiscussed: number(items.iter().filter(|item| was_put_off(item).is_none())),
            unsupported: number(
                items.iter().filter(|item| was_put_off(item) == Some(false) && !supported.contains(&item.id)),
            ),
            unvoiced: number(items.iter().filter(|item| was_put_off(item) == Some(false)).filter(unvoiced)),
            forgotten: number(items.iter().filter(forgotten)),
            actions_open: number(
                system.brought_forward(meeting).await?.iter().filter(|row| !outcomes.contains_key(&row.id)),
            ),
            summary: self.summary.clone(),
        })
    }
}

impl Command for CompleteRecord {
    const ACTION: Action = Action::CompleteMeetingRecord;
    type Facts = CompleteFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<CompleteFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let record = self.facts(work, &on).await?;
        let (standing, target) = (on.standing(), Some((on.meeting.id, on.meeting.version)));
        Ok(Gathered::Found { facts: CompleteFacts { on, record }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &CompleteFacts) -> (Findings, ()) {
        (decide_record(&facts.record), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: CompleteFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        on.meeting.state = MeetingState::Recorded;
        on.meeting.recorded_at = Some(work.op.now);
        work.insert::<meeting_record::Entity>(meeting_record::Model {
            id: work.op.id(),
            authority_id: on.meeting.authority_id,
            meeting_id: on.meeting.id,
            school_id: on.meeting.school_id,
            summary: self.summary.clone(),
            completed_by: work.op.actor().unwrap_or_default(),
            completed_at: work.op.now,
        })
        .await?;
        on.save(work, PlanningEvent::Recorded).await
    }
}

/// Share the record of a meeting with the school.
#[derive(Clone, Debug, Serialize)]
pub struct ShareRecord {
    /// The meeting.
    pub meeting: Uuid,
}

impl Command for ShareRecord {
    const ACTION: Action = Action::ShareMeetingRecord;
    type Facts = OnMeeting;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnMeeting>, Fault> {
        OnMeeting::gather(work, self.meeting).await
    }

    fn decide(&self, _: &Op, on: &OnMeeting) -> (Findings, ()) {
        (decide_share(on.meeting.state), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut on: OnMeeting,
        (): (),
    ) -> Result<Uuid, Fault> {
        on.meeting.state = MeetingState::Shared;
        on.meeting.shared_at = Some(work.op.now);
        work.meet_duty(on.meeting.id, RuleId::Pc7, work.op.now).await?;
        on.save(work, PlanningEvent::Shared).await
    }
}

/// Write an addendum to a shared record. Answers the id of the meeting.
#[derive(Clone, Debug, Serialize)]
pub struct AddAddendum {
    /// The meeting.
    pub meeting: Uuid,
    /// The item that it corrects, where it is one: the people of its child see it.
    pub item: Option<Uuid>,
    /// What is corrected or added.
    pub text: String,
}

/// What an addendum rests on.
pub struct AddendumFacts {
    on: OnMeeting,
    item: Option<agenda_item::Model>,
}

impl Command for AddAddendum {
    const ACTION: Action = Action::AddMeetingAddendum;
    type Facts = AddendumFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AddendumFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let item = match self.item {
            Some(item) => work.find_shared::<agenda_item::Entity>(item).await?,
            None => None,
        };
        let item = item.filter(|item| item.meeting_id == on.meeting.id);
        if self.item.is_some() && item.is_none() {
            return Ok(Gathered::NotFound(vec!["agendaItem"]));
        }
        let (standing, target) = (on.standing(), Some((on.meeting.id, on.meeting.version)));
        Ok(Gathered::Found { facts: AddendumFacts { on, item }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &AddendumFacts) -> (Findings, ()) {
        (decide_addendum(facts.on.meeting.state, &self.text), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AddendumFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let meeting = &facts.on.meeting;
        let child_id = facts.item.and_then(|item| item.child_id);
        work.insert::<meeting_addendum::Entity>(meeting_addendum::Model {
            id: work.op.id(),
            authority_id: meeting.authority_id,
            meeting_id: meeting.id,
            school_id: meeting.school_id,
            item_id: self.item,
            child_id,
            text: self.text.clone(),
            written_by: work.op.actor().unwrap_or_default(),
            written_at: work.op.now,
        })
        .await?;
        record_part(work, meeting, ("PlanningMeeting", meeting.id, child_id), PlanningEvent::AddendumWritten);
        Ok(self.meeting)
    }
}
