//! The graph as integrators meet it: object types, loaders, mutations, subscriptions; one file per aggregate and no
//! rules here.

pub mod advice;
pub mod agenda;
pub mod assessment;
pub mod authority;
mod calendar;
pub mod case;
pub mod child;
mod complexity;
pub mod connection;
pub mod context;
pub mod deadline;
mod document;
pub mod event;
pub mod graduated;
pub mod id;
pub mod input;
pub mod link;
pub mod loader;
pub mod locality;
mod locality_minutes;
mod minutes;
pub mod moderation;
pub mod monitoring;
pub mod mutation;
pub mod node;
pub mod one_plan;
pub mod pathway;
pub mod payload;
pub mod people;
pub mod planning;
pub mod query;
pub mod report;
pub mod response;
pub mod rule;
pub mod scalar;
pub mod school;
pub mod slot;
pub mod subscription;
pub mod viewer;

use crate::config::Limits;
use crate::op::{Op, Viewer};
use crate::store::list;
use crate::workflow::Service;
use async_graphql::{Request, Schema};
use std::sync::Arc;

/// The schema of the service.
pub type CaseSchema = Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// Builds the schema. How much one document may ask is bounded by the guard before the parser, from its text; here by
/// what it would cost, which needs the types.
pub fn schema(limits: &Limits) -> CaseSchema {
    Schema::build(query::Query, mutation::Mutation::default(), subscription::Subscription)
        .limit_recursive_depth(limits.nesting)
        .extension(complexity::Bounded(limits.complexity))
        .finish()
}

/// Gives a request what its resolvers need: the viewer, the clock, loaders of its own, the service. Called anew for
/// each operation.
pub fn prepare(service: &Service, viewer: Arc<Viewer>, request: Request, request_id: &str) -> (Request, Op) {
    let op = Op::of(viewer, service.clock.now(), Arc::from(request_id));
    let current = context::Current::beginning(service, op.clone());
    (request.data(current).data(service.clone()), op)
}
