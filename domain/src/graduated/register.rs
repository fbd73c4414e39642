//! The SEN register: who decides, on what (GR-2, GR-4).

use super::record::Record;
use crate::child::SenStatus;
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::text::is_blank;

/// Who took a SEN-register decision, and on what.
#[derive(Clone, Copy, Debug)]
pub struct Adding<'a> {
    /// Whether the SENCO who took part is one of the school.
    pub senco_is_one: bool,
    /// The staff who took part, by name and role.
    pub staff: &'a [String],
    /// How many parents or carers of the child took part.
    pub parents: usize,
    /// How many assessments of the child are cited.
    pub assessments: usize,
    /// In what the provision is additional to or different from that of other pupils.
    pub provision: &'a str,
}

/// What has to be there before a child can be put on the SEN register: whoever decides, and whatever they say.
pub fn before_adding(record: &Record) -> Findings {
    let mut findings = Findings::default();
    if record.on_register() {
        findings.refuse(RuleId::Gr4, Code::Conflict, "child", "the child is on the SEN register already");
    }
    for area in record.open_areas() {
        let words = area.words();
        findings
            .refuse(
                RuleId::Gr2,
                Code::Missing,
                "assessments",
                format!("{words}: neither assessed nor ruled out"),
            )
            .remedy("record an assessment of the area, or rule it out with a reason");
    }
    if record.assessed.is_empty() {
        findings
            .refuse(RuleId::Gr4, Code::Missing, "assessments", "no assessment is there that could be cited")
            .remedy("record an assessment of an area that is not ruled out");
    }
    findings
}

/// Decides whether a child is put on the SEN register: by SENCO, staff and parents together, with reference to
/// assessments (GR-4; 6.19).
pub fn decide_adding(record: &Record, adding: &Adding<'_>) -> Findings {
    let mut findings = before_adding(record);
    let mut expect = |there: bool, path: &str, message: &str| {
        if !there {
            findings.refuse(RuleId::Gr4, Code::Missing, path, message);
        }
    };
    expect(adding.senco_is_one, "senco", "the SENCO of the school decides with the others");
    expect(names(adding.staff), "staff", "name the staff who decided, each with their role");
    expect(adding.parents > 0, "parents", "name the parents or carers who decided");
    expect(adding.assessments > 0, "assessments", "cite the assessments that the decision rests on");
    expect(
        !is_blank(adding.provision),
        "provision",
        "say in what the provision is additional to or different from that of other pupils",
    );
    findings
}

/// Whether somebody is named, and nobody left blank.
fn names(staff: &[String]) -> bool {
    !staff.is_empty() && staff.iter().all(|name| !is_blank(name))
}

/// What has to be there before a child can be taken off the SEN register.
pub fn before_removing(record: &Record) -> Findings {
    let mut findings = Findings::default();
    match record.status {
        SenStatus::SenSupport => {}
        SenStatus::None => {
            findings.refuse(RuleId::Gr4, Code::WrongState, "child", "the child is not on the SEN register");
        }
        SenStatus::EhcAssessment | SenStatus::EhcPlan => {
            findings
                .refuse(RuleId::Gr4, Code::WrongState, "child", "an EHC needs assessment or plan stands")
                .remedy("it ends first");
        }
    }
    if record.plan.is_some() {
        findings
            .refuse(RuleId::Gr4, Code::WrongState, "child", "the child's One Plan has not ended")
            .remedy("end the One Plan first");
    }
    findings
}

/// Decides whether a child is taken off the SEN register: by the school's staff. The parents' view is recorded; without
/// it the caller takes responsibility (GR-4).
pub fn decide_removing(record: &Record, staff: &[String], reason: &str, parents_view: &str) -> Findings {
    let mut findings = before_removing(record);
    if !names(staff) {
        let message = "name the staff who decided, each with their role";
        findings.refuse(RuleId::Gr4, Code::Missing, "staff", message);
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Gr4, Code::Missing, "reason", "say why the child no longer needs it");
    }
    if is_blank(parents_view) {
        findings.should(RuleId::Gr4, "parentsView", "the parents' view is recorded");
    }
    findings
}

/// Decides whether a register decision can be taken back: the newest, while nothing has been built on it.
pub fn decide_reversal(newest: bool, reversed: bool, plan_open: bool, reason: &str) -> Findings {
    let mut findings = Findings::default();
    if reversed || !newest {
        let message = "only the newest decision that stands is taken back";
        findings.refuse(RuleId::Xc22, Code::WrongState, "senRegisterDecision", message);
    }
    if plan_open {
        findings
            .refuse(RuleId::Xc22, Code::Conflict, "senRegisterDecision", "a One Plan rests on it")
            .remedy("end the One Plan first");
    }
    if is_blank(reason) {
        findings.refuse(RuleId::Xc22, Code::Missing, "reason", "say why it was a mistake");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graduated::AreaOfDevelopment;

    fn looked_at(assessed: &[AreaOfDevelopment]) -> Record {
        let mut record = Record::of(SenStatus::None);
        record.assessed = assessed.iter().copied().collect();
        record.ruled_out =
            AreaOfDevelopment::ALL.iter().copied().filter(|area| !assessed.contains(area)).collect();
        record
    }

    fn staff() -> Vec<String> {
        vec!["A. Teacher, class teacher".to_owned()]
    }

    fn adding(staff: &[String]) -> Adding<'_> {
        Adding { senco_is_one: true, staff, parents: 1, assessments: 1, provision: "A daily group of three." }
    }

    #[test]
    fn each_of_the_eight_areas_is_assessed_or_ruled_out() {
        let record = looked_at(&[AreaOfDevelopment::Literacy]);
        assert!(decide_adding(&record, &adding(&staff())).pass());
        for area in AreaOfDevelopment::ALL {
            let mut record = record.clone();
            record.assessed.remove(area);
            record.ruled_out.remove(area);
            let refusals = decide_adding(&record, &adding(&staff())).refusals;
            assert!(refusals[0].message.starts_with(area.words()), "{refusals:?}");
        }
    }

    #[test]
    fn an_assessment_must_be_there_to_be_cited() {
        let refusals = before_adding(&looked_at(&[])).refusals;
        assert_eq!((refusals.len(), refusals[0].rule), (1, RuleId::Gr4));
    }

    #[test]
    fn all_three_decide_and_say_on_what() {
        let record = looked_at(&[AreaOfDevelopment::Maths]);
        let nobody = Adding { senco_is_one: false, staff: &[], parents: 0, assessments: 0, provision: " " };
        let paths: Vec<_> =
            decide_adding(&record, &nobody).refusals.into_iter().map(|refusal| refusal.path).collect();
        assert_eq!(paths, ["senco", "staff", "parents", "assessments", "provision"]);
    }

    #[test]
    fn taking_off_waits_for_the_parents_view_or_a_reason_why_not() {
        let record = Record::of(SenStatus::SenSupport);
        let without = decide_removing(&record, &staff(), "Caught up.", "");
        assert!(without.pass() && without.unacknowledged(&[]));
        assert!(!decide_removing(&record, &staff(), "Caught up.", "We agree.").unacknowledged(&[]));
        assert!(!before_removing(&Record::of(SenStatus::EhcPlan)).pass());
        assert!(!before_removing(&Record::of(SenStatus::None)).pass());
    }
}
