//! What the door holds the whole service to: what a document costs, and how long a token opens it.

use crate::both;
use crate::support::socket::Subscriber;
use casegraph::op::Clock;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PAGES: &str = "query($n: Int) { viewer { schools { children(first: 100) { nodes {
    id consultations(first: $n) { nodes { id reference } } } } } } }";

/// The door says null for a whole number that was left out, which must be the same.
#[test]
fn no_whole_number_that_may_be_left_out_has_a_default() {
    let sdl = casegraph::graphql::schema(&casegraph::config::Limits::default()).sdl();
    assert!(sdl.contains("first: Int\n") || sdl.contains("first: Int,"), "no page has a size any more");
    let with_default: Vec<&str> = sdl.lines().filter(|line| line.contains(": Int = ")).collect();
    assert!(with_default.is_empty(), "{with_default:?}");
}

both! {
    async fn the_rows_that_are_asked_for_count_as_what_they_cost(app: App) {
        // 100 children, each with n rows of 3 fields and what stands around them.
        let fitting = app.answer("senco", PAGES, json!({ "n": 60 })).await;
        assert_eq!(fitting.get("errors"), None, "{fitting}");
        // Without a figure it is the default of 25.
        assert_eq!(app.answer("senco", PAGES, Value::Null).await.get("errors"), None);
        let literal = PAGES.replace("($n: Int)", "").replace("$n", "100");
        for (query, variables) in [(PAGES, json!({ "n": 100 })), (&literal, Value::Null)] {
            let refused = app.answer("senco", query, variables).await;
            let error = &refused["errors"][0];
            assert_eq!(
                error["extensions"],
                json!({ "code": "BAD_USER_INPUT", "limit": "complexity", "allowed": 20_000 }),
                "{refused}"
            );
            assert_eq!(refused.get("data"), None);
        }
    }

    async fn variables_may_be_left_out(app: App) {
        let query = "query($first: Int, $after: String, $search: String, $filter: ChildFilter) {
            children(first: $first, after: $after, search: $search, filter: $filter) { nodes { id } } }";
        let whole = app.ask("senco", "{ children { nodes { id } } }", Value::Null).await;
        for variables in [Value::Null, json!({}), json!({ "first": null }), json!({ "first": 25, "search": null })] {
            assert_eq!(app.ask("senco", query, variables).await, whole);
        }
        let one = app.ask("senco", query, json!({ "first": 1 })).await;
        assert_eq!(one["children"]["nodes"].as_array().map(Vec::len), Some(1));
    }

    async fn a_socket_and_a_stream_end_with_their_token(app: App) {
        let subscription = "subscription { caseEvents { id } }";
        let token = app.token_until("senco", Clock::Machine.now().timestamp() + 2);
        let started = Instant::now();
        let socket: Subscriber = app.subscribe_with(&token, subscription).await;
        let stream = reqwest::Client::new()
            .post(format!("http://{}/graphql", app.address))
            .bearer_auth(&token)
            .header("accept", "text/event-stream")
            .json(&json!({ "query": subscription }));
        let stream = stream.send().await.unwrap();
        assert_eq!(stream.status(), 200);
        assert_eq!(socket.close_code().await, Some(4403));
        let rest = tokio::time::timeout(Duration::from_secs(2), stream.text()).await;
        let rest = rest.expect("the stream ends too").unwrap();
        assert!(!rest.contains("complete"), "{rest}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}
