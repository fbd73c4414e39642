//! The One Plan: drafted, written section by section, active, ended (GR-5).

use super::evidence::expect_text;
use super::record::{Plan, Record};
use super::{AreaOfDevelopment, Contributor, CycleState, OnePlanState, SectionPart};
use crate::access::Role;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a section is to achieve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What the child will be able to do.
    pub what: String,
    /// By what it is seen.
    pub measure: String,
}

/// What is done towards the outcomes of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// What is done.
    pub what: String,
    /// On what evidence.
    pub evidence_base: String,
    /// Who does it.
    pub who: String,
    /// When and how often.
    pub when: String,
}

/// The words of a section: assess, plan, do, review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What is known of the need.
    pub assess: String,
    /// What is to be achieved.
    pub outcomes: Vec<Outcome>,
    /// What is done towards it, by whom and when.
    pub interventions: Vec<Provision>,
    /// The London date of the review.
    pub review_on: Option<NaiveDate>,
    /// By what the review measures.
    pub review_measure: String,
}

impl Words {
    /// The parts that are not there yet (GR-5).
    pub fn missing(&self) -> BTreeSet<SectionPart> {
        let said = |text: &str| !is_blank(text);
        let some = |holds: bool, there: bool| holds && there;
        let outcomes = some(!self.outcomes.is_empty(), self.outcomes.iter().all(|one| said(&one.what)));
        let evidenced = |one: &Provision| said(&one.what) && said(&one.evidence_base);
        let planned = some(!self.interventions.is_empty(), self.interventions.iter().all(evidenced));
        let carried_out = |one: &Provision| said(&one.who) && said(&one.when);
        let done = some(!self.interventions.is_empty(), self.interventions.iter().all(carried_out));
        let parts = [
            (SectionPart::Assess, said(&self.assess)),
            (SectionPart::Plan, outcomes && planned),
            (SectionPart::Do, done),
            (SectionPart::Review, self.review_on.is_some() && said(&self.review_measure)),
        ];
        parts.into_iter().filter(|(_, there)| !there).map(|(part, _)| part).collect()
    }
}

fn no_plan(findings: &mut Findings, path: &str) {
    findings
        .refuse(RuleId::Gr5, Code::Missing, path, "there is no One Plan")
        .remedy("draft a One Plan with the parents, the staff and the pupil");
}

/// Refuses a step that does not lead from the state in which the plan is.
pub(super) fn expect_plan(
    findings: &mut Findings,
    rule: RuleId,
    state: OnePlanState,
    allowed: &[OnePlanState],
) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(rule, Code::WrongState, "onePlan", format!("the One Plan is {}", state.words()))
            .remedy(format!("this step is taken while a One Plan is {}", wanted.join(" or ")));
    }
}

/// What has to be there before a One Plan is drafted: the register decision, and no other plan.
pub fn before_drafting(record: &Record) -> Findings {
    let mut findings = Findings::default();
    if !record.on_register() {
        findings
            .refuse(RuleId::Gr5, Code::WrongState, "child", "the child is not on the SEN register")
            .remedy("SENCO, staff and parents decide first");
    }
    if record.plan.is_some() {
        findings.refuse(RuleId::Gr5, Code::Conflict, "child", "the child has a One Plan");
    }
    findings
}

/// Decides whether a section can be written: while its cycle is open. In an active plan every part stays there (GR-5).
pub fn decide_section(
    state: OnePlanState,
    cycle: CycleState,
    area: AreaOfDevelopment,
    words: &Words,
) -> Findings {
    let mut findings = Findings::default();
    expect_plan(&mut findings, RuleId::Gr5, state, &[OnePlanState::Draft, OnePlanState::Active]);
    if cycle == CycleState::Reviewed {
        findings
            .refuse(
                RuleId::Gr5,
                Code::WrongState,
                "onePlan",
                "the cycle was reviewed; its sections stay as they are",
            )
            .remedy("open the next cycle");
    }
    if state == OnePlanState::Active {
        missing_parts(&mut findings, area, &words.missing());
    }
    findings
}

