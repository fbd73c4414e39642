//! Consent: for a child and a purpose, from a parent or carer or the young person, until withdrawn (XC-7, XC-8).

use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What consent is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "ConsentPurpose"))]
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
pub enum Purpose {
    /// An online consultation: the C-RIC. In force from its receipt; all other purposes from signature.
    OnlineConsultation,
    /// Discussion in a locality group.
    LocalityDiscussion,
    /// Consultation with the school's link staff.
    LinkConsultation,
    /// Sharing of information between services.
    InformationSharing,
}

/// What happens to consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentEvent {
    /// It was recorded.
    Recorded {
        /// For what.
        purpose: Purpose,
        /// When the form arrived (UTC instant), where a form is received.
        received_at: Option<DateTime<Utc>>,
    },
    /// It was withdrawn.
    Withdrawn {
        /// For what.
        purpose: Purpose,
        /// Why, where said.
        reason: Option<String>,
    },
}

/// What is known when consent is recorded.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Today, in London.
    pub today: NaiveDate,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was signed (London date).
    pub signed_on: NaiveDate,
    /// Whether the giver is a parent or carer of the child, or the young person from the end of compulsory school age.
    pub giver_may_consent: bool,
}

/// Decides whether consent can be recorded. The C-RIC has a step of its own, since its arrival counts.
pub fn decide(facts: &Facts) -> Findings {
    let mut findings = Findings::default();
    if facts.purpose == Purpose::OnlineConsultation {
        findings
            .refuse(RuleId::Xc7, Code::Invalid, "purpose", "a C-RIC is in force from its receipt")
            .remedy("the consultations team records its arrival with recordCRic");
    }
    if facts.signed_on > facts.today {
        findings.refuse(RuleId::Xc7, Code::TooEarly, "signedOn", "the signature lies in the future");
    }
    if !facts.giver_may_consent {
        findings
            .refuse(RuleId::Xc7, Code::Invalid, "givenBy", "that person cannot consent for the child")
            .remedy("a parent or carer signs, or the young person from the end of compulsory school age");
    }
    findings
}

/// Decides whether consent can be withdrawn: any that stands.
pub fn decide_withdrawal(withdrawn_at: Option<DateTime<Utc>>) -> Findings {
    let mut findings = Findings::default();
    if withdrawn_at.is_some() {
        findings.refuse(RuleId::Xc8, Code::WrongState, "consent", "this consent was withdrawn already");
    }
    findings
}
