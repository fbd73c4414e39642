//! Graduated responses of the invented world: a child who worries her teacher, one newly on the register, plans at every
//! stage, the link EP asked and answering, flags that set their own deadlines.

use super::story::{Teller, at};
use crate::store::Fault;
use crate::store::list::short;
use crate::store::read::Window;
use crate::workflow::consent::RecordConsent;
use crate::workflow::graduated::contribution::Contribute;
use crate::workflow::graduated::cycle::{ReviewCycle, Reviewed};
use crate::workflow::graduated::evidence::{
    RecordAssessment, RecordConcern, RecordIntervention, ReviewIntervention, RuleOutArea,
};
use crate::workflow::graduated::flags::{RecordNeeds, SetFlag};
use crate::workflow::graduated::instrument::AddInstrument;
use crate::workflow::graduated::link::{Advise, CompletePack, NextStep, Raise};
use crate::workflow::graduated::plan::{Activate, Draft, WriteSection, Written};
use crate::workflow::graduated::register::AddToRegister;
use crate::workflow::graduated::update::OpenCycle;
use chrono::{DateTime, TimeDelta, Utc};
use domain::child::{Need, VulnerabilityKind};
use domain::consent::Purpose;
use domain::graduated::plan::{Outcome, Provision};
use domain::graduated::{AreaOfDevelopment, Contributor, NextStepKind, Progress};
use uuid::Uuid;

const AREA: AreaOfDevelopment = AreaOfDevelopment::Literacy;

