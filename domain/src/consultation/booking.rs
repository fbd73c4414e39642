//! Whether a consultation can be booked, and what the booking sets in motion (OC-1 to OC-9, OC-11).

use super::AreaOfNeed;
use super::meeting;
use crate::access::Role;
use crate::calendar::{Calendar, DayUnit, Direction};
use crate::duty::{Count, NewDuty, Owner};
use crate::london;
use crate::policy::{Policy, ViewsRequired};
use crate::refusal::{Code, Findings};
use crate::rule::RuleId;
use crate::school::Phase;
use crate::text::is_blank;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How somebody comes to a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(
    feature = "store",
    derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
    sea_orm(
        rs_type = "String",
        db_type = "String(sea_orm::prelude::StringLen::N(32))",
        rename_all = "SCREAMING_SNAKE_CASE"
    )
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendeeKind {
    /// From the school.
    School,
    /// A parent or carer.
    ParentCarer,
    /// From another service, or anybody else.
    Other,
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// How they come to it.
    pub kind: AttendeeKind,
    /// Their name.
    pub name: String,
    /// Their role, in words.
    pub role: String,
    /// Where the invitation goes.
    pub email: String,
}

/// The booking form. "None" is an answer, blank is not (OC-8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The one primary area of need.
    pub primary_area_of_need: AreaOfNeed,
    /// Other areas that overlap.
    pub overlapping_areas: Vec<AreaOfNeed>,
    /// What the parents think.
    pub parent_views: String,
    /// What the pupil thinks.
    pub pupil_views: String,
    /// Main concerns.
    pub main_concerns: String,
    /// Strengths and interests.
    pub strengths_and_interests: String,
    /// Other services involved.
    pub other_services: String,
    /// Training given to staff.
    pub staff_training: String,
    /// Support and interventions in place, with the use of the OAP toolkit.
    pub support_in_place: String,
    /// Who is invited.
    pub attendees: Vec<Attendee>,
    /// The London date on which the child was discussed with the link practitioner (OC-4).
    pub discussed_on: NaiveDate,
    /// Whether the consultation was discussed with parents or carers (OC-7).
    pub discussed_with_parents: bool,
    /// Whether they consent (OC-7).
    pub parents_consent: bool,
    /// When the C-RIC was sent (UTC instant; OC-7).
    pub c_ric_sent_at: DateTime<Utc>,
}

/// What is known when a booking is decided.
#[allow(clippy::struct_excessive_bools)] // Each is a plain yes or no that a rule asks.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The clock.
    pub now: DateTime<Utc>,
    /// The authority's calendar.
    pub calendar: Calendar,
    /// The policy in force today.
    pub policy: Policy,
    /// When the slot starts (UTC instant).
    pub starts_at: DateTime<Utc>,
    /// What the slot is for.
    pub slot_area: AreaOfNeed,
    /// Whether the slot was taken back.
    pub slot_withdrawn: bool,
    /// Whether somebody has booked it.
    pub slot_taken: bool,
    /// Whether the slot is one of the school's own authority.
    pub same_authority: bool,
    /// The specialist whose slot it is.
    pub specialist: Uuid,
    /// The school's phase.
    pub phase: Phase,
    /// Whether the school is open.
    pub school_open: bool,
    /// The child's year group, -2 to 14; 0 is Reception.
    pub year_group: i8,
    /// Whether the practitioner named was linked to the school on the day of the discussion.
    pub linked_on_that_day: bool,
    /// When the child's other live consultations start (UTC instants).
    pub other_starts: Vec<DateTime<Utc>>,
    /// When a C-RIC that is in force arrived (UTC instant).
    pub c_ric_received_at: Option<DateTime<Utc>>,
    /// When a C-RIC was last withdrawn (UTC instant).
    pub c_ric_withdrawn_at: Option<DateTime<Utc>>,
    /// Who books.
    pub booker: Uuid,
}

impl Facts {
    fn today(&self) -> NaiveDate {
        london::date_of(self.now)
    }

    fn slot_date(&self) -> NaiveDate {
        london::date_of(self.starts_at)
    }
}

/// What a booking sets in motion.
#[derive(Clone, Debug, Default)]
pub struct Booking {
    /// The C-RIC by its deadline, unless it is there already; and held or not held by the next working day.
    pub duties: Vec<NewDuty>,
}

/// Decides whether the consultation can be booked: every reason against it, at once.
pub fn decide(facts: &Facts, form: &Form) -> (Findings, Booking) {
    let mut findings = Findings::default();
    let mut booking = Booking::default();
    slot_is_free(facts, &mut findings);
    slot_is_open(facts, &mut findings);
    school_is_eligible(facts, &mut findings);
    discussed_with_link_staff(facts, form, &mut findings);
    far_from_other_consultations(facts, &mut findings);
    views_are_recorded(facts, form, &mut findings);
    parents_agree(facts, form, &mut findings);
    form_is_complete(facts, form, &mut findings);
    far_enough_ahead(facts, &mut findings);
    c_ric_duty(facts, &mut findings, &mut booking);
    match meeting::outcome_duty(facts.slot_date(), facts.specialist, &facts.calendar, &facts.policy) {
        Ok(duty) => booking.duties.push(duty),
        Err(ends) => refuse_beyond_calendar(&mut findings, &ends.to_string()),
    }
    (findings, booking)
}

