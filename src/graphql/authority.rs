//! Authorities and localities: policy, calendar, schools, slots.

use super::assessment::EhcAssessmentConnection;
use super::calendar::Calendar;
use super::connection::Listed;
use super::context::{op, service};
use super::graduated::Instrument;
use super::id::{Kind, encode};
use super::input::ehc::{EhcAssessmentFilter, EhcAssessmentOrder};
use super::input::gathering::LocalitySessionFilter;
use super::input::graduated::OnePlanFilter;
use super::input::{SchoolFilter, SlotFilter};
use super::list::ehc::AssessmentsOf;
use super::list::gathering::Sessions;
use super::list::graduated::HeldBy;
use super::list::{self, short};
use super::loader::all_under;
use super::locality::LocalitySessionConnection;
use super::moderation::{self, ModerationShift};
use super::one_plan::OnePlanConnection;
use super::report::{self, Timeliness, WeeklyAdviceReport};
use super::scalar::Date;
use super::school::SchoolConnection;
use super::slot::ConsultationSlotConnection;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::policy::ViewsRequired;
use domain::school::Phase;
use entity::{authority, locality};

/// A local authority.
pub struct Authority(authority::Model);

impl From<authority::Model> for Authority {
    fn from(row: authority::Model) -> Self {
        Self(row)
    }
}

/// The policy figures of an authority as they stand from a date on.
#[derive(SimpleObject)]
pub struct Policy {
    /// Counts up from 1; 0 stands for the rulebook's own figures.
    version: i32,
    /// The first London date on which deadlines are set under it; none for the rulebook's own.
    effective_from: Option<Date>,
    /// How long a consultation lasts, in minutes (OC-1).
    consultation_minutes: u32,
    /// The phases whose schools may book for any child (OC-3).
    eligible_phases: Vec<Phase>,
    /// The shortest distance between two consultations for one child, in weeks (OC-5).
    repeat_interval_weeks: u32,
    /// Whose views a booking records (OC-6).
    views_required: ViewsRequired,
    /// How many calendar days ahead a booking is made at the latest (OC-9).
    minimum_days_ahead: u32,
    /// How many working days before the consultation the C-RIC is received (OC-11).
    c_ric_working_days: u32,
    /// Within how many working days the Record of Involvement is issued (OC-13).
    roi_working_days: u32,
    /// How many weeks after the Record of Involvement the review may be held at the earliest (OC-14).
    review_from_weeks: u32,
    /// And at the latest (OC-14).
    review_to_weeks: u32,
    /// How many working days before it is due a duty reminds its owner (XC-19).
    remind_working_days: u32,
    /// The largest attachment, in megabytes (XC-21).
    attachment_megabytes: u32,
    /// Within how many working days a sensory or physical need is referred (GR-3).
    sensory_referral_working_days: u32,
    /// How often a standardised instrument may be used for a child in a school year (GR-7).
    standardised_per_year: u32,
    /// How many cycles are reviewed before a child is raised with the link EP or inclusion partner (GR-9).
    cycles_before_consultation: u32,
    /// Within how many working days a risk of permanent exclusion is discussed (GR-13).
    exclusion_risk_working_days: u32,
    /// In how many school days from a term's first its planning meetings are held (PC-1).
    meeting_window_school_days: u32,
    /// Within how many working days the record of a planning meeting is shared (PC-7).
    share_record_working_days: u32,
    /// Within how many working days of its feedback the action plan of a locality group's item is written (LG-7).
    action_plan_working_days: u32,
    /// After how many weeks the impact of an action plan is reviewed (LG-8).
    impact_review_weeks: u32,
    /// Below how many children of the school who share year group and gender a code points at the child (LG-10).
    small_cohort: u32,
    /// Within how many working days a query on advice is discussed with the line manager (AQ-2).
    manager_discussion_working_days: u32,
    /// Within how many working days a formal follow-up is answered (AQ-5).
    follow_up_working_days: u32,
    /// Within how many working days an advice giver checks the draft plan (AQ-8).
    accuracy_check_working_days: u32,
    /// Within how many working days of a slip the parents are told of it (AQ-9).
    delay_notice_working_days: u32,
}

impl From<domain::policy::Policy> for Policy {
    fn from(policy: domain::policy::Policy) -> Self {
        let figures = policy.figures;
        Self {
            version: policy.version,
            effective_from: (policy.version > 0).then_some(Date(policy.effective_from)),
            consultation_minutes: figures.consultation_minutes,
            eligible_phases: figures.eligible_phases,
            repeat_interval_weeks: figures.repeat_interval_weeks,
            views_required: figures.views_required,
            minimum_days_ahead: figures.minimum_days_ahead,
            c_ric_working_days: figures.c_ric_working_days,
            roi_working_days: figures.roi_working_days,
            review_from_weeks: figures.review_from_weeks,
            review_to_weeks: figures.review_to_weeks,
            remind_working_days: figures.remind_working_days,
            attachment_megabytes: figures.attachment_megabytes,
            sensory_referral_working_days: figures.sensory_referral_working_days,
            standardised_per_year: figures.standardised_per_year,
            cycles_before_consultation: figures.cycles_before_consultation,
            exclusion_risk_working_days: figures.exclusion_risk_working_days,
            meeting_window_school_days: figures.meeting_window_school_days,
            share_record_working_days: figures.share_record_working_days,
            action_plan_working_days: figures.action_plan_working_days,
            impact_review_weeks: figures.impact_review_weeks,
            small_cohort: figures.small_cohort,
            manager_discussion_working_days: figures.manager_discussion_working_days,
            follow_up_working_days: figures.follow_up_working_days,
            accuracy_check_working_days: figures.accuracy_check_working_days,
            delay_notice_working_days: figures.delay_notice_working_days,
        }
    }
}

