//! Cases of every kind for children of this school, of other schools and of another authority, each with texts that are
//! found nowhere else.

pub mod ehc;
pub mod graduated;
pub mod locality;
pub mod planning;

use crate::support::app::App;
use crate::support::forms::{id, rfc3339};
use casegraph::graphql::id::Kind;
use chrono::TimeDelta;
use entity::consultation;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

/// What stands in every text of a child's case.
pub fn of_case(child: &str) -> String {
    format!("qzcase{child}qz")
}

/// What stands in every draft.
pub fn of_draft(child: &str) -> String {
    format!("qzdraft{child}qz")
}

/// What stands in every Record of Involvement that is issued.
pub fn of_issue(child: &str) -> String {
    format!("qzissue{child}qz")
}

pub async fn done(app: &App, subject: &str, mutation: &str, entity: &str, input: Value) -> Value {
    let payload = app.act(subject, mutation, entity, input).await;
    assert_eq!(payload["refusals"], json!([]), "{mutation}: {payload:#}");
    payload
}

/// The id of the case of a child.
pub async fn case_of(app: &App, child: &str) -> Value {
    let found = consultation::Entity::find()
        .filter(consultation::Column::ChildId.eq(app.world.children[child]))
        .one(app.service.store.reader())
        .await
        .unwrap();
    id(Kind::Consultation, found.unwrap().id)
}

/// Writes another draft.
pub async fn draft(app: &App, specialist: &str, child: &str) {
    let text = of_draft(child);
    let input = json!({
        "consultation": case_of(app, child).await, "summary": text, "strategies": text, "nextSteps": text,
    });
    done(app, specialist, "draftRecordOfInvolvement", "consultation { id }", input).await;
}

struct Booking {
    child: &'static str,
    by: &'static str,
    ep: &'static str,
    team: &'static str,
    specialist: &'static str,
    starts_at: &'static str,
}

async fn book(app: &App, booking: &Booking) {
    let elsewhere = booking.team == "elsewhere_team";
    let authority = if elsewhere { app.world.other_authority } else { app.world.authority };
    let slot = done(
        app,
        booking.team,
        "publishConsultationSlot",
        "slot { id }",
        json!({
            "authority": id(Kind::Authority, authority),
            "areaOfNeed": "COGNITION_AND_LEARNING",
            "startsAt": booking.starts_at,
            "specialist": app.person(booking.specialist),
            "joinLink": "https://meet.example/qzroomqz",
        }),
    )
    .await["slot"]["id"]
        .take();
    let text = of_case(booking.child);
    let mut form = app.form(booking.child, &slot);
    for field in [
        "parentViews",
        "pupilViews",
        "mainConcerns",
        "strengthsAndInterests",
        "otherServices",
        "staffTraining",
        "supportInPlace",
    ] {
        form[field] = json!(text);
    }
    form["discussedWith"] = app.person(booking.ep);
    for attendee in form["attendees"].as_array_mut().unwrap() {
        attendee["name"] = json!(text);
        attendee["role"] = json!(text);
        attendee["email"] = json!(format!("{text}@school.example"));
    }
    done(app, booking.by, "bookConsultation", "consultation { id }", form).await;
}

async fn receive_c_ric(app: &App, team: &str, child: &str) {
    let input = json!({
        "upn": app.upn(child),
        "givenBy": app.parent_of(child),
        "signedOn": "2026-03-08",
        "receivedAt": rfc3339(app.now() - TimeDelta::minutes(1)),
    });
    done(app, team, "recordCRic", "consent { id }", input).await;
}

async fn attach(app: &App, subject: &str, to: &str, target: &Value) {
    let path = format!("/attachments?{to}={}&name=qzfileqz.txt", target.as_str().unwrap());
    let request = app.request(subject, Method::POST, &path).header("content-type", "text/plain");
    let response = request.body("Signed.").send().await.unwrap();
    assert_eq!(response.status(), 201, "{}", response.text().await.unwrap());
}

async fn meet(app: &App, specialist: &str, child: &str) {
    let text = of_case(child);
    done(
        app,
        specialist,
        "markConsultationHeld",
        "consultation { id }",
        json!({
            "consultation": case_of(app, child).await,
            "immediateActions": [{ "what": text, "owner": text, "dueOn": "2026-12-01" }],
        }),
    )
    .await;
}

