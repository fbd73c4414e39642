//! A text as words: where each stands, how it reads folded, and whether it is written as a name.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

use crate::name::{SILENT, fold};

/// Words that are common English, whether or not somebody is called so (SCOWL, sizes 10 and 20).
const COMMON: &str = include_str!("common_words.txt");

/// Common words of trades, plants and places that are family or given names too, and rarer than the list goes.
const ALSO_COMMON: [&str; 58] = [
    "alley",
    "archer",
    "ash",
    "august",
    "autumn",
    "baker",
    "barber",
    "berry",
    "birch",
    "brook",
    "brooks",
    "butcher",
    "butler",
    "carpenter",
    "chambers",
    "cliffs",
    "cooper",
    "cove",
    "crest",
    "daisy",
    "dean",
    "finch",
    "fisher",
    "ford",
    "foster",
    "fox",
    "frost",
    "grove",
    "hart",
    "haven",
    "hazel",
    "heath",
    "heather",
    "holly",
    "hunter",
    "iris",
    "ivy",
    "jade",
    "jay",
    "lamb",
    "lily",
    "lynx",
    "marsh",
    "mason",
    "meadow",
    "mercy",
    "moss",
    "olive",
    "pearl",
    "poppy",
    "potter",
    "reed",
    "robin",
    "ruby",
    "shepherd",
    "swift",
    "violet",
    "walker",
];

/// In the list, and yet names before they are anything else.
const NAMES_FIRST: [&str; 12] = [
    "jack", "smith", "john", "leach", "manning", "tom", "harry", "peter", "martin", "lee", "carol", "victor",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What stands before a month and before no name.
const BEFORE_A_MONTH: [&str; 11] =
    ["in", "since", "until", "till", "during", "early", "mid", "late", "last", "next", "this"];

/// What somebody does whose name opens a sentence, folded, where the verb ends in neither "s" nor "ed".
const DEEDS: [&str; 48] = [
    "is", "was", "has", "had", "does", "did", "can", "cannot", "could", "will", "would", "should", "might",
    "must", "who", "whose", "isnt", "wasnt", "hasnt", "doesnt", "didnt", "cant", "wont", "said", "went",
    "told", "came", "made", "took", "ran", "sat", "got", "left", "felt", "thought", "found", "gave", "kept",
    "lost", "knew", "saw", "spoke", "wrote", "began", "met", "brought", "fell", "slept",
];

/// What may stand between a name and what its bearer does.
const BETWEEN: [&str; 10] = ["also", "always", "and", "but", "just", "never", "not", "now", "often", "still"];

/// Words in "s" and "ed" that say what nobody does.
const NO_DEEDS: [&str; 64] = [
    "activities",
    "always",
    "areas",
    "aspects",
    "books",
    "cards",
    "classes",
    "colours",
    "concerns",
    "days",
    "families",
    "friends",
    "games",
    "goals",
    "groups",
    "hours",
    "ideas",
    "items",
    "lessons",
    "levels",
    "lines",
    "lists",
    "meetings",
    "minutes",
    "months",
    "need",
    "notes",
    "others",
    "papers",
    "parents",
    "parts",
    "perhaps",
    "periods",
    "pieces",
    "places",
    "plans",
    "points",
    "problems",
    "pupils",
    "questions",
    "reasons",
    "reviews",
    "rooms",
    "rows",
    "rules",
    "schools",
    "sessions",
    "shoes",
    "sounds",
    "steps",
    "strategies",
    "targets",
    "tasks",
    "terms",
    "thirds",
    "this",
    "thus",
    "times",
    "tools",
    "trips",
    "visits",
    "walks",
    "ways",
    "weeks",
];

const TITLES: [&str; 8] = ["mr", "mrs", "miss", "ms", "mx", "dr", "master", "called"];

static COMMON_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let mut words: HashSet<&str> = COMMON.lines().chain(ALSO_COMMON).chain(MONTHS).collect();
    for name in NAMES_FIRST {
        words.remove(name);
    }
    words
});

/// Whether a folded name is a common English word as well. What has two letters is taken for one.
pub(super) fn is_common(word: &str) -> bool {
    word.chars().count() <= 2 || COMMON_WORDS.contains(word)
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Small,
    Capital,
    Capitals,
}

