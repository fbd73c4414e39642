//! What the rules look at in an EHC needs assessment, and the writes of its own.

use super::Fault;
use super::duties::enum_text;
use super::facts::System;
use super::read::Reader;
use super::reports::unopened;
use super::work::Work;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Role;
use domain::child::SenStatus;
use domain::duty::{DutyState, Which};
use domain::ehc::exception::Exception;
use domain::ehc::{CheckState, EntryKind, QueryState, RequestState, State};
use entity::{
    accuracy_check, advice_query, advice_query_entry, advice_request, advice_version, child, delay_notice,
    draft_plan, duty, ehc_assessment, ehc_forecast, graduated_response, locality_item, locality_term,
    planning_meeting, planning_term, statutory_exception, weekly_report,
};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

impl System<'_> {
    /// The references that mail may carry, of cases of whatever workflow.
    pub async fn references(&self, cases: &[Uuid]) -> Result<HashMap<Uuid, String>, Fault> {
        let mut found: HashMap<_, _> = entity::consultation::Entity::find()
            .select_only()
            .column(entity::consultation::Column::Id)
            .column(entity::consultation::Column::Reference)
            .filter(entity::consultation::Column::Id.is_in(cases.iter().copied()))
            .into_tuple::<(Uuid, String)>()
            .all(self.tx)
            .await?
            .into_iter()
            .collect();
        macro_rules! of {
            ($module:ident) => {
                if found.len() < cases.len() {
                    let more = $module::Entity::find()
                        .select_only()
                        .column($module::Column::Id)
                        .column($module::Column::Reference)
                        .filter($module::Column::Id.is_in(cases.iter().copied()))
                        .into_tuple::<(Uuid, String)>();
                    found.extend(more.all(self.tx).await?);
                }
            };
        }
        of!(ehc_assessment);
        of!(graduated_response);
        of!(planning_meeting);
        of!(planning_term);
        of!(locality_item);
        of!(locality_term);
        Ok(found)
    }

    /// Whether an assessment of the child is under way.
    pub async fn assessment_under_way(&self, child: Uuid) -> Result<bool, Fault> {
        let open = ehc_assessment::Entity::find()
            .filter(ehc_assessment::Column::ChildId.eq(child))
            .filter(ehc_assessment::Column::State.is_in(State::OPEN));
        Ok(open.count(self.tx).await? > 0)
    }

    /// The open assessments of a child, locked.
    pub async fn open_assessments(&self, child: Uuid) -> Result<Vec<ehc_assessment::Model>, Fault> {
        let found = ehc_assessment::Entity::find()
            .filter(ehc_assessment::Column::ChildId.eq(child))
            .filter(ehc_assessment::Column::State.is_in(State::OPEN))
            .order_by_asc(ehc_assessment::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The exceptions of an assessment that stand.
    pub async fn exceptions(&self, assessment: Uuid) -> Result<Vec<Exception>, Fault> {
        let rows = statutory_exception::Entity::find()
            .filter(statutory_exception::Column::AssessmentId.eq(assessment))
            .filter(statutory_exception::Column::RevokedAt.is_null())
            .order_by_asc(statutory_exception::Column::Id)
            .all(self.tx)
            .await?;
        let read = rows.into_iter().map(|row| Exception {
            ground: row.ground,
            request: row.request_id,
            from: row.from_date,
            to: row.to_date,
        });
        Ok(read.collect())
    }

    /// The advice asked for an assessment, oldest first.
    pub async fn advice_requests(&self, assessment: Uuid) -> Result<Vec<advice_request::Model>, Fault> {
        let found = advice_request::Entity::find()
            .filter(advice_request::Column::AssessmentId.eq(assessment))
            .order_by_asc(advice_request::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// How many versions of an advice have come in.
    pub async fn advice_versions(&self, request: Uuid) -> Result<i32, Fault> {
        let number = advice_version::Entity::find()
            .filter(advice_version::Column::RequestId.eq(request))
            .count(self.tx)
            .await?;
        Ok(i32::try_from(number).unwrap_or(i32::MAX))
    }

    /// The open queries of an assessment, oldest first.
    pub async fn open_queries(&self, assessment: Uuid) -> Result<Vec<advice_query::Model>, Fault> {
        let found = advice_query::Entity::find()
            .filter(advice_query::Column::AssessmentId.eq(assessment))
            .filter(advice_query::Column::State.is_in(QueryState::OPEN))
            .order_by_asc(advice_query::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The queries of an assessment that were withdrawn at an instant, oldest first.
    pub async fn queries_withdrawn(
        &self,
        assessment: Uuid,
        at: DateTime<Utc>,
    ) -> Result<Vec<advice_query::Model>, Fault> {
        let found = advice_query::Entity::find()
            .filter(advice_query::Column::AssessmentId.eq(assessment))
            .filter(advice_query::Column::State.eq(QueryState::Withdrawn))
            .filter(advice_query::Column::ClosedAt.eq(at))
            .order_by_asc(advice_query::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether the log of a query holds an entry of a kind.
    pub async fn has_entry(&self, query: Uuid, kind: EntryKind) -> Result<bool, Fault> {
        let entries = advice_query_entry::Entity::find()
            .filter(advice_query_entry::Column::QueryId.eq(query))
            .filter(advice_query_entry::Column::Kind.eq(kind));
        Ok(entries.count(self.tx).await? > 0)
    }

    /// The draft plan that is out, if one is.
    pub async fn draft_out(&self, assessment: Uuid) -> Result<Option<draft_plan::Model>, Fault> {
        let found = draft_plan::Entity::find()
            .filter(draft_plan::Column::AssessmentId.eq(assessment))
            .filter(draft_plan::Column::WithdrawnAt.is_null())
            .order_by_desc(draft_plan::Column::Number)
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// How many draft plans went out.
    pub async fn drafts(&self, assessment: Uuid) -> Result<i32, Fault> {
        let number = draft_plan::Entity::find()
            .filter(draft_plan::Column::AssessmentId.eq(assessment))
            .count(self.tx)
            .await?;
        Ok(i32::try_from(number).unwrap_or(i32::MAX))
    }

    /// The checks of a draft plan that are still open.
    pub async fn open_checks(&self, draft: Uuid) -> Result<Vec<accuracy_check::Model>, Fault> {
        let found = accuracy_check::Entity::find()
            .filter(accuracy_check::Column::DraftPlanId.eq(draft))
            .filter(accuracy_check::Column::State.eq(CheckState::Open))
            .order_by_asc(accuracy_check::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The London date that the parents were told last.
    pub async fn last_notice(&self, assessment: Uuid) -> Result<Option<NaiveDate>, Fault> {
        let found = delay_notice::Entity::find()
            .filter(delay_notice::Column::AssessmentId.eq(assessment))
            .order_by_desc(delay_notice::Column::Id)
            .one(self.tx)
            .await?;
        Ok(found.map(|row| row.new_final_on))
    }

    /// The open duties of a case.
    pub async fn open_duties_of(&self, case: Uuid) -> Result<Vec<duty::Model>, Fault> {
        let found = duty::Entity::find()
            .filter(duty::Column::CaseId.eq(case))
            .filter(duty::Column::State.eq(DutyState::Open))
            .order_by_asc(duty::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether an open duty is on an object.
    pub async fn has_open_duty(&self, on: Uuid, which: Which) -> Result<bool, Fault> {
        let open = duty::Entity::find()
            .filter(super::duties::duty_on(on, which))
            .filter(duty::Column::State.eq(DutyState::Open));
        Ok(open.count(self.tx).await? > 0)
    }

    /// The forecast of an assessment as it was reckoned last.
    pub async fn forecast(&self, assessment: Uuid) -> Result<Option<ehc_forecast::Model>, Fault> {
        self.get::<ehc_forecast::Entity>(assessment).await
    }

    /// The open assessments that somebody runs in an authority, locked.
    pub async fn assessments_run_by(
        &self,
        authority: Uuid,
        coordinator: Uuid,
    ) -> Result<Vec<ehc_assessment::Model>, Fault> {
        let found = ehc_assessment::Entity::find()
            .filter(ehc_assessment::Column::AuthorityId.eq(authority))
            .filter(ehc_assessment::Column::CoordinatorId.eq(coordinator))
            .filter(ehc_assessment::Column::State.is_in(State::OPEN))
            .order_by_asc(ehc_assessment::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The open advice of an authority that was asked of somebody, or of those whom they manage, locked.
    pub async fn advice_of_leaver(
        &self,
        authority: Uuid,
        person: Uuid,
    ) -> Result<Vec<advice_request::Model>, Fault> {
        let theirs = Condition::any()
            .add(advice_request::Column::GiverId.eq(person))
            .add(advice_request::Column::ManagerId.eq(person));
        let found = advice_request::Entity::find()
            .filter(advice_request::Column::AuthorityId.eq(authority))
            .filter(advice_request::Column::State.ne(RequestState::Ended))
            .filter(theirs)
            .order_by_asc(advice_request::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// What somebody may be asked for in an authority today: whether they hold a role there.
    pub async fn is_one(
        &self,
        person: Option<Uuid>,
        role: Role,
        authority: Uuid,
    ) -> Result<Option<bool>, Fault> {
        match person {
            None => Ok(None),
            Some(person) => Ok(Some(self.holds_role(person, role, authority, self.today).await?)),
        }
    }
}

impl Work<'_> {
    /// Writes the forecast of an assessment in place of the one before.
    pub async fn save_forecast(&self, row: ehc_forecast::Model) -> Result<(), Fault> {
        use ehc_forecast::Column::{Chain, DaysInHand, DraftOn, FinalOn, HoldsUntil, NoticeDue, ReckonedAt};
        let over = [DraftOn, FinalOn, DaysInHand, HoldsUntil, NoticeDue, Chain, ReckonedAt];
        ehc_forecast::Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::column(ehc_forecast::Column::Id).update_columns(over).to_owned())
            .exec_without_returning(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes the forecast of an assessment that ended away.
    pub async fn drop_forecast(&self, assessment: Uuid) -> Result<(), Fault> {
        ehc_forecast::Entity::delete_by_id(assessment).exec(&self.tx).await?;
        Ok(())
    }

    /// Sets the SEN status of a child.
    pub async fn set_sen_status(&self, child: Uuid, status: SenStatus) -> Result<(), Fault> {
        child::Entity::update_many()
            .col_expr(child::Column::SenStatus, Expr::val(enum_text(&status)))
            .col_expr(child::Column::Version, Expr::col(child::Column::Version).add(1))
            .filter(child::Column::Id.eq(child))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Ends the requests of an assessment, or brings them back to where they were.
    pub async fn end_requests(&self, assessment: Uuid, ended: bool) -> Result<(), Fault> {
        let states: &[(Condition, RequestState)] = if ended {
            &[(Condition::all(), RequestState::Ended)]
        } else {
            let received = advice_request::Column::ReceivedOn;
            &[
                (Condition::all().add(received.is_null()), RequestState::Sought),
                (Condition::all().add(received.is_not_null()), RequestState::Received),
            ]
        };
        for (condition, state) in states {
            advice_request::Entity::update_many()
                .col_expr(advice_request::Column::State, Expr::val(enum_text(state)))
                .filter(advice_request::Column::AssessmentId.eq(assessment))
                .filter(condition.clone())
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// Takes the draft plan that is out back, with its checks.
    pub async fn withdraw_draft(&self, draft: Uuid, at: DateTime<Utc>) -> Result<(), Fault> {
        draft_plan::Entity::update_many()
            .col_expr(draft_plan::Column::WithdrawnAt, Expr::val(at))
            .filter(draft_plan::Column::Id.eq(draft))
            .exec(&self.tx)
            .await?;
        accuracy_check::Entity::update_many()
            .col_expr(accuracy_check::Column::State, Expr::val(enum_text(&CheckState::Withdrawn)))
            .filter(accuracy_check::Column::DraftPlanId.eq(draft))
            .filter(accuracy_check::Column::State.eq(CheckState::Open))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes an exception back.
    pub async fn revoke_exception(&self, id: Uuid, reason: &str) -> Result<(), Fault> {
        statutory_exception::Entity::update_many()
            .col_expr(statutory_exception::Column::RevokedAt, Expr::val(self.op.now))
            .col_expr(statutory_exception::Column::RevokedReason, Expr::val(reason))
            .filter(statutory_exception::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Opens the report of a week for those authorities that have EHC cases and have none of it yet (AQ-10): the
    /// authorities, each with the row.
    pub async fn open_weekly_reports(&self, monday: NaiveDate) -> Result<Vec<(Uuid, Uuid)>, Fault> {
        let authorities: Vec<Uuid> = unopened(monday).into_tuple().all(&self.tx).await?;
        let mut opened = Vec::new();
        for authority_id in authorities {
            let id = self.op.id();
            let row = weekly_report::Model { id, authority_id, monday, read_by: None, read_at: None };
            let inserted = weekly_report::Entity::insert(row.into_active_model().reset_all())
                .on_conflict_do_nothing()
                .exec_without_returning(&self.tx)
                .await?;
            if matches!(inserted, sea_orm::TryInsertResult::Inserted(_)) {
                opened.push((authority_id, id));
            }
        }
        Ok(opened)
    }

    /// Notes that somebody has read the report of a week.
    pub async fn weekly_report_read(&self, id: Uuid) -> Result<(), Fault> {
        weekly_report::Entity::update_many()
            .col_expr(weekly_report::Column::ReadBy, Expr::val(self.op.actor()))
            .col_expr(weekly_report::Column::ReadAt, Expr::val(self.op.now))
            .filter(weekly_report::Column::Id.eq(id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The assessment with this case reference, if the viewer sees it.
    pub async fn assessment_of_reference(
        &self,
        reference: &str,
    ) -> Result<Option<ehc_assessment::Model>, Fault> {
        self.one_where::<ehc_assessment::Entity>(ehc_assessment::Column::Reference.eq(reference)).await
    }
}
