//! Sessions of locality groups are planned, start and are due; items are brought and prepared (LG-1 to LG-5).

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::{ITEM, NEXT_TERM, SESSION, TUESDAY, small_cohort};
use crate::support::refusals::{calendar_line, passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use entity::{locality, role_grant};
use serde_json::{Value, json};

/// The last second before a session of that Tuesday may start.
const TOO_EARLY: &str = "2026-03-24T12:59:59Z";

async fn dry_run(app: &App, subject: &str, mut input: Value) -> Value {
    input["dryRun"] = json!(true);
    app.plan_session(subject, input).await
}

/// The rules that advise on an item, each once for every message.
async fn advised(app: &App, subject: &str, mut input: Value) -> Vec<String> {
    input["dryRun"] = json!(true);
    input["acknowledge"] = json!([]);
    let payload = app.propose(subject, input).await;
    passes(&payload);
    let given = payload["advisories"].as_array().unwrap().iter();
    given
        .map(|one| {
            assert_eq!(one["needsAcknowledgement"], true, "{one}");
            format!("{} {}", one["rule"].as_str().unwrap(), one["path"].as_str().unwrap())
        })
        .collect()
}

/// The deadlines of a rule on somebody's desk.
async fn desk(app: &App, subject: &str, rule: &str) -> Vec<String> {
    let query = "{ viewer { worklist { nodes { rule { id } due { on } } } } }";
    let data = app.ask(subject, query, json!({})).await;
    let duties = data["viewer"]["worklist"]["nodes"].as_array().unwrap().iter();
    let of_rule = duties.filter(|duty| duty["rule"]["id"] == rule);
    of_rule.map(|duty| duty["due"]["on"].as_str().unwrap().to_owned()).collect()
}

/// Makes somebody a SENCO of another school as well.
async fn also_senco(app: &App, subject: &str, school: uuid::Uuid) {
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let row = app.senco_at(app.world.people[subject], school);
    work.insert::<role_grant::Entity>(row).await.unwrap();
    work.commit().await.unwrap();
}

/// To whom letters with an invitation went since the last look, and with which method and sequence.
async fn invited_since(app: &App, seen: &mut usize) -> Vec<(String, String, String)> {
    let letters = app.letters().await;
    let new = letters
        .iter()
        .skip(std::mem::replace(seen, letters.len()))
        .filter(|letter| letter.calendar.is_some());
    let mut told: Vec<_> = new
        .map(|letter| {
            let to = letter.to_address.split_once('@').unwrap().0.to_owned();
            (to, calendar_line(letter, "METHOD"), calendar_line(letter, "SEQUENCE"))
        })
        .collect();
    told.sort();
    told
}

both! {
    async fn a_session_lies_in_a_term_and_is_facilitated_by_an_ep(app: App) {
        let planned = app.plan_session("ep", app.gathering(TUESDAY)).await;
        passes(&planned);
        let session = &planned["session"];
        assert_eq!((&session["schoolYear"], &session["term"], &session["state"]), (&json!(2025), &json!("SPRING_2"), &json!("PLANNED")));
        assert_eq!((&session["facilitator"]["id"], &session["attendance"], &session["version"]), (&app.person("ep"), &json!([]), &json!(1)));
        for (starts_at, refused) in [
            ("2026-03-09T09:00:00Z", "TOO_LATE"),
            ("2026-03-30T12:00:00Z", "CALENDAR_ENDS"),
        ] {
            let payload = dry_run(&app, "ep", app.gathering(starts_at)).await;
            assert_eq!(refusals(&payload), [("LG-1", refused, "startsAt")], "{starts_at}");
        }
        for starts_at in ["2026-03-09T09:00:01Z", "2026-03-27T20:00:00Z", NEXT_TERM] {
            passes(&dry_run(&app, "ep", app.gathering(starts_at)).await);
        }
        let mut backwards = app.gathering(NEXT_TERM);
        backwards["endsAt"] = json!(NEXT_TERM);
        assert_eq!(refusals(&dry_run(&app, "ep", backwards).await), [("LG-1", "INVALID", "endsAt")]);
        assert_eq!(refusals(&dry_run(&app, "manager", app.gathering(NEXT_TERM)).await), [("LG-1", "NOT_ELIGIBLE", "facilitator")]);
        for (facilitator, allowed) in [("ep", true), ("past_ep", false), ("senco", false), ("cit", false)] {
            let mut input = app.gathering(NEXT_TERM);
            input["facilitator"] = app.person(facilitator);
            let payload = dry_run(&app, "manager", input).await;
            let expected: &[_] = if allowed { &[] } else { &[("LG-1", "NOT_ELIGIBLE", "facilitator")] };
            assert_eq!(refusals(&payload), expected, "{facilitator}");
        }
        let mut elsewhere = app.gathering(NEXT_TERM);
        elsewhere["facilitator"] = app.person("elsewhere_ep");
        let refused = dry_run(&app, "manager", elsewhere).await;
        assert!(matches!(refusals(&refused)[..], [("LG-1", "NOT_ELIGIBLE", _) | ("XC-18", "NOT_FOUND", _)]), "{refused:#}");
    }

    async fn eps_of_the_locality_and_the_manager_plan_a_session(app: App) {
        let south = app.south().await;
        for subject in ["senco", "head", "cit", "coordinator", "team", "admin", "integrator"] {
            assert_eq!(refusals(&dry_run(&app, subject, app.gathering(TUESDAY)).await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        assert_eq!(refusals(&dry_run(&app, "south_ep", app.gathering(TUESDAY)).await), [("XC-18", "NOT_PERMITTED", "")]);
        assert_eq!(refusals(&dry_run(&app, "elsewhere_ep", app.gathering(TUESDAY)).await), [("XC-18", "NOT_FOUND", "locality")]);
        let mut of_south = app.gathering(TUESDAY);
        of_south["locality"] = south.locality;
        passes(&dry_run(&app, "south_ep", of_south.clone()).await);
        assert_eq!(refusals(&dry_run(&app, "ep", of_south).await), [("XC-18", "NOT_PERMITTED", "")]);
    }

    async fn no_ep_facilitates_while_elsewhere(app: App) {
        app.planned_session(TUESDAY).await;
        for overlapping in ["2026-03-24T11:00:01Z", TUESDAY, "2026-03-24T14:59:59Z"] {
            let payload = dry_run(&app, "ep", app.gathering(overlapping)).await;
            assert_eq!(refusals(&payload), [("LG-1", "CONFLICT", "facilitator")], "{overlapping}");
        }
        for touching in ["2026-03-24T11:00:00Z", "2026-03-24T15:00:00Z"] {
            passes(&dry_run(&app, "ep", app.gathering(touching)).await);
        }
        let meeting = app.plan_meeting("ep", app.appointment("primary", TUESDAY)).await;
        assert_eq!(refusals(&meeting), [("PC-1", "CONFLICT", "educationalPsychologist")]);
        app.planned_meeting("primary", "2026-03-11T09:00:00Z").await;
        let payload = dry_run(&app, "ep", app.gathering("2026-03-11T10:00:00Z")).await;
        assert_eq!(refusals(&payload), [("LG-1", "CONFLICT", "facilitator")]);
    }

    async fn it_starts_at_its_time_with_sencos_of_two_schools(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let both = ["senco", "second_senco"];
        app.set_clock(TOO_EARLY);
        let early = app.start_session(&session, &both).await;
        assert_eq!(refusals(&early), [("LG-1", "TOO_EARLY", "session")]);
        assert_eq!(early["refusals"][0]["possibleFrom"], TUESDAY);
        app.set_clock(TUESDAY);
        also_senco(&app, "inclusion_lead", app.world.schools["primary"]).await;
        for too_few in [&[][..], &["senco"], &["ep", "senco"], &["senco", "inclusion_lead"]] {
            assert_eq!(refusals(&app.start_session(&session, too_few).await), [("LG-1", "MISSING", "present")], "{too_few:?}");
        }
        for stranger in ["head", "elsewhere_senco", "manager", "past_ep"] {
            let refused = app.start_session(&session, &["senco", "second_senco", stranger]).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "present")], "{stranger}");
        }
        let present: Vec<_> = both.iter().map(|subject| app.person(subject)).collect();
        for subject in ["senco", "manager", "integrator"] {
            let refused = app.session_step(subject, "startLocalitySession", &session, json!({ "present": present })).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let started = app.start_session(&session, &both).await;
        passes(&started);
        let seen = &started["session"];
        assert_eq!((&seen["state"], seen["startedAt"].is_string()), (&json!("IN_PROGRESS"), true));
        let there = seen["attendance"].as_array().unwrap();
        for (subject, school) in [("senco", app.school("primary")), ("second_senco", app.school("second_primary")), ("ep", Value::Null)] {
            let one = there.iter().find(|one| one["person"]["id"] == app.person(subject)).unwrap();
            let of_school = if school.is_null() { Value::Null } else { json!({ "id": school }) };
            assert_eq!(one["school"], of_school, "{subject}");
        }
        assert_eq!(there.len(), 3);
        assert_eq!(refusals(&app.start_session(&session, &both).await), [("LG-1", "WRONG_STATE", "session")]);
    }

    async fn who_comes_later_joins(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let join = async |subject: &str| {
            app.session_step("ep", "joinLocalitySession", &session, json!({ "person": app.person(subject) })).await
        };
        assert_eq!(refusals(&join("middle_senco").await), [("LG-1", "WRONG_STATE", "session")]);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        assert_eq!(refusals(&join("head").await)[0].1, "NOT_FOUND");
        for _ in 0..2 {
            passes(&join("middle_senco").await);
            assert_eq!(app.session("ep", &session).await["attendance"].as_array().unwrap().len(), 4);
        }
        let by_senco = json!({ "person": app.person("secondary_senco") });
        assert_eq!(refusals(&app.session_step("senco", "joinLocalitySession", &session, by_senco).await), [("XC-18", "NOT_PERMITTED", "")]);
        passes(&app.session_step("ep", "closeLocalitySession", &session, json!({})).await);
        assert_eq!(refusals(&join("secondary_senco").await), [("LG-1", "WRONG_STATE", "session")]);
    }

    async fn a_session_moves_and_is_called_off_before_it_starts(app: App) {
        let mut seen = app.letters().await.len();
        let session = app.planned_session(TUESDAY).await;
        let told = |method: &str, sequence: &str| {
            let group = ["all_through_senco", "ep", "middle_senco", "second_senco", "secondary_senco", "senco"];
            group.map(|one| (one.to_owned(), method.to_owned(), sequence.to_owned())).to_vec()
        };
        assert_eq!(invited_since(&app, &mut seen).await, told("REQUEST", "0"));
        let moving = |starts_at: &str| {
            let mut input = app.gathering(starts_at);
            input.as_object_mut().unwrap().remove("locality");
            input
        };
        let early = app.session_step("ep", "moveLocalitySession", &session, moving("2026-03-09T09:00:00Z")).await;
        assert_eq!(refusals(&early), [("LG-1", "TOO_LATE", "startsAt")]);
        assert_eq!(refusals(&app.session_step("senco", "moveLocalitySession", &session, moving(NEXT_TERM)).await), [("XC-18", "NOT_PERMITTED", "")]);
        let moved = app.session_step("manager", "moveLocalitySession", &session, moving(NEXT_TERM)).await;
        passes(&moved);
        assert_eq!((&moved["session"]["term"], &moved["session"]["facilitator"]["id"]), (&json!("SUMMER_1"), &app.person("ep")));
        assert_eq!(invited_since(&app, &mut seen).await, told("REQUEST", "1"));
        let cancel = async |reason: &str| app.session_step("ep", "cancelLocalitySession", &session, json!({ "reason": reason })).await;
        assert_eq!(refusals(&cancel(" ").await), [("LG-1", "MISSING", "reason")]);
        let cancelled = cancel("Illness.").await;
        passes(&cancelled);
        assert_eq!((&cancelled["session"]["state"], &cancelled["session"]["cancelledReason"]), (&json!("CANCELLED"), &json!("Illness.")));
        assert_eq!(invited_since(&app, &mut seen).await, told("CANCEL", "2"));
        assert_eq!(refusals(&cancel("Again.").await), [("LG-1", "WRONG_STATE", "session")]);
        let (running, _) = app.running_session(TUESDAY, &[]).await;
        let late = app.session_step("ep", "cancelLocalitySession", &running, json!({ "reason": "Illness." })).await;
        assert_eq!(refusals(&late), [("LG-1", "WRONG_STATE", "session")]);
        let late = app.session_step("ep", "moveLocalitySession", &running, moving(NEXT_TERM)).await;
        assert_eq!(refusals(&late), [("LG-1", "WRONG_STATE", "session")]);
    }

    async fn a_locality_without_a_session_in_its_term_is_escalated(app: App) {
        app.south().await;
        app.sweep().await;
        assert_eq!(desk(&app, "manager", "LG-1").await, Vec::<String>::new(), "nobody holds sessions yet");
        let session = app.planned_session(TUESDAY).await;
        app.sweep().await;
        assert_eq!(desk(&app, "manager", "LG-1").await, ["2026-03-27", "2026-03-27"], "both localities");
        assert_eq!(desk(&app, "elsewhere_manager", "LG-1").await, Vec::<String>::new());
        let due = async |subject: &str| {
            let seen = app.read(subject, "LocalitySession", "duties { rule { id } state due { on } }", &session).await;
            seen["duties"].as_array().unwrap().first().map(|duty| (duty["state"].clone(), duty["due"]["on"].clone()))
        };
        assert_eq!(due("second_senco").await, Some((json!("OPEN"), json!("2026-03-27"))));
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        assert_eq!(due("ep").await, Some((json!("MET"), json!("2026-03-27"))));
        assert_eq!(desk(&app, "manager", "LG-1").await, ["2026-03-27"]);
        app.sweep_at("2026-03-27T23:59:59Z").await;
        assert_eq!(app.escalated("manager", "LG-1").await, Vec::<Value>::new());
        app.sweep_at("2026-03-28T00:00:00Z").await;
        let raised = app.escalated("manager", "LG-1").await;
        assert_eq!(raised.len(), 1, "the locality that had none");
        assert_eq!(raised[0]["told"], json!(["SEND_MANAGER"]));
        app.sweep_at("2026-03-28T00:00:05Z").await;
        assert_eq!(app.escalated("manager", "LG-1").await.len(), 1, "once");
    }

    async fn a_locality_without_schools_is_due_no_session(app: App) {
        let op = Op::of_service(app.now());
        let work = app.service.store.work(&op).await.unwrap();
        let row = locality::Model { id: new_id(), authority_id: app.world.authority, name: "Empty".into(), version: 1 };
        work.insert::<locality::Entity>(row).await.unwrap();
        work.commit().await.unwrap();
        app.planned_session(TUESDAY).await;
        app.sweep().await;
        assert_eq!(desk(&app, "manager", "LG-1").await, ["2026-03-27"], "the locality with schools");
    }

    async fn the_day_of_a_session_that_is_due_moves_with_the_term(app: App) {
        app.planned_session(TUESDAY).await;
        app.sweep().await;
        app.move_term("SPRING_2", "2026-02-23", "2026-03-26").await;
        assert_eq!(desk(&app, "manager", "LG-1").await, ["2026-03-26"]);
    }

    async fn an_item_is_brought_by_a_senco_of_the_locality(app: App) {
        let south = app.south().await;
        let session = app.planned_session(TUESDAY).await;
        passes(&app.consent_to_group("senco", "ada", true).await);
        for about in ["GROUP", "CLASS", "SCHOOL", "LOCALITY"] {
            let mut input = app.about_a_class(&session);
            input["about"] = json!(about);
            let payload = app.propose("senco", input.clone()).await;
            passes(&payload);
            assert_eq!((&payload["item"]["about"], &payload["item"]["code"], &payload["item"]["state"]), (&json!(about), &Value::Null, &json!("PROPOSED")));
            input["child"] = app.child("ada");
            assert_eq!(refusals(&app.propose("senco", input).await), [("LG-2", "INVALID", "child")], "{about}");
        }
        let about_a_child = app.concern(&session, "primary", "ada");
        let mut nobody = about_a_child.clone();
        nobody["child"] = Value::Null;
        assert_eq!(refusals(&app.propose("senco", nobody).await), [("LG-2", "MISSING", "child")]);
        for (subject, input) in [
            ("senco", app.concern(&session, "primary", "flo")),
            ("senco", app.concern(&session, "second_primary", "ada")),
            ("second_senco", app.concern(&session, "primary", "ada")),
        ] {
            assert_eq!(refusals(&app.propose(subject, input).await), [("XC-18", "NOT_FOUND", "child")], "{subject}");
        }
        for (subject, refused) in [
            ("ep", ("XC-18", "NOT_PERMITTED", "")),
            ("manager", ("XC-18", "NOT_PERMITTED", "")),
            ("second_senco", ("XC-18", "NOT_PERMITTED", "")),
            ("south_senco", ("XC-18", "NOT_FOUND", "session")),
            ("elsewhere_senco", ("XC-18", "NOT_FOUND", "session")),
        ] {
            assert_eq!(refusals(&app.propose(subject, app.about_a_class(&session)).await), [refused], "{subject}");
        }
        also_senco(&app, "senco", south.school).await;
        let mut of_another_locality = app.about_a_class(&session);
        of_another_locality["school"] = id(Kind::School, south.school);
        assert_eq!(refusals(&app.propose("senco", of_another_locality).await), [("LG-2", "NOT_ELIGIBLE", "school")]);
        let brought = app.propose("senco", about_a_child).await;
        passes(&brought);
        assert_eq!((&brought["item"]["code"], &brought["item"]["child"]["id"]), (&json!("A3F"), &app.child("ada")));
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        assert_eq!(refusals(&app.propose("senco", app.about_a_class(&session)).await), [("LG-2", "WRONG_STATE", "session")]);
    }

    async fn a_child_is_brought_only_with_consent_in_force_that_was_explained(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let bring = async || {
            let mut input = app.concern(&session, "primary", "ada");
            input["dryRun"] = json!(true);
            app.propose("senco", input).await
        };
        let missing = [("LG-3", "CONSENT_MISSING", "child")];
        assert_eq!(refusals(&bring().await), missing, "there is none");
        app.link_consent("senco", "ada").await;
        assert_eq!(refusals(&bring().await), missing, "it is for something else");
        let unexplained = app.consent_to_group("senco", "ada", false).await;
        passes(&unexplained);
        assert_eq!(unexplained["consent"]["groupExplained"], false);
        assert_eq!(refusals(&bring().await), missing, "nobody explained the group");
        let future = json!({
            "child": app.child("ada"), "purpose": "LOCALITY_DISCUSSION", "givenBy": app.parent_of("ada"),
            "signedOn": "2026-03-10", "holder": "The school", "groupExplained": true,
        });
        assert_eq!(refusals(&app.act("senco", "recordConsent", "consent { id }", future).await), [("XC-7", "TOO_EARLY", "signedOn")]);
        let explained = app.consent_to_group("senco", "ada", true).await;
        passes(&explained);
        app.sabotage("update consent set signed_on = '2026-03-10' where group_explained").await;
        assert_eq!(refusals(&bring().await), missing, "it is signed tomorrow");
        app.set_clock("2026-03-10T00:00:00Z");
        passes(&bring().await);
        let withdrawn = json!({ "consent": explained["consent"]["id"] });
        passes(&app.act("parent", "withdrawConsent", "consent { id }", withdrawn).await);
        assert_eq!(refusals(&bring().await), missing, "it was withdrawn, and the others with it");
    }

    async fn a_child_is_discussed_only_with_consent_in_force_that_day(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        let go_on = async || {
            let more = json!({ "to": "OUTLINE", "dryRun": true });
            app.item_step("ep", "advanceLocalityItem", &items[0], more).await
        };
        for (set, allowed) in [
            ("group_explained = false", false),
            ("group_explained = true, signed_on = '2026-03-25'", false),
            ("signed_on = '2026-03-24'", true),
        ] {
            app.sabotage(&format!("update consent set {set}")).await;
            let expected: &[_] = if allowed { &[] } else { &[("LG-3", "CONSENT_MISSING", "child")] };
            assert_eq!(refusals(&go_on().await), expected, "{set}");
        }
    }

    async fn the_preparation_form_is_complete_before_the_session_starts(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let item = app.proposed("senco", &session, "primary", "ada").await;
        let unprepared = app.proposed("senco", &session, "primary", "ben").await;
        let form = json!({ "situation": "One.", "strategiesUsed": "Two.", "desired": "Three.", "aim": "Four." });
        for part in ["situation", "strategiesUsed", "desired", "aim"] {
            let mut incomplete = form.clone();
            incomplete[part] = json!(" \n");
            let refused = app.item_step("senco", "prepareLocalityItem", &item, incomplete).await;
            assert_eq!(refusals(&refused), [("LG-4", "MISSING", part)]);
        }
        assert_eq!(app.prepare("senco", &item, "").await["refusals"].as_array().unwrap().len(), 4);
        for subject in ["second_senco", "ep", "manager"] {
            assert_eq!(refusals(&app.prepare(subject, &item, "Reads.").await), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        passes(&app.item_step("senco", "prepareLocalityItem", &item, form).await);
        passes(&app.prepare("senco", &item, "Written anew.").await);
        let seen = app.item("senco", &item).await;
        assert_eq!((&seen["state"], &seen["preparationForm"]["aim"]), (&json!("PREPARED"), &json!("Written anew.")));
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        for late in [&item, &unprepared] {
            assert_eq!(refusals(&app.prepare("senco", late, "Too late.").await), [("LG-4", "WRONG_STATE", "session")]);
        }
        assert_eq!(refusals(&app.advance("ep", &unprepared, "OUTLINE").await), [("LG-4", "MISSING", "item")]);
        passes(&app.advance("ep", &item, "OUTLINE").await);
    }

    async fn only_the_group_reads_the_preparation_form(app: App) {
        app.south().await;
        let session = app.planned_session(TUESDAY).await;
        let item = app.proposed("senco", &session, "primary", "ada").await;
        passes(&app.prepare("senco", &item, "qzformqz").await);
        for (subject, item_seen, reads) in [
            ("senco", true, true), ("second_senco", true, true), ("secondary_senco", true, true), ("ep", true, true), ("head", true, true),
            ("manager", true, false), ("coordinator", true, false), ("integrator", true, false), ("parent", true, false),
            ("south_senco", false, false), ("south_ep", false, false), ("second_parent", false, false), ("team", false, false),
            ("admin", false, false), ("specialist", false, false), ("inclusion_partner", false, false), ("elsewhere_senco", false, false), ("elsewhere_manager", false, false),
        ] {
            let seen = app.read(subject, "LocalityItem", "code preparationForm { aim } preparationSheet", &item).await;
            assert_eq!(seen.is_object(), item_seen, "{subject}");
            assert_eq!(seen.to_string().contains("qzformqz"), reads, "{subject}: {seen}");
        }
    }

    async fn sen_support_in_a_cycle_should_have_come_first(app: App) {
        let session = app.planned_session(TUESDAY).await;
        app.set_figures(1, domain::policy::Figures { small_cohort: 1, ..domain::policy::Figures::default() }).await;
        for child in ["ada", "dot"] {
            passes(&app.consent_to_group("senco", child, true).await);
        }
        let with = app.concern(&session, "primary", "ada");
        assert_eq!(advised(&app, "senco", with.clone()).await, Vec::<String>::new());
        for nothing in [Value::Null, json!(" ")] {
            let mut without = with.clone();
            without["supportSoFar"] = nothing;
            assert_eq!(advised(&app, "senco", without).await, ["LG-5 supportSoFar"]);
        }
        let mut ehc_plan = app.concern(&session, "primary", "dot");
        assert_eq!(advised(&app, "senco", ehc_plan.clone()).await, ["LG-5 child"]);
        ehc_plan["acknowledge"] = small_cohort();
        assert_eq!(app.propose("senco", ehc_plan.clone()).await["item"], Value::Null, "not acknowledged");
        ehc_plan["acknowledge"] = json!([{ "rule": "LG-5", "reason": "The plan is to end." }]);
        let brought = app.propose("senco", ehc_plan).await;
        passes(&brought);
        assert!(brought["item"]["id"].is_string(), "{brought:#}");
        let child = literal(&app, app.world.children["ada"]);
        app.sabotage(&format!("update child set sen_status = 'NONE' where id = {child}")).await;
        assert_eq!(advised(&app, "senco", with).await, ["LG-5 child"]);
    }

    async fn a_retry_brings_one_item_and_a_stale_step_is_refused(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let mut input = app.about_a_class(&session);
        input["idempotencyKey"] = json!("once");
        let first = app.propose("senco", input.clone()).await;
        let again = app.propose("senco", input).await;
        assert_eq!((&first["item"]["id"], &again["replayed"]), (&again["item"]["id"], &json!(true)));
        assert_eq!(app.session("senco", &session).await["items"].as_array().unwrap().len(), 1);
        let item = &first["item"]["id"];
        passes(&app.prepare("senco", item, "Noise at the end of the day.").await);
        let stale = json!({ "reason": "It is quiet now.", "expectedVersion": 1 });
        let refused = app.item_step("senco", "withdrawLocalityItem", item, stale).await;
        assert_eq!(refusals(&refused), [("XC-18", "STALE_VERSION", "expectedVersion")]);
        assert_eq!(refused["item"]["version"], 2, "with the item as it stands");
        let fresh = json!({ "reason": "It is quiet now.", "expectedVersion": 2 });
        passes(&app.item_step("senco", "withdrawLocalityItem", item, fresh).await);
    }

    async fn the_sessions_of_a_locality_are_found_by_term_and_state(app: App) {
        let first = app.planned_session(TUESDAY).await;
        let second = app.planned_session(NEXT_TERM).await;
        passes(&app.session_step("ep", "cancelLocalitySession", &second, json!({ "reason": "Illness." })).await);
        let query = "query($id: ID!, $filter: LocalitySessionFilter) { node(id: $id) { ... on Locality { \
            sessions(first: 1, filter: $filter) { totalCount pageInfo { hasNextPage } nodes { id } } } } }";
        for (more, found, total) in [
            (json!({}), &first, 2), (json!({ "states": ["PLANNED"] }), &first, 1), (json!({ "states": ["CANCELLED"] }), &second, 1),
            (json!({ "terms": ["SUMMER_1"] }), &second, 1), (json!({ "terms": ["SPRING_2"] }), &first, 1),
            (json!({ "startsFrom": NEXT_TERM }), &second, 1), (json!({ "startsBefore": NEXT_TERM }), &first, 1),
        ] {
            let mut filter = json!({ "schoolYear": 2025 });
            filter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let variables = json!({ "id": id(Kind::Locality, app.world.locality), "filter": filter });
            let data = app.ask("second_senco", query, variables).await;
            let listed = &data["node"]["sessions"];
            assert_eq!((&listed["nodes"][0]["id"], &listed["totalCount"]), (found, &json!(total)), "{more}");
            assert_eq!(listed["pageInfo"]["hasNextPage"], total > 1);
        }
        assert_eq!(app.session("second_senco", &second).await["cancelledReason"], "Illness.");
        let cancel = async |subject: &str| app.act(subject, "cancelLocalitySession", SESSION, json!({ "session": first, "reason": "Ill.", "dryRun": true })).await;
        assert_eq!(refusals(&cancel("integrator").await), [("XC-18", "NOT_PERMITTED", "")]);
        let gone = app.act("senco", "prepareLocalityItem", ITEM, json!({
            "item": id(Kind::LocalityItem, app.world.locality), "situation": "a", "strategiesUsed": "b", "desired": "c", "aim": "d",
        })).await;
        assert_eq!(refusals(&gone), [("XC-18", "NOT_FOUND", "item")]);
    }
}
