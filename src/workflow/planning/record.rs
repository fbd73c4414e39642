//! The record as it writes itself: what was said of each item, the support and the actions that were agreed, what became of
//! actions brought forward (PC-4 to PC-8).

use super::{OnMeeting, record_part};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::london;
use domain::planning::record::{
    SupportFacts, decide_action, decide_action_outcome, decide_discussion, decide_support,
    decide_support_withdrawal,
};
use domain::planning::{ActionOutcome, PlanningEvent, SupportForm, SupportService};
use domain::refusal::Findings;
use entity::{
    action_outcome, agenda_item, item_discussion, meeting_action, support_agreement, traded_contract,
};
use serde::Serialize;
use uuid::Uuid;

/// An item of a meeting that is to change, both locked.
pub struct OnItem {
    on: OnMeeting,
    item: agenda_item::Model,
}

impl OnItem {
    async fn load(work: &Work<'_>, item: Uuid) -> Result<Option<Self>, Fault> {
        let found = OnMeeting::around::<agenda_item::Entity>(work, item, |row| row.meeting_id).await?;
        Ok(found.map(|(on, item)| Self { on, item }))
    }
}

/// Write down what was said of an item. Answers the id of the item.
#[derive(Clone, Debug, Serialize)]
pub struct Discuss {
    /// The item.
    pub item: Uuid,
    /// What was said, or why it was put off.
    pub text: String,
    /// Whether it was put off.
    pub put_off: bool,
    /// How the parents took part, where that is still to be said.
    pub parents: Option<String>,
    /// How the child took part, where that is still to be said.
    pub pupil: Option<String>,
    /// Other agencies involved or wanted, where that is still to be said.
    pub agencies: Option<String>,
}

/// What writing down rests on.
pub struct DiscussFacts {
    on: OnItem,
    before: Option<item_discussion::Model>,
}

impl Command for Discuss {
    const ACTION: Action = Action::DiscussAgendaItem;
    type Facts = DiscussFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<DiscussFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["agendaItem"]));
        };
        let before = System::within(work).discussions(on.on.meeting.id).await?.remove(&on.item.id);
        let (standing, target) = (on.on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: DiscussFacts { on, before }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &DiscussFacts) -> (Findings, ()) {
        (decide_discussion(facts.on.on.meeting.state, &self.text), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: DiscussFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let OnItem { on, mut item } = facts.on;
        for (said, kept) in [
            (&self.parents, &mut item.parents),
            (&self.pupil, &mut item.pupil),
            (&self.agencies, &mut item.agencies),
        ] {
            if let Some(said) = said {
                kept.clone_from(said);
            }
        }
        let known = facts.before;
        let row = item_discussion::Model {
            id: known.as_ref().map_or_else(|| work.op.id(), |row| row.id),
            authority_id: on.meeting.authority_id,
            meeting_id: on.meeting.id,
            item_id: item.id,
            school_id: on.meeting.school_id,
            child_id: item.child_id,
            text: self.text.clone(),
            put_off: self.put_off,
            written_by: work.op.actor().unwrap_or_default(),
            written_at: work.op.now,
            version: known.as_ref().map_or(1, |row| row.version),
        };
        if known.is_some() {
            work.update::<item_discussion::Entity>(row).await?;
        } else {
            work.insert::<item_discussion::Entity>(row).await?;
        }
        let part = ("AgendaItem", item.id, item.child_id);
        record_part(work, &on.meeting, part, PlanningEvent::ItemDiscussed);
        work.update::<agenda_item::Entity>(item).await?;
        Ok(self.item)
    }
}

/// Agree support for an item. Answers the id of the agreement.
#[derive(Clone, Debug, Serialize)]
pub struct AgreeSupport {
    /// The item.
    pub item: Uuid,
    /// In which form.
    pub form: SupportForm,
    /// The rank of a triage, 1 for the first.
    pub rank: Option<u32>,
    /// The service, for assessment and intervention.
    pub service: Option<SupportService>,
    /// The agreed time.
    pub minutes: Option<u32>,
    /// What was agreed.
    pub note: String,
}

/// What agreeing support rests on.
pub struct AgreeFacts {
    on: OnItem,
    contract: Option<traded_contract::Model>,
    facts: SupportFacts,
}

