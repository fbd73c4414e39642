//! What holds of whatever is read from outside, for the fuzzer's bytes and for those that the tests make up.

use async_graphql::ID;
use async_graphql::Positioned;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{Directive, ExecutableDocument, Selection, SelectionSet};
use casegraph::config::Limits;
use casegraph::feed::cursor::{CursorKey, KEY_LEN, Position, Seen};
use casegraph::graphql::connection::window;
use casegraph::graphql::id::{decode, encode};
use casegraph::http::guard;
use casegraph::import::{children, schools, staff, terms};
use chrono::NaiveDate;
use uuid::Uuid;

/// What the parser found of a document that the guard let pass.
#[derive(Debug, Default)]
struct Found {
    selections: usize,
    aliases: usize,
    directives: usize,
    depth: usize,
}

impl Found {
    fn read(&mut self, document: &ExecutableDocument, set: &SelectionSet, depth: usize) {
        for selection in &set.items {
            self.selections += 1;
            self.directives += selection.node.directives().len();
            match &selection.node {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.node.alias.is_some());
                    self.depth = self.depth.max(depth);
                    self.read(document, &field.node.selection_set.node, depth + 1);
                }
                Selection::InlineFragment(fragment) => {
                    self.read(document, &fragment.node.selection_set.node, depth);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        self.directives += count(&fragment.node.directives);
                        self.read(document, &fragment.node.selection_set.node, depth);
                    }
                }
            }
        }
    }
}

fn count(directives: &[Positioned<Directive>]) -> usize {
    directives.len()
}

/// Limits so low that what is made up gets past them often.
fn low() -> Limits {
    let mut limits = Limits::default();
    for (name, figure) in [
        ("selections", "12"),
        ("aliases", "2"),
        ("directives", "2"),
        ("root_fields", "3"),
        ("depth", "3"),
        ("nesting", "6"),
    ] {
        limits.set(name, figure).expect("a limit");
    }
    limits
}

/// The guard answers any text; the parser survives what it lets pass; and it counts no less than the parser finds.
pub fn guard(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if guard::check(&text, &Limits::default()).is_ok() {
        let _ = parse_query(&*text);
    }
    let limits = low();
    if guard::check(&text, &limits).is_ok()
        && let Ok(document) = parse_query(&*text)
    {
        let mut found = Found::default();
        for (_, operation) in document.operations.iter() {
            found.directives += count(&operation.node.directives);
            assert!(operation.node.selection_set.node.items.len() <= limits.root_fields + limits.selections);
            found.read(&document, &operation.node.selection_set.node, 1);
        }
        let within = found.selections <= limits.selections
            && found.aliases <= limits.aliases
            && found.directives <= limits.directives
            && found.depth <= limits.depth;
        assert!(within, "{found:?} of {text}");
    }
}

/// A cursor opens with its key if it is untouched, and no other text does; cursors of pages are read or refused.
pub fn cursors(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // A key that seals nothing: a fuzzer reads what the other one has sealed out of our comparisons, and sends it back.
    let stranger = CursorKey::new(&[9; KEY_LEN]).expect("a key");
    assert_eq!(stranger.open(&text), None);
    let key = CursorKey::new(&[7; KEY_LEN]).expect("a key");
    let position: Position = bytes
        .chunks(16)
        .filter_map(|chunk| Uuid::from_slice(chunk).ok())
        .map(|id| (id, Seen { seq: i64::from(bytes[0]), id }))
        .collect();
    let cursor = key.seal(&position).expect("random bytes");
    assert_eq!(key.open(&cursor), Some(position));
    if let Some((&at, &by)) = bytes.first().zip(bytes.last()) {
        let mut touched = cursor.clone().into_bytes();
        let place = usize::from(at) % touched.len();
        touched[place] = if by.is_ascii_alphanumeric() { by } else { b'-' };
        let touched = String::from_utf8(touched).expect("letters");
        // The bits behind the last byte are none of the cursor's.
        assert!(touched == cursor || place + 1 == cursor.len() || key.open(&touched).is_none());
    }
    let _ = window(Some(10), Some(text.into_owned()));
}

/// An id names one object of one type; whatever else is sent names none.
pub fn global_ids(bytes: &[u8]) {
    let id = ID(String::from_utf8_lossy(bytes).into_owned());
    if let Some((kind, uuid)) = decode(&id) {
        assert_eq!(decode(&encode(kind, uuid)), Some((kind, uuid)));
    }
}

/// A file of any office is read whole or refused with what is wrong with it.
pub fn import(bytes: &[u8]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 27).expect("a day");
    let faults = [
        children::parse(bytes, today).err(),
        schools::parse(bytes).err(),
        staff::parse(bytes).err(),
        terms::parse(bytes).err(),
    ];
    assert!(faults.iter().flatten().all(|faults| !faults.listed().is_empty()));
}
