//! People and the roles that they hold: invited, granted, revoked, linked to schools, handed over (XC-6, XC-23).

use crate::access::{Reach, Role};
use crate::london;
use crate::refusal::{Code, Findings};
use crate::registration::check_text;
use crate::rule::RuleId;
use crate::text::{email, is_blank};
use chrono::{DateTime, NaiveDate, Utc};

/// Subjects of sign-in tokens are no longer than this, in bytes (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// From a first to a last London date, both included; without a last one until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether two periods have a day in common. One that ends before its first day has none: it never was.
    pub fn overlaps(self, other: Self) -> bool {
        let reaches = |one: Self, to: Self| one.to.is_none_or(|last| to.from <= last);
        [self, other].into_iter().all(|one| reaches(one, one)) && reaches(self, other) && reaches(other, self)
    }

    fn check(self, rule: RuleId, findings: &mut Findings) {
        if self.to.is_some_and(|to| to < self.from) {
            findings.refuse(rule, Code::Invalid, "to", "the last day lies before the first");
        }
    }
}

/// Decides whether a person can be invited.
pub fn decide_invitation(subject: &str, name: &str, address: &str, invited_already: bool) -> Findings {
    let mut findings = Findings::default();
    if is_blank(subject) {
        findings.refuse(RuleId::Xc23, Code::Missing, "subject", "this must be filled in");
    } else if subject.len() > LONGEST_SUBJECT || subject.contains(char::is_control) {
        let message = "a subject has 255 bytes at most and no control characters";
        findings.refuse(RuleId::Xc23, Code::Invalid, "subject", message);
    }
    check_text(RuleId::Xc23, "name", name, &mut findings);
    if let Err(fault) = email(address) {
        findings.refuse(RuleId::Xc23, Code::Invalid, "email", fault.to_string());
    }
    if invited_already {
        findings
            .refuse(
                RuleId::Xc23,
                Code::Conflict,
                "subject",
                "somebody with this subject is among your people already",
            )
            .remedy("grant them a role");
    }
    findings
}

/// What is known when a role is granted.
#[derive(Clone, Copy, Debug)]
pub struct Granting {
    /// The role.
    pub role: Role,
    /// Whether a school is named.
    pub at_school: bool,
    /// The days.
    pub period: Period,
    /// Whether the person holds the same role at the same place for some of these days already.
    pub held_already: bool,
}

/// Decides whether a role can be granted.
pub fn decide_grant(granting: &Granting) -> Findings {
    let mut findings = Findings::default();
    let Granting { role, at_school, .. } = *granting;
    if role.is_link_staff() {
        findings
            .refuse(
                RuleId::Xc6,
                Code::Invalid,
                "role",
                "link staff hold their role by assignment to a school",
            )
            .remedy("take assignLinkStaff");
    } else if role.reach() == Reach::Family {
        let message = "parents, carers and young people hold their role by being that";
        findings.refuse(RuleId::Xc23, Code::Invalid, "role", message);
    } else if role.at_school() && !at_school {
        findings.refuse(RuleId::Xc23, Code::Missing, "school", "this role is held at a school");
    } else if !role.at_school() && at_school {
        findings.refuse(RuleId::Xc23, Code::Invalid, "school", "this role is held for the whole authority");
    }
    granting.period.check(RuleId::Xc23, &mut findings);
    if granting.held_already {
        let message = "this person holds the role for some of these days already";
        findings.refuse(RuleId::Xc23, Code::Conflict, "from", message);
    }
    findings
}

/// Decides whether a grant can be revoked. An authority keeps an administrator, or nobody could ever grant one.
pub fn decide_revocation(revoked: bool, last_administrator: bool) -> Findings {
    let mut findings = Findings::default();
    if revoked {
        findings.refuse(RuleId::Xc23, Code::WrongState, "grant", "this role was revoked already");
    }
    if last_administrator {
        findings
            .refuse(RuleId::Xc23, Code::Conflict, "grant", "this is the authority's last administrator")
            .remedy("grant the role to somebody else first");
    }
    findings
}

