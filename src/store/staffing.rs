//! Invitations, grants and links: what decisions on them rest on, and their writes (XC-6, XC-23).

use super::Fault;
use super::duties::escalation_subject;
use super::facts::System;
use super::people::dated;
use super::work::Work;
use domain::access::Role;
use domain::consultation::State;
use domain::duty::{DutyState, EscalationState};
use domain::event::{DutyEvent, Event, EventKind, Subject};
use domain::people::PeopleEvent;
use domain::rule::RuleId;
use domain::staffing::Period;
use entity::{consultation, consultation_slot, duty, escalation, event, link_assignment, person, role_grant};
use sea_orm::sea_query::{Expr, LockType, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

/// What an event about a person is about.
fn person_subject(authority: Uuid, person: Uuid) -> Subject {
    Subject { authority, kind: "Person", id: person, ..Subject::default() }
}

/// The consultations in the slots of a specialist.
fn in_slots_of(specialist: Uuid) -> SelectStatement {
    let slots = consultation_slot::Entity::find()
        .select_only()
        .column(consultation_slot::Column::Id)
        .filter(consultation_slot::Column::SpecialistId.eq(specialist));
    consultation::Entity::find()
        .select_only()
        .column(consultation::Column::Id)
        .filter(consultation::Column::SlotId.in_subquery(slots.into_query()))
        .into_query()
}

impl System<'_> {
    /// The person with this subject, locked.
    pub async fn person_of_subject(&self, subject: &str) -> Result<Option<person::Model>, Fault> {
        let found = person::Entity::find().filter(person::Column::Subject.eq(subject)).lock(LockType::Update);
        Ok(found.one(self.tx).await?)
    }

    /// Whether a person is among the people of an authority: invited there, or ever granted a role or linked.
    pub async fn is_among_people(&self, authority: Uuid, person: Uuid) -> Result<bool, Fault> {
        let granted = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::AuthorityId.eq(authority))
            .count(self.tx);
        let linked = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(person))
            .filter(link_assignment::Column::AuthorityId.eq(authority))
            .count(self.tx);
        let invited = event::Entity::find()
            .filter(event::Column::SubjectId.eq(person))
            .filter(event::Column::StreamId.eq(authority))
            .filter(event::Column::Kind.eq(EventKind::PersonInvited))
            .count(self.tx);
        Ok(granted.await? > 0 || linked.await? > 0 || invited.await? > 0)
    }

    /// Whether a person holds a role at a place for some of these days already.
    pub async fn is_granted(
        &self,
        person: Uuid,
        role: Role,
        authority: Uuid,
        school: Option<Uuid>,
        period: Period,
    ) -> Result<bool, Fault> {
        let found = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::Role.eq(role))
            .filter(role_grant::Column::AuthorityId.eq(authority))
            .filter(role_grant::Column::RevokedAt.is_null())
            .all(self.tx)
            .await?;
        let mut there = found.iter().filter(|row| row.school_id == school);
        Ok(there.any(|row| period.overlaps(Period { from: row.from_date, to: row.to_date })))
    }

    /// Whether a grant is the only one that makes anybody an administrator of its authority today.
    pub async fn is_last_administrator(&self, grant: &role_grant::Model) -> Result<bool, Fault> {
        let others = role_grant::Entity::find()
            .filter(role_grant::Column::AuthorityId.eq(grant.authority_id))
            .filter(role_grant::Column::Role.eq(Role::AuthorityAdmin))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(role_grant::Column::Id.ne(grant.id))
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, self.today))
            .count(self.tx)
            .await?;
        Ok(grant.role == Role::AuthorityAdmin && others == 0)
    }

    /// Whether a practitioner is linked to a school in a discipline for some of these days already.
    pub async fn is_linked(
        &self,
        person: Uuid,
        school: Uuid,
        discipline: Role,
        period: Period,
    ) -> Result<bool, Fault> {
        let found = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(person))
            .filter(link_assignment::Column::SchoolId.eq(school))
            .filter(link_assignment::Column::Discipline.eq(discipline))
            .all(self.tx)
            .await?;
        Ok(found.iter().any(|row| period.overlaps(Period { from: row.from_date, to: row.to_date })))
    }

    /// The slots of a specialist that are still to come, or whose consultation still waits for its outcome or its Record
    /// of Involvement; locked.
    pub async fn slots_of_leaver(
        &self,
        authority: Uuid,
        specialist: Uuid,
    ) -> Result<Vec<consultation_slot::Model>, Fault> {
        let unfinished = consultation::Entity::find()
            .select_only()
            .column(consultation::Column::SlotId)
            .filter(consultation::Column::State.is_in([State::Booked, State::Held]));
        let found = consultation_slot::Entity::find()
            .filter(consultation_slot::Column::SpecialistId.eq(specialist))
            .filter(consultation_slot::Column::AuthorityId.eq(authority))
            .filter(consultation_slot::Column::WithdrawnAt.is_null())
            .filter(
                Condition::any()
                    .add(consultation_slot::Column::StartsAt.gt(self.now))
                    .add(consultation_slot::Column::Id.in_subquery(unfinished.into_query())),
            )
            .order_by_asc(consultation_slot::Column::StartsAt)
            .order_by_asc(consultation_slot::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The practitioner of a discipline who is linked to a school today: of several, the one linked last.
    pub async fn link_person(&self, school: Uuid, discipline: Role) -> Result<Option<Uuid>, Fault> {
        let found = link_assignment::Entity::find()
            .filter(link_assignment::Column::SchoolId.eq(school))
            .filter(link_assignment::Column::Discipline.eq(discipline))
            .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, self.today))
            .order_by_desc(link_assignment::Column::FromDate)
            .order_by_desc(link_assignment::Column::Id)
            .one(self.tx)
            .await?;
        Ok(found.map(|row| row.person_id))
    }
}

