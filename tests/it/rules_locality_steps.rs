//! The consultation of a locality group step by step, what it comes to, and what it never touches (LG-6 to LG-9, LG-12, LG-13).

use crate::both;
use crate::support::app::App;
use crate::support::ehc::duties;
use crate::support::forms::id;
use crate::support::locality::{NEXT_TERM, STEPS, TUESDAY};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use domain::policy::Figures;
use serde_json::{Value, json};

/// The last moments of the days on which an action plan and its review are due, in British Summer Time.
const LAST_OF_NINTH: &str = "2026-04-09T22:59:59Z";
const DAY_AFTER_NINTH: &str = "2026-04-09T23:00:00Z";
const LAST_OF_MAY_20: &str = "2026-05-20T22:59:59Z";
const DAY_AFTER_MAY_20: &str = "2026-05-20T23:00:00Z";

/// An item at the feedback of a running session, with one strategy that was found helpful: session, item, strategies.
async fn at_feedback(app: &App, child: &str) -> (Value, Value, Vec<Value>) {
    let (session, mut items) = app.running_session(TUESDAY, &[child]).await;
    let item = items.remove(0);
    app.walk("ep", &item, "FEEDBACK", "A picture timetable.").await;
    let helpful = app.found_helpful("senco", &item).await;
    (session, item, helpful)
}

async fn state(app: &App, item: &Value) -> Value {
    app.item("senco", item).await["state"].clone()
}

async fn sen_status(app: &App, child: &str) -> Value {
    app.read("senco", "Child", "sen { status }", &app.child(child)).await["sen"]["status"].clone()
}

async fn close(app: &App, subject: &str, session: &Value) -> Value {
    app.session_step(subject, "closeLocalitySession", session, json!({})).await
}

async fn defer(app: &App, item: &Value, to: &Value, reason: &str) -> Value {
    app.item_step("senco", "deferLocalityItem", item, json!({ "to": to, "reason": reason })).await
}

async fn shifts(app: &App, subject: &str, arguments: &str) -> Value {
    let fields = format!(
        "moderation{arguments} {{ schoolYear term areaOfNeed moderations raised lowered meanShift }}"
    );
    app.read(subject, "Locality", &fields, &app.north()).await["moderation"].clone()
}

