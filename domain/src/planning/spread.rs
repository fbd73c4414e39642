//! All meetings of a term in one call: spread over the window and over the EPs' free hours, greedily. Whoever has the most
//! schools for the days that are left is served first, so that nobody is left without a day who need not be.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A school that needs a meeting, with the EP who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The school.
    pub school: Uuid,
    /// Its link EP, or the one who covers.
    pub ep: Uuid,
}

/// A meeting that found its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The school.
    pub school: Uuid,
    /// The EP.
    pub ep: Uuid,
    /// When it starts (UTC).
    pub starts_at: DateTime<Utc>,
    /// When it ends (UTC).
    pub ends_at: DateTime<Utc>,
}

/// The times at which a meeting may start on any day, in London, and how long each lasts.
#[derive(Clone, Debug)]
pub struct Day {
    /// Local times, in order.
    pub starts: Vec<NaiveTime>,
    /// In minutes.
    pub minutes: u32,
}

/// Times at which somebody is elsewhere already (UTC), from and to.
pub type Busy = BTreeMap<Uuid, Vec<(DateTime<Utc>, DateTime<Utc>)>>;

/// Places the meetings on these days. Answers those that found a place, and the schools that found none.
pub fn spread(wanted: &[Wanted], days: &[NaiveDate], day: &Day, busy: &Busy) -> (Vec<Placed>, Vec<Uuid>) {
    let mut of_ep: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for one in wanted {
        of_ep.entry(one.ep).or_default().push(one.school);
    }
    let (mut placed, mut without) = (Vec::new(), Vec::new());
    for (ep, schools) in of_ep {
        let mut free = free_slots(days, day, busy.get(&ep).map(Vec::as_slice).unwrap_or_default());
        let stride = (free.len() / schools.len().max(1)).max(1);
        let mut at = 0;
        for school in schools {
            if free.is_empty() {
                without.push(school);
                continue;
            }
            let (starts_at, ends_at) = free.remove(at.min(free.len() - 1));
            placed.push(Placed { school, ep, starts_at, ends_at });
            at += stride - 1;
        }
    }
    placed.sort_by_key(|one| (one.starts_at, one.school));
    (placed, without)
}

fn free_slots(
    days: &[NaiveDate],
    day: &Day,
    busy: &[(DateTime<Utc>, DateTime<Utc>)],
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let length = chrono::TimeDelta::minutes(i64::from(day.minutes));
    let mut taken: BTreeSet<(DateTime<Utc>, DateTime<Utc>)> = busy.iter().copied().collect();
    let mut free = Vec::new();
    for on in days {
        for start in &day.starts {
            // A time in the hour that the clock skips does not exist.
            let Ok(starts_at) = crate::london::wall_clock(on.and_time(*start)) else { continue };
            let ends_at = starts_at + length;
            if taken.iter().all(|(from, to)| *to <= starts_at || *from >= ends_at) {
                taken.insert((starts_at, ends_at));
                free.push((starts_at, ends_at));
            }
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> Day {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        Day { starts: vec![time(9), time(11), time(14)], minutes: 90 }
    }

    fn dates(count: u64) -> Vec<NaiveDate> {
        let first: NaiveDate = "2026-04-13".parse().unwrap();
        (0..count).map(|days| first + chrono::Days::new(days)).collect()
    }

    proptest! {
        #[test]
        fn nobody_is_in_two_places_and_everybody_finds_a_place_while_there_is_one(
            schools in prop::collection::vec(0u128..6, 1..60),
            days in 1u64..15,
            busy in prop::collection::vec((0u128..6, 0i64..300, 1i64..6), 0..20),
        ) {
            let wanted: Vec<_> = (0u128..).zip(&schools)
                .map(|(number, ep)| Wanted { school: Uuid::from_u128(1_000 + number), ep: Uuid::from_u128(*ep) })
                .collect();
            let begin = crate::london::start_of_day("2026-04-13".parse().unwrap());
            let mut elsewhere = Busy::new();
            for (ep, hour, length) in busy {
                let from = begin + chrono::TimeDelta::hours(hour);
                elsewhere.entry(Uuid::from_u128(ep)).or_default().push((from, from + chrono::TimeDelta::hours(length)));
            }
            let (placed, without) = spread(&wanted, &dates(days), &day(), &elsewhere);
            prop_assert_eq!(placed.len() + without.len(), wanted.len());
            for (index, one) in placed.iter().enumerate() {
                for other in &placed[index + 1..] {
                    prop_assert!(one.ep != other.ep || one.ends_at <= other.starts_at || other.ends_at <= one.starts_at);
                }
                for (from, to) in elsewhere.get(&one.ep).into_iter().flatten() {
                    prop_assert!(one.ends_at <= *from || *to <= one.starts_at);
                }
            }
            for school in without {
                let ep = wanted.iter().find(|one| one.school == school).unwrap().ep;
                let used = placed.iter().filter(|one| one.ep == ep).count();
                let free = free_slots(&dates(days), &day(), elsewhere.get(&ep).map(Vec::as_slice).unwrap_or_default());
                prop_assert_eq!(used, free.len(), "a school without a place while its EP has one");
            }
        }
    }

    #[test]
    fn meetings_are_spread_over_the_window() {
        let ep = Uuid::from_u128(1);
        let wanted: Vec<_> = (0..5).map(|n| Wanted { school: Uuid::from_u128(10 + n), ep }).collect();
        let (placed, _) = spread(&wanted, &dates(15), &day(), &Busy::new());
        let days: BTreeSet<_> = placed.iter().map(|one| crate::london::date_of(one.starts_at)).collect();
        assert_eq!(days.len(), 5, "one a day, not five on the first");
    }
}
