//! Who consents to a young person being discussed in a locality group: they themselves once compulsory school age has ended, or
//! a parent or carer (LG-3, XC-7, XC-8).

use crate::both;
use crate::support::app::App;
use crate::support::locality::TUESDAY;
use crate::support::refusals::{passes, refusals};
use serde_json::{Value, json};

/// Records at the secondary school that somebody consents to a discussion in the group; the young person where no parent does.
async fn consent(app: &App, child: &str, given_by: Option<Value>, explained: bool) -> Value {
    consent_by("secondary_senco", app, child, given_by, explained).await
}

/// The same, recorded by somebody else.
async fn consent_by(
    subject: &str,
    app: &App,
    child: &str,
    given_by: Option<Value>,
    explained: bool,
) -> Value {
    let input = json!({
        "child": app.child(child), "purpose": "LOCALITY_DISCUSSION", "givenBy": given_by, "signedOn": app.today(),
        "holder": "The school", "groupExplained": explained,
    });
    app.act(subject, "recordConsent", "consent { id }", input).await
}

/// What would be said if the secondary school brought one of its own to a session.
async fn bring(app: &App, session: &Value, child: &str) -> Value {
    let mut input = app.concern(session, "secondary", child);
    input["dryRun"] = json!(true);
    app.propose("secondary_senco", input).await
}

const MISSING: [(&str, &str, &str); 1] = [("LG-3", "CONSENT_MISSING", "child")];

both! {
    async fn a_young_persons_own_consent_brings_and_discusses_them(app: App) {
        let session = app.planned_session(TUESDAY).await;
        assert_eq!(refusals(&bring(&app, &session, "oli").await), MISSING, "there is none");
        passes(&consent(&app, "oli", None, false).await);
        assert_eq!(refusals(&bring(&app, &session, "oli").await), MISSING, "nobody explained the group");
        let own = consent(&app, "oli", None, true).await;
        passes(&own);
        let status = async || app.read("secondary_senco", "Child", "sen { status }", &app.child("oli")).await["sen"]["status"].clone();
        assert_eq!(status().await, "SEN_SUPPORT");
        let brought = app.propose("secondary_senco", app.concern(&session, "secondary", "oli")).await;
        passes(&brought);
        let item = &brought["item"]["id"];
        passes(&app.prepare("secondary_senco", item, "Reads a little every day.").await);
        app.set_clock(TUESDAY);
        passes(&app.start_session(&session, &["senco", "secondary_senco"]).await);
        app.walk("ep", item, "FEEDBACK", "A timetable.").await;
        assert_eq!(status().await, "SEN_SUPPORT", "nothing in a session changes it");
        let seen = app.item("young_person", item).await;
        assert_eq!((&seen["child"]["id"], &seen["notes"][0]["text"]), (&app.child("oli"), &json!("A timetable.")), "their own part");
        for subject in ["senco", "parent"] {
            assert_eq!(app.item(subject, item).await["child"]["id"], Value::Null, "{subject}");
        }
        let withdrawn = json!({ "consent": own["consent"]["id"], "reason": "I changed my mind." });
        passes(&app.act("young_person", "withdrawConsent", "consent { id }", withdrawn).await);
        let seen = app.item("young_person", item).await;
        assert_eq!((&seen["state"], &seen["subject"], &seen["notes"]), (&json!("WITHDRAWN"), &Value::Null, &json!([])));
        assert_eq!(refusals(&bring(&app, &app.planned_session("2026-03-26T13:00:00Z").await, "oli").await), MISSING, "all went with it");
    }

    async fn a_parents_consent_brings_a_young_person_too(app: App) {
        let session = app.planned_session(TUESDAY).await;
        passes(&consent(&app, "oli", Some(app.parent_of("oli")), true).await);
        passes(&bring(&app, &session, "oli").await);
    }

    async fn a_consent_that_the_family_records_is_none_that_the_school_holds(app: App) {
        let session = app.planned_session(TUESDAY).await;
        passes(&consent_by("young_person", &app, "oli", None, true).await);
        assert_eq!(refusals(&bring(&app, &session, "oli").await), MISSING);
        let consents = app.read("young_person", "Child", "consents { purpose }", &app.child("oli")).await;
        assert_eq!(consents["consents"], json!([{ "purpose": "LOCALITY_DISCUSSION" }]), "they see what they recorded");
        passes(&consent(&app, "oli", None, true).await);
        passes(&bring(&app, &session, "oli").await);
    }

    async fn nobody_of_compulsory_school_age_consents_to_a_discussion(app: App) {
        let session = app.planned_session(TUESDAY).await;
        let own = consent(&app, "kit", None, true).await;
        assert_eq!(refusals(&own), [("XC-7", "INVALID", "givenBy")]);
        assert_eq!(refusals(&bring(&app, &session, "kit").await), MISSING);
        passes(&consent(&app, "kit", Some(app.parent_of("kit")), true).await);
        passes(&bring(&app, &session, "kit").await);
    }
}
