//! The scanner over generated minutes: every name that was planted is found, and what names nobody is hardly ever taken for a
//! name. `CASEGRAPH_TEST_NAMES` gives another file of names than the project's own.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use std::collections::BTreeMap;

use super::*;

const OWN_NAMES: &str = include_str!("../../../../tests/fixtures/names.csv");
const MINUTES: usize = 10_000;
const PUPILS: usize = 400;
const CHILDREN: usize = 100;

/// Sentences of minutes that name nobody, with words in them that are names elsewhere.
const PLAIN: [&str; 43] = [
    "J5M will try the reading frame for two weeks.",
    "Will the school pay for the visit?",
    "May half term is too early for a review.",
    "We meet again in May 2026.",
    "The group may look at this in June.",
    "He may need a quiet place to rest before the long walk to the hall.",
    "Mark the days on which it went well.",
    "The class marks its own work.",
    "There is hope that it will get better.",
    "Hope and trust have to grow again.",
    "It is best to be frank with the family.",
    "He rose from the carpet after ten minutes.",
    "The school has a grant for the garden.",
    "Young people like the park and the wood.",
    "A little praise goes a long way.",
    "The price of the kit is low.",
    "Read the story twice, then ask.",
    "In summer the field is open at noon.",
    "From dawn to dusk he thinks of trains.",
    "The case will come back to the group.",
    "In any case the plan stands.",
    "Case by case the group decides.",
    "The bill for the room came late.",
    "He lives miles away from the school.",
    "Year 5 and Year 6 share the hall.",
    "SENCO AND EP WILL MEET AGAIN.",
    "THE GROUP MAY MEET IN MAY.",
    "What goes well: he is kind, he likes to cook, and he can wait.",
    "Strategies: a visual timetable; a job to do; a card that says stop.",
    "I.e. a start without words, e.g. with a picture.",
    "The EP will visit on 4 May and on 11 June.",
    "The brown folder is hers.",
    "On a good day he walks to the bus.",
    "Day trips are hard for the whole class.",
    "All agreed to look at the support grid at level 3.",
    "The amber card means that he needs help.",
    "They said that a guy from the club comes on Fridays.",
    "Faith schools in the area work alike.",
    "Long days tire him.",
    "Best of all was the visit of the owl.",
    "He does so well in art, but not on paper.",
    "Do not ask two things at once.",
    "Wood and clay calm him.",
];

/// Sentences into which a name comes, as a name is written.
const WITH_A_NAME: [&str; 12] = [
    "We asked {} about it.",
    "{} reads with a friend.",
    "{}'s book was lost.",
    "The aunt of {} came to the first meeting.",
    "Then {} left the room.",
    "On good days {}’s smile is back.",
    "It was late, and {} was tired.",
    "It went well. {} really enjoys the club.",
    "The plan (for {}) stands.",
    "Mrs {} agreed.",
    "So said {}.",
    "Staff think that {}, who is shy, would like it.",
];

struct Names {
    first: Vec<String>,
    last: Vec<String>,
}

impl Names {
    fn read() -> Self {
        let text = std::env::var("CASEGRAPH_TEST_NAMES").map_or_else(
            |_| OWN_NAMES.to_owned(),
            |path| std::fs::read_to_string(path).expect("the file of names"),
        );
        let of = |kind: &str| {
            let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
            rows.filter(|row| row[0].starts_with(kind)).map(|row| row[1].to_owned()).collect::<Vec<_>>()
        };
        let names = Self { first: of("first"), last: of("last") };
        assert!(names.first.len() > 30 && names.last.len() > 20);
        names
    }

    fn somebody(&self, chance: &mut TestRng) -> Identity {
        Identity {
            given_name: pick(&self.first, chance).clone(),
            family_name: pick(&self.last, chance).clone(),
            ..Identity::default()
        }
    }
}

fn pick<'a, T>(from: &'a [T], chance: &mut TestRng) -> &'a T {
    &from[chance.next_u32() as usize % from.len()]
}

fn chance() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

