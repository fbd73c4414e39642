//! Which schools form a locality, and what its sessions make of a change (LG-1, LG-10, LG-11).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::letters::{letters_since, told};
use crate::support::locality::{NEXT_TERM, SESSION, TUESDAY};
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use casegraph::workflow::term_due;
use entity::{authority, locality_term};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

const LOCALITY: &str = "locality { id name version schools(first: 100) { nodes { id } } }";
/// The schools of the first authority that form North in the world of the tests.
const NORTH: [&str; 5] = ["primary", "second_primary", "middle", "all_through", "secondary"];

/// A locality as it is to be: a new one, to be spoilt one field at a time.
fn family(app: &App, name: &str, schools: &[&str]) -> Value {
    let schools: Vec<_> = schools.iter().map(|school| app.school(school)).collect();
    json!({ "authority": id(Kind::Authority, app.world.authority), "name": name, "schools": schools })
}

/// Says which schools form North; answers the payload.
async fn set_north(app: &App, schools: &[&str]) -> Value {
    let mut input = family(app, "North", schools);
    input["locality"] = app.north();
    app.act("admin", "setLocality", LOCALITY, input).await
}

/// North without a school.
fn without(school: &str) -> Vec<&'static str> {
    NORTH.into_iter().filter(|one| *one != school).collect()
}

/// The ids of the schools under an object.
fn ids(nodes: &Value) -> Vec<Value> {
    let mut ids: Vec<_> = nodes.as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    ids.sort_by_key(ToString::to_string);
    ids
}

fn of(app: &App, schools: &[&str]) -> Vec<Value> {
    let mut ids: Vec<_> = schools.iter().map(|school| app.school(school)).collect();
    ids.sort_by_key(ToString::to_string);
    ids
}

/// The schools that a session is for.
async fn group(app: &App, session: &Value) -> Vec<Value> {
    ids(&app.read("manager", "LocalitySession", "schools { id }", session).await["schools"])
}

/// Where what North is due in Spring 2 stands.
async fn due(app: &App, session: &Value) -> Value {
    let seen = app.read("manager", "LocalitySession", "duties { state }", session).await;
    seen["duties"][0]["state"].clone()
}

async fn authority_of(app: &App, authority: Uuid) -> authority::Model {
    authority::Entity::find_by_id(authority).one(app.service.store.reader()).await.unwrap().unwrap()
}

/// A file with one primary school of the tests' world, of an authority and with a status.
fn school_row(authority: &authority::Model, urn: u32, name: &str, status: u8) -> String {
    format!(
        "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (code),PhaseOfEducation (code)\n\
         {urn},{},{},School {name},{status},2\n",
        authority.code, authority.name
    )
}

