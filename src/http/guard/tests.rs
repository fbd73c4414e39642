use std::{fmt::Write as _, time::Instant};

use super::*;

fn nested_list(depth: usize) -> String {
    // Two brackets are the selection set's and the argument list's own.
    format!("{{ a(b: {}{}) }}", "[".repeat(depth - 2), "]".repeat(depth - 2))
}

/// `count` fragments, each of which spreads the next twice; the last selects one field.
fn bomb(count: usize) -> String {
    let mut document = String::from("{ ...F0 }");
    for n in 0..count - 1 {
        let _ = write!(document, " fragment F{n} on Q {{ ...F{next} ...F{next} }}", next = n + 1);
    }
    let _ = write!(document, " fragment F{} on Q {{ a }}", count - 1);
    document
}

fn check(document: &str) -> Result<(), GuardRefusal> {
    super::check(document, &Limits::default())
}

/// The name of the limit that the document goes past; none if it passes.
fn past(document: &str) -> Option<&'static str> {
    match check(document) {
        Ok(()) => None,
        Err(GuardRefusal::Limit { limit, .. }) => Some(limit),
        Err(other) => panic!("{other}: {document}"),
    }
}

/// Expects that a document of this size passes and the next larger one does not.
fn bounded(limit: &'static str, most: usize, document: impl Fn(usize) -> String) {
    assert_eq!(past(&document(most)), None, "{limit} at {most}");
    assert_eq!(past(&document(most + 1)), Some(limit), "{limit} past {most}");
}

#[test]
fn ordinary_documents_pass() {
    let document = r#"
        # {{{{ a comment
        query Children($after: String = "x", $in: [ID!]! = [1, {a: 2}]) @live {
          children(first: 10, where: {name: "[[[", note: """ }}} """}) { ...C @include(if: true) other: name }
          ... on Query { x } ... @skip(if: false) { y }
        }
        fragment C on Child @x(y: {z: 1}) { id }
        mutation { a }
    "#;
    assert_eq!(check(document), Ok(()));
}

#[test]
fn each_limit_is_held_to_the_figure() {
    bounded("document_bytes", 32 * 1024, |bytes| format!("{{a}}\n{}", "#".repeat(bytes - 4)));
    bounded("tokens", 2_000, |tokens| format!("{{ x {{ {} }} }}", "a ".repeat(tokens - 5)));
    bounded("nesting", 40, nested_list);
    bounded("selections", 5_000, |count| {
        // Ten spreads of F, each a selection itself, with its fields, and the rest by hand.
        let by_hand = "a ".repeat(count - 4_001);
        format!("{{ x {{ {} {by_hand} }} }} fragment F on Q {{ {} }}", "...F ".repeat(10), "a ".repeat(399))
    });
    bounded("aliases", 60, |count| format!("{{ x {{ {} }} }}", "b: a ".repeat(count)));
    bounded("directives", 60, |count| format!("{{ x {{ {} }} }}", "a @b ".repeat(count)));
    bounded("root_fields", 20, |count| format!("{{ {} }}", "a ".repeat(count)));
    bounded("depth", 24, |depth| format!("{}a{}", "{a".repeat(depth - 1) + "{", "}".repeat(depth)));
    let all_at_once = past(&nested_list(500));
    assert_eq!(all_at_once, Some("nesting"));
}

#[test]
fn limits_hold_through_fragments() {
    bounded("root_fields", 20, |count| {
        format!("{{ ...F ... on Q {{ a }} }} fragment F on Q {{ {} }}", "a ".repeat(count - 1))
    });
    bounded("aliases", 60, |count| {
        let by_hand = "b: a ".repeat(count - 50);
        format!("{{ x {{ ...F ...F {by_hand} }} }} fragment F on Q {{ {} }}", "b: a ".repeat(25))
    });
    bounded("directives", 60, |count| {
        let by_hand = "a @b ".repeat(count - 50);
        format!("{{ x {{ ...F ...F {by_hand} }} }} fragment F on Q {{ {} }}", "a @b ".repeat(25))
    });
    bounded("depth", 24, |depth| {
        let below = format!("{}a{}", "a {".repeat(depth - 4), "}".repeat(depth - 4));
        format!("{{ a {{ a {{ a {{ ... on Q {{ ...F }} }} }} }} }} fragment F on Q {{ {below} }}")
    });
    bounded("nesting", 40, |nesting| {
        let inline = |count: usize| format!("{}a{}", "... { ".repeat(count), "}".repeat(count));
        format!("{{ a {{ ...F }} }} fragment F on Q {{ {} }}", inline(nesting - 3))
    });
}

#[test]
fn the_schema_is_asked_for_without_going_round_in_it() {
    bounded("introspection", 2, |lists| {
        let round = format!("{}name{}", "fields { type { ".repeat(lists), "} }".repeat(lists));
        format!("{{ __schema {{ types {{ {round} }} }} }}")
    });
    bounded("introspection", 2, |lists| {
        let more = if lists > 2 { "... on __Type { x: inputFields { name } }" } else { "name" };
        let fragment = format!("fragment F on __Type {{ interfaces {{ {more} }} }}");
        format!("{{ __type(name: \"A\") {{ possibleTypes {{ ...F }} }} }} {fragment}")
    });
    assert_eq!(past(include_str!("introspection.graphql")), None);
}

