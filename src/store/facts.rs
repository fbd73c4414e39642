//! What a decision needs and the caller may not see. Only workflows, the sweep and mail act as `System`, and nothing
//! that it reads reaches a reply but the decision.

use super::people::{dated, holders_of};
use super::work::Work;
use super::{Fault, Store, calendar};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Role, Standing};
use domain::calendar::Calendar;
use domain::consent::Purpose;
use domain::consultation::State;
use domain::consultation::record::RecordState;
use domain::graduated::link::CONSULTED;
use domain::policy::Policy;
use domain::rule::RuleId;
use entity::{
    attendee, authority, child, consent, consultation, consultation_slot, duty, holding, link_assignment,
    named_staff, parent_carer, person, record_of_involvement, role_grant, school,
};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// The service itself, within one change.
pub struct System<'a> {
    pub(super) tx: &'a DatabaseTransaction,
    /// When (UTC).
    pub now: DateTime<Utc>,
    /// Today in London.
    pub today: NaiveDate,
    calendars: &'a Mutex<HashMap<Uuid, Calendar>>,
}

/// How matters stand with the C-RIC of a child.
#[derive(Clone, Copy, Debug, Default)]
pub struct CRic {
    /// When one that is in force arrived (UTC instant): the earliest.
    pub received_at: Option<DateTime<Utc>>,
    /// When one was last withdrawn (UTC instant).
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl<'a> System<'a> {
    /// The service within this change.
    pub fn within(work: &'a Work<'_>) -> Self {
        Self { tx: &work.tx, now: work.op.now, today: work.op.today(), calendars: &work.calendars }
    }

    /// A row by its key, whoever may see it.
    pub async fn get<E>(&self, id: Uuid) -> Result<Option<E::Model>, Fault>
    where
        E: EntityTrait,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        Ok(E::find_by_id(id).one(self.tx).await?)
    }

