//! What resolvers find in a request.

use super::loader::Batch;
use crate::op::{Op, Viewer};
use crate::store::Fault;
use crate::store::read::Reader;
use crate::workflow::Service;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{Context, Error, ErrorExtensions, Result};
use std::sync::{Arc, PoisonError, RwLock};

/// One operation with its loaders. They hold its viewer, so no loader ever serves two.
pub struct Scene {
    op: Op,
    loaders: DataLoader<Batch>,
}

impl Scene {
    fn of(service: &Service, op: Op) -> Arc<Self> {
        let batch = Batch { store: service.store.clone(), op: op.clone() };
        let loaders = DataLoader::new(batch, TokioSpawner::current(), TokioTimer::default());
        Arc::new(Self { op, loaders })
    }
}

/// The operation as it stands now. A query keeps the one that it began with; a subscription lives long, and gets the
/// viewer's roles and the time anew before each event.
pub struct Current(RwLock<Arc<Scene>>);

impl Current {
    /// The operation at its beginning.
    pub fn beginning(service: &Service, op: Op) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Scene::of(service, op))))
    }

    /// Goes on with these roles, at this time.
    pub fn go_on(&self, service: &Service, op: Op) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Scene::of(service, op);
    }

    fn scene(&self) -> Arc<Scene> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The operation as a subscription carries it on.
pub fn current(ctx: &Context<'_>) -> Result<Arc<Current>> {
    Ok(Arc::clone(ctx.data::<Arc<Current>>()?))
}

/// The operation: who asks, and when.
pub fn op(ctx: &Context<'_>) -> Result<Op> {
    Ok(ctx.data::<Arc<Current>>()?.scene().op.clone())
}

/// The viewer.
pub fn viewer(ctx: &Context<'_>) -> Result<Arc<Viewer>> {
    op(ctx)?.viewer.ok_or_else(|| Error::new("nobody is signed in"))
}

/// The service.
pub fn service<'a>(ctx: &Context<'a>) -> Result<&'a Service> {
    ctx.data::<Service>()
}

/// Scoped reads that are not batched.
pub fn reader<'a>(ctx: &Context<'a>) -> Result<Reader<'a>> {
    Ok(service(ctx)?.store.read(&op(ctx)?))
}

/// Loads through the loaders of this operation.
pub async fn load<K>(ctx: &Context<'_>, key: K) -> Result<Option<<Batch as Loader<K>>::Value>>
where
    K: Send + Sync + std::hash::Hash + Eq + Clone + 'static,
    Batch: Loader<K, Error = Arc<Fault>>,
{
    let scene = ctx.data::<Arc<Current>>()?.scene();
    Ok(scene.loaders.load_one(key).await?)
}

/// Input that cannot be read as what it should be: named by where it stands.
pub fn bad_input(path: &str, message: impl std::fmt::Display) -> Error {
    Error::new(format!("{path}: {message}")).extend_with(|_, extensions| {
        extensions.set("code", "BAD_USER_INPUT");
        extensions.set("path", path);
    })
}
