//! What would take the service down, sent to the real binary: it lives, answers each within 50 ms, and stays small.

use crate::support::chance::Chance;
use crate::support::process::Demo;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

/// How long an answer may take.
const AT_MOST: Duration = Duration::from_millis(50);
/// How much memory the process may ever hold, in KiB.
const MOST_MEMORY: u64 = 256 * 1024;

/// Within what time an answer arrives however busy the machine is: one that waits for something is not cheap either.
const AT_ALL: Duration = Duration::from_secs(2);

/// Sends a body; answers the status and the time it took. What arrives late is sent again, and counts with what the process
/// worked for it: a slow answer is slow each time, and a machine that does other work besides is not the service's doing.
async fn answered(demo: &Demo, body: &str) -> (u16, Duration) {
    let (status, mut quickest) = demo.post(body).await;
    for _ in 0..5 {
        if quickest <= AT_MOST {
            break;
        }
        let before = demo.worked();
        let (_, took) = demo.post(body).await;
        assert!(took <= AT_ALL, "{took:?}: {body:.60}");
        quickest = quickest.min(took).min(demo.worked().saturating_sub(before));
    }
    (status, quickest)
}

fn nested(open: &str, inside: &str, close: &str, times: usize) -> String {
    format!("{}{inside}{}", open.repeat(times), close.repeat(times))
}

/// Fragments of which each spreads the next so many times.
fn bomb(fragments: usize, spreads: usize) -> String {
    let mut document = String::from("{ ...F0 }");
    for n in 0..fragments {
        let next = format!("...F{} ", n + 1).repeat(spreads);
        let _ = write!(document, " fragment F{n} on Query {{ {next}}}");
    }
    let _ = write!(document, " fragment F{fragments} on Query {{ __typename }}");
    document
}

