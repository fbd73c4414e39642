//! The whole service over real HTTP on a database of its own, with a clock that the test moves.

use super::database::{self, Fresh};
use super::world::World;
use casegraph::feed::Feed;
use casegraph::feed::cursor::CursorKey;
use casegraph::graphql;
use casegraph::http::app::App as Service;
use casegraph::http::authentication::{Authenticator, DevTokens};
use casegraph::http::door::Door;
use casegraph::http::{self, Faces, metrics};
use casegraph::mail::invitation::Mailbox;
use casegraph::op::Clock;
use casegraph::store::events;
use casegraph::sweep;
use casegraph::workflow::{self, Letterhead};
use chrono::{DateTime, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A Monday in Spring 2 of 2026, three weeks before the clocks change.
pub const MONDAY: &str = "2026-03-09T09:00:00Z";

pub struct App {
    pub service: workflow::Service,
    pub world: World,
    pub address: String,
    tokens: Arc<DevTokens>,
    client: reqwest::Client,
    stop: watch::Sender<bool>,
    database: Fresh,
}

impl Drop for App {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// The service on a database, at a time.
pub async fn service(database: &Fresh, now: &str) -> workflow::Service {
    let store = database.store.clone();
    let key = events::secret(&store, "cursor", CursorKey::generate().unwrap()).await.unwrap();
    let letterhead = Letterhead {
        from: Mailbox { name: "casegraph".into(), email: "casegraph@authority.example".into() },
        public_url: "https://casegraph.example".into(),
    };
    let feed = Feed::new(CursorKey::new(&key).unwrap());
    let clock = Clock::stepped_at(at(now));
    workflow::Service { store, feed, clock, letterhead: Arc::new(letterhead) }
}

/// Where a service is served, until told to stop.
pub struct Replica {
    pub address: String,
    pub stop: watch::Sender<bool>,
}

/// Runs the feed of a service until told to stop.
pub fn run_feed(service: &workflow::Service, stop: &watch::Sender<bool>) {
    tokio::spawn(Arc::clone(&service.feed).run(service.store.clone(), stop.subscribe()));
    if service.store.backend() == sea_orm::DbBackend::Postgres {
        tokio::spawn(Arc::clone(&service.feed).run_listener(service.store.clone(), stop.subscribe()));
    }
}

/// Serves a service behind a door, and some addresses of the test's own.
pub async fn front(
    service: &workflow::Service,
    tokens: &Arc<DevTokens>,
    door: Door,
    more: axum::Router,
) -> Replica {
    let (stop, stopped) = watch::channel(false);
    let door = Arc::new(door);
    let app = Service {
        service: service.clone(),
        schema: graphql::schema(&door.limits),
        authenticator: Authenticator::Dev(Arc::clone(tokens)),
    };
    let faces = Faces { graphiql: false, door: Arc::clone(&door), figures: figures(), more };
    let router = http::router(app, faces, stopped.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(http::serve(listener, router, door, stopped));
    Replica { address, stop }
}

fn figures() -> PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| metrics::install().unwrap()).clone()
}

impl App {
    pub async fn on_sqlite() -> Self {
        Self::on(database::sqlite().await).await
    }

    pub async fn on_postgres() -> Self {
        Self::on(database::postgres().await).await
    }

    async fn on(database: Fresh) -> Self {
        let service = service(&database, MONDAY).await;
        let world = World::settle(&service).await;
        let tokens = Arc::new(DevTokens::of_secret(&DevTokens::generate().unwrap()).unwrap());
        let Replica { address, stop } = front(&service, &tokens, Door::default(), axum::Router::new()).await;
        run_feed(&service, &stop);
        Self { service, world, address, tokens, client: reqwest::Client::new(), stop, database }
    }

    /// Another door to the same service, whose sockets and streams are closed over so long a time when it stops.
    pub async fn replica(&self, drain: Duration) -> Replica {
        let mut door = Door::default();
        door.patience.drain = drain;
        front(&self.service, &self.tokens, door, axum::Router::new()).await
    }

    /// The bearer token of somebody of the world, by their subject.
    pub fn token(&self, subject: &str) -> String {
        self.tokens.sign(subject).unwrap()
    }

    /// A token that is good until so many seconds after 1970 began.
    pub fn token_until(&self, subject: &str, expiry: i64) -> String {
        self.tokens.sign_until(subject, expiry).unwrap()
    }

    /// The response to an operation, with its headers.
    pub async fn respond(&self, subject: &str, query: &str, variables: Value) -> reqwest::Response {
        self.client
            .post(format!("http://{}/graphql", self.address))
            .bearer_auth(self.token(subject))
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .unwrap()
    }

    /// The whole answer to an operation.
    pub async fn answer(&self, subject: &str, query: &str, variables: Value) -> Value {
        self.respond(subject, query, variables).await.json().await.unwrap()
    }

    /// A request to the service by somebody, at a path with its query.
    pub fn request(&self, subject: &str, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address)).bearer_auth(self.token(subject))
    }

    /// Changes the database behind the service's back.
    pub async fn sabotage(&self, sql: &str) {
        let database = Database::connect(&self.database.url).await.unwrap();
        database.execute_unprepared(sql).await.unwrap();
        database.close().await.unwrap();
    }

    /// The data of an operation that has no errors.
    pub async fn ask(&self, subject: &str, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(subject, query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }

    /// Carries out a mutation: `input` goes in, the payload comes out. `entity` is what to select of the object.
    pub async fn act(&self, subject: &str, mutation: &str, entity: &str, input: Value) -> Value {
        let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {entity} replayed \
             refusals {{ rule code message path remedy possibleFrom }} \
             advisories {{ rule message path needsAcknowledgement }} }} }}"
        );
        let mut data = self.ask(subject, &query, json!({ "input": input })).await;
        data[mutation].take()
    }

    /// Where its database is.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// The clock's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.service.clock.now()
    }

    /// Moves the clock without sweeping.
    pub fn set_clock(&self, instant: &str) {
        self.service.clock.set(at(instant));
    }

    /// Moves the clock and sweeps once; answers how many breaches were acted on.
    pub async fn sweep_at(&self, instant: &str) -> u64 {
        self.set_clock(instant);
        self.sweep().await
    }

    /// Sweeps once.
    pub async fn sweep(&self) -> u64 {
        let swept = sweep::once(&self.service).await.unwrap();
        assert_eq!(swept.failures, 0);
        swept.breaches
    }
}

pub fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// The rule ids of a payload's refusals, in order.
pub fn rules(payload: &Value) -> Vec<&str> {
    payload["refusals"].as_array().unwrap().iter().map(|refusal| refusal["rule"].as_str().unwrap()).collect()
}
