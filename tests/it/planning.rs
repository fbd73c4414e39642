//! Planning meetings and their people: who reads which part of a record, children and people who move, whole authorities.

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::planning::{FIRST, SECOND};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use domain::access::Role;
use domain::school::{Phase, SchoolStatus};
use entity::{link_assignment, meeting_participant, person, planning_meeting, school};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

const PART: &str = "state document documentData participants { id } record { summary } addenda { text } \
    agenda { item { title child { id } discussion { text } support { note } actions { what } } }";

/// A meeting on ada and ben with an item of the whole school, whose record is shared: each in words of its own.
async fn meeting_of_two(app: &App) -> Value {
    let meeting = app.planned_meeting("primary", FIRST).await;
    let school = json!({
        "meeting": meeting, "priority": "STAFF_DEVELOPMENT", "title": "qzschoolqz", "agencies": "qzschoolqz",
    });
    let mut items = vec![(app.on_agenda("senco", school).await, "qzschoolqz")];
    for (child, words) in [("ada", "qzadaqz"), ("ben", "qzbenqz")] {
        items.push((app.on_agenda("senco", app.casework(&meeting, child, words)).await, words));
    }
    app.set_clock(FIRST);
    passes(&app.hold_meeting("ep", &meeting, &["ep", "senco"]).await);
    for (item, words) in &items {
        app.dealt_with(item, words).await;
        app.agreed_action(&meeting, Some(item), words).await;
    }
    app.shared_record(&meeting, "qzsummaryqz").await;
    for (item, words) in &items {
        let addendum = json!({ "agendaItem": item, "text": words });
        passes(&app.meeting_step("ep", "addMeetingAddendum", &meeting, addendum).await);
    }
    meeting
}

/// The marks that somebody comes across in a meeting.
async fn marks(app: &App, subject: &str, meeting: &Value) -> Vec<&'static str> {
    let text = app.read(subject, "PlanningMeeting", PART, meeting).await.to_string();
    let all = ["qzadaqz", "qzbenqz", "qzschoolqz", "qzsummaryqz"];
    all.into_iter().filter(|mark| text.contains(mark)).collect()
}

