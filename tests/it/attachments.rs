//! Files on the way in and out (XC-21): what is taken, who gets it, and that no browser runs it.

use crate::both;
use crate::support::app::App;
use crate::support::forms::id;
use crate::support::refusals::refusals;
use casegraph::graphql::id::Kind;
use entity::{access_audit, attachment, attachment_content};
use reqwest::{Method, Response, Url};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

const TEXT: &str = "text/plain";
const MEGABYTE: usize = 1024 * 1024;

struct Upload<'a> {
    to: String,
    name: &'a str,
    media_type: &'a str,
    content: Vec<u8>,
}

impl<'a> Upload<'a> {
    fn text(on: &str, target: &Value) -> Self {
        Self {
            to: format!("{on}={}", text(target)),
            name: "note.txt",
            media_type: TEXT,
            content: b"Signed.".into(),
        }
    }

    fn c_ric(app: &App, child: &str) -> Self {
        let (of, by) = (app.child(child), app.parent_of(child));
        let to = format!("c-ric-of={}&given-by={}&signed-on=2026-03-08", text(&of), text(&by));
        Self { to, name: "form.txt", media_type: TEXT, content: b"Signed.".into() }
    }

    fn named(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    fn of(self, media_type: &'a str, content: impl Into<Vec<u8>>) -> Self {
        Self { media_type, content: content.into(), ..self }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn send(app: &App, subject: &str, upload: Upload<'_>) -> (u16, Value) {
    let name = Url::parse_with_params("http://any.example", [("name", upload.name)]).unwrap();
    let path = format!("/attachments?{}&{}", upload.to, name.query().unwrap());
    let request = app.request(subject, Method::POST, &path);
    let response =
        request.header("content-type", upload.media_type).body(upload.content).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// The id of the file, once it was taken.
async fn sent(app: &App, subject: &str, upload: Upload<'_>) -> Value {
    let (status, mut body) = send(app, subject, upload).await;
    assert_eq!((status, &body["refusals"]), (201, &json!([])), "{body:#}");
    body["attachment"]["id"].take()
}

/// The status, and the fields at fault.
async fn refused(app: &App, subject: &str, upload: Upload<'_>) -> (u16, Vec<String>) {
    let (status, body) = send(app, subject, upload).await;
    assert!(body["attachment"].is_null(), "{body:#}");
    let refusals = body["refusals"].as_array().cloned().unwrap_or_default();
    (status, refusals.iter().map(|one| text(&one["path"]).to_owned()).collect())
}

async fn fetch(app: &App, subject: &str, file: &Value) -> Response {
    app.request(subject, Method::GET, &format!("/attachments/{}", text(file))).send().await.unwrap()
}

async fn stored(app: &App) -> (u64, u64) {
    let db = app.service.store.reader();
    let files = attachment::Entity::find().count(db).await.unwrap();
    (files, attachment_content::Entity::find().count(db).await.unwrap())
}

async fn booked(app: &App) -> Value {
    let slot = app.slot("2026-03-19T10:00:00Z").await;
    app.booked("ada", &slot).await
}

both! {
    async fn a_file_comes_back_as_it_was_sent_and_only_to_be_saved(app: App) {
        let case = booked(&app).await;
        let content = b"%PDF-1.7 <script>alert(1)</script>".to_vec();
        let upload = Upload::text("consultation", &case)
            .named("Zo\u{eb}'s form.pdf")
            .of("application/pdf", content.clone());
        let file = sent(&app, "senco", upload).await;
        let response = fetch(&app, "parent", &file).await;
        assert_eq!(response.status(), 200);
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-disposition", "attachment; filename=\"Zo__s form.pdf\"; filename*=UTF-8''Zo%C3%AB%27s%20form.pdf"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        assert_eq!(response.bytes().await.unwrap(), content);
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { history(kinds: [FILE_ATTACHED]) { totalCount } \
            attachments { id fileName mediaType size sha256 url } } } }";
        let data = app.ask("team", query, json!({ "id": case })).await;
        let listed = &data["node"]["attachments"][0];
        assert_eq!((&listed["id"], &listed["size"]), (&file, &json!(content.len())));
        assert_eq!(listed["fileName"], "Zo\u{eb}'s form.pdf");
        assert!(text(&listed["url"]).ends_with(&format!("/attachments/{}", text(&file))));
        assert_eq!(data["node"]["history"]["totalCount"], 1);
    }

    async fn the_limit_is_the_policys(app: App) {
        let case = booked(&app).await;
        let of = |bytes| Upload::text("consultation", &case).of(TEXT, vec![b'a'; bytes]);
        sent(&app, "senco", of(10 * MEGABYTE)).await;
        assert_eq!(refused(&app, "senco", of(10 * MEGABYTE + 1)).await, (422, vec!["content".into()]));
        assert_eq!(refused(&app, "senco", of(0)).await, (422, vec!["content".into()]));
        let payload = app.act("admin", "setPolicy", "authority { id }", json!({
            "authority": id(Kind::Authority, app.world.authority), "effectiveFrom": "2026-03-09", "attachmentMegabytes": 25,
        })).await;
        assert_eq!(payload["refusals"], json!([]));
        sent(&app, "senco", of(25 * MEGABYTE)).await;
        assert_eq!(refused(&app, "senco", of(25 * MEGABYTE + 1)).await.0, 413);
        assert_eq!(stored(&app).await, (2, 2));
    }

    async fn what_a_browser_would_run_is_not_taken(app: App) {
        let case = booked(&app).await;
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        for (media_type, name, at_fault) in [
            ("text/html", "a.html", "contentType"),
            ("image/svg+xml", "a.svg", "contentType"),
            ("application/xhtml+xml", "a.txt", "contentType"),
            ("image/png", "a.png", "content"),
            ("image/jpeg", "a.jpg", "content"),
            ("application/pdf", "a.pdf", "content"),
            ("text/plain", "a.html", "name"),
            ("text/plain", "a.svg", "name"),
        ] {
            let upload = Upload::text("consultation", &case).named(name).of(media_type, svg);
            assert_eq!(refused(&app, "senco", upload).await, (422, vec![at_fault.into()]), "{media_type} {name}");
        }
        for name in ["a\0.txt", "a\n.txt", "../a.txt", "a\\b.txt", "a/b.txt", ".txt"] {
            let upload = Upload::text("consultation", &case).named(name);
            let (status, at_fault) = refused(&app, "senco", upload).await;
            assert!(status == 422 && at_fault.iter().all(|path| path == "name"), "{name:?}: {at_fault:?}");
        }
        assert_eq!(stored(&app).await, (0, 0));
        let file = sent(&app, "senco", Upload::text("consultation", &case).of("text/plain; charset=utf-7", svg)).await;
        let response = fetch(&app, "senco", &file).await;
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    }

    async fn a_foreign_file_is_not_there(app: App) {
        let case = booked(&app).await;
        let file = sent(&app, "senco", Upload::text("consultation", &case)).await;
        for subject in ["second_senco", "second_parent", "elsewhere_manager", "admin", "giver", "second_specialist"] {
            assert_eq!(fetch(&app, subject, &file).await.status(), 404, "{subject}");
        }
        let there = fetch(&app, "second_senco", &file).await.text().await.unwrap();
        let absent = id(Kind::Attachment, casegraph::op::new_id());
        assert_eq!(there, fetch(&app, "second_senco", &absent).await.text().await.unwrap());
        for odd in [case.clone(), json!("..%2f..%2fetc%2fpasswd"), json!("x")] {
            assert_eq!(fetch(&app, "senco", &odd).await.status(), 404);
        }
        for subject in ["specialist", "team", "teacher", "cit", "manager"] {
            assert_eq!(fetch(&app, subject, &file).await.status(), 200, "{subject}");
        }
        let nobody = reqwest::get(format!("http://{}/attachments/{}", app.address, text(&file))).await.unwrap();
        assert_eq!(nobody.status(), 401);
    }

    async fn only_who_may_attaches_and_only_to_what_they_see(app: App) {
        let case = booked(&app).await;
        let on_case = || Upload::text("consultation", &case);
        assert_eq!(refused(&app, "second_senco", on_case()).await, (404, vec!["consultation".into()]));
        for subject in ["teacher", "specialist", "cit", "manager", "integrator"] {
            assert_eq!(refused(&app, subject, on_case()).await, (403, vec![String::new()]), "{subject}");
        }
        assert_eq!(refused(&app, "second_parent", Upload::c_ric(&app, "ada")).await, (404, vec!["child".into()]));
        for subject in ["senco", "parent", "team"] {
            sent(&app, subject, on_case()).await;
        }
        for broken in ["", "consultation=x", "consent=x&consultation=y"] {
            let upload = Upload { to: broken.to_owned(), ..on_case() };
            assert_eq!(refused(&app, "senco", upload).await.0, 400, "{broken}");
        }
        assert_eq!(stored(&app).await, (3, 3));
    }

    async fn opening_a_file_is_written_down_or_it_stays_shut(app: App) {
        let case = booked(&app).await;
        let file = sent(&app, "senco", Upload::text("consultation", &case)).await;
        fetch(&app, "cit", &file).await;
        let rows = access_audit::Entity::find()
            .filter(access_audit::Column::PersonId.eq(app.world.people["cit"]))
            .all(app.service.store.reader())
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].child_id, rows[0].operation.as_str()), (app.world.children["ada"], "GET /attachments"));
        app.sabotage("drop table access_audit").await;
        let response = fetch(&app, "cit", &file).await;
        assert_eq!(response.status(), 500);
        let body = response.text().await.unwrap();
        assert!(body.contains("INTERNAL") && !body.contains("Signed") && !body.contains("access_audit"), "{body}");
    }

    async fn an_uploaded_c_ric_counts_from_its_upload_and_secures_the_booking(app: App) {
        let case = booked(&app).await;
        app.set_clock("2026-03-16T23:59:59Z");
        let (status, body) = send(&app, "parent", Upload::c_ric(&app, "ada")).await;
        assert_eq!(status, 201, "{body:#}");
        assert_eq!(app.sweep_at("2026-03-17T00:00:00Z").await, 0);
        assert_eq!(app.case(&case).await["state"], "BOOKED");
        let query = "query($id: ID!) { node(id: $id) { ... on Consent { purpose inForce receivedAt attachments { id } } } }";
        let data = app.ask("team", query, json!({ "id": body["attachment"]["consent"] })).await;
        assert_eq!(data["node"]["purpose"], "ONLINE_CONSULTATION");
        assert_eq!(data["node"]["inForce"], true);
        assert_eq!(data["node"]["receivedAt"], "2026-03-16T23:59:59Z");
        assert_eq!(data["node"]["attachments"][0]["id"], body["attachment"]["id"]);
    }

    async fn a_c_ric_uploaded_a_second_too_late_does_not(app: App) {
        let case = booked(&app).await;
        assert_eq!(app.sweep_at("2026-03-17T00:00:00Z").await, 1);
        sent(&app, "senco", Upload::c_ric(&app, "ada")).await;
        assert_eq!(app.case(&case).await["state"], "CANCELLED");
    }

    async fn a_c_ric_is_checked_like_any_other(app: App) {
        let mut upload = Upload::c_ric(&app, "ada");
        upload.to = upload.to.replace("2026-03-08", "2026-03-10");
        assert_eq!(refused(&app, "senco", upload).await, (422, vec!["signedOn".into()]));
        let mut upload = Upload::c_ric(&app, "ada");
        upload.to = upload.to.replace(text(&app.parent_of("ada")), text(&app.parent_of("ben")));
        assert_eq!(refused(&app, "senco", upload).await, (422, vec!["givenBy".into()]));
        let upload = Upload::c_ric(&app, "ada").of("text/html", "<p>");
        assert_eq!(refused(&app, "senco", upload).await.0, 422);
        let data = app.ask("senco", "query($u: UPN!) { child(upn: $u) { consents { id } } }", json!({ "u": app.upn("ada") })).await;
        assert_eq!(data["child"]["consents"], json!([]), "a refused file leaves no consent behind");
    }

    async fn a_retry_with_the_same_key_keeps_one_file(app: App) {
        let case = booked(&app).await;
        let again = async |content: &'static str| {
            let path = format!("/attachments?consultation={}&name=a.txt", text(&case));
            let request = app.request("senco", Method::POST, &path).header("content-type", TEXT);
            let response = request.header("idempotency-key", "k1").body(content).send().await.unwrap();
            response.json::<Value>().await.unwrap()
        };
        let (first, second) = (again("Signed.").await, again("Signed.").await);
        assert_eq!(first["attachment"]["id"], second["attachment"]["id"]);
        assert_eq!((&first["replayed"], &second["replayed"]), (&json!(false), &json!(true)));
        assert_eq!(again("Other.").await["refusals"][0]["code"], "KEY_REUSED");
        assert_eq!(stored(&app).await, (1, 1));
    }

    async fn one_file_is_erased_with_a_ground_and_the_rest_stays(app: App) {
        let case = booked(&app).await;
        let file = sent(&app, "senco", Upload::text("consultation", &case)).await;
        let other = sent(&app, "senco", Upload::text("consultation", &case).named("other.txt")).await;
        let erase = async |subject: &str, document: &Value, note: &str| {
            let input = json!({ "document": document, "ground": "INACCURATE", "note": note });
            app.act(subject, "eraseDocument", "child { id }", input).await
        };
        for (subject, expected) in [
            ("senco", ("XC-18", "NOT_PERMITTED", "")),
            ("manager", ("XC-18", "NOT_PERMITTED", "")),
            ("second_senco", ("XC-18", "NOT_FOUND", "document")),
            ("coordinator", ("XC-18", "NOT_FOUND", "document")),
            ("elsewhere_admin", ("XC-18", "NOT_FOUND", "document")),
        ] {
            assert_eq!(refusals(&erase(subject, &file, "Wrong child.").await), [expected], "{subject}");
        }
        assert_eq!(refusals(&erase("admin", &file, "About Ada.").await), [("XC-15", "INVALID", "note")]);
        assert_eq!(stored(&app).await, (2, 2));
        let erased = erase("admin", &file, "Wrong child.").await;
        assert_eq!((&erased["refusals"], &erased["child"]["id"]), (&json!([]), &app.child("ada")));
        assert_eq!(fetch(&app, "senco", &file).await.status(), 404);
        assert_eq!(fetch(&app, "senco", &other).await.status(), 200);
        assert_eq!(stored(&app).await, (2, 1));
        assert_eq!(refusals(&erase("admin", &file, "Again.").await), [("XC-18", "NOT_FOUND", "document")]);
        let query = "query($id: ID!) { node(id: $id) { ... on Consultation { state attachments { id } \
            history(kinds: [DOCUMENT_ERASED]) { nodes { occurredAt reason actor { name } } } } } }";
        let data = app.ask("team", query, json!({ "id": case })).await;
        assert_eq!(data["node"]["attachments"], json!([{ "id": other }]));
        let said = json!([{
            "occurredAt": "2026-03-09T09:00:00Z", "reason": "Wrong child.", "actor": { "name": "Person admin" },
        }]);
        assert_eq!((&data["node"]["state"], &data["node"]["history"]["nodes"]), (&json!("BOOKED"), &said));
    }

    async fn an_erased_childs_files_are_gone(app: App) {
        let case = booked(&app).await;
        let file = sent(&app, "senco", Upload::text("consultation", &case)).await;
        let slot = app.slot("2026-03-20T10:00:00Z").await;
        let other_case = app.booked("ben", &slot).await;
        let other = sent(&app, "senco", Upload::text("consultation", &other_case)).await;
        let payload = app.act("admin", "eraseChild", "child { id }", json!({
            "child": app.child("ada"), "ground": "LEGAL_OBLIGATION", "note": "As ordered.",
        })).await;
        assert_eq!(payload["refusals"], json!([]));
        for subject in ["senco", "team", "manager"] {
            assert_eq!(fetch(&app, subject, &file).await.status(), 404, "{subject}");
        }
        assert_eq!(fetch(&app, "senco", &other).await.status(), 200);
        assert_eq!(stored(&app).await, (2, 1));
    }
}
