//! Lists of cases and what hangs on them by date: consultations, slots, duties, escalations, events.

use super::CaseParent;
use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use crate::store::scope::{Scoped, Sight};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Reach, Role};
use domain::consultation::{AreaOfNeed, State};
use domain::duty::{DutyState, EscalationState};
use domain::event::EventKind;
use entity::{access_audit, consultation, consultation_slot, duty, escalation, event, transfer_request};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// In which order consultations come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConsultationOrder {
    /// By start, soonest first.
    #[default]
    StartsAt,
    /// By start, latest first.
    StartsAtDescending,
    /// By booking, newest first.
    BookedAtDescending,
}

/// Consultations under a parent, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Consultations {
    /// What they are under.
    pub under: Option<CaseParent>,
    /// Only in these states.
    pub states: Vec<State>,
    /// Only for these primary areas of need.
    pub areas: Vec<AreaOfNeed>,
    /// Only of this school.
    pub school: Option<Uuid>,
    /// Only discussed with this link practitioner.
    pub link_practitioner: Option<Uuid>,
    /// Only starting at or after this instant.
    pub starts_from: Option<DateTime<Utc>>,
    /// Only starting before this instant.
    pub starts_before: Option<DateTime<Utc>>,
    /// Only with something due before this London date that the viewer sees.
    pub due_before: Option<NaiveDate>,
    /// Only with something overdue that the viewer sees, or only without.
    pub overdue: Option<bool>,
    /// In which order.
    pub order: ConsultationOrder,
}

impl Listing for Consultations {
    type Entity = consultation::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.under? {
            CaseParent::School => Parent::own(consultation::Column::SchoolId),
            CaseParent::Child => Parent::own(consultation::Column::ChildId),
            CaseParent::LinkPractitioner => Parent::own(consultation::Column::DiscussedWith),
            CaseParent::Authority => Parent::own(consultation::Column::AuthorityId),
            CaseParent::Slot => Parent::own(consultation::Column::SlotId),
        }
    }

    fn condition(&self, op: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(consultation::Column::State.is_in(self.states.iter().copied()));
        }
        if !self.areas.is_empty() {
            all = all.add(consultation::Column::PrimaryAreaOfNeed.is_in(self.areas.iter().copied()));
        }
        let due = |condition: Condition| consultation::Column::Id.in_subquery(open_duties(op, condition));
        let overdue = || Condition::all().add(duty::Column::DueOn.lt(op.today()));
        all.add_option(self.school.map(|id| consultation::Column::SchoolId.eq(id)))
            .add_option(self.link_practitioner.map(|id| consultation::Column::DiscussedWith.eq(id)))
            .add_option(self.starts_from.map(|at| consultation::Column::StartsAt.gte(at)))
            .add_option(self.starts_before.map(|at| consultation::Column::StartsAt.lt(at)))
            .add_option(self.due_before.map(|on| due(Condition::all().add(duty::Column::DueOn.lt(on)))))
            .add_option(self.overdue.map(|wanted| {
                if wanted {
                    due(overdue())
                } else {
                    consultation::Column::Id.not_in_subquery(open_duties(op, overdue()))
                }
            }))
    }

    fn order(&self) -> Ordering<consultation::Column> {
        let (by, descending) = match self.order {
            ConsultationOrder::StartsAt => (consultation::Column::StartsAt, false),
            ConsultationOrder::StartsAtDescending => (consultation::Column::StartsAt, true),
            ConsultationOrder::BookedAtDescending => (consultation::Column::BookedAt, true),
        };
        Ordering { by, descending }
    }
}

/// Consultations with an open deadline that the viewer sees: who sees no deadline cannot find one by filtering either.
fn open_duties(op: &Op, condition: Condition) -> sea_orm::sea_query::SelectStatement {
    let seen = op.viewer.as_deref().map(|viewer| duty::Entity::visible(Sight { viewer, today: op.today() }));
    duty::Entity::find()
        .select_only()
        .column(duty::Column::CaseId)
        .filter(duty::Column::State.eq(DutyState::Open))
        .filter(duty::Column::CaseId.is_not_null())
        .filter(condition)
        .filter(Condition::all().add_option(seen))
        .into_query()
}

/// Slots of an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slots {
    /// Only for these areas of need.
    pub areas: Vec<AreaOfNeed>,
    /// Only starting at or after this instant.
    pub starts_from: Option<DateTime<Utc>>,
    /// Only starting before this instant.
    pub starts_before: Option<DateTime<Utc>>,
    /// Only of this specialist.
    pub specialist: Option<Uuid>,
    /// Only those that nobody has booked and that were not taken back.
    pub free: bool,
}

impl Listing for Slots {
    type Entity = consultation_slot::Entity;

    fn parent(&self) -> Option<Parent> {
        Parent::own(consultation_slot::Column::AuthorityId)
    }

    fn condition(&self, _: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.areas.is_empty() {
            all = all.add(consultation_slot::Column::AreaOfNeed.is_in(self.areas.iter().copied()));
        }
        if self.free {
            let taken = consultation::Entity::find()
                .select_only()
                .column(consultation::Column::SlotId)
                .filter(consultation::Column::State.ne(State::Cancelled));
            all = all
                .add(consultation_slot::Column::WithdrawnAt.is_null())
                .add(consultation_slot::Column::Id.not_in_subquery(taken.into_query()));
        }
        all.add_option(self.starts_from.map(|at| consultation_slot::Column::StartsAt.gte(at)))
            .add_option(self.starts_before.map(|at| consultation_slot::Column::StartsAt.lt(at)))
            .add_option(self.specialist.map(|id| consultation_slot::Column::SpecialistId.eq(id)))
    }

