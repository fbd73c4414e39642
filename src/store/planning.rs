//! What the rules look at in planning meetings, and the writes of their own.

pub mod monitoring;
mod people;
pub mod spread;

pub use people::Invited;

use super::Fault;
use super::facts::System;
use super::import::grouped;
use super::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::TermName;
use domain::graduated::LinkConsultationState;
use domain::london;
use domain::planning::{MeetingState, SupportForm, SupportService};
use entity::{
    action_outcome, agenda_item, allocation, consultation_slot, guest_item, holding, item_discussion,
    link_consultation, meeting_action, meeting_participant, meeting_record, planning_meeting,
    support_agreement, traded_contract,
};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A term of a school year.
pub type TermOf = (i32, TermName);

fn not_cancelled() -> Condition {
    Condition::all().add(planning_meeting::Column::State.ne(MeetingState::Cancelled))
}

/// The children whom a school holds today.
fn held_by(school: Uuid) -> SelectStatement {
    holding::Entity::find()
        .select_only()
        .column(holding::Column::ChildId)
        .filter(holding::Column::SchoolId.eq(school))
        .filter(holding::Column::ToDate.is_null())
        .into_query()
}

/// About no child, or about one whom the school still holds: what is about a child who left is no longer its business
/// (XC-14).
fn of_school<C: ColumnTrait>(child: C, school: C) -> Condition {
    let held = holding::Entity::find()
        .select_only()
        .column(holding::Column::ChildId)
        .filter(holding::Column::ToDate.is_null())
        .filter(Expr::col((holding::Entity, holding::Column::SchoolId)).equals(school.as_column_ref()))
        .filter(Expr::col((holding::Entity, holding::Column::ChildId)).equals(child.as_column_ref()))
        .into_query();
    Condition::any().add(child.is_null()).add(Expr::exists(held))
}

