//! Who sees escalations and events: escalations have an audience of their own, and parents do not see professionals'
//! internal notes.

use super::{
    CASEWORK, Scoped, Sight, as_staff, ehc, held_children, ids_of, in_own_slots, locality, nothing, planning,
    reached_children,
};
use domain::access::{Reach, Role};
use domain::event::EventKind;
use entity::{access_audit, consent, consultation, duty, escalation, escalation_told, event, holding};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

impl Scoped for escalation::Entity {
    const ID: Self::Column = escalation::Column::Id;

    /// The SEND manager sees all of the authority, others what they were told of or handed.
    fn visible(sight: Sight<'_>) -> Condition {
        let viewer = sight.viewer;
        let staff = viewer.authorities(|role| role.reach() != Reach::Family);
        let assigned = Condition::all()
            .add(escalation::Column::AssignedTo.eq(viewer.person))
            .add(escalation::Column::AuthorityId.is_in(staff));
        let mut any = Condition::any().add(assigned);
        let managed = viewer.authorities(|role| role == Role::SendManager);
        if !managed.is_empty() {
            any = any.add(escalation::Column::AuthorityId.is_in(managed));
        }
        for grant in &viewer.grants {
            if !grant.role.is_link_staff() && grant.role.reach() != Reach::Family {
                let of_school = grant.role.at_school().then(|| {
                    let held = Condition::all().add(holding::Column::SchoolId.eq(grant.school));
                    escalation::Column::ChildId.in_subquery(held_children(held, sight.today))
                });
                any = any.add(
                    Condition::all()
                        .add(escalation::Column::AuthorityId.eq(grant.authority))
                        .add_option(of_school)
                        .add(told_of(sight, grant.role)),
                );
            }
        }
        any
    }

    fn child(row: &escalation::Model) -> Option<Uuid> {
        row.child_id
    }
}

/// What everybody in the role was told, or the person was. Managers of advice givers answer for the givers whom they
/// manage today, whoever was told at the time.
fn told_of(sight: Sight<'_>, role: Role) -> Condition {
    let told = escalation_told::Entity::find()
        .select_only()
        .column(escalation_told::Column::EscalationId)
        .filter(escalation_told::Column::Role.eq(role));
    if role == Role::AdviceManager {
        let viewer = sight.viewer.only(|held| held == role);
        let managed = ehc::asked(Sight { viewer: &viewer, ..sight });
        return Condition::all()
            .add(escalation::Column::Id.in_subquery(told.into_query()))
            .add(escalation::Column::PartId.in_subquery(managed));
    }
    let person = Condition::any()
        .add(escalation_told::Column::PersonId.is_null())
        .add(escalation_told::Column::PersonId.eq(sight.viewer.person));
    Condition::all().add(escalation::Column::Id.in_subquery(told.filter(person).into_query()))
}

/// Kinds of events that are professionals' internal notes (hidden from parents and young people).
const INTERNAL: [EventKind; 9] = [
    EventKind::LinkContactWithdrawn,
    EventKind::LinkContactLogged,
    EventKind::RecordOfInvolvementDrafted,
    EventKind::EscalationRaised,
    EventKind::EscalationAcknowledged,
    EventKind::EscalationReassigned,
    EventKind::EscalationResolved,
    EventKind::DeadlineMoved,
    EventKind::DutyHandedOver,
];

/// Kinds of events about advice: of the SEND team, and of those who were asked for it.
const SEND_TEAM_ONLY: [EventKind; 19] = [
    EventKind::ExceptionRecorded,
    EventKind::ExceptionRevoked,
    EventKind::AdviceSought,
    EventKind::AdviceReceived,
    EventKind::AdviceGiverAbsent,
    EventKind::AdviceGiverChanged,
    EventKind::AdviceQueryRaised,
    EventKind::AdviceQueryDiscussed,
    EventKind::AdviceQueryDecided,
    EventKind::SmallPointLogged,
    EventKind::FollowUpOpened,
    EventKind::FollowUpMoved,
    EventKind::FollowUpDiscussed,
    EventKind::FollowUpAnswered,
    EventKind::FollowUpClosed,
    EventKind::AdviceQueryWithdrawn,
    EventKind::AdviceQueryStepReversed,
    EventKind::DraftPlanChecked,
    EventKind::ForecastChanged,
];

/// Kinds of events about a query that are the SEND team's own notes: those who were asked hear of what follows.
const SEND_TEAM_NOTES: [EventKind; 3] =
    [EventKind::AdviceQueryDiscussed, EventKind::AdviceQueryDecided, EventKind::AdviceQueryStepReversed];

/// Kinds of events about a deadline: seen with it, where it is one of an EHC needs assessment.
const DEADLINES: [EventKind; 2] = [EventKind::DeadlineMoved, EventKind::DutyHandedOver];

const ESCALATIONS: [EventKind; 4] = [
    EventKind::EscalationRaised,
    EventKind::EscalationAcknowledged,
    EventKind::EscalationReassigned,
    EventKind::EscalationResolved,
];

