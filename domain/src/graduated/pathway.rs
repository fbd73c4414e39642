//! Where a child stands on the path of the graduated response, what is missing, and what may be done next (GR-14). Each
//! step asks the very decision that its mutation asks, so that the two cannot disagree.

use super::cycle::{before_reviewing, before_updating};
use super::link::before_raising;
use super::plan::before_activating;
use super::record::Record;
use super::register::before_adding;
use super::{CycleState, OnePlanState};
use crate::access::{Action, Role, permitted};
use crate::policy::Figures;
use crate::refusal::{Code, Findings, Refusal};
use crate::rule::RuleId;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Where a step of the path stands.
    StepState as "PathwayStepState" {
        /// It was done.
        Done = "done",
        /// It can be done now.
        Next = "next",
        /// Something is missing before it can be done.
        Missing = "missing",
    }
}

/// A step of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathwayStep {
    /// 1 to 9.
    pub number: u8,
    /// What it is.
    pub title: &'static str,
    /// Where it stands.
    pub state: StepState,
    /// What is missing before it can be done; empty where it can.
    pub missing: Vec<Refusal>,
    /// The mutations that do it.
    pub actions: &'static [Action],
    /// The sections of the SEND Code of Practice.
    pub sections: &'static [&'static str],
}

impl PathwayStep {
    /// The roles that may do it.
    pub fn roles(&self) -> Vec<Role> {
        let may = |role: &Role| self.actions.iter().any(|action| permitted(*role, *action));
        Role::ALL.into_iter().filter(may).collect()
    }
}

/// What has to be there before the step can be taken that an action stands for. The mutation asks the same.
pub fn gate(action: Action, record: &Record, figures: &Figures) -> Findings {
    match action {
        Action::AddToSenRegister => before_adding(record),
        Action::ActivateOnePlan => before_activating(record),
        Action::ReviewPlanCycle => before_reviewing(record),
        Action::OpenPlanCycle => before_updating(record),
        Action::RaiseLinkConsultation => before_raising(record, figures, false),
        _ => Findings::default(),
    }
}

/// The actions whose gates the path asks.
pub const GATED: [Action; 5] = [
    Action::AddToSenRegister,
    Action::ActivateOnePlan,
    Action::ReviewPlanCycle,
    Action::OpenPlanCycle,
    Action::RaiseLinkConsultation,
];

/// A step that is done, or waits for what its gate says.
fn step(
    number: u8,
    title: &'static str,
    done: bool,
    gate: Findings,
    actions: &'static [Action],
    sections: &'static [&'static str],
) -> PathwayStep {
    let state = match (done, gate.pass()) {
        (true, _) => StepState::Done,
        (false, true) => StepState::Next,
        (false, false) => StepState::Missing,
    };
    let missing = if done { Vec::new() } else { gate.refusals };
    PathwayStep { number, title, state, missing, actions, sections }
}

