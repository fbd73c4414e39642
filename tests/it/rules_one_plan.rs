//! One Plans: sections, cycles, reviews, what follows where concerns remain (GR-5 to GR-8).

use crate::both;
use crate::support::app::{App, rules};
use crate::support::forms::id;
use crate::support::graduated::{PLAN, section};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

fn spoilt(field: &str, value: Value) -> Value {
    let mut section = section("LITERACY");
    section[field] = value;
    section
}

async fn escalations(app: &App, subject: &str) -> Vec<Value> {
    let query = "{ escalations { nodes { rule { id } state told allowedActions child { id } } } }";
    let data = app.ask(subject, query, json!({})).await;
    data["escalations"]["nodes"].as_array().unwrap().clone()
}

both! {
    async fn a_plan_is_active_with_a_section_for_each_area_and_everybodys_contribution(app: App) {
        app.assessed("ada", "LITERACY").await;
        app.assessed("ada", "MATHS").await;
        let plan = app.drafted("senco", "ada").await;
        let again = app.act("senco", "draftOnePlan", "onePlan { id }", json!({ "child": app.child("ada") })).await;
        assert_eq!(refusals(&again), [("GR-5", "CONFLICT", "child")]);
        let bare = app.activate("senco", &plan).await;
        assert_eq!(rules(&bare), ["GR-5"; 4], "two sections, two contributions: {bare:#}");
        passes(&app.write("teacher", &plan, section("LITERACY"), 0).await);
        app.contributed("teacher", &plan, "Likes stories.").await;
        let one_missing = app.activate("senco", &plan).await;
        assert_eq!(one_missing["refusals"][0]["message"], "there is no section on maths");
        passes(&app.write("senco", &plan, section("MATHS"), 0).await);
        let active = app.activate("senco", &plan).await;
        passes(&active);
        assert_eq!(active["onePlan"]["state"], "ACTIVE");
        assert_eq!(active["onePlan"]["reviewBy"], "2026-03-27");
        assert_eq!(refusals(&app.activate("senco", &plan).await)[0], ("GR-5", "WRONG_STATE", "onePlan"));
    }

    async fn the_family_speaks_for_itself(app: App) {
        let plan = app.drafted("senco", "ada").await;
        let say = async |subject: &str, plan: &Value, contributor: &str, text: &str| {
            let input = json!({ "onePlan": plan, "contributor": contributor, "text": text });
            app.act(subject, "addPlanContribution", "onePlan { contributions { contributor } }", input).await
        };
        passes(&say("parent", &plan, "PARENTS", "Likes stories.").await);
        assert_eq!(refusals(&say("parent", &plan, "PUPIL", "I like it.").await), [("GR-5", "INVALID", "contributor")]);
        assert_eq!(refusals(&say("parent", &plan, "PARENTS", " ").await), [("GR-5", "MISSING", "text")]);
        assert_eq!(refusals(&say("second_parent", &plan, "PARENTS", "Any.").await), [("XC-18", "NOT_FOUND", "onePlan")]);
        let own = app.drafted("secondary_senco", "oli").await;
        passes(&say("young_person", &own, "PUPIL", "I like maths.").await);
        assert_eq!(refusals(&say("young_person", &own, "PARENTS", "Any.").await), [("GR-5", "INVALID", "contributor")]);
        passes(&say("senco", &plan, "PUPIL", "As she told me.").await);
    }

    async fn each_of_the_four_parts_has_to_be_there(app: App) {
        app.assessed("ada", "LITERACY").await;
        let plan = app.drafted("senco", "ada").await;
        app.contributed("senco", &plan, "Likes stories.").await;
        let nothing = json!([]);
        let mut version = 0;
        for (field, value, parts) in [
            ("assess", json!(" "), 1),
            ("outcomes", nothing.clone(), 1),
            ("interventions", nothing, 2),
            ("reviewMeasure", json!(""), 1),
        ] {
            let written = app.write("senco", &plan, spoilt(field, value), version).await;
            passes(&written);
            version = written["planSection"]["version"].as_i64().unwrap();
            assert_eq!(written["planSection"]["complete"], false, "{field}");
            assert_eq!(rules(&app.activate("senco", &plan).await), vec!["GR-5"; parts], "{field}");
        }
        passes(&app.write("senco", &plan, section("LITERACY"), version).await);
        passes(&app.activate("senco", &plan).await);
        let emptied = app.write("senco", &plan, spoilt("assess", json!(" ")), version + 1).await;
        assert_eq!(rules(&emptied), ["GR-5"], "an active plan loses no part");
        let more = app.write("senco", &plan, spoilt("assess", json!("Reads 20 words.")), version + 1).await;
        passes(&more);
    }

    async fn a_plan_needs_the_register_and_an_area_identified(app: App) {
        app.off_register("ben").await;
        let refused = app.act("senco", "draftOnePlan", "onePlan { id }", json!({ "child": app.child("ben") })).await;
        assert_eq!(refusals(&refused), [("GR-5", "WRONG_STATE", "child")]);
        let plan = app.drafted("senco", "eve").await;
        app.contributed("senco", &plan, "Likes stories.").await;
        passes(&app.write("senco", &plan, section("LITERACY"), 0).await);
        let unidentified = app.activate("senco", &plan).await;
        assert_eq!(refusals(&unidentified), [("GR-5", "MISSING", "sections")]);
        app.assessed("eve", "LITERACY").await;
        passes(&app.activate("senco", &plan).await);
    }

    async fn of_two_who_write_a_section_at_once_the_second_gets_the_current_text(app: App) {
        app.assessed("ada", "LITERACY").await;
        let plan = app.drafted("senco", "ada").await;
        let first = spoilt("assess", json!("The teacher's words."));
        let second = spoilt("assess", json!("The SENCO's words."));
        let (one, two) =
            tokio::join!(app.write("teacher", &plan, first, 0), app.write("senco", &plan, second, 0));
        let (won, lost) = if one["refusals"] == json!([]) { (one, two) } else { (two, one) };
        passes(&won);
        assert_eq!(refusals(&lost), [("XC-18", "STALE_VERSION", "expectedVersion")]);
        assert_eq!(lost["planSection"]["assess"], won["planSection"]["assess"], "the current text comes back");
        assert_eq!(lost["planSection"]["version"], 1);
        // Somebody else writes another section meanwhile: nothing is in the way.
        passes(&app.write("assistant", &plan, section("MATHS"), 0).await);
        let merged = json!({ "area": "LITERACY", "assess": "Both words." });
        let written = app.write("senco", &plan, merged, 1).await;
        passes(&written);
        assert_eq!(written["planSection"]["outcomes"], json!([{ "what": "As agreed." }]), "the rest stays");
        let vanished = app.write("senco", &plan, section("SEMH"), 3).await;
        assert_eq!(refusals(&vanished), [("XC-18", "STALE_VERSION", "expectedVersion")]);
    }

    async fn a_cycle_is_reviewed_by_the_last_day_of_its_full_term(app: App) {
        let plan = app.active_plan("ada").await;
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await, [("OPEN".into(), "2026-03-27".into())]);
        app.sweep_at("2026-03-27T23:59:59Z").await;
        assert_eq!(escalations(&app, "head").await.len(), 0);
        let reviewed = app.review("ada", &plan, false).await;
        passes(&reviewed);
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await, [("MET".into(), "2026-03-27".into())]);
        app.sweep_at("2026-03-28T00:00:00Z").await;
        assert_eq!(escalations(&app, "head").await.len(), 0);
        let next = app.next_cycle(&plan).await;
        passes(&next);
        let cycle = &next["onePlan"]["cycles"][1];
        assert_eq!(
            (&cycle["startsOn"], &cycle["season"], &cycle["reviewBy"]),
            (&json!("2026-04-13"), &json!("SUMMER"), &json!("2026-07-20"))
        );
    }

    async fn a_review_missed_is_escalated_to_the_head_of_that_school_alone(app: App) {
        let plan = app.active_plan("ada").await;
        app.sweep_at("2026-03-28T00:00:00Z").await;
        let raised = escalations(&app, "head").await;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0]["rule"]["id"], "GR-6");
        assert_eq!(raised[0]["told"], json!(["HEAD_TEACHER"]));
        assert_eq!(raised[0]["allowedActions"], json!(["ACKNOWLEDGE_ESCALATION", "RESOLVE_ESCALATION"]));
        for nobody in ["senco", "second_senco", "ep", "parent"] {
            assert_eq!(escalations(&app, nobody).await.len(), 0, "{nobody}");
        }
        let letters = app.letters().await;
        let told: Vec<_> = letters.iter().filter(|letter| letter.subject.starts_with("Deadline missed")).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].to_address, "head@people.example");
        assert!(told[0].subject.contains("(GR-") && !told[0].body.contains("Brook"), "{}", told[0].body);
        app.sweep_at("2026-03-30T08:00:00Z").await;
        assert_eq!(escalations(&app, "head").await.len(), 1, "once");
        passes(&app.review("ada", &plan, false).await);
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await[0].0, "MET_LATE");
        assert_eq!(escalations(&app, "head").await[0]["state"], "MET_LATE");
    }

    async fn new_terms_move_the_reviews_that_are_open(app: App) {
        app.active_plan("ada").await;
        app.move_term("SPRING_2", "2026-02-23", "2026-03-31").await;
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await, [("OPEN".into(), "2026-03-31".into())]);
        let query = "query($id: ID!) { node(id: $id) { ... on Child { history(first: 100) { nodes { kind moved { from to } } } } } }";
        let data = app.ask("senco", query, json!({ "id": app.child("ada") })).await;
        let moved = json!({ "kind": "DEADLINE_MOVED", "moved": { "from": "2026-03-27", "to": "2026-03-31" } });
        assert!(data["node"]["history"]["nodes"].as_array().unwrap().contains(&moved), "{data:#}");
    }

    async fn a_review_cites_an_assessment_since_the_cycle_began(app: App) {
        let early = app.assessed("ada", "LITERACY").await;
        app.set_clock("2026-03-10T09:00:00Z");
        let plan = app.active_plan("ada").await;
        app.set_clock("2026-03-20T09:00:00Z");
        let blind = app.review_of(&plan, &Value::Null, "Better.").await;
        let refused = app.act("senco", "reviewPlanCycle", PLAN, blind.clone()).await;
        assert_eq!(rules(&refused), ["GR-7"], "{refused:#}");
        let stale = app.review_of(&plan, &early, "Better.").await;
        let refused = app.act("senco", "reviewPlanCycle", PLAN, stale).await;
        assert_eq!(rules(&refused), ["GR-7"]);
        let elsewhere = app.assessed("ada", "MATHS").await;
        let refused =
            app.act("senco", "reviewPlanCycle", PLAN, app.review_of(&plan, &elsewhere, "Better.").await).await;
        assert_eq!(rules(&refused), ["GR-7"], "of another area");
        let again = app.assessed("ada", "LITERACY").await;
        let mut silent = app.review_of(&plan, &again, " ").await;
        silent["summary"] = json!("Any.");
        assert_eq!(rules(&app.act("senco", "reviewPlanCycle", PLAN, silent).await), ["GR-7"]);
        let mut partly = app.review_of(&plan, &again, "Better.").await;
        partly["sections"] = json!([]);
        assert_eq!(rules(&app.act("senco", "reviewPlanCycle", PLAN, partly).await), ["GR-7"]);
        let whole = app.review_of(&plan, &again, "Better.").await;
        let reviewed = app.act("senco", "reviewPlanCycle", PLAN, whole.clone()).await;
        passes(&reviewed);
        let section = &reviewed["onePlan"]["cycles"][0]["sections"][0];
        assert_eq!((&section["findings"], &section["progress"]), (&json!("Better."), &json!("SOME_PROGRESS")));
        let twice = app.act("senco", "reviewPlanCycle", PLAN, whole).await;
        assert_eq!(refusals(&twice)[0], ("GR-6", "WRONG_STATE", "onePlan"));
    }

    async fn a_standardised_instrument_is_used_twice_in_a_school_year(app: App) {
        let listed = app.instrument("Graded reading test", true).await;
        app.set_clock("2026-09-02T09:00:00Z");
        let uses = async |on: &str| app.assess_with("senco", "ada", "LITERACY", &listed, on).await;
        passes(&uses("2026-01-12").await);
        passes(&uses("2026-08-31").await);
        let third = uses("2026-08-31").await;
        assert_eq!(refusals(&third), [("GR-7", "CONFLICT", "assessedOn")]);
        assert_eq!(third["refusals"][0]["possibleFrom"], "2026-08-31T23:00:00Z");
        passes(&uses("2026-09-01").await);
        passes(&app.assess_with("senco", "ben", "LITERACY", &listed, "2026-08-31").await);
        // Written out in free text it is the same instrument still; any other text counts as not standardised.
        for (name, standardised, refused) in
            [("  graded READING test ", true, true), ("Own check list", false, false), ("Own check list", false, false)]
        {
            let input = json!({
                "child": app.child("ada"), "area": "LITERACY", "otherInstrument": name, "assessedOn": "2026-08-31",
                "result": "Any.", "identifiesNeed": true,
            });
            let payload =
                app.act("senco", "recordSchoolAssessment", "schoolAssessment { standardised }", input).await;
            assert_eq!(payload["refusals"] != json!([]), refused, "{name}");
            if !refused {
                assert_eq!(payload["schoolAssessment"]["standardised"], standardised);
            }
        }
        let most = json!({ "instrument": listed, "yearlyMaximum": 3 });
        passes(&app.act("admin", "changeInstrument", "instrument { yearlyMaximum }", most).await);
        passes(&uses("2026-08-31").await);
        assert_eq!(rules(&uses("2026-08-31").await), ["GR-7"]);
    }

    async fn where_the_instrument_is_used_up_the_review_says_so_instead(app: App) {
        let listed = app.instrument("Graded reading test", true).await;
        passes(&app.assess_with("senco", "ada", "LITERACY", &listed, "2026-01-12").await);
        let plan = app.active_plan("ada").await;
        app.set_clock("2026-03-20T09:00:00Z");
        let waived = async || {
            let mut input = app.review_of(&plan, &Value::Null, "Better.").await;
            input["sections"][0]["usedUpInstrument"] = listed.clone();
            input
        };
        // The plan's own assessment was made on the day on which the cycle began, so it counts as a repetition; it is
        // taken back, and once is not used up.
        let query = "query($id: ID!) { node(id: $id) { ... on Child { graduatedResponse { assessments { id instrument } } } } }";
        let data = app.ask("senco", query, json!({ "id": app.child("ada") })).await;
        let own = data["node"]["graduatedResponse"]["assessments"].as_array().unwrap().iter()
            .find(|one| one["instrument"] == "As agreed.").unwrap()["id"].clone();
        let back = json!({ "schoolAssessment": own, "reason": "The wrong child." });
        passes(&app.act("senco", "withdrawSchoolAssessment", "schoolAssessment { withdrawnReason }", back).await);
        let refused = app.act("senco", "reviewPlanCycle", PLAN, waived().await).await;
        assert_eq!(rules(&refused), ["GR-7", "GR-7"], "{refused:#}");
        passes(&app.assess_with("senco", "ada", "LITERACY", &listed, "2026-01-13").await);
        let reviewed = app.act("senco", "reviewPlanCycle", PLAN, waived().await).await;
        passes(&reviewed);
        let section = &reviewed["onePlan"]["cycles"][0]["sections"][0];
        assert_eq!((&section["usedUpInstrument"]["id"], &section["reassessment"]), (&listed, &Value::Null));
    }

    async fn where_concerns_remain_somebody_observes_and_consults_first(app: App) {
        let plan = app.active_plan("ada").await;
        passes(&app.review("ada", &plan, true).await);
        let refused = app.next_cycle(&plan).await;
        assert_eq!(refusals(&refused), [("GR-8", "MISSING", "onePlan")]);
        let observation = |parents: &str| json!({
            "onePlan": plan, "observedOn": "2026-03-09", "observation": "Copies from others.",
            "teacher": "Needs longer.", "parents": parents,
        });
        let silent = app.act("senco", "recordFurtherObservation", PLAN, observation(" ")).await;
        assert_eq!(refusals(&silent), [("GR-8", "MISSING", "parents")]);
        passes(&app.act("teacher", "recordFurtherObservation", PLAN, observation("Reads at home.")).await);
        passes(&app.next_cycle(&plan).await);
    }

    async fn the_next_cycle_carries_sections_over_and_takes_new_ones(app: App) {
        let plan = app.active_plan("ada").await;
        passes(&app.review("ada", &plan, false).await);
        app.assessed("ada", "MATHS").await;
        let refused = app.next_cycle(&plan).await;
        assert_eq!(refusals(&refused), [("GR-5", "MISSING", "sections")]);
        let input = json!({ "onePlan": plan, "sections": [section("MATHS")] });
        let opened = app.act("senco", "openPlanCycle", PLAN, input).await;
        passes(&opened);
        let cycle = &opened["onePlan"]["cycles"][1];
        let carried = cycle["sections"].as_array().unwrap().iter().find(|one| one["area"] == "LITERACY").unwrap();
        assert_eq!((&carried["assess"], &carried["complete"]), (&json!("Better."), &json!(true)));
        assert_eq!(carried["reviewOn"], cycle["reviewBy"]);
        assert_eq!(carried["interventions"][0]["from"], "2026-03-09", "what goes on keeps its first day");
        assert_eq!(app.response_duties("senco", "ada", "GR-6").await[1], ("OPEN".into(), "2026-07-20".into()));
    }

    async fn the_cycles_of_a_term_open_for_all_plans_of_a_school_at_once(app: App) {
        let (ada, ben, max) =
            (app.active_plan("ada").await, app.active_plan("ben").await, app.active_plan("max").await);
        for (child, plan, concerns) in [("ada", &ada, false), ("ben", &ben, true)] {
            passes(&app.review(child, plan, concerns).await);
        }
        app.set_clock("2026-04-13T09:00:00Z");
        let school = json!({ "school": id(Kind::School, app.world.schools["primary"]) });
        let payload = app.act("senco", "openTermCycles", "school { id }", school.clone()).await;
        passes(&payload);
        let notes = payload["advisories"].as_array().unwrap();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert_eq!((&notes[0]["rule"], &notes[0]["needsAcknowledgement"]), (&json!("GR-8"), &json!(false)));
        let open = async |plan: &Value| app.plan("senco", plan).await["reviewBy"].clone();
        assert_eq!(open(&ada).await, "2026-07-20");
        assert_eq!((open(&ben).await, open(&max).await), (Value::Null, json!("2026-03-27")));
        let nobody = app.act("teacher", "openTermCycles", "school { id }", school).await;
        assert_eq!(refusals(&nobody), [("XC-18", "NOT_PERMITTED", "")]);
    }

    async fn a_record_of_involvement_is_evidence_in_a_section(app: App) {
        let slot = app.slot("2026-03-19T10:00:00Z").await;
        let consultation = app.booked("ada", &slot).await;
        passes(&app.c_ric("ada", app.now()).await);
        app.set_clock("2026-03-19T12:00:00Z");
        passes(&app.held(&consultation).await);
        let plan = app.active_plan("ada").await;
        let section = app.cycle(&plan).await["sections"][0]["id"].clone();
        let cite = json!({ "section": section, "consultation": consultation });
        let entity = "planSection { evidence { consultation { id } } }";
        let early = app.act("senco", "citePlanEvidence", entity, cite.clone()).await;
        assert_eq!(refusals(&early), [("OC-13", "WRONG_STATE", "consultation")]);
        app.issued(&consultation).await;
        let cited = app.act("senco", "citePlanEvidence", entity, cite.clone()).await;
        passes(&cited);
        assert_eq!(cited["planSection"]["evidence"], json!([{ "consultation": { "id": consultation } }]));
        let twice = app.act("senco", "citePlanEvidence", entity, cite).await;
        assert_eq!(refusals(&twice), [("GR-5", "CONFLICT", "consultation")]);
        let other = app.active_plan("ben").await;
        let foreign = json!({ "section": app.cycle(&other).await["sections"][0]["id"], "consultation": consultation });
        let refused = app.act("senco", "citePlanEvidence", entity, foreign).await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "consultation")]);
    }

    async fn each_step_of_a_plan_is_taken_back_with_its_deadline(app: App) {
        let plan = app.active_plan("ada").await;
        let back = async |subject: &str| {
            app.act(subject, "reverseOnePlanStep", PLAN, json!({ "onePlan": plan, "reason": "Too soon." })).await
        };
        passes(&app.review("ada", &plan, false).await);
        passes(&app.next_cycle(&plan).await);
        let undone = back("senco").await;
        passes(&undone);
        assert_eq!(undone["onePlan"]["cycles"].as_array().unwrap().len(), 1);
        passes(&back("manager").await);
        assert_eq!(app.plan("senco", &plan).await["reviewBy"], "2026-03-27");
        let states = async || {
            app.response_duties("senco", "ada", "GR-6").await.into_iter().map(|(state, _)| state).collect::<Vec<_>>()
        };
        assert_eq!(states().await, ["OPEN", "WITHDRAWN"]);
        passes(&back("senco").await);
        assert_eq!(app.plan("senco", &plan).await["state"], "DRAFT");
        assert_eq!(states().await, ["WITHDRAWN", "WITHDRAWN"]);
        assert_eq!(refusals(&back("senco").await), [("XC-22", "WRONG_STATE", "onePlan")]);
        passes(&app.activate("senco", &plan).await);
        let early = app.act("senco", "endOnePlan", PLAN, json!({ "onePlan": plan, "reason": "Caught up." })).await;
        assert_eq!(refusals(&early), [("GR-6", "WRONG_STATE", "onePlan")]);
        passes(&app.review("ada", &plan, false).await);
        let end = json!({ "onePlan": plan, "reason": "Caught up." });
        let ended = app.act("senco", "endOnePlan", PLAN, end).await;
        passes(&ended);
        assert_eq!((&ended["onePlan"]["state"], &ended["onePlan"]["endReason"]), (&json!("ENDED"), &json!("Caught up.")));
        passes(&back("senco").await);
        assert_eq!(app.plan("senco", &plan).await["state"], "ACTIVE");
    }

    async fn words_written_since_keep_a_new_cycle_from_being_taken_back(app: App) {
        let plan = app.active_plan("ada").await;
        passes(&app.review("ada", &plan, false).await);
        passes(&app.next_cycle(&plan).await);
        app.set_clock("2026-03-10T09:00:00Z");
        passes(&app.write("senco", &plan, json!({ "area": "LITERACY", "assess": "Reads 50 words." }), 1).await);
        let refused =
            app.act("senco", "reverseOnePlanStep", PLAN, json!({ "onePlan": plan, "reason": "Too soon." })).await;
        assert_eq!(refusals(&refused), [("XC-22", "CONFLICT", "onePlan")]);
    }

    async fn the_new_school_goes_on_with_the_cycle_and_the_old_one_sees_no_more(app: App) {
        let plan = app.active_plan("ada").await;
        let consultation = app.raise_suddenly("senco", "ada", "Stopped speaking.").await["linkConsultation"]["id"].clone();
        let moved = json!({ "child": app.child("ada"), "toSchool": id(Kind::School, app.world.schools["second_primary"]) });
        passes(&app.act("senco", "moveChild", "child { id }", moved).await);
        for (subject, sees) in [("senco", false), ("head", false), ("teacher", false), ("cit", false), ("second_senco", true), ("ewo", true)] {
            for object in [&plan, &consultation] {
                let data = app.ask(subject, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": object })).await;
                assert_eq!(data["node"].is_object(), sees, "{subject}");
            }
            let history = app.response_duties(subject, "ada", "GR-6").await;
            assert_eq!(history.len(), usize::from(sees), "{subject}");
        }
        let refused = app.write("senco", &plan, section("LITERACY"), 1).await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "onePlan")]);
        app.sweep_at("2026-03-28T00:00:00Z").await;
        assert_eq!(escalations(&app, "head").await.len(), 0, "the old head hears nothing");
        let again = app.assessed_by("second_senco", "ada", "LITERACY", "Own check list").await;
        let cycle = app.plan("second_senco", &plan).await["cycles"][0].clone();
        let input = json!({
            "onePlan": plan, "concernsRemain": false, "summary": "Better.",
            "sections": [{ "section": cycle["sections"][0]["id"], "findings": "Better.", "progress": "ACHIEVED", "reassessment": again }],
        });
        passes(&app.act("second_senco", "reviewPlanCycle", PLAN, input).await);
        let opened = app.act("second_senco", "openPlanCycle", PLAN, json!({ "onePlan": plan })).await;
        passes(&opened);
        assert_eq!(opened["onePlan"]["cycles"][1]["reviewBy"], "2026-07-20");
    }

    async fn in_another_authority_the_cycle_has_that_authoritys_deadline(app: App) {
        let plan = app.active_plan("ada").await;
        app.raise_suddenly("senco", "ada", "Stopped speaking.").await;
        app.ada_moves_away().await;
        let duties = app.response_duties("elsewhere_senco", "ada", "GR-6").await;
        let mut states: Vec<_> = duties.iter().map(|(state, on)| (state.as_str(), on.as_str())).collect();
        states.sort_unstable();
        assert_eq!(states, [("OPEN", "2026-03-27"), ("WITHDRAWN", "2026-03-27")]);
        passes(&app.write("elsewhere_senco", &plan, json!({ "area": "LITERACY", "assess": "Reads 50 words." }), 1).await);
        let query = "query($id: ID!) { node(id: $id) { ... on Child { graduatedResponse { linkConsultations { state } } } } }";
        let data = app.ask("elsewhere_senco", query, json!({ "id": app.child("ada") })).await;
        assert_eq!(data["node"]["graduatedResponse"]["linkConsultations"], json!([{ "state": "WITHDRAWN" }]));
        let nobody = app.ask("manager", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": plan })).await;
        assert_eq!(nobody["node"], Value::Null);
    }

    async fn a_plan_is_a_page_in_which_words_are_never_markup(app: App) {
        let plan = app.active_plan("ada").await;
        passes(&app.review("ada", &plan, true).await);
        let hostile = json!({
            "onePlan": plan, "observedOn": "2026-03-09", "observation": "<script>alert(1)</script>",
            "teacher": "\"><img src=x onerror=alert(1)>", "parents": "&amp; so on </td></table>",
        });
        passes(&app.act("senco", "recordFurtherObservation", PLAN, hostile).await);
        passes(&app.next_cycle(&plan).await);
        let query = "query($id: ID!) { node(id: $id) { ... on OnePlan { document } } }";
        for subject in ["senco", "parent", "ep"] {
            let data = app.ask(subject, query, json!({ "id": plan })).await;
            let page = data["node"]["document"].as_str().unwrap();
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"));
            assert!(page.contains("&lt;img src=x") && page.contains("&amp;amp; so on &lt;/td&gt;"));
            assert_eq!(page.matches("<h1>").count(), 1);
            assert_eq!(page.matches("<h2>").count(), 2, "both cycles");
            assert!(page.find("Cycle 2").unwrap() < page.find("Cycle 1").unwrap(), "the newest first");
            assert!(page.contains("<th scope=\"row\">literacy</th>"));
        }
    }
}
