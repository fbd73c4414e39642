//! What each role sees of each kind of object, as the committed matrix says it in words. The conditions that make it so
//! are in the store; an integration test holds the two together, object by object.

mod narrowed;
mod seen;

pub use narrowed::NARROWED;
pub use seen::Seen;

use super::{Reach, Role};

macro_rules! objects {
    ($($(#[$doc:meta])* $object:ident $type_name:literal $words:literal;)*) => {
        /// A kind of object that has an id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Object { $($(#[$doc])* $object,)* }

        impl Object {
            /// Every kind.
            pub const ALL: &[Object] = &[$(Object::$object),*];

            /// The type of the schema.
            pub fn type_name(self) -> &'static str {
                match self { $(Object::$object => $type_name),* }
            }

            /// What people call it.
            pub fn words(self) -> &'static str {
                match self { $(Object::$object => $words),* }
            }
        }
    };
}

objects! {
    /// A local authority, with its calendar and policy.
    Authority "Authority" "authority, its calendar and policy";
    /// A day on which the authority is closed.
    ClosureDay "ClosureDay" "closure days";
    /// A family of schools.
    Locality "Locality" "localities";
    /// A school.
    School "School" "schools";
    /// A practitioner linked to a school.
    LinkAssignment "LinkAssignment" "link staff assignments";
    /// A person with an account.
    Person "Person" "people (name)";
    /// A role that a person holds.
    RoleGrant "RoleGrant" "roles held by people";
    /// A child's identity: names, UPN, birth date, school.
    Child "Child" "children (identity)";
    /// A parent or carer.
    ParentCarer "ParentCarer" "parents and carers";
    /// Consent.
    Consent "Consent" "consents (to schools and link staff, those to discussion in a locality group only as that school recorded them)";
    /// A slot.
    ConsultationSlot "ConsultationSlot" "consultation slots";
    /// An online consultation with its form, attendees and actions.
    Consultation "Consultation" "online consultations";
    /// A version of a Record of Involvement that was issued.
    IssuedRecord "RecordOfInvolvement" "Records of Involvement, issued";
    /// A draft of a Record of Involvement.
    DraftRecord "RecordOfInvolvement" "Records of Involvement, draft";
    /// A file.
    Attachment "Attachment" "attachments";
    /// An EHC needs assessment, with its statutory dates.
    EhcAssessment "EhcAssessment" "EHC needs assessments";
    /// An exception to a statutory date.
    StatutoryException "StatutoryException" "statutory exceptions";
    /// Advice asked for an assessment.
    AdviceRequest "AdviceRequest" "requests for EHC advice";
    /// A version of an advice.
    AdviceVersion "AdviceVersion" "EHC advice, each version";
    /// A query on advice.
    AdviceQuery "AdviceQuery" "advice queries";
    /// A draft plan.
    DraftPlan "DraftPlan" "draft EHC plans";
    /// A check of a draft plan.
    AccuracyCheck "AccuracyCheck" "checks of draft plans";
    /// A notice of delay.
    DelayNotice "DelayNotice" "notices of delay to parents";
    /// A concern.
    Concern "Concern" "concerns";
    /// A school's assessment of an area.
    SchoolAssessment "SchoolAssessment" "schools' assessments";
    /// What is done for a child.
    Intervention "Intervention" "interventions";
    /// A SEN-register decision.
    SenRegisterDecision "SenRegisterDecision" "SEN-register decisions";
    /// A One Plan.
    OnePlan "OnePlan" "One Plans";
    /// A cycle of a One Plan.
    PlanCycle "PlanCycle" "cycles of One Plans";
    /// A section of a cycle, with its outcomes and evidence.
    PlanSection "PlanSection" "sections of One Plans";
    /// A contact of a school with its link staff.
    LinkContact "LinkContact" "contacts with link staff";
    /// A formal consultation with link staff.
    LinkConsultation "LinkConsultation" "consultations with link staff";
    /// A next step of such a consultation.
    AgreedAction "AgreedAction" "next steps of those";
    /// A referral.
    Referral "Referral" "referrals to the specialist teaching service";
    /// A planning meeting.
    PlanningMeeting "PlanningMeeting" "planning meetings";
    /// Somebody who takes part in one.
    MeetingParticipant "MeetingParticipant" "participants of planning meetings";
    /// An item of its agenda.
    AgendaItem "AgendaItem" "agenda items of planning meetings";
    /// Support that was agreed for an item, with what was said of it.
    SupportAgreement "SupportAgreement" "support agreed at planning meetings";
    /// An action.
    MeetingAction "MeetingAction" "actions of planning meetings";
    /// A session of a locality group.
    LocalitySession "LocalitySession" "sessions of locality groups";
    /// An item of one, by its code.
    LocalityItem "LocalityItem" "items of locality groups, by code";
    /// What was noted of an item.
    LocalityNote "LocalityNote" "notes on items not withdrawn";
    /// What was offered for an item.
    Strategy "Strategy" "strategies for items not withdrawn";
    /// The action plan of an item.
    ActionPlan "ActionPlan" "action plans of items not withdrawn";
    /// A step of an action plan.
    ActionPlanStep "ActionPlanStep" "steps of those action plans";
    /// That an EP goes on with an item.
    EpInvolvementDecision "EpInvolvementDecision" "EP involvement, items not withdrawn";
    /// A level of the support grid that was agreed for an item.
    GridModeration "GridModeration" "moderation of items not withdrawn";
    /// A vulnerability flag.
    Vulnerability "Vulnerability" "vulnerability flags";
    /// An instrument of an authority's list.
    Instrument "Instrument" "instruments for assessments";
    /// A deadline.
    Duty "Duty" "deadlines";
    /// An escalation.
    Escalation "Escalation" "escalations";
    /// An event.
    Event "Event" "events";
    /// A request to take over a child.
    TransferRequest "TransferRequest" "transfer requests";
}

