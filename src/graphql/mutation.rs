//! The mutations. Each reads its input and hands it to the workflow; the rules are not here.

pub mod advice;
pub mod assessment;
pub mod authority;
pub mod child;
pub mod consent;
pub mod consultation;
pub mod escalation;
pub mod flags;
pub mod graduated;
pub mod link;
pub mod locality;
pub mod locality_item;
pub mod locality_reversal;
pub mod meeting_record;
pub mod one_plan;
pub mod people;
pub mod planning;
pub mod slot;

use async_graphql::MergedObject;

/// Every step that somebody can take.
#[derive(MergedObject, Default)]
pub struct Mutation(
    slot::SlotMutations,
    consultation::ConsultationMutations,
    consent::ConsentMutations,
    graduated::GraduatedMutations,
    flags::FlagMutations,
    one_plan::OnePlanMutations,
    link::LinkMutations,
    planning::PlanningMutations,
    meeting_record::MeetingRecordMutations,
    locality::LocalityMutations,
    locality_item::LocalityItemMutations,
    locality_reversal::LocalityReversals,
    assessment::AssessmentMutations,
    advice::AdviceMutations,
    escalation::EscalationMutations,
    child::ChildMutations,
    people::PeopleMutations,
    authority::AuthorityMutations,
);
