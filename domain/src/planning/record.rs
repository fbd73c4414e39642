//! The record: what each item ended in, what became of the actions brought forward, and its way to the school (PC-5 to
//! PC-8).

use super::meeting::expect_meeting;
use super::{FeedbackSource, MeetingState, SupportForm};
use crate::access::Role;
use crate::calendar::{BeyondCalendar, Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::policy::Policy;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;
use uuid::Uuid;

/// What is known when support is agreed.
#[derive(Clone, Copy, Debug)]
pub struct SupportFacts {
    /// Where the meeting stands.
    pub state: MeetingState,
    /// In which form.
    pub form: SupportForm,
    /// The rank, where it is triage.
    pub rank: Option<u32>,
    /// Whether a service is named.
    pub service: bool,
    /// The agreed time, in minutes.
    pub minutes: Option<u32>,
    /// What is left of the school's traded contract in force on the day of the meeting, in minutes; none without one.
    pub traded_left: Option<u32>,
    /// What is left of the service's allocation to the school for the term, in minutes; none where none is set.
    pub allocation_left: Option<u32>,
}

/// Decides whether support can be agreed so: a rank for triage, service and hours for assessment and intervention, hours
/// left in a contract for traded work (PC-5); beyond the allocation with a reason (PC-6).
pub fn decide_support(facts: &SupportFacts) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc5, facts.state, &[MeetingState::Held]);
    let minutes = facts.minutes.unwrap_or_default();
    match facts.form {
        SupportForm::Triage if facts.rank.is_none_or(|rank| rank == 0) => {
            findings.refuse(RuleId::Pc5, Code::Missing, "rank", "say which rank it has, 1 for the first");
        }
        SupportForm::AssessmentAndIntervention => {
            if !facts.service {
                findings.refuse(RuleId::Pc5, Code::Missing, "service", "name the service");
            }
            if minutes == 0 {
                findings.refuse(RuleId::Pc5, Code::Missing, "minutes", "say how much time is agreed");
            }
        }
        SupportForm::TradedWork => decide_traded(&mut findings, minutes, facts.traded_left),
        SupportForm::Triage | SupportForm::ConsultationAdvice => {}
    }
    if facts.form != SupportForm::TradedWork && facts.allocation_left.is_some_and(|left| minutes > left) {
        let message = "that is more than the service has allocated to the school";
        findings.should(RuleId::Pc6, "minutes", message);
    }
    findings
}

fn decide_traded(findings: &mut Findings, minutes: u32, left: Option<u32>) {
    if minutes == 0 {
        findings.refuse(RuleId::Pc5, Code::Missing, "minutes", "say how much time is agreed");
    }
    match left {
        None => {
            findings
                .refuse(
                    RuleId::Pc5,
                    Code::NotEligible,
                    "form",
                    "the school has no traded EP contract in force that day",
                )
                .remedy("record the contract, or agree another form of support");
        }
        Some(left) if minutes > left => {
            let message = format!("{left} minutes are left in the school's traded contract");
            findings.refuse(RuleId::Pc5, Code::Conflict, "minutes", message);
        }
        Some(_) => {}
    }
}

/// What is known when a record is to be completed.
#[derive(Clone, Debug)]
pub struct RecordFacts {
    /// Where the meeting stands.
    pub state: MeetingState,
    /// Whether who completes it is an EP who was there.
    pub by_ep_present: bool,
    /// Items that were neither discussed nor put off, by their titles.
    pub undiscussed: u32,
    /// Discussed items that ended in no form of support.
    pub unsupported: u32,
    /// Items that were put off and that no action brings forward.
    pub forgotten: u32,
    /// Items about a child that do not say how parents and child took part, or which agencies (PC-4).
    pub unvoiced: u32,
    /// Actions brought forward that have no outcome with a note (PC-8).
    pub actions_open: u32,
    /// What the meeting came to.
    pub summary: String,
}

