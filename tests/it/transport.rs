//! The transports over real sockets, in front of a stand-in service that knows one token.
#![allow(clippy::expect_used, clippy::panic, reason = "the helpers of tests may fail a test")]
#![allow(clippy::unused_async, reason = "resolvers are async by the macro's contract")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{Error, ErrorExtensions, Object, Request, Response, Schema, Subscription};
use casegraph::http::{
    executor::{AuthenticationFailure, Host},
    graphiql, graphql, guard,
    websocket::{self, SocketSettings},
};
use futures_util::{Stream, StreamExt, stream, stream::BoxStream};
use tokio::{net::TcpListener, sync::watch};

mod over_http;
mod over_websocket;

const JSON: &str = "application/json";
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// What the resolvers leave to be looked at.
#[derive(Clone, Default)]
struct Traces {
    /// Subscriptions that are open.
    open: Arc<AtomicUsize>,
    /// Slow mutations that have run to their end.
    ended: Arc<AtomicUsize>,
}

struct RequestId(String);

struct Query;

#[Object]
impl Query {
    async fn year(&self) -> i32 {
        2026
    }

    async fn add(&self, a: i32, b: i32) -> i32 {
        a + b
    }

    async fn request_id(&self, context: &async_graphql::Context<'_>) -> String {
        context.data_unchecked::<RequestId>().0.clone()
    }

    async fn panics(&self) -> i32 {
        "no number".parse().expect("a resolver that panics")
    }

    async fn leaks(&self) -> Result<i32, Error> {
        Ok("no such table: child".parse::<i32>()?)
    }

    async fn coded(&self) -> Result<i32, Error> {
        Err(Error::new("not today").extend_with(|_, extensions| extensions.set("code", "OWN")))
    }

    async fn children(&self) -> Vec<Query> {
        vec![Query]
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self) -> bool {
        true
    }

    async fn slow(&self, context: &async_graphql::Context<'_>) -> bool {
        tokio::time::sleep(Duration::from_millis(300)).await;
        context.data_unchecked::<Traces>().ended.fetch_add(1, Ordering::SeqCst);
        true
    }
}

/// Counts a subscription as open until it is dropped.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Feed;

#[Subscription]
impl Feed {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    async fn forever(&self, context: &async_graphql::Context<'_>) -> impl Stream<Item = i32> {
        let open = Open::new(&context.data_unchecked::<Traces>().open);
        stream::once(async { 1 }).chain(stream::pending()).inspect(move |_| {
            let _ = &open;
        })
    }

    async fn flood(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "x".repeat(100_000))
    }

    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::iter(1..=2).map(|n| if n == 2 { panic!("a stream that panics") } else { n })
    }
}

#[derive(Clone)]
struct StandIn {
    schema: Schema<Query, Mutation, Feed>,
    traces: Traces,
}

impl Host for StandIn {
    type Viewer = ();

    async fn authenticate(&self, bearer: Option<&str>) -> Result<(), AuthenticationFailure> {
        match bearer {
            Some("good") => Ok(()),
            Some("database-down") => Err(AuthenticationFailure::Unavailable),
            _ => Err(AuthenticationFailure::Unauthenticated),
        }
    }

    fn prepare(&self, (): (), request: Request, request_id: &str) -> Request {
        request.data(RequestId(request_id.to_owned())).data(self.traces.clone())
    }

    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.schema.execute_stream(request)
    }
}

struct Server {
    address: String,
    traces: Traces,
    shutdown: watch::Sender<bool>,
}

impl Server {
    async fn start() -> Self {
        Self::start_with(SocketSettings::default()).await
    }

    async fn start_with(settings: SocketSettings) -> Self {
        let traces = Traces::default();
        let host = StandIn { schema: Schema::new(Query, Mutation, Feed), traces: traces.clone() };
        let (shutdown, stopped) = watch::channel(false);
        let router = graphql::router(host.clone())
            .merge(websocket::router(host, settings, stopped))
            .merge(graphiql::router());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, traces, shutdown }
    }
}

/// Waits until the count is as told, two seconds at most.
async fn until(count: &AtomicUsize, expected: usize) {
    for _ in 0..200 {
        if count.load(Ordering::SeqCst) == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(count.load(Ordering::SeqCst), expected);
}