    /// A row by its key, locked until the end of the change.
    pub async fn lock<E>(&self, id: Uuid) -> Result<Option<E::Model>, Fault>
    where
        E: EntityTrait,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        Ok(E::find_by_id(id).lock(LockType::Update).one(self.tx).await?)
    }

    /// The authority, kept from changing its calendar or policy until the end of the change.
    pub async fn hold_authority(&self, id: Uuid) -> Result<(), Fault> {
        authority::Entity::find_by_id(id).lock(LockType::Share).one(self.tx).await?;
        Ok(())
    }

    /// The same of the authority of a school, which is locked before its schools.
    pub async fn hold_authority_of(&self, school: Uuid) -> Result<(), Fault> {
        match self.get::<school::Entity>(school).await? {
            Some(known) => self.hold_authority(known.authority_id).await,
            None => Ok(()),
        }
    }

    /// The authority's calendar, read once in a change.
    pub async fn calendar(&self, authority: Uuid) -> Result<Calendar, Fault> {
        let known = || self.calendars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(calendar) = known().get(&authority) {
            return Ok(calendar.clone());
        }
        let calendar = calendar::calendar(self.tx, authority).await?;
        known().insert(authority, calendar.clone());
        Ok(calendar)
    }

    /// The authority's policy in force today.
    pub async fn policy(&self, authority: Uuid) -> Result<Policy, Fault> {
        calendar::policy_on(self.tx, authority, self.today).await
    }

    /// A policy version of an authority; the rulebook's own figures for version 0.
    pub async fn policy_version(&self, authority: Uuid, version: i32) -> Result<Policy, Fault> {
        let mut versions = calendar::policies(self.tx, authority).await?.into_iter();
        Ok(versions.find(|policy| policy.version == version).unwrap_or_else(Policy::defaults))
    }

    /// The policy under which the deadline of a consultation under a rule was set; today's where there is none.
    pub async fn policy_of_duty(
        &self,
        consultation: &consultation::Model,
        rule: RuleId,
    ) -> Result<Policy, Fault> {
        let set = duty::Entity::find()
            .filter(duty::Column::OnId.eq(consultation.id))
            .filter(duty::Column::Rule.eq(rule.as_str()))
            .order_by_desc(duty::Column::Id)
            .one(self.tx)
            .await?;
        let Some(set) = set else { return self.policy(consultation.authority_id).await };
        self.policy_version(consultation.authority_id, set.policy_version).await
    }

    /// Which school and authority hold a child today.
    pub async fn holding(&self, child: Uuid) -> Result<Option<holding::Model>, Fault> {
        let found = holding::Entity::find()
            .filter(holding::Column::ChildId.eq(child))
            .filter(holding::Column::ToDate.is_null())
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// The child with this UPN.
    pub async fn child_of_upn(&self, upn: &str) -> Result<Option<child::Model>, Fault> {
        Ok(child::Entity::find()
            .filter(child::Column::Upn.eq(upn))
            .lock(LockType::Update)
            .one(self.tx)
            .await?)
    }

    /// What a child is to the people around it.
    pub async fn standing(&self, child: &child::Model) -> Result<Standing, Fault> {
        let held = self.holding(child.id).await?;
        let named = named_staff::Entity::find()
            .filter(named_staff::Column::ChildId.eq(child.id))
            .filter(dated(named_staff::Column::FromDate, named_staff::Column::ToDate, self.today))
            .all(self.tx)
            .await?;
        let parents = self.parents(child.id).await?;
        Ok(Standing {
            authority: held.as_ref().map_or(child.authority_id, |held| held.authority_id),
            school: held.map(|held| held.school_id),
            specialist: None,
            named_staff: named.into_iter().map(|row| row.person_id).collect(),
            family: parents.into_iter().filter_map(|row| row.person_id).chain(child.person_id).collect(),
            assignee: None,
            giver: None,
            manager: None,
            covering: None,
            present: Vec::new(),
        })
    }

    /// The parents and carers of a child today.
    pub async fn parents(&self, child: Uuid) -> Result<Vec<parent_carer::Model>, Fault> {
        let found = parent_carer::Entity::find()
            .filter(parent_carer::Column::ChildId.eq(child))
            .filter(dated(parent_carer::Column::FromDate, parent_carer::Column::ToDate, self.today))
            .order_by_asc(parent_carer::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// When the child's other live consultations start (UTC instants; OC-5).
    pub async fn live_starts(&self, child: Uuid, except: Option<Uuid>) -> Result<Vec<DateTime<Utc>>, Fault> {
        let mut query = consultation::Entity::find()
            .filter(consultation::Column::ChildId.eq(child))
            .filter(consultation::Column::State.is_in(State::LIVE));
        if let Some(except) = except {
            query = query.filter(consultation::Column::Id.ne(except));
        }
        Ok(query.all(self.tx).await?.into_iter().map(|row| row.starts_at).collect())
    }

    /// Whether somebody has booked a slot.
    pub async fn slot_taken(&self, slot: Uuid) -> Result<bool, Fault> {
        let bookings = consultation::Entity::find()
            .filter(consultation::Column::SlotId.eq(slot))
            .filter(consultation::Column::State.ne(State::Cancelled))
            .count(self.tx)
            .await?;
        Ok(bookings > 0)
    }

    /// Whether a specialist has another slot that overlaps with this time. Slots that touch do not.
    pub async fn slot_overlaps(
        &self,
        specialist: Uuid,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let others = consultation_slot::Entity::find()
            .filter(consultation_slot::Column::SpecialistId.eq(specialist))
            .filter(consultation_slot::Column::WithdrawnAt.is_null())
            .filter(consultation_slot::Column::StartsAt.lt(to))
            .filter(consultation_slot::Column::EndsAt.gt(from))
            .count(self.tx)
            .await?;
        Ok(others > 0)
    }

    /// Whether a person holds a role in an authority on a date.
    pub async fn holds_role(
        &self,
        person: Uuid,
        role: Role,
        authority: Uuid,
        on: NaiveDate,
    ) -> Result<bool, Fault> {
        let grants = role_grant::Entity::find()
            .filter(role_grant::Column::PersonId.eq(person))
            .filter(role_grant::Column::Role.eq(role))
            .filter(role_grant::Column::AuthorityId.eq(authority))
            .filter(role_grant::Column::RevokedAt.is_null())
            .filter(dated(role_grant::Column::FromDate, role_grant::Column::ToDate, on))
            .count(self.tx)
            .await?;
        Ok(grants > 0)
    }

    /// Everybody who holds one of these roles in an authority now; of the roles of a school, at this one.
    pub async fn holders(
        &self,
        authority: Uuid,
        school: Option<Uuid>,
        roles: &[Role],
    ) -> Result<Vec<person::Model>, Fault> {
        let held = holders_of(self.tx, &[authority], roles, self.now).await?;
        let around = held.into_iter().filter(|(_, grant)| !grant.role.at_school() || grant.school == school);
        let found = person::Entity::find()
            .filter(person::Column::Id.is_in(around.map(|(person, _)| person)))
            .order_by_asc(person::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// In which discipline a practitioner was linked to a school on a date, if they were (XC-6); where in several, in the one
    /// with which a school consults formally.
    pub async fn linked_on(&self, person: Uuid, school: Uuid, on: NaiveDate) -> Result<Option<Role>, Fault> {
        let found = link_assignment::Entity::find()
            .filter(link_assignment::Column::PersonId.eq(person))
            .filter(link_assignment::Column::SchoolId.eq(school))
            .filter(dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, on))
            .order_by_asc(link_assignment::Column::Id)
            .all(self.tx)
            .await?;
        let disciplines = found.into_iter().map(|row| row.discipline);
        Ok(disciplines.min_by_key(|discipline| !CONSULTED.contains(discipline)))
    }

    /// How matters stand with the C-RIC of a child in an authority.
    pub async fn c_ric(&self, child: Uuid, authority: Uuid) -> Result<CRic, Fault> {
        let forms = consent::Entity::find()
            .filter(consent::Column::ChildId.eq(child))
            .filter(consent::Column::AuthorityId.eq(authority))
            .filter(consent::Column::Purpose.eq(Purpose::OnlineConsultation))
            .all(self.tx)
            .await?;
        let standing = forms.iter().filter(|form| form.withdrawn_at.is_none());
        Ok(CRic {
            received_at: standing.filter_map(|form| form.received_at).min(),
            withdrawn_at: forms.iter().filter_map(|form| form.withdrawn_at).max(),
        })
    }

    /// Consents of a child for a purpose that stand, locked.
    pub async fn standing_consents(
        &self,
        child: Uuid,
        purpose: Purpose,
    ) -> Result<Vec<consent::Model>, Fault> {
        let found = consent::Entity::find()
            .filter(consent::Column::ChildId.eq(child))
            .filter(consent::Column::Purpose.eq(purpose))
            .filter(consent::Column::WithdrawnAt.is_null())
            .order_by_asc(consent::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The consultations of a child that are booked or fell for want of the C-RIC, and whose time has not come, locked.
    pub async fn open_consultations(
        &self,
        child: Uuid,
        states: &[State],
    ) -> Result<Vec<consultation::Model>, Fault> {
        let found = consultation::Entity::find()
            .filter(consultation::Column::ChildId.eq(child))
            .filter(consultation::Column::State.is_in(states.iter().copied()))
            .order_by_asc(consultation::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Who is invited to a consultation, in order.
    pub async fn attendees(&self, consultation: Uuid) -> Result<Vec<attendee::Model>, Fault> {
        let found = attendee::Entity::find()
            .filter(attendee::Column::ConsultationId.eq(consultation))
            .order_by_asc(attendee::Column::Position)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The versions of a Record of Involvement, oldest first.
    pub async fn records(&self, consultation: Uuid) -> Result<Vec<record_of_involvement::Model>, Fault> {
        let found = record_of_involvement::Entity::find()
            .filter(record_of_involvement::Column::ConsultationId.eq(consultation))
            .order_by_asc(record_of_involvement::Column::RecordVersion)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The draft among the versions of a Record of Involvement.
    pub async fn draft(&self, consultation: Uuid) -> Result<Option<record_of_involvement::Model>, Fault> {
        Ok(self.records(consultation).await?.into_iter().find(|row| row.state == RecordState::Draft))
    }

    /// A school.
    pub async fn school(&self, id: Uuid) -> Result<school::Model, Fault> {
        self.get::<school::Entity>(id)
            .await?
            .ok_or(Fault::Unexpected("a school that is referred to is not there"))
    }

    /// A person.
    pub async fn person(&self, id: Uuid) -> Result<person::Model, Fault> {
        self.get::<person::Entity>(id)
            .await?
            .ok_or(Fault::Unexpected("a person who is referred to is not there"))
    }

    /// A slot.
    pub async fn slot(&self, id: Uuid) -> Result<consultation_slot::Model, Fault> {
        let found = self.get::<consultation_slot::Entity>(id).await?;
        found.ok_or(Fault::Unexpected("a slot that is referred to is not there"))
    }

    /// Whether a person may consent for a child: one of its parents or carers today.
    pub async fn is_parent(&self, child: Uuid, parent_carer: Uuid) -> Result<bool, Fault> {
        let found = parent_carer::Entity::find_by_id(parent_carer)
            .filter(Condition::all().add(parent_carer::Column::ChildId.eq(child)).add(dated(
                parent_carer::Column::FromDate,
                parent_carer::Column::ToDate,
                self.today,
            )))
            .one(self.tx)
            .await?;
        Ok(found.is_some())
    }
}

/// A consultation with what it is to the people around it.
#[derive(Clone, Debug)]
pub struct Around {
    /// Where it stands.
    pub state: State,
    /// Start (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// Where people join.
    pub join_link: String,
    /// What it is to the people around it.
    pub standing: Standing,
}

/// The same for many consultations, in a handful of statements whatever their number.
pub async fn around(store: &Store, today: NaiveDate, ids: &[Uuid]) -> Result<HashMap<Uuid, Around>, Fault> {
    let db = store.reader();
    let cases = consultation::Entity::find()
        .filter(consultation::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let slots = consultation_slot::Entity::find()
        .filter(consultation_slot::Column::Id.is_in(cases.iter().map(|case| case.slot_id)))
        .all(db)
        .await?;
    let children: Vec<_> = cases.iter().map(|case| case.child_id).collect();
    let standings = standings(store, today, &children).await?;
    let around = cases.into_iter().filter_map(|case| {
        let slot = slots.iter().find(|slot| slot.id == case.slot_id)?;
        let mut standing = standings.get(&case.child_id).cloned().unwrap_or_default();
        standing.authority = case.authority_id;
        standing.specialist = Some(slot.specialist_id);
        let (state, starts_at, join_link) = (case.state, case.starts_at, slot.join_link.clone());
        Some((case.id, Around { state, starts_at, join_link, standing }))
    });
    Ok(around.collect())
}

/// What children are to the people around them, in a handful of statements whatever their number.
pub async fn standings(
    store: &Store,
    today: NaiveDate,
    children: &[Uuid],
) -> Result<HashMap<Uuid, Standing>, Fault> {
    let db = store.reader();
    let children = || children.iter().copied();
    let held = holding::Entity::find()
        .filter(holding::Column::ChildId.is_in(children()))
        .filter(holding::Column::ToDate.is_null())
        .all(db)
        .await?;
    let named = named_staff::Entity::find()
        .filter(named_staff::Column::ChildId.is_in(children()))
        .filter(dated(named_staff::Column::FromDate, named_staff::Column::ToDate, today))
        .all(db)
        .await?;
    let parents = parent_carer::Entity::find()
        .filter(parent_carer::Column::ChildId.is_in(children()))
        .filter(dated(parent_carer::Column::FromDate, parent_carer::Column::ToDate, today))
        .all(db)
        .await?;
    let themselves = child::Entity::find()
        .filter(child::Column::Id.is_in(children()))
        .filter(child::Column::PersonId.is_not_null())
        .all(db)
        .await?;
    let mut standings: HashMap<Uuid, Standing> = held
        .into_iter()
        .map(|row| {
            let (authority, school) = (row.authority_id, Some(row.school_id));
            (row.child_id, Standing { authority, school, ..Standing::default() })
        })
        .collect();
    for row in named {
        standings.entry(row.child_id).or_default().named_staff.push(row.person_id);
    }
    for row in parents {
        standings.entry(row.child_id).or_default().family.extend(row.person_id);
    }
    for row in themselves {
        standings.entry(row.id).or_default().family.extend(row.person_id);
    }
    Ok(standings)
}
