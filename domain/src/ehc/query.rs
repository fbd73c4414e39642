//! Advice queries: raised, discussed, decided on, followed up, closed (AQ-2 to AQ-7). A query never moves a statutory
//! date (AQ-11): nothing here touches one.

use super::assessment::expect_text;
use super::{QueryDecision, QueryState, Service, State};
use crate::access::{Action, Role};
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner, Which};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use chrono::NaiveDate;
use uuid::Uuid;

/// The subject line of every formal follow-up (AQ-5).
pub const FOLLOW_UP_SUBJECT: &str = "URGENT STATUTORY ADVICE CLARIFICATION REQUIRED";

/// The duty to discuss a query with the line manager.
pub fn discussion() -> Which {
    RuleId::Aq2.into()
}

/// The duty to answer a formal follow-up.
pub fn response() -> Which {
    RuleId::Aq6.into()
}

/// The deadline for the discussion with the line manager (AQ-2).
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn discussion_duty(
    raised_on: NaiveDate,
    coordinator: Option<Uuid>,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.manager_discussion_working_days, DayUnit::WorkingDays, Direction::After);
    let owner = Owner { role: Role::EhcpCoordinator, person: coordinator };
    NewDuty::set(RuleId::Aq2, owner, "the query was raised", raised_on, count, calendar, policy)
}

/// The deadline for the response to a formal follow-up: counted from the day on which it was opened, whenever its mail
/// leaves (AQ-5). The giver's manager owns it (AQ-6).
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn response_duty(
    opened_on: NaiveDate,
    manager: Option<Uuid>,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.follow_up_working_days, DayUnit::WorkingDays, Direction::After);
    let owner = Owner { role: Role::AdviceManager, person: manager };
    NewDuty::set(RuleId::Aq6, owner, "the formal follow-up was opened", opened_on, count, calendar, policy)
}

/// Refuses a step that does not lead from the state in which the query is.
fn expect_query(findings: &mut Findings, rule: RuleId, state: QueryState, allowed: &[QueryState]) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(rule, Code::WrongState, "adviceQuery", format!("the query is {}", state.words()))
            .remedy(format!("this step is taken while a query is {}", wanted.join(" or ")));
    }
}

/// Decides whether a query can be raised: on advice that has come in, before the draft plan goes out (AQ-2, AQ-8).
pub fn decide_raise(state: State, received: bool, part: &str, question: &str) -> Findings {
    let mut findings = Findings::default();
    if state == State::DraftIssued {
        findings
            .refuse(RuleId::Aq8, Code::WrongState, "adviceRequest", "the draft plan is out")
            .remedy("the giver answers the accuracy check");
    } else if state != State::Assessing {
        let message = format!("the assessment is {}", state.words());
        findings.refuse(RuleId::Aq2, Code::WrongState, "adviceRequest", message);
    }
    if !received {
        let message = "no advice has come in that could be queried";
        findings.refuse(RuleId::Aq2, Code::WrongState, "adviceRequest", message);
    }
    expect_text(&mut findings, RuleId::Aq2, "part", part, "say which part of the advice");
    expect_text(&mut findings, RuleId::Aq2, "question", question, "say what is asked");
    findings
}

/// Decides whether the discussion with the line manager can be recorded (AQ-2).
pub fn decide_discussion(state: QueryState, note: &str) -> Findings {
    let mut findings = Findings::default();
    expect_query(&mut findings, RuleId::Aq2, state, &[QueryState::Raised]);
    expect_text(&mut findings, RuleId::Aq2, "note", note, "say what was discussed");
    findings
}

/// Decides whether the SEND manager can decide so (AQ-3). After a small point or an update, a new decision only leads
/// to a formal follow-up.
pub fn decide_decision(state: QueryState, decision: QueryDecision, reason: &str) -> Findings {
    let mut findings = Findings::default();
    let allowed: &[QueryState] = if decision == QueryDecision::ExtendedInput {
        &[QueryState::Discussed, QueryState::SmallPoint, QueryState::Updated]
    } else {
        &[QueryState::Discussed]
    };
    expect_query(&mut findings, RuleId::Aq3, state, allowed);
    expect_text(&mut findings, RuleId::Aq3, "reason", reason, "say why");
    findings
}

/// The state to which a decision leads. Extended input waits for the coordinator to open the formal follow-up.
pub fn decided(state: QueryState, decision: QueryDecision) -> QueryState {
    match decision {
        QueryDecision::UseAsSubmitted => QueryState::UsedAsSubmitted,
        QueryDecision::SmallPoint => QueryState::SmallPoint,
        QueryDecision::ExtendedInput => state,
    }
}

