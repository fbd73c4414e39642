//! Flags and needs, and the deadlines that they set by themselves, wherever they are set: on the roll, by import, by the
//! school, with a move (GR-3, GR-13, XC-11).

use super::{Response, beginning};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::graduated::facts::needs_of;
use crate::store::graduated::flags::Flags;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::NaiveDate;
use domain::access::Action;
use domain::calendar::Calendar;
use domain::child::{Need, VulnerabilityKind};
use domain::duty::{DutyState, NewDuty};
use domain::graduated::GraduatedEvent;
use domain::graduated::duties::{decide_flag, decide_flag_end, exclusion_discussion, sensory_referral};
use domain::graduated::record::is_sensory;
use domain::london;
use domain::policy::Policy;
use domain::refusal::Findings;
use domain::rule::RuleId;
use entity::{duty, graduated_response, vulnerability};
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// What the flags of a child ask for: each a rule and the object that the deadline is on, with the flag's first day.
fn asked_for(known: &Flags, child: &entity::child::Model) -> Vec<(RuleId, Uuid, NaiveDate)> {
    let mut asked = Vec::new();
    let referred = known.referrals.iter().any(|row| row.child_id == child.id);
    if needs_of(child).into_iter().any(is_sensory) && !referred {
        asked.push((RuleId::Gr3, child.id, NaiveDate::MIN));
    }
    for flag in known.at_risk.iter().filter(|flag| flag.child_id == child.id) {
        let discussed = |contact: &entity::link_contact::Model| {
            contact.child_id == child.id && contact.contacted_on >= flag.from_date
        };
        if !known.contacts.iter().any(discussed) {
            asked.push((RuleId::Gr13, flag.id, flag.from_date));
        }
    }
    asked
}

/// Sets the deadlines that the flags of these children ask for, and takes back those for which nothing asks any longer.
/// The children are locked, or were just written.
pub async fn raise(work: &mut Work<'_>, children: &[Uuid]) -> Result<(), Fault> {
    for some in children.chunks(1_000) {
        raise_some(work, some).await?;
    }
    Ok(())
}

async fn raise_some(work: &mut Work<'_>, children: &[Uuid]) -> Result<(), Fault> {
    let known = System::within(work).flags(children).await?;
    let mut responses: HashMap<Uuid, Uuid> =
        known.responses.iter().map(|(child, row)| (*child, row.id)).collect();
    let (mut begun, mut new, mut counted) = (Vec::new(), Vec::new(), HashMap::new());
    let mut asked_of = HashMap::new();
    for child in &known.children {
        let asked = asked_for(&known, child);
        let held = known.held.get(&child.id).ok_or(Fault::Unexpected("a child whom nobody holds"))?;
        for (rule, on, from) in &asked {
            let stands = |row: &duty::Model| row.on_id == *on && row.rule == rule.as_str();
            if known.duties.iter().any(stands) {
                continue;
            }
            let case = *responses.entry(child.id).or_insert_with(|| {
                let row = beginning(work, held);
                let id = row.id;
                begun.push(row);
                id
            });
            let (calendar, policy) = match counted.entry(held.authority_id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(counting(work, held.authority_id).await?),
            };
            let duty = new_duty(work.op.today(), *rule, *from, calendar, policy)?;
            new.push((work.response_subject(case, held, "Child", *on), duty));
        }
        asked_of.insert(child.id, asked);
    }
    work.insert_all::<graduated_response::Entity>(begun).await?;
    work.set_duties(new).await?;
    for row in &known.duties {
        let asked = row.child_id.and_then(|child| asked_of.get(&child));
        let stands = asked.is_some_and(|asked| {
            asked.iter().any(|(rule, on, _)| row.on_id == *on && row.rule == rule.as_str())
        });
        if !stands && row.state == DutyState::Open {
            let rule = RuleId::parse(&row.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
            work.withdraw_duty(row.on_id, rule).await?;
        }
    }
    Ok(())
}

/// By what an authority counts.
async fn counting(work: &Work<'_>, authority: Uuid) -> Result<(Calendar, Policy), Fault> {
    let system = System::within(work);
    Ok((system.calendar(authority).await?, system.policy(authority).await?))
}

fn new_duty(
    today: NaiveDate,
    rule: RuleId,
    from: NaiveDate,
    calendar: &Calendar,
    policy: &Policy,
) -> Result<NewDuty, Fault> {
    Ok(match rule {
        RuleId::Gr3 => sensory_referral(today, calendar, policy)?,
        _ => exclusion_discussion(from, today, calendar, policy)?,
    })
}

/// The risk of exclusion was discussed with the link EP or inclusion partner on a London date: that meets the deadlines of
/// the flags that were set by then (GR-13).
pub(super) async fn discussed(work: &mut Work<'_>, child: Uuid, on: NaiveDate) -> Result<(), Fault> {
    let known = System::within(work).flags(&[child]).await?;
    let at = london::end_of_day(on).min(work.op.now);
    for flag in known.at_risk.iter().filter(|flag| flag.from_date <= on) {
        work.meet_duty(flag.id, RuleId::Gr13, at).await?;
    }
    Ok(())
}

/// A contact was taken back: the deadlines that it met are open again, where no other contact met them.
pub(super) async fn undiscussed(work: &mut Work<'_>, child: Uuid) -> Result<(), Fault> {
    let known = System::within(work).flags(&[child]).await?;
    for row in &known.children {
        for (rule, on, _) in asked_for(&known, row) {
            if rule == RuleId::Gr13 && !known.duties.iter().any(|duty| duty.on_id == on) {
                work.reopen_duty(on, RuleId::Gr13).await?;
            }
        }
    }
    Ok(())
}

/// Set a vulnerability flag. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct SetFlag {
    /// The child.
    pub child: Uuid,
    /// Which flag.
    pub kind: VulnerabilityKind,
    /// First London date; today without one.
    pub from: Option<NaiveDate>,
}

