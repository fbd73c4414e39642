//! Locality groups as a whole: from the plan to the minutes, what is sealed, and where no child is named.

use crate::both;
use crate::support::app::App;
use crate::support::locality::{ITEM, NEXT_TERM, TUESDAY, small_cohort, tells_nobody};
use crate::support::planning::inside;
use crate::support::refusals::{passes, refusals};
use entity::*;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::fmt::Write;

/// Everybody who could come across an item of the primary school.
const READERS: [&str; 14] = [
    "senco",
    "head",
    "teacher",
    "ep",
    "cit",
    "second_senco",
    "secondary_senco",
    "manager",
    "coordinator",
    "integrator",
    "parent",
    "admin",
    "team",
    "elsewhere_manager",
];

/// Everything in some tables, in words.
macro_rules! rows_of {
    ($app:expr, $($module:ident),* $(,)?) => {{
        let mut text = String::new();
        $(for row in $module::Entity::find().all($app.service.store.reader()).await.unwrap() {
            writeln!(text, "{row:?}").unwrap();
        })*
        text
    }};
}

/// An item about ada whose every text is the same word; with the session, which began, and the consent.
async fn worded(app: &App, words: &str) -> (Value, Value, Value) {
    let session = app.planned_session(TUESDAY).await;
    let consent = app.consent_to_group("senco", "ada", true).await["consent"]["id"].clone();
    let mut input = app.concern(&session, "primary", "ada");
    (input["subject"], input["supportSoFar"]) = (json!(words), json!(words));
    input["acknowledge"][0]["reason"] = json!(words);
    let item = app.propose("senco", input).await["item"]["id"].clone();
    passes(&app.prepare("senco", &item, words).await);
    app.set_clock(TUESDAY);
    passes(&app.start_session(&session, &["senco", "second_senco"]).await);
    (session, item, consent)
}

/// An item whose texts are all one word, as far as its review, with an EP who goes on.
async fn worded_to_the_end(app: &App, words: &str) -> (Value, Value) {
    let (session, item, _) = worded(app, words).await;
    app.walk("ep", &item, "FEEDBACK", words).await;
    passes(&app.moderate("ep", &item, 2, 3).await);
    let helpful = app.found_helpful("senco", &item).await;
    passes(&app.write_actions("senco", &item, &helpful, words).await);
    passes(&app.review_impact("senco", &item, words).await);
    passes(&app.decide_involvement(&session, &item, 1, json!({ "reason": words })).await);
    (session, item)
}

/// What somebody finds of an item on every way that has words on it.
async fn everything_of(app: &App, subject: &str, session: &Value, item: &Value) -> String {
    let of_item = format!(
        "{} preparationSheet history(first: 100) {{ nodes {{ kind reason acknowledged {{ reason }} }} }}",
        inside(ITEM)
    );
    let of_session = "minutes minutesData cancelledReason items { subject notes { text } strategies { text } } \
        epRequests { reason } history(first: 100) { nodes { reason acknowledged { reason } } }";
    let item = app.read(subject, "LocalityItem", &of_item, item).await;
    let session = app.read(subject, "LocalitySession", of_session, session).await;
    format!("{item} {session}")
}

/// The ids of everything that hangs on an item.
async fn parts_of(app: &App, item: &Value) -> Vec<Value> {
    let seen = app.item("senco", item).await;
    let listed = ["/notes", "/strategies", "/epInvolvement", "/moderations", "/actionPlan/steps"];
    let listed = listed.into_iter().filter_map(|list| seen.pointer(list)?.as_array()).flatten();
    listed
        .map(|one| one["id"].clone())
        .chain([seen["actionPlan"]["id"].clone()])
        .filter(Value::is_string)
        .collect()
}

