//! The cycle of a One Plan: reviewed by the end of its full term, observed further where concerns remain, followed by
//! the next (GR-6 to GR-8).

use super::evidence::{expect_past, expect_text};
use super::plan::expect_plan;
use super::record::{Reassessment, Record};
use super::{AreaOfDevelopment, CycleState, OnePlanState};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// What a review says of one section.
#[derive(Clone, Copy, Debug)]
pub struct SectionReview<'a> {
    /// Its area.
    pub area: AreaOfDevelopment,
    /// What was found.
    pub findings: &'a str,
    /// What it rests on, as the input names it.
    pub rests_on: RestsOn,
}

/// What the review of a section rests on (GR-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestsOn {
    /// Nothing is named.
    Nothing,
    /// An assessment of the area since the cycle began.
    Reassessment,
    /// An assessment that is of another area, or from before the cycle began.
    AnotherAssessment,
    /// An instrument of the area that is standardised and used up.
    UsedUp,
    /// An instrument that could still be used, or was never used in the area.
    StillUsable,
}

/// The words for a step on a plan that has no open cycle, or none at all.
fn expect_open_cycle(findings: &mut Findings, record: &Record) {
    match &record.plan {
        None => {
            findings.refuse(RuleId::Gr6, Code::WrongState, "onePlan", "there is no One Plan");
        }
        Some(plan) => {
            expect_plan(findings, RuleId::Gr6, plan.state, &[OnePlanState::Active]);
            if plan.cycle == CycleState::Reviewed {
                findings
                    .refuse(RuleId::Gr6, Code::WrongState, "onePlan", "the cycle was reviewed already")
                    .remedy("open the next cycle");
            }
        }
    }
}

/// What has to be there before a cycle is reviewed: for each area an assessment re-administered since it began, or an
/// instrument that is used up (GR-7; 6.46, 6.54).
pub fn before_reviewing(record: &Record) -> Findings {
    let mut findings = Findings::default();
    expect_open_cycle(&mut findings, record);
    let Some(plan) = &record.plan else { return findings };
    for section in plan.sections.iter().filter(|section| section.reassessment == Reassessment::Missing) {
        let message = format!("{} was not assessed again since the cycle began", section.area.words());
        findings
            .refuse(RuleId::Gr7, Code::Missing, "sections", message)
            .remedy("re-administer the assessment before the review");
    }
    findings
}