impl Teller<'_> {
    /// So many days before now, in the morning.
    fn ago(&self, days: i64) -> DateTime<Utc> {
        at(self.op.today() - TimeDelta::days(days), 9).min(self.op.now)
    }

    /// Lives the story of the graduated responses of the first school.
    pub(super) async fn tell_responses(&self) -> Result<(), Fault> {
        self.instruments().await?;
        let child = |index: usize| self.world.children[index];
        self.concern(child(17), 20).await?;
        self.newly_on_register(13).await?;
        let draft = self.draft(child(4), 12).await?;
        self.section(draft, 11).await?;
        let plan = self.plan(child(0), 70).await?;
        self.review(child(0), plan, 15, Progress::SomeProgress).await?;
        self.plan(child(6), 60).await?;
        let long = self.plan(child(2), 330).await?;
        self.review(child(2), long, 200, Progress::NoProgress).await?;
        self.step(self.world.senco, self.ago(199), open(long)).await?;
        self.review(child(2), long, 60, Progress::SomeProgress).await?;
        let asked = self.consult(2, None, 55).await?;
        self.step(self.world.link_ep, self.ago(40), self.advice(asked)).await?;
        self.plan(child(8), 45).await?;
        self.consult(8, Some("Stopped speaking at school after the summer."), 4).await?;
        self.flags(child(10), child(12)).await
    }

    async fn instruments(&self) -> Result<(), Fault> {
        for (name, standardised) in
            [("Graded reading test", true), ("Phonics screen", false), ("Language comprehension scale", true)]
        {
            let add = AddInstrument {
                authority: self.world.authority,
                name: name.to_owned(),
                standardised,
                yearly_maximum: None,
            };
            self.step(self.world.admin, self.ago(390), add).await?;
        }
        Ok(())
    }

    async fn concern(&self, child: Uuid, days: i64) -> Result<(), Fault> {
        let when = self.ago(days);
        let concern = RecordConcern {
            child,
            raised_on: domain::london::date_of(when),
            areas: vec![AREA, AreaOfDevelopment::SpeechAndLanguage],
            description: "Follows a story, and loses the thread when reading alone.".to_owned(),
            teaching: "Seated near the teacher, new words shown before each text.".to_owned(),
        };
        self.step(self.world.senco, when, concern).await?;
        let intervention = self.intervention(child, days).await?;
        let review = ReviewIntervention {
            intervention,
            reviewed_on: domain::london::date_of(self.ago(days - 10)),
            impact: "Reads ten words more than at the beginning.".to_owned(),
            ends: false,
        };
        self.step(self.world.senco, self.ago(days - 10), review).await?;
        Ok(())
    }

    async fn intervention(&self, child: Uuid, days: i64) -> Result<Uuid, Fault> {
        let record = RecordIntervention {
            child,
            area: AREA,
            what: "Paired reading".to_owned(),
            evidence_base: "Reviewed evidence of moderate effect".to_owned(),
            who: "The teaching assistant".to_owned(),
            when: "Three times a week, fifteen minutes".to_owned(),
            from: domain::london::date_of(self.ago(days)),
        };
        self.step(self.world.senco, self.ago(days), record).await
    }

    async fn assess(&self, child: Uuid, days: i64) -> Result<Uuid, Fault> {
        let record = RecordAssessment {
            child,
            area: AREA,
            instrument: None,
            other_instrument: Some("Phonics screen".to_owned()),
            assessed_on: domain::london::date_of(self.ago(days)),
            result: "Secure with single sounds, unsure of blends.".to_owned(),
            identifies_need: true,
        };
        self.step(self.world.senco, self.ago(days), record).await
    }

    /// A child whom SENCO, staff and parents have just put on the register.
    async fn newly_on_register(&self, index: usize) -> Result<(), Fault> {
        let (child, parent) = (self.world.children[index], self.world.parents[index]);
        self.concern(child, 40).await?;
        let assessment = self.assess(child, 25).await?;
        for area in AreaOfDevelopment::ALL.iter().copied().filter(|area| *area != AREA) {
            let reason = "Nothing in class, at play or at home speaks for it.".to_owned();
            self.step(self.world.senco, self.ago(24), RuleOutArea { child, area, reason }).await?;
        }
        let decided = AddToRegister {
            child,
            senco: Some(self.world.senco),
            staff: vec!["J. Okafor, class teacher".to_owned()],
            parents: vec![parent],
            assessments: vec![assessment],
            provision: "A daily group of three for blends, beside the class's own phonics.".to_owned(),
        };
        self.step(self.world.senco, self.ago(20), decided).await?;
        Ok(())
    }

    async fn draft(&self, child: Uuid, days: i64) -> Result<Uuid, Fault> {
        self.assess(child, days).await?;
        self.step(self.world.senco, self.ago(days), Draft { child }).await
    }

    async fn section(&self, plan: Uuid, days: i64) -> Result<(), Fault> {
        let written = Written {
            assess: Some("Reads 30 of the first 100 words; blends are unsure.".to_owned()),
            outcomes: Some(vec![Outcome {
                what: "Reads 60 of the first 100 words in a text.".to_owned(),
                measure: "Word list, read in two sittings".to_owned(),
            }]),
            interventions: Some(vec![Provision {
                what: "Paired reading".to_owned(),
                evidence_base: "Reviewed evidence of moderate effect".to_owned(),
                who: "The teaching assistant".to_owned(),
                when: "Three times a week, fifteen minutes".to_owned(),
            }]),
            review_on: Some(domain::london::date_of(self.ago(days)) + TimeDelta::days(60)),
            review_measure: Some("Word list and reading aloud".to_owned()),
        };
        let section = WriteSection { plan, area: AREA, written, expected_version: 0 };
        self.step(self.world.senco, self.ago(days), section).await?;
        Ok(())
    }

    /// A plan that came into force so many days ago.
    async fn plan(&self, child: Uuid, days: i64) -> Result<Uuid, Fault> {
        let plan = self.draft(child, days + 6).await?;
        self.section(plan, days + 5).await?;
        for (contributor, text) in [
            (Contributor::Parents, "Reads with us on Sundays, and would like shorter homework."),
            (Contributor::Pupil, "I like books about trains. Blends are hard."),
        ] {
            let contribution = Contribute { plan, contributor, text: text.to_owned() };
            self.step(self.world.senco, self.ago(days + 1), contribution).await?;
        }
        self.step(self.world.senco, self.ago(days), Activate { plan, starts_on: None }).await
    }

    async fn review(&self, child: Uuid, plan: Uuid, days: i64, progress: Progress) -> Result<(), Fault> {
        let reassessment = Some(self.assess(child, days).await?);
        let window = Window { first: 100, after: None };
        let viewer = crate::store::people::viewer(self.service.store.reader(), self.world.senco, self.op.now);
        let op = crate::op::Op::of(viewer.await?.into(), self.op.now, self.op.request_id.clone());
        let reader = self.service.store.read(&op);
        let cycles = reader.pages(&short::Cycles, &[plan], &window).await?.remove(&plan);
        let newest = cycles.and_then(|page| page.rows.last().map(|(_, cycle)| cycle.id)).unwrap_or_default();
        let sections = reader.pages(&short::Sections, &[newest], &window).await?.remove(&newest);
        let reviewed = sections.into_iter().flat_map(|page| page.rows).map(|(_, section)| Reviewed {
            section: section.id,
            findings: "Reads 45 of the first 100 words; blends with s are secure.".to_owned(),
            progress,
            reassessment,
            used_up_instrument: None,
        });
        let review = ReviewCycle {
            plan,
            sections: reviewed.collect(),
            reviewed_on: None,
            concerns_remain: false,
            summary: "Parents, teacher and pupil met; the group goes on.".to_owned(),
        };
        self.step(self.world.senco, self.ago(days), review).await?;
        Ok(())
    }

    /// Asks the link EP about a child, with a complete pack.
    async fn consult(&self, index: usize, sudden: Option<&str>, days: i64) -> Result<Uuid, Fault> {
        let child = self.world.children[index];
        self.intervention(child, days + 2).await?;
        let consent = RecordConsent {
            child,
            purpose: Purpose::LinkConsultation,
            given_by: Some(self.world.parents[index]),
            signed_on: domain::london::date_of(self.ago(days + 1)),
            holder: "The school office".to_owned(),
            group_explained: false,
        };
        self.step(self.world.senco, self.ago(days + 1), consent).await?;
        let raise = Raise {
            child,
            question: "What else would help with blends, and how do we keep up the courage?".to_owned(),
            sudden_concerns: sudden.map(str::to_owned),
            urgent: sudden.is_some(),
            professional_reports: Some("None.".to_owned()),
        };
        let consultation = self.step(self.world.senco, self.ago(days), raise).await?;
        let complete = CompletePack { consultation, professional_reports: None };
        self.step(self.world.senco, self.ago(days), complete).await
    }

    fn advice(&self, consultation: Uuid) -> Advise {
        let due_on = self.op.today() + TimeDelta::days(20);
        let step = |kind, what: &str, owner: &str| NextStep {
            kind,
            what: what.to_owned(),
            owner: owner.to_owned(),
            due_on,
        };
        Advise {
            consultation,
            advice: "Precision teaching of blends, and praise for trying rather than for being right."
                .to_owned(),
            next_steps: vec![
                step(NextStepKind::Training, "Precision teaching for two assistants.", "The SENCO"),
                step(NextStepKind::OnePlanUpdate, "Add precision teaching to the plan.", "The class teacher"),
            ],
        }
    }

    async fn flags(&self, at_risk: Uuid, sensory: Uuid) -> Result<(), Fault> {
        let flag = SetFlag { child: at_risk, kind: VulnerabilityKind::RiskOfPermanentExclusion, from: None };
        self.step(self.world.senco, self.ago(0), flag).await?;
        let needs = RecordNeeds { child: sensory, primary: Some(Need::Vi), further: Vec::new() };
        self.step(self.world.senco, self.ago(3), needs).await?;
        Ok(())
    }
}

fn open(plan: Uuid) -> OpenCycle {
    OpenCycle { plan, starts_on: None, sections: Vec::new() }
}
