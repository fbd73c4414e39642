//! Who may do what: role × action × relation. What a role *sees* is a condition on each table, in the store; the
//! words for both stand in the committed matrix.

pub mod sight;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody is to the children of an authority. A role is held in one authority, and some of them at one school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
pub enum Role {
    /// Special educational needs coordinator of a school.
    Senco,
    /// Head teacher of a school.
    HeadTeacher,
    /// Inclusion lead of a school.
    InclusionLead,
    /// Designated safeguarding lead of a school.
    SafeguardingLead,
    /// Teacher; sees only children whom they are named for.
    Teacher,
    /// Teaching assistant; sees only children whom they are named for.
    TeachingAssistant,
    /// Parent or carer of a child.
    Parent,
    /// The young person whom the record is about.
    YoungPerson,
    /// Educational psychologist (EP), link staff of schools.
    EducationalPsychologist,
    /// Member of the cognition and learning or communication advisory team (CIT), link staff of schools.
    Cit,
    /// Member of PATSS, link staff of schools.
    Patss,
    /// Education welfare officer (EWO), link staff of schools.
    Ewo,
    /// Inclusion partner, link staff of schools.
    InclusionPartner,
    /// Member of the team that publishes slots and receives C-RICs.
    ConsultationsTeam,
    /// Specialist teacher who holds consultations.
    Specialist,
    /// EHCP coordinator, who runs the authority's EHC cases.
    EhcpCoordinator,
    /// SEND manager, or a named deputy.
    SendManager,
    /// Professional asked for EHC advice.
    AdviceGiver,
    /// Line manager of advice givers.
    AdviceManager,
    /// Administrator of the authority's configuration, people and calendars.
    AuthorityAdmin,
    /// Service account of an integrator; reads only.
    Integrator,
}

/// Through what a role is related to a child or case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All children of the school at which the role is held.
    School,
    /// The children of that school whom the person is named for.
    NamedChildren,
    /// The child whose parent, carer or self the person is.
    Family,
    /// The schools to which the person is linked on the day.
    LinkedSchools,
    /// The slots that the person holds.
    OwnSlots,
    /// The advice asked of the person.
    AdviceAsked,
    /// The advice asked of those whom the person manages.
    AdviceManaged,
    /// Everything of the authority that the role is about.
    Authority,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 21] = {
        use Role::{
            AdviceGiver, AdviceManager, AuthorityAdmin, Cit, ConsultationsTeam, EducationalPsychologist,
            EhcpCoordinator, Ewo, HeadTeacher, InclusionLead, InclusionPartner, Integrator, Parent, Patss,
            SafeguardingLead, Senco, SendManager, Specialist, Teacher, TeachingAssistant, YoungPerson,
        };
        [
            Senco,
            HeadTeacher,
            InclusionLead,
            SafeguardingLead,
            Teacher,
            TeachingAssistant,
            Parent,
            YoungPerson,
            EducationalPsychologist,
            Cit,
            Patss,
            Ewo,
            InclusionPartner,
            ConsultationsTeam,
            Specialist,
            EhcpCoordinator,
            SendManager,
            AdviceGiver,
            AdviceManager,
            AuthorityAdmin,
            Integrator,
        ]
    };

    /// Through what the role is related to a child or case.
    pub fn reach(self) -> Reach {
        match self {
            Role::Senco | Role::HeadTeacher | Role::InclusionLead | Role::SafeguardingLead => Reach::School,
            Role::Teacher | Role::TeachingAssistant => Reach::NamedChildren,
            Role::Parent | Role::YoungPerson => Reach::Family,
            Role::EducationalPsychologist | Role::Cit | Role::Patss | Role::Ewo | Role::InclusionPartner => {
                Reach::LinkedSchools
            }
            Role::Specialist => Reach::OwnSlots,
            Role::AdviceGiver => Reach::AdviceAsked,
            Role::AdviceManager => Reach::AdviceManaged,
            _ => Reach::Authority,
        }
    }

    /// The role as it is stored and written: `SEND_MANAGER`.
    pub fn as_str(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }

    /// The role as people say it: `send manager`.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ").to_lowercase()
    }

    /// The role with this stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether the role is held at one school (grants of it name the school).
    pub fn at_school(self) -> bool {
        matches!(self.reach(), Reach::School | Reach::NamedChildren)
    }

    /// Whether the role is one of link staff, held by assignment to schools (XC-6).
    pub fn is_link_staff(self) -> bool {
        self.reach() == Reach::LinkedSchools
    }
}

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

            fn groups(self) -> &'static [&'static [Role]] {
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

/// Whoever an escalation was handed to, in words.
pub const ASSIGNEE: &str = "whoever it was handed to";

impl Action {
    /// Whether whoever an escalation was handed to takes the step, whatever their role (XC-9).
    pub fn is_assignees(self) -> bool {
        matches!(self, Action::AcknowledgeEscalation | Action::ResolveEscalation)
    }
}

/// Whether a role may take a step at all, on what it reaches.
pub fn permitted(role: Role, action: Action) -> bool {
    action.groups().iter().any(|group| group.contains(&role))
}

/// The roles that may take a step, in the words of a refusal: who may, by role, never by name (XC-18).
pub fn who_may(action: Action) -> String {
    let roles = Role::ALL.into_iter().filter(|role| permitted(*role, action)).map(Role::words);
    let assignee = action.is_assignees().then(|| ASSIGNEE.to_owned());
    roles.chain(assignee).collect::<Vec<_>>().join(", ")
}

/// A role that a person holds today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The authority in which it is held.
    pub authority: Uuid,
    /// The school at which it is held, or to which link staff are assigned.
    pub school: Option<Uuid>,
}

