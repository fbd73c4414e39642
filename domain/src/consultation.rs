//! Online consultations: a specialist, the school and the parents talk about one child for an hour (OC-1 to OC-15).

pub mod booking;
pub mod c_ric;
pub mod meeting;
pub mod record;
pub mod review;
pub mod slot;

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Where a consultation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "ConsultationState"))]
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
pub enum State {
    /// Booked and still to take place.
    Booked,
    /// Called off before its start.
    Cancelled,
    /// Its time passed and it did not take place.
    NotHeld,
    /// It took place.
    Held,
    /// Its Record of Involvement has been issued to the school.
    RecordIssued,
    /// The review meeting has a date.
    ReviewArranged,
    /// The review meeting was held.
    Reviewed,
}

impl State {
    /// The states in which a consultation counts against another one for the same child (OC-5).
    pub const LIVE: [State; 5] =
        [State::Booked, State::Held, State::RecordIssued, State::ReviewArranged, State::Reviewed];

    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            State::Booked => "booked",
            State::Cancelled => "cancelled",
            State::NotHeld => "not held",
            State::Held => "held",
            State::RecordIssued => "held, with its Record of Involvement issued",
            State::ReviewArranged => "held, with its review arranged",
            State::Reviewed => "reviewed",
        }
    }
}

/// The broad area of need that a consultation is for.
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
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AreaOfNeed {
    /// Social, emotional and mental health (SEMH).
    SocialEmotionalAndMentalHealth,
    /// Cognition and learning.
    CognitionAndLearning,
    /// Communication and interaction.
    CommunicationAndInteraction,
}

/// Why a consultation was cancelled.
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
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CancellationReason {
    /// The C-RIC had not arrived by its deadline (OC-11).
    CRicNotReceived,
    /// Consent was withdrawn (XC-8).
    ConsentWithdrawn,
    /// The school called it off.
    CancelledBySchool,
    /// The specialist called it off.
    CancelledBySpecialist,
    /// The consultations team called it off.
    CancelledByConsultationsTeam,
    /// The child left the school or the authority (XC-14).
    ChildMoved,
    /// The child's record was erased (XC-15).
    RecordErased,
}

/// What happens to consultations and their slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsultationEvent {
    /// A slot can be booked from its opening on.
    SlotPublished {
        /// Area of need.
        area_of_need: AreaOfNeed,
        /// Start (UTC instant).
        starts_at: DateTime<Utc>,
    },
    /// A slot was taken back.
    SlotWithdrawn,
    /// A leaver's slot passed to another specialist (XC-23).
    SlotHandedOver,
    /// A consultation was booked.
    Booked {
        /// Start (UTC instant).
        starts_at: DateTime<Utc>,
    },
    /// The attendees changed.
    AttendeesChanged,
    /// It was called off.
    Cancelled {
        /// Why.
        reason: CancellationReason,
        /// In the canceller's words.
        note: Option<String>,
    },
    /// A C-RIC that had arrived in time was recorded after the cancellation.
    Reinstated,
    /// It took place.
    Held,
    /// It did not take place.
    NotHeld {
        /// Why.
        reason: String,
    },
    /// A Record of Involvement was drafted.
    RecordDrafted {
        /// Which version.
        version: i32,
    },
    /// A Record of Involvement was issued.
    RecordIssued {
        /// Which version.
        version: i32,
    },
    /// The review meeting has a date.
    ReviewArranged {
        /// The date.
        on: NaiveDate,
        /// Whether that is past the window, after it had closed.
        late: bool,
    },
    /// The review meeting was held.
    Reviewed {
        /// The date.
        on: NaiveDate,
    },
    /// A step taken by mistake was taken back.
    StepReversed {
        /// From which state.
        from: State,
        /// To which state.
        to: State,
        /// Why.
        reason: String,
    },
}

/// Refuses a step that does not lead from the state in which the consultation is.
pub fn expect_state(findings: &mut Findings, rule: RuleId, state: State, allowed: &[State]) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(rule, Code::WrongState, "consultation", format!("the consultation is {}", state.words()))
            .remedy(format!("this step is taken while a consultation is {}", wanted.join(" or ")));
    }
}

/// Where a mistaken step leads back to (XC-22). An issued Record of Involvement is never taken back: it is corrected by
/// a new version (OC-13).
pub fn reversal(state: State, reason: &str) -> Result<State, Findings> {
    let mut findings = Findings::default();
    if crate::text::is_blank(reason) {
        findings.refuse(RuleId::Xc22, Code::Missing, "reason", "a reversal needs a reason");
    }
    let back = match state {
        State::Held | State::NotHeld => Some(State::Booked),
        State::ReviewArranged => Some(State::RecordIssued),
        State::Reviewed => Some(State::ReviewArranged),
        State::RecordIssued => {
            findings
                .refuse(
                    RuleId::Oc13,
                    Code::WrongState,
                    "consultation",
                    "an issued Record of Involvement is immutable",
                )
                .remedy("issue a corrected version");
            None
        }
        State::Booked | State::Cancelled => {
            findings
                .refuse(RuleId::Xc22, Code::WrongState, "consultation", "there is no step here to take back")
                .remedy("book or cancel instead");
            None
        }
    };
    back.filter(|_| findings.pass()).ok_or(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reversal_leads_one_step_back_and_never_unissues_a_record() {
        assert_eq!(reversal(State::Held, "wrong child"), Ok(State::Booked));
        assert_eq!(reversal(State::Reviewed, "wrong date"), Ok(State::ReviewArranged));
        let refused = reversal(State::RecordIssued, " ").unwrap_err();
        let rules: Vec<_> = refused.refusals.iter().map(|refusal| refusal.rule).collect();
        assert_eq!(rules, [RuleId::Xc22, RuleId::Oc13]);
    }
}
