//! Lists that are short by nature and come whole.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use entity::{
    accuracy_check, action_outcome, action_plan, action_plan_step, advice_query, advice_query_entry,
    advice_request, advice_version, agenda_item, agreed_action, area_ruled_out, attachment, attendee,
    closure_day, consent, delay_notice, draft_plan, ehc_assessment, ep_involvement, escalation_told,
    further_observation, graduated_response, grid_moderation, guest_item, holding, immediate_action,
    instrument, intervention, item_discussion, link_consultation, link_contact, locality, locality_item,
    locality_item_child, locality_note, locality_term, meeting_action, meeting_addendum, meeting_feedback,
    meeting_participant, meeting_record, named_staff, one_plan, parent_carer, plan_contribution, plan_cycle,
    plan_evidence, plan_outcome, plan_section, planning_term, preparation_form, record_of_involvement,
    referral, role_grant, school_assessment, school_concern, sen_register_decision, session_attendance,
    statutory_exception, strategy, support_agreement, traded_contract, vulnerability,
};
use sea_orm::{ColumnTrait, Condition};

macro_rules! short_lists {
    ($($(#[$doc:meta])* $name:ident $module:ident under $parent:ident by $order:ident $(where $column:ident is $check:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name;

        impl Listing for $name {
            type Entity = $module::Entity;

            fn parent(&self) -> Option<Parent> {
                Parent::own($module::Column::$parent)
            }

            fn condition(&self, _: &Op) -> Condition {
                Condition::all()$(.add($module::Column::$column.$check()))?
            }

            fn order(&self) -> Ordering<$module::Column> {
                Ordering { by: $module::Column::$order, descending: false }
            }
        }
    )*};
}

short_lists! {
    /// Who is invited to a consultation.
    Attendees attendee under ConsultationId by Position;
    /// What was agreed at a consultation.
    ImmediateActions immediate_action under ConsultationId by Position;
    /// The versions of a Record of Involvement.
    Records record_of_involvement under ConsultationId by RecordVersion;
    /// The files on a consultation.
    AttachmentsOfConsultation attachment under ConsultationId by UploadedAt;
    /// The files on a consent.
    AttachmentsOfConsent attachment under ConsentId by UploadedAt;
    /// The consents of a child.
    Consents consent under ChildId by RecordedAt;
    /// The parents and carers of a child.
    Parents parent_carer under ChildId by FromDate;
    /// The vulnerability flags of a child.
    Vulnerabilities vulnerability under ChildId by FromDate;
    /// The staff named for a child.
    NamedStaff named_staff under ChildId by FromDate;
    /// Which school holds a child now.
    CurrentHolding holding under ChildId by FromDate where ToDate is is_null;
    /// Which schools held a child, the current one included.
    Holdings holding under ChildId by FromDate;
    /// The closure days of an authority.
    ClosureDays closure_day under AuthorityId by OnDate;
    /// The localities of an authority.
    Localities locality under AuthorityId by Name;
    /// The roles of a person.
    RoleGrants role_grant under PersonId by FromDate;
    /// The versions of an advice.
    AdviceVersions advice_version under RequestId by Number;
    /// The log of an advice query.
    QueryEntries advice_query_entry under QueryId by EnteredAt;
    /// The queries on an advice.
    QueriesOfAdvice advice_query under RequestId by RaisedAt;
    /// The advice asked for an assessment.
    AdviceOfAssessment advice_request under AssessmentId by DueOn;
    /// The queries on the advice of an assessment.
    QueriesOfAssessment advice_query under AssessmentId by RaisedAt;
    /// The exceptions of an assessment, those taken back included.
    Exceptions statutory_exception under AssessmentId by FromDate;
    /// The draft plans of an assessment.
    DraftPlans draft_plan under AssessmentId by IssuedAt;
    /// The checks of a draft plan.
    ChecksOfDraft accuracy_check under DraftPlanId by AskedAt;
    /// The checks asked of an advice giver.
    ChecksOfAdvice accuracy_check under RequestId by AskedAt;
    /// The notices of delay.
    DelayNotices delay_notice under AssessmentId by IssuedAt;
    /// The assessments of a child.
    AssessmentsOfChild ehc_assessment under ChildId by RequestedOn;
    /// The concerns about a child.
    Concerns school_concern under ChildId by RaisedOn;
    /// The school's assessments of a child, those taken back included.
    SchoolAssessments school_assessment under ChildId by AssessedOn;
    /// The areas of development that were ruled out for a child.
    AreasRuledOut area_ruled_out under ChildId by RuledOutOn;
    /// The interventions for a child, those of sections included.
    Interventions intervention under ChildId by FromDate;
    /// The SEN-register decisions about a child, those taken back included.
    RegisterDecisions sen_register_decision under ChildId by RecordedAt;
    /// The One Plans of a child.
    PlansOfChild one_plan under ChildId by DraftedAt;
    /// The cycles of a One Plan.
    Cycles plan_cycle under PlanId by Number;
    /// The sections of a cycle.
    Sections plan_section under CycleId by Id;
    /// What a section is to achieve.
    Outcomes plan_outcome under SectionId by Position;
    /// What is done towards it.
    InterventionsOfSection intervention under SectionId by Position;
    /// What parents and pupil contribute to a One Plan.
    Contributions plan_contribution under PlanId by RecordedAt;
    /// The evidence in a section.
    Evidence plan_evidence under SectionId by CitedAt;
    /// The further observations on a One Plan.
    Observations further_observation under PlanId by ObservedOn;
    /// The contacts of a child's school with its link staff.
    LinkContacts link_contact under ChildId by ContactedOn;
    /// The consultations with link staff about a child.
    LinkConsultationsOfChild link_consultation under ChildId by RaisedAt;
    /// The next steps of a consultation.
    AgreedActions agreed_action under LinkConsultationId by Position;
    /// The referrals of a child.
    Referrals referral under ChildId by OpenedOn;
    /// The reference of a child's graduated response.
    Responses graduated_response under ChildId by CreatedAt;
    /// The instruments of an authority, retired ones included.
    Instruments instrument under AuthorityId by Name;
    /// The terms in which a school was due a planning meeting, by school year.
    PlanningTerms planning_term under SchoolId by SchoolYear;
    /// Who takes part in a planning meeting.
    Participants meeting_participant under MeetingId by Id;
    /// The items for which a guest joins a planning meeting.
    ItemsOfGuest guest_item under ParticipantId by Id;
    /// The items of a planning meeting, by how they came onto the agenda.
    AgendaItems agenda_item under MeetingId by Id;
    /// What was said of an item.
    DiscussionOfItem item_discussion under ItemId by Id;
    /// The support agreed for an item, what was taken back included.
    SupportOfItem support_agreement under ItemId by Id;
    /// The actions agreed for an item.
    ActionsOfItem meeting_action under ItemId by Id;
    /// The actions that a planning meeting agreed.
    ActionsOfMeeting meeting_action under MeetingId by Id;
    /// What a planning meeting said of the actions brought forward to it.
    OutcomesOfMeeting action_outcome under MeetingId by Id;
    /// What became of an action in one meeting after the other.
    OutcomesOfAction action_outcome under ActionId by RecordedAt;
    /// The record of a planning meeting as a whole.
    RecordOfMeeting meeting_record under MeetingId by Id;
    /// The addenda to a shared record.
    AddendaOfMeeting meeting_addendum under MeetingId by Id;
    /// The feedback given at a planning meeting.
    FeedbackOfMeeting meeting_feedback under MeetingId by Id;
    /// The traded contracts of a school.
    TradedContracts traded_contract under SchoolId by FromDate;
    /// Who is at a session of a locality group.
    AttendanceOfSession session_attendance under SessionId by Id;
    /// The items of a session, in the order in which they were brought.
    ItemsOfSession locality_item under SessionId by Id;
    /// The preparation form of an item of a session.
    PreparationOfItem preparation_form under ItemId by Id;
    /// The notes on an item of a session.
    NotesOfItem locality_note under ItemId by Id;
    /// What was offered for an item of a session.
    StrategiesOfItem strategy under ItemId by Id;
    /// The steps of an action plan.
    StepsOfActionPlan action_plan_step under ActionPlanId by Id;
    /// The requests for an EP that a session decided, by rank.
    InvolvementsOfSession ep_involvement under SessionId by Rank;
    /// The levels of the support grid that were agreed for an item.
    ModerationsOfItem grid_moderation under ItemId by Id;
    /// Which child an item of a session is about: to whom the link shows it (LG-11).
    LinkOfItem locality_item_child under ItemId by Id;
    /// The action plan of an item.
    ActionPlanOfItem action_plan under ItemId by Id;
    /// The requests for an EP that were decided for an item.
    InvolvementsOfItem ep_involvement under ItemId by Id;
    /// The terms in which a locality was due a session of its group, by school year.
    LocalityTerms locality_term under LocalityId by SchoolYear;
    /// Who was told of an escalation.
    Told escalation_told under EscalationId by ToldAt;
}