/// Refuses a date that would have to be guessed (XC-2).
pub fn refuse_beyond_calendar(findings: &mut Findings, message: &str) {
    findings
        .refuse(RuleId::Xc2, Code::CalendarEnds, "", message)
        .remedy("the authority administrator imports the missing calendar dates");
}

fn slot_is_free(facts: &Facts, findings: &mut Findings) {
    let reason = if facts.slot_withdrawn {
        "the slot was withdrawn"
    } else if facts.slot_taken {
        "the slot is already booked"
    } else if !facts.same_authority {
        "the slot is not one of the school's authority"
    } else {
        return;
    };
    findings
        .refuse(RuleId::Oc1, Code::Conflict, "slot", reason)
        .remedy("choose another slot; nextAvailableSlots lists the soonest");
}

fn slot_is_open(facts: &Facts, findings: &mut Findings) {
    match facts.calendar.booking_opens(facts.slot_date()) {
        None => {
            findings
                .refuse(
                    RuleId::Oc2,
                    Code::CalendarEnds,
                    "slot",
                    "the term dates around the slot are not known",
                )
                .remedy("the authority administrator sets the terms of the school year");
        }
        Some(opens) if facts.now < opens => {
            findings
                .refuse(RuleId::Oc2, Code::TooEarly, "slot", "the slot cannot be booked yet")
                .remedy("book once slots of that term have opened")
                .possible_from(Some(opens));
        }
        Some(_) => {}
    }
}

/// A school that has closed can book for nobody; the phases are policy, and an all-through school books for year 6 and
/// below.
fn school_is_eligible(facts: &Facts, findings: &mut Findings) {
    let eligible_phase = facts.policy.figures.eligible_phases.contains(&facts.phase);
    let primary_year = facts.phase == Phase::AllThrough && facts.year_group <= 6;
    if !facts.school_open {
        findings.refuse(RuleId::Oc3, Code::NotEligible, "child", "the school is closed");
    } else if !eligible_phase && !primary_year {
        findings
            .refuse(
                RuleId::Oc3,
                Code::NotEligible,
                "child",
                "consultations are for children in primary schools",
            )
            .remedy("contact the school's link staff");
    }
}

fn discussed_with_link_staff(facts: &Facts, form: &Form, findings: &mut Findings) {
    if form.discussed_on > facts.today() {
        findings
            .refuse(RuleId::Oc4, Code::TooEarly, "discussedOn", "the discussion lies in the future")
            .remedy("book once the child has been discussed")
            .possible_from(Some(london::start_of_day(form.discussed_on)));
    }
    if !facts.linked_on_that_day {
        findings
            .refuse(
                RuleId::Oc4,
                Code::Invalid,
                "discussedWith",
                "that person was not a link practitioner of the school on the day of the discussion",
            )
            .remedy("discuss the child with a current link practitioner of the school and name them");
    }
}

fn far_from_other_consultations(facts: &Facts, findings: &mut Findings) {
    let interval = u64::from(facts.policy.figures.repeat_interval_weeks) * 7;
    let slot_date = facts.slot_date();
    let too_near = facts
        .other_starts
        .iter()
        .map(|start| london::date_of(*start))
        .filter(|other| (slot_date - *other).num_days().unsigned_abs() < interval);
    if let Some(latest) = too_near.max() {
        let passes = latest.checked_add_days(Days::new(interval));
        findings
            .refuse(
                RuleId::Oc5,
                Code::Conflict,
                "slot",
                format!("another consultation for the child lies less than {interval} days from the slot"),
            )
            .remedy("choose a slot further away from the other consultation")
            .possible_from(passes.map(london::start_of_day));
    }
}

fn views_are_recorded(facts: &Facts, form: &Form, findings: &mut Findings) {
    let missing: Vec<_> = [
        ("parentViews", "the parents'", &form.parent_views),
        ("pupilViews", "the pupil's", &form.pupil_views),
    ]
    .into_iter()
    .filter(|(.., views)| is_blank(views))
    .collect();
    let both = facts.policy.figures.views_required == ViewsRequired::Both;
    for (path, whose, _) in &missing {
        if both || missing.len() == 2 {
            let message = format!("{whose} views are not recorded");
            findings.refuse(RuleId::Oc6, Code::Missing, path, message).remedy(if both {
                "record both the parents' and the pupil's views"
            } else {
                "record the parents' or the pupil's views: either is enough"
            });
        } else {
            findings.note(RuleId::Oc6, path, format!("{whose} views are not recorded on the booking"));
        }
    }
}