/// Fails where somebody still reads a sealed word of an item.
async fn assert_sealed(app: &App, session: &Value, item: &Value, parts: &[Value]) {
    for subject in READERS {
        let all = everything_of(app, subject, session, item).await;
        assert!(!all.contains("qzsealedqz"), "{subject}: {all}");
        let data = app
            .ask(subject, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": parts }))
            .await;
        assert!(data["nodes"].as_array().unwrap().iter().all(Value::is_null), "{subject}: {data:#}");
    }
}

both! {
    async fn a_consultation_goes_from_its_plan_to_the_minutes(app: App) {
        let personal = app.ada_by_other_names().await;
        let session = app.planned_session(TUESDAY).await;
        let later = app.planned_session(NEXT_TERM).await;
        let ada = app.proposed("senco", &session, "primary", "ada").await;
        passes(&app.prepare("senco", &ada, "Reads a little every day.").await);
        let flo = app.prepared("second_senco", &session, "second_primary", "flo").await;
        let class = app.propose("senco", app.about_a_class(&session)).await["item"]["id"].clone();
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        passes(&app.advance("senco", &ada, "OUTLINE").await);
        passes(&app.note("senco", &ada, "SITUATION", "X3F hides under the table.").await);
        passes(&app.advance("ep", &ada, "CLARIFY_CONCERN").await);
        passes(&app.note("second_senco", &ada, "CLARIFICATION", "When does that happen?").await);
        passes(&app.note("senco", &ada, "GOES_WELL", "Draws for an hour.").await);
        passes(&app.advance("ep", &ada, "CLARIFY_DESIRED").await);
        passes(&app.note("ep", &ada, "DESIRED", "Stays at the table.").await);
        passes(&app.note("ep", &ada, "RELATIONSHIPS", "Trusts one adult.").await);
        passes(&app.moderate("ep", &ada, 2, 4).await);
        passes(&app.advance("ep", &ada, "STRATEGIES").await);
        for (kind, text, by) in [("STRATEGY", "Draw first.", "second_senco"), ("RESOURCE", "A box of pictures.", "ep"), ("SIGNPOST", "The library club.", "senco")] {
            let offer = json!({ "item": ada, "kind": kind, "text": text, "offeredBy": app.person(by) });
            passes(&app.act("ep", "offerStrategy", "strategy { id }", offer).await);
        }
        passes(&app.advance("ep", &ada, "FEEDBACK").await);
        passes(&app.note("senco", &ada, "FEEDBACK", "The first helps most.").await);
        let offered = app.item("senco", &ada).await["strategies"].clone();
        let helpful = [offered[0]["id"].clone()];
        passes(&app.item_step("senco", "markHelpfulStrategies", &ada, json!({ "helpful": helpful })).await);
        app.walk("ep", &flo, "FEEDBACK", "Sleeps too little.").await;
        passes(&app.item_step("senco", "deferLocalityItem", &class, json!({ "to": later, "reason": "No time left." })).await);
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);

        app.set_clock("2026-03-31T09:00:00Z");
        passes(&app.write_actions("senco", &ada, &helpful, "Ten minutes of drawing.").await);
        app.set_clock("2026-04-20T09:00:00Z");
        passes(&app.review_impact("senco", &ada, "Every morning but two.").await);
        app.set_clock(NEXT_TERM);
        passes(&app.start_session(&later, &["senco", "second_senco"]).await);
        passes(&app.decide_involvement(&later, &ada, 1, json!({})).await);

        for subject in ["second_senco", "ep", "manager", "integrator"] {
            let seen = app.read(subject, "LocalitySession", "minutes minutesData", &session).await;
            let (page, data) = (seen["minutes"].as_str().unwrap(), seen["minutesData"].to_string());
            for words in [
                "X3F", "F3F", "hides under the table", "When does that happen?", "Draws for an hour.", "Stays at the table.", "Trusts one adult.",
                "Draw first.", "A box of pictures.", "The library club.", "The first helps most.", "Sleeps too little.", "No time left.",
                "North", "School primary", "Person second_senco",
            ] {
                assert!(page.contains(words) && data.contains(words), "{subject}: {words} is not in {page}");
            }
            assert!(page.contains("<html lang") && page.contains("<caption>") && page.contains("scope=\"row\""), "{page}");
            tells_nobody(page, &personal, subject);
            tells_nobody(&data, &personal, subject);
            let levels = &seen["minutesData"]["items"][0]["said"]["levels"][0];
            assert_eq!((&levels["proposed"], &levels["agreed"]), (&json!(2), &json!(4)));
            let next = app.read(subject, "LocalitySession", "minutes", &later).await;
            assert!(next["minutes"].as_str().unwrap().contains("The adults want to think it through."), "{next}");
            tells_nobody(&next.to_string(), &personal, subject);
        }
        let kinds = app.happened("LocalityItem", &ada).await;
        for kind in ["LOCALITY_ITEM_PROPOSED", "LOCALITY_ITEM_PREPARED", "LOCALITY_STRATEGIES_MARKED", "LOCALITY_ACTION_PLAN_WRITTEN", "LOCALITY_IMPACT_REVIEWED", "EP_INVOLVEMENT_DECIDED", "SUPPORT_GRID_MODERATED"] {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), 1, "{kind} in {kinds:?}");
        }
        assert_eq!(kinds.iter().filter(|one| *one == "LOCALITY_ITEM_ADVANCED").count(), 5);
        assert_eq!(app.happened("LocalitySession", &session).await, ["LOCALITY_SESSION_PLANNED", "LOCALITY_SESSION_STARTED", "LOCALITY_SESSION_CLOSED"]);
    }

    async fn no_event_letter_or_row_but_the_link_names_the_child(app: App) {
        let personal = app.ada_by_other_names().await;
        worded_to_the_end(&app, "Reads every day.").await;
        app.sweep_at("2026-04-20T09:00:00Z").await;
        let groups = rows_of!(
            app, locality_session, locality_term, session_attendance, locality_item, preparation_form, locality_note, strategy, action_plan,
            action_plan_step, ep_involvement, grid_moderation, outbox_mail, duty, escalation, escalation_told,
        );
        assert!(groups.contains("Reads every day.") && groups.contains("X3F"));
        tells_nobody(&groups, &personal, "rows");
        let events = event::Entity::find().all(app.service.store.reader()).await.unwrap();
        let of_group: Vec<_> = events.iter().filter(|row| row.subject_kind != "Consent").collect();
        assert!(of_group.len() > 15, "{}", of_group.len());
        for row in of_group {
            tells_nobody(&format!("{row:?}"), &personal, "an event");
            assert_eq!((row.child_id, row.school_id), (None, None), "{row:?}");
        }
        for letter in app.letters().await {
            let text = format!("{} {} {}", letter.subject, letter.body, letter.calendar.clone().unwrap_or_default().replace("\r\n ", ""));
            tells_nobody(&text, &personal, "a letter");
            assert!(!text.contains("Reads every day"), "{text}");
        }
        let links = rows_of!(app, locality_item_child);
        assert!(links.contains(&app.world.children["ada"].to_string()), "the search would find it: {links}");
    }

    async fn consent_withdrawn_in_mid_session_closes_the_item_at_once(app: App) {
        let (session, item, consent) = worded(&app, "qzsealedqz").await;
        app.walk("ep", &item, "STRATEGIES", "qzsealedqz").await;
        let other_readers = everything_of(&app, "second_senco", &session, &item).await;
        assert!(other_readers.contains("qzsealedqz"), "the search would find it");
        let parts = parts_of(&app, &item).await;
        assert!(parts.len() >= 4, "{parts:?}");
        passes(&app.act("parent", "withdrawConsent", "consent { id }", json!({ "consent": consent, "reason": "We moved on." })).await);
        let seen = app.item("second_senco", &item).await;
        assert_eq!((&seen["state"], &seen["subject"], &seen["supportSoFar"], &seen["closingReason"]), (&json!("WITHDRAWN"), &Value::Null, &Value::Null, &Value::Null));
        assert_eq!(seen["code"], "A3F", "the minutes say that something was withdrawn");
        for payload in [
            app.advance("ep", &item, "FEEDBACK").await,
            app.note("ep", &item, "SITUATION", "Once more.").await,
            app.offer("second_senco", &item, "Once more.").await,
            app.item_step("senco", "markHelpfulStrategies", &item, json!({ "helpful": [] })).await,
            app.moderate("ep", &item, 2, 2).await,
        ] {
            assert!(refusals(&payload).iter().any(|(_, code, _)| *code == "WRONG_STATE"), "{payload:#}");
        }
        assert_sealed(&app, &session, &item, &parts).await;
        let minutes = app.read("second_senco", "LocalitySession", "minutes", &session).await;
        assert!(minutes["minutes"].as_str().unwrap().contains("withdrawn"), "{minutes}");
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
    }

    async fn a_withdrawn_item_is_sealed_for_everybody(app: App) {
        let (session, item) = worded_to_the_end(&app, "qzsealedqz").await;
        for subject in ["second_senco", "ep", "manager", "parent", "integrator"] {
            let all = everything_of(&app, subject, &session, &item).await;
            assert!(all.contains("qzsealedqz"), "{subject} reads nothing before: {all}");
        }
        let parts = parts_of(&app, &item).await;
        assert!(parts.len() >= 8, "{parts:?}");
        let withdraw = async |subject: &str, reason: &str| app.item_step(subject, "withdrawLocalityItem", &item, json!({ "reason": reason })).await;
        assert_eq!(refusals(&withdraw("senco", " ").await), [("LG-6", "MISSING", "reason")]);
        for subject in ["second_senco", "ep", "manager"] {
            assert_eq!(refusals(&withdraw(subject, "No more.").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        passes(&withdraw("senco", "qzsealedqz").await);
        assert_eq!(refusals(&withdraw("senco", "Again.").await), [("LG-6", "WRONG_STATE", "item")]);
        assert_sealed(&app, &session, &item, &parts).await;
        let asked = json!({ "id": app.child("ada") });
        let own_record = "query($id: ID!) { subjectAccess(child: $id) }";
        let answer = app.ask("admin", own_record, asked.clone()).await["subjectAccess"].to_string();
        assert!(answer.contains("qzsealedqz"), "it goes into the answer to whoever asks for their own record");
        assert_eq!(app.ask("manager", own_record, asked).await["subjectAccess"], Value::Null);
    }

    async fn an_erased_child_leaves_no_words_and_no_code_in_minutes(app: App) {
        let (session, item) = worded_to_the_end(&app, "qzerasedqz").await;
        let erase = json!({ "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
        passes(&app.act("admin", "eraseChild", "child { id }", erase).await);
        // With the child its parent's account has nothing left to see.
        for subject in READERS.into_iter().filter(|subject| *subject != "parent") {
            let all = everything_of(&app, subject, &session, &item).await;
            assert!(!all.contains("qzerasedqz"), "{subject}: {all}");
        }
        let rows = rows_of!(
            app, locality_session, locality_item, preparation_form, locality_note, strategy, action_plan, action_plan_step, ep_involvement,
            event, outbox_mail, escalation,
        );
        assert!(!rows.contains("qzerasedqz"), "{rows}");
        assert_eq!(app.count("locality_item where code is not null").await, 0);
        assert_eq!(app.count("locality_item_child").await, 0);
        let figures = app.read("manager", "Locality", "moderation { moderations raised }", &app.north()).await;
        assert_eq!(figures["moderation"], json!([{ "moderations": 1, "raised": 1 }]), "figures stay");
    }

    async fn a_withdrawal_takes_the_deadlines_with_it(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[0], json!({ "reason": "It is solved." })).await);
        let duties = app.item("senco", &items[0]).await["duties"].clone();
        assert_eq!((duties.as_array().unwrap().len(), &duties[0]["state"]), (1, &json!("WITHDRAWN")));
        app.sweep_at("2026-04-20T09:00:00Z").await;
        assert_eq!(app.escalated("manager", "LG-7").await, Vec::<Value>::new());
    }

    async fn a_family_sees_its_own_part_of_the_minutes(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for (item, words) in items.iter().zip(["qzadaqz", "qzbenqz"]) {
            app.walk("ep", item, "FEEDBACK", words).await;
        }
        for (subject, own, other) in [("parent", "qzadaqz", "qzbenqz"), ("second_parent", "qzbenqz", "qzadaqz")] {
            let seen = app.read(subject, "LocalitySession", "minutes minutesData items { code notes { text } } attendance { arrivedAt }", &session).await;
            let text = seen.to_string();
            assert!(text.contains(own) && !text.contains(other), "{subject}: {text}");
            assert_eq!((seen["items"].as_array().unwrap().len(), &seen["attendance"]), (1, &json!([])), "{subject}");
        }
        for subject in ["young_person", "elsewhere_manager", "team", "admin"] {
            assert_eq!(app.session(subject, &session).await, Value::Null, "{subject}");
        }
        let of_teacher = app.read("teacher", "LocalitySession", "minutes", &session).await.to_string();
        assert!(of_teacher.contains("qzadaqz") && !of_teacher.contains("qzbenqz"), "{of_teacher}");
    }

    async fn sheets_are_filled_with_what_is_known(app: App) {
        let personal = app.ada_by_other_names().await;
        let sheet = async |subject: &str| {
            app.read(subject, "Child", "localityConsentSheet", &app.child("ada")).await["localityConsentSheet"].clone()
        };
        let page = sheet("senco").await;
        let page = page.as_str().unwrap();
        for words in ["Quillfeather", "School primary", "North", "Signature"] {
            assert!(page.contains(words), "{words} is not in {page}");
        }
        for subject in ["ep", "manager", "integrator", "second_senco"] {
            assert_eq!(sheet(subject).await, Value::Null, "{subject}");
        }
        let session = app.planned_session(TUESDAY).await;
        let item = app.proposed("senco", &session, "primary", "ada").await;
        let form = async || app.read("second_senco", "LocalityItem", "preparationSheet", &item).await["preparationSheet"].clone();
        let empty = form().await;
        assert!(empty.as_str().unwrap().contains("X3F") && !empty.as_str().unwrap().contains("Drawing helps."), "{empty}");
        passes(&app.prepare("senco", &item, "Drawing helps.").await);
        let filled = form().await;
        assert_eq!(filled.as_str().unwrap().matches("Drawing helps.").count(), 4);
        tells_nobody(filled.as_str().unwrap(), &personal, "the form");
    }

    async fn markup_in_minutes_stays_text(app: App) {
        let words = "<script>alert('x')</script> & \"quotes\"";
        let (session, item) = worded_to_the_end(&app, words).await;
        let seen = app.read("senco", "LocalitySession", "minutes minutesData", &session).await;
        let page = seen["minutes"].as_str().unwrap();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
        assert_eq!(seen["minutesData"]["items"][0]["said"]["subject"], words);
        let form = app.read("senco", "LocalityItem", "preparationSheet", &item).await;
        assert!(!form["preparationSheet"].as_str().unwrap().contains("<script"), "{form}");
    }

    async fn a_cycle_of_a_one_plan_shows_what_was_planned_in_it(app: App) {
        let plan = app.active_plan("ada").await;
        let cycle = app.cycle(&plan).await["id"].clone();
        let (_, item) = worded_to_the_end(&app, "Every morning.").await;
        let evidence = async |subject: &str| {
            app.read(subject, "PlanCycle", "actionPlans { item { id } steps { what impact } }", &cycle).await
        };
        let expected = json!({ "actionPlans": [{ "item": { "id": item }, "steps": [{ "what": "Every morning.", "impact": "HELPED_IN_PART" }] }] });
        for subject in ["senco", "head", "teacher", "ep", "manager", "parent"] {
            assert_eq!(evidence(subject).await, expected, "{subject}");
        }
        assert_eq!(evidence("integrator").await, json!({ "actionPlans": [] }), "who sees the code only finds it under no child");
        assert_eq!(evidence("second_senco").await, Value::Null);
    }

    async fn items_are_listed_under_their_school_and_their_child(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let ada = app.prepared("senco", &session, "primary", "ada").await;
        let class = app.propose("senco", app.about_a_class(&session)).await["item"]["id"].clone();
        let listed = async |subject: &str, kind: &str, of: Value| {
            let seen = app.read(subject, kind, "localityItems(first: 10) { totalCount nodes { id } }", &of).await;
            let nodes = seen["localityItems"]["nodes"].as_array().cloned().unwrap_or_default();
            let ids: Vec<_> = nodes.iter().map(|node| node["id"].clone()).collect();
            assert!(seen.is_null() || seen["localityItems"]["totalCount"] == ids.len(), "{subject}: {seen}");
            ids
        };
        let both = [ada.clone(), class.clone()];
        for (subject, seen) in [("senco", &both[..]), ("second_senco", &both), ("integrator", &both), ("head", &both), ("team", &[])] {
            assert_eq!(listed(subject, "School", app.school("primary")).await, seen, "{subject}");
        }
        for (subject, seen) in [("senco", &both[..1]), ("ep", &both[..1]), ("manager", &both[..1]), ("parent", &both[..1]), ("integrator", &[]), ("second_senco", &[]), ("admin", &[])] {
            assert_eq!(listed(subject, "Child", app.child("ada")).await, seen, "{subject}");
        }
        let mut again = app.concern(&session, "primary", "ada");
        again["acknowledge"] = small_cohort();
        let second = app.propose("senco", again).await;
        passes(&second);
        assert_eq!(second["item"]["code"], "A3F-2");
    }
}
