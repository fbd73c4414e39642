//! Letters on their way: through a real SMTP server, and into a folder.

use std::path::PathBuf;
use std::time::Duration;

use casegraph::mail::invitation::{Invitation, Mailbox, Method};
use casegraph::mail::letter::{BadLetter, Letter};
use casegraph::mail::transport::{Cause, Post, SEND_TIMEOUT, SendFault};
use chrono::{DateTime, TimeZone, Utc};

use crate::support::smtp::SmtpServer;

const MESSAGE_ID: &str = "<0198c0de-0000-7000-8000-000000000001@casegraph.example>";

fn sent() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 5, 7).unwrap()
}

fn team() -> Mailbox {
    Mailbox { name: "Consultations team".to_owned(), email: "consultations@la.example".to_owned() }
}

fn ics() -> String {
    let jo = Mailbox { name: "Zoë Smith, SENCO".to_owned(), email: "zoe@school.example".to_owned() };
    Invitation {
        uid: "1042@casegraph.example".to_owned(),
        sequence: 0,
        method: Method::Request,
        starts: sent(),
        minutes: 60,
        summary: "Consultation CG-1042".to_owned(),
        description: "A long line 👩🏽‍🏫 ".repeat(30),
        location: "https://meet.example/42".to_owned(),
        organiser: team(),
        attendees: vec![jo],
        stamp: sent(),
    }
    .to_ics()
}

fn letter() -> Letter {
    Letter {
        message_id: MESSAGE_ID.to_owned(),
        from: team(),
        to: "zoe@school.example".to_owned(),
        to_name: Some("Zoë Smith, SENCO".to_owned()),
        subject: "Consultation CG-1042 – invitation".to_owned(),
        text: "Case CG-1042\n.\n— https://casegraph.example/c/1042\n".to_owned(),
        calendar: Some((Method::Request, ics())),
    }
}

fn post(url: &str) -> Post {
    Post::from_url(url).expect("a usable address")
}

fn part(kind: &str, method: Option<&str>, filename: Option<&str>, content: &str) -> serde_json::Value {
    serde_json::json!({ "type": kind, "method": method, "filename": filename, "content": content })
}

fn has_no_personal_data(fault: SendFault) -> bool {
    let told = format!("{fault} {fault:?}");
    !["zoe", "Zoë", "school", "la.example", "mailbox"].iter().any(|part| told.contains(part))
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let server = SmtpServer::start();
    assert_eq!(post(&server.url).send(&letter(), sent()).await, Ok(()));
    let message = server.received();
    assert_eq!(message["sender"], "consultations@la.example");
    assert_eq!(message["recipients"], serde_json::json!(["zoe@school.example"]));
    assert_eq!(message["defects"], serde_json::json!([]));
    let headers = &message["headers"];
    assert_eq!(headers["Message-ID"], MESSAGE_ID);
    assert_eq!(headers["Date"], "Mon, 02 Mar 2026 09:05:07 +0000");
    assert_eq!(headers["Subject"], "Consultation CG-1042 – invitation");
    assert_eq!(headers["To"], "\"Zoë Smith, SENCO\" <zoe@school.example>");
    assert_eq!(headers["Auto-Submitted"], "auto-generated");
    assert_eq!(
        message["parts"],
        serde_json::json!([
            part("text/plain", None, None, &letter().text.replace('\n', "\r\n")),
            part("text/calendar", Some("REQUEST"), None, &ics()),
            part("application/ics", Some("REQUEST"), Some("invite.ics"), &ics()),
        ])
    );
}

#[tokio::test]
async fn the_urgent_subject_arrives_to_the_letter() {
    let server = SmtpServer::start();
    let subject = "URGENT STATUTORY ADVICE CLARIFICATION REQUIRED";
    let letter = Letter { subject: subject.to_owned(), calendar: None, ..letter() };
    assert_eq!(post(&server.url).send(&letter, sent()).await, Ok(()));
    assert_eq!(server.received()["headers"]["Subject"], subject);
}

#[tokio::test]
async fn a_refused_recipient_is_permanent_and_others_are_served() {
    let server = SmtpServer::refusing("zoe@school.example");
    let post = post(&server.url);
    let fault = post.send(&letter(), sent()).await.expect_err("refused");
    assert_eq!(fault, SendFault::Permanent(Cause::Reply(550)));
    assert_eq!(fault.to_string(), "permanent: SMTP 550");
    assert!(has_no_personal_data(fault));
    assert!(server.has_received_nothing());
    let other = Letter { to: "amir@school.example".to_owned(), ..letter() };
    assert_eq!(post.send(&other, sent()).await, Ok(()));
    assert_eq!(server.received()["recipients"], serde_json::json!(["amir@school.example"]));
}

