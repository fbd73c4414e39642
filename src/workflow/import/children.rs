//! Children by their UPN (XC-11, XC-14). The file holds what is recorded about a child: a changed value is written
//! over, another school is a move. Of people and flags it ends only what it speaks of: a flag that its `flags` column
//! no longer names ends today, a parent whom it does not name stays.

use super::{Authorities, Counts, Refused, school_of, urns};
use crate::import::children::ChildRow;
use crate::import::table::Faults;
use crate::store::Fault;
use crate::store::children::words_of;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::graduated::flags;
use crate::workflow::people::moving::move_child;
use domain::people::PeopleEvent;
use domain::registration::Parent;
use domain::year_group::YearGroup;
use entity::{child, child_word, holding, parent_carer, school, vulnerability};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What is known of the children in the file.
struct Known {
    children: HashMap<String, child::Model>,
    holdings: HashMap<Uuid, holding::Model>,
    vulnerabilities: HashMap<Uuid, Vec<vulnerability::Model>>,
    parents: HashMap<Uuid, Vec<parent_carer::Model>>,
}

/// Rows of new children, written together.
#[derive(Default)]
struct New {
    children: Vec<child::Model>,
    words: Vec<child_word::Model>,
    holdings: Vec<holding::Model>,
    vulnerabilities: Vec<vulnerability::Model>,
    parents: Vec<parent_carer::Model>,
}

/// Writes the children.
pub(super) async fn take_over(
    service: &Service,
    work: &mut Work<'_>,
    rows: Vec<ChildRow>,
    only: Option<&str>,
) -> Result<Counts, Refused> {
    let authorities = Authorities::load(work, only, false).await?;
    let schools = System::within(work).schools_by_urn(&urns(rows.iter().map(|row| row.school_urn))).await?;
    let mut faults = Faults::default();
    let mut at = Vec::with_capacity(rows.len());
    for row in &rows {
        match school_of(&schools, row.school_urn, authorities.only.as_ref()) {
            Ok(school) => at.push(school),
            Err(message) => faults.add(row.line, "school_urn", message),
        }
    }
    let rows = faults.or(rows)?;
    let held: BTreeSet<Uuid> = at.iter().map(|school| school.authority_id).collect();
    for authority in held {
        System::within(work).hold_authority(authority).await?;
    }
    let mut known = known(work, &rows).await?;
    let mut new = New::default();
    let (mut counts, mut touched) = (Counts::default(), Vec::new());
    for (row, school) in rows.into_iter().zip(at) {
        match known.children.remove(row.upn.as_str()) {
            None => {
                counts.added += 1;
                touched.push(add(work, &row, school, &mut new)?);
            }
            Some(child) => {
                let id = child.id;
                let mut change = Change { service, work, known: &known, new: &mut new, changed: false };
                let changed = change.apply(child, &row, school).await?;
                if changed {
                    counts.changed += 1;
                    touched.push(id);
                } else {
                    counts.unchanged += 1;
                }
            }
        }
    }
    write(work, new).await?;
    flags::raise(work, &touched).await?;
    Ok(counts)
}

async fn known(work: &Work<'_>, rows: &[ChildRow]) -> Result<Known, Fault> {
    let upns: Vec<String> = rows.iter().map(|row| row.upn.as_str().to_owned()).collect();
    let system = System::within(work);
    let children = system.children_by_upn(&upns).await?;
    let ids: Vec<Uuid> = children.values().map(|child| child.id).collect();
    Ok(Known {
        holdings: system.holdings_of(&ids).await?,
        vulnerabilities: system.vulnerabilities_of(&ids).await?,
        parents: system.parents_of(&ids).await?,
        children,
    })
}

/// The child as the row has it, over what it was.
fn written(row: &ChildRow, before: &child::Model) -> Result<child::Model, Fault> {
    Ok(child::Model {
        upn: Some(row.upn.as_str().to_owned()),
        upn_temporary: row.upn.is_temporary(),
        given_name: row.given_name.clone(),
        family_name: row.family_name.clone(),
        known_as: row.known_as.clone(),
        date_of_birth: row.date_of_birth,
        gender: row.gender,
        year_group_override: row.year_group.map(YearGroup::number),
        sen_status: row.sen_status,
        primary_need: row.primary_need,
        further_needs: serde_json::to_value(&row.further_needs)?,
        ..before.clone()
    })
}

fn blank(id: Uuid, row: &ChildRow, school: &school::Model, work: &Work<'_>) -> child::Model {
    child::Model {
        id,
        authority_id: school.authority_id,
        upn: None,
        upn_temporary: false,
        given_name: String::new(),
        family_name: String::new(),
        known_as: None,
        date_of_birth: row.date_of_birth,
        gender: row.gender,
        year_group_override: None,
        sen_status: row.sen_status,
        primary_need: None,
        further_needs: serde_json::Value::Null,
        person_id: None,
        erased_at: None,
        version: 1,
        created_at: work.op.now,
    }
}

fn new_parent(work: &Work<'_>, child: Uuid, parent: &crate::import::children::Parent) -> parent_carer::Model {
    let (name, email) = (parent.name.clone(), parent.email.clone());
    work.new_parent(child, &Parent { name, email, relationship: "parent or carer".to_owned() })
}

