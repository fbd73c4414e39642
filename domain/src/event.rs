//! What can happen. Each workflow has its own events; this file joins them and says what each is about.

use crate::consent::ConsentEvent;
use crate::consultation::ConsultationEvent;
use crate::ehc::EhcEvent;
use crate::graduated::GraduatedEvent;
use crate::locality::LocalityEvent;
use crate::people::PeopleEvent;
use crate::planning::PlanningEvent;
use crate::rule::RuleId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "workflow", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// To a consultation or its slot.
    Consultation(ConsultationEvent),
    /// To consent.
    Consent(ConsentEvent),
    /// To an EHC needs assessment and its advice.
    Ehc(EhcEvent),
    /// To a child's graduated response.
    Graduated(GraduatedEvent),
    /// To a planning meeting.
    Planning(PlanningEvent),
    /// In a locality group.
    Locality(LocalityEvent),
    /// To a deadline.
    Duty(DutyEvent),
    /// To a child's record, or to people and their roles.
    People(PeopleEvent),
    /// To the authority's calendar or policy.
    Authority(AuthorityEvent),
}

/// What happens to deadlines, whatever workflow sets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DutyEvent {
    /// A breach was escalated.
    EscalationRaised {
        /// The rule whose duty was breached.
        rule: RuleId,
    },
    /// Somebody took note of it.
    EscalationAcknowledged,
    /// It was handed to somebody else.
    EscalationReassigned,
    /// It was closed, by a person or by the duty being met late.
    EscalationResolved,
    /// A leaver's duty was handed to somebody else (XC-23).
    HandedOver {
        /// The rule of the duty.
        rule: RuleId,
    },
    /// A deadline moved, since the calendar changed under it (XC-13).
    Moved {
        /// The rule of the duty.
        rule: RuleId,
        /// The London date on which it was due.
        from: NaiveDate,
        /// The London date on which it is due now.
        to: NaiveDate,
    },
}

/// What happens to an authority's calendar and policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthorityEvent {
    /// A new policy version.
    PolicySet {
        /// Its number.
        version: i32,
    },
    /// Closure days, bank holidays or terms changed.
    CalendarChanged,
    /// The list of instruments changed (GR-7).
    InstrumentsChanged {
        /// The instrument.
        instrument: Uuid,
        /// Whether it is standardised from now on.
        standardised: bool,
        /// How often it may be used in a school year, where that differs from the policy.
        yearly_maximum: Option<i32>,
        /// Whether it is off the list.
        retired: bool,
    },
    /// Schools were added, or what is known of them changed.
    SchoolsChanged,
}