fn parents_agree(facts: &Facts, form: &Form, findings: &mut Findings) {
    if !form.discussed_with_parents {
        findings
            .refuse(
                RuleId::Oc7,
                Code::ConsentMissing,
                "discussedWithParents",
                "parents or carers have not been asked",
            )
            .remedy("discuss the consultation with the parents or carers first");
    }
    if !form.parents_consent {
        findings
            .refuse(
                RuleId::Oc7,
                Code::ConsentMissing,
                "parentsConsent",
                "parents or carers have not consented",
            )
            .remedy("obtain their consent first");
    }
    if form.c_ric_sent_at > facts.now {
        findings
            .refuse(
                RuleId::Oc7,
                Code::TooEarly,
                "cRicSentAt",
                "the C-RIC is sent before the booking, not after it",
            )
            .remedy("send the C-RIC, then book")
            .possible_from(Some(form.c_ric_sent_at));
    }
    // A form sent before the withdrawal says nothing about what the parents want now.
    if facts.c_ric_received_at.is_none()
        && facts.c_ric_withdrawn_at.is_some_and(|at| form.c_ric_sent_at <= at)
    {
        findings
            .refuse(
                RuleId::Oc7,
                Code::ConsentMissing,
                "cRicSentAt",
                "consent was withdrawn after that C-RIC was sent",
            )
            .remedy("send a new C-RIC");
    }
}

fn form_is_complete(facts: &Facts, form: &Form, findings: &mut Findings) {
    let answers = [
        ("mainConcerns", &form.main_concerns),
        ("strengthsAndInterests", &form.strengths_and_interests),
        ("otherServices", &form.other_services),
        ("staffTraining", &form.staff_training),
        ("supportInPlace", &form.support_in_place),
    ];
    for (path, answer) in answers {
        if is_blank(answer) {
            findings
                .refuse(RuleId::Oc8, Code::Missing, path, "this part of the form is blank")
                .remedy("answer it; 'none' is an answer");
        }
    }
    if form.primary_area_of_need != facts.slot_area {
        findings.note(RuleId::Oc8, "primaryAreaOfNeed", "the slot was published for another area of need");
    }
    check_attendees(&form.attendees, findings);
}

/// Who is invited: each with name and role, one of them from the school; no parent or carer needs a reason (OC-8).
pub fn check_attendees(attendees: &[Attendee], findings: &mut Findings) {
    for (index, attendee) in attendees.iter().enumerate() {
        for (field, value) in [("name", &attendee.name), ("role", &attendee.role), ("email", &attendee.email)]
        {
            if is_blank(value) {
                let path = format!("attendees.{index}.{field}");
                findings.refuse(
                    RuleId::Oc8,
                    Code::Missing,
                    &path,
                    format!("the attendee's {field} is blank"),
                );
            }
        }
    }
    let comes = |kind| attendees.iter().any(|attendee| attendee.kind == kind);
    if !comes(AttendeeKind::School) {
        findings
            .refuse(RuleId::Oc8, Code::Missing, "attendees", "nobody from the school attends")
            .remedy("invite somebody from the school");
    }
    if !comes(AttendeeKind::ParentCarer) {
        findings.should(RuleId::Oc8, "attendees", "no parent or carer is invited");
    }
}

fn far_enough_ahead(facts: &Facts, findings: &mut Findings) {
    let days = (facts.slot_date() - facts.today()).num_days();
    let minimum = i64::from(facts.policy.figures.minimum_days_ahead);
    if days < minimum {
        findings
            .refuse(
                RuleId::Oc9,
                Code::TooLate,
                "slot",
                format!(
                    "a consultation is booked at least {minimum} days ahead; the slot is {days} days ahead"
                ),
            )
            .remedy("choose a later slot");
    }
}

fn c_ric_duty(facts: &Facts, findings: &mut Findings, booking: &mut Booking) {
    if facts.c_ric_received_at.is_some() {
        return;
    }
    let owner = Owner { role: Role::Senco, person: Some(facts.booker) };
    let count = Count(facts.policy.figures.c_ric_working_days, DayUnit::WorkingDays, Direction::Before);
    let duty = NewDuty::set(
        RuleId::Oc11,
        owner,
        "the consultation",
        facts.slot_date(),
        count,
        &facts.calendar,
        &facts.policy,
    );
    match duty {
        Err(ends) => refuse_beyond_calendar(findings, &ends.to_string()),
        Ok(duty) if duty.due.overdue(facts.now) => {
            findings
                .refuse(
                    RuleId::Oc11,
                    Code::ConsentMissing,
                    "slot",
                    "the C-RIC for this slot had to be received by a day that has passed",
                )
                .remedy("have the C-RIC received first, or choose a later slot");
        }
        Ok(duty) => booking.duties.push(duty),
    }
}

#[cfg(test)]
mod tests;
