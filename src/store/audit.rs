//! The access audit: who read which child's record, when and through what (XC-10).

use super::{Fault, Store};
use crate::op::Op;
use entity::access_audit;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

impl Store {
    /// Writes down the reads that the operation noted, before its reply leaves.
    pub async fn audit_reads(&self, op: &Op, operation: &str) -> Result<(), Fault> {
        let Some(viewer) = op.viewer.as_deref() else { return Ok(()) };
        let reads = op.take_reads();
        if reads.is_empty() {
            return Ok(());
        }
        let rows = reads.into_iter().map(|child_id| {
            let row = access_audit::Model {
                id: op.id(),
                person_id: viewer.person,
                child_id,
                authority_id: None,
                operation: operation.chars().take(200).collect(),
                request_id: op.request_id.to_string(),
                at: op.now,
            };
            row.into_active_model().reset_all()
        });
        let rows: Vec<_> = rows.collect();
        for some in rows.chunks(1_000) {
            access_audit::Entity::insert_many(some.to_vec()).exec_without_returning(&self.writer).await?;
        }
        Ok(())
    }
}
