//! Who sees what of planning meetings. The school, its link staff and the SEND team see the agenda; what is written into the
//! record is theirs who hold the meeting until it is shared; families, and the staff around one child, see that child's part
//! of a shared record and nothing else (PC-4, PC-7).

use super::{CASEWORK, Scoped, Sight, as_staff, held_today, ids_of, nothing, reached_children};
use crate::op::Viewer;
use domain::access::{Reach, Role};
use domain::event::EventKind;
use domain::planning::{FeedbackSource, MeetingState, ParticipantKind};
use entity::{
    action_outcome, agenda_item, allocation, event, guest_item, holding, item_discussion, meeting_action,
    meeting_addendum, meeting_feedback, meeting_participant, meeting_record, planning_meeting, planning_term,
    support_agreement, traded_contract,
};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Where a row of a meeting stands.
#[derive(Clone, Copy)]
struct Columns<C> {
    authority: C,
    school: C,
    meeting: C,
}

/// Those who hold the meetings of a school and answer for them: its link staff, the SEND manager, integrators.
fn holders<C: ColumnTrait>(viewer: &Viewer, at: Columns<C>) -> Condition {
    let linked = viewer.schools(|reach| reach == Reach::LinkedSchools);
    let authorities = viewer.authorities(|role| CASEWORK.contains(&role));
    let mut any = nothing();
    if !linked.is_empty() {
        any = any.add(at.school.is_in(linked));
    }
    if !authorities.is_empty() {
        any = any.add(at.authority.is_in(authorities));
    }
    any
}

fn school_staff<C: ColumnTrait>(viewer: &Viewer, at: Columns<C>) -> Condition {
    let schools = viewer.schools(|reach| reach == Reach::School);
    if schools.is_empty() { nothing() } else { Condition::any().add(at.school.is_in(schools)) }
}

/// Those with whom a school plans, and the school.
fn around<C: ColumnTrait>(viewer: &Viewer, at: Columns<C>) -> Condition {
    Condition::any().add(holders(viewer, at)).add(school_staff(viewer, at))
}

fn meetings(state: Condition) -> SelectStatement {
    planning_meeting::Entity::find()
        .select_only()
        .column(planning_meeting::Column::Id)
        .filter(state)
        .into_query()
}

/// Whether the record of the row's meeting was shared.
pub(in crate::store) fn shared<C: ColumnTrait>(meeting: C) -> Condition {
    let this =
        Expr::col((planning_meeting::Entity, planning_meeting::Column::Id)).equals(meeting.as_column_ref());
    let state = Condition::all().add(this).add(planning_meeting::Column::State.eq(MeetingState::Shared));
    Condition::all().add(Expr::exists(meetings(state)))
}

/// States in which those who are invited see a meeting: from its plan until its record is shared (PC-4).
const TO_THE_INVITED: [MeetingState; 3] = [MeetingState::Planned, MeetingState::Held, MeetingState::Recorded];

/// Whether the meeting of the row is in one of these states, and more.
fn whose_meeting(states: &[MeetingState], more: Condition) -> Condition {
    use meeting_participant::Column as Participant;
    let this = Expr::col((planning_meeting::Entity, planning_meeting::Column::Id))
        .equals(Participant::MeetingId.as_column_ref());
    let state = planning_meeting::Column::State.is_in(states.iter().copied());
    Condition::all().add(Expr::exists(meetings(Condition::all().add(this).add(state).add(more))))
}

/// The viewer's own invitations as staff: to a meeting that is to come while they belong to the school or hold it, to one that
/// was held if they were there; as a guest until the record is shared.
fn own_invitations(viewer: &Viewer) -> Condition {
    use meeting_participant::Column;
    let belongs =
        viewer.schools(|reach| matches!(reach, Reach::School | Reach::NamedChildren | Reach::LinkedSchools));
    let holds = Condition::all().add(planning_meeting::Column::EpId.eq(viewer.person));
    let staff = viewer.authorities(|role| role.reach() != Reach::Family);
    let fully = Condition::all().add(Column::Kind.ne(ParticipantKind::Other)).add(
        Condition::any()
            .add(
                Condition::all()
                    .add(Column::SchoolId.is_in(belongs))
                    .add(whose_meeting(&[MeetingState::Planned], Condition::all())),
            )
            .add(
                Condition::all()
                    .add(Column::Present.eq(true))
                    .add(whose_meeting(&[MeetingState::Held, MeetingState::Recorded], Condition::all())),
            )
            .add(whose_meeting(&TO_THE_INVITED, holds)),
    );
    let guest = Condition::all()
        .add(Column::Kind.eq(ParticipantKind::Other))
        .add(whose_meeting(&TO_THE_INVITED, Condition::all()));
    Condition::all()
        .add(Column::PersonId.eq(viewer.person))
        .add(Column::AuthorityId.is_in(staff))
        .add(Condition::any().add(fully).add(guest))
}

