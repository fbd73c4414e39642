//! Deadlines and escalations: due dates that explain themselves.

use super::advice::AdviceRequest;
use super::assessment::EhcAssessment;
use super::authority::Locality;
use super::case::Consultation;
use super::child::Child;
use super::context::op;
use super::id::{Kind, encode};
use super::list::short;
use super::loader::{all_under, by_id};
use super::locality::LocalityItem;
use super::one_plan::PlanCycle;
use super::people::Person;
use super::planning::PlanningMeeting;
use super::rule::Rule;
use super::scalar::{Date, DateTime};
use super::school::School;
use crate::workflow::escalation::allowed_actions;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use domain::access::{Action, Role};
use domain::calendar::{Counted, DayUnit, Direction, Extension, SkipReason};
use domain::duty::{DutyState, EscalationState, Step};
use domain::locality::ItemState;
use domain::rule::RuleId;
use entity::{
    advice_request, child, consultation, duty, ehc_assessment, escalation, escalation_told, locality,
    locality_item, locality_term, person, plan_cycle, planning_meeting, school,
};

/// A date that was counted over and left out.
#[derive(SimpleObject)]
pub struct SkippedDay {
    /// The London date.
    on: Date,
    /// Why it does not count.
    reason: SkipReason,
    /// The name of the holiday or closure.
    title: Option<String>,
}

impl From<domain::calendar::SkippedDay> for SkippedDay {
    fn from(day: domain::calendar::SkippedDay) -> Self {
        Self { on: Date(day.on), reason: day.reason, title: day.title }
    }
}

/// Why a statutory date lies later than it was counted.
#[derive(SimpleObject)]
pub struct DateExtension {
    /// First date of the exception that counts.
    from_date: Date,
    /// Last date of it.
    to_date: Date,
    /// By how many days it moves the date.
    days: u32,
    /// On which ground.
    reason: String,
}

impl From<Extension> for DateExtension {
    fn from(extension: Extension) -> Self {
        let Extension { from, to, days, reason } = extension;
        Self { from_date: Date(from), to_date: Date(to), days, reason }
    }
}

/// How a due date came about (XC-4).
#[derive(SimpleObject)]
pub struct DueDateExplanation {
    /// The rule; none for a date that was only asked for.
    rule: Option<String>,
    /// What set the clock going.
    trigger: Option<String>,
    /// From which London date it was counted.
    from: Date,
    /// How many.
    count: u32,
    /// Of what.
    unit: DayUnit,
    /// In which direction.
    direction: Direction,
    /// Every date that was skipped, and why.
    skipped: Vec<SkippedDay>,
    /// The exceptions that moved it, and by how many days (EH-4).
    moved_by: Vec<DateExtension>,
    /// Where the date itself is no working day: it stays where it is all the same (EH-5).
    falls_on_non_working_day: Option<SkippedDay>,
    /// The policy version whose figure was counted; 0 stands for the rulebook's own.
    policy_version: Option<i32>,
    /// All of it in one sentence.
    text: String,
}

/// A due date: the end of a London day, with its reasons.
pub struct DueDate {
    due: domain::calendar::DueDate,
    asked_for: bool,
    ended: bool,
}

impl From<domain::calendar::DueDate> for DueDate {
    fn from(due: domain::calendar::DueDate) -> Self {
        Self { due, asked_for: false, ended: false }
    }
}

impl DueDate {
    /// The answer to a plain question of the calendar.
    pub fn counted(counted: Counted) -> Self {
        Self { due: domain::calendar::DueDate::new("", "", 0, counted), asked_for: true, ended: false }
    }

    /// A duty's.
    pub fn of(row: &duty::Model) -> Result<Self> {
        let due = serde_json::from_value::<domain::calendar::DueDate>(row.due.clone())?;
        Ok(Self { ended: row.state != DutyState::Open, ..Self::from(due) })
    }
}

/// A due date: the end of a London day, with its reasons.
#[Object]
impl DueDate {
    /// The London date.
    async fn on(&self) -> Date {
        Date(self.due.on)
    }

    /// The end of that day (23:59:59 in London).
    async fn at(&self) -> DateTime {
        DateTime(self.due.at)
    }

