//! Locality groups: one with items about children of two schools and one that is sealed, one of another locality; each text found
//! nowhere else; then the families of schools change.

use super::done;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::locality::South;
use casegraph::graphql::id::Kind;
use serde_json::{Value, json};

/// What stands in the minutes of an item about a child; of the other locality, `south`.
pub fn of_group(child: &str) -> String {
    format!("qzgroup{child}qz")
}

/// What stands in the preparation form of such an item.
pub fn of_form(child: &str) -> String {
    format!("qzform{child}qz")
}

/// Brings sessions of locality groups into being, with the clock in April: ada's item was reviewed, the action plan of flo's
/// will be late, oli's is withdrawn; the group in the south worked on a class.
pub async fn sessions(app: &App) {
    let starts_at = "2026-04-16T09:00:00Z";
    let session = app.planned_session(starts_at).await;
    let mut items = Vec::new();
    for (child, school, senco) in [
        ("ada", "primary", "senco"),
        ("flo", "second_primary", "second_senco"),
        ("oli", "secondary", "secondary_senco"),
    ] {
        done_consent(app, senco, child).await;
        let mut input = app.concern(&session, school, child);
        (input["subject"], input["supportSoFar"]) = (json!(of_group(child)), json!(of_group(child)));
        items.push(brought(app, senco, input, child).await);
    }
    let south = app.south().await;
    let (other, class) = of_the_south(app, &south, starts_at).await;
    app.set_clock(starts_at);
    let present = ["senco", "second_senco", "secondary_senco"].map(|subject| app.person(subject));
    start(app, "ep", &session, json!(present)).await;
    start(app, "south_ep", &other, json!(south.sencos)).await;
    app.walk("ep", &items[0], "FEEDBACK", &of_group("ada")).await;
    app.walk("ep", &items[1], "FEEDBACK", &of_group("flo")).await;
    app.walk("ep", &items[2], "OUTLINE", &of_group("oli")).await;
    app.walk("south_ep", &class, "FEEDBACK", &of_group("south")).await;
    worked_through(app, ("senco", "ep"), &session, &items[0], &of_group("ada")).await;
    worked_through(app, ("south_senco", "south_ep"), &other, &class, &of_group("south")).await;
    let withdrawn = json!({ "item": items[2], "reason": of_group("oli") });
    done(app, "secondary_senco", "withdrawLocalityItem", "item { id }", withdrawn).await;
    for (ep, session) in [("ep", &session), ("south_ep", &other)] {
        done(app, ep, "closeLocalitySession", "session { id }", json!({ "session": session })).await;
    }
    // One school leaves the family and another joins it: what the group wrote stays between those who were there.
    let stay = ["primary", "middle", "all_through", "secondary"].map(|school| app.school(school));
    let schools: Vec<_> = stay.into_iter().chain([id(Kind::School, south.school)]).collect();
    let authority = id(Kind::Authority, app.world.authority);
    let family =
        json!({ "authority": authority, "locality": app.north(), "name": "North", "schools": schools });
    done(app, "admin", "setLocality", "locality { id }", family).await;
}

async fn done_consent(app: &App, senco: &str, child: &str) {
    let consent = app.consent_to_group(senco, child, true).await;
    assert_eq!(consent["refusals"], json!([]), "{consent:#}");
}

/// An item that is prepared; its id.
async fn brought(app: &App, senco: &str, input: Value, whose: &str) -> Value {
    let mut payload = done(app, senco, "proposeLocalityItem", "item { id }", input).await;
    let (item, words) = (payload["item"]["id"].take(), of_form(whose));
    let form = json!({
        "item": item, "situation": words, "strategiesUsed": words, "desired": words, "aim": words,
    });
    done(app, senco, "prepareLocalityItem", "item { id }", form).await;
    item
}

async fn of_the_south(app: &App, south: &South, starts_at: &str) -> (Value, Value) {
    let mut input = app.gathering(starts_at);
    input["locality"] = south.locality.clone();
    let mut payload = done(app, "south_ep", "planLocalitySession", "session { id }", input).await;
    let session = payload["session"]["id"].take();
    let class = json!({
        "session": session, "school": id(Kind::School, south.school), "about": "CLASS",
        "subject": of_group("south"),
    });
    let item = brought(app, "south_senco", class, "south").await;
    (session, item)
}

async fn start(app: &App, ep: &str, session: &Value, present: Value) {
    let input = json!({ "session": session, "present": present });
    done(app, ep, "startLocalitySession", "session { id }", input).await;
}

/// From the feedback to the review, with a level of the support grid and an EP who goes on.
async fn worked_through(app: &App, (senco, ep): (&str, &str), session: &Value, item: &Value, words: &str) {
    let level = json!({ "item": item, "areaOfNeed": "LITERACY", "proposedLevel": 2, "agreedLevel": 3 });
    done(app, ep, "moderateSupportGrid", "moderation { id }", level).await;
    let helpful = app.found_helpful(senco, item).await;
    let steps = json!([{ "strategy": helpful[0], "what": words, "who": words }]);
    let plan = json!({ "item": item, "steps": steps });
    done(app, senco, "writeActionPlan", "item { id }", plan).await;
    let reviewed = app.review_impact(senco, item, words).await;
    assert_eq!(reviewed["refusals"], json!([]), "{reviewed:#}");
    let involvement =
        json!({ "session": session, "item": item, "form": "DIRECT_WORK", "rank": 1, "reason": words });
    done(app, ep, "decideEpInvolvement", "decision { id }", involvement).await;
}
