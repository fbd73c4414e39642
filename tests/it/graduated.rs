//! Graduated responses beyond single rules: at the same moment, in figures, erased.

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::id;
use crate::support::graduated::section;
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use entity::{link_consultation, link_contact, plan_contribution, plan_section, school_assessment};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

async fn figures(app: &App, subject: &str) -> Value {
    let query = "{ school(urn: 900001) { graduatedResponseFigures { onRegister plansActive plansDraft reviewsDue \
        reviewsOverdue cyclesWithoutProgress areasOfNeed { area plans } } } }";
    let mut data = app.ask(subject, query, json!({})).await;
    data["school"]["graduatedResponseFigures"].take()
}

async fn overdue(app: &App, subject: &str, wanted: bool) -> usize {
    let query = "query($overdue: Boolean) { school(urn: 900001) { onePlans(filter: { overdue: $overdue, \
        states: [ACTIVE] }) { totalCount nodes { id } } } }";
    let data = app.ask(subject, query, json!({ "overdue": wanted })).await;
    let plans = &data["school"]["onePlans"];
    assert_eq!(plans["totalCount"], plans["nodes"].as_array().unwrap().len());
    plans["nodes"].as_array().unwrap().len()
}

both! {
    async fn of_two_uses_at_the_same_moment_the_last_one_allowed_is_made_once(app: App) {
        let listed = app.instrument("Graded reading test", true).await;
        passes(&app.assess_with("senco", "ada", "LITERACY", &listed, "2026-03-02").await);
        let again = || app.assess_with("senco", "ada", "LITERACY", &listed, "2026-03-09");
        let (one, two, three) = tokio::join!(again(), again(), again());
        let refused = [&one, &two, &three].iter().filter(|payload| rules(payload) == ["GR-7"]).count();
        assert_eq!(refused, 2, "{one:#}{two:#}{three:#}");
    }

    async fn of_two_plans_drafted_at_the_same_moment_one_is_made(app: App) {
        let draft = || app.act("senco", "draftOnePlan", "onePlan { id }", json!({ "child": app.child("ada") }));
        let (one, two) = tokio::join!(draft(), draft());
        let made = [&one, &two].iter().filter(|payload| payload["onePlan"].is_object()).count();
        assert_eq!(made, 1, "{one:#}{two:#}");
    }

    async fn the_figures_of_a_school_are_those_of_what_is_seen(app: App) {
        let before = figures(&app, "senco").await;
        assert_eq!((&before["onRegister"], &before["plansActive"]), (&json!(7), &json!(0)));
        let ada = app.active_plan("ada").await;
        app.active_plan("ben").await;
        app.drafted("senco", "eve").await;
        passes(&app.write("senco", &ada, section("MATHS"), 0).await);
        let all = figures(&app, "senco").await;
        assert_eq!(
            (&all["plansActive"], &all["plansDraft"], &all["reviewsDue"], &all["reviewsOverdue"]),
            (&json!(2), &json!(1), &json!(2), &json!(0))
        );
        assert_eq!(all["areasOfNeed"], json!([{ "area": "LITERACY", "plans": 2 }, { "area": "MATHS", "plans": 1 }]));
        let named = figures(&app, "teacher").await;
        assert_eq!((&named["onRegister"], &named["plansActive"]), (&json!(1), &json!(1)), "ada alone");
        for nobody in ["second_senco", "admin", "team"] {
            let none = figures(&app, nobody).await;
            assert_eq!((&none["onRegister"], &none["plansActive"], &none["areasOfNeed"]), (&json!(0), &json!(0), &json!([])), "{nobody}");
        }
        assert_eq!(figures(&app, "manager").await, all);
        app.set_clock("2026-03-28T09:00:00Z");
        assert_eq!(figures(&app, "ep").await["reviewsOverdue"], 2);
        assert_eq!((overdue(&app, "senco", true).await, overdue(&app, "senco", false).await), (2, 0));
        assert_eq!(overdue(&app, "teacher", true).await, 1);
        let again = app.assessed("ben", "LITERACY").await;
        let plans = app.ask("senco", "{ onePlans { nodes { id child { givenName } } } }", json!({})).await;
        let ben = plans["onePlans"]["nodes"].as_array().unwrap().iter().find(|one| one["child"]["givenName"] == "Ben").unwrap();
        let mut review = app.review_of(&ben["id"], &again, "As before.").await;
        review["sections"][0]["progress"] = json!("NO_PROGRESS");
        passes(&app.act("senco", "reviewPlanCycle", "onePlan { id }", review).await);
        let after = figures(&app, "senco").await;
        assert_eq!((&after["cyclesWithoutProgress"], &after["reviewsOverdue"]), (&json!(1), &json!(1)));
        let moved = json!({ "child": app.child("ben"), "toSchool": id(Kind::School, app.world.schools["second_primary"]) });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        let left = figures(&app, "senco").await;
        assert_eq!((&left["plansActive"], &left["onRegister"], &left["cyclesWithoutProgress"]), (&json!(1), &json!(6), &json!(0)));
    }

    async fn an_erased_child_leaves_areas_and_dates_and_no_words(app: App) {
        crate::access::graduated_responses(&app).await;
        let erase = json!({ "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
        passes(&app.act("admin", "eraseChild", "child { id }", erase).await);
        let db = app.service.store.reader();
        let ada = app.world.children["ada"];
        macro_rules! wordless {
            ($($module:ident $field:ident),*) => {$(
                let rows = $module::Entity::find().all(db).await.unwrap();
                let of_ada: Vec<_> = rows.iter().filter(|row| row.child_id == ada).collect();
                assert!(!of_ada.is_empty() && of_ada.iter().all(|row| row.$field.is_empty()), stringify!($module));
                assert!(rows.iter().any(|row| row.child_id != ada && !row.$field.is_empty()), "the others' stay");
            )*};
        }
        wordless!(plan_section assess, school_assessment result, plan_contribution text, link_contact note, link_consultation question);
        let words = crate::access::of_response("ada");
        for table in ["school_concern", "area_ruled_out", "intervention", "sen_register_decision", "plan_outcome", "agreed_action", "referral", "event", "outbox_mail"] {
            let column = match table {
                "school_concern" => "description || teaching",
                "area_ruled_out" | "referral" => "reason",
                "intervention" => "what || evidence_base || who || timetable",
                "sen_register_decision" => "words",
                "plan_outcome" => "what || measure",
                "agreed_action" => "what || owner",
                "event" => "cast(payload as text)",
                _ => "body || subject",
            };
            assert_eq!(app.count(&format!("{table} where {column} like '%{words}%'")).await, 0, "{table}");
        }
        app.sweep_at("2026-05-05T09:00:00Z").await;
        let data = app.ask("manager", "{ escalations { nodes { child { id } rule { id } } } }", json!({})).await;
        let about = data["escalations"]["nodes"].as_array().unwrap();
        assert!(!about.is_empty() && about.iter().all(|one| one["child"]["id"] != app.child("ada")), "{about:?}");
    }
}