both! {
    async fn an_administrator_says_which_schools_form_a_locality(app: App) {
        let input = family(&app, "River", &["second_primary", "middle"]);
        for subject in ["manager", "ep", "senco", "integrator"] {
            let refused = app.act(subject, "setLocality", LOCALITY, input.clone()).await;
            assert_eq!(refusals(&refused), [("XC-18", "NOT_PERMITTED", "")], "{subject}");
        }
        let refused = app.act("elsewhere_admin", "setLocality", LOCALITY, input.clone()).await;
        assert_eq!(refusals(&refused), [("XC-18", "NOT_FOUND", "authority")]);
        let set = app.act("admin", "setLocality", LOCALITY, input).await;
        passes(&set);
        assert_eq!((&set["locality"]["name"], &set["locality"]["version"]), (&json!("River"), &json!(1)));
        assert_eq!(ids(&set["locality"]["schools"]["nodes"]), of(&app, &["second_primary", "middle"]));
        let north = app.read("admin", "Locality", "schools(first: 100) { nodes { id } }", &app.north()).await;
        assert_eq!(ids(&north["schools"]["nodes"]), of(&app, &["primary", "all_through", "secondary"]));
        let mut session = app.gathering(TUESDAY);
        session["locality"] = set["locality"]["id"].clone();
        let planned = app.plan_session("manager", session.clone()).await;
        assert_eq!(refusals(&planned), [("LG-1", "NOT_ELIGIBLE", "facilitator")], "the manager is no EP");
        let planned = app.plan_session("ep", session).await;
        passes(&planned);
        assert_eq!(group(&app, &planned["session"]["id"]).await, of(&app, &["second_primary", "middle"]));
        assert_eq!(app.session("senco", &planned["session"]["id"]).await, Value::Null);
    }

    async fn a_locality_has_a_name_of_its_own_and_open_schools_of_the_authority(app: App) {
        let refused = async |input: Value| {
            let payload = app.act("admin", "setLocality", LOCALITY, input).await;
            refusals(&payload).iter().map(|(rule, code, path)| format!("{rule} {code} {path}")).collect::<Vec<_>>()
        };
        assert_eq!(refused(family(&app, "North", &["middle"])).await, ["LG-1 CONFLICT name"]);
        assert_eq!(refused(family(&app, " ", &["middle"])).await, ["LG-1 MISSING name"]);
        assert_eq!(refused(family(&app, "River", &["middle", "elsewhere"])).await, ["XC-18 NOT_FOUND schools"]);
        let south = app.south().await;
        let mut renamed = family(&app, "North", &["middle"]);
        renamed["locality"] = south.locality.clone();
        assert_eq!(refused(renamed.clone()).await, ["LG-1 CONFLICT name"]);
        renamed["name"] = json!("South-East");
        renamed["expectedVersion"] = json!(2);
        assert_eq!(refused(renamed.clone()).await, ["XC-18 STALE_VERSION expectedVersion"]);
        renamed["expectedVersion"] = json!(1);
        let set = app.act("admin", "setLocality", LOCALITY, renamed).await;
        passes(&set);
        assert_eq!((&set["locality"]["name"], &set["locality"]["version"]), (&json!("South-East"), &json!(2)));
        app.sabotage("update school set status = 'CLOSED' where urn in (900003, 900005)").await;
        assert_eq!(refused(family(&app, "River", &["second_primary", "secondary"])).await, ["LG-1 NOT_ELIGIBLE schools.1"]);
        passes(&set_north(&app, &["primary", "secondary"]).await);
    }

    async fn a_school_that_joins_comes_to_what_is_planned_and_reads_nothing_of_before(app: App) {
        passes(&set_north(&app, &without("middle")).await);
        let (held, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        passes(&app.session_step("ep", "closeLocalitySession", &held, json!({})).await);
        let planned = app.planned_session(NEXT_TERM).await;
        let mut seen = app.letters().await.len();
        passes(&set_north(&app, &NORTH).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("middle_senco", "REQUEST")]));
        assert_eq!(group(&app, &planned).await, of(&app, &NORTH));
        assert_eq!(group(&app, &held).await, of(&app, &without("middle")));
        assert!(app.session("middle_senco", &planned).await.is_object());
        assert_eq!(app.session("middle_senco", &held).await, Value::Null);
        assert_eq!(app.item("middle_senco", &items[0]).await, Value::Null);
        assert!(app.item("second_senco", &items[0]).await.is_object());
    }

    async fn a_school_that_leaves_keeps_what_it_took_part_in_and_comes_to_nothing_more(app: App) {
        let (held, items) = app.running_session(TUESDAY, &["ada"]).await;
        let planned = app.planned_session(NEXT_TERM).await;
        let mut seen = app.letters().await.len();
        passes(&set_north(&app, &without("second_primary")).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("second_senco", "CANCEL")]));
        assert_eq!(app.session("second_senco", &planned).await, Value::Null);
        assert!(app.session("second_senco", &held).await.is_object());
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        passes(&app.note("second_senco", &items[0], "SITUATION", "It is there in the group as it met.").await);
        app.set_clock(NEXT_TERM);
        let present = app.start_session(&planned, &["senco", "second_senco"]).await;
        assert_eq!(refusals(&present), [("XC-18", "NOT_FOUND", "present")]);
        passes(&app.start_session(&planned, &["senco", "middle_senco"]).await);
    }

    async fn a_school_that_leaves_stays_with_what_it_brought_and_brings_no_more(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let later = app.planned_session(NEXT_TERM).await;
        let item = app.prepared("senco", &session, "primary", "ada").await;
        let mut seen = app.letters().await.len();
        passes(&set_north(&app, &without("primary")).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("senco", "CANCEL")]), "of the later session");
        assert_eq!(group(&app, &session).await, of(&app, &NORTH));
        assert_eq!(group(&app, &later).await, of(&app, &without("primary")));
        let off = async |item: &Value| {
            app.item_step("ep", "deferLocalityItem", item, json!({ "to": later, "reason": "No time." })).await
        };
        assert_eq!(refusals(&off(&item).await), [("LG-6", "NOT_ELIGIBLE", "to")], "the later session is for others");
        for (session, refused) in [(&later, ("XC-18", "NOT_FOUND", "session")), (&session, ("LG-2", "NOT_ELIGIBLE", "school"))] {
            assert_eq!(refusals(&app.propose("senco", app.about_a_class(session)).await), [refused]);
        }
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        passes(&app.advance("ep", &item, "OUTLINE").await);
    }

    async fn no_involvement_is_decided_where_the_school_is_not_there(app: App) {
        let later = app.planned_session(NEXT_TERM).await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        let helpful = app.found_helpful("senco", &items[0]).await;
        passes(&app.write_actions("senco", &items[0], &helpful, "Something.").await);
        passes(&app.review_impact("senco", &items[0], "Something.").await);
        let decide = async || app.decide_involvement(&later, &items[0], 1, json!({})).await;
        passes(&set_north(&app, &without("primary")).await);
        app.set_clock(NEXT_TERM);
        passes(&app.start_session(&later, &["second_senco", "middle_senco"]).await);
        assert_eq!(refusals(&decide().await), [("LG-9", "NOT_ELIGIBLE", "session")]);
    }

    async fn reasons_name_no_child_of_a_school_that_left(app: App) {
        app.ada_by_other_names().await;
        let (held, items) = app.running_session(TUESDAY, &["ada"]).await;
        passes(&app.advance("ep", &items[0], "OUTLINE").await);
        passes(&app.item_step("senco", "withdrawLocalityItem", &items[0], json!({ "reason": "It is solved." })).await);
        passes(&app.session_step("ep", "closeLocalitySession", &held, json!({})).await);
        passes(&set_north(&app, &without("primary")).await);
        let back = async |reason: &str| {
            let input = json!({ "session": held, "reason": reason });
            app.act("ep", "reverseLocalitySessionStep", SESSION, input).await
        };
        assert_eq!(refusals(&back("Xanthippe Quillfeather was forgotten.").await)[0].2, "reason");
        passes(&back("One more thing.").await);
        passes(&set_north(&app, &NORTH).await);
        let planned = app.planned_session(NEXT_TERM).await;
        passes(&set_north(&app, &[]).await);
        let off = async |reason: &str| app.session_step("ep", "cancelLocalitySession", &planned, json!({ "reason": reason })).await;
        assert_eq!(refusals(&off("Xanthippe Quillfeather is ill.").await)[0].2, "reason", "nobody is left in the group");
        passes(&off("Illness.").await);
    }

    async fn a_locality_without_schools_is_due_nothing_until_it_has_some(app: App) {
        let session = app.planned_session(TUESDAY).await;
        term_due::open::<locality_term::Entity>(&app.service).await.unwrap();
        assert_eq!(due(&app, &session).await, "OPEN");
        passes(&set_north(&app, &[]).await);
        assert_eq!(due(&app, &session).await, "WITHDRAWN");
        passes(&set_north(&app, &["middle"]).await);
        assert_eq!(due(&app, &session).await, "OPEN");
        for (status, state) in [(2, "WITHDRAWN"), (1, "OPEN")] {
            let authority = authority_of(&app, app.world.authority).await;
            app.import(Content::Schools, &school_row(&authority, 900_003, "middle", status)).await;
            assert_eq!(due(&app, &session).await, state, "its last school closed, and opened again");
        }
    }

    async fn a_session_that_was_held_while_its_locality_had_no_schools_is_not_due_again(app: App) {
        let session = app.planned_session(TUESDAY).await;
        for (subject, school, child) in [("senco", "primary", "ada"), ("second_senco", "second_primary", "flo")] {
            app.proposed(subject, &session, school, child).await;
        }
        term_due::open::<locality_term::Entity>(&app.service).await.unwrap();
        passes(&set_north(&app, &[]).await);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        passes(&set_north(&app, &NORTH).await);
        assert_eq!(due(&app, &session).await, "WITHDRAWN");
    }

    async fn a_start_by_mistake_taken_back_leaves_the_group_as_its_family_is(app: App) {
        let (session, _) = app.running_session(TUESDAY, &["ada"]).await;
        let mut seen = app.letters().await.len();
        passes(&set_north(&app, &without("middle")).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]), "the session runs");
        assert_eq!(group(&app, &session).await, of(&app, &NORTH));
        let back = json!({ "session": session, "reason": "The wrong room." });
        passes(&app.act("ep", "reverseLocalitySessionStep", SESSION, back).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("middle_senco", "CANCEL")]));
        assert_eq!(group(&app, &session).await, of(&app, &without("middle")));
    }

    async fn a_session_whose_time_has_passed_stays_as_it_was(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let version = app.session("manager", &session).await["version"].clone();
        app.set_clock(NEXT_TERM);
        let mut seen = app.letters().await.len();
        passes(&set_north(&app, &without("middle")).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]));
        assert_eq!(group(&app, &session).await, of(&app, &NORTH));
        assert_eq!(app.session("manager", &session).await["version"], version);
    }

    async fn a_school_of_another_authority_is_no_longer_invited(app: App) {
        let planned = app.planned_session(TUESDAY).await;
        let item = app.prepared("second_senco", &planned, "second_primary", "flo").await;
        let mut seen = app.letters().await.len();
        let other = authority_of(&app, app.world.other_authority).await;
        app.import(Content::Schools, &school_row(&other, 900_002, "second_primary", 1)).await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("second_senco", "CANCEL")]));
        assert_eq!(group(&app, &planned).await, of(&app, &without("second_primary")));
        let sealed = app.item("ep", &item).await;
        assert_eq!((&sealed["state"], &sealed["subject"], &sealed["preparationForm"]), (&json!("WITHDRAWN"), &Value::Null, &Value::Null));
        app.set_clock(TUESDAY);
        passes(&app.start_session(&planned, &["senco", "middle_senco"]).await);
        assert_eq!(refusals(&app.advance("ep", &item, "OUTLINE").await)[0].1, "WRONG_STATE", "it is discussed without its school nowhere");
    }
}