/// Decides whether a cycle can be reviewed so: each section has its findings and what they rest on.
pub fn decide_review(
    record: &Record,
    sections: &[SectionReview<'_>],
    starts_on: Option<NaiveDate>,
    reviewed_on: NaiveDate,
    today: NaiveDate,
) -> Findings {
    let mut findings = before_reviewing(record);
    expect_past(&mut findings, RuleId::Gr6, "reviewedOn", reviewed_on, today);
    if starts_on.is_some_and(|starts_on| reviewed_on < starts_on) {
        findings.refuse(RuleId::Gr6, Code::Invalid, "reviewedOn", "the cycle had not begun");
    }
    let written: BTreeSet<_> =
        record.plan.iter().flat_map(|plan| &plan.sections).map(|one| one.area).collect();
    let reviewed: BTreeSet<_> = sections.iter().map(|section| section.area).collect();
    for area in written.difference(&reviewed) {
        let message = format!("the section on {} is not reviewed", area.words());
        findings.refuse(RuleId::Gr7, Code::Missing, "sections", message);
    }
    for (index, section) in sections.iter().enumerate() {
        if sections[..index].iter().any(|earlier| earlier.area == section.area) {
            let message = "this section is reviewed twice";
            findings.refuse(RuleId::Gr7, Code::Invalid, &format!("sections.{index}.section"), message);
        }
        let wanted = format!("say what was found in {}", section.area.words());
        expect_text(
            &mut findings,
            RuleId::Gr7,
            &format!("sections.{index}.findings"),
            section.findings,
            &wanted,
        );
        rests(&mut findings, index, section);
    }
    findings
}

fn rests(findings: &mut Findings, index: usize, section: &SectionReview<'_>) {
    let area = section.area.words();
    let (path, message) = match section.rests_on {
        RestsOn::Reassessment | RestsOn::UsedUp => return,
        RestsOn::Nothing => ("reassessment", format!("cite the assessment of {area} since the cycle began")),
        RestsOn::AnotherAssessment => {
            ("reassessment", format!("that assessment is not one of {area} since the cycle began"))
        }
        RestsOn::StillUsable => ("usedUpInstrument", format!("that instrument can still be used in {area}")),
    };
    findings.refuse(RuleId::Gr7, Code::Missing, &format!("sections.{index}.{path}"), message);
}

/// Decides whether a further observation can be recorded, with what teacher and parents said (GR-8; 6.44 to 6.55).
pub fn decide_observation(
    state: OnePlanState,
    starts_on: Option<NaiveDate>,
    observed_on: NaiveDate,
    today: NaiveDate,
    words: [(&str, &str); 3],
) -> Findings {
    let mut findings = Findings::default();
    expect_plan(&mut findings, RuleId::Gr8, state, &[OnePlanState::Active]);
    expect_past(&mut findings, RuleId::Gr8, "observedOn", observed_on, today);
    if starts_on.is_some_and(|starts_on| observed_on < starts_on) {
        findings.refuse(RuleId::Gr8, Code::Invalid, "observedOn", "the cycle had not begun");
    }
    for (path, text) in words {
        if is_blank(text) {
            let message = "observation, teacher and parents each have their say";
            findings.refuse(RuleId::Gr8, Code::Missing, path, message);
        }
    }
    findings
}

/// What has to be there before the plan is updated with the next cycle: the review and, where concerns remain,
/// observation and consultation (GR-8).
pub fn before_updating(record: &Record) -> Findings {
    let mut findings = Findings::default();
    let Some(plan) = &record.plan else {
        findings.refuse(RuleId::Gr6, Code::WrongState, "onePlan", "there is no One Plan");
        return findings;
    };
    expect_plan(&mut findings, RuleId::Gr6, plan.state, &[OnePlanState::Active]);
    if plan.cycle == CycleState::Open {
        findings
            .refuse(RuleId::Gr6, Code::WrongState, "onePlan", "its cycle has not been reviewed")
            .remedy("review the cycle first");
    }
    if plan.concerns_remain && !plan.observed {
        findings
            .refuse(
                RuleId::Gr8,
                Code::Missing,
                "onePlan",
                "concerns remain, and nothing was observed further",
            )
            .remedy("record a further observation and what teacher and parents said");
    }
    findings
}

/// Decides whether the next cycle can be opened with these sections: one on each area identified by now, complete
/// (GR-5). `sections` are those carried over and those given, by area, with whether all parts are there.
pub fn decide_update(record: &Record, sections: &[(AreaOfDevelopment, bool)], term_known: bool) -> Findings {
    let mut findings = before_updating(record);
    for area in &record.identified {
        if !sections.iter().any(|(written, _)| written == area) {
            let message = format!("there is no section on {}", area.words());
            findings
                .refuse(RuleId::Gr5, Code::Missing, "sections", message)
                .remedy("write the section with the new cycle");
        }
    }
    for (area, _) in sections.iter().filter(|(_, complete)| !complete) {
        let message = format!("the section on {} lacks a part", area.words());
        findings.refuse(RuleId::Gr5, Code::Missing, "sections", message);
    }
    expect_term(&mut findings, term_known);
    findings
}

/// Refuses where nobody knows when the term of a cycle ends.
pub fn expect_term(findings: &mut Findings, known: bool) {
    if !known {
        findings
            .refuse(
                RuleId::Gr6,
                Code::CalendarEnds,
                "startsOn",
                "the dates of the cycle's full term are not known",
            )
            .remedy("the authority's administrator sets the terms of that school year");
    }
}

/// Decides whether a cycle can begin on a date: today or later.
pub fn decide_start(findings: &mut Findings, starts_on: NaiveDate, today: NaiveDate) {
    if starts_on < today {
        findings.refuse(RuleId::Gr6, Code::TooLate, "startsOn", "a cycle begins today or later");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::SenStatus;
    use crate::graduated::record::{Plan, Section};

    const AREA: AreaOfDevelopment = AreaOfDevelopment::Literacy;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record(cycle: CycleState, reassessment: Reassessment) -> Record {
        let mut record = Record::of(SenStatus::SenSupport);
        record.identified = [AREA].into();
        record.plan = Some(Plan {
            state: OnePlanState::Active,
            cycle,
            sections: vec![Section { area: AREA, missing: BTreeSet::new(), reassessment }],
            contributors: BTreeSet::new(),
            concerns_remain: false,
            observed: false,
            updated: false,
        });
        record
    }

    fn review(reassessment: Reassessment, rests_on: RestsOn) -> Findings {
        let sections = [SectionReview { area: AREA, findings: "Reads 40 words.", rests_on }];
        let record = record(CycleState::Open, reassessment);
        decide_review(&record, &sections, Some(day("2026-01-05")), day("2026-03-27"), day("2026-03-27"))
    }

    #[test]
    fn a_review_rests_on_a_repeated_assessment_or_a_used_up_instrument() {
        assert!(review(Reassessment::Repeated, RestsOn::Reassessment).pass());
        assert!(review(Reassessment::Waivable, RestsOn::UsedUp).pass());
        assert_eq!(review(Reassessment::Missing, RestsOn::Nothing).refusals.len(), 2);
        for wrong in [RestsOn::Nothing, RestsOn::AnotherAssessment, RestsOn::StillUsable] {
            let refusals = review(Reassessment::Repeated, wrong).refusals;
            assert_eq!((refusals.len(), refusals[0].rule), (1, RuleId::Gr7), "{wrong:?}");
        }
    }

    #[test]
    fn where_concerns_remain_the_next_cycle_waits_for_observation_and_consultation() {
        let mut reviewed = record(CycleState::Reviewed, Reassessment::Missing);
        assert!(decide_update(&reviewed, &[(AREA, true)], true).pass());
        reviewed.plan.as_mut().unwrap().concerns_remain = true;
        assert_eq!(before_updating(&reviewed).refusals[0].rule, RuleId::Gr8);
        reviewed.plan.as_mut().unwrap().observed = true;
        assert!(before_updating(&reviewed).pass());
        assert!(!before_updating(&record(CycleState::Open, Reassessment::Missing)).pass());
    }

    #[test]
    fn an_area_identified_since_has_its_section_in_the_next_cycle() {
        let mut reviewed = record(CycleState::Reviewed, Reassessment::Missing);
        reviewed.identified.insert(AreaOfDevelopment::Maths);
        assert_eq!(decide_update(&reviewed, &[(AREA, true)], true).refusals[0].rule, RuleId::Gr5);
        let both = [(AREA, true), (AreaOfDevelopment::Maths, true)];
        assert!(decide_update(&reviewed, &both, true).pass());
        let half = [(AREA, true), (AreaOfDevelopment::Maths, false)];
        assert!(!decide_update(&reviewed, &half, true).pass());
        assert!(!decide_update(&reviewed, &both, false).pass());
    }
}
