//! What happened in the invented world: consultations in every state, each step taken by whom it falls to, at its time.
//! The assessments are told beside it.

use super::people::World;
use crate::op::{Clock, Op};
use crate::store::{Fault, calendar, people};
use crate::sweep;
use crate::workflow::Service;
use crate::workflow::command::{Command, Control, run};
use crate::workflow::consultation::booking::{Book, Discussed};
use crate::workflow::consultation::c_ric::RecordCRic;
use crate::workflow::consultation::cancellation::Cancel;
use crate::workflow::consultation::meeting::{MarkHeld, MarkNotHeld};
use crate::workflow::consultation::record::{Draft, Issue};
use crate::workflow::consultation::review::{Arrange, RecordReview};
use crate::workflow::consultation::slots::Publish;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::calendar::{Calendar, DayUnit, Direction};
use domain::consultation::AreaOfNeed;
use domain::consultation::booking::{Attendee, AttendeeKind, Form};
use domain::consultation::meeting::ImmediateAction;
use domain::consultation::record::Content;
use domain::london;
use domain::refusal::Acknowledgement;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// How far a consultation has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    Booked,
    CRic,
    Held,
    Issued,
    Arranged,
    Reviewed,
}

/// A consultation of the story: on which working day from today, and how far it came.
struct Chapter {
    days: i64,
    hour: u32,
    until: Until,
    ends: Option<Ends>,
}

#[derive(Clone, Copy)]
enum Ends {
    CancelledBySchool,
    NotHeld,
}

const fn chapter(days: i64, hour: u32, until: Until) -> Chapter {
    Chapter { days, hour, until, ends: None }
}

const STORY: [Chapter; 11] = [
    chapter(10, 10, Until::CRic),
    chapter(12, 11, Until::Booked),
    chapter(-5, 10, Until::CRic),
    chapter(-4, 13, Until::Held),
    chapter(-24, 10, Until::Held),
    chapter(-30, 11, Until::Issued),
    chapter(-62, 10, Until::Arranged),
    chapter(-104, 14, Until::Reviewed),
    chapter(2, 9, Until::Booked),
    Chapter { days: 14, hour: 9, until: Until::CRic, ends: Some(Ends::CancelledBySchool) },
    Chapter { days: -12, hour: 9, until: Until::CRic, ends: Some(Ends::NotHeld) },
];

/// Lives the story: every consultation by itself, then a sweep over what has passed meanwhile.
pub async fn live(service: &Service, op: &Op, world: &World) -> Result<(), Fault> {
    let teller = Teller {
        service,
        op,
        world,
        calendar: calendar::calendar(service.store.reader(), world.authority).await?,
    };
    for (index, chapter) in STORY.iter().enumerate() {
        teller.tell(index, chapter).await?;
    }
    teller.free_slots().await?;
    teller.tell_assessments().await?;
    teller.tell_responses().await?;
    teller.tell_meetings().await?;
    teller.tell_groups().await?;
    sweep::once(service).await?;
    Ok(())
}

pub(super) struct Teller<'a> {
    pub(super) service: &'a Service,
    pub(super) op: &'a Op,
    pub(super) world: &'a World,
    pub(super) calendar: Calendar,
}