impl Scoped for event::Entity {
    const ID: Self::Column = event::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let viewer = sight.viewer;
        let staff = viewer.authorities(|role| role.reach() != Reach::Family);
        let mut any = nothing();
        let slots = [
            EventKind::ConsultationSlotPublished,
            EventKind::ConsultationSlotWithdrawn,
            EventKind::ConsultationSlotHandedOver,
        ];
        if !staff.is_empty() {
            any = any.add(
                Condition::all()
                    .add(event::Column::StreamId.is_in(staff))
                    .add(event::Column::Kind.is_in(slots)),
            );
        }
        any = any
            .add(case_events(sight))
            .add(escalation_events(sight))
            .add(planning::events(sight))
            .add(locality::events(sight));
        let administered = viewer.authorities(|role| role == Role::AuthorityAdmin);
        if !administered.is_empty() {
            any = any.add(
                Condition::all()
                    .add(event::Column::StreamId.is_in(administered))
                    .add(event::Column::Kind.is_not_in(planning::KINDS))
                    .add(event::Column::Kind.is_not_in(locality::KINDS))
                    .add(event::Column::Kind.is_not_in(ESCALATIONS))
                    .add(event::Column::CaseId.is_null())
                    .add(event::Column::ChildId.is_null()),
            );
        }
        let managed = viewer.authorities(|role| role == Role::SendManager);
        if !managed.is_empty() {
            let kinds = [EventKind::PolicySet, EventKind::CalendarChanged];
            any = any.add(
                Condition::all()
                    .add(event::Column::StreamId.is_in(managed))
                    .add(event::Column::Kind.is_in(kinds)),
            );
        }
        any
    }

    fn child(row: &event::Model) -> Option<Uuid> {
        row.child_id
    }
}

/// Events of the cases that the viewer sees, as family or as staff. Escalations have an audience of their own.
fn case_events(sight: Sight<'_>) -> Condition {
    let staff = as_staff(sight.viewer);
    let worked_on = events_of_cases(Sight { viewer: &staff, ..sight }, &ESCALATIONS);
    let seen = Condition::any().add(worked_on);
    if staff.grants.len() == sight.viewer.grants.len() {
        return seen;
    }
    seen.add(events_of_cases(sight, &INTERNAL))
}

fn events_of_cases(sight: Sight<'_>, hidden: &[EventKind]) -> Condition {
    let of_assessment = Condition::all()
        .add(event::Column::Kind.is_in(DEADLINES))
        .add(event::Column::CaseId.in_subquery(ehc::assessments()));
    let around = Condition::all()
        .add(event::Column::Kind.is_not_in(SEND_TEAM_ONLY))
        .add(of_assessment.not())
        .add(reached_children(sight, event::Column::ChildId, CASEWORK));
    let mut any = Condition::any()
        .add(around)
        .add(ehc::team_reaches(sight, event::Column::ChildId))
        .add(events_of_advice(sight));
    let team = sight.viewer.authorities(|role| role == Role::ConsultationsTeam);
    if !team.is_empty() {
        let booked = consultation::Entity::find()
            .select_only()
            .column(consultation::Column::Id)
            .filter(consultation::Column::AuthorityId.is_in(team.clone()))
            .into_query();
        any = any.add(
            Condition::all()
                .add(event::Column::StreamId.is_in(team))
                .add(event::Column::CaseId.in_subquery(booked)),
        );
    }
    if sight.viewer.holds(Role::Specialist) {
        let own = consultation::Entity::find()
            .select_only()
            .column(consultation::Column::Id)
            .filter(in_own_slots(sight))
            .into_query();
        any = any.add(event::Column::CaseId.in_subquery(own));
    }
    Condition::all()
        .add(event::Column::Kind.is_not_in(hidden.iter().copied()))
        .add(event::Column::Kind.is_not_in(planning::KINDS))
        .add(event::Column::Kind.is_not_in(locality::KINDS))
        .add(consents_seen(sight))
        .add(any)
}

/// Events of consents are heard by who sees the consent: with the withdrawal of one an item of a locality group closes at the
/// same instant (LG-11).
fn consents_seen(sight: Sight<'_>) -> Condition {
    let seen = ids_of::<consent::Entity>(sight, consent::Column::Id);
    Condition::any()
        .add(event::Column::Kind.is_not_in([EventKind::ConsentRecorded, EventKind::ConsentWithdrawn]))
        .add(event::Column::SubjectId.in_subquery(seen))
}

/// What those who were asked for advice hear of it: of deadlines, of their own.
fn events_of_advice(sight: Sight<'_>) -> Condition {
    let own = duty::Entity::find().select_only().column(duty::Column::Id).filter(ehc::duties_asked(sight));
    let heard = Condition::any()
        .add(event::Column::Kind.is_not_in(DEADLINES))
        .add(event::Column::SubjectId.in_subquery(own.into_query()));
    Condition::all()
        .add(event::Column::PartId.in_subquery(ehc::asked(sight)))
        .add(event::Column::Kind.is_not_in(SEND_TEAM_NOTES))
        .add(heard)
}

fn escalation_events(sight: Sight<'_>) -> Condition {
    let seen = ids_of::<escalation::Entity>(sight, escalation::Column::Id);
    Condition::all()
        .add(event::Column::Kind.is_in(ESCALATIONS))
        .add(event::Column::SubjectId.in_subquery(seen))
}

impl Scoped for escalation_told::Entity {
    const ID: Self::Column = escalation_told::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let seen = ids_of::<escalation::Entity>(sight, escalation::Column::Id);
        Condition::all().add(escalation_told::Column::EscalationId.in_subquery(seen))
    }
}

impl Scoped for access_audit::Entity {
    const ID: Self::Column = access_audit::Column::Id;

    /// Who read a child's record is for the administrator of the authority that holds the child (XC-10).
    fn visible(sight: Sight<'_>) -> Condition {
        let administered = sight.viewer.authorities(|role| role == Role::AuthorityAdmin);
        let held = held_children(
            Condition::all().add(holding::Column::AuthorityId.is_in(administered)),
            sight.today,
        );
        Condition::all().add(access_audit::Column::ChildId.in_subquery(held))
    }
}
