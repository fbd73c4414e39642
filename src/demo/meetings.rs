//! Planning meetings of the invented world: one whose record the school has, with an action that opens the next agenda, and
//! the next one.

use super::story::{Teller, at};
use crate::store::Fault;
use crate::store::list::short;
use crate::store::read::Window;
use crate::workflow::planning::agenda::AddItem;
use crate::workflow::planning::held::MarkHeld;
use crate::workflow::planning::plan::{Appointment, PlanMeeting};
use crate::workflow::planning::record::{AgreeAction, AgreeSupport, Discuss};
use crate::workflow::planning::resources::SetAllocation;
use crate::workflow::planning::share::{CompleteRecord, ShareRecord};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use domain::calendar::{Term, school_year_of};
use domain::planning::{Priority, SupportForm, SupportService};
use uuid::Uuid;

/// A weekday in the second week of a term.
fn meeting_day(term: &Term) -> NaiveDate {
    let mut day = term.first_day + TimeDelta::days(7);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day += TimeDelta::days(1);
    }
    day
}

impl Teller<'_> {
    /// Lives the story of the planning meetings of the first school, as far as the terms around today are known.
    pub(super) async fn tell_meetings(&self) -> Result<(), Fault> {
        let today = self.op.today();
        let year = school_year_of(today);
        let terms: Vec<_> = (year - 1..=year + 1).flat_map(|year| self.calendar.terms(year)).collect();
        if let Some(past) = terms.iter().rfind(|term| meeting_day(term) < today - TimeDelta::days(3)) {
            self.met(past).await?;
        }
        if let Some(next) = terms.iter().find(|term| meeting_day(term) > today + TimeDelta::days(1)) {
            let meeting = self.planned(meeting_day(next), today - TimeDelta::days(1)).await?;
            self.item(meeting, 3, today - TimeDelta::days(1)).await?;
        }
        Ok(())
    }

    async fn planned(&self, on: NaiveDate, planned_on: NaiveDate) -> Result<Uuid, Fault> {
        let appointment = Appointment {
            starts_at: at(on, 10),
            ends_at: at(on, 11) + TimeDelta::minutes(30),
            place: "The library".to_owned(),
            educational_psychologist: None,
        };
        let plan = PlanMeeting { school: self.world.school, appointment };
        self.step(self.world.link_ep, at(planned_on, 9), plan).await
    }

    async fn item(&self, meeting: Uuid, index: usize, on: NaiveDate) -> Result<Uuid, Fault> {
        let item = AddItem {
            meeting,
            priority: Priority::IndividualCasework,
            title: "How to keep reading from becoming a fight".to_owned(),
            child: Some(self.world.children[index]),
            parents: "On the telephone; they would like to come.".to_owned(),
            pupil: "Chose three pictures of what helps.".to_owned(),
            agencies: "None so far.".to_owned(),
        };
        self.step(self.world.senco, at(on, 9), item).await
    }

    /// A meeting that was held, and whose record was shared two days later.
    async fn met(&self, term: &Term) -> Result<(), Fault> {
        let on = meeting_day(term);
        let allocation = SetAllocation {
            school: self.world.school,
            service: SupportService::EducationalPsychology,
            school_year: term.school_year,
            term: term.name,
            minutes: 360,
        };
        self.step(self.world.manager, at(on - TimeDelta::days(6), 9), allocation).await?;
        let meeting = self.planned(on, on - TimeDelta::days(6)).await?;
        let item = self.item(meeting, 1, on - TimeDelta::days(2)).await?;
        let ep = self.world.link_ep;
        let there = MarkHeld { meeting, present: self.participants(meeting, &[ep, self.world.senco]).await? };
        self.step(ep, at(on, 12), there).await?;
        let discussed = Discuss {
            item,
            text: "Reads well aloud to a younger child, and not at all to an adult.".to_owned(),
            put_off: false,
            parents: None,
            pupil: None,
            agencies: None,
        };
        self.step(ep, at(on, 12), discussed).await?;
        let support = AgreeSupport {
            item,
            form: SupportForm::AssessmentAndIntervention,
            rank: None,
            service: Some(SupportService::EducationalPsychology),
            minutes: Some(180),
            note: "An observation, and a plan with the class teacher.".to_owned(),
        };
        self.step(ep, at(on, 12), support).await?;
        let action = AgreeAction {
            meeting,
            item: Some(item),
            what: "Let the child read to the infants twice a week.".to_owned(),
            owner: "The class teacher".to_owned(),
            due_on: on + TimeDelta::days(28),
        };
        self.step(ep, at(on, 12), action).await?;
        let summary = "One child, and a plan to observe and advise.".to_owned();
        self.step(ep, at(on, 13), CompleteRecord { meeting, summary }).await?;
        self.step(ep, at(on + TimeDelta::days(2), 9), ShareRecord { meeting }).await?;
        Ok(())
    }

    /// Those of the participants who are these people.
    async fn participants(&self, meeting: Uuid, people: &[Uuid]) -> Result<Vec<Uuid>, Fault> {
        let viewer =
            crate::store::people::viewer(self.service.store.reader(), self.world.manager, self.op.now);
        let op = crate::op::Op::of(viewer.await?.into(), self.op.now, self.op.request_id.clone());
        let window = Window { first: 100, after: None };
        let found = self
            .service
            .store
            .read(&op)
            .pages(&short::Participants, &[meeting], &window)
            .await?
            .remove(&meeting);
        let rows = found.into_iter().flat_map(|page| page.rows).map(|(_, row)| row);
        let is_one = |person: Option<Uuid>| person.is_some_and(|id| people.contains(&id));
        Ok(rows.filter(|row| is_one(row.person_id)).map(|row| row.id).collect())
    }
}
