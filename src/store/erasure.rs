//! Erasing a child's record: what identifies anybody and what somebody wrote in their own words goes, rows, kinds and
//! dates stay (XC-15).

mod locality;
mod meetings;

use super::Fault;
use super::duties::enum_text;
use super::work::Work;
use chrono::NaiveDate;
use domain::child::Gender;
use domain::erasure::{blank_content, blank_form, without_words};
use domain::graduated::{LinkConsultationState, OnePlanState, ReferralState};
use domain::refusal::Acknowledgement;
use entity::{
    accuracy_check, action_outcome, advice_query, advice_query_entry, advice_version, agenda_item,
    agreed_action, area_ruled_out, attachment, attachment_content, attendee, child, child_word, consent,
    consultation, delay_notice, draft_plan, ehc_assessment, escalation, event, further_observation,
    graduated_response, immediate_action, intervention, item_discussion, link_consultation, link_contact,
    meeting_action, meeting_addendum, one_plan, outbox_mail, parent_carer, plan_contribution, plan_cycle,
    plan_outcome, plan_section, record_of_involvement, referral, school_assessment, school_concern,
    sen_register_decision, statutory_exception, support_agreement,
};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

/// Writes what says nothing over what was written about a child.
macro_rules! blank {
    ($work:ident, $child:ident => $($module:ident { $($column:ident = $value:expr),* })*) => {$(
        $module::Entity::update_many()
            $(.col_expr($module::Column::$column, Expr::val($value)))*
            .filter($module::Column::ChildId.eq($child))
            .exec(&$work.tx)
            .await?;
    )*};
}

