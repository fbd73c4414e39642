//! The meetings of whole authorities, planned for terms in one call (PC-1).

use super::plan::{NewMeeting, counting, write};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::planning::Invited;
use crate::store::work::Work;
use crate::workflow::Service;
use crate::workflow::command::{Command, Gathered};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::access::{Action, Role, Standing};
use domain::calendar::{Calendar, Term, TermName};
use domain::london;
use domain::planning::spread::{Busy, Day, Placed, Wanted, spread};
use domain::planning::window::{days_of, window};
use domain::policy::Policy;
use domain::refusal::{Code, Findings};
use domain::rule::RuleId;
use entity::{authority, person, school};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Days on which an EP is not there.
#[derive(Clone, Debug, Serialize)]
pub struct Away {
    /// Who.
    pub educational_psychologist: Uuid,
    /// First London date.
    pub from: NaiveDate,
    /// Last London date.
    pub to: NaiveDate,
}

/// A covering EP for a school without a link EP.
#[derive(Clone, Debug, Serialize)]
pub struct Cover {
    /// The school.
    pub school: Uuid,
    /// The EP.
    pub educational_psychologist: Uuid,
}

/// Plan the meetings of all schools of an authority for some terms. Answers the id of the authority.
#[derive(Clone, Debug, Serialize)]
pub struct PlanTermMeetings {
    /// The authority.
    pub authority: Uuid,
    /// The school year, by the year in which it begins.
    pub school_year: i32,
    /// Which of its terms.
    pub terms: Vec<TermName>,
    /// At which London times a meeting may start on any day.
    pub starts: Vec<NaiveTime>,
    /// How long one lasts.
    pub minutes: u32,
    /// Where.
    pub place: String,
    /// Covering EPs.
    pub covering: Vec<Cover>,
    /// When EPs are not there.
    pub away: Vec<Away>,
}

/// What planning whole terms rests on.
pub struct TermFacts {
    schools: Vec<school::Model>,
    invited: HashMap<Uuid, Vec<Invited>>,
    people: HashMap<Uuid, person::Model>,
    /// The terms that are known, each with the days of its window that are still to come.
    terms: Vec<(Term, Vec<NaiveDate>)>,
    /// Schools that have a meeting in a term already.
    planned: HashSet<(Uuid, TermName)>,
    busy: Busy,
    covering_are_eps: bool,
}

/// A term's meetings with their places, and the schools that got none.
pub struct Spread {
    term: Term,
    placed: Vec<Placed>,
}

impl PlanTermMeetings {
    fn covering_ep(&self, school: Uuid) -> Option<Uuid> {
        self.covering.iter().find(|cover| cover.school == school).map(|cover| cover.educational_psychologist)
    }

    fn days_away(&self, busy: &mut Busy) {
        for away in &self.away {
            let whole_days = (london::start_of_day(away.from), london::end_of_day(away.to));
            busy.entry(away.educational_psychologist).or_default().push(whole_days);
        }
    }

    async fn facts(&self, work: &Work<'_>) -> Result<TermFacts, Fault> {
        let system = System::within(work);
        let schools = system.open_schools(self.authority).await?;
        let ids: Vec<_> = schools.iter().map(|school| school.id).collect();
        let (mut invited, mut people) = (HashMap::new(), HashMap::new());
        for one in system.invited(&ids).await? {
            if one.role == Role::EducationalPsychologist {
                people.insert(one.person.id, one.person.clone());
            }
            invited.entry(one.school).or_insert_with(Vec::new).push(one);
        }
        let covering: BTreeSet<_> =
            self.covering.iter().map(|cover| cover.educational_psychologist).collect();
        let mut covering_are_eps = true;
        for ep in covering {
            covering_are_eps &= system.is_ep(ep, self.authority, work.op.today()).await?;
            people.insert(ep, system.person(ep).await?);
        }
        let all_eps: BTreeSet<_> = people.keys().copied().collect();
        let all_eps: Vec<_> = all_eps.into_iter().collect();
        system.lock_people(&all_eps).await?;
        let (calendar, policy) = counting(work, self.authority).await?;
        let terms = self.terms_of(&calendar, &policy, work.op.today());
        let already = system.meetings_of(&ids, self.school_year, &self.terms).await?;
        let mut busy = Busy::new();
        if let Some((from, to)) = span(&terms) {
            for (ep, starts_at, ends_at) in system.engaged(&all_eps, from, to, None).await? {
                busy.entry(ep).or_default().push((starts_at, ends_at));
            }
        }
        self.days_away(&mut busy);
        let planned = already.into_iter().map(|row| (row.school_id, row.term)).collect();
        Ok(TermFacts { schools, invited, people, terms, planned, busy, covering_are_eps })
    }

