//! What many resolvers ask of graduated responses, asked of the database once.

use super::{Batch, all_under, load};
use crate::graphql::list::short;
use crate::store::Fault;
use crate::store::graduated::report::SchoolFigures;
use crate::workflow::graduated::{allowed, pathway};
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use domain::access::Action;
use domain::graduated::link::Pack;
use domain::graduated::pathway::PathwayStep;
use entity::{graduated_response, link_consultation};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use uuid::Uuid;

/// The path of a child.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PathOf(Uuid);

impl Loader<PathOf> for Batch {
    type Value = [PathwayStep; 9];
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[PathOf]) -> Result<HashMap<PathOf, Self::Value>, Arc<Fault>> {
        let children: Vec<_> = keys.iter().map(|key| key.0).collect();
        let paths = pathway::pathways(&self.store, &self.op, &children).await.map_err(Arc::new)?;
        Ok(paths.into_iter().map(|(child, path)| (PathOf(child), path)).collect())
    }
}

/// The path of a child whose casework the viewer sees.
pub async fn path_of(ctx: &Context<'_>, child: Uuid) -> Result<Option<[PathwayStep; 9]>> {
    load(ctx, PathOf(child)).await
}

/// What the viewer may do about a child.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PermittedOn(Uuid);

impl Loader<PermittedOn> for Batch {
    type Value = Vec<Action>;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[PermittedOn]) -> Result<HashMap<PermittedOn, Vec<Action>>, Arc<Fault>> {
        let children: Vec<_> = keys.iter().map(|key| key.0).collect();
        let permitted = allowed::on_children(&self.store, &self.op, &children).await.map_err(Arc::new)?;
        Ok(permitted.into_iter().map(|(child, actions)| (PermittedOn(child), actions)).collect())
    }
}

/// Every step that the viewer may take about a child, by role and relation.
pub async fn permitted_on_child(ctx: &Context<'_>, child: Uuid) -> Result<Vec<Action>> {
    Ok(load(ctx, PermittedOn(child)).await?.unwrap_or_default())
}

/// The steps that the viewer may begin with on a child.
pub async fn allowed_on_child(ctx: &Context<'_>, child: Uuid) -> Result<Vec<Action>> {
    let permitted = permitted_on_child(ctx, child).await?;
    Ok(permitted.into_iter().filter(|action| allowed::begins(*action)).collect())
}

/// The pack of a consultation.
#[derive(Clone)]
pub struct PackOf(link_consultation::Model);

impl PartialEq for PackOf {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for PackOf {}

impl Hash for PackOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl Loader<PackOf> for Batch {
    type Value = Pack;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[PackOf]) -> Result<HashMap<PackOf, Pack>, Arc<Fault>> {
        let rows: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let packs = pathway::packs(&self.store, &self.op, &rows).await.map_err(Arc::new)?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), *packs.get(&key.0.id)?))).collect())
    }
}

/// The pack of a consultation that the viewer sees.
pub async fn pack_of(ctx: &Context<'_>, row: &link_consultation::Model) -> Result<Option<Pack>> {
    load(ctx, PackOf(row.clone())).await
}

/// The figures of a school.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiguresOf(Uuid);

impl Loader<FiguresOf> for Batch {
    type Value = SchoolFigures;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[FiguresOf]) -> Result<HashMap<FiguresOf, SchoolFigures>, Arc<Fault>> {
        let schools: Vec<_> = keys.iter().map(|key| key.0).collect();
        let reader = self.store.read(&self.op);
        let figures = reader.school_figures(&schools, self.op.today()).await.map_err(Arc::new)?;
        Ok(figures.into_iter().map(|(school, figures)| (FiguresOf(school), figures)).collect())
    }
}

/// How the graduated responses of a school stand.
pub async fn figures_of(ctx: &Context<'_>, school: Uuid) -> Result<Option<SchoolFigures>> {
    load(ctx, FiguresOf(school)).await
}

/// The reference of a child's graduated response, once it has begun.
pub async fn response_of(ctx: &Context<'_>, child: Uuid) -> Result<Option<graduated_response::Model>> {
    Ok(all_under(ctx, child, short::Responses).await?.pop())
}
