//! Rows by the thousand, read and written a few statements at a time.

use super::Fault;
use super::facts::System;
use super::work::Work;
use domain::bank_holidays::ENGLAND_AND_WALES;
use domain::calendar::Term;
use entity::{
    authority, child, event_head, holding, link_assignment, parent_carer, person, role_grant, school, term,
    vulnerability,
};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Value,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Both databases bound the number of parameters of one statement.
pub(super) const KEYS_A_STATEMENT: usize = 5_000;
const SCHOOLS_A_STATEMENT: usize = 1_000;

/// What an upsert of a school writes over: everything but its keys and the locality that the authority put it in.
const OVER: [school::Column; 12] = [
    school::Column::AuthorityId,
    school::Column::EstablishmentNumber,
    school::Column::Name,
    school::Column::Status,
    school::Column::Phase,
    school::Column::StatutoryLowAge,
    school::Column::StatutoryHighAge,
    school::Column::Pupils,
    school::Column::Town,
    school::Column::Postcode,
    school::Column::OpenedOn,
    school::Column::ClosedOn,
];

impl System<'_> {
    /// All authorities, by code; locked, where their calendars are about to change.
    pub async fn authorities(&self, locked: bool) -> Result<HashMap<String, authority::Model>, Fault> {
        let mut query = authority::Entity::find().order_by_asc(authority::Column::Id);
        if locked {
            query = query.lock(LockType::Update);
        }
        Ok(query.all(self.tx).await?.into_iter().map(|row| (row.code.clone(), row)).collect())
    }

    /// The schools with these URNs.
    pub async fn schools_by_urn(&self, urns: &[i32]) -> Result<HashMap<i32, school::Model>, Fault> {
        let rows = self.rows_with::<school::Entity, _>(school::Column::Urn, urns).await?;
        Ok(rows.into_iter().map(|row| (row.urn, row)).collect())
    }

    /// Locks schools, in order of their ids and after their authorities: nobody plans their meetings meanwhile.
    pub async fn lock_schools(
        &self,
        authorities: &BTreeSet<Uuid>,
        schools: &BTreeSet<Uuid>,
    ) -> Result<(), Fault> {
        authority::Entity::find()
            .filter(authority::Column::Id.is_in(authorities.iter().copied()))
            .order_by_asc(authority::Column::Id)
            .lock(LockType::Share)
            .all(self.tx)
            .await?;
        let schools: Vec<_> = schools.iter().copied().collect();
        for some in schools.chunks(KEYS_A_STATEMENT) {
            school::Entity::find()
                .filter(school::Column::Id.is_in(some.iter().copied()))
                .order_by_asc(school::Column::Id)
                .lock(LockType::Update)
                .all(self.tx)
                .await?;
        }
        Ok(())
    }

    /// The people with these subjects.
    pub async fn people_by_subject(
        &self,
        subjects: &[String],
    ) -> Result<HashMap<String, person::Model>, Fault> {
        let rows = self.rows_with::<person::Entity, _>(person::Column::Subject, subjects).await?;
        Ok(rows.into_iter().map(|row| (row.subject.clone(), row)).collect())
    }

    /// All grants of these people.
    pub async fn grants_of(&self, people: &[Uuid]) -> Result<Vec<role_grant::Model>, Fault> {
        self.rows_with::<role_grant::Entity, _>(role_grant::Column::PersonId, people).await
    }

    /// All links of these people.
    pub async fn links_of(&self, people: &[Uuid]) -> Result<Vec<link_assignment::Model>, Fault> {
        self.rows_with::<link_assignment::Entity, _>(link_assignment::Column::PersonId, people).await
    }

    /// The children with these UPNs, locked.
    pub async fn children_by_upn(&self, upns: &[String]) -> Result<HashMap<String, child::Model>, Fault> {
        let mut found = HashMap::with_capacity(upns.len());
        for some in upns.chunks(KEYS_A_STATEMENT) {
            let rows = child::Entity::find()
                .filter(child::Column::Upn.is_in(some))
                .order_by_asc(child::Column::Id)
                .lock(LockType::Update)
                .all(self.tx)
                .await?;
            found.extend(rows.into_iter().filter_map(|row| Some((row.upn.clone()?, row))));
        }
        Ok(found)
    }

    /// Which school holds each of these children.
    pub async fn holdings_of(&self, children: &[Uuid]) -> Result<HashMap<Uuid, holding::Model>, Fault> {
        let rows = self.rows_with::<holding::Entity, _>(holding::Column::ChildId, children).await?;
        Ok(rows.into_iter().filter(|row| row.to_date.is_none()).map(|row| (row.child_id, row)).collect())
    }

    /// The vulnerabilities of these children, ended ones included.
    pub async fn vulnerabilities_of(
        &self,
        children: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<vulnerability::Model>>, Fault> {
        let rows =
            self.rows_with::<vulnerability::Entity, _>(vulnerability::Column::ChildId, children).await?;
        Ok(grouped(rows, |row| row.child_id))
    }

    /// The parents and carers of these children, former ones included.
    pub async fn parents_of(
        &self,
        children: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<parent_carer::Model>>, Fault> {
        let rows = self.rows_with::<parent_carer::Entity, _>(parent_carer::Column::ChildId, children).await?;
        Ok(grouped(rows, |row| row.child_id))
    }

    /// The terms of an authority.
    pub async fn terms_of(&self, authority: Uuid) -> Result<Vec<Term>, Fault> {
        let rows = term::Entity::find()
            .filter(term::Column::AuthorityId.eq(authority))
            .order_by_asc(term::Column::FirstDay)
            .all(self.tx)
            .await?;
        Ok(rows.iter().map(super::calendar::term_of).collect())
    }

    async fn rows_with<E, K>(&self, column: E::Column, keys: &[K]) -> Result<Vec<E::Model>, Fault>
    where
        E: EntityTrait,
        K: Clone + Into<Value>,
    {
        let mut found = Vec::new();
        for some in keys.chunks(KEYS_A_STATEMENT) {
            found.extend(E::find().filter(column.is_in(some.iter().cloned())).all(self.tx).await?);
        }
        Ok(found)
    }
}

pub(super) fn grouped<M>(rows: Vec<M>, key: impl Fn(&M) -> Uuid) -> HashMap<Uuid, Vec<M>> {
    let mut groups: HashMap<Uuid, Vec<M>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

impl Work<'_> {
    /// Writes a row that carries no version over the one with its key.
    pub async fn overwrite<E>(&self, row: E::Model) -> Result<(), Fault>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        E::update(row.into_active_model().reset_all()).exec(&self.tx).await?;
        Ok(())
    }

    /// Sets an authority up, with an empty event log.
    pub async fn insert_authority(&self, code: &str, name: &str) -> Result<authority::Model, Fault> {
        let row = authority::Model {
            id: self.op.id(),
            code: code.to_owned(),
            name: name.to_owned(),
            division: ENGLAND_AND_WALES.to_owned(),
            created_at: self.op.now,
        };
        self.insert::<authority::Entity>(row.clone()).await?;
        self.insert::<event_head::Entity>(event_head::Model { stream_id: row.id, last_seq: 0 }).await?;
        Ok(row)
    }

    /// Writes schools, over those that have their URN.
    pub async fn upsert_schools(&self, rows: Vec<school::Model>) -> Result<(), Fault> {
        for some in rows.chunks(SCHOOLS_A_STATEMENT) {
            let rows = some.iter().map(|row| row.clone().into_active_model().reset_all());
            school::Entity::insert_many(rows)
                .on_conflict(OnConflict::column(school::Column::Urn).update_columns(OVER).to_owned())
                .exec_without_returning(&self.tx)
                .await?;
        }
        Ok(())
    }
}
