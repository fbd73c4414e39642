//! Which objects of a kind a role sees, and how the matrix says it.

/// Which objects of a kind a role sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// None.
    Nothing,
    /// Those of the authority in which the role is held.
    OfAuthority,
    /// What belongs to the children whom the authority holds today.
    HeldByAuthority,
    /// What belongs to the children whom the own school holds today.
    OwnSchool,
    /// What belongs to the children of the own school whom the person is named for.
    NamedChildren,
    /// What belongs to the own child, or to oneself as the young person.
    OwnChild,
    /// What belongs to the children whom a school holds to which the person is linked today.
    LinkedSchools,
    /// What belongs to consultations in the person's own slots.
    OwnSlots,
    /// What belongs to children whom the authority holds and for whom a consultation was booked in it.
    BookedChildren,
    /// What belongs to consultations that were booked in the authority.
    BookedInAuthority,
    /// The C-RICs that the authority received.
    CRics,
    /// What belongs to the children with an EHC needs assessment or plan whom the authority holds.
    EhcCases,
    /// What was asked of the person.
    AskedOfPerson,
    /// What was asked of those whom the person manages, while the assessment runs.
    AskedOfManaged,
    /// What was asked of the school, for children whom the own school holds.
    AskedOfSchool,
    /// Planning meetings of the own school, and those whose shared record is about a child of it.
    MeetingsOfSchool,
    /// Who takes part in planning meetings of the own school.
    ParticipantsOfSchool,
    /// What stands on their agendas.
    ItemsOfSchool,
    /// What stands in their records, once they are shared.
    RecordsOfSchool,
    /// Planning meetings of linked schools.
    MeetingsOfLinked,
    /// What stands on their agendas and in their records.
    ItemsOfLinked,
    /// What a shared record says of children whom the person is named for.
    SharedNamed,
    /// What a shared record says of the own child.
    SharedOwnChild,
    /// What the person is invited to, until the record is shared.
    Joined,
    /// Deadlines of online consultations, graduated responses and planning meetings.
    OfConsultations,
    /// Deadlines of advice that fall to the giver or the giver's manager.
    OfAdviceAsked,
    /// What belongs to the children whom the authority holds today, and to no child.
    HeldAndOfAuthority,
    /// What belongs to the children whom the authority holds today, and to planning meetings.
    HeldAndOfMeetings,
    /// What hangs on a consultation or a consent that the role sees.
    WithItsCase,
    /// The school that holds the own child, and who is linked to it.
    SchoolOfChild,
    /// Those with a role in the authority, its link staff, and oneself.
    Colleagues,
    /// The link staff of the own child's school, and oneself.
    LinkStaffOfChild,
    /// Those handed to the person.
    Handed,
    /// Those handed to the person, and those raised to the role about children whom the own school holds.
    HandedOrOfSchool,
    /// Those handed to the person or raised to the role.
    HandedOrRaised,
    /// Those handed to the person, and those raised to managers about advice of the person's givers.
    HandedOrOfManaged,
    /// Those that the own school made or has to answer.
    SchoolsRequests,
    /// What happened in the cases that the role sees.
    OfCases,
    /// The same without what is said about EHC advice, exceptions and forecasts.
    OfCasesWithoutAdvice,
    /// What happened to the advice that the role sees, without the SEND team's own notes.
    OfAdvice,
    /// The same, and what happened to calendar and policy.
    OfCasesAndPolicy,
    /// What happened to the own child, without professionals' internal notes.
    OfCasesWithoutNotes,
    /// What happened to people, roles, calendar and policy, and to no child.
    OfAdministration,
    /// That slots were published, taken back or handed over.
    OfSlots,
}

