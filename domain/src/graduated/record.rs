//! What is known of a child's graduated response: the facts on which the steps are decided and of which the pathway
//! speaks (GR-14). Both read the same record, so that they cannot disagree.

use super::{AreaOfDevelopment, Contributor, CycleState, LinkConsultationState, OnePlanState, SectionPart};
use crate::child::{Need, SenStatus};
use std::collections::BTreeSet;

/// A child's graduated response as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct Record {
    /// SEN status.
    pub status: SenStatus,
    /// Whether hearing, vision, multi-sensory or physical impairment is among the needs (GR-3).
    pub sensory_need: bool,
    /// Whether a referral to the specialist teaching service was opened and not withdrawn (GR-3).
    pub referral_opened: bool,
    /// How many concerns were recorded (GR-1).
    pub concerns: u32,
    /// How many first-tier interventions were reviewed (GR-1).
    pub first_tier_monitored: u32,
    /// The areas that were assessed (GR-2).
    pub assessed: BTreeSet<AreaOfDevelopment>,
    /// The areas that were ruled out with a reason (GR-2).
    pub ruled_out: BTreeSet<AreaOfDevelopment>,
    /// The areas in which the newest assessment identifies a need (GR-5).
    pub identified: BTreeSet<AreaOfDevelopment>,
    /// How many interventions were recorded, whatever their tier (GR-10).
    pub interventions: u32,
    /// How many cycles were reviewed, of all One Plans (GR-9).
    pub reviewed_cycles: u32,
    /// The One Plan that has not ended.
    pub plan: Option<Plan>,
    /// Whether a One Plan was ever active (GR-10).
    pub had_plan: bool,
    /// Where the formal consultation stands that is still open.
    pub consultation: Option<LinkConsultationState>,
    /// Whether consent to a link consultation is in force (GR-10).
    pub link_consent: bool,
    /// Whether a formal consultation was ever answered (GR-11).
    pub advised: bool,
}

impl Record {
    /// A child of whom nothing is recorded but the SEN status.
    pub fn of(status: SenStatus) -> Self {
        Self {
            status,
            sensory_need: false,
            referral_opened: false,
            concerns: 0,
            first_tier_monitored: 0,
            assessed: BTreeSet::new(),
            ruled_out: BTreeSet::new(),
            identified: BTreeSet::new(),
            interventions: 0,
            reviewed_cycles: 0,
            plan: None,
            had_plan: false,
            consultation: None,
            link_consent: false,
            advised: false,
        }
    }

    /// The areas that were neither assessed nor ruled out (GR-2).
    pub fn open_areas(&self) -> Vec<AreaOfDevelopment> {
        let looked_at =
            |area: &AreaOfDevelopment| self.assessed.contains(area) || self.ruled_out.contains(area);
        AreaOfDevelopment::ALL.iter().copied().filter(|area| !looked_at(area)).collect()
    }

    /// Whether the child is on the SEN register: at SEN support, or beyond it.
    pub fn on_register(&self) -> bool {
        self.status != SenStatus::None
    }
}

/// A One Plan that has not ended, with its newest cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where it stands.
    pub state: OnePlanState,
    /// Where its newest cycle stands.
    pub cycle: CycleState,
    /// The sections of the newest cycle.
    pub sections: Vec<Section>,
    /// Who contributed to the plan.
    pub contributors: BTreeSet<Contributor>,
    /// Whether the review of the newest cycle left concerns (GR-8).
    pub concerns_remain: bool,
    /// Whether observation and consultation were recorded since (GR-8).
    pub observed: bool,
    /// Whether the newest cycle followed on a review that left concerns: the plan was updated.
    pub updated: bool,
}

/// A section of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its area of need.
    pub area: AreaOfDevelopment,
    /// The parts that are not there yet.
    pub missing: BTreeSet<SectionPart>,
    /// What a review can rest on.
    pub reassessment: Reassessment,
}

/// What the review of a section can rest on (GR-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reassessment {
    /// Nothing yet.
    Missing,
    /// An assessment of the area, re-administered since the cycle began.
    Repeated,
    /// The instrument is standardised and used up this school year: that is recorded instead.
    Waivable,
}

/// Whether a need asks for advice of the specialist teaching service (GR-3). A physical or neurological impairment is
/// recorded as PD.
pub fn is_sensory(need: Need) -> bool {
    matches!(need, Need::Hi | Need::Vi | Need::Msi | Need::Pd)
}
