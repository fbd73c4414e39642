//! Advice: sought from each service with its giver and the giver's line manager (EH-2), received in versions (AQ-1).

use super::assessment::{expect_state, expect_text};
use super::{RequestState, Service, State};
use crate::access::Role;
use crate::duty::{Owner, Which};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::NaiveDate;
use uuid::Uuid;

/// The duty to give the advice.
pub fn given() -> Which {
    RuleId::Eh2.into()
}

/// Whose the duty to give the advice is: the giver's, the manager's while the giver is not at work (AQ-6), the
/// parents' own.
pub fn owner(service: Service, giver: Option<Uuid>, manager: Option<Uuid>, absent: bool) -> Owner {
    match (service, absent) {
        (Service::Parent, _) => Owner { role: Role::Parent, person: None },
        (_, true) => Owner { role: Role::AdviceManager, person: manager },
        _ => Owner { role: Role::AdviceGiver, person: giver },
    }
}

/// What is known when advice is sought.
#[derive(Clone, Copy, Debug)]
pub struct SeekFacts {
    /// Where the assessment stands.
    pub state: State,
    /// Whether the giver named is an advice giver of the authority; none named, none.
    pub giver_is_one: Option<bool>,
    /// Whether the manager named is a manager of advice givers; none named, none.
    pub manager_is_one: Option<bool>,
    /// Whether giver and manager are one person.
    pub same_person: bool,
    /// Whether the same giver was asked already for this service.
    pub asked_already: bool,
}

/// Decides whether advice can be sought (EH-2). A manager who is not known yet can be named later.
pub fn decide_seek(service: Service, facts: &SeekFacts) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Eh2, facts.state, &[State::Assessing]);
    check_people(&mut findings, service, *facts);
    if facts.asked_already {
        findings.refuse(RuleId::Eh2, Code::Conflict, "service", "this advice was asked for already");
    }
    findings
}

/// Decides whether an advice can pass to these people.
pub fn decide_change(service: Service, state: RequestState, facts: &SeekFacts) -> Findings {
    let mut findings = Findings::default();
    if state == RequestState::Ended {
        findings.refuse(RuleId::Eh2, Code::WrongState, "adviceRequest", "the assessment ended");
    }
    check_people(&mut findings, service, *facts);
    findings
}

fn check_people(findings: &mut Findings, service: Service, facts: SeekFacts) {
    if service == Service::Parent {
        if facts.giver_is_one.is_some() || facts.manager_is_one.is_some() {
            let message = "parents' and young people's advice has neither giver nor manager";
            findings.refuse(RuleId::Eh2, Code::Invalid, "giver", message);
        }
        return;
    }
    match facts.giver_is_one {
        None => {
            findings.refuse(RuleId::Eh2, Code::Missing, "giver", "say who gives the advice");
        }
        Some(false) => {
            findings
                .refuse(RuleId::Eh2, Code::NotEligible, "giver", "this person is no advice giver here")
                .remedy("the administrator grants the role");
        }
        Some(true) => {}
    }
    match facts.manager_is_one {
        None => findings.note(RuleId::Aq5, "manager", "without a manager no formal follow-up can be opened"),
        Some(false) => {
            findings
                .refuse(
                    RuleId::Eh2,
                    Code::NotEligible,
                    "manager",
                    "this person manages no advice givers here",
                )
                .remedy("the administrator grants the role");
        }
        Some(true) if facts.same_person => {
            findings.refuse(RuleId::Eh2, Code::Invalid, "manager", "nobody is their own line manager");
        }
        Some(true) => {}
    }
}

/// What is known when advice comes in.
#[derive(Clone, Copy, Debug)]
pub struct SubmitFacts {
    /// Where the assessment stands.
    pub state: State,
    /// Whether a version is there already.
    pub later_version: bool,
    /// Whether it is sent in by the giver's manager.
    pub by_manager: bool,
    /// Whether the giver is not at work.
    pub giver_absent: bool,
}

/// Decides whether a version of advice can be taken (AQ-1). The manager answers for a giver who is not at work (AQ-6).
pub fn decide_submit(content: &str, what_changed: Option<&str>, facts: &SubmitFacts) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Aq1, facts.state, &[State::Assessing, State::DraftIssued]);
    expect_text(&mut findings, RuleId::Aq1, "content", content, "the advice is blank");
    if facts.later_version {
        let changed = what_changed.unwrap_or_default();
        expect_text(&mut findings, RuleId::Aq1, "whatChanged", changed, "a later version says what changed");
    }
    check_answerer(&mut findings, "adviceRequest", facts.by_manager, facts.giver_absent);
    findings
}

/// The manager answers for a giver who is not at work, and for no other (AQ-6).
pub(super) fn check_answerer(findings: &mut Findings, path: &str, by_manager: bool, giver_absent: bool) {
    if by_manager && !giver_absent {
        findings
            .refuse(RuleId::Aq6, Code::NotPermitted, path, "the giver is at work and answers")
            .remedy("record first that the giver is not at work");
    }
}

/// Decides whether an absence can be recorded: not in the future, and not of parents.
pub fn decide_absence(service: Service, state: RequestState, since: NaiveDate, today: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    if service == Service::Parent {
        findings.refuse(RuleId::Eh2, Code::Invalid, "adviceRequest", "parents have no line manager");
    }
    if state == RequestState::Ended {
        findings.refuse(RuleId::Aq6, Code::WrongState, "adviceRequest", "the assessment ended");
    }
    if since > today {
        findings.refuse(RuleId::Aq6, Code::Invalid, "since", "the absence lies in the future");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEK: SeekFacts = SeekFacts {
        state: State::Assessing,
        giver_is_one: Some(true),
        manager_is_one: Some(true),
        same_person: false,
        asked_already: false,
    };

    #[test]
    fn advice_has_a_giver_and_parents_have_none() {
        let refused = |service, facts: SeekFacts| decide_seek(service, &facts).refusals.len();
        assert_eq!(refused(Service::Health, SEEK), 0);
        assert_eq!(refused(Service::Health, SeekFacts { giver_is_one: None, ..SEEK }), 1);
        assert_eq!(refused(Service::Health, SeekFacts { giver_is_one: Some(false), ..SEEK }), 1);
        assert_eq!(refused(Service::Health, SeekFacts { manager_is_one: None, ..SEEK }), 0);
        assert_eq!(refused(Service::Health, SeekFacts { same_person: true, ..SEEK }), 1);
        assert_eq!(refused(Service::Parent, SEEK), 1);
        let alone = SeekFacts { giver_is_one: None, manager_is_one: None, ..SEEK };
        assert_eq!(refused(Service::Parent, alone), 0);
        assert_eq!(refused(Service::Parent, SeekFacts { state: State::Requested, ..alone }), 1);
    }

    #[test]
    fn a_later_version_says_what_changed_and_the_manager_answers_for_the_absent() {
        let first = SubmitFacts {
            state: State::Assessing,
            later_version: false,
            by_manager: false,
            giver_absent: false,
        };
        let refused = |what: Option<&str>, facts| decide_submit("Text.", what, &facts).refusals.len();
        assert_eq!(refused(None, first), 0);
        assert_eq!(refused(Some(" "), SubmitFacts { later_version: true, ..first }), 1);
        assert_eq!(refused(Some("Part 2."), SubmitFacts { later_version: true, ..first }), 0);
        assert_eq!(refused(None, SubmitFacts { by_manager: true, ..first }), 1);
        assert_eq!(refused(None, SubmitFacts { by_manager: true, giver_absent: true, ..first }), 0);
    }
}
