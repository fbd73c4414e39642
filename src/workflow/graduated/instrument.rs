//! The instruments of an authority: which are standardised, and how often each may be used in a school year (GR-7).

use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::calendar::lock_own_authority;
use crate::workflow::command::{Command, Gathered};
use domain::access::{Action, Standing};
use domain::graduated::evidence::decide_instrument;
use domain::name::fold;
use domain::refusal::Findings;
use entity::instrument;
use serde::Serialize;
use uuid::Uuid;

/// Add an instrument to the list. Answers its id.
#[derive(Clone, Debug, Serialize)]
pub struct AddInstrument {
    /// The authority.
    pub authority: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it is standardised.
    pub standardised: bool,
    /// How often it may be used for a child in a school year, where that differs from the policy.
    pub yearly_maximum: Option<i32>,
}

impl Command for AddInstrument {
    const ACTION: Action = Action::AddInstrument;
    /// Whether the list has one of that name.
    type Facts = bool;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<bool>, Fault> {
        let Some(standing) = lock_own_authority(work, self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let known = System::within(work).instrument_named(self.authority, &fold(&self.name)).await?;
        Ok(Gathered::Found { facts: known.is_some(), standing, target: None })
    }

    fn decide(&self, _: &Op, known: &bool) -> (Findings, ()) {
        (decide_instrument(*known, &self.name, self.yearly_maximum), ())
    }

    async fn apply(&self, _: &Service, work: &mut Work<'_>, _: bool, (): ()) -> Result<Uuid, Fault> {
        let row = instrument::Model {
            id: work.op.id(),
            authority_id: self.authority,
            name: self.name.trim().to_owned(),
            folded: fold(&self.name),
            standardised: self.standardised,
            yearly_maximum: self.yearly_maximum,
            retired_at: None,
            version: 1,
        };
        let id = row.id;
        work.record_instrument(&row);
        work.insert::<instrument::Entity>(row).await?;
        Ok(id)
    }
}

/// Change an instrument, or retire it. What was assessed with it stays as it was.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeInstrument {
    /// The instrument.
    pub instrument: Uuid,
    /// Whether it is standardised.
    pub standardised: Option<bool>,
    /// How often it may be used for a child in a school year; 0 for as often as the policy says.
    pub yearly_maximum: Option<i32>,
    /// Whether it is off the list.
    pub retired: Option<bool>,
}

impl ChangeInstrument {
    /// The instrument's own maximum after the change.
    fn maximum(&self, before: Option<i32>) -> Option<i32> {
        match self.yearly_maximum {
            None => before,
            Some(0) => None,
            some => some,
        }
    }
}

impl Command for ChangeInstrument {
    const ACTION: Action = Action::ChangeInstrument;
    type Facts = instrument::Model;
    type Plan = ();

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<instrument::Model>, Fault> {
        let Some(row) = work.find::<instrument::Entity>(self.instrument).await? else {
            return Ok(Gathered::NotFound(vec!["instrument"]));
        };
        let standing = Standing { authority: row.authority_id, ..Standing::default() };
        let target = Some((row.id, row.version));
        Ok(Gathered::Found { facts: row, standing, target })
    }

    fn decide(&self, _: &Op, row: &instrument::Model) -> (Findings, ()) {
        (decide_instrument(false, &row.name, self.maximum(row.yearly_maximum)), ())
    }

    async fn apply(
        &self,
        _: &Service,
        work: &mut Work<'_>,
        row: instrument::Model,
        (): (),
    ) -> Result<Uuid, Fault> {
        let id = row.id;
        let retired_at = match self.retired {
            None => row.retired_at,
            Some(false) => None,
            Some(true) => Some(row.retired_at.unwrap_or(work.op.now)),
        };
        let changed = instrument::Model {
            standardised: self.standardised.unwrap_or(row.standardised),
            yearly_maximum: self.maximum(row.yearly_maximum),
            retired_at,
            ..row
        };
        work.record_instrument(&changed);
        work.update::<instrument::Entity>(changed).await?;
        Ok(id)
    }
}