/// Decides whether a practitioner can be linked to a school.
pub fn decide_link(discipline: Role, period: Period, linked_already: bool) -> Findings {
    let mut findings = Findings::default();
    if !discipline.is_link_staff() {
        let message = format!("{} is no discipline of link staff", discipline.words());
        findings.refuse(RuleId::Xc6, Code::Invalid, "discipline", message);
    }
    period.check(RuleId::Xc6, &mut findings);
    if linked_already {
        let message = "this person is linked to the school for some of these days already";
        findings.refuse(RuleId::Xc6, Code::Conflict, "from", message);
    }
    findings
}

/// Decides whether a link can end on a day: within the days for which it was made.
pub fn decide_end(period: Period, last_day: NaiveDate) -> Findings {
    let mut findings = Findings::default();
    if last_day < period.from {
        findings.refuse(RuleId::Xc6, Code::Invalid, "lastDay", "the last day lies before the first");
    }
    if period.to.is_some_and(|to| to < last_day) {
        findings
            .refuse(RuleId::Xc6, Code::Invalid, "lastDay", "the link ends before that day already")
            .remedy("make a new assignment for the days after");
    }
    findings
}

/// A slot of a leaver that would pass to the successor.
#[derive(Clone, Copy, Debug)]
pub struct SlotToPass {
    /// Start (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// Whether the successor is a specialist of the authority on its day.
    pub is_specialist: bool,
    /// Whether the successor has another slot at that time.
    pub overlaps: bool,
}

impl SlotToPass {
    /// Whether it passes: only a specialist holds slots.
    pub fn passes(&self) -> bool {
        self.is_specialist
    }
}

