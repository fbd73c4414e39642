//! The Record of Involvement (ROI): drafted, issued within its days, immutable from then on (OC-13).

use super::{State, expect_state};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where a version of a Record of Involvement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "RecordOfInvolvementState"))]
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
pub enum RecordState {
    /// Being written; seen by the specialist and the consultations team only.
    Draft,
    /// Sent to the school; never changed again.
    Issued,
}

/// What a Record of Involvement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What was discussed.
    pub summary: String,
    /// Strategies agreed.
    pub strategies: String,
    /// Next steps.
    pub next_steps: String,
}

/// The states in which a Record of Involvement is written: after the consultation, and for a correction at any time
/// after.
const WRITTEN: [State; 4] = [State::Held, State::RecordIssued, State::ReviewArranged, State::Reviewed];

/// The clock runs from the day of the slot.
pub fn duty(slot_date: NaiveDate, calendar: &Calendar, policy: &Policy) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role: Role::ConsultationsTeam, person: None };
    let count = Count(policy.figures.roi_working_days, DayUnit::WorkingDays, Direction::After);
    NewDuty::set(RuleId::Oc13, owner, "the consultation", slot_date, count, calendar, policy)
}

/// Decides whether a draft can be written. A draft may be incomplete.
pub fn decide_draft(state: State) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc13, state, &WRITTEN);
    findings
}

/// Decides whether the draft can be issued: there is one, and it is complete.
pub fn decide_issue(state: State, draft: Option<&Content>) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Oc13, state, &WRITTEN);
    let Some(content) = draft else {
        findings
            .refuse(RuleId::Oc13, Code::Missing, "consultation", "there is no draft to issue")
            .remedy("draft the Record of Involvement first");
        return findings;
    };
    let parts = [
        ("summary", &content.summary),
        ("strategies", &content.strategies),
        ("nextSteps", &content.next_steps),
    ];
    for (path, part) in parts {
        if is_blank(part) {
            findings
                .refuse(RuleId::Oc13, Code::Missing, path, "this part of the draft is blank")
                .remedy("complete the draft");
        }
    }
    findings
}
