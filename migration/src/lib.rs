//! The schema, one change a file, for SQLite and PostgreSQL from the same source.

mod m0001_authorities;
mod m0002_people;
mod m0003_children;
mod m0004_consultations;
mod m0005_duties;
mod m0006_events;
mod m0007_mail;
mod m0008_ehc;
mod m0009_graduated_response;
mod m0010_link_contacts_taken_back;
mod m0011_planning_meetings;
mod m0012_locality_groups;
mod m0013_groups_of_sessions;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// All changes, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Change { name: "m0001_authorities", up: m0001_authorities::UP }),
            Box::new(Change { name: "m0002_people", up: m0002_people::UP }),
            Box::new(Change { name: "m0003_children", up: m0003_children::UP }),
            Box::new(Change { name: "m0004_consultations", up: m0004_consultations::UP }),
            Box::new(Change { name: "m0005_duties", up: m0005_duties::UP }),
            Box::new(Change { name: "m0006_events", up: m0006_events::UP }),
            Box::new(Change { name: "m0007_mail", up: m0007_mail::UP }),
            Box::new(Change { name: "m0008_ehc", up: m0008_ehc::UP }),
            Box::new(Change { name: "m0009_graduated_response", up: m0009_graduated_response::UP }),
            Box::new(Change {
                name: "m0010_link_contacts_taken_back",
                up: m0010_link_contacts_taken_back::UP,
            }),
            Box::new(Change { name: "m0011_planning_meetings", up: m0011_planning_meetings::UP }),
            Box::new(Change { name: "m0012_locality_groups", up: m0012_locality_groups::UP }),
            Box::new(Change { name: "m0013_groups_of_sessions", up: m0013_groups_of_sessions::UP }),
        ]
    }
}

/// One change of the schema, as SQL that both databases read once its types are spelt for them.
struct Change {
    name: &'static str,
    up: &'static str,
}

impl MigrationName for Change {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Change {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared(&dialect(self.up, manager.get_database_backend())).await?;
        Ok(())
    }
}

/// Spells the types for a database. SQLite compares instants and dates as text, which their one written form keeps in
/// order; search words compare byte by byte in both.
fn dialect(sql: &str, backend: DbBackend) -> String {
    let types: &[(&str, &str)] = if backend == DbBackend::Sqlite {
        &[
            (" text_c", " text"),
            (" timestamptz", " text"),
            (" date", " text"),
            (" jsonb", " text"),
            (" bytea", " blob"),
            (" uuid", " blob"),
        ]
    } else {
        &[(" text_c", " text collate \"C\"")]
    };
    types.iter().fold(sql.to_owned(), |sql, (from, to)| {
        sql.lines().map(|line| spell(line, from, to)).collect::<Vec<_>>().join("\n")
    })
}

/// Replaces a type where it stands behind a column's name, and nowhere else.
fn spell(line: &str, from: &str, to: &str) -> String {
    let ends = [",", ";", " not null", " unique", " references"];
    let indented = line.starts_with("    ");
    let found = ends.iter().find_map(|end| line.find(&format!("{from}{end}")));
    match found {
        Some(at) if indented => format!("{}{to}{}", &line[..at], &line[at + from.len()..]),
        _ => line.to_owned(),
    }
}
