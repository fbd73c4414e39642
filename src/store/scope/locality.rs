//! Who sees what of locality groups. The group and the authority's case staff see items by their code; only the link between
//! item and child says who the child is, and only the presenting school, its link staff, the case staff and the family see it
//! (LG-11).

use super::{CASEWORK, Scoped, Sight, as_staff, ids_of, nothing, reached_children};
use crate::op::Viewer;
use domain::access::{Reach, Role};
use domain::event::EventKind;
use domain::locality::{Concern, ItemState};
use entity::{
    action_plan, action_plan_step, ep_involvement, event, grid_moderation, locality_item,
    locality_item_child, locality_note, locality_session, locality_session_school, locality_term,
    preparation_form, school, session_attendance, strategy,
};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Who reads minutes through the authority.
const CASE_STAFF: [Role; 3] = [Role::SendManager, Role::EhcpCoordinator, Role::Integrator];

/// The schools for which the viewer belongs to groups: as their SENCO, or as EP linked to them.
fn group_schools(viewer: &Viewer) -> Vec<Uuid> {
    viewer.only(|role| matches!(role, Role::Senco | Role::EducationalPsychologist)).schools(|_| true)
}

/// The localities of those schools today.
fn own_localities(viewer: &Viewer) -> SelectStatement {
    school::Entity::find()
        .select_only()
        .column(school::Column::LocalityId)
        .filter(school::Column::Id.is_in(group_schools(viewer)))
        .filter(school::Column::LocalityId.is_not_null())
        .into_query()
}

/// The sessions that the viewer facilitates, also as an EP of schools elsewhere.
fn facilitated(viewer: &Viewer) -> Condition {
    let staff = viewer.authorities(|role| role == Role::EducationalPsychologist);
    Condition::all()
        .add(locality_session::Column::FacilitatorId.eq(viewer.person))
        .add(locality_session::Column::AuthorityId.is_in(staff))
}

fn facilitated_sessions(viewer: &Viewer) -> SelectStatement {
    locality_session::Entity::find()
        .select_only()
        .column(locality_session::Column::Id)
        .filter(facilitated(viewer))
        .into_query()
}

/// The sessions that are or were for those schools. A school that joins a family later reads nothing of before, and one that
/// leaves keeps what it took part in (ADR 14).
fn own_sessions(viewer: &Viewer) -> SelectStatement {
    locality_session_school::Entity::find()
        .select_only()
        .column(locality_session_school::Column::SessionId)
        .filter(locality_session_school::Column::SchoolId.is_in(group_schools(viewer)))
        .filter(locality_session_school::Column::TakesPart.eq(true))
        .into_query()
}

/// The group of a session: the SENCOs and EPs of the schools that it is for.
fn group<C: ColumnTrait>(viewer: &Viewer, session: C) -> Condition {
    Condition::any().add(session.in_subquery(own_sessions(viewer)))
}

fn case_staff<C: ColumnTrait>(viewer: &Viewer, authority: C) -> Condition {
    let authorities = viewer.authorities(|role| CASE_STAFF.contains(&role));
    if authorities.is_empty() { nothing() } else { Condition::any().add(authority.is_in(authorities)) }
}

impl Scoped for locality_term::Entity {
    const ID: Self::Column = locality_term::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        family(sight.viewer).add(case_staff(sight.viewer, locality_term::Column::AuthorityId))
    }
}

/// What is due to the localities whose schools are the viewer's today.
fn family(viewer: &Viewer) -> Condition {
    Condition::any().add(locality_term::Column::LocalityId.in_subquery(own_localities(viewer)))
}

impl Scoped for locality_session::Entity {
    const ID: Self::Column = locality_session::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        use locality_session::Column;
        group(sight.viewer, Column::Id)
            .add(case_staff(sight.viewer, Column::AuthorityId))
            .add(facilitated(sight.viewer))
            .add(Column::Id.in_subquery(sessions_of_own_items(sight)))
    }
}

/// The sessions with an item that the viewer sees as the presenting school, its link staff or the family.
fn sessions_of_own_items(sight: Sight<'_>) -> SelectStatement {
    locality_item::Entity::find()
        .select_only()
        .column(locality_item::Column::SessionId)
        .filter(own_items(sight))
        .into_query()
}