/// Decides whether a leaver's work can be handed over. A specialist's slots pass to a specialist; nobody can be in two
/// of them at once (OC-1).
pub fn decide_handover(same_person: bool, slots: &[SlotToPass]) -> Findings {
    let mut findings = Findings::default();
    if same_person {
        findings.refuse(RuleId::Xc23, Code::Invalid, "to", "a leaver's work is handed to somebody else");
        return findings;
    }
    let starts = |which: fn(&SlotToPass) -> bool| -> Vec<_> {
        let found = slots.iter().filter(|slot| which(slot)).map(|slot| london::local(slot.starts_at));
        found.map(|start| start.format("%-d %B %Y at %H:%M").to_string()).collect()
    };
    let (twice, stay) = (starts(|slot| slot.passes() && slot.overlaps), starts(|slot| !slot.passes()));
    if !twice.is_empty() {
        let message = format!("the successor has another slot at the time of these: {}", twice.join(", "));
        findings
            .refuse(RuleId::Oc1, Code::Conflict, "to", message)
            .remedy("take one of the two slots back, or hand over to somebody else");
    }
    if !stay.is_empty() {
        let message = format!(
            "these slots stay where they are, since the successor is no specialist: {}",
            stay.join(", ")
        );
        findings.note(RuleId::Xc23, "to", message);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: Option<&str>) -> Period {
        Period { from: day(from), to: to.map(day) }
    }

    fn granting(role: Role, at_school: bool) -> Granting {
        Granting { role, at_school, period: period("2026-09-01", None), held_already: false }
    }

    #[test]
    fn periods_overlap_on_a_shared_day_and_not_before() {
        let spring = period("2026-01-01", Some("2026-03-31"));
        assert!(spring.overlaps(period("2026-03-31", None)));
        assert!(period("2026-03-31", None).overlaps(spring));
        assert!(!spring.overlaps(period("2026-04-01", None)));
        assert!(!period("2026-04-01", None).overlaps(spring));
        assert!(period("2020-01-01", None).overlaps(period("2030-01-01", None)));
    }

    #[test]
    fn a_role_is_granted_where_it_is_held() {
        for (role, at_school, passes) in [
            (Role::Senco, true, true),
            (Role::Senco, false, false),
            (Role::SendManager, false, true),
            (Role::SendManager, true, false),
            (Role::EducationalPsychologist, true, false),
            (Role::Parent, false, false),
            (Role::YoungPerson, false, false),
            (Role::Integrator, false, true),
        ] {
            assert_eq!(decide_grant(&granting(role, at_school)).pass(), passes, "{role:?}");
        }
    }

    #[test]
    fn days_in_the_wrong_order_and_a_role_held_already_are_both_told() {
        let both = Granting {
            period: period("2026-09-02", Some("2026-09-01")),
            held_already: true,
            ..granting(Role::Senco, true)
        };
        assert_eq!(decide_grant(&both).refusals.len(), 2);
        let one_day =
            Granting { period: period("2026-09-01", Some("2026-09-01")), ..granting(Role::Senco, true) };
        assert!(decide_grant(&one_day).pass());
    }

    #[test]
    fn the_last_administrator_stays() {
        assert!(decide_revocation(false, false).pass());
        assert!(!decide_revocation(false, true).pass());
        assert!(!decide_revocation(true, false).pass());
    }

    #[test]
    fn only_disciplines_of_link_staff_link() {
        assert!(decide_link(Role::Ewo, period("2026-09-01", None), false).pass());
        assert!(!decide_link(Role::Senco, period("2026-09-01", None), false).pass());
        assert!(!decide_link(Role::Ewo, period("2026-09-01", None), true).pass());
    }

    #[test]
    fn a_link_ends_within_its_days() {
        let year = period("2026-09-01", Some("2027-08-31"));
        for (last_day, passes) in
            [("2026-08-31", false), ("2026-09-01", true), ("2027-08-31", true), ("2027-09-01", false)]
        {
            assert_eq!(decide_end(year, day(last_day)).pass(), passes, "{last_day}");
        }
    }

    #[test]
    fn an_invitation_names_all_that_is_wrong() {
        assert!(decide_invitation("w-0001", "Imogen Fairweather", "imogen@school.example", false).pass());
        let findings = decide_invitation(" ", "", "nobody", true);
        let paths: Vec<_> = findings.refusals.iter().map(|refusal| refusal.path.as_str()).collect();
        assert_eq!(paths, ["subject", "name", "email", "subject"]);
        assert!(decide_invitation(&"x".repeat(255), "A", "a@b.example", false).pass());
        assert!(!decide_invitation(&"x".repeat(256), "A", "a@b.example", false).pass());
    }

    #[test]
    fn nobody_hands_over_to_themselves() {
        assert!(decide_handover(false, &[]).pass());
        assert!(!decide_handover(true, &[]).pass());
    }

    #[test]
    fn slots_pass_to_a_specialist_who_is_free_then() {
        let slot = |is_specialist, overlaps| SlotToPass {
            starts_at: "2026-06-19T10:00:00Z".parse().unwrap(),
            is_specialist,
            overlaps,
        };
        let quiet = decide_handover(false, &[slot(true, false)]);
        assert!(quiet.pass() && quiet.advisories.is_empty());
        let twice = decide_handover(false, &[slot(true, false), slot(true, true)]);
        assert_eq!(twice.refusals[0].rule, RuleId::Oc1);
        assert!(twice.refusals[0].message.ends_with("19 June 2026 at 11:00"), "London time");
        let stays = decide_handover(false, &[slot(false, true)]);
        assert!(stays.pass() && stays.advisories.len() == 1 && !stays.advisories[0].needs_acknowledgement);
    }

    #[test]
    fn a_period_that_ends_before_it_begins_overlaps_nothing() {
        let never = period("2026-09-01", Some("2026-08-31"));
        let since = period("2026-08-15", None);
        assert!(!never.overlaps(since) && !since.overlaps(never));
        assert!(period("2026-09-01", Some("2026-09-01")).overlaps(since));
    }
}