impl Teller<'_> {
    /// Takes a step as one of the people, at a time.
    pub(super) async fn step<C: Command>(
        &self,
        who: Uuid,
        at: DateTime<Utc>,
        command: C,
    ) -> Result<Uuid, Fault> {
        self.step_knowing(who, at, command, Vec::new()).await
    }

    /// The same by somebody who takes responsibility for a rule that should be kept.
    pub(super) async fn step_knowing<C: Command>(
        &self,
        who: Uuid,
        at: DateTime<Utc>,
        command: C,
        acknowledge: Vec<Acknowledgement>,
    ) -> Result<Uuid, Fault> {
        let viewer = people::viewer(self.service.store.reader(), who, at).await?;
        let service = Service { clock: Clock::stepped_at(at), ..self.service.clone() };
        let op = Op::of(Arc::new(viewer), at, self.op.request_id.clone());
        let reply = run(&service, &op, Control { acknowledge, ..Control::default() }, command).await?;
        if let Some(refusal) = reply.refusals.first() {
            tracing::error!(rule = %refusal.rule, message = refusal.message, "a step of the story was refused");
            return Err(Fault::Unexpected("a step of the story was refused"));
        }
        reply.entity.ok_or(Fault::Unexpected("a step of the story changed nothing"))
    }

    /// The working day so many days from today, or the next one.
    fn day(&self, days: i64) -> Result<NaiveDate, Fault> {
        let on = self.op.today() + TimeDelta::days(days);
        Ok(self.calendar.count(on, 1, DayUnit::WorkingDays, Direction::BeginningWith)?.on)
    }

    async fn slot(&self, on: NaiveDate, hour: u32, published: DateTime<Utc>) -> Result<Uuid, Fault> {
        let slot = Publish {
            authority: self.world.authority,
            area_of_need: AreaOfNeed::CognitionAndLearning,
            starts_at: at(on, hour),
            specialist: self.world.specialist,
            join_link: format!("https://meet.example/{}", self.op.id().simple()),
        };
        self.step(self.world.team, published, slot).await
    }

    async fn tell(&self, index: usize, chapter: &Chapter) -> Result<(), Fault> {
        let on = self.day(chapter.days)?;
        let Some(opens) = self.calendar.booking_opens(on) else { return Ok(()) };
        let booked = at(on - Days::new(15), 10).max(opens + TimeDelta::hours(10));
        let booked = booked.min(self.op.now - TimeDelta::hours(2));
        if booked < opens {
            // The next term's slots cannot be booked yet: on another day this chapter is told.
            return Ok(());
        }
        let slot = self.slot(on, chapter.hour, booked - TimeDelta::days(30)).await?;
        let book = Book {
            child: self.world.children[index],
            slot,
            discussed: Discussed::With(self.world.link_ep),
            form: form(booked),
        };
        let consultation = self.step(self.world.senco, booked, book).await?;
        if chapter.until >= Until::CRic {
            let form = RecordCRic {
                child: Some(self.world.children[index]),
                upn: None,
                given_by: Some(self.world.parents[index]),
                signed_on: london::date_of(booked),
                received_at: booked + TimeDelta::minutes(30),
            };
            self.step(self.world.team, booked + TimeDelta::minutes(45), form).await?;
        }
        self.go_on(consultation, on, chapter, booked).await
    }

    async fn go_on(
        &self,
        consultation: Uuid,
        on: NaiveDate,
        chapter: &Chapter,
        booked: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let World { senco, team, specialist, link_ep, .. } = *self.world;
        let over = at(on, chapter.hour) + TimeDelta::hours(1);
        match chapter.ends {
            Some(Ends::CancelledBySchool) => {
                let reason = "The class teacher is away that week.".to_owned();
                self.step(senco, booked + TimeDelta::hours(1), Cancel { consultation, reason }).await?;
                return Ok(());
            }
            Some(Ends::NotHeld) => {
                let reason = "Nobody from the school could join.".to_owned();
                self.step(specialist, over, MarkNotHeld { consultation, reason }).await?;
                return Ok(());
            }
            None => {}
        }
        if chapter.until >= Until::Held {
            let due_on = on + Days::new(14);
            let action = ImmediateAction {
                what: "Visual timetable at the desk".into(),
                owner: "Class teacher".into(),
                due_on,
            };
            self.step(specialist, over, MarkHeld { consultation, immediate_actions: vec![action] }).await?;
        }
        let issued = at(self.calendar.count(on, 6, DayUnit::WorkingDays, Direction::After)?.on, 15);
        if chapter.until >= Until::Issued {
            let content = Content {
                summary: "Reading, and settling after break, were talked through.".into(),
                strategies: "Short tasks with a visible end; pre-teaching of words.".into(),
                next_steps: "Review with the link practitioner.".into(),
            };
            self.step(specialist, issued - TimeDelta::hours(4), Draft { consultation, content }).await?;
            self.step(team, issued, Issue { consultation }).await?;
        }
        let review = london::date_of(issued) + Days::new(51);
        if chapter.until >= Until::Arranged {
            self.step(link_ep, issued + TimeDelta::days(2), Arrange { consultation, on: review }).await?;
        }
        if chapter.until >= Until::Reviewed {
            self.step(link_ep, at(review, 16), RecordReview { consultation, held_on: review }).await?;
        }
        Ok(())
    }

    /// Slots that are free: some soon, and some in each of the next terms.
    async fn free_slots(&self) -> Result<(), Fault> {
        let days = [4, 5, 8, 9, 11, 16, 18, 22, 29, 36, 43, 50, 64, 78, 92];
        // Over a weekend or a bank holiday several of these are the same working day.
        let days: BTreeSet<NaiveDate> =
            days.into_iter().map(|days| self.day(days)).collect::<Result<_, _>>()?;
        for on in days {
            self.slot(on, 15, self.op.now).await?;
        }
        Ok(())
    }
}

pub(super) fn at(on: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    london::wall_clock(on.and_time(time)).unwrap_or_else(|_| london::start_of_day(on))
}

fn form(booked: DateTime<Utc>) -> Form {
    let attendee = |kind, name: &str, role: &str, email: &str| Attendee {
        kind,
        name: name.to_owned(),
        role: role.to_owned(),
        email: email.to_owned(),
    };
    Form {
        primary_area_of_need: AreaOfNeed::CognitionAndLearning,
        overlapping_areas: vec![AreaOfNeed::SocialEmotionalAndMentalHealth],
        parent_views: "Happy at home; mornings before school are hard.".into(),
        pupil_views: "Likes maths when it is with blocks.".into(),
        main_concerns: "Reading is two years behind; leaves the room at transitions.".into(),
        strengths_and_interests: "Trains, drawing, kind to younger pupils.".into(),
        other_services: "None".into(),
        staff_training: "Attachment training in September.".into(),
        support_in_place: "Daily reading group; OAP toolkit section 3.".into(),
        attendees: vec![
            attendee(AttendeeKind::School, "Helen Carr", "SENCO", "senco@ousemouth.example"),
            attendee(AttendeeKind::ParentCarer, "Layla Abara", "Parent", "family0@home.example"),
        ],
        discussed_on: london::date_of(booked) - Days::new(6),
        discussed_with_parents: true,
        parents_consent: true,
        c_ric_sent_at: booked - TimeDelta::hours(1),
    }
}
