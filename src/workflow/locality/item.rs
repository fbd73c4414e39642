//! An item is brought, prepared, put off, withdrawn (LG-2 to LG-5, XC-8).

use super::anonymity::{Around, choice};
use super::{OnItem, OnSession, hold_both};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::consultation::letters::reference;
use chrono::NaiveDate;
use domain::access::{Action, Standing};
use domain::consent::Purpose;
use domain::locality::code::code;
use domain::locality::item::{
    ChildFacts, Preparation, ProposalFacts, decide_deferral, decide_preparation, decide_proposal,
    decide_withdrawal,
};
use domain::locality::{Concern, ItemState, LocalityEvent, SessionState};
use domain::london;
use domain::policy::Policy;
use domain::refusal::Findings;
use domain::year_group::YearGroup;
use entity::{child, consent, locality_item, locality_item_child, locality_session, preparation_form};
use serde::Serialize;
use uuid::Uuid;

/// The year group in which a child is taught on a London date.
fn year_group(child: &child::Model, on: NaiveDate) -> Option<YearGroup> {
    match child.year_group_override {
        Some(number) => YearGroup::try_from(number).ok(),
        None => YearGroup::derive(child.date_of_birth, on),
    }
}

/// What the rules look at in the child whom an item is about, today.
pub(super) async fn child_facts(
    work: &Work<'_>,
    child: &child::Model,
    school: Uuid,
    policy: &Policy,
) -> Result<ChildFacts, Fault> {
    let system = System::within(work);
    let today = work.op.today();
    let consents = system.standing_consents(child.id, Purpose::LocalityDiscussion).await?;
    let held_here =
        |consent: &&consent::Model| consent.school_id == Some(school) && consent.signed_on <= today;
    let in_force = consents.iter().filter(held_here);
    let like = |other: &&child::Model| {
        other.gender == child.gender && year_group(other, today) == year_group(child, today)
    };
    let cohort = system.pupils(&[school]).await?.iter().filter(like).count();
    Ok(ChildFacts {
        consented: in_force.clone().next().is_some(),
        explained: in_force.clone().any(|consent| consent.group_explained),
        sen_status: child.sen_status,
        cohort: u32::try_from(cohort).unwrap_or(u32::MAX),
        small_cohort: policy.figures.small_cohort,
    })
}

/// The code of a child for the minutes of a session.
async fn code_in(
    work: &Work<'_>,
    child: &child::Model,
    session: &locality_session::Model,
) -> Result<String, Fault> {
    let taken = System::within(work).items_of_session(session.id).await?;
    let taken: Vec<String> = taken.into_iter().filter_map(|item| item.code).collect();
    let on = london::date_of(session.starts_at);
    Ok(code(&child.given_name, year_group(child, on), child.gender, &taken))
}

/// Bring an item to a session. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct Propose {
    /// The session.
    pub session: Uuid,
    /// The school that brings it.
    pub school: Uuid,
    /// What it is about.
    #[serde(serialize_with = "choice")]
    pub about: Concern,
    /// The child, where it is about one.
    pub child: Option<Uuid>,
    /// What it is about, in words that identify nobody.
    pub subject: String,
    /// The planned intervention or the support in a cycle, as the SENCO states it.
    pub support_so_far: Option<String>,
}

/// What bringing an item rests on.
pub struct ProposeFacts {
    on: OnSession,
    child: Option<child::Model>,
    code: Option<String>,
    proposal: ProposalFacts,
}

