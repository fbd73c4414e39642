use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarEntry};
use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

fn mailbox(name: &str, email: &str) -> Mailbox {
    Mailbox { name: name.to_owned(), email: email.to_owned() }
}

fn invitation() -> Invitation {
    Invitation {
        uid: "0198c0de-0000-7000-8000-000000000001@casegraph.example".to_owned(),
        sequence: 0,
        method: Method::Request,
        starts: Utc.with_ymd_and_hms(2026, 3, 28, 23, 30, 0).unwrap(),
        minutes: 60,
        summary: "Consultation CG-1042".to_owned(),
        description: "Case CG-1042".to_owned(),
        location: "https://meet.example/j/42?pwd=a%20b&x=1".to_owned(),
        organiser: mailbox("Consultations team", "consultations@la.example"),
        attendees: vec![mailbox("Siobhán O'Neill", "s.oneill+send@school.example")],
        stamp: Utc.with_ymd_and_hms(2026, 3, 2, 9, 5, 7).unwrap(),
    }
}

/// The grammar of content lines that a lenient reader would forgive.
fn assert_well_formed(ics: &str) {
    assert!(ics.ends_with("\r\n"));
    for line in ics.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line:?}", line.len());
        assert!(!line.is_empty());
        assert!(line.chars().all(|c| c == '\t' || !c.is_control()), "control character: {line:?}");
    }
}

/// Read by an implementation that has nothing to do with ours.
fn event(ics: &str) -> ICalendarComponent {
    assert_well_formed(ics);
    let calendar = ICalendar::parse(ics).unwrap();
    let names: Vec<_> = calendar.components.iter().map(|part| part.component_type.as_str()).collect();
    assert_eq!(names, ["VCALENDAR", "VEVENT"]);
    assert_eq!(names_of(&calendar.components[0]), ["VERSION", "PRODID", "CALSCALE", "METHOD"]);
    calendar.components[1].clone()
}

fn names_of(component: &ICalendarComponent) -> Vec<&str> {
    component.entries.iter().map(|entry| entry.name.as_str()).collect()
}

fn entries<'a>(component: &'a ICalendarComponent, name: &'a str) -> impl Iterator<Item = &'a ICalendarEntry> {
    component.entries.iter().filter(move |entry| entry.name.as_str() == name)
}

fn value<'a>(component: &'a ICalendarComponent, name: &'a str) -> &'a str {
    let entry = entries(component, name).next().unwrap();
    // The reader gives an empty value as none.
    entry.values.first().map_or("", |value| value.as_text().unwrap())
}

fn parameters(entry: &ICalendarEntry) -> Vec<(&str, &str)> {
    let text = |value: &'_ calcard::icalendar::ICalendarParameterValue| value.as_text().map(str::to_owned);
    entry
        .params
        .iter()
        .map(|parameter| {
            let shown = text(&parameter.value).unwrap_or_else(|| "TRUE".to_owned());
            (parameter.name.as_str(), &*shown.leak())
        })
        .collect()
}

const PROPERTIES: [&str; 12] = [
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "STATUS",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "URL",
    "ORGANIZER",
    "ATTENDEE",
];

#[test]
fn an_invitation_reads_exactly_so() {
    let expected = "BEGIN:VCALENDAR\r\n\
        VERSION:2.0\r\n\
        PRODID:-//casegraph//SEND casework//EN\r\n\
        CALSCALE:GREGORIAN\r\n\
        METHOD:REQUEST\r\n\
        BEGIN:VEVENT\r\n\
        UID:0198c0de-0000-7000-8000-000000000001@casegraph.example\r\n\
        SEQUENCE:0\r\n\
        DTSTAMP:20260302T090507Z\r\n\
        DTSTART:20260328T233000Z\r\n\
        DTEND:20260329T003000Z\r\n\
        STATUS:CONFIRMED\r\n\
        SUMMARY:Consultation CG-1042\r\n\
        DESCRIPTION:Case CG-1042\r\n\
        LOCATION:https://meet.example/j/42?pwd=a%20b&x=1\r\n\
        URL:https://meet.example/j/42?pwd=a%20b&x=1\r\n\
        ORGANIZER;CN=\"Consultations team\":mailto:consultations@la.example\r\n\
        ATTENDEE;CN=\"Siobhán O'Neill\";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;R\r\n \
        SVP=TRUE:mailto:s.oneill+send@school.example\r\n\
        END:VEVENT\r\n\
        END:VCALENDAR\r\n";
    assert_eq!(invitation().to_ics(), expected);
}