impl Scoped for session_attendance::Entity {
    const ID: Self::Column = session_attendance::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        use session_attendance::Column;
        group(sight.viewer, Column::SessionId)
            .add(case_staff(sight.viewer, Column::AuthorityId))
            .add(Column::SessionId.in_subquery(facilitated_sessions(sight.viewer)))
    }
}

impl Scoped for locality_item_child::Entity {
    const ID: Self::Column = locality_item_child::Column::Id;

    /// The presenting school and its link staff while the school holds the child, the SEND manager, the coordinator of the
    /// child's case, the family.
    fn visible(sight: Sight<'_>) -> Condition {
        use locality_item_child::Column;
        let at_school = |reach| matches!(reach, Reach::School | Reach::NamedChildren | Reach::LinkedSchools);
        let school = sight.viewer.only(|role| at_school(role.reach()));
        let family = sight.viewer.only(|role| role.reach() == Reach::Family);
        let on_the_case = |role| matches!(role, Role::SendManager | Role::EhcpCoordinator);
        let staff = sight.viewer.only(on_the_case);
        let presenting = Condition::all()
            .add(Column::SchoolId.is_in(school.schools(|_| true)))
            .add(reached_children(Sight { viewer: &school, ..sight }, Column::ChildId, &[]));
        let of_authority = Condition::all()
            .add(Column::AuthorityId.is_in(staff.authorities(|_| true)))
            .add(reached_children(Sight { viewer: &staff, ..sight }, Column::ChildId, &[Role::SendManager]));
        Condition::any().add(presenting).add(of_authority).add(reached_children(
            Sight { viewer: &family, ..sight },
            Column::ChildId,
            &[],
        ))
    }

    fn child(row: &locality_item_child::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

/// Items that the viewer sees through the link to their child; of the school itself where they are about no child.
fn own_items(sight: Sight<'_>) -> Condition {
    use locality_item::Column;
    let linked = locality_item_child::Entity::find()
        .select_only()
        .column(locality_item_child::Column::ItemId)
        .filter(locality_item_child::Entity::visible(sight))
        .into_query();
    let schools = sight.viewer.schools(|reach| matches!(reach, Reach::School | Reach::LinkedSchools));
    let of_no_child =
        Condition::all().add(Column::About.ne(Concern::Child)).add(Column::SchoolId.is_in(schools));
    Condition::any().add(Column::Id.in_subquery(linked)).add(of_no_child)
}

impl Scoped for locality_item::Entity {
    const ID: Self::Column = locality_item::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        use locality_item::Column;
        group(sight.viewer, Column::SessionId)
            .add(case_staff(sight.viewer, Column::AuthorityId))
            .add(Column::SessionId.in_subquery(facilitated_sessions(sight.viewer)))
            .add(own_items(sight))
    }
}

/// Items whose texts are not sealed.
fn open_items(seen: Condition) -> SelectStatement {
    locality_item::Entity::find()
        .select_only()
        .column(locality_item::Column::Id)
        .filter(seen)
        .filter(locality_item::Column::State.ne(ItemState::Withdrawn))
        .into_query()
}

impl Scoped for preparation_form::Entity {
    const ID: Self::Column = preparation_form::Column::Id;

    /// Read by the group, and by the school that brought the item (LG-4).
    fn visible(sight: Sight<'_>) -> Condition {
        let family = |role: Role| role.reach() == Reach::Family;
        let authority = |role: Role| role.reach() == Reach::Authority;
        let viewer = sight.viewer.only(|role| !family(role) && !authority(role));
        let sight = Sight { viewer: &viewer, ..sight };
        let seen = group(&viewer, locality_item::Column::SessionId)
            .add(locality_item::Column::SessionId.in_subquery(facilitated_sessions(&viewer)))
            .add(own_items(sight));
        Condition::all().add(preparation_form::Column::ItemId.in_subquery(open_items(seen)))
    }
}

/// The minutes of an item: seen with it, until it is sealed.
macro_rules! minutes {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                let items = open_items(locality_item::Entity::visible(sight));
                Condition::all().add($module::Column::ItemId.in_subquery(items))
            }
        }
    )*};
}
minutes!(locality_note, strategy, action_plan, action_plan_step, ep_involvement, grid_moderation);