    /// Whether it has passed and nothing was done. Due today is not overdue (XC-12).
    /// What was done late is `MET_LATE`, not overdue.
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(!self.ended && self.due.overdue(op(ctx)?.now))
    }

    /// How it came about.
    async fn explanation(&self) -> DueDateExplanation {
        let counted = self.due.counted.clone();
        let by_rule = |text: &str| (!self.asked_for).then(|| text.to_owned());
        DueDateExplanation {
            rule: by_rule(&self.due.rule),
            trigger: by_rule(&self.due.trigger),
            from: Date(counted.from),
            count: counted.count,
            unit: counted.unit,
            direction: counted.direction,
            skipped: counted.skipped.into_iter().map(SkippedDay::from).collect(),
            moved_by: self.due.extensions.iter().cloned().map(DateExtension::from).collect(),
            falls_on_non_working_day: counted.falls_on_non_working_day.map(SkippedDay::from),
            policy_version: (!self.asked_for).then_some(self.due.policy_version),
            text: self.due.explain(),
        }
    }
}

/// A deadline that a rule sets.
pub struct Duty(duty::Model);

impl From<duty::Model> for Duty {
    fn from(row: duty::Model) -> Self {
        Self(row)
    }
}

/// A deadline that a rule sets. Overdue is derived, never stored.
#[Object]
impl Duty {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Duty, self.0.id)
    }

    /// The rule that sets it.
    async fn rule(&self) -> Result<Rule> {
        rule_of(&self.0.rule)
    }

    /// When it is due, and why.
    async fn due(&self) -> Result<DueDate> {
        DueDate::of(&self.0)
    }

    /// Where it stands.
    async fn state(&self) -> DutyState {
        self.0.state
    }

    /// The role that it falls to.
    async fn owner_role(&self) -> Role {
        self.0.owner_role
    }

    /// The person, where it is one person's and the viewer sees them.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.owner_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// When it was met or withdrawn (UTC).
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// The EHC needs assessment that it belongs to, if the viewer sees it.
    async fn ehc_assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        match self.0.case_id {
            Some(id) => Ok(by_id::<ehc_assessment::Entity>(ctx, id).await?.map(EhcAssessment::from)),
            None => Ok(None),
        }
    }

    /// The advice that it is about, if it is about one.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        match self.0.part_id {
            Some(id) => Ok(by_id::<advice_request::Entity>(ctx, id).await?.map(AdviceRequest::from)),
            None => Ok(None),
        }
    }

    /// The cycle of a One Plan that it is about, if it is about one (GR-6).
    async fn plan_cycle(&self, ctx: &Context<'_>) -> Result<Option<PlanCycle>> {
        if self.0.rule != RuleId::Gr6.as_str() {
            return Ok(None);
        }
        Ok(by_id::<plan_cycle::Entity>(ctx, self.0.on_id).await?.map(PlanCycle::from))
    }

    /// The school whose meeting of a term is due, where it is about one (PC-1).
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school_id.filter(|_| self.0.rule == RuleId::Pc1.as_str()) {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// The planning meeting whose record is to be shared, where it is about one (PC-7).
    async fn planning_meeting(&self, ctx: &Context<'_>) -> Result<Option<PlanningMeeting>> {
        if self.0.rule != RuleId::Pc7.as_str() {
            return Ok(None);
        }
        Ok(by_id::<planning_meeting::Entity>(ctx, self.0.on_id).await?.map(PlanningMeeting::from))
    }

    /// The locality whose session of a term is due, where it is about one (LG-1).
    async fn locality(&self, ctx: &Context<'_>) -> Result<Option<Locality>> {
        if self.0.rule != RuleId::Lg1.as_str() {
            return Ok(None);
        }
        match by_id::<locality_term::Entity>(ctx, self.0.on_id).await? {
            Some(term) => Ok(by_id::<locality::Entity>(ctx, term.locality_id).await?.map(Locality::from)),
            None => Ok(None),
        }
    }

    /// The item of a locality group whose action plan or review is due, where it is about one (LG-7, LG-8).
    async fn locality_item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        if !is_of_item(&self.0.rule) {
            return Ok(None);
        }
        Ok(by_id::<locality_item::Entity>(ctx, self.0.on_id).await?.map(LocalityItem::from))
    }

    /// The child whom it concerns, if the viewer sees them.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match self.0.child_id {
            Some(id) => Ok(by_id::<child::Entity>(ctx, id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// Which of several deadlines of its rule it is.
    async fn step(&self) -> Option<Step> {
        self.0.step
    }

    /// The consultation that it belongs to.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        match self.0.case_id {
            Some(id) => Ok(by_id::<consultation::Entity>(ctx, id).await?.map(Consultation::from)),
            None => Ok(None),
        }
    }
}

/// Whether the deadlines of a stored rule are of items of locality groups.
fn is_of_item(rule: &str) -> bool {
    [RuleId::Lg7, RuleId::Lg8].iter().any(|own| rule == own.as_str())
}

/// The rule with a stored id.
pub fn rule_of(name: &str) -> Result<Rule> {
    let rule = RuleId::parse(name).ok_or(crate::store::Fault::Unexpected("a stored rule is unknown"))?;
    Ok(Rule(rule.rule()))
}

