//! Accepts connections, bounds how many there are, and cuts off clients that send or read too slowly.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::Request};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;

use super::door::Door;

/// A connection's place among those that may be open. It is held by the requests on it too, since a socket outlives the
/// HTTP connection that it came from.
#[derive(Clone)]
pub(super) struct Place(
    #[expect(dead_code, reason = "it counts until it is dropped")] Arc<OwnedSemaphorePermit>,
);

/// The most header lines of a request, and the most bytes of its head.
const MOST_HEADERS: usize = 64;
const LONGEST_HEAD: usize = 64 * 1024;

/// How long to wait when no connection can be accepted: the machine may be out of file descriptors.
const BREATHER: Duration = Duration::from_millis(100);

/// Answers requests until `stop` holds `true`, then finishes those that are under way; streams of events and sockets
/// end by themselves within the time of [`Door`].
pub async fn serve(listener: TcpListener, router: Router, door: Arc<Door>, stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(door.limits.connections));
    let mut connections = JoinSet::new();
    let mut stopped = pin!(told(stop.clone()));
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, _) = listener.accept().await?;
            Ok((stream, Place(Arc::new(place))))
        };
        let accepted: io::Result<_> = tokio::select! {
            () = &mut stopped => break,
            Some(_) = connections.join_next() => continue,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                connections.spawn(serve_connection(
                    stream,
                    place,
                    router.clone(),
                    Arc::clone(&door),
                    stop.clone(),
                ));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted");
                sleep(BREATHER).await;
            }
        }
    }
    drop(listener);
    let most = door.patience.drain + door.patience.body + door.patience.write;
    let rest = async { while connections.join_next().await.is_some() {} };
    if timeout(most, rest).await.is_err() {
        tracing::warn!("connections were still open when the service stopped");
    }
}

async fn told(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is the end as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Whether the client was gone before it was let in.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// hyper's own choice between versions of HTTP reads the first bytes without a time limit, so it is left out: a
/// connection on which nothing is ever sent would stay open.
async fn serve_connection(
    stream: TcpStream,
    place: Place,
    router: Router,
    door: Arc<Door>,
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(door.patience.write));
    let service = TowerToHyperService::new(router);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(place.clone());
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(door.patience.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended in the middle");
    }
}
