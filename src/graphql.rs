//! The graph as integrators meet it: object types, loaders, mutations, subscriptions; one file per aggregate and no
//! rules here.

pub mod advice;
pub mod assessment;
pub mod authority;
pub mod case;
pub mod child;
pub mod connection;
pub mod context;
pub mod deadline;
pub mod event;
pub mod id;
pub mod input;
pub mod loader;
pub mod mutation;
pub mod node;
pub mod payload;
pub mod people;
pub mod query;
pub mod report;
pub mod rule;
pub mod scalar;
pub mod school;
pub mod slot;
pub mod subscription;
pub mod viewer;

use crate::op::{Op, Viewer};
use crate::store::list;
use crate::workflow::Service;
use async_graphql::{Request, Schema};
use std::sync::Arc;

/// The schema of the service.
pub type CaseSchema = Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// Builds the schema. Limits here bound what one document may ask; the guard before the parser bounds its text.
pub fn schema() -> CaseSchema {
    Schema::build(query::Query, mutation::Mutation::default(), subscription::Subscription)
        .limit_depth(24)
        .limit_complexity(20_000)
        .limit_aliases(60)
        .finish()
}

/// Gives a request what its resolvers need: the viewer, the clock, loaders of its own, the service. Called anew for
/// each operation.
pub fn prepare(service: &Service, viewer: Arc<Viewer>, request: Request, request_id: &str) -> (Request, Op) {
    let op = Op::of(viewer, service.clock.now(), Arc::from(request_id));
    let current = context::Current::beginning(service, op.clone());
    (request.data(current).data(service.clone()), op)
}
