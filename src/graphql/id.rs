//! Opaque ids that know what they name.

use super::context::bad_input;
use async_graphql::{ID, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The kinds of objects that have an id.
macro_rules! kinds {
    ($($kind:ident $tag:literal),*) => {
        /// What an id names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $(#[doc = stringify!($kind)] $kind),* }

        impl Kind {
            fn tag(self) -> u8 {
                match self { $(Kind::$kind => $tag),* }
            }

            fn of_tag(tag: u8) -> Option<Self> {
                match tag { $($tag => Some(Kind::$kind),)* _ => None }
            }

            /// The kind whose type has this name.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $(stringify!($kind) => Some(Kind::$kind),)* _ => None }
            }
        }
    };
}
kinds!(
    Authority 1, Locality 2, School 3, Person 4, LinkAssignment 5, RoleGrant 6, Child 7, ParentCarer 8, Consent 9,
    Attachment 10, ConsultationSlot 11, Consultation 12, RecordOfInvolvement 13, Duty 14, Escalation 15, Event 16,
    TransferRequest 17, ClosureDay 18, EhcAssessment 19, StatutoryException 20, AdviceRequest 21, AdviceVersion 22,
    AdviceQuery 23, DraftPlan 24, AccuracyCheck 25, DelayNotice 26,
    Concern 27, SchoolAssessment 28, Intervention 29, SenRegisterDecision 30, OnePlan 31, PlanCycle 32, PlanSection 33, LinkContact 34, LinkConsultation 35, AgreedAction 36, Referral 37, Instrument 38, Vulnerability 39, PlanningMeeting 40, MeetingParticipant 41, AgendaItem 42,
    SupportAgreement 43, MeetingAction 44, LocalitySession 45, LocalityItem 46, LocalityNote 47, Strategy 48,
    ActionPlan 49, ActionPlanStep 50, EpInvolvementDecision 51, GridModeration 52
);

/// The opaque id of an object.
pub fn encode(kind: Kind, id: Uuid) -> ID {
    let mut bytes = [0; 17];
    bytes[0] = kind.tag();
    bytes[1..].copy_from_slice(id.as_bytes());
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// What an opaque id names.
pub fn decode(id: &ID) -> Option<(Kind, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_str()).ok()?;
    let (tag, id) = bytes.split_first()?;
    Some((Kind::of_tag(*tag)?, Uuid::from_slice(id).ok()?))
}

/// The object of this kind that an input field names, where it names one.
pub fn expect_if_given(kind: Kind, path: &str, id: Option<&ID>) -> Result<Option<Uuid>> {
    id.map(|id| expect(kind, path, id)).transpose()
}

/// The object of this kind that an input field names.
pub fn expect(kind: Kind, path: &str, id: &ID) -> Result<Uuid> {
    match decode(id) {
        Some((found, id)) if found == kind => Ok(id),
        _ => Err(bad_input(path, format!("this is not the id of a {kind:?}"))),
    }
}
