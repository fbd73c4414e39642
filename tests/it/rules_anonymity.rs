//! What a locality group keeps identifies nobody, and is no way to find out who somebody is (LG-10, LG-11).

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::{NEXT_TERM, TUESDAY};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use domain::policy::Figures;
use serde_json::{Value, json};

/// A step, by whom, and where in its input texts stand.
struct Written {
    by: &'static str,
    mutation: &'static str,
    input: Value,
    texts: &'static [&'static str],
}

/// Every step on an item that somebody can take, each with all of its texts.
fn on_item(app: &App, session: &Value, item: &Value, later: &Value) -> Vec<Written> {
    let (strategy, step) =
        (id(Kind::Strategy, app.world.authority), id(Kind::ActionPlanStep, app.world.authority));
    let written = |by, mutation, texts, input| Written { by, mutation, input, texts };
    let form = json!({ "item": item, "situation": "a", "strategiesUsed": "b", "desired": "c", "aim": "d" });
    let plan = json!({ "item": item, "steps": [{ "strategy": strategy, "what": "a", "who": "b" }] });
    let outcomes = json!([{ "step": step, "impact": "HELPED", "note": "a" }]);
    let involvement =
        json!({ "session": session, "item": item, "form": "DIRECT_WORK", "rank": 1, "reason": "a" });
    let levels = json!({ "item": item, "areaOfNeed": "LITERACY", "proposedLevel": 1, "agreedLevel": 2 });
    vec![
        written(
            "senco",
            "proposeLocalityItem",
            &["/subject", "/supportSoFar"],
            app.concern(session, "primary", "ada"),
        ),
        written("senco", "prepareLocalityItem", &["/situation", "/strategiesUsed", "/desired", "/aim"], form),
        written("ep", "advanceLocalityItem", &[], json!({ "item": item, "to": "OUTLINE" })),
        written(
            "ep",
            "writeLocalityNote",
            &["/text"],
            json!({ "item": item, "kind": "SITUATION", "text": "a" }),
        ),
        written("ep", "offerStrategy", &["/text"], json!({ "item": item, "kind": "SIGNPOST", "text": "a" })),
        written("senco", "markHelpfulStrategies", &[], json!({ "item": item, "helpful": [] })),
        written(
            "senco",
            "deferLocalityItem",
            &["/reason"],
            json!({ "item": item, "to": later, "reason": "a" }),
        ),
        written("senco", "withdrawLocalityItem", &["/reason"], json!({ "item": item, "reason": "a" })),
        written("senco", "writeActionPlan", &["/steps/0/what", "/steps/0/who"], plan),
        written(
            "senco",
            "reviewImpact",
            &["/done", "/outcomes/0/note"],
            json!({ "item": item, "done": "a", "outcomes": outcomes }),
        ),
        written("ep", "decideEpInvolvement", &["/reason"], involvement),
        written("ep", "moderateSupportGrid", &[], levels),
        written("senco", "reverseLocalityItemStep", &["/reason"], json!({ "item": item, "reason": "a" })),
        written("senco", "reverseActionPlanStep", &["/reason"], json!({ "item": item, "reason": "a" })),
    ]
}

/// Every step on a session, likewise.
fn on_session(app: &App, session: &Value) -> Vec<Written> {
    let written = |mutation, texts, input| Written { by: "manager", mutation, input, texts };
    let mut moved = app.gathering(NEXT_TERM);
    moved.as_object_mut().unwrap().remove("locality");
    moved["session"] = session.clone();
    let mut planned = app.gathering(NEXT_TERM);
    (planned["facilitator"], moved["facilitator"]) = (app.person("ep"), app.person("ep"));
    vec![
        written("planLocalitySession", &["/place"], planned),
        written("moveLocalitySession", &["/place"], moved),
        written("cancelLocalitySession", &["/reason"], json!({ "session": session, "reason": "a" })),
        written("reverseLocalitySessionStep", &["/reason"], json!({ "session": session, "reason": "a" })),
    ]
}

/// What is said of a text wherever it may stand in a step: its texts, and the reason of an acknowledgement.
async fn said_everywhere(app: &App, step: &Written, text: &str, words: &str) {
    for place in step.texts.iter().copied().chain(["/acknowledge/0/reason"]) {
        let mut input = step.input.clone();
        (input["dryRun"], input["acknowledge"]) = (json!(true), json!([{ "rule": "LG-10", "reason": "a" }]));
        *input.pointer_mut(place).unwrap() = json!(text);
        let payload = app.act(step.by, step.mutation, "__typename", input).await;
        let path = place[1..].replace('/', ".");
        let of_text: Vec<_> = payload["refusals"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["path"] == path.as_str())
            .collect();
        let place = format!("{} {path}: {payload:#}", step.mutation);
        assert_eq!(of_text.len(), 1, "{place}");
        assert_eq!(
            (&of_text[0]["rule"], &of_text[0]["code"]),
            (&json!("LG-10"), &json!("INVALID")),
            "{place}"
        );
        assert_eq!(of_text[0]["message"], words, "{place}");
    }
}

