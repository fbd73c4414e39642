//! The moderation of the support grid in many localities, asked of the database once.

use super::{Batch, load};
use crate::store::Fault;
use crate::store::moderation::{Between, Shifts};
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The shifts in a locality, between two dates.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShiftsOf(Uuid, Between);

impl Loader<ShiftsOf> for Batch {
    type Value = Shifts;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[ShiftsOf]) -> Result<HashMap<ShiftsOf, Shifts>, Arc<Fault>> {
        let mut alike: HashMap<Between, Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike.entry(key.1).or_default().push(key.0);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (between, localities) in alike {
            let reader = self.store.read(&self.op);
            let shifts = reader.moderation_shifts(&localities, between).await.map_err(Arc::new)?;
            found.extend(shifts.into_iter().map(|(locality, shifts)| (ShiftsOf(locality, between), shifts)));
        }
        Ok(found)
    }
}

/// The shifts in a locality between two London dates, over what the viewer sees.
pub async fn shifts_of(ctx: &Context<'_>, locality: Uuid, between: Between) -> Result<Shifts> {
    Ok(load(ctx, ShiftsOf(locality, between)).await?.unwrap_or_default())
}