async fn issue(app: &App, specialist: &str, child: &str) {
    let text = of_issue(child);
    let case = case_of(app, child).await;
    let input = json!({ "consultation": case, "summary": text, "strategies": text, "nextSteps": text });
    done(app, specialist, "draftRecordOfInvolvement", "consultation { id }", input).await;
    done(app, "team", "issueRecordOfInvolvement", "consultation { id }", json!({ "consultation": case }))
        .await;
}

/// Brings casework into being and leaves the clock in May, with EHC needs assessments as `ehc` says: ada's case has a draft and is overdue, ben's and flo's are
/// issued, dot's was booked and forgotten, lou's is elsewhere.
pub async fn casework(app: &App) {
    graduated::responses(app).await;
    let bookings = [
        ("ada", "senco", "ep", "team", "specialist", "2026-03-19T10:00:00Z"),
        ("ben", "teacher", "ep", "team", "second_specialist", "2026-03-19T10:00:00Z"),
        ("dot", "head", "ep", "team", "specialist", "2026-03-19T13:00:00Z"),
        ("flo", "second_senco", "ep", "team", "specialist", "2026-03-19T15:00:00Z"),
        (
            "lou",
            "elsewhere_senco",
            "elsewhere_ep",
            "elsewhere_team",
            "elsewhere_specialist",
            "2026-03-19T10:00:00Z",
        ),
    ];
    for (child, by, ep, team, specialist, starts_at) in bookings {
        let by = if by == "teacher" { "senco" } else { by };
        book(app, &Booking { child, by, ep, team, specialist, starts_at }).await;
        if child != "flo" {
            receive_c_ric(app, team, child).await;
        }
    }
    let c_ric = format!(
        "{}&given-by={}&signed-on=2026-03-08",
        app.child("flo").as_str().unwrap(),
        app.parent_of("flo").as_str().unwrap()
    );
    attach(app, "second_senco", "c-ric-of", &json!(c_ric)).await;
    attach(app, "senco", "consultation", &case_of(app, "ada").await).await;
    attach(app, "elsewhere_senco", "consultation", &case_of(app, "lou").await).await;
    for (subject, child) in
        [("senco", "ada"), ("second_senco", "flo"), ("elsewhere_senco", "lou"), ("secondary_senco", "oli")]
    {
        let consent = done(
            app,
            subject,
            "recordConsent",
            "consent { id }",
            json!({
                "child": app.child(child), "purpose": "LOCALITY_DISCUSSION", "givenBy": app.parent_of(child),
                "signedOn": "2026-03-08", "holder": of_case(child),
            }),
        )
        .await;
        attach(app, subject, "consent", &consent["consent"]["id"]).await;
    }
    done(
        app,
        "admin",
        "addClosureDay",
        "authority { id }",
        json!({
            "authority": id(Kind::Authority, app.world.authority), "on": "2026-07-17", "title": "Closed",
        }),
    )
    .await;
    let claim = app
        .act(
            "second_senco",
            "registerChild",
            "transferRequest { id } child { id }",
            json!({
                "school": id(Kind::School, app.world.schools["second_primary"]), "upn": app.upn("ben"),
                "givenName": "Ben", "familyName": "Castle", "dateOfBirth": "2017-01-20", "gender": "M",
                "senStatus": "SEN_SUPPORT",
            }),
        )
        .await;
    assert!(claim["transferRequest"]["id"].is_string(), "{claim:#}");
    let named = json!({ "child": app.child("ben"), "person": app.person("assistant") });
    done(app, "senco", "nameStaffForChild", "child { id }", named).await;
    app.sweep_at("2026-03-19T16:30:00Z").await;
    meet(app, "specialist", "ada").await;
    meet(app, "second_specialist", "ben").await;
    meet(app, "specialist", "flo").await;
    draft(app, "specialist", "ada").await;
    issue(app, "second_specialist", "ben").await;
    issue(app, "specialist", "flo").await;
    draft(app, "specialist", "flo").await;
    planning::meetings(app).await;
    locality::sessions(app).await;
    app.sweep_at("2026-04-20T09:00:00Z").await;
    ehc::assessments(app).await;
}