impl Work<'_> {
    /// Erases a child's record. The child and its consultations are locked; bookings and duties have ended.
    pub async fn erase_child(&self, row: child::Model, cases: Vec<consultation::Model>) -> Result<(), Fault> {
        let (id, ids) = (row.id, cases.iter().map(|case| case.id).collect::<Vec<_>>());
        self.erase_identity(row).await?;
        self.erase_parents(id).await?;
        self.erase_consents(id).await?;
        self.erase_files(attachment::Column::ChildId.eq(id)).await?;
        for case in cases {
            self.erase_case(case).await?;
        }
        self.erase_around_cases(&ids).await?;
        self.erase_records(id).await?;
        self.erase_letters(&ids).await?;
        self.erase_words_of_events(Condition::all().add(event::Column::ChildId.eq(id))).await
    }

    async fn erase_identity(&self, row: child::Model) -> Result<(), Fault> {
        child_word::Entity::delete_many()
            .filter(child_word::Column::ChildId.eq(row.id))
            .exec(&self.tx)
            .await?;
        self.update::<child::Entity>(child::Model {
            upn: None,
            upn_temporary: false,
            given_name: String::new(),
            family_name: String::new(),
            known_as: None,
            // The column always holds a date: everybody's the same one.
            date_of_birth: NaiveDate::default(),
            gender: Gender::X,
            year_group_override: None,
            primary_need: None,
            further_needs: serde_json::json!([]),
            person_id: None,
            erased_at: Some(self.op.now),
            ..row
        })
        .await
    }

    async fn erase_parents(&self, child: Uuid) -> Result<(), Fault> {
        parent_carer::Entity::update_many()
            .col_expr(parent_carer::Column::PersonId, Expr::val(None::<Uuid>))
            .col_expr(parent_carer::Column::Name, Expr::val(""))
            .col_expr(parent_carer::Column::Email, Expr::val(None::<String>))
            .col_expr(parent_carer::Column::Relationship, Expr::val(""))
            .filter(parent_carer::Column::ChildId.eq(child))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn erase_consents(&self, child: Uuid) -> Result<(), Fault> {
        consent::Entity::update_many()
            .col_expr(consent::Column::Holder, Expr::val(""))
            .col_expr(consent::Column::WithdrawalReason, Expr::val(None::<String>))
            .filter(consent::Column::ChildId.eq(child))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Erases one file.
    pub async fn erase_file(&self, file: Uuid) -> Result<(), Fault> {
        self.erase_files(attachment::Column::Id.eq(file)).await
    }

    async fn erase_files(&self, which: SimpleExpr) -> Result<(), Fault> {
        let ids = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::Id)
            .filter(which.clone())
            .into_query();
        attachment_content::Entity::delete_many()
            .filter(attachment_content::Column::AttachmentId.in_subquery(ids))
            .exec(&self.tx)
            .await?;
        attachment::Entity::update_many()
            .col_expr(attachment::Column::FileName, Expr::val(""))
            .col_expr(attachment::Column::Sha256, Expr::val(""))
            .col_expr(attachment::Column::ErasedAt, Expr::val(self.op.now))
            .filter(which)
            .filter(attachment::Column::ErasedAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn erase_case(&self, case: consultation::Model) -> Result<(), Fault> {
        let form = blank_form(serde_json::from_value(case.form.clone())?);
        self.update::<consultation::Entity>(consultation::Model {
            form: serde_json::to_value(form)?,
            cancellation_note: None,
            not_held_reason: case.not_held_reason.as_ref().map(|_| String::new()),
            ..case
        })
        .await
    }

    async fn erase_around_cases(&self, cases: &[Uuid]) -> Result<(), Fault> {
        attendee::Entity::update_many()
            .col_expr(attendee::Column::Name, Expr::val(""))
            .col_expr(attendee::Column::Role, Expr::val(""))
            .col_expr(attendee::Column::Email, Expr::val(""))
            .filter(attendee::Column::ConsultationId.is_in(cases.iter().copied()))
            .exec(&self.tx)
            .await?;
        immediate_action::Entity::update_many()
            .col_expr(immediate_action::Column::What, Expr::val(""))
            .col_expr(immediate_action::Column::Owner, Expr::val(""))
            .filter(immediate_action::Column::ConsultationId.is_in(cases.iter().copied()))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn erase_records(&self, child: Uuid) -> Result<(), Fault> {
        let nothing = serde_json::to_value(blank_content())?;
        record_of_involvement::Entity::update_many()
            .col_expr(record_of_involvement::Column::Content, Expr::val(nothing))
            .filter(record_of_involvement::Column::ChildId.eq(child))
            .exec(&self.tx)
            .await?;
        escalation::Entity::update_many()
            .col_expr(escalation::Column::Resolution, Expr::val(""))
            .filter(escalation::Column::ChildId.eq(child))
            .filter(escalation::Column::Resolution.is_not_null())
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Letters sent lose addressee and text. Of those not sent yet, only what this change owes goes out: it calls off
    /// what the others said.
    async fn erase_letters(&self, cases: &[Uuid]) -> Result<(), Fault> {
        let over = Condition::any()
            .add(outbox_mail::Column::NextAttemptAt.is_null())
            .add(outbox_mail::Column::CreatedAt.lt(self.op.now));
        outbox_mail::Entity::update_many()
            .col_expr(outbox_mail::Column::ToName, Expr::val(""))
            .col_expr(outbox_mail::Column::ToAddress, Expr::val(""))
            .col_expr(outbox_mail::Column::Subject, Expr::val(""))
            .col_expr(outbox_mail::Column::Body, Expr::val(""))
            .col_expr(outbox_mail::Column::Calendar, Expr::val(None::<String>))
            .col_expr(outbox_mail::Column::LastFault, Expr::val(None::<String>))
            .col_expr(outbox_mail::Column::NextAttemptAt, Expr::val(None::<chrono::DateTime<chrono::Utc>>))
            .filter(outbox_mail::Column::CaseId.is_in(cases.iter().copied()))
            .filter(over)
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Events keep their number, kind and time, and lose what somebody wrote in their own words.
    async fn erase_words_of_events(&self, which: Condition) -> Result<(), Fault> {
        let rows = event::Entity::find().filter(which).all(&self.tx).await?;
        for row in rows {
            let payload = serde_json::to_value(without_words(serde_json::from_value(row.payload.clone())?))?;
            let mut given: Vec<Acknowledgement> = serde_json::from_value(row.acknowledgements.clone())?;
            for one in &mut given {
                one.reason.clear();
            }
            let acknowledgements = serde_json::to_value(given)?;
            if payload == row.payload && acknowledgements == row.acknowledgements {
                continue;
            }
            event::Entity::update_many()
                .col_expr(event::Column::Payload, Expr::val(payload))
                .col_expr(event::Column::Acknowledgements, Expr::val(acknowledgements))
                .filter(event::Column::Id.eq(row.id))
                .exec(&self.tx)
                .await?;
        }
        Ok(())
    }

    /// Erases what was written about a child in its EHC needs assessments. Dates, services and states stay, so that past
    /// weeks' figures come out the same.
    pub async fn erase_assessments(&self, child: Uuid) -> Result<(), Fault> {
        let nothing = None::<String>;
        blank! { self, child =>
            ehc_assessment { OutcomeReason = nothing.clone(), ParentsResponse = nothing.clone() }
            statutory_exception { Evidence = "", RevokedReason = nothing.clone() }
            advice_version { Content = "", WhatChanged = nothing.clone() }
            advice_query { Part = "", Question = "", Required = nothing.clone() }
            advice_query_entry { Note = "", Answer = nothing.clone() }
            draft_plan { Content = "", OverrideReason = nothing.clone() }
            accuracy_check { Feedback = nothing.clone() }
            delay_notice { Reason = "" }
        }
        let cases = ehc_assessment::Entity::find()
            .select_only()
            .column(ehc_assessment::Column::Id)
            .filter(ehc_assessment::Column::ChildId.eq(child))
            .into_tuple()
            .all(&self.tx)
            .await?;
        self.erase_letters(&cases).await
    }

    /// Erases what was written about a child in its graduated response, and ends what was open in it. Areas and dates stay.
    pub async fn erase_response(&self, child: Uuid) -> Result<(), Fault> {
        let nothing = None::<String>;
        let nobody = serde_json::json!([]);
        blank! { self, child =>
            school_concern { Description = "", Teaching = "" }
            school_assessment { Result = "", Instrument = "", WithdrawnReason = nothing.clone() }
            area_ruled_out { Reason = "" }
            intervention { What = "", EvidenceBase = "", Who = "", Timetable = "", Impact = nothing.clone() }
            sen_register_decision {
                Staff = nobody.clone(), Parents = nobody, Words = "", ParentsView = nothing.clone(),
                ReversedReason = nothing.clone()
            }
            one_plan { EndReason = nothing.clone() }
            plan_cycle { Summary = nothing.clone() }
            plan_section { Assess = "", ReviewMeasure = "", Findings = nothing.clone() }
            plan_outcome { What = "", Measure = "" }
            plan_contribution { Text = "" }
            further_observation { Observation = "", Teacher = "", Parents = "" }
            link_contact { Note = "", WithdrawnReason = nothing.clone() }
            link_consultation {
                Question = "", SuddenConcerns = nothing.clone(), ProfessionalReports = "",
                Advice = nothing.clone(), WithdrawnReason = nothing.clone()
            }
            agreed_action { What = "", Owner = "", Outcome = nothing.clone() }
            referral { Reason = "", Advice = nothing.clone(), WithdrawnReason = nothing.clone() }
            agenda_item { Title = "", Parents = "", Pupil = "", Agencies = "" }
            item_discussion { Text = "" }
            support_agreement { Note = "", WithdrawnReason = nothing }
            meeting_action { What = "", Owner = "" }
            action_outcome { Note = "" }
            meeting_addendum { Text = "" }
        }
        one_plan::Entity::update_many()
            .col_expr(one_plan::Column::State, Expr::val(enum_text(&OnePlanState::Ended)))
            .col_expr(one_plan::Column::EndedOn, Expr::val(self.op.today()))
            .col_expr(one_plan::Column::ReviewBy, Expr::val(None::<NaiveDate>))
            .filter(one_plan::Column::ChildId.eq(child))
            .filter(one_plan::Column::State.ne(OnePlanState::Ended))
            .exec(&self.tx)
            .await?;
        referral::Entity::update_many()
            .col_expr(referral::Column::State, Expr::val(enum_text(&ReferralState::Withdrawn)))
            .col_expr(referral::Column::EndedOn, Expr::val(self.op.today()))
            .filter(referral::Column::ChildId.eq(child))
            .filter(referral::Column::State.eq(ReferralState::Open))
            .exec(&self.tx)
            .await?;
        link_consultation::Entity::update_many()
            .col_expr(link_consultation::Column::State, Expr::val(enum_text(&LinkConsultationState::Closed)))
            .col_expr(link_consultation::Column::ClosedAt, Expr::val(self.op.now))
            .filter(link_consultation::Column::ChildId.eq(child))
            .filter(link_consultation::Column::State.eq(LinkConsultationState::Advised))
            .exec(&self.tx)
            .await?;
        let cases = graduated_response::Entity::find()
            .select_only()
            .column(graduated_response::Column::Id)
            .filter(graduated_response::Column::ChildId.eq(child))
            .into_tuple()
            .all(&self.tx)
            .await?;
        self.erase_letters(&cases).await
    }
}
