//! Duties: deadlines that a rule sets. A breach is derived from the due date and the clock (XC-12); what follows from
//! it, and who is told, is said by the rule (XC-9).

use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction, DueDate};
use crate::london;
use crate::policy::Policy;
use crate::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a duty stands. Overdue is not among them: it follows from the due date and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "DutyState"))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum DutyState {
    /// To be done.
    Open,
    /// Done by its due date.
    Met,
    /// Done after its due date; the breach is kept.
    MetLate,
    /// No longer asked for, with the reason in the history.
    Withdrawn,
}

/// Where an escalation stands (XC-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
pub enum EscalationState {
    /// Nobody has taken note of it yet.
    Raised,
    /// Somebody has taken note of it.
    Acknowledged,
    /// Somebody closed it, saying what was done.
    Resolved,
    /// It closed itself, since the duty was met late.
    MetLate,
    /// It closed itself, since the duty is no longer asked for.
    Withdrawn,
}

impl EscalationState {
    /// Whether something is still to be done about it.
    pub fn is_open(self) -> bool {
        matches!(self, EscalationState::Raised | EscalationState::Acknowledged)
    }
}

/// What follows from a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Those who hold one of these roles in the authority are told.
    Escalate(&'static [Role]),
    /// The booking is cancelled (OC-11).
    CancelBooking,
    /// The forecast of the assessment is reckoned anew (AQ-9).
    ReckonForecast,
}

/// What the rule of a duty asks for when it is breached. A rule that names nobody escalates to the SEND manager.
pub fn breach(which: Which) -> Breach {
    match which.rule {
        RuleId::Oc11 => Breach::CancelBooking,
        RuleId::Oc12 => Breach::Escalate(&[Role::ConsultationsTeam]),
        // The parents' time is over: the coordinator goes on.
        RuleId::Eh3 => Breach::Escalate(&[Role::EhcpCoordinator]),
        RuleId::Gr6 => Breach::Escalate(&[Role::HeadTeacher]),
        RuleId::Aq6 => Breach::Escalate(&[Role::AdviceManager, Role::SendManager]),
        RuleId::Aq9 if which.step == Some(Step::ReckonForecast) => Breach::ReckonForecast,
        RuleId::Aq10 => Breach::Escalate(&[Role::AuthorityAdmin]),
        _ => Breach::Escalate(&[Role::SendManager]),
    }
}

/// Whose desk a duty is on: a person, or everybody who holds the role in the authority (and, for school staff, at the
/// school of the case).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The role that the duty falls to.
    pub role: Role,
    /// The person, where it is one person's.
    pub person: Option<Uuid>,
}

/// Which deadline it is, where one rule sets several on the same object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "DutyStep"))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Step {
    /// To decide whether to assess, by week 6 (EH-1).
    DecideToAssess,
    /// To decide whether to issue a plan, by week 16 (EH-1).
    DecideToIssue,
    /// To issue the final plan, by week 20 (EH-1).
    IssueFinalPlan,
    /// To tell the parents of a delay (AQ-9).
    NotifyDelay,
    /// Nobody's: until then the forecast holds; afterwards it is reckoned anew (AQ-9).
    ReckonForecast,
}

/// Which duty on an object: its rule and, where that sets several, the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// The rule that sets it.
    pub rule: RuleId,
    /// Which of its deadlines.
    pub step: Option<Step>,
}

impl From<RuleId> for Which {
    fn from(rule: RuleId) -> Self {
        Self { rule, step: None }
    }
}

/// A duty about to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDuty {
    /// The rule that sets it.
    pub rule: RuleId,
    /// Which of its deadlines it is, where the rule sets several.
    pub step: Option<Step>,
    /// When it is due and why.
    pub due: DueDate,
    /// Whose it is.
    pub owner: Owner,
    /// When its owner is reminded (UTC instant): the start of the day, so many working days before (XC-19).
    pub remind_at: Option<DateTime<Utc>>,
}

/// A count of days as a rule gives it: how many, of what, in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub u32, pub DayUnit, pub Direction);

impl NewDuty {
    /// The duty to have done something by a date that was reckoned already.
    pub fn due(rule: RuleId, owner: Owner, due: DueDate, calendar: &Calendar, policy: &Policy) -> Self {
        let remind_at = remind_at(due.on, calendar, policy);
        Self { rule, step: None, due, owner, remind_at }
    }

    /// One of several deadlines of its rule.
    #[must_use]
    pub fn step(self, step: Step) -> Self {
        Self { step: Some(step), ..self }
    }

    /// The duty that `rule` sets on `trigger`, counted from a London date under `policy`.
    pub fn set(
        rule: RuleId,
        owner: Owner,
        trigger: &str,
        from: NaiveDate,
        count: Count,
        calendar: &Calendar,
        policy: &Policy,
    ) -> Result<Self, BeyondCalendar> {
        let counted = calendar.count(from, count.0, count.1, count.2)?;
        let due = DueDate::new(rule.as_str(), trigger, policy.version, counted);
        let remind_at = remind_at(due.on, calendar, policy);
        Ok(Self { rule, step: None, due, owner, remind_at })
    }
}

/// When the owner of a duty is reminded. No reminder where the calendar does not reach back far enough.
pub fn remind_at(due_on: NaiveDate, calendar: &Calendar, policy: &Policy) -> Option<DateTime<Utc>> {
    calendar
        .count(due_on, policy.figures.remind_working_days, DayUnit::WorkingDays, Direction::Before)
        .ok()
        .map(|counted| london::start_of_day(counted.on))
}
