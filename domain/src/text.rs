//! Free text and addresses as people send them: what is kept, what is trimmed, what is refused.

/// The longest e-mail address that mail servers must carry, in characters.
const EMAIL_LIMIT: usize = 254;

/// Why a text is refused. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// More characters than the field takes.
    #[error("{length} characters are too many: at most {limit}")]
    TooLong {
        /// The most that the field takes, in Unicode characters.
        limit: usize,
        /// How many it was given, outer white space not counted.
        length: usize,
    },
    /// A control character other than a line break or a tab.
    #[error("character {place} is a control character, which is not taken here")]
    Control {
        /// Its place in the text as sent, from 1; a CR LF counts as one.
        place: usize,
    },
    /// A character that reverses how other text reads (U+202D, U+202E), which no language needs and which can make a
    /// record read other than it is written.
    #[error("character {place} overrides the direction in which text reads, which is not taken here")]
    DirectionOverride {
        /// Its place in the text as sent, from 1; a CR LF counts as one.
        place: usize,
    },
    /// Not a plain e-mail address.
    #[error("this is not an e-mail address such as name@example.org")]
    Email,
}

/// A free text without outer white space, its line breaks as `\n`. Emoji, right-to-left text and its marks are kept. A
/// text of nothing visible becomes the empty text, which is no fault here: ask [`is_blank`] where an answer is needed.
///
/// # Errors
/// [`TextFault`] for control characters, direction overrides, and more than `limit` Unicode characters.
pub fn clean(raw: &str, limit: usize) -> Result<String, TextFault> {
    let raw = raw.replace("\r\n", "\n");
    for (place, character) in (1..).zip(raw.chars()) {
        if character.is_control() && !matches!(character, '\n' | '\t') {
            return Err(TextFault::Control { place });
        }
        if matches!(character, '\u{202d}' | '\u{202e}') {
            return Err(TextFault::DirectionOverride { place });
        }
    }
    if is_blank(&raw) {
        return Ok(String::new());
    }
    let text =
        raw.trim_matches(|character: char| character.is_whitespace() || is_zero_width_space(character));
    let length = text.chars().count();
    if length > limit { Err(TextFault::TooLong { limit, length }) } else { Ok(text.to_owned()) }
}

/// A cell of a CSV export that no spreadsheet runs (XC-17): one that begins as a formula would is kept as text by an
/// apostrophe. A negative number stays one.
pub fn spreadsheet_cell(cell: &str) -> std::borrow::Cow<'_, str> {
    let number = cell.strip_prefix('-').unwrap_or("");
    let is_number = number.starts_with(|digit: char| digit.is_ascii_digit()) && number.parse::<f64>().is_ok();
    if is_number {
        cell.into()
    } else if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Whether a text shows nothing: empty, or only white space of any script and invisible characters.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || is_invisible(character))
}

/// A plain e-mail address of ASCII characters, as it was sent; nothing is trimmed or mended, and there is no display
/// name, so that it can stand in a mail header.
///
/// # Errors
/// [`TextFault::TooLong`] past 254 characters, [`TextFault::Email`] otherwise.
pub fn email(raw: &str) -> Result<String, TextFault> {
    let length = raw.chars().count();
    if length > EMAIL_LIMIT {
        return Err(TextFault::TooLong { limit: EMAIL_LIMIT, length });
    }
    let plain = raw.chars().all(|character| character.is_ascii_graphic() && !"<>,;\"".contains(character));
    let shaped = raw.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|part| !part.is_empty())
    });
    if plain && shaped { Ok(raw.to_owned()) } else { Err(TextFault::Email) }
}

fn is_zero_width_space(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Soft hyphen, zero-width characters and direction marks, variation selectors, and the letters that show as space.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\0' | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_by_a_spreadsheet() {
        for formula in ["=1+1", "+1", "-1+1", "-A1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(spreadsheet_cell(formula), format!("'{formula}"));
        }
        for text in ["", "Sam", "1-2", " =1", "-1", "-0.25"] {
            assert_eq!(spreadsheet_cell(text), text);
        }
    }

    #[test]
    fn text_is_trimmed_and_otherwise_kept() {
        for (raw, kept) in [
            ("  He reads.\n\tSlowly.  ", "He reads.\n\tSlowly."),
            ("one\r\ntwo\r\n", "one\ntwo"),
            ("\u{a0}\u{feff}Zoë\u{200b}\u{3000}", "Zoë"),
            ("👩‍👩‍👧‍👦 ❤️", "👩‍👩‍👧‍👦 ❤️"),
            ("שלום\u{200f} (a)", "שלום\u{200f} (a)"),
            ("مرحبا", "مرحبا"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("", ""),
            (" \u{200d}\u{2800}\n", ""),
        ] {
            assert_eq!(clean(raw, 100), Ok(kept.to_owned()), "{raw:?}");
        }
    }

    #[test]
    fn control_characters_and_overrides_are_refused() {
        for (raw, fault) in [
            ("a\0b", TextFault::Control { place: 2 }),
            ("ab\r", TextFault::Control { place: 3 }),
            ("\u{1b}[31m", TextFault::Control { place: 1 }),
            ("a\u{7f}", TextFault::Control { place: 2 }),
            ("a\u{85}", TextFault::Control { place: 2 }),
            ("abc\u{202e}txt", TextFault::DirectionOverride { place: 4 }),
            ("\u{202d}", TextFault::DirectionOverride { place: 1 }),
        ] {
            assert_eq!(clean(raw, 100), Err(fault), "{raw:?}");
        }
    }

    #[test]
    fn the_limit_counts_characters_after_trimming() {
        assert_eq!(clean(" ééé ", 3), Ok("ééé".to_owned()));
        assert_eq!(clean("éééé", 3), Err(TextFault::TooLong { limit: 3, length: 4 }));
        assert_eq!(clean("    ", 3), Ok(String::new()));
        assert!(TextFault::TooLong { limit: 3, length: 4 }.to_string().contains("at most 3"));
    }

    #[test]
    fn blank_is_what_shows_nothing() {
        for text in [
            "",
            " ",
            "\t\n\r",
            "\u{a0}\u{2003}\u{3000}",
            "\u{200b}\u{200d}\u{feff}",
            "\u{3164}\u{2800}\u{ad}\u{fe0f}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in [".", "\u{200b}x", "🙂", "-", "\u{e9}", "\u{301}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn addresses() {
        let longest = format!("{}@example.org", "a".repeat(242));
        for good in ["a@b.uk", "first.last+send@mail.school.sch.uk", "o'neill@example.org", &longest] {
            assert_eq!(email(good), Ok(good.to_owned()));
        }
        let too_long = format!("a{longest}");
        assert_eq!(email(&too_long), Err(TextFault::TooLong { limit: 254, length: 255 }));
        for bad in [
            "",
            "a",
            "@b.uk",
            "a@",
            "a@b",
            "a@.uk",
            "a@b.",
            "a@b..uk",
            "a@b@c.uk",
            "a b@c.uk",
            " a@b.uk",
            "a@b.uk\n",
            "a@b.uk\r\nBcc: c@d.uk",
            "a\0@b.uk",
            "<a@b.uk>",
            "A <a@b.uk>",
            "a@b.uk,c@d.uk",
            "a@b.uk;",
            "\"a\"@b.uk",
            "a@b.uk\u{200b}",
            "é@b.uk",
        ] {
            assert_eq!(email(bad), Err(TextFault::Email), "{bad:?}");
        }
    }
}
