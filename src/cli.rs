//! The command line.

mod demo;
mod import;
mod report;
mod run;
mod serve;

use crate::config::{self, Limits, Problems};
use crate::graphql;
use crate::http::authentication::{NoRandomness, ProviderFault};
use crate::http::documents::BadManifest;
use crate::http::metrics::NoMetrics;
use crate::mail::transport::BadRelay;
use crate::op::Clock;
use crate::store::{Fault, Store};
use crate::workflow::import::ensure_bank_holidays;
use clap::{Parser, Subcommand};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// The rules of SEND casework in England as a GraphQL service.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    /// A TOML file with settings; environment variables win over it.
    #[arg(long, global = true, value_name = "FILE", env = "CASEGRAPH_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the graph.
    Serve,
    /// Brings the database's schema up to date.
    Migrate,
    /// Prints the schema of the graph.
    Schema,
    /// Imports a file: all of it, or nothing.
    Import(import::Args),
    /// Writes a report as CSV or JSON.
    #[command(subcommand)]
    Report(report::Args),
    /// Serves an invented world on this machine, to try things out.
    Demo(demo::Args),
}

/// Why a command did not do what it is for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Settings are missing or unsafe.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// The database.
    #[error(transparent)]
    Store(#[from] Fault),
    /// The file of a SQLite database.
    #[error("{0} cannot be opened or created: {1}")]
    Unopened(String, #[source] Fault),
    /// Files, and the address to listen on.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// The mail relay.
    #[error("CASEGRAPH_SMTP_URL is {0}")]
    Relay(#[from] BadRelay),
    /// The manifest of trusted documents.
    #[error("CASEGRAPH_TRUSTED_DOCUMENTS {0}")]
    Manifest(#[from] BadManifest),
    /// The OpenID provider's client could not be made.
    #[error(transparent)]
    Provider(#[from] ProviderFault),
    /// The metrics could not be set up.
    #[error(transparent)]
    Metrics(#[from] NoMetrics),
    /// The machine gave no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The schema is not the one of this binary.
    #[error("the schema of the database is not the one of this version: run `casegraph migrate`")]
    NotMigrated,
    /// Something else, in words.
    #[error("{0}")]
    Other(String),
}

/// An error of files, with what was being done.
fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    let doing = doing.into();
    move |error| Failure::Io(doing, error)
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> Result<(), Failure> {
    log();
    let config = cli.config.as_deref();
    match cli.command {
        Command::Serve => serve::serve(config).await,
        Command::Migrate => {
            let store = open(&config::database_url(config, environment)?).await?;
            store.migrate().await?;
            ensure_bank_holidays(&store).await?;
            say(&format!("The schema is at {}.\n", Store::newest_change()))
        }
        Command::Schema => say(&graphql::schema(&Limits::default()).sdl()),
        Command::Import(args) => import::run(args, migrated(config).await?, Clock::Machine).await,
        Command::Report(args) => report::run(args, migrated(config).await?).await,
        Command::Demo(args) => demo::demo(args).await,
    }
}

/// Opens a database. Of SQLite the file is named where that fails; the URL of a server may hold a password.
async fn open(url: &str) -> Result<Store, Failure> {
    Store::open(url).await.map_err(|fault| match sqlite_file(url) {
        Some(file) => Failure::Unopened(file.to_owned(), fault),
        None => fault.into(),
    })
}

/// The file of a SQLite URL.
fn sqlite_file(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(path.split_once('?').map_or(path, |(path, _)| path))
}

/// The database of the settings, if it has the schema of this binary.
async fn migrated(config: Option<&Path>) -> Result<Store, Failure> {
    let store = open(&config::database_url(config, environment)?).await?;
    if store.is_migrated().await? { Ok(store) } else { Err(Failure::NotMigrated) }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Writes to the standard output.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(io("the standard output"))
}

/// Logs to the standard error. `CASEGRAPH_LOG` says what, `CASEGRAPH_LOG_FORMAT=json` how.
fn log() {
    let filter =
        environment("CASEGRAPH_LOG").unwrap_or_else(|| "info,sqlx=warn,sea_orm_migration=warn".to_owned());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if environment("CASEGRAPH_LOG_FORMAT").is_some_and(|format| format == "json") {
        builder.json().flatten_event(true).init();
    } else {
        builder.init();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_file_of_a_sqlite_url_is_named_and_no_server() {
        assert_eq!(sqlite_file("sqlite:///var/lib/a.db?mode=rwc"), Some("/var/lib/a.db"));
        assert_eq!(sqlite_file("sqlite://a.db"), Some("a.db"));
        assert_eq!(sqlite_file("sqlite:a.db"), Some("a.db"));
        assert_eq!(sqlite_file("postgres://someone:secret@server/a"), None);
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_created_is_named() {
        let Err(failure) = open("sqlite:///no-such-folder/a.db").await else {
            panic!("there is no such folder")
        };
        assert!(failure.to_string().starts_with("/no-such-folder/a.db cannot be opened"), "{failure}");
    }
}
