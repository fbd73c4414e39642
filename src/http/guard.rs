//! Refuses a GraphQL document that would cost the parser or the validator too much, before either sees it.
//!
//! The parser recurses once per bracket, so a kilobyte of brackets ends the process; the validator walks every
//! fragment anew wherever it is spread, so thirty fragments spread twice each cost 2³⁰ steps. Both are bounded
//! here from the bare tokens, in time linear in the length of the document.

mod lexer;

use std::collections::HashMap;

use thiserror::Error;

use self::lexer::{Lexer, Token};

/// The most bytes a document may have.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;
/// The most tokens a document may have, comments and commas not counted.
pub const MAX_TOKENS: usize = 4_000;
/// How many brackets of any kind may be open at once.
pub const MAX_NESTING: usize = 40;
/// The most selections (fields, inline fragments, spreads) after each spread is replaced by its fragment.
pub const MAX_SELECTIONS: u64 = 20_000;

/// Why a document is refused unread.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GuardRefusal {
    /// The document is longer than [`MAX_DOCUMENT_BYTES`].
    #[error("the document is longer than {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    /// The document has more than [`MAX_TOKENS`] tokens.
    #[error("the document has more than {MAX_TOKENS} tokens")]
    TooManyTokens,
    /// More than [`MAX_NESTING`] brackets are open at once.
    #[error("the document nests brackets more than {MAX_NESTING} deep")]
    TooDeep,
    /// The operations have more than [`MAX_SELECTIONS`] selections once fragments are spread.
    #[error("the document selects more than {MAX_SELECTIONS} fields once its fragments are spread")]
    TooManySelections,
    /// The fragment spreads itself, directly or through others.
    #[error("the fragment {0} spreads itself")]
    FragmentCycle(String),
    /// A string is not closed.
    #[error("a string in the document is not closed")]
    UnterminatedString,
    /// A bracket is closed that was not opened, or left open.
    #[error("the brackets of the document do not match")]
    UnmatchedBracket,
    /// Something other than an operation or a named fragment stands at the top of the document.
    #[error("the document holds something other than operations and fragments")]
    UnknownDefinition,
}

/// Whether the document is small enough to be parsed and validated.
///
/// It says nothing of whether the document is valid: what passes here may still be refused by the parser.
pub fn check(document: &str) -> Result<(), GuardRefusal> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(GuardRefusal::TooLong);
    }
    let tokens: Vec<Token> = Lexer::new(document).take(MAX_TOKENS + 1).collect();
    if tokens.len() > MAX_TOKENS {
        return Err(GuardRefusal::TooManyTokens);
    }
    check_nesting(&tokens)?;
    Outline::read(&tokens)?.check_selections()
}

fn check_nesting(tokens: &[Token]) -> Result<(), GuardRefusal> {
    let mut closers = Vec::new();
    for token in tokens {
        match token {
            Token::Punctuator(b'(') => closers.push(b')'),
            Token::Punctuator(b'[') => closers.push(b']'),
            Token::Punctuator(b'{') => closers.push(b'}'),
            Token::Punctuator(closer @ (b')' | b']' | b'}')) if closers.pop() != Some(*closer) => {
                return Err(GuardRefusal::UnmatchedBracket);
            }
            Token::UnterminatedString => return Err(GuardRefusal::UnterminatedString),
            _ => {}
        }
        if closers.len() > MAX_NESTING {
            return Err(GuardRefusal::TooDeep);
        }
    }
    if closers.is_empty() { Ok(()) } else { Err(GuardRefusal::UnmatchedBracket) }
}

/// What one operation or fragment selects, all levels of it together.
#[derive(Debug, Default)]
struct Selections<'a> {
    own: u64,
    spreads: Vec<&'a str>,
}

/// The operations and fragments of a document.
#[derive(Debug, Default)]
struct Outline<'a> {
    operations: Vec<Selections<'a>>,
    fragments: HashMap<&'a str, Selections<'a>>,
}

