//! What resolvers find in a request.

use super::loader::Batch;
use crate::op::{Op, Viewer};
use crate::store::read::Reader;
use crate::workflow::Service;
use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Error, ErrorExtensions, Result};

/// The operation: who asks, and when.
pub fn op<'a>(ctx: &Context<'a>) -> Result<&'a Op> {
    ctx.data::<Op>()
}

/// The viewer.
pub fn viewer<'a>(ctx: &Context<'a>) -> Result<&'a Viewer> {
    op(ctx)?.viewer.as_deref().ok_or_else(|| Error::new("nobody is signed in"))
}

/// The service.
pub fn service<'a>(ctx: &Context<'a>) -> Result<&'a Service> {
    ctx.data::<Service>()
}

/// Scoped reads that are not batched.
pub fn reader<'a>(ctx: &Context<'a>) -> Result<Reader<'a>> {
    Ok(service(ctx)?.store.read(op(ctx)?))
}

/// The loaders of this request.
pub fn loaders<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<Batch>> {
    ctx.data::<DataLoader<Batch>>()
}

/// Input that cannot be read as what it should be: named by where it stands.
pub fn bad_input(path: &str, message: impl std::fmt::Display) -> Error {
    Error::new(format!("{path}: {message}")).extend_with(|_, extensions| {
        extensions.set("code", "BAD_USER_INPUT");
        extensions.set("path", path);
    })
}
