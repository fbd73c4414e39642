//! Who may do what: role × action × relation. What a role *sees* is a condition on each table, in the store; the
//! words for both stand in the committed matrix.

mod actions;
pub mod sight;
#[cfg(test)]
mod tests;

pub use actions::Action;
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
    /// The EP who holds a planning meeting or facilitates a locality group, linked to the school or not (PC-2, LG-1).
    pub covering: Option<Uuid>,
    /// Who is at a session of a locality group, as SENCO or EP (LG-1).
    pub present: Vec<Uuid>,
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

/// Whether an EP of the authority covers for a school without a link EP of its own (PC-2).
fn covers(person: Uuid, grant: &Grant, standing: &Standing) -> bool {
    grant.role == Role::EducationalPsychologist
        && standing.covering == Some(person)
        && grant.authority == standing.authority
}

/// Whether somebody is at the session of a locality group, as a SENCO or EP of its authority (LG-1).
fn is_present(person: Uuid, grant: &Grant, standing: &Standing) -> bool {
    matches!(grant.role, Role::Senco | Role::EducationalPsychologist)
        && standing.present.contains(&person)
        && grant.authority == standing.authority
}

fn reaches(person: Uuid, grant: &Grant, standing: &Standing) -> bool {
    let same_school = grant.school.is_some() && grant.school == standing.school;
    match grant.role.reach() {
        Reach::School => same_school || is_present(person, grant, standing),
        Reach::LinkedSchools => {
            same_school || covers(person, grant, standing) || is_present(person, grant, standing)
        }
        Reach::NamedChildren => same_school && standing.named_staff.contains(&person),
        Reach::Family => standing.family.contains(&person),
        Reach::OwnSlots => standing.specialist == Some(person),
        Reach::AdviceAsked => standing.giver == Some(person) && grant.authority == standing.authority,
        Reach::AdviceManaged => standing.manager == Some(person) && grant.authority == standing.authority,
        Reach::Authority => grant.authority == standing.authority,
    }
}