/// Decides whether a record is complete (PC-5, PC-7, PC-8).
pub fn decide_record(facts: &RecordFacts) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc7, facts.state, &[MeetingState::Held]);
    if !facts.by_ep_present {
        findings
            .refuse(RuleId::Pc7, Code::NotPermitted, "", "the record is completed by an EP who was there")
            .remedy("it is completed by an educational psychologist who was present");
    }
    let mut expect_none = |rule, number: u32, what: &str| {
        if number > 0 {
            findings.refuse(rule, Code::Missing, "meeting", format!("{number} {what}"));
        }
    };
    expect_none(RuleId::Pc7, facts.undiscussed, "items have no note of the discussion");
    expect_none(RuleId::Pc5, facts.unsupported, "discussed items end in no form of support");
    expect_none(RuleId::Pc4, facts.forgotten, "items were put off with no action that brings them forward");
    let voices = "items do not say how parents and child took part, and which other agencies";
    expect_none(RuleId::Pc4, facts.unvoiced, voices);
    expect_none(RuleId::Pc8, facts.actions_open, "actions brought forward have no outcome");
    if is_blank(&facts.summary) {
        findings.refuse(RuleId::Pc7, Code::Missing, "summary", "say what the meeting came to");
    }
    findings
}

/// The duty to share the record with the school, from the day of the meeting (PC-7). It is the EP's.
///
/// # Errors
/// [`BeyondCalendar`] where the working days are not known.
pub fn share_duty(
    held_on: NaiveDate,
    ep: Uuid,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, BeyondCalendar> {
    let count = Count(policy.figures.share_record_working_days, DayUnit::WorkingDays, Direction::After);
    let owner = Owner { role: Role::EducationalPsychologist, person: Some(ep) };
    NewDuty::set(RuleId::Pc7, owner, "the meeting was held", held_on, count, calendar, policy)
}

/// Decides whether what was said of an item can be written down: at a meeting that was held, until its record is complete
/// (PC-5, PC-7). An item that was put off needs the reason, and an action that brings it forward.
pub fn decide_discussion(state: MeetingState, text: &str) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc7, state, &[MeetingState::Held]);
    if is_blank(text) {
        findings.refuse(RuleId::Pc7, Code::Missing, "text", "say what was discussed, or why it was put off");
    }
    findings
}

/// Decides whether an agreement on support can be taken back as a mistake (XC-22).
pub fn decide_support_withdrawal(state: MeetingState, withdrawn: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Xc22, state, &[MeetingState::Held]);
    if withdrawn {
        findings.refuse(RuleId::Xc22, Code::WrongState, "supportAgreement", "it was taken back already");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Xc22, Code::Missing, "reason", "say why it was a mistake");
    }
    findings
}

/// Decides whether an action can be agreed: with an owner and a due date that has not passed, in a meeting that was held
/// (PC-4, PC-7).
pub fn decide_action(
    state: MeetingState,
    what: &str,
    owner: &str,
    due_on: NaiveDate,
    held_on: NaiveDate,
) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc7, state, &[MeetingState::Held]);
    if is_blank(what) {
        findings.refuse(RuleId::Pc7, Code::Missing, "what", "say what is to be done");
    }
    if is_blank(owner) {
        findings.refuse(RuleId::Pc7, Code::Missing, "owner", "say who does it");
    }
    if due_on < held_on {
        findings.refuse(RuleId::Pc7, Code::Invalid, "dueOn", "it is due before the meeting");
    }
    findings
}

/// Decides whether a record can be shared: once it is complete.
pub fn decide_share(state: MeetingState) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc7, state, &[MeetingState::Recorded]);
    findings
}

/// Decides whether an addendum can be written: to a record that was shared, which stays as it is (PC-7).
pub fn decide_addendum(state: MeetingState, text: &str) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc7, state, &[MeetingState::Shared]);
    if is_blank(text) {
        findings.refuse(RuleId::Pc7, Code::Missing, "text", "say what is corrected or added");
    }
    findings
}

/// Decides whether an action that was brought forward gets its outcome: with a note, in the meeting to which it was brought
/// (PC-8). Until the record is complete the outcome can be written anew.
pub fn decide_action_outcome(state: MeetingState, brought_here: bool, note: &str) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc8, state, &[MeetingState::Held]);
    if !brought_here {
        findings.refuse(
            RuleId::Pc8,
            Code::WrongState,
            "meetingAction",
            "the action was not brought forward to this meeting",
        );
    }
    if is_blank(note) {
        findings.refuse(RuleId::Pc8, Code::Missing, "note", "say what became of it");
    }
    findings
}