/// A word of a text, or a number in it.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// As it is compared, and the same without a possessive ending.
    pub folded: String,
    /// Without a possessive ending; the same as `folded` where it has none.
    pub bare: String,
    /// What stands between the word before and this one.
    pub gap: &'a str,
    shape: Shape,
}

impl Word<'_> {
    /// Whether it is, with or without a possessive ending, this folded word.
    pub fn is(&self, folded: &str) -> bool {
        self.bare == folded || self.folded == folded
    }

    /// Whether it begins with a capital letter.
    pub fn capital(&self) -> bool {
        self.shape != Shape::Small
    }

    /// Whether a full stop, a line's end or the like parts it from the word before.
    pub fn opens(&self) -> bool {
        self.gap.contains(['.', '!', '?', ';', ':', '\n', '\r', '"', '“', '”', '(', '•', '*', '–', '—'])
    }

    fn possessive(&self) -> bool {
        self.bare != self.folded
    }

    fn number(&self) -> bool {
        self.folded.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// What a character is to the words of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    /// Belongs to the word that it stands in: accents, and what has no width.
    Along,
    Apostrophe,
    Other,
}

fn kind(character: char) -> Kind {
    match character {
        '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '′' => Kind::Apostrophe,
        _ if is_combining_mark(character) || SILENT.contains(&character) => Kind::Along,
        _ if character.is_numeric() => Kind::Digit,
        _ if character.is_alphabetic() => Kind::Letter,
        _ => Kind::Other,
    }
}

/// The words of a text. Letters and digits are words apart; apostrophes part no word, hyphens do.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let characters: Vec<_> = text.char_indices().map(|(at, character)| (at, kind(character))).collect();
    let (mut found, mut from, mut behind) = (Vec::new(), 0, 0);
    while let Some(&(start, first)) = characters.get(from) {
        if !matches!(first, Kind::Letter | Kind::Digit) {
            from += 1;
            continue;
        }
        let mut to = from + 1;
        while let Some(&(_, next)) = characters.get(to) {
            let inside = next == Kind::Apostrophe
                && first == Kind::Letter
                && characters.get(to + 1).is_some_and(|(_, after)| *after == Kind::Letter);
            if next != first && next != Kind::Along && !inside {
                break;
            }
            to += 1;
        }
        let end = characters.get(to).map_or(text.len(), |(at, _)| *at);
        found.push(word(text, start, end, &text[behind..start]));
        (from, behind) = (to, end);
    }
    found
}

fn word<'a>(text: &'a str, start: usize, end: usize, gap: &'a str) -> Word<'a> {
    let slice = &text[start..end];
    let folded = fold(slice);
    let stem = slice.strip_suffix(['s', 'S']).and_then(|stem| {
        let stem = stem.trim_end_matches(|letter| kind(letter) == Kind::Along);
        stem.strip_suffix(|letter| kind(letter) == Kind::Apostrophe)
    });
    let bare = stem.map_or_else(|| folded.clone(), fold);
    let mut letters = slice.chars().filter(|letter| letter.is_alphabetic());
    let shape = match letters.next() {
        Some(first) if !first.is_lowercase() => {
            let mut rest =
                stem.unwrap_or(slice).chars().filter(|letter| letter.is_alphabetic()).skip(1).peekable();
            if rest.peek().is_some() && rest.all(|letter| !letter.is_lowercase()) {
                Shape::Capitals
            } else {
                Shape::Capital
            }
        }
        _ => Shape::Small,
    };
    Word { start, end, folded, bare, gap, shape }
}

/// Whether a common word is written as a name where it stands: with a capital that neither the beginning of a sentence nor
/// a line in capitals gives to every word. There it counts as a name that has a title before it or does something.
pub(super) fn written_as_name(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    if !word.capital() {
        return false;
    }
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    if before.is_some_and(|before| TITLES.contains(&before.folded.as_str())) {
        return true;
    }
    if word.possessive() {
        return true;
    }
    if MONTHS.contains(&word.folded.as_str()) && is_month(words, at) {
        return false;
    }
    let opens = word.opens() || before.is_none();
    let before = before.filter(|_| !opens);
    let after = words.get(at + 1).filter(|after| !after.opens());
    let beside_capitals = [before, after].into_iter().flatten().any(|other| other.shape == Shape::Capitals);
    let in_capitals = word.shape == Shape::Capitals && beside_capitals;
    !(opens || in_capitals) || does_something(&words[at + 1..])
}

