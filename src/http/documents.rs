//! Documents known by the SHA-256 of their text: a manifest of those that are trusted, or those that callers register
//! themselves (automatic persisted queries).

use std::{
    collections::HashMap,
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::ServerError;
use aws_lc_rs::digest::{SHA256, digest};
use lru::LruCache;
use serde::Deserialize;
use thiserror::Error;
use uuid::Uuid;

use super::{
    failure::{BAD_USER_INPUT, error},
    guard,
};
use crate::config::Limits;

/// The hash names no document that the caller has registered; they send it with its text once.
pub const PERSISTED_QUERY_NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
/// Only the documents of the manifest run here, and this is none of them.
pub const DOCUMENT_NOT_TRUSTED: &str = "DOCUMENT_NOT_TRUSTED";

/// The SHA-256 of a document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentHash([u8; 32]);

impl DocumentHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = pair.iter().try_fold(0, |sum, next| Some(sum << 4 | digit(*next)?))?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Which documents run.
#[derive(Debug)]
pub enum Documents {
    /// Only those of the manifest, by hash or by text.
    Trusted(HashMap<DocumentHash, Arc<str>>),
    /// Any. What a caller has sent with its hash is kept for that caller, so that the hash alone suffices from then
    /// on; nobody learns from it what others have asked.
    Any(Mutex<LruCache<(Uuid, DocumentHash), Arc<str>>>),
}

/// What is wrong with a manifest.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BadManifest {
    /// It is not the JSON of one.
    #[error(
        "is not a manifest: a JSON object from the SHA-256 of each document to its text, or \
         {{\"operations\": [{{\"id\", \"body\"}}]}} ({0})"
    )]
    NotJson(String),
    /// A document does not have the hash under which it stands.
    #[error("holds a document under {0}, which is not the SHA-256 of its text")]
    OtherHash(String),
    /// A document that the guard would not let pass.
    #[error("holds {0}, which could not run: {1}")]
    Refused(String, guard::GuardRefusal),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Operations { operations: Vec<ManifestOperation> },
    Map(HashMap<String, String>),
}

#[derive(Deserialize)]
struct ManifestOperation {
    id: String,
    body: String,
}

impl Documents {
    /// Any document; so many are kept by their hash.
    pub fn any(kept: usize) -> Self {
        Self::Any(Mutex::new(LruCache::new(NonZeroUsize::new(kept).unwrap_or(NonZeroUsize::MIN))))
    }

    /// Only those of a manifest. It is the map of code generators and Relay, or the list of Apollo's tools, with
    /// SHA-256 for the hashes.
    pub fn trusted(manifest: &str, limits: &Limits) -> Result<Self, BadManifest> {
        let manifest =
            serde_json::from_str(manifest).map_err(|error| BadManifest::NotJson(error.to_string()))?;
        let documents: Vec<(String, String)> = match manifest {
            Manifest::Operations { operations } => {
                operations.into_iter().map(|operation| (operation.id, operation.body)).collect()
            }
            Manifest::Map(map) => map.into_iter().collect(),
        };
        let checked = documents.into_iter().map(|(id, text)| {
            let hash = DocumentHash::of(&text);
            if DocumentHash::read(&id) != Some(hash) {
                return Err(BadManifest::OtherHash(id));
            }
            guard::check(&text, limits).map_err(|refusal| BadManifest::Refused(id, refusal))?;
            Ok((hash, text.into()))
        });
        checked.collect::<Result<_, _>>().map(Self::Trusted)
    }

