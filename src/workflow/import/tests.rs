//! Imports and what administrators change, on a database of their own.

use super::*;
use crate::feed::Feed;
use crate::feed::cursor::CursorKey;
use crate::mail::invitation::Mailbox;
use crate::op::{Clock, Viewer, new_id};
use crate::store::{Store, people};
use crate::workflow::Letterhead;
use crate::workflow::calendar::{AddClosureDay, RemoveClosureDay, SetPolicy, SetTerms};
use crate::workflow::command::{Command, Control, Reply, run as run_command};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Role;
use domain::calendar::{DayUnit, Direction, Term, TermName};
use domain::duty::{Count, NewDuty, Owner};
use domain::event::{EventKind, Subject};
use domain::policy::{Figures, Policy};
use domain::refusal::Code;
use domain::rule::RuleId;
use entity::{child, duty, event, event_head, holding, school, vulnerability};
use sea_orm::EntityTrait;
use std::sync::Arc;
use uuid::Uuid;

const SCHOOLS: &[u8] = include_bytes!("../../../tests/fixtures/schools-gias.csv");
const CHILDREN: &[u8] = include_bytes!("../../../tests/fixtures/children.csv");
const STAFF: &[u8] = include_bytes!("../../../tests/fixtures/staff.csv");
const TERMS: &[u8] = include_bytes!("../../../tests/fixtures/term-dates.csv");

