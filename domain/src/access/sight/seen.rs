//! Which objects of a kind a role sees, and how the matrix says it.

macro_rules! seen {
    ($($(#[$doc:meta])* $seen:ident $words:literal;)*) => {
        /// Which objects of a kind a role sees.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Seen { $($(#[$doc])* $seen,)* }

        impl Seen {
            /// What the matrix says.
            pub fn words(self) -> &'static str {
                match self { $(Seen::$seen => $words,)* }
            }
        }
    };
}

seen! {
    /// None.
    Nothing "none";
    /// Those of the authority in which the role is held.
    OfAuthority "all of the authority";
    /// What belongs to the children whom the authority holds today.
    HeldByAuthority "of every child whom the authority holds today";
    /// What belongs to the children whom the own school holds today.
    OwnSchool "of every child whom the own school holds today";
    /// What belongs to the children of the own school whom the person is named for.
    NamedChildren "of children of the own school whom the person is named for";
    /// What belongs to the own child, or to oneself as the young person.
    OwnChild "of the own child, or of oneself";
    /// What belongs to the children whom a school holds to which the person is linked today.
    LinkedSchools "of every child whom a school holds to which the person is linked today";
    /// What belongs to consultations in the person's own slots.
    OwnSlots "of consultations in the person's own slots";
    /// What belongs to children whom the authority holds and for whom a consultation was booked in it.
    BookedChildren "of children whom the authority holds and for whom a consultation was booked";
    /// What belongs to consultations that were booked in the authority.
    BookedInAuthority "of consultations booked in the authority";
    /// Consents of the children whom the authority holds today, without those to discussion in a locality group.
    HeldWithoutGroups "of every child whom the authority holds today, none to discussion in a locality group";
    /// The C-RICs that the authority received.
    CRics "C-RICs that the authority received, no other consent";
    /// What belongs to the children with an EHC needs assessment or plan whom the authority holds.
    EhcCases "of children with an EHC needs assessment or plan whom the authority holds";
    /// What was asked of the person.
    AskedOfPerson "of the advice asked of the person";
    /// What was asked of those whom the person manages, while the assessment runs.
    AskedOfManaged "of the advice asked of those whom the person manages, while the assessment runs";
    /// What was asked of the school, for children whom the own school holds.
    AskedOfSchool "of the advice asked of the school, for children whom the role sees";
    /// Planning meetings of the own school, and those whose shared record is about a child of it.
    MeetingsOfSchool "of the own school, and those whose shared record is about a child whom it holds today";
    /// Who takes part in planning meetings of the own school.
    ParticipantsOfSchool "of planning meetings of the own school";
    /// What stands on their agendas.
    ItemsOfSchool "of planning meetings of the own school, about no child or one whom it holds today; of shared records of others, about such a child";
    /// What stands in their records, once they are shared.
    RecordsOfSchool "of shared records of the own school, about no child or one whom it holds today; of those of others, about such a child";
    /// Planning meetings of linked schools.
    MeetingsOfLinked "of planning meetings of schools to which the person is linked today";
    /// What stands on their agendas and in their records.
    ItemsOfLinked "of planning meetings of schools to which the person is linked today, about no child or one whom such a school holds";
    /// What a shared record says of children whom the person is named for.
    SharedNamed "of records of planning meetings that were shared, about children whom the person is named for";
    /// What a shared record says of the own child.
    SharedOwnChild "of records of planning meetings that were shared, about the own child or oneself";
    /// What the person is invited to, until the record is shared.
    Joined "only by invitation to a planning meeting";
    /// What belongs to the group of the own school's locality, and what the school brought to another.
    GroupsOfSchool "of the own school's locality; of others, with what the own school brought, about no child or one whom it holds today";
    /// What belongs to the groups of linked schools' localities, and what the person facilitates.
    GroupsOfLinked "of the localities of schools to which the person is linked today, and of sessions that the person facilitates; of others, with what such a school brought, about no child or one whom it holds";
    /// What belongs to the groups of the authority, and what was brought to others about children of it.
    GroupsOfAuthority "all of the authority; of others, with what was brought about a child whose casework the role sees";
    /// What the own school brought to a locality group.
    BroughtBySchool "with what the own school brought, about no child or one whom it holds today";
    /// What the own school brought about children whom the person is named for.
    BroughtForNamed "with what the own school brought, about children whom the person is named for";
    /// What linked schools brought to a locality group.
    BroughtByLinked "with what a school brought to which the person is linked today, about no child or one whom it holds";
    /// What was brought about the own child.
    BroughtOwnChild "with what was brought about the own child or oneself";
    /// Deadlines of online consultations, graduated responses, planning meetings and locality groups.
    OfConsultations "of the online consultations, graduated responses and planning meetings that the role sees; of locality groups, of what the role's schools brought or the person facilitates, and a locality's of a term to its SENCOs and EPs; none of EHC cases";
    /// Deadlines of advice that fall to the giver or the giver's manager.
    OfAdviceAsked "of the advice that the role sees, those of the giver and the manager";
    /// What belongs to the children whom the authority holds today, and to no child.
    HeldAndOfAuthority "of every child whom the authority holds today, and those that concern no child";
    /// What belongs to the children whom the authority holds today, to planning meetings and to locality groups.
    HeldAndOfGatherings "of every child whom the authority holds today, of planning meetings and of locality groups";
    /// What hangs on a consultation or a consent that the role sees.
    WithItsCase "with the consultation or consent on which it hangs";
    /// The school that holds the own child, and who is linked to it.
    SchoolOfChild "of the school that holds the own child";
    /// Those with a role in the authority, its link staff, and oneself.
    Colleagues "everybody with a role or link in the authority, and oneself";
    /// The link staff of the own child's school, and oneself.
    LinkStaffOfChild "link staff of the school that holds the own child, and oneself";
    /// Those handed to the person.
    Handed "those handed to the person";
    /// Those handed to the person, and those raised to the role about children whom the own school holds.
    HandedOrOfSchool "those handed to the person, and those raised to the role about children whom the own school holds";
    /// Those handed to the person or raised to the role.
    HandedOrRaised "those handed to the person or raised to the role";
    /// Those handed to the person, and those raised to managers about advice of the person's givers.
    HandedOrOfManaged "those handed to the person, and those raised to managers about advice asked of those whom the person manages";
    /// Those that the own school made or has to answer.
    SchoolsRequests "those that the own school made or has to answer";
    /// What happened in the cases that the role sees.
    OfCases "of the cases that the role sees, and of slots; of escalations, with those seen";
    /// The same without what is said about EHC advice, exceptions and forecasts.
    OfCasesWithoutAdvice "of the cases that the role sees, without EHC advice, exceptions and forecasts, and of slots; of escalations, with those seen";
    /// What happened to the advice that the role sees, without the SEND team's own notes.
    OfAdvice "of the advice that the role sees, without the SEND team's own notes, and of slots; of escalations, with those seen";
    /// The same, and what happened to calendar and policy.
    OfCasesAndPolicy "of the cases that the role sees, of slots, calendar and policy; of escalations, with those seen";
    /// What happened to the own child, without professionals' internal notes.
    OfCasesWithoutNotes "of the own child, without professionals' internal notes, EHC advice, exceptions and forecasts";
    /// What happened to people, roles, calendar and policy, and to no child.
    OfAdministration "of people, roles, calendar and policy, and of slots; of no child; of escalations, with those seen";
    /// That slots were published, taken back or handed over.
    OfSlots "of slots; of escalations, with those seen";
}
