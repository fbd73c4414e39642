//! What the transports need of the service behind them, and how an operation is run whichever way it came.

use std::{future::Future, panic::AssertUnwindSafe};

use async_graphql::{Request, Response, parser::types::OperationType};
use futures_util::{FutureExt, StreamExt, future, stream, stream::BoxStream};
use thiserror::Error;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::{failure, operation::Operation};

/// Why a caller is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuthenticationFailure {
    /// There is no token, or it is not good, or it names nobody who may use the service.
    #[error("sign in: the request needs a valid bearer token")]
    Unauthenticated,
    /// Whether the token is good cannot be told now.
    #[error("the service cannot check the token now; try again")]
    Unavailable,
}

/// Where and how an operation runs, besides what it asks.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The id under which it is logged.
    pub request_id: String,
    /// The cursor of the last event that the client had, where the transport itself resumes.
    pub resume_after: Option<String>,
}

/// One response of a stream.
#[derive(Debug)]
pub struct Pushed {
    /// The response.
    pub response: Response,
    /// The cursor of the event that it tells of; none if it tells of none.
    pub cursor: Option<String>,
}

/// The service behind the transports.
pub trait Host: Clone + Send + Sync + 'static {
    /// Who asks.
    type Viewer: Clone + Send + Sync + 'static;

    /// Says whom the bearer token names; `None` is a request without a token.
    fn authenticate(
        &self,
        bearer: Option<&str>,
    ) -> impl Future<Output = Result<Self::Viewer, AuthenticationFailure>> + Send;

    /// Who asks, as an id that stays theirs.
    fn person(viewer: &Self::Viewer) -> Uuid;

    /// When the token that was shown is no good any more.
    fn expiry(viewer: &Self::Viewer) -> Instant;

    /// Puts into the request's data what its resolvers need: the viewer, the clock of this operation, loaders of
    /// its own. Called anew for each operation, also when a socket carries many.
    fn prepare(&self, viewer: Self::Viewer, request: Request, occasion: Occasion) -> Request;

    /// Runs a query or mutation.
    fn execute(&self, request: Request) -> impl Future<Output = Response> + Send;

    /// Runs a subscription.
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Pushed>;
}

/// Runs a query or mutation; a panic in it becomes an `INTERNAL` error.
///
/// A mutation runs to its end even if this future is dropped because the client went away: it must not leave a
/// connection with an open transaction in the pool.
pub async fn execute<H: Host>(
    host: H,
    viewer: H::Viewer,
    operation: Operation,
    occasion: Occasion,
) -> Response {
    let Operation { request, kind } = operation;
    let request_id = occasion.request_id.clone();
    let run = AssertUnwindSafe(async move {
        let request = host.prepare(viewer, request, occasion);
        host.execute(request).await
    })
    .catch_unwind();
    let outcome = if kind == Some(OperationType::Mutation) {
        tokio::spawn(run.in_current_span()).await.ok().and_then(Result::ok)
    } else {
        run.await.ok()
    };
    finish(outcome, &request_id)
}

/// Runs any operation as a stream of responses: one for a query or mutation. A panic ends the stream with an
/// `INTERNAL` error.
pub fn execute_stream<H: Host>(
    host: H,
    viewer: H::Viewer,
    operation: Operation,
    occasion: Occasion,
) -> BoxStream<'static, Pushed> {
    let without_cursor = |response| Pushed { response, cursor: None };
    if operation.kind != Some(OperationType::Subscription) {
        return stream::once(execute(host, viewer, operation, occasion)).map(without_cursor).boxed();
    }
    let request_id = occasion.request_id.clone();
    let responses = stream::once(future::lazy(move |_| {
        let request = host.prepare(viewer, operation.request, occasion);
        host.execute_stream(request)
    }))
    .flatten();
    AssertUnwindSafe(responses)
        .catch_unwind()
        .map(move |outcome| {
            let (response, cursor) = outcome.map(|pushed| (pushed.response, pushed.cursor)).ok().unzip();
            Pushed { response: finish(response, &request_id), cursor: cursor.flatten() }
        })
        .boxed()
}

/// `None` stands for a panic, whose text the panic hook has logged.
fn finish(outcome: Option<Response>, request_id: &str) -> Response {
    let Some(response) = outcome else {
        tracing::error!(request_id, "an operation panicked");
        return Response::from_errors(vec![failure::internal(request_id)]);
    };
    failure::settle(response, request_id)
}