both! {
    async fn steps_go_in_order_and_none_is_skipped(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let item = app.prepared("senco", &session, "primary", "ada").await;
        assert_eq!(refusals(&app.advance("ep", &item, "OUTLINE").await), [("LG-6", "WRONG_STATE", "session")]);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        for (next, kind) in STEPS {
            let others = STEPS.iter().map(|(step, _)| *step).filter(|step| *step != next);
            for wrong in others.chain(["PROPOSED", "PREPARED", "ACTION_PLANNED", "REVIEWED", "DEFERRED", "WITHDRAWN"]) {
                assert_eq!(refusals(&app.advance("ep", &item, wrong).await), [("LG-6", "WRONG_STATE", "to")], "{wrong} for {next}");
            }
            passes(&app.advance("senco", &item, next).await);
            assert_eq!(state(&app, &item).await, next);
            if next == "FEEDBACK" {
                break;
            }
            let after = STEPS[STEPS.iter().position(|(step, _)| *step == next).unwrap() + 1].0;
            assert_eq!(refusals(&app.advance("ep", &item, after).await), [("LG-6", "MISSING", "item")], "nothing was noted of {next}");
            match kind {
                Some(kind) => passes(&app.note("senco", &item, kind, "Something.").await),
                None => passes(&app.offer("second_senco", &item, "A timetable.").await),
            }
        }
        for subject in ["second_senco", "manager", "integrator"] {
            assert_eq!(refusals(&app.advance(subject, &item, "OUTLINE").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        assert_eq!(app.item("senco", &item).await["feedbackOn"], "2026-03-24");
    }

    async fn a_note_belongs_to_this_step_or_to_one_already_passed(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        let kinds = [
            ("SITUATION", "OUTLINE"), ("CLARIFICATION", "CLARIFY_CONCERN"), ("GOES_WELL", "CLARIFY_CONCERN"), ("DESIRED", "CLARIFY_DESIRED"),
            ("CONTEXT", "CLARIFY_DESIRED"), ("RELATIONSHIPS", "CLARIFY_DESIRED"), ("FEEDBACK", "FEEDBACK"),
        ];
        assert_eq!(refusals(&app.note("ep", item, "SITUATION", "Too soon.").await), [("LG-6", "WRONG_STATE", "kind")]);
        for (at, own) in STEPS {
            passes(&app.advance("ep", item, at).await);
            let reached = STEPS.iter().position(|(step, _)| *step == at).unwrap();
            for (kind, step) in kinds {
                let passed = STEPS.iter().position(|(other, _)| *other == step).unwrap() <= reached;
                let payload = app.note("second_senco", item, kind, "Said so.").await;
                let expected: &[_] = if passed { &[] } else { &[("LG-6", "WRONG_STATE", "kind")] };
                assert_eq!(refusals(&payload), expected, "{kind} at {at}");
                if passed {
                    assert_eq!(payload["note"]["step"], step);
                }
            }
            if own.is_none() {
                passes(&app.offer("ep", item, "A timetable.").await);
            }
        }
        assert_eq!(refusals(&app.note("ep", item, "SITUATION", " \n").await), [("LG-6", "MISSING", "text")]);
        let of_kind = app.read("ep", "LocalityItem", "notes(kind: GOES_WELL) { kind }", item).await;
        assert_eq!(of_kind["notes"].as_array().unwrap().len(), 4, "at each step from the second on");
        passes(&close(&app, "ep", &session).await);
        assert_eq!(refusals(&app.note("senco", item, "FEEDBACK", "Too late.").await), [("LG-6", "WRONG_STATE", "session")]);
    }

    async fn who_is_there_writes(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        app.walk("ep", item, "STRATEGIES", "Something.").await;
        for absent in ["middle_senco", "manager", "integrator", "head"] {
            assert_eq!(refusals(&app.note(absent, item, "SITUATION", "Heard.").await), [("XC-18", "NOT_PERMITTED", "")], "{absent}");
            assert_eq!(refusals(&app.offer(absent, item, "Try it.").await), [("XC-18", "NOT_PERMITTED", "")], "{absent}");
        }
        let joined = json!({ "person": app.person("middle_senco") });
        passes(&app.session_step("ep", "joinLocalitySession", &session, joined).await);
        passes(&app.note("middle_senco", item, "SITUATION", "Heard.").await);
        passes(&app.offer("middle_senco", item, "Try it.").await);
    }

    async fn strategies_say_who_offered_them(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        app.walk("ep", item, "CLARIFY_DESIRED", "Something.").await;
        assert_eq!(refusals(&app.offer("second_senco", item, "Too soon.").await), [("LG-6", "WRONG_STATE", "item")]);
        passes(&app.advance("ep", item, "STRATEGIES").await);
        assert_eq!(refusals(&app.offer("second_senco", item, " ").await), [("LG-6", "MISSING", "text")]);
        let offer = async |kind: &str, by: Option<&str>| {
            let input = json!({ "item": item, "kind": kind, "text": "Something.", "offeredBy": by.map(|by| app.person(by)) });
            app.act("ep", "offerStrategy", "strategy { kind helpful offeredBy { id } }", input).await
        };
        assert_eq!(refusals(&offer("STRATEGY", Some("middle_senco")).await), [("XC-18", "NOT_FOUND", "offeredBy")]);
        for (kind, by) in [("STRATEGY", Some("second_senco")), ("RESOURCE", Some("senco")), ("SIGNPOST", None)] {
            let payload = offer(kind, by).await;
            passes(&payload);
            let by = app.person(by.unwrap_or("ep"));
            assert_eq!(payload["strategy"], json!({ "kind": kind, "helpful": null, "offeredBy": { "id": by } }));
        }
        passes(&app.advance("ep", item, "FEEDBACK").await);
        passes(&app.offer("second_senco", item, "One more.").await);
    }

    async fn the_feedback_marks_what_was_helpful(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for item in &items {
            app.walk("ep", item, "STRATEGIES", "First.").await;
            passes(&app.offer("second_senco", item, "Second.").await);
        }
        let offered = |seen: &Value| -> Vec<Value> { seen["strategies"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
        let (own, others) = (offered(&app.item("senco", &items[0]).await), offered(&app.item("senco", &items[1]).await));
        let mark = async |subject: &str, helpful: &[&Value]| {
            app.item_step(subject, "markHelpfulStrategies", &items[0], json!({ "helpful": helpful })).await
        };
        assert_eq!(refusals(&mark("senco", &[&own[0]]).await), [("LG-6", "WRONG_STATE", "item")]);
        passes(&app.advance("ep", &items[0], "FEEDBACK").await);
        assert_eq!(refusals(&mark("senco", &[&own[0], &others[0]]).await), [("LG-6", "NOT_FOUND", "helpful")]);
        assert_eq!(refusals(&mark("second_senco", &[&own[0]]).await), [("XC-18", "NOT_PERMITTED", "")]);
        for (helpful, expected) in [(vec![&own[0]], [true, false]), (vec![&own[1]], [false, true]), (vec![], [false, false])] {
            let marked = mark("senco", &helpful[..]).await;
            passes(&marked);
            let found: Vec<_> = marked["item"]["strategies"].as_array().unwrap().iter().map(|one| one["helpful"].clone()).collect();
            assert_eq!(found, expected.map(Value::Bool));
        }
        passes(&app.advance("ep", &items[1], "FEEDBACK").await);
        passes(&close(&app, "ep", &session).await);
        assert_eq!(refusals(&mark("senco", &[&own[0]]).await), [("LG-6", "WRONG_STATE", "session")]);
    }

    async fn a_session_closes_when_every_item_is_through(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let later = app.planned_session(NEXT_TERM).await;
        let mut items = Vec::new();
        for child in ["ada", "ben", "cai"] {
            items.push(app.prepared("senco", &session, "primary", child).await);
        }
        assert_eq!(refusals(&close(&app, "ep", &session).await)[0], ("LG-6", "WRONG_STATE", "session"));
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        app.walk("ep", &items[0], "STRATEGIES", "Something.").await;
        let open = [("LG-6", "MISSING", "session")];
        assert_eq!(refusals(&close(&app, "ep", &session).await), open);
        passes(&app.advance("ep", &items[0], "FEEDBACK").await);
        passes(&defer(&app, &items[1], &later, "No time.").await);
        assert_eq!(refusals(&close(&app, "ep", &session).await), open, "one is left");
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[2], json!({ "reason": "It is solved." })).await);
        for subject in ["senco", "manager"] {
            assert_eq!(refusals(&close(&app, subject, &session).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let closed = close(&app, "ep", &session).await;
        passes(&closed);
        assert_eq!((&closed["session"]["state"], closed["session"]["closedAt"].is_string()), (&json!("CLOSED"), true));
        assert_eq!(refusals(&close(&app, "ep", &session).await), [("LG-6", "WRONG_STATE", "session")]);
    }

    async fn an_item_is_put_off_to_a_later_session_and_keeps_its_form(app: App) {
        let earlier = app.planned_session("2026-03-23T13:00:00Z").await;
        let cancelled = app.planned_session("2026-04-20T12:00:00Z").await;
        passes(&app.session_step("ep", "cancelLocalitySession", &cancelled, json!({ "reason": "Illness." })).await);
        let later = app.planned_session(NEXT_TERM).await;
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for wrong in [&earlier, &cancelled, &session] {
            assert_eq!(refusals(&defer(&app, &items[0], wrong, "No time.").await), [("LG-6", "NOT_ELIGIBLE", "to")]);
        }
        assert_eq!(refusals(&defer(&app, &items[0], &later, " ").await), [("LG-6", "MISSING", "reason")]);
        app.walk("ep", &items[0], "OUTLINE", "Something.").await;
        let put_off = defer(&app, &items[0], &later, "No time.").await;
        passes(&put_off);
        let there = &put_off["item"];
        assert_eq!((&there["session"]["id"], &there["deferredFrom"]["id"], &there["state"]), (&later, &items[0], &json!("PREPARED")));
        assert_eq!(there["preparationForm"]["aim"], "Reads a little every day.");
        assert_eq!((&there["notes"], &there["code"]), (&json!([]), &json!("A3F")));
        assert_eq!((&there["child"]["id"], &there["supportSoFar"]), (&app.child("ada"), &json!("A second cycle of a daily group.")));
        let here = app.item("senco", &items[0]).await;
        assert_eq!((&here["state"], &here["closingReason"]), (&json!("DEFERRED"), &json!("No time.")));
        assert_eq!(refusals(&defer(&app, &items[0], &later, "Again.").await), [("LG-6", "WRONG_STATE", "item")]);
        app.walk("ep", &items[1], "FEEDBACK", "Something.").await;
        assert_eq!(refusals(&defer(&app, &items[1], &later, "Too late.").await), [("LG-6", "WRONG_STATE", "item")]);
        passes(&app.item_step("senco", "withdrawLocalityItem", &there["id"], json!({ "reason": "It is solved." })).await);
        let here = app.item("senco", &items[0]).await;
        assert_eq!((&here["state"], &here["subject"], &here["notes"]), (&json!("WITHDRAWN"), &Value::Null, &json!([])), "sealed with it");
    }

    async fn the_action_plan_is_made_of_what_was_helpful(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        let item = &items[0];
        app.walk("ep", item, "STRATEGIES", "First.").await;
        passes(&app.offer("second_senco", item, "Second.").await);
        let offered: Vec<_> = app.item("senco", item).await["strategies"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        let write = async |steps: Value| app.item_step("senco", "writeActionPlan", item, json!({ "steps": steps })).await;
        let step = |strategy: &Value| json!({ "strategy": strategy, "what": "Every morning.", "who": "Class teacher" });
        let unmarked = write(json!([step(&offered[0])])).await;
        assert_eq!(refusals(&unmarked), [("LG-7", "WRONG_STATE", "item"), ("LG-7", "NOT_ELIGIBLE", "steps.0.strategy")]);
        passes(&app.advance("ep", item, "FEEDBACK").await);
        passes(&app.item_step("senco", "markHelpfulStrategies", item, json!({ "helpful": [offered[1]] })).await);
        assert_eq!(refusals(&write(json!([])).await), [("LG-7", "MISSING", "steps")]);
        let mixed = write(json!([step(&offered[1]), step(&offered[0])])).await;
        assert_eq!(refusals(&mixed), [("LG-7", "NOT_ELIGIBLE", "steps.1.strategy")]);
        let blank = write(json!([{ "strategy": offered[1], "what": " ", "who": "" }])).await;
        assert_eq!(refusals(&blank), [("LG-7", "MISSING", "steps.0.what"), ("LG-7", "MISSING", "steps.0.who")]);
        for subject in ["ep", "second_senco", "manager"] {
            let refused = app.write_actions(subject, item, &offered[1..], "Every morning.").await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let written = write(json!([step(&offered[1]), step(&offered[1])])).await;
        passes(&written);
        let plan = &written["item"]["actionPlan"];
        assert_eq!((&written["item"]["state"], plan["steps"].as_array().unwrap().len()), (&json!("ACTION_PLANNED"), 2));
        assert_eq!((&plan["steps"][0]["strategy"]["id"], &plan["writtenOn"]), (&offered[1], &json!("2026-03-24")));
        assert_eq!(refusals(&write(json!([step(&offered[1])])).await), [("LG-7", "WRONG_STATE", "item")]);
    }

    async fn the_action_plan_is_due_ten_working_days_after_the_feedback(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for item in &items {
            app.walk("ep", item, "FEEDBACK", "A timetable.").await;
            app.found_helpful("senco", item).await;
        }
        passes(&close(&app, "ep", &session).await);
        // Good Friday and Easter Monday are no working days.
        let seen = app.item("senco", &items[0]).await;
        assert_eq!(duties(&seen, "LG-7"), [("OPEN", "2026-04-09")]);
        assert_eq!(seen["duties"][0]["ownerRole"], "SENCO");
        app.sweep_at(LAST_OF_NINTH).await;
        assert_eq!(app.escalated("manager", "LG-7").await, Vec::<Value>::new());
        let of = |seen: &Value| -> Vec<Value> { seen["strategies"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
        let in_time = app.write_actions("senco", &items[0], &of(&seen), "Every morning.").await;
        passes(&in_time);
        assert_eq!(duties(&in_time["item"], "LG-7"), [("MET", "2026-04-09")]);
        app.sweep_at(DAY_AFTER_NINTH).await;
        let raised = app.escalated("manager", "LG-7").await;
        assert_eq!((raised.len(), &raised[0]["told"]), (1, &json!(["SEND_MANAGER"])));
        assert_eq!(app.escalated("head", "LG-7").await, Vec::<Value>::new());
        let late = app.item("senco", &items[1]).await;
        let late = app.write_actions("senco", &items[1], &of(&late), "Every morning.").await;
        passes(&late);
        assert_eq!(duties(&late["item"], "LG-7"), [("MET_LATE", "2026-04-09")]);
        app.sweep().await;
        assert_eq!(app.escalated("manager", "LG-7").await[0]["state"], "MET_LATE");
    }

    async fn a_review_has_an_outcome_for_each_step(app: App) {
        let (_, item, helpful) = at_feedback(&app, "ada").await;
        let twice = [helpful[0].clone(), helpful[0].clone()];
        assert_eq!(refusals(&app.item_step("senco", "reviewImpact", &item, json!({ "done": "x", "outcomes": [] })).await), [("LG-8", "WRONG_STATE", "item")]);
        let planned = app.write_actions("senco", &item, &twice, "Every morning.").await;
        passes(&planned);
        let steps: Vec<_> = planned["item"]["actionPlan"]["steps"].as_array().unwrap().iter().map(|step| step["id"].clone()).collect();
        let outcome = |step: &Value, impact: &str| json!({ "step": step, "impact": impact, "note": "As seen in class." });
        let review = async |done: &str, outcomes: Value| app.item_step("senco", "reviewImpact", &item, json!({ "done": done, "outcomes": outcomes })).await;
        let unknown = id(Kind::ActionPlanStep, app.world.authority);
        for (done, outcomes, refused) in [
            (" ", json!([outcome(&steps[0], "HELPED"), outcome(&steps[1], "HELPED")]), vec![("LG-8", "MISSING", "done")]),
            ("Both.", json!([outcome(&steps[0], "HELPED")]), vec![("LG-8", "MISSING", "outcomes")]),
            ("Both.", json!([outcome(&steps[0], "HELPED"), outcome(&steps[1], "HELPED"), outcome(&steps[1], "NOT_USED")]), vec![("LG-8", "INVALID", "outcomes")]),
            ("Both.", json!([outcome(&steps[0], "HELPED"), outcome(&unknown, "HELPED")]), vec![("LG-8", "INVALID", "outcomes"), ("LG-8", "MISSING", "outcomes")]),
        ] {
            assert_eq!(refusals(&review(done, outcomes).await), refused);
        }
        for subject in ["ep", "second_senco"] {
            assert_eq!(refusals(&app.review_impact(subject, &item, "Both.").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let reviewed = review("Both.", json!([outcome(&steps[0], "HELPED"), outcome(&steps[1], "NOT_USED")])).await;
        passes(&reviewed);
        let plan = &reviewed["item"]["actionPlan"];
        assert_eq!((&reviewed["item"]["state"], &plan["review"]["done"]), (&json!("REVIEWED"), &json!("Both.")));
        assert_eq!((&plan["steps"][0]["impact"], &plan["steps"][1]["impact"]), (&json!("HELPED"), &json!("NOT_USED")));
        assert_eq!(refusals(&app.review_impact("senco", &item, "Again.").await), [("LG-8", "WRONG_STATE", "item")]);
    }

    async fn the_impact_is_reviewed_six_weeks_after_the_plan(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben"]).await;
        for item in &items {
            app.walk("ep", item, "FEEDBACK", "A timetable.").await;
        }
        app.set_clock("2026-03-24T14:00:00Z");
        let mut helpful = Vec::new();
        for item in &items {
            helpful.push(app.found_helpful("senco", item).await);
        }
        passes(&close(&app, "ep", &session).await);
        app.set_clock("2026-04-08T09:00:00Z");
        for (item, of) in items.iter().zip(&helpful) {
            let planned = app.write_actions("senco", item, of, "Every morning.").await;
            passes(&planned);
            assert_eq!(duties(&planned["item"], "LG-8"), [("OPEN", "2026-05-20")]);
        }
        app.sweep_at(LAST_OF_MAY_20).await;
        assert_eq!(app.escalated("manager", "LG-8").await, Vec::<Value>::new());
        let in_time = app.review_impact("senco", &items[0], "Both.").await;
        passes(&in_time);
        assert_eq!(duties(&in_time["item"], "LG-8"), [("MET", "2026-05-20")]);
        app.sweep_at(DAY_AFTER_MAY_20).await;
        let raised = app.escalated("manager", "LG-8").await;
        assert_eq!((raised.len(), &raised[0]["told"]), (1, &json!(["SEND_MANAGER"])));
        let late = app.review_impact("senco", &items[1], "Both.").await;
        passes(&late);
        assert_eq!(duties(&late["item"], "LG-8"), [("MET_LATE", "2026-05-20")]);
    }

    async fn the_days_of_plans_and_reviews_are_the_policys(app: App) {
        app.set_figures(1, Figures { action_plan_working_days: 3, impact_review_weeks: 2, ..Figures::default() }).await;
        let (_, item, helpful) = at_feedback(&app, "ada").await;
        assert_eq!(duties(&app.item("senco", &item).await, "LG-7"), [("OPEN", "2026-03-27")]);
        let planned = app.write_actions("senco", &item, &helpful, "Every morning.").await;
        assert_eq!(duties(&planned["item"], "LG-8"), [("OPEN", "2026-04-07")]);
    }

    async fn further_involvement_is_the_groups_decision_in_a_session(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada", "ben", "cai"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "A timetable.").await;
        let early = app.decide_involvement(&session, &items[0], 1, json!({})).await;
        passes(&early);
        assert_eq!((&early["advisories"][0]["rule"], &early["advisories"][0]["needsAcknowledgement"], &early["decision"]), (&json!("LG-9"), &json!(true), &Value::Null));
        let acknowledged = json!({ "acknowledge": [{ "rule": "LG-9", "reason": "It cannot wait." }] });
        let decided = app.decide_involvement(&session, &items[0], 2, acknowledged.clone()).await;
        passes(&decided);
        assert_eq!((&decided["decision"]["rank"], &decided["decision"]["form"]), (&json!(2), &json!("CONSULTATION_IN_SCHOOL")));
        let helpful = app.found_helpful("senco", &items[0]).await;
        passes(&app.write_actions("senco", &items[0], &helpful, "Every morning.").await);
        passes(&app.review_impact("senco", &items[0], "Done.").await);
        let after_review = json!({ "form": "DIRECT_WORK" });
        assert_eq!(refusals(&app.decide_involvement(&session, &items[0], 2, after_review.clone()).await), [("LG-9", "CONFLICT", "rank")]);
        for rank in [0, -1] {
            assert_eq!(refusals(&app.decide_involvement(&session, &items[0], rank, after_review.clone()).await), [("LG-9", "INVALID", "rank")]);
        }
        let reviewed = app.decide_involvement(&session, &items[0], 1, after_review.clone()).await;
        passes(&reviewed);
        assert_eq!((&reviewed["advisories"], &reviewed["decision"]["form"]), (&json!([]), &json!("DIRECT_WORK")));
        let ranked: Vec<_> = app.session("manager", &session).await["epRequests"].as_array().unwrap().iter().map(|one| one["rank"].clone()).collect();
        assert_eq!(ranked, [json!(1), json!(2)]);
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[1], json!({ "reason": "It is solved." })).await);
        assert_eq!(refusals(&app.decide_involvement(&session, &items[1], 3, acknowledged.clone()).await), [("LG-9", "WRONG_STATE", "item")]);
        for subject in ["senco", "second_senco", "manager"] {
            let input = json!({ "session": session, "item": items[0], "form": "DIRECT_WORK", "rank": 3, "reason": "We want it." });
            assert_eq!(refusals(&app.act(subject, "decideEpInvolvement", "decision { id }", input).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let next = app.planned_session(NEXT_TERM).await;
        assert_eq!(refusals(&app.decide_involvement(&next, &items[0], 1, after_review.clone()).await), [("LG-9", "WRONG_STATE", "session")]);
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[2], json!({ "reason": "It is solved." })).await);
        passes(&close(&app, "ep", &session).await);
        assert_eq!(refusals(&app.decide_involvement(&session, &items[0], 3, after_review.clone()).await), [("LG-9", "WRONG_STATE", "session")]);
        app.set_clock(NEXT_TERM);
        passes(&app.start_session(&next, &["senco", "second_senco"]).await);
        passes(&app.decide_involvement(&next, &items[0], 1, after_review).await);
    }

    async fn no_group_decides_for_another_locality(app: App) {
        let south = app.south().await;
        let (_, item, _) = at_feedback(&app, "ada").await;
        let starts_at = "2026-03-24T15:00:00Z";
        let mut elsewhere = app.gathering(starts_at);
        (elsewhere["locality"], elsewhere["facilitator"]) = (south.locality, app.person("ep"));
        let planned = app.plan_session("manager", elsewhere).await;
        passes(&planned);
        let other = &planned["session"]["id"];
        app.set_clock(starts_at);
        passes(&app.session_step("ep", "startLocalitySession", other, json!({ "present": south.sencos })).await);
        let acknowledged = json!({ "acknowledge": [{ "rule": "LG-9", "reason": "It cannot wait." }] });
        assert_eq!(refusals(&app.decide_involvement(other, &item, 1, acknowledged).await), [("LG-9", "NOT_ELIGIBLE", "session")]);
    }

    async fn the_support_grid_goes_from_one_to_five(app: App) {
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let item = &items[0];
        app.walk("ep", item, "OUTLINE", "Something.").await;
        assert_eq!(refusals(&app.moderate("ep", item, 2, 3).await), [("LG-12", "WRONG_STATE", "item")]);
        passes(&app.advance("ep", item, "CLARIFY_CONCERN").await);
        for (proposed, agreed, refused) in [
            (0, 3, vec![("LG-12", "INVALID", "proposedLevel")]),
            (6, 3, vec![("LG-12", "INVALID", "proposedLevel")]),
            (3, 0, vec![("LG-12", "INVALID", "agreedLevel")]),
            (3, 6, vec![("LG-12", "INVALID", "agreedLevel")]),
            (0, 6, vec![("LG-12", "INVALID", "proposedLevel"), ("LG-12", "INVALID", "agreedLevel")]),
            (1, 5, vec![]),
            (5, 1, vec![]),
        ] {
            assert_eq!(refusals(&app.moderate("ep", item, proposed, agreed).await), refused, "{proposed} and {agreed}");
        }
        let said = app.item("second_senco", item).await["moderations"].clone();
        assert_eq!(said.as_array().unwrap().len(), 1, "said again, it replaces what was agreed");
        assert_eq!((&said[0]["proposedLevel"], &said[0]["agreedLevel"]), (&json!(5), &json!(1)));
        for subject in ["senco", "second_senco", "manager"] {
            assert_eq!(refusals(&app.moderate(subject, item, 2, 2).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        passes(&app.item_step("senco", "withdrawLocalityItem", item, json!({ "reason": "It is solved." })).await);
        assert_eq!(refusals(&app.moderate("ep", item, 2, 2).await), [("LG-12", "WRONG_STATE", "item")]);
        passes(&close(&app, "ep", &session).await);
        assert_eq!(refusals(&app.moderate("ep", item, 2, 2).await)[0], ("LG-12", "WRONG_STATE", "session"));
    }

    async fn the_shift_of_levels_adds_up_by_term_and_area(app: App) {
        let later = app.planned_session(NEXT_TERM).await;
        let (_, items) = app.running_session(TUESDAY, &["ada", "ben", "cai"]).await;
        for (item, (proposed, agreed)) in items.iter().zip([(2, 4), (3, 2), (3, 3)]) {
            app.walk("ep", item, "CLARIFY_CONCERN", "Something.").await;
            passes(&app.moderate("ep", item, proposed, agreed).await);
        }
        let spring = json!({ "schoolYear": 2025, "term": "SPRING_2", "areaOfNeed": "LITERACY", "moderations": 3, "raised": 1, "lowered": 1 });
        let seen = shifts(&app, "manager", "").await;
        assert_eq!(seen.as_array().unwrap().len(), 1);
        for (field, value) in spring.as_object().unwrap() {
            assert_eq!(&seen[0][field], value, "{field}");
        }
        assert!((seen[0]["meanShift"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-6, "{seen}");
        let moved = defer(&app, &items[2], &later, "No time.").await["item"]["id"].clone();
        app.set_clock(NEXT_TERM);
        passes(&app.start_session(&later, &["senco", "second_senco"]).await);
        app.walk("ep", &moved, "CLARIFY_CONCERN", "Something.").await;
        passes(&app.moderate("ep", &moved, 4, 2).await);
        let seen = shifts(&app, "second_senco", "").await;
        let terms: Vec<_> = seen.as_array().unwrap().iter().map(|one| one["term"].as_str().unwrap()).collect();
        assert_eq!(terms, ["SPRING_2", "SUMMER_1"]);
        assert_eq!((&seen[1]["lowered"], seen[1]["meanShift"].as_f64()), (&json!(1), Some(-2.0)));
        let from = shifts(&app, "ep", "(from: \"2026-04-01\")").await;
        assert_eq!(from.as_array().unwrap().len(), 1);
        let to = shifts(&app, "ep", "(to: \"2026-03-24\")").await;
        assert_eq!(to[0]["term"], "SPRING_2");
        assert_eq!(shifts(&app, "ep", "(to: \"2026-03-23\")").await, json!([]));
    }

    async fn nothing_in_a_session_changes_the_sen_status(app: App) {
        for child in ["ada", "dot"] {
            let before = sen_status(&app, child).await;
            assert_eq!(before, if child == "dot" { "EHC_PLAN" } else { "SEN_SUPPORT" });
        }
        let session = app.planned_session(TUESDAY).await;
        let ada = app.prepared("senco", &session, "primary", "ada").await;
        passes(&app.consent_to_group("senco", "dot", true).await);
        let mut input = app.concern(&session, "primary", "dot");
        input["acknowledge"].as_array_mut().unwrap().push(json!({ "rule": "LG-5", "reason": "The plan is to end." }));
        let dot = app.propose("senco", input).await["item"]["id"].clone();
        passes(&app.prepare("senco", &dot, "Reads a little every day.").await);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        for item in [&ada, &dot] {
            app.walk("ep", item, "FEEDBACK", "A timetable.").await;
            passes(&app.moderate("ep", item, 1, 5).await);
            let helpful = app.found_helpful("senco", item).await;
            passes(&app.write_actions("senco", item, &helpful, "Every morning.").await);
            passes(&app.review_impact("senco", item, "Done.").await);
        }
        passes(&app.decide_involvement(&session, &dot, 1, json!({ "form": "DIRECT_WORK" })).await);
        passes(&close(&app, "ep", &session).await);
        assert_eq!((sen_status(&app, "ada").await, sen_status(&app, "dot").await), (json!("SEN_SUPPORT"), json!("EHC_PLAN")));
        assert_eq!(app.count("sen_register_decision").await, 0);
        assert_eq!(app.count("ehc_assessment").await, 0);
    }
}
