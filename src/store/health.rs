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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::{Clock, Op, new_id};
    use domain::event::Subject;
    use domain::people::PeopleEvent;
    use entity::event_head;
    use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

    async fn migrated() -> Store {
        let path = std::env::temp_dir().join(format!("casegraph-health-{}.db", new_id()));
        let store = Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    #[tokio::test]
    async fn a_database_that_is_read_only_is_not_ready_and_begins_no_change() {
        let store = migrated().await;
        assert_eq!(store.health().await, Health::Ready);
        store.writer().execute_unprepared("pragma query_only = true").await.unwrap();
        assert_eq!(store.health().await, Health::NotWritable);
        let op = Op::of_service(Clock::Machine.now());
        assert!(store.work(&op).await.is_err(), "a change begins on a database that cannot be written");
        store.writer().execute_unprepared("pragma query_only = false").await.unwrap();
        assert_eq!(store.health().await, Health::Ready);
    }

    #[tokio::test]
    async fn a_database_that_is_full_takes_no_half_of_a_change() {
        let store = migrated().await;
        let op = Op::of_service(Clock::Machine.now());
        let stream = new_id();
        let mut work = store.work(&op).await.unwrap();
        work.insert::<event_head::Entity>(event_head::Model { stream_id: stream, last_seq: 0 })
            .await
            .unwrap();
        work.commit().await.unwrap();
        // No page more than there are now.
        store.writer().execute_unprepared("pragma max_page_count = 1").await.unwrap();
        work = store.work(&op).await.unwrap();
        for _ in 0..2_000 {
            let subject = Subject { authority: stream, kind: "Person", id: new_id(), ..Subject::default() };
            work.record(subject, domain::event::Event::People(PeopleEvent::PersonInvited));
        }
        assert!(work.commit().await.is_err());
        assert_eq!(entity::event::Entity::find().count(store.reader()).await.unwrap(), 0);
        let head = event_head::Entity::find().one(store.reader()).await.unwrap().unwrap();
        assert_eq!(head.last_seq, 0);
    }
}
