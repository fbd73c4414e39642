//! One transaction of change: what is written, and last of all its events, under the lock of their streams.

use super::scope::{Scoped, Sight};
use super::{Fault, Store, events};
use crate::op::Op;
use domain::calendar::Calendar;
use domain::event::{Event, Subject};
use domain::refusal::Acknowledgement;
use entity::{
    accuracy_check, action_outcome, action_plan, advice_query, advice_request, agenda_item, agreed_action,
    allocation, child, consent, consultation, consultation_slot, ehc_assessment, escalation, instrument,
    intervention, item_discussion, link_consultation, link_contact, locality, locality_item,
    locality_session, meeting_action, one_plan, plan_cycle, plan_section, planning_meeting, preparation_form,
    referral, school_assessment, sen_register_decision, support_agreement, transfer_request,
};
use sea_orm::sea_query::{LockType, Value};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect,
};
use std::collections::HashMap;
use std::sync::Mutex;
use uuid::Uuid;

/// A row that counts its changes: an update names the version that it was decided on.
pub trait Versioned: EntityTrait {
    /// The column of the version.
    const VERSION: Self::Column;
    /// The row's key.
    fn id(row: &Self::Model) -> Uuid;
    /// The row's version, to be counted up.
    fn version(row: &mut Self::Model) -> &mut i32;
}

macro_rules! versioned {
    ($($module:ident),*) => {$(
        impl Versioned for $module::Entity {
            const VERSION: Self::Column = $module::Column::Version;

            fn id(row: &Self::Model) -> Uuid {
                row.id
            }

            fn version(row: &mut Self::Model) -> &mut i32 {
                &mut row.version
            }
        }
    )*};
}
versioned!(
    accuracy_check,
    action_outcome,
    action_plan,
    advice_query,
    advice_request,
    agenda_item,
    agreed_action,
    allocation,
    child,
    consent,
    consultation,
    consultation_slot,
    ehc_assessment,
    escalation,
    instrument,
    intervention,
    item_discussion,
    link_consultation,
    link_contact,
    locality,
    locality_item,
    locality_session,
    meeting_action,
    one_plan,
    plan_cycle,
    plan_section,
    planning_meeting,
    preparation_form,
    referral,
    school_assessment,
    sen_register_decision,
    support_agreement,
    transfer_request
);

/// A transaction of change on behalf of one operation.
#[derive(Debug)]
pub struct Work<'a> {
    pub(super) tx: DatabaseTransaction,
    /// Who acts, and when.
    pub op: &'a Op,
    events: Vec<events::Entry>,
    /// The calendars that were read, until they change.
    pub(super) calendars: Mutex<HashMap<Uuid, Calendar>>,
    /// The *should* rules that the caller took responsibility for: kept with each event of the change.
    pub acknowledged: Vec<Acknowledgement>,
}

impl Store {
    /// Begins a change.
    pub async fn work<'a>(&self, op: &'a Op) -> Result<Work<'a>, Fault> {
        let calendars = Mutex::default();
        Ok(Work { tx: self.begin().await?, op, events: Vec::new(), calendars, acknowledged: Vec::new() })
    }
}

impl Work<'_> {
    /// The row with this id, if the viewer sees it; locked until the end of the change.
    pub async fn find<E>(&self, id: Uuid) -> Result<Option<E::Model>, Fault>
    where
        E: Scoped,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        self.find_with::<E>(id, LockType::Update).await
    }

    /// The row with this id, if the viewer sees it; others may read it meanwhile, but not change it.
    pub async fn find_shared<E>(&self, id: Uuid) -> Result<Option<E::Model>, Fault>
    where
        E: Scoped,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        self.find_with::<E>(id, LockType::Share).await
    }

    async fn find_with<E>(&self, id: Uuid, lock: LockType) -> Result<Option<E::Model>, Fault>
    where
        E: Scoped,
        E::PrimaryKey: sea_orm::PrimaryKeyTrait<ValueType = Uuid>,
    {
        let Some(viewer) = self.op.viewer.as_deref() else {
            return Err(Fault::Unexpected("a scoped finder was called without a viewer"));
        };
        let sight = Sight { viewer, today: self.op.today() };
        let row = E::find_by_id(id).filter(E::visible(sight)).lock(lock).one(&self.tx).await?;
        if let Some(child) = row.as_ref().and_then(E::child) {
            self.op.note_read(child);
        }
        Ok(row)
    }

    /// Writes a new row.
    pub async fn insert<E>(&self, row: E::Model) -> Result<(), Fault>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior,
    {
        E::insert(row.into_active_model().reset_all()).exec_without_returning(&self.tx).await?;
        Ok(())
    }

    /// Writes new rows in one statement.
    pub async fn insert_all<E>(&self, rows: Vec<E::Model>) -> Result<(), Fault>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior,
    {
        // Both databases bound the number of parameters of one statement.
        let chunk = (30_000 / E::Column::iter().count()).clamp(1, 1_000);
        let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(chunk).collect();
            E::insert_many(some).exec_without_returning(&self.tx).await?;
        }
        Ok(())
    }

    /// Writes a changed row over the version on which the change was decided.
    pub async fn update<E>(&self, mut row: E::Model) -> Result<(), Fault>
    where
        E: Versioned,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior,
    {
        let decided_on = *E::version(&mut row);
        *E::version(&mut row) += 1;
        let id: Value = E::id(&row).into();
        let mut update = E::update_many().set(row.into_active_model().reset_all());
        for key in E::PrimaryKey::iter() {
            update = update.filter(key.into_column().eq(id.clone()));
        }
        let done = update.filter(E::VERSION.eq(decided_on)).exec(&self.tx).await?;
        if done.rows_affected == 1 {
            Ok(())
        } else {
            Err(Fault::Unexpected("a locked row changed underfoot"))
        }
    }

    /// Puts an event into the log of this change. What makes it the same event is the operation and its place in it.
    pub fn record(&mut self, subject: Subject, event: Event) {
        self.events.push(events::Entry { subject, event });
    }

    /// Numbers and writes the events, then makes everything permanent.
    pub async fn commit(self) -> Result<(), Fault> {
        events::append(&self.tx, self.op, &self.events, &self.acknowledged).await?;
        self.tx.commit().await?;
        Ok(())
    }

    /// Leaves everything as it was.
    pub async fn abandon(self) -> Result<(), Fault> {
        Ok(self.tx.rollback().await?)
    }
}
