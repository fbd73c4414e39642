//! Who sees schools, people and their roles, and requests to take a child over.

use super::{Scoped, Sight, held_today, in_own_authority, nothing, reached_children};
use crate::op::Viewer;
use domain::access::{Reach, Role};
use domain::event::EventKind;
use entity::{authority, event, holding, link_assignment, person, role_grant, school, transfer_request};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Parents see the schools that hold their children.
fn family_schools(sight: Sight<'_>) -> sea_orm::sea_query::SelectStatement {
    holding::Entity::find()
        .select_only()
        .column(holding::Column::SchoolId)
        .filter(held_today(sight.today))
        .filter(reached_children(sight, holding::Column::ChildId, &[]))
        .into_query()
}

impl Scoped for school::Entity {
    const ID: Self::Column = school::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, school::Column::AuthorityId)
            .add(school::Column::Id.in_subquery(family_schools(sight)))
    }
}

impl Scoped for link_assignment::Entity {
    const ID: Self::Column = link_assignment::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        in_own_authority(sight.viewer, link_assignment::Column::AuthorityId)
            .add(link_assignment::Column::SchoolId.in_subquery(family_schools(sight)))
    }
}

impl Scoped for role_grant::Entity {
    const ID: Self::Column = role_grant::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        let administered = sight.viewer.authorities(|role| role == Role::AuthorityAdmin);
        if administered.is_empty() {
            nothing()
        } else {
            Condition::all().add(role_grant::Column::AuthorityId.is_in(administered))
        }
    }
}

impl Scoped for person::Entity {
    const ID: Self::Column = person::Column::Id;

    /// Colleagues of the authority, the link staff of one's schools, oneself. Parents' accounts are nobody's business.
    fn visible(sight: Sight<'_>) -> Condition {
        let colleagues = role_grant::Entity::find()
            .select_only()
            .column(role_grant::Column::PersonId)
            .filter(in_own_authority(sight.viewer, role_grant::Column::AuthorityId))
            .into_query();
        let link_staff = link_assignment::Entity::find()
            .select_only()
            .column(link_assignment::Column::PersonId)
            .filter(link_assignment::Entity::visible(sight))
            .into_query();
        Condition::any()
            .add(person::Column::Id.eq(sight.viewer.person))
            .add(person::Column::Id.in_subquery(colleagues))
            .add(person::Column::Id.in_subquery(link_staff))
            .add(invited(sight.viewer))
    }
}

/// Administrators see whom their authority invited, before any role is granted.
fn invited(viewer: &Viewer) -> Condition {
    let administered = viewer.authorities(|role| role == Role::AuthorityAdmin);
    if administered.is_empty() {
        return nothing();
    }
    let invited = event::Entity::find()
        .select_only()
        .column(event::Column::SubjectId)
        .filter(event::Column::StreamId.is_in(administered))
        .filter(event::Column::Kind.eq(EventKind::PersonInvited))
        .into_query();
    Condition::all().add(person::Column::Id.in_subquery(invited))
}

impl Scoped for transfer_request::Entity {
    const ID: Self::Column = transfer_request::Column::Id;

    /// Both schools see the request; the child behind it only the one that holds the child.
    fn visible(sight: Sight<'_>) -> Condition {
        let schools = sight.viewer.schools(|reach| reach == Reach::School);
        let administered = sight.viewer.authorities(|role| role == Role::AuthorityAdmin);
        nothing()
            .add(transfer_request::Column::FromSchoolId.is_in(schools.clone()))
            .add(transfer_request::Column::ToSchoolId.is_in(schools))
            .add(transfer_request::Column::FromAuthorityId.is_in(administered.clone()))
            .add(transfer_request::Column::ToAuthorityId.is_in(administered))
    }
}

impl Scoped for authority::Entity {
    const ID: Self::Column = authority::Column::Id;

    fn visible(sight: Sight<'_>) -> Condition {
        Condition::all().add(authority::Column::Id.is_in(sight.viewer.authorities(|_| true)))
    }
}
