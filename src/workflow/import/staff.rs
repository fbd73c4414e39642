//! People by the subject of their token; their roles and links by person, role, school and first day (XC-6, XC-23).
//!
//! A row without a first day stands for what the person holds already, or begins today. A role that was revoked stays
//! revoked until the file names a new first day.

use super::{Authorities, Counts, Refused, Service, school_of, urns};
use crate::import::staff::StaffRow;
use crate::import::table::Faults;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::people::follow;
use chrono::NaiveDate;
use domain::access::Role;
use entity::{authority, link_assignment, person, role_grant, school};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A role or link that a row asks for.
struct Wanted {
    person: Uuid,
    role: Role,
    authority: Uuid,
    school: Option<Uuid>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// What there is of a kind: when it runs, and whether it was revoked.
trait Dated {
    fn holds(&self, wanted: &Wanted) -> bool;
    fn from(&self) -> NaiveDate;
    fn to(&self) -> Option<NaiveDate>;
}

impl Dated for role_grant::Model {
    fn holds(&self, wanted: &Wanted) -> bool {
        self.person_id == wanted.person
            && self.role == wanted.role
            && self.authority_id == wanted.authority
            && self.school_id == wanted.school
    }

    fn from(&self) -> NaiveDate {
        self.from_date
    }

    fn to(&self) -> Option<NaiveDate> {
        self.to_date
    }
}

impl Dated for link_assignment::Model {
    fn holds(&self, wanted: &Wanted) -> bool {
        self.person_id == wanted.person
            && self.discipline == wanted.role
            && Some(self.school_id) == wanted.school
    }

    fn from(&self) -> NaiveDate {
        self.from_date
    }

    fn to(&self) -> Option<NaiveDate> {
        self.to_date
    }
}

/// The one that a row is about: that of the same first day; without a first day the one not over yet, or the one that
/// ended as the row says.
fn same<'a, D: Dated>(known: &'a [D], wanted: &Wanted, today: NaiveDate) -> Option<&'a D> {
    let mut held = known.iter().filter(|one| one.holds(wanted));
    match wanted.from {
        Some(from) => held.find(|one| one.from() == from),
        None => held
            .clone()
            .find(|one| one.to().is_none_or(|to| to >= today))
            .or_else(|| held.find(|one| one.to() == wanted.to)),
    }
}

/// Where a row's role is held: the authority, the school and the role.
type Place = (Uuid, Option<Uuid>, Role);

/// Writes people, roles and links. Rows at schools of other authorities than the one asked for are passed over.
pub(super) async fn take_over(
    service: &Service,
    work: &mut Work<'_>,
    mut rows: Vec<StaffRow>,
    only: Option<&str>,
) -> Result<Counts, Refused> {
    let authorities = Authorities::load(work, only, false).await?;
    let urns = urns(rows.iter().filter_map(|row| row.school_urn));
    let schools = System::within(work).schools_by_urn(&urns).await?;
    let only = authorities.only.as_ref();
    let all = rows.len();
    let elsewhere = |urn| school_of(&schools, urn, only).is_err() && school_of(&schools, urn, None).is_ok();
    rows.retain(|row| !row.school_urn.is_some_and(elsewhere));
    let mut counts = Counts { skipped: all - rows.len(), ..Counts::default() };
    let mut faults = Faults::default();
    let mut places = Vec::with_capacity(rows.len());
    for row in &rows {
        match place(row, &schools, only) {
            Ok(place) => places.push(place),
            Err((column, message)) => faults.add(row.line, column, message),
        }
    }
    let rows = faults.or(rows)?;
    let people = people(work, &rows, &places).await?;
    let wanted = rows.iter().zip(places).filter_map(|(row, (authority, school, role))| {
        let person = *people.ids.get(&row.staff_id)?;
        Some(Wanted { person, role, authority, school, from: row.from, to: row.to })
    });
    let wanted: Vec<Wanted> = wanted.collect();
    let mut touched = BTreeSet::new();
    let places = write(work, &wanted, &mut counts, &mut touched).await?;
    for (authority, person) in people.renamed {
        touched.insert((authority, person.id));
        work.overwrite::<person::Entity>(person).await?;
    }
    for (authority, person) in people.invited {
        work.record_invitation(authority, person);
    }
    for (authority, person) in touched {
        work.record_roles(authority, person);
    }
    follow(service, work, &places.into_iter().collect::<Vec<_>>()).await?;
    Ok(counts)
}

fn place(
    row: &StaffRow,
    schools: &HashMap<i32, school::Model>,
    only: Option<&authority::Model>,
) -> Result<Place, (&'static str, &'static str)> {
    let role = Role::parse(&row.role).ok_or(("role", "is not the name of a role"))?;
    match (row.school_urn, only) {
        (Some(urn), _) => {
            let school = school_of(schools, urn, None).map_err(|message| ("school_urn", message))?;
            Ok((school.authority_id, Some(school.id), role))
        }
        (None, Some(only)) => Ok((only.id, None, role)),
        (None, None) => Err(("role", "is held for a whole authority: say which with --authority")),
    }
}

/// The people of the rows, by subject; who is new, and whose name or address is to change, each with the authority.
struct People {
    ids: HashMap<String, Uuid>,
    invited: BTreeSet<(Uuid, Uuid)>,
    renamed: Vec<(Uuid, person::Model)>,
}

