//! How planning meetings go in a term: figures of schools that add up to those of the authority (PC-6, PC-9).

use super::{ActionOutcome, FeedbackSource, MeetingState, SupportForm, SupportService};
use serde::Serialize;
use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::AddAssign;
use uuid::Uuid;

/// Figures of a school in a term, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Schools that are due a meeting: those that were open when the term began, or have one.
    pub due: u32,
    /// Meetings that are still to come.
    pub planned: u32,
    /// Meetings that were held.
    pub held: u32,
    /// Of these, records that were completed.
    pub recorded: u32,
    /// Of these, records that were shared.
    pub shared: u32,
    /// Schools that were due a meeting, with the window past and none held.
    pub missed: u32,
    /// Actions.
    pub actions: Actions,
    /// Agreed and allocated time by service, in minutes.
    pub time: BTreeMap<SupportService, Time>,
    /// Traded work, in minutes.
    pub traded_minutes: u32,
    /// How often each form of support was agreed.
    pub support: BTreeMap<SupportForm, u32>,
    /// Feedback by source.
    pub feedback: BTreeMap<FeedbackSource, Scores>,
}

/// What became of actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Actions {
    /// Agreed at a meeting of the term.
    pub agreed: u32,
    /// Of these, open today.
    pub open: u32,
    /// How long those have been open, in calendar days, added up.
    pub open_days: u32,
    /// Brought forward to a meeting of the term and done.
    pub done: u32,
    /// Brought forward to one and carried forward again.
    pub carried_forward: u32,
    /// Brought forward to one and dropped.
    pub dropped: u32,
    /// From the day on which those done or dropped were agreed to the meeting, in calendar days, added up.
    pub closed_days: u32,
}

/// A service's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Time {
    /// Allocated, in minutes.
    pub allocated: u32,
    /// Agreed, in minutes.
    pub agreed: u32,
}

/// Scores of feedback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scores {
    /// How many.
    pub number: u32,
    /// Their sum.
    pub sum: u32,
}

impl Scores {
    /// Their mean, from 1 to 5; none without any.
    pub fn mean(self) -> Option<f64> {
        (self.number > 0).then(|| f64::from(self.sum) / f64::from(self.number))
    }
}

/// The mean of days that were added up; none where nothing was counted.
pub fn mean_days(sum: u32, number: u32) -> Option<f64> {
    (number > 0).then(|| f64::from(sum) / f64::from(number))
}

impl Figures {
    /// A meeting that was not called off.
    pub fn add_meeting(&mut self, state: MeetingState) {
        use MeetingState::{Cancelled, Planned, Recorded, Shared};
        self.planned += u32::from(state == Planned);
        self.held += u32::from(!matches!(state, Planned | Cancelled));
        self.recorded += u32::from(matches!(state, Recorded | Shared));
        self.shared += u32::from(state == Shared);
    }

    /// An outcome of an action that was agreed so many calendar days before.
    pub fn add_outcome(&mut self, outcome: ActionOutcome, days: u32) {
        let actions = &mut self.actions;
        match outcome {
            ActionOutcome::Done => actions.done += 1,
            ActionOutcome::CarriedForward => actions.carried_forward += 1,
            ActionOutcome::Dropped => actions.dropped += 1,
        }
        if outcome != ActionOutcome::CarriedForward {
            actions.closed_days += days;
        }
    }

    /// Support that was agreed.
    pub fn add_support(&mut self, form: SupportForm, service: Option<SupportService>, minutes: u32) {
        *self.support.entry(form).or_default() += 1;
        match (form, service) {
            (SupportForm::TradedWork, _) => self.traded_minutes += minutes,
            (_, Some(service)) => self.time.entry(service).or_default().agreed += minutes,
            (_, None) => {}
        }
    }
}

impl AddAssign<&Figures> for Figures {
    fn add_assign(&mut self, other: &Figures) {
        self.due += other.due;
        self.planned += other.planned;
        self.held += other.held;
        self.recorded += other.recorded;
        self.shared += other.shared;
        self.missed += other.missed;
        let (mine, theirs) = (&mut self.actions, other.actions);
        mine.agreed += theirs.agreed;
        mine.open += theirs.open;
        mine.open_days += theirs.open_days;
        mine.done += theirs.done;
        mine.carried_forward += theirs.carried_forward;
        mine.dropped += theirs.dropped;
        mine.closed_days += theirs.closed_days;
        self.traded_minutes += other.traded_minutes;
        for (service, time) in &other.time {
            let mine = self.time.entry(*service).or_default();
            mine.allocated += time.allocated;
            mine.agreed += time.agreed;
        }
        for (form, number) in &other.support {
            *self.support.entry(*form).or_default() += number;
        }
        for (source, scores) in &other.feedback {
            let mine = self.feedback.entry(*source).or_default();
            mine.number += scores.number;
            mine.sum += scores.sum;
        }
    }
}

impl<'a> Sum<&'a Figures> for Figures {
    fn sum<I: Iterator<Item = &'a Figures>>(rows: I) -> Self {
        rows.fold(Self::default(), |mut sum, row| {
            sum += row;
            sum
        })
    }
}

/// The figures of one school; or of what was said of no school in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The school.
    pub school: Option<Uuid>,
    /// Its name.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn figures() -> impl Strategy<Value = Figures> {
        let meetings = prop::collection::vec(select(MeetingState::ALL), 0..4);
        let outcomes = prop::collection::vec((select(ActionOutcome::ALL), 0u32..200), 0..5);
        let services = select(SupportService::ALL);
        let support =
            prop::collection::vec((select(SupportForm::ALL), prop::option::of(services), 0u32..500), 0..5);
        (meetings, outcomes, support).prop_map(|(meetings, outcomes, support)| {
            let mut figures = Figures::default();
            for state in meetings {
                figures.add_meeting(state);
            }
            for (outcome, days) in outcomes {
                figures.add_outcome(outcome, days);
            }
            for (form, service, minutes) in support {
                figures.add_support(form, service, minutes);
            }
            figures
        })
    }

    proptest! {
        #[test]
        fn rows_add_up_in_any_order(rows in prop::collection::vec(figures(), 0..6)) {
            let sum: Figures = rows.iter().sum();
            let backwards: Figures = rows.iter().rev().sum();
            prop_assert_eq!(&sum, &backwards);
            prop_assert_eq!(sum.held, rows.iter().map(|row| row.held).sum::<u32>());
            let agreed = |figures: &Figures| figures.time.values().map(|time| time.agreed).sum::<u32>();
            prop_assert_eq!(agreed(&sum), rows.iter().map(agreed).sum::<u32>());
            prop_assert!(sum.shared <= sum.recorded && sum.recorded <= sum.held);
        }
    }

    #[test]
    fn a_mean_of_nothing_is_none() {
        assert_eq!((mean_days(0, 0), mean_days(9, 2)), (None, Some(4.5)));
        assert_eq!(Scores { number: 4, sum: 15 }.mean(), Some(3.75));
        assert_eq!(Scores::default().mean(), None);
    }
}