/// So many more schools, each with one of so many EPs.
async fn many_schools(app: &App, schools: usize, eps: usize) {
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let people: Vec<_> = (0..eps)
        .map(|number| person::Model {
            id: new_id(),
            subject: format!("ep-{number}"),
            name: format!("EP {number}"),
            email: format!("ep-{number}@people.example"),
            created_at: op.now,
        })
        .collect();
    let rows: Vec<_> = (0..schools)
        .map(|number| school::Model {
            id: new_id(),
            urn: 910_000 + i32::try_from(number).unwrap(),
            authority_id: app.world.authority,
            locality_id: None,
            establishment_number: None,
            name: format!("School {number:03}"),
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
        .collect();
    let links = rows.iter().zip(people.iter().cycle()).map(|(school, ep)| link_assignment::Model {
        id: new_id(),
        person_id: ep.id,
        school_id: school.id,
        authority_id: app.world.authority,
        discipline: Role::EducationalPsychologist,
        from_date: "2024-09-01".parse().unwrap(),
        to_date: None,
    });
    let links = links.collect();
    work.insert_all::<person::Entity>(people).await.unwrap();
    work.insert_all::<school::Entity>(rows).await.unwrap();
    work.insert_all::<link_assignment::Entity>(links).await.unwrap();
    work.commit().await.unwrap();
}

fn whole_year(app: &App) -> Value {
    json!({
        "authority": id(Kind::Authority, app.world.authority), "schoolYear": 2026,
        "terms": ["AUTUMN_1", "AUTUMN_2", "SPRING_1", "SPRING_2", "SUMMER_1", "SUMMER_2"],
        "starts": ["09:30", "13:30"], "minutes": 90, "place": "At the school",
    })
}

async fn plan_terms(app: &App, subject: &str, input: Value) -> Value {
    app.act(subject, "planTermMeetings", "authority { id }", input).await
}

async fn all_meetings(app: &App) -> Vec<planning_meeting::Model> {
    planning_meeting::Entity::find().all(app.service.store.reader()).await.unwrap()
}

both! {
    async fn each_family_sees_its_own_part_of_a_shared_record(app: App) {
        let meeting = meeting_of_two(&app).await;
        let named = json!({ "child": app.child("ben"), "person": app.person("assistant") });
        passes(&app.act("senco", "nameStaffForChild", "child { id }", named).await);
        for (subject, seen) in [
            ("senco", &["qzadaqz", "qzbenqz", "qzschoolqz", "qzsummaryqz"][..]),
            ("ep", &["qzadaqz", "qzbenqz", "qzschoolqz", "qzsummaryqz"]),
            ("manager", &["qzadaqz", "qzbenqz", "qzschoolqz", "qzsummaryqz"]),
            ("parent", &["qzadaqz"]),
            ("second_parent", &["qzbenqz"]),
            ("teacher", &["qzadaqz"]),
            ("assistant", &["qzadaqz", "qzbenqz"]),
            ("second_senco", &[]), ("coordinator", &[]), ("team", &[]), ("admin", &[]), ("young_person", &[]),
            ("elsewhere_manager", &[]), ("specialist", &[]), ("giver", &[]), ("inclusion_partner", &[]),
        ] {
            assert_eq!(marks(&app, subject, &meeting).await, seen, "{subject}");
        }
        let of_family = app.read("parent", "PlanningMeeting", PART, &meeting).await;
        assert_eq!((&of_family["participants"], &of_family["record"], &of_family["agenda"].as_array().unwrap().len()), (&json!([]), &Value::Null, &1));
    }

    async fn nothing_of_a_record_shows_before_it_is_shared(app: App) {
        let (meeting, item) = app.held_meeting("ada", "qzadaqz").await;
        app.dealt_with(&item, "qzadaqz").await;
        passes(&app.complete_record("ep", &meeting, "qzsummaryqz").await);
        assert_eq!(marks(&app, "senco", &meeting).await, ["qzadaqz", "qzsummaryqz"], "a participant writes along");
        let agenda_only = app.read("head", "PlanningMeeting", PART, &meeting).await;
        assert_eq!(agenda_only["agenda"][0]["item"]["title"], "qzadaqz");
        let unsaid = (&agenda_only["agenda"][0]["item"]["discussion"], &agenda_only["agenda"][0]["item"]["support"], &agenda_only["record"]);
        assert_eq!(unsaid, (&Value::Null, &json!([]), &Value::Null));
        for subject in ["parent", "teacher", "second_senco"] {
            assert_eq!(app.meeting(subject, &meeting).await, Value::Null, "{subject}");
        }
    }

    async fn what_is_about_a_child_who_moves_goes_with_the_child(app: App) {
        let meeting = meeting_of_two(&app).await;
        let next = app.planned_meeting("primary", SECOND).await;
        let moved = json!({ "child": app.child("ada"), "toSchool": app.school("second_primary") });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        assert_eq!(marks(&app, "senco", &meeting).await, ["qzbenqz", "qzschoolqz", "qzsummaryqz"]);
        assert_eq!(marks(&app, "second_senco", &meeting).await, ["qzadaqz"], "the new school sees that child's part");
        assert_eq!(marks(&app, "parent", &meeting).await, ["qzadaqz"]);
        let actions: Vec<_> = app.meeting("ep", &next).await["agenda"].as_array().unwrap().iter().map(|entry| entry["action"]["what"].clone()).collect();
        assert_eq!(actions.len(), 2, "{actions:?}");
        assert!(!actions.contains(&json!("qzadaqz")), "the old school's next meeting has nothing more to say of her");
        app.set_clock(SECOND);
        passes(&app.hold_meeting("ep", &next, &["ep", "senco"]).await);
        let refused = app.complete_record("ep", &next, "Done.").await;
        assert_eq!(refused["refusals"][0]["message"], "2 actions brought forward have no outcome");
    }

    async fn subscribers_hear_of_meetings_that_they_see(app: App) {
        let query = "subscription { caseEvents { kind planningMeeting { id } child { id } } }";
        let mut heard = Vec::new();
        for subject in ["cit", "head", "parent", "second_senco", "coordinator", "elsewhere_manager"] {
            heard.push(app.subscribe(subject, query, json!({})).await);
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        let (meeting, item) = app.held_meeting("ada", "Reading.").await;
        app.dealt_with(&item, "A timetable.").await;
        let kinds = ["PLANNING_MEETING_PLANNED", "AGENDA_ITEM_ADDED", "PLANNING_MEETING_HELD", "AGENDA_ITEM_DISCUSSED", "SUPPORT_AGREED"];
        for kind in kinds {
            let next = heard[0].next().await["data"]["caseEvents"].clone();
            assert_eq!((&next["kind"], &next["planningMeeting"]["id"]), (&json!(kind), &meeting));
        }
        for kind in &kinds[..3] {
            assert_eq!(heard[1].next().await["data"]["caseEvents"]["kind"], *kind);
        }
        for nobody in &mut heard[1..] {
            assert_eq!(nobody.next_within(Duration::from_millis(300)).await, None);
        }
    }

    async fn markup_in_a_record_stays_text(app: App) {
        let words = "<script>alert('x')</script> & \"quotes\"";
        let (meeting, item) = app.held_meeting("ada", words).await;
        app.dealt_with(&item, words).await;
        app.agreed_action(&meeting, Some(&item), words).await;
        app.shared_record(&meeting, words).await;
        let seen = app.read("senco", "PlanningMeeting", "document documentData", &meeting).await;
        let page = seen["document"].as_str().unwrap();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
        assert!(page.contains("<th scope=\"col\">") && page.contains("<caption>") && page.contains("<h3>"));
        let data = &seen["documentData"];
        assert_eq!((&data["items"][0]["discussion"], &data["summary"], &data["items"][0]["child"]), (&json!(words), &json!(words), &json!("Ada Brook")));
        assert_eq!(data["items"][0]["support"][0]["form"], "consultation advice");
    }

    async fn an_erased_child_leaves_no_words_in_a_record(app: App) {
        let meeting = meeting_of_two(&app).await;
        let erase = json!({ "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
        passes(&app.act("admin", "eraseChild", "child { id }", erase).await);
        assert_eq!(marks(&app, "senco", &meeting).await, ["qzbenqz", "qzschoolqz", "qzsummaryqz"]);
        for table in ["agenda_item", "item_discussion", "support_agreement", "meeting_action", "meeting_addendum", "outbox_mail", "event"] {
            let words = match table {
                "agenda_item" => "title || parents || pupil || agencies",
                "support_agreement" => "note",
                "meeting_action" => "what || owner",
                "event" => "cast(payload as text)",
                "outbox_mail" => "subject || body",
                _ => "text",
            };
            assert_eq!(app.count(&format!("{table} where {words} like '%qzadaqz%'")).await, 0, "{table}");
        }
        assert_eq!(app.count("agenda_item").await, 3, "figures stay");
    }

    async fn a_leavers_meetings_pass_to_the_successor(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        app.planned_meeting("middle", "2026-03-11T09:30:00Z").await;
        app.link("past_ep", "secondary").await;
        let own = app.plan_meeting("past_ep", app.appointment("secondary", "2026-03-11T10:00:00Z")).await;
        assert_eq!(own["refusals"], json!([]), "{own:#}");
        let hand_over = async || {
            let input = json!({
                "authority": id(Kind::Authority, app.world.authority), "from": app.person("ep"), "to": app.person("past_ep"),
            });
            app.act("admin", "handOver", "person { id }", input).await
        };
        assert_eq!(refusals(&hand_over().await), [("PC-1", "CONFLICT", "to")]);
        let own = &own["meeting"]["id"];
        passes(&app.meeting_step("past_ep", "cancelPlanningMeeting", own, json!({ "reason": "Too many at once." })).await);
        passes(&hand_over().await);
        let seen = app.meeting("past_ep", &meeting).await;
        let linked: HashSet<_> = seen["participants"].as_array().unwrap().iter().filter(|one| one["kind"] == "LINK_STAFF").map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(linked, HashSet::from(["Person past_ep", "Person cit", "Person patss"]));
        assert_eq!(seen["covering"], false);
        let letters = app.letters().await;
        let last = |subject: &str| {
            let address = format!("{subject}@people.example");
            let letter = letters.iter().rfind(|letter| letter.to_address == address && letter.case_id.is_some()).unwrap();
            crate::support::refusals::calendar_line(letter, "METHOD")
        };
        assert_eq!((last("ep"), last("past_ep"), last("senco")), ("CANCEL".into(), "REQUEST".into(), "REQUEST".into()));
        app.set_clock(FIRST);
        passes(&app.hold_meeting("past_ep", &meeting, &["past_ep", "senco"]).await);
    }

    async fn a_term_is_planned_for_all_schools_around_what_stands_already(app: App) {
        let meeting = app.planned_meeting("primary", FIRST).await;
        let input = json!({
            "authority": id(Kind::Authority, app.world.authority), "schoolYear": 2025, "terms": ["SPRING_2"],
            "starts": ["09:30"], "minutes": 90, "place": "At the school",
            "away": [{ "educationalPsychologist": app.person("ep"), "from": "2026-03-12", "to": "2026-03-12" }],
        });
        for subject in ["ep", "senco", "admin", "integrator"] {
            assert_eq!(refusals(&plan_terms(&app, subject, input.clone()).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let mut nothing = input.clone();
        nothing["starts"] = json!([]);
        assert_eq!(refusals(&plan_terms(&app, "manager", nothing).await), [("PC-1", "MISSING", "starts")]);
        let mut unknown = input.clone();
        unknown["schoolYear"] = json!(2031);
        assert_eq!(refusals(&plan_terms(&app, "manager", unknown).await), [("PC-1", "CALENDAR_ENDS", "terms")]);
        let planned = plan_terms(&app, "manager", input.clone()).await;
        passes(&planned);
        // Left in the window are Wednesday 11 and Friday 13 March, and four more schools with one EP.
        let noted: Vec<_> = planned["advisories"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
        assert_eq!(noted.len(), 2, "{noted:?}");
        assert!(noted.iter().all(|one| one.ends_with("finds no free day of its EP in the window of the term")), "{noted:?}");
        let mut days: Vec<_> = all_meetings(&app).await.iter().map(|row| domain::london::date_of(row.starts_at).to_string()).collect();
        days.sort_unstable();
        assert_eq!(days, ["2026-03-10", "2026-03-11", "2026-03-13"]);
        assert_eq!(app.meeting("ep", &meeting).await["version"], 1, "what stands already is left alone");
        let again = plan_terms(&app, "manager", input).await;
        passes(&again);
        assert_eq!(all_meetings(&app).await.len(), 3);
    }

    async fn a_year_of_three_hundred_schools_is_planned_in_one_call(app: App) {
        many_schools(&app, 295, 20).await;
        let began = Instant::now();
        let planned = plan_terms(&app, "manager", whole_year(&app)).await;
        let took = began.elapsed();
        passes(&planned);
        assert_eq!(planned["advisories"], json!([]));
        assert!(took < Duration::from_secs(5), "it took {took:?}");
        let meetings = all_meetings(&app).await;
        assert_eq!(meetings.len(), 300 * 6);
        let mut of_ep: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in &meetings {
            of_ep.entry(row.ep_id).or_default().push((row.starts_at, row.ends_at));
        }
        for times in of_ep.values_mut() {
            times.sort_unstable();
            assert!(times.windows(2).all(|pair| pair[0].1 <= pair[1].0), "an EP in two places");
        }
        let of_terms: HashSet<_> = meetings.iter().map(|row| (row.school_id, row.term)).collect();
        assert_eq!(of_terms.len(), 300 * 6, "one each in each term");
        let invited = meeting_participant::Entity::find().all(app.service.store.reader()).await.unwrap();
        assert_eq!(invited.iter().filter(|row| row.role == Some(Role::EducationalPsychologist)).count(), 300 * 6);
        let query = "query($after: String) { planningMeetings(first: 100, after: $after, filter: { schoolYear: 2026 }) { \
            totalCount pageInfo { hasNextPage endCursor } nodes { id } } }";
        let (mut after, mut listed) = (Value::Null, HashSet::new());
        loop {
            let page = app.ask("manager", query, json!({ "after": after })).await;
            listed.extend(page["planningMeetings"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].to_string()));
            after = page["planningMeetings"]["pageInfo"]["endCursor"].clone();
            if page["planningMeetings"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(listed.len(), 300 * 6);
    }
}