pub(in crate::workflow) struct House {
    pub(in crate::workflow) service: Service,
    path: std::path::PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

pub(in crate::workflow) fn now() -> DateTime<Utc> {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

pub(in crate::workflow) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl House {
    async fn empty() -> Self {
        let path = std::env::temp_dir().join(format!("casegraph-{}.sqlite", new_id()));
        let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
        store.migrate().await.unwrap();
        ensure_bank_holidays(&store).await.unwrap();
        let key = CursorKey::new(&[7; 32]).unwrap();
        let from = Mailbox { name: String::new(), email: "casegraph@example.org".into() };
        let letterhead = Arc::new(Letterhead { from, public_url: "https://casegraph.example".into() });
        let clock = Clock::stepped_at(now());
        Self { service: Service { store, feed: Feed::new(key), clock, letterhead }, path }
    }

    /// With schools, staff and children.
    pub(in crate::workflow) async fn full() -> Self {
        let house = Self::empty().await;
        house.import(Content::Schools, SCHOOLS).await.unwrap();
        house.import(Content::Staff, STAFF).await.unwrap();
        house.import(Content::Children, CHILDREN).await.unwrap();
        house
    }

    async fn take(
        &self,
        content: Content,
        bytes: &[u8],
        authority: Option<&str>,
        check: bool,
    ) -> Result<Counts, Refused> {
        let op = Op::of_service(self.service.clock.now());
        run(&self.service, &op, File { content, bytes, authority, check }).await
    }

    async fn import(&self, content: Content, bytes: &[u8]) -> Result<Counts, Refused> {
        let authority = (content == Content::Staff).then_some("898");
        self.take(content, bytes, authority, false).await
    }

    pub(in crate::workflow) async fn rows<E: EntityTrait>(&self) -> Vec<E::Model> {
        E::find().all(self.service.store.reader()).await.unwrap()
    }

    pub(in crate::workflow) async fn events(&self, kind: EventKind) -> usize {
        self.rows::<event::Entity>().await.iter().filter(|event| event.kind == kind).count()
    }

    pub(in crate::workflow) async fn school(&self, urn: i32) -> school::Model {
        self.rows::<school::Entity>().await.into_iter().find(|school| school.urn == urn).unwrap()
    }

    pub(in crate::workflow) async fn child(&self, upn: &str) -> child::Model {
        self.rows::<child::Entity>()
            .await
            .into_iter()
            .find(|child| child.upn.as_deref() == Some(upn))
            .unwrap()
    }

    pub(in crate::workflow) async fn held(&self, child: Uuid) -> holding::Model {
        let rows = self.rows::<holding::Entity>().await;
        rows.into_iter().find(|row| row.child_id == child && row.to_date.is_none()).unwrap()
    }

    pub(in crate::workflow) async fn person(&self, subject: &str) -> Uuid {
        people::person_of_subject(self.service.store.reader(), subject).await.unwrap().unwrap()
    }

    /// Somebody who holds a role, invited and granted past the commands.
    pub(in crate::workflow) async fn somebody(
        &self,
        role: Role,
        authority: Uuid,
        school: Option<Uuid>,
    ) -> Op {
        let op = Op::of_service(now());
        let work = self.service.store.work(&op).await.unwrap();
        let (id, subject) = (new_id(), new_id().to_string());
        let name = "Somebody".to_owned();
        let person =
            entity::person::Model { id, subject, name, email: "a@b.example".into(), created_at: now() };
        work.insert::<entity::person::Entity>(person).await.unwrap();
        let grant = entity::role_grant::Model {
            id: new_id(),
            person_id: id,
            authority_id: authority,
            role,
            school_id: school,
            from_date: day("2020-01-01"),
            to_date: None,
            revoked_at: None,
            granted_by: None,
        };
        work.insert::<entity::role_grant::Entity>(grant).await.unwrap();
        work.commit().await.unwrap();
        self.as_person(id).await
    }

    pub(in crate::workflow) async fn as_person(&self, id: Uuid) -> Op {
        let viewer: Viewer = people::viewer(self.service.store.reader(), id, now()).await.unwrap();
        Op::of(Arc::new(viewer), now(), Arc::from("test"))
    }

    pub(in crate::workflow) async fn does<C: Command>(&self, op: &Op, command: C) -> Reply {
        run_command(&self.service, op, Control::default(), command).await.unwrap()
    }
}

pub(in crate::workflow) fn codes(reply: &Reply) -> Vec<(RuleId, Code)> {
    reply.refusals.iter().map(|refusal| (refusal.rule, refusal.code)).collect()
}

#[tokio::test]
async fn schools_come_once_and_bring_their_authorities() {
    let house = House::empty().await;
    let checked = house.take(Content::Schools, SCHOOLS, None, true).await.unwrap();
    assert!(house.rows::<school::Entity>().await.is_empty());
    assert_eq!(house.import(Content::Schools, SCHOOLS).await.unwrap(), checked);
    assert_eq!(house.rows::<school::Entity>().await.len(), checked.added);
    assert_eq!(
        house.rows::<event_head::Entity>().await.len(),
        house.rows::<entity::authority::Entity>().await.len()
    );
    let events = house.rows::<event::Entity>().await.len();
    let again = house.import(Content::Schools, SCHOOLS).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, checked.added));
    assert_eq!(house.rows::<event::Entity>().await.len(), events);
    let id = house.school(900_002).await.id;
    let renamed =
        String::from_utf8_lossy(SCHOOLS).replace("Brackenford Primary School", "Brackenford Academy");
    assert_eq!(house.import(Content::Schools, renamed.as_bytes()).await.unwrap().changed, 1);
    let school = house.school(900_002).await;
    assert_eq!((school.id, school.name.as_str()), (id, "Brackenford Academy"));
    let other = house.take(Content::Schools, SCHOOLS, Some("001"), false).await.unwrap();
    assert_eq!(other.skipped, checked.added);
}

#[tokio::test]
async fn fifteen_hundred_schools_come_in_well_under_two_seconds() {
    let house = House::empty().await;
    let header =
        "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (code),PhaseOfEducation (code)\n";
    let file = (1..=1536)
        .fold(header.to_owned(), |file, urn| file + &format!("{urn},898,Westmarch,School {urn},1,2\n"));
    let started = std::time::Instant::now();
    assert_eq!(house.import(Content::Schools, file.as_bytes()).await.unwrap().added, 1536);
    assert!(started.elapsed().as_millis() < 2_000, "{:?}", started.elapsed());
    assert_eq!(house.import(Content::Schools, file.as_bytes()).await.unwrap().unchanged, 1536);
}

