//! Birth dates in the ways in which dates are written.

use chrono::NaiveDate;

use super::words::{Word, month};

/// Where a date that begins at a word ends, with the date: the day first as in Britain, or the year, in figures or with the
/// month by name; or eight figures in a row.
pub(super) fn date_at(words: &[Word<'_>], at: usize) -> Option<(usize, NaiveDate)> {
    let figures = |word: &Word<'_>| word.folded.parse::<u32>().ok();
    let word = words.get(at)?;
    if word.folded.len() == 8 {
        let all = figures(word)?;
        let year_first = date(all / 10_000, all / 100 % 100, all % 100);
        let day_first = date(all % 10_000, all / 10_000 % 100, all / 1_000_000);
        return year_first.filter(|date| plausible(*date)).or(day_first).map(|date| (at + 1, date));
    }
    // "4th of May 2018": what says nothing of the date is passed over.
    let mut parts = words[at..].iter().enumerate().filter(|(_, word)| !is_filling(word)).take(3);
    let (first, second, third) = (parts.next()?.1, parts.next()?.1, parts.next()?);
    let (to, third) = (at + third.0 + 1, third.1);
    let read = match (figures(first), figures(second), figures(third)) {
        (Some(year), Some(month), Some(day)) if year > 31 => date(year, month, day),
        (Some(day), Some(month), Some(year)) => date(year, month, day),
        (Some(day), None, Some(year)) => date(year, month(&second.folded)?, day),
        (None, Some(day), Some(year)) => date(year, month(&first.folded)?, day),
        _ => None,
    };
    read.map(|date| (to, date))
}

fn is_filling(word: &Word<'_>) -> bool {
    ["st", "nd", "rd", "th", "of", "the"].contains(&word.folded.as_str())
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = if year < 100 { 2000 + year } else { year };
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn plausible(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (1990..2100).contains(&date.year())
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn a_birth_date_is_read_however_it_is_written() {
        let born: NaiveDate = "2018-05-04".parse().unwrap();
        for text in [
            "2018-05-04",
            "04/05/2018",
            "4/5/18",
            "4.5.2018",
            "4 May 2018",
            "4th May 2018",
            "4th of May, 2018",
            "May 4, 2018",
            "the 4th May 2018",
            "04052018",
            "20180504",
            "4 05 2018",
            "04-MAY-18",
        ] {
            let text = format!("Born {text}.");
            let words = words(&text);
            let found = (0..words.len()).any(|at| date_at(&words, at).is_some_and(|(_, date)| date == born));
            assert!(found, "{text}");
        }
        for text in ["4 May", "5 4 2018 1", "May 2018", "45/67/2018"] {
            let words = words(text);
            assert!(
                (0..words.len()).all(|at| date_at(&words, at).is_none_or(|(_, date)| date != born)),
                "{text}"
            );
        }
    }
}
