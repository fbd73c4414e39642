//! Locality groups follow the people of their schools: whose a deadline is (LG-7, LG-8), who is invited (XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::letters::{letters_since, told};
use crate::support::locality::{SESSION, TUESDAY};
use crate::support::refusals::passes;
use casegraph::graphql::id::Kind;
use casegraph::workflow::import::Content;
use serde_json::{Value, json};

/// Makes somebody the SENCO of a school from today on; the grant.
async fn make_senco(app: &App, subject: &str, school: &str) -> Value {
    let input = json!({
        "authority": id(Kind::Authority, app.world.authority), "person": app.person(subject), "role": "SENCO",
        "school": app.school(school), "from": app.today(),
    });
    let mut granted = app.act("admin", "grantRole", "grant { id }", input).await;
    passes(&granted);
    granted["grant"]["id"].take()
}

/// Takes somebody's role as a SENCO.
async fn no_longer_senco(app: &App, subject: &str) {
    let query = "query($id: ID!) { node(id: $id) { ... on Person { roleGrants { id role } } } }";
    let data = app.ask("admin", query, json!({ "id": app.person(subject) })).await;
    let grants = data["node"]["roleGrants"].as_array().unwrap();
    let grant = grants.iter().find(|grant| grant["role"] == "SENCO").unwrap();
    passes(&app.act("admin", "revokeRole", "grant { id }", json!({ "grant": grant["id"] })).await);
}

/// Whose the open deadline of an item is.
async fn owner(app: &App, item: &Value) -> Value {
    let seen = app.read("manager", "LocalityItem", "duties { state owner { id } }", item).await;
    let duties = seen["duties"].as_array().unwrap();
    duties.iter().find(|duty| duty["state"] == "OPEN").unwrap()["owner"]["id"].clone()
}

both! {
    async fn plan_and_review_are_the_sencos_who_brought_the_item(app: App) {
        make_senco(&app, "teacher", "primary").await;
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        assert_eq!(owner(&app, &items[0]).await, app.person("senco"));
        let helpful = app.found_helpful("senco", &items[0]).await;
        passes(&app.write_actions("teacher", &items[0], &helpful, "Something.").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("senco"));
    }

    async fn plan_and_review_pass_to_the_senco_of_the_day(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "STRATEGIES", "Something.").await;
        make_senco(&app, "teacher", "primary").await;
        no_longer_senco(&app, "senco").await;
        passes(&app.advance("ep", &items[0], "FEEDBACK").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("teacher"));
        let helpful = app.found_helpful("teacher", &items[0]).await;
        passes(&app.write_actions("teacher", &items[0], &helpful, "Something.").await);
        assert_eq!(owner(&app, &items[0]).await, app.person("teacher"));
    }

    async fn what_is_due_again_is_the_sencos_of_the_day(app: App) {
        let (_, items) = app.running_session(TUESDAY, &["ada"]).await;
        app.walk("ep", &items[0], "FEEDBACK", "Something.").await;
        let helpful = app.found_helpful("senco", &items[0]).await;
        passes(&app.write_actions("senco", &items[0], &helpful, "Something.").await);
        passes(&app.review_impact("senco", &items[0], "Something.").await);
        make_senco(&app, "teacher", "primary").await;
        no_longer_senco(&app, "senco").await;
        for _ in ["the review", "the plan"] {
            let back = json!({ "item": items[0], "reason": "The wrong child's." });
            passes(&app.act("teacher", "reverseActionPlanStep", "item { id }", back).await);
            assert_eq!(owner(&app, &items[0]).await, app.person("teacher"));
        }
    }

    async fn invitations_to_planned_sessions_follow_the_sencos(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let mut seen = app.letters().await.len();
        let version = async || app.session("manager", &session).await["version"].clone();
        make_senco(&app, "teacher", "primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("teacher", "REQUEST")]));
        assert_eq!(version().await, 2);
        no_longer_senco(&app, "teacher").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("teacher", "CANCEL")]));
        let input = json!({
            "authority": id(Kind::Authority, app.world.authority), "person": app.person("teacher"),
            "role": "INCLUSION_LEAD", "school": app.school("primary"), "from": app.today(),
        });
        passes(&app.act("admin", "grantRole", "grant { id }", input).await);
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]));
        assert_eq!(version().await, 3, "nobody else is invited for the school");
        let heard = app.read("senco", "LocalitySession", "history(first: 100) { nodes { kind } }", &session).await;
        let kinds: Vec<_> = heard["history"]["nodes"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["LOCALITY_SESSION_PLANNED", "LOCALITY_INVITATIONS_CHANGED", "LOCALITY_INVITATIONS_CHANGED"]);
    }

    async fn a_session_that_is_called_off_invites_anew_when_it_takes_place_after_all(app: App) {
        let session = app.planned_session(TUESDAY).await;
        no_longer_senco(&app, "secondary_senco").await;
        passes(&app.session_step("ep", "cancelLocalitySession", &session, json!({ "reason": "Illness." })).await);
        let mut seen = app.letters().await.len();
        make_senco(&app, "teacher", "primary").await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]), "to what is called off nobody is invited");
        let back = json!({ "session": session, "reason": "Well again." });
        passes(&app.act("ep", "reverseLocalitySessionStep", SESSION, back).await);
        let group = ["all_through_senco", "ep", "middle_senco", "second_senco", "senco", "teacher"];
        assert_eq!(letters_since(&app, &mut seen).await, told(&group.map(|one| (one, "REQUEST"))));
    }

    async fn a_leavers_running_session_passes_on_and_invites_nobody(app: App) {
        let (session, _) = app.running_session(TUESDAY, &["ada"]).await;
        let mut seen = app.letters().await.len();
        let authority = id(Kind::Authority, app.world.authority);
        let input = json!({ "authority": authority, "from": app.person("ep"), "to": app.person("past_ep") });
        passes(&app.act("admin", "handOver", "person { id }", input).await);
        assert_eq!(app.session("manager", &session).await["facilitator"]["id"], app.person("past_ep"));
        assert_eq!(letters_since(&app, &mut seen).await, told(&[]));
    }

    async fn a_mailbox_that_passes_to_the_successor_hears_no_cancellation(app: App) {
        app.sabotage("update person set email = 'ep@people.example' where subject = 'past_ep'").await;
        app.planned_session(TUESDAY).await;
        let mut seen = app.letters().await.len();
        let file = "staff_id,name,email,role,school_urn,from,to\n\
            second_senco,Person second_senco,second_senco@people.example,SENCO,900002,2024-09-01,2026-03-09\n\
            new_senco,Person new_senco,second_senco@people.example,SENCO,900002,2026-03-10,\n";
        app.import(Content::Staff, file).await;
        assert_eq!(letters_since(&app, &mut seen).await, told(&[("second_senco", "REQUEST")]));
        let authority = id(Kind::Authority, app.world.authority);
        let input = json!({ "authority": authority, "from": app.person("ep"), "to": app.person("past_ep") });
        passes(&app.act("admin", "handOver", "person { id }", input).await);
        let group = ["all_through_senco", "ep", "middle_senco", "second_senco", "secondary_senco", "senco"];
        assert_eq!(letters_since(&app, &mut seen).await, told(&group.map(|one| (one, "REQUEST"))));
    }
}
