//! People and the roles that they hold: read anew for each request, so that a revocation bites at once.

use super::Fault;
use crate::op::Viewer;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Grant, Role};
use domain::london;
use entity::{child, holding, link_assignment, parent_carer, person, role_grant};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// The person whom a token names.
pub async fn person_of_subject(db: &impl ConnectionTrait, subject: &str) -> Result<Option<Uuid>, Fault> {
    let found = person::Entity::find().filter(person::Column::Subject.eq(subject)).one(db).await?;
    Ok(found.map(|person| person.id))
}

/// A person with the roles that they hold at this instant.
pub async fn viewer(db: &impl ConnectionTrait, person: Uuid, now: DateTime<Utc>) -> Result<Viewer, Fault> {
    let today = london::date_of(now);
    let mut grants = granted(db, person, now).await?;
    grants.extend(links(db, person, today).await?);
    grants.extend(family(db, person, today).await?);
    Ok(Viewer { person, grants })
}

async fn granted(db: &impl ConnectionTrait, person: Uuid, now: DateTime<Utc>) -> Result<Vec<Grant>, Fault> {
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::PersonId.eq(person))
        .filter(in_force(now))
        .all(db)
        .await?;
    Ok(rows.iter().map(granted_role).collect())
}

async fn links(db: &impl ConnectionTrait, person: Uuid, today: NaiveDate) -> Result<Vec<Grant>, Fault> {
    let rows = link_assignment::Entity::find()
        .filter(link_assignment::Column::PersonId.eq(person))
        .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, today))
        .all(db)
        .await?;
    Ok(rows.iter().map(linked_role).collect())
}

/// Parents, carers and young people hold their role by being that, in the authority that holds the child.
async fn family(db: &impl ConnectionTrait, person: Uuid, today: NaiveDate) -> Result<Vec<Grant>, Fault> {
    let mut grants = Vec::new();
    let parents = parent_carer::Entity::find()
        .select_only()
        .column(parent_carer::Column::ChildId)
        .filter(parent_carer::Column::PersonId.eq(person))
        .filter(dated(parent_carer::Column::FromDate, parent_carer::Column::ToDate, today));
    let own = child::Entity::find()
        .select_only()
        .column(child::Column::Id)
        .filter(child::Column::PersonId.eq(person))
        .filter(child::Column::ErasedAt.is_null());
    for (role, children) in [
        (Role::Parent, sea_orm::QueryTrait::into_query(parents)),
        (Role::YoungPerson, sea_orm::QueryTrait::into_query(own)),
    ] {
        let held = holding::Entity::find()
            .filter(holding::Column::ChildId.in_subquery(children))
            .filter(holding::Column::ToDate.is_null())
            .all(db)
            .await?;
        grants.extend(held.into_iter().map(|row| Grant { role, authority: row.authority_id, school: None }));
    }
    Ok(grants)
}

/// Role grants that hold at an instant.
fn in_force(now: DateTime<Utc>) -> Condition {
    let not_revoked = Condition::any()
        .add(role_grant::Column::RevokedAt.is_null())
        .add(role_grant::Column::RevokedAt.gt(now));
    dated(role_grant::Column::FromDate, role_grant::Column::ToDate, london::date_of(now)).add(not_revoked)
}

/// Who holds one of these roles in one of these authorities at an instant, by grant or as link staff.
pub(super) async fn holders_of(
    db: &impl ConnectionTrait,
    authorities: &[Uuid],
    roles: &[Role],
    now: DateTime<Utc>,
) -> Result<Vec<(Uuid, Grant)>, Fault> {
    let (authorities, roles) = (|| authorities.iter().copied(), || roles.iter().copied());
    let grants = role_grant::Entity::find()
        .filter(role_grant::Column::AuthorityId.is_in(authorities()))
        .filter(role_grant::Column::Role.is_in(roles()))
        .filter(in_force(now))
        .all(db)
        .await?;
    let today = london::date_of(now);
    let links = link_assignment::Entity::find()
        .filter(link_assignment::Column::AuthorityId.is_in(authorities()))
        .filter(link_assignment::Column::Discipline.is_in(roles()))
        .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, today))
        .all(db)
        .await?;
    let granted = grants.iter().map(|row| (row.person_id, granted_role(row)));
    Ok(granted.chain(links.iter().map(|row| (row.person_id, linked_role(row)))).collect())
}

fn granted_role(row: &role_grant::Model) -> Grant {
    Grant { role: row.role, authority: row.authority_id, school: row.school_id }
}

fn linked_role(row: &link_assignment::Model) -> Grant {
    Grant { role: row.discipline, authority: row.authority_id, school: Some(row.school_id) }
}

/// From a first to a last London date, both included.
pub(super) fn dated<C: ColumnTrait>(from: C, to: C, on: NaiveDate) -> Condition {
    Condition::all().add(from.lte(on)).add(Condition::any().add(to.is_null()).add(to.gte(on)))
}
