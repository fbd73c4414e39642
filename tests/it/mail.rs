//! Invitations from booking to mailbox: through the graph, the outbox, the courier and a real SMTP server (OC-10).

use crate::both;
use crate::support::app::App;
use crate::support::smtp::{SmtpServer, courier};
use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarEntry};
use casegraph::mail::deliver::Delivered;
use casegraph::op::Op;
use chrono::TimeDelta;
use entity::outbox_mail;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SLOT: &str = "2026-03-19T10:00:00Z";

async fn outbox(app: &App) -> Vec<outbox_mail::Model> {
    let all = outbox_mail::Entity::find().order_by_asc(outbox_mail::Column::Id);
    all.all(app.service.store.reader()).await.unwrap()
}

fn pass(app: &App, time: TimeDelta) {
    app.service.clock.set(app.now() + time);
}

fn attendee(kind: &str, name: &str, email: &str) -> Value {
    json!({ "kind": kind, "name": name, "role": "invited", "email": email })
}

/// The family need not attend; whoever books without them says why.
fn no_parent() -> Value {
    json!([{ "rule": "OC-8", "reason": "The family asked not to attend." }])
}

/// Books for a child of the primary school with these attendees; answers the consultation.
async fn booked_with(app: &App, attendees: Value) -> Value {
    let slot = app.slot(SLOT).await;
    let mut form = app.form("ada", &slot);
    form["attendees"] = attendees;
    form["acknowledge"] = no_parent();
    let mut payload = app.book_as("senco", form).await;
    assert_eq!(payload["consultation"]["state"], "BOOKED", "{payload:#}");
    payload["consultation"].take()
}

async fn booked_with_one(app: &App) -> Value {
    booked_with(app, json!([attendee("SCHOOL", "Helen Carr", "helen@school.example")])).await
}

/// What arrives, by recipient, once everything that is due was tried.
async fn delivered(app: &App, server: &SmtpServer, letters: usize) -> BTreeMap<String, Value> {
    let tried = courier(app, &server.url).once().await.unwrap();
    assert_eq!(tried, Delivered { sent: letters, failed: 0 });
    let received = (0..letters).map(|_| server.received());
    received.map(|letter| (letter["recipients"][0].as_str().unwrap().to_owned(), letter)).collect()
}

fn names(letters: &BTreeMap<String, Value>) -> Vec<&str> {
    letters.keys().map(String::as_str).collect()
}

/// The invitation in a letter, read by an implementation that has nothing to do with ours.
struct Invitation(ICalendar);

impl Invitation {
    fn of(letter: &Value) -> Self {
        let parts = letter["parts"].as_array().unwrap();
        let part = parts.iter().find(|part| part["type"] == "text/calendar").unwrap();
        let invitation = Self(ICalendar::parse(part["content"].as_str().unwrap()).unwrap());
        assert_eq!(part["method"], invitation.method());
        invitation
    }

    fn event(&self) -> &ICalendarComponent {
        self.0.components.iter().find(|part| part.component_type.as_str() == "VEVENT").unwrap()
    }

    fn method(&self) -> String {
        value(entries(&self.0.components[0], "METHOD")[0])
    }

    fn of_event(&self, name: &str) -> String {
        value(entries(self.event(), name)[0])
    }

    /// METHOD, SEQUENCE and STATUS.
    fn says(&self) -> [String; 3] {
        [self.method(), self.of_event("SEQUENCE"), self.of_event("STATUS")]
    }

    fn attendees(&self) -> Vec<(String, String)> {
        let common_name = |entry: &ICalendarEntry| {
            let name = entry.params.iter().find(|param| param.name.as_str() == "CN").unwrap();
            name.value.as_text().unwrap().to_owned()
        };
        let all = entries(self.event(), "ATTENDEE");
        all.into_iter().map(|entry| (common_name(entry), value(entry))).collect()
    }
}

fn entries<'a>(component: &'a ICalendarComponent, name: &str) -> Vec<&'a ICalendarEntry> {
    component.entries.iter().filter(|entry| entry.name.as_str() == name).collect()
}

fn value(entry: &ICalendarEntry) -> String {
    let value = &entry.values[0];
    let text = value.as_text().map(str::to_owned);
    text.or_else(|| value.as_integer().map(|number| number.to_string())).unwrap()
}

