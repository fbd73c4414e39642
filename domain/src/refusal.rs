//! What a decision answers when it does not simply say yes: refusals (nothing changes) and advisories
//! (nothing changes until somebody takes responsibility). Both are data.

use crate::rule::RuleId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Why a mutation was refused, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "RefusalCode"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// There is no such object for this caller.
    NotFound,
    /// The caller sees the object but may not take this step.
    NotPermitted,
    /// The object changed since the version that the caller expected.
    StaleVersion,
    /// The idempotency key was used before with another input.
    KeyReused,
    /// The object is not in a state from which this step leads.
    WrongState,
    /// It is too early.
    TooEarly,
    /// It is too late.
    TooLate,
    /// Something that must be filled in is missing or blank.
    Missing,
    /// A value that cannot be accepted.
    Invalid,
    /// Something else is already there.
    Conflict,
    /// The school or child is not one that this is for.
    NotEligible,
    /// Consent is missing, not received or withdrawn.
    ConsentMissing,
    /// The calendar holds no data for a date that is needed.
    CalendarEnds,
}

/// One reason why a mutation changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The rule that refuses.
    pub rule: RuleId,
    /// The reason, for programs.
    pub code: Code,
    /// The reason, for people. Holds no personal data.
    pub message: String,
    /// The input field at fault, dotted (`attendees.0.email`); empty where no single field is.
    pub path: String,
    /// What would put it right.
    pub remedy: Option<String>,
    /// Where time alone cures it: the first instant (UTC) at which it would pass. For OC-5, the first slot date.
    pub possible_from: Option<DateTime<Utc>>,
}

/// A rule that *should* be kept, or a note on what was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advisory {
    /// The rule that advises.
    pub rule: RuleId,
    /// What it says, for people. Holds no personal data.
    pub message: String,
    /// The input field concerned, dotted.
    pub path: String,
    /// Whether the change waits until the caller acknowledges the rule with a reason.
    pub needs_acknowledgement: bool,
}

/// A *should* rule that the caller takes responsibility for, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The rule.
    pub rule: RuleId,
    /// The reason, kept in the history.
    pub reason: String,
}

/// All that the rules have to say to one request: every refusal, every advisory, none left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Reasons against.
    pub refusals: Vec<Refusal>,
    /// Things to note or to acknowledge.
    pub advisories: Vec<Advisory>,
}

impl Findings {
    /// Adds a refusal and hands it out, so that a remedy or a date can be added.
    pub fn refuse(&mut self, rule: RuleId, code: Code, path: &str, message: impl Into<String>) -> Detail<'_> {
        self.refusals.push(Refusal {
            rule,
            code,
            message: message.into(),
            path: path.to_owned(),
            remedy: None,
            possible_from: None,
        });
        Detail(self.refusals.last_mut())
    }

    /// Adds an advisory that the caller has to acknowledge (a *should* rule).
    pub fn should(&mut self, rule: RuleId, path: &str, message: impl Into<String>) {
        self.advise(rule, path, message, true);
    }

    /// Adds a note that stops nothing.
    pub fn note(&mut self, rule: RuleId, path: &str, message: impl Into<String>) {
        self.advise(rule, path, message, false);
    }

    fn advise(&mut self, rule: RuleId, path: &str, message: impl Into<String>, needs_acknowledgement: bool) {
        self.advisories.push(Advisory {
            rule,
            message: message.into(),
            path: path.to_owned(),
            needs_acknowledgement,
        });
    }

    /// Takes over what other findings say.
    pub fn extend(&mut self, other: Findings) {
        self.refusals.extend(other.refusals);
        self.advisories.extend(other.advisories);
    }

    /// The advisories that still wait for the caller to take responsibility.
    pub fn unacknowledged(&self, given: &[Acknowledgement]) -> bool {
        let acknowledged =
            |rule| given.iter().any(|one| one.rule == rule && !crate::text::is_blank(&one.reason));
        self.advisories.iter().any(|advisory| advisory.needs_acknowledgement && !acknowledged(advisory.rule))
    }

    /// Whether nothing speaks against.
    pub fn pass(&self) -> bool {
        self.refusals.is_empty()
    }
}

/// A refusal just added, to be completed.
pub struct Detail<'a>(Option<&'a mut Refusal>);

impl Detail<'_> {
    /// Says what would put it right.
    #[must_use]
    fn with(mut self, change: impl FnOnce(&mut Refusal)) -> Self {
        if let Some(refusal) = self.0.as_deref_mut() {
            change(refusal);
        }
        self
    }

    /// Says what would put it right.
    #[allow(clippy::return_self_not_must_use)]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        self.with(|refusal| refusal.remedy = Some(remedy.into()))
    }

    /// Says when it would pass by mere passing of time.
    #[allow(clippy::return_self_not_must_use)]
    pub fn possible_from(self, at: Option<DateTime<Utc>>) -> Self {
        self.with(|refusal| refusal.possible_from = at)
    }
}