impl Reach {
    /// The reach in words.
    pub fn words(self) -> &'static str {
        match self {
            Reach::School => "the children of the own school",
            Reach::NamedChildren => "the children of the own school whom the person is named for",
            Reach::Family => "the own child, or oneself",
            Reach::LinkedSchools => "the schools to which the person is linked today",
            Reach::OwnSlots => "consultations in the person's own slots",
            Reach::AdviceAsked => "the advice asked of the person",
            Reach::AdviceManaged => "the advice asked of those whom the person manages",
            Reach::Authority => "the authority, as far as the role is about it",
        }
    }
}

/// Which children's casework a role sees.
fn cases(role: Role) -> Seen {
    match role {
        Role::ConsultationsTeam => Seen::BookedInAuthority,
        Role::EhcpCoordinator => Seen::EhcCases,
        Role::SendManager | Role::Integrator => Seen::HeldByAuthority,
        _ => match role.reach() {
            Reach::School => Seen::OwnSchool,
            Reach::NamedChildren => Seen::NamedChildren,
            Reach::Family => Seen::OwnChild,
            Reach::LinkedSchools => Seen::LinkedSchools,
            Reach::OwnSlots => Seen::OwnSlots,
            Reach::AdviceAsked => Seen::AskedOfPerson,
            Reach::AdviceManaged => Seen::AskedOfManaged,
            Reach::Authority => Seen::Nothing,
        },
    }
}

/// Which objects of a kind a role sees.
pub fn seen(role: Role, object: Object) -> Seen {
    if role.reach() == Reach::Family { seen_by_family(object) } else { seen_by_staff(role, object) }
}

/// Whether the role is about advice that somebody was asked for.
fn is_asked(role: Role) -> bool {
    matches!(role.reach(), Reach::AdviceAsked | Reach::AdviceManaged)
}

fn seen_by_family(object: Object) -> Seen {
    match object {
        Object::Authority => Seen::OfAuthority,
        Object::School | Object::LinkAssignment => Seen::SchoolOfChild,
        Object::Person => Seen::LinkStaffOfChild,
        Object::Child
        | Object::ParentCarer
        | Object::Consent
        | Object::Consultation
        | Object::EhcAssessment
        | Object::AdviceRequest
        | Object::AdviceVersion
        | Object::DraftPlan
        | Object::DelayNotice
        | Object::Concern
        | Object::SchoolAssessment
        | Object::Intervention
        | Object::SenRegisterDecision
        | Object::OnePlan
        | Object::PlanCycle
        | Object::PlanSection
        | Object::LinkConsultation
        | Object::AgreedAction
        | Object::Referral
        | Object::Vulnerability
        | Object::IssuedRecord => Seen::OwnChild,
        Object::PlanningMeeting | Object::AgendaItem | Object::SupportAgreement | Object::MeetingAction => {
            Seen::SharedOwnChild
        }
        Object::LocalitySession
        | Object::LocalityItem
        | Object::LocalityNote
        | Object::Strategy
        | Object::ActionPlan
        | Object::ActionPlanStep
        | Object::EpInvolvementDecision
        | Object::GridModeration => Seen::BroughtOwnChild,
        Object::Attachment => Seen::WithItsCase,
        Object::Event => Seen::OfCasesWithoutNotes,
        Object::ClosureDay
        | Object::Locality
        | Object::ConsultationSlot
        | Object::RoleGrant
        | Object::DraftRecord
        | Object::StatutoryException
        | Object::AdviceQuery
        | Object::AccuracyCheck
        | Object::LinkContact
        | Object::Instrument
        | Object::MeetingParticipant
        | Object::Duty
        | Object::Escalation
        | Object::TransferRequest => Seen::Nothing,
    }
}