async fn people(work: &Work<'_>, rows: &[StaffRow], places: &[Place]) -> Result<People, Fault> {
    let subjects: BTreeSet<String> = rows.iter().map(|row| row.staff_id.clone()).collect();
    let subjects: Vec<String> = subjects.into_iter().collect();
    let mut known = System::within(work).people_by_subject(&subjects).await?;
    let mut found = People { ids: HashMap::new(), invited: BTreeSet::new(), renamed: Vec::new() };
    let mut new = Vec::new();
    for (row, (authority, ..)) in rows.iter().zip(places) {
        if found.ids.contains_key(&row.staff_id) {
            continue;
        }
        let id = match known.remove(&row.staff_id) {
            Some(person) if person.name == row.name && person.email == row.email => person.id,
            Some(person) => {
                let id = person.id;
                let renamed = person::Model { name: row.name.clone(), email: row.email.clone(), ..person };
                found.renamed.push((*authority, renamed));
                id
            }
            None => {
                let id = work.op.id();
                new.push(person::Model {
                    id,
                    subject: row.staff_id.clone(),
                    name: row.name.clone(),
                    email: row.email.clone(),
                    created_at: work.op.now,
                });
                found.invited.insert((*authority, id));
                id
            }
        };
        found.ids.insert(row.staff_id.clone(), id);
    }
    work.insert_all::<person::Entity>(new).await?;
    Ok(found)
}

/// What a row changes: what is there of it, with the last day that it has.
struct Change<'a> {
    wanted: &'a Wanted,
    link: Option<&'a link_assignment::Model>,
    grant: Option<&'a role_grant::Model>,
}

impl<'a> Change<'a> {
    fn of(
        wanted: &'a Wanted,
        links: &'a [link_assignment::Model],
        grants: &'a [role_grant::Model],
        today: NaiveDate,
    ) -> Self {
        if wanted.role.is_link_staff() {
            Self { wanted, link: same(links, wanted, today), grant: None }
        } else {
            Self { wanted, link: None, grant: same(grants, wanted, today) }
        }
    }

    /// Whether there is something of it already.
    fn is_known(&self) -> bool {
        self.link.is_some() || self.grant.is_some()
    }

    fn is_any(&self) -> bool {
        let ends = self.link.map(Dated::to).or_else(|| self.grant.map(Dated::to));
        ends != Some(self.wanted.to)
    }
}

/// Answers the schools whose people changed. They are locked before anything is written, after their authorities,
/// and their localities after them.
async fn write(
    work: &Work<'_>,
    wanted: &[Wanted],
    counts: &mut Counts,
    touched: &mut BTreeSet<(Uuid, Uuid)>,
) -> Result<BTreeSet<Uuid>, Fault> {
    let today = work.op.today();
    let people: BTreeSet<Uuid> = wanted.iter().map(|one| one.person).collect();
    let people: Vec<Uuid> = people.into_iter().collect();
    let system = System::within(work);
    let (grants, links) = (system.grants_of(&people).await?, system.links_of(&people).await?);
    let all = wanted.iter().map(|one| Change::of(one, &links, &grants, today));
    let changes: Vec<_> = all.filter(Change::is_any).collect();
    counts.unchanged += wanted.len() - changes.len();
    let authorities = changes.iter().map(|change| change.wanted.authority).collect();
    let places: BTreeSet<Uuid> = changes.iter().filter_map(|change| change.wanted.school).collect();
    system.lock_schools(&authorities, &places).await?;
    system.lock_localities_of(&places.iter().copied().collect::<Vec<_>>()).await?;
    let (mut new_grants, mut new_links) = (Vec::new(), Vec::new());
    for change in changes {
        let one = change.wanted;
        let begins = one.from.unwrap_or_else(|| one.to.map_or(today, |to| to.min(today)));
        touched.insert((one.authority, one.person));
        if change.is_known() {
            counts.changed += 1;
        } else {
            counts.added += 1;
        }
        if let Some(link) = change.link {
            let moved = link_assignment::Model { to_date: one.to, ..link.clone() };
            work.overwrite::<link_assignment::Entity>(moved).await?;
        } else if let Some(grant) = change.grant {
            let moved = role_grant::Model { to_date: one.to, ..grant.clone() };
            work.overwrite::<role_grant::Entity>(moved).await?;
        } else if let (true, Some(school)) = (one.role.is_link_staff(), one.school) {
            new_links.push(new_link(work, one, school, begins));
        } else {
            new_grants.push(new_grant(work, one, begins));
        }
    }
    work.insert_all::<link_assignment::Entity>(new_links).await?;
    work.insert_all::<role_grant::Entity>(new_grants).await?;
    Ok(places)
}

fn new_link(work: &Work<'_>, one: &Wanted, school: Uuid, from: NaiveDate) -> link_assignment::Model {
    link_assignment::Model {
        id: work.op.id(),
        person_id: one.person,
        school_id: school,
        authority_id: one.authority,
        discipline: one.role,
        from_date: from,
        to_date: one.to,
    }
}

fn new_grant(work: &Work<'_>, one: &Wanted, from: NaiveDate) -> role_grant::Model {
    role_grant::Model {
        id: work.op.id(),
        person_id: one.person,
        authority_id: one.authority,
        role: one.role,
        school_id: one.school,
        from_date: from,
        to_date: one.to,
        revoked_at: None,
        granted_by: work.op.actor(),
    }
}
