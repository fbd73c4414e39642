//! The record of a child's graduated response, as the rulebook reads it: for one child in a change, and for many at once
//! when the pathway is asked for. The number of statements does not follow the number of children.

use crate::store::facts::System;
use crate::store::{Fault, Store, calendar};
use chrono::NaiveDate;
use domain::calendar::school_year_of;
use domain::child::Need;
use domain::consent::Purpose;
use domain::graduated::record::{Plan, Reassessment, Record, Section, is_sensory};
use domain::graduated::{
    AreaOfDevelopment, CycleState, InterventionTier, LinkConsultationState, OnePlanState, ReferralState,
    SectionPart,
};
use domain::policy::{Figures, Policy};
use entity::{
    area_ruled_out, child, consent, further_observation, holding, instrument, intervention,
    link_consultation, one_plan, plan_contribution, plan_cycle, plan_outcome, plan_section, referral,
    school_assessment, school_concern,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use uuid::Uuid;

/// A child's record, and the figures of the authority that holds the child.
#[derive(Clone, Debug)]
pub struct Known {
    /// The record.
    pub record: Record,
    /// The figures in force today.
    pub figures: Figures,
}

impl System<'_> {
    /// The record of one child, as of a London date.
    pub async fn record(&self, child: &child::Model, on: NaiveDate) -> Result<Known, Fault> {
        let mut known = records(self.tx, on, std::slice::from_ref(child)).await?;
        known.remove(&child.id).ok_or(Fault::Unexpected("a child whom nobody holds"))
    }
}

/// The records of children whose casework the asker sees.
pub async fn read(
    store: &Store,
    today: NaiveDate,
    children: &[child::Model],
) -> Result<HashMap<Uuid, Known>, Fault> {
    records(store.reader(), today, children).await
}

