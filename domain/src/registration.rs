//! Whether a child can be put on the roll of a school, moved to another one, or asked for by one (XC-11, XC-14).

use crate::child::Need;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::{clean, email, is_blank};
use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// No name of a person is longer, in characters.
const LONGEST_NAME: usize = 200;

/// An EHC plan may run to the end of the school year in which a young person turns 25: nobody here is older than 26.
const OLDEST_IN_MONTHS: Months = Months::new(27 * 12);

/// A parent or carer as the school names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Their name.
    pub name: String,
    /// Where mail reaches them, where known.
    pub email: Option<String>,
    /// What they are to the child, in words: "mother", "foster carer".
    pub relationship: String,
}

/// Who a child is, as far as people type it in; codes are typed already.
#[derive(Clone, Copy, Debug)]
pub struct Details<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// What the child is called, where that differs.
    pub known_as: Option<&'a str>,
    /// Birth date.
    pub date_of_birth: NaiveDate,
    /// Primary need.
    pub primary_need: Option<Need>,
    /// Further needs.
    pub further_needs: &'a [Need],
    /// Parents and carers.
    pub parents: &'a [Parent],
}

/// Where the UPN stands already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nowhere.
    Nowhere,
    /// On the roll of the very school that asks.
    Here,
    /// At another school; this one has not asked yet.
    Elsewhere,
    /// At another school, which has not answered this one's request yet.
    Requested,
}

/// What is known when a child is registered.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Today, in London.
    pub today: NaiveDate,
    /// Whether the school is open.
    pub school_open: bool,
    /// Whether the authority whose code the UPN carries is known.
    pub upn_authority_known: bool,
    /// Where the UPN stands already.
    pub known: Known,
}

/// What registering does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// A new record.
    Register,
    /// Another school holds the child, and is asked. Nothing else is said about it.
    Request,
}

/// Decides whether a child can be registered. What stands against it is the same whether or not another school holds
/// the child: neither the refusals nor the notes tell.
pub fn decide(facts: &Facts, details: &Details<'_>) -> (Findings, Registration) {
    let mut findings = Findings::default();
    check_names(details, &mut findings);
    check_birth_date(details.date_of_birth, facts.today, &mut findings);
    findings.extend(decide_needs(details.primary_need, details.further_needs));
    check_parents(details.parents, &mut findings);
    expect_open(facts.school_open, "school", &mut findings);
    if !facts.upn_authority_known {
        findings.note(RuleId::Xc11, "upn", "the local authority that gave out this UPN is not known here");
    }
    match facts.known {
        Known::Here => {
            findings
                .refuse(RuleId::Xc11, Code::Conflict, "upn", "this UPN is on the roll of this school already")
                .remedy("look the child up by the UPN");
        }
        Known::Requested => {
            findings
                .refuse(
                    RuleId::Xc14,
                    Code::Conflict,
                    "upn",
                    "this school's request for this UPN is not answered yet",
                )
                .remedy("wait for the answer");
        }
        Known::Nowhere | Known::Elsewhere => {}
    }
    let step = if facts.known == Known::Nowhere { Registration::Register } else { Registration::Request };
    (findings, step)
}

fn check_names(details: &Details<'_>, findings: &mut Findings) {
    check_text(RuleId::Xc11, "givenName", details.given_name, findings);
    check_text(RuleId::Xc11, "familyName", details.family_name, findings);
    if let Some(name) = details.known_as {
        check_text(RuleId::Xc11, "knownAs", name, findings);
    }
}

/// Refuses a name, title or the like that is blank, too long or holds what a line of text does not hold.
pub(crate) fn check_text(rule: RuleId, path: &str, text: &str, findings: &mut Findings) {
    if is_blank(text) {
        findings.refuse(rule, Code::Missing, path, "this must be filled in");
    } else if let Err(fault) = clean(text, LONGEST_NAME) {
        findings.refuse(rule, Code::Invalid, path, fault.to_string());
    }
}

fn check_birth_date(born: NaiveDate, today: NaiveDate, findings: &mut Findings) {
    if born > today {
        findings.refuse(RuleId::Xc11, Code::Invalid, "dateOfBirth", "the birth date lies in the future");
    } else if today.checked_sub_months(OLDEST_IN_MONTHS).is_some_and(|oldest| born <= oldest) {
        findings.refuse(
            RuleId::Xc11,
            Code::Invalid,
            "dateOfBirth",
            "the young person would be older than 26",
        );
    }
}

/// Decides whether these can be a child's needs: none twice, no further ones without a primary one (XC-11).
pub fn decide_needs(primary_need: Option<Need>, further: &[Need]) -> Findings {
    let mut findings = Findings::default();
    if primary_need.is_none() && !further.is_empty() {
        findings.refuse(
            RuleId::Xc11,
            Code::Missing,
            "primaryNeed",
            "there are further needs and no primary one",
        );
    }
    let twice = (1..further.len()).any(|place| further[..place].contains(&further[place]));
    if twice || primary_need.is_some_and(|primary| further.contains(&primary)) {
        findings.refuse(RuleId::Xc11, Code::Invalid, "furtherNeeds", "a need is given twice");
    }
    findings
}

fn check_parents(parents: &[Parent], findings: &mut Findings) {
    for (place, parent) in parents.iter().enumerate() {
        check_text(RuleId::Xc11, &format!("parents.{place}.name"), &parent.name, findings);
        check_text(RuleId::Xc11, &format!("parents.{place}.relationship"), &parent.relationship, findings);
        if let Some(Err(fault)) = parent.email.as_deref().map(email) {
            findings.refuse(
                RuleId::Xc11,
                Code::Invalid,
                &format!("parents.{place}.email"),
                fault.to_string(),
            );
        }
    }
}

