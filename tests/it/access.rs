//! Who sees what: the sight table is true of every row, nothing foreign is reachable by any way through the graph, and
//! every read is written down.

mod advice;
mod audit;
mod crawler;
mod locality;
mod narrowed;
mod rows;
mod stage;

pub use rows::literal;
pub use stage::graduated::{of_response, responses as graduated_responses};

use crate::both;
use casegraph::graphql::id::Kind;
use casegraph::store::people;
use crawler::Graph;
use domain::access::Role;
use domain::access::sight::Object;
use rows::{Account, Rows};
use serde_json::{Value, json};
use stage::{casework, draft};
use std::collections::BTreeSet;
use std::time::Duration;

/// One account of each role.
const ACCOUNTS: [(&str, Role); 21] = [
    ("senco", Role::Senco),
    ("head", Role::HeadTeacher),
    ("inclusion_lead", Role::InclusionLead),
    ("safeguarding_lead", Role::SafeguardingLead),
    ("teacher", Role::Teacher),
    ("assistant", Role::TeachingAssistant),
    ("parent", Role::Parent),
    ("young_person", Role::YoungPerson),
    ("ep", Role::EducationalPsychologist),
    ("cit", Role::Cit),
    ("patss", Role::Patss),
    ("ewo", Role::Ewo),
    ("inclusion_partner", Role::InclusionPartner),
    ("team", Role::ConsultationsTeam),
    ("specialist", Role::Specialist),
    ("coordinator", Role::EhcpCoordinator),
    ("manager", Role::SendManager),
    ("giver", Role::AdviceGiver),
    ("advice_manager", Role::AdviceManager),
    ("admin", Role::AuthorityAdmin),
    ("integrator", Role::Integrator),
];

/// The same roles at other places: each must see its own and not the others'.
const OTHERS: [(&str, Role); 14] = [
    ("second_senco", Role::Senco),
    ("secondary_senco", Role::Senco),
    ("second_specialist", Role::Specialist),
    ("second_parent", Role::Parent),
    ("elsewhere_manager", Role::SendManager),
    ("elsewhere_admin", Role::AuthorityAdmin),
    ("second_giver", Role::AdviceGiver),
    ("third_giver", Role::AdviceGiver),
    ("school_giver", Role::AdviceGiver),
    ("second_advice_manager", Role::AdviceManager),
    ("third_advice_manager", Role::AdviceManager),
    ("elsewhere_coordinator", Role::EhcpCoordinator),
    ("elsewhere_giver", Role::AdviceGiver),
    ("elsewhere_advice_manager", Role::AdviceManager),
];

/// Those whose whole reach is crawled.
const CRAWLED: [&str; 16] = [
    "senco",
    "teacher",
    "parent",
    "young_person",
    "ewo",
    "team",
    "specialist",
    "coordinator",
    "manager",
    "giver",
    "second_giver",
    "third_giver",
    "advice_manager",
    "second_advice_manager",
    "admin",
    "integrator",
];

/// The table is true of every row of the database, whether it is asked for by id or found in a list.
async fn assert_the_table_is_true(app: &crate::support::app::App) {
    let rows = Rows::read(app).await;
    for (subject, role) in ACCOUNTS.into_iter().chain(OTHERS) {
        let account = Account::of(app, subject, role);
        let seen = rows.asked_by_id(app, subject).await;
        for object in Object::ALL {
            let expected = rows.expected(&account, *object);
            let found: BTreeSet<_> = rows.all(*object).intersection(&seen).cloned().collect();
            assert_eq!(found, expected, "{subject}: {object:?} by id ({:?})", app.now());
        }
        for (object, list) in [
            (Object::Child, "children(first: 100)"),
            (Object::Consultation, "consultations(first: 100)"),
            (Object::Escalation, "escalations(first: 100)"),
            (Object::TransferRequest, "transferRequests(first: 100)"),
            (Object::EhcAssessment, "ehcAssessments(first: 100)"),
            (Object::AdviceRequest, "adviceRequests(first: 100)"),
            (Object::AdviceQuery, "adviceQueries(first: 100)"),
            (Object::OnePlan, "onePlans(first: 100)"),
            (Object::LinkConsultation, "linkConsultations(first: 100)"),
            (Object::PlanningMeeting, "planningMeetings(first: 100)"),
            (Object::LocalitySession, "localitySessions(first: 100)"),
        ] {
            let query = format!("{{ list: {list} {{ totalCount nodes {{ id }} }} }}");
            let data = app.ask(subject, &query, json!({})).await;
            let nodes = data["list"]["nodes"].as_array().unwrap();
            let listed: BTreeSet<_> =
                nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(listed, rows.expected(&account, object), "{subject}: {list}");
            assert_eq!(data["list"]["totalCount"], listed.len(), "{subject}: {list}");
        }
    }
}

