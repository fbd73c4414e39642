//! GraphiQL at `/`, with all it needs in the binary: the page loads nothing from another host, and its content
//! security policy would not let it.

use std::{
    future::ready,
    hash::{DefaultHasher, Hash, Hasher},
};

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};

/// `unsafe-inline` for styles only: the editor sets the place of its cursor and menus by style attributes. Fonts
/// and icons lie in the style sheet as data.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; \
     img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// A file in the binary.
#[derive(Clone, Copy)]
struct Asset {
    path: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

macro_rules! asset {
    ($path:expr, $file:literal, $content_type:literal) => {
        Asset {
            path: $path,
            content_type: concat!($content_type, "; charset=utf-8"),
            content: include_bytes!(concat!("../../assets/graphiql/", $file)),
        }
    };
    ($file:literal, $content_type:literal) => {
        asset!(concat!("/assets/graphiql/", $file), $file, $content_type)
    };
}

const ASSETS: [Asset; 7] = [
    asset!("/", "index.html", "text/html"),
    asset!("page.js", "text/javascript"),
    asset!("page.css", "text/css"),
    asset!("graphiql.min.js", "text/javascript"),
    asset!("graphiql.min.css", "text/css"),
    asset!("react.production.min.js", "text/javascript"),
    asset!("react-dom.production.min.js", "text/javascript"),
];

/// The routes `/` and `/assets/graphiql/…`.
pub fn router() -> Router {
    ASSETS.into_iter().fold(Router::new(), |router, asset| {
        let path = asset.path;
        let entity_tag = entity_tag(asset.content);
        let answer = move |headers: HeaderMap| ready(asset.answer(&entity_tag, &headers));
        router.route(path, routing::get(answer))
    })
}

fn entity_tag(content: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{:x}\"", hasher.finish())).unwrap_or(HeaderValue::from_static("\"\""))
}

impl Asset {
    /// Browsers ask each time whether their copy still holds: the paths stay the same from release to release.
    fn answer(self, entity_tag: &HeaderValue, request: &HeaderMap) -> Response {
        let headers: [(HeaderName, HeaderValue); 6] = [
            (header::CONTENT_TYPE, HeaderValue::from_static(self.content_type)),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::ETAG, entity_tag.clone()),
        ];
        if request.get(header::IF_NONE_MATCH) == Some(entity_tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, self.content).into_response()
    }
}