impl SetFlag {
    fn from(&self, today: NaiveDate) -> NaiveDate {
        self.from.unwrap_or(today)
    }
}

impl Command for SetFlag {
    const ACTION: Action = Action::SetVulnerability;
    /// The child, and whether the flag is set.
    type Facts = (Response, bool);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let Some(response) = Response::load(work, self.child).await? else {
            return Ok(Gathered::NotFound(vec!["child"]));
        };
        let already = System::within(work).has_flag(self.child, self.kind).await?;
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: (response, already), standing, target: None })
    }

    fn decide(&self, op: &Op, (response, already): &Self::Facts) -> (Findings, ()) {
        (decide_flag(*already, self.from(op.today()), response.child.date_of_birth, op.today()), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, _): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        let flag = vulnerability::Model {
            id: work.op.id(),
            child_id: self.child,
            kind: self.kind,
            from_date: self.from(work.op.today()),
            to_date: None,
        };
        work.insert::<vulnerability::Entity>(flag).await?;
        changed(work, &response, GraduatedEvent::VulnerabilityChanged).await
    }
}

async fn changed(work: &mut Work<'_>, response: &Response, event: GraduatedEvent) -> Result<Uuid, Fault> {
    let child = response.child.id;
    response.record(work, "Child", child, event).await?;
    raise(work, &[child]).await?;
    Ok(child)
}

/// End a vulnerability flag. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct EndFlag {
    /// The flag.
    pub flag: Uuid,
    /// Last London date; today without one.
    pub to: Option<NaiveDate>,
}

impl Command for EndFlag {
    const ACTION: Action = Action::EndVulnerability;
    type Facts = (Response, vulnerability::Model);
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Self::Facts>, Fault> {
        let found = Response::around::<vulnerability::Entity>(work, self.flag).await?;
        let Some((response, row)) = found else { return Ok(Gathered::NotFound(vec!["vulnerability"])) };
        let standing = response.standing.clone();
        Ok(Gathered::Found { facts: (response, row), standing, target: None })
    }

    fn decide(&self, op: &Op, (_, row): &Self::Facts) -> (Findings, ()) {
        let to = self.to.unwrap_or_else(|| op.today());
        (decide_flag_end(row.to_date.is_some(), row.from_date, to, op.today()), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        (response, row): Self::Facts,
        (): (),
    ) -> Result<Uuid, Fault> {
        work.end_flag(row, self.to.unwrap_or_else(|| work.op.today())).await?;
        changed(work, &response, GraduatedEvent::VulnerabilityChanged).await
    }
}

/// Record a child's needs. Answers the id of the child.
#[derive(Clone, Debug, Serialize)]
pub struct RecordNeeds {
    /// The child.
    pub child: Uuid,
    /// Primary need.
    pub primary: Option<Need>,
    /// Further needs.
    pub further: Vec<Need>,
}

impl Command for RecordNeeds {
    const ACTION: Action = Action::RecordNeeds;
    type Facts = Response;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<Response>, Fault> {
        Ok(match Response::load(work, self.child).await? {
            None => Gathered::NotFound(vec!["child"]),
            Some(response) => {
                let target = Some((response.child.id, response.child.version));
                Gathered::Found { standing: response.standing.clone(), target, facts: response }
            }
        })
    }

    fn decide(&self, _: &Op, _: &Response) -> (Findings, ()) {
        (domain::registration::decide_needs(self.primary, &self.further), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        response: Response,
        (): (),
    ) -> Result<Uuid, Fault> {
        work.set_needs(self.child, self.primary, &self.further).await?;
        changed(work, &response, GraduatedEvent::NeedsChanged).await
    }
}
