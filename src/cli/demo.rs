//! `casegraph demo`: an invented world on this machine. Only here are there tokens without a provider and a clock that
//! can be moved, and only loopback addresses are listened on.

mod clock;
mod folder;

use super::run::{self, House};
use super::{Failure, io, open, say};
use crate::demo;
use crate::http::authentication::{Authenticator, DevTokens};
use crate::mail::invitation::Mailbox;
use crate::mail::transport::Post;
use crate::workflow::{Letterhead, Service};
use chrono::{DateTime, Utc};
use clock::DevClock;
use folder::{Account, Folder};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What a newcomer asks first: whatever role they hold, it has an answer.
const FIRST_QUERY: &str = "{ viewer { person { name } roles { role } } }";

/// Where the invented world lives, and when.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of database, tokens and mail.
    #[arg(long, default_value = "demo-data")]
    dir: PathBuf,
    /// A loopback address.
    #[arg(long, default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// The time that the service believes it is, such as 2026-11-16T09:00:00Z; it goes on from there.
    #[arg(long, value_name = "RFC3339")]
    now: Option<DateTime<Utc>>,
}

/// Serves the invented world until a signal comes.
pub(super) async fn demo(args: Args) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        let problem = "its tokens are no secret: the demonstration listens on loopback addresses only";
        return Err(Failure::Other(problem.to_owned()));
    }
    // Before anything is made: a second demonstration on the same port must not touch the first one's folder.
    let listener = TcpListener::bind(args.listen).await.map_err(io(args.listen.to_string()))?;
    let address = listener.local_addr().map_err(io("the listener"))?;
    let folder = Folder::open(&args.dir)?;
    let clock = folder.clock(args.now)?;
    let store = open(&folder.database_url()?).await?;
    store.migrate().await?;
    let letterhead = Letterhead {
        from: Mailbox { name: "casegraph".to_owned(), email: "casegraph@demo.example".to_owned() },
        public_url: format!("http://{address}"),
    };
    let service = run::service(store, clock, letterhead).await?;
    let tokens = DevTokens::of_secret(&folder.secret()?)
        .ok_or(Failure::Other("the secret is too short".to_owned()))?;
    let accounts = accounts(&folder, &service, &tokens).await?;
    say(&welcome(address, &folder, &accounts))?;
    let courier = run::courier(&service, Post::Folder(folder.mail()));
    let dev_clock = DevClock::new(service.clone(), Arc::clone(&courier), folder);
    run::run(House {
        service,
        courier,
        authenticator: Authenticator::Dev(Arc::new(tokens)),
        graphiql: true,
        door: Arc::default(),
        more: clock::router(dev_clock),
        listener,
    })
    .await
}

/// Those of an earlier start, or of a world that is filled now. The tokens are written once the world is whole.
async fn accounts(
    folder: &Folder,
    service: &Service,
    tokens: &DevTokens,
) -> Result<BTreeMap<String, Account>, Failure> {
    if let Some(accounts) = folder.tokens()? {
        return Ok(accounts);
    }
    let mut accounts = BTreeMap::new();
    for account in demo::fill(service).await? {
        let token = tokens.sign(&account.subject).map_err(|error| Failure::Other(error.to_string()))?;
        let token = Account { user: account.subject, authority: account.authority, token };
        accounts.insert(account.role_key, token);
    }
    folder.keep_tokens(&accounts)?;
    Ok(accounts)
}

fn welcome(address: SocketAddr, folder: &Folder, accounts: &BTreeMap<String, Account>) -> String {
    let mut text = format!(
        "casegraph, with an invented world in {}\n\n  GraphiQL  http://{address}/\n  GraphQL   http://{address}/graphql\n  \
         Sockets   ws://{address}/graphql/ws\n  Schema    http://{address}/schema.graphql\n\nTokens (also in tokens.json):\n",
        folder.path().display()
    );
    for (role, account) in accounts {
        let _ = write!(text, "\n{role} ({}, {})\n{}\n", account.user, account.authority, account.token);
    }
    let first = accounts.get("senco").or_else(|| accounts.values().next());
    if let Some(account) = first {
        let _ = write!(
            text,
            "\nA first query:\n\ncurl http://{address}/graphql -H 'content-type: application/json' \\\n  \
             -H 'authorization: Bearer {}' \\\n  -d '{{\"query\": \"{FIRST_QUERY}\"}}'\n\n",
            account.token
        );
    }
    text
}
