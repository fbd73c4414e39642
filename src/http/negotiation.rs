//! Reads the headers that decide how a request is answered and for whom.

use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// Stands in where no layer has numbered the request.
const UNNUMBERED: &str = "unnumbered";

/// The form of an answer to a GraphQL request over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status says whether the document was executed.
    GraphqlResponse,
    /// `application/json`: the status is 200 whenever the request was well formed.
    Json,
    /// `text/event-stream`: one event for each response, in a stream that may go on for hours.
    EventStream,
}

impl MediaType {
    fn name(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Json => "application/json",
            Self::EventStream => "text/event-stream",
        }
    }

    /// The `Content-Type` of a single answer; what cannot be streamed is told as JSON.
    pub fn header_value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json | Self::EventStream => "application/json; charset=utf-8",
        })
    }

    /// The form that the caller prefers, `None` if none will do.
    ///
    /// For each form the most specific range decides (RFC 9110, 12.5.1). Without a preference (no header, or `*/*`, as
    /// scripts send) it is JSON, which every client reads; a stream of events has to be asked for by its name.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(header::ACCEPT) {
            return Some(Self::Json);
        }
        let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<Range> = ranges.flat_map(|value| value.split(',')).map(Range::read).collect();
        let named = [Self::EventStream, Self::Json, Self::GraphqlResponse];
        let forms = named.into_iter().enumerate().filter_map(|(order, form)| {
            let range =
                ranges.iter().filter(|range| range.covers(form)).max_by_key(|range| range.precision())?;
            let precision = range.precision();
            // Between forms that only a wildcard covers, it is the one that every client reads.
            let order = if precision < 2 && form == Self::Json { named.len() } else { order };
            (range.weight > 0 && (precision == 2 || form != Self::EventStream))
                .then_some(((range.weight, precision, order), form))
        });
        forms.max_by_key(|(rank, _)| *rank).map(|(_, form)| form)
    }
}

/// One range of an `Accept` header.
struct Range {
    /// In lower case, without parameters.
    media_range: String,
    /// In thousandths.
    weight: u16,
}

impl Range {
    fn read(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let media_range = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        Self { media_range, weight: weight.map_or(1000, thousandths) }
    }

    fn covers(&self, form: MediaType) -> bool {
        let named = form.name();
        let class = named.split('/').next().unwrap_or_default();
        self.media_range == "*/*"
            || self.media_range == named
            || self.media_range.strip_suffix("/*").is_some_and(|range| range == class)
    }

    /// 2 for a form by its name, 1 for all of a class, 0 for anything.
    fn precision(&self) -> u8 {
        match self.media_range.as_str() {
            "*/*" => 0,
            range if range.ends_with("/*") => 1,
            _ => 2,
        }
    }
}

/// A quality value in thousandths; one that is not a number counts for nothing.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0),
        _ => 0,
    }
}

/// Whether the body is declared to be JSON in UTF-8. No browser sends that to another origin unasked.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.next().as_deref() == Some("application/json")
        && parts.all(|part| {
            part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8")
        })
}

/// The token of the `Authorization` header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    bearer_token(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

