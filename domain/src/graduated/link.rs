//! Link staff: contacts at any time, and the formal consultation with the link EP or inclusion partner (GR-9 to GR-12).

use super::evidence::{expect_past, expect_text};
use super::record::Record;
use super::{ContactPurpose, LinkConsultationState};
use crate::access::Role;
use crate::ehc::RequestSource;
use crate::policy::Figures;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;
use chrono::NaiveDate;

/// The disciplines with which the school consults formally (GR-9).
pub const CONSULTED: [Role; 2] = [Role::EducationalPsychologist, Role::InclusionPartner];

/// Decides whether a contact with link staff can be logged: with a practitioner linked to the school that day. It needs
/// no cycle and no pack. What GR-12 and GR-13 ask for is a discussion with the EP or inclusion partner.
pub fn decide_contact(
    contacted_on: NaiveDate,
    today: NaiveDate,
    linked_as: Option<Role>,
    purpose: ContactPurpose,
    note: &str,
) -> Findings {
    let mut findings = Findings::default();
    expect_past(&mut findings, RuleId::Gr9, "contactedOn", contacted_on, today);
    let needs_consulted = match purpose {
        ContactPurpose::StatutoryAssessment => Some(RuleId::Gr12),
        ContactPurpose::ExclusionRisk => Some(RuleId::Gr13),
        ContactPurpose::General | ContactPurpose::OnlineConsultation => None,
    };
    match (linked_as, needs_consulted) {
        (None, _) => {
            findings
                .refuse(
                    RuleId::Gr9,
                    Code::NotEligible,
                    "practitioner",
                    "that person was not linked to the school that day",
                )
                .remedy("name a practitioner who was");
        }
        (Some(discipline), Some(rule)) if !CONSULTED.contains(&discipline) => {
            let message = "that is discussed with the link EP or inclusion partner";
            findings.refuse(rule, Code::NotEligible, "practitioner", message);
        }
        _ => {}
    }
    expect_text(&mut findings, RuleId::Gr9, "note", note, "say what was discussed");
    findings
}

/// Decides whether a contact logged by mistake can be taken back, with the reason (XC-22).
pub fn decide_contact_withdrawal(withdrawn: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if withdrawn {
        findings.refuse(RuleId::Xc22, Code::WrongState, "linkContact", "it was taken back already");
    }
    expect_text(&mut findings, RuleId::Xc22, "reason", reason, "say why it was a mistake");
    findings
}

/// What has to be there before the child is raised formally: enough reviewed cycles, or sudden significant concerns;
/// and no other consultation that is open (GR-9; 6.58 to 6.71).
pub fn before_raising(record: &Record, figures: &Figures, sudden: bool) -> Findings {
    let mut findings = Findings::default();
    if record.consultation.is_some() {
        let message = "a consultation with the link EP or inclusion partner is open";
        findings.refuse(RuleId::Gr9, Code::Conflict, "child", message);
    }
    let needed = figures.cycles_before_consultation;
    if record.reviewed_cycles < needed && !sudden {
        let message = format!("{} of {needed} cycles of One Planning were reviewed", record.reviewed_cycles);
        findings
            .refuse(RuleId::Gr9, Code::Missing, "child", message)
            .remedy("review further cycles, or say what the sudden significant concerns are");
    }
    findings
}

/// Decides whether the child can be raised with the link EP or inclusion partner.
pub fn decide_raising(record: &Record, figures: &Figures, sudden_concerns: &str, question: &str) -> Findings {
    let mut findings = before_raising(record, figures, !is_blank(sudden_concerns));
    expect_text(&mut findings, RuleId::Gr9, "question", question, "say what the school wants to know");
    findings
}

/// What the pack of a consultation holds (GR-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a paper that is there or not.
pub struct Pack {
    /// Consent of a parent or the young person, signed and in force.
    pub consent: bool,
    /// Assessment information.
    pub assessments: bool,
    /// Intervention information.
    pub interventions: bool,
    /// One Plans; with sudden significant concerns there may be none yet.
    pub one_plans: bool,
    /// Other professional reports, or that there are none.
    pub reports: bool,
}

