//! Policy and calendar (XC-1, XC-5, XC-13).

use crate::graphql::authority::Authority;
use crate::graphql::context::{bad_input, op, service};
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{SHORT, kept};
use crate::graphql::payload::{CreateControl, carry_out, payload};
use crate::graphql::scalar::Date;
use crate::workflow::calendar::{AddClosureDay, RemoveClosureDay, SetPolicy, SetTerms};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::calendar::{Term, TermName};
use domain::policy::{Figures, ViewsRequired};
use domain::school::Phase;
use entity::authority;

/// Policy figures; those left out stay as they are on the date from which the new ones hold.
#[derive(InputObject)]
pub struct SetPolicyInput {
    /// The authority.
    authority: ID,
    /// The first date on which deadlines are set under it: today or later.
    effective_from: Date,
    /// How long a consultation lasts, in minutes (OC-1).
    consultation_minutes: Option<i32>,
    /// The phases whose schools may book for any child (OC-3).
    eligible_phases: Option<Vec<Phase>>,
    /// The shortest distance between two consultations for one child, in weeks (OC-5).
    repeat_interval_weeks: Option<i32>,
    /// Whose views a booking records (OC-6).
    views_required: Option<ViewsRequired>,
    /// How many calendar days ahead a booking is made at the latest (OC-9).
    minimum_days_ahead: Option<i32>,
    /// How many working days before the consultation the C-RIC is received (OC-11).
    c_ric_working_days: Option<i32>,
    /// Within how many working days the Record of Involvement is issued (OC-13).
    roi_working_days: Option<i32>,
    /// How many weeks after the Record of Involvement the review may be held at the earliest (OC-14).
    review_from_weeks: Option<i32>,
    /// And at the latest (OC-14).
    review_to_weeks: Option<i32>,
    /// How many working days before it is due a duty reminds its owner (XC-19).
    remind_working_days: Option<i32>,
    /// The largest attachment, in megabytes (XC-21).
    attachment_megabytes: Option<i32>,
    /// Within how many working days a query on advice is discussed with the line manager (AQ-2).
    manager_discussion_working_days: Option<i32>,
    /// Within how many working days a formal follow-up is answered (AQ-5).
    follow_up_working_days: Option<i32>,
    /// Within how many working days an advice giver checks the draft plan (AQ-8).
    accuracy_check_working_days: Option<i32>,
    /// Within how many working days of a slip the parents are told of it (AQ-9).
    delay_notice_working_days: Option<i32>,
    /// Within how many working days a sensory or physical need is referred (GR-3).
    sensory_referral_working_days: Option<i32>,
    /// How often a standardised instrument may be used for a child in a school year (GR-7).
    standardised_per_year: Option<i32>,
    /// How many cycles are reviewed before a child is raised with the link EP or inclusion partner (GR-9).
    cycles_before_consultation: Option<i32>,
    /// Within how many working days a risk of permanent exclusion is discussed (GR-13).
    exclusion_risk_working_days: Option<i32>,
    /// In how many school days from a term's first its planning meetings are held (PC-1).
    meeting_window_school_days: Option<i32>,
    /// Within how many working days the record of a planning meeting is shared (PC-7).
    share_record_working_days: Option<i32>,
    /// Within how many working days of its feedback the action plan of a locality group's item is written (LG-7).
    action_plan_working_days: Option<i32>,
    /// After how many weeks the impact of an action plan is reviewed (LG-8).
    impact_review_weeks: Option<i32>,
    /// Below how many children of the school who share year group and gender a code points at the child (LG-10).
    small_cohort: Option<i32>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A figure as it is set, or as it is now; the rulebook says how far it may go above zero.
fn figure(name: &str, set: Option<i32>, now: u32) -> Result<u32> {
    let below_zero = |_| bad_input(&format!("input.{name}"), "a figure is not below zero");
    set.map_or(Ok(now), |set| u32::try_from(set).map_err(below_zero))
}

impl SetPolicyInput {
    fn figures(&self, now: Figures) -> Result<Figures> {
        Ok(Figures {
            eligible_phases: self.eligible_phases.clone().unwrap_or(now.eligible_phases),
            views_required: self.views_required.unwrap_or(now.views_required),
            consultation_minutes: figure(
                "consultationMinutes",
                self.consultation_minutes,
                now.consultation_minutes,
            )?,
            repeat_interval_weeks: figure(
                "repeatIntervalWeeks",
                self.repeat_interval_weeks,
                now.repeat_interval_weeks,
            )?,
            minimum_days_ahead: figure("minimumDaysAhead", self.minimum_days_ahead, now.minimum_days_ahead)?,
            c_ric_working_days: figure("cRicWorkingDays", self.c_ric_working_days, now.c_ric_working_days)?,
            roi_working_days: figure("roiWorkingDays", self.roi_working_days, now.roi_working_days)?,
            review_from_weeks: figure("reviewFromWeeks", self.review_from_weeks, now.review_from_weeks)?,
            review_to_weeks: figure("reviewToWeeks", self.review_to_weeks, now.review_to_weeks)?,
            remind_working_days: figure(
                "remindWorkingDays",
                self.remind_working_days,
                now.remind_working_days,
            )?,
            attachment_megabytes: figure(
                "attachmentMegabytes",
                self.attachment_megabytes,
                now.attachment_megabytes,
            )?,
            manager_discussion_working_days: figure(
                "managerDiscussionWorkingDays",
                self.manager_discussion_working_days,
                now.manager_discussion_working_days,
            )?,
            follow_up_working_days: figure(
                "followUpWorkingDays",
                self.follow_up_working_days,
                now.follow_up_working_days,
            )?,
            accuracy_check_working_days: figure(
                "accuracyCheckWorkingDays",
                self.accuracy_check_working_days,
                now.accuracy_check_working_days,
            )?,
            delay_notice_working_days: figure(
                "delayNoticeWorkingDays",
                self.delay_notice_working_days,
                now.delay_notice_working_days,
            )?,
            sensory_referral_working_days: figure(
                "sensoryReferralWorkingDays",
                self.sensory_referral_working_days,
                now.sensory_referral_working_days,
            )?,
            standardised_per_year: figure(
                "standardisedPerYear",
                self.standardised_per_year,
                now.standardised_per_year,
            )?,
            cycles_before_consultation: figure(
                "cyclesBeforeConsultation",
                self.cycles_before_consultation,
                now.cycles_before_consultation,
            )?,
            exclusion_risk_working_days: figure(
                "exclusionRiskWorkingDays",
                self.exclusion_risk_working_days,
                now.exclusion_risk_working_days,
            )?,

            meeting_window_school_days: figure(
                "meetingWindowSchoolDays",
                self.meeting_window_school_days,
                now.meeting_window_school_days,
            )?,
            share_record_working_days: figure(
                "shareRecordWorkingDays",
                self.share_record_working_days,
                now.share_record_working_days,
            )?,
            action_plan_working_days: figure(
                "actionPlanWorkingDays",
                self.action_plan_working_days,
                now.action_plan_working_days,
            )?,
            impact_review_weeks: figure(
                "impactReviewWeeks",
                self.impact_review_weeks,
                now.impact_review_weeks,
            )?,
            small_cohort: figure("smallCohort", self.small_cohort, now.small_cohort)?,
        })
    }
}

/// A closure day to be added.
#[derive(InputObject)]
pub struct AddClosureDayInput {
    /// The authority.
    authority: ID,
    /// The date.
    on: Date,
    /// Why the authority is closed.
    title: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A closure day to be taken back.
#[derive(InputObject)]
pub struct RemoveClosureDayInput {
    /// The closure day.
    closure_day: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A term.
#[derive(InputObject)]
pub struct TermInput {
    /// Which of the six.
    name: TermName,
    /// First day.
    first_day: Date,
    /// Last day.
    last_day: Date,
}

/// The terms of a school year.
#[derive(InputObject)]
pub struct SetTermsInput {
    /// The authority.
    authority: ID,
    /// The year in which the school year starts.
    school_year: i32,
    /// Its terms, in order; they replace those that were set.
    terms: Vec<TermInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

payload!(SetPolicyPayload, authority: Authority of authority::Entity);
payload!(AddClosureDayPayload, authority: Authority of authority::Entity);
payload!(RemoveClosureDayPayload, authority: Authority of authority::Entity);
payload!(SetTermsPayload, authority: Authority of authority::Entity);

/// Steps on policy and calendar.
#[derive(Default)]
pub struct AuthorityMutations;

/// Steps on policy and calendar.
#[Object]
impl AuthorityMutations {
    /// Set policy figures from a date on. Deadlines that stand keep the version that set them (XC-13). By the
    /// administrator.
    async fn set_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The figures.")] input: SetPolicyInput,
    ) -> Result<SetPolicyPayload> {
        let authority = expect(Kind::Authority, "input.authority", &input.authority)?;
        let (reader, from) = (service(ctx)?.store.reader(), input.effective_from.0);
        let now = crate::store::calendar::policy_on(reader, authority, from.max(op(ctx)?.today())).await?;
        let command = SetPolicy { authority, effective_from: from, figures: input.figures(now.figures)? };
        SetPolicyPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Add a closure day; open deadlines that counted over it move, with an event each (XC-1, XC-13). By the
    /// administrator.
    async fn add_closure_day(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day.")] input: AddClosureDayInput,
    ) -> Result<AddClosureDayPayload> {
        let command = AddClosureDay {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            on: input.on.0,
            title: kept("input.title", &input.title, SHORT)?,
        };
        AddClosureDayPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Take a closure day back; open deadlines move again (XC-13). By the administrator.
    async fn remove_closure_day(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day.")] input: RemoveClosureDayInput,
    ) -> Result<RemoveClosureDayPayload> {
        let closure_day = expect(Kind::ClosureDay, "input.closureDay", &input.closure_day)?;
        let reply = carry_out(ctx, input.control, RemoveClosureDay { closure_day }).await?;
        RemoveClosureDayPayload::of(ctx, reply).await
    }

    /// Set the terms of a school year (XC-5). By the administrator.
    async fn set_terms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The terms.")] input: SetTermsInput,
    ) -> Result<SetTermsPayload> {
        let school_year = input.school_year;
        let terms = input.terms.into_iter().map(|term| Term {
            school_year,
            name: term.name,
            first_day: term.first_day.0,
            last_day: term.last_day.0,
        });
        let command = SetTerms {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            school_year,
            terms: terms.collect(),
        };
        SetTermsPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
