//! The meeting takes place: who was there, and what the agenda begins with (PC-2, PC-4); and steps taken by mistake (XC-22).

use super::{OnMeeting, record_part, subject};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::term_due::{met, not_met};
use domain::access::Action;
use domain::calendar::BeyondCalendar;
use domain::consultation::booking::refuse_beyond_calendar;
use domain::duty::NewDuty;
use domain::london;
use domain::planning::meeting::{Present, decide_held};
use domain::planning::record::share_duty;
use domain::planning::reversal::{decide_reversal, last_step};
use domain::planning::{ItemOrigin, MeetingState, MeetingStep, PlanningEvent, Priority};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{agenda_item, link_consultation, meeting_participant, planning_meeting, planning_term};
use serde::Serialize;
use uuid::Uuid;

/// Mark a meeting held, with who was there.
#[derive(Clone, Debug, Serialize)]
pub struct MarkHeld {
    /// The meeting.
    pub meeting: Uuid,
    /// The participants who were there.
    pub present: Vec<Uuid>,
}

/// What marking a meeting held rests on.
pub struct HeldFacts {
    on: OnMeeting,
    present: Vec<meeting_participant::Model>,
    raised: Vec<link_consultation::Model>,
    /// When its record is to be shared.
    share: Result<NewDuty, BeyondCalendar>,
}

impl Command for MarkHeld {
    const ACTION: Action = Action::MarkMeetingHeld;
    type Facts = HeldFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<HeldFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let system = System::within(work);
        let invited = system.participants(on.meeting.id).await?;
        if self.present.iter().any(|id| invited.iter().all(|row| row.id != *id)) {
            return Ok(Gathered::NotFound(vec!["present"]));
        }
        let present = invited.into_iter().filter(|row| self.present.contains(&row.id)).collect();
        let raised = system.waiting_consultations(on.meeting.school_id).await?;
        let (calendar, policy) = super::plan::counting(work, on.meeting.authority_id).await?;
        let held_on = london::date_of(on.meeting.starts_at);
        let share = share_duty(held_on, on.meeting.ep_id, &calendar, &policy);
        let (standing, target) = (on.standing(), Some((on.meeting.id, on.meeting.version)));
        Ok(Gathered::Found { facts: HeldFacts { on, present, raised, share }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &HeldFacts) -> (Findings, ()) {
        let present: Vec<_> = facts
            .present
            .iter()
            .map(|row| Present {
                kind: row.kind,
                role: row.role,
                key_staff_reason: row.key_staff_reason.as_deref(),
            })
            .collect();
        let meeting = &facts.on.meeting;
        let mut findings = decide_held(meeting.state, meeting.starts_at, op.now, &present);
        if let Err(beyond) = &facts.share {
            refuse_beyond_calendar(&mut findings, &beyond.to_string());
        }
        (findings, ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: HeldFacts, (): ()) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        on.meeting.state = MeetingState::Held;
        on.meeting.held_at = Some(work.op.now);
        work.set_present(on.meeting.id, &self.present).await?;
        for consultation in facts.raised {
            raise(work, &on.meeting, &consultation).await?;
        }
        let (of, starts_at) = ((on.meeting.school_year, on.meeting.term), on.meeting.starts_at);
        let (authority, school) = (on.meeting.authority_id, on.meeting.school_id);
        met::<planning_term::Entity>(work, authority, school, of, starts_at).await?;
        work.set_duty(&subject(&on.meeting, "PlanningMeeting", on.meeting.id, None), facts.share?).await?;
        on.save(work, PlanningEvent::Held).await
    }
}

/// A child raised through GR-9 comes onto the agenda by itself. How parents and child took part is said as it is discussed.
async fn raise(
    work: &mut Work<'_>,
    meeting: &planning_meeting::Model,
    consultation: &link_consultation::Model,
) -> Result<(), Fault> {
    let id = work.op.id();
    work.insert::<agenda_item::Entity>(agenda_item::Model {
        id,
        authority_id: meeting.authority_id,
        meeting_id: meeting.id,
        school_id: meeting.school_id,
        child_id: Some(consultation.child_id),
        origin: ItemOrigin::LinkConsultation,
        priority: Priority::IndividualCasework,
        title: consultation.question.clone(),
        parents: String::new(),
        pupil: String::new(),
        agencies: String::new(),
        link_consultation_id: Some(consultation.id),
        version: 1,
    })
    .await?;
    let part = ("AgendaItem", id, Some(consultation.child_id));
    record_part(work, meeting, part, PlanningEvent::ItemAdded);
    Ok(())
}

/// Take back the last step of a meeting.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseMeeting {
    /// The meeting.
    pub meeting: Uuid,
    /// Why.
    pub reason: String,
}

/// What taking back rests on.
pub struct ReverseFacts {
    on: OnMeeting,
    written: bool,
}

impl Command for ReverseMeeting {
    const ACTION: Action = Action::ReversePlanningMeetingStep;
    type Facts = ReverseFacts;
    type Plan = Option<MeetingStep>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ReverseFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let written = System::within(work).record_begun(on.meeting.id).await?;
        let (standing, target) = (on.standing(), Some((on.meeting.id, on.meeting.version)));
        Ok(Gathered::Found { facts: ReverseFacts { on, written }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &ReverseFacts) -> (Findings, Option<MeetingStep>) {
        let step = last_step(facts.on.meeting.state);
        (decide_reversal(step, facts.written, &self.reason), step)
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ReverseFacts,
        step: Option<MeetingStep>,
    ) -> Result<Uuid, Fault> {
        let mut on = facts.on;
        let step = step.ok_or(Fault::Unexpected("a step that cannot be taken back"))?;
        match step {
            MeetingStep::Held => {
                on.meeting.state = MeetingState::Planned;
                on.meeting.held_at = None;
                work.clear_present(on.meeting.id).await?;
                work.remove_raised_items(on.meeting.id).await?;
                work.withdraw_duty(on.meeting.id, RuleId::Pc7).await?;
                if System::within(work).school(on.meeting.school_id).await?.status.is_open() {
                    let of = (on.meeting.school_year, on.meeting.term);
                    not_met::<planning_term::Entity>(work, on.meeting.school_id, of).await?;
                }
            }
            MeetingStep::Recorded => {
                on.meeting.state = MeetingState::Held;
                on.meeting.recorded_at = None;
                work.remove_record(on.meeting.id).await?;
            }
        }
        on.save(work, PlanningEvent::StepReversed { step, reason: self.reason.clone() }).await
    }
}