fn grouped<M, K: Eq + Hash>(rows: Vec<M>, key: impl Fn(&M) -> K) -> HashMap<K, Vec<M>> {
    let mut groups: HashMap<K, Vec<M>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

async fn records(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    children: &[child::Model],
) -> Result<HashMap<Uuid, Known>, Fault> {
    let ids: Vec<_> = children.iter().map(|child| child.id).collect();
    let rows = Rows::read(db, today, &ids).await?;
    let figures = figures(db, today, rows.authorities.values()).await?;
    let known = children.iter().filter_map(|child| {
        let figures = figures.get(rows.authorities.get(&child.id)?)?.clone();
        Some((child.id, Known { record: rows.record(child, today, &figures), figures }))
    });
    Ok(known.collect())
}

async fn figures(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    authorities: impl Iterator<Item = &Uuid>,
) -> Result<HashMap<Uuid, Figures>, Fault> {
    let mut figures = HashMap::new();
    for authority in authorities {
        if !figures.contains_key(authority) {
            let versions = calendar::policies(db, *authority).await?;
            figures.insert(*authority, Policy::in_force(versions, today).figures);
        }
    }
    Ok(figures)
}

/// Everything that the records are made of, by child; by plan, cycle or section where it hangs on one.
struct Rows {
    authorities: HashMap<Uuid, Uuid>,
    concerns: HashMap<Uuid, Vec<school_concern::Model>>,
    assessments: HashMap<Uuid, Vec<school_assessment::Model>>,
    ruled_out: HashMap<Uuid, Vec<area_ruled_out::Model>>,
    interventions: HashMap<Uuid, Vec<intervention::Model>>,
    plans: HashMap<Uuid, Vec<one_plan::Model>>,
    cycles: HashMap<Uuid, Vec<plan_cycle::Model>>,
    sections: HashMap<Uuid, Vec<plan_section::Model>>,
    outcomes: HashMap<Uuid, Vec<plan_outcome::Model>>,
    contributions: HashMap<Uuid, Vec<plan_contribution::Model>>,
    observations: HashMap<Uuid, Vec<further_observation::Model>>,
    consultations: HashMap<Uuid, Vec<link_consultation::Model>>,
    consents: HashMap<Uuid, Vec<consent::Model>>,
    referrals: HashMap<Uuid, Vec<referral::Model>>,
    instruments: HashMap<Uuid, instrument::Model>,
}

impl Rows {
    async fn read(db: &impl ConnectionTrait, today: NaiveDate, children: &[Uuid]) -> Result<Self, Fault> {
        macro_rules! of_children {
            ($module:ident) => {
                $module::Entity::find()
                    .filter($module::Column::ChildId.is_in(children.iter().copied()))
                    .order_by_asc($module::Column::Id)
            };
        }
        let held = of_children!(holding).filter(holding::Column::ToDate.is_null()).all(db).await?;
        let assessments = of_children!(school_assessment)
            .filter(school_assessment::Column::WithdrawnAt.is_null())
            .all(db)
            .await?;
        let consents = of_children!(consent)
            .filter(consent::Column::Purpose.eq(Purpose::LinkConsultation))
            .filter(consent::Column::WithdrawnAt.is_null())
            .filter(consent::Column::SignedOn.lte(today))
            .all(db)
            .await?;
        let used: BTreeSet<_> = assessments.iter().filter_map(|row| row.instrument_id).collect();
        let instruments =
            instrument::Entity::find().filter(instrument::Column::Id.is_in(used)).all(db).await?;
        Ok(Self {
            authorities: held.into_iter().map(|row| (row.child_id, row.authority_id)).collect(),
            concerns: grouped(of_children!(school_concern).all(db).await?, |row| row.child_id),
            assessments: grouped(assessments, |row| row.child_id),
            ruled_out: grouped(of_children!(area_ruled_out).all(db).await?, |row| row.child_id),
            interventions: grouped(of_children!(intervention).all(db).await?, |row| row.child_id),
            plans: grouped(of_children!(one_plan).all(db).await?, |row| row.child_id),
            cycles: grouped(of_children!(plan_cycle).all(db).await?, |row| row.plan_id),
            sections: grouped(of_children!(plan_section).all(db).await?, |row| row.cycle_id),
            outcomes: grouped(of_children!(plan_outcome).all(db).await?, |row| row.section_id),
            contributions: grouped(of_children!(plan_contribution).all(db).await?, |row| row.plan_id),
            observations: grouped(of_children!(further_observation).all(db).await?, |row| row.cycle_id),
            consultations: grouped(of_children!(link_consultation).all(db).await?, |row| row.child_id),
            consents: grouped(consents, |row| row.child_id),
            referrals: grouped(of_children!(referral).all(db).await?, |row| row.child_id),
            instruments: instruments.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    fn record(&self, child: &child::Model, today: NaiveDate, figures: &Figures) -> Record {
        fn of<M>(rows: &HashMap<Uuid, Vec<M>>, id: Uuid) -> &[M] {
            rows.get(&id).map(Vec::as_slice).unwrap_or_default()
        }
        let id = child.id;
        let assessments = of(&self.assessments, id);
        let interventions = of(&self.interventions, id);
        let plans = of(&self.plans, id);
        let consultations = of(&self.consultations, id);
        let first_tier = || interventions.iter().filter(|row| row.tier == InterventionTier::FirstTier);
        let reviewed = |plan: &one_plan::Model| {
            of(&self.cycles, plan.id).iter().filter(|cycle| cycle.state == CycleState::Reviewed).count()
        };
        let open = plans.iter().find(|plan| plan.state != OnePlanState::Ended);
        let answered = [LinkConsultationState::Advised, LinkConsultationState::Closed];
        Record {
            sensory_need: needs_of(child).into_iter().any(is_sensory),
            referral_opened: of(&self.referrals, id).iter().any(|row| row.state != ReferralState::Withdrawn),
            concerns: count(of(&self.concerns, id).len()),
            first_tier_monitored: count(first_tier().filter(|row| row.reviewed_on.is_some()).count()),
            assessed: assessments.iter().map(|row| row.area).collect(),
            ruled_out: of(&self.ruled_out, id).iter().map(|row| row.area).collect(),
            identified: identified(assessments),
            interventions: count(interventions.len()),
            reviewed_cycles: count(plans.iter().map(reviewed).sum()),
            plan: open.and_then(|plan| self.plan(plan, assessments, today, figures)),
            had_plan: plans.iter().any(|plan| plan.activated_on.is_some()),
            consultation: consultations.iter().map(|row| row.state).find(|state| state.is_open()),
            link_consent: !of(&self.consents, id).is_empty(),
            advised: consultations.iter().any(|row| answered.contains(&row.state)),
            ..Record::of(child.sen_status)
        }
    }

    fn plan(
        &self,
        plan: &one_plan::Model,
        assessments: &[school_assessment::Model],
        today: NaiveDate,
        figures: &Figures,
    ) -> Option<Plan> {
        let cycle = self.cycles.get(&plan.id)?.iter().max_by_key(|cycle| cycle.number)?;
        let sections = self.sections.get(&cycle.id).map(Vec::as_slice).unwrap_or_default();
        let reassessment = |area| self.reassessment(area, cycle.starts_on, assessments, today, figures);
        let contributions = self.contributions.get(&plan.id).into_iter().flatten();
        Some(Plan {
            state: plan.state,
            cycle: cycle.state,
            sections: sections
                .iter()
                .map(|section| Section {
                    area: section.area,
                    missing: self.missing(section),
                    reassessment: reassessment(section.area),
                })
                .collect(),
            contributors: contributions.map(|row| row.contributor).collect(),
            concerns_remain: cycle.state == CycleState::Reviewed && cycle.concerns_remain,
            observed: self.observed(cycle),
            updated: self.updated(plan, cycle),
        })
    }

    /// Whether somebody observed further since the review of a cycle (GR-8).
    fn observed(&self, cycle: &plan_cycle::Model) -> bool {
        let since =
            |row: &further_observation::Model| cycle.reviewed_on.is_none_or(|on| row.observed_on >= on);
        self.observations.get(&cycle.id).is_some_and(|rows| rows.iter().any(since))
    }

    /// Whether the newest cycle followed on a review that left concerns.
    fn updated(&self, plan: &one_plan::Model, newest: &plan_cycle::Model) -> bool {
        let cycles = self.cycles.get(&plan.id).map(Vec::as_slice).unwrap_or_default();
        cycles.iter().any(|cycle| cycle.number + 1 == newest.number && cycle.concerns_remain)
    }

    /// Whether the parts of a section are there is kept with it; which are not is worked out of its words.
    fn missing(&self, section: &plan_section::Model) -> BTreeSet<SectionPart> {
        if section.complete {
            return BTreeSet::new();
        }
        let of_section = |row: &&intervention::Model| row.section_id == Some(section.id);
        let interventions = self.interventions.get(&section.child_id).into_iter().flatten();
        let outcomes = self.outcomes.get(&section.id).into_iter().flatten();
        words_of(section, outcomes, interventions.filter(of_section)).missing()
    }

    fn reassessment(
        &self,
        area: AreaOfDevelopment,
        starts_on: Option<NaiveDate>,
        assessments: &[school_assessment::Model],
        today: NaiveDate,
        figures: &Figures,
    ) -> Reassessment {
        let of_area = || assessments.iter().filter(|row| row.area == area);
        let since = |row: &school_assessment::Model| {
            row.assessed_on <= today && starts_on.is_some_and(|from| row.assessed_on >= from)
        };
        if of_area().any(since) {
            return Reassessment::Repeated;
        }
        let used_up = |id: Uuid| {
            let Some(instrument) = self.instruments.get(&id) else { return false };
            // By name: after a move the same instrument stands on another authority's list.
            let same = |row: &&school_assessment::Model| {
                let used = row.instrument_id.and_then(|id| self.instruments.get(&id));
                row.school_year == school_year_of(today)
                    && used.is_some_and(|used| used.folded == instrument.folded)
            };
            let uses = assessments.iter().filter(same);
            instrument.standardised && count(uses.count()) >= yearly_maximum(instrument, figures)
        };
        if of_area().filter_map(|row| row.instrument_id).any(used_up) {
            Reassessment::Waivable
        } else {
            Reassessment::Missing
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How often an instrument may be used for a child in a school year (GR-7).
pub fn yearly_maximum(instrument: &instrument::Model, figures: &Figures) -> u32 {
    let own = instrument.yearly_maximum.and_then(|most| u32::try_from(most).ok());
    own.unwrap_or(figures.standardised_per_year)
}

/// The needs of a child, the primary one among them.
pub fn needs_of(child: &child::Model) -> Vec<Need> {
    let further: Vec<Need> = serde_json::from_value(child.further_needs.clone()).unwrap_or_default();
    child.primary_need.into_iter().chain(further).collect()
}

/// The areas in which the newest assessment identifies a need.
fn identified(assessments: &[school_assessment::Model]) -> BTreeSet<AreaOfDevelopment> {
    let newest = |area: &AreaOfDevelopment| {
        let of_area = assessments.iter().filter(|row| row.area == *area);
        of_area.max_by_key(|row| (row.assessed_on, row.id))
    };
    let needed = |area: &AreaOfDevelopment| newest(area).is_some_and(|row| row.identifies_need);
    AreaOfDevelopment::ALL.iter().copied().filter(needed).collect()
}

/// The words of a section, with its outcomes and interventions.
pub fn words_of<'a>(
    section: &plan_section::Model,
    outcomes: impl IntoIterator<Item = &'a plan_outcome::Model>,
    interventions: impl IntoIterator<Item = &'a intervention::Model>,
) -> domain::graduated::plan::Words {
    use domain::graduated::plan::{Outcome, Provision, Words};
    Words {
        assess: section.assess.clone(),
        outcomes: outcomes
            .into_iter()
            .map(|row| Outcome { what: row.what.clone(), measure: row.measure.clone() })
            .collect(),
        interventions: interventions
            .into_iter()
            .map(|row| Provision {
                what: row.what.clone(),
                evidence_base: row.evidence_base.clone(),
                who: row.who.clone(),
                when: row.timetable.clone(),
            })
            .collect(),
        review_on: section.review_on,
        review_measure: section.review_measure.clone(),
    }
}