/// What an event is about: who may see it follows from this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The authority in whose stream it is.
    pub authority: Uuid,
    /// The kind of the object that changed, as in its opaque id: `Consultation`.
    pub kind: &'static str,
    /// The object that changed.
    pub id: Uuid,
    /// The child whom it concerns.
    pub child: Option<Uuid>,
    /// The school that held the child at the time.
    pub school: Option<Uuid>,
    /// The case that it belongs to: a consultation or an EHC needs assessment.
    pub case: Option<Uuid>,
    /// The advice request that it is about, where those who were asked for the advice see it.
    pub part: Option<Uuid>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident : $pattern:pat),* $(,)?) => {
        /// The kinds of events that a subscriber can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "api", derive(async_graphql::Enum))]
        #[cfg_attr(
            feature = "store",
            derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
            sea_orm(rs_type = "String", db_type = "String(sea_orm::prelude::StringLen::N(40))", rename_all = "SCREAMING_SNAKE_CASE")
        )]
        pub enum EventKind { $($(#[$doc])* $kind,)* }

        impl Event {
            /// Its kind.
            pub fn kind(&self) -> EventKind {
                use AuthorityEvent as A;
                use ConsentEvent as S;
                use ConsultationEvent as C;
                use DutyEvent as D;
                use EhcEvent as E;
                use GraduatedEvent as G;
                use LocalityEvent as L;
                use PeopleEvent as P;
                use PlanningEvent as M;
                match self { $($pattern => EventKind::$kind,)* }
            }
        }
    };
}

kinds! {
    /// A slot for online consultations was published.
    ConsultationSlotPublished: Event::Consultation(C::SlotPublished { .. }),
    /// A slot was taken back.
    ConsultationSlotWithdrawn: Event::Consultation(C::SlotWithdrawn),
    /// A leaver's slot passed to another specialist.
    ConsultationSlotHandedOver: Event::Consultation(C::SlotHandedOver),
    /// A consultation was booked.
    ConsultationBooked: Event::Consultation(C::Booked { .. }),
    /// The attendees of a consultation changed.
    ConsultationAttendeesChanged: Event::Consultation(C::AttendeesChanged),
    /// A consultation was cancelled.
    ConsultationCancelled: Event::Consultation(C::Cancelled { .. }),
    /// A cancelled consultation was reinstated.
    ConsultationReinstated: Event::Consultation(C::Reinstated),
    /// A consultation took place.
    ConsultationHeld: Event::Consultation(C::Held),
    /// A consultation did not take place.
    ConsultationNotHeld: Event::Consultation(C::NotHeld { .. }),
    /// A Record of Involvement was drafted.
    RecordOfInvolvementDrafted: Event::Consultation(C::RecordDrafted { .. }),
    /// A Record of Involvement was issued.
    RecordOfInvolvementIssued: Event::Consultation(C::RecordIssued { .. }),
    /// A review meeting was arranged.
    ReviewArranged: Event::Consultation(C::ReviewArranged { .. }),
    /// A review meeting was held.
    ReviewHeld: Event::Consultation(C::Reviewed { .. }),
    /// A step taken by mistake was taken back.
    ConsultationStepReversed: Event::Consultation(C::StepReversed { .. }),
    /// Consent was recorded.
    ConsentRecorded: Event::Consent(S::Recorded { .. }),
    /// Consent was withdrawn.
    ConsentWithdrawn: Event::Consent(S::Withdrawn { .. }),
    /// An EHC needs assessment was asked for.
    AssessmentRequested: Event::Ehc(E::Requested { .. }),
    /// The authority decided to assess.
    DecidedToAssess: Event::Ehc(E::DecidedToAssess),
    /// The authority decided not to assess.
    AssessmentDeclined: Event::Ehc(E::Declined),
    /// The authority decided not to issue a plan.
    DecidedNotToIssue: Event::Ehc(E::DecidedNotToIssue),
    /// An assessment ended before its time.
    AssessmentCeased: Event::Ehc(E::Ceased),
    /// A statutory exception was recorded.
    ExceptionRecorded: Event::Ehc(E::ExceptionRecorded { .. }),
    /// A statutory exception was taken back.
    ExceptionRevoked: Event::Ehc(E::ExceptionRevoked { .. }),
    /// Advice was sought.
    AdviceSought: Event::Ehc(E::AdviceSought { .. }),
    /// Advice came in, or a new version of it.
    AdviceReceived: Event::Ehc(E::AdviceReceived { .. }),
    /// An advice giver is not at work; the manager answers.
    AdviceGiverAbsent: Event::Ehc(E::GiverAbsent),
    /// An advice passed to another giver or manager.
    AdviceGiverChanged: Event::Ehc(E::GiverChanged),
    /// A query on advice was raised.
    AdviceQueryRaised: Event::Ehc(E::QueryRaised { .. }),
    /// A query was discussed with the line manager.
    AdviceQueryDiscussed: Event::Ehc(E::QueryDiscussed),
    /// The SEND manager decided about a query.
    AdviceQueryDecided: Event::Ehc(E::QueryDecided { .. }),
    /// A small point was cleared up with the giver.
    SmallPointLogged: Event::Ehc(E::SmallPointLogged),
    /// A formal follow-up was opened.
    FollowUpOpened: Event::Ehc(E::FollowUpOpened { .. }),
    /// The response to a formal follow-up is due on another day.
    FollowUpMoved: Event::Ehc(E::FollowUpMoved { .. }),
    /// The giver's manager discussed a follow-up with the giver.
    FollowUpDiscussed: Event::Ehc(E::GiverDiscussed),
    /// Updated advice answered a formal follow-up.
    FollowUpAnswered: Event::Ehc(E::FollowUpAnswered),
    /// A formal follow-up was closed.
    FollowUpClosed: Event::Ehc(E::FollowUpClosed),
    /// A query was withdrawn.
    AdviceQueryWithdrawn: Event::Ehc(E::QueryWithdrawn),
    /// A step on a query was taken back.
    AdviceQueryStepReversed: Event::Ehc(E::QueryStepReversed { .. }),
    /// The draft plan was issued.
    DraftPlanIssued: Event::Ehc(E::DraftIssued),
    /// An advice giver checked the draft plan.
    DraftPlanChecked: Event::Ehc(E::DraftChecked { .. }),
    /// The parents answered the draft plan.
    ParentsResponded: Event::Ehc(E::ParentsResponded),
    /// The final plan was issued.
    FinalPlanIssued: Event::Ehc(E::FinalIssued),
    /// The forecast of a plan changed.
    ForecastChanged: Event::Ehc(E::ForecastChanged { .. }),
    /// The parents were told of a delay.
    DelayNoticeIssued: Event::Ehc(E::DelayNoticeIssued { .. }),
    /// A step of an assessment was taken back.
    AssessmentStepReversed: Event::Ehc(E::StepReversed { .. }),
    /// Somebody has read a weekly report on advice queries.
    WeeklyReportRead: Event::Ehc(E::WeeklyReportRead { .. }),
    /// A concern was recorded.
    ConcernRecorded: Event::Graduated(G::ConcernRecorded),
    /// An intervention was recorded.
    InterventionRecorded: Event::Graduated(G::InterventionRecorded { .. }),
    /// What an intervention achieved was recorded.
    InterventionReviewed: Event::Graduated(G::InterventionReviewed),
    /// An area was assessed.
    SchoolAssessmentRecorded: Event::Graduated(G::SchoolAssessmentRecorded { .. }),
    /// An assessment recorded by mistake was taken back.
    SchoolAssessmentWithdrawn: Event::Graduated(G::SchoolAssessmentWithdrawn),
    /// An area was ruled out.
    AreaRuledOut: Event::Graduated(G::AreaRuledOut { .. }),
    /// A SEN-register decision was taken.
    SenRegisterDecided: Event::Graduated(G::SenRegisterDecided { .. }),
    /// A SEN-register decision was taken back.
    SenRegisterDecisionReversed: Event::Graduated(G::SenRegisterDecisionReversed { .. }),
    /// A One Plan was begun.
    OnePlanDrafted: Event::Graduated(G::OnePlanDrafted),
    /// A section of a One Plan was written.
    PlanSectionWritten: Event::Graduated(G::PlanSectionWritten { .. }),
    /// Parents or pupil contributed.
    PlanContributionAdded: Event::Graduated(G::PlanContributionAdded { .. }),
    /// A Record of Involvement became evidence in a section.
    PlanEvidenceCited: Event::Graduated(G::PlanEvidenceCited),
    /// A One Plan came into force.
    OnePlanActivated: Event::Graduated(G::OnePlanActivated),
    /// A cycle was opened, for review by a date.
    PlanCycleOpened: Event::Graduated(G::PlanCycleOpened { .. }),
    /// The review of a cycle is due on another day, since the term's dates changed.
    PlanCycleMoved: Event::Graduated(G::PlanCycleMoved { .. }),
    /// A cycle was reviewed.
    PlanCycleReviewed: Event::Graduated(G::PlanCycleReviewed),
    /// A further observation was recorded, with what teacher and parents said.
    FurtherObservationRecorded: Event::Graduated(G::FurtherObservationRecorded),
    /// A One Plan ended.
    OnePlanEnded: Event::Graduated(G::OnePlanEnded),
    /// A step of a One Plan was taken back.
    OnePlanStepReversed: Event::Graduated(G::OnePlanStepReversed { .. }),
    /// A contact logged by mistake was taken back.
    LinkContactWithdrawn: Event::Graduated(G::LinkContactWithdrawn),
    /// A contact with link staff was logged.
    LinkContactLogged: Event::Graduated(G::LinkContactLogged { .. }),
    /// The child was raised with the link EP or inclusion partner.
    LinkConsultationRaised: Event::Graduated(G::LinkConsultationRaised),
    /// The pack of a consultation is complete.
    LinkConsultationReady: Event::Graduated(G::LinkConsultationReady),
    /// The EP or inclusion partner advised next steps.
    LinkConsultationAdvised: Event::Graduated(G::LinkConsultationAdvised),
    /// An agreed action has its outcome.
    AgreedActionCompleted: Event::Graduated(G::AgreedActionCompleted),
    /// A consultation was closed.
    LinkConsultationClosed: Event::Graduated(G::LinkConsultationClosed),
    /// A consultation was withdrawn.
    LinkConsultationWithdrawn: Event::Graduated(G::LinkConsultationWithdrawn),
    /// A step of a consultation was taken back.
    LinkConsultationStepReversed: Event::Graduated(G::LinkConsultationStepReversed { .. }),
    /// A referral to the specialist teaching service was opened.
    ReferralOpened: Event::Graduated(G::ReferralOpened),
    /// The specialist teaching service advised.
    ReferralAdvised: Event::Graduated(G::ReferralAdvised),
    /// A referral was withdrawn.
    ReferralWithdrawn: Event::Graduated(G::ReferralWithdrawn),
    /// A parent's request for assessment opens a conversation about their confidence (GR-12).
    ParentConfidenceConversationOpened: Event::Graduated(G::ParentConfidenceConversationOpened),
    /// A vulnerability flag was set or ended.
    VulnerabilityChanged: Event::Graduated(G::VulnerabilityChanged),
    /// A child's needs were recorded anew.
    NeedsChanged: Event::Graduated(G::NeedsChanged),
    /// A planning meeting was planned.
    PlanningMeetingPlanned: Event::Planning(M::Planned { .. }),
    /// A planning meeting moved to another time.
    PlanningMeetingMoved: Event::Planning(M::Moved),
    /// A planning meeting was called off.
    PlanningMeetingCancelled: Event::Planning(M::Cancelled { .. }),
    /// Somebody was invited to a planning meeting.
    MeetingParticipantInvited: Event::Planning(M::ParticipantInvited),
    /// Those who are invited to a planning meeting by themselves, or as what they come, changed with the people of its school.
    MeetingInvitationsChanged: Event::Planning(M::InvitationsChanged),
    /// An item came onto the agenda of a planning meeting.
    AgendaItemAdded: Event::Planning(M::ItemAdded),
    /// A planning meeting took place.
    PlanningMeetingHeld: Event::Planning(M::Held),
    /// What was said of an agenda item was written down.
    AgendaItemDiscussed: Event::Planning(M::ItemDiscussed),
    /// Support was agreed.
    SupportAgreed: Event::Planning(M::SupportAgreed),
    /// An agreement on support was taken back as a mistake.
    SupportWithdrawn: Event::Planning(M::SupportWithdrawn),
    /// An action was agreed at a planning meeting.
    MeetingActionAgreed: Event::Planning(M::ActionAgreed),
    /// An action brought forward has its outcome.
    MeetingActionAnswered: Event::Planning(M::ActionAnswered),
    /// The record of a planning meeting is complete.
    MeetingRecordCompleted: Event::Planning(M::Recorded),
    /// The record of a planning meeting was shared with the school.
    MeetingRecordShared: Event::Planning(M::Shared),
    /// An addendum to a shared record was written.
    MeetingAddendumWritten: Event::Planning(M::AddendumWritten),
    /// A step of a planning meeting was taken back.
    PlanningMeetingStepReversed: Event::Planning(M::StepReversed { .. }),
    /// Somebody gave feedback on planning meetings.
    MeetingFeedbackGiven: Event::Planning(M::FeedbackGiven { .. }),
    /// A school's traded contract was recorded.
    TradedContractRecorded: Event::Planning(M::ContractRecorded),
    /// A service's time for a school was set.
    AllocationSet: Event::Planning(M::AllocationSet),
    /// A session of a locality group was planned.
    LocalitySessionPlanned: Event::Locality(L::SessionPlanned),
    /// A session of a locality group moved to another time.
    LocalitySessionMoved: Event::Locality(L::SessionMoved),
    /// Who is invited to a session of a locality group changed.
    LocalityInvitationsChanged: Event::Locality(L::SessionInvitationsChanged),
    /// A session of a locality group was called off.
    LocalitySessionCancelled: Event::Locality(L::SessionCancelled { .. }),
    /// A session of a locality group started.
    LocalitySessionStarted: Event::Locality(L::SessionStarted),
    /// Somebody came to a session of a locality group that had started.
    LocalitySessionJoined: Event::Locality(L::SessionJoined),
    /// A session of a locality group closed.
    LocalitySessionClosed: Event::Locality(L::SessionClosed),
    /// An item was brought to a session.
    LocalityItemProposed: Event::Locality(L::ItemProposed),
    /// The preparation form of an item is complete.
    LocalityItemPrepared: Event::Locality(L::ItemPrepared),
    /// An item went on to a step.
    LocalityItemAdvanced: Event::Locality(L::ItemAdvanced { .. }),
    /// A note was written on an item.
    LocalityNoteWritten: Event::Locality(L::NoteWritten),
    /// A strategy, a resource or a signpost was offered.
    LocalityStrategyOffered: Event::Locality(L::StrategyOffered),
    /// The SENCO said which strategies were helpful.
    LocalityStrategiesMarked: Event::Locality(L::StrategiesMarked),
    /// An item was put off to a later session.
    LocalityItemDeferred: Event::Locality(L::ItemDeferred),
    /// An item was withdrawn.
    LocalityItemWithdrawn: Event::Locality(L::ItemWithdrawn),
    /// The action plan of an item was written.
    LocalityActionPlanWritten: Event::Locality(L::ActionPlanWritten),
    /// The impact of an action plan was reviewed.
    LocalityImpactReviewed: Event::Locality(L::ImpactReviewed),
    /// The group decided that an EP goes on with an item.
    EpInvolvementDecided: Event::Locality(L::InvolvementDecided),
    /// The group agreed a level of the support grid.
    SupportGridModerated: Event::Locality(L::GridModerated),
    /// The last step of a session of a locality group was taken back.
    LocalitySessionReversed: Event::Locality(L::SessionReversed { .. }),
    /// The last step of an item was taken back.
    LocalityItemStepReversed: Event::Locality(L::ItemStepReversed { .. }),
    /// A breach was escalated.
    EscalationRaised: Event::Duty(D::EscalationRaised { .. }),
    /// An escalation was acknowledged.
    EscalationAcknowledged: Event::Duty(D::EscalationAcknowledged),
    /// An escalation was handed to somebody else.
    EscalationReassigned: Event::Duty(D::EscalationReassigned),
    /// An escalation was closed.
    EscalationResolved: Event::Duty(D::EscalationResolved),
    /// A leaver's duty was handed over.
    DutyHandedOver: Event::Duty(D::HandedOver { .. }),
    /// A deadline moved with the calendar.
    DeadlineMoved: Event::Duty(D::Moved { .. }),
    /// A child was put on the roll of a school.
    ChildRegistered: Event::People(P::ChildRegistered),
    /// What is recorded about a child changed.
    ChildChanged: Event::People(P::ChildChanged),
    /// A child changed school or authority.
    ChildMoved: Event::People(P::ChildMoved),
    /// A school asked to take over a child whom another school holds.
    TransferRequested: Event::People(P::TransferRequested),
    /// A transfer request was answered.
    TransferAnswered: Event::People(P::TransferAnswered { .. }),
    /// Staff were named for a child.
    StaffNamed: Event::People(P::StaffNamed),
    /// A file was attached.
    FileAttached: Event::People(P::FileAttached),
    /// A file was erased.
    DocumentErased: Event::People(P::DocumentErased { .. }),
    /// A child's record was erased.
    ChildErased: Event::People(P::ChildErased { .. }),
    /// A person was invited.
    PersonInvited: Event::People(P::PersonInvited),
    /// A role was granted or revoked, or a link changed.
    RolesChanged: Event::People(P::RolesChanged),
    /// A new policy version was set.
    PolicySet: Event::Authority(A::PolicySet { .. }),
    /// The list of instruments changed.
    InstrumentsChanged: Event::Authority(A::InstrumentsChanged { .. }),
    /// The calendar changed.
    CalendarChanged: Event::Authority(A::CalendarChanged),
    /// Schools were added or changed.
    SchoolsChanged: Event::Authority(A::SchoolsChanged),
}
