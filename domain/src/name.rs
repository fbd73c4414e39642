//! Names as they are searched for (XC-20): accents, case, apostrophes and hyphens do not keep a name from being found.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What vanishes within a name: apostrophes in all their spellings, and characters of no width.
pub(crate) const SILENT: &[char] = &[
    '\'', '’', '‘', 'ʼ', 'ʻ', '`', '´', '′', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}',
    '\u{200f}', '\u{2060}', '\u{feff}',
];

/// A name in the form in which names are compared: words of small letters and digits with one space between them,
/// without accents. Apostrophes vanish ("O'Brien" becomes "obrien"), hyphens and other signs part words.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let audible = |character: &char| !SILENT.contains(character);
    let letters =
        name.chars().filter(audible).nfkd().filter(audible).filter(|letter| !is_combining_mark(*letter));
    for letter in letters.flat_map(char::to_lowercase).nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ŋ' => folded.push('n'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            letter if letter.is_alphanumeric() => folded.push(letter),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The words under which a child is found, folded, sorted, each once. A name of several parts stands as its parts and as
/// one word.
///
/// A query finds the child if each word of the folded query begins one of these words, or if the folded query without
/// its spaces does. So "Anne-Marie", "Anne Marie" and "Annemarie", or "O'Brien", "O Brien" and "OBrien", all find each
/// other.
pub fn search_words(given: &str, family: &str, known_as: Option<&str>) -> Vec<String> {
    let mut words = BTreeSet::new();
    for name in [Some(given), Some(family), known_as].into_iter().flatten() {
        for spelling in [fold(name), fold(&name.replace(SILENT, " "))] {
            words.extend(spelling.split_whitespace().map(str::to_owned));
            words.insert(spelling.replace(' ', ""));
        }
    }
    words.remove("");
    words.into_iter().collect()
}

/// Whether a text holds the UPN of a child or a part of its names, as they are written or in capitals (XC-16). One letter
/// is no part.
pub fn tells(text: &str, names: &[&str], upn: Option<&str>) -> bool {
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let mut parts = names.iter().flat_map(|name| name.split(|letter: char| !letter.is_alphanumeric()));
    let told = |part: &str| words.contains(&part) || words.contains(&part.to_uppercase().as_str());
    parts.any(|part| part.chars().count() > 1 && told(part))
        || upn.is_some_and(|upn| text.to_ascii_uppercase().contains(upn))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_fold() {
        for (name, folded) in [
            ("Zoë", "zoe"),
            ("Zoe\u{308}", "zoe"),
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("OʼBRIEN", "obrien"),
            ("O Brien", "o brien"),
            ("Anne-Marie", "anne marie"),
            ("  Anne \u{2011} Marie. ", "anne marie"),
            ("Strauß", "strauss"),
            ("STRAUẞ", "strauss"),
            ("Æsir Œuvre", "aesir oeuvre"),
            ("Bjørn Ångström", "bjorn angstrom"),
            ("Łukasz", "lukasz"),
            ("Đorđe", "dorde"),
            ("Þóra Guðrún", "thora gudrun"),
            ("Ħal", "hal"),
            ("IŞIK İnci ışık", "isik inci isik"),
            ("Nguyễn", "nguyen"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Мария", "мария"),
            ("محمّد", "محمد"),
            ("李明", "李明"),
            ("\u{200b}Kai\u{feff}", "kai"),
            ("- ' -", ""),
            ("", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }

    /// As a search does it.
    fn finds(query: &str, words: &[String]) -> bool {
        let query = fold(query);
        let begins_one = |asked: &str| words.iter().any(|word| word.starts_with(asked));
        query.split(' ').all(begins_one) || begins_one(&query.replace(' ', ""))
    }

    #[test]
    fn children_are_found_however_their_name_is_spelt() {
        for (spellings, other) in [
            (["O'Brien", "OBrien", "o brien", "O’BRIEN"], "Bryan"),
            (["Anne-Marie", "anne marie", "Annemarie", "Anne‑Marie"], "Mariann"),
            (["D'Souza", "dsouza", "D Souza", "d’sou"], "Sousa"),
        ] {
            for stored in &spellings[..3] {
                let words = search_words("Kit", stored, None);
                assert!(spellings.iter().all(|query| finds(query, &words)), "{stored}: {words:?}");
                assert!(!finds(other, &words), "{stored}: {words:?}");
            }
        }
    }

    #[test]
    fn known_as_is_searched_too_and_words_stand_once() {
        let words = search_words("Élodie Anne", "Smith-Jones", Some("Ellie Anne"));
        assert_eq!(
            words,
            ["anne", "ellie", "ellieanne", "elodie", "elodieanne", "jones", "smith", "smithjones"]
        );
        assert!(finds("ellie jones", &words) && finds("smith elo", &words) && !finds("ellie brown", &words));
        assert_eq!(search_words(" ", "-", None), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(name in "\\PC{0,24}") {
            let folded = fold(&name);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn a_name_finds_itself(given in "\\PC{0,12}", family in "\\PC{0,12}") {
            let words = search_words(&given, &family, None);
            let asked = fold(&format!("{given} {family}"));
            prop_assert!(asked.is_empty() || finds(&asked, &words), "{asked}: {words:?}");
        }
    }
}