/// That somebody was told of an escalation.
pub struct Telling(escalation_told::Model);

/// That somebody was told of an escalation: everybody who held the role, or one person who did.
#[Object]
impl Telling {
    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The person, where one was told and the viewer sees them.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.person_id {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// When (UTC).
    async fn told_at(&self) -> DateTime {
        DateTime(self.0.told_at)
    }
}

/// A breach, told to those whom its rule names.
pub struct Escalation(escalation::Model);

impl From<escalation::Model> for Escalation {
    fn from(row: escalation::Model) -> Self {
        Self(row)
    }
}

/// A breach of a duty, told once to those whom its rule names (XC-9).
#[Object]
impl Escalation {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Escalation, self.0.id)
    }

    /// The rule whose duty was breached.
    async fn rule(&self) -> Result<Rule> {
        rule_of(&self.0.rule)
    }

    /// Where it stands.
    async fn state(&self) -> EscalationState {
        self.0.state
    }

    /// The duty that was breached, if the viewer sees the case.
    async fn duty(&self, ctx: &Context<'_>) -> Result<Option<Duty>> {
        Ok(by_id::<duty::Entity>(ctx, self.0.duty_id).await?.map(Duty))
    }

    /// The roles that were told.
    async fn told(&self, ctx: &Context<'_>) -> Result<Vec<Role>> {
        let told = all_under(ctx, self.0.id, short::Told).await?;
        Ok(told.into_iter().map(|row| row.role).collect())
    }

    /// Who was told, and when.
    async fn tellings(&self, ctx: &Context<'_>) -> Result<Vec<Telling>> {
        Ok(all_under(ctx, self.0.id, short::Told).await?.into_iter().map(Telling).collect())
    }

    /// The person on whose desk it is.
    async fn assigned_to(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        match self.0.assigned_to {
            Some(id) => Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from)),
            None => Ok(None),
        }
    }

    /// When it was raised (UTC).
    async fn raised_at(&self) -> DateTime {
        DateTime(self.0.raised_at)
    }

    /// When somebody took note (UTC).
    async fn acknowledged_at(&self) -> Option<DateTime> {
        self.0.acknowledged_at.map(DateTime)
    }

    /// When it was closed (UTC).
    async fn resolved_at(&self) -> Option<DateTime> {
        self.0.resolved_at.map(DateTime)
    }

    /// What was done, where somebody closed it. Of an item of a locality group it is sealed with the item, and read by those
    /// who see that.
    async fn resolution(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let resolution = self.0.resolution.as_deref();
        let Some(item) = self.0.case_id.filter(|_| resolution.is_some() && is_of_item(&self.0.rule)) else {
            return Ok(resolution);
        };
        let item = by_id::<locality_item::Entity>(ctx, item).await?;
        Ok(resolution.filter(|_| item.is_some_and(|item| item.state != ItemState::Withdrawn)))
    }

    /// The steps that the viewer may take on it: the roles named by the rule, and whoever it was handed to (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let told = all_under(ctx, self.0.id, short::Told).await?;
        Ok(allowed_actions(&op(ctx)?, &self.0, &told))
    }

    /// The EHC needs assessment that it is about, if the viewer sees it.
    async fn ehc_assessment(&self, ctx: &Context<'_>) -> Result<Option<EhcAssessment>> {
        match self.0.case_id {
            Some(id) => Ok(by_id::<ehc_assessment::Entity>(ctx, id).await?.map(EhcAssessment::from)),
            None => Ok(None),
        }
    }

    /// The advice that it is about, if it is about one.
    async fn advice_request(&self, ctx: &Context<'_>) -> Result<Option<AdviceRequest>> {
        match self.0.part_id {
            Some(id) => Ok(by_id::<advice_request::Entity>(ctx, id).await?.map(AdviceRequest::from)),
            None => Ok(None),
        }
    }

    /// The child whom it concerns, if the viewer sees them.
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match self.0.child_id {
            Some(id) => Ok(by_id::<child::Entity>(ctx, id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// The consultation that it is about, if the viewer sees it.
    async fn consultation(&self, ctx: &Context<'_>) -> Result<Option<Consultation>> {
        match self.0.case_id {
            Some(id) => Ok(by_id::<consultation::Entity>(ctx, id).await?.map(Consultation::from)),
            None => Ok(None),
        }
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

super::connection::connection!(DutyConnection, DutyEdge, Duty, crate::store::list::cases::Duties);
super::connection::connection!(
    EscalationConnection,
    EscalationEdge,
    Escalation,
    crate::store::list::cases::Escalations
);