fn assert_no_child(letter: &Value) {
    let text = letter.to_string();
    for personal in ["Ada", "Brook", "2018-05-04", "4 May 2018"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

both! {
    async fn booking_invites_every_attendee_with_a_name_in_any_script(app: App) {
        let server = SmtpServer::start();
        let case = booked_with(&app, json!([
            attendee("SCHOOL", "Zoë Nuñez, SENCO", "zoe@school.example"),
            attendee("PARENT_CARER", "Łucja Öztürk", "lucja@home.example"),
            attendee("OTHER", "佐藤 花子", "hanako@clinic.example"),
        ])).await;
        let letters = delivered(&app, &server, 3).await;
        assert_eq!(names(&letters), ["hanako@clinic.example", "lucja@home.example", "zoe@school.example"]);
        let reference = case["reference"].as_str().unwrap();
        for (name, email) in [
            ("Zoë Nuñez, SENCO", "zoe@school.example"),
            ("Łucja Öztürk", "lucja@home.example"),
            ("佐藤 花子", "hanako@clinic.example"),
        ] {
            let letter = &letters[email];
            assert!(letter["headers"]["To"].as_str().unwrap().contains(name), "{letter:#}");
            assert_eq!(letter["headers"]["Subject"], format!("Online consultation booked ({reference})"));
            assert_eq!(letter["defects"], json!([]));
            assert_no_child(letter);
            let invitation = Invitation::of(letter);
            assert_eq!(invitation.says(), ["REQUEST", "0", "CONFIRMED"]);
            assert_eq!(invitation.attendees(), [(name.to_owned(), format!("mailto:{email}"))]);
            assert_eq!(invitation.of_event("URL"), "https://meet.example/room");
            let part = letter["parts"][1]["content"].as_str().unwrap();
            assert!(part.contains("\r\nDTSTART:20260319T100000Z\r\n"), "{part}");
            assert!(part.contains(&format!("\r\nSUMMARY:Online consultation {reference}\r\n")), "{part}");
        }
        let uids: Vec<_> = letters.values().map(|letter| Invitation::of(letter).of_event("UID")).collect();
        assert!(uids.iter().all(|uid| *uid == uids[0]), "{uids:?}");
        assert_eq!(courier(&app, &server.url).once().await.unwrap(), Delivered::default());
    }

    async fn a_change_updates_those_who_stay_and_calls_off_those_left_out(app: App) {
        let server = SmtpServer::start();
        let case = booked_with(&app, json!([
            attendee("SCHOOL", "Helen Carr", "helen@school.example"),
            attendee("PARENT_CARER", "Layla", "layla@home.example"),
        ])).await;
        let before = delivered(&app, &server, 2).await;
        let payload = app.act("senco", "changeAttendees", "consultation { id }", json!({
            "consultation": case["id"],
            "acknowledge": no_parent(),
            "attendees": [
                attendee("SCHOOL", "Helen Carr", "helen@school.example"),
                attendee("OTHER", "Noor", "noor@clinic.example"),
            ],
        })).await;
        assert_eq!(payload["refusals"], json!([]));
        let after = delivered(&app, &server, 3).await;
        assert_eq!(names(&after), ["helen@school.example", "layla@home.example", "noor@clinic.example"]);
        let uid = Invitation::of(&before["helen@school.example"]).of_event("UID");
        for (email, says) in [
            ("helen@school.example", ["REQUEST", "1", "CONFIRMED"]),
            ("noor@clinic.example", ["REQUEST", "1", "CONFIRMED"]),
            ("layla@home.example", ["CANCEL", "1", "CANCELLED"]),
        ] {
            let invitation = Invitation::of(&after[email]);
            assert_eq!(invitation.says(), says, "{email}");
            assert_eq!(invitation.of_event("UID"), uid);
            assert_eq!(invitation.attendees()[0].1, format!("mailto:{email}"));
        }
    }

    async fn a_cancellation_takes_the_same_event_out_of_every_calendar(app: App) {
        let server = SmtpServer::start();
        let case = booked_with(&app, json!([
            attendee("SCHOOL", "Helen Carr", "helen@school.example"),
            attendee("PARENT_CARER", "Layla", "layla@home.example"),
        ])).await;
        let before = delivered(&app, &server, 2).await;
        let payload = app.act("senco", "cancelConsultation", "consultation { state }", json!({
            "consultation": case["id"], "reason": "The family asked for another day.",
        })).await;
        assert_eq!(payload["consultation"]["state"], "CANCELLED");
        // Whoever booked is told as well, though not invited: without an invitation.
        let after = delivered(&app, &server, 3).await;
        assert_eq!(names(&after), ["helen@school.example", "layla@home.example", "senco@people.example"]);
        assert_eq!(after["senco@people.example"]["parts"].as_array().unwrap().len(), 1);
        for email in ["helen@school.example", "layla@home.example"] {
            let invitation = Invitation::of(&after[email]);
            assert_eq!(invitation.says(), ["CANCEL", "1", "CANCELLED"]);
            assert_eq!(invitation.of_event("UID"), Invitation::of(&before[email]).of_event("UID"));
        }
        after.values().for_each(assert_no_child);
    }

    async fn a_refused_recipient_delays_nobody_else_and_its_letter_is_kept(app: App) {
        let server = SmtpServer::refusing("layla@home.example");
        booked_with(&app, json!([
            attendee("SCHOOL", "Helen Carr", "helen@school.example"),
            attendee("PARENT_CARER", "Layla", "layla@home.example"),
            attendee("OTHER", "Noor", "noor@clinic.example"),
        ])).await;
        let courier = courier(&app, &server.url);
        assert_eq!(courier.once().await.unwrap(), Delivered { sent: 2, failed: 1 });
        let mut arrived = [server.received(), server.received()].map(|letter| letter["recipients"][0].clone());
        arrived.sort_by_key(Value::to_string);
        assert_eq!(arrived, ["helen@school.example", "noor@clinic.example"]);
        let kept = outbox(&app).await.into_iter().find(|row| row.to_address == "layla@home.example").unwrap();
        assert_eq!((kept.sent_at, kept.failed_at, kept.next_attempt_at), (None, Some(app.now()), None));
        assert_eq!(kept.last_fault.as_deref(), Some("permanent: SMTP 550"));
        assert!(kept.body.contains("Online consultation booked") && kept.calendar.is_some());
        pass(&app, TimeDelta::days(30));
        assert_eq!(courier.once().await.unwrap(), Delivered::default());
    }

    async fn a_deferred_letter_is_tried_again_after_a_minute(app: App) {
        let server = SmtpServer::deferring_the_first();
        booked_with_one(&app).await;
        let courier = courier(&app, &server.url);
        assert_eq!(courier.once().await.unwrap(), Delivered { sent: 0, failed: 1 });
        let row = outbox(&app).await.remove(0);
        assert_eq!((row.sent_at, row.failed_at), (None, None));
        assert_eq!(row.last_fault.as_deref(), Some("transient: SMTP 451"));
        pass(&app, TimeDelta::seconds(59));
        assert_eq!(courier.once().await.unwrap(), Delivered::default());
        pass(&app, TimeDelta::seconds(1));
        assert_eq!(courier.once().await.unwrap(), Delivered { sent: 1, failed: 0 });
        assert_eq!(server.received()["headers"]["Message-ID"], format!("<{}@casegraph.example>", row.id));
        assert_eq!(outbox(&app).await[0].sent_at, Some(app.now()));
    }

    async fn letters_outlast_a_server_that_is_away(app: App) {
        let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        booked_with_one(&app).await;
        let lost = courier(&app, &format!("smtp://{away}"));
        for _ in 0..3 {
            assert_eq!(lost.once().await.unwrap(), Delivered { sent: 0, failed: 1 });
            pass(&app, TimeDelta::hours(4));
        }
        let row = outbox(&app).await.remove(0);
        assert_eq!((row.attempts, row.sent_at, row.failed_at), (3, None, None));
        assert_eq!(row.last_fault.as_deref(), Some("transient: connection"));
        let server = SmtpServer::start();
        let letters = delivered(&app, &server, 1).await;
        assert_eq!(names(&letters), ["helen@school.example"]);
        // Dated when it was owed, not when the server was back.
        assert_eq!(letters["helen@school.example"]["headers"]["Date"], "Mon, 09 Mar 2026 09:00:00 +0000");
    }

    async fn a_letter_whose_sending_was_not_noted_goes_again_under_the_same_id(app: App) {
        let server = SmtpServer::start();
        booked_with_one(&app).await;
        let first = delivered(&app, &server, 1).await;
        let row = outbox(&app).await.remove(0);
        // As after a kill between the server's answer and the note: claimed, not noted.
        let (op, claimed_until) = (Op::of_service(app.now()), app.now() + TimeDelta::minutes(2));
        app.service.store.letter_failed(&op, row.id, Some(claimed_until), "").await.unwrap();
        let courier = courier(&app, &server.url);
        assert_eq!(courier.once().await.unwrap(), Delivered::default());
        pass(&app, TimeDelta::minutes(2));
        assert_eq!(courier.once().await.unwrap(), Delivered { sent: 1, failed: 0 });
        let again = server.received();
        assert_eq!(again["headers"]["Message-ID"], first["helen@school.example"]["headers"]["Message-ID"]);
        assert_eq!(again["headers"]["Message-ID"], format!("<{}@casegraph.example>", row.id));
    }

    async fn a_letter_claimed_by_a_courier_that_died_goes_after_two_minutes(app: App) {
        let server = SmtpServer::start();
        booked_with_one(&app).await;
        let claimed = app.service.store.claim_letters(&Op::of_service(app.now()), 10).await.unwrap();
        assert_eq!(claimed.len(), 1);
        pass(&app, TimeDelta::seconds(119));
        assert_eq!(courier(&app, &server.url).once().await.unwrap(), Delivered::default());
        pass(&app, TimeDelta::seconds(1));
        assert_eq!(names(&delivered(&app, &server, 1).await), ["helen@school.example"]);
    }
}
