//! Text that identifies nobody (LG-10, LG-11): where it holds what would tell who a child is.

mod birth_date;
mod words;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use self::birth_date::date_at;
use self::words::{Word, is_common, words, written_as_name};
use crate::name::{SILENT, fold};

/// What a child, or somebody around one, is known by.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The name they go by.
    pub known_as: Option<String>,
    /// Unique pupil number.
    pub upn: Option<String>,
    /// Birth date.
    pub date_of_birth: Option<NaiveDate>,
}

impl Identity {
    /// Given name and the name they go by.
    fn first_names(&self) -> impl Iterator<Item = &str> {
        [Some(self.given_name.as_str()), self.known_as.as_deref()].into_iter().flatten()
    }
}

/// What a place in a text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// A name of the child, or initials with full stops.
    ChildName,
    /// The child's birth date.
    BirthDate,
    /// A name of a parent.
    ParentName,
    /// The name of a pupil of the school.
    PupilName,
    /// A UPN of the school.
    Upn,
}

impl Tells {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ChildName => "a name of the child",
            Self::BirthDate => "the child's birth date",
            Self::ParentName => "the name of a parent",
            Self::PupilName => "the name of a pupil",
            Self::Upn => "a UPN",
        }
    }
}

/// Where a text tells who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The first character, counted from 1.
    pub from: usize,
    /// The last character.
    pub to: usize,
    /// What it tells.
    pub tells: Tells,
}

/// Words that together are a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    words: Vec<String>,
    tells: Tells,
}

/// What a text may not hold.
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    /// By their first word.
    patterns: HashMap<String, BTreeSet<Pattern>>,
    /// The last words of pupils' full names by their first words: there may be others between.
    full_names: HashMap<String, BTreeSet<String>>,
    initials: BTreeSet<(String, String)>,
    upns: HashSet<String>,
    birth_dates: HashSet<NaiveDate>,
}