/// Changes a child behind the service's back.
async fn change(app: &App, child: &str, set: &str) {
    let id = literal(app, app.world.children[child]);
    app.sabotage(&format!("update child set {set} where id = {id}")).await;
}

/// Whether the SENCO may write this as a note on an item that is at the outline.
async fn passes_as_note(app: &App, item: &Value, text: &str) -> bool {
    let input = json!({ "item": item, "kind": "SITUATION", "text": text, "dryRun": true });
    let payload = app.act("senco", "writeLocalityNote", "note { id }", input).await;
    let refused = refusals(&payload);
    assert!(refused.is_empty() || refused == [("LG-10", "INVALID", "text")], "{text}: {payload:#}");
    refused.is_empty()
}

/// The rules that advise on an item about a child.
async fn advised(app: &App, session: &Value, child: &str) -> Vec<String> {
    let mut input = app.concern(session, "primary", child);
    (input["dryRun"], input["acknowledge"]) = (json!(true), json!([]));
    let payload = app.propose("senco", input).await;
    passes(&payload);
    let rules = payload["advisories"].as_array().unwrap().iter();
    rules.map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}

async fn code_of(app: &App, session: &Value, child: &str) -> Value {
    let item = app.proposed("senco", session, "primary", child).await;
    app.item("second_senco", &item).await["code"].clone()
}

/// The whole answer to a note, as it came over the wire.
async fn answer(app: &App, subject: &str, item: &Value, text: &str) -> String {
    let query = "mutation($input: WriteLocalityNoteInput!) { writeLocalityNote(input: $input) { note { id } replayed \
        refusals { rule code message path remedy possibleFrom } advisories { rule message } } }";
    let input = json!({ "item": item, "kind": "SITUATION", "text": text, "dryRun": true });
    app.respond(subject, query, json!({ "input": input })).await.text().await.unwrap()
}