/// The meetings in which the viewer takes part, until they are shared (PC-4).
fn taking_part(viewer: &Viewer, kinds: &[ParticipantKind]) -> SelectStatement {
    meeting_participant::Entity::find()
        .select_only()
        .column(meeting_participant::Column::MeetingId)
        .filter(own_invitations(viewer))
        .filter(meeting_participant::Column::Kind.is_in(kinds.iter().copied()))
        .into_query()
}

const FULLY: [ParticipantKind; 2] = [ParticipantKind::LinkStaff, ParticipantKind::School];

/// The items for which the viewer joins as a guest, until the record is shared (PC-3).
fn joined_for(viewer: &Viewer) -> SelectStatement {
    let own = meeting_participant::Entity::find()
        .select_only()
        .column(meeting_participant::Column::Id)
        .filter(own_invitations(viewer))
        .into_query();
    guest_item::Entity::find()
        .select_only()
        .column(guest_item::Column::ItemId)
        .filter(guest_item::Column::ParticipantId.in_subquery(own))
        .into_query()
}

/// The schools whose meetings the viewer is to hold or to record: also as the EP who covers, to whom no link shows the
/// school's open actions (PC-2, PC-8).
fn schools_of_own_meetings(viewer: &Viewer) -> SelectStatement {
    let staff = viewer.authorities(|role| role == Role::EducationalPsychologist);
    planning_meeting::Entity::find()
        .select_only()
        .column(planning_meeting::Column::SchoolId)
        .filter(planning_meeting::Column::EpId.eq(viewer.person))
        .filter(planning_meeting::Column::AuthorityId.is_in(staff))
        .filter(planning_meeting::Column::State.is_in(TO_THE_INVITED))
        .into_query()
}

/// About no child, or about one whose casework the viewer sees as staff: a child who left the school is gone (XC-14).
fn reached<C: ColumnTrait>(sight: Sight<'_>, child: C) -> Condition {
    let staff = as_staff(sight.viewer);
    let sight = Sight { viewer: &staff, ..sight };
    Condition::any().add(child.is_null()).add(reached_children(sight, child, CASEWORK))
}

/// About no child, or about one whom the school of the meeting holds today.
fn still_there<C: ColumnTrait>(sight: Sight<'_>, child: C, school: C) -> Condition {
    let held = holding::Entity::find()
        .select_only()
        .column(holding::Column::ChildId)
        .filter(held_today(sight.today))
        .filter(Expr::col((holding::Entity, holding::Column::SchoolId)).equals(school.as_column_ref()))
        .filter(Expr::col((holding::Entity, holding::Column::ChildId)).equals(child.as_column_ref()));
    Condition::any().add(child.is_null()).add(Expr::exists(held.into_query()))
}

/// About a child whom the viewer sees as family, or as staff of the school around that child.
fn of_own_child<C: ColumnTrait>(sight: Sight<'_>, child: C) -> Condition {
    let around =
        sight.viewer.only(|role| role.reach() != Reach::Authority && role.reach() != Reach::LinkedSchools);
    Condition::all().add(child.is_not_null()).add(reached_children(
        Sight { viewer: &around, ..sight },
        child,
        &[],
    ))
}

/// What belongs to one item: seen by `inner` where the child is reached, by those who take part, by guests of the item,
/// and once it is shared by the people of its child.
fn part<C: ColumnTrait>(sight: Sight<'_>, at: Columns<C>, item: C, child: C, inner: Condition) -> Condition {
    let viewer = sight.viewer;
    let takes_part = Condition::any()
        .add(at.meeting.in_subquery(taking_part(viewer, &FULLY)))
        .add(item.in_subquery(joined_for(viewer)));
    Condition::any()
        .add(Condition::all().add(inner).add(reached(sight, child)))
        .add(Condition::all().add(takes_part).add(still_there(sight, child, at.school)))
        .add(Condition::all().add(shared(at.meeting)).add(of_own_child(sight, child)))
}

/// What is in a record before it is shared is for those who hold the meeting.
fn of_record<C: ColumnTrait>(viewer: &Viewer, at: Columns<C>) -> Condition {
    let school = Condition::all().add(school_staff(viewer, at)).add(shared(at.meeting));
    Condition::any().add(holders(viewer, at)).add(school)
}

macro_rules! columns {
    ($module:ident) => {
        Columns {
            authority: $module::Column::AuthorityId,
            school: $module::Column::SchoolId,
            meeting: $module::Column::MeetingId,
        }
    };
}

