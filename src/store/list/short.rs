//! Lists that are short by nature and come whole.

use crate::op::Op;
use crate::store::read::{Listing, Ordering, Parent};
use entity::{
    accuracy_check, advice_query, advice_query_entry, advice_request, advice_version, attachment, attendee,
    closure_day, consent, delay_notice, draft_plan, ehc_assessment, escalation_told, holding,
    immediate_action, locality, named_staff, parent_carer, record_of_involvement, role_grant,
    statutory_exception, vulnerability,
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
    /// Who was told of an escalation.
    Told escalation_told under EscalationId by ToldAt;
}
