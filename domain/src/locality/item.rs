//! An item is brought, prepared and worked through, step by step (LG-2 to LG-6).

use super::session::expect_session;
use super::{Concern, ItemState, NoteKind, SessionState};
use crate::child::SenStatus;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// What is known of the child whom an item is about.
#[derive(Clone, Copy, Debug)]
pub struct ChildFacts {
    /// Whether a consent to locality discussion is in force on the day.
    pub consented: bool,
    /// Whether it says that the group and its EPs were explained.
    pub explained: bool,
    /// Where the child stands in the SEN system.
    pub sen_status: SenStatus,
    /// How many children of the school share the code's year group and gender, the child among them.
    pub cohort: u32,
    /// Fewer than so many point at the child.
    pub small_cohort: u32,
}

/// What is known when an item is brought.
#[derive(Clone, Debug)]
pub struct ProposalFacts {
    /// Where the session stands.
    pub session: SessionState,
    /// Whether the school is one of the session's locality, and the session is for it.
    pub of_locality: bool,
    /// What it is about.
    pub about: Concern,
    /// The child, where one is named that the school holds.
    pub child: Option<ChildFacts>,
    /// The planned intervention or the support within a plan-do-review cycle, as the SENCO states it.
    pub support_so_far: Option<String>,
}

/// Decides whether an item can be brought: by a school of the locality, about what its kind says (LG-2); about a child with
/// consent (LG-3), who should be at SEN support with support in a cycle (LG-5), and whose code should not point at it
/// (LG-10).
pub fn decide_proposal(facts: &ProposalFacts) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg2, facts.session, &[SessionState::Planned]);
    if !facts.of_locality {
        findings
            .refuse(
                RuleId::Lg2,
                Code::NotEligible,
                "school",
                "the school is not one of the session's locality",
            )
            .remedy("a SENCO of a school of the locality brings it");
    }
    match (facts.about, &facts.child) {
        (Concern::Child, None) => {
            findings.refuse(RuleId::Lg2, Code::Missing, "child", "say which child of the school it is about");
        }
        (Concern::Child, Some(child)) => {
            decide_consent(&mut findings, child);
            decide_support(&mut findings, child, facts.support_so_far.as_deref());
        }
        (_, Some(_)) => {
            let message = format!("an item about {} names no child", facts.about.words());
            findings.refuse(RuleId::Lg2, Code::Invalid, "child", message);
        }
        (_, None) => {}
    }
    findings
}

fn decide_consent(findings: &mut Findings, child: &ChildFacts) {
    let why = if !child.consented {
        "no consent to discussion in the locality group is in force"
    } else if !child.explained {
        "the consent does not say that the group and its EPs were explained"
    } else {
        return;
    };
    findings
        .refuse(RuleId::Lg3, Code::ConsentMissing, "child", why)
        .remedy("the school records the parent's signed consent, which says that the group and its EPs were explained");
}

fn decide_support(findings: &mut Findings, child: &ChildFacts, support: Option<&str>) {
    if child.sen_status != SenStatus::SenSupport {
        findings.should(RuleId::Lg5, "child", "the group is for children at SEN support");
    }
    if support.is_none_or(is_blank) {
        let message = "say which planned intervention or support in a plan-do-review cycle there was";
        findings.should(RuleId::Lg5, "supportSoFar", message);
    }
    if child.cohort < child.small_cohort {
        let message =
            "so few children of the school share the year group and gender that the code points at the child";
        findings.should(RuleId::Lg10, "child", message);
    }
}

/// What the preparation form says (LG-4).
#[derive(Clone, Copy, Debug)]
pub struct Preparation<'a> {
    /// The situation now.
    pub situation: &'a str,
    /// Strategies used already.
    pub strategies_used: &'a str,
    /// The desired situation.
    pub desired: &'a str,
    /// The aim of the consultation.
    pub aim: &'a str,
}

/// Decides whether the preparation form is complete: all of it, before the session starts (LG-4).
pub fn decide_preparation(session: SessionState, item: ItemState, form: &Preparation<'_>) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg4, session, &[SessionState::Planned]);
    expect_item(&mut findings, RuleId::Lg4, item, &[ItemState::Proposed, ItemState::Prepared]);
    for (path, text, what) in [
        ("situation", form.situation, "what the situation is now"),
        ("strategiesUsed", form.strategies_used, "which strategies were used"),
        ("desired", form.desired, "what is hoped for"),
        ("aim", form.aim, "what the consultation is to come to"),
    ] {
        if is_blank(text) {
            findings.refuse(RuleId::Lg4, Code::Missing, path, format!("say {what}"));
        }
    }
    findings
}