impl Pack {
    /// What the record holds of it; the rest stands on the consultation itself.
    pub fn of(record: &Record, sudden: bool, reports: &str) -> Self {
        Self {
            consent: record.link_consent,
            assessments: !record.assessed.is_empty(),
            interventions: record.interventions > 0,
            one_plans: record.had_plan || sudden,
            reports: !is_blank(reports),
        }
    }

    /// What is missing, each with what would put it right.
    pub fn missing(&self) -> Findings {
        let mut findings = Findings::default();
        let papers = [
            (self.consent, "the signed consent of a parent", "record the consent to a link consultation"),
            (self.assessments, "assessment information", "record the school's assessments"),
            (self.interventions, "intervention information", "record the interventions"),
            (self.one_plans, "One Plans", "put a One Plan in place"),
            (self.reports, "other professional reports", "name them, or answer that there are none"),
        ];
        for (there, paper, remedy) in papers {
            if !there {
                let message = format!("the pack lacks {paper}");
                findings.refuse(RuleId::Gr10, Code::Missing, "pack", message).remedy(remedy);
            }
        }
        findings
    }
}

/// Refuses a step that does not lead from the state in which the consultation is.
fn expect_consultation(
    findings: &mut Findings,
    rule: RuleId,
    state: LinkConsultationState,
    allowed: &[LinkConsultationState],
) {
    if !allowed.contains(&state) {
        let wanted: Vec<_> = allowed.iter().map(|state| state.words()).collect();
        findings
            .refuse(
                rule,
                Code::WrongState,
                "linkConsultation",
                format!("the consultation is {}", state.words()),
            )
            .remedy(format!("this step is taken while a consultation is {}", wanted.join(" or ")));
    }
}

/// Decides whether the pack is complete (GR-10).
pub fn decide_ready(state: LinkConsultationState, pack: &Pack) -> Findings {
    let mut findings = Findings::default();
    expect_consultation(&mut findings, RuleId::Gr10, state, &[LinkConsultationState::Raised]);
    findings.extend(pack.missing());
    findings
}

/// A next step that is advised.
#[derive(Clone, Copy, Debug)]
pub struct NextStep<'a> {
    /// What is done.
    pub what: &'a str,
    /// Who does it.
    pub owner: &'a str,
    /// By when, a London date.
    pub due_on: NaiveDate,
}

