//! What meets in a locality group in the same instant: a consent is withdrawn or a child erased while the group writes. Whichever
//! comes first, the end is the same (LG-3, XC-8, XC-15).

use crate::access::literal;
use crate::both;
use crate::support::app::App;
use crate::support::chance::{Chance, meet, passed};
use crate::support::forms::id;
use crate::support::locality::{ITEM, NEXT_TERM, TUESDAY};
use crate::support::planning::inside;
use crate::support::refusals::{passes, refusals};
use casegraph::graphql::id::Kind;
use casegraph::op::{Op, new_id};
use domain::consent::Purpose;
use entity::{consent, event, locality_item, locality_note, outbox_mail, preparation_form, strategy};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

const ROUNDS: u32 = 24;
/// Every text that somebody writes.
const WORD: &str = "qzwordqz";
/// The bringing school, another one of the group, whoever facilitates, and the authority's case staff.
const READERS: [&str; 4] = ["senco", "second_senco", "ep", "manager"];

/// A child of the primary school, the consent to discuss it, and the item about it.
struct About {
    child: Uuid,
    consent: Value,
    item: Value,
}

/// A session that runs, another one of the next term, and what was brought to the first.
struct Stage {
    session: Value,
    later: Value,
    all: Vec<About>,
}

impl Stage {
    /// An item for each round that came to the strategies; on each the group has written.
    async fn set(app: &App) -> Self {
        let later = app.planned_session(NEXT_TERM).await;
        let session = app.planned_session(TUESDAY).await;
        let mut all = Vec::new();
        for child in app.more_children(ROUNDS).await {
            let consent = consented(app, child).await;
            let mut brought = app.propose("senco", concern(app, &session, child)).await;
            passes(&brought);
            let item = brought["item"]["id"].take();
            passes(&app.prepare("senco", &item, WORD).await);
            all.push(About { child, consent, item });
        }
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "second_senco"]).await);
        // The way there is the business of other tests, and long.
        app.sabotage("update locality_item set state = 'STRATEGIES'").await;
        for About { item, .. } in &all {
            passes(&app.note("second_senco", item, "SITUATION", WORD).await);
            passes(&app.offer("ep", item, WORD).await);
        }
        Self { session, later, all }
    }

    fn rounds(&self) -> impl Iterator<Item = (u32, &About)> {
        (0..ROUNDS).zip(&self.all)
    }

    /// Fails where the minutes of a session still hold a word.
    async fn assert_no_minutes(&self, app: &App) {
        for session in [&self.session, &self.later] {
            for subject in READERS {
                let seen = app.read(subject, "LocalitySession", "minutes minutesData", session).await;
                assert!(seen["minutes"].is_string(), "{subject}: {seen}");
                assert!(!seen.to_string().contains(WORD), "{subject}: {seen}");
            }
        }
    }
}

/// Consent in force to discussing a child, which the primary school holds; its id.
async fn consented(app: &App, child: Uuid) -> Value {
    let op = Op::of_service(app.now());
    let work = app.service.store.work(&op).await.unwrap();
    let form = consent::Model {
        id: new_id(),
        authority_id: app.world.authority,
        child_id: child,
        purpose: Purpose::LocalityDiscussion,
        parent_carer_id: None,
        signed_on: op.today(),
        received_at: None,
        received_by: None,
        recorded_at: op.now,
        holder: "The school".into(),
        group_explained: true,
        school_id: Some(app.world.schools["primary"]),
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawal_reason: None,
        version: 1,
    };
    let consent = id(Kind::Consent, form.id);
    work.insert::<consent::Entity>(form).await.unwrap();
    work.commit().await.unwrap();
    consent
}

/// An item about a child of the primary school.
fn concern(app: &App, session: &Value, child: Uuid) -> Value {
    json!({
        "session": session, "school": app.school("primary"), "about": "CHILD", "child": id(Kind::Child, child),
        "subject": WORD, "supportSoFar": WORD,
    })
}

async fn withdraw(app: &App, about: &About) -> Value {
    let input = json!({ "consent": about.consent, "reason": "We moved on." });
    app.act("senco", "withdrawConsent", "consent { id }", input).await
}

async fn erase(app: &App, child: Uuid) -> Value {
    let child = id(Kind::Child, child);
    let input = json!({ "child": child, "ground": "LEGAL_OBLIGATION", "note": "By order of the court." });
    app.act("admin", "eraseChild", "child { id }", input).await
}

