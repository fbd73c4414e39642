//! The service behind the transports: who asks, what is run, and who read what.

use super::authentication::Authenticator;
use super::executor::{AuthenticationFailure, Host};
use super::failure;
use crate::graphql::{self, CaseSchema};
use crate::op::{Op, Viewer};
use crate::workflow::Service;
use async_graphql::parser::types::{OperationType, Selection};
use async_graphql::{Name, Request, Response};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use std::any::TypeId;
use std::sync::Arc;
use std::time::Instant;

/// The service behind the transports.
#[derive(Clone)]
pub struct App {
    /// Database, clock and bell.
    pub service: Service,
    /// The schema.
    pub schema: CaseSchema,
    /// Whose tokens are good.
    pub authenticator: Authenticator,
}

/// What of a request is still needed once the schema has it.
#[derive(Clone)]
struct Running {
    op: Op,
    /// What the access audit says was run.
    operation: Arc<str>,
    kind: &'static str,
}

impl Running {
    fn of(request: &Request) -> Option<Self> {
        request.data.get(&TypeId::of::<Self>())?.downcast_ref().cloned()
    }
}

impl Host for App {
    type Viewer = Arc<Viewer>;

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Arc<Viewer>, AuthenticationFailure> {
        let found = self.authenticator.viewer(bearer, &self.service.store, &self.service.clock).await;
        found.inspect_err(|failure| {
            let outcome = match failure {
                AuthenticationFailure::Unauthenticated => "unauthenticated",
                AuthenticationFailure::Unavailable => "unavailable",
            };
            count("unknown", outcome);
        })
    }

    fn prepare(&self, viewer: Arc<Viewer>, mut request: Request, request_id: &str) -> Request {
        let (kind, operation) = describe(&mut request);
        let (request, op) = graphql::prepare(&self.service, viewer, request, request_id);
        request.data(Running { op, operation, kind })
    }

    async fn execute(&self, request: Request) -> Response {
        let started = Instant::now();
        let Some(running) = Running::of(&request) else { return unprepared() };
        let response = self.schema.execute(request).await;
        let response = self.audited(&running, response).await;
        count(running.kind, outcome(&response));
        metrics::histogram!("casegraph_request_seconds", "kind" => running.kind).record(started.elapsed());
        response
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        let Some(running) = Running::of(&request) else {
            return futures_util::stream::once(async { unprepared() }).boxed();
        };
        let app = self.clone();
        let open = OpenStream::count();
        self.schema
            .execute_stream(request)
            .then(move |response| {
                let _ = &open;
                let (app, mut running) = (app.clone(), running.clone());
                async move {
                    running.op.now = app.service.clock.now();
                    let response = app.audited(&running, response).await;
                    count(running.kind, outcome(&response));
                    response
                }
            })
            .boxed()
    }
}

impl App {
    /// Writes down whose records the response holds. A response that cannot be accounted for does not leave.
    async fn audited(&self, running: &Running, response: Response) -> Response {
        match self.service.store.audit_reads(&running.op, &running.operation).await {
            Ok(()) => response,
            Err(fault) => {
                tracing::error!(%fault, "a read could not be written down; its reply is withheld");
                Response::from_errors(vec![failure::internal(&running.op.request_id)])
            }
        }
    }
}

/// A subscription under way, as a figure.
struct OpenStream;

impl OpenStream {
    fn count() -> Self {
        metrics::gauge!("casegraph_subscriptions_open").increment(1);
        Self
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::gauge!("casegraph_subscriptions_open").decrement(1);
    }
}

fn unprepared() -> Response {
    tracing::error!("a request was executed that was not prepared");
    Response::from_errors(vec![failure::internal("")])
}

fn count(kind: &'static str, outcome: &'static str) {
    metrics::counter!("casegraph_requests_total", "kind" => kind, "outcome" => outcome).increment(1);
}

fn outcome(response: &Response) -> &'static str {
    let is_fault = |error: &async_graphql::ServerError| match failure::code(error) {
        Some(code) => code == failure::INTERNAL,
        None => error.source.is_some(),
    };
    if response.errors.is_empty() {
        "ok"
    } else if response.errors.iter().any(is_fault) {
        "fault"
    } else {
        "refused"
    }
}

/// The kind of the operation, and what the audit calls it: its name, and the fields that it starts from.
fn describe(request: &mut Request) -> (&'static str, Arc<str>) {
    const UNKNOWN: &str = "unknown";
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return (UNKNOWN, UNKNOWN.into()) };
    let chosen = document
        .operations
        .iter()
        .find(|(own, _)| name.is_none() || own.map(Name::as_str) == name.as_deref());
    let Some((own, operation)) = chosen else { return (UNKNOWN, UNKNOWN.into()) };
    let kind = match operation.node.ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    let fields = operation.node.selection_set.node.items.iter().map(|item| match &item.node {
        Selection::Field(field) => field.node.name.node.to_string(),
        Selection::FragmentSpread(spread) => format!("...{}", spread.node.fragment_name.node),
        Selection::InlineFragment(_) => "...".to_owned(),
    });
    let fields = fields.collect::<Vec<_>>().join(" ");
    let name = own.map(|own| format!(" {own}")).unwrap_or_default();
    (kind, format!("{kind}{name}: {fields}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(query: &str, name: Option<&str>) -> (&'static str, String) {
        let mut request = Request::new(query);
        request.operation_name = name.map(str::to_owned);
        let (kind, operation) = describe(&mut request);
        (kind, operation.to_string())
    }

    #[test]
    fn the_audit_names_the_operation_that_runs() {
        let document =
            "query A { child(id: 1) { name } x: me { id } } mutation B { ...F } fragment F on M { close }";
        assert_eq!(described(document, Some("A")), ("query", "query A: child me".to_owned()));
        assert_eq!(described(document, Some("B")), ("mutation", "mutation B: ...F".to_owned()));
        assert_eq!(described("{ me { id } }", None), ("query", "query: me".to_owned()));
        assert_eq!(described(document, Some("C")).0, "unknown");
        assert_eq!(described("{", None).0, "unknown");
    }

    #[test]
    fn the_outcome_tells_faults_from_refusals() {
        let of = |error| outcome(&Response::from_errors(vec![error]));
        assert_eq!(outcome(&Response::default()), "ok");
        assert_eq!(of(failure::error(failure::BAD_USER_INPUT, "no")), "refused");
        assert_eq!(of(failure::internal("r1")), "fault");
        let raised = async_graphql::Error::new_with_source(std::fmt::Error)
            .into_server_error(async_graphql::Pos::default());
        assert_eq!(of(raised), "fault");
    }
}