#[tokio::test]
async fn staff_and_children_come_once_and_wrong_rows_leave_everything_as_it_was() {
    let house = House::full().await;
    let events = house.rows::<event::Entity>().await.len();
    let staff = house.import(Content::Staff, STAFF).await.unwrap();
    let children = house.import(Content::Children, CHILDREN).await.unwrap();
    assert_eq!((staff.added, staff.changed, children.added, children.changed), (0, 0, 0, 0));
    assert!(staff.unchanged > 10 && staff.skipped == 1 && children.unchanged == 8);
    assert_eq!(house.rows::<event::Entity>().await.len(), events);

    let wrong = String::from_utf8_lossy(CHILDREN).replace("900003", "999999").replace("Barnaby", "Barney");
    let Err(Refused::Rows(faults)) = house.import(Content::Children, wrong.as_bytes()).await else {
        panic!("nothing was refused")
    };
    assert_eq!((faults.listed()[0].line, faults.listed()[0].column.as_str()), (4, "school_urn"));
    assert_eq!(house.child("W898260000001").await.given_name, "Barnaby");
    let Err(Refused::Rows(faults)) = house.take(Content::Staff, STAFF, None, false).await else {
        panic!("nothing was refused")
    };
    assert!(faults.listed().iter().all(|fault| fault.column == "role"));
}

#[tokio::test]
async fn a_changed_child_is_written_over_and_one_at_another_school_moves() {
    let house = House::full().await;
    let child = house.child("W898260000001").await;
    let before = house.held(child.id).await;
    let file = String::from_utf8_lossy(CHILDREN)
        .replace("Barnaby,Wickfield,,2018-03-14,M,,900002", "Barney,Wickfield,,2018-03-14,M,,900003")
        .replace("LAC:2025-09-01;RISK", "RISK");
    assert_eq!(house.import(Content::Children, file.as_bytes()).await.unwrap().changed, 2);
    let after = house.held(child.id).await;
    assert_eq!(
        (before.school_id, after.school_id),
        (house.school(900_002).await.id, house.school(900_003).await.id)
    );
    let words = house.rows::<entity::child_word::Entity>().await;
    assert!(
        words.iter().any(|word| word.word == "barney") && !words.iter().any(|word| word.word == "barnaby")
    );
    let flags = house.rows::<vulnerability::Entity>().await;
    assert_eq!(flags.iter().filter(|flag| flag.to_date == Some(day("2026-11-23"))).count(), 1);
    assert_eq!(
        (house.events(EventKind::ChildMoved).await, house.events(EventKind::ChildChanged).await),
        (1, 2)
    );
    assert_eq!(house.import(Content::Children, file.as_bytes()).await.unwrap().unchanged, 8);
}

#[tokio::test]
async fn terms_and_bank_holidays_come_once() {
    let house = House::full().await;
    let unknown = String::from_utf8_lossy(TERMS).replace("899,", "001,");
    let Err(Refused::Rows(faults)) = house.import(Content::Terms, unknown.as_bytes()).await else {
        panic!("nothing was refused")
    };
    assert!(faults.listed().iter().all(|fault| fault.line > 13 && fault.column == "dfe_code"), "{faults}");
    let terms = house.take(Content::Terms, TERMS, Some("898"), false).await.unwrap();
    assert!(terms.added > 0 && terms.skipped > 0);
    let again = house.take(Content::Terms, TERMS, Some("898"), false).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, terms.added));
    assert_eq!(house.events(EventKind::CalendarChanged).await, 1);

    let built_in = include_bytes!("../../../data/bank-holidays.json");
    let same = house.import(Content::BankHolidays, built_in).await.unwrap();
    assert_eq!((same.added, same.changed), (0, 0));
    assert_eq!(house.events(EventKind::CalendarChanged).await, 1);
    let Err(Refused::Whole(_)) = house.import(Content::BankHolidays, b"{}").await else {
        panic!("nothing was refused")
    };
}

impl House {
    /// A duty of ten working days (or weeks) from Monday 23 November 2026, on a child of the fixtures.
    pub(in crate::workflow) async fn duty(&self, unit: DayUnit, owner: Owner) -> Uuid {
        let child = self.child("W898260000001").await;
        let held = self.held(child.id).await;
        let op = Op::of_service(now());
        let work = self.service.store.work(&op).await.unwrap();
        let calendar = System::within(&work).calendar(held.authority_id).await.unwrap();
        let count = Count(10, unit, Direction::After);
        let policy = Policy::defaults();
        let new = NewDuty::set(RuleId::Oc13, owner, "a test", day("2026-11-23"), count, &calendar, &policy)
            .unwrap();
        let subject = Subject {
            authority: held.authority_id,
            child: Some(child.id),
            school: Some(held.school_id),
            ..Subject::default()
        };
        let known = self.rows::<duty::Entity>().await;
        work.set_duty(&subject, new).await.unwrap();
        work.commit().await.unwrap();
        let mut all = self.rows::<duty::Entity>().await;
        all.retain(|row| !known.contains(row));
        all[0].id
    }

