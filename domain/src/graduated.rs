//! The graduated response (GR-1 to GR-14): from a first concern over the SEN register and One Plans to the link
//! educational psychologist or inclusion partner. Section numbers are those of the SEND Code of Practice.

pub mod cycle;
pub mod duties;
pub mod evidence;
pub mod link;
pub mod pathway;
pub mod plan;
pub mod record;
pub mod register;
pub mod reversal;
pub mod term;

use self::reversal::{ConsultationStep, PlanStep};
use crate::vocabulary::vocabulary;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// An area of development that is looked at before a SEN-register decision (GR-2; 6.14, 6.18, 6.27).
    AreaOfDevelopment as "AreaOfDevelopment" {
        /// Reading, writing, spelling.
        Literacy = "literacy",
        /// Number and reasoning.
        Maths = "maths",
        /// Understanding and using language, and speech sounds.
        SpeechAndLanguage = "speech and language",
        /// Social communication, autism included.
        SocialCommunication = "social communication",
        /// Social, emotional and mental health.
        Semh = "social, emotional and mental health",
        /// Movement, health, hearing, sight and other senses.
        PhysicalAndSensory = "physical and sensory development",
        /// Self-help and independence.
        SelfHelpAndIndependence = "self-help and independence",
        /// Anything else.
        Other = "other needs",
    }
}

vocabulary! {
    /// How far an intervention goes beyond what all pupils get.
    InterventionTier as "InterventionTier" {
        /// Before identification, as part of high-quality teaching (GR-1).
        FirstTier = "first tier",
        /// Additional to or different from what other pupils get; part of a One Plan.
        Targeted = "targeted",
    }
}

vocabulary! {
    /// Which way a SEN-register decision went (GR-4).
    RegisterStep as "SenRegisterStep" {
        /// The child was put on the register.
        Added = "put on the SEN register",
        /// The child was taken off it.
        Removed = "taken off the SEN register",
    }
}

vocabulary! {
    /// Where a One Plan stands.
    OnePlanState as "OnePlanState" {
        /// Being written.
        Draft = "a draft",
        /// In force, cycle by cycle.
        Active = "active",
        /// No longer needed, with the reason.
        Ended = "ended",
    }
}

vocabulary! {
    /// Where a cycle of a One Plan stands.
    CycleState as "PlanCycleState" {
        /// Being written or carried out.
        Open = "open",
        /// Reviewed; its sections stay as they are.
        Reviewed = "reviewed",
    }
}

vocabulary! {
    /// Whose contribution to a One Plan it is.
    Contributor as "PlanContributor" {
        /// The parents' or carers'.
        Parents = "parents",
        /// The pupil's.
        Pupil = "pupil",
    }
}

vocabulary! {
    /// What a review found of the outcomes of a section.
    Progress as "SectionProgress" {
        /// The outcomes were achieved.
        Achieved = "achieved",
        /// Some of the way.
        SomeProgress = "some progress",
        /// None.
        NoProgress = "no progress",
    }
}

vocabulary! {
    /// One of the four parts of a section, in the order of the cycle (GR-5).
    SectionPart as "SectionPart" {
        /// What is known of the need.
        Assess = "assess",
        /// Outcomes, and the evidence-based interventions towards them.
        Plan = "plan",
        /// Who does it, and when.
        Do = "do",
        /// The date of the review and its measure; the findings follow.
        Review = "review",
    }
}

vocabulary! {
    /// A full term of a school year: two of its six terms (GR-6).
    Season as "FullTermSeason" {
        /// Autumn 1 and Autumn 2.
        Autumn = "autumn term",
        /// Spring 1 and Spring 2.
        Spring = "spring term",
        /// Summer 1 and Summer 2.
        Summer = "summer term",
    }
}

vocabulary! {
    /// What a school contacted its link staff about (GR-9).
    ContactPurpose as "LinkContactPurpose" {
        /// Anything else; a school may ask at any time.
        General = "a general matter",
        /// Whether an online consultation is the way (OC-4).
        OnlineConsultation = "an online consultation",
        /// A request for statutory assessment and its paperwork (GR-12).
        StatutoryAssessment = "a request for statutory assessment",
        /// The risk of a permanent exclusion (GR-13).
        ExclusionRisk = "the risk of permanent exclusion",
    }
}

vocabulary! {
    /// Where a formal consultation with the link EP or inclusion partner stands.
    LinkConsultationState as "LinkConsultationState" {
        /// The school raised the child; the pack is being gathered.
        Raised = "raised",
        /// The pack is complete.
        Ready = "ready",
        /// The EP or inclusion partner has answered with next steps.
        Advised = "advised",
        /// The next steps were taken.
        Closed = "closed",
        /// Withdrawn, with the reason.
        Withdrawn = "withdrawn",
    }
}

