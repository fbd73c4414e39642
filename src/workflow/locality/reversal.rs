//! Steps of a locality group that were taken by mistake (XC-22).

use super::anonymity::Around;
use super::invitations::{invite, regroup};
use super::session::SessionPlan;
use super::{OnItem, OnSession};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use crate::workflow::term_due::not_met;
use domain::access::Action;
use domain::locality::reversal::{
    decide_item_reversal, decide_session_reversal, item_before, session_before,
};
use domain::locality::{ItemState, LocalityEvent, SessionState};
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::locality_term;
use serde::Serialize;
use uuid::Uuid;

/// Take the last step of a session back.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseSession {
    /// The session.
    pub session: Uuid,
    /// Why.
    pub reason: String,
}

/// What taking a session's step back rests on.
pub struct SessionFacts {
    on: OnSession,
    begun: bool,
    around: Around,
    /// What planning it again rests on, where it was called off.
    again: Option<SessionPlan>,
}

impl Command for ReverseSession {
    const ACTION: Action = Action::ReverseLocalitySessionStep;
    type Facts = SessionFacts;
    type Plan = Option<SessionState>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<SessionFacts>, Fault> {
        let Some(on) = OnSession::load(work, self.session).await? else {
            return Ok(Gathered::NotFound(vec!["session"]));
        };
        let system = System::within(work);
        let items = system.items_of_session(self.session).await?;
        let begun = system.worked_in(self.session).await?
            || items.iter().any(|item| item.state.had(ItemState::Outline));
        let around = on.around(work).await?;
        let again = match on.session.state {
            SessionState::Cancelled => SessionPlan::again(work, &on.session).await?,
            _ => None,
        };
        let (standing, target) = (on.standing(), Some((on.session.id, on.session.version)));
        Ok(Gathered::Found { facts: SessionFacts { on, begun, around, again }, standing, target })
    }

    fn decide(&self, op: &Op, facts: &SessionFacts) -> (Findings, Option<SessionState>) {
        let session = &facts.on.session;
        let before = session_before(session.state, session.starts_at > op.now);
        let mut findings = decide_session_reversal(before, facts.begun, &self.reason);
        // What has passed is refused above, with nothing else.
        if let (Some(_), Some(again)) = (before, &facts.again) {
            let mut of_plan = again.decide();
            of_plan.refusals.iter_mut().for_each(|refusal| "session".clone_into(&mut refusal.path));
            findings.extend(of_plan);
        }
        (findings, before)
    }

    fn around(&self, facts: &SessionFacts) -> Option<Around> {
        Some(facts.around.clone())
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: SessionFacts,
        before: Option<SessionState>,
    ) -> Result<Uuid, Fault> {
        let before = before.ok_or(Fault::Unexpected("a step that cannot be taken back"))?;
        let mut on = facts.on;
        match on.session.state {
            SessionState::InProgress => {
                on.session.started_at = None;
                // The group did not follow its family while the session ran.
                regroup(work, std::slice::from_ref(&on.session)).await?;
                invite(service, work, &mut on.session, false).await?;
                work.remove_attendance(on.session.id).await?;
                // The locality had its session of the term where another was held.
                let locality = [on.session.locality_id];
                let due = !System::within(work).with_open_schools(&locality).await?.is_empty();
                if due && !System::within(work).another_held(&on.session).await? {
                    let of = (on.session.school_year, on.session.term);
                    not_met::<locality_term::Entity>(work, on.session.locality_id, of).await?;
                }
            }
            SessionState::Cancelled => {
                on.session.cancelled_reason = None;
                on.session.invitation_sequence += 1;
                let term = facts.again.and_then(|again| again.term);
                let term = term.ok_or(Fault::Unexpected("a session without a term"))?;
                (on.session.school_year, on.session.term) = (term.school_year, term.name);
                regroup(work, std::slice::from_ref(&on.session)).await?;
                invite(service, work, &mut on.session, false).await?;
            }
            SessionState::Closed | SessionState::Planned => on.session.closed_at = None,
        }
        on.session.state = before;
        on.save(work, LocalityEvent::SessionReversed { to: before, reason: self.reason.clone() }).await
    }
}