/// What is known when an item is to go on to a step.
#[derive(Clone, Copy, Debug)]
pub struct StepFacts {
    /// Where the session stands.
    pub session: SessionState,
    /// Where the item stands.
    pub item: ItemState,
    /// To which step.
    pub to: ItemState,
    /// The child, where it is about one.
    pub child: Option<ChildFacts>,
    /// Whether something was noted of the step at which it stands, or offered at that of the strategies.
    pub noted: bool,
}

/// Decides whether an item goes on to a step: in a session, none skipped (LG-6), with consent in force that day (LG-3), and
/// from a complete preparation form (LG-4).
pub fn decide_step(facts: &StepFacts) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg6, facts.session, &[SessionState::InProgress]);
    if facts.item == ItemState::Proposed {
        findings
            .refuse(
                RuleId::Lg4,
                Code::Missing,
                "item",
                "its preparation form was not complete when the session started",
            )
            .remedy("put it off to a later session");
    } else if facts.item.next_step() != Some(facts.to) {
        let next = facts.item.next_step().map_or("none", ItemState::words);
        let message = format!("the item is at: {}; the next step: {next}", facts.item.words());
        findings.refuse(RuleId::Lg6, Code::WrongState, "to", message);
    } else if facts.item != ItemState::Prepared && !facts.noted {
        let message = format!("nothing was noted of the step: {}", facts.item.words());
        findings.refuse(RuleId::Lg6, Code::Missing, "item", message);
    }
    if let Some(child) = &facts.child {
        decide_consent(&mut findings, child);
    }
    findings
}

/// Decides whether a note can be written: of the step at which the item is or of one already passed (LG-6), while the
/// session runs.
pub fn decide_note(session: SessionState, item: ItemState, kind: NoteKind, text: &str) -> Findings {
    decide_words(session, item, kind.step(), "kind", text)
}

/// Decides whether something can be offered, with what it is (LG-6).
pub fn decide_offer(session: SessionState, item: ItemState, text: &str) -> Findings {
    decide_words(session, item, ItemState::Strategies, "item", text)
}

fn decide_words(session: SessionState, item: ItemState, step: ItemState, path: &str, text: &str) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg6, session, &[SessionState::InProgress]);
    if !item.had(step) {
        let message = format!("the item is at: {}; that belongs to: {}", item.words(), step.words());
        findings.refuse(RuleId::Lg6, Code::WrongState, path, message);
    }
    if is_blank(text) {
        findings.refuse(RuleId::Lg6, Code::Missing, "text", "write something down");
    }
    findings
}

/// Decides whether the SENCO can mark what was helpful: at the feedback, of what was offered (LG-6).
pub fn decide_marks(session: SessionState, item: ItemState, offered: bool) -> Findings {
    let mut findings = Findings::default();
    expect_session(&mut findings, RuleId::Lg6, session, &[SessionState::InProgress]);
    expect_item(&mut findings, RuleId::Lg6, item, &[ItemState::Feedback]);
    if !offered {
        findings.refuse(RuleId::Lg6, Code::NotFound, "helpful", "one of them was not offered for this item");
    }
    findings
}

/// Decides whether an item can be put off: to a later session of the locality that is planned, before its feedback.
pub fn decide_deferral(item: ItemState, later_session_planned: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if item.is_through() {
        let message = format!("the item is: {}", item.words());
        findings.refuse(RuleId::Lg6, Code::WrongState, "item", message);
    }
    if !later_session_planned {
        findings
            .refuse(
                RuleId::Lg6,
                Code::NotEligible,
                "to",
                "that is no later session of the locality that is planned and for the school that brought it",
            )
            .remedy("plan the next session first");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Lg6, Code::Missing, "reason", "say why it is put off");
    }
    findings
}

/// Decides whether an item can be withdrawn: at any time, with a reason. Its text is sealed then.
pub fn decide_withdrawal(item: ItemState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if item == ItemState::Withdrawn {
        findings.refuse(RuleId::Lg6, Code::WrongState, "item", "the item is withdrawn already");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Lg6, Code::Missing, "reason", "say why it is withdrawn");
    }
    findings
}