/// Decides whether feedback can be given: a score from 1 to 5, with words; the school's on a meeting that was held (PC-9).
pub fn decide_feedback(
    meeting: Option<MeetingState>,
    by_school: bool,
    source: FeedbackSource,
    score: i32,
    text: &str,
) -> Findings {
    let mut findings = Findings::default();
    if let Some(state) = meeting {
        let held = [MeetingState::Held, MeetingState::Recorded, MeetingState::Shared];
        expect_meeting(&mut findings, RuleId::Pc9, state, &held);
    } else if source == FeedbackSource::School {
        findings.refuse(RuleId::Pc9, Code::Missing, "meeting", "a school speaks of a meeting");
    }
    if by_school != (source == FeedbackSource::School) {
        let message = "the school speaks for itself, and staff of the services for themselves";
        findings.refuse(RuleId::Pc9, Code::NotEligible, "source", message);
    }
    if !(1..=5).contains(&score) {
        findings.refuse(RuleId::Pc9, Code::Invalid, "score", "a score lies between 1 and 5");
    }
    if is_blank(text) {
        findings.refuse(RuleId::Pc9, Code::Missing, "text", "say why");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn support(form: SupportForm) -> SupportFacts {
        SupportFacts {
            state: MeetingState::Held,
            form,
            rank: Some(1),
            service: true,
            minutes: Some(120),
            traded_left: Some(120),
            allocation_left: Some(120),
        }
    }

    #[test]
    fn traded_hours_last_to_the_minute() {
        let traded = support(SupportForm::TradedWork);
        assert!(decide_support(&traded).pass());
        assert!(!decide_support(&SupportFacts { minutes: Some(121), ..traded }).pass());
        assert!(!decide_support(&SupportFacts { traded_left: None, ..traded }).pass());
        assert!(!decide_support(&SupportFacts { minutes: None, ..traded }).pass());
    }

    #[test]
    fn more_than_the_allocation_waits_for_a_reason() {
        let planned = support(SupportForm::AssessmentAndIntervention);
        assert!(!decide_support(&planned).unacknowledged(&[]));
        let more = decide_support(&SupportFacts { minutes: Some(121), ..planned });
        assert!(more.pass() && more.unacknowledged(&[]));
        let unset = decide_support(&SupportFacts { minutes: Some(500), allocation_left: None, ..planned });
        assert!(!unset.unacknowledged(&[]));
        assert!(!decide_support(&SupportFacts { service: false, ..planned }).pass());
    }

    #[test]
    fn triage_has_its_rank_and_advice_needs_no_more() {
        assert!(decide_support(&support(SupportForm::Triage)).pass());
        assert!(!decide_support(&SupportFacts { rank: Some(0), ..support(SupportForm::Triage) }).pass());
        let bare = SupportFacts {
            rank: None,
            service: false,
            minutes: None,
            ..support(SupportForm::ConsultationAdvice)
        };
        assert!(decide_support(&bare).pass());
        assert!(!decide_support(&SupportFacts { state: MeetingState::Planned, ..bare }).pass());
    }

    #[test]
    fn a_record_is_complete_with_every_item_and_every_action() {
        let whole = RecordFacts {
            state: MeetingState::Held,
            by_ep_present: true,
            undiscussed: 0,
            unsupported: 0,
            unvoiced: 0,
            forgotten: 0,
            actions_open: 0,
            summary: "Three children, one training.".into(),
        };
        assert!(decide_record(&whole).pass());
        for (lacking, rule) in [
            (RecordFacts { by_ep_present: false, ..whole.clone() }, RuleId::Pc7),
            (RecordFacts { undiscussed: 1, ..whole.clone() }, RuleId::Pc7),
            (RecordFacts { unsupported: 1, ..whole.clone() }, RuleId::Pc5),
            (RecordFacts { forgotten: 1, ..whole.clone() }, RuleId::Pc4),
            (RecordFacts { unvoiced: 1, ..whole.clone() }, RuleId::Pc4),
            (RecordFacts { actions_open: 1, ..whole.clone() }, RuleId::Pc8),
            (RecordFacts { summary: " ".into(), ..whole.clone() }, RuleId::Pc7),
        ] {
            let refusals = decide_record(&lacking).refusals;
            assert_eq!((refusals.len(), refusals[0].rule), (1, rule), "{lacking:?}");
        }
    }
}
