//! The plan: the draft served on the parents and checked by the advice givers (EH-3, AQ-8), the final plan, and the
//! notice that it will be late (AQ-9).

use super::advice::check_answerer;
use super::assessment::{expect_state, expect_text};
use super::{CheckState, State};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner, Step, Which};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::{london, text::is_blank};
use chrono::NaiveDate;
use uuid::Uuid;

/// The days that parents have for the draft plan, the day of its service being the first (EH-3).
const PARENTS_DAYS: u32 = 15;

/// The duty to wait for the parents, on the draft plan.
pub fn parents_time() -> Which {
    RuleId::Eh3.into()
}

/// The duty to check the draft plan.
pub fn check() -> Which {
    RuleId::Aq8.into()
}

/// The duty to tell the parents of a delay, on the assessment.
pub fn delay() -> Which {
    Which { rule: RuleId::Aq9, step: Some(Step::NotifyDelay) }
}

/// The parents' time for the draft plan (EH-3).
///
/// # Errors
/// [`BeyondCalendar`] where the date cannot be written down.
pub fn parents_duty(
    served_on: NaiveDate,
    coordinator: Option<Uuid>,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let owner = Owner { role: Role::EhcpCoordinator, person: coordinator };
    let count = Count(PARENTS_DAYS, DayUnit::CalendarDays, Direction::BeginningWith);
    NewDuty::set(RuleId::Eh3, owner, "the draft plan was served", served_on, count, calendar, policy)
}

/// The deadline for the check of the draft plan by an advice giver, or by who answers for them (AQ-8).
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn check_duty(
    issued_on: NaiveDate,
    owner: Owner,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.accuracy_check_working_days, DayUnit::WorkingDays, Direction::After);
    NewDuty::set(RuleId::Aq8, owner, "the draft plan was issued", issued_on, count, calendar, policy)
}

/// The deadline for telling the parents of a delay (AQ-9).
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn delay_duty(
    slipped_on: NaiveDate,
    coordinator: Option<Uuid>,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.delay_notice_working_days, DayUnit::WorkingDays, Direction::After);
    let owner = Owner { role: Role::EhcpCoordinator, person: coordinator };
    let duty = NewDuty::set(RuleId::Aq9, owner, "the forecast slipped", slipped_on, count, calendar, policy)?;
    Ok(duty.step(Step::NotifyDelay))
}

/// What is known when a draft plan is to go out.
#[derive(Clone, Copy, Debug)]
pub struct DraftFacts {
    /// Where the assessment stands.
    pub state: State,
    /// How many queries on its advice are open.
    pub open_queries: usize,
    /// How many services have not given their advice yet.
    pub outstanding: usize,
    /// Whether a SEND manager issues it.
    pub by_manager: bool,
}

/// Decides whether the draft plan can go out: with no open query, unless a SEND manager overrides with a reason (AQ-8).
pub fn decide_draft(content: &str, override_reason: Option<&str>, facts: &DraftFacts) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Aq8, facts.state, &[State::Assessing]);
    expect_text(&mut findings, RuleId::Aq8, "content", content, "the draft plan is blank");
    let overridden = facts.by_manager && override_reason.is_some_and(|reason| !is_blank(reason));
    if override_reason.is_some() && !facts.by_manager {
        let message = "only a SEND manager overrides open queries";
        findings.refuse(RuleId::Aq8, Code::NotPermitted, "overrideReason", message);
    }
    if facts.open_queries > 0 && !overridden {
        let message = format!("{} on its advice still open", queries(facts.open_queries));
        findings
            .refuse(RuleId::Aq8, Code::WrongState, "assessment", message)
            .remedy("settle them, or let a SEND manager issue it with a reason");
    }
    if facts.outstanding > 0 {
        findings.note(RuleId::Eh2, "assessment", "not all advice has come in");
    }
    findings
}

fn queries(number: usize) -> String {
    if number == 1 { "1 query is".to_owned() } else { format!("{number} queries are") }
}

/// Decides whether what the parents say can be recorded.
pub fn decide_response(state: State, response: &str) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Eh3, state, &[State::DraftIssued]);
    expect_text(&mut findings, RuleId::Eh3, "response", response, "say what the parents answered");
    findings
}