/// What a role sees of EHC needs assessments: the SEND team all of its cases, those who were asked for advice what they
/// were asked, school and link staff the assessment and not what is said about advice.
fn seen_of_assessments(role: Role, object: Object) -> Seen {
    let asked = is_asked(role);
    let team = matches!(role, Role::EhcpCoordinator | Role::SendManager | Role::Integrator);
    let of_school = matches!(role.reach(), Reach::School | Reach::NamedChildren);
    let not_of_cases = matches!(role, Role::ConsultationsTeam | Role::Specialist | Role::AuthorityAdmin);
    match object {
        _ if not_of_cases => Seen::Nothing,
        _ if team => cases(role),
        Object::EhcAssessment | Object::DelayNotice | Object::StatutoryException if asked => Seen::Nothing,
        _ if asked => cases(role),
        Object::EhcAssessment | Object::DelayNotice | Object::DraftPlan => cases(role),
        Object::AdviceRequest | Object::AdviceVersion if of_school => Seen::AskedOfSchool,
        _ => Seen::Nothing,
    }
}

/// What a role sees of graduated responses: whoever does casework with the child, and not those who came to one consultation
/// or were asked for one advice.
fn seen_of_responses(role: Role) -> Seen {
    match role {
        Role::ConsultationsTeam | Role::Specialist => Seen::Nothing,
        _ if is_asked(role) => Seen::Nothing,
        _ => cases(role),
    }
}

/// What a role sees of planning meetings, besides those to which the person is invited.
fn seen_of_meetings(role: Role, object: Object) -> Seen {
    let whole = matches!(object, Object::PlanningMeeting | Object::MeetingParticipant);
    let of_record = matches!(object, Object::SupportAgreement | Object::MeetingAction);
    match role.reach() {
        Reach::Authority if matches!(role, Role::SendManager | Role::Integrator) => {
            if whole {
                Seen::OfAuthority
            } else {
                Seen::HeldAndOfAuthority
            }
        }
        Reach::School if object == Object::PlanningMeeting => Seen::MeetingsOfSchool,
        Reach::School if whole => Seen::ParticipantsOfSchool,
        Reach::School if of_record => Seen::RecordsOfSchool,
        Reach::School => Seen::ItemsOfSchool,
        Reach::LinkedSchools if whole => Seen::MeetingsOfLinked,
        Reach::LinkedSchools => Seen::ItemsOfLinked,
        Reach::NamedChildren if object != Object::MeetingParticipant => Seen::SharedNamed,
        _ => Seen::Joined,
    }
}

/// What a role sees of locality groups: the group all of its locality, whoever is around a child what was brought about it,
/// the authority's case staff and integrators all. None but those around the child see from it who the child is.
fn seen_of_groups(role: Role) -> Seen {
    match role {
        Role::Senco => Seen::GroupsOfSchool,
        Role::EducationalPsychologist => Seen::GroupsOfLinked,
        Role::SendManager | Role::EhcpCoordinator => Seen::GroupsOfAuthority,
        Role::Integrator => Seen::OfAuthority,
        _ => match role.reach() {
            Reach::School => Seen::BroughtBySchool,
            Reach::NamedChildren => Seen::BroughtForNamed,
            Reach::LinkedSchools => Seen::BroughtByLinked,
            _ => Seen::Nothing,
        },
    }
}