impl AgreeSupport {
    async fn facts(&self, work: &Work<'_>, on: OnItem) -> Result<AgreeFacts, Fault> {
        let system = System::within(work);
        let meeting = &on.on.meeting;
        let day = london::date_of(meeting.starts_at);
        let traded = self.form == SupportForm::TradedWork;
        let contract = if traded { system.contract_on(meeting.school_id, day).await? } else { None };
        let traded_left = match &contract {
            Some(contract) => Some(left(contract.minutes, system.traded(contract.id).await?)),
            None => None,
        };
        let of = (meeting.school_year, meeting.term);
        let mut allocation_left = None;
        if let Some(service) = self.service.filter(|_| !traded)
            && let Some(set) = system.allocation(meeting.school_id, of, service).await?
        {
            allocation_left = Some(left(set.minutes, system.agreed(meeting.school_id, of, service).await?));
        }
        let facts = SupportFacts {
            state: meeting.state,
            form: self.form,
            rank: self.rank,
            service: self.service.is_some(),
            minutes: self.minutes,
            traded_left,
            allocation_left,
        };
        Ok(AgreeFacts { on, contract, facts })
    }
}

/// What is left of some minutes.
fn left(of: i32, agreed: i64) -> u32 {
    u32::try_from((i64::from(of) - agreed).max(0)).unwrap_or(u32::MAX)
}

fn stored(minutes: Option<u32>) -> Option<i32> {
    minutes.and_then(|minutes| i32::try_from(minutes).ok())
}