/// What an object is to the people around it: where an action on it reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The authority whose rules apply to it.
    pub authority: Uuid,
    /// The school that holds it.
    pub school: Option<Uuid>,
    /// The specialist whose slot it is in.
    pub specialist: Option<Uuid>,
    /// Teachers and teaching assistants named for the child.
    pub named_staff: Vec<Uuid>,
    /// Parents and carers of the child, and the young person, who have an account.
    pub family: Vec<Uuid>,
    /// On whose desk an escalation is.
    pub assignee: Option<Uuid>,
    /// Who was asked for the advice.
    pub giver: Option<Uuid>,
    /// The line manager of who was asked.
    pub manager: Option<Uuid>,
}

/// Whether a person who holds `grants` may take a step on an object.
pub fn may(person: Uuid, grants: &[Grant], action: Action, standing: &Standing) -> bool {
    grants.iter().any(|grant| permitted(grant.role, action) && reaches(person, grant, standing))
        || (action.is_assignees()
            && standing.assignee == Some(person)
            && is_staff(grants, standing.authority))
}

/// Whether somebody works for the authority or one of its schools. An integrator works for nobody, and takes no step.
fn is_staff(grants: &[Grant], authority: Uuid) -> bool {
    let works = |role: Role| role != Role::Integrator && role.reach() != Reach::Family;
    grants.iter().any(|grant| grant.authority == authority && works(grant.role))
}

fn reaches(person: Uuid, grant: &Grant, standing: &Standing) -> bool {
    let same_school = grant.school.is_some() && grant.school == standing.school;
    match grant.role.reach() {
        Reach::School | Reach::LinkedSchools => same_school,
        Reach::NamedChildren => same_school && standing.named_staff.contains(&person),
        Reach::Family => standing.family.contains(&person),
        Reach::OwnSlots => standing.specialist == Some(person),
        Reach::AdviceAsked => standing.giver == Some(person) && grant.authority == standing.authority,
        Reach::AdviceManaged => standing.manager == Some(person) && grant.authority == standing.authority,
        Reach::Authority => grant.authority == standing.authority,
    }
}
