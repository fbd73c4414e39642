//! Refuses a GraphQL document that would cost the parser or the validator too much, before either sees it.
//!
//! The parser recurses once per bracket, so a kilobyte of brackets ends the process; the validator walks every
//! fragment anew wherever it is spread, so thirty fragments spread twice each cost 2³⁰ steps. Both are bounded
//! here from the bare tokens, in time linear in the length of the document. The one limit that needs the schema,
//! complexity, is the schema's own.

mod lexer;
mod outline;

use crate::config::Limits;
use thiserror::Error;

use self::{
    lexer::{Lexer, Token},
    outline::Outline,
};

/// Why a document is refused unread.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GuardRefusal {
    /// The document exceeds one of the limits, which is named as the settings name it.
    #[error("the document goes past the limit {limit}: {allowed} at most")]
    Limit {
        /// The name of the limit, a field of [`Limits`].
        limit: &'static str,
        /// What it allows.
        allowed: usize,
    },
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
    /// A subscription has several fields at its root, which would be several streams.
    #[error("a subscription has exactly one field at its root")]
    ManyStreams,
}

/// Refuses what goes past a limit.
fn within(limit: &'static str, allowed: usize, found: u64) -> Result<(), GuardRefusal> {
    if found > allowed as u64 { Err(GuardRefusal::Limit { limit, allowed }) } else { Ok(()) }
}

/// Whether the document is small enough to be parsed and validated.
///
/// It says nothing of whether the document is valid: what passes here may still be refused by the parser.
pub fn check(document: &str, limits: &Limits) -> Result<(), GuardRefusal> {
    within("document_bytes", limits.document_bytes, document.len() as u64)?;
    let tokens: Vec<Token> = Lexer::new(document).take(limits.tokens + 1).collect();
    within("tokens", limits.tokens, tokens.len() as u64)?;
    check_nesting(&tokens, limits)?;
    Outline::read(&tokens)?.check(limits)
}

fn check_nesting(tokens: &[Token], limits: &Limits) -> Result<(), GuardRefusal> {
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
        within("nesting", limits.nesting, closers.len() as u64)?;
    }
    if closers.is_empty() { Ok(()) } else { Err(GuardRefusal::UnmatchedBracket) }
}

#[cfg(test)]
mod tests;