impl System<'_> {
    /// The meetings of a school in these terms that were not called off.
    pub async fn meetings_of(
        &self,
        schools: &[Uuid],
        school_year: i32,
        terms: &[TermName],
    ) -> Result<Vec<planning_meeting::Model>, Fault> {
        let found = planning_meeting::Entity::find()
            .filter(planning_meeting::Column::SchoolId.is_in(schools.iter().copied()))
            .filter(planning_meeting::Column::SchoolYear.eq(school_year))
            .filter(planning_meeting::Column::Term.is_in(terms.iter().copied()))
            .filter(not_cancelled())
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// When these people are at a planning meeting, facilitate a locality group or hold a slot, within a time (UTC).
    pub async fn engaged(
        &self,
        people: &[Uuid],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        except: Option<Uuid>,
    ) -> Result<Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)>, Fault> {
        let meetings = planning_meeting::Entity::find()
            .filter(planning_meeting::Column::EpId.is_in(people.iter().copied()))
            .filter(planning_meeting::Column::StartsAt.lt(to))
            .filter(planning_meeting::Column::EndsAt.gt(from))
            .filter(not_cancelled())
            .filter(Condition::all().add_option(except.map(|id| planning_meeting::Column::Id.ne(id))))
            .all(self.tx)
            .await?;
        let slots = consultation_slot::Entity::find()
            .filter(consultation_slot::Column::SpecialistId.is_in(people.iter().copied()))
            .filter(consultation_slot::Column::WithdrawnAt.is_null())
            .filter(consultation_slot::Column::StartsAt.lt(to))
            .filter(consultation_slot::Column::EndsAt.gt(from))
            .all(self.tx)
            .await?;
        let sessions = self.facilitating(people, from, to, except).await?;
        let meetings = meetings.into_iter().map(|row| (row.ep_id, row.starts_at, row.ends_at));
        let slots = slots.into_iter().map(|row| (row.specialist_id, row.starts_at, row.ends_at));
        Ok(meetings.chain(slots).chain(sessions).collect())
    }

    /// Everybody who takes part in a meeting.
    pub async fn participants(&self, meeting: Uuid) -> Result<Vec<meeting_participant::Model>, Fault> {
        let found = meeting_participant::Entity::find()
            .filter(meeting_participant::Column::MeetingId.eq(meeting))
            .order_by_asc(meeting_participant::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Everybody who takes part in these meetings, by meeting.
    pub async fn participants_of(
        &self,
        meetings: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<meeting_participant::Model>>, Fault> {
        let found = meeting_participant::Entity::find()
            .filter(meeting_participant::Column::MeetingId.is_in(meetings.iter().copied()))
            .order_by_asc(meeting_participant::Column::Id)
            .all(self.tx)
            .await?;
        Ok(grouped(found, |row| row.meeting_id))
    }

    /// The items of a meeting that are the school's business still.
    pub async fn agenda_items(
        &self,
        meeting: &planning_meeting::Model,
    ) -> Result<Vec<agenda_item::Model>, Fault> {
        let found = agenda_item::Entity::find()
            .filter(agenda_item::Column::MeetingId.eq(meeting.id))
            .filter(of_school(agenda_item::Column::ChildId, agenda_item::Column::SchoolId))
            .order_by_asc(agenda_item::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// What was written of the items of a meeting, by item.
    pub async fn discussions(&self, meeting: Uuid) -> Result<HashMap<Uuid, item_discussion::Model>, Fault> {
        let items = agenda_item::Entity::find()
            .select_only()
            .column(agenda_item::Column::Id)
            .filter(agenda_item::Column::MeetingId.eq(meeting))
            .into_query();
        let found = item_discussion::Entity::find()
            .filter(item_discussion::Column::ItemId.in_subquery(items))
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|row| (row.item_id, row)).collect())
    }

    /// The items of a meeting for which support was agreed, or an action.
    pub async fn supported(&self, meeting: Uuid) -> Result<(HashSet<Uuid>, HashSet<Uuid>), Fault> {
        let items = agenda_item::Entity::find()
            .select_only()
            .column(agenda_item::Column::Id)
            .filter(agenda_item::Column::MeetingId.eq(meeting))
            .into_query();
        let support = support_agreement::Entity::find()
            .filter(support_agreement::Column::ItemId.in_subquery(items))
            .filter(support_agreement::Column::WithdrawnReason.is_null())
            .all(self.tx)
            .await?;
        let actions = meeting_action::Entity::find()
            .filter(meeting_action::Column::MeetingId.eq(meeting))
            .all(self.tx)
            .await?;
        let supported = support.into_iter().map(|row| row.item_id).collect();
        Ok((supported, actions.into_iter().filter_map(|row| row.item_id).collect()))
    }

    /// The actions that a meeting begins with: those that are open from the school's records, and those that it closed
    /// (PC-4).
    pub async fn brought_forward(
        &self,
        meeting: &planning_meeting::Model,
    ) -> Result<Vec<meeting_action::Model>, Fault> {
        let found = meeting_action::Entity::find()
            .filter(meeting_action::Column::SchoolId.eq(meeting.school_id))
            .filter(Condition::any().add(open_actions()).add(meeting_action::Column::ClosedIn.eq(meeting.id)))
            .filter(of_school(meeting_action::Column::ChildId, meeting_action::Column::SchoolId))
            .filter(meeting_action::Column::AgreedOn.lt(london::date_of(meeting.starts_at)))
            .order_by_asc(meeting_action::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// What a meeting said of the actions that it began with, by action.
    pub async fn action_outcomes(
        &self,
        meeting: Uuid,
    ) -> Result<HashMap<Uuid, action_outcome::Model>, Fault> {
        let found = action_outcome::Entity::find()
            .filter(action_outcome::Column::MeetingId.eq(meeting))
            .all(self.tx)
            .await?;
        Ok(found.into_iter().map(|row| (row.action_id, row)).collect())
    }

    /// Whether something was written into the record of a meeting.
    pub async fn record_begun(&self, meeting: Uuid) -> Result<bool, Fault> {
        let discussed = item_discussion::Entity::find()
            .filter(item_discussion::Column::MeetingId.eq(meeting))
            .count(self.tx)
            .await?;
        let agreed = support_agreement::Entity::find()
            .filter(support_agreement::Column::MeetingId.eq(meeting))
            .count(self.tx)
            .await?;
        let actions = meeting_action::Entity::find()
            .filter(meeting_action::Column::MeetingId.eq(meeting))
            .count(self.tx)
            .await?;
        Ok(discussed + agreed + actions > 0 || !self.action_outcomes(meeting).await?.is_empty())
    }

    /// The consultations with link staff that wait for a school's next meeting (GR-9).
    pub async fn waiting_consultations(&self, school: Uuid) -> Result<Vec<link_consultation::Model>, Fault> {
        let found = link_consultation::Entity::find()
            .filter(waiting())
            .filter(link_consultation::Column::ChildId.in_subquery(held_by(school)))
            .order_by_asc(link_consultation::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The traded contract of a school in force on a London date.
    pub async fn contract_on(
        &self,
        school: Uuid,
        on: NaiveDate,
    ) -> Result<Option<traded_contract::Model>, Fault> {
        let found = traded_contract::Entity::find()
            .filter(traded_contract::Column::SchoolId.eq(school))
            .filter(traded_contract::Column::FromDate.lte(on))
            .filter(traded_contract::Column::ToDate.gte(on))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether a school has a traded contract on some of these London dates.
    pub async fn contract_overlaps(
        &self,
        school: Uuid,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<bool, Fault> {
        let others = traded_contract::Entity::find()
            .filter(traded_contract::Column::SchoolId.eq(school))
            .filter(traded_contract::Column::FromDate.lte(to))
            .filter(traded_contract::Column::ToDate.gte(from))
            .count(self.tx)
            .await?;
        Ok(others > 0)
    }

    /// The minutes of traded work agreed under a contract.
    pub async fn traded(&self, contract: Uuid) -> Result<i64, Fault> {
        let agreed = support_agreement::Column::ContractId.eq(contract);
        self.agreed_minutes(Condition::all().add(agreed)).await
    }

    /// The minutes of a service agreed with a school in a term; traded work is paid for otherwise.
    pub async fn agreed(
        &self,
        school: Uuid,
        (year, term): TermOf,
        service: SupportService,
    ) -> Result<i64, Fault> {
        let agreed = Condition::all()
            .add(support_agreement::Column::SchoolId.eq(school))
            .add(support_agreement::Column::SchoolYear.eq(year))
            .add(support_agreement::Column::Term.eq(term))
            .add(support_agreement::Column::Service.eq(service))
            .add(support_agreement::Column::Form.ne(SupportForm::TradedWork));
        self.agreed_minutes(agreed).await
    }

    async fn agreed_minutes(&self, which: Condition) -> Result<i64, Fault> {
        let sum: Option<Option<i64>> = support_agreement::Entity::find()
            .select_only()
            .column_as(support_agreement::Column::Minutes.sum(), "sum")
            .filter(which)
            .filter(support_agreement::Column::WithdrawnReason.is_null())
            .into_tuple()
            .one(self.tx)
            .await?;
        Ok(sum.flatten().unwrap_or_default())
    }

    /// A service's time for a school in a term, where one is set.
    pub async fn allocation(
        &self,
        school: Uuid,
        (year, term): TermOf,
        service: SupportService,
    ) -> Result<Option<allocation::Model>, Fault> {
        let found = allocation::Entity::find()
            .filter(allocation::Column::SchoolId.eq(school))
            .filter(allocation::Column::SchoolYear.eq(year))
            .filter(allocation::Column::Term.eq(term))
            .filter(allocation::Column::Service.eq(service))
            .one(self.tx)
            .await?;
        Ok(found)
    }
}

/// Actions that were done or dropped in no meeting yet (PC-4).
pub(super) fn open_actions() -> Condition {
    known_actions().add(meeting_action::Column::ClosedIn.is_null())
}

/// Actions of meetings whose record is complete that are still the school's.
pub(super) fn known_actions() -> Condition {
    let recorded = planning_meeting::Entity::find()
        .select_only()
        .column(planning_meeting::Column::Id)
        .filter(
            Expr::col((planning_meeting::Entity, planning_meeting::Column::Id))
                .equals((meeting_action::Entity, meeting_action::Column::MeetingId)),
        )
        .filter(planning_meeting::Column::State.is_in([MeetingState::Recorded, MeetingState::Shared]))
        .into_query();
    Condition::all()
        .add(Expr::exists(recorded))
        .add(of_school(meeting_action::Column::ChildId, meeting_action::Column::SchoolId))
}

/// Consultations that wait for the next meeting: neither urgent nor answered, and in no meeting discussed (GR-9).
pub(super) fn waiting() -> Condition {
    use link_consultation::Column;
    let discussions = || {
        item_discussion::Entity::find().select_only().column(item_discussion::Column::ItemId).filter(
            Expr::col((item_discussion::Entity, item_discussion::Column::ItemId))
                .equals((agenda_item::Entity, agenda_item::Column::Id)),
        )
    };
    let put_off = discussions().filter(item_discussion::Column::PutOff.eq(true)).into_query();
    // Before it is discussed an item counts at the school that holds the child: one that was left behind does not.
    let counts = Condition::any()
        .add(Expr::exists(discussions().into_query()))
        .add(of_school(agenda_item::Column::ChildId, agenda_item::Column::SchoolId));
    let on_an_agenda = agenda_item::Entity::find()
        .select_only()
        .column(agenda_item::Column::Id)
        .filter(
            Expr::col((agenda_item::Entity, agenda_item::Column::LinkConsultationId))
                .equals((link_consultation::Entity, Column::Id)),
        )
        .filter(Expr::exists(put_off).not())
        .filter(counts)
        .into_query();
    Condition::all()
        .add(Column::Urgent.eq(false))
        .add(Column::State.is_in([LinkConsultationState::Raised, LinkConsultationState::Ready]))
        .add(Expr::exists(on_an_agenda).not())
}

impl Work<'_> {
    /// Writes who was there.
    pub async fn set_present(&self, meeting: Uuid, present: &[Uuid]) -> Result<(), Fault> {
        let all = || {
            meeting_participant::Entity::update_many()
                .filter(meeting_participant::Column::MeetingId.eq(meeting))
        };
        all().col_expr(meeting_participant::Column::Present, Expr::val(false)).exec(&self.tx).await?;
        all()
            .col_expr(meeting_participant::Column::Present, Expr::val(true))
            .filter(meeting_participant::Column::Id.is_in(present.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Forgets who was there, since it was marked by mistake.
    pub async fn clear_present(&self, meeting: Uuid) -> Result<(), Fault> {
        meeting_participant::Entity::update_many()
            .col_expr(meeting_participant::Column::Present, Expr::val(None::<bool>))
            .filter(meeting_participant::Column::MeetingId.eq(meeting))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes people off the list of those invited, as nobody of them was there.
    pub async fn uninvite(&self, participants: &[Uuid]) -> Result<(), Fault> {
        guest_item::Entity::delete_many()
            .filter(guest_item::Column::ParticipantId.is_in(participants.iter().copied()))
            .exec(&self.tx)
            .await?;
        meeting_participant::Entity::delete_many()
            .filter(meeting_participant::Column::Id.is_in(participants.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes the record as a whole back, since it was said to be complete by mistake.
    pub async fn remove_record(&self, meeting: Uuid) -> Result<(), Fault> {
        meeting_record::Entity::delete_many()
            .filter(meeting_record::Column::MeetingId.eq(meeting))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes the items off that came by themselves when the meeting was marked held.
    pub async fn remove_raised_items(&self, meeting: Uuid) -> Result<(), Fault> {
        agenda_item::Entity::delete_many()
            .filter(agenda_item::Column::MeetingId.eq(meeting))
            .filter(agenda_item::Column::LinkConsultationId.is_not_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}
