//! Unique pupil numbers (XC-11): thirteen characters, the first a check letter.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The letters of a UPN, in the order of the values that they stand for; I, O and S are left out.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A unique pupil number whose check letter fits. Whether its local authority is known is another question.
///
/// Its `Debug` form hides it, so that it cannot slip into a log (XC-16).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Upn(String);

/// Why a text is no UPN. Never repeats the text, and never says which check letter would have fitted: that would
/// turn a mistyped number into somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpnFault {
    /// Not thirteen characters.
    #[error("a UPN has 13 characters")]
    Length,
    /// A character that cannot stand where it stands.
    #[error(
        "a UPN is a letter, eleven digits, and a digit or (temporary UPN) a letter; I, O and S are not used"
    )]
    Characters,
    /// The first letter does not fit the rest.
    #[error("the check letter does not fit: compare the UPN with its source")]
    CheckLetter,
}

impl Upn {
    /// Reads a UPN; small letters are taken as capitals, nothing else is mended.
    ///
    /// # Errors
    /// [`UpnFault`].
    pub fn parse(text: &str) -> Result<Self, UpnFault> {
        if text.chars().count() != 13 {
            return Err(UpnFault::Length);
        }
        let text = text.to_ascii_uppercase();
        let [check, digits @ .., last] = text.as_bytes() else { return Err(UpnFault::Length) };
        let check = letter_value(*check).ok_or(UpnFault::Characters)?;
        let last = digit_value(*last).or_else(|| letter_value(*last)).ok_or(UpnFault::Characters)?;
        let digits: Option<Vec<u32>> = digits.iter().copied().map(digit_value).collect();
        let values = digits.ok_or(UpnFault::Characters)?.into_iter().chain([last]);
        let sum: u32 = values.zip(2..).map(|(value, place)| value * place).sum();
        if sum % 23 == check { Ok(Self(text)) } else { Err(UpnFault::CheckLetter) }
    }

    /// The thirteen characters, letters in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is temporary: given out until the child's permanent UPN is found, and ending in a letter.
    pub fn is_temporary(&self) -> bool {
        self.0.ends_with(|last: char| last.is_ascii_uppercase())
    }

    /// The three digits of the local authority that gave it out.
    pub fn la_code(&self) -> &str {
        &self.0[1..4]
    }
}

fn digit_value(character: u8) -> Option<u32> {
    char::from(character).to_digit(10)
}

fn letter_value(character: u8) -> Option<u32> {
    (0..).zip(LETTERS).find_map(|(value, letter)| (*letter == character).then_some(value))
}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(…)")
    }
}

impl TryFrom<String> for Upn {
    type Error = UpnFault;

    fn try_from(text: String) -> Result<Self, UpnFault> {
        Self::parse(&text)
    }
}

impl From<Upn> for String {
    fn from(upn: Upn) -> Self {
        upn.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_hold() {
        // The first seven are those of an independent validator; "R37320000001A" and its like are reckoned by hand.
        for (text, expected) in [
            ("A950000178301", Ok(())),
            ("H243278544154", Ok(())),
            ("R247962919251", Err(UpnFault::CheckLetter)),
            ("X428558133462", Err(UpnFault::CheckLetter)),
            ("X845212818005", Ok(())),
            ("ASFFAGSVSV123", Err(UpnFault::Characters)),
            ("R325", Err(UpnFault::Length)),
            ("J873123456789", Ok(())),
            ("G873123456780", Ok(())),
            ("G87312345678A", Ok(())),
            ("T87312345678Z", Ok(())),
            ("U373200000019", Ok(())),
            ("R373200000010", Ok(())),
            ("R37320000001A", Ok(())),
        ] {
            assert_eq!(Upn::parse(text).map(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn nothing_but_small_letters_is_mended() {
        assert_eq!(Upn::parse("t87312345678z").unwrap().as_str(), "T87312345678Z");
        for (text, fault) in [
            ("", UpnFault::Length),
            ("J87312345678", UpnFault::Length),
            ("J8731234567890", UpnFault::Length),
            (" J873123456789", UpnFault::Length),
            ("J87312345678 ", UpnFault::Characters),
            ("I873123456789", UpnFault::Characters),
            ("8873123456789", UpnFault::Characters),
            ("J87312345678O", UpnFault::Characters),
            ("J87312345６789", UpnFault::Characters),
            ("É873123456789", UpnFault::Characters),
            ("J87312é456789", UpnFault::Characters),
            ("ſ873123456789", UpnFault::Characters),
        ] {
            assert_eq!(Upn::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_letter_at_the_end_marks_a_temporary_upn() {
        let temporary = Upn::parse("R37320000001A").unwrap();
        let permanent = Upn::parse("R373200000010").unwrap();
        assert!(temporary.is_temporary() && !permanent.is_temporary());
        assert_eq!(permanent.la_code(), "373");
    }

    #[test]
    fn it_is_stored_as_text_checked_on_the_way_in_and_hidden_in_logs() {
        let upn: Upn = serde_json::from_str(r#""j873123456789""#).unwrap();
        assert_eq!(serde_json::to_string(&upn).unwrap(), r#""J873123456789""#);
        assert!(serde_json::from_str::<Upn>(r#""K873123456789""#).is_err());
        assert_eq!((upn.to_string().as_str(), format!("{upn:?}").as_str()), ("J873123456789", "Upn(…)"));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_found(number in 0..1_000_000_000_000u64, place in 1..13usize, by in 1..10u8) {
            let digits = format!("{number:012}");
            let fits = LETTERS.iter().filter_map(|letter| Upn::parse(&format!("{}{digits}", char::from(*letter))).ok());
            let fits: Vec<_> = fits.collect();
            prop_assert_eq!(fits.len(), 1);
            let mut wrong = fits[0].as_str().as_bytes().to_vec();
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            prop_assert_eq!(Upn::parse(&String::from_utf8(wrong).unwrap()), Err(UpnFault::CheckLetter));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,16}") {
            let _ = Upn::parse(&text);
        }
    }
}