impl<'a> Outline<'a> {
    fn read(tokens: &[Token<'a>]) -> Result<Self, GuardRefusal> {
        let mut outline = Self::default();
        let mut rest = tokens;
        while let Some(first) = rest.first() {
            let fragment = match (first, rest.get(1)) {
                // The parser takes a fragment called `on`, which the language forbids; `...on` would be ambiguous.
                (Token::Name("fragment"), Some(Token::Name(name))) if *name != "on" => Some(*name),
                (Token::Name("query" | "mutation" | "subscription") | Token::Punctuator(b'{'), _) => None,
                _ => return Err(GuardRefusal::UnknownDefinition),
            };
            let (definition, after) = rest.split_at(definition_length(rest));
            rest = after;
            let selections = Selections::read(definition);
            match fragment {
                Some(name) => drop(outline.fragments.insert(name, selections)),
                None => outline.operations.push(selections),
            }
        }
        Ok(outline)
    }

    fn check_selections(&self) -> Result<(), GuardRefusal> {
        let mut totals = HashMap::new();
        for name in self.fragments.keys() {
            if self.fragment_total(name, &mut totals)? > MAX_SELECTIONS {
                return Err(GuardRefusal::TooManySelections);
            }
        }
        let mut sum: u64 = 0;
        for operation in &self.operations {
            sum = sum.saturating_add(self.total(operation, &mut totals)?);
        }
        if sum > MAX_SELECTIONS { Err(GuardRefusal::TooManySelections) } else { Ok(()) }
    }

    fn total(
        &self,
        selections: &Selections<'a>,
        totals: &mut HashMap<&'a str, Option<u64>>,
    ) -> Result<u64, GuardRefusal> {
        selections
            .spreads
            .iter()
            .try_fold(selections.own, |sum, name| Ok(sum.saturating_add(self.fragment_total(name, totals)?)))
    }

    /// `totals` holds `None` for a fragment whose total is being worked out: to meet it again is a cycle.
    fn fragment_total(
        &self,
        name: &'a str,
        totals: &mut HashMap<&'a str, Option<u64>>,
    ) -> Result<u64, GuardRefusal> {
        match totals.get(name) {
            Some(Some(total)) => return Ok(*total),
            Some(None) => return Err(GuardRefusal::FragmentCycle(name.to_owned())),
            None => {}
        }
        totals.insert(name, None);
        let total = match self.fragments.get(name) {
            Some(fragment) => self.total(fragment, totals)?,
            None => 0,
        };
        totals.insert(name, Some(total));
        Ok(total)
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

impl<'a> Selections<'a> {
    /// Counts from the bare tokens: outside parentheses and inside braces, a name is a field unless an `@`, a
    /// spread or a type condition stands before it, or a colon after it.
    fn read(definition: &[Token<'a>]) -> Self {
        let mut selections = Self::default();
        let (mut braces, mut parentheses) = (0_usize, 0_usize);
        let mut tokens = definition.iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                Token::Punctuator(b'(') => parentheses += 1,
                Token::Punctuator(b')') => parentheses = parentheses.saturating_sub(1),
                _ if parentheses > 0 => {}
                Token::Punctuator(b'{') => braces += 1,
                Token::Punctuator(b'}') => braces = braces.saturating_sub(1),
                Token::Punctuator(b'@') => drop(tokens.next_if(|next| matches!(next, Token::Name(_)))),
                _ if braces == 0 => {}
                Token::Spread => {
                    selections.own += 1;
                    if tokens.next_if_eq(&&Token::Name("on")).is_some() {
                        tokens.next_if(|next| matches!(next, Token::Name(_)));
                    } else if let Some(Token::Name(name)) =
                        tokens.next_if(|next| matches!(next, Token::Name(_)))
                    {
                        selections.spreads.push(name);
                    }
                }
                Token::Name(_) if tokens.peek() != Some(&&Token::Punctuator(b':')) => selections.own += 1,
                _ => {}
            }
        }
        selections
    }
}

#[cfg(test)]
mod tests;