fn missing_parts(findings: &mut Findings, area: AreaOfDevelopment, missing: &BTreeSet<SectionPart>) {
    for part in missing {
        let message = format!("the section on {} lacks its part: {}", area.words(), part.words());
        findings.refuse(RuleId::Gr5, Code::Missing, "sections", message);
    }
}

/// Decides whether parents or pupil can contribute: while the plan has not ended. The family speaks for itself: parents do
/// not write the pupil's words, nor the pupil the parents'; the school writes down what either says.
pub fn decide_contribution(
    state: OnePlanState,
    writes_as: Option<Role>,
    contributor: Contributor,
    text: &str,
) -> Findings {
    let mut findings = Findings::default();
    let own = match writes_as {
        Some(Role::Parent) => Contributor::Parents,
        Some(Role::YoungPerson) => Contributor::Pupil,
        _ => contributor,
    };
    if own != contributor {
        findings.refuse(RuleId::Gr5, Code::Invalid, "contributor", "that is somebody else's contribution");
    }
    expect_plan(&mut findings, RuleId::Gr5, state, &[OnePlanState::Draft, OnePlanState::Active]);
    expect_text(&mut findings, RuleId::Gr5, "text", text, "say what they contribute");
    findings
}

/// Decides whether a Record of Involvement can become evidence in a section: one that was issued, once (OC-13).
pub fn decide_evidence(state: OnePlanState, cycle: CycleState, issued: bool, cited: bool) -> Findings {
    let mut findings = decide_open(state, cycle);
    if !issued {
        let message = "no Record of Involvement of this consultation was issued";
        findings.refuse(RuleId::Oc13, Code::WrongState, "consultation", message);
    }
    if cited {
        findings.refuse(RuleId::Gr5, Code::Conflict, "consultation", "the section cites it already");
    }
    findings
}

fn decide_open(state: OnePlanState, cycle: CycleState) -> Findings {
    let mut findings = Findings::default();
    expect_plan(&mut findings, RuleId::Gr5, state, &[OnePlanState::Draft, OnePlanState::Active]);
    if cycle == CycleState::Reviewed {
        findings.refuse(RuleId::Gr5, Code::WrongState, "section", "the cycle was reviewed");
    }
    findings
}

/// What has to be there before a One Plan is active: a section for each identified area of need, each with its four
/// parts, and what parents and pupil contribute (GR-5).
pub fn before_activating(record: &Record) -> Findings {
    let mut findings = Findings::default();
    let Some(plan) = &record.plan else {
        no_plan(&mut findings, "onePlan");
        return findings;
    };
    expect_plan(&mut findings, RuleId::Gr5, plan.state, &[OnePlanState::Draft]);
    if !record.on_register() {
        findings.refuse(RuleId::Gr5, Code::WrongState, "child", "the child is not on the SEN register");
    }
    if record.identified.is_empty() {
        findings
            .refuse(RuleId::Gr5, Code::Missing, "sections", "no assessment has identified an area of need")
            .remedy("record the assessments, and in which areas they identify a need");
    }
    covers(&mut findings, record, plan);
    for contributor in Contributor::ALL {
        if !plan.contributors.contains(contributor) {
            let message = format!("the contribution of the {} is missing", contributor.words());
            findings.refuse(RuleId::Gr5, Code::Missing, "contributions", message);
        }
    }
    findings
}

/// Refuses for each identified area without a section, and for each part that a section lacks.
fn covers(findings: &mut Findings, record: &Record, plan: &Plan) {
    let written: BTreeSet<_> = plan.sections.iter().map(|section| section.area).collect();
    for area in record.identified.difference(&written) {
        let message = format!("there is no section on {}", area.words());
        findings.refuse(RuleId::Gr5, Code::Missing, "sections", message);
    }
    for section in &plan.sections {
        missing_parts(findings, section.area, &section.missing);
    }
}

