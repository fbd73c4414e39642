//! As what people come to planning meetings (PC-2, PC-3).

use crate::store::Fault;
use crate::store::facts::System;
use crate::store::people::dated;
use chrono::NaiveDate;
use domain::access::Role;
use domain::london;
use domain::planning::{INVITED, KEY_STAFF};
use entity::{link_assignment, meeting_participant, person, planning_meeting, role_grant};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Somebody who is invited to the meetings of a school without more words, and as what.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The school.
    pub school: Uuid,
    /// Discipline, or role at the school.
    pub role: Role,
    /// From and to which London date.
    pub dates: (NaiveDate, Option<NaiveDate>),
    /// The London date on which it was revoked.
    pub revoked_on: Option<NaiveDate>,
    /// Who.
    pub person: person::Model,
}

impl Invited {
    /// Whether they are the link EP of a meeting's school on its day, and hold it.
    pub fn is_link_ep_of(&self, meeting: &planning_meeting::Model) -> bool {
        self.school == meeting.school_id
            && self.person.id == meeting.ep_id
            && self.role == Role::EducationalPsychologist
            && self.on(london::date_of(meeting.starts_at))
    }

    /// Whether they are it on a London date.
    pub fn on(&self, date: NaiveDate) -> bool {
        let holds = self.dates.0 <= date && self.dates.1.is_none_or(|to| date <= to);
        holds && self.revoked_on.is_none_or(|revoked| date < revoked)
    }
}

/// The school's staff who are invited by themselves.
const INVITED_STAFF: [Role; 3] = [Role::Senco, Role::InclusionLead, Role::SafeguardingLead];

impl System<'_> {
    /// Those who are, were or will be invited by themselves to the meetings of these schools: link staff, and the schools'
    /// key staff.
    pub async fn invited(&self, schools: &[Uuid]) -> Result<Vec<Invited>, Fault> {
        let links = link_assignment::Entity::find()
            .filter(link_assignment::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(link_assignment::Column::Discipline.is_in(INVITED))
            .order_by_asc(link_assignment::Column::Id)
            .all(self.tx)
            .await?;
        let staff = role_grant::Entity::find()
            .filter(role_grant::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(role_grant::Column::Role.is_in(INVITED_STAFF))
            .order_by_asc(role_grant::Column::Id)
            .all(self.tx)
            .await?;
        let people = links.iter().map(|row| row.person_id).chain(staff.iter().map(|row| row.person_id));
        let people = self.people(people).await?;
        let links = links.into_iter().filter_map(|row| {
            Some(Invited {
                school: row.school_id,
                role: row.discipline,
                dates: (row.from_date, row.to_date),
                revoked_on: None,
                person: people.get(&row.person_id)?.clone(),
            })
        });
        let staff = staff.into_iter().filter_map(|row| {
            Some(Invited {
                school: row.school_id?,
                role: row.role,
                dates: (row.from_date, row.to_date),
                revoked_on: row.revoked_at.map(london::date_of),
                person: people.get(&row.person_id)?.clone(),
            })
        });
        Ok(links.chain(staff).collect())
    }

    /// People by their ids.
    pub async fn people(
        &self,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, person::Model>, Fault> {
        let ids: HashSet<Uuid> = ids.collect();
        let found = person::Entity::find().filter(person::Column::Id.is_in(ids)).all(self.tx).await?;
        Ok(found.into_iter().map(|person| (person.id, person)).collect())
    }

    /// Whether somebody is an EP of an authority on a London date: linked to one of its schools as such.
    pub async fn is_ep(&self, person: Uuid, authority: Uuid, on: NaiveDate) -> Result<bool, Fault> {
        let links = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(person))
            .filter(link_assignment::Column::AuthorityId.eq(authority))
            .filter(link_assignment::Column::Discipline.eq(Role::EducationalPsychologist))
            .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, on))
            .count(self.tx)
            .await?;
        Ok(links > 0)
    }

    /// In which role somebody works at a school on a London date, if they do: the one that makes key staff where there is
    /// one.
    async fn role_at(&self, person: Uuid, school: Uuid, on: NaiveDate) -> Result<Option<Role>, Fault> {
        let grants = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::SchoolId.eq(school))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, on))
            .all(self.tx)
            .await?;
        Ok(grants.into_iter().map(|row| row.role).min_by_key(|role| !KEY_STAFF.contains(role)))
    }

    /// As what somebody comes to a meeting on its London date: as an EP of the authority, as link staff, or in their role at
    /// the school; nothing where they are none of these.
    pub async fn part_in_meeting(
        &self,
        person: Uuid,
        meeting: &planning_meeting::Model,
        on: NaiveDate,
    ) -> Result<Option<Role>, Fault> {
        if self.is_ep(person, meeting.authority_id, on).await? {
            return Ok(Some(Role::EducationalPsychologist));
        }
        let link = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(person))
            .filter(link_assignment::Column::SchoolId.eq(meeting.school_id))
            .filter(link_assignment::Column::Discipline.is_in(INVITED))
            .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, on))
            .one(self.tx)
            .await?;
        match link {
            Some(link) => Ok(Some(link.discipline)),
            None => self.role_at(person, meeting.school_id, on).await,
        }
    }

    /// The EPs with an account who were at a meeting.
    pub async fn eps_present(&self, meeting: Uuid) -> Result<Vec<Uuid>, Fault> {
        let there = meeting_participant::Entity::find()
            .filter(meeting_participant::Column::MeetingId.eq(meeting))
            .filter(meeting_participant::Column::Role.eq(Role::EducationalPsychologist))
            .filter(meeting_participant::Column::Present.eq(true))
            .all(self.tx)
            .await?;
        Ok(there.into_iter().filter_map(|row| row.person_id).collect())
    }
}
