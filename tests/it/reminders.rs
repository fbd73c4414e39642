//! Reminders and letters about escalations: who gets them, when, and what may stand in them (XC-9, XC-16, XC-19).

use crate::both;
use crate::support::app::{App, at};
use crate::support::forms::id;
use casegraph::graphql::id::Kind;
use casegraph::sweep;
use entity::{duty, outbox_mail, reminder, role_grant};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

/// Its C-RIC is due on Monday 16 March, of which the SENCO is reminded on Thursday 12 March.
const SLOT: &str = "2026-03-19T10:00:00Z";
const LATER_SLOT: &str = "2026-03-19T13:00:00Z";

/// The letters with a subject that begins so, oldest first.
async fn letters(app: &App, subject: &str) -> Vec<outbox_mail::Model> {
    let found = outbox_mail::Entity::find()
        .filter(outbox_mail::Column::Subject.starts_with(subject))
        .order_by_asc(outbox_mail::Column::Id);
    found.all(app.service.store.reader()).await.unwrap()
}

async fn digests(app: &App) -> Vec<outbox_mail::Model> {
    letters(app, "Deadlines coming up").await
}

fn addressees(letters: &[outbox_mail::Model]) -> Vec<&str> {
    let mut all: Vec<_> = letters.iter().map(|letter| letter.to_address.as_str()).collect();
    all.sort_unstable();
    all
}