    /// The terms that are known, with the days of their windows that come after today.
    fn terms_of(
        &self,
        calendar: &Calendar,
        policy: &Policy,
        today: NaiveDate,
    ) -> Vec<(Term, Vec<NaiveDate>)> {
        let mut found = Vec::new();
        for term in calendar.terms(self.school_year) {
            let days = window(term, calendar, policy).and_then(|window| days_of(&window, calendar));
            if let (true, Ok(days)) = (self.terms.contains(&term.name), days) {
                found.push((term.clone(), days.into_iter().filter(|day| *day > today).collect()));
            }
        }
        found
    }

    fn spread(&self, facts: &TermFacts, findings: &mut Findings) -> Vec<Spread> {
        let day = Day { starts: self.starts.clone(), minutes: self.minutes };
        let mut all = Vec::new();
        for (term, days) in &facts.terms {
            let mut wanted = Vec::new();
            for school in
                facts.schools.iter().filter(|school| !facts.planned.contains(&(school.id, term.name)))
            {
                match self.ep_for(facts, school, days.first().copied().unwrap_or(term.first_day)) {
                    Some(ep) => wanted.push(Wanted { school: school.id, ep }),
                    None => note(findings, RuleId::Pc2, school, "has no link EP; name a covering EP"),
                }
            }
            let (placed, without) = spread(&wanted, days, &day, &facts.busy);
            for school in facts.schools.iter().filter(|school| without.contains(&school.id)) {
                note(findings, RuleId::Pc1, school, "finds no free day of its EP in the window of the term");
            }
            let (placed, others): (Vec<_>, Vec<_>) =
                placed.into_iter().partition(|one| self.fits(facts, one));
            for school in
                facts.schools.iter().filter(|school| others.iter().any(|one| one.school == school.id))
            {
                note(
                    findings,
                    RuleId::Pc2,
                    school,
                    "has another link EP on the day that was found; plan it by itself",
                );
            }
            all.push(Spread { term: term.clone(), placed });
        }
        all
    }

    /// Whether the EP is the school's on the day of the meeting, or covers where it has none then.
    fn fits(&self, facts: &TermFacts, one: &Placed) -> bool {
        let on = london::date_of(one.starts_at);
        let own = facts.invited.get(&one.school).into_iter().flatten();
        let mut eps = own.filter(|of| of.role == Role::EducationalPsychologist && of.on(on)).peekable();
        if eps.peek().is_none() {
            self.covering_ep(one.school) == Some(one.ep)
        } else {
            eps.any(|of| of.person.id == one.ep)
        }
    }

    /// The EP who holds the meetings of a school from a London date on.
    fn ep_for(&self, facts: &TermFacts, school: &school::Model, on: NaiveDate) -> Option<Uuid> {
        let own = facts.invited.get(&school.id).into_iter().flatten();
        let linked = own.filter(|one| one.role == Role::EducationalPsychologist).find(|one| one.on(on));
        linked.map(|one| one.person.id).or_else(|| self.covering_ep(school.id))
    }
}