/// Decides whether the EP or inclusion partner can answer so: with one or more next steps, each an action with owner and
/// due date (GR-11).
pub fn decide_advice(
    state: LinkConsultationState,
    consent: bool,
    today: NaiveDate,
    advice: &str,
    steps: &[NextStep<'_>],
) -> Findings {
    let mut findings = Findings::default();
    expect_consultation(&mut findings, RuleId::Gr11, state, &[LinkConsultationState::Ready]);
    if !consent {
        let message = "no consent to a link consultation is in force";
        findings.refuse(RuleId::Gr10, Code::ConsentMissing, "linkConsultation", message);
    }
    expect_text(&mut findings, RuleId::Gr11, "advice", advice, "say what you advise");
    if steps.is_empty() {
        findings.refuse(RuleId::Gr11, Code::Missing, "nextSteps", "advise at least one next step");
    }
    for (index, step) in steps.iter().enumerate() {
        let path = |field: &str| format!("nextSteps.{index}.{field}");
        expect_text(&mut findings, RuleId::Gr11, &path("what"), step.what, "say what is to be done");
        expect_text(&mut findings, RuleId::Gr11, &path("owner"), step.owner, "say who does it");
        if step.due_on < today {
            findings.refuse(RuleId::Gr11, Code::Invalid, &path("dueOn"), "that day has passed");
        }
    }
    findings
}

/// Decides whether an agreed action has its outcome.
pub fn decide_outcome(
    state: LinkConsultationState,
    done: bool,
    done_on: NaiveDate,
    today: NaiveDate,
    outcome: &str,
) -> Findings {
    let mut findings = Findings::default();
    expect_consultation(&mut findings, RuleId::Gr11, state, &[LinkConsultationState::Advised]);
    if done {
        findings.refuse(RuleId::Gr11, Code::WrongState, "agreedAction", "the action has its outcome");
    }
    expect_past(&mut findings, RuleId::Gr11, "doneOn", done_on, today);
    expect_text(&mut findings, RuleId::Gr11, "outcome", outcome, "say what came of it");
    findings
}

/// Decides whether a consultation can be closed: when each next step has its outcome.
pub fn decide_close(state: LinkConsultationState, open_actions: u32) -> Findings {
    let mut findings = Findings::default();
    expect_consultation(&mut findings, RuleId::Gr11, state, &[LinkConsultationState::Advised]);
    if open_actions > 0 {
        let message = format!("{open_actions} of its next steps have no outcome");
        findings
            .refuse(RuleId::Gr11, Code::Missing, "linkConsultation", message)
            .remedy("complete each agreed action first");
    }
    findings
}

/// Decides whether a consultation can be withdrawn, with the reason: before it was answered.
pub fn decide_withdrawal(state: LinkConsultationState, reason: &str) -> Findings {
    let mut findings = Findings::default();
    let before = [LinkConsultationState::Raised, LinkConsultationState::Ready];
    expect_consultation(&mut findings, RuleId::Gr9, state, &before);
    expect_text(&mut findings, RuleId::Gr9, "reason", reason, "say why");
    findings
}

/// What is said to a request for statutory assessment (GR-12): the school discusses it first; a parent's is never
/// refused, and opens a conversation.
pub fn advise_request(source: RequestSource, discussed: bool) -> Findings {
    let mut findings = Findings::default();
    match source {
        RequestSource::School if !discussed => findings.should(
            RuleId::Gr12,
            "source",
            "the school discusses the request and its paperwork with its link EP or inclusion partner first",
        ),
        RequestSource::Parent => findings.note(
            RuleId::Gr12,
            "source",
            "a parent's request opens a conversation about their confidence in the school's provision",
        ),
        _ => {}
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::SenStatus;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_second_reviewed_cycle_opens_the_way_and_so_do_sudden_concerns() {
        let figures = Figures::default();
        let mut record = Record::of(SenStatus::SenSupport);
        record.reviewed_cycles = 1;
        assert!(!decide_raising(&record, &figures, " ", "Why?").pass());
        assert!(decide_raising(&record, &figures, "Stopped speaking.", "Why?").pass());
        record.reviewed_cycles = 2;
        assert!(decide_raising(&record, &figures, "", "Why?").pass());
        record.consultation = Some(LinkConsultationState::Advised);
        assert_eq!(decide_raising(&record, &figures, "", "Why?").refusals[0].code, Code::Conflict);
    }

    #[test]
    fn each_paper_that_is_missing_is_named() {
        let whole =
            Pack { consent: true, assessments: true, interventions: true, one_plans: true, reports: true };
        assert!(whole.missing().pass());
        for lacking in [
            Pack { consent: false, ..whole },
            Pack { assessments: false, ..whole },
            Pack { interventions: false, ..whole },
            Pack { one_plans: false, ..whole },
            Pack { reports: false, ..whole },
        ] {
            assert_eq!(lacking.missing().refusals.len(), 1, "{lacking:?}");
        }
    }

    #[test]
    fn a_next_step_has_owner_and_due_date() {
        let today = day("2026-03-09");
        let advise = |owner, due_on| {
            let steps = [NextStep { what: "Training.", owner, due_on }];
            decide_advice(LinkConsultationState::Ready, true, today, "Train.", &steps).pass()
        };
        assert!(advise("The SENCO", today));
        assert!(!advise(" ", today));
        assert!(!advise("The SENCO", day("2026-03-08")));
        let steps = [NextStep { what: "Training.", owner: "The SENCO", due_on: today }];
        assert!(!decide_advice(LinkConsultationState::Ready, true, today, "Train.", &[]).pass());
        assert!(!decide_advice(LinkConsultationState::Ready, false, today, "Train.", &steps).pass());
        assert!(!decide_advice(LinkConsultationState::Raised, true, today, "Train.", &steps).pass());
    }

    #[test]
    fn a_school_discusses_first_and_a_parent_need_not() {
        assert!(advise_request(RequestSource::School, false).unacknowledged(&[]));
        assert!(!advise_request(RequestSource::School, true).unacknowledged(&[]));
        let parents = advise_request(RequestSource::Parent, false);
        assert!(parents.pass() && !parents.unacknowledged(&[]) && parents.advisories.len() == 1);
    }
}
