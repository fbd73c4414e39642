//! A planning meeting is planned, moved, held, cancelled (PC-1 to PC-3).

use super::{KEY_STAFF, MeetingState, ParticipantKind};
use crate::access::Role;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::{DateTime, NaiveDate, Utc};
use std::ops::RangeInclusive;

/// What is known when a meeting is planned or moved.
#[derive(Clone, Debug)]
pub struct PlanFacts {
    /// Now (UTC).
    pub now: DateTime<Utc>,
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
    /// The London date of its start.
    pub on: NaiveDate,
    /// When the term's meetings are held, and whether the date lies in the term; none where no term is known.
    pub window: Option<RangeInclusive<NaiveDate>>,
    /// Whether the school is open.
    pub school_open: bool,
    /// Whether another meeting of the school in that term is planned or was held.
    pub another: bool,
    /// Whether the EP is linked to the school that day.
    pub ep_is_linked: bool,
    /// Whether the school has a link EP that day at all.
    pub school_has_link_ep: bool,
    /// Whether the EP named is one in the authority.
    pub ep_is_one: bool,
    /// Whether a SEND manager plans it.
    pub by_manager: bool,
    /// Whether the EP is somewhere else at that time.
    pub ep_is_busy: bool,
}

/// Decides whether a meeting can be planned so: by the link EP for their own school, or by the SEND manager, who names a
/// covering EP where the school has none (PC-2); in the window of its term (PC-1).
pub fn decide_plan(facts: &PlanFacts) -> Findings {
    let mut findings = Findings::default();
    if facts.starts_at <= facts.now {
        findings.refuse(RuleId::Pc1, Code::TooLate, "startsAt", "that time has passed");
    }
    if facts.ends_at <= facts.starts_at {
        findings.refuse(RuleId::Pc1, Code::Invalid, "endsAt", "it ends before it begins");
    }
    if !facts.school_open {
        findings.refuse(RuleId::Pc1, Code::NotEligible, "school", "the school is not open");
    }
    match &facts.window {
        None => {
            findings
                .refuse(RuleId::Pc1, Code::CalendarEnds, "startsAt", "that day lies in no term that is known")
                .remedy("choose a day in term");
        }
        Some(window) if !window.contains(&facts.on) => {
            findings.should(RuleId::Pc1, "startsAt", "a meeting is held at the beginning of its term");
        }
        Some(_) => {}
    }
    if facts.another {
        findings.refuse(RuleId::Pc1, Code::Conflict, "school", "the school has a meeting in that term");
    }
    decide_ep(&mut findings, facts);
    findings
}

fn decide_ep(findings: &mut Findings, facts: &PlanFacts) {
    if facts.ep_is_busy {
        findings
            .refuse(
                RuleId::Pc1,
                Code::Conflict,
                "educationalPsychologist",
                "the EP is at another school then",
            )
            .remedy("choose another time, or another EP");
    }
    if !facts.ep_is_one {
        let message = "that person is no EP of the authority";
        findings.refuse(RuleId::Pc2, Code::NotEligible, "educationalPsychologist", message);
    } else if !facts.ep_is_linked && facts.school_has_link_ep {
        findings
            .refuse(
                RuleId::Pc2,
                Code::NotEligible,
                "educationalPsychologist",
                "the school has a link EP of its own",
            )
            .remedy("name the school's link EP");
    } else if !facts.ep_is_linked && !facts.by_manager {
        findings
            .refuse(RuleId::Pc2, Code::NotPermitted, "educationalPsychologist", "the school has no link EP")
            .remedy("the SEND manager names a covering EP");
    }
}

/// Somebody who was there.
#[derive(Clone, Debug)]
pub struct Present<'a> {
    /// Why they take part.
    pub kind: ParticipantKind,
    /// As what: discipline or role at the school, where they have one.
    pub role: Option<Role>,
    /// Why they are key staff, where their role does not say it.
    pub key_staff_reason: Option<&'a str>,
}

