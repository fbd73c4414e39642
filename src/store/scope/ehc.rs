//! Who sees what of EHC needs assessments. The SEND team sees the case; those who were asked for advice see what they
//! were asked, and not the case around it; school and family see the assessment and not what is said about advice.

use super::{CASEWORK, Scoped, Sight, held_children, ids_of, nothing, reached_children};
use chrono::NaiveDate;
use domain::access::{Reach, Role};
use domain::child::SenStatus;
use domain::ehc::{EntryKind, RequestState, Service};
use entity::{
    accuracy_check, advice_query, advice_query_entry, advice_request, advice_version, child, delay_notice,
    draft_plan, duty, ehc_assessment, ehc_forecast, holding, statutory_exception,
};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// What belongs to children whose EHC case the viewer works on: by the column that names the child.
pub(super) fn team_reaches<C: ColumnTrait>(sight: Sight<'_>, child_id: C) -> Condition {
    let team = sight
        .viewer
        .only(|role| matches!(role, Role::EhcpCoordinator | Role::SendManager | Role::Integrator));
    reached_children(Sight { viewer: &team, ..sight }, child_id, CASEWORK)
}

/// All assessments, to tell their events from those of other cases.
pub(super) fn assessments() -> SelectStatement {
    ehc_assessment::Entity::find().select_only().column(ehc_assessment::Column::Id).into_query()
}

/// Children with an EHC needs assessment of an authority, or with the status, whom the same authority holds. Two subqueries,
/// each with an index of its own, and not one with an `or` in it.
pub(super) fn children<C: ColumnTrait>(child_id: C, authority: Uuid, today: NaiveDate) -> Condition {
    let held = || held_children(Condition::all().add(holding::Column::AuthorityId.eq(authority)), today);
    let by_status = child::Entity::find()
        .select_only()
        .column(child::Column::Id)
        .filter(child::Column::SenStatus.is_in([SenStatus::EhcAssessment, SenStatus::EhcPlan]))
        .filter(child::Column::Id.in_subquery(held()))
        .into_query();
    let assessed = ehc_assessment::Entity::find()
        .select_only()
        .column(ehc_assessment::Column::ChildId)
        .filter(ehc_assessment::Column::AuthorityId.eq(authority))
        .filter(ehc_assessment::Column::ChildId.in_subquery(held()))
        .into_query();
    Condition::any().add(child_id.in_subquery(by_status)).add(child_id.in_subquery(assessed))
}

/// The assessments that the viewer works on.
pub(super) fn worked_on(sight: Sight<'_>) -> SelectStatement {
    ehc_assessment::Entity::find()
        .select_only()
        .column(ehc_assessment::Column::Id)
        .filter(team_reaches(sight, ehc_assessment::Column::ChildId))
        .into_query()
}

/// The advice asked of the viewer, and what is open of the advice asked of those whom they manage, while the authority
/// holds the child.
fn asked_of(sight: Sight<'_>) -> Condition {
    let gives = sight.viewer.authorities(|role| role == Role::AdviceGiver);
    let manages = sight.viewer.authorities(|role| role == Role::AdviceManager);
    let mut any = nothing();
    if !gives.is_empty() {
        any = any.add(
            Condition::all()
                .add(advice_request::Column::GiverId.eq(sight.viewer.person))
                .add(still_held(sight, gives)),
        );
    }
    if !manages.is_empty() {
        any = any.add(
            Condition::all()
                .add(advice_request::Column::ManagerId.eq(sight.viewer.person))
                .add(advice_request::Column::State.ne(RequestState::Ended))
                .add(still_held(sight, manages)),
        );
    }
    any
}

/// Requests of authorities that hold the child still.
fn still_held(sight: Sight<'_>, authorities: Vec<Uuid>) -> Condition {
    let of_authority = authorities.into_iter().map(|authority| {
        let held =
            held_children(Condition::all().add(holding::Column::AuthorityId.eq(authority)), sight.today);
        Condition::all()
            .add(advice_request::Column::AuthorityId.eq(authority))
            .add(advice_request::Column::ChildId.in_subquery(held))
    });
    of_authority.fold(nothing(), Condition::add)
}

/// The requests that were made to the viewer, or to those whom they manage.
pub(super) fn asked(sight: Sight<'_>) -> SelectStatement {
    advice_request::Entity::find()
        .select_only()
        .column(advice_request::Column::Id)
        .filter(asked_of(sight))
        .into_query()
}