/// Decides whether a small point can be logged as cleared up (AQ-4).
pub fn decide_small_point(
    state: QueryState,
    decision: Option<QueryDecision>,
    contact: &str,
    answer: &str,
) -> Findings {
    let mut findings = Findings::default();
    expect_query(&mut findings, RuleId::Aq4, state, &[QueryState::SmallPoint]);
    if state == QueryState::SmallPoint && decision == Some(QueryDecision::ExtendedInput) {
        findings
            .refuse(RuleId::Aq3, Code::WrongState, "adviceQuery", "the SEND manager wants extended input")
            .remedy("open the formal follow-up");
    }
    expect_text(&mut findings, RuleId::Aq4, "contact", contact, "say how the giver was contacted");
    expect_text(&mut findings, RuleId::Aq4, "answer", answer, "say what the giver answered");
    findings
}

/// What is known when a formal follow-up is to be opened.
#[derive(Clone, Copy, Debug)]
pub struct FollowUpFacts {
    /// Where the query stands.
    pub state: QueryState,
    /// What the SEND manager decided last and was not acted on yet.
    pub decision: Option<QueryDecision>,
    /// The service whose advice it is.
    pub service: Service,
    /// Whether the giver's line manager is known.
    pub manager_known: bool,
    /// Whether the text names the child.
    pub names_child: bool,
}

/// Decides whether a formal follow-up can be opened (AQ-3, AQ-5).
pub fn decide_follow_up(required: &str, facts: &FollowUpFacts) -> Findings {
    let mut findings = Findings::default();
    let from = [QueryState::Discussed, QueryState::SmallPoint, QueryState::Updated];
    expect_query(&mut findings, RuleId::Aq5, facts.state, &from);
    if facts.decision != Some(QueryDecision::ExtendedInput) {
        findings
            .refuse(
                RuleId::Aq3,
                Code::WrongState,
                "adviceQuery",
                "the SEND manager has not decided that extended input is needed",
            )
            .remedy("the SEND manager decides first");
    }
    if facts.service == Service::Parent {
        let message = "there is no formal follow-up of parents' and young people's advice";
        findings.refuse(RuleId::Eh2, Code::NotEligible, "adviceQuery", message);
    } else if !facts.manager_known {
        findings
            .refuse(RuleId::Aq5, Code::Missing, "adviceQuery", "the giver's line manager is not known")
            .remedy("name the manager with changeAdviceGiver");
    }
    expect_text(&mut findings, RuleId::Aq5, "required", required, "say what is required");
    if facts.names_child {
        findings
            .refuse(RuleId::Xc16, Code::Invalid, "required", "the letter would name the child")
            .remedy("say it without the child's name or UPN: the letter carries the case reference");
    }
    findings
}

/// Decides whether the manager's discussion with the giver can be logged (AQ-6).
pub fn decide_giver_discussion(state: QueryState, note: &str) -> Findings {
    let mut findings = Findings::default();
    expect_query(&mut findings, RuleId::Aq6, state, &[QueryState::FormalFollowUp]);
    expect_text(&mut findings, RuleId::Aq6, "note", note, "say what direction and support was given");
    findings
}

/// Decides whether a formal follow-up can be closed: only with advice updated since it was opened (AQ-7).
pub fn decide_close(state: QueryState) -> Findings {
    let mut findings = Findings::default();
    if state == QueryState::FormalFollowUp {
        findings
            .refuse(
                RuleId::Aq7,
                Code::WrongState,
                "adviceQuery",
                "no updated advice has come in since the formal follow-up was opened",
            )
            .remedy("wait for the updated advice, or let the SEND manager withdraw the query");
    } else {
        expect_query(&mut findings, RuleId::Aq7, state, &[QueryState::Updated]);
    }
    findings
}

/// Decides whether a query can be withdrawn.
pub fn decide_withdrawal(state: QueryState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_query(&mut findings, RuleId::Aq3, state, &QueryState::OPEN);
    expect_text(&mut findings, RuleId::Aq3, "reason", reason, "say why");
    findings
}

/// What is known of a query of which a step is taken back.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Course {
    /// Where it stands.
    pub state: QueryState,
    /// Whether the assessment still gathers advice.
    pub assessing: bool,
    /// Whether it was discussed with the line manager.
    pub discussed: bool,
    /// What the SEND manager decided last.
    pub decision: Option<QueryDecision>,
    /// Whether a formal follow-up was opened.
    pub followed_up: bool,
    /// Whether it was answered.
    pub answered: bool,
}