#[test]
fn limits_follow_the_settings() {
    let mut limits = Limits::default();
    limits.set("tokens", "3").unwrap();
    assert_eq!(super::check("{ a }", &limits), Ok(()));
    let refusal = super::check("{ a b }", &limits).unwrap_err();
    assert_eq!(refusal.to_string(), "the document goes past the limit tokens: 3 at most");
}

#[test]
fn a_subscription_has_one_root() {
    assert_eq!(check("subscription { a { b c } } query { a b }"), Ok(()));
    for document in [
        "subscription { a b }",
        "subscription { ...F } fragment F on S { a ... { b } }",
        "subscription { x: a y: a }",
    ] {
        assert_eq!(check(document), Err(GuardRefusal::ManyStreams), "{document}");
    }
}

#[test]
fn the_parser_survives_what_passes() {
    assert!(async_graphql::parser::parse_query(nested_list(40)).is_ok());
}

#[test]
fn brackets_in_strings_and_comments_do_not_count() {
    let brackets = "[".repeat(100);
    assert_eq!(check(&format!("{{ a(b: \"{brackets}\") }}")), Ok(()));
    assert_eq!(check(&format!("{{ a(b: \"\"\"{brackets}\"\"\") }}")), Ok(()));
    assert_eq!(check(&format!("# {brackets}\n{{ a }}")), Ok(()));
    assert_eq!(past(&format!("# x\r{{ a(b: {brackets}) }}")), Some("nesting"));
}

#[test]
fn brackets_must_match() {
    for document in ["{ a ", "{ a ] }", "{ a } }", "{ a(b: [) ] }"] {
        assert_eq!(check(document), Err(GuardRefusal::UnmatchedBracket), "{document}");
    }
    assert_eq!(check("{ a(b: \"x) }"), Err(GuardRefusal::UnterminatedString));
}

#[test]
fn a_fragment_bomb_is_refused_at_once() {
    let started = Instant::now();
    assert_eq!(past(&bomb(30)), Some("selections"));
    // Used or not.
    assert_eq!(past(&bomb(30).replacen("...F0", "a", 1)), Some("selections"));
    // A longer chain nests too deep as well, and either may be met first.
    assert!(past(&bomb(150)).is_some());
    assert!(started.elapsed().as_millis() < 200, "took {:?}", started.elapsed());
}

#[test]
fn aliases_directives_arguments_and_conditions_are_not_selections() {
    bounded("selections", 5_000, |count| {
        let more = "a ".repeat(count - 4_948);
        let field = "x: a(b: {c: d}) @e(f: g) ... on T { x: a @e }";
        format!(
            "{{ y {{ {field} {more} {} }} }} fragment F on Q {{ {} }}",
            "...F ".repeat(12),
            "a ".repeat(411)
        )
    });
}

#[test]
fn operations_are_counted_together() {
    let half = format!("{{ x {{ {} }} }}", "...F ".repeat(24));
    let fragment = format!("fragment F on Q {{ {} }}", "a ".repeat(103));
    assert_eq!(past(&format!("query A {half} query B {half} {fragment}")), None);
    assert_eq!(past(&format!("query A {half} query B {half} query C {half} {fragment}")), Some("selections"));
}

#[test]
fn cycles_are_refused_and_diamonds_are_not() {
    let cycle = "{ ...A } fragment A on Q { ...B } fragment B on Q { b { ...A } }";
    assert!(matches!(check(cycle), Err(GuardRefusal::FragmentCycle(_))));
    assert!(
        matches!(check("{ a } fragment A on Q { ...A }"), Err(GuardRefusal::FragmentCycle(name)) if name == "A")
    );
    let diamond = "{ ...A ...B } fragment A on Q { ...C } fragment B on Q { ...C } fragment C on Q { c }";
    assert_eq!(check(diamond), Ok(()));
    assert_eq!(check("{ ...Unknown }"), Ok(()));
}

#[test]
fn a_fragment_that_the_parser_would_read_otherwise_is_refused() {
    for document in
        ["{ a } fragmentA on Q { ...A }", "{ ...on } fragment on on Q { a }", "type A { b: C }", "{ a } b"]
    {
        assert_eq!(check(document), Err(GuardRefusal::UnknownDefinition), "{document}");
    }
}

#[test]
fn a_long_chain_of_fragments_does_not_exhaust_the_stack() {
    let chain = |length: usize| {
        let mut document = String::from("{ ...F0 }");
        for n in 0..length {
            let _ = write!(document, "fragment F{n} on Q{{...F{}}}", n + 1);
        }
        document
    };
    // The operation's own braces are the first.
    bounded("nesting", 39, chain);
    assert_eq!(past(&chain(200)), Some("nesting"));
}