fn expect_open(open: bool, path: &str, findings: &mut Findings) {
    if !open {
        findings.refuse(RuleId::Xc14, Code::NotEligible, path, "the school is not open");
    }
}

/// Decides whether a child can be moved to a school.
pub fn decide_move(already_there: bool, school_open: bool) -> Findings {
    let mut findings = Findings::default();
    if already_there {
        findings.refuse(
            RuleId::Xc14,
            Code::Conflict,
            "toSchool",
            "the child is on the roll of this school already",
        );
    }
    expect_open(school_open, "toSchool", &mut findings);
    findings
}

/// Decides whether a transfer request can be answered. Only taking the child over asks for an open school.
pub fn decide_answer(answered: bool, accept: bool, school_open: bool) -> Findings {
    let mut findings = Findings::default();
    if answered {
        findings.refuse(
            RuleId::Xc14,
            Code::WrongState,
            "transferRequest",
            "this request was answered already",
        );
    }
    if accept {
        expect_open(school_open, "transferRequest", &mut findings);
    }
    findings
}

/// Decides whether somebody can be named for a child: a teacher or teaching assistant of the school that holds it.
pub fn decide_naming(works_there: bool, already_named: bool) -> Findings {
    let mut findings = Findings::default();
    if !works_there {
        findings
            .refuse(
                RuleId::Xc23,
                Code::NotEligible,
                "person",
                "this person is neither teacher nor teaching assistant at the child's school",
            )
            .remedy("the authority administrator grants the role first");
    }
    if already_named {
        findings.refuse(RuleId::Xc23, Code::Conflict, "person", "this person is named for the child already");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts(known: Known) -> Facts {
        Facts { today: day("2026-11-23"), school_open: true, upn_authority_known: true, known }
    }

    fn details<'a>() -> Details<'a> {
        Details {
            given_name: "Ada",
            family_name: "Thorn",
            known_as: None,
            date_of_birth: day("2016-05-04"),
            primary_need: None,
            further_needs: &[],
            parents: &[],
        }
    }

    fn paths(findings: &Findings) -> Vec<&str> {
        findings.refusals.iter().map(|refusal| refusal.path.as_str()).collect()
    }

    #[test]
    fn a_upn_held_elsewhere_gets_the_same_answer_as_an_unknown_one() {
        let (nowhere, registers) = decide(&facts(Known::Nowhere), &details());
        let (elsewhere, requests) = decide(&facts(Known::Elsewhere), &details());
        assert_eq!(nowhere, elsewhere);
        assert!(nowhere.pass());
        assert_eq!((registers, requests), (Registration::Register, Registration::Request));
    }

    #[test]
    fn a_upn_of_this_school_and_a_request_not_answered_are_conflicts() {
        for (known, rule) in [(Known::Here, RuleId::Xc11), (Known::Requested, RuleId::Xc14)] {
            let (findings, _) = decide(&facts(known), &details());
            assert_eq!((findings.refusals[0].rule, findings.refusals[0].code), (rule, Code::Conflict));
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let parent = Parent { name: " ".into(), email: Some("nobody".into()), relationship: "mother".into() };
        let wrong = Details {
            given_name: "\u{200b}",
            family_name: "Th\u{202e}orn",
            known_as: Some(""),
            date_of_birth: day("2026-11-24"),
            primary_need: None,
            further_needs: &[Need::Asd, Need::Asd],
            parents: &[parent],
        };
        let (findings, _) = decide(&Facts { school_open: false, ..facts(Known::Here) }, &wrong);
        assert_eq!(
            paths(&findings),
            [
                "givenName",
                "familyName",
                "knownAs",
                "dateOfBirth",
                "primaryNeed",
                "furtherNeeds",
                "parents.0.name",
                "parents.0.email",
                "school",
                "upn"
            ]
        );
    }

    #[test]
    fn a_birth_date_is_today_at_the_latest_and_twenty_six_years_old_at_most() {
        let told = |born: &str| {
            let (findings, _) =
                decide(&facts(Known::Nowhere), &Details { date_of_birth: day(born), ..details() });
            findings.pass()
        };
        assert!(told("2026-11-23") && told("1999-11-24"));
        assert!(!told("2026-11-24") && !told("1999-11-23"));
    }

    #[test]
    fn an_unknown_authority_in_the_upn_is_a_note_and_no_refusal() {
        let (findings, _) =
            decide(&Facts { upn_authority_known: false, ..facts(Known::Nowhere) }, &details());
        assert!(findings.pass() && !findings.advisories[0].needs_acknowledgement);
    }

    #[test]
    fn a_move_goes_to_another_open_school() {
        assert!(decide_move(false, true).pass());
        assert_eq!(decide_move(true, false).refusals.len(), 2);
    }

    #[test]
    fn a_request_is_answered_once_and_can_be_refused_for_a_closed_school() {
        assert!(decide_answer(false, true, true).pass());
        assert!(decide_answer(false, false, false).pass());
        assert!(!decide_answer(false, true, false).pass());
        assert!(!decide_answer(true, false, true).pass());
    }

    #[test]
    fn only_staff_of_the_school_are_named_and_only_once() {
        assert!(decide_naming(true, false).pass());
        assert_eq!(decide_naming(false, true).refusals.len(), 2);
    }
}
