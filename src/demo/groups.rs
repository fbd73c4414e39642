//! Locality groups of the invented world: a session that worked through one situation to its action plan, and the next one.

use super::story::{Teller, at};
use crate::store::Fault;
use crate::workflow::consent::RecordConsent;
use crate::workflow::locality::attending::{CloseSession, StartSession};
use crate::workflow::locality::group::Moderate;
use crate::workflow::locality::item::{Prepare, Propose};
use crate::workflow::locality::plan::{NewStep, WritePlan};
use crate::workflow::locality::session::{PlanSession, SessionAppointment};
use crate::workflow::locality::steps::{Advance, MarkHelpful, Offer, WriteNote};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use domain::calendar::{Term, school_year_of};
use domain::consent::Purpose;
use domain::graduated::AreaOfDevelopment;
use domain::locality::{Concern, ItemState, NoteKind, STEPS, StrategyKind};
use domain::refusal::Acknowledgement;
use domain::rule::RuleId;
use uuid::Uuid;

/// A weekday in the third week of a term.
fn session_day(term: &Term) -> NaiveDate {
    let mut day = term.first_day + TimeDelta::days(15);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day += TimeDelta::days(1);
    }
    day
}

/// What the group wrote at each step.
const NOTES: [(ItemState, NoteKind, &str); 4] = [
    (ItemState::Outline, NoteKind::Situation, "Leaves the room when reading begins; two groups were tried."),
    (ItemState::ClarifyConcern, NoteKind::GoesWell, "Stays whenever there is something to build."),
    (ItemState::ClarifyDesired, NoteKind::Desired, "To begin reading without an adult at the elbow."),
    (ItemState::Feedback, NoteKind::Feedback, "The drawing first, and the job; the timer was tried before."),
];

impl Teller<'_> {
    /// Lives the story of the first authority's locality, as far as the terms around today are known.
    pub(super) async fn tell_groups(&self) -> Result<(), Fault> {
        let today = self.op.today();
        let year = school_year_of(today);
        let terms: Vec<_> = (year - 1..=year + 1).flat_map(|year| self.calendar.terms(year)).collect();
        if let Some(past) = terms.iter().rfind(|term| session_day(term) < today - TimeDelta::days(3)) {
            self.worked_through(session_day(past)).await?;
        }
        if let Some(next) = terms.iter().find(|term| session_day(term) > today + TimeDelta::days(1)) {
            let on = session_day(next);
            let session = self.session(on, today - TimeDelta::days(1)).await?;
            let item = self.brought(session, 5, today - TimeDelta::days(1)).await?;
            self.prepared(item, today - TimeDelta::days(1)).await?;
        }
        Ok(())
    }

    async fn session(&self, on: NaiveDate, planned_on: NaiveDate) -> Result<Uuid, Fault> {
        let appointment = SessionAppointment {
            starts_at: at(on, 13),
            ends_at: at(on, 15),
            place: "The training room".to_owned(),
            facilitator: None,
        };
        let plan = PlanSession { locality: self.world.locality, appointment };
        self.step(self.world.link_ep, at(planned_on, 10), plan).await
    }

    /// An item about a child whose parent consented that day.
    async fn brought(&self, session: Uuid, index: usize, on: NaiveDate) -> Result<Uuid, Fault> {
        let child = self.world.children[index];
        let consent = RecordConsent {
            child,
            purpose: Purpose::LocalityDiscussion,
            given_by: Some(self.world.parents[index]),
            signed_on: on,
            holder: "The school office".to_owned(),
            group_explained: true,
        };
        self.step(self.world.senco, at(on, 11), consent).await?;
        let item = Propose {
            session,
            school: self.world.school,
            about: Concern::Child,
            child: Some(child),
            subject: "Reading, and leaving the room".to_owned(),
            support_so_far: Some("Two cycles of a daily group in the One Plan.".to_owned()),
        };
        let knowing = |rule, reason: &str| Acknowledgement { rule, reason: reason.to_owned() };
        let known = vec![
            knowing(RuleId::Lg5, "The decision on SEN support is made this week."),
            knowing(RuleId::Lg10, "The parent knows that the group may guess."),
        ];
        self.step_knowing(self.world.senco, at(on, 12), item, known).await
    }

    async fn prepared(&self, item: Uuid, on: NaiveDate) -> Result<Uuid, Fault> {
        let form = Prepare {
            item,
            situation: "Leaves the room as soon as books are out.".to_owned(),
            strategies_used: "A daily group, a reading partner, a timer.".to_owned(),
            desired: "Stays, and reads a page aloud.".to_owned(),
            aim: "Something that the class teacher can begin on Monday.".to_owned(),
        };
        self.step(self.world.senco, at(on, 13), form).await
    }

    /// A session with one item that came to its action plan.
    async fn worked_through(&self, on: NaiveDate) -> Result<(), Fault> {
        let before = on - TimeDelta::days(10);
        let session = self.session(on, before).await?;
        let item = self.brought(session, 4, before).await?;
        self.prepared(item, before).await?;
        let (ep, senco, other) = (self.world.link_ep, self.world.senco, self.world.second_senco);
        self.step(ep, at(on, 13), StartSession { session, present: vec![senco, other] }).await?;
        let mut offered = Vec::new();
        for to in STEPS {
            self.step(ep, at(on, 13), Advance { item, to }).await?;
            for (_, kind, text) in NOTES.iter().filter(|(step, ..)| *step == to) {
                let note = WriteNote { item, kind: *kind, text: (*text).to_owned() };
                self.step(ep, at(on, 14), note).await?;
            }
            if to == ItemState::Strategies {
                let moderate = Moderate { item, area: AreaOfDevelopment::Literacy, proposed: 3, agreed: 2 };
                self.step(ep, at(on, 14), moderate).await?;
                for (kind, text) in [
                    (StrategyKind::Strategy, "Five minutes of drawing before the books come out."),
                    (StrategyKind::Strategy, "A job to come back for: handing out the whiteboards."),
                    (StrategyKind::Signpost, "The library's reading dogs on Thursdays."),
                ] {
                    let offer = Offer { item, kind, text: text.to_owned(), offered_by: None };
                    offered.push(self.step(other, at(on, 14), offer).await?);
                }
            }
        }
        let helpful = offered[..2].to_vec();
        self.step(senco, at(on, 14), MarkHelpful { item, helpful: helpful.clone() }).await?;
        self.step(ep, at(on, 15), CloseSession { session }).await?;
        let steps = helpful
            .into_iter()
            .zip(["Drawing every morning at the own table.", "Hands out whiteboards after reading."])
            .map(|(strategy, what)| NewStep {
                strategy,
                what: what.to_owned(),
                who: "The class teacher".to_owned(),
            })
            .collect();
        self.step(senco, at(on + TimeDelta::days(2), 9), WritePlan { item, steps }).await?;
        Ok(())
    }
}