/// Decides whether a One Plan can end, with the reason: not in the middle of a cycle that is under way.
pub fn decide_end(state: OnePlanState, cycle: CycleState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    expect_plan(&mut findings, RuleId::Gr5, state, &[OnePlanState::Draft, OnePlanState::Active]);
    if state == OnePlanState::Active && cycle == CycleState::Open {
        findings
            .refuse(RuleId::Gr6, Code::WrongState, "onePlan", "its cycle has not been reviewed")
            .remedy("review the cycle, then end the plan");
    }
    expect_text(&mut findings, RuleId::Gr5, "reason", reason, "say why the plan ends");
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::SenStatus;
    use crate::graduated::record::{Reassessment, Section};

    fn words() -> Words {
        Words {
            assess: "Reads 20 words.".into(),
            outcomes: vec![Outcome { what: "Reads 60 words.".into(), measure: String::new() }],
            interventions: vec![Provision {
                what: "Paired reading".into(),
                evidence_base: "EEF".into(),
                who: "The teaching assistant".into(),
                when: "Daily".into(),
            }],
            review_on: "2026-03-20".parse().ok(),
            review_measure: "Word list".into(),
        }
    }

    fn record() -> Record {
        let mut record = Record::of(SenStatus::SenSupport);
        record.identified = [AreaOfDevelopment::Literacy].into();
        record.plan = Some(Plan {
            state: OnePlanState::Draft,
            cycle: CycleState::Open,
            sections: vec![Section {
                area: AreaOfDevelopment::Literacy,
                missing: words().missing(),
                reassessment: Reassessment::Missing,
            }],
            contributors: Contributor::ALL.iter().copied().collect(),
            concerns_remain: false,
            observed: false,
            updated: false,
        });
        record
    }

    #[test]
    fn each_of_the_four_parts_is_missed() {
        assert_eq!(words().missing(), BTreeSet::new());
        let lacks = |change: &dyn Fn(&mut Words)| {
            let mut words = words();
            change(&mut words);
            words.missing().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(lacks(&|words| words.assess.clear()), [SectionPart::Assess]);
        assert_eq!(lacks(&|words| words.outcomes.clear()), [SectionPart::Plan]);
        assert_eq!(lacks(&|words| words.interventions[0].evidence_base.clear()), [SectionPart::Plan]);
        assert_eq!(lacks(&|words| words.interventions[0].who = " ".into()), [SectionPart::Do]);
        assert_eq!(lacks(&|words| words.interventions.clear()), [SectionPart::Plan, SectionPart::Do]);
        assert_eq!(lacks(&|words| words.review_on = None), [SectionPart::Review]);
        assert_eq!(lacks(&|words| words.review_measure.clear()), [SectionPart::Review]);
    }

    #[test]
    fn every_identified_area_has_its_section() {
        assert!(before_activating(&record()).pass());
        let mut another = record();
        another.identified.insert(AreaOfDevelopment::Maths);
        let refusals = before_activating(&another).refusals;
        assert_eq!((refusals.len(), refusals[0].message.as_str()), (1, "there is no section on maths"));
        let mut none = record();
        none.identified.clear();
        assert!(!before_activating(&none).pass());
    }

    #[test]
    fn parents_and_pupil_contribute() {
        for contributor in Contributor::ALL {
            let mut record = record();
            record.plan.as_mut().unwrap().contributors.remove(contributor);
            assert_eq!(before_activating(&record).refusals.len(), 1);
        }
    }

    #[test]
    fn an_active_plan_loses_no_part_and_a_reviewed_cycle_no_word() {
        let mut half = words();
        half.assess.clear();
        let area = AreaOfDevelopment::Literacy;
        let decide = |state, cycle| decide_section(state, cycle, area, &half).pass();
        assert!(decide(OnePlanState::Draft, CycleState::Open));
        assert!(!decide(OnePlanState::Active, CycleState::Open));
        assert!(decide_section(OnePlanState::Active, CycleState::Open, area, &words()).pass());
        assert!(!decide_section(OnePlanState::Active, CycleState::Reviewed, area, &words()).pass());
    }
}