/// Decides whether a check can be answered so: accurate, or with feedback (AQ-8); by the giver, or by the manager of a
/// giver who is not at work (AQ-6).
pub fn decide_check(
    state: CheckState,
    accurate: bool,
    feedback: Option<&str>,
    by_manager: bool,
    giver_absent: bool,
) -> Findings {
    let mut findings = Findings::default();
    check_answerer(&mut findings, "accuracyCheck", by_manager, giver_absent);
    if state != CheckState::Open {
        let message = format!("the check is {}", state.words());
        findings.refuse(RuleId::Aq8, Code::WrongState, "accuracyCheck", message);
    }
    match (accurate, feedback.is_none_or(is_blank)) {
        (false, true) => {
            findings.refuse(RuleId::Aq8, Code::Missing, "feedback", "say what is not accurate");
        }
        (true, false) => {
            findings.refuse(RuleId::Aq8, Code::Invalid, "feedback", "an accurate plan needs no feedback");
        }
        _ => {}
    }
    findings
}

/// Decides whether the final plan can be issued: when the parents have answered, or their time is over (EH-3).
pub fn decide_final(
    state: State,
    respond_by: Option<NaiveDate>,
    responded: bool,
    today: NaiveDate,
) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Eh1, state, &[State::DraftIssued]);
    if let Some(last) = respond_by.filter(|last| today <= *last && !responded) {
        let from = last.succ_opt().map(london::start_of_day);
        findings
            .refuse(
                RuleId::Eh3,
                Code::TooEarly,
                "assessment",
                "the parents still have time for the draft plan",
            )
            .remedy("record what the parents answered, or wait")
            .possible_from(from);
    }
    findings
}

/// What is known when parents are to be told of a delay.
#[derive(Clone, Copy, Debug)]
pub struct NoticeFacts {
    /// Where the assessment stands.
    pub state: State,
    /// The earliest realistic London date of the final plan, if one is forecast.
    pub final_on: Option<NaiveDate>,
    /// The statutory one.
    pub final_by: NaiveDate,
}

/// Decides whether the parents can be told so: there is a delay, its reason and a date that can be kept (AQ-9).
pub fn decide_notice(reason: &str, new_final_on: NaiveDate, facts: &NoticeFacts) -> Findings {
    let mut findings = Findings::default();
    expect_state(&mut findings, RuleId::Aq9, facts.state, &State::OPEN);
    expect_text(&mut findings, RuleId::Aq9, "reason", reason, "say why the plan is late");
    match facts.final_on.filter(|on| *on > facts.final_by) {
        None if facts.state.is_open() => {
            let message = "the plan is not forecast to be late";
            findings.refuse(RuleId::Aq9, Code::WrongState, "assessment", message);
        }
        Some(on) if new_final_on < on => {
            findings
                .refuse(RuleId::Aq9, Code::Invalid, "newFinalOn", "the plan cannot be there by that date")
                .remedy(format!("tell the parents {on} or a later date"));
        }
        _ => {}
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_draft_waits_for_queries_or_for_a_managers_reason() {
        let facts =
            DraftFacts { state: State::Assessing, open_queries: 1, outstanding: 0, by_manager: false };
        let refused = |reason: Option<&str>, facts| decide_draft("Plan.", reason, &facts).refusals.len();
        assert_eq!(refused(None, DraftFacts { open_queries: 0, ..facts }), 0);
        assert_eq!(refused(None, facts), 1);
        assert_eq!(refused(Some("Urgent."), facts), 2);
        let manager = DraftFacts { by_manager: true, ..facts };
        assert_eq!(refused(Some(" "), manager), 1);
        assert_eq!(refused(Some("Urgent."), manager), 0);
    }

    #[test]
    fn the_final_plan_waits_for_the_parents_or_the_end_of_their_time() {
        let decide = |today: &str, responded| {
            decide_final(State::DraftIssued, Some(day("2026-03-15")), responded, day(today)).pass()
        };
        assert!(!decide("2026-03-15", false));
        assert!(decide("2026-03-15", true));
        assert!(decide("2026-03-16", false));
    }

    #[test]
    fn a_notice_names_a_date_that_can_be_kept() {
        let facts = NoticeFacts {
            state: State::Assessing,
            final_on: Some(day("2026-06-02")),
            final_by: day("2026-05-25"),
        };
        let refused = |on: &str, facts| decide_notice("Late advice.", day(on), &facts).refusals.len();
        assert_eq!(refused("2026-06-01", facts), 1);
        assert_eq!(refused("2026-06-02", facts), 0);
        let in_time = NoticeFacts { final_on: Some(day("2026-05-25")), ..facts };
        assert_eq!(refused("2026-06-02", in_time), 1);
    }
}
