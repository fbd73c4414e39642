//! Deadlines: set, met, withdrawn, moved, and found when they are breached. The cost of a sweep follows what is due.

use super::Fault;
use super::facts::System;
use super::work::Work;
use crate::op::Op;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::duty::{DutyState, EscalationState, NewDuty, Which};
use domain::event::{DutyEvent, Event, Subject};
use domain::rule::RuleId;
use entity::{duty, escalation, escalation_told};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The breached duties that nobody has acted on yet, oldest first.
pub async fn breached(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<duty::Model>, Fault> {
    let found = duty::Entity::find()
        .filter(duty::Column::State.eq(DutyState::Open))
        .filter(duty::Column::BreachedAt.is_null())
        .filter(duty::Column::DueAt.lt(now - chrono::TimeDelta::milliseconds(999)))
        .order_by_asc(duty::Column::DueAt)
        .limit(limit)
        .all(db)
        .await?;
    // The index narrows to the second; the rule decides (XC-12).
    let mut overdue = Vec::with_capacity(found.len());
    for row in found {
        let due: domain::calendar::DueDate = serde_json::from_value(row.due.clone())?;
        if due.overdue(now) {
            overdue.push(row);
        }
    }
    Ok(overdue)
}

impl System<'_> {
    /// Who was told of an escalation.
    pub async fn told(&self, escalation: Uuid) -> Result<Vec<escalation_told::Model>, Fault> {
        let told = escalation_told::Entity::find()
            .filter(escalation_told::Column::EscalationId.eq(escalation))
            .all(self.tx)
            .await?;
        Ok(told)
    }
}

