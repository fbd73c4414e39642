//! Splits a GraphQL document into tokens, one by one and without recursion.

/// A token of a GraphQL document, as far as the guard tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword, or the name of a field, fragment, type, argument or enum value.
    Name(&'a str),
    /// `...`
    Spread,
    /// Any other single character with a meaning of its own, brackets among them.
    Punctuator(u8),
    /// A number, or a string or block string that is closed.
    Value,
    /// A string or block string that is never closed.
    UnterminatedString,
}

/// The tokens of a document; whitespace, commas and comments are passed over.
pub(super) struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        Self { rest: document }
    }

    /// Takes the text up to the first character that does not satisfy `belongs`.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !belongs(character)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip_ignored(&mut self) {
        loop {
            self.take_while(|c| matches!(c, ' ' | ',' | '\t' | '\n' | '\r' | '\u{feff}'));
            if !self.rest.starts_with('#') {
                return;
            }
            self.take_while(|c| !matches!(c, '\n' | '\r'));
        }
    }

    /// Reads on past the closing quotes of a string whose opening quotes are already taken.
    fn string(&mut self, quotes: &str, multiline: bool) -> Token<'a> {
        let mut escaped = false;
        for (at, character) in self.rest.char_indices() {
            let here = self.rest.get(at..).unwrap_or_default();
            if escaped {
                escaped = false;
            } else if here.starts_with(quotes) {
                self.rest = here.get(quotes.len()..).unwrap_or_default();
                return Token::Value;
            } else if multiline {
                // In a block string a backslash escapes nothing but the closing quotes.
                escaped = here.starts_with("\\\"\"\"");
            } else if matches!(character, '\n' | '\r') {
                break;
            } else {
                escaped = character == '\\';
            }
        }
        self.rest = "";
        Token::UnterminatedString
    }

    fn number(&mut self) -> Token<'a> {
        self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
        let fraction =
            self.rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if fraction {
            self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-'));
        }
        Token::Value
    }

    fn advance(&mut self, by: usize) {
        self.rest = self.rest.get(by..).unwrap_or_default();
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_ignored();
        let first = self.rest.chars().next()?;
        Some(if first.is_ascii_alphabetic() || first == '_' {
            Token::Name(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_'))
        } else if first.is_ascii_digit() || first == '-' {
            self.number()
        } else if self.rest.starts_with("\"\"\"") {
            self.advance(3);
            self.string("\"\"\"", true)
        } else if first == '"' {
            self.advance(1);
            self.string("\"", false)
        } else if self.rest.starts_with("...") {
            self.advance(3);
            Token::Spread
        } else {
            self.advance(first.len_utf8());
            // What is not ASCII has no meaning outside strings; the parser says so with its place.
            Token::Punctuator(u8::try_from(first).unwrap_or(b'?'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(document: &str) -> Vec<Token<'_>> {
        Lexer::new(document).collect()
    }

    #[test]
    fn ignored_text_is_no_token() {
        assert_eq!(tokens("\u{feff} , # {[(\n a # \"\r b"), [Token::Name("a"), Token::Name("b")]);
    }

    #[test]
    fn strings_hide_what_they_hold() {
        assert_eq!(tokens(r#""{ \" [" b"#), [Token::Value, Token::Name("b")]);
        assert_eq!(tokens(r#"""" { " \""" [ """ b"#), [Token::Value, Token::Name("b")]);
        assert_eq!(tokens(r#""""ends with a backslash \\""" b"#), [Token::UnterminatedString]);
        assert_eq!(tokens(r#""" b"#), [Token::Value, Token::Name("b")]);
    }

    #[test]
    fn a_string_left_open_is_told() {
        assert_eq!(tokens("a \"b\nc"), [Token::Name("a"), Token::UnterminatedString]);
        assert_eq!(tokens("\"\"\" b \"\""), [Token::UnterminatedString]);
    }

    #[test]
    fn numbers_end_where_a_spread_begins() {
        assert_eq!(tokens("-1.5e+3 7 ...F"), [Token::Value, Token::Value, Token::Spread, Token::Name("F")]);
        assert_eq!(tokens("7...F"), [Token::Value, Token::Spread, Token::Name("F")]);
    }
}