impl Scanner {
    /// For who may see the child: names, UPN and birth date of the child, names of its parents, full names and UPNs of the
    /// school's pupils (LG-10).
    pub fn of_child<'a>(
        child: &Identity,
        parents: impl IntoIterator<Item = &'a str>,
        pupils: impl IntoIterator<Item = &'a Identity>,
    ) -> Self {
        let mut scanner = Self::of_pupils(pupils);
        for name in child.first_names().chain([child.family_name.as_str()]) {
            scanner.add_name(name, Tells::ChildName);
        }
        for name in parents {
            scanner.add_name(name, Tells::ParentName);
        }
        for first in child.first_names() {
            scanner.initials.extend(initial(first).zip(initial(&child.family_name)));
        }
        scanner.upns.extend(child.upn.clone());
        scanner.birth_dates.extend(child.date_of_birth);
        scanner
    }

    /// For items about no child: full names and UPNs of the school's pupils.
    pub fn of_pupils<'a>(pupils: impl IntoIterator<Item = &'a Identity>) -> Self {
        let mut scanner = Self::default();
        for pupil in pupils {
            for first in pupil.first_names() {
                scanner.add_full_name(first, &pupil.family_name);
            }
            scanner.upns.extend(pupil.upn.clone());
        }
        scanner
    }

    /// For who may not see the child: every name, UPN and birth date of the school's pupils, and every name of their parents.
    /// It does not depend on which of them the text is about, so that it is no way to find out (LG-11).
    pub fn of_strangers<'a>(
        pupils: impl IntoIterator<Item = &'a Identity>,
        parents: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut scanner = Self::default();
        for pupil in pupils {
            for name in pupil.first_names().chain([pupil.family_name.as_str()]) {
                scanner.add_name(name, Tells::PupilName);
            }
            scanner.upns.extend(pupil.upn.clone());
            scanner.birth_dates.extend(pupil.date_of_birth);
        }
        for name in parents {
            scanner.add_name(name, Tells::PupilName);
        }
        scanner
    }

    /// A name as a whole, in one word, and by its parts.
    fn add_name(&mut self, name: &str, tells: Tells) {
        for spelling in spellings(name) {
            for part in &spelling {
                self.add(vec![part.clone()], tells);
            }
            self.add(vec![spelling.concat()], tells);
            self.add(spelling, tells);
        }
    }

    fn add(&mut self, words: Vec<String>, tells: Tells) {
        let single_letter = words.len() == 1 && words[0].chars().count() < 2;
        if let (Some(first), false) = (words.first().cloned(), single_letter) {
            self.patterns.entry(first).or_default().insert(Pattern { words, tells });
        }
    }

    fn add_full_name(&mut self, first: &str, family: &str) {
        let in_one_word = |name| spellings(name).into_iter().flat_map(|words| [vec![words.concat()], words]);
        for given in in_one_word(first) {
            for family in in_one_word(family) {
                self.add(vec![given.concat() + &family.concat()], Tells::PupilName);
                self.add([given.clone(), family.clone()].concat(), Tells::PupilName);
                self.add([family.clone(), given.clone()].concat(), Tells::PupilName);
                if let (Some(first), Some(last)) = (given.first(), family.last()) {
                    self.full_names.entry(first.clone()).or_default().insert(last.clone());
                }
            }
        }
    }

    /// Where the text tells who somebody is, from its beginning on.
    pub fn scan(&self, text: &str) -> Vec<Hit> {
        let words = words(text);
        let mut found = self.upns(text);
        for at in 0..words.len() {
            let ends = self.names_at(&words, at).chain(self.birth_date_at(&words, at));
            found.extend(ends.chain(self.initials_at(&words, at)).map(|(to, tells)| {
                let (start, end) = (words[at].start, words[to - 1].end);
                Hit { from: text[..start].chars().count() + 1, to: text[..end].chars().count(), tells }
            }));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The text with a word in place of each thing that tells who somebody is; nothing where there is none.
    pub fn struck_out(&self, text: &str, word: &str) -> Option<String> {
        let hits = self.scan(text);
        if hits.is_empty() {
            return None;
        }
        let (mut kept, mut within) = (String::with_capacity(text.len()), false);
        for (at, letter) in text.chars().enumerate() {
            let told = hits.iter().any(|hit| (hit.from..=hit.to).contains(&(at + 1)));
            if !told {
                kept.push(letter);
            } else if !within {
                kept.push_str(word);
            }
            within = told;
        }
        Some(kept)
    }

    /// Where names end that begin at a word.
    fn names_at<'a>(&'a self, words: &'a [Word<'_>], at: usize) -> impl Iterator<Item = (usize, Tells)> + 'a {
        let word = &words[at];
        let keys = BTreeSet::from([word.folded.as_str(), word.bare.as_str()]);
        let patterns = keys.into_iter().flat_map(|key| self.patterns.get(key).into_iter().flatten());
        let whole = patterns.filter(move |pattern| stands_at(&pattern.words, words, at));
        let whole = whole.map(move |pattern| (at + pattern.words.len(), pattern.tells));
        let spread = self.full_names.get(word.folded.as_str()).into_iter().flatten();
        whole.chain(spread.filter_map(move |last| Some((names_between(words, at, last)?, Tells::PupilName))))
    }

    fn birth_date_at(&self, words: &[Word<'_>], at: usize) -> Option<(usize, Tells)> {
        let (to, date) = if self.birth_dates.is_empty() { None } else { date_at(words, at) }?;
        self.birth_dates.contains(&date).then_some((to, Tells::BirthDate))
    }

    /// "T.B." or "T. B.": with full stops and in capitals, as initials are written.
    fn initials_at(&self, words: &[Word<'_>], at: usize) -> Option<(usize, Tells)> {
        let [one, other] = words.get(at..at + 2)? else { return None };
        let both = (one.folded.clone(), other.folded.clone());
        let dotted = other.gap.trim_end() == "." && one.capital() && other.capital();
        (dotted && self.initials.contains(&both)).then_some((at + 2, Tells::ChildName))
    }

    /// UPNs, also with spaces or hyphens in them.
    fn upns(&self, text: &str) -> Vec<Hit> {
        let bare: Vec<(usize, char)> = text
            .chars()
            .enumerate()
            .filter(|(_, letter)| !(letter.is_whitespace() || *letter == '-' || SILENT.contains(letter)))
            .map(|(at, letter)| (at + 1, letter.to_ascii_uppercase()))
            .collect();
        let windows = bare.windows(13).filter(|window| {
            window[1].1.is_ascii_digit()
                && self.upns.contains(&window.iter().map(|(_, letter)| *letter).collect::<String>())
        });
        windows.map(|window| Hit { from: window[0].0, to: window[12].0, tells: Tells::Upn }).collect()
    }
}

/// The words of a name, with apostrophes that vanish, and with apostrophes that part.
fn spellings(name: &str) -> BTreeSet<Vec<String>> {
    let words =
        |name: &str| fold(name).split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    [words(name), words(&name.replace(SILENT, " "))]
        .into_iter()
        .filter(|words: &Vec<_>| !words.is_empty())
        .collect()
}

fn initial(name: &str) -> Option<String> {
    fold(name).chars().next().map(String::from)
}

/// Whether the words of a name stand in a text, written as a name where all of them are common words too.
fn stands_at(name: &[String], words: &[Word<'_>], at: usize) -> bool {
    let Some(here) = words.get(at..at + name.len()) else { return false };
    let same = here.iter().zip(name).all(|(word, part)| word.is(part));
    let together = here.iter().skip(1).all(|word| !word.opens());
    let as_name = match here {
        [_] => !is_common(&name[0]) || written_as_name(words, at),
        several => !name.iter().all(|part| is_common(part)) || several.iter().all(Word::capital),
    };
    same && together && as_name
}

/// Where a full name ends that begins at a word, written in capitals and with up to two names or initials within.
fn names_between(words: &[Word<'_>], at: usize, last: &str) -> Option<usize> {
    let goes_on = |place: &usize| {
        let (before, word) = (&words[place - 1], &words[*place]);
        let initial = before.folded.chars().count() == 1 && word.gap.trim() == ".";
        before.capital() && word.capital() && (initial || !word.opens())
    };
    let mut places = (at + 1..words.len().min(at + 4)).take_while(goes_on);
    places.find(|place| words[*place].is(last)).map(|place| place + 1)
}

#[cfg(test)]
mod tests;
