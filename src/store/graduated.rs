//! What the rules look at in a graduated response, and the writes of its own.

pub mod facts;
pub mod flags;
pub mod report;

use super::Fault;
use super::duties::enum_text;
use super::facts::System;
use super::work::Work;
use chrono::{DateTime, Utc};
use domain::child::Need;
use domain::duty::DutyState;
use domain::event::Subject;
use domain::graduated::{CycleState, LinkConsultationState, OnePlanState};
use domain::rule::RuleId;
use entity::{
    agreed_action, child, duty, further_observation, graduated_response, holding, instrument, intervention,
    link_consultation, link_contact, one_plan, plan_contribution, plan_cycle, plan_evidence, plan_outcome,
    plan_section, school_assessment, sen_register_decision, vulnerability,
};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;
use uuid::Uuid;

impl System<'_> {
    /// What mail and deadlines about a child's graduated response refer to, where it has begun.
    pub async fn graduated_response(&self, child: Uuid) -> Result<Option<graduated_response::Model>, Fault> {
        let found = graduated_response::Entity::find()
            .filter(graduated_response::Column::ChildId.eq(child))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// The instrument of an authority's list with this folded name, retired ones included.
    pub async fn instrument_named(
        &self,
        authority: Uuid,
        folded: &str,
    ) -> Result<Option<instrument::Model>, Fault> {
        let found = instrument::Entity::find()
            .filter(instrument::Column::AuthorityId.eq(authority))
            .filter(instrument::Column::Folded.eq(folded))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// How often an instrument was used for a child in a school year, mistakes taken back not counted (GR-7): by its name,
    /// since after a move the same one stands on another authority's list.
    pub async fn times_used(
        &self,
        child: Uuid,
        instrument: &instrument::Model,
        school_year: i32,
    ) -> Result<u32, Fault> {
        let same = instrument::Entity::find()
            .select_only()
            .column(instrument::Column::Id)
            .filter(instrument::Column::Folded.eq(instrument.folded.as_str()))
            .into_query();
        let used = school_assessment::Entity::find()
            .filter(school_assessment::Column::ChildId.eq(child))
            .filter(school_assessment::Column::InstrumentId.in_subquery(same))
            .filter(school_assessment::Column::SchoolYear.eq(school_year))
            .filter(school_assessment::Column::WithdrawnAt.is_null())
            .count(self.tx)
            .await?;
        Ok(u32::try_from(used).unwrap_or(u32::MAX))
    }

    /// Whether a review or a register decision that stands cites an assessment.
    pub async fn is_cited(&self, assessment: &school_assessment::Model) -> Result<bool, Fault> {
        let reviewed = plan_cycle::Entity::find()
            .select_only()
            .column(plan_cycle::Column::Id)
            .filter(plan_cycle::Column::ChildId.eq(assessment.child_id))
            .filter(plan_cycle::Column::State.eq(CycleState::Reviewed))
            .into_query();
        let reviews = plan_section::Entity::find()
            .filter(plan_section::Column::ReassessmentId.eq(assessment.id))
            .filter(plan_section::Column::ChildId.eq(assessment.child_id))
            .filter(plan_section::Column::CycleId.in_subquery(reviewed))
            .count(self.tx)
            .await?;
        if reviews > 0 {
            return Ok(true);
        }
        let decisions = self.register_decisions(assessment.child_id).await?;
        let cites = |row: &sen_register_decision::Model| {
            let cited: Vec<Uuid> = serde_json::from_value(row.assessments.clone()).unwrap_or_default();
            row.reversed_at.is_none() && cited.contains(&assessment.id)
        };
        Ok(decisions.iter().any(cites))
    }

    /// The SEN-register decisions of a child, newest first.
    pub async fn register_decisions(&self, child: Uuid) -> Result<Vec<sen_register_decision::Model>, Fault> {
        let found = sen_register_decision::Entity::find()
            .filter(sen_register_decision::Column::ChildId.eq(child))
            .order_by_desc(sen_register_decision::Column::RecordedAt)
            .order_by_desc(sen_register_decision::Column::Id)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The assessments of a child among these, mistakes taken back not counted.
    pub async fn assessments_of(
        &self,
        child: Uuid,
        ids: &[Uuid],
    ) -> Result<Vec<school_assessment::Model>, Fault> {
        let found = school_assessment::Entity::find()
            .filter(school_assessment::Column::Id.is_in(ids.iter().copied()))
            .filter(school_assessment::Column::ChildId.eq(child))
            .filter(school_assessment::Column::WithdrawnAt.is_null())
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether an instrument was ever used in an area of a child.
    pub async fn used_in(
        &self,
        child: Uuid,
        instrument: Uuid,
        area: domain::graduated::AreaOfDevelopment,
    ) -> Result<bool, Fault> {
        let used = school_assessment::Entity::find()
            .filter(school_assessment::Column::ChildId.eq(child))
            .filter(school_assessment::Column::InstrumentId.eq(instrument))
            .filter(school_assessment::Column::Area.eq(area))
            .filter(school_assessment::Column::WithdrawnAt.is_null())
            .count(self.tx)
            .await?;
        Ok(used > 0)
    }

    /// The newest cycle of a plan.
    pub async fn newest_cycle(&self, plan: Uuid) -> Result<plan_cycle::Model, Fault> {
        plan_cycle::Entity::find()
            .filter(plan_cycle::Column::PlanId.eq(plan))
            .order_by_desc(plan_cycle::Column::Number)
            .one(self.tx)
            .await?
            .ok_or(Fault::Unexpected("a One Plan without a cycle"))
    }

    /// The sections of a cycle, in the order of their areas.
    pub async fn sections(&self, cycle: Uuid) -> Result<Vec<plan_section::Model>, Fault> {
        let found = plan_section::Entity::find()
            .filter(plan_section::Column::CycleId.eq(cycle))
            .order_by_asc(plan_section::Column::Id)
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The outcomes of sections, in order.
    pub async fn outcomes(&self, sections: &[Uuid]) -> Result<Vec<plan_outcome::Model>, Fault> {
        let found = plan_outcome::Entity::find()
            .filter(plan_outcome::Column::SectionId.is_in(sections.iter().copied()))
            .order_by_asc(plan_outcome::Column::Position)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The interventions of sections, in order.
    pub async fn interventions(&self, sections: &[Uuid]) -> Result<Vec<intervention::Model>, Fault> {
        let found = intervention::Entity::find()
            .filter(intervention::Column::SectionId.is_in(sections.iter().copied()))
            .order_by_asc(intervention::Column::Position)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether a section cites the record of a consultation already.
    pub async fn cites(&self, section: Uuid, consultation: Uuid) -> Result<bool, Fault> {
        let cited = plan_evidence::Entity::find()
            .filter(plan_evidence::Column::SectionId.eq(section))
            .filter(plan_evidence::Column::ConsultationId.eq(consultation))
            .count(self.tx)
            .await?;
        Ok(cited > 0)
    }

    /// The active One Plans without an open cycle of the children whom a school holds today, in the order of the children.
    pub async fn active_plans(&self, school: Uuid) -> Result<Vec<one_plan::Model>, Fault> {
        let held = holding::Entity::find()
            .select_only()
            .column(holding::Column::ChildId)
            .filter(holding::Column::SchoolId.eq(school))
            .filter(holding::Column::ToDate.is_null());
        let found = one_plan::Entity::find()
            .filter(one_plan::Column::State.eq(OnePlanState::Active))
            .filter(one_plan::Column::ReviewBy.is_null())
            .filter(one_plan::Column::ChildId.in_subquery(held.into_query()))
            .order_by_asc(one_plan::Column::ChildId)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The One Plan of a child that has not ended.
    pub async fn open_plan(&self, child: Uuid) -> Result<Option<one_plan::Model>, Fault> {
        let found = one_plan::Entity::find()
            .filter(one_plan::Column::ChildId.eq(child))
            .filter(one_plan::Column::State.ne(OnePlanState::Ended))
            .one(self.tx)
            .await?;
        Ok(found)
    }

    /// The cycles that run under an authority's deadlines, each with its deadline, those already breached included.
    pub async fn running_cycles(
        &self,
        authority: Uuid,
    ) -> Result<Vec<(duty::Model, plan_cycle::Model)>, Fault> {
        let open = duty::Entity::find()
            .filter(duty::Column::AuthorityId.eq(authority))
            .filter(duty::Column::Rule.eq(RuleId::Gr6.as_str()))
            .filter(duty::Column::State.eq(DutyState::Open));
        let theirs = open.clone().select_only().column(duty::Column::OnId).into_query();
        let cycles = plan_cycle::Entity::find()
            .filter(plan_cycle::Column::Id.in_subquery(theirs))
            .all(self.tx)
            .await?;
        let duties = open.order_by_asc(duty::Column::Id).all(self.tx).await?;
        let mut cycles: HashMap<_, _> = cycles.into_iter().map(|row| (row.id, row)).collect();
        Ok(duties
            .into_iter()
            .filter_map(|duty| cycles.remove(&duty.on_id).map(|cycle| (duty, cycle)))
            .collect())
    }

    /// The consultation with link staff of a child that has not been answered, locked.
    pub async fn unanswered_consultations(
        &self,
        child: Uuid,
    ) -> Result<Vec<link_consultation::Model>, Fault> {
        let found = link_consultation::Entity::find()
            .filter(link_consultation::Column::ChildId.eq(child))
            .filter(
                link_consultation::Column::State
                    .is_in([LinkConsultationState::Raised, LinkConsultationState::Ready]),
            )
            .lock(LockType::Update)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// The next steps of a consultation, in order.
    pub async fn agreed_actions(&self, consultation: Uuid) -> Result<Vec<agreed_action::Model>, Fault> {
        let found = agreed_action::Entity::find()
            .filter(agreed_action::Column::LinkConsultationId.eq(consultation))
            .order_by_asc(agreed_action::Column::Position)
            .all(self.tx)
            .await?;
        Ok(found)
    }

    /// Whether a request for statutory assessment was discussed with link staff (GR-12).
    pub async fn assessment_discussed(&self, child: Uuid) -> Result<bool, Fault> {
        let found = link_contact::Entity::find()
            .filter(link_contact::Column::ChildId.eq(child))
            .filter(link_contact::Column::Purpose.eq(domain::graduated::ContactPurpose::StatutoryAssessment))
            .filter(link_contact::Column::WithdrawnAt.is_null())
            .count(self.tx)
            .await?;
        Ok(found > 0)
    }

    /// Whether a vulnerability flag of a kind is set that has not ended.
    pub async fn has_flag(&self, child: Uuid, kind: domain::child::VulnerabilityKind) -> Result<bool, Fault> {
        let found = vulnerability::Entity::find()
            .filter(vulnerability::Column::ChildId.eq(child))
            .filter(vulnerability::Column::Kind.eq(kind))
            .filter(vulnerability::Column::ToDate.is_null())
            .count(self.tx)
            .await?;
        Ok(found > 0)
    }
}

impl Work<'_> {
    /// What an event about a child's graduated response is about, in the stream of the authority that holds the child.
    pub fn response_subject(
        &self,
        case: Uuid,
        held: &holding::Model,
        kind: &'static str,
        id: Uuid,
    ) -> Subject {
        Subject {
            authority: held.authority_id,
            kind,
            id,
            child: Some(held.child_id),
            school: Some(held.school_id),
            case: Some(case),
            part: None,
        }
    }

    /// Takes the outcomes and interventions of a section away, to write them anew.
    pub async fn clear_section(&self, section: Uuid) -> Result<(), Fault> {
        plan_outcome::Entity::delete_many()
            .filter(plan_outcome::Column::SectionId.eq(section))
            .exec(&self.tx)
            .await?;
        intervention::Entity::delete_many()
            .filter(intervention::Column::SectionId.eq(section))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Takes a cycle that was opened by mistake away, with its sections: copies into which nobody has written.
    pub async fn remove_cycle(&self, cycle: Uuid) -> Result<(), Fault> {
        for section in System::within(self).sections(cycle).await? {
            self.clear_section(section.id).await?;
        }
        plan_section::Entity::delete_many()
            .filter(plan_section::Column::CycleId.eq(cycle))
            .exec(&self.tx)
            .await?;
        plan_cycle::Entity::delete_by_id(cycle).exec(&self.tx).await?;
        Ok(())
    }

    /// Takes the next steps of a consultation away, since the advice was a mistake.
    pub async fn remove_actions(&self, consultation: Uuid) -> Result<(), Fault> {
        agreed_action::Entity::delete_many()
            .filter(agreed_action::Column::LinkConsultationId.eq(consultation))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Sets the needs of a child.
    pub async fn set_needs(&self, child: Uuid, primary: Option<Need>, further: &[Need]) -> Result<(), Fault> {
        child::Entity::update_many()
            .col_expr(child::Column::PrimaryNeed, Expr::val(primary.map(|need| enum_text(&need))))
            .col_expr(child::Column::FurtherNeeds, Expr::val(serde_json::to_value(further)?))
            .col_expr(child::Column::Version, Expr::col(child::Column::Version).add(1))
            .filter(child::Column::Id.eq(child))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Moves the date by which the open cycle of a plan is reviewed, on cycle and plan.
    pub async fn set_review_by(
        &self,
        cycle: Uuid,
        plan: Uuid,
        review_by: Option<chrono::NaiveDate>,
    ) -> Result<(), Fault> {
        plan_cycle::Entity::update_many()
            .col_expr(plan_cycle::Column::ReviewBy, Expr::val(review_by))
            .col_expr(plan_cycle::Column::Version, Expr::col(plan_cycle::Column::Version).add(1))
            .filter(plan_cycle::Column::Id.eq(cycle))
            .exec(&self.tx)
            .await?;
        one_plan::Entity::update_many()
            .col_expr(one_plan::Column::ReviewBy, Expr::val(review_by))
            .col_expr(one_plan::Column::Version, Expr::col(one_plan::Column::Version).add(1))
            .filter(one_plan::Column::Id.eq(plan))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Marks a vulnerability flag as ended on a London date.
    pub async fn end_flag(&self, flag: vulnerability::Model, to: chrono::NaiveDate) -> Result<(), Fault> {
        self.overwrite::<vulnerability::Entity>(vulnerability::Model { to_date: Some(to), ..flag }).await
    }

    /// Whether somebody has put words into a cycle since it was opened at an instant.
    pub async fn has_new_words(&self, cycle: Uuid, opened_at: DateTime<Utc>) -> Result<bool, Fault> {
        let written = plan_section::Entity::find()
            .filter(plan_section::Column::CycleId.eq(cycle))
            .filter(plan_section::Column::WrittenAt.gt(opened_at))
            .count(&self.tx)
            .await?;
        let contributed = plan_contribution::Entity::find()
            .filter(plan_contribution::Column::CycleId.eq(cycle))
            .count(&self.tx)
            .await?;
        let observed = further_observation::Entity::find()
            .filter(further_observation::Column::CycleId.eq(cycle))
            .count(&self.tx)
            .await?;
        let sections = plan_section::Entity::find()
            .select_only()
            .column(plan_section::Column::Id)
            .filter(plan_section::Column::CycleId.eq(cycle))
            .into_query();
        let cited = plan_evidence::Entity::find()
            .filter(plan_evidence::Column::SectionId.in_subquery(sections))
            .count(&self.tx)
            .await?;
        Ok(written + contributed + observed + cited > 0)
    }
}