fn minutes(chance: &mut TestRng) -> Vec<String> {
    (0..6).map(|_| (*pick(&PLAIN, chance)).to_owned()).collect()
}

/// The name in one of the ways in which people write it; in small letters only where it is no common word.
fn written(name: &str, chance: &mut TestRng) -> String {
    let common = spellings(name).iter().flatten().all(|part| is_common(part));
    match chance.next_u32() % 6 {
        0 if !common => name.to_lowercase(),
        1 => name.to_uppercase(),
        2 => name.replace('\'', "’"),
        3 if !common => fold(name),
        4 => name.replace('-', " "),
        _ => name.to_owned(),
    }
}

/// Children of a school with a parent each, and what may not stand in a text about them.
fn cases(names: &Names, pupils: &[Identity], chance: &mut TestRng) -> Vec<(Identity, Identity, Scanner)> {
    let mut cases = Vec::new();
    for child in &pupils[..CHILDREN] {
        let parent = names.somebody(chance);
        let name = format!("{} {}", parent.given_name, parent.family_name);
        cases.push((child.clone(), parent, Scanner::of_child(child, [name.as_str()], pupils)));
    }
    cases
}

#[test]
fn every_planted_name_is_found() {
    let (names, mut chance) = (Names::read(), chance());
    let pupils: Vec<_> = (0..PUPILS).map(|_| names.somebody(&mut chance)).collect();
    let cases = cases(&names, &pupils, &mut chance);
    let mut missed = Vec::new();
    for _ in 0..MINUTES {
        let (child, parent, scanner) = pick(&cases, &mut chance);
        let other = pick(&pupils, &mut chance);
        let both = format!("{} {}", other.given_name, other.family_name);
        let planted = [&child.given_name, &child.family_name, &parent.given_name, &parent.family_name, &both];
        let planted = written(planted[chance.next_u32() as usize % planted.len()], &mut chance);
        let sentence = pick(&WITH_A_NAME, &mut chance).replace("{}", &planted);
        let mut text = minutes(&mut chance);
        let place = chance.next_u32() as usize % text.len();
        text.insert(place, sentence);
        let before: usize = text[..place].iter().map(|sentence| sentence.chars().count() + 1).sum();
        let (from, to) = (before + 1, before + text[place].chars().count());
        let text = text.join(" ");
        if !scanner.scan(&text).iter().any(|hit| hit.from >= from && hit.to <= to) {
            missed.push(format!("{planted}: {text}"));
        }
    }
    assert!(missed.is_empty(), "{} missed, such as {:#?}", missed.len(), &missed[..missed.len().min(10)]);
}

#[test]
fn what_names_nobody_is_hardly_ever_refused() {
    let (names, mut chance) = (Names::read(), chance());
    let pupils: Vec<_> = (0..PUPILS).map(|_| names.somebody(&mut chance)).collect();
    let parents: Vec<_> = (0..PUPILS).map(|_| names.somebody(&mut chance)).collect();
    let parents: Vec<_> =
        parents.iter().map(|one| format!("{} {}", one.given_name, one.family_name)).collect();
    let cases = cases(&names, &pupils, &mut chance);
    let strangers = Scanner::of_strangers(&pupils, parents.iter().map(String::as_str));
    let (mut of_child, mut of_strangers) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..MINUTES {
        let text = minutes(&mut chance).join(" ");
        let (_, _, scanner) = pick(&cases, &mut chance);
        for (scanner, alarms) in [(scanner, &mut of_child), (&strangers, &mut of_strangers)] {
            if let Some(hit) = scanner.scan(&text).first() {
                let place: String = text.chars().skip(hit.from - 1).take(hit.to + 1 - hit.from).collect();
                *alarms.entry(place).or_insert(0) += 1;
            }
        }
    }
    for (whom, alarms) in [("who sees the child", &of_child), ("strangers", &of_strangers)] {
        let all: usize = alarms.values().sum();
        println!("false alarms for {whom}: {all} of {MINUTES} minutes {alarms:?}");
        assert!(all * 200 < MINUTES, "{whom}: {all} of {MINUTES}: {alarms:?}");
    }
}
