//! Scoped reads and guarded writes: the only place that holds a query.
//!
//! There is no unscoped finder for child data: `read` takes the operation with its viewer, and `facts` reads what a
//! decision needs beyond the caller's sight as `System`, of which nothing reaches a reply but the decision.

pub mod attachments;
pub mod audit;
pub mod calendar;
pub mod children;
pub mod consultations;
pub mod deadlines;
pub mod duties;
pub mod ehc;
pub mod erasure;
pub mod events;
pub mod facts;
pub mod graduated;
pub mod health;
pub mod idempotency;
pub mod import;
pub mod list;
pub mod locality;
pub mod moderation;
pub mod outbox;
pub mod people;
pub mod planning;
pub mod read;
pub mod reminders;
pub mod reports;
pub mod scope;
pub mod staffing;
pub mod subject_access;
pub mod term_due;
pub mod work;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use std::time::Duration;

/// Something that went wrong and is nobody's input. Its text stays in the house.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database answered with an error.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// What is stored cannot be read back.
    #[error("stored value: {0}")]
    Stored(#[from] serde_json::Error),
    /// The calendar data of the service itself is wrong.
    #[error("calendar: {0}")]
    Calendar(#[from] domain::calendar::BeyondCalendar),
    /// Something that the house rules out.
    #[error("unexpected: {0}")]
    Unexpected(&'static str),
}

impl Fault {
    /// Whether the same transaction may succeed when it is tried again: a serialisation failure, a deadlock, a busy
    /// database, or a unique index that another transaction reached first.
    pub fn is_transient(&self) -> bool {
        let Fault::Database(error) = self else { return false };
        if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) {
            return true;
        }
        match error {
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                let code = error.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code);
                code.is_some_and(|code| {
                    matches!(code.as_ref(), "40001" | "40P01" | "5" | "261" | "517" | "262")
                })
            }
            _ => false,
        }
    }
}

/// The database: readers, and the one writer that SQLite allows.
#[derive(Clone, Debug)]
pub struct Store {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Store {
    /// Opens a database by its URL: `sqlite:` or `postgres:`.
    pub async fn open(url: &str) -> Result<Self, Fault> {
        if url.starts_with("sqlite") {
            let writer = Database::connect(sqlite(url, 1, false)).await?;
            let reader = Database::connect(sqlite(url, 8, true)).await?;
            return Ok(Self { reader, writer });
        }
        let mut options = ConnectOptions::new(url);
        options.max_connections(20).acquire_timeout(Duration::from_secs(10)).sqlx_logging(false);
        let pool = Database::connect(options).await?;
        Ok(Self { reader: pool.clone(), writer: pool })
    }

    /// The connections for reads.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The connection for single statements that write; a change of several is a `work`.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// How many connections are open and how many of them are idle: readers, writers.
    pub fn pools(&self) -> [(&'static str, u32, usize); 2] {
        let figures = |connection: &DatabaseConnection| {
            if self.backend() == DbBackend::Sqlite {
                let pool = connection.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            } else {
                let pool = connection.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        let (reader, writer) = (figures(&self.reader), figures(&self.writer));
        [("reader", reader.0, reader.1), ("writer", writer.0, writer.1)]
    }

    /// Brings the schema up to date, under a lock, so that two replicas starting together do not both try.
    pub async fn migrate(&self) -> Result<(), Fault> {
        if self.backend() == DbBackend::Postgres {
            // Session locks belong to a connection: lock, migrate and unlock on one and the same.
            let tx = self.begin().await?;
            tx.execute_unprepared("select pg_advisory_xact_lock(7205759403792794)").await?;
            Migrator::up(&tx, None).await?;
            tx.commit().await?;
            return Ok(());
        }
        let tx = self.begin().await?;
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The newest change of the schema that this binary knows, by its name.
    pub fn newest_change() -> String {
        Migrator::migrations().last().map(|change| change.name().to_owned()).unwrap_or_default()
    }

    /// Whether the schema is the one that this binary was built for; an error if the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool, Fault> {
        let applied = Migrator::get_applied_migrations_read_only(&self.reader).await?;
        let known = Migrator::migrations();
        Ok(applied.len() == known.len() && applied.iter().zip(&known).all(|(a, k)| a.name() == k.name()))
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), Fault> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }

    async fn begin(&self) -> Result<sea_orm::DatabaseTransaction, Fault> {
        use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
        let mode = (self.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10));
            // Eight connections, each with pages and statements of its own, would hold more memory than they save time: the
            // pages lie in the cache of the system too.
            let options = options.statement_cache_capacity(48).pragma("cache_size", "-1000");
            if read_only { options.pragma("query_only", "true") } else { options }
        });
    options
}
