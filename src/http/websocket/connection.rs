//! One socket: a single task that reads, runs operations and writes, so that a client that does not read holds
//! up its own operations and nobody else's.

use std::{collections::HashMap, convert::Infallible, pin::pin, sync::Arc, time::Duration};

use async_graphql::{ServerError, parser::types::OperationType};
use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, AbortHandle, BoxStream, SelectAll},
};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

use super::message::{ClientMessage, Close, InitPayload, ServerMessage};
use crate::http::{
    door::Door,
    drain,
    executor::{self, AuthenticationFailure, Host, Occasion, Pushed},
    failure::{self, BAD_USER_INPUT, TOO_MANY_SUBSCRIPTIONS, error},
    operation::{Operation, Parameters},
};

/// How long the client is given to read the close frame and answer it.
const CLOSING_WITHIN: Duration = Duration::from_secs(2);

/// Why a connection ends.
enum Ending {
    /// The service closes it.
    Close(Close),
    /// The client has closed it.
    ClosedByClient,
    /// Nothing more can be written or read.
    Lost,
}

impl From<Close> for Ending {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// An operation's id, and its next response; none when it is complete.
type Outcome = (String, Option<Pushed>);

pub(super) struct Connection<H: Host> {
    host: H,
    door: Arc<Door>,
    socket: WebSocket,
    /// The token of the request that opened the socket.
    token: Option<String>,
    request_id: String,
    /// How many operations were started; numbers their request ids.
    started: u64,
    /// Known once the connection is acknowledged.
    viewer: Option<H::Viewer>,
    active: HashMap<String, AbortHandle>,
    outcomes: SelectAll<BoxStream<'static, Outcome>>,
}

impl<H: Host> Connection<H> {
    pub(super) fn new(
        host: H,
        door: Arc<Door>,
        socket: WebSocket,
        token: Option<String>,
        request_id: String,
    ) -> Self {
        let (active, outcomes) = (HashMap::new(), SelectAll::new());
        Self { host, door, socket, token, request_id, started: 0, viewer: None, active, outcomes }
    }

    /// Serves the socket until either side ends it.
    pub(super) async fn run(mut self, stop: watch::Receiver<bool>) {
        let Err(ending) = self.serve(stop).await;
        self.outcomes.clear();
        match ending {
            Ending::Close(close) => {
                tracing::debug!(request_id = self.request_id, ?close, "a socket is closed");
                if self.write(close.into_message()).await.is_err() {
                    return;
                }
            }
            Ending::ClosedByClient => {}
            Ending::Lost => return,
        }
        // A socket dropped with unread bytes is reset, and the client may never see the close frame.
        let drained = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(CLOSING_WITHIN, drained).await;
    }

    async fn serve(&mut self, stop: watch::Receiver<bool>) -> Result<Infallible, Ending> {
        let door = Arc::clone(&self.door);
        let patience = &door.patience;
        let opened = Instant::now();
        let mut heard = opened;
        let mut pings = interval_at(opened + patience.ping, patience.ping);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut turn = pin!(drain::turn(stop, patience.drain));
        loop {
            let expiry = self.viewer.as_ref().map(H::expiry);
            tokio::select! {
                () = &mut turn => return Err(Close::GOING_AWAY.into()),
                () = sleep_until(opened + patience.init), if expiry.is_none() => {
                    return Err(Close::INIT_TIMEOUT.into());
                }
                () = sleep_until(expiry.unwrap_or(opened)), if expiry.is_some() => {
                    return Err(Close::TOKEN_EXPIRED.into());
                }
                () = sleep_until(heard + patience.silence) => return Err(Close::SILENT.into()),
                _ = pings.tick() => self.write(Message::Ping(Bytes::new())).await?,
                received = self.socket.recv() => {
                    heard = Instant::now();
                    self.receive(received).await?;
                }
                Some((id, pushed)) = self.outcomes.next() => self.deliver(&id, pushed).await?,
            }
        }
    }

    async fn receive(&mut self, received: Option<Result<Message, axum::Error>>) -> Result<(), Ending> {
        match received {
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(message) => self.handle(message).await,
                Err(_) => Err(Close::INVALID_MESSAGE.into()),
            },
            Some(Ok(Message::Binary(_))) => Err(Close::INVALID_MESSAGE.into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) => Err(Ending::ClosedByClient),
            Some(Err(fault)) => Err(Close::unreadable(&fault).into()),
            None => Err(Ending::Lost),
        }
    }

