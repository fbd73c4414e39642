//! What the operations and fragments of a document cost, from their bare tokens.

use std::collections::HashMap;

use super::{GuardRefusal, lexer::Token, within};
use crate::config::Limits;

/// What a definition holds, or would hold once its spreads are replaced.
#[derive(Debug, Default, Clone, Copy)]
struct Cost {
    selections: u64,
    aliases: u64,
    directives: u64,
    /// Selections at the root that are fields.
    roots: u64,
    /// Fields within fields.
    depth: u64,
    /// Lists of the schema's own within each other.
    introspection: u64,
    /// Braces within braces, those of inline fragments and fragments included.
    nesting: u64,
}

/// A fragment spread: which, and how far in it stands.
#[derive(Debug)]
struct Spread<'a> {
    name: &'a str,
    depth: u64,
    introspection: u64,
    nesting: u64,
}

/// An operation or fragment by itself.
#[derive(Debug, Default)]
struct Definition<'a> {
    own: Cost,
    spreads: Vec<Spread<'a>>,
}

/// The operations and fragments of a document.
#[derive(Debug, Default)]
pub(super) struct Outline<'a> {
    operations: Vec<(Definition<'a>, bool)>,
    fragments: HashMap<&'a str, Definition<'a>>,
}

/// The costs of fragments; `None` for one that is being worked out: to meet it again is a cycle.
type Known<'a> = HashMap<&'a str, Option<Cost>>;

impl<'a> Outline<'a> {
    pub(super) fn read(tokens: &[Token<'a>]) -> Result<Self, GuardRefusal> {
        let mut outline = Self::default();
        let mut rest = tokens;
        while let Some(first) = rest.first() {
            let fragment = match (first, rest.get(1)) {
                // The parser takes a fragment called `on`, which the language forbids; `...on` would be ambiguous.
                (Token::Name("fragment"), Some(Token::Name(name))) if *name != "on" => Some(*name),
                (Token::Name("query" | "mutation" | "subscription") | Token::Punctuator(b'{'), _) => None,
                _ => return Err(GuardRefusal::UnknownDefinition),
            };
            let subscription = *first == Token::Name("subscription");
            let (tokens, after) = rest.split_at(definition_length(rest));
            rest = after;
            let definition = Definition::read(tokens);
            match fragment {
                Some(name) => drop(outline.fragments.insert(name, definition)),
                None => outline.operations.push((definition, subscription)),
            }
        }
        Ok(outline)
    }

    /// Holds the operations together, and each fragment whether it is used or not, to the limits.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), GuardRefusal> {
        let mut known = Known::new();
        for name in self.fragments.keys() {
            self.fragment(name, 0, &mut known, limits)?.check(limits)?;
        }
        let mut all = Cost::default();
        for (operation, subscription) in &self.operations {
            let cost = self.expanded(operation, 0, &mut known, limits)?;
            if *subscription && cost.roots > 1 {
                return Err(GuardRefusal::ManyStreams);
            }
            within("root_fields", limits.root_fields, cost.roots)?;
            all = all.and(cost);
        }
        all.check(limits)
    }

    fn expanded(
        &self,
        definition: &Definition<'a>,
        chain: usize,
        known: &mut Known<'a>,
        limits: &Limits,
    ) -> Result<Cost, GuardRefusal> {
        definition.spreads.iter().try_fold(definition.own, |cost, spread| {
            let fragment = self.fragment(spread.name, chain + 1, known, limits)?;
            Ok(cost.and(fragment.below(spread)))
        })
    }

    /// The chain of fragments within fragments is as long as brackets may be nested, for it nests them.
    fn fragment(
        &self,
        name: &'a str,
        chain: usize,
        known: &mut Known<'a>,
        limits: &Limits,
    ) -> Result<Cost, GuardRefusal> {
        match known.get(name) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => return Err(GuardRefusal::FragmentCycle(name.to_owned())),
            None => {}
        }
        within("nesting", limits.nesting, chain as u64)?;
        known.insert(name, None);
        let cost = match self.fragments.get(name) {
            Some(fragment) => self.expanded(fragment, chain, known, limits)?,
            None => Cost::default(),
        };
        known.insert(name, Some(cost));
        Ok(cost)
    }
}

