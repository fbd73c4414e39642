//! The service with all that runs beside it, from its start to its end.

use super::{Failure, io};
use crate::feed::Feed;
use crate::feed::cursor::CursorKey;
use crate::graphql;
use crate::http::app::App;
use crate::http::authentication::{Authenticator, NoRandomness};
use crate::http::door::Door;
use crate::http::{self, Faces, metrics};
use crate::mail::deliver::Courier;
use crate::mail::transport::Post;
use crate::op::Clock;
use crate::store::{Store, events};
use crate::sweep;
use crate::workflow::{Letterhead, Service};
use axum::Router;
use reqwest::Url;
use sea_orm::DbBackend;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long requests, sockets and letters under way may take to end.
const FAREWELL: Duration = Duration::from_secs(20);

/// The service on a database that has been migrated.
pub(super) async fn service(store: Store, clock: Clock, letterhead: Letterhead) -> Result<Service, Failure> {
    let fresh = CursorKey::generate().ok_or(NoRandomness)?;
    let key = events::secret(&store, "cursor", fresh).await?;
    let key = CursorKey::new(&key).ok_or(Failure::Other("the stored cursor key is not one".to_owned()))?;
    Ok(Service { store, feed: Feed::new(key), clock, letterhead: Arc::new(letterhead) })
}

/// What carries the service's letters to the post.
pub(super) fn courier(service: &Service, post: Post) -> Arc<Courier> {
    let letterhead = &service.letterhead;
    Arc::new(Courier {
        store: service.store.clone(),
        clock: service.clock.clone(),
        post,
        from: letterhead.from.clone(),
        host: message_host(&letterhead.public_url),
    })
}

/// The part of a Message-ID after the `@`, which has no place for the brackets of an IPv6 address.
fn message_host(public_url: &str) -> String {
    let url = Url::parse(public_url).ok();
    let host = url.as_ref().and_then(Url::host_str).filter(|host| !host.starts_with('['));
    host.unwrap_or("localhost").to_owned()
}

/// What the service is run with.
pub(super) struct House {
    pub(super) service: Service,
    pub(super) courier: Arc<Courier>,
    pub(super) authenticator: Authenticator,
    pub(super) graphiql: bool,
    pub(super) door: Arc<Door>,
    pub(super) more: Router,
    pub(super) listener: TcpListener,
}

/// Runs until a signal comes; an error if a part of the service ends before.
///
/// At the end the door closes first, and what runs behind it goes on until the last socket is closed: a subscriber gets
/// every event up to then.
pub(super) async fn run(house: House) -> Result<(), Failure> {
    let (leave, leaving) = watch::channel(false);
    let (stop, stopped) = watch::channel(false);
    let farewell = house.door.patience.drain + FAREWELL;
    let (mut front, mut parts) = start(house, leaving, &stopped)?;
    let outcome = tokio::select! {
        signalled = signalled() => signalled,
        _ = front.join_next() => Err(ended()),
        _ = parts.join_next() => Err(ended()),
    };
    tracing::info!("stopping");
    let end = async {
        leave.send_replace(true);
        while front.join_next().await.is_some() {}
        // Every socket and stream holds a receiver until it is closed.
        leave.closed().await;
        stop.send_replace(true);
        while parts.join_next().await.is_some() {}
    };
    if tokio::time::timeout(farewell, end).await.is_err() {
        tracing::warn!("stopped with requests, sockets or letters under way");
    }
    outcome
}

fn ended() -> Failure {
    Failure::Other("a part of the service ended by itself".to_owned())
}

/// Starts the door, and the parts behind it.
fn start(
    house: House,
    leaving: watch::Receiver<bool>,
    stopped: &watch::Receiver<bool>,
) -> Result<(JoinSet<()>, JoinSet<()>), Failure> {
    let House { service, courier, authenticator, graphiql, door, more, listener } = house;
    let (mut front, mut parts) = (JoinSet::new(), JoinSet::new());
    let (feed, store) = (&service.feed, &service.store);
    parts.spawn(Arc::clone(feed).run(store.clone(), stopped.clone()));
    if store.backend() == DbBackend::Postgres {
        parts.spawn(Arc::clone(feed).run_listener(store.clone(), stopped.clone()));
    }
    parts.spawn(courier.run(feed.listen(), stopped.clone()));
    parts.spawn(sweep::run(service.clone(), stopped.clone()));
    let faces = Faces { graphiql, door: Arc::clone(&door), figures: metrics::install()?, more };
    let app = App { service, schema: graphql::schema(&door.limits), authenticator };
    let router = http::router(app, faces, leaving.clone());
    front.spawn(http::serve(listener, router, door, leaving));
    Ok((front, parts))
}

async fn signalled() -> Result<(), Failure> {
    let listen = |kind| signal(kind).map_err(io("signals"));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::message_host;

    #[test]
    fn a_message_id_ends_in_the_public_host() {
        assert_eq!(message_host("https://casegraph.example:8443/a"), "casegraph.example");
        assert_eq!(message_host("http://127.0.0.1:8000"), "127.0.0.1");
        assert_eq!(message_host("http://[::1]:8000"), "localhost");
    }
}
