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
fn length_is_bounded() {
    let comment = "#".repeat(MAX_DOCUMENT_BYTES - 4);
    assert_eq!(check(&format!("{{a}}\n{comment}")), Ok(()));
    assert_eq!(check(&format!("{{a}}\n{comment}#")), Err(GuardRefusal::TooLong));
}

#[test]
fn tokens_are_bounded() {
    let fields = "a ".repeat(MAX_TOKENS - 2);
    assert_eq!(check(&format!("{{ {fields} }}")), Ok(()));
    assert_eq!(check(&format!("{{ {fields} a }}")), Err(GuardRefusal::TooManyTokens));
}

#[test]
fn nesting_is_bounded() {
    assert_eq!(check(&nested_list(MAX_NESTING)), Ok(()));
    assert_eq!(check(&nested_list(MAX_NESTING + 1)), Err(GuardRefusal::TooDeep));
    assert_eq!(check(&nested_list(500)), Err(GuardRefusal::TooDeep));
    let fields = |depth: usize| format!("{}a{}", "{a".repeat(depth), "}".repeat(depth));
    assert_eq!(check(&fields(MAX_NESTING)), Ok(()));
    assert_eq!(check(&fields(MAX_NESTING + 1)), Err(GuardRefusal::TooDeep));
}

#[test]
fn the_parser_survives_what_passes() {
    assert!(async_graphql::parser::parse_query(nested_list(MAX_NESTING)).is_ok());
}

#[test]
fn brackets_in_strings_and_comments_do_not_count() {
    let brackets = "[".repeat(100);
    assert_eq!(check(&format!("{{ a(b: \"{brackets}\") }}")), Ok(()));
    assert_eq!(check(&format!("{{ a(b: \"\"\"{brackets}\"\"\") }}")), Ok(()));
    assert_eq!(check(&format!("# {brackets}\n{{ a }}")), Ok(()));
    assert_eq!(check(&format!("# x\r{{ a(b: {brackets}) }}")), Err(GuardRefusal::TooDeep));
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
    assert_eq!(check(&bomb(30)), Err(GuardRefusal::TooManySelections));
    assert_eq!(check(&bomb(200)), Err(GuardRefusal::TooManySelections));
    assert!(started.elapsed().as_millis() < 200, "took {:?}", started.elapsed());
}

#[test]
fn expanded_selections_are_bounded() {
    // A hundred spreads of F, each a selection itself, and F's fields: 100 × (1 + fields).
    let document = |fields: usize, more: &str| {
        format!("{{ {} {more} }} fragment F on Q {{ {} }}", "...F ".repeat(100), "a ".repeat(fields))
    };
    assert_eq!(check(&document(199, "")), Ok(()));
    assert_eq!(check(&document(199, "b")), Err(GuardRefusal::TooManySelections));
    assert_eq!(check(&document(199, "b: c")), Err(GuardRefusal::TooManySelections));
}

#[test]
fn aliases_directives_arguments_and_conditions_are_not_selections() {
    let document = |more: &str| {
        let field = format!("x: a(b: {{c: d}}) @e(f: g) {more} ");
        format!("{{ {} }} fragment F on Q {{ {field} }}", "...F ".repeat(1_000))
    };
    assert_eq!(check(&document("... on T { b c d e f g h i j k l m n o p q r }")), Ok(()));
    assert_eq!(
        check(&document("... on T { b c d e f g h i j k l m n o p q r s }")),
        Err(GuardRefusal::TooManySelections)
    );
}

#[test]
fn operations_are_counted_together_and_unused_fragments_by_themselves() {
    let half = format!("{{ {} }}", "...F ".repeat(100));
    let fragment = format!("fragment F on Q {{ {} }}", "a ".repeat(99));
    assert_eq!(check(&format!("query A {half} query B {half} {fragment}")), Ok(()));
    assert_eq!(
        check(&format!("query A {half} query B {half} query C {{ a }} {fragment}")),
        Err(GuardRefusal::TooManySelections)
    );
    assert_eq!(check(&bomb(30).replacen("...F0", "a", 1)), Err(GuardRefusal::TooManySelections));
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
    let mut document = String::from("{ ...F0 }");
    for n in 0..400 {
        let _ = write!(document, "fragment F{n} on Q{{...F{}}}", n + 1);
    }
    assert_eq!(check(&document), Ok(()));
}
