//! The steps that people take, and the roles that may take each.

use super::Role;
use serde::{Deserialize, Serialize};

const SCHOOL: &[Role] = &[Role::Senco, Role::HeadTeacher, Role::InclusionLead, Role::SafeguardingLead];
const BOOKERS: &[Role] = &[
    Role::Senco,
    Role::HeadTeacher,
    Role::InclusionLead,
    Role::SafeguardingLead,
    Role::Teacher,
    Role::TeachingAssistant,
];
const FAMILY: &[Role] = &[Role::Parent, Role::YoungPerson];
/// Those to whom breaches are told.
const TOLD: &[Role] = &[
    Role::HeadTeacher,
    Role::SendManager,
    Role::ConsultationsTeam,
    Role::EhcpCoordinator,
    Role::AdviceManager,
    Role::AuthorityAdmin,
];
/// Those with whom a school consults formally (GR-9).
const CONSULTED: &[Role] = &[Role::EducationalPsychologist, Role::InclusionPartner];
const LINK: &[Role] =
    &[Role::EducationalPsychologist, Role::Cit, Role::Patss, Role::Ewo, Role::InclusionPartner];

/// SENCOs, who bring items to a locality group.
const SENCO: &[Role] = &[Role::Senco];
/// EPs, who hold planning meetings.
const EP: &[Role] = &[Role::EducationalPsychologist];
/// Link staff who sit down with the school (PC-3).
const JOINT_LINK: &[Role] = &[Role::EducationalPsychologist, Role::Cit, Role::Patss, Role::Ewo];
/// Who plans the service's work in an authority.
const MANAGERS: &[Role] = &[Role::SendManager];

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident $name:literal [$($group:expr),*];)*) => {
        /// A step that somebody takes, named as its mutation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "api", derive(async_graphql::Enum))]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Action { $($(#[$doc])* $variant,)* }

        impl Action {
            /// Every action.
            pub const ALL: &[Action] = &[$(Action::$variant),*];

            /// The mutation that takes the step.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name),* }
            }

            pub(super) fn groups(self) -> &'static [&'static [Role]] {
                match self { $(Action::$variant => &[$($group),*]),* }
            }
        }
    };
}

