//! `node`: any object by its opaque id.

use super::advice::{AccuracyCheck, AdviceQuery, AdviceRequest, AdviceVersion};
use super::assessment::{DelayNotice, DraftPlan, EhcAssessment, StatutoryException};
use super::authority::{Authority, Locality};
use super::case::{Attachment, Consultation, RecordOfInvolvement};
use super::child::{Child, Consent, TransferRequest};
use super::deadline::{ClosureDay, Duty, Escalation};
use super::event::Event;
use super::id::{Kind, decode};
use super::loader::by_id;
use super::people::{LinkAssignment, ParentCarer, Person, RoleGrant};
use super::school::School;
use super::slot::ConsultationSlot;
use async_graphql::{Context, ID, Interface, Result};
use entity::{
    accuracy_check, advice_query, advice_request, advice_version, attachment, authority, child, closure_day,
    consent, consultation, consultation_slot, delay_notice, draft_plan, duty, ehc_assessment, escalation,
    event, link_assignment, locality, parent_carer, person, record_of_involvement, role_grant, school,
    statutory_exception, transfer_request,
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
        AdviceQuery advice_query, DraftPlan draft_plan, AccuracyCheck accuracy_check, DelayNotice delay_notice
    ))
}
