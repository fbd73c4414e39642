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
    self,
    door::Door,
    executor::{AuthenticationFailure, Host, Occasion, Pushed},
    graphiql,
};
use futures_util::{Stream, StreamExt, stream, stream::BoxStream};
use tokio::{net::TcpListener, sync::watch, time::Instant};
use uuid::Uuid;

mod at_the_door;
mod over_event_stream;
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

/// What the transport says of where to resume.
struct ResumeAfter(Option<String>);

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

    /// Counts on from where the transport says that the client was.
    async fn resumed(&self, context: &async_graphql::Context<'_>) -> impl Stream<Item = i32> {
        let after =
            context.data_unchecked::<ResumeAfter>().0.as_deref().map_or(0, |after| after.parse().expect("n"));
        stream::iter(after + 1..=3)
    }

    async fn flood(&self, context: &async_graphql::Context<'_>) -> impl Stream<Item = String> {
        let open = Open::new(&context.data_unchecked::<Traces>().open);
        stream::repeat_with(|| "x".repeat(100_000)).inspect(move |_| {
            let _ = &open;
        })
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

/// Somebody with a token.
#[derive(Clone, Copy)]
struct Caller {
    person: Uuid,
    expiry: Instant,
}

impl Host for StandIn {
    type Viewer = Caller;

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Caller, AuthenticationFailure> {
        let for_seconds = |person, seconds| {
            Ok(Caller {
                person: Uuid::from_u128(person),
                expiry: Instant::now() + Duration::from_secs_f64(seconds),
            })
        };
        match bearer {
            Some("good") => for_seconds(1, 3_600.0),
            Some("other") => for_seconds(2, 3_600.0),
            Some("short") => for_seconds(1, 0.4),
            Some("database-down") => Err(AuthenticationFailure::Unavailable),
            _ => Err(AuthenticationFailure::Unauthenticated),
        }
    }

    fn person(caller: &Caller) -> Uuid {
        caller.person
    }

    fn expiry(caller: &Caller) -> Instant {
        caller.expiry
    }

    fn prepare(&self, _: Caller, request: Request, occasion: Occasion) -> Request {
        let Occasion { request_id, resume_after } = occasion;
        request.data(RequestId(request_id)).data(ResumeAfter(resume_after)).data(self.traces.clone())
    }

    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    /// The cursor of a response is the figure that it holds.
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Pushed> {
        let responses = self.schema.execute_stream(request);
        responses
            .map(|response| {
                let data = response.data.clone().into_json().expect("JSON");
                let cursor = data["resumed"].as_i64().map(|n| n.to_string());
                Pushed { response, cursor }
            })
            .boxed()
    }
}

struct Server {
    address: String,
    traces: Traces,
    shutdown: watch::Sender<bool>,
}

impl Server {
    async fn start() -> Self {
        Self::start_with(Door::default()).await
    }

    async fn start_with(door: Door) -> Self {
        let (traces, door) = (Traces::default(), Arc::new(door));
        let host = StandIn { schema: Schema::new(Query, Mutation, Feed), traces: traces.clone() };
        let (shutdown, stopped) = watch::channel(false);
        let router = http::transports(host, &door, stopped.clone()).merge(graphiql::router());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(http::serve(listener, router, door, stopped));
        Self { address, traces, shutdown }
    }
}

/// A door that waits for nothing long.
fn hurried(change: impl FnOnce(&mut Door)) -> Door {
    let mut door = Door::default();
    change(&mut door);
    door
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
