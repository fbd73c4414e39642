//! Reads that need the rulebook: where children stand on the path, and what a consultation's pack lacks (GR-10, GR-14).

use super::link::pack;
use crate::op::Op;
use crate::store::graduated::facts::{Known, read};
use crate::store::{Fault, Store};
use domain::graduated::link::Pack;
use domain::graduated::pathway::{PathwayStep, pathway};
use entity::{child, link_consultation};
use std::collections::HashMap;
use uuid::Uuid;

/// The path of each of these children whose casework the viewer sees.
pub async fn pathways(
    store: &Store,
    op: &Op,
    children: &[Uuid],
) -> Result<HashMap<Uuid, [PathwayStep; 9]>, Fault> {
    let known = known(store, op, children).await?;
    Ok(known.into_iter().map(|(id, known)| (id, pathway(&known.record, &known.figures))).collect())
}

/// The packs of these consultations, which the viewer sees.
pub async fn packs(
    store: &Store,
    op: &Op,
    rows: &[link_consultation::Model],
) -> Result<HashMap<Uuid, Pack>, Fault> {
    let children: Vec<_> = rows.iter().map(|row| row.child_id).collect();
    let known = known(store, op, &children).await?;
    let packs = rows.iter().filter_map(|row| {
        let record = &known.get(&row.child_id)?.record;
        Some((row.id, pack(record, row, &row.professional_reports)))
    });
    Ok(packs.collect())
}

async fn known(store: &Store, op: &Op, children: &[Uuid]) -> Result<HashMap<Uuid, Known>, Fault> {
    let seen: Vec<child::Model> = store.read(op).casework_of(children).await?;
    read(store, op.today(), &seen).await
}