/// The state to which taking the last step back leads (XC-22), and the step that is taken back.
///
/// # Errors
/// The refusals: no reason, or nothing to take back.
pub fn reversal(course: Course, reason: &str) -> Result<(QueryState, Action), Findings> {
    let mut findings = Findings::default();
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "a reversal needs a reason");
    if !course.assessing {
        let message = "the assessment no longer gathers advice";
        findings.refuse(RuleId::Xc22, Code::WrongState, "adviceQuery", message);
    }
    let open_before = match course {
        Course { answered: true, followed_up: true, .. } => QueryState::Updated,
        Course { followed_up: true, .. } => QueryState::FormalFollowUp,
        Course { decision: Some(QueryDecision::SmallPoint), .. } => QueryState::SmallPoint,
        Course { discussed: true, .. } => QueryState::Discussed,
        _ => QueryState::Raised,
    };
    let decided = match course.state {
        QueryState::Discussed => course.decision.is_some(),
        QueryState::SmallPoint | QueryState::Updated => course.decision == Some(QueryDecision::ExtendedInput),
        _ => false,
    };
    let back = match course.state {
        // Extended input waits for the follow-up in the state in which it was decided.
        state if decided => Some((state, Action::DecideAdviceQuery)),
        QueryState::Discussed => Some((QueryState::Raised, Action::RecordManagerDiscussion)),
        QueryState::UsedAsSubmitted | QueryState::SmallPoint => {
            Some((QueryState::Discussed, Action::DecideAdviceQuery))
        }
        QueryState::FormalFollowUp => Some((QueryState::Discussed, Action::OpenFormalFollowUp)),
        QueryState::Closed if course.followed_up => Some((QueryState::Updated, Action::CloseFollowUp)),
        QueryState::Closed => Some((QueryState::SmallPoint, Action::LogSmallPoint)),
        QueryState::Withdrawn => Some((open_before, Action::WithdrawAdviceQuery)),
        QueryState::Raised | QueryState::Updated => None,
    };
    if back.is_none() {
        findings
            .refuse(RuleId::Xc22, Code::WrongState, "adviceQuery", "there is no step here to take back")
            .remedy("a query is withdrawn with a reason; advice that came in is followed by a new version");
    }
    back.filter(|_| findings.pass()).ok_or(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(findings: &Findings) -> Vec<RuleId> {
        findings.refusals.iter().map(|refusal| refusal.rule).collect()
    }

    const FACTS: FollowUpFacts = FollowUpFacts {
        state: QueryState::Discussed,
        decision: Some(QueryDecision::ExtendedInput),
        service: Service::Health,
        manager_known: true,
        names_child: false,
    };

    #[test]
    fn a_formal_follow_up_needs_the_decision_and_the_manager() {
        let refused = |facts| rules(&decide_follow_up("Part 2.", &facts));
        assert_eq!(refused(FACTS), []);
        let undecided = FollowUpFacts { decision: None, ..FACTS };
        assert_eq!(refused(undecided), [RuleId::Aq3]);
        let small = FollowUpFacts { decision: Some(QueryDecision::SmallPoint), ..FACTS };
        assert_eq!(refused(small), [RuleId::Aq3]);
        assert_eq!(refused(FollowUpFacts { manager_known: false, ..FACTS }), [RuleId::Aq5]);
        assert_eq!(refused(FollowUpFacts { service: Service::Parent, ..FACTS }), [RuleId::Eh2]);
        assert_eq!(
            refused(FollowUpFacts { state: QueryState::Raised, ..undecided }),
            [RuleId::Aq5, RuleId::Aq3]
        );
    }

    #[test]
    fn after_a_small_point_only_a_formal_follow_up_is_decided() {
        let refused = |state, decision| rules(&decide_decision(state, decision, "Why."));
        for state in [QueryState::SmallPoint, QueryState::Updated] {
            assert_eq!(refused(state, QueryDecision::ExtendedInput), []);
            assert_eq!(refused(state, QueryDecision::UseAsSubmitted), [RuleId::Aq3]);
        }
        assert_eq!(refused(QueryState::Discussed, QueryDecision::SmallPoint), []);
        assert_eq!(refused(QueryState::Raised, QueryDecision::SmallPoint), [RuleId::Aq3]);
    }

    #[test]
    fn a_decision_for_extended_input_is_taken_back_before_what_led_to_it() {
        let course = |state| Course {
            state,
            assessing: true,
            discussed: true,
            decision: Some(QueryDecision::ExtendedInput),
            followed_up: state == QueryState::Updated,
            answered: state == QueryState::Updated,
        };
        for state in [QueryState::Discussed, QueryState::SmallPoint, QueryState::Updated] {
            let back = reversal(course(state), "by mistake");
            assert_eq!(back, Ok((state, Action::DecideAdviceQuery)));
            let undecided = Course { decision: None, ..course(state) };
            assert_ne!(reversal(undecided, "by mistake").map(|(state, _)| state), Ok(state));
        }
    }

    #[test]
    fn a_withdrawn_query_comes_back_to_where_it_was() {
        let course = Course {
            state: QueryState::Withdrawn,
            assessing: true,
            discussed: true,
            decision: None,
            followed_up: false,
            answered: false,
        };
        let back = |course| reversal(course, "by mistake").map(|(state, _)| state);
        assert_eq!(back(course), Ok(QueryState::Discussed));
        assert_eq!(back(Course { discussed: false, ..course }), Ok(QueryState::Raised));
        let followed = Course { followed_up: true, ..course };
        assert_eq!(back(followed), Ok(QueryState::FormalFollowUp));
        assert_eq!(back(Course { answered: true, ..followed }), Ok(QueryState::Updated));
        assert!(back(Course { assessing: false, ..course }).is_err());
    }
}
