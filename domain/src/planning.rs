//! Planning and consultation meetings: six times a year each school sits down with its link staff (PC-1 to PC-9).

pub mod agenda;
pub mod meeting;
pub mod monitoring;
pub mod record;
pub mod resources;
pub mod reversal;
pub mod spread;
pub mod window;

use crate::access::Role;
use crate::calendar::TermName;
use crate::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Where a planning meeting stands.
    MeetingState as "PlanningMeetingState" {
        /// Planned; participants are invited.
        Planned = "planned",
        /// It took place.
        Held = "held",
        /// Its record is complete.
        Recorded = "recorded",
        /// Its record was shared with the school; from then on it only gets addenda.
        Shared = "shared",
        /// Called off before it took place.
        Cancelled = "cancelled",
    }
}

vocabulary! {
    /// Why somebody takes part.
    ParticipantKind as "MeetingParticipantKind" {
        /// As link staff of the school, invited by themselves (PC-3).
        LinkStaff = "link staff",
        /// As staff of the school.
        School = "school staff",
        /// For named agenda items only (PC-3).
        Other = "a guest for some items",
    }
}

vocabulary! {
    /// What an item is about (PC-4).
    Priority as "AgendaPriority" {
        /// Casework with one child.
        IndividualCasework = "individual casework",
        /// Statutory work with one child, after it was agreed to assess.
        StatutoryCasework = "statutory casework",
        /// Exclusion, school avoidance, developmental needs; vulnerable children among them.
        ComplexCasework = "complex casework",
        /// Co-production with parents and carers.
        CoProduction = "co-production with parents",
        /// A peer group or a class.
        PeerGroup = "peer group or class",
        /// Development of staff and school.
        StaffDevelopment = "staff and school development",
    }
}

impl Priority {
    /// Whether an item of this priority names a child.
    pub fn is_about_a_child(self) -> bool {
        matches!(self, Priority::IndividualCasework | Priority::StatutoryCasework | Priority::ComplexCasework)
    }
}

vocabulary! {
    /// How an item came onto the agenda; they come in this order (PC-4).
    ItemOrigin as "AgendaItemOrigin" {
        /// An action of the school's previous record that is still open.
        BroughtForward = "brought forward",
        /// A child raised with the link EP or inclusion partner (GR-9).
        LinkConsultation = "raised with the link EP or inclusion partner",
        /// Named for this meeting.
        New = "new",
    }
}

vocabulary! {
    /// In what a discussed item ends (PC-5).
    SupportForm as "SupportForm" {
        /// Its place among the priorities, with its rank.
        Triage = "triage",
        /// Advice in consultation.
        ConsultationAdvice = "consultation advice",
        /// Planning of assessment and intervention by a service, in agreed hours.
        AssessmentAndIntervention = "assessment and intervention planning",
        /// Work that the school's traded EP contract pays for.
        TradedWork = "traded work",
    }
}

vocabulary! {
    /// The services whose hours are agreed and allocated (PC-5, PC-6).
    SupportService as "SupportService" {
        /// The educational psychology service.
        EducationalPsychology = "educational psychology",
        /// The cognition and learning or communication advisory team.
        Cit = "CIT",
        /// PATSS.
        Patss = "PATSS",
        /// The education welfare service.
        EducationWelfare = "education welfare",
    }
}

vocabulary! {
    /// What became of an action that was brought forward (PC-8).
    ActionOutcome as "MeetingActionOutcome" {
        /// It was done.
        Done = "done",
        /// It goes on.
        CarriedForward = "carried forward",
        /// It is no longer wanted.
        Dropped = "dropped",
    }
}

vocabulary! {
    /// From where feedback on the meetings comes (PC-9).
    FeedbackSource as "MeetingFeedbackSource" {
        /// From the school, at the meeting.
        School = "the school",
        /// From staff, in a team meeting.
        TeamMeeting = "a team meeting",
        /// From staff, in supervision.
        Supervision = "supervision",
    }
}

/// The link staff who are invited by themselves (PC-3).
pub const INVITED: [Role; 4] = [Role::EducationalPsychologist, Role::Cit, Role::Patss, Role::Ewo];

/// The roles that are key staff of a school without more words (PC-2).
pub const KEY_STAFF: [Role; 4] =
    [Role::Senco, Role::InclusionLead, Role::SafeguardingLead, Role::HeadTeacher];

/// A step of a meeting that can be taken back (XC-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MeetingStep {
    /// It was marked held.
    Held,
    /// Its record was said to be complete.
    Recorded,
}

/// What happens to a planning meeting. Words that somebody wrote stay on the rows, but for reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlanningEvent {
    /// It was planned for a term.
    Planned {
        /// Which.
        term: TermName,
    },
    /// It moved to another time.
    Moved,
    /// It was called off.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Somebody was invited.
    ParticipantInvited,
    /// Those invited by themselves, or as what they come, changed with the people of the school.
    InvitationsChanged,
    /// An item came onto the agenda.
    ItemAdded,
    /// It took place.
    Held,
    /// What was said of an item was written down.
    ItemDiscussed,
    /// Support was agreed.
    SupportAgreed,
    /// An agreement was taken back as a mistake.
    SupportWithdrawn,
    /// An action was agreed.
    ActionAgreed,
    /// An action brought forward has its outcome.
    ActionAnswered,
    /// Its record is complete.
    Recorded,
    /// Its record was shared.
    Shared,
    /// An addendum was written.
    AddendumWritten,
    /// A step was taken back.
    StepReversed {
        /// Which.
        step: MeetingStep,
        /// Why.
        reason: String,
    },
    /// Somebody gave feedback.
    FeedbackGiven {
        /// From where.
        source: FeedbackSource,
    },
    /// A school's traded contract was recorded.
    ContractRecorded,
    /// A service's time for a school was set.
    AllocationSet,
}