/// Decides whether a meeting can be marked held: it has begun, an EP was there, and key staff of the school (PC-2).
pub fn decide_held(
    state: MeetingState,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
    present: &[Present<'_>],
) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc2, state, &[MeetingState::Planned]);
    if now < starts_at {
        findings
            .refuse(RuleId::Pc2, Code::TooEarly, "meeting", "the meeting has not begun")
            .possible_from(Some(starts_at));
    }
    if !present.iter().any(|one| one.role == Some(Role::EducationalPsychologist)) {
        findings.refuse(RuleId::Pc2, Code::Missing, "present", "no educational psychologist was there");
    }
    let is_key = |one: &Present<'_>| {
        let by_role = one.role.is_some_and(|role| KEY_STAFF.contains(&role));
        one.kind == ParticipantKind::School
            && (by_role || one.key_staff_reason.is_some_and(|reason| !is_blank(reason)))
    };
    if !present.iter().any(is_key) {
        findings
            .refuse(RuleId::Pc2, Code::Missing, "present", "no key member of the school's staff was there")
            .remedy("name the SENCO, a lead or the head, or say why somebody else is key staff");
    }
    findings
}

/// Refuses a step that does not lead from the state in which the meeting is.
pub(super) fn expect_meeting(
    findings: &mut Findings,
    rule: RuleId,
    state: MeetingState,
    allowed: &[MeetingState],
) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(rule, Code::WrongState, "meeting", format!("the meeting is {}", state.words()))
            .remedy(format!("this step is taken while a meeting is {}", wanted.join(" or ")));
    }
}

/// Decides whether a meeting can be called off, with the reason: before it took place.
pub fn decide_cancel(state: MeetingState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc1, state, &[MeetingState::Planned]);
    if is_blank(reason) {
        findings.refuse(RuleId::Pc1, Code::Missing, "reason", "say why it is called off");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts() -> PlanFacts {
        PlanFacts {
            now: at("2026-04-01T09:00:00Z"),
            starts_at: at("2026-04-20T09:00:00Z"),
            ends_at: at("2026-04-20T10:30:00Z"),
            on: day("2026-04-20"),
            window: Some(day("2026-04-13")..=day("2026-05-01")),
            school_open: true,
            another: false,
            ep_is_linked: true,
            school_has_link_ep: true,
            ep_is_one: true,
            by_manager: false,
            ep_is_busy: false,
        }
    }

    #[test]
    fn the_window_is_for_the_planner_to_leave_with_a_reason() {
        assert!(!decide_plan(&facts()).unacknowledged(&[]));
        for (on, inside) in
            [("2026-04-13", true), ("2026-05-01", true), ("2026-05-02", false), ("2026-04-12", false)]
        {
            let findings = decide_plan(&PlanFacts { on: day(on), ..facts() });
            assert_eq!((findings.pass(), findings.unacknowledged(&[])), (true, !inside), "{on}");
        }
        assert!(!decide_plan(&PlanFacts { window: None, ..facts() }).pass());
    }

    #[test]
    fn a_covering_ep_is_named_by_the_manager_where_the_school_has_none() {
        let cover = PlanFacts { ep_is_linked: false, school_has_link_ep: false, ..facts() };
        assert!(!decide_plan(&cover).pass());
        assert!(decide_plan(&PlanFacts { by_manager: true, ..cover.clone() }).pass());
        assert!(!decide_plan(&PlanFacts { by_manager: true, school_has_link_ep: true, ..cover }).pass());
    }

    #[test]
    fn an_ep_and_key_staff_make_the_quorum() {
        let ep = Present {
            kind: ParticipantKind::LinkStaff,
            role: Some(Role::EducationalPsychologist),
            key_staff_reason: None,
        };
        let school = |role, reason| Present { kind: ParticipantKind::School, role, key_staff_reason: reason };
        let held = |present: &[Present<'_>]| {
            decide_held(
                MeetingState::Planned,
                at("2026-04-20T09:00:00Z"),
                at("2026-04-20T09:00:00Z"),
                present,
            )
            .pass()
        };
        assert!(held(&[ep.clone(), school(Some(Role::Senco), None)]));
        assert!(held(&[ep.clone(), school(Some(Role::HeadTeacher), None)]));
        assert!(held(&[ep.clone(), school(Some(Role::Teacher), Some("Leads on inclusion this year."))]));
        assert!(!held(&[ep.clone(), school(Some(Role::Teacher), None)]));
        assert!(!held(&[ep.clone(), school(None, Some(" "))]));
        assert!(!held(&[school(Some(Role::Senco), None)]));
        assert!(!held(&[ep]));
    }
}