    pub(in crate::workflow) async fn due(&self, id: Uuid) -> duty::Model {
        self.rows::<duty::Entity>().await.into_iter().find(|row| row.id == id).unwrap()
    }
}

const TEAM: Owner = Owner { role: Role::ConsultationsTeam, person: None };

#[tokio::test]
async fn open_deadlines_move_with_the_calendar_and_back() {
    let house = House::full().await;
    let authority = house.school(900_002).await.authority_id;
    let admin = house.somebody(Role::AuthorityAdmin, authority, None).await;
    let working = house.duty(DayUnit::WorkingDays, TEAM).await;
    let weeks = house.duty(DayUnit::Weeks, TEAM).await;
    let before = house.due(working).await;
    assert_eq!(before.due_on, day("2026-12-07"));

    let closed = AddClosureDay { authority, on: day("2026-12-01"), title: "Burst pipe".into() };
    house.does(&admin, closed.clone()).await;
    let moved = house.due(working).await;
    assert_eq!((moved.due_on, moved.due_at > before.due_at), (day("2026-12-08"), true));
    assert_eq!(moved.remind_at, Some("2026-12-04T00:00:00Z".parse().unwrap()));
    assert_eq!(house.due(weeks).await.due_on, day("2027-02-01"));
    assert_eq!(codes(&house.does(&admin, closed).await), [(RuleId::Xc1, Code::Conflict)]);

    let file = r#"{"england-and-wales":{"events":[{"title":"Extra","date":"2026-12-02"}]}}"#;
    house.import(Content::BankHolidays, file.as_bytes()).await.unwrap();
    assert_eq!(house.due(working).await.due_on, day("2026-12-09"));

    let closure_day = house.rows::<entity::closure_day::Entity>().await[0].id;
    house.does(&admin, RemoveClosureDay { closure_day }).await;
    assert_eq!(house.due(working).await.due_on, day("2026-12-08"));
    // The flags and needs of the imported children have deadlines of their own, which move too.
    let moved = house.rows::<entity::event::Entity>().await;
    let moved = moved.iter().filter(|row| row.kind == EventKind::DeadlineMoved && row.subject_id == working);
    assert_eq!(moved.count(), 3);
}

#[tokio::test]
async fn policies_count_up_and_terms_are_checked() {
    let house = House::full().await;
    let authority = house.school(900_002).await.authority_id;
    let admin = house.somebody(Role::AuthorityAdmin, authority, None).await;
    let policy = |from| SetPolicy { authority, effective_from: day(from), figures: Figures::default() };
    for _ in 0..2 {
        assert!(house.does(&admin, policy("2026-11-23")).await.refusals.is_empty());
    }
    let versions: Vec<_> =
        house.rows::<entity::policy::Entity>().await.iter().map(|row| row.version).collect();
    assert_eq!(versions, [1, 2]);
    assert_eq!(codes(&house.does(&admin, policy("2026-11-22")).await), [(RuleId::Xc13, Code::TooEarly)]);
    let manager = house.somebody(Role::SendManager, authority, None).await;
    assert_eq!(
        codes(&house.does(&manager, policy("2026-11-23")).await),
        [(RuleId::Xc18, Code::NotPermitted)]
    );
    let foreign = SetPolicy { authority: new_id(), ..policy("2026-11-23") };
    assert_eq!(codes(&house.does(&admin, foreign).await), [(RuleId::Xc18, Code::NotFound)]);
    let (first_day, last_day) = (day("2026-10-23"), day("2026-09-01"));
    let terms = vec![Term { school_year: 2026, name: TermName::Autumn1, first_day, last_day }];
    let reply = house.does(&admin, SetTerms { authority, school_year: 2026, terms }).await;
    assert_eq!(codes(&reply), [(RuleId::Xc5, Code::Invalid)]);
}
