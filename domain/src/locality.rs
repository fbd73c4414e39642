//! Locality group consultations: SENCOs of a family of schools work through a situation with an EP, step by step (LG-1 to
//! LG-13).

pub mod code;
pub mod family;
pub mod involvement;
pub mod item;
pub mod moderation;
pub mod plan;
pub mod reversal;
pub mod session;

use crate::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Where a session of a locality group stands.
    SessionState as "LocalitySessionState" {
        /// Planned; items are proposed and prepared for it.
        Planned = "planned",
        /// The group works on its items.
        InProgress = "in progress",
        /// It is over.
        Closed = "closed",
        /// Called off before it started.
        Cancelled = "called off",
    }
}

vocabulary! {
    /// Where an item of a session stands. From the outline to the feedback these are the steps of the consultation, in order
    /// (LG-6).
    ItemState as "LocalityItemState" {
        /// Brought by a SENCO.
        Proposed = "proposed",
        /// Its preparation form is complete.
        Prepared = "prepared",
        /// The SENCO outlines the situation and what was tried.
        Outline = "outline",
        /// The group clarifies the concern, and says what goes well.
        ClarifyConcern = "clarify the concern",
        /// The group clarifies the desired situation, with its context and relationships.
        ClarifyDesired = "clarify the desired situation",
        /// SENCO and group share strategies and resources.
        Strategies = "strategies",
        /// The SENCO says what has been helpful.
        Feedback = "feedback",
        /// The action plan is written.
        ActionPlanned = "action planned",
        /// Its impact was reviewed.
        Reviewed = "reviewed",
        /// Put off to a later session.
        Deferred = "deferred",
        /// Withdrawn; its text is sealed.
        Withdrawn = "withdrawn",
    }
}

/// The steps of the consultation, in order (LG-6).
pub const STEPS: [ItemState; 5] = [
    ItemState::Outline,
    ItemState::ClarifyConcern,
    ItemState::ClarifyDesired,
    ItemState::Strategies,
    ItemState::Feedback,
];

impl ItemState {
    /// The step that comes next in the consultation; none before the item is prepared and once there is feedback.
    pub fn next_step(self) -> Option<Self> {
        match self {
            Self::Prepared => Some(Self::Outline),
            Self::Outline => Some(Self::ClarifyConcern),
            Self::ClarifyConcern => Some(Self::ClarifyDesired),
            Self::ClarifyDesired => Some(Self::Strategies),
            Self::Strategies => Some(Self::Feedback),
            _ => None,
        }
    }

    /// Whether nothing of it is left to do in its session.
    pub fn is_through(self) -> bool {
        self.had(Self::Feedback) || matches!(self, Self::Deferred | Self::Withdrawn)
    }

    /// Whether it is at a step of the consultation or beyond it.
    pub fn had(self, step: Self) -> bool {
        !matches!(self, Self::Deferred | Self::Withdrawn) && self >= step
    }
}

vocabulary! {
    /// What an item is about (LG-2).
    Concern as "LocalityConcern" {
        /// One child.
        Child = "a child",
        /// A group of children.
        Group = "a group",
        /// A class.
        Class = "a class",
        /// A school.
        School = "a school",
        /// The locality.
        Locality = "the locality",
    }
}

vocabulary! {
    /// What a note says. Each belongs to a step (LG-6).
    NoteKind as "LocalityNoteKind" {
        /// What the situation is, and what was tried.
        Situation = "the situation",
        /// A question of the group, or its answer, on the concern.
        Clarification = "clarification",
        /// What goes well.
        GoesWell = "what goes well",
        /// What is hoped for.
        Desired = "the desired situation",
        /// The context of the desired situation.
        Context = "context",
        /// The relationships in it.
        Relationships = "relationships",
        /// What the SENCO says of what was offered.
        Feedback = "feedback",
    }
}

impl NoteKind {
    /// The step to which it belongs.
    pub fn step(self) -> ItemState {
        match self {
            Self::Situation => ItemState::Outline,
            Self::Clarification | Self::GoesWell => ItemState::ClarifyConcern,
            Self::Desired | Self::Context | Self::Relationships => ItemState::ClarifyDesired,
            Self::Feedback => ItemState::Feedback,
        }
    }
}

vocabulary! {
    /// What is offered (LG-6).
    StrategyKind as "LocalityStrategyKind" {
        /// Something to do.
        Strategy = "a strategy",
        /// Something to use.
        Resource = "a resource",
        /// Where support is found outside the school.
        Signpost = "a signpost outside the school",
    }
}

vocabulary! {
    /// How an EP goes on with an item (LG-9).
    Involvement as "EpInvolvement" {
        /// Consultation in school with staff and parents.
        ConsultationInSchool = "consultation in school",
        /// Direct work with the child or young person.
        DirectWork = "direct work",
    }
}

vocabulary! {
    /// What became of a strategy of an action plan (LG-8).
    Impact as "StrategyImpact" {
        /// It helped.
        Helped = "it helped",
        /// It helped in part.
        HelpedInPart = "it helped in part",
        /// It did not help.
        DidNotHelp = "it did not help",
        /// It was not used.
        NotUsed = "it was not used",
    }
}

/// What happens in a locality group. It names no child: what an item is about is asked of the item (LG-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LocalityEvent {
    /// A session was planned.
    SessionPlanned,
    /// It moved to another time.
    SessionMoved,
    /// Who is invited to it changed, since the schools' people or their family did.
    SessionInvitationsChanged,
    /// It was called off.
    SessionCancelled {
        /// Why.
        reason: String,
    },
    /// It started.
    SessionStarted,
    /// Somebody came later.
    SessionJoined,
    /// It is over.
    SessionClosed,
    /// An item was brought.
    ItemProposed,
    /// Its preparation form is complete.
    ItemPrepared,
    /// It went on to a step.
    ItemAdvanced {
        /// Which.
        to: ItemState,
    },
    /// A note was written.
    NoteWritten,
    /// Something was offered.
    StrategyOffered,
    /// The SENCO said what was helpful.
    StrategiesMarked,
    /// It was put off to a later session.
    ItemDeferred,
    /// It was withdrawn, and its text sealed.
    ItemWithdrawn,
    /// The action plan was written.
    ActionPlanWritten,
    /// Its impact was reviewed.
    ImpactReviewed,
    /// The group decided on further involvement of an EP.
    InvolvementDecided,
    /// The group agreed a level of the support grid.
    GridModerated,
    /// The last step of a session was taken back.
    SessionReversed {
        /// Where the session stands again.
        to: SessionState,
        /// Why.
        reason: String,
    },
    /// The last step of an item was taken back.
    ItemStepReversed {
        /// Where the item stands again.
        to: ItemState,
        /// Why.
        reason: String,
    },
}
