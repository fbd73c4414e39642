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
    /// The school.
    pub school: SchoolFacts,
    /// The EP named for it.
    pub ep: EpFacts,
    /// Whether a SEND manager plans it.
    pub by_manager: bool,
}

/// What is known of the school.
#[derive(Clone, Copy, Debug)]
pub struct SchoolFacts {
    /// Whether it is open.
    pub open: bool,
    /// Whether another meeting in that term is planned or was held.
    pub another: bool,
    /// Whether it has a link EP that day at all.
    pub has_link_ep: bool,
}

/// What is known of the EP.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct EpFacts {
    /// Whether the person is an EP of the authority.
    pub is_one: bool,
    /// Whether they are linked to the school that day.
    pub linked: bool,
    /// Whether they are somewhere else at that time.
    pub busy: bool,
    /// Whether they hold the meeting already, which is to move.
    pub holds_it: bool,
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
    if !facts.school.open {
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
    if facts.school.another {
        findings.refuse(RuleId::Pc1, Code::Conflict, "school", "the school has a meeting in that term");
    }
    decide_ep(&mut findings, facts);
    findings
}

/// Decides whether a meeting can be moved so: within its term, before it took place (PC-1).
pub fn decide_move(state: MeetingState, same_term: bool, facts: &PlanFacts) -> Findings {
    let mut findings = decide_plan(facts);
    expect_meeting(&mut findings, RuleId::Pc1, state, &[MeetingState::Planned]);
    if facts.window.is_some() && !same_term {
        findings
            .refuse(RuleId::Pc1, Code::NotEligible, "startsAt", "that day lies in another term")
            .remedy("call the meeting off, and plan one for that term");
    }
    findings
}

fn decide_ep(findings: &mut Findings, facts: &PlanFacts) {
    if facts.ep.busy {
        findings
            .refuse(
                RuleId::Pc1,
                Code::Conflict,
                "educationalPsychologist",
                "the EP is at another school then",
            )
            .remedy("choose another time, or another EP");
    }
    if !facts.ep.is_one {
        let message = "that person is no EP of the authority";
        findings.refuse(RuleId::Pc2, Code::NotEligible, "educationalPsychologist", message);
    } else if !facts.ep.linked && facts.school.has_link_ep {
        findings
            .refuse(
                RuleId::Pc2,
                Code::NotEligible,
                "educationalPsychologist",
                "the school has a link EP of its own",
            )
            .remedy("name the school's link EP");
    } else if !facts.ep.linked && !facts.by_manager && !facts.ep.holds_it {
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

/// Somebody who is to be invited besides those who are invited by themselves.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// Their name.
    pub name: &'a str,
    /// Where the invitation goes.
    pub email: &'a str,
    /// Whether they work at the school, are linked to it, or are an EP.
    pub at_school: bool,
    /// Whether they have an account, whose roles say where they work.
    pub has_account: bool,
    /// Why they are key staff, where their role does not say it.
    pub key_staff: Option<&'a str>,
    /// For how many items they join.
    pub items: usize,
    /// Whether they are invited already.
    pub already: bool,
}

/// Decides whether somebody can be invited: staff of the school to the whole meeting, everybody else as a guest for named
/// items (PC-2, PC-3). A person without an account is staff of the school where the reason says why they are key staff.
pub fn decide_invitation(state: MeetingState, invitation: &Invitation<'_>) -> Findings {
    let mut findings = Findings::default();
    expect_meeting(&mut findings, RuleId::Pc3, state, &[MeetingState::Planned]);
    let key_staff = !invitation.has_account && invitation.key_staff.is_some_and(|reason| !is_blank(reason));
    if is_blank(invitation.name) {
        findings.refuse(RuleId::Pc3, Code::Missing, "name", "say who it is");
    }
    if !invitation.email.contains('@') {
        findings.refuse(RuleId::Pc3, Code::Invalid, "email", "that is no address for an invitation");
    }
    if invitation.already {
        findings.refuse(RuleId::Pc3, Code::Conflict, "person", "they are invited already");
    }
    if invitation.items == 0 && !invitation.at_school && !key_staff {
        findings
            .refuse(RuleId::Pc3, Code::Missing, "items", "a guest joins for named items only")
            .remedy("name the items, or say why they are key staff of the school");
    }
    findings
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

/// Decides whether the planning meetings and sessions of locality groups that a leaver was to hold can pass to a successor: to
/// an EP, who is free then (XC-23).
/// `twice` counts those at whose time the successor is elsewhere; where that is, is no business of who hands over.
pub fn decide_successor(findings: &mut Findings, meetings: usize, successor_is_ep: bool, twice: usize) {
    if meetings > 0 && !successor_is_ep {
        let message =
            format!("{meetings} meetings and sessions stay where they are, since the successor is no EP");
        findings.note(RuleId::Xc23, "to", message);
    } else if twice > 0 {
        findings
            .refuse(
                RuleId::Pc1,
                Code::Conflict,
                "to",
                format!(
                    "the successor is elsewhere at the time of {twice} of the leaver's meetings and sessions"
                ),
            )
            .remedy("move one of the two, or hand over to somebody else");
    }
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
            school: SchoolFacts { open: true, another: false, has_link_ep: true },
            ep: EpFacts { is_one: true, linked: true, busy: false, holds_it: false },
            by_manager: false,
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
        let mut cover = facts();
        (cover.ep.linked, cover.school.has_link_ep) = (false, false);
        assert!(!decide_plan(&cover).pass());
        assert!(decide_plan(&PlanFacts { by_manager: true, ..cover.clone() }).pass());
        cover.by_manager = true;
        cover.school.has_link_ep = true;
        assert!(!decide_plan(&cover).pass());
    }

    #[test]
    fn a_guest_joins_for_named_items() {
        let guest = Invitation {
            name: "A. Officer",
            email: "officer@send.example",
            at_school: false,
            has_account: false,
            key_staff: None,
            items: 1,
            already: false,
        };
        let passes = |invitation| decide_invitation(MeetingState::Planned, &invitation).pass();
        assert!(passes(guest));
        assert!(!passes(Invitation { items: 0, ..guest }));
        assert!(passes(Invitation { items: 0, at_school: true, ..guest }));
        assert!(passes(Invitation { items: 0, key_staff: Some("Leads on attendance."), ..guest }));
        assert!(!passes(Invitation { items: 0, key_staff: Some(" "), ..guest }));
        let officer = Invitation { has_account: true, key_staff: Some("Leads on attendance."), ..guest };
        assert!(passes(officer) && !passes(Invitation { items: 0, ..officer }));
        assert!(!passes(Invitation { already: true, ..guest }));
        assert!(!passes(Invitation { email: "officer", ..guest }));
        assert!(!decide_invitation(MeetingState::Shared, &guest).pass());
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