actions! {
    /// Publish a slot for online consultations (OC-1).
    PublishConsultationSlot "publishConsultationSlot" [&[Role::ConsultationsTeam]];
    /// Take back a slot that nobody has booked (OC-1).
    WithdrawConsultationSlot "withdrawConsultationSlot" [&[Role::ConsultationsTeam]];
    /// Book a consultation for a child (OC-2 to OC-9).
    BookConsultation "bookConsultation" [BOOKERS];
    /// Change attendees of a booked consultation (OC-10).
    ChangeAttendees "changeAttendees" [BOOKERS, &[Role::ConsultationsTeam]];
    /// Call off a consultation before it starts.
    CancelConsultation "cancelConsultation" [BOOKERS, &[Role::Specialist, Role::ConsultationsTeam]];
    /// Record that a C-RIC arrived (OC-11).
    RecordCRic "recordCRic" [&[Role::ConsultationsTeam]];
    /// Mark a consultation held, with its immediate actions (OC-12).
    MarkConsultationHeld "markConsultationHeld" [&[Role::Specialist, Role::ConsultationsTeam]];
    /// Mark that a consultation did not take place.
    MarkConsultationNotHeld "markConsultationNotHeld" [&[Role::Specialist, Role::ConsultationsTeam]];
    /// Write the draft of a Record of Involvement (OC-13).
    DraftRecordOfInvolvement "draftRecordOfInvolvement" [&[Role::Specialist, Role::ConsultationsTeam]];
    /// Issue a Record of Involvement, or a corrected version of it (OC-13).
    IssueRecordOfInvolvement "issueRecordOfInvolvement" [&[Role::ConsultationsTeam]];
    /// Arrange the review meeting (OC-14).
    ArrangeReview "arrangeReview" [LINK];
    /// Record that the review meeting was held (OC-14).
    RecordReview "recordReview" [LINK];
    /// Take back a step taken by mistake (XC-22).
    ReverseConsultationStep "reverseConsultationStep" [LINK, &[Role::Specialist, Role::ConsultationsTeam, Role::SendManager]];
    /// Record consent (XC-7).
    RecordConsent "recordConsent" [SCHOOL, &[Role::Parent, Role::YoungPerson, Role::ConsultationsTeam]];
    /// Withdraw consent (XC-8).
    WithdrawConsent "withdrawConsent" [SCHOOL, &[Role::Parent, Role::YoungPerson, Role::ConsultationsTeam]];
    /// Attach a signed form or report (XC-21).
    AttachFile "attachFile" [SCHOOL, &[Role::ConsultationsTeam, Role::Parent]];
    /// Put a child on the roll of a school (XC-14).
    RegisterChild "registerChild" [SCHOOL, &[Role::AuthorityAdmin]];
    /// Move a child to another school (XC-14).
    MoveChild "moveChild" [SCHOOL, &[Role::AuthorityAdmin]];
    /// Answer a request to take over a child whom another school holds (XC-14).
    AnswerTransferRequest "answerTransferRequest" [SCHOOL, &[Role::AuthorityAdmin]];
    /// Name a teacher or teaching assistant for a child.
    NameStaffForChild "nameStaffForChild" [SCHOOL];
    /// Record a concern about a child (GR-1).
    RecordConcern "recordConcern" [BOOKERS];
    /// Record a first-tier intervention (GR-1).
    RecordIntervention "recordIntervention" [BOOKERS];
    /// Record what an intervention achieved (GR-1).
    ReviewIntervention "reviewIntervention" [BOOKERS];
    /// Record an assessment of an area of development (GR-2, GR-7).
    RecordSchoolAssessment "recordSchoolAssessment" [BOOKERS];
    /// Take back an assessment recorded by mistake (XC-22).
    WithdrawSchoolAssessment "withdrawSchoolAssessment" [SCHOOL];
    /// Rule an area of development out (GR-2).
    RuleOutArea "ruleOutArea" [SCHOOL];
    /// Put a child on the SEN register (GR-4).
    AddToSenRegister "addToSenRegister" [SCHOOL];
    /// Take a child off the SEN register (GR-4).
    RemoveFromSenRegister "removeFromSenRegister" [SCHOOL];
    /// Take back a SEN-register decision (XC-22).
    ReverseSenRegisterDecision "reverseSenRegisterDecision" [SCHOOL, &[Role::SendManager]];
    /// Draft a One Plan (GR-5).
    DraftOnePlan "draftOnePlan" [SCHOOL];
    /// Write a section of a One Plan (GR-5).
    WritePlanSection "writePlanSection" [BOOKERS];
    /// Add what parents or pupil contribute (GR-5).
    AddPlanContribution "addPlanContribution" [BOOKERS, FAMILY];
    /// Cite a Record of Involvement in a section (GR-5, OC-13).
    CitePlanEvidence "citePlanEvidence" [BOOKERS];
    /// Put a One Plan in force (GR-5).
    ActivateOnePlan "activateOnePlan" [SCHOOL];
    /// Review a cycle of a One Plan (GR-6, GR-7).
    ReviewPlanCycle "reviewPlanCycle" [SCHOOL];
    /// Record a further observation and consultation (GR-8).
    RecordFurtherObservation "recordFurtherObservation" [BOOKERS];
    /// Update a One Plan with its next cycle (GR-6, GR-8).
    OpenPlanCycle "openPlanCycle" [SCHOOL];
    /// Open the next cycle of all One Plans of a school that are ready for it (GR-6).
    OpenTermCycles "openTermCycles" [SCHOOL];
    /// End a One Plan.
    EndOnePlan "endOnePlan" [SCHOOL];
    /// Take back a step of a One Plan (XC-22).
    ReverseOnePlanStep "reverseOnePlanStep" [SCHOOL, &[Role::SendManager]];
    /// Log a contact with link staff (GR-9, GR-12, GR-13).
    LogLinkContact "logLinkContact" [SCHOOL, LINK];
    /// Take back a contact logged by mistake (XC-22).
    WithdrawLinkContact "withdrawLinkContact" [SCHOOL, LINK];
    /// Raise a child with the link EP or inclusion partner (GR-9).
    RaiseLinkConsultation "raiseLinkConsultation" [SCHOOL];
    /// Say that the pack of a consultation is complete (GR-10).
    CompleteLinkPack "completeLinkPack" [SCHOOL];
    /// Answer a consultation with next steps (GR-11).
    AdviseLinkConsultation "adviseLinkConsultation" [CONSULTED];
    /// Record what came of an agreed action (GR-11).
    CompleteAgreedAction "completeAgreedAction" [SCHOOL, CONSULTED];
    /// Close a consultation (GR-11).
    CloseLinkConsultation "closeLinkConsultation" [SCHOOL, CONSULTED];
    /// Withdraw a consultation (GR-9).
    WithdrawLinkConsultation "withdrawLinkConsultation" [SCHOOL, &[Role::SendManager]];
    /// Take back a step of a consultation with link staff (XC-22).
    ReverseLinkConsultationStep "reverseLinkConsultationStep" [SCHOOL, CONSULTED, &[Role::SendManager]];
    /// Open a referral to the specialist teaching service (GR-3).
    OpenReferral "openReferral" [SCHOOL, LINK];
    /// Record what the specialist teaching service advises (GR-3).
    RecordReferralAdvice "recordReferralAdvice" [SCHOOL, LINK];
    /// Withdraw a referral (GR-3).
    WithdrawReferral "withdrawReferral" [SCHOOL, LINK];
    /// Set a vulnerability flag (XC-11, GR-13).
    SetVulnerability "setVulnerability" [SCHOOL];
    /// End a vulnerability flag (XC-11).
    EndVulnerability "endVulnerability" [SCHOOL];
    /// Record a child's needs (XC-11, GR-3).
    RecordNeeds "recordNeeds" [SCHOOL];
    /// Add an instrument to the authority's list (GR-7).
    AddInstrument "addInstrument" [&[Role::AuthorityAdmin]];
    /// Change an instrument of the authority's list, or retire it (GR-7).
    ChangeInstrument "changeInstrument" [&[Role::AuthorityAdmin]];
    /// Plan a planning meeting of a school (PC-1, PC-2).
    PlanMeeting "planMeeting" [EP, MANAGERS];
    /// Plan the meetings of all schools of an authority for some terms (PC-1, PC-2).
    PlanTermMeetings "planTermMeetings" [MANAGERS];
    /// Move a planning meeting (PC-1).
    MovePlanningMeeting "movePlanningMeeting" [EP, MANAGERS];
    /// Call off a planning meeting.
    CancelPlanningMeeting "cancelPlanningMeeting" [EP, MANAGERS];
    /// Invite somebody to a planning meeting (PC-2, PC-3).
    InviteToMeeting "inviteToMeeting" [SCHOOL, EP, MANAGERS];
    /// Put an item on the agenda (PC-4).
    AddAgendaItem "addAgendaItem" [SCHOOL, JOINT_LINK];
    /// Mark a planning meeting held, with who was there (PC-2).
    MarkMeetingHeld "markMeetingHeld" [EP];
    /// Write down what was said of an item (PC-4, PC-7).
    DiscussAgendaItem "discussAgendaItem" [EP];
    /// Agree support for an item (PC-5, PC-6).
    AgreeSupport "agreeSupport" [EP];
    /// Take back an agreement on support (XC-22).
    WithdrawSupport "withdrawSupport" [EP];
    /// Agree an action (PC-7).
    AgreeMeetingAction "agreeMeetingAction" [EP];
    /// Say what became of an action brought forward (PC-8).
    AnswerMeetingAction "answerMeetingAction" [EP];
    /// Complete the record (PC-5, PC-7, PC-8).
    CompleteMeetingRecord "completeMeetingRecord" [EP];
    /// Share the record with the school (PC-7).
    ShareMeetingRecord "shareMeetingRecord" [EP];
    /// Write an addendum to a shared record (PC-7).
    AddMeetingAddendum "addMeetingAddendum" [EP, MANAGERS];
    /// Take back a step of a planning meeting (XC-22).
    ReversePlanningMeetingStep "reversePlanningMeetingStep" [EP, MANAGERS];
    /// Give feedback on a planning meeting, or on the meetings of a term (PC-9).
    GiveMeetingFeedback "giveMeetingFeedback" [SCHOOL, JOINT_LINK, MANAGERS];
    /// Record a school's traded contract (PC-5).
    RecordTradedContract "recordTradedContract" [MANAGERS];
    /// Set a service's time for a school in a term (PC-6).
    SetAllocation "setAllocation" [MANAGERS];
    /// Plan a session of a locality group (LG-1).
    PlanLocalitySession "planLocalitySession" [EP, MANAGERS];
    /// Move a session of a locality group (LG-1).
    MoveLocalitySession "moveLocalitySession" [EP, MANAGERS];
    /// Call off a session of a locality group.
    CancelLocalitySession "cancelLocalitySession" [EP, MANAGERS];
    /// Start a session with who is there (LG-1).
    StartLocalitySession "startLocalitySession" [EP];
    /// Say who came later to a session (LG-1).
    JoinLocalitySession "joinLocalitySession" [EP];
    /// Close a session (LG-6).
    CloseLocalitySession "closeLocalitySession" [EP];
    /// Bring an item to a session (LG-2, LG-3, LG-5).
    ProposeLocalityItem "proposeLocalityItem" [SENCO];
    /// Complete the preparation form of an item (LG-4).
    PrepareLocalityItem "prepareLocalityItem" [SENCO];
    /// Go on with an item to its next step (LG-6).
    AdvanceLocalityItem "advanceLocalityItem" [SENCO, EP];
    /// Write a note on an item (LG-6).
    WriteLocalityNote "writeLocalityNote" [SENCO, EP];
    /// Offer a strategy, a resource or a signpost for an item (LG-6).
    OfferStrategy "offerStrategy" [SENCO, EP];
    /// Mark what was helpful (LG-6).
    MarkHelpfulStrategies "markHelpfulStrategies" [SENCO, EP];
    /// Put an item off to a later session (LG-6).
    DeferLocalityItem "deferLocalityItem" [SENCO, EP];
    /// Withdraw an item (XC-8).
    WithdrawLocalityItem "withdrawLocalityItem" [SENCO];
    /// Write the action plan of an item (LG-7).
    WriteActionPlan "writeActionPlan" [SENCO];
    /// Review the impact of an action plan (LG-8).
    ReviewImpact "reviewImpact" [SENCO];
    /// Decide that an EP goes on with an item (LG-9).
    DecideEpInvolvement "decideEpInvolvement" [EP];
    /// Agree a level of the support grid (LG-12).
    ModerateSupportGrid "moderateSupportGrid" [EP];
    /// Take the last step of a session of a locality group back (XC-22).
    ReverseLocalitySessionStep "reverseLocalitySessionStep" [EP, MANAGERS];
    /// Take the last step of an item back (XC-22).
    ReverseLocalityItemStep "reverseLocalityItemStep" [SENCO, EP, MANAGERS];
    /// Take an action plan, or the review of its impact, back (XC-22).
    ReverseActionPlanStep "reverseActionPlanStep" [SENCO, MANAGERS];
    /// Ask for an EHC needs assessment (EH-1).
    RequestAssessment "requestAssessment" [SCHOOL, FAMILY, &[Role::EhcpCoordinator, Role::SendManager]];
    /// Decide to assess (EH-1).
    DecideToAssess "decideToAssess" [&[Role::SendManager]];
    /// Decide not to assess (EH-1).
    DecideNotToAssess "decideNotToAssess" [&[Role::SendManager]];
    /// Decide not to issue a plan (EH-1).
    DecideNotToIssue "decideNotToIssue" [&[Role::SendManager]];
    /// End an assessment before its time.
    CeaseAssessment "ceaseAssessment" [&[Role::SendManager]];
    /// Take back a step of an assessment taken by mistake (XC-22).
    ReverseAssessmentStep "reverseAssessmentStep" [&[Role::SendManager, Role::EhcpCoordinator]];
    /// Record an exception to a statutory date (EH-4).
    RecordException "recordException" [&[Role::SendManager]];
    /// Take back an exception recorded by mistake (EH-4, XC-22).
    RevokeException "revokeException" [&[Role::SendManager]];
    /// Seek advice (EH-2).
    SeekAdvice "seekAdvice" [&[Role::EhcpCoordinator]];
    /// Name another giver or manager of an advice (EH-2).
    ChangeAdviceGiver "changeAdviceGiver" [&[Role::EhcpCoordinator]];
    /// Send in advice, or a new version of it (AQ-1).
    SubmitAdvice "submitAdvice" [&[Role::AdviceGiver, Role::AdviceManager, Role::EhcpCoordinator], FAMILY];
    /// Raise a query on advice (AQ-2).
    RaiseAdviceQuery "raiseAdviceQuery" [&[Role::EhcpCoordinator]];
    /// Record that a query was discussed with the line manager (AQ-2).
    RecordManagerDiscussion "recordManagerDiscussion" [&[Role::EhcpCoordinator, Role::SendManager]];
    /// Decide about a query (AQ-3).
    DecideAdviceQuery "decideAdviceQuery" [&[Role::SendManager]];
    /// Log how a small point was cleared up (AQ-4).
    LogSmallPoint "logSmallPoint" [&[Role::EhcpCoordinator]];
    /// Open and send a formal follow-up (AQ-5).
    OpenFormalFollowUp "openFormalFollowUp" [&[Role::EhcpCoordinator]];
    /// Log the manager's discussion with the giver (AQ-6).
    LogGiverDiscussion "logGiverDiscussion" [&[Role::AdviceManager]];
    /// Record that the giver is not at work (AQ-6).
    RecordGiverAbsence "recordGiverAbsence" [&[Role::AdviceManager]];
    /// Close a formal follow-up (AQ-7).
    CloseFollowUp "closeFollowUp" [&[Role::EhcpCoordinator]];
    /// Withdraw a query with a reason.
    WithdrawAdviceQuery "withdrawAdviceQuery" [&[Role::SendManager]];
    /// Take back a step on a query taken by mistake (XC-22).
    ReverseAdviceQueryStep "reverseAdviceQueryStep" [&[Role::EhcpCoordinator, Role::SendManager]];
    /// Issue the draft plan (EH-3, AQ-8).
    IssueDraftPlan "issueDraftPlan" [&[Role::EhcpCoordinator, Role::SendManager]];
    /// Check the draft plan (AQ-8).
    AnswerAccuracyCheck "answerAccuracyCheck" [&[Role::AdviceGiver, Role::AdviceManager]];
    /// Record what the parents say to the draft plan (EH-3).
    RecordParentsResponse "recordParentsResponse" [FAMILY, &[Role::EhcpCoordinator]];
    /// Issue the final plan (EH-1).
    IssueFinalPlan "issueFinalPlan" [&[Role::SendManager]];
    /// Tell the parents of a delay (AQ-9).
    IssueDelayNotice "issueDelayNotice" [&[Role::EhcpCoordinator]];
    /// Confirm that the weekly report was read (AQ-10).
    ConfirmWeeklyReportRead "confirmWeeklyReportRead" [&[Role::SendManager]];
    /// Take note of an escalation (XC-9).
    AcknowledgeEscalation "acknowledgeEscalation" [TOLD];
    /// Hand an escalation to somebody else (XC-9).
    ReassignEscalation "reassignEscalation" [&[Role::SendManager]];
    /// Close an escalation with what was done (XC-9).
    ResolveEscalation "resolveEscalation" [TOLD];
    /// Set the authority's policy figures from a date on.
    SetPolicy "setPolicy" [&[Role::AuthorityAdmin]];
    /// Set up a locality, or say which schools form it (LG-1).
    SetLocality "setLocality" [&[Role::AuthorityAdmin]];
    /// Add a closure day of the authority (XC-1, XC-13).
    AddClosureDay "addClosureDay" [&[Role::AuthorityAdmin]];
    /// Take a closure day back (XC-13).
    RemoveClosureDay "removeClosureDay" [&[Role::AuthorityAdmin]];
    /// Set the terms of a school year (XC-5, XC-13).
    SetTerms "setTerms" [&[Role::AuthorityAdmin]];
    /// Invite a person (XC-23).
    InvitePerson "invitePerson" [&[Role::AuthorityAdmin]];
    /// Grant a role from a date on (XC-23).
    GrantRole "grantRole" [&[Role::AuthorityAdmin]];
    /// Revoke a role (XC-23).
    RevokeRole "revokeRole" [&[Role::AuthorityAdmin]];
    /// Link a practitioner to a school (XC-6).
    AssignLinkStaff "assignLinkStaff" [&[Role::AuthorityAdmin]];
    /// End the link of a practitioner to a school (XC-6).
    EndLinkAssignment "endLinkAssignment" [&[Role::AuthorityAdmin]];
    /// Hand a leaver's links and duties to somebody else (XC-23).
    HandOver "handOver" [&[Role::AuthorityAdmin]];
    /// Erase a child's record with a legal ground (XC-15).
    EraseChild "eraseChild" [&[Role::AuthorityAdmin]];
    /// Erase one file with a legal ground (XC-15).
    EraseDocument "eraseDocument" [&[Role::AuthorityAdmin]];
}
