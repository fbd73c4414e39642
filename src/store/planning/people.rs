//! As what people come to planning meetings (PC-2, PC-3).

use crate::store::Fault;
use crate::store::facts::System;
use crate::store::people::dated;
use chrono::NaiveDate;
use domain::access::Role;
use domain::planning::{INVITED, KEY_STAFF};
use entity::{link_assignment, meeting_participant, planning_meeting, role_grant};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

impl System<'_> {
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
