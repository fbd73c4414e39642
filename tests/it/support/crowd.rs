//! More of everything than the world has, written past the API where a test needs many; and steps without HTTP.

use super::app::App;
use super::world::upn;
use casegraph::op::{Op, new_id};
use casegraph::store::people;
use casegraph::workflow::command::{Command, Control, Reply, run};
use casegraph::workflow::consultation::booking::{Book, Discussed};
use chrono::{DateTime, TimeDelta, Utc};
use domain::child::{Gender, Need, SenStatus};
use domain::consultation::AreaOfNeed;
use domain::consultation::booking::{Attendee, AttendeeKind, Form};
use domain::london;
use entity::{child, consultation_slot, holding};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::sync::Arc;
use uuid::Uuid;

impl App {
    /// A connection of the test's own, past the service.
    pub async fn connection(&self) -> DatabaseConnection {
        Database::connect(self.database_url()).await.unwrap()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let db = self.service.store.reader();
        let sql = format!("select count(*) as n from {table}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get("", "n").unwrap()
    }

    /// So many more children of the primary school.
    pub async fn more_children(&self, count: u32) -> Vec<Uuid> {
        let op = Op::of_service(self.now());
        let work = self.service.store.work(&op).await.unwrap();
        let children: Vec<_> = (0..count).map(|number| self.another_child(number)).collect();
        let ids: Vec<_> = children.iter().map(|row| row.id).collect();
        let held = ids.iter().map(|child| holding::Model {
            id: new_id(),
            child_id: *child,
            school_id: self.world.schools["primary"],
            authority_id: self.world.authority,
            from_date: "2024-09-01".parse().unwrap(),
            to_date: None,
        });
        let held = held.collect();
        work.insert_all::<child::Entity>(children).await.unwrap();
        work.insert_all::<holding::Entity>(held).await.unwrap();
        work.commit().await.unwrap();
        ids
    }

    fn another_child(&self, number: u32) -> child::Model {
        child::Model {
            id: new_id(),
            authority_id: self.world.authority,
            upn: Some(upn(1_000 + number)),
            upn_temporary: false,
            given_name: format!("Child{number}"),
            family_name: "Crowd".into(),
            known_as: None,
            date_of_birth: "2018-05-04".parse().unwrap(),
            gender: Gender::M,
            year_group_override: None,
            sen_status: SenStatus::SenSupport,
            primary_need: Some(Need::Slcn),
            further_needs: serde_json::json!([]),
            person_id: None,
            erased_at: None,
            version: 1,
            created_at: self.now(),
        }
    }

    /// So many more slots at the same time: their specialist is in many places at once, which only a test can be.
    pub async fn more_slots(&self, count: u32, starts_at: &str) -> Vec<Uuid> {
        let starts_at: DateTime<Utc> = starts_at.parse().unwrap();
        let op = Op::of_service(self.now());
        let work = self.service.store.work(&op).await.unwrap();
        let slots: Vec<_> = (0..count)
            .map(|_| consultation_slot::Model {
                id: new_id(),
                authority_id: self.world.authority,
                area_of_need: AreaOfNeed::CognitionAndLearning,
                starts_at,
                ends_at: starts_at + TimeDelta::hours(1),
                specialist_id: self.world.people["specialist"],
                join_link: "https://meet.example/room".into(),
                published_by: self.world.people["team"],
                published_at: self.now(),
                withdrawn_at: None,
                version: 1,
            })
            .collect();
        let ids = slots.iter().map(|row| row.id).collect();
        work.insert_all::<consultation_slot::Entity>(slots).await.unwrap();
        work.commit().await.unwrap();
        ids
    }

    /// A request of somebody.
    pub async fn op(&self, subject: &str) -> Op {
        let person = self.world.people[subject];
        let viewer = people::viewer(self.service.store.reader(), person, self.now()).await.unwrap();
        Op::of(Arc::new(viewer), self.now(), Arc::from("test"))
    }

    /// Takes a step without HTTP.
    pub async fn step<C: Command>(&self, subject: &str, command: C) -> Reply {
        let op = self.op(subject).await;
        run(&self.service, &op, Control::default(), command).await.unwrap()
    }

    /// A booking that passes.
    pub fn booking(&self, child: Uuid, slot: Uuid) -> Book {
        let attendee = |kind, name: &str, email: &str| Attendee {
            kind,
            name: name.into(),
            role: "of the family or the school".into(),
            email: email.into(),
        };
        let form = Form {
            primary_area_of_need: AreaOfNeed::CognitionAndLearning,
            overlapping_areas: vec![],
            parent_views: "Happy at home.".into(),
            pupil_views: "Likes maths.".into(),
            main_concerns: "Reading.".into(),
            strengths_and_interests: "Trains.".into(),
            other_services: "none".into(),
            staff_training: "none".into(),
            support_in_place: "Reading group.".into(),
            attendees: vec![
                attendee(AttendeeKind::School, "Helen Carr", "helen@school.example"),
                attendee(AttendeeKind::ParentCarer, "Layla", "layla@home.example"),
            ],
            discussed_on: london::date_of(self.now() - TimeDelta::days(3)),
            discussed_with_parents: true,
            parents_consent: true,
            c_ric_sent_at: self.now() - TimeDelta::hours(1),
        };
        Book { child, slot, discussed: Discussed::With(self.world.people["ep"]), form }
    }
}