/// The nine steps as they stand. The section numbers are those of the Code; those of step 2 are the broad areas of need,
/// since the printed summary gives none that hold.
pub fn pathway(record: &Record, figures: &Figures) -> [PathwayStep; 9] {
    let gate = |action| gate(action, record, figures);
    let plan = record.plan.as_ref();
    let active = plan.is_some_and(|plan| plan.state == OnePlanState::Active);
    let reviewed = active && plan.is_some_and(|plan| plan.cycle == CycleState::Reviewed);
    let concerns_remain = plan.is_some_and(|plan| plan.concerns_remain);
    let updated = plan.is_some_and(|plan| plan.updated);
    [
        step(
            1,
            "High-quality teaching and first-tier interventions, monitored",
            record.concerns > 0 && record.first_tier_monitored > 0,
            Findings::default(),
            &[Action::RecordConcern, Action::RecordIntervention, Action::ReviewIntervention],
            &["6.14", "6.15", "6.17", "6.19", "6.21-6.23"],
        ),
        step(
            2,
            "The areas of development considered; a sensory or physical need referred",
            considered(record) && (!record.sensory_need || record.referral_opened),
            Findings::default(),
            &[Action::RuleOutArea, Action::OpenReferral],
            &["6.28-6.35"],
        ),
        step(
            3,
            "Each area assessed, or ruled out with a reason",
            record.open_areas().is_empty() && !record.assessed.is_empty(),
            Findings::default(),
            &[Action::RecordSchoolAssessment, Action::RuleOutArea],
            &["6.14", "6.18", "6.27"],
        ),
        step(
            4,
            "The areas that need further intervention identified",
            record.open_areas().is_empty() && !record.assessed.is_empty(),
            identification(record),
            &[Action::RecordSchoolAssessment],
            &["6.14", "6.18", "6.27"],
        ),
        step(
            5,
            "SENCO, staff and parents decide on the SEN register together",
            record.on_register(),
            gate(Action::AddToSenRegister),
            &[Action::AddToSenRegister],
            &["6.19"],
        ),
        step(
            6,
            "A One Plan in place, with a section for each identified area",
            active,
            gate(Action::ActivateOnePlan),
            &[Action::DraftOnePlan, Action::WritePlanSection, Action::ActivateOnePlan],
            &["6.14-6.27", "6.44-6.55"],
        ),
        step(
            7,
            "Assessments re-administered, the cycle reviewed by the end of the term",
            reviewed,
            gate(Action::ReviewPlanCycle),
            &[Action::RecordSchoolAssessment, Action::ReviewPlanCycle],
            &["6.46", "6.54"],
        ),
        step(
            8,
            "Where concerns remain: further observation and consultation, and the plan updated",
            updated && !concerns_remain,
            gate(Action::OpenPlanCycle),
            &[Action::RecordFurtherObservation, Action::OpenPlanCycle],
            &["6.44-6.55"],
        ),
        step(
            9,
            "The link educational psychologist or inclusion partner consulted",
            record.consultation.is_some() || record.advised,
            gate(Action::RaiseLinkConsultation),
            &[Action::RaiseLinkConsultation],
            &["6.58-6.62", "6.64-6.71"],
        ),
    ]
}

/// Whether somebody has begun to look at the areas of development.
fn considered(record: &Record) -> bool {
    !record.assessed.is_empty() || !record.ruled_out.is_empty()
}

/// The areas that need intervention are identified by results, so there must be some.
fn identification(record: &Record) -> Findings {
    let mut findings = Findings::default();
    if record.assessed.is_empty() {
        findings
            .refuse(RuleId::Gr2, Code::Missing, "assessments", "no area has been assessed")
            .remedy("record the assessments of the areas that are not ruled out");
    }
    findings
}