#[tokio::test]
async fn a_deferred_letter_is_taken_at_the_next_attempt_under_the_same_id() {
    let server = SmtpServer::deferring_the_first();
    let post = post(&server.url);
    let fault = post.send(&letter(), sent()).await.expect_err("deferred");
    assert_eq!(fault, SendFault::Transient(Cause::Reply(451)));
    assert!(has_no_personal_data(fault));
    assert!(server.has_received_nothing());
    assert_eq!(post.send(&letter(), sent() + chrono::TimeDelta::minutes(1)).await, Ok(()));
    assert_eq!(server.received()["headers"]["Message-ID"], MESSAGE_ID);
}

#[tokio::test]
async fn a_relay_that_wants_a_login_does_not_cost_the_letter() {
    let server = SmtpServer::requiring_a_login();
    let fault = post(&server.url).send(&letter(), sent()).await;
    assert_eq!(fault, Err(SendFault::Transient(Cause::Reply(530))));
}

#[tokio::test]
async fn with_tls_required_nothing_is_sent_in_clear() {
    let server = SmtpServer::start();
    let fault = post(&format!("{}?tls=required", server.url)).send(&letter(), sent()).await;
    assert_eq!(fault, Err(SendFault::Transient(Cause::Connection)));
    assert!(server.has_received_nothing());
}

#[tokio::test]
async fn a_relay_that_is_away_is_transient() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let fault = post(&format!("smtp://{address}")).send(&letter(), sent()).await;
    assert_eq!(fault, Err(SendFault::Transient(Cause::Connection)));
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_says_nothing_is_left_after_thirty_seconds() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let before = tokio::time::Instant::now();
    let fault = post(&format!("smtp://{}", silent.local_addr().unwrap())).send(&letter(), sent()).await;
    assert_eq!(fault, Err(SendFault::Transient(Cause::Timeout)));
    assert_eq!(SEND_TIMEOUT, Duration::from_secs(30));
    assert!((SEND_TIMEOUT..SEND_TIMEOUT + Duration::from_secs(1)).contains(&before.elapsed()));
}

#[tokio::test]
async fn what_cannot_be_built_is_permanent_and_tells_no_address() {
    let server = SmtpServer::start();
    let letter = Letter { to: "zoe@school.example\r\nBcc: eve@evil.example".to_owned(), ..letter() };
    let fault = post(&server.url).send(&letter, sent()).await.expect_err("no address");
    assert_eq!(fault, SendFault::Permanent(Cause::Letter(BadLetter::Recipient)));
    assert!(has_no_personal_data(fault));
    assert!(server.has_received_nothing());
}

#[test]
fn a_bad_relay_address_is_not_repeated() {
    for url in ["", "zoe:secret@host", "ftp://zoe:secret@host", "smtp://zoe:secret@host?tls=perhaps"] {
        let Err(fault) = Post::from_url(url) else { panic!("{url} was taken") };
        assert!(!format!("{fault} {fault:?}").contains("secret"), "{url}");
    }
    for url in ["smtps://zoe:secret@host", "smtp://zoe:secret@host:587?tls=required", "smtp://127.0.0.1:25"] {
        assert!(Post::from_url(url).is_ok(), "{url}");
    }
}

/// A folder of one test; goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("casegraph-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder is there");
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_folder_keeps_one_file_for_a_letter_however_often_it_is_sent() {
    let folder = Folder::new("letters");
    let post = Post::Folder(folder.0.join("mail"));
    let within = Folder(folder.0.join("mail"));
    assert_eq!(post.send(&letter(), sent()).await, Ok(()));
    let later = Letter { text: "again".to_owned(), calendar: None, ..letter() };
    assert_eq!(post.send(&later, sent()).await, Ok(()));
    assert_eq!(within.names(), ["0198c0de-0000-7000-8000-000000000001@casegraph.example.eml"]);
    let content = std::fs::read_to_string(within.0.join(&within.names()[0])).unwrap();
    assert!(
        content.contains(&format!("Message-ID: {MESSAGE_ID}\r\n")) && content.ends_with("\r\n\r\nagain\r\n")
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_transient() {
    let folder = Folder::new("no-folder");
    std::fs::write(&folder.0, "a file").unwrap();
    let fault = Post::Folder(folder.0.clone()).send(&letter(), sent()).await;
    let _ = std::fs::remove_file(&folder.0);
    assert_eq!(fault, Err(SendFault::Transient(Cause::Folder)));
}

#[tokio::test]
async fn no_letter_is_written_outside_the_folder() {
    let folder = Folder::new("escape");
    let outside = Letter { message_id: "<../escaped@x>".to_owned(), ..letter() };
    let fault = Post::Folder(folder.0.clone()).send(&outside, sent()).await;
    assert_eq!(fault, Err(SendFault::Permanent(Cause::Letter(BadLetter::MessageId))));
    assert!(!folder.0.exists());
}