both! {
    async fn no_text_of_an_item_tells_who_the_child_is(app: App) {
        app.ada_by_other_names().await;
        let later = app.planned_session(NEXT_TERM).await;
        let (session, items) = app.running_session(TUESDAY, &["ada"]).await;
        let upn = format!("UPN {}", app.upn("ada"));
        for step in on_item(&app, &session, &items[0], &later) {
            for (text, words) in [
                ("Then Xanthippe came.", "characters 6 to 14 are a name of the child"),
                ("the quillfeather file", "characters 5 to 16 are a name of the child"),
                ("ZANZIBARA'S turn", "characters 1 to 11 are a name of the child"),
                ("born 4 May 2018", "characters 6 to 15 are the child's birth date"),
                ("Hortensia rang", "characters 1 to 9 are the name of a parent"),
                ("with Mrs Vandermeer", "characters 10 to 19 are the name of a parent"),
                ("see Ben Castle", "characters 5 to 14 are the name of a pupil"),
                (upn.as_str(), "characters 5 to 17 are a UPN"),
            ] {
                said_everywhere(&app, &step, text, words).await;
            }
        }
        assert_eq!(app.count("locality_note").await, 0);
        let refused = app.note("ep", &items[0], "SITUATION", "Then Xanthippe came.").await;
        assert!(refused["refusals"].to_string().contains("LG-10"), "{refused:#}");
        assert_eq!(app.count("locality_note").await, 0);
    }

    async fn no_text_of_a_session_or_of_an_item_about_no_child_names_a_pupil(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let brought = app.propose("senco", app.about_a_class(&session)).await;
        passes(&brought);
        let item = &brought["item"]["id"];
        let upn = format!("UPN {}", app.upn("ben"));
        let mut steps = on_session(&app, &session);
        let about_a_class = json!({ "item": item, "situation": "a", "strategiesUsed": "b", "desired": "c", "aim": "d" });
        steps.push(Written { by: "senco", mutation: "prepareLocalityItem", input: about_a_class, texts: &["/situation", "/aim"] });
        steps.push(Written { by: "senco", mutation: "proposeLocalityItem", input: app.about_a_class(&session), texts: &["/subject"] });
        for step in &steps {
            for (text, words) in [
                ("see Ben Castle", "characters 5 to 14 are the name of a pupil"),
                ("CASTLE, BEN", "characters 1 to 11 are the name of a pupil"),
                (upn.as_str(), "characters 5 to 17 are a UPN"),
            ] {
                said_everywhere(&app, step, text, words).await;
            }
        }
        let first_name = app.propose("senco", json!({
            "session": session, "school": app.school("primary"), "about": "GROUP", "subject": "Ben and two others", "dryRun": true,
        })).await;
        passes(&first_name);
    }

    async fn where_a_session_is_tells_an_ep_of_one_school_of_no_other(app: App) {
        app.link("past_ep", "secondary").await;
        for place in ["At Ben Castle's", "Flo's room"] {
            let mut input = app.gathering(TUESDAY);
            input["place"] = json!(place);
            assert_eq!(refusals(&app.plan_session("past_ep", input).await), [("LG-11", "INVALID", "place")], "{place}");
        }
    }

    async fn an_acknowledgement_that_answers_nothing_is_not_kept(app: App) {
        let session = app.planned_session(TUESDAY).await;
        app.set_clock(TUESDAY);
        let more = json!({
            "present": [app.person("senco"), app.person("second_senco")],
            "acknowledge": [{ "rule": "LG-10", "reason": "Ben Castle sees to it." }],
        });
        passes(&app.session_step("ep", "startLocalitySession", &session, more).await);
        let history = "history(first: 100) { nodes { kind acknowledged { reason } } }";
        let seen = app.read("ep", "LocalitySession", history, &session).await;
        assert!(seen.to_string().contains("LOCALITY_SESSION_STARTED") && !seen.to_string().contains("Castle"), "{seen:#}");
    }

    async fn a_child_who_left_is_looked_for_too_and_is_not_for_the_school_to_see(app: App) {
        app.ada_by_other_names().await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        let child = literal(&app, app.world.children["ada"]);
        let school = literal(&app, app.world.schools["second_primary"]);
        app.sabotage(&format!("update holding set school_id = {school} where child_id = {child}")).await;
        for text in ["Then Xanthippe came.", "Hortensia rang", "Ben came."] {
            let refused = app.note("senco", &items[0], "SITUATION", text).await;
            assert_eq!(refusals(&refused), [("LG-11", "INVALID", "text")], "{text}");
        }
        passes(&app.note("senco", &items[0], "SITUATION", "Reads a little.").await);
    }

    async fn what_tells_nobody_is_written(app: App) {
        app.ada_by_other_names().await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        for text in [
            "X3F reads with B4F.", "Ben liked it.", "The class went to the castle.", "Both parents came, and a teacher.",
            "They meet on 12 May 2026.", "2018 was a hard year.", "🐟 喜欢", "<b>Bold</b> & \"quoted\"",
        ] {
            assert!(passes_as_note(&app, &items[0], text).await, "{text}");
        }
        for text in ["xanthippe", "Xanthippé", "XANTHIPPE_notes.txt", "Xanthippe's", "(Quillfeather)", "X.Q. was late", "04/05/2018", "Hortensia Vandermeer"] {
            assert!(!passes_as_note(&app, &items[0], text).await, "{text}");
        }
    }

    async fn a_name_that_is_a_common_word_is_found_where_it_is_written_as_a_name(app: App) {
        change(&app, "ada", "given_name = 'May', family_name = 'Will', known_as = null").await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        for text in ["It may help.", "She will read in May.", "Will the school pay?", "IT MAY HELP", "THEY WILL SEE", "From April to May it was better."] {
            assert!(passes_as_note(&app, &items[0], text).await, "{text}");
        }
        for text in ["We asked May.", "May's book is lost.", "Will reads with a friend.", "A note by Mr Will.", "May Will came", "It was late. May left."] {
            assert!(!passes_as_note(&app, &items[0], text).await, "{text}");
        }
    }

    async fn a_child_stands_in_minutes_by_its_code(app: App) {
        change(&app, "ada", "given_name = 'James', gender = 'M', date_of_birth = '2016-03-01'").await;
        change(&app, "ben", "given_name = 'jo', gender = 'M', date_of_birth = '2016-04-01'").await;
        change(&app, "cai", "given_name = 'Élodie', gender = 'X', year_group_override = 0").await;
        let session = app.planned_session(TUESDAY).await;
        let july = app.planned_session("2026-07-14T12:00:00Z").await;
        let september = app.planned_session("2026-09-15T12:00:00Z").await;
        let ada = app.proposed("senco", &session, "primary", "ada").await;
        let code = async |item: &Value| app.item("second_senco", item).await["code"].clone();
        assert_eq!(code(&ada).await, "J5M");
        let ben = app.proposed("senco", &session, "primary", "ben").await;
        assert_eq!(code(&ben).await, "J5M-2", "a second one in the same minutes");
        assert_eq!(code_of(&app, &session, "cai").await, "ERX");
        assert_eq!(code_of(&app, &session, "eve").await, "E2F");
        let put_off = app.proposed("senco", &july, "primary", "ben").await;
        assert_eq!(code(&put_off).await, "J5M", "in other minutes");
        assert_eq!(code_of(&app, &september, "ada").await, "J6M", "on the day of the session");
        let more = json!({ "to": september, "reason": "No time." });
        let there = app.item_step("senco", "deferLocalityItem", &put_off, more).await;
        passes(&there);
        assert_eq!(there["item"]["code"], "J6M-2");
        app.set_clock("2026-09-02T09:00:00Z");
        assert_eq!((code(&ada).await, code(&ben).await, code(&put_off).await), (json!("J5M"), json!("J5M-2"), json!("J5M")), "as it stands in the minutes");
    }

    async fn a_code_that_points_at_the_child_is_advised_against(app: App) {
        let session = app.planned_session(TUESDAY).await;
        passes(&app.consent_to_group("senco", "ada", true).await);
        // ada, max and nia are girls of year 3.
        change(&app, "cai", "date_of_birth = '2018-03-05'").await;
        assert_eq!(advised(&app, &session, "ada").await, ["LG-10"], "four");
        let mut unacknowledged = app.concern(&session, "primary", "ada");
        unacknowledged["acknowledge"] = json!([]);
        assert_eq!(app.propose("senco", unacknowledged).await["item"], Value::Null);
        change(&app, "eve", "date_of_birth = '2018-03-06'").await;
        assert_eq!(advised(&app, &session, "ada").await, Vec::<String>::new(), "five");
        change(&app, "eve", "gender = 'M'").await;
        assert_eq!(advised(&app, &session, "ada").await, ["LG-10"], "four girls and a boy");
        app.set_figures(1, Figures { small_cohort: 4, ..Figures::default() }).await;
        assert_eq!(advised(&app, &session, "ada").await, Vec::<String>::new(), "the figure is the policy's");
        passes(&app.propose("senco", app.concern(&session, "primary", "ada")).await);
    }

    async fn whoever_may_not_see_the_child_finds_out_nothing_by_writing(app: App) {
        app.ada_by_other_names().await;
        let parent = literal(&app, app.world.parents["ben"]);
        app.sabotage(&format!("update parent_carer set name = 'Rosalind Ferreira' where id = {parent}")).await;
        app.link("past_ep", "secondary").await;
        let session = app.planned_session(TUESDAY).await;
        let ada = app.prepared("senco", &session, "primary", "ada").await;
        let ben = app.prepared("senco", &session, "primary", "ben").await;
        let about_a_class = app.propose("senco", app.about_a_class(&session)).await["item"]["id"].clone();
        passes(&app.prepare("senco", &about_a_class, "Noise at the end of the day.").await);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco", "past_ep"]).await);
        for item in [&ada, &ben, &about_a_class] {
            passes(&app.advance("ep", item, "OUTLINE").await);
        }
        let expected = answer(&app, "second_senco", &ada, "We met Xanthippe.").await;
        assert!(expected.contains("LG-11") && !expected.contains("LG-10") && !expected.contains("haracters"), "{expected}");
        let upns = [app.upn("ada"), app.upn("eve")];
        for subject in ["second_senco", "past_ep"] {
            for item in [&ada, &ben, &about_a_class] {
                for text in [
                    "We met Xanthippe.", "quillfeather", "Zanzibara came.", "Ben came.", "the name is O'Dowd", "nunez", "We met Dot.",
                    "Then Hortensia rang.", "Mrs Ferreira", "born 4 May 2018", "born 2017-01-20", "on 29 February 2016",
                    "Xanthippe Quillfeather, Ben Castle and Rosalind", upns[0].as_str(), upns[1].as_str(),
                ] {
                    assert_eq!(answer(&app, subject, item, text).await, expected, "{subject}: {text}");
                }
                for text in ["Then Wilhelmina came.", "Flo Grant", "She may read.", "born 5 May 2018", "The class went to the castle."] {
                    assert!(answer(&app, subject, item, text).await.contains("\"refusals\":[]"), "{subject}: {text}");
                }
            }
        }
        let told = app.answer("senco", "mutation($input: WriteLocalityNoteInput!) { writeLocalityNote(input: $input) { refusals { rule } } }", json!({
            "input": { "item": ada, "kind": "SITUATION", "text": "Ben came.", "dryRun": true },
        })).await;
        assert_eq!(told["data"]["writeLocalityNote"]["refusals"], json!([]), "her own school's SENCO may say so");
        let reason = json!({ "item": ada, "kind": "SITUATION", "text": "Read.", "acknowledge": [{ "rule": "LG-5", "reason": "Xanthippe" }] });
        let refused = app.act("second_senco", "writeLocalityNote", "note { id }", reason).await;
        assert_eq!(refusals(&refused), [("LG-11", "INVALID", "acknowledge.0.reason")]);
        let offered = app.offer("second_senco", &ada, "Ask Xanthippe.").await;
        assert!(refusals(&offered).contains(&("LG-11", "INVALID", "text")), "{offered:#}");
    }
}
