use super::*;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Serves some routes behind the numbering and the time limit.
async fn serve_routes(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let layered = routes
        .layer(from_fn(limit_time))
        .layer(unless_set(header::CACHE_CONTROL, "no-store"))
        .layer(from_fn(number));
    tokio::spawn(async move { axum::serve(listener, layered).await });
    address
}

#[tokio::test]
async fn a_client_does_not_choose_its_request_id() {
    let echo = async |headers: axum::http::HeaderMap| negotiation::request_id(&headers);
    let address = serve_routes(Router::new().route("/", routing::get(echo))).await;
    let client = reqwest::Client::new();
    let response =
        client.get(format!("http://{address}/")).header("x-request-id", "mine").send().await.unwrap();
    let answered = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_ne!(answered, "mine");
    assert_eq!(response.text().await.unwrap(), answered);
}

#[tokio::test]
async fn a_panic_is_answered_and_tells_nothing() {
    async fn fall() -> &'static str {
        panic!("secret")
    }
    let address = serve_routes(Router::new().route("/", routing::get(fall))).await;
    let response = reqwest::get(format!("http://{address}/")).await.unwrap();
    assert_eq!(response.status(), 500);
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body = response.text().await.unwrap();
    assert!(body.contains("INTERNAL") && body.contains(&id) && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn the_service_stops_when_told_and_not_before() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, Router::new(), Arc::default(), stopped));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!serving.is_finished());
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), serving).await.unwrap().unwrap();
}