/// A family of attacks, each at a size.
type Family = (&'static str, fn(usize) -> String);

const FAMILIES: [Family; 22] = [
    ("lists in lists", |n| format!("{{ node(id: {}) {{ id }} }}", nested("[", "", "]", n))),
    ("lists left open", |n| format!("{{ node(id: {}", "[".repeat(n))),
    ("objects in objects", |n| format!("{{ node(id: {}) {{ id }} }}", nested("{a:", "1", "}", n))),
    ("fields in fields", |n| nested("{ viewer ", "{ id }", "}", n)),
    ("inline fragments", |n| format!("{{ {} }}", nested("... on Query {", "__typename", "}", n))),
    ("types of lists", |n| format!("query($a: {}) {{ __typename }}", nested("[", "Int", "]", n))),
    ("defaults in lists", |n| format!("query($a: [Int] = {}) {{ __typename }}", nested("[", "1", "]", n))),
    ("a fragment bomb, spread twice", |n| bomb(n, 2)),
    ("a fragment bomb, spread ten times", |n| bomb(n.min(200), 10)),
    ("a chain of fragments", |n| bomb(n, 1)),
    ("aliases", |n| {
        format!("{{ {} }}", (0..n).fold(String::new(), |all, n| all + &format!("a{n}: __typename ")))
    }),
    ("one field again and again", |n| format!("{{ {} }}", "__typename ".repeat(n))),
    ("the same connection again and again", |n| {
        format!("{{ children(first: 100) {{ {} }} }}", "nodes { id } ".repeat(n))
    }),
    ("directives", |n| format!("{{ __typename {} }}", "@include(if: true) ".repeat(n))),
    ("operations", |n| (0..n).fold(String::new(), |all, n| all + &format!("query Q{n} {{ __typename }} "))),
    ("variables", |n| {
        let names = (0..n).fold(String::new(), |all, n| all + &format!("$v{n}: Int "));
        format!("query({names}) {{ __typename }}")
    }),
    ("a comment", |n| format!("#{}\n{{ __typename }}", "#".repeat(n))),
    ("a string", |n| format!("{{ node(id: \"{}\") {{ id }} }}", "\\u0041".repeat(n))),
    ("a block string left open", |n| format!("{{ node(id: \"\"\"{}", "\\\"\"\"".repeat(n))),
    ("a number", |n| format!("{{ children(first: {}) {{ totalCount }} }}", "9".repeat(n))),
    ("pages within pages", |n| {
        let pages = nested("children(first: 100) { nodes { school { ", "id", "} } }", n);
        format!("{{ viewer {{ schools {{ {pages} }} }} }}")
    }),
    ("introspection within itself", |n| {
        format!("{{ __schema {{ types {{ {} }} }} }}", nested("fields { type { ", "name", "} }", n))
    }),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_document_takes_the_service_down() {
    let mut demo = Demo::start().await;
    for (family, document) in FAMILIES {
        for size in [1, 5, 10, 20, 39, 60, 100, 250, 500, 1_000, 4_000, 20_000] {
            let body = json!({ "query": document(size) }).to_string();
            let (status, took) = answered(&demo, &body).await;
            assert!([200, 413].contains(&status), "{family} at {size}: {status}");
            assert!(took <= AT_MOST, "{family} at {size} took {took:?}");
        }
    }
    demo.expect_alive_within(MOST_MEMORY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_takes_the_service_down() {
    let mut demo = Demo::start().await;
    for size in [1, 10, 100, 127, 128, 1_000, 10_000, 60_000] {
        let variables =
            |value: String| format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":{value}}}}}");
        let many = (0..size).fold(String::new(), |all, n| all + &format!("\"k{n}\":0,"));
        for body in [
            nested("[", "", "]", size),
            "[".repeat(size),
            nested("{\"a\":", "1", "}", size),
            variables(nested("[", "", "]", size)),
            variables(nested("{\"a\":", "1", "}", size)),
            variables("1e".to_owned() + &"9".repeat(size)),
            format!("{{{many}\"query\":\"{{__typename}}\"}}"),
            format!("{{\"query\":\"{{__typename}}\",\"operationName\":\"{}\"}}", "é".repeat(size)),
            "\u{0}".repeat(size),
        ] {
            let (status, took) = answered(&demo, &body).await;
            assert!([200, 400, 413].contains(&status), "{size}: {status}");
            assert!(took <= AT_MOST, "{size} took {took:?}: {body:.60}");
        }
    }
    demo.expect_alive_within(MOST_MEMORY);
}

/// Words and signs of which documents are made, and what no document has.
const VOCABULARY: [&str; 44] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "...",
    "@",
    "$",
    "!",
    "=",
    "|",
    "&",
    ",",
    "#\n",
    "\"",
    "\"\"\"",
    "\"x\"",
    "-1",
    "1.5e9",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "F",
    "Query",
    "Child",
    "viewer",
    "children",
    "nodes",
    "id",
    "first",
    "__typename",
    "__schema",
    "types",
    "include",
    "skip",
    "if",
    "true",
    "null",
    "\u{feff}",
    "é",
];

/// Tokens at random, with brackets closed more often than chance would close them.
fn random_document(chance: &mut Chance) -> String {
    let mut pick = |bound: usize| usize::try_from(chance.below(bound as u64)).unwrap();
    let magnitude = pick(9);
    let length = 1 + pick(2 << magnitude);
    let (mut document, mut open) = (String::new(), Vec::new());
    for _ in 0..length {
        let word = VOCABULARY[pick(VOCABULARY.len())];
        match word {
            "{" => open.push("}"),
            "(" => open.push(")"),
            "[" => open.push("]"),
            _ => {}
        }
        if pick(5) == 0 {
            document.push_str(open.pop().unwrap_or(" viewer "));
        }
        document.push_str(word);
        if pick(4) > 0 {
            document.push(' ');
        }
    }
    document.extend(open.into_iter().rev());
    document
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_streams_of_tokens_are_answered() {
    let mut demo = Demo::start().await;
    let mut chance = Chance::seeded(20_261_127);
    for n in 0..10_000 {
        let body = json!({ "query": random_document(&mut chance) }).to_string();
        let (status, took) = answered(&demo, &body).await;
        assert_eq!(status, 200, "{n}: {body}");
        assert!(took <= AT_MOST, "{n} took {took:?}: {body}");
    }
    demo.expect_alive_within(MOST_MEMORY);
    let answer: Value = demo.ask("{ viewer { person { id } } }").await;
    assert!(answer["data"]["viewer"]["person"]["id"].is_string(), "{answer}");
}