/// The token in the value of an `Authorization` header.
pub fn bearer_token(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The id that the outer layers gave this request.
pub fn request_id(headers: &HeaderMap) -> String {
    headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or(UNNUMBERED).to_owned()
}

/// Whether a browser page may send this request: it comes from this host or from an allowed origin. Programs send
/// neither `Origin` nor `Sec-Fetch-Site` and are let through: they act for nobody but themselves.
pub fn origin_is_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let foreign = site.is_some_and(|site| site != b"same-origin" && site != b"none");
    let Some(origin) = headers.get(header::ORIGIN) else {
        // A picture, a link or a form of another site: a browser says so even where it sends no origin.
        return !foreign;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let own = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    let same_host = authority.zip(own).is_some_and(|(theirs, own)| theirs.eq_ignore_ascii_case(own));
    (same_host && !foreign) || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_form_follows_the_callers_preference() {
        let accepted = |value| MediaType::accepted(&headers(&[("accept", value)]));
        let (json, graphql) = (Some(MediaType::Json), Some(MediaType::GraphqlResponse));
        assert_eq!(MediaType::accepted(&headers(&[])), json);
        assert_eq!(accepted("*/*"), json);
        assert_eq!(accepted("application/json"), json);
        assert_eq!(
            accepted("application/graphql-response+json; charset=utf-8, application/json;q=0.9"),
            graphql
        );
        assert_eq!(accepted("application/json, application/graphql-response+json"), graphql);
        assert_eq!(accepted("application/graphql-response+json;q=0.85, application/json;q=0.9"), json);
        assert_eq!(accepted("application/graphql-response+json;q=0, */*;q=0.1"), json);
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
        assert_eq!(accepted("application/json;q=x"), None);
        assert_eq!(accepted("application/json;q=0, */*"), graphql);
        assert_eq!(accepted("application/*;q=0.2, application/json;q=0.1"), graphql);
        assert_eq!(accepted("text/html, application/*;q=0.5"), json);
    }

    #[test]
    fn a_stream_of_events_has_to_be_asked_for() {
        let accepted = |value| MediaType::accepted(&headers(&[("accept", value)]));
        let (json, stream) = (Some(MediaType::Json), Some(MediaType::EventStream));
        assert_eq!(accepted("text/event-stream"), stream);
        assert_eq!(accepted("Text/Event-Stream;q=0.3, */*;q=0.1"), stream);
        assert_eq!(accepted("text/event-stream, */*"), stream);
        assert_eq!(accepted("text/event-stream, application/json"), json);
        assert_eq!(accepted("text/*, */*;q=0.1"), json);
        assert_eq!(accepted("text/*"), None);
    }

    #[test]
    fn only_json_in_utf_8_is_json() {
        let json = |value| is_json(&headers(&[("content-type", value)]));
        assert!(json("application/json") && json("Application/JSON; charset=\"UTF-8\""));
        assert!(
            !json("text/plain") && !json("application/json; charset=latin1") && !json("application/jsonx")
        );
        assert!(!is_json(&headers(&[])));
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(bearer_token("Bearer abc"), Some("abc"));
        assert_eq!(bearer_token("bearer  abc "), Some("abc"));
        assert_eq!(bearer_token("Basic abc"), None);
        assert_eq!(bearer_token("Bearer "), None);
        assert_eq!(bearer_token("abc"), None);
    }

    #[test]
    fn a_foreign_origin_is_refused() {
        let allowed = ["https://friend.example".to_owned()];
        let may = |origin| {
            origin_is_allowed(&headers(&[("host", "casegraph.example:8000"), ("origin", origin)]), &allowed)
        };
        assert!(may("https://casegraph.example:8000") && may("https://friend.example"));
        assert!(
            !may("https://casegraph.example") && !may("https://friend.example.evil.example") && !may("null")
        );
        assert!(!may("https://evil.example/casegraph.example:8000"));
        let from = |site, origin: &'static str| {
            let mut sent = headers(&[("host", "casegraph.example:8000"), ("sec-fetch-site", site)]);
            if !origin.is_empty() {
                sent.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            origin_is_allowed(&sent, &allowed)
        };
        assert!(
            from("same-origin", "https://casegraph.example:8000")
                && from("same-origin", "")
                && from("none", "")
        );
        assert!(from("cross-site", "https://friend.example"));
        assert!(!from("cross-site", "") && !from("same-site", "") && !from("cross-site", "null"));
        // Another scheme or port of this host is another origin, as only the browser can tell.
        assert!(!from("same-site", "http://casegraph.example:8000"));
        assert!(origin_is_allowed(&headers(&[("host", "casegraph.example")]), &[]));
        assert!(!origin_is_allowed(&headers(&[("origin", "https://casegraph.example")]), &[]));
    }
}