impl Seen {
    /// What the matrix says.
    pub fn words(self) -> &'static str {
        match self {
            Seen::Nothing => "none",
            Seen::OfAuthority => "all of the authority",
            Seen::HeldByAuthority => "of every child whom the authority holds today",
            Seen::OwnSchool => "of every child whom the own school holds today",
            Seen::NamedChildren => "of children of the own school whom the person is named for",
            Seen::OwnChild => "of the own child, or of oneself",
            Seen::LinkedSchools => "of every child whom a school holds to which the person is linked today",
            Seen::OwnSlots => "of consultations in the person's own slots",
            Seen::BookedChildren => {
                "of children whom the authority holds and for whom a consultation was booked"
            }
            Seen::BookedInAuthority => "of consultations booked in the authority",
            Seen::CRics => "C-RICs that the authority received, no other consent",
            Seen::EhcCases => "of children with an EHC needs assessment or plan whom the authority holds",
            Seen::AskedOfPerson => "of the advice asked of the person",
            Seen::AskedOfManaged => {
                "of the advice asked of those whom the person manages, while the assessment runs"
            }
            Seen::AskedOfSchool => "of the advice asked of the school, for children whom the role sees",
            Seen::MeetingsOfSchool => {
                "of the own school, and those whose shared record is about a child whom it holds today"
            }
            Seen::ParticipantsOfSchool => "of planning meetings of the own school",
            Seen::ItemsOfSchool => {
                "of planning meetings of the own school, about no child or one whom it holds today; of shared records of others, about such a child"
            }
            Seen::RecordsOfSchool => {
                "of shared records of the own school, about no child or one whom it holds today; of those of others, about such a child"
            }
            Seen::MeetingsOfLinked => "of planning meetings of schools to which the person is linked today",
            Seen::ItemsOfLinked => {
                "of planning meetings of schools to which the person is linked today, about no child or one whom such a school holds"
            }
            Seen::SharedNamed => {
                "of records of planning meetings that were shared, about children whom the person is named for"
            }
            Seen::SharedOwnChild => {
                "of records of planning meetings that were shared, about the own child or oneself"
            }
            Seen::Joined => "only by invitation to a planning meeting",
            Seen::OfConsultations => {
                "of the online consultations, graduated responses and planning meetings that the role sees; none of EHC cases"
            }
            Seen::OfAdviceAsked => "of the advice that the role sees, those of the giver and the manager",
            Seen::HeldAndOfAuthority => {
                "of every child whom the authority holds today, and those that concern no child"
            }
            Seen::HeldAndOfMeetings => {
                "of every child whom the authority holds today, and of planning meetings"
            }
            Seen::WithItsCase => "with the consultation or consent on which it hangs",
            Seen::SchoolOfChild => "of the school that holds the own child",
            Seen::Colleagues => "everybody with a role or link in the authority, and oneself",
            Seen::LinkStaffOfChild => "link staff of the school that holds the own child, and oneself",
            Seen::Handed => "those handed to the person",
            Seen::HandedOrOfSchool => {
                "those handed to the person, and those raised to the role about children whom the own school holds"
            }
            Seen::HandedOrRaised => "those handed to the person or raised to the role",
            Seen::HandedOrOfManaged => {
                "those handed to the person, and those raised to managers about advice asked of those whom the person manages"
            }
            Seen::SchoolsRequests => "those that the own school made or has to answer",
            Seen::OfCases => "of the cases that the role sees, and of slots; of escalations, with those seen",
            Seen::OfCasesWithoutAdvice => {
                "of the cases that the role sees, without EHC advice, exceptions and forecasts, and of slots; of escalations, with those seen"
            }
            Seen::OfAdvice => {
                "of the advice that the role sees, without the SEND team's own notes, and of slots; of escalations, with those seen"
            }
            Seen::OfCasesAndPolicy => {
                "of the cases that the role sees, of slots, calendar and policy; of escalations, with those seen"
            }
            Seen::OfCasesWithoutNotes => {
                "of the own child, without professionals' internal notes, EHC advice, exceptions and forecasts"
            }
            Seen::OfAdministration => {
                "of people, roles, calendar and policy, and of slots; of no child; of escalations, with those seen"
            }
            Seen::OfSlots => "of slots; of escalations, with those seen",
        }
    }
}
