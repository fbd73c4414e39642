//! Concerns, first-tier interventions, assessments of the areas of development (GR-1, GR-2, GR-7).

use super::AreaOfDevelopment;
use crate::calendar::school_year_of;
use crate::london;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;

/// Refuses a blank answer where one is needed.
pub(super) fn expect_text(findings: &mut Findings, rule: RuleId, path: &str, text: &str, wanted: &str) {
    if is_blank(text) {
        findings.refuse(rule, Code::Missing, path, wanted);
    }
}

/// Refuses a London date that has not come.
pub(super) fn expect_past(
    findings: &mut Findings,
    rule: RuleId,
    path: &str,
    on: NaiveDate,
    today: NaiveDate,
) {
    if on > today {
        findings
            .refuse(rule, Code::TooEarly, path, "that day has not come")
            .possible_from(Some(london::start_of_day(on)));
    }
}

/// Decides whether a concern can be recorded: what it is, in which areas, and the high-quality teaching that is in
/// place (GR-1).
pub fn decide_concern(
    raised_on: NaiveDate,
    today: NaiveDate,
    areas: &[AreaOfDevelopment],
    description: &str,
    teaching: &str,
) -> Findings {
    let mut findings = Findings::default();
    expect_past(&mut findings, RuleId::Gr1, "raisedOn", raised_on, today);
    if areas.is_empty() {
        findings.refuse(RuleId::Gr1, Code::Missing, "areas", "say in which areas of development");
    }
    expect_text(&mut findings, RuleId::Gr1, "description", description, "say what the concern is");
    let wanted = "say which high-quality teaching and support is in place";
    expect_text(&mut findings, RuleId::Gr1, "teaching", teaching, wanted);
    findings
}

/// An intervention as it is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Intervention<'a> {
    /// What is done.
    pub what: &'a str,
    /// On what evidence; "none" is an answer before identification.
    pub evidence_base: &'a str,
    /// Who does it.
    pub who: &'a str,
    /// When and how often.
    pub when: &'a str,
}

/// Decides whether a first-tier intervention can be recorded (GR-1).
pub fn decide_intervention(from: NaiveDate, today: NaiveDate, given: Intervention<'_>) -> Findings {
    let mut findings = Findings::default();
    expect_past(&mut findings, RuleId::Gr1, "from", from, today);
    expect_text(&mut findings, RuleId::Gr1, "what", given.what, "say what is done");
    expect_text(&mut findings, RuleId::Gr1, "who", given.who, "say who does it");
    expect_text(&mut findings, RuleId::Gr1, "when", given.when, "say when and how often");
    findings
}

/// Decides whether the impact of an intervention can be recorded: the service monitors those that run (GR-1).
pub fn decide_impact(
    ended: bool,
    of_a_section: bool,
    from: NaiveDate,
    on: NaiveDate,
    today: NaiveDate,
    impact: &str,
) -> Findings {
    let mut findings = Findings::default();
    if of_a_section {
        findings
            .refuse(RuleId::Gr1, Code::WrongState, "intervention", "the intervention is part of a One Plan")
            .remedy("review the cycle of the One Plan");
    }
    if ended {
        findings.refuse(RuleId::Gr1, Code::WrongState, "intervention", "the intervention has ended");
    }
    expect_past(&mut findings, RuleId::Gr1, "reviewedOn", on, today);
    if on < from {
        findings.refuse(RuleId::Gr1, Code::Invalid, "reviewedOn", "the intervention had not begun");
    }
    expect_text(&mut findings, RuleId::Gr1, "impact", impact, "say what it achieved");
    findings
}

/// What is known when an assessment of an area is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Administration {
    /// The London date of the assessment.
    pub on: NaiveDate,
    /// Today in London.
    pub today: NaiveDate,
    /// Whether the instrument is standardised.
    pub standardised: bool,
    /// How often it was used for the child in the school year of that date.
    pub used: u32,
    /// How often a standardised one may be used in a school year.
    pub maximum: u32,
}

