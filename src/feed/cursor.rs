//! Event cursors: opaque and encrypted, since the numbers of a stream would tell a viewer how much is hidden from them.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long a cursor key is, in bytes.
pub const KEY_LEN: usize = 32;

/// The last event that a follower has seen of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number; 0 before the first.
    pub seq: i64,
    /// Its id: after a restore the same number may be another event.
    pub id: Uuid,
}

/// How far a follower has come, by stream.
pub type Position = BTreeMap<Uuid, Seen>;

/// The key that all replicas share.
pub struct CursorKey(LessSafeKey);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorKey {
    /// A key of its 32 bytes; none if they are not 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, bytes).ok().map(|key| Self(LessSafeKey::new(key)))
    }

    /// Random bytes for a new key; none if the machine gives none.
    pub fn generate() -> Option<Vec<u8>> {
        let mut bytes = vec![0; KEY_LEN];
        rand::fill(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The cursor of a position; none if the machine gives no randomness.
    pub fn seal(&self, position: &Position) -> Option<String> {
        let mut sealed: Vec<u8> = position
            .iter()
            .flat_map(|(stream, seen)| {
                [stream.as_bytes().as_slice(), &seen.seq.to_be_bytes(), seen.id.as_bytes()].concat()
            })
            .collect();
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let once = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(once, Aad::empty(), &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce, sealed.as_slice()].concat()))
    }

    /// The position of a cursor; none if this service did not give it out.
    pub fn open(&self, cursor: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
        plain
            .chunks(40)
            .map(|part| {
                let stream = Uuid::from_slice(part.get(..16)?).ok()?;
                let seq = i64::from_be_bytes(part.get(16..24)?.try_into().ok()?);
                let id = Uuid::from_slice(part.get(24..40)?).ok()?;
                Some((stream, Seen { seq, id }))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_with_its_key_only_and_untouched_only() {
        let key = CursorKey::new(&CursorKey::generate().unwrap()).unwrap();
        let position = Position::from([(Uuid::from_u128(1), Seen { seq: 7, id: Uuid::from_u128(2) })]);
        let cursor = key.seal(&position).unwrap();
        assert_eq!(key.open(&cursor), Some(position.clone()));
        let other = CursorKey::new(&CursorKey::generate().unwrap()).unwrap();
        assert_eq!(other.open(&cursor), None);
        assert_eq!(key.open(&cursor[..cursor.len() - 2]), None);
        assert_eq!(key.open(""), None);
        assert_ne!(cursor, key.seal(&position).unwrap());
    }
}