    /// The text of what a caller sent: a text, a hash, or both.
    pub(super) fn text(
        &self,
        caller: Uuid,
        text: Option<String>,
        hash: Option<DocumentHash>,
    ) -> Result<Arc<str>, ServerError> {
        if let (Some(text), Some(hash)) = (&text, hash)
            && DocumentHash::of(text) != hash
        {
            return Err(error(BAD_USER_INPUT, "the hash is not the SHA-256 of the document"));
        }
        let hash = hash.or_else(|| text.as_deref().map(DocumentHash::of));
        match self {
            Self::Trusted(documents) => {
                hash.and_then(|hash| documents.get(&hash)).cloned().ok_or_else(|| {
                    error(DOCUMENT_NOT_TRUSTED, "only the documents of this service's manifest run here")
                })
            }
            Self::Any(kept) => {
                text.map(Arc::from).or_else(|| Self::kept(kept, caller, hash?)).ok_or_else(|| {
                    // The message is what clients of automatic persisted queries look for.
                    error(PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
                })
            }
        }
    }

    fn kept(
        kept: &Mutex<LruCache<(Uuid, DocumentHash), Arc<str>>>,
        caller: Uuid,
        hash: DocumentHash,
    ) -> Option<Arc<str>> {
        kept.lock().unwrap_or_else(PoisonError::into_inner).get(&(caller, hash)).cloned()
    }

    /// Keeps a document that proved good for who sent it with its hash.
    pub(super) fn keep(&self, caller: Uuid, hash: DocumentHash, text: &Arc<str>) {
        if let Self::Any(kept) = self {
            kept.lock().unwrap_or_else(PoisonError::into_inner).put((caller, hash), Arc::clone(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{ viewer { id } }";

    fn hex(text: &str) -> String {
        DocumentHash::of(text).to_string()
    }

    fn code(outcome: Result<Arc<str>, ServerError>) -> Option<String> {
        outcome.err().and_then(|error| super::super::failure::code(&error).map(str::to_owned))
    }

    #[test]
    fn a_hash_is_read_in_both_spellings() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(""), empty);
        for spelling in [empty.to_owned(), format!("sha256:{empty}"), empty.to_uppercase()] {
            assert_eq!(DocumentHash::read(&spelling), Some(DocumentHash::of("")));
        }
        for wrong in ["", "sha256:", &empty[1..], &format!("{}g", &empty[1..]), &"é".repeat(32)] {
            assert_eq!(DocumentHash::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_caller_registers_is_known_to_that_caller() {
        let documents = Documents::any(2);
        let (caller, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let hash = DocumentHash::of(TEXT);
        assert_eq!(
            code(documents.text(caller, None, Some(hash))).as_deref(),
            Some(PERSISTED_QUERY_NOT_FOUND)
        );
        let text = documents.text(caller, Some(TEXT.into()), Some(hash)).unwrap();
        documents.keep(caller, hash, &text);
        assert_eq!(&*documents.text(caller, None, Some(hash)).unwrap(), TEXT);
        assert_eq!(code(documents.text(other, None, Some(hash))).as_deref(), Some(PERSISTED_QUERY_NOT_FOUND));
        assert_eq!(
            code(documents.text(caller, Some("{ a }".into()), Some(hash))).as_deref(),
            Some(BAD_USER_INPUT)
        );
        for n in 0..2 {
            let text: Arc<str> = format!("{{ a{n} }}").into();
            documents.keep(caller, DocumentHash::of(&text), &text);
        }
        assert!(documents.text(caller, None, Some(hash)).is_err(), "the oldest has to go");
    }

    #[test]
    fn of_a_manifest_nothing_else_runs() {
        let (caller, limits) = (Uuid::from_u128(1), Limits::default());
        let map = format!("{{\"{}\": \"{TEXT}\"}}", hex(TEXT));
        let list = format!(
            "{{\"format\": \"apollo-persisted-query-manifest\", \"version\": 1, \
             \"operations\": [{{\"id\": \"{}\", \"name\": \"A\", \"type\": \"query\", \"body\": \"{TEXT}\"}}]}}",
            hex(TEXT)
        );
        for manifest in [map, list] {
            let documents = Documents::trusted(&manifest, &limits).unwrap();
            let hash = DocumentHash::of(TEXT);
            assert_eq!(&*documents.text(caller, None, Some(hash)).unwrap(), TEXT);
            assert_eq!(&*documents.text(caller, Some(TEXT.into()), None).unwrap(), TEXT);
            for (text, hash) in [(Some("{ a }"), None), (None, Some(DocumentHash::of("{ a }"))), (None, None)]
            {
                let outcome = documents.text(caller, text.map(str::to_owned), hash);
                assert_eq!(code(outcome).as_deref(), Some(DOCUMENT_NOT_TRUSTED));
            }
        }
    }

    #[test]
    fn a_manifest_says_what_is_wrong_with_it() {
        let limits = Limits::default();
        assert!(matches!(Documents::trusted("[]", &limits), Err(BadManifest::NotJson(_))));
        let other = format!("{{\"{}\": \"{TEXT}\"}}", hex("{ a }"));
        assert_eq!(Documents::trusted(&other, &limits).unwrap_err(), BadManifest::OtherHash(hex("{ a }")));
        let open = format!("{{\"{}\": \"{{ a\"}}", hex("{ a"));
        let refused = BadManifest::Refused(hex("{ a"), guard::GuardRefusal::UnmatchedBracket);
        assert_eq!(Documents::trusted(&open, &limits).unwrap_err(), refused);
    }
}