/// Says what stands against the meeting of one school; the others go on.
fn note(findings: &mut Findings, rule: RuleId, school: &school::Model, what: &str) {
    findings.note(rule, "", format!("{} {what}", school.name));
}

fn span(terms: &[(Term, Vec<NaiveDate>)]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let from = terms.iter().map(|(term, _)| term.first_day).min()?;
    let to = terms.iter().map(|(term, _)| term.last_day).max()?;
    Some((london::start_of_day(from), london::end_of_day(to)))
}

impl Command for PlanTermMeetings {
    const ACTION: Action = Action::PlanTermMeetings;
    type Facts = TermFacts;
    type Plan = Vec<Spread>;

    async fn gather(&self, work: &Work<'_>) -> Result<Gathered<TermFacts>, Fault> {
        let Some(known) = work.find_shared::<authority::Entity>(self.authority).await? else {
            return Ok(Gathered::NotFound(vec!["authority"]));
        };
        let standing = Standing { authority: known.id, ..Standing::default() };
        let may = work.op.viewer.as_ref().is_some_and(|viewer| viewer.may(Self::ACTION, &standing));
        for cover in self.covering.iter().filter(|_| may) {
            if work.find::<person::Entity>(cover.educational_psychologist).await?.is_none() {
                return Ok(Gathered::NotFound(vec!["covering"]));
            }
        }
        let facts = if may { self.facts(work).await? } else { TermFacts::none() };
        Ok(Gathered::Found { facts, standing, target: None })
    }

    fn decide(&self, _: &Op, facts: &TermFacts) -> (Findings, Vec<Spread>) {
        let mut findings = Findings::default();
        let known: BTreeSet<_> = facts.terms.iter().map(|(term, _)| term.name).collect();
        for name in self.terms.iter().filter(|name| !known.contains(name)) {
            let message = format!("the dates of {} are not known", name.words());
            findings.refuse(RuleId::Pc1, Code::CalendarEnds, "terms", message);
        }
        if self.starts.is_empty() || self.minutes == 0 {
            findings.refuse(
                RuleId::Pc1,
                Code::Missing,
                "starts",
                "say when meetings may start, and how long they last",
            );
        }
        if !facts.covering_are_eps {
            findings.refuse(
                RuleId::Pc2,
                Code::NotEligible,
                "covering",
                "a covering EP is an EP of the authority",
            );
        }
        let spread = self.spread(facts, &mut findings);
        (findings, spread)
    }

    async fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: TermFacts,
        plan: Vec<Spread>,
    ) -> Result<Uuid, Fault> {
        let schools: HashMap<_, _> = facts.schools.iter().map(|school| (school.id, school)).collect();
        let mut new = Vec::new();
        for Spread { term, placed } in plan {
            for one in placed {
                let (Some(school), Some(ep)) = (schools.get(&one.school), facts.people.get(&one.ep)) else {
                    continue;
                };
                let own = facts.invited.get(&school.id).map(Vec::as_slice).unwrap_or_default();
                let on = london::date_of(one.starts_at);
                let linked = |of: &Invited| of.person.id == ep.id && of.role == Role::EducationalPsychologist;
                let covering = !own.iter().any(|of| linked(of) && of.on(on));
                let times = (one.starts_at, one.ends_at);
                let (place, with) = (self.place.as_str(), (ep, covering));
                new.push(NewMeeting::of(work, school, &term, times, place, with, own.iter()));
            }
        }
        write(service, work, new).await?;
        Ok(self.authority)
    }
}

impl TermFacts {
    /// For who may not plan: they hear that, and nothing is read or locked.
    fn none() -> Self {
        Self {
            schools: Vec::new(),
            invited: HashMap::new(),
            people: HashMap::new(),
            terms: Vec::new(),
            planned: HashSet::new(),
            busy: Busy::new(),
            covering_are_eps: true,
        }
    }
}