async fn put_off(app: &App, stage: &Stage, about: &About) -> Value {
    let more = json!({ "to": stage.later, "reason": WORD });
    app.item_step("senco", "deferLocalityItem", &about.item, more).await
}

/// Everything that somebody reads of an item.
async fn read(app: &App, subject: &str, item: &Value) -> Value {
    let fields = format!(
        "{} preparationSheet history(first: 100) {{ nodes {{ reason acknowledged {{ reason }} }} }}",
        inside(ITEM)
    );
    let seen = app.read(subject, "LocalityItem", &fields, item).await;
    assert!(seen.is_object(), "{subject} sees that it is there");
    assert!(!seen.to_string().contains(WORD), "{subject}: {seen}");
    seen
}

/// How many items lead to a child.
async fn links(app: &App, child: Uuid) -> i64 {
    app.count(&format!("locality_item_child where child_id = {}", literal(app, child))).await
}

/// Fails unless these are all items about a child, and sealed.
async fn assert_sealed(app: &App, child: Uuid, items: &[&Value]) {
    assert_eq!(usize::try_from(links(app, child).await).unwrap(), items.len());
    for item in items {
        for subject in READERS {
            let seen = read(app, subject, item).await;
            assert_eq!(
                (&seen["state"], &seen["subject"]),
                (&json!("WITHDRAWN"), &Value::Null),
                "{subject}: {seen}"
            );
        }
    }
}

/// Fails where something leads to a child who was erased, or is still to be read on an item about it.
async fn assert_erased(app: &App, child: Uuid, items: &[&Value]) {
    assert_eq!(links(app, child).await, 0);
    for item in items {
        for subject in READERS {
            let seen = read(app, subject, item).await;
            assert_eq!((&seen["code"], &seen["child"]), (&Value::Null, &Value::Null), "{subject}: {seen}");
        }
    }
}

async fn assert_no_deadlines(app: &App) {
    let open = "duty where state = 'OPEN' and rule in ('LG-7', 'LG-8')";
    assert_eq!(app.count(open).await, 0, "a deadline that nobody can meet");
}

/// All rows of a table, in words.
async fn rows<E: EntityTrait>(app: &App) -> String {
    format!("{:?}", E::find().all(app.service.store.reader()).await.unwrap())
}

/// Fails where the database still holds a word that somebody wrote.
async fn assert_no_words(app: &App) {
    let all = [
        rows::<locality_item::Entity>(app).await,
        rows::<preparation_form::Entity>(app).await,
        rows::<locality_note::Entity>(app).await,
        rows::<strategy::Entity>(app).await,
        rows::<event::Entity>(app).await,
        rows::<outbox_mail::Entity>(app).await,
    ];
    for rows in all {
        assert!(!rows.contains(WORD), "{rows}");
    }
}