impl Scoped for planning_meeting::Entity {
    const ID: Self::Column = planning_meeting::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        use planning_meeting::Column;
        let own = agenda_item::Entity::find()
            .select_only()
            .column(agenda_item::Column::MeetingId)
            .filter(of_own_child(sight, agenda_item::Column::ChildId))
            .into_query();
        let of_own_child =
            Condition::all().add(Column::State.eq(MeetingState::Shared)).add(Column::Id.in_subquery(own));
        Condition::any()
            .add(meetings_held(sight))
            .add(Column::Id.in_subquery(taking_part(sight.viewer, ParticipantKind::ALL)))
            .add(of_own_child)
    }
}

fn meetings_held(sight: Sight<'_>) -> Condition {
    use planning_meeting::Column;
    around(
        sight.viewer,
        Columns { authority: Column::AuthorityId, school: Column::SchoolId, meeting: Column::Id },
    )
}

/// What a school's link staff, the school and the SEND team see, whichever meeting it belongs to.
macro_rules! seen_around_school {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                use $module::Column;
                let at = Columns { authority: Column::AuthorityId, school: Column::SchoolId, meeting: Column::Id };
                around(sight.viewer, at)
            }
        }
    )*};
}
seen_around_school!(planning_term, traded_contract, allocation);

impl Scoped for meeting_participant::Entity {
    const ID: Self::Column = meeting_participant::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let at = columns!(meeting_participant);
        Condition::any()
            .add(around(sight.viewer, at))
            .add(at.meeting.in_subquery(taking_part(sight.viewer, &FULLY)))
    }
}

impl Scoped for guest_item::Entity {
    const ID: Self::Column = guest_item::Column::Id;

    /// Seen with the guest, for the items that are seen.
    fn visible(sight: Sight<'_>) -> Condition {
        let guests = ids_of::<meeting_participant::Entity>(sight, meeting_participant::Column::Id);
        let items = ids_of::<agenda_item::Entity>(sight, agenda_item::Column::Id);
        Condition::all()
            .add(guest_item::Column::ParticipantId.in_subquery(guests))
            .add(guest_item::Column::ItemId.in_subquery(items))
    }
}

impl Scoped for agenda_item::Entity {
    const ID: Self::Column = agenda_item::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        use agenda_item::Column;
        let at = columns!(agenda_item);
        part(sight, at, Column::Id, Column::ChildId, around(sight.viewer, at))
    }

    fn child(row: &agenda_item::Model) -> Option<Uuid> {
        row.child_id
    }
}

/// What was said, agreed and done about an item.
macro_rules! parts_of_record {
    ($($module:ident $item:ident;)*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                use $module::Column;
                let at = columns!($module);
                part(sight, at, Column::$item, Column::ChildId, of_record(sight.viewer, at))
            }

            fn child(row: &$module::Model) -> Option<Uuid> {
                row.child_id
            }
        }
    )*};
}
parts_of_record! {
    item_discussion ItemId;
    support_agreement ItemId;
    meeting_addendum ItemId;
}

impl Scoped for meeting_action::Entity {
    const ID: Self::Column = meeting_action::Column::Id;

    /// Like everything in a record; and for the EP of the school's next meeting, what is brought forward to it.
    fn visible(sight: Sight<'_>) -> Condition {
        use meeting_action::Column;
        let at = columns!(meeting_action);
        let brought_forward = Condition::all()
            .add(Column::SchoolId.in_subquery(schools_of_own_meetings(sight.viewer)))
            .add(still_there(sight, Column::ChildId, Column::SchoolId))
            .add(shared(Column::ClosedIn).not());
        part(sight, at, Column::ItemId, Column::ChildId, of_record(sight.viewer, at)).add(brought_forward)
    }

    fn child(row: &meeting_action::Model) -> Option<Uuid> {
        row.child_id
    }
}

impl Scoped for action_outcome::Entity {
    const ID: Self::Column = action_outcome::Column::Id;

    /// In the meeting to which the action was brought, which is a later one than the item's: no guest joined for it.
    fn visible(sight: Sight<'_>) -> Condition {
        use action_outcome::Column;
        let at = columns!(action_outcome);
        part(sight, at, Column::Id, Column::ChildId, of_record(sight.viewer, at))
    }

    fn child(row: &action_outcome::Model) -> Option<Uuid> {
        row.child_id
    }
}

impl Scoped for meeting_record::Entity {
    const ID: Self::Column = meeting_record::Column::Id;

    /// The record as a whole is about all of its children: no family sees it.
    fn visible(sight: Sight<'_>) -> Condition {
        let at = columns!(meeting_record);
        let takes_part = at.meeting.in_subquery(taking_part(sight.viewer, &FULLY));
        Condition::any().add(of_record(sight.viewer, at)).add(takes_part)
    }
}