impl Command for Propose {
    const ACTION: Action = Action::ProposeLocalityItem;
    type Facts = ProposeFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ProposeFacts>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let system = System::within(work);
        let group = system.group(on.session.id).await?;
        let family = system.schools_of_locality(on.session.locality_id).await?;
        let mut child = None;
        if let Some(id) = self.child {
            // Whose child it is, only the school that holds it may say.
            let held = system.holding(id).await?.is_some_and(|held| held.school_id == self.school);
            child = if held { work.find::<child::Entity>(id).await? } else { None };
            if child.is_none() {
                return Ok(Gathered::NotFound(vec!["child"]));
            }
        }
        let policy = system.policy(on.session.authority_id).await?;
        let proposal = ProposalFacts {
            session: on.session.state,
            of_locality: family.contains(&self.school) && group.contains(&self.school),
            about: self.about,
            child: match &child {
                Some(child) => Some(child_facts(work, child, self.school, &policy).await?),
                None => None,
            },
            support_so_far: self.support_so_far.clone(),
        };
        let code = match &child {
            Some(child) => Some(code_in(work, child, &on.session).await?),
            None => None,
        };
        let standing = Standing { school: Some(self.school), present: Vec::new(), ..on.standing() };
        Ok(Gathered::Found { facts: ProposeFacts { on, child, code, proposal }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &ProposeFacts) -> (Findings, ()) {
        (decide_proposal(&facts.proposal), ())
    }

    fn around(&self, facts: &ProposeFacts) -> Option<Around> {
        let (authority, schools) = (facts.on.session.authority_id, vec![self.school]);
        Some(Around { authority, schools, child: facts.child.clone() })
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ProposeFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let session = &facts.on.session;
        let id = work.op.id();
        let item = locality_item::Model {
            id,
            authority_id: session.authority_id,
            reference: reference("LI", id),
            session_id: session.id,
            locality_id: session.locality_id,
            school_id: self.school,
            about: self.about,
            code: facts.code,
            subject: self.subject.clone(),
            support_so_far: self.support_so_far.clone(),
            state: ItemState::Proposed,
            presented_by: work.op.actor().unwrap_or_default(),
            proposed_at: work.op.now,
            feedback_on: None,
            closing_reason: None,
            deferred_from: None,
            version: 1,
        };
        bring(work, item, facts.child.map(|child| child.id)).await
    }
}

/// Writes a new item, with the link to its child where it has one.
async fn bring(work: &mut Work<'_>, item: locality_item::Model, child: Option<Uuid>) -> Result<Uuid, Fault> {
    let (id, authority_id, school_id) = (item.id, item.authority_id, item.school_id);
    work.insert::<locality_item::Entity>(item).await?;
    if let Some(child_id) = child {
        let link =
            locality_item_child::Model { id: work.op.id(), authority_id, item_id: id, school_id, child_id };
        work.insert::<locality_item_child::Entity>(link).await?;
    }
    let of = super::subject(authority_id, "LocalityItem", id, id);
    work.record(of, domain::event::Event::Locality(LocalityEvent::ItemProposed));
    Ok(id)
}

/// Complete the preparation form of an item, or write it anew. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct Prepare {
    /// The item.
    pub item: Uuid,
    /// The situation now.
    pub situation: String,
    /// Strategies used already.
    pub strategies_used: String,
    /// The desired situation.
    pub desired: String,
    /// The aim of the consultation.
    pub aim: String,
}

/// What preparing rests on.
pub struct PrepareFacts {
    on: OnItem,
    form: Option<preparation_form::Model>,
}

impl Command for Prepare {
    const ACTION: Action = Action::PrepareLocalityItem;
    type Facts = PrepareFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<PrepareFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let form = System::within(work).preparation_form(self.item).await?;
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: PrepareFacts { on, form }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &PrepareFacts) -> (Findings, ()) {
        let form = Preparation {
            situation: &self.situation,
            strategies_used: &self.strategies_used,
            desired: &self.desired,
            aim: &self.aim,
        };
        (decide_preparation(facts.on.on.session.state, facts.on.item.state, &form), ())
    }

    fn around(&self, facts: &PrepareFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: PrepareFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let PrepareFacts { mut on, form } = facts;
        let written = preparation_form::Model {
            id: form.as_ref().map_or_else(|| work.op.id(), |form| form.id),
            authority_id: on.item.authority_id,
            item_id: on.item.id,
            locality_id: on.item.locality_id,
            school_id: on.item.school_id,
            situation: self.situation.clone(),
            strategies_used: self.strategies_used.clone(),
            desired: self.desired.clone(),
            aim: self.aim.clone(),
            completed_by: work.op.actor().unwrap_or_default(),
            completed_at: work.op.now,
            version: form.as_ref().map_or(1, |form| form.version),
        };
        match form {
            Some(_) => work.update::<preparation_form::Entity>(written).await?,
            None => work.insert::<preparation_form::Entity>(written).await?,
        }
        on.item.state = ItemState::Prepared;
        on.save(work, LocalityEvent::ItemPrepared).await
    }
}

/// Put an item off to a later session of the locality. Answers the id of the item there.
#[derive(Clone, Debug, Serialize)]
pub struct Defer {
    /// The item.
    pub item: Uuid,
    /// The later session.
    pub to: Uuid,
    /// Why.
    pub reason: String,
}

/// What putting off rests on.
pub struct DeferFacts {
    on: OnItem,
    to: locality_session::Model,
    /// Whether the other session is for the school that brought it.
    of_group: bool,
    code: Option<String>,
    form: Option<preparation_form::Model>,
}

