//! What one sweep costs with 10,000 and with 100,000 open EHC needs assessments, 500 advice deadlines of which have just
//! passed: on SQLite, in one run, so that the two figures can be set against each other. `cargo bench --bench sweep`.

#![allow(clippy::unwrap_used)] // What fails here fails the measurement.

use casegraph::feed::Feed;
use casegraph::feed::cursor::CursorKey;
use casegraph::mail::invitation::Mailbox;
use casegraph::op::{Clock, Op, new_id};
use casegraph::store::Store;
use casegraph::sweep;
use casegraph::workflow::{Letterhead, Service};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::access::Role;
use domain::calendar::{Calendar, DayUnit, Direction, DueDate};
use domain::child::{Gender, SenStatus};
use domain::duty::{DutyState, Step};
use domain::ehc::{RequestSource, RequestState, Service as AdviceService, State};
use domain::school::{Phase, SchoolStatus};
use entity::{
    advice_request, authority, bank_holiday, bank_holiday_coverage, child, duty, ehc_assessment,
    ehc_forecast, event_head, holding, person, role_grant, school,
};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

const DUE: usize = 500;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let few = runtime.block_on(sweep_with(10_000));
    let many = runtime.block_on(sweep_with(100_000));
    println!("10,000 open, {DUE} due: {few:.2?}");
    println!("100,000 open, {DUE} due: {many:.2?}, {:.2} times that", many.as_secs_f64() / few.as_secs_f64());
}

