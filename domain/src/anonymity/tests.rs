mod generated;

use super::*;

fn child() -> Identity {
    Identity {
        given_name: "Anne-Marie".into(),
        family_name: "O'Brien".into(),
        known_as: Some("Zoë".into()),
        upn: Some("A123456789012".into()),
        date_of_birth: "2018-05-04".parse().ok(),
    }
}

fn pupil(given_name: &str, family_name: &str) -> Identity {
    Identity { given_name: given_name.into(), family_name: family_name.into(), ..Identity::default() }
}

fn pupils() -> Vec<Identity> {
    let known = Identity {
        known_as: Some("Tolly".into()),
        upn: Some("B987654321098".into()),
        ..pupil("Bartholomew", "Hall")
    };
    vec![known, pupil("May", "Brook"), pupil("Will", "Young"), pupil("Tom", "Van der Berg")]
}

fn places(scanner: &Scanner, text: &str) -> Vec<(String, Tells)> {
    let letters: Vec<char> = text.chars().collect();
    let place = |hit: &Hit| letters[hit.from - 1..hit.to].iter().collect();
    scanner.scan(text).iter().map(|hit| (place(hit), hit.tells)).collect()
}

fn tells(scanner: &Scanner, text: &str) -> BTreeSet<Tells> {
    scanner.scan(text).into_iter().map(|hit| hit.tells).collect()
}

#[test]
fn names_are_struck_out_and_the_rest_stays() {
    let scanner = Scanner::of_child(&child(), ["Siobhán Kelly"], std::iter::empty());
    let struck_out = |text: &str| scanner.struck_out(text, "[erased]");
    assert_eq!(struck_out("All went well, élan and all."), None);
    assert_eq!(
        struck_out("Zoë reads – with Siobhán Kelly.").as_deref(),
        Some("[erased] reads – with [erased].")
    );
    assert_eq!(struck_out("See A123456789012, Zoë").as_deref(), Some("See [erased], [erased]"));
}

#[test]
fn a_name_of_the_child_is_found_however_it_is_written() {
    let scanner = Scanner::of_child(&child(), ["Siobhán Kelly"], &pupils());
    for text in [
        "Anne-Marie reads.",
        "ANNE MARIE",
        "annemarie",
        "with Anne",
        "marie's book",
        "Zoe\u{308}",
        "ZOË",
        "zoe",
        "Zoë’s turn",
        "O’Brien",
        "o'brien",
        "OBrien",
        "the O'Briens' daughter? O Brien",
        "Zo\u{ad}ë",
        "(zoe)",
        "zoe_notes.txt",
        "A.O. was late",
        "A. O. was late",
        "Z.O.",
        "Anne\u{2011}Marie",
    ] {
        assert!(tells(&scanner, text).contains(&Tells::ChildName), "{text}");
    }
    for text in ["zoetrope", "annex", "a.o. or b", "Ann", "marietta", "A O", "J5M-2 was in Y5.", ""] {
        assert!(tells(&scanner, text).is_empty(), "{text}: {:?}", places(&scanner, text));
    }
}

#[test]
fn each_hit_says_where_it_stands() {
    let scanner = Scanner::of_child(&child(), ["Siobhán Kelly"], &pupils());
    assert_eq!(
        places(&scanner, "Élan: Siobhan's Zoë, b. 4th May 2018, A1234 5678 9012; Tolly Hall."),
        [
            ("Siobhan's".to_owned(), Tells::ParentName),
            ("Zoë".to_owned(), Tells::ChildName),
            ("4th May 2018".to_owned(), Tells::BirthDate),
            ("A1234 5678 9012".to_owned(), Tells::Upn),
            ("Tolly Hall".to_owned(), Tells::PupilName),
        ]
    );
}

#[test]
fn of_other_pupils_the_full_name_and_the_upn_tell() {
    let scanner = Scanner::of_pupils(&pupils());
    for text in [
        "Bartholomew Hall",
        "tolly hall",
        "Hall, Bartholomew",
        "BartholomewHall",
        "Tolly J. Hall",
        "May Brook",
        "MAY BROOK",
        "Will Young reads",
        "Tom van der Berg",
        "Tom Vanderberg",
    ] {
        assert_eq!(tells(&scanner, text), BTreeSet::from([Tells::PupilName]), "{text}");
    }
    assert_eq!(tells(&scanner, "b987654321098"), BTreeSet::from([Tells::Upn]));
    for text in [
        "Bartholomew in the hall",
        "will young people read",
        "Will young people read?",
        "Tolly. Hall duty",
        "a brook in May",
        "Tom",
        "May and Young",
    ] {
        assert!(tells(&scanner, text).is_empty(), "{text}: {:?}", places(&scanner, text));
    }
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let scanner = Scanner::of_child(&pupil("Grace", "Hope"), [], &[]);
    for text in ["Grace is said before lunch.", "Hope was all they had."] {
        assert!(!scanner.scan(text).is_empty(), "{text}");
    }
}

#[test]
fn who_may_not_see_the_child_is_refused_alike_whomever_it_is_about() {
    let scanner = Scanner::of_strangers(&pupils(), ["Nadia Marsh"]);
    for text in ["Tolly", "We met Will today.", "young Tom", "Then Nadia came.", "b987654321098", "with May"]
    {
        assert!(!scanner.scan(text).is_empty(), "{text}");
    }
    for text in ["She will read in May.", "Young people may read.", "The hall is loud."] {
        assert!(scanner.scan(text).is_empty(), "{text}: {:?}", places(&scanner, text));
    }
}
