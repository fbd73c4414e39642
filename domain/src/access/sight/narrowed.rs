//! What is narrower than the object on which it stands.

/// Fields that show less than the object they stand on, or that only some may narrow a list by, in words: the field of
/// the schema, and to whom it shows what.
pub const NARROWED: &[(&str, &str)] = &[
    (
        "Child.sen",
        "SEN status, needs and flags: not to authority admins, who see identity only; nor can they search by them",
    ),
    (
        "SenProfile.vulnerabilities",
        "not to the consultations team, specialists, advice givers and their managers",
    ),
    (
        "Child.namedStaff",
        "not to the consultations team, specialists, advice givers, their managers and authority admins",
    ),
    ("Child.accessLog", "to authority admins of the authority that holds the child"),
    ("ConsultationSlot.joinLink", "to the consultations team and the slot's specialist"),
    ("ConsultationSlot.consultation", "to those who see that consultation"),
    (
        "Consultation.joinLink",
        "to those who see the consultation, but not to integrators, while it is booked",
    ),
    (
        "Consultation.recordsOfInvolvement",
        "drafts to the consultations team and the slot's specialist; issued ones to all who see the consultation",
    ),
    ("Consultation.duties", "not to parents and young people; to staff not of their own child"),
    ("Consultation.escalations", "only those that the viewer sees by themselves"),
    (
        "Child.history",
        "drafts, moved deadlines and handovers are hidden from parents and young people; escalations from all who do not see the escalation; what is said about EHC advice, its exceptions, forecasts and deadlines from all but EHCP coordinators, SEND managers, integrators and, of their own advice, those who were asked for it",
    ),
    ("Consultation.history", "as Child.history"),
    (
        "Person.email",
        "to the person, and to admins of an authority in which the person has a role, link or invitation",
    ),
    ("Person.roleGrants", "to authority admins"),
    ("Event.actor", "where the viewer sees the person: never a parent's account"),
    ("TransferRequest.child", "to those who see the child already"),
    ("EhcAssessment.history", "as Child.history"),
    ("AdviceRequest.history", "as Child.history"),
    (
        "AdviceQuery.history",
        "as Child.history; that it was discussed with the line manager, decided or taken back to EHCP coordinators, SEND managers and integrators only",
    ),
    (
        "EhcAssessment.duties",
        "to EHCP coordinators, SEND managers and integrators; the dates themselves stand on the assessment for all who see it",
    ),
    (
        "AdviceQuery.duties",
        "the SEND team's own deadline to EHCP coordinators, SEND managers and integrators only",
    ),
    (
        "DueDate.explanation",
        "of the deadline for advice, names the ground of an exception that moved it, never its evidence",
    ),
    ("EhcAssessment.forecast", "to EHCP coordinators, SEND managers and integrators"),
    (
        "EhcAssessment.parentsResponse",
        "to the family and to EHCP coordinators, SEND managers and integrators",
    ),
    (
        "AdviceRequest.giverAbsentSince",
        "to EHCP coordinators, SEND managers and integrators, and to those who were asked for the advice",
    ),
    ("AdviceQuery.decision", "to EHCP coordinators, SEND managers and integrators"),
    (
        "DraftPlan.overridden",
        "to EHCP coordinators, SEND managers and integrators: it says that queries were open",
    ),
    (
        "AdviceQuery.log",
        "the discussion with the line manager, decisions and reversals to EHCP coordinators, SEND managers and integrators only",
    ),
    (
        "AdviceRequest.assessment",
        "to those who see the assessment: not to advice givers and their managers as such",
    ),
    (
        "DraftPlan.checks",
        "to EHCP coordinators, SEND managers and integrators, and each to who was asked for it",
    ),
    ("Authority.weeklyAdviceReport", "to SEND managers and integrators of the authority"),
    ("Authority.timeliness", "to SEND managers and integrators of the authority"),
    (
        "Child.graduatedResponse",
        "what belongs to it as above, to those who see the child's casework; nothing to those who see identity only",
    ),
    (
        "Child.pathway",
        "not to the consultations team, specialists, advice givers, their managers and authority admins",
    ),
    ("GraduatedResponse.pathway", "as Child.pathway"),
    ("GraduatedResponse.linkContacts", "not to parents and young people; to staff not of their own child"),
    ("GraduatedResponse.duties", "not to parents and young people; to staff not of their own child"),
    ("PlanCycle.duties", "as GraduatedResponse.duties"),
    ("LinkConsultation.pack", "to those who see the child's casework"),
    ("OnePlan.document", "what the viewer sees of the plan, as one page"),
    ("School.graduatedResponseFigures", "counted over the children and plans that the viewer sees"),
    ("AgendaItem.discussion", "as support agreed at planning meetings"),
    ("PlanningMeeting.addenda", "as actions of planning meetings"),
    (
        "PlanningMeeting.record",
        "to link staff, SEND managers and integrators; to the school once it is shared; to those invited fully until then; not to families and staff around one child",
    ),
    (
        "PlanningMeeting.feedback",
        "to SEND managers and integrators, to who gave it, and what the school said to the school",
    ),
    (
        "PlanningMeeting.duties",
        "to the school, its link staff, SEND managers, integrators, and those invited fully",
    ),
    ("PlanningMeeting.history", "as PlanningMeeting.duties; of the record to the school once it is shared"),
    ("PlanningMeeting.document", "what the viewer sees of the meeting, as one page"),
    ("PlanningMeeting.place", "a link to join only while the meeting is planned, and not to integrators"),
    ("MeetingParticipant.email", "of people without an account; of others as Person.email"),
    ("School.planningTerms", "to the school, its link staff, SEND managers and integrators"),
    ("School.tradedContracts", "as School.planningTerms"),
    ("School.allocations", "as School.planningTerms"),
    (
        "LocalitySession.attendance",
        "to the SENCOs and EPs of the locality, its facilitator, EHCP coordinators, SEND managers and integrators",
    ),
    (
        "LocalitySession.place",
        "a link to join only until the session is over, and not to integrators, parents and young people",
    ),
    ("LocalitySession.minutes", "what the viewer sees of the session, as one page; children by their code"),
    ("LocalitySession.minutesData", "as LocalitySession.minutes"),
    ("Locality.moderation", "over the items of sessions of locality groups that the viewer sees"),
    ("LocalitySession.duties", "to the SENCOs and EPs of the locality, SEND managers and integrators"),
    ("LocalitySession.history", "not to parents and young people; to staff not of their own child"),
    (
        "LocalityItem.child",
        "to the school that brought it and its link staff while it holds the child, SEND managers, EHCP coordinators of the child's case, parents and the young person; on every other way the item has only its code",
    ),
    ("Child.localityItems", "as LocalityItem.child"),
    ("PlanCycle.actionPlans", "as LocalityItem.child"),
    (
        "Child.localityConsentSheet",
        "to staff of the school that holds the child, where that is in a locality",
    ),
    ("LocalityItem.subject", "to nobody once the item is withdrawn"),
    ("LocalityItem.supportSoFar", "as LocalityItem.subject"),
    ("LocalityItem.closingReason", "as LocalityItem.subject"),
    (
        "LocalityItem.preparationForm",
        "to the SENCOs and EPs of the locality, its facilitator, the school that brought it and its link staff; to nobody once the item is withdrawn",
    ),
    ("LocalityItem.preparationSheet", "as LocalityItem.preparationForm"),
    (
        "LocalityItem.duties",
        "to the school that brought it and its link staff while it holds the child, the facilitator, SEND managers and integrators",
    ),
    (
        "LocalityItem.history",
        "to parents and young people only its steps, its action plan and review, and that it was put off or withdrawn",
    ),
    ("Event.acknowledged", "the reasons on an item of a locality group to nobody once it is withdrawn"),
    ("Attachment.url", "opening the file is written down in the access audit"),
];
