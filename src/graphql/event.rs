//! Events: what happened, to whom, and where to resume.

use super::advice::{AdviceQuery, AdviceRequest};
use super::assessment::EhcAssessment;
use super::case::Consultation;
use super::child::Child;
use super::deadline::Escalation;
use super::id::{Kind, encode};
use super::link::LinkConsultation;
use super::list::short;
use super::loader::{all_under, by_id};
use super::locality::{LocalityItem, LocalitySession};
use super::one_plan::OnePlan;
use super::people::Person;
use super::planning::PlanningMeeting;
use super::scalar::{Date, DateTime, EventCursor};
use super::school::School;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::consultation::{CancellationReason, ConsultationEvent};
use domain::event::{DutyEvent, Event as Happened, EventKind};
use domain::graduated::GraduatedEvent;
use domain::locality::{ItemState, LocalityEvent};
use domain::people::PeopleEvent;
use domain::planning::PlanningEvent;
use entity::{
    advice_query, advice_request, child, consultation, ehc_assessment, escalation, event, link_consultation,
    locality_item, locality_session, one_plan, person, planning_meeting, school,
};

/// Something that happened.
pub struct Event {
    row: event::Model,
    cursor: Option<String>,
}

impl From<event::Model> for Event {
    fn from(row: event::Model) -> Self {
        Self { row, cursor: None }
    }
}

impl Event {
    /// An event of a subscription, with the cursor behind it.
    pub fn followed(row: event::Model, cursor: String) -> Self {
        Self { row, cursor: Some(cursor) }
    }

    fn happened(&self) -> Result<Happened> {
        Ok(serde_json::from_value(self.row.payload.clone())?)
    }

    /// Whether the viewer may know whom an item of a locality group is about: whoever withdrew a consent would tell it (LG-11).
    async fn follows_link(&self, ctx: &Context<'_>) -> Result<bool> {
        match self.row.case_id {
            Some(item) => Ok(!all_under(ctx, item, short::LinkOfItem).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// Whether it belongs to an item of a locality group whose texts nobody sees any more: reasons are texts too.
    async fn is_sealed(&self, ctx: &Context<'_>) -> Result<bool> {
        match (self.happened()?, self.row.case_id) {
            (Happened::Locality(_), Some(id)) => {
                let item = by_id::<locality_item::Entity>(ctx, id).await?;
                Ok(item.is_some_and(|item| item.state == ItemState::Withdrawn))
            }
            _ => Ok(false),
        }
    }
}

/// A *should* rule that somebody took responsibility for.
#[derive(SimpleObject)]
pub struct Acknowledged {
    /// The rule.
    rule: String,
    /// The reason.
    reason: String,
}

/// Something that happened.
#[Object]
impl Event {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Event, self.row.id)
    }

    /// Where to resume behind it; on subscriptions only.
    async fn cursor(&self) -> Option<EventCursor> {
        self.cursor.clone().map(EventCursor)
    }

    /// What happened.
    async fn kind(&self) -> EventKind {
        self.row.kind
    }

    /// When (UTC).
    async fn occurred_at(&self) -> DateTime {
        DateTime(self.row.occurred_at)
    }

    /// Who did it, where a person did whom the viewer sees.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        if self.row.kind == EventKind::LocalityItemWithdrawn && !self.follows_link(ctx).await? {
            return Ok(None);
        }
        match self.row.actor_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// Whether the service did it by itself: a sweep, an import.
    async fn by_service(&self) -> bool {
        self.row.actor_id.is_none()
    }