impl LinkConsultationState {
    /// The states in which something is still to come.
    pub const OPEN: [Self; 3] = [Self::Raised, Self::Ready, Self::Advised];

    /// Whether something is still to come.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

vocabulary! {
    /// What the EP or inclusion partner advises (GR-11).
    NextStepKind as "NextStepKind" {
        /// Staff attend training.
        Training = "training",
        /// The One Plan is updated.
        OnePlanUpdate = "an update of the One Plan",
        /// The school assesses further.
        FurtherSchoolAssessment = "further school assessment",
        /// The EP or inclusion partner is involved further.
        FurtherInvolvement = "further involvement of the EP or inclusion partner",
        /// A referral.
        Referral = "a referral",
        /// Another action.
        OtherAction = "another action",
    }
}

vocabulary! {
    /// Where a referral to the specialist teaching service stands (GR-3).
    ReferralState as "ReferralState" {
        /// Opened; the advice is awaited.
        Open = "open",
        /// The service has advised.
        Advised = "advised",
        /// Withdrawn, with the reason.
        Withdrawn = "withdrawn",
    }
}

/// What happens in a graduated response. Words that somebody wrote stay on the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GraduatedEvent {
    /// A concern was recorded.
    ConcernRecorded,
    /// An intervention was recorded.
    InterventionRecorded {
        /// How far it goes.
        tier: InterventionTier,
    },
    /// What an intervention achieved was recorded.
    InterventionReviewed,
    /// An area was assessed.
    SchoolAssessmentRecorded {
        /// Which.
        area: AreaOfDevelopment,
    },
    /// An assessment recorded by mistake was taken back.
    SchoolAssessmentWithdrawn,
    /// An area was ruled out.
    AreaRuledOut {
        /// Which.
        area: AreaOfDevelopment,
    },
    /// A SEN-register decision was taken.
    SenRegisterDecided {
        /// Which way.
        step: RegisterStep,
    },
    /// A SEN-register decision was taken back.
    SenRegisterDecisionReversed {
        /// Which way it had gone.
        step: RegisterStep,
    },
    /// A One Plan was begun.
    OnePlanDrafted,
    /// A section of a One Plan was written.
    PlanSectionWritten {
        /// Of which area of need.
        area: AreaOfDevelopment,
    },
    /// Parents or pupil contributed.
    PlanContributionAdded {
        /// Who.
        contributor: Contributor,
    },
    /// A Record of Involvement became evidence in a section.
    PlanEvidenceCited,
    /// A One Plan came into force.
    OnePlanActivated,
    /// A cycle was opened, for review by a date.
    PlanCycleOpened {
        /// The London date.
        review_by: NaiveDate,
    },
    /// The review of a cycle is due on another day, since the term's dates changed.
    PlanCycleMoved {
        /// The London date.
        review_by: NaiveDate,
    },
    /// A cycle was reviewed.
    PlanCycleReviewed,
    /// A further observation was recorded, with what teacher and parents said.
    FurtherObservationRecorded,
    /// A One Plan ended.
    OnePlanEnded,
    /// A step of a One Plan was taken back.
    OnePlanStepReversed {
        /// Which.
        step: PlanStep,
        /// Why.
        reason: String,
        /// What somebody had written that the next such step writes over: findings and summary of a review.
        words: Vec<String>,
    },
    /// A contact logged by mistake was taken back.
    LinkContactWithdrawn,
    /// A contact with link staff was logged.
    LinkContactLogged {
        /// About what.
        purpose: ContactPurpose,
    },
    /// The child was raised with the link EP or inclusion partner.
    LinkConsultationRaised,
    /// The pack of a consultation is complete.
    LinkConsultationReady,
    /// The EP or inclusion partner advised next steps.
    LinkConsultationAdvised,
    /// An agreed action has its outcome.
    AgreedActionCompleted,
    /// A consultation was closed.
    LinkConsultationClosed,
    /// A consultation was withdrawn.
    LinkConsultationWithdrawn,
    /// A step of a consultation was taken back.
    LinkConsultationStepReversed {
        /// Which.
        step: ConsultationStep,
        /// Why.
        reason: String,
        /// What was advised, and the next steps, where that was taken back.
        words: Vec<String>,
    },
    /// A referral to the specialist teaching service was opened.
    ReferralOpened,
    /// The specialist teaching service advised.
    ReferralAdvised,
    /// A referral was withdrawn.
    ReferralWithdrawn,
    /// A parent's request for assessment opens a conversation about their confidence (GR-12).
    ParentConfidenceConversationOpened,
    /// A vulnerability flag was set or ended.
    VulnerabilityChanged,
    /// A child's needs were recorded anew.
    NeedsChanged,
}