async fn sweep_with(cases: usize) -> Duration {
    let folder = std::env::temp_dir().join(format!("casegraph-bench-{}", new_id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store = Store::open(&format!("sqlite://{}/bench.db", folder.display())).await.unwrap();
    store.migrate().await.unwrap();
    let now: DateTime<Utc> = "2026-03-10T00:00:01Z".parse().unwrap();
    let service = Service {
        store,
        feed: Feed::new(CursorKey::new(&CursorKey::generate().unwrap()).unwrap()),
        clock: Clock::stepped_at(now),
        letterhead: Arc::new(Letterhead {
            from: Mailbox { name: "casegraph".into(), email: "casegraph@authority.example".into() },
            public_url: "https://casegraph.example".into(),
        }),
    };
    settle(&service, cases, now).await;
    let begun = Instant::now();
    let swept = sweep::once(&service).await.unwrap();
    let took = begun.elapsed();
    // Each late advice is escalated, and each of its forecasts reckoned anew.
    assert_eq!((swept.breaches, swept.failures), (2 * DUE as u64, 0));
    service.store.close().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    took
}

/// So many assessments under way, each with an advice asked for: 500 of them due yesterday, the others in a month.
async fn settle(service: &Service, cases: usize, now: DateTime<Utc>) {
    let op = Op::of_service(now);
    let work = service.store.work(&op).await.unwrap();
    let (authority, school) = (new_id(), new_id());
    let (holidays, covers) = domain::bank_holidays::built_in().unwrap();
    let division = domain::bank_holidays::ENGLAND_AND_WALES.to_owned();
    let calendar = Calendar::new(holidays.clone(), covers.clone(), vec![], vec![]);
    work.insert::<bank_holiday_coverage::Entity>(bank_holiday_coverage::Model {
        division: division.clone(),
        first_day: *covers.start(),
        last_day: *covers.end(),
    })
    .await
    .unwrap();
    let rows = holidays.into_iter().map(|holiday| bank_holiday::Model {
        division: division.clone(),
        on_date: holiday.on,
        title: holiday.title,
    });
    work.insert_all::<bank_holiday::Entity>(rows.collect()).await.unwrap();
    let model = authority::Model {
        id: authority,
        code: "001".into(),
        name: "Benchmark".into(),
        division,
        created_at: now,
    };
    work.insert::<authority::Entity>(model).await.unwrap();
    work.insert::<event_head::Entity>(event_head::Model { stream_id: authority, last_seq: 0 }).await.unwrap();
    let coordinator = staff(&work, authority, Role::EhcpCoordinator, now).await;
    staff(&work, authority, Role::SendManager, now).await;
    let giver = staff(&work, authority, Role::AdviceGiver, now).await;
    work.insert::<school::Entity>(school::Model {
        id: school,
        urn: 900_001,
        authority_id: authority,
        locality_id: None,
        establishment_number: None,
        name: "School".into(),
        status: SchoolStatus::Open,
        phase: Phase::Primary,
        statutory_low_age: None,
        statutory_high_age: None,
        pupils: None,
        town: None,
        postcode: None,
        opened_on: None,
        closed_on: None,
    })
    .await
    .unwrap();
    let mut rows = Rows::default();
    for index in 0..cases {
        let asked_on = if index < DUE { day("2026-01-26") } else { day("2026-03-02") };
        rows.add(&Case { authority, school, coordinator, giver, asked_on, now }, &calendar);
    }
    work.insert_all::<child::Entity>(rows.children).await.unwrap();
    work.insert_all::<holding::Entity>(rows.holdings).await.unwrap();
    work.insert_all::<ehc_assessment::Entity>(rows.assessments).await.unwrap();
    work.insert_all::<ehc_forecast::Entity>(rows.forecasts).await.unwrap();
    work.insert_all::<advice_request::Entity>(rows.requests).await.unwrap();
    work.insert_all::<duty::Entity>(rows.duties).await.unwrap();
    work.commit().await.unwrap();
}

async fn staff(
    work: &casegraph::store::work::Work<'_>,
    authority: Uuid,
    role: Role,
    now: DateTime<Utc>,
) -> Uuid {
    let id = new_id();
    work.insert::<person::Entity>(person::Model {
        id,
        subject: id.to_string(),
        name: role.words(),
        email: format!("{}@authority.example", id.simple()),
        created_at: now,
    })
    .await
    .unwrap();
    work.insert::<role_grant::Entity>(role_grant::Model {
        id: new_id(),
        person_id: id,
        authority_id: authority,
        role,
        school_id: None,
        from_date: day("2025-01-01"),
        to_date: None,
        revoked_at: None,
        granted_by: None,
    })
    .await
    .unwrap();
    id
}

struct Case {
    authority: Uuid,
    school: Uuid,
    coordinator: Uuid,
    giver: Uuid,
    asked_on: NaiveDate,
    now: DateTime<Utc>,
}

#[derive(Default)]
struct Rows {
    children: Vec<child::Model>,
    holdings: Vec<holding::Model>,
    assessments: Vec<ehc_assessment::Model>,
    forecasts: Vec<ehc_forecast::Model>,
    requests: Vec<advice_request::Model>,
    duties: Vec<duty::Model>,
}

impl Rows {
    fn add(&mut self, case: &Case, calendar: &Calendar) {
        let (child, assessment, request) = (new_id(), new_id(), new_id());
        let requested_on = case.asked_on - TimeDelta::days(40);
        let due_on = case.asked_on + Days::new(42);
        self.children.push(child_of(case, child));
        self.holdings.push(holding::Model {
            id: new_id(),
            child_id: child,
            school_id: case.school,
            authority_id: case.authority,
            from_date: day("2025-01-01"),
            to_date: None,
        });
        self.assessments.push(ehc_assessment::Model {
            id: assessment,
            reference: format!("EHC-{}", assessment.simple()),
            authority_id: case.authority,
            child_id: child,
            school_id: case.school,
            state: State::Assessing,
            source: RequestSource::School,
            requested_on,
            requested_by: case.coordinator,
            coordinator_id: Some(case.coordinator),
            decide_by: requested_on + Days::new(42),
            issue_by: requested_on + Days::new(112),
            final_by: requested_on + Days::new(140),
            decided_on: Some(case.asked_on),
            outcome_on: None,
            outcome_reason: None,
            sen_status_before: SenStatus::SenSupport,
            parents_response: None,
            parents_responded_on: None,
            policy_version: 0,
            version: 1,
        });
        self.forecasts.push(ehc_forecast::Model {
            id: assessment,
            authority_id: case.authority,
            child_id: child,
            draft_on: Some(due_on),
            final_on: due_on + Days::new(15),
            days_in_hand: 43,
            holds_until: due_on,
            notice_due: false,
            chain: serde_json::json!([]),
            reckoned_at: case.now,
        });
        self.requests.push(advice_request::Model {
            id: request,
            reference: String::new(),
            authority_id: case.authority,
            assessment_id: assessment,
            child_id: child,
            service: AdviceService::Health,
            giver_id: Some(case.giver),
            manager_id: None,
            state: RequestState::Sought,
            asked_on: case.asked_on,
            due_on,
            received_on: None,
            absent_since: None,
            version: 1,
        });
        let due = |from, count| {
            let counted = calendar.count(from, count, DayUnit::Weeks, Direction::After).unwrap();
            DueDate::new("EH-2", "the request for advice", 0, counted)
        };
        let mut set = |rule: &str, step, on, owner_role, due: DueDate| {
            self.duties.push(duty::Model {
                id: new_id(),
                authority_id: case.authority,
                rule: rule.to_owned(),
                step,
                state: DutyState::Open,
                on_id: on,
                case_id: Some(assessment),
                part_id: (on == request).then_some(request),
                child_id: Some(child),
                school_id: Some(case.school),
                owner_role,
                owner_id: None,
                due_on: due.on,
                due_at: due.at,
                policy_version: 0,
                due: serde_json::to_value(&due).unwrap(),
                set_at: case.now,
                remind_at: None,
                reminded_at: None,
                breached_at: None,
                ended_at: None,
            });
        };
        set("EH-2", None, request, Role::AdviceGiver, due(case.asked_on, 6));
        set("AQ-9", Some(Step::ReckonForecast), assessment, Role::EhcpCoordinator, due(case.asked_on, 6));
        set("EH-1", Some(Step::IssueFinalPlan), assessment, Role::SendManager, due(requested_on, 20));
    }
}

fn child_of(case: &Case, id: Uuid) -> child::Model {
    child::Model {
        id,
        authority_id: case.authority,
        upn: Some(id.simple().to_string()),
        upn_temporary: false,
        given_name: "Child".into(),
        family_name: "Child".into(),
        known_as: None,
        date_of_birth: day("2018-01-01"),
        gender: Gender::F,
        year_group_override: None,
        sen_status: SenStatus::EhcAssessment,
        primary_need: None,
        further_needs: serde_json::json!([]),
        person_id: None,
        erased_at: None,
        version: 1,
        created_at: case.now,
    }
}