both! {
    async fn consent_withdrawn_at_the_instant_of_a_put_off_seals_the_item_there_too(app: App) {
        let mut chance = Chance::seeded(11);
        let stage = Stage::set(&app).await;
        let (mut went, mut stayed) = (0, 0);
        for (round, about) in stage.rounds() {
            let (deferred, withdrawn) = meet(round, &mut chance, put_off(&app, &stage, about), withdraw(&app, about)).await;
            passes(&withdrawn);
            if passed(&deferred) {
                assert_sealed(&app, about.child, &[&about.item, &deferred["item"]["id"]]).await;
                went += 1;
            } else {
                assert_eq!(refusals(&deferred), [("LG-6", "WRONG_STATE", "item")]);
                assert_sealed(&app, about.child, &[&about.item]).await;
                stayed += 1;
            }
        }
        assert!(went > 0 && stayed > 0, "{went} put off, {stayed} not: no race was run");
        assert_no_deadlines(&app).await;
        stage.assert_no_minutes(&app).await;
    }

    async fn consent_withdrawn_at_the_instant_of_the_feedback_leaves_no_deadline(app: App) {
        let mut chance = Chance::seeded(12);
        let stage = Stage::set(&app).await;
        let (mut went, mut stayed) = (0, 0);
        for (round, about) in stage.rounds() {
            let go_on = app.advance("ep", &about.item, "FEEDBACK");
            let (advanced, withdrawn) = meet(round, &mut chance, go_on, withdraw(&app, about)).await;
            passes(&withdrawn);
            if passed(&advanced) {
                went += 1;
            } else {
                assert!(refusals(&advanced).contains(&("LG-6", "WRONG_STATE", "to")), "{advanced:#}");
                stayed += 1;
            }
            assert_sealed(&app, about.child, &[&about.item]).await;
            assert_no_deadlines(&app).await;
        }
        assert!(went > 0 && stayed > 0, "{went} went on, {stayed} did not: no race was run");
    }

    async fn a_child_erased_at_the_instant_of_a_put_off_leaves_nothing_to_read(app: App) {
        let mut chance = Chance::seeded(13);
        let stage = Stage::set(&app).await;
        let (mut went, mut stayed) = (0_i64, 0);
        for (round, about) in stage.rounds() {
            let (deferred, erased) = meet(round, &mut chance, put_off(&app, &stage, about), erase(&app, about.child)).await;
            passes(&erased);
            if passed(&deferred) {
                assert_erased(&app, about.child, &[&about.item, &deferred["item"]["id"]]).await;
                went += 1;
            } else {
                assert_eq!(refusals(&deferred), [("XC-18", "NOT_FOUND", "item")]);
                assert_erased(&app, about.child, &[&about.item]).await;
                stayed += 1;
            }
        }
        assert!(went > 0 && stayed > 0, "{went} put off, {stayed} not: no race was run");
        assert_eq!(app.count("locality_item").await, i64::from(ROUNDS) + went);
        assert_no_words(&app).await;
        stage.assert_no_minutes(&app).await;
    }

    async fn a_child_erased_while_the_group_writes_leaves_nothing_to_read(app: App) {
        let mut chance = Chance::seeded(14);
        let stage = Stage::set(&app).await;
        let (mut written, mut refused) = (0, 0);
        for (round, about) in stage.rounds() {
            let write = async {
                tokio::join!(app.note("second_senco", &about.item, "CONTEXT", WORD), app.offer("ep", &about.item, WORD))
            };
            let ((noted, offered), erased) = meet(round, &mut chance, write, erase(&app, about.child)).await;
            passes(&erased);
            for payload in [&noted, &offered] {
                if passed(payload) {
                    written += 1;
                } else {
                    assert_eq!(refusals(payload), [("XC-18", "NOT_FOUND", "item")]);
                    refused += 1;
                }
            }
            assert_erased(&app, about.child, &[&about.item]).await;
        }
        assert!(written > 0 && refused > 0, "{written} written, {refused} refused: no race was run");
        assert_no_words(&app).await;
        stage.assert_no_minutes(&app).await;
    }

    async fn a_child_erased_at_the_instant_of_being_brought_leaves_nothing_to_read(app: App) {
        let mut chance = Chance::seeded(15);
        let session = app.planned_session(TUESDAY).await;
        // With the last ones there are always so many that no code points at its child (LG-10).
        let children = app.more_children(ROUNDS + 5).await;
        let (mut brought, mut refused) = (0_i64, 0);
        for (round, child) in (0..ROUNDS).zip(children) {
            consented(&app, child).await;
            let propose = app.propose("senco", concern(&app, &session, child));
            let (proposed, erased) = meet(round, &mut chance, propose, erase(&app, child)).await;
            passes(&erased);
            if passed(&proposed) {
                assert_erased(&app, child, &[&proposed["item"]["id"]]).await;
                brought += 1;
            } else {
                assert_eq!(refusals(&proposed), [("XC-18", "NOT_FOUND", "child")]);
                assert_erased(&app, child, &[]).await;
                refused += 1;
            }
        }
        assert!(brought > 0 && refused > 0, "{brought} brought, {refused} refused: no race was run");
        assert_eq!(app.count("locality_item").await, brought);
        assert_no_words(&app).await;
    }

    async fn a_child_erased_at_the_instant_of_the_feedback_leaves_no_deadline(app: App) {
        let mut chance = Chance::seeded(16);
        let stage = Stage::set(&app).await;
        let (mut went, mut stayed) = (0, 0);
        for (round, about) in stage.rounds() {
            let go_on = app.advance("ep", &about.item, "FEEDBACK");
            let (advanced, erased) = meet(round, &mut chance, go_on, erase(&app, about.child)).await;
            passes(&erased);
            if passed(&advanced) {
                went += 1;
            } else {
                assert_eq!(refusals(&advanced), [("XC-18", "NOT_FOUND", "item")]);
                stayed += 1;
            }
            assert_erased(&app, about.child, &[&about.item]).await;
            assert_no_deadlines(&app).await;
        }
        assert!(went > 0 && stayed > 0, "{went} went on, {stayed} did not: no race was run");
    }
}