impl Work<'_> {
    /// Sets a duty on a case.
    pub async fn set_duty(&self, subject: &Subject, new: NewDuty) -> Result<(), Fault> {
        self.insert::<duty::Entity>(duty_model(self.op, subject, &new)?).await
    }

    /// Sets a duty in place of the open one on the same object: a due date that was reckoned anew. One that was breached
    /// ends with its escalation; one that was not moves, with an event, unless it is nobody's.
    pub async fn replace_duty(&mut self, subject: &Subject, new: NewDuty) -> Result<(), Fault> {
        let which = Which { rule: new.rule, step: new.step };
        for row in self.open_duties(duty_on(subject.id, which)).await? {
            if row.due_on == new.due.on {
                return Ok(());
            }
            if row.breached_at.is_none() {
                return self.move_duty(&row, &new.due, new.remind_at).await;
            }
            self.end_duty(&row, DutyState::Withdrawn, EscalationState::Withdrawn).await?;
        }
        self.set_duty(subject, new).await
    }

    async fn open_duties(&self, condition: Condition) -> Result<Vec<duty::Model>, Fault> {
        let found = duty::Entity::find()
            .filter(condition)
            .filter(duty::Column::State.eq(DutyState::Open))
            .order_by_asc(duty::Column::Id)
            .all(&self.tx)
            .await?;
        Ok(found)
    }

    /// Marks the open duty on an object as done at an instant: in time, or late, which closes its escalation and is kept.
    pub async fn meet_duty(
        &mut self,
        on: Uuid,
        which: impl Into<Which> + Send,
        at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        for row in self.open_duties(duty_on(on, which.into())).await? {
            let due: domain::calendar::DueDate = serde_json::from_value(row.due.clone())?;
            let late = row.breached_at.is_some() || due.overdue(at);
            let state = if late { DutyState::MetLate } else { DutyState::Met };
            self.end_duty(&row, state, EscalationState::MetLate).await?;
        }
        Ok(())
    }

    /// Takes back the open duty on an object.
    pub async fn withdraw_duty(&mut self, on: Uuid, which: impl Into<Which> + Send) -> Result<(), Fault> {
        self.withdraw(duty_on(on, which.into())).await
    }

    /// Takes back every open duty of a case.
    pub async fn withdraw_duties(&mut self, case: Uuid) -> Result<(), Fault> {
        self.withdraw(Condition::all().add(duty::Column::CaseId.eq(case))).await
    }

    async fn withdraw(&mut self, condition: Condition) -> Result<(), Fault> {
        for row in self.open_duties(condition).await? {
            self.end_duty(&row, DutyState::Withdrawn, EscalationState::Withdrawn).await?;
        }
        Ok(())
    }

    async fn end_duty(
        &mut self,
        row: &duty::Model,
        state: DutyState,
        closes: EscalationState,
    ) -> Result<(), Fault> {
        duty::Entity::update_many()
            .col_expr(duty::Column::State, Expr::val(enum_text(&state)))
            .col_expr(duty::Column::EndedAt, Expr::val(self.op.now))
            .filter(duty::Column::Id.eq(row.id))
            .exec(&self.tx)
            .await?;
        let raised =
            escalation::Entity::find().filter(escalation::Column::DutyId.eq(row.id)).one(&self.tx).await?;
        if let Some(mut raised) = raised.filter(|raised| raised.state.is_open()) {
            raised.state = closes;
            raised.resolved_at = Some(self.op.now);
            let subject = escalation_subject(&raised);
            self.update::<escalation::Entity>(raised).await?;
            self.record(subject, Event::Duty(DutyEvent::EscalationResolved));
        }
        Ok(())
    }

    /// Opens the newest ended duty on an object again, since the step that ended it was a mistake.
    pub async fn reopen_duty(&self, on: Uuid, which: impl Into<Which> + Send) -> Result<(), Fault> {
        let newest = duty::Entity::find()
            .filter(duty_on(on, which.into()))
            .order_by_desc(duty::Column::Id)
            .one(&self.tx)
            .await?;
        match newest {
            Some(row) => self.reopen(&row).await,
            None => Ok(()),
        }
    }

    /// The same, as somebody's: whoever's it was may have left.
    pub async fn reopen_duty_of(
        &self,
        on: Uuid,
        which: impl Into<Which> + Send,
        owner: Uuid,
    ) -> Result<(), Fault> {
        let which = which.into();
        self.reopen_duty(on, which).await?;
        duty::Entity::update_many()
            .col_expr(duty::Column::OwnerId, Expr::val(owner))
            .filter(duty_on(on, which))
            .filter(duty::Column::State.eq(DutyState::Open))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    async fn reopen(&self, row: &duty::Model) -> Result<(), Fault> {
        let raised =
            escalation::Entity::find().filter(escalation::Column::DutyId.eq(row.id)).one(&self.tx).await?;
        // A breach that was escalated stays one; a duty has one escalation at most.
        let breached_at = row.breached_at.filter(|_| raised.is_some());
        duty::Entity::update_many()
            .col_expr(duty::Column::State, Expr::val(enum_text(&DutyState::Open)))
            .col_expr(duty::Column::EndedAt, Expr::val(None::<DateTime<Utc>>))
            .col_expr(duty::Column::BreachedAt, Expr::val(breached_at))
            .filter(duty::Column::Id.eq(row.id))
            .exec(&self.tx)
            .await?;
        Ok(())
    }

    /// Opens the duties of a case again that its end withdrew, since the end was a mistake. What was withdrawn at another
    /// time stays so. Answers the instant of the end.
    pub async fn reopen_withdrawn(&self, case: Uuid) -> Result<Option<DateTime<Utc>>, Fault> {
        let withdrawn = duty::Entity::find()
            .filter(duty::Column::CaseId.eq(case))
            .filter(duty::Column::State.eq(DutyState::Withdrawn))
            .order_by_desc(duty::Column::EndedAt)
            .all(&self.tx)
            .await?;
        let end = withdrawn.first().and_then(|row| row.ended_at);
        for row in withdrawn.into_iter().filter(|row| row.ended_at == end) {
            self.reopen(&row).await?;
        }
        Ok(end)
    }

    /// Claims a breached duty for this sweep; false where another sweep was first, or it was met meanwhile.
    pub async fn claim_breach(&self, id: Uuid) -> Result<bool, Fault> {
        let claimed = duty::Entity::update_many()
            .col_expr(duty::Column::BreachedAt, Expr::val(self.op.now))
            .filter(duty::Column::Id.eq(id))
            .filter(duty::Column::State.eq(DutyState::Open))
            .filter(duty::Column::BreachedAt.is_null())
            .exec(&self.tx)
            .await?;
        Ok(claimed.rows_affected == 1)
    }

    /// Raises the one escalation of a breached duty, to everybody who holds one of these roles in the authority; of the
    /// role whose duty it was, where it was one person's, to that person only.
    pub async fn escalate(&mut self, breached: &duty::Model, told: &[Role]) -> Result<Uuid, Fault> {
        let raised = escalation::Model {
            id: self.op.id(),
            authority_id: breached.authority_id,
            duty_id: breached.id,
            rule: breached.rule.clone(),
            case_id: breached.case_id,
            part_id: breached.part_id,
            child_id: breached.child_id,
            school_id: breached.school_id,
            state: EscalationState::Raised,
            assigned_to: None,
            raised_at: self.op.now,
            acknowledged_at: None,
            acknowledged_by: None,
            resolved_at: None,
            resolved_by: None,
            resolution: None,
            version: 1,
        };
        let (id, subject) = (raised.id, escalation_subject(&raised));
        self.insert::<escalation::Entity>(raised).await?;
        for role in told {
            self.insert::<escalation_told::Entity>(escalation_told::Model {
                id: self.op.id(),
                escalation_id: id,
                role: *role,
                person_id: breached.owner_id.filter(|_| *role == breached.owner_role),
                told_at: self.op.now,
            })
            .await?;
        }
        let rule = RuleId::parse(&breached.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
        self.record(subject, Event::Duty(DutyEvent::EscalationRaised { rule }));
        Ok(id)
    }
}

/// The row of a new duty.
pub(super) fn duty_model(op: &Op, subject: &Subject, new: &NewDuty) -> Result<duty::Model, Fault> {
    Ok(duty::Model {
        id: op.id(),
        authority_id: subject.authority,
        rule: new.rule.as_str().to_owned(),
        state: DutyState::Open,
        step: new.step,
        on_id: subject.id,
        case_id: subject.case,
        part_id: subject.part,
        child_id: subject.child,
        school_id: subject.school,
        owner_role: new.owner.role,
        owner_id: new.owner.person,
        due_on: new.due.on,
        due_at: new.due.at,
        policy_version: new.due.policy_version,
        due: serde_json::to_value(&new.due)?,
        set_at: op.now,
        remind_at: new.remind_at,
        reminded_at: None,
        breached_at: None,
        ended_at: None,
    })
}

pub(super) fn duty_on(on: Uuid, which: Which) -> Condition {
    let step = match which.step {
        Some(step) => duty::Column::Step.eq(step),
        None => duty::Column::Step.is_null(),
    };
    Condition::all().add(duty::Column::OnId.eq(on)).add(duty::Column::Rule.eq(which.rule.as_str())).add(step)
}

/// What an event about an escalation is about.
pub fn escalation_subject(raised: &escalation::Model) -> Subject {
    Subject {
        authority: raised.authority_id,
        kind: "Escalation",
        id: raised.id,
        child: raised.child_id,
        school: raised.school_id,
        case: raised.case_id,
        part: raised.part_id,
    }
}

/// An enum as its column holds it.
pub(super) fn enum_text<T: sea_orm::ActiveEnum<Value = String>>(value: &T) -> String {
    value.to_value()
}
