//! `/graphql` and GraphiQL by POST and GET.

use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};

use super::*;

fn request(server: &Server, method: Method, path: &str) -> RequestBuilder {
    Client::new().request(method, format!("http://{}{path}", server.address))
}

fn post(server: &Server, accept: &str, body: impl Into<String>) -> RequestBuilder {
    request(server, Method::POST, "/graphql")
        .bearer_auth("good")
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, JSON)
        .body(body.into())
}

fn query(document: &str) -> String {
    json!({ "query": document }).to_string()
}

async fn send(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("an answer");
    (response.status(), response.json().await.expect("JSON"))
}

/// Expects one error with that code, and no data.
async fn expect_error(request: RequestBuilder, status: u16, code: &str) -> String {
    let (answered, body) = send(request).await;
    assert_eq!(
        (answered.as_u16(), &body["errors"][0]["extensions"]["code"]),
        (status, &json!(code)),
        "{body}"
    );
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(1), "{body}");
    body["errors"][0]["message"].as_str().expect("a message").to_owned()
}

#[tokio::test]
async fn a_query_is_answered_in_the_form_asked_for() {
    let server = Server::start().await;
    for (accept, content_type) in [(JSON, JSON), ("*/*", JSON), (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE)] {
        let response = post(&server, accept, query("{ year }")).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], format!("{content_type}; charset=utf-8"));
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(response.json::<Value>().await.expect("JSON"), json!({ "data": { "year": 2026 } }));
    }
    expect_error(post(&server, "text/html", query("{ year }")), 406, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn variables_operation_name_and_request_id_arrive() {
    let server = Server::start().await;
    let body = json!({
        "query": "query A { year } query B($a: Int!) { add(a: $a, b: 2) requestId }",
        "operationName": "B", "variables": { "a": 1 }, "extensions": { "x": 1 },
    });
    let (_, answer) = send(post(&server, JSON, body.to_string()).header("x-request-id", "r1")).await;
    assert_eq!(answer, json!({ "data": { "add": 3, "requestId": "r1" } }));
    let nothing =
        json!({ "query": "{ year }", "operationName": null, "variables": null, "extensions": null });
    assert_eq!(send(post(&server, JSON, nothing.to_string())).await.1, json!({ "data": { "year": 2026 } }));
}

#[tokio::test]
async fn no_one_is_let_in_without_a_token_and_nothing_is_parsed() {
    let server = Server::start().await;
    for body in [query("{ year }"), "{".to_owned()] {
        let anonymous = || {
            let request = request(&server, Method::POST, "/graphql").header(header::CONTENT_TYPE, JSON);
            request.body(body.clone())
        };
        expect_error(anonymous(), 401, "UNAUTHENTICATED").await;
        expect_error(anonymous().bearer_auth("bad"), 401, "UNAUTHENTICATED").await;
        expect_error(anonymous().header(header::AUTHORIZATION, "Basic good"), 401, "UNAUTHENTICATED").await;
    }
    let response = request(&server, Method::GET, "/graphql?query={year}").send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let down = request(&server, Method::GET, "/graphql?query={year}").bearer_auth("database-down");
    expect_error(down, 503, "UNAVAILABLE").await;
}

#[tokio::test]
async fn a_document_that_is_wrong_is_400_only_in_the_new_form() {
    let server = Server::start().await;
    for document in ["{ year", "{ unknown }", "{ add(a: 1, b: \"x\") }", "subscription { forever }", ""] {
        expect_error(post(&server, JSON, query(document)), 200, "BAD_USER_INPUT").await;
        expect_error(post(&server, GRAPHQL_RESPONSE, query(document)), 400, "BAD_USER_INPUT").await;
    }
    let unknown = json!({ "query": "query A { year }", "operationName": "B" }).to_string();
    expect_error(post(&server, GRAPHQL_RESPONSE, unknown), 400, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn a_body_that_is_wrong_is_400_in_both_forms() {
    let server = Server::start().await;
    for accept in [JSON, GRAPHQL_RESPONSE] {
        for body in ["{", "", "1", "{}", "{\"query\": 1}", "{\"query\": \"{year}\", \"variables\": [1]}"] {
            expect_error(post(&server, accept, body), 400, "BAD_USER_INPUT").await;
        }
        let batch =
            expect_error(post(&server, accept, " [{\"query\": \"{ year }\"}]"), 400, "BAD_USER_INPUT").await;
        assert!(batch.contains("batches"), "{batch}");
    }
}

#[tokio::test]
async fn only_json_is_taken() {
    let server = Server::start().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        let request = request(&server, Method::POST, "/graphql").bearer_auth("good");
        let request = request.header(header::CONTENT_TYPE, content_type).body(query("{ year }"));
        expect_error(request, 415, "BAD_USER_INPUT").await;
    }
    let bare = request(&server, Method::POST, "/graphql").bearer_auth("good").body(query("{ year }"));
    expect_error(bare, 415, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn a_body_may_have_256_kib_and_no_more() {
    let server = Server::start().await;
    let body = query("{ year }");
    let fitting = format!("{body}{}", " ".repeat(256 * 1024 - body.len()));
    assert_eq!(send(post(&server, JSON, fitting.clone())).await.0, 200);
    expect_error(post(&server, JSON, format!("{fitting} ")), 413, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn get_is_for_queries() {
    let server = Server::start().await;
    let get = |path: &str| request(&server, Method::GET, path).bearer_auth("good");
    let variables = "/graphql?query=query($a:Int!){add(a:$a,b:1)}&variables=%7B%22a%22:1%7D&operationName=";
    assert_eq!(send(get(variables)).await.1, json!({ "data": { "add": 2 } }));
    for document in
        ["mutation{touch}", "subscription{forever}", "query%20A{year}mutation%20B{touch}&operationName=B"]
    {
        let response = get(&format!("/graphql?query={document}")).send().await.expect("an answer");
        assert_eq!(response.status(), 405, "{document}");
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }
    for path in ["/graphql", "/graphql?query={year}&variables=x", "/graphql?query={year}&query={year}"] {
        expect_error(get(path), 400, "BAD_USER_INPUT").await;
    }
    let put = request(&server, Method::PUT, "/graphql").bearer_auth("good");
    expect_error(put, 405, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn the_guard_stands_before_the_parser() {
    let server = Server::start().await;
    let brackets = format!("{{ add(a: {}{}) }}", "[".repeat(500), "]".repeat(500));
    let message =
        expect_error(post(&server, GRAPHQL_RESPONSE, query(&brackets)), 400, "BAD_USER_INPUT").await;
    assert_eq!(message, "the document goes past the limit nesting: 40 at most");
    let (_, answer) = send(post(&server, JSON, query(&brackets))).await;
    assert_eq!(
        answer["errors"][0]["extensions"],
        json!({ "code": "BAD_USER_INPUT", "limit": "nesting", "allowed": 40 })
    );
    let nested = format!("{{ year {}year{} }}", "children { ".repeat(20), " }".repeat(20));
    assert_eq!(send(post(&server, GRAPHQL_RESPONSE, query(&nested))).await.0, 200);
}

#[tokio::test]
async fn a_fault_is_told_by_its_id_only() {
    let server = Server::start().await;
    let panicked = || post(&server, GRAPHQL_RESPONSE, query("{ panics }")).header("x-request-id", "r7");
    expect_error(panicked(), 500, "INTERNAL").await;
    assert_eq!(send(panicked()).await.1["errors"][0]["extensions"]["id"], "r7");
    expect_error(post(&server, JSON, query("{ panics }")), 200, "INTERNAL").await;

    let (status, leaked) =
        send(post(&server, GRAPHQL_RESPONSE, query("{ leaks }")).header("x-request-id", "r8")).await;
    let error = &leaked["errors"][0];
    assert_eq!((status.as_u16(), &error["extensions"]), (200, &json!({ "code": "INTERNAL", "id": "r8" })));
    assert_eq!(error["path"], json!(["leaks"]));
    assert!(!leaked.to_string().contains("invalid digit"), "{leaked}");

    let (_, coded) = send(post(&server, GRAPHQL_RESPONSE, query("{ coded }"))).await;
    assert_eq!(coded["errors"][0]["extensions"], json!({ "code": "OWN" }));
}

#[tokio::test]
async fn a_mutation_runs_to_its_end_when_the_client_goes_away() {
    let server = Server::start().await;
    let hurried = post(&server, JSON, query("mutation { slow }")).timeout(Duration::from_millis(100));
    assert!(hurried.send().await.is_err());
    assert_eq!(server.traces.ended.load(Ordering::SeqCst), 0);
    until(&server.traces.ended, 1).await;
}

#[tokio::test]
async fn graphiql_is_in_the_binary_and_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    let page = request(&server, Method::GET, "/").send().await.expect("an answer");
    let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'self'; ") && !policy.contains("http"), "{policy}");
    let page = page.text().await.expect("text");
    let sources: Vec<&str> = page.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert_eq!(sources.len(), 6, "{page}");
    for source in sources {
        let response = request(&server, Method::GET, source).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{source}");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let tag = response.headers()[header::ETAG].clone();
        let again = request(&server, Method::GET, source).header(header::IF_NONE_MATCH, tag);
        assert_eq!(again.send().await.expect("an answer").status(), 304);
    }
}