/// Whether what follows a word is what somebody does.
fn does_something(after: &[Word<'_>]) -> bool {
    let mut after = after.iter().take_while(|word| !word.opens());
    let passed = |word: &&Word<'_>| {
        !(BETWEEN.contains(&word.folded.as_str()) || word.folded.ends_with("ly") && word.folded.len() > 4)
    };
    after.find(passed).is_some_and(|word| {
        let written = word.folded.as_str();
        let regular = written.len() > 3 && (written.ends_with('s') || written.ends_with("ed"));
        DEEDS.contains(&written) || (regular && !written.ends_with("ss") && !NO_DEEDS.contains(&written))
    })
}

/// Whether the name of a month stands for the month: with a day or a year, behind a word that is said of time, or with
/// another month near.
fn is_month(words: &[Word<'_>], at: usize) -> bool {
    let opens = |place: &usize| words[*place].opens();
    let from = (at.saturating_sub(3) + 1..=at).rev().find(opens).unwrap_or(at.saturating_sub(3));
    let end = words.len().min(at + 4);
    let (before, after) = (&words[from..at], &words[at + 1..(at + 1..end).find(opens).unwrap_or(end)]);
    let said_of_time = before.last().is_some_and(|word| {
        BEFORE_A_MONTH.contains(&word.folded.as_str()) || word.number() || is_ordinal_end(before)
    });
    let other_month = |word: &Word<'_>| {
        MONTHS.contains(&word.folded.as_str()) && word.folded != words[at].folded && word.capital()
    };
    said_of_time || after.first().is_some_and(Word::number) || before.iter().chain(after).any(other_month)
}

/// "4th", "4th of".
fn is_ordinal_end(before: &[Word<'_>]) -> bool {
    let mut before = before.iter().rev().skip_while(|word| word.folded == "of");
    before.next().is_some_and(|word| ["st", "nd", "rd", "th"].contains(&word.folded.as_str()))
        && before.next().is_some_and(Word::number)
}

/// The number of a month, by its name or the first three letters.
pub(super) fn month(word: &str) -> Option<u32> {
    let place =
        MONTHS.iter().position(|month| *month == word || (word.len() == 3 && month.starts_with(word)));
    place.and_then(|place| u32::try_from(place + 1).ok()).or((word == "sept").then_some(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, name: &str) -> bool {
        let words = words(text);
        (0..words.len()).any(|at| words[at].is(name) && written_as_name(&words, at))
    }

    #[test]
    fn words_stand_where_they_stand() {
        let text = "Zoë's 2nd plan: O’Brien-Hall";
        let found = words(text);
        let read: Vec<_> =
            found.iter().map(|word| (&text[word.start..word.end], word.bare.as_str())).collect();
        assert_eq!(
            read,
            [
                ("Zoë's", "zoe"),
                ("2", "2"),
                ("nd", "nd"),
                ("plan", "plan"),
                ("O’Brien", "obrien"),
                ("Hall", "hall")
            ]
        );
        assert!(words("").is_empty() && words("... '").is_empty());
    }

    #[test]
    fn a_common_word_is_a_name_where_it_is_written_as_one() {
        for text in [
            "We asked Will today.",
            "Will reads with a friend.",
            "Will's book is lost.",
            "WILL'S BOOK IS LOST",
            "A note by Mr Will.",
            "WILL ENJOYS READING",
            "Yesterday WILL was late.",
            "Will really enjoys it.",
            "It was late. Will left.",
            "Will, who is shy, hid.",
        ] {
            assert!(named(text, "will"), "{text}");
        }
        for text in [
            "She will read.",
            "Will she read?",
            "WILL SHE READ?",
            "It is late. Will they stop?",
            "SHE WILL READ TODAY",
            "Will the school pay?",
            "Where there's a will there's a way.",
        ] {
            assert!(!named(text, "will"), "{text}");
        }
    }

    #[test]
    fn a_month_is_no_name() {
        for text in [
            "We meet in May.",
            "From April to May it was better.",
            "On 12 May she came.",
            "On the 12th of May she came.",
            "May 2026 was better.",
            "She may read.",
            "May half term, June at the latest",
        ] {
            assert!(!named(text, "may"), "{text}");
        }
        for text in ["We spoke to May.", "May reads.", "The mother of May came.", "Then May laughed."] {
            assert!(named(text, "may"), "{text}");
        }
    }
}