/// The furthest step that was done; 0 where none was.
pub fn stands_at(steps: &[PathwayStep; 9]) -> u8 {
    let done = steps.iter().filter(|step| step.state == StepState::Done);
    done.map(|step| step.number).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::SenStatus;
    use crate::graduated::cycle::{RestsOn, SectionReview, decide_review, decide_update};
    use crate::graduated::link::decide_raising;
    use crate::graduated::record::{Plan, Reassessment, Section};
    use crate::graduated::register::{Adding, decide_adding};
    use crate::graduated::{AreaOfDevelopment, Contributor, LinkConsultationState, SectionPart};
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};
    use std::collections::BTreeSet;

    fn areas() -> impl Strategy<Value = BTreeSet<AreaOfDevelopment>> {
        subsequence(AreaOfDevelopment::ALL, 0..=8).prop_map(|areas| areas.into_iter().collect())
    }

    fn section(area: AreaOfDevelopment) -> impl Strategy<Value = Section> {
        let missing = subsequence(SectionPart::ALL, 0..=1).prop_map(|parts| parts.into_iter().collect());
        let reassessment =
            select(vec![Reassessment::Missing, Reassessment::Repeated, Reassessment::Waivable]);
        (missing, reassessment).prop_map(move |(missing, reassessment)| Section {
            area,
            missing,
            reassessment,
        })
    }

    fn plan() -> impl Strategy<Value = Plan> {
        let sections = areas().prop_flat_map(|areas| areas.into_iter().map(section).collect::<Vec<_>>());
        let contributors =
            subsequence(Contributor::ALL, 0..=2).prop_map(|who| who.into_iter().collect::<BTreeSet<_>>());
        let states = (select(OnePlanState::ALL), select(CycleState::ALL));
        (states, sections, contributors, any::<bool>(), any::<(bool, bool)>()).prop_map(
            |((state, cycle), sections, contributors, concerns_remain, (observed, updated))| Plan {
                state,
                cycle,
                sections,
                contributors,
                concerns_remain,
                observed,
                updated,
            },
        )
    }

    fn record() -> impl Strategy<Value = Record> {
        let status = select(SenStatus::ALL);
        let counts = (0..3u32, 0..3u32, 0..4u32);
        let open = proptest::option::of(select(&LinkConsultationState::OPEN[..]));
        let flags = (any::<bool>(), any::<bool>(), any::<bool>());
        ((status, areas(), areas(), areas()), counts, proptest::option::of(plan()), open, flags).prop_map(
            |((status, assessed, ruled_out, identified), counts, plan, consultation, flags)| Record {
                sensory_need: flags.0,
                referral_opened: flags.1,
                advised: flags.2,
                concerns: counts.0,
                first_tier_monitored: counts.1,
                interventions: counts.1,
                reviewed_cycles: counts.2,
                assessed,
                ruled_out,
                identified,
                plan,
                consultation,
                ..Record::of(status)
            },
        )
    }

    /// What the mutation decides of an input that leaves nothing to be desired.
    fn decided(action: Action, record: &Record) -> Findings {
        let today = "2026-03-09".parse().unwrap();
        let figures = Figures::default();
        let staff = ["A. Teacher, class teacher".to_owned()];
        let sections: Vec<_> = record.plan.iter().flat_map(|plan| &plan.sections).collect();
        match action {
            Action::AddToSenRegister => {
                let provision = "A daily group.";
                let adding =
                    Adding { senco_is_one: true, staff: &staff, parents: 1, assessments: 1, provision };
                decide_adding(record, &adding)
            }
            Action::ActivateOnePlan => before_activating(record),
            Action::ReviewPlanCycle => {
                let review = |section: &&Section| SectionReview {
                    area: section.area,
                    findings: "Better.",
                    rests_on: if section.reassessment == Reassessment::Waivable {
                        RestsOn::UsedUp
                    } else {
                        RestsOn::Reassessment
                    },
                };
                let reviews: Vec<_> = sections.iter().map(review).collect();
                decide_review(record, &reviews, Some(today), today, today)
            }
            Action::OpenPlanCycle => {
                let written: BTreeSet<_> = sections.iter().map(|section| section.area).collect();
                let written: Vec<_> = written.union(&record.identified).map(|area| (*area, true)).collect();
                decide_update(record, &written, true)
            }
            Action::RaiseLinkConsultation => decide_raising(record, &figures, "", "What next?"),
            _ => unreachable!(),
        }
    }

    proptest! {
        #[test]
        fn the_path_says_of_every_step_what_its_mutation_says(record in record()) {
            let steps = pathway(&record, &Figures::default());
            for action in GATED {
                let step = steps.iter().find(|step| step.actions.last() == Some(&action)).unwrap();
                let findings = decided(action, &record);
                prop_assert_eq!(&gate(action, &record, &Figures::default()), &findings);
                match step.state {
                    StepState::Next => prop_assert!(findings.pass(), "{:?}: {:?}", action, findings),
                    StepState::Missing => prop_assert_eq!(&step.missing, &findings.refusals),
                    StepState::Done => prop_assert!(step.missing.is_empty()),
                }
            }
        }
    }

    #[test]
    fn a_child_new_to_the_school_stands_at_the_beginning() {
        let steps = pathway(&Record::of(SenStatus::None), &Figures::default());
        assert_eq!(stands_at(&steps), 0);
        let states: Vec<_> = steps.iter().map(|step| step.state).collect();
        let (next, missing) = (StepState::Next, StepState::Missing);
        assert_eq!(states, [next, next, next, missing, missing, missing, missing, missing, missing]);
        assert_eq!(steps[4].missing.len(), 9, "eight areas, and nothing to cite");
    }

    #[test]
    fn teachers_record_and_the_senco_decides() {
        let steps = pathway(&Record::of(SenStatus::None), &Figures::default());
        assert!(steps[0].roles().contains(&Role::Teacher));
        assert!(!steps[4].roles().contains(&Role::Teacher) && steps[4].roles().contains(&Role::Senco));
    }
}