/// The deadlines of the advice asked of the viewer, or of those whom they manage: not the SEND team's own about it.
pub(super) fn duties_asked(sight: Sight<'_>) -> Condition {
    Condition::all()
        .add(duty::Column::PartId.in_subquery(asked(sight)))
        .add(duty::Column::OwnerRole.is_in([Role::AdviceGiver, Role::AdviceManager]))
}

/// The children about whom the viewer, or those whom they manage, were asked.
pub(super) fn children_asked_about(sight: Sight<'_>) -> SelectStatement {
    advice_request::Entity::find()
        .select_only()
        .column(advice_request::Column::ChildId)
        .filter(asked_of(sight))
        .into_query()
}

impl Scoped for ehc_assessment::Entity {
    const ID: Self::Column = ehc_assessment::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        reached_children(sight, ehc_assessment::Column::ChildId, CASEWORK)
    }

    fn child(row: &ehc_assessment::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

/// What only the SEND team sees.
macro_rules! seen_by_team {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                team_reaches(sight, $module::Column::ChildId)
            }

            fn child(row: &$module::Model) -> Option<Uuid> {
                Some(row.child_id)
            }
        }
    )*};
}
seen_by_team!(ehc_forecast, statutory_exception);

impl Scoped for advice_request::Entity {
    const ID: Self::Column = advice_request::Column::Id;

    /// The school sees what was asked of the school, the family all that was asked.
    fn visible(sight: Sight<'_>) -> Condition {
        let school = sight.viewer.only(|role| matches!(role.reach(), Reach::School | Reach::NamedChildren));
        let of_school = Condition::all()
            .add(advice_request::Column::Service.eq(Service::School))
            .add(reached_children(Sight { viewer: &school, ..sight }, advice_request::Column::ChildId, &[]));
        let family = sight.viewer.only(|role| role.reach() == Reach::Family);
        Condition::any()
            .add(team_reaches(sight, advice_request::Column::ChildId))
            .add(asked_of(sight))
            .add(of_school)
            .add(reached_children(Sight { viewer: &family, ..sight }, advice_request::Column::ChildId, &[]))
    }

    fn child(row: &advice_request::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for advice_version::Entity {
    const ID: Self::Column = advice_version::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let seen = ids_of::<advice_request::Entity>(sight, advice_request::Column::Id);
        Condition::all().add(advice_version::Column::RequestId.in_subquery(seen))
    }

    fn child(row: &advice_version::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

/// What the SEND team sees, and those who were asked for the advice.
macro_rules! seen_by_team_and_asked {
    ($($module:ident),*) => {$(
        impl Scoped for $module::Entity {
            const ID: Self::Column = $module::Column::Id;

            fn visible(sight: Sight<'_>) -> Condition {
                Condition::any()
                    .add(team_reaches(sight, $module::Column::ChildId))
                    .add($module::Column::RequestId.in_subquery(asked(sight)))
            }

            fn child(row: &$module::Model) -> Option<Uuid> {
                Some(row.child_id)
            }
        }
    )*};
}
seen_by_team_and_asked!(advice_query, accuracy_check);

impl Scoped for advice_query_entry::Entity {
    const ID: Self::Column = advice_query_entry::Column::Id;

    /// Those who were asked do not see the SEND team's own notes.
    fn visible(sight: Sight<'_>) -> Condition {
        let told = Condition::all()
            .add(advice_query_entry::Column::Kind.is_not_in(EntryKind::INTERNAL))
            .add(advice_query_entry::Column::RequestId.in_subquery(asked(sight)));
        Condition::any().add(team_reaches(sight, advice_query_entry::Column::ChildId)).add(told)
    }

    fn child(row: &advice_query_entry::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for draft_plan::Entity {
    const ID: Self::Column = draft_plan::Column::Id;

    /// With the assessment; and by those who are asked to check it.
    fn visible(sight: Sight<'_>) -> Condition {
        let checked = accuracy_check::Entity::find()
            .select_only()
            .column(accuracy_check::Column::DraftPlanId)
            .filter(accuracy_check::Column::RequestId.in_subquery(asked(sight)))
            .into_query();
        Condition::any()
            .add(reached_children(sight, draft_plan::Column::ChildId, CASEWORK))
            .add(draft_plan::Column::Id.in_subquery(checked))
    }

    fn child(row: &draft_plan::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}

impl Scoped for delay_notice::Entity {
    const ID: Self::Column = delay_notice::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        reached_children(sight, delay_notice::Column::ChildId, CASEWORK)
    }

    fn child(row: &delay_notice::Model) -> Option<Uuid> {
        Some(row.child_id)
    }
}
