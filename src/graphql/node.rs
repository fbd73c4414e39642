//! `node`: any object by its opaque id.

use super::advice::{AccuracyCheck, AdviceQuery, AdviceRequest, AdviceVersion};
use super::agenda::{AgendaItem, MeetingAction, SupportAgreement};
use super::assessment::{DelayNotice, DraftPlan, EhcAssessment, StatutoryException};
use super::authority::{Authority, Locality};
use super::calendar::ClosureDay;
use super::case::{Attachment, Consultation, RecordOfInvolvement};
use super::child::{Child, Consent, TransferRequest, Vulnerability};
use super::deadline::{Duty, Escalation};
use super::event::Event;
use super::graduated::{Concern, Instrument, Intervention, SchoolAssessment, SenRegisterDecision};
use super::id::{Kind, decode};
use super::link::{AgreedAction, LinkConsultation, LinkContact, Referral};
use super::loader::by_id;
use super::locality::{
    ActionPlan, ActionPlanStep, EpInvolvementDecision, GridModeration, LocalityItem, LocalityNote,
    LocalitySession, Strategy,
};
use super::one_plan::{OnePlan, PlanCycle, PlanSection};
use super::people::{LinkAssignment, ParentCarer, Person, RoleGrant};
use super::planning::{MeetingParticipant, PlanningMeeting};
use super::school::School;
use super::slot::ConsultationSlot;
use async_graphql::{Context, ID, Interface, Result};
use entity::{
    accuracy_check, action_plan, action_plan_step, advice_query, advice_request, advice_version, agenda_item,
    agreed_action, attachment, authority, child, closure_day, consent, consultation, consultation_slot,
    delay_notice, draft_plan, duty, ehc_assessment, ep_involvement, escalation, event, grid_moderation,
    instrument, intervention, link_assignment, link_consultation, link_contact, locality, locality_item,
    locality_note, locality_session, meeting_action, meeting_participant, one_plan, parent_carer, person,
    plan_cycle, plan_section, planning_meeting, record_of_involvement, referral, role_grant, school,
    school_assessment, school_concern, sen_register_decision, statutory_exception, strategy,
    support_agreement, transfer_request, vulnerability,
};

/// Anything that has an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque id."))]
pub enum Node {
    /// A local authority.
    Authority(Authority),
    /// A family of schools.
    Locality(Locality),
    /// A school.
    School(School),
    /// A member of staff, or the viewer.
    Person(Person),
    /// A practitioner linked to a school.
    LinkAssignment(LinkAssignment),
    /// A role that a person holds.
    RoleGrant(RoleGrant),
    /// A child.
    Child(Child),
    /// A parent or carer.
    ParentCarer(ParentCarer),
    /// Consent.
    Consent(Consent),
    /// A file.
    Attachment(Attachment),
    /// A slot.
    ConsultationSlot(ConsultationSlot),
    /// A consultation.
    Consultation(Consultation),
    /// A version of a Record of Involvement.
    RecordOfInvolvement(RecordOfInvolvement),
    /// A deadline.
    Duty(Duty),
    /// An escalation.
    Escalation(Escalation),
    /// An event.
    Event(Event),
    /// A request to take a child over.
    TransferRequest(TransferRequest),
    /// A closure day.
    ClosureDay(ClosureDay),
    /// An EHC needs assessment.
    EhcAssessment(EhcAssessment),
    /// An exception to a statutory date.
    StatutoryException(StatutoryException),
    /// Advice asked for.
    AdviceRequest(AdviceRequest),
    /// A version of an advice.
    AdviceVersion(AdviceVersion),
    /// A query on advice.
    AdviceQuery(AdviceQuery),
    /// A draft plan.
    DraftPlan(DraftPlan),
    /// A check of a draft plan.
    AccuracyCheck(AccuracyCheck),
    /// A notice of delay.
    DelayNotice(DelayNotice),
    /// A concern.
    Concern(Concern),
    /// A school's assessment.
    SchoolAssessment(SchoolAssessment),
    /// An intervention.
    Intervention(Intervention),
    /// A SEN-register decision.
    SenRegisterDecision(SenRegisterDecision),
    /// A One Plan.
    OnePlan(OnePlan),
    /// A cycle of a One Plan.
    PlanCycle(PlanCycle),
    /// A section of a cycle.
    PlanSection(PlanSection),
    /// A contact with link staff.
    LinkContact(LinkContact),
    /// A consultation with link staff.
    LinkConsultation(LinkConsultation),
    /// An agreed action.
    AgreedAction(AgreedAction),
    /// A referral.
    Referral(Referral),
    /// An instrument.
    Instrument(Instrument),
    /// A vulnerability flag.
    Vulnerability(Vulnerability),
    /// A planning meeting.
    PlanningMeeting(PlanningMeeting),
    /// Somebody who takes part in one.
    MeetingParticipant(MeetingParticipant),
    /// An item on its agenda.
    AgendaItem(AgendaItem),
    /// Support agreed for an item.
    SupportAgreement(SupportAgreement),
    /// An action of a planning meeting.
    MeetingAction(MeetingAction),
    /// A session of a locality group.
    LocalitySession(LocalitySession),
    /// An item of a session.
    LocalityItem(LocalityItem),
    /// A note on an item of a session.
    LocalityNote(LocalityNote),
    /// What was offered for an item of a session.
    Strategy(Strategy),
    /// An action plan.
    ActionPlan(ActionPlan),
    /// A step of an action plan.
    ActionPlanStep(ActionPlanStep),
    /// A group's decision that an EP goes on with an item.
    EpInvolvementDecision(EpInvolvementDecision),
    /// A level of the support grid that a group agreed.
    GridModeration(GridModeration),
}

/// The object that an id names, if there is one and the viewer sees it: absent and not yours are the same answer.
pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((kind, id)) = decode(id) else { return Ok(None) };
    macro_rules! node {
        ($($kind:ident $module:ident),*) => {
            match kind {
                $(Kind::$kind => by_id::<$module::Entity>(ctx, id).await?.map(|row| Node::$kind($kind::from(row))),)*
            }
        };
    }
    Ok(node!(
        Authority authority, Locality locality, School school, Person person, LinkAssignment link_assignment,
        RoleGrant role_grant, Child child, ParentCarer parent_carer, Consent consent, Attachment attachment,
        ConsultationSlot consultation_slot, Consultation consultation, RecordOfInvolvement record_of_involvement,
        Duty duty, Escalation escalation, Event event,
        TransferRequest transfer_request, ClosureDay closure_day, EhcAssessment ehc_assessment,
        StatutoryException statutory_exception, AdviceRequest advice_request, AdviceVersion advice_version,
        AdviceQuery advice_query, DraftPlan draft_plan, AccuracyCheck accuracy_check, DelayNotice delay_notice,
        Concern school_concern, SchoolAssessment school_assessment, Intervention intervention, SenRegisterDecision sen_register_decision, OnePlan one_plan, PlanCycle plan_cycle, PlanSection plan_section, LinkContact link_contact, LinkConsultation link_consultation, AgreedAction agreed_action, Referral referral, Instrument instrument, Vulnerability vulnerability,
        PlanningMeeting planning_meeting, MeetingParticipant meeting_participant, AgendaItem agenda_item,
        SupportAgreement support_agreement, MeetingAction meeting_action, LocalitySession locality_session,
        LocalityItem locality_item, LocalityNote locality_note, Strategy strategy, ActionPlan action_plan,
        ActionPlanStep action_plan_step, EpInvolvementDecision ep_involvement, GridModeration grid_moderation
    ))
}