fn add(work: &mut Work<'_>, row: &ChildRow, school: &school::Model, new: &mut New) -> Result<Uuid, Fault> {
    let id = work.op.id();
    let child = written(row, &blank(id, row, school, work))?;
    let held = work.new_holding(id, school);
    new.words.extend(words_of(&child));
    new.children.push(child);
    for (kind, from) in row.flags.iter().flatten() {
        let flag = vulnerability::Model {
            id: work.op.id(),
            child_id: id,
            kind: *kind,
            from_date: *from,
            to_date: None,
        };
        new.vulnerabilities.push(flag);
    }
    new.parents.extend(row.parent.iter().map(|parent| new_parent(work, id, parent)));
    work.record_child(&held, PeopleEvent::ChildRegistered);
    new.holdings.push(held);
    Ok(id)
}

/// Keys are written before what refers to them.
async fn write(work: &Work<'_>, new: New) -> Result<(), Fault> {
    work.insert_all::<child::Entity>(new.children).await?;
    work.insert_all::<child_word::Entity>(new.words).await?;
    work.insert_all::<holding::Entity>(new.holdings).await?;
    work.insert_all::<vulnerability::Entity>(new.vulnerabilities).await?;
    work.insert_all::<parent_carer::Entity>(new.parents).await
}

/// What a row changes about a child who is known.
struct Change<'a, 'w> {
    service: &'a Service,
    work: &'a mut Work<'w>,
    known: &'a Known,
    new: &'a mut New,
    changed: bool,
}

impl Change<'_, '_> {
    async fn apply(
        &mut self,
        before: child::Model,
        row: &ChildRow,
        school: &school::Model,
    ) -> Result<bool, Fault> {
        let id = before.id;
        let held = self.known.holdings.get(&id).ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        let after = written(row, &before)?;
        if words_of(&before) != words_of(&after) {
            self.work.set_child_words(&after).await?;
        }
        if before != after {
            self.work.update::<child::Entity>(after).await?;
            self.changed = true;
        }
        if let Some(flags) = &row.flags {
            self.flags(id, flags).await?;
        }
        if let Some(parent) = &row.parent {
            self.parent(id, parent).await?;
        }
        if self.changed {
            self.work.record_child(held, PeopleEvent::ChildChanged);
        }
        if held.school_id != school.id {
            move_child(self.service, self.work, held, school).await?;
            self.changed = true;
        }
        Ok(self.changed)
    }

    async fn flags(
        &mut self,
        child: Uuid,
        wanted: &[(domain::child::VulnerabilityKind, chrono::NaiveDate)],
    ) -> Result<(), Fault> {
        let today = self.work.op.today();
        let known = self.known.vulnerabilities.get(&child).map(Vec::as_slice).unwrap_or_default();
        for (kind, from) in wanted {
            let of_kind = |row: &&vulnerability::Model| row.kind == *kind;
            let open = known.iter().filter(of_kind).find(|row| row.to_date.is_none());
            let same = open.or_else(|| known.iter().filter(of_kind).find(|row| row.from_date == *from));
            let Some(row) = same else {
                let (id, kind, from_date) = (self.work.op.id(), *kind, *from);
                self.new.vulnerabilities.push(vulnerability::Model {
                    id,
                    child_id: child,
                    kind,
                    from_date,
                    to_date: None,
                });
                self.changed = true;
                continue;
            };
            self.flag(row, vulnerability::Model { from_date: *from, to_date: None, ..row.clone() }).await?;
        }
        let no_longer = |row: &&vulnerability::Model| !wanted.iter().any(|(kind, _)| *kind == row.kind);
        for row in known.iter().filter(|row| row.to_date.is_none()).filter(no_longer) {
            self.flag(row, vulnerability::Model { to_date: Some(today.max(row.from_date)), ..row.clone() })
                .await?;
        }
        Ok(())
    }

    async fn flag(
        &mut self,
        before: &vulnerability::Model,
        after: vulnerability::Model,
    ) -> Result<(), Fault> {
        if *before != after {
            self.work.overwrite::<vulnerability::Entity>(after).await?;
            self.changed = true;
        }
        Ok(())
    }

    async fn parent(&mut self, child: Uuid, parent: &crate::import::children::Parent) -> Result<(), Fault> {
        let today = self.work.op.today();
        let known = self.known.parents.get(&child).map(Vec::as_slice).unwrap_or_default();
        let still = |row: &&parent_carer::Model| row.to_date.is_none_or(|to| to >= today);
        match known.iter().filter(still).find(|row| row.name == parent.name) {
            None => {
                self.new.parents.push(new_parent(self.work, child, parent));
                self.changed = true;
            }
            Some(row) if parent.email.is_some() && row.email != parent.email => {
                let moved = parent_carer::Model { email: parent.email.clone(), ..row.clone() };
                self.work.overwrite::<parent_carer::Entity>(moved).await?;
                self.changed = true;
            }
            Some(_) => {}
        }
        Ok(())
    }
}