fn assert_no_child(letter: &outbox_mail::Model) {
    let text = format!("{} {}", letter.subject, letter.body);
    let upn = crate::support::world::upn(1);
    for personal in ["Ada", "Brook", "Castle", "2018", "2017", upn.as_str(), "primary"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

/// Books at a slot; answers the consultation and its reference.
async fn booked(app: &App, child: &str, starts_at: &str) -> (Value, String) {
    let consultation = app.booked(child, &app.slot(starts_at).await).await;
    let reference = app.case(&consultation).await["reference"].as_str().unwrap().to_owned();
    (consultation, reference)
}

async fn revoke(app: &App, subject: &str) {
    let grant = role_grant::Entity::find()
        .filter(role_grant::Column::PersonId.eq(app.world.people[subject]))
        .one(app.service.store.reader())
        .await
        .unwrap()
        .unwrap();
    let input = json!({ "grant": id(Kind::RoleGrant, grant.id) });
    let payload = app.act("admin", "revokeRole", "grant { id }", input).await;
    assert_eq!(payload["refusals"], json!([]), "{payload:#}");
}

async fn noted(app: &App) -> u64 {
    reminder::Entity::find().count(app.service.store.reader()).await.unwrap()
}

both! {
    async fn a_review_that_comes_up_is_in_the_sencos_digest_by_its_reference(app: App) {
        app.active_plan("ada").await;
        app.sweep_at("2026-03-24T09:00:00Z").await;
        assert!(digests(&app).await.is_empty());
        app.sweep_at("2026-03-25T09:00:00Z").await;
        let digests = digests(&app).await;
        assert_eq!(addressees(&digests), ["senco@people.example"]);
        assert!(digests[0].body.contains("GR-") && digests[0].body.contains("27 March 2026"), "{}", digests[0].body);
        assert_no_child(&digests[0]);
    }

    async fn the_owner_is_reminded_once_on_the_day(app: App) {
        let (_, reference) = booked(&app, "ada", SLOT).await;
        app.sweep_at("2026-03-11T23:59:59Z").await;
        assert!(digests(&app).await.is_empty());
        assert_eq!(sweep_digests(&app, "2026-03-12T00:00:00Z").await, 1);
        for later in ["2026-03-12T00:00:05Z", "2026-03-13T00:00:00Z", "2026-03-16T09:00:00Z"] {
            assert_eq!(sweep_digests(&app, later).await, 0, "{later}");
        }
        let sent = digests(&app).await;
        assert_eq!(addressees(&sent), ["senco@people.example"]);
        assert_eq!((sent[0].to_name.as_str(), sent[0].calendar.as_ref()), ("Person senco", None));
        let link = format!("https://casegraph.example/cases/{reference}");
        for part in ["By Monday 16 March 2026", &reference, "OC-11: ", &link] {
            assert!(sent[0].body.contains(part), "{part} in {}", sent[0].body);
        }
        assert_no_child(&sent[0]);
        let reminded = duty::Entity::find().filter(duty::Column::RemindedAt.is_not_null());
        let reminded = reminded.all(app.service.store.reader()).await.unwrap();
        assert_eq!(reminded.len(), 1);
        assert_eq!(reminded[0].reminded_at, Some(at("2026-03-12T00:00:00Z")));
        assert_eq!(reminded[0].rule, "OC-11");
    }

    async fn one_digest_holds_all_of_the_day(app: App) {
        let (_, second) = booked(&app, "ben", LATER_SLOT).await;
        let (_, first) = booked(&app, "ada", SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-12T06:00:00Z").await, 1);
        let sent = digests(&app).await;
        assert_eq!(addressees(&sent), ["senco@people.example"]);
        assert!(sent[0].body.contains(&first) && sent[0].body.contains(&second), "{}", sent[0].body);
        assert_no_child(&sent[0]);
    }

    async fn what_comes_later_that_day_waits_for_the_next_digest(app: App) {
        let (_, first) = booked(&app, "ada", SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-12T09:00:00Z").await, 1);
        let (_, second) = booked(&app, "ben", LATER_SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-12T23:59:59Z").await, 0);
        assert_eq!(sweep_digests(&app, "2026-03-13T00:00:00Z").await, 1);
        let sent = digests(&app).await;
        assert_eq!(sent.len(), 2);
        assert!(sent[0].body.contains(&first) && !sent[0].body.contains(&second));
        assert!(sent[1].body.contains(&second) && !sent[1].body.contains(&first));
        assert_eq!(noted(&app).await, 0);
    }

    async fn what_is_overdue_by_the_next_digest_is_left_out(app: App) {
        app.set_clock("2026-03-16T09:00:00Z");
        booked(&app, "ada", SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-16T09:00:05Z").await, 1);
        booked(&app, "ben", LATER_SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-16T23:59:59Z").await, 0);
        assert_eq!(noted(&app).await, 1);
        assert_eq!(sweep_digests(&app, "2026-03-17T00:00:00Z").await, 0);
        assert_eq!(noted(&app).await, 0);
    }

    async fn nobody_is_reminded_of_what_they_may_no_longer_see(app: App) {
        booked(&app, "ada", SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-12T09:00:00Z").await, 1);
        booked(&app, "ben", LATER_SLOT).await;
        assert_eq!(sweep_digests(&app, "2026-03-12T10:00:00Z").await, 0);
        assert_eq!(noted(&app).await, 1);
        revoke(&app, "senco").await;
        assert_eq!(sweep_digests(&app, "2026-03-13T00:00:00Z").await, 0);
        assert_eq!(noted(&app).await, 0);
    }

    async fn a_deadline_met_in_time_reminds_nobody(app: App) {
        booked(&app, "ada", SLOT).await;
        app.set_clock("2026-03-11T10:00:00Z");
        let payload = app.c_ric("ada", at("2026-03-11T09:00:00Z")).await;
        assert_eq!(payload["refusals"], json!([]), "{payload:#}");
        assert_eq!(sweep_digests(&app, "2026-03-12T00:00:00Z").await, 0);
    }

    async fn a_role_s_deadline_reminds_everybody_who_holds_the_role_by_then_and_no_family(app: App) {
        let (consultation, reference) = booked(&app, "ada", SLOT).await;
        app.set_clock("2026-03-11T10:00:00Z");
        app.c_ric("ada", at("2026-03-11T09:00:00Z")).await;
        // The specialist is to mark it by Friday 20 March.
        assert_eq!(sweep_digests(&app, "2026-03-17T23:59:59Z").await, 0);
        assert_eq!(sweep_digests(&app, "2026-03-18T00:00:00Z").await, 1);
        assert_eq!(addressees(&digests(&app).await), ["specialist@people.example"]);
        app.set_clock("2026-03-19T12:00:00Z");
        assert_eq!(app.held(&consultation).await["refusals"], json!([]));
        // The team is to issue the record by Thursday 2 April.
        assert_eq!(sweep_digests(&app, "2026-03-30T22:59:59Z").await, 0);
        assert_eq!(sweep_digests(&app, "2026-03-30T23:00:00Z").await, 2);
        let sent = digests(&app).await.split_off(1);
        assert_eq!(addressees(&sent), ["second_team@people.example", "team@people.example"]);
        for letter in &sent {
            assert!(letter.body.contains("By Thursday 2 April 2026") && letter.body.contains(&reference));
            assert_no_child(letter);
        }
    }

    async fn a_former_member_of_the_team_is_not_reminded(app: App) {
        let (consultation, _) = booked(&app, "ada", SLOT).await;
        app.set_clock("2026-03-11T10:00:00Z");
        app.c_ric("ada", at("2026-03-11T09:00:00Z")).await;
        app.set_clock("2026-03-19T12:00:00Z");
        assert_eq!(app.held(&consultation).await["refusals"], json!([]));
        revoke(&app, "second_team").await;
        assert_eq!(sweep_digests(&app, "2026-03-31T09:00:00Z").await, 1);
        assert_eq!(addressees(&digests(&app).await), ["team@people.example"]);
    }

    async fn two_replicas_send_one_digest(app: App) {
        booked(&app, "ada", SLOT).await;
        booked(&app, "ben", LATER_SLOT).await;
        app.set_clock("2026-03-12T00:00:00Z");
        let replicas = (0..8).map(|_| {
            let service = app.service.clone();
            tokio::spawn(async move { sweep::once(&service).await.unwrap() })
        });
        let mut owed = 0;
        for replica in replicas.collect::<Vec<_>>() {
            let swept = replica.await.unwrap();
            assert_eq!(swept.failures, 0);
            owed += swept.digests;
        }
        // A replica that found the other at work leaves the rest to the next sweep.
        owed += sweep_digests(&app, "2026-03-12T00:00:05Z").await;
        assert_eq!((owed, digests(&app).await.len()), (1, 1));
        assert_eq!(digests(&app).await[0].body.matches("OC-11: ").count(), 2);
    }

    async fn an_escalation_is_told_by_letter_once_to_each_holder_of_the_role(app: App) {
        let (_, reference) = booked(&app, "ada", SLOT).await;
        app.set_clock("2026-03-11T10:00:00Z");
        app.c_ric("ada", at("2026-03-11T09:00:00Z")).await;
        assert_eq!(app.sweep_at("2026-03-20T23:59:59Z").await, 0);
        assert!(letters(&app, "Deadline missed").await.is_empty());
        assert_eq!(app.sweep_at("2026-03-21T00:00:00Z").await, 1);
        assert_eq!(app.sweep_at("2026-03-21T00:00:05Z").await, 0);
        let sent = letters(&app, "Deadline missed").await;
        assert_eq!(addressees(&sent), ["second_team@people.example", "team@people.example"]);
        for letter in &sent {
            let link = format!("https://casegraph.example/cases/{reference}");
            assert_eq!(letter.subject, format!("Deadline missed ({reference})"));
            for part in ["Friday 20 March 2026", &reference, "OC-12: ", &link] {
                assert!(letter.body.contains(part), "{part} in {}", letter.body);
            }
            assert_no_child(letter);
        }
    }

    async fn where_the_rule_names_nobody_the_send_manager_is_told(app: App) {
        let (consultation, _) = booked(&app, "ada", SLOT).await;
        app.set_clock("2026-03-11T10:00:00Z");
        app.c_ric("ada", at("2026-03-11T09:00:00Z")).await;
        app.set_clock("2026-03-19T12:00:00Z");
        assert_eq!(app.held(&consultation).await["refusals"], json!([]));
        assert_eq!(app.sweep_at("2026-04-02T22:59:59Z").await, 0);
        assert_eq!(app.sweep_at("2026-04-02T23:00:00Z").await, 1);
        assert_eq!(addressees(&letters(&app, "Deadline missed").await), ["manager@people.example"]);
    }
}

/// Moves the clock and sweeps; answers how many digests were owed.
async fn sweep_digests(app: &App, instant: &str) -> u64 {
    app.set_clock(instant);
    let swept = sweep::once(&app.service).await.unwrap();
    assert_eq!(swept.failures, 0);
    swept.digests
}