impl Scoped for meeting_feedback::Entity {
    const ID: Self::Column = meeting_feedback::Column::Id;

    /// The SEND team's, and one's own; what a school said is the school's too.
    fn visible(sight: Sight<'_>) -> Condition {
        use meeting_feedback::Column;
        let viewer = sight.viewer;
        let staff = viewer.authorities(|role| role.reach() != Reach::Family);
        let own =
            Condition::all().add(Column::GivenBy.eq(viewer.person)).add(Column::AuthorityId.is_in(staff));
        let at = columns!(meeting_feedback);
        let of_school =
            Condition::all().add(school_staff(viewer, at)).add(Column::Source.eq(FeedbackSource::School));
        let team = viewer.authorities(|role| CASEWORK.contains(&role));
        Condition::any().add(own).add(of_school).add(Column::AuthorityId.is_in(team))
    }
}

/// The cases of planning meetings whose deadlines the viewer sees: a school's, of a term or of one meeting.
pub(super) fn cases(sight: Sight<'_>) -> [SelectStatement; 3] {
    [
        ids_of::<planning_term::Entity>(sight, planning_term::Column::Id),
        meetings(meetings_held(sight)),
        taking_part(sight.viewer, &FULLY),
    ]
}

/// Kinds of events about planning meetings.
pub(super) const KINDS: [EventKind; 19] = [
    EventKind::PlanningMeetingPlanned,
    EventKind::PlanningMeetingMoved,
    EventKind::PlanningMeetingCancelled,
    EventKind::MeetingParticipantInvited,
    EventKind::MeetingInvitationsChanged,
    EventKind::AgendaItemAdded,
    EventKind::PlanningMeetingHeld,
    EventKind::AgendaItemDiscussed,
    EventKind::SupportAgreed,
    EventKind::SupportWithdrawn,
    EventKind::MeetingActionAgreed,
    EventKind::MeetingActionAnswered,
    EventKind::MeetingRecordCompleted,
    EventKind::MeetingRecordShared,
    EventKind::MeetingAddendumWritten,
    EventKind::PlanningMeetingStepReversed,
    EventKind::MeetingFeedbackGiven,
    EventKind::TradedContractRecorded,
    EventKind::AllocationSet,
];

/// Those that tell what is in a record before it is shared.
const OF_RECORD: [EventKind; 5] = [
    EventKind::AgendaItemDiscussed,
    EventKind::SupportAgreed,
    EventKind::SupportWithdrawn,
    EventKind::MeetingActionAgreed,
    EventKind::MeetingActionAnswered,
];

/// What staff hear of the meetings that they see; of the record before it is shared, those who hold the meeting.
pub(super) fn events(sight: Sight<'_>) -> Condition {
    let viewer = sight.viewer;
    let at = Columns {
        authority: planning_meeting::Column::AuthorityId,
        school: planning_meeting::Column::SchoolId,
        meeting: planning_meeting::Column::Id,
    };
    let was_shared = planning_meeting::Column::State.eq(MeetingState::Shared);
    let of = |meetings: SelectStatement| event::Column::CaseId.in_subquery(meetings);
    let takes_part = || of(taking_part(viewer, &FULLY));
    let reads = Condition::all().add(school_staff(viewer, at)).add(was_shared);
    let of_record =
        Condition::any().add(of(meetings(holders(viewer, at)))).add(of(meetings(reads))).add(takes_part());
    let others = Condition::any().add(of(meetings(around(viewer, at)))).add(takes_part());
    let part = Condition::all().add(event::Column::Kind.is_in(OF_RECORD)).add(of_record);
    let whole = Condition::all()
        .add(event::Column::Kind.is_in(KINDS))
        .add(event::Column::Kind.is_not_in(OF_RECORD))
        .add(event::Column::Kind.ne(EventKind::MeetingFeedbackGiven))
        .add(others);
    let feedback = ids_of::<meeting_feedback::Entity>(sight, meeting_feedback::Column::Id);
    let feedback = Condition::all()
        .add(event::Column::Kind.eq(EventKind::MeetingFeedbackGiven))
        .add(event::Column::SubjectId.in_subquery(feedback));
    let managed = viewer.authorities(|role| role == Role::SendManager);
    let of_authority = Condition::all()
        .add(event::Column::Kind.is_in(KINDS))
        .add(event::Column::CaseId.is_null())
        .add(event::Column::StreamId.is_in(managed));
    Condition::any()
        .add(
            Condition::all()
                .add(reached(sight, event::Column::ChildId))
                .add(Condition::any().add(part).add(whole).add(feedback)),
        )
        .add(of_authority)
}
