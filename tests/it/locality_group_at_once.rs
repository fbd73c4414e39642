//! Who belongs to the group of a session, where its family, its people and its EP change in the instant in which it is planned
//! (LG-1, XC-23).

use crate::both;
use crate::support::app::App;
use crate::support::chance::{Chance, meet, passed};
use crate::support::forms::id;
use crate::support::locality::SESSION;
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::{Kind, decode};
use casegraph::workflow::import::Content;
use domain::access::Role;
use domain::london;
use entity::{locality_session, locality_session_school, role_grant, school, session_invitation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const ROUNDS: u32 = 12;

/// A time of its own for each round, in Spring 2.
fn hour(round: u32) -> String {
    format!("2026-03-{:02}T{:02}:00:00Z", 10 + round / 3, 9 + round % 3 * 3)
}

/// Who is invited to a session, and who should be: its EP and the SENCOs of its schools that day.
async fn invited_and_due(app: &App, session: Uuid) -> (BTreeSet<Uuid>, BTreeSet<Uuid>) {
    let db = app.service.store.reader();
    let invited = session_invitation::Entity::find().all(db).await.unwrap().into_iter();
    let invited = invited.filter(|row| row.session_id == session).map(|row| row.person_id).collect();
    let row = locality_session::Entity::find_by_id(session).one(db).await.unwrap().unwrap();
    let schools = group(app, session).await;
    let day = london::date_of(row.starts_at);
    let grants =
        role_grant::Entity::find().filter(role_grant::Column::Role.eq(Role::Senco)).all(db).await.unwrap();
    let holds = |grant: &role_grant::Model| {
        grant.revoked_at.is_none() && grant.from_date <= day && grant.to_date.is_none_or(|to| to >= day)
    };
    let sencos = grants.into_iter().filter(holds).filter(|grant| schools.contains(&grant.school_id.unwrap()));
    (invited, sencos.map(|grant| grant.person_id).chain([row.facilitator_id]).collect())
}

/// The schools that a session is for.
async fn group(app: &App, session: Uuid) -> BTreeSet<Uuid> {
    let rows = locality_session_school::Entity::find().all(app.service.store.reader()).await.unwrap();
    rows.into_iter()
        .filter(|row| row.session_id == session && row.takes_part)
        .map(|row| row.school_id)
        .collect()
}

/// The schools of the first locality.
async fn family(app: &App) -> BTreeSet<Uuid> {
    let own = school::Column::LocalityId.eq(app.world.locality);
    let rows = school::Entity::find().filter(own).all(app.service.store.reader()).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

fn session_of(payload: &Value) -> Uuid {
    decode(&payload["session"]["id"].as_str().unwrap().into()).unwrap().1
}

both! {
    async fn who_becomes_a_senco_as_a_session_is_planned_is_invited(app: App) {
        let mut chance = Chance::seeded(21);
        let people = ["teacher", "head", "inclusion_lead", "safeguarding_lead"];
        for round in 0..ROUNDS {
            let grant = json!({
                "authority": id(Kind::Authority, app.world.authority), "role": "SENCO", "from": app.today(),
                "person": app.person(people[round as usize % 4]),
                "school": app.school(["primary", "middle", "secondary"][round as usize / 4]),
            });
            let granted = app.act("admin", "grantRole", "grant { id }", grant);
            let planned = app.plan_session("ep", app.gathering(&hour(round)));
            let (granted, planned) = meet(round, &mut chance, granted, planned).await;
            passes(&granted);
            passes(&planned);
            let (invited, due) = invited_and_due(&app, session_of(&planned)).await;
            assert_eq!(invited, due, "round {round}");
        }
    }

    /// A file of staff locks no more of the authority than a session that takes place after all.
    async fn who_becomes_a_senco_by_a_file_as_a_call_off_is_taken_back_is_invited(app: App) {
        let mut chance = Chance::seeded(24);
        for round in 0..2 * ROUNDS {
            let session = app.planned_session(&hour(round)).await;
            passes(&app.session_step("ep", "cancelLocalitySession", &session, json!({ "reason": "Illness." })).await);
            let file = format!(
                "staff_id,name,email,role,school_urn,from,to\n\
                 new_{round},Person new_{round},new_{round}@people.example,SENCO,900001,2026-03-09,\n"
            );
            let imported = Box::pin(app.import(Content::Staff, &file));
            let back = json!({ "session": session, "reason": "Well again." });
            let back = app.act("ep", "reverseLocalitySessionStep", SESSION, back);
            let (back, ()) = meet(round, &mut chance, back, imported).await;
            passes(&back);
            let (invited, due) = invited_and_due(&app, session_of(&back)).await;
            assert_eq!(invited, due, "round {round}");
        }
    }

    async fn a_session_planned_as_its_family_changes_is_for_the_family(app: App) {
        let mut chance = Chance::seeded(22);
        let north = ["primary", "second_primary", "all_through", "secondary", "middle"];
        for round in 0..ROUNDS {
            let schools: Vec<_> = north[..4 + round as usize % 2].iter().map(|school| app.school(school)).collect();
            let set = json!({
                "authority": id(Kind::Authority, app.world.authority), "locality": app.north(), "name": "North",
                "schools": schools,
            });
            let set = app.act("admin", "setLocality", "locality { id }", set);
            let planned = app.plan_session("ep", app.gathering(&hour(round)));
            let (set, planned) = meet(round, &mut chance, set, planned).await;
            passes(&set);
            passes(&planned);
            let session = session_of(&planned);
            assert_eq!(group(&app, session).await, family(&app).await, "round {round}");
            let (invited, due) = invited_and_due(&app, session).await;
            assert_eq!(invited, due, "round {round}");
        }
    }

    async fn an_ep_called_to_two_places_in_one_instant_comes_to_one(app: App) {
        let mut chance = Chance::seeded(23);
        let (mut again, mut other) = (0, 0);
        for round in 0..ROUNDS {
            let off = app.planned_session(&hour(round)).await;
            passes(&app.session_step("ep", "cancelLocalitySession", &off, json!({ "reason": "Illness." })).await);
            let back = json!({ "session": off, "reason": "Well again." });
            let back = app.act("ep", "reverseLocalitySessionStep", SESSION, back);
            let planned = app.plan_session("manager", {
                let mut input = app.gathering(&hour(round));
                input["facilitator"] = app.person("ep");
                input
            });
            let (back, planned) = meet(round, &mut chance, back, planned).await;
            match (passed(&back), passed(&planned)) {
                (true, false) => {
                    assert_eq!(refusals(&planned), [("LG-1", "CONFLICT", "facilitator")]);
                    again += 1;
                }
                (false, true) => {
                    assert_eq!(refusals(&back), [("LG-1", "CONFLICT", "session")]);
                    other += 1;
                }
                _ => panic!("round {round}: {back:#} {planned:#}"),
            }
        }
        assert!(again > 0 && other > 0, "{again} planned again, {other} another: no race was run");
    }
}
