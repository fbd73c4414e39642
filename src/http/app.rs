//! The service behind the transports: who asks, what is run, and who read what.

use super::authentication::Authenticator;
use super::executor::{AuthenticationFailure, Host, Occasion, Pushed};
use super::failure;
use crate::graphql::subscription::Bookmark;
use crate::graphql::{self, CaseSchema};
use crate::op::{Op, Viewer};
use crate::store::people;
use crate::workflow::Service;
use async_graphql::parser::types::{OperationType, Selection};
use async_graphql::{Name, Request, Response, ServerError};
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

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

/// Somebody signed in, and when their roles were read.
#[derive(Clone)]
pub struct Session {
    viewer: Arc<Viewer>,
    since: Instant,
    /// When the token is no good any more.
    expiry: Instant,
}

/// How long roles that were read are taken as they were. A revocation bites within five seconds.
const ROLES_ARE_FRESH: Duration = Duration::from_secs(2);

/// A request on its way to the schema.
#[derive(Clone)]
struct Unprepared {
    session: Session,
    request_id: Arc<str>,
    bookmark: Arc<Bookmark>,
}

/// What of a request is still needed once the schema has it.
#[derive(Clone)]
struct Running {
    op: Op,
    /// What the access audit says was run.
    operation: Arc<str>,
    kind: &'static str,
    bookmark: Arc<Bookmark>,
}

impl Host for App {
    type Viewer = Session;

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Session, AuthenticationFailure> {
        let found = self.authenticator.viewer(bearer, &self.service.store, &self.service.clock).await;
        let found = found.map(|(viewer, good_for)| {
            let since = Instant::now();
            Session { viewer, since, expiry: since + good_for }
        });
        found.inspect_err(|failure| {
            let outcome = match failure {
                AuthenticationFailure::Unauthenticated => "unauthenticated",
                AuthenticationFailure::Unavailable => "unavailable",
            };
            count("unknown", outcome);
        })
    }

    fn person(session: &Session) -> Uuid {
        session.viewer.person
    }

    fn expiry(session: &Session) -> Instant {
        session.expiry
    }

    fn prepare(&self, session: Session, request: Request, occasion: Occasion) -> Request {
        let Occasion { request_id, resume_after } = occasion;
        let bookmark = Arc::new(Bookmark::behind(resume_after));
        request.data(Unprepared { session, request_id: request_id.into(), bookmark })
    }

    async fn execute(&self, request: Request) -> Response {
        let started = Instant::now();
        let (request, running) = match self.begin(request).await {
            Ok(begun) => begun,
            Err(response) => return response,
        };
        let response = self.schema.execute(request).await;
        let response = self.audited(&running, response).await;
        count(running.kind, outcome(&response));
        metrics::histogram!("casegraph_request_seconds", "kind" => running.kind).record(started.elapsed());
        response
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Pushed> {
        let app = self.clone();
        let responses = async move {
            let (request, running) = match app.begin(request).await {
                Ok(begun) => begun,
                Err(response) => {
                    let pushed = Pushed { response, cursor: None };
                    return futures_util::stream::once(async { pushed }).boxed();
                }
            };
            let open = OpenStream::count();
            let events = app.schema.execute_stream(request);
            events
                .then(move |response| {
                    let _ = &open;
                    let (app, mut running) = (app.clone(), running.clone());
                    async move {
                        let cursor = running.bookmark.reached();
                        running.op.now = app.service.clock.now();
                        let response = app.audited(&running, response).await;
                        count(running.kind, outcome(&response));
                        Pushed { response, cursor }
                    }
                })
                .boxed()
        };
        responses.flatten_stream().boxed()
    }
}

impl App {
    /// Gives a request its operation, with the roles that the viewer holds now: a socket may have been open for hours
    /// since it showed its token.
    async fn begin(&self, mut request: Request) -> Result<(Request, Running), Response> {
        let unprepared = request.data.get(&TypeId::of::<Unprepared>()).and_then(|data| data.downcast_ref());
        let Some(Unprepared { session, request_id, bookmark }) = unprepared.cloned() else {
            tracing::error!("a request was executed that was not prepared");
            return Err(Response::from_errors(vec![failure::internal("")]));
        };
        let viewer = self.current(&session).await.map_err(|error| Response::from_errors(vec![error]))?;
        let (kind, operation) = describe(&mut request);
        let (request, op) = graphql::prepare(&self.service, viewer, request, &request_id);
        let request = request.data(Arc::clone(&bookmark));
        Ok((request, Running { op, operation, kind, bookmark }))
    }

    /// An operation of a session that is no GraphQL, beginning now.
    pub async fn op(&self, session: &Session, request_id: &str) -> Result<Op, ServerError> {
        Ok(Op::of(self.current(session).await?, self.service.clock.now(), Arc::from(request_id)))
    }

    async fn current(&self, session: &Session) -> Result<Arc<Viewer>, ServerError> {
        if session.since.elapsed() < ROLES_ARE_FRESH {
            return Ok(Arc::clone(&session.viewer));
        }
        let reader = self.service.store.reader();
        match people::viewer(reader, session.viewer.person, self.service.clock.now()).await {
            Ok(viewer) if !viewer.grants.is_empty() => Ok(Arc::new(viewer)),
            Ok(_) => Err(failure::error(failure::UNAUTHENTICATED, "the roles of this session have ended")),
            Err(fault) => {
                tracing::error!(%fault, "roles could not be read");
                Err(failure::error(failure::UNAVAILABLE, "roles cannot be checked now; try again"))
            }
        }
    }

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