    /// The EHC needs assessment that it belongs to, if the viewer sees it.
    async fn ehc_assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        match self.row.case_id {
            Some(id) => Ok(by_id::<ehc_assessment::Entity>(ctx, id).await?.map(EhcAssessment::from)),
            None => Ok(None),
        }
    }

    /// The advice that it is about, if the viewer sees it.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        match self.row.part_id {
            Some(id) => Ok(by_id::<advice_request::Entity>(ctx, id).await?.map(AdviceRequest::from)),
            None => Ok(None),
        }
    }

    /// The query, where it is about one that the viewer sees.
    async fn advice_query(&self, ctx: &Context<'_>) -> Result<Option<AdviceQuery>> {
        if self.row.subject_kind != "AdviceQuery" {
            return Ok(None);
        }
        Ok(by_id::<advice_query::Entity>(ctx, self.row.subject_id).await?.map(AdviceQuery::from))
    }

    /// The consultation that it belongs to, if the viewer sees it.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        match self.row.case_id {
            Some(id) => Ok(by_id::<consultation::Entity>(ctx, id).await?.map(Consultation::from)),
            None => Ok(None),
        }
    }

    /// The One Plan, where it is about one that the viewer sees.
    async fn one_plan(&self, ctx: &Context<'_>) -> Result<Option<OnePlan>> {
        if self.row.subject_kind != "OnePlan" {
            return Ok(None);
        }
        Ok(by_id::<one_plan::Entity>(ctx, self.row.subject_id).await?.map(OnePlan::from))
    }

    /// The consultation with link staff, where it is about one that the viewer sees.
    async fn link_consultation(&self, ctx: &Context<'_>) -> Result<Option<LinkConsultation>> {
        if self.row.subject_kind != "LinkConsultation" {
            return Ok(None);
        }
        Ok(by_id::<link_consultation::Entity>(ctx, self.row.subject_id).await?.map(LinkConsultation::from))
    }

    /// The planning meeting that it belongs to, if the viewer sees it.
    async fn planning_meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        match self.row.case_id {
            Some(id) => Ok(by_id::<planning_meeting::Entity>(ctx, id).await?.map(PlanningMeeting::from)),
            None => Ok(None),
        }
    }

    /// The session of a locality group, where it is about one that the viewer sees.
    async fn locality_session(&self, ctx: &Context<'_>) -> Result<Option<LocalitySession>> {
        match self.row.case_id {
            Some(id) => Ok(by_id::<locality_session::Entity>(ctx, id).await?.map(LocalitySession::from)),
            None => Ok(None),
        }
    }

    /// The item of a locality group that it belongs to, if the viewer sees it.
    async fn locality_item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        match self.row.case_id {
            Some(id) => Ok(by_id::<locality_item::Entity>(ctx, id).await?.map(LocalityItem::from)),
            None => Ok(None),
        }
    }

    /// The child whom it concerns, if the viewer sees them.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match self.row.child_id {
            Some(id) => Ok(by_id::<child::Entity>(ctx, id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// The school that held the child at the time, if the viewer sees it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.row.school_id {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// The escalation, where it is about one.
    async fn escalation(&self, ctx: &Context<'_>) -> Result<Option<Escalation>> {
        if self.row.subject_kind != "Escalation" {
            return Ok(None);
        }
        Ok(by_id::<escalation::Entity>(ctx, self.row.subject_id).await?.map(Escalation::from))
    }

    /// Why, where it is a cancellation.
    async fn cancellation_reason(&self) -> Result<Option<CancellationReason>> {
        Ok(match self.happened()? {
            Happened::Consultation(ConsultationEvent::Cancelled { reason, .. }) => Some(reason),
            _ => None,
        })
    }

    /// The reason in somebody's words, where one was given.
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.is_sealed(ctx).await? {
            return Ok(None);
        }
        Ok(match self.happened()? {
            Happened::Consultation(ConsultationEvent::Cancelled { note, .. }) => note,
            Happened::Consultation(
                ConsultationEvent::NotHeld { reason } | ConsultationEvent::StepReversed { reason, .. },
            )
            | Happened::Graduated(
                GraduatedEvent::OnePlanStepReversed { reason, .. }
                | GraduatedEvent::LinkConsultationStepReversed { reason, .. },
            )
            | Happened::Planning(
                PlanningEvent::Cancelled { reason } | PlanningEvent::StepReversed { reason, .. },
            )
            | Happened::Locality(
                LocalityEvent::SessionCancelled { reason }
                | LocalityEvent::SessionReversed { reason, .. }
                | LocalityEvent::ItemStepReversed { reason, .. },
            ) => Some(reason),
            Happened::Consent(domain::consent::ConsentEvent::Withdrawn { reason, .. }) => reason,
            Happened::People(
                PeopleEvent::ChildErased { note, .. } | PeopleEvent::DocumentErased { note, .. },
            ) => Some(note),
            _ => None,
        })
    }

    /// From which due date to which, where a deadline moved.
    async fn moved(&self) -> Result<Option<Moved>> {
        Ok(match self.happened()? {
            Happened::Duty(DutyEvent::Moved { rule, from, to }) => {
                Some(Moved { rule: rule.to_string(), from: Date(from), to: Date(to) })
            }
            _ => None,
        })
    }

    /// The *should* rules that the caller took responsibility for; none of an item of a locality group that was withdrawn.
    async fn acknowledged(&self, ctx: &Context<'_>) -> Result<Vec<Acknowledged>> {
        if self.is_sealed(ctx).await? {
            return Ok(Vec::new());
        }
        let given: Vec<domain::refusal::Acknowledgement> =
            serde_json::from_value(self.row.acknowledgements.clone())?;
        Ok(given
            .into_iter()
            .map(|one| Acknowledged { rule: one.rule.to_string(), reason: one.reason })
            .collect())
    }
}

/// A deadline that moved with the calendar.
#[derive(SimpleObject)]
pub struct Moved {
    /// The rule of the deadline.
    rule: String,
    /// The London date on which it was due.
    from: Date,
    /// The London date on which it is due now.
    to: Date,
}

super::connection::connection!(EventConnection, EventEdge, Event, crate::store::list::cases::History);