impl Administration {
    /// Whether the instrument is used up for the school year (GR-7).
    pub fn used_up(&self) -> bool {
        self.standardised && self.used >= self.maximum
    }
}

/// Decides whether an assessment of an area can be recorded. A standardised instrument is used only so often in a school
/// year, 1 September to 31 August, by the date of its use (GR-7; 6.46, 6.54).
pub fn decide_assessment(given: &Administration, instrument: &str, result: &str) -> Findings {
    let mut findings = Findings::default();
    expect_past(&mut findings, RuleId::Gr2, "assessedOn", given.on, given.today);
    expect_text(&mut findings, RuleId::Gr2, "instrument", instrument, "name the instrument");
    expect_text(&mut findings, RuleId::Gr2, "result", result, "say what it showed");
    if given.used_up() {
        let message = format!(
            "this standardised instrument was used {} times for the child in that school year",
            given.used
        );
        let next = NaiveDate::from_ymd_opt(school_year_of(given.on) + 1, 9, 1);
        findings
            .refuse(RuleId::Gr7, Code::Conflict, "assessedOn", message)
            .remedy("use another instrument, or record at the review that it is used up")
            .possible_from(next.map(london::start_of_day));
    }
    findings
}

/// Decides whether an assessment recorded by mistake can be taken back: while no review or decision rests on it.
pub fn decide_withdrawal(withdrawn: bool, cited: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if withdrawn {
        findings.refuse(RuleId::Xc22, Code::WrongState, "schoolAssessment", "it was taken back already");
    }
    if cited {
        findings
            .refuse(
                RuleId::Xc22,
                Code::Conflict,
                "schoolAssessment",
                "a review or register decision cites it",
            )
            .remedy("take that step back first");
    }
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "say why it was a mistake");
    findings
}

/// Decides whether an area can be ruled out: with a reason, and not against an assessment (GR-2).
pub fn decide_ruling_out(assessed: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if assessed {
        findings.refuse(RuleId::Gr2, Code::Conflict, "area", "the area was assessed");
    }
    expect_text(&mut findings, RuleId::Gr2, "reason", reason, "say why the area is not relevant");
    findings
}

/// Decides whether an instrument can be on an authority's list so.
pub fn decide_instrument(known: bool, name: &str, yearly_maximum: Option<i32>) -> Findings {
    let mut findings = Findings::default();
    if known {
        findings
            .refuse(RuleId::Gr7, Code::Conflict, "name", "the list has an instrument of that name")
            .remedy("change that one");
    }
    expect_text(&mut findings, RuleId::Gr7, "name", name, "name the instrument");
    if yearly_maximum.is_some_and(|most| !(1..=12).contains(&most)) {
        let message = "an instrument is used between 1 and 12 times a school year";
        findings.refuse(RuleId::Gr7, Code::Invalid, "yearlyMaximum", message);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn use_number(used: u32, standardised: bool) -> Findings {
        let on = day("2026-08-31");
        let given = Administration { on, today: on, standardised, used, maximum: 2 };
        decide_assessment(&given, "Spelling test", "Standard score 82.")
    }

    #[test]
    fn a_standardised_instrument_is_used_twice_in_a_school_year() {
        assert!(use_number(1, true).pass());
        let third = use_number(2, true).refusals;
        assert_eq!((third.len(), third[0].rule), (1, RuleId::Gr7));
        assert_eq!(third[0].possible_from, Some(london::start_of_day(day("2026-09-01"))));
        assert!(use_number(20, false).pass());
    }

    #[test]
    fn an_area_that_was_assessed_is_not_ruled_out() {
        assert!(decide_ruling_out(false, "Never a question.").pass());
        assert!(!decide_ruling_out(true, "Never a question.").pass());
        assert!(!decide_ruling_out(false, " ").pass());
    }
}