/// What taking an item's step back rests on.
pub struct ItemFacts {
    on: OnItem,
    written: bool,
}

impl ItemFacts {
    async fn gather(work: &Work<'_>, item: Uuid) -> Result<Gathered<Self>, Fault> {
        let Some(on) = OnItem::load(work, item).await? else {
            return Ok(Gathered::NotFound(vec!["item"]));
        };
        let system = System::within(work);
        let marked = system.offered(item).await?.iter().any(|row| row.helpful.is_some());
        let written = system.noted(&on.item).await? || marked && on.item.state == ItemState::Feedback;
        let (standing, target) = (on.standing(), Some((on.item.id, on.item.version)));
        Ok(Gathered::Found { facts: Self { on, written }, standing, target })
    }

    /// The decision for states from which a command takes a step back.
    fn decide(&self, reason: &str, of: impl Fn(ItemState) -> bool) -> (Findings, Option<ItemState>) {
        let before = item_before(self.on.item.state).filter(|_| of(self.on.item.state));
        (decide_item_reversal(self.on.on.session.state, before, self.written, reason), before)
    }

    async fn save(self, work: &mut Work<'_>, to: ItemState, reason: &str) -> Result<Uuid, Fault> {
        let mut on = self.on;
        on.item.state = to;
        on.save(work, LocalityEvent::ItemStepReversed { to, reason: reason.to_owned() }).await
    }
}

/// Take the last step of an item's consultation back.
#[derive(Clone, Debug, Serialize)]
pub struct ReverseItemStep {
    /// The item.
    pub item: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for ReverseItemStep {
    const ACTION: Action = Action::ReverseLocalityItemStep;
    type Facts = ItemFacts;
    type Plan = Option<ItemState>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ItemFacts>, Fault> {
        ItemFacts::gather(work, self.item).await
    }

    fn decide(&self, _: &Op, facts: &ItemFacts) -> (Findings, Option<ItemState>) {
        facts.decide(&self.reason, |state| state <= ItemState::Feedback)
    }

    fn around(&self, facts: &ItemFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        mut facts: ItemFacts,
        before: Option<ItemState>,
    ) -> Result<Uuid, Fault> {
        let before = before.ok_or(Fault::Unexpected("a step that cannot be taken back"))?;
        if facts.on.item.state == ItemState::Feedback {
            facts.on.item.feedback_on = None;
            work.withdraw_duty(self.item, RuleId::Lg7).await?;
        }
        facts.save(work, before, &self.reason).await
    }
}

/// Take the action plan of an item back, or the review of its impact.
#[derive(Clone, Debug, Serialize)]
pub struct ReversePlan {
    /// The item.
    pub item: Uuid,
    /// Why.
    pub reason: String,
}

impl Command for ReversePlan {
    const ACTION: Action = Action::ReverseActionPlanStep;
    type Facts = ItemFacts;
    type Plan = Option<ItemState>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<ItemFacts>, Fault> {
        ItemFacts::gather(work, self.item).await
    }

    fn decide(&self, _: &Op, facts: &ItemFacts) -> (Findings, Option<ItemState>) {
        facts.decide(&self.reason, |state| state > ItemState::Feedback)
    }

    fn around(&self, facts: &ItemFacts) -> Option<Around> {
        Some(facts.on.around())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        facts: ItemFacts,
        before: Option<ItemState>,
    ) -> Result<Uuid, Fault> {
        let before = before.ok_or(Fault::Unexpected("a step that cannot be taken back"))?;
        let senco = facts.on.senco(work).await?;
        if before == ItemState::Feedback {
            work.remove_action_plan(self.item).await?;
            work.withdraw_duty(self.item, RuleId::Lg8).await?;
            work.reopen_duty_of(self.item, RuleId::Lg7, senco).await?;
        } else {
            work.remove_review(self.item).await?;
            work.reopen_duty_of(self.item, RuleId::Lg8, senco).await?;
        }
        facts.save(work, before, &self.reason).await
    }
}