/// Refuses a step that an item is not ready for.
pub(super) fn expect_item(findings: &mut Findings, rule: RuleId, state: ItemState, allowed: &[ItemState]) {
    if !allowed.contains(&state) {
        findings.refuse(rule, Code::WrongState, "item", format!("the item is: {}", state.words()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::STEPS;
    use super::*;

    fn child() -> ChildFacts {
        let sen_status = SenStatus::SenSupport;
        ChildFacts { consented: true, explained: true, sen_status, cohort: 5, small_cohort: 5 }
    }

    fn proposal(about: Concern, child: Option<ChildFacts>) -> ProposalFacts {
        let support_so_far = Some("A second cycle.".into());
        ProposalFacts { session: SessionState::Planned, of_locality: true, about, child, support_so_far }
    }

    #[test]
    fn an_item_names_a_child_where_it_is_about_one() {
        for about in Concern::ALL {
            let is_child = *about == Concern::Child;
            assert_eq!(decide_proposal(&proposal(*about, None)).pass(), !is_child, "{about:?}");
            assert_eq!(decide_proposal(&proposal(*about, Some(child()))).pass(), is_child, "{about:?}");
        }
        let elsewhere = ProposalFacts { of_locality: false, ..proposal(Concern::Class, None) };
        assert_eq!(decide_proposal(&elsewhere).refusals[0].rule, RuleId::Lg2);
    }

    #[test]
    fn a_child_is_brought_with_consent_that_was_explained() {
        for (consented, explained, passes) in [(true, true, true), (true, false, false), (false, true, false)]
        {
            let findings = decide_proposal(&proposal(
                Concern::Child,
                Some(ChildFacts { consented, explained, ..child() }),
            ));
            assert_eq!(findings.pass(), passes);
            assert!(findings.refusals.iter().all(|refusal| refusal.rule == RuleId::Lg3));
        }
    }

    #[test]
    fn sen_support_in_a_cycle_and_a_code_that_does_not_point_are_advised() {
        let advised = |child, support: Option<&str>| {
            let facts = ProposalFacts {
                support_so_far: support.map(str::to_owned),
                ..proposal(Concern::Child, Some(child))
            };
            decide_proposal(&facts).advisories.iter().map(|one| one.rule).collect::<Vec<_>>()
        };
        assert_eq!(advised(child(), Some("Yes.")), []);
        assert_eq!(advised(child(), Some(" ")), [RuleId::Lg5]);
        assert_eq!(
            advised(ChildFacts { sen_status: SenStatus::EhcPlan, ..child() }, Some("Yes.")),
            [RuleId::Lg5]
        );
        assert_eq!(advised(ChildFacts { cohort: 4, ..child() }, Some("Yes.")), [RuleId::Lg10]);
    }

    #[test]
    fn steps_go_in_order_and_none_is_skipped() {
        let facts = |item, to| StepFacts {
            session: SessionState::InProgress,
            item,
            to,
            child: Some(child()),
            noted: true,
        };
        let mut at = ItemState::Prepared;
        for step in STEPS {
            for other in STEPS {
                assert_eq!(decide_step(&facts(at, other)).pass(), other == step, "{at:?} to {other:?}");
            }
            at = step;
        }
        assert!(at.next_step().is_none());
        let unnoted = StepFacts { noted: false, ..facts(ItemState::Outline, ItemState::ClarifyConcern) };
        assert_eq!(decide_step(&unnoted).refusals[0].code, Code::Missing);
        let unprepared = decide_step(&facts(ItemState::Proposed, ItemState::Outline));
        assert_eq!(unprepared.refusals[0].rule, RuleId::Lg4);
        let over =
            StepFacts { session: SessionState::Closed, ..facts(ItemState::Prepared, ItemState::Outline) };
        assert!(!decide_step(&over).pass());
    }

    #[test]
    fn notes_are_of_this_step_or_of_one_already_passed() {
        for kind in NoteKind::ALL {
            for item in STEPS {
                let findings = decide_note(SessionState::InProgress, item, *kind, "Words.");
                assert_eq!(findings.pass(), item >= kind.step(), "{kind:?} at {item:?}");
            }
            assert!(!decide_note(SessionState::Closed, ItemState::Feedback, *kind, "Words.").pass());
            assert!(!decide_note(SessionState::InProgress, ItemState::Withdrawn, *kind, "Words.").pass());
            assert!(!decide_note(SessionState::InProgress, ItemState::Feedback, *kind, " \n").pass());
        }
    }

    #[test]
    fn a_form_is_complete_before_the_session_starts() {
        let form = Preparation { situation: "a", strategies_used: "b", desired: "c", aim: "d" };
        assert!(decide_preparation(SessionState::Planned, ItemState::Proposed, &form).pass());
        assert!(!decide_preparation(SessionState::InProgress, ItemState::Proposed, &form).pass());
        let empty =
            decide_preparation(SessionState::Planned, ItemState::Proposed, &Preparation { aim: " ", ..form });
        assert_eq!(empty.refusals[0].path, "aim");
    }
}