impl Command for AgreeSupport {
    const ACTION: Action = Action::AgreeSupport;
    type Facts = AgreeFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AgreeFacts>, Fault> {
        let Some(on) = OnItem::load(work, self.item).await? else {
            return Ok(Gathered::NotFound(vec!["agendaItem"]));
        };
        let standing = on.on.standing();
        Ok(Gathered::Found { facts: self.facts(work, on).await?, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &AgreeFacts) -> (Findings, ()) {
        (decide_support(&facts.facts), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AgreeFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let AgreeFacts { on: OnItem { on, item }, contract, .. } = facts;
        let id = work.op.id();
        work.insert::<support_agreement::Entity>(support_agreement::Model {
            id,
            authority_id: on.meeting.authority_id,
            meeting_id: on.meeting.id,
            item_id: item.id,
            school_id: on.meeting.school_id,
            child_id: item.child_id,
            school_year: on.meeting.school_year,
            term: on.meeting.term,
            form: self.form,
            rank: stored(self.rank),
            service: self.service,
            minutes: stored(self.minutes),
            contract_id: contract.map(|contract| contract.id),
            note: self.note.clone(),
            agreed_by: work.op.actor().unwrap_or_default(),
            agreed_at: work.op.now,
            withdrawn_reason: None,
            version: 1,
        })
        .await?;
        let part = ("SupportAgreement", id, item.child_id);
        record_part(work, &on.meeting, part, PlanningEvent::SupportAgreed);
        Ok(id)
    }
}

/// Take an agreement on support back. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawSupport {
    /// The agreement.
    pub support: Uuid,
    /// Why it was a mistake.
    pub reason: String,
}

/// An agreement with its meeting, both locked.
pub struct OnSupport {
    on: OnMeeting,
    support: support_agreement::Model,
}

impl Command for WithdrawSupport {
    const ACTION: Action = Action::WithdrawSupport;
    type Facts = OnSupport;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<OnSupport>, Fault> {
        let found = OnMeeting::around::<support_agreement::Entity>(work, self.support, |row| row.meeting_id);
        let Some((on, support)) = found.await? else {
            return Ok(Gathered::NotFound(vec!["supportAgreement"]));
        };
        let (standing, target) = (on.standing(), Some((support.id, support.version)));
        Ok(Gathered::Found { facts: OnSupport { on, support }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &OnSupport) -> (Findings, ()) {
        let withdrawn = facts.support.withdrawn_reason.is_some();
        (decide_support_withdrawal(facts.on.meeting.state, withdrawn, &self.reason), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, facts: OnSupport, (): ()) -> Result<Uuid, Fault> {
        let OnSupport { on, mut support } = facts;
        support.withdrawn_reason = Some(self.reason.clone());
        let part = ("SupportAgreement", support.id, support.child_id);
        record_part(work, &on.meeting, part, PlanningEvent::SupportWithdrawn);
        work.update::<support_agreement::Entity>(support).await?;
        Ok(self.support)
    }
}

/// Agree an action. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct AgreeAction {
    /// The meeting; or the one of the item.
    pub meeting: Uuid,
    /// The item, where it is about one.
    pub item: Option<Uuid>,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// London date by which.
    pub due_on: NaiveDate,
}

/// What agreeing an action rests on.
pub struct ActionFacts {
    on: OnMeeting,
    item: Option<agenda_item::Model>,
}

impl Command for AgreeAction {
    const ACTION: Action = Action::AgreeMeetingAction;
    type Facts = ActionFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ActionFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let item = match self.item {
            Some(item) => work.find_shared::<agenda_item::Entity>(item).await?,
            None => None,
        };
        let item = item.filter(|item| item.meeting_id == on.meeting.id);
        if self.item.is_some() && item.is_none() {
            return Ok(Gathered::NotFound(vec!["agendaItem"]));
        }
        let standing = on.standing();
        Ok(Gathered::Found { facts: ActionFacts { on, item }, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &ActionFacts) -> (Findings, ()) {
        let held_on = london::date_of(facts.on.meeting.starts_at);
        (decide_action(facts.on.meeting.state, &self.what, &self.owner, self.due_on, held_on), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ActionFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let (meeting, id) = (&facts.on.meeting, work.op.id());
        let child_id = facts.item.and_then(|item| item.child_id);
        work.insert::<meeting_action::Entity>(meeting_action::Model {
            id,
            authority_id: meeting.authority_id,
            meeting_id: meeting.id,
            school_id: meeting.school_id,
            item_id: self.item,
            child_id,
            what: self.what.clone(),
            owner: self.owner.clone(),
            due_on: self.due_on,
            agreed_on: london::date_of(meeting.starts_at),
            closed_in: None,
            version: 1,
        })
        .await?;
        record_part(work, meeting, ("MeetingAction", id, child_id), PlanningEvent::ActionAgreed);
        Ok(id)
    }
}

/// Say what became of an action that was brought forward. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerAction {
    /// The meeting to which it was brought.
    pub meeting: Uuid,
    /// The action.
    pub action: Uuid,
    /// What became of it.
    pub outcome: ActionOutcome,
    /// The note to that.
    pub note: String,
}

/// What answering rests on.
pub struct AnswerFacts {
    on: OnMeeting,
    action: meeting_action::Model,
    brought_here: bool,
    before: Option<action_outcome::Model>,
}

impl Command for AnswerAction {
    const ACTION: Action = Action::AnswerMeetingAction;
    type Facts = AnswerFacts;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<AnswerFacts>, Fault> {
        let Some(on) = OnMeeting::load(work, self.meeting).await? else {
            return Ok(Gathered::NotFound(vec!["meeting"]));
        };
        let Some(action) = work.find::<meeting_action::Entity>(self.action).await? else {
            return Ok(Gathered::NotFound(vec!["meetingAction"]));
        };
        let system = System::within(work);
        let brought = system.brought_forward(&on.meeting).await?;
        let before = system.action_outcomes(on.meeting.id).await?.remove(&action.id);
        let (standing, target) = (on.standing(), Some((action.id, action.version)));
        let brought_here = brought.iter().any(|row| row.id == action.id);
        Ok(Gathered::Found { facts: AnswerFacts { on, action, brought_here, before }, standing, target })
    }

    fn decide(&self, _: &Op, facts: &AnswerFacts) -> (Findings, ()) {
        (decide_action_outcome(facts.on.meeting.state, facts.brought_here, &self.note), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: AnswerFacts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let AnswerFacts { on, mut action, before, .. } = facts;
        let row = action_outcome::Model {
            id: before.as_ref().map_or_else(|| work.op.id(), |row| row.id),
            authority_id: on.meeting.authority_id,
            meeting_id: on.meeting.id,
            action_id: action.id,
            school_id: on.meeting.school_id,
            child_id: action.child_id,
            outcome: self.outcome,
            note: self.note.clone(),
            recorded_by: work.op.actor().unwrap_or_default(),
            recorded_at: work.op.now,
            version: before.as_ref().map_or(1, |row| row.version),
        };
        if before.is_some() {
            work.update::<action_outcome::Entity>(row).await?;
        } else {
            work.insert::<action_outcome::Entity>(row).await?;
        }
        action.closed_in = (self.outcome != ActionOutcome::CarriedForward).then_some(on.meeting.id);
        let part = ("MeetingAction", action.id, action.child_id);
        record_part(work, &on.meeting, part, PlanningEvent::ActionAnswered);
        work.update::<meeting_action::Entity>(action).await?;
        Ok(self.action)
    }
}