    fn order(&self) -> Ordering<consultation_slot::Column> {
        Ordering { by: consultation_slot::Column::StartsAt, descending: false }
    }
}

/// What deadlines are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DutiesOf {
    /// A case, with everything in it.
    Case,
    /// One object of a case.
    Object,
}

/// Deadlines under a case, or on the viewer's desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duties {
    /// Under what.
    pub of: Option<DutiesOf>,
    /// Only those that fall to the viewer: theirs in person, or to a role that they hold there (XC-19).
    pub worklist: bool,
    /// Only in these states.
    pub states: Vec<DutyState>,
    /// Only due before this London date.
    pub due_before: Option<NaiveDate>,
    /// Only overdue, or only not.
    pub overdue: Option<bool>,
}

impl Listing for Duties {
    type Entity = duty::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of? {
            DutiesOf::Case => Parent::own(duty::Column::CaseId),
            DutiesOf::Object => Parent::own(duty::Column::OnId),
        }
    }

    fn condition(&self, op: &Op) -> Condition {
        let mut all = Condition::all();
        if self.worklist {
            all = all.add(on_the_desk(op));
        }
        if !self.states.is_empty() {
            all = all.add(duty::Column::State.is_in(self.states.iter().copied()));
        }
        all.add_option(self.due_before.map(|on| duty::Column::DueOn.lt(on))).add_option(self.overdue.map(
            |wanted| {
                let overdue = Condition::all()
                    .add(duty::Column::State.eq(DutyState::Open))
                    .add(duty::Column::DueOn.lt(op.today()));
                if wanted { overdue } else { overdue.not() }
            },
        ))
    }

    fn order(&self) -> Ordering<duty::Column> {
        Ordering { by: duty::Column::DueAt, descending: false }
    }
}

fn on_the_desk(op: &Op) -> Condition {
    let Some(viewer) = op.viewer.as_deref() else { return Condition::any().add(duty::Column::Id.is_null()) };
    let mut any = Condition::any().add(duty::Column::OwnerId.eq(viewer.person));
    for grant in &viewer.grants {
        // A SENCO's deadlines are also the desk of the others who act for the school.
        let role = if grant.role.reach() == Reach::School { Role::Senco } else { grant.role };
        let mut falls_to = Condition::all()
            .add(duty::Column::OwnerRole.eq(role))
            .add(duty::Column::AuthorityId.eq(grant.authority));
        if grant.role.reach() == Reach::School {
            falls_to = falls_to.add_option(grant.school.map(|school| duty::Column::SchoolId.eq(school)));
        } else {
            falls_to = falls_to.add(duty::Column::OwnerId.is_null());
        }
        any = any.add(falls_to);
    }
    any
}

/// Escalations under a case, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Escalations {
    /// Under a case.
    pub of_case: bool,
    /// Only in these states.
    pub states: Vec<EscalationState>,
}

impl Listing for Escalations {
    type Entity = escalation::Entity;

    fn parent(&self) -> Option<Parent> {
        if self.of_case { Parent::own(escalation::Column::CaseId) } else { None }
    }

    fn condition(&self, _: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.states.is_empty() {
            all = all.add(escalation::Column::State.is_in(self.states.iter().copied()));
        }
        all
    }

    fn order(&self) -> Ordering<escalation::Column> {
        Ordering { by: escalation::Column::RaisedAt, descending: true }
    }
}

/// What an object's history is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryOf {
    /// A child.
    Child,
    /// A case: a consultation or an EHC needs assessment.
    Case,
    /// An advice request, with everything on it.
    Part,
    /// Any other object.
    Subject,
}

/// The events of a case, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// What it is the history of.
    pub of: HistoryOf,
    /// Only these kinds.
    pub kinds: Vec<EventKind>,
}

impl Listing for History {
    type Entity = event::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of {
            HistoryOf::Child => Parent::own(event::Column::ChildId),
            HistoryOf::Case => Parent::own(event::Column::CaseId),
            HistoryOf::Part => Parent::own(event::Column::PartId),
            HistoryOf::Subject => Parent::own(event::Column::SubjectId),
        }
    }

    fn condition(&self, _: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.kinds.is_empty() {
            all = all.add(event::Column::Kind.is_in(self.kinds.iter().copied()));
        }
        all
    }

    fn order(&self) -> Ordering<event::Column> {
        Ordering { by: event::Column::OccurredAt, descending: false }
    }
}

/// Requests to take children over that the viewer sees, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TransferRequests {
    /// Only those that nobody has answered.
    pub open: bool,
}

impl Listing for TransferRequests {
    type Entity = transfer_request::Entity;

    fn parent(&self) -> Option<Parent> {
        None
    }

    fn condition(&self, _: &Op) -> Condition {
        Condition::all().add_option(self.open.then(|| transfer_request::Column::AnsweredAt.is_null()))
    }

    fn order(&self) -> Ordering<transfer_request::Column> {
        Ordering { by: transfer_request::Column::RequestedAt, descending: true }
    }
}

/// Who read a child's record, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessLog;

impl Listing for AccessLog {
    type Entity = access_audit::Entity;

    fn parent(&self) -> Option<Parent> {
        Parent::own(access_audit::Column::ChildId)
    }

    fn condition(&self, _: &Op) -> Condition {
        Condition::all()
    }

    fn order(&self) -> Ordering<access_audit::Column> {
        Ordering { by: access_audit::Column::At, descending: true }
    }
}
