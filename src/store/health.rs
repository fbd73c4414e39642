//! Whether the database can do what the service needs of it.

use super::{Fault, Store};
use entity::service_secret;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// What a look at the database found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers, has the schema of this binary, and can be written.
    Ready,
    /// It does not answer.
    Unreachable,
    /// It did not answer in time.
    Slow,
    /// Its schema is not the one that this binary was built for.
    NotMigrated,
    /// It can be read, but not written.
    NotWritable,
}

impl Health {
    /// The reason in words; none when it is ready.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Health::Ready => None,
            Health::Unreachable => Some("the database does not answer"),
            Health::Slow => Some("the database did not answer in time"),
            Health::NotMigrated => {
                Some("the schema of the database is not the one of this version: run `casegraph migrate`")
            }
            Health::NotWritable => Some("the database cannot be written"),
        }
    }
}

impl Store {
    /// Looks at the database; nothing is changed.
    pub async fn health(&self) -> Health {
        match self.is_migrated().await {
            Ok(true) => {}
            Ok(false) => return Health::NotMigrated,
            Err(fault) => {
                tracing::warn!(%fault, "the database does not answer");
                return Health::Unreachable;
            }
        }
        match self.try_to_write().await {
            Ok(()) => Health::Ready,
            Err(fault) => {
                tracing::warn!(%fault, "the database cannot be written");
                Health::NotWritable
            }
        }
    }

    /// A change of no row, rolled back: it fails where a change would.
    async fn try_to_write(&self) -> Result<(), Fault> {
        let tx = self.begin().await?;
        let update = service_secret::Entity::update_many()
            .col_expr(service_secret::Column::Name, Expr::col(service_secret::Column::Name))
            .filter(service_secret::Column::Name.eq(""));
        let changed = update.exec(&tx).await;
        tx.rollback().await?;
        changed?;
        Ok(())
    }
}