impl Cost {
    fn and(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            roots: self.roots.saturating_add(other.roots),
            depth: self.depth.max(other.depth),
            introspection: self.introspection.max(other.introspection),
            nesting: self.nesting.max(other.nesting),
        }
    }

    /// The cost of a fragment where it is spread.
    fn below(self, spread: &Spread) -> Self {
        Self {
            roots: if spread.depth == 0 { self.roots } else { 0 },
            depth: self.depth + spread.depth,
            introspection: self.introspection + spread.introspection,
            nesting: self.nesting + spread.nesting,
            ..self
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), GuardRefusal> {
        within("selections", limits.selections, self.selections)?;
        within("aliases", limits.aliases, self.aliases)?;
        within("directives", limits.directives, self.directives)?;
        within("depth", limits.depth, self.depth)?;
        within("introspection", limits.introspection, self.introspection)?;
        within("nesting", limits.nesting, self.nesting)
    }
}

/// How many tokens reach to the end of the first selection set that stands outside parentheses.
fn definition_length(tokens: &[Token]) -> usize {
    let (mut braces, mut parentheses) = (0_usize, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Punctuator(b'(') => parentheses += 1,
            Token::Punctuator(b')') => parentheses = parentheses.saturating_sub(1),
            Token::Punctuator(b'{') if parentheses == 0 => braces += 1,
            Token::Punctuator(b'}') if parentheses == 0 => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Reads a definition token by token.
#[derive(Default)]
struct Reading<'a> {
    definition: Definition<'a>,
    braces: Vec<Brace>,
    parentheses: usize,
    /// What the next brace belongs to.
    next: Brace,
}

/// What an open brace belongs to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Brace {
    /// A field, or the definition itself.
    #[default]
    Field,
    /// A list of the schema's own.
    SchemaList,
    /// An inline fragment, which leads no deeper into the graph.
    Inline,
}

/// The lists by which one type of the schema leads to many others.
const SCHEMA_LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

impl<'a> Definition<'a> {
    /// Counts from the bare tokens: outside parentheses and inside braces, a name is a field unless an `@`, a
    /// spread or a type condition stands before it, and an alias if a colon follows.
    fn read(definition: &[Token<'a>]) -> Self {
        let mut reading = Reading::default();
        let mut tokens = definition.iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                Token::Punctuator(b'(') => reading.parentheses += 1,
                Token::Punctuator(b')') => reading.parentheses = reading.parentheses.saturating_sub(1),
                Token::Punctuator(b'@') => {
                    reading.definition.own.directives += 1;
                    tokens.next_if(|next| matches!(next, Token::Name(_)));
                }
                _ if reading.parentheses > 0 => {}
                Token::Punctuator(b'{') => reading.open(),
                Token::Punctuator(b'}') => drop(reading.braces.pop()),
                _ if reading.braces.is_empty() => {}
                Token::Spread => {
                    reading.definition.own.selections += 1;
                    if tokens.next_if_eq(&&Token::Name("on")).is_some() {
                        tokens.next_if(|next| matches!(next, Token::Name(_)));
                        reading.next = Brace::Inline;
                    } else if let Some(Token::Name(name)) =
                        tokens.next_if(|next| matches!(next, Token::Name(_)))
                    {
                        reading.spread(name);
                    } else {
                        reading.next = Brace::Inline;
                    }
                }
                Token::Name(_) if tokens.peek() == Some(&&Token::Punctuator(b':')) => {
                    reading.definition.own.aliases += 1;
                }
                Token::Name(name) => reading.field(name),
                _ => {}
            }
        }
        reading.definition
    }
}

impl<'a> Reading<'a> {
    fn open(&mut self) {
        self.braces.push(std::mem::take(&mut self.next));
        let nesting = self.braces.len() as u64;
        self.definition.own.nesting = self.definition.own.nesting.max(nesting);
    }

    /// How many fields deep the selections here stand; 1 at the root.
    fn depth(&self) -> u64 {
        self.braces.iter().filter(|brace| **brace != Brace::Inline).count() as u64
    }

    fn introspection(&self) -> u64 {
        self.braces.iter().filter(|brace| **brace == Brace::SchemaList).count() as u64
    }

    fn spread(&mut self, name: &'a str) {
        self.definition.spreads.push(Spread {
            name,
            depth: self.depth().saturating_sub(1),
            introspection: self.introspection(),
            nesting: self.braces.len() as u64,
        });
    }

    fn field(&mut self, name: &str) {
        let (depth, introspection) = (self.depth(), self.introspection());
        let schema_list = SCHEMA_LISTS.contains(&name);
        let own = &mut self.definition.own;
        own.selections += 1;
        own.roots += u64::from(depth == 1);
        own.depth = own.depth.max(depth);
        own.introspection = own.introspection.max(introspection + u64::from(schema_list));
        self.next = if schema_list { Brace::SchemaList } else { Brace::Field };
    }
}
