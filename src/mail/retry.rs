//! When a letter that could not be sent is tried again.

use chrono::{DateTime, TimeDelta, Utc};

/// The wait after the first failure, in minutes; it doubles with each further one.
const FIRST_WAIT_MINUTES: i64 = 1;

/// The longest wait between two attempts, in minutes.
const LONGEST_WAIT_MINUTES: i64 = 4 * 60;

/// How often a letter is tried. The waits between that many attempts add up to 5 days and 15 minutes, so that
/// a relay which is away over a long weekend loses nothing (RFC 5321 section 4.5.4.1 asks for 4 to 5 days).
pub const MAX_ATTEMPTS: u32 = 38;

/// The instant from which a letter may be tried again after `attempts` failures, the last of them at `now`;
/// with no failure yet that is `now`.
///
/// Waits: 1 minute, doubled up to 4 hours, without chance, so that the same failures give the same instants.
/// Attempts are counted, not days: while the service itself is down, no letter comes nearer to its end.
///
/// `None` means that the letter is given up. It is not lost: the outbox keeps it as failed and shows it. A
/// fault that is permanent gives up at once and does not ask here.
pub fn next_attempt(attempts: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    now.checked_add_signed(wait_after(attempts))
}

fn wait_after(attempts: u32) -> TimeDelta {
    let Some(doublings) = attempts.checked_sub(1) else { return TimeDelta::zero() };
    let minutes = 2_i64.checked_pow(doublings).map_or(LONGEST_WAIT_MINUTES, |factor| {
        FIRST_WAIT_MINUTES.saturating_mul(factor).min(LONGEST_WAIT_MINUTES)
    });
    TimeDelta::minutes(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waited(attempts: u32) -> Option<TimeDelta> {
        let now = DateTime::UNIX_EPOCH;
        next_attempt(attempts, now).map(|then| then - now)
    }

    #[test]
    fn the_wait_doubles_from_a_minute_to_four_hours() {
        let minutes: Vec<_> = (0..=11).map(|attempts| waited(attempts).unwrap().num_minutes()).collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]);
    }

    #[test]
    fn a_letter_is_tried_for_five_days_and_no_longer() {
        let all: TimeDelta = (1..MAX_ATTEMPTS).filter_map(waited).sum();
        let without_the_last: TimeDelta = (1..MAX_ATTEMPTS - 1).filter_map(waited).sum();
        assert_eq!(all, TimeDelta::days(5) + TimeDelta::minutes(15));
        assert!(without_the_last < TimeDelta::days(5));
    }

    #[test]
    fn after_the_last_attempt_it_is_given_up() {
        assert_eq!(waited(MAX_ATTEMPTS - 1), Some(TimeDelta::hours(4)));
        assert_eq!(waited(MAX_ATTEMPTS), None);
        assert_eq!(waited(u32::MAX), None);
    }

    #[test]
    fn an_instant_that_cannot_be_told_gives_up_instead_of_panicking() {
        assert_eq!(next_attempt(1, DateTime::<Utc>::MAX_UTC), None);
    }
}
