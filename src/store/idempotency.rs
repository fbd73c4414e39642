//! The outcome of each change that carried an idempotency key, kept in the transaction of the change.

use super::Fault;
use super::work::Work;
use domain::refusal::Advisory;
use entity::idempotency_key;
use sea_orm::EntityTrait;
use uuid::Uuid;

/// What a change did when its key was first used.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The mutation.
    pub action: String,
    /// Hash of its input.
    pub input_hash: String,
    /// What it changed.
    pub entity: Uuid,
    /// What it advised.
    pub advisories: Vec<Advisory>,
}

impl Work<'_> {
    /// What the caller did before under this key.
    pub async fn earlier_outcome(&self, caller: Uuid, key: &str) -> Result<Option<Outcome>, Fault> {
        let found = idempotency_key::Entity::find_by_id((caller, key.to_owned())).one(&self.tx).await?;
        found
            .map(|row| {
                let advisories = serde_json::from_value(row.advisories)?;
                Ok(Outcome {
                    action: row.action,
                    input_hash: row.input_hash,
                    entity: row.entity_id,
                    advisories,
                })
            })
            .transpose()
    }

    /// Keeps the outcome for a retry.
    pub async fn keep_outcome(&self, caller: Uuid, key: &str, outcome: Outcome) -> Result<(), Fault> {
        self.insert::<idempotency_key::Entity>(idempotency_key::Model {
            caller_id: caller,
            key: key.to_owned(),
            action: outcome.action,
            input_hash: outcome.input_hash,
            entity_id: outcome.entity,
            advisories: serde_json::to_value(outcome.advisories)?,
            created_at: self.op.now,
        })
        .await
    }
}
