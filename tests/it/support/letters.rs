//! Letters with invitations, as the outbox owes them.

use super::app::App;
use super::refusals::calendar_line;

/// The letters about meetings since the last look, in order of their addressees: to whom, and with which method.
pub async fn letters_since(app: &App, seen: &mut usize) -> Vec<(String, String)> {
    let letters = app.letters().await;
    let new = letters
        .iter()
        .skip(std::mem::replace(seen, letters.len()))
        .filter(|letter| letter.calendar.is_some());
    let mut told: Vec<_> = new
        .map(|letter| {
            let (subject, _) = letter.to_address.split_once('@').unwrap();
            (subject.to_owned(), calendar_line(letter, "METHOD"))
        })
        .collect();
    told.sort();
    told
}

/// The same as a test expects it.
pub fn told(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(subject, method)| ((*subject).to_owned(), (*method).to_owned())).collect()
}