#[test]
fn another_implementation_reads_every_part() {
    let event = event(&invitation().to_ics());
    assert_eq!(names_of(&event), PROPERTIES);
    let start = entries(&event, "DTSTART").next().unwrap().values[0].as_partial_date_time().unwrap();
    assert_eq!(start.to_timestamp(), Some(invitation().starts.timestamp()));
    let end = entries(&event, "DTEND").next().unwrap().values[0].as_partial_date_time().unwrap();
    assert_eq!(end.to_timestamp(), Some(invitation().starts.timestamp() + 3600));
    let attendee = entries(&event, "ATTENDEE").next().unwrap();
    assert_eq!(
        parameters(attendee),
        [
            ("CN", "Siobhán O'Neill"),
            ("ROLE", "REQ-PARTICIPANT"),
            ("PARTSTAT", "NEEDS-ACTION"),
            ("RSVP", "TRUE"),
        ]
    );
    assert_eq!(value(&event, "ATTENDEE"), "mailto:s.oneill+send@school.example");
}

#[test]
fn a_cancellation_keeps_the_uid_and_raises_the_sequence() {
    let cancelled = Invitation { method: Method::Cancel, sequence: 2, ..invitation() };
    let ics = cancelled.to_ics();
    let event = event(&ics);
    assert!(ics.contains("\r\nMETHOD:CANCEL\r\n"));
    assert!(ics.contains("\r\nSTATUS:CANCELLED\r\n"));
    assert_eq!(value(&event, "UID"), invitation().uid);
    assert_eq!(entries(&event, "SEQUENCE").next().unwrap().values[0].as_integer(), Some(2));
}

#[test]
fn without_a_link_there_is_no_place() {
    let event = event(&Invitation { location: String::new(), ..invitation() }.to_ics());
    assert_eq!(entries(&event, "LOCATION").count() + entries(&event, "URL").count(), 0);
}

#[test]
fn a_line_of_75_octets_stays_whole_and_one_of_76_is_folded() {
    let summary = |octets: usize| {
        let ics = Invitation { summary: "x".repeat(octets - "SUMMARY:".len()), ..invitation() }.to_ics();
        assert_well_formed(&ics);
        ics.lines().skip_while(|line| !line.starts_with("SUMMARY:")).take(3).map(str::len).collect::<Vec<_>>()
    };
    assert_eq!(summary(75)[0], 75);
    assert!(summary(75)[1] > 2, "the next line is DESCRIPTION");
    assert_eq!(summary(76)[..2], [75, 2]);
    // A full continuation line: its space counts.
    assert_eq!(summary(75 + 74)[..2], [75, 75]);
    assert_eq!(summary(75 + 75), [75, 75, 2]);
}

#[test]
fn no_character_is_split_by_a_fold() {
    for lead in 0..4 {
        let summary = format!("{}{}", "x".repeat(lead), "👩🏽‍🏫é—אב".repeat(40));
        let ics = Invitation { summary: summary.clone(), ..invitation() }.to_ics();
        assert_eq!(value(&event(&ics), "SUMMARY"), summary);
    }
}