/// What the authority's SEND managers and integrators answer for.
fn answered_for<C: ColumnTrait>(viewer: &Viewer, authority: C) -> Condition {
    let authorities = viewer.authorities(|role| CASEWORK.contains(&role));
    if authorities.is_empty() { nothing() } else { Condition::any().add(authority.is_in(authorities)) }
}

/// The cases of locality groups whose deadlines staff see: of a locality's term, the group; of an item, whoever brought it or
/// facilitates its session; of both, those who answer for them.
pub(super) fn cases(sight: Sight<'_>) -> [SelectStatement; 2] {
    let viewer = sight.viewer;
    let bringing = viewer.only(|role| role != Role::EhcpCoordinator);
    let terms = locality_term::Entity::find()
        .select_only()
        .column(locality_term::Column::Id)
        .filter(family(viewer).add(answered_for(viewer, locality_term::Column::AuthorityId)))
        .into_query();
    let items = locality_item::Entity::find()
        .select_only()
        .column(locality_item::Column::Id)
        .filter(
            own_items(Sight { viewer: &bringing, ..sight })
                .add(answered_for(viewer, locality_item::Column::AuthorityId))
                .add(locality_item::Column::SessionId.in_subquery(facilitated_sessions(viewer))),
        )
        .into_query();
    [terms, items]
}

/// Kinds of events about locality groups.
pub(super) const KINDS: [EventKind; 21] = [
    EventKind::LocalitySessionPlanned,
    EventKind::LocalitySessionMoved,
    EventKind::LocalityInvitationsChanged,
    EventKind::LocalitySessionCancelled,
    EventKind::LocalitySessionStarted,
    EventKind::LocalitySessionJoined,
    EventKind::LocalitySessionClosed,
    EventKind::LocalityItemProposed,
    EventKind::LocalityItemPrepared,
    EventKind::LocalityItemAdvanced,
    EventKind::LocalityNoteWritten,
    EventKind::LocalityStrategyOffered,
    EventKind::LocalityStrategiesMarked,
    EventKind::LocalityItemDeferred,
    EventKind::LocalityItemWithdrawn,
    EventKind::LocalityActionPlanWritten,
    EventKind::LocalityImpactReviewed,
    EventKind::EpInvolvementDecided,
    EventKind::SupportGridModerated,
    EventKind::LocalitySessionReversed,
    EventKind::LocalityItemStepReversed,
];

/// Those of an item about their child that families hear of.
const TO_FAMILIES: [EventKind; 6] = [
    EventKind::LocalityItemAdvanced,
    EventKind::LocalityStrategiesMarked,
    EventKind::LocalityItemDeferred,
    EventKind::LocalityItemWithdrawn,
    EventKind::LocalityActionPlanWritten,
    EventKind::LocalityImpactReviewed,
];

/// What staff hear of the sessions and items that they see, and families of the items about their child. The events carry no
/// child: only the link says whose item it is (LG-11).
pub(super) fn events(sight: Sight<'_>) -> Condition {
    let staff = as_staff(sight.viewer);
    let worked_on = Sight { viewer: &staff, ..sight };
    let sessions = ids_of::<locality_session::Entity>(worked_on, locality_session::Column::Id);
    let items = ids_of::<locality_item::Entity>(worked_on, locality_item::Column::Id);
    let to_staff = Condition::all().add(event::Column::Kind.is_in(KINDS)).add(
        Condition::any()
            .add(event::Column::CaseId.in_subquery(sessions))
            .add(event::Column::CaseId.in_subquery(items)),
    );
    let family = sight.viewer.only(|role| role.reach() == Reach::Family);
    if family.grants.is_empty() {
        return Condition::any().add(to_staff);
    }
    let own = ids_of::<locality_item::Entity>(Sight { viewer: &family, ..sight }, locality_item::Column::Id);
    let to_family = Condition::all()
        .add(event::Column::Kind.is_in(TO_FAMILIES))
        .add(event::Column::CaseId.in_subquery(own));
    Condition::any().add(to_staff).add(to_family)
}
