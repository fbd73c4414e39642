//! Erasing a record lawfully: what is left says that, when, by whom and on what ground, and not what it was (XC-15).

use crate::consent::ConsentEvent;
use crate::consultation::ConsultationEvent;
use crate::consultation::booking::Form;
use crate::consultation::record::Content;
use crate::event::Event;
use crate::graduated::GraduatedEvent;
use crate::locality::LocalityEvent;
use crate::name::tells;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::clean;
use serde::{Deserialize, Serialize};

/// Longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// The legal ground on which a record is erased (UK GDPR).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "ErasureGround"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ground {
    /// Article 5(1)(d): the record is inaccurate as a whole, such as one made for the wrong child.
    Inaccurate,
    /// Article 17(1)(a): no longer necessary for the purposes for which it was collected.
    NoLongerNecessary,
    /// Article 17(1)(b): consent was the only basis and is withdrawn.
    ConsentWithdrawn,
    /// Article 17(1)(c): an objection was upheld.
    ObjectionUpheld,
    /// Article 17(1)(d): it was processed unlawfully.
    UnlawfulProcessing,
    /// Article 17(1)(e): a legal obligation or a court's order.
    LegalObligation,
}

/// Decides whether a child's record can be erased. The note stays in the history, so it names neither the child nor
/// its UPN; `names` are the child's names as they are written.
pub fn decide(note: &str, names: &[&str], upn: Option<&str>) -> Findings {
    let mut findings = Findings::default();
    if let Err(fault) = clean(note, LONGEST_NOTE) {
        findings.refuse(RuleId::Xc15, Code::Invalid, "note", fault.to_string());
    }
    if tells(note, names, upn) {
        findings
            .refuse(
                RuleId::Xc15,
                Code::Invalid,
                "note",
                "the note stays when the record is gone, and it names the child",
            )
            .remedy("say it without the child's name or UPN");
    }
    findings
}

/// The event without what somebody wrote in their own words. What happened, and when, stays.
#[must_use]
pub fn without_words(mut event: Event) -> Event {
    match &mut event {
        Event::Consultation(
            ConsultationEvent::NotHeld { reason } | ConsultationEvent::StepReversed { reason, .. },
        )
        | Event::Locality(LocalityEvent::ItemStepReversed { reason, .. }) => reason.clear(),
        Event::Graduated(
            GraduatedEvent::OnePlanStepReversed { reason, words, .. }
            | GraduatedEvent::LinkConsultationStepReversed { reason, words, .. },
        ) => {
            reason.clear();
            words.clear();
        }
        Event::Consultation(ConsultationEvent::Cancelled { note: words, .. })
        | Event::Consent(ConsentEvent::Withdrawn { reason: words, .. }) => *words = None,
        _ => {}
    }
    event
}

/// The booking form without what somebody wrote in their own words, and without the people.
#[must_use]
pub fn blank_form(form: Form) -> Form {
    Form {
        parent_views: String::new(),
        pupil_views: String::new(),
        main_concerns: String::new(),
        strengths_and_interests: String::new(),
        other_services: String::new(),
        staff_training: String::new(),
        support_in_place: String::new(),
        attendees: Vec::new(),
        ..form
    }
}

/// A Record of Involvement that says nothing.
pub fn blank_content() -> Content {
    Content { summary: String::new(), strategies: String::new(), next_steps: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consultation::CancellationReason;

    #[test]
    fn the_note_does_not_name_the_child() {
        let refused = |note: &str| !decide(note, &["Will-James", "Marsh", ""], Some("Z898260000003")).pass();
        assert!(!refused("request of 3 March, upheld; nothing will be kept"));
        assert!(refused("the record of Will"));
        assert!(refused("Marsh, see file"));
        assert!(refused("was z898260000003"));
        assert!(!refused(""));
        assert!(!refused(&"x".repeat(500)) && refused(&"x".repeat(501)));
    }

    #[test]
    fn events_keep_what_happened_and_lose_the_words() {
        let reason = CancellationReason::CancelledBySchool;
        let event = |note| Event::Consultation(ConsultationEvent::Cancelled { reason, note });
        assert_eq!(without_words(event(Some("J. is ill".into()))), event(None));
        let held = Event::Consultation(ConsultationEvent::Held);
        assert_eq!(without_words(held.clone()), held);
        let not_held =
            |reason: &str| Event::Consultation(ConsultationEvent::NotHeld { reason: reason.into() });
        assert_eq!(without_words(not_held("J. was away")), not_held(""));
    }
}