impl Command for Defer {
    const ACTION: Action = Action::DeferLocalityItem;
    type Facts = DeferFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<DeferFacts>, Fault> {
        let system = System::within(work);
        if let Some(known) = system.get::<locality_item::Entity>(self.item).await? {
            hold_both(work, known.session_id, self.to).await?;
        }
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let Some(to) = work.find::<locality_session::Entity>(self.to).await? else {
            return Ok(Gathered::NotFound(vec!["to"]));
        };
        let code = match &on.child {
            Some(child) => Some(code_in(work, child, &to).await?),
            None => None,
        };
        let form = system.preparation_form(self.item).await?;
        let of_group = system.group(to.id).await?.contains(&on.item.school_id);
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: DeferFacts { on, to, of_group, code, form }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &DeferFacts) -> (Findings, ()) {
        let (from, to) = (&facts.on.on.session, &facts.to);
        let later = facts.of_group
            && to.locality_id == from.locality_id
            && to.starts_at > from.starts_at
            && to.state == SessionState::Planned;
        (decide_deferral(facts.on.item.state, later, &self.reason), ())
    }

    fn around(&self, facts: &DeferFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: DeferFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let DeferFacts { mut on, to, code, form, .. } = facts;
        let id = work.op.id();
        let later = locality_item::Model {
            id,
            reference: reference("LI", id),
            session_id: to.id,
            code,
            state: if form.is_some() { ItemState::Prepared } else { ItemState::Proposed },
            proposed_at: work.op.now,
            deferred_from: Some(on.item.id),
            version: 1,
            ..on.item.clone()
        };
        bring(work, later, on.child.as_ref().map(|child| child.id)).await?;
        if let Some(form) = form {
            let copy = preparation_form::Model { id: work.op.id(), item_id: id, version: 1, ..form };
            work.insert::<preparation_form::Entity>(copy).await?;
        }
        on.item.state = ItemState::Deferred;
        on.item.closing_reason = Some(self.reason.clone());
        on.save(work, LocalityEvent::ItemDeferred).await?;
        Ok(id)
    }
}

/// Withdraw an item. Its text is sealed.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawItem {
    /// The item.
    pub item: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for WithdrawItem {
    const ACTION: Action = Action::WithdrawLocalityItem;
    type Facts = OnItem;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnItem>, Fault> {
        OnItem::gather(work, self.item).await
    }

    fn decide(&self, _: &Op, on: &OnItem) -> (Findings, ()) {
        (decide_withdrawal(on.item.state, &self.reason), ())
    }

    fn around(&self, on: &OnItem) -> Option<Around> {
        Some(on.around())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, on: OnItem, (): ()) -> Result<Uuid, Fault> {
        let id = on.item.id;
        let (mut before, mut after) = (on.item.deferred_from, System::within(work).put_off_to(id).await?);
        seal(work, on.item, &self.reason).await?;
        // What was put off says the same in the sessions before and after.
        while let Some(later) = after {
            after = System::within(work).put_off_to(later.id).await?;
            if later.state != ItemState::Withdrawn {
                seal(work, later, &self.reason).await?;
            }
        }
        while let Some(earlier) = before {
            let earlier = System::within(work).lock::<locality_item::Entity>(earlier).await?;
            let earlier = earlier.ok_or(Fault::Unexpected("an item put off from nowhere"))?;
            before = earlier.deferred_from;
            if earlier.state != ItemState::Withdrawn {
                seal(work, earlier, &self.reason).await?;
            }
        }
        Ok(id)
    }
}

/// Withdraws an item with its deadlines: its texts are in nobody's sight from here on.
pub(super) async fn seal(
    work: &mut Work<'_>,
    mut item: locality_item::Model,
    reason: &str,
) -> Result<(), Fault> {
    item.state = ItemState::Withdrawn;
    item.closing_reason = Some(reason.to_owned());
    work.withdraw_duties(item.id).await?;
    let of = super::subject(item.authority_id, "LocalityItem", item.id, item.id);
    work.record(of, domain::event::Event::Locality(LocalityEvent::ItemWithdrawn));
    work.update::<locality_item::Entity>(item).await
}

/// The consent to locality discussion was withdrawn: every item about the child, who is locked, closes at once and is sealed (XC-8).
pub async fn consent_withdrawn(work: &mut Work<'_>, child: Uuid) -> Result<(), Fault> {
    for known in System::within(work).items_about(child).await? {
        let item = System::within(work).lock::<locality_item::Entity>(known.id).await?.unwrap_or(known);
        if item.state != ItemState::Withdrawn {
            seal(work, item, "The consent was withdrawn.").await?;
        }
    }
    Ok(())
}