both! {
    async fn each_role_sees_what_the_table_says_and_nothing_else(app: App) {
        casework(&app).await;
        let rows = Rows::read(&app).await;
        for object in Object::ALL {
            assert!(!rows.all(*object).is_empty(), "there is no {object:?} to look at");
            let accounts = ACCOUNTS.map(|(subject, role)| Account::of(&app, subject, role));
            let somebody = accounts.iter().any(|account| !rows.expected(account, *object).is_empty());
            assert!(somebody, "nobody sees any {object:?}");
        }
        assert_the_table_is_true(&app).await;
    }

    async fn a_child_who_moves_is_gone_for_the_old_school_that_day(app: App) {
        casework(&app).await;
        let payload = app.act("senco", "moveChild", "child { id }", json!({
            "child": app.child("ada"),
            "toSchool": crate::support::forms::id(Kind::School, app.world.schools["second_primary"]),
        })).await;
        assert_eq!(payload["refusals"], json!([]));
        assert_eq!(payload["child"], json!(null), "the old school gets the record back in the answer");
        // Lou moves here from the other authority, whose team booked for her and ours did not.
        app.sabotage(&format!(
            "update holding set school_id = {}, authority_id = {} where child_id = {}",
            rows::literal(&app, app.world.schools["primary"]),
            rows::literal(&app, app.world.authority),
            rows::literal(&app, app.world.children["lou"]),
        ))
        .await;
        let name = "query($upn: UPN!) { child(upn: $upn) { givenName consultations { totalCount } } }";
        let of_ada = json!({ "upn": app.upn("ada") });
        for (subject, sees) in [("senco", false), ("teacher", false), ("cit", false), ("second_senco", true),
            ("ewo", true), ("parent", true)] {
            let data = app.ask(subject, name, of_ada.clone()).await;
            assert_eq!(data["child"]["givenName"].is_string(), sees, "{subject}");
        }
        assert_the_table_is_true(&app).await;
    }

    async fn nothing_foreign_is_reachable_by_any_way_through_the_graph(app: App) {
        casework(&app).await;
        let rows = Rows::read(&app).await;
        for subject in CRAWLED {
            let role = ACCOUNTS.iter().chain(&OTHERS).find(|(one, _)| *one == subject).unwrap().1;
            let account = Account::of(&app, subject, role);
            let crawled = Graph::of(&app).await.crawl(&app, subject).await;
            for (marker, visible) in rows.markers(&app, &account) {
                assert_eq!(crawled.contains(&marker), visible, "{subject}: {marker}");
            }
        }
    }

    async fn searches_find_only_what_is_seen(app: App) {
        casework(&app).await;
        let rows = Rows::read(&app).await;
        for (subject, role) in ACCOUNTS {
            let account = Account::of(&app, subject, role);
            let seen = rows.expected(&account, Object::Child);
            for child in ["ada", "dot", "flo", "lou", "oli"] {
                let id = app.child(child);
                let visible = seen.contains(id.as_str().unwrap());
                for search in rows.searches(&app, child) {
                    let query = "query($search: String!) { children(search: $search) { totalCount nodes { id } } }";
                    let data = app.ask(subject, query, json!({ "search": search })).await;
                    let found = data["children"]["nodes"].as_array().unwrap().contains(&json!({ "id": id }));
                    assert_eq!(found, visible, "{subject}: {search}");
                }
            }
        }
    }

    async fn an_administrator_learns_no_sen_status_from_a_filter(app: App) {
        let query = "{ children(filter: { senStatuses: [EHC_PLAN] }) { totalCount nodes { id sen { status } } } }";
        let data = app.ask("admin", query, json!({})).await;
        assert_eq!(data["children"], json!({ "totalCount": 0, "nodes": [] }));
        let data = app.ask("manager", query, json!({})).await;
        assert_eq!(data["children"]["totalCount"], 1);
        let data = app.ask("admin", "{ children { nodes { sen { status } } } }", json!({})).await;
        assert!(data["children"]["nodes"].as_array().unwrap().iter().all(|child| child["sen"].is_null()));
    }

    async fn a_link_shows_nothing_from_the_day_after_it_ended(app: App) {
        let query = "{ children(first: 100) { nodes { id } } }";
        app.set_clock("2026-02-27T23:59:59Z");
        let data = app.ask("past_ep", query, json!({})).await;
        assert_eq!(data["children"]["nodes"].as_array().unwrap().len(), 7);
        app.set_clock("2026-02-28T00:00:00Z");
        let answer = app.answer("past_ep", query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        assert!(answer["data"].is_null());
    }

    async fn a_teacher_is_no_professional_to_their_own_child(app: App) {
        casework(&app).await;
        let parent = casegraph::op::new_id();
        app.sabotage(&format!(
            "insert into role_grant (id, person_id, authority_id, role, school_id, from_date) values \
             ({}, {}, {}, 'SENCO', {}, '2024-09-01')",
            rows::literal(&app, parent),
            rows::literal(&app, app.world.people["parent"]),
            rows::literal(&app, app.world.authority),
            rows::literal(&app, app.world.schools["second_primary"]),
        )).await;
        let query = "query($upn: UPN!) { child(upn: $upn) { history(first: 100) { nodes { kind } } \
            consultations { nodes { duties { id } recordsOfInvolvement { id } } } } }";
        let data = app.ask("parent", query, json!({ "upn": app.upn("ada") })).await;
        let case = &data["child"]["consultations"]["nodes"][0];
        assert_eq!(case, &json!({ "duties": [], "recordsOfInvolvement": [] }));
        assert!(!data["child"]["history"].to_string().contains("INVOLVEMENT_DRAFTED"));
        narrowed::grant(&app, "parent", "ADVICE_GIVER").await;
        narrowed::grant(&app, "parent", "ADVICE_MANAGER").await;
        let assessed = "query($upn: UPN!) { child(upn: $upn) { history(first: 100) { nodes { kind } } \
            ehcAssessments { adviceRequests { queries { id } duties { id } } adviceQueries { id } \
            exceptions { id } duties { id } escalations { id } forecast { finalOn } } } }";
        let data = app.ask("parent", assessed, json!({ "upn": app.upn("ada") })).await;
        let nothing = json!({ "queries": [], "duties": [] });
        let case = json!([{ "adviceRequests": [nothing, nothing, nothing], "adviceQueries": [], "exceptions": [],
            "duties": [], "escalations": [], "forecast": null }]);
        assert_eq!(data["child"]["ehcAssessments"], case);
        let history = data["child"]["history"].to_string();
        assert!(history.contains("ASSESSMENT_REQUESTED") && !history.contains("ADVICE"), "{history}");
        let data = app.ask("parent", query, json!({ "upn": app.upn("flo") })).await;
        let case = &data["child"]["consultations"]["nodes"][0];
        assert!(!case["duties"].as_array().unwrap().is_empty(), "as a SENCO she sees the deadlines of her school");
        assert!(data["child"]["history"].to_string().contains("INVOLVEMENT_DRAFTED"));
    }

    async fn subscribers_hear_of_what_they_see_only(app: App) {
        casework(&app).await;
        let query = "subscription { caseEvents { kind child { id } } }";
        let mut heard = Vec::new();
        for subject in ["second_senco", "parent", "giver", "elsewhere_manager"] {
            heard.push(app.subscribe(subject, query, json!({})).await);
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        draft(&app, "specialist", "ada").await;
        draft(&app, "specialist", "flo").await;
        let issued = app.act("team", "issueRecordOfInvolvement", "consultation { id }",
            json!({ "consultation": stage::case_of(&app, "ada").await })).await;
        assert_eq!(issued["refusals"], json!([]));
        let next = |payload: Value| payload["data"]["caseEvents"].clone();
        let expected = json!({ "kind": "RECORD_OF_INVOLVEMENT_DRAFTED", "child": { "id": app.child("flo") } });
        assert_eq!(next(heard[0].next().await), expected);
        let expected = json!({ "kind": "RECORD_OF_INVOLVEMENT_ISSUED", "child": { "id": app.child("ada") } });
        assert_eq!(next(heard[1].next().await), expected);
        for nobody in &mut heard[2..] {
            assert_eq!(nobody.next_within(Duration::from_millis(300)).await, None);
        }
    }

    async fn an_integrator_takes_no_step(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let payload = app.book_as("integrator", app.form("ada", &slot)).await;
        let codes: Vec<_> = payload["refusals"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, ["NOT_PERMITTED"]);
        let person = app.world.people["integrator"];
        let viewer = people::viewer(app.service.store.reader(), person, app.now()).await.unwrap();
        assert_eq!(viewer.grants.len(), 1);
    }
}