    async fn handle(&mut self, message: ClientMessage) -> Result<(), Ending> {
        match message {
            ClientMessage::ConnectionInit { payload } => self.initialise(payload.unwrap_or_default()).await,
            ClientMessage::Ping { payload } => self.send(&ServerMessage::Pong { payload }).await,
            ClientMessage::Pong {} => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Complete { id } => {
                self.forget(&id);
                Ok(())
            }
        }
    }

    async fn initialise(&mut self, payload: InitPayload) -> Result<(), Ending> {
        if self.viewer.is_some() {
            return Err(Close::TOO_MANY_INITS.into());
        }
        let token = payload.token().or(self.token.as_deref());
        let viewer = self.host.authenticate(token).await.map_err(|failure| match failure {
            AuthenticationFailure::Unauthenticated => Close::FORBIDDEN,
            AuthenticationFailure::Unavailable => Close::TRY_AGAIN_LATER,
        })?;
        self.viewer = Some(viewer);
        self.send(&ServerMessage::ConnectionAck).await
    }

    async fn subscribe(&mut self, id: String, parameters: Parameters) -> Result<(), Ending> {
        let viewer = self.viewer.clone().ok_or(Close::UNAUTHORIZED)?;
        if id.is_empty() {
            return Err(Close::INVALID_MESSAGE.into());
        }
        if self.active.contains_key(&id) {
            return Err(Close::subscriber_exists(&id).into());
        }
        let most = self.door.limits.socket_streams;
        if self.active.len() >= most {
            let message = format!("a socket runs {most} operations at most at once (limit socket_streams)");
            return self.refuse(&id, &[error(TOO_MANY_SUBSCRIPTIONS, message)]).await;
        }
        match Operation::read(&self.door, H::person(&viewer), parameters) {
            Ok(operation) if operation.kind == Some(OperationType::Mutation) => {
                let refused = error(BAD_USER_INPUT, "a mutation must be sent by POST to /graphql");
                self.refuse(&id, &[refused]).await
            }
            Ok(operation) => {
                self.start(id, viewer, operation);
                Ok(())
            }
            Err(refused) => self.refuse(&id, &[refused]).await,
        }
    }

    fn start(&mut self, id: String, viewer: H::Viewer, operation: Operation) {
        self.started += 1;
        let request_id = format!("{}.{}", self.request_id, self.started);
        let occasion = Occasion { request_id, resume_after: None };
        let responses = executor::execute_stream(self.host.clone(), viewer, operation, occasion);
        let (responses, abort) =
            stream::abortable(responses.map(Some).chain(stream::once(ready(None::<Pushed>))));
        self.active.insert(id.clone(), abort);
        self.outcomes.push(responses.map(move |response| (id.clone(), response)).boxed());
    }

    async fn deliver(&mut self, id: &str, pushed: Option<Pushed>) -> Result<(), Ending> {
        match pushed.map(|pushed| pushed.response) {
            Some(response) if failure::is_request_error(&response) => {
                self.forget(id);
                self.refuse(id, &response.errors).await
            }
            Some(response) => self.send(&ServerMessage::Next { id, payload: &response }).await,
            None => {
                self.forget(id);
                self.send(&ServerMessage::Complete { id }).await
            }
        }
    }

    /// Drops an operation's stream; its id is free again.
    fn forget(&mut self, id: &str) {
        if let Some(abort) = self.active.remove(id) {
            abort.abort();
        }
    }

    async fn refuse(&mut self, id: &str, errors: &[ServerError]) -> Result<(), Ending> {
        self.send(&ServerMessage::Error { id, payload: errors }).await
    }

    async fn send(&mut self, message: &ServerMessage<'_>) -> Result<(), Ending> {
        let text = serde_json::to_string(message).map_err(|_| Close::INTERNAL)?;
        self.write(Message::text(text)).await
    }

    async fn write(&mut self, message: Message) -> Result<(), Ending> {
        match timeout(self.door.patience.write, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ending::Lost),
        }
    }
}
