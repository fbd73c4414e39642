//! The assessment itself: asked for, decided on, ended (EH-1).

use super::exception::{Exception, statutory_date};
use super::{RequestSource, State};
use crate::access::{Action, Role};
use crate::calendar::{BeyondCalendar, Calendar};
use crate::child::SenStatus;
use crate::duty::{NewDuty, Owner, Step, Which};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;

/// The statutory milestones, each with its weeks from the request and whose it is.
const MILESTONES: [(Step, u32, Role); 3] = [
    (Step::DecideToAssess, 6, Role::SendManager),
    (Step::DecideToIssue, 16, Role::SendManager),
    (Step::IssueFinalPlan, 20, Role::SendManager),
];

/// The duty of a statutory milestone on an assessment.
pub fn milestone(step: Step) -> Which {
    Which { rule: RuleId::Eh1, step: Some(step) }
}

/// The deadlines of a request (EH-1): they rest on its date and the recorded exceptions, and on nothing else.
///
/// # Errors
/// [`BeyondCalendar`] where a date cannot be written down.
pub fn milestones(
    requested_on: NaiveDate,
    exceptions: &[Exception],
    calendar: &Calendar,
    policy: &Policy,
) -> Result<[NewDuty; 3], BeyondCalendar> {
    let duty = |(step, weeks, role): (Step, u32, Role)| {
        let due = statutory_date("the request", requested_on, weeks, exceptions, calendar, policy)?;
        let owner = Owner { role, person: None };
        Ok(NewDuty::due(RuleId::Eh1, owner, due, calendar, policy).step(step))
    };
    let [assess, issue, last] = MILESTONES;
    Ok([duty(assess)?, duty(issue)?, duty(last)?])
}

/// Refuses a step that does not lead from the state in which the assessment is.
pub fn expect_state(findings: &mut Findings, rule: RuleId, state: State, allowed: &[State]) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(rule, Code::WrongState, "assessment", format!("the assessment is {}", state.words()))
            .remedy(format!("this step is taken while an assessment is {}", wanted.join(" or ")));
    }
}

/// Refuses a blank answer where one is needed.
pub(super) fn expect_text(findings: &mut Findings, rule: RuleId, path: &str, text: &str, wanted: &str) {
    if is_blank(text) {
        findings.refuse(rule, Code::Missing, path, wanted);
    }
}

/// Decides whether an assessment can be asked for: one at a time, on a day that has come.
pub fn decide_request(
    requested_on: NaiveDate,
    today: NaiveDate,
    status: SenStatus,
    under_way: bool,
) -> Findings {
    let mut findings = Findings::default();
    if requested_on > today {
        findings.refuse(RuleId::Eh1, Code::Invalid, "requestedOn", "the request lies in the future");
    }
    if under_way {
        findings.refuse(RuleId::Eh1, Code::Conflict, "child", "an assessment of this child is under way");
    } else if status == SenStatus::EhcPlan {
        findings
            .refuse(RuleId::Eh1, Code::Conflict, "child", "the child has an EHC plan")
            .remedy("an existing plan is reviewed, not asked for again");
    }
    findings
}

/// Whether the source is the family's own: a request of theirs needs nobody's leave (GR-12).
pub fn source_of(role: Role, given: RequestSource) -> RequestSource {
    match role {
        Role::Parent => RequestSource::Parent,
        Role::YoungPerson => RequestSource::YoungPerson,
        _ => given,
    }
}

/// Decides about a step that ends the assessment, or decides against it, with a reason.
pub fn decide_end(state: State, allowed: &[State], reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Eh1, state, allowed);
    expect_text(&mut findings, RuleId::Eh1, "reason", reason, "say why");
    findings
}

/// What is known of an assessment of which a step is taken back.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Where it stands.
    pub state: State,
    /// Whether it was decided to assess.
    pub decided: bool,
    /// Whether advice was sought.
    pub advice_sought: bool,
    /// Whether a draft plan is out.
    pub draft_out: bool,
}

/// The state to which taking the last step back leads (XC-22), and the step that is taken back.
///
/// # Errors
/// The refusals: no reason, nothing to take back, or something was built on the step already.
pub fn reversal(course: Course, reason: &str) -> Result<(State, Action), Findings> {
    let mut findings = Findings::default();
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "a reversal needs a reason");
    let open_before = match course {
        Course { draft_out: true, .. } => State::DraftIssued,
        Course { decided: true, .. } => State::Assessing,
        _ => State::Requested,
    };
    let back = match course.state {
        State::Declined => Some((State::Requested, Action::DecideNotToAssess)),
        State::Assessing if !course.advice_sought => Some((State::Requested, Action::DecideToAssess)),
        State::NotIssued => Some((State::Assessing, Action::DecideNotToIssue)),
        State::DraftIssued => Some((State::Assessing, Action::IssueDraftPlan)),
        State::FinalIssued => Some((State::DraftIssued, Action::IssueFinalPlan)),
        State::Ceased => Some((open_before, Action::CeaseAssessment)),
        State::Assessing | State::Requested => None,
    };
    if back.is_none() {
        let message = if course.state == State::Requested {
            "there is no step here to take back"
        } else {
            "advice was sought already"
        };
        findings
            .refuse(RuleId::Xc22, Code::WrongState, "assessment", message)
            .remedy("end the assessment with a reason instead");
    }
    back.filter(|_| findings.pass()).ok_or(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(state: State) -> Course {
        Course { state, decided: true, advice_sought: false, draft_out: false }
    }

    #[test]
    fn a_reversal_leads_one_step_back() {
        let back = |course| reversal(course, "wrong child").map(|(state, _)| state);
        assert_eq!(back(course(State::Declined)), Ok(State::Requested));
        assert_eq!(back(course(State::Assessing)), Ok(State::Requested));
        assert_eq!(back(course(State::FinalIssued)), Ok(State::DraftIssued));
        assert_eq!(back(course(State::Ceased)), Ok(State::Assessing));
        let drafted = Course { draft_out: true, ..course(State::Ceased) };
        assert_eq!(back(drafted), Ok(State::DraftIssued));
        let asked = Course { decided: false, ..course(State::Ceased) };
        assert_eq!(back(asked), Ok(State::Requested));
    }

    #[test]
    fn what_was_built_on_stays_and_a_reason_is_needed() {
        let refused = reversal(Course { advice_sought: true, ..course(State::Assessing) }, " ").unwrap_err();
        assert_eq!(refused.refusals.len(), 2);
        assert!(reversal(course(State::Requested), "wrong child").is_err());
    }

    #[test]
    fn one_assessment_at_a_time_from_a_day_that_has_come() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let decide = |on: &str, status, under_way| {
            decide_request(day(on), day("2026-03-09"), status, under_way).refusals.len()
        };
        assert_eq!(decide("2026-03-09", SenStatus::SenSupport, false), 0);
        assert_eq!(decide("2026-03-10", SenStatus::SenSupport, false), 1);
        assert_eq!(decide("2026-03-09", SenStatus::EhcPlan, false), 1);
        assert_eq!(decide("2026-03-10", SenStatus::EhcAssessment, true), 2);
    }
}