#[test]
fn names_do_not_leave_their_quotes() {
    for (name, shown) in [
        ("Smith, Jo: SENCO; Head", "Smith, Jo: SENCO; Head"),
        ("Robert \"Bob\" Smith", "Robert 'Bob' Smith"),
        ("\"", "'"),
        (
            "Eve\":mailto:eve@evil.example\r\nATTENDEE:mailto:x@y",
            "Eve':mailto:eve@evil.example  ATTENDEE:mailto:x@y",
        ),
        ("a^nb^'", "a nb '"),
        ("Jo\\", "Jo"),
        ("a\u{2028}b\u{85}c\u{0}d", "a b c d"),
        ("נועה כהן \u{202e}", "נועה כהן \u{202e}"),
        ("  ", "jo@school.example"),
    ] {
        let ics = Invitation { attendees: vec![mailbox(name, "jo@school.example")], ..invitation() }.to_ics();
        let event = event(&ics);
        assert_eq!(names_of(&event), PROPERTIES, "{name:?}");
        let attendee = entries(&event, "ATTENDEE").next().unwrap();
        assert_eq!(parameters(attendee)[0], ("CN", shown), "{name:?}");
        assert_eq!(value(&event, "ATTENDEE"), "mailto:jo@school.example");
    }
}

#[test]
fn addresses_and_links_do_not_end_their_line() {
    let ics = Invitation {
        attendees: vec![mailbox("Jo", "jo@x\r\nSUMMARY:no")],
        location: "https://meet.example/\r\nSUMMARY:no <é>".to_owned(),
        ..invitation()
    }
    .to_ics();
    let event = event(&ics);
    assert_eq!(names_of(&event), PROPERTIES);
    assert_eq!(value(&event, "ATTENDEE"), "mailto:jo@x%0D%0ASUMMARY%3Ano");
    assert_eq!(value(&event, "URL"), "https://meet.example/%0D%0ASUMMARY:no%20%3C%C3%A9%3E");
}

/// Text that attacks the format more often than chance would.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<String>(),
        Just("\r\nBEGIN:VALARM\r\n".to_owned()),
        Just("\nATTENDEE:mailto:eve@evil.example".to_owned()),
        Just("\";X=\"".to_owned()),
        prop::sample::select(vec![
            "\\", "\\n", ",", ";", ":", "\"", "\r", "\n", "\r\n ", "^n", "\t", "\u{7f}"
        ])
        .prop_map(str::to_owned),
        prop::collection::vec(prop::sample::select(vec!['é', '👩', '\u{202e}', 'ש', 'a', ' ']), 0..120)
            .prop_map(String::from_iter),
    ];
    prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

/// What a reader is to see of a text: its lines, without control characters.
fn as_read(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
        .replace(|c: char| c.is_control() && c != '\n' && c != '\t', "")
}

proptest! {
    #[test]
    fn any_text_is_read_back_and_never_adds_a_property(
        summary in any_text(), description in any_text(), uid in any_text(),
        name in any_text(), email in any_text(), link in any_text(),
    ) {
        let link = format!("https://{link}");
        let attendees = vec![mailbox(&name, &email), mailbox(&email, "second@school.example")];
        let ics = Invitation {
            summary: summary.clone(), description: description.clone(), attendees, location: link, uid,
            organiser: mailbox(&name, &email), ..invitation()
        }.to_ics();
        let event = event(&ics);
        prop_assert_eq!(names_of(&event), [&PROPERTIES[..], &["ATTENDEE"]].concat());
        prop_assert_eq!(value(&event, "SUMMARY"), as_read(&summary));
        prop_assert_eq!(value(&event, "DESCRIPTION"), as_read(&description));
        for attendee in entries(&event, "ATTENDEE") {
            let keys: Vec<_> = parameters(attendee).into_iter().map(|(key, _)| key).collect();
            prop_assert_eq!(keys, ["CN", "ROLE", "PARTSTAT", "RSVP"]);
            prop_assert!(attendee.values[0].as_text().unwrap().starts_with("mailto:"));
        }
    }
}
