//! What the group decides: whether an EP goes on with an item, and the level of the support grid (LG-9, LG-12).

use super::item::item_of;
use super::{LocalityItem, LocalitySession, person_of, session_of};
use crate::graphql::id::{Kind, encode};
use crate::graphql::people::Person;
use crate::graphql::scalar::{Date, DateTime};
use async_graphql::{Context, ID, Object, Result};
use domain::graduated::AreaOfDevelopment;
use domain::locality::Involvement;
use entity::{ep_involvement, grid_moderation};

/// The group's decision that an EP goes on with an item.
pub struct EpInvolvementDecision(ep_involvement::Model);

impl From<ep_involvement::Model> for EpInvolvementDecision {
    fn from(row: ep_involvement::Model) -> Self {
        Self(row)
    }
}

/// The group's decision that an EP goes on with an item (LG-9).
#[Object]
impl EpInvolvementDecision {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::EpInvolvementDecision, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        item_of(ctx, self.0.item_id).await
    }

    /// The session in which it was decided, if the viewer sees it.
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<LocalitySession>> {
        session_of(ctx, self.0.session_id).await
    }

    /// How the EP goes on.
    async fn form(&self) -> Involvement {
        self.0.form
    }

    /// Its rank among the requests of the session, 1 for the first.
    async fn rank(&self) -> i32 {
        self.0.rank
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who wrote it down, if the viewer sees them.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.decided_by).await
    }

    /// When (UTC).
    async fn decided_at(&self) -> DateTime {
        DateTime(self.0.decided_at)
    }
}

/// A level of the support grid.
pub struct GridModeration(grid_moderation::Model);

impl From<grid_moderation::Model> for GridModeration {
    fn from(row: grid_moderation::Model) -> Self {
        Self(row)
    }
}

/// A level of the support grid, as a school proposed and the group agreed it (LG-12).
#[Object]
impl GridModeration {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::GridModeration, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        item_of(ctx, self.0.item_id).await
    }

    /// The session in which it was agreed, if the viewer sees it.
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<LocalitySession>> {
        session_of(ctx, self.0.session_id).await
    }

    /// The area of need.
    async fn area_of_need(&self) -> AreaOfDevelopment {
        self.0.area_of_need
    }

    /// The level that the school proposed, 1 to 5.
    async fn proposed_level(&self) -> i32 {
        self.0.proposed
    }

    /// The level that the group agreed, 1 to 5.
    async fn agreed_level(&self) -> i32 {
        self.0.agreed
    }

    /// The London date on which it was agreed.
    async fn moderated_on(&self) -> Date {
        Date(self.0.moderated_on)
    }

    /// Who wrote it down, if the viewer sees them.
    async fn decided_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.decided_by).await
    }
}