impl Work<'_> {
    /// Says that a person was invited.
    pub fn record_invitation(&mut self, authority: Uuid, person: Uuid) {
        self.record(person_subject(authority, person), Event::People(PeopleEvent::PersonInvited));
    }

    /// Says that the roles or links of a person changed.
    pub fn record_roles(&mut self, authority: Uuid, person: Uuid) {
        self.record(person_subject(authority, person), Event::People(PeopleEvent::RolesChanged));
    }

    /// Hands the links of a leaver over: those of today end today and go on with the other person from today, those to
    /// come are the other person's from their first day. A link that the other person has anyway is not doubled.
    pub async fn hand_over_links(
        &mut self,
        authority: Uuid,
        from: Uuid,
        to: Uuid,
    ) -> Result<Vec<Uuid>, Fault> {
        let today = self.op.today();
        let not_over = Condition::any()
            .add(link_assignment::Column::ToDate.is_null())
            .add(link_assignment::Column::ToDate.gte(today));
        let links = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(from))
            .filter(link_assignment::Column::AuthorityId.eq(authority))
            .filter(not_over)
            .order_by_asc(link_assignment::Column::Id)
            .lock(LockType::Update)
            .all(&self.tx)
            .await?;
        let mut schools = Vec::new();
        for mut link in links {
            schools.push(link.school_id);
            let rest = Period { from: link.from_date.max(today), to: link.to_date };
            let linked = System::within(self).is_linked(to, link.school_id, link.discipline, rest).await?;
            if !linked {
                let next = link_assignment::Model {
                    id: self.op.id(),
                    person_id: to,
                    from_date: rest.from,
                    ..link.clone()
                };
                self.insert::<link_assignment::Entity>(next).await?;
            }
            // One that has not begun ends before its first day: it never was.
            link.to_date =
                Some(if link.from_date > today { link.from_date.pred_opt().unwrap_or(today) } else { today });
            self.overwrite::<link_assignment::Entity>(link).await?;
        }
        Ok(schools)
    }

    /// Hands the open duties and escalations of a leaver over. What a specialist owes stays with a slot that stays.
    pub async fn hand_over_desk(&mut self, authority: Uuid, from: Uuid, to: Uuid) -> Result<(), Fault> {
        let passes = Condition::any()
            .add(duty::Column::OwnerRole.ne(Role::Specialist))
            .add(duty::Column::CaseId.not_in_subquery(in_slots_of(from)));
        let duties = duty::Entity::find()
            .filter(passes)
            .filter(duty::Column::OwnerId.eq(from))
            .filter(duty::Column::AuthorityId.eq(authority))
            .filter(duty::Column::State.eq(DutyState::Open))
            .order_by_asc(duty::Column::Id)
            .lock(LockType::Update)
            .all(&self.tx)
            .await?;
        for row in duties {
            self.set_duty_owner(row.id, Some(to)).await?;
            let rule = RuleId::parse(&row.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
            let subject = super::deadlines::duty_subject(&row);
            self.record(subject, Event::Duty(DutyEvent::HandedOver { rule }));
        }
        let escalations = escalation::Entity::find()
            .filter(escalation::Column::AssignedTo.eq(from))
            .filter(escalation::Column::AuthorityId.eq(authority))
            .filter(escalation::Column::State.is_in([EscalationState::Raised, EscalationState::Acknowledged]))
            .order_by_asc(escalation::Column::Id)
            .lock(LockType::Update)
            .all(&self.tx)
            .await?;
        for mut raised in escalations {
            raised.assigned_to = Some(to);
            let subject = escalation_subject(&raised);
            self.update::<escalation::Entity>(raised).await?;
            self.record(subject, Event::Duty(DutyEvent::EscalationReassigned));
        }
        Ok(())
    }

    /// Puts a duty on a role's desk.
    pub async fn set_duty_role(&self, duty: Uuid, role: Role) -> Result<(), Fault> {
        duty::Entity::update_many()
            .col_expr(duty::Column::OwnerRole, Expr::val(super::duties::enum_text(&role)))
            .filter(duty::Column::Id.eq(duty))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Puts a duty on the desk of a person, or of everybody who holds its role.
    pub async fn set_duty_owner(&self, duty: Uuid, owner: Option<Uuid>) -> Result<(), Fault> {
        duty::Entity::update_many()
            .col_expr(duty::Column::OwnerId, Expr::val(owner))
            .filter(duty::Column::Id.eq(duty))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