fn seen_by_staff(role: Role, object: Object) -> Seen {
    match object {
        Object::Authority
        | Object::ClosureDay
        | Object::Locality
        | Object::School
        | Object::LinkAssignment
        | Object::Instrument
        | Object::ConsultationSlot => Seen::OfAuthority,
        Object::Concern
        | Object::SchoolAssessment
        | Object::Intervention
        | Object::SenRegisterDecision
        | Object::OnePlan
        | Object::PlanCycle
        | Object::PlanSection
        | Object::LinkContact
        | Object::LinkConsultation
        | Object::AgreedAction
        | Object::Referral
        | Object::Vulnerability => seen_of_responses(role),
        Object::PlanningMeeting
        | Object::MeetingParticipant
        | Object::AgendaItem
        | Object::SupportAgreement
        | Object::MeetingAction => seen_of_meetings(role, object),
        Object::LocalitySession
        | Object::LocalityItem
        | Object::LocalityNote
        | Object::Strategy
        | Object::ActionPlan
        | Object::ActionPlanStep
        | Object::EpInvolvementDecision
        | Object::GridModeration => seen_of_groups(role),
        Object::Person => Seen::Colleagues,
        Object::RoleGrant if role == Role::AuthorityAdmin => Seen::OfAuthority,
        Object::RoleGrant => Seen::Nothing,
        Object::Child | Object::ParentCarer => match role {
            Role::ConsultationsTeam => Seen::BookedChildren,
            Role::AuthorityAdmin => Seen::HeldByAuthority,
            _ => cases(role),
        },
        Object::Consent => match role {
            Role::ConsultationsTeam => Seen::CRics,
            Role::Specialist | Role::AdviceGiver | Role::AdviceManager => Seen::Nothing,
            Role::Integrator => Seen::HeldWithoutGroups,
            _ => cases(role),
        },
        Object::EhcAssessment
        | Object::StatutoryException
        | Object::AdviceRequest
        | Object::AdviceVersion
        | Object::AdviceQuery
        | Object::DraftPlan
        | Object::AccuracyCheck
        | Object::DelayNotice => seen_of_assessments(role, object),
        Object::Consultation | Object::IssuedRecord if is_asked(role) => Seen::Nothing,
        Object::Consultation | Object::IssuedRecord => cases(role),
        Object::Duty => match role {
            Role::SendManager => Seen::HeldAndOfAuthority,
            Role::Integrator => Seen::HeldAndOfGatherings,
            Role::EhcpCoordinator | Role::AuthorityAdmin => cases(role),
            _ if is_asked(role) => Seen::OfAdviceAsked,
            _ => Seen::OfConsultations,
        },
        Object::DraftRecord => match role {
            Role::ConsultationsTeam | Role::Specialist => cases(role),
            _ => Seen::Nothing,
        },
        Object::Attachment if cases(role) == Seen::Nothing || is_asked(role) => Seen::Nothing,
        Object::Attachment => Seen::WithItsCase,
        Object::Escalation => match role {
            Role::SendManager => Seen::OfAuthority,
            Role::AdviceManager => Seen::HandedOrOfManaged,
            Role::HeadTeacher => Seen::HandedOrOfSchool,
            _ if role.reach() == Reach::Authority => Seen::HandedOrRaised,
            _ => Seen::Handed,
        },
        Object::Event => match role {
            Role::AuthorityAdmin => Seen::OfAdministration,
            Role::SendManager => Seen::OfCasesAndPolicy,
            _ if cases(role) == Seen::Nothing => Seen::OfSlots,
            _ if is_asked(role) => Seen::OfAdvice,
            _ if matches!(role.reach(), Reach::School | Reach::NamedChildren | Reach::LinkedSchools) => {
                Seen::OfCasesWithoutAdvice
            }
            _ => Seen::OfCases,
        },
        Object::TransferRequest => match role {
            Role::AuthorityAdmin => Seen::OfAuthority,
            _ if role.reach() == Reach::School => Seen::SchoolsRequests,
            _ => Seen::Nothing,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_see_no_internal_notes() {
        for role in [Role::Parent, Role::YoungPerson] {
            for object in [Object::DraftRecord, Object::Duty, Object::Escalation] {
                assert_eq!(seen(role, object), Seen::Nothing);
            }
        }
    }

    #[test]
    fn whoever_sees_a_session_of_a_locality_group_sees_items_of_it() {
        for role in Role::ALL {
            assert_eq!(seen(role, Object::LocalitySession), seen(role, Object::LocalityNote), "{role:?}");
        }
        for role in [Role::AuthorityAdmin, Role::ConsultationsTeam, Role::Specialist, Role::AdviceGiver] {
            assert_eq!(seen(role, Object::LocalityItem), Seen::Nothing, "{role:?}");
        }
    }

    #[test]
    fn an_administrator_sees_identity_and_no_casework() {
        assert_eq!(seen(Role::AuthorityAdmin, Object::Child), Seen::HeldByAuthority);
        for object in [Object::Consultation, Object::Consent, Object::IssuedRecord, Object::Attachment] {
            assert_eq!(seen(Role::AuthorityAdmin, object), Seen::Nothing);
        }
    }
}
