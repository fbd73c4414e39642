use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

fn letter() -> Letter {
    Letter {
        message_id: "<0198c0de-0000-7000-8000-000000000001@casegraph.example>".to_owned(),
        from: Mailbox { name: "Consultations team".to_owned(), email: "consultations@la.example".to_owned() },
        to: "jo@school.example".to_owned(),
        to_name: Some("Jo Smith".to_owned()),
        subject: "Consultation CG-1042".to_owned(),
        text: "Case CG-1042\nhttps://casegraph.example/c/1042".to_owned(),
        calendar: None,
    }
}

fn sent() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 5, 7).unwrap()
}

fn formatted(letter: &Letter) -> String {
    String::from_utf8(letter.to_message(sent()).unwrap().formatted()).unwrap()
}

/// Names and values of the header fields, unfolded, as RFC 5322 section 2.2 reads them.
fn headers(message: &str) -> Vec<(String, String)> {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    head.replace("\r\n ", " ")
        .split("\r\n")
        .map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap())
        .collect()
}

fn fault(change: impl FnOnce(&mut Letter)) -> Option<BadLetter> {
    let mut letter = letter();
    change(&mut letter);
    letter.to_message(sent()).err()
}

#[test]
fn the_headers_are_the_ones_that_are_meant() {
    let expected = [
        ("Message-ID", "<0198c0de-0000-7000-8000-000000000001@casegraph.example>"),
        ("Date", "Mon, 02 Mar 2026 09:05:07 +0000"),
        ("From", "\"Consultations team\" <consultations@la.example>"),
        ("To", "\"Jo Smith\" <jo@school.example>"),
        ("Subject", "Consultation CG-1042"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "7bit"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(headers(&formatted(&letter())), expected);
}

#[test]
fn a_retry_is_the_same_message() {
    assert_eq!(formatted(&letter()), formatted(&letter()));
}

#[test]
fn the_urgent_subject_is_sent_as_it_stands() {
    let subject = "URGENT STATUTORY ADVICE CLARIFICATION REQUIRED";
    let message = formatted(&Letter { subject: subject.to_owned(), ..letter() });
    assert!(message.contains(&format!("\r\nSubject: {subject}\r\n")), "{message}");
}

#[test]
fn names_may_be_missing() {
    let mut plain = letter();
    plain.from.name = " ".to_owned();
    plain.to_name = None;
    let message = formatted(&plain);
    assert!(message.contains("\r\nFrom: consultations@la.example\r\n"), "{message}");
    assert!(message.contains("\r\nTo: jo@school.example\r\n"), "{message}");
}

#[test]
fn an_invitation_goes_as_an_alternative_and_as_a_file() {
    let ics = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    for (method, word) in [(Method::Request, "REQUEST"), (Method::Cancel, "CANCEL")] {
        let message = formatted(&Letter { calendar: Some((method, ics.to_owned())), ..letter() });
        let order = [
            "Content-Type: multipart/mixed;",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\n",
            &format!("Content-Type: text/calendar; charset=utf-8; method={word}\r\n"),
            "Content-Disposition: attachment; filename=\"invite.ics\"\r\n",
            &format!("Content-Type: application/ics; charset=utf-8; method={word}\r\n"),
        ]
        .map(|part| message.find(part).unwrap_or_else(|| panic!("{part} is not in {message}")));
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(message.matches(ics).count(), 2);
    }
}

#[test]
fn line_breaks_in_headers_are_refused() {
    let bad = "x\r\nBcc: eve@evil.example";
    assert_eq!(fault(|letter| letter.subject = bad.to_owned()), Some(BadLetter::Subject));
    assert_eq!(fault(|letter| letter.subject = "a\nb".to_owned()), Some(BadLetter::Subject));
    assert_eq!(fault(|letter| letter.subject = "a\u{2028}b".to_owned()), Some(BadLetter::Subject));
    assert_eq!(fault(|letter| letter.to_name = Some(bad.to_owned())), Some(BadLetter::Name));
    assert_eq!(fault(|letter| letter.from.name = bad.to_owned()), Some(BadLetter::Name));
    assert_eq!(fault(|letter| letter.from.email = format!("{bad}@la.example")), Some(BadLetter::Sender));
    for to in
        ["jo@school.example\r\nBcc: eve@evil.example", "\"a\r\nb\"@school.example", "jo@school.example\n"]
    {
        assert_eq!(fault(|letter| letter.to = to.to_owned()), Some(BadLetter::Recipient), "{to:?}");
    }
}

#[test]
fn no_control_character_hides_in_a_quoted_address() {
    for control in ('\0'..' ').chain(['\u{7f}']) {
        let to = format!("\"a{control}b\"@school.example");
        assert_eq!(fault(|letter| letter.to.clone_from(&to)), Some(BadLetter::Recipient), "{to:?}");
    }
}

#[test]
fn what_is_no_single_ascii_address_is_refused() {
    for to in [
        "",
        "jo",
        "jo@",
        "@school.example",
        "jo@a.example,eve@b.example",
        "Jo <jo@a.example>",
        "zoë@a.example",
    ] {
        assert_eq!(fault(|letter| letter.to = to.to_owned()), Some(BadLetter::Recipient), "{to:?}");
    }
}

#[test]
fn a_message_id_is_a_name_that_no_path_misreads() {
    let of = |inner: &str| fault(|letter| letter.message_id = format!("<{inner}>"));
    let long = |octets: usize| format!("{}@a", "x".repeat(octets - 2));
    assert_eq!(of("a.b-c_d+e=f@g.example"), None);
    assert_eq!(of(&long(200)), None);
    for bad in [
        "",
        "a",
        "a@",
        "@b",
        "../a@b",
        ".a@b",
        "a/b@c",
        "a@b@c",
        "a b@c",
        "a>@b",
        "a\r\n@b",
        "é@b",
        &long(201),
    ] {
        assert_eq!(of(bad), Some(BadLetter::MessageId), "{bad:?}");
    }
    assert_eq!(fault(|letter| letter.message_id = "a@b".to_owned()), Some(BadLetter::MessageId));
}

#[test]
fn a_date_that_no_header_can_tell_is_refused() {
    let at = |seconds| {
        letter()
            .to_message(DateTime::from_timestamp(seconds, 0).unwrap())
            .err()
            .map(|fault| fault.to_string())
    };
    assert_eq!(at(0), None);
    assert_eq!(at(LAST_DATE_SECOND), None);
    assert_eq!(at(-1), Some(BadLetter::Date.to_string()));
    assert_eq!(at(LAST_DATE_SECOND + 1), Some(BadLetter::Date.to_string()));
}

#[test]
fn no_bare_line_break_reaches_the_relay() {
    let message = formatted(&Letter { text: "a\rb\nc\r\nd\n.\r.".to_owned(), ..letter() });
    assert!(message.ends_with("\r\n\r\na\r\nb\r\nc\r\nd\r\n.\r\n.\r\n"), "{message:?}");
    assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
}

proptest! {
    #[test]
    fn nothing_that_is_accepted_adds_a_header(
        subject in any::<String>(), to_name in any::<String>(),
        from_name in any::<String>(), to in any::<String>(),
    ) {
        for to in [to, letter().to] {
            let mut letter = Letter {
                subject: subject.clone(), to_name: Some(to_name.clone()), to, ..letter()
            };
            letter.from.name.clone_from(&from_name);
            if let Ok(message) = letter.to_message(sent()) {
                let message = String::from_utf8(message.formatted()).unwrap();
                let names: Vec<_> = headers(&message).into_iter().map(|(name, _)| name).collect();
                prop_assert_eq!(names, [
                    "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version",
                    "Content-Type", "Content-Transfer-Encoding",
                ]);
                prop_assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
            }
        }
    }
}