/// A local authority: the root of policy, calendar and people.
#[Object]
impl Authority {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Authority, self.0.id)
    }

    /// Its three-digit code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its calendar.
    async fn calendar(&self) -> Calendar {
        Calendar(self.0.id)
    }

    /// The policy in force on a date.
    async fn policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date; today without one.")] on: Option<Date>,
    ) -> Result<Policy> {
        let on = on.map_or(op(ctx)?.today(), |on| on.0);
        let policy = crate::store::calendar::policy_on(service(ctx)?.store.reader(), self.0.id, on).await?;
        Ok(policy.into())
    }

    /// All policy versions, oldest first.
    async fn policies(&self, ctx: &Context<'_>) -> Result<Vec<Policy>> {
        let all = crate::store::calendar::policies(service(ctx)?.store.reader(), self.0.id).await?;
        Ok(all.into_iter().map(Policy::from).collect())
    }

    /// Its schools, by name.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn schools(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which schools.")] filter: Option<SchoolFilter>,
    ) -> Result<SchoolConnection> {
        let schools = filter.unwrap_or_default().list();
        Ok(SchoolConnection(Listed::under(ctx, self.0.id, schools, first, after).await?))
    }

    /// Its families of schools.
    async fn localities(&self, ctx: &Context<'_>) -> Result<Vec<Locality>> {
        Ok(all_under(ctx, self.0.id, short::Localities).await?.into_iter().map(Locality::from).collect())
    }

    /// Its slots for online consultations, by start.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn consultation_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which slots.")] filter: Option<SlotFilter>,
    ) -> Result<ConsultationSlotConnection> {
        let slots = filter.unwrap_or_default().list()?;
        Ok(ConsultationSlotConnection(Listed::under(ctx, self.0.id, slots, first, after).await?))
    }

    /// EHC needs assessments, by the statutory date of the final plan or by request.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn ehc_assessments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which assessments.")] filter: Option<EhcAssessmentFilter>,
        #[graphql(desc = "In which order; by statutory date without it.")] order_by: Option<
            EhcAssessmentOrder,
        >,
    ) -> Result<EhcAssessmentConnection> {
        let assessments = filter.unwrap_or_default().list(Some(AssessmentsOf::Authority), order_by)?;
        Ok(EhcAssessmentConnection(Listed::under(ctx, self.0.id, assessments, first, after).await?))
    }

    /// The One Plans of the children whom it holds, oldest first.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn one_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which plans.")] filter: Option<OnePlanFilter>,
    ) -> Result<OnePlanConnection> {
        let plans = filter.unwrap_or_default().list(Some(HeldBy::Authority));
        Ok(OnePlanConnection(Listed::under(ctx, self.0.id, plans, first, after).await?))
    }

    /// Its instruments for assessments, by name, retired ones included; to its staff (GR-7).
    async fn instruments(&self, ctx: &Context<'_>) -> Result<Vec<Instrument>> {
        Ok(all_under(ctx, self.0.id, short::Instruments).await?.into_iter().map(Instrument::from).collect())
    }

    /// The report of an ISO week on advice queries (AQ-10), as of that week's end; to SEND managers and integrators.
    #[graphql(complexity = 500)]
    async fn weekly_advice_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ISO week, `2026-W47`.")] week: String,
    ) -> Result<Option<WeeklyAdviceReport>> {
        report::weekly(ctx, self.0.id, super::input::week("week", &week)?).await
    }

    /// Timeliness with and without excepted cases, by month and by service; to SEND managers and integrators.
    #[graphql(complexity = 500)]
    async fn timeliness(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "First London date.")] from: Date,
        #[graphql(desc = "Last London date.")] to: Date,
    ) -> Result<Option<Timeliness>> {
        report::timeliness(ctx, self.0.id, from.0, to.0).await
    }
}

/// A family of schools.
pub struct Locality(locality::Model);

impl From<locality::Model> for Locality {
    fn from(row: locality::Model) -> Self {
        Self(row)
    }
}

/// A family of schools.
#[Object]
impl Locality {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Locality, self.0.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Its schools, by name.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn schools(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
    ) -> Result<SchoolConnection> {
        let schools = list::Schools { of: list::SchoolsOf::Locality, ..list::Schools::default() };
        Ok(SchoolConnection(Listed::under(ctx, self.0.id, schools, first, after).await?))
    }

    /// How the moderation of the support grid moves over time: by term of the sessions and by area of need, over the moderations
    /// that the viewer sees (LG-12).
    #[graphql(complexity = "20 + child_complexity")]
    async fn moderation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what was agreed on this London date or later.")] from: Option<Date>,
        #[graphql(desc = "Only what was agreed on this London date or earlier.")] to: Option<Date>,
    ) -> Result<Vec<ModerationShift>> {
        moderation::of(ctx, self.0.id, from.map(|date| date.0), to.map(|date| date.0)).await
    }

    /// The sessions of its group, the earliest first, as far as the viewer sees them (LG-1).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which sessions.")] filter: Option<LocalitySessionFilter>,
    ) -> Result<LocalitySessionConnection> {
        let sessions = Sessions { of_parent: true, ..filter.unwrap_or_default().list() };
        Ok(LocalitySessionConnection(Listed::under(ctx, self.0.id, sessions, first, after).await?))
    }
}
