//! The forecast of the final plan, and when the parents are told that it will be late (AQ-9).

use super::{QueryState, Service, State};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Advice is due six weeks after it was asked for (EH-2); calendar days.
const ADVICE_DAYS: u64 = 42;
/// The parents have 15 calendar days for the draft, of which the day it is served is the first (EH-3).
const DAYS_TO_RESPOND_BY: u64 = 14;

/// All that the forecast of an assessment rests on. Every date is a London date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Where the assessment stands.
    pub state: State,
    /// When it was asked for: day 0.
    pub requested_on: NaiveDate,
    /// By when it is to be decided whether to assess, with exceptions.
    pub decide_by: NaiveDate,
    /// By when the final plan is due, with exceptions.
    pub final_by: NaiveDate,
    /// Whether any advice was asked for; without, there is none that has not come in, and no query.
    pub advice_sought: bool,
    /// The advice that has not come in.
    pub advice: Vec<Pending>,
    /// The queries that are open.
    pub queries: Vec<PendingQuery>,
    /// The draft plan, once it is out.
    pub draft: Option<DraftOut>,
    /// The checks of the draft plan that are open.
    pub checks: Vec<Pending>,
}

/// Something that a service still owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which service.
    pub service: Service,
    /// London date by which it is due.
    pub due_on: NaiveDate,
}

/// A query that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingQuery {
    /// On the advice of which service.
    pub service: Service,
    /// Where it stands.
    pub state: QueryState,
    /// London date by which its next step is due; none if it has no deadline.
    pub due_on: Option<NaiveDate>,
}

/// A draft plan that the parents have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftOut {
    /// London date on which it was issued.
    pub issued_on: NaiveDate,
    /// Last London date of the parents' time for it.
    pub respond_by: NaiveDate,
    /// Whether they have answered.
    pub responded: bool,
}

/// When the final plan can be expected, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// London date on which the draft plan can go out; none once it is out.
    pub draft_on: Option<NaiveDate>,
    /// The earliest realistic London date of the final plan.
    pub final_on: NaiveDate,
    /// Calendar days from then until the statutory date; negative if it will be late.
    pub days_in_hand: i64,
    /// What decides the date, step by step. What is done before it has to be is left out.
    pub chain: Vec<Link>,
    /// The last London date on which all this still holds if nothing happens.
    pub holds_until: NaiveDate,
}

/// One step on the way to the final plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which step.
    pub what: LinkKind,
    /// The service that owes it, where it is one.
    pub service: Option<Service>,
    /// London date on which it can be expected.
    pub on: NaiveDate,
    /// Why on that date, in words; no personal data.
    pub reason: String,
}

/// What a step on the way to the final plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(async_graphql::Enum))]
#[cfg_attr(feature = "api", graphql(name = "ForecastLinkKind"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkKind {
    /// The decision whether to assess.
    Decision,
    /// Advice comes in.
    Advice,
    /// A query is settled.
    Query,
    /// The draft plan goes out.
    Draft,
    /// The parents have answered, or their time is over.
    ParentsResponse,
    /// An advice giver has checked the draft plan.
    AccuracyCheck,
    /// The final plan goes out.
    FinalPlan,
}

/// The forecast of an assessment on a London date, or none if it has ended. What is due is expected on its due date, and
/// what is overdue today; a query never moves the statutory date (AQ-11).
pub fn forecast(situation: &Situation, today: NaiveDate) -> Option<Forecast> {
    let (chain, draft_on, final_on, holds_until) = match situation.state {
        State::Requested => {
            let decided = held_up(vec![decision(situation)], today);
            let advice_on = later(decided.on, ADVICE_DAYS);
            let mut chain = decided.chain;
            chain.push(advice_after("six weeks after the decision", advice_on));
            let final_on = add_draft_and_final(&mut chain, advice_on);
            (chain, Some(advice_on), final_on, decided.on)
        }
        State::Assessing => {
            let gathered = gathered(situation, today);
            let mut chain = gathered.chain;
            let final_on = add_draft_and_final(&mut chain, gathered.on);
            (chain, Some(gathered.on), final_on, gathered.holds_until)
        }
        State::DraftIssued => {
            let settled = held_up(after_draft(situation), today);
            let mut chain = settled.chain;
            chain.push(link(LinkKind::FinalPlan, settled.on, "once the draft plan is answered and checked"));
            (chain, None, settled.on, settled.on)
        }
        State::Declined | State::NotIssued | State::FinalIssued | State::Ceased => return None,
    };
    let days_in_hand = (situation.final_by - final_on).num_days();
    Some(Forecast { draft_on, final_on, days_in_hand, chain, holds_until })
}

/// Whether a delay notice is due: the plan will be late, and later than the parents were last told (AQ-9).
pub fn slipped(forecast: &Forecast, final_by: NaiveDate, last_notice: Option<NaiveDate>) -> bool {
    forecast.final_on > final_by && last_notice.is_none_or(|told| forecast.final_on > told)
}

/// Something that has to be done before the next step can be taken.
struct Awaited {
    what: LinkKind,
    service: Option<Service>,
    /// What it is, in words.
    words: String,
    due_on: Option<NaiveDate>,
    /// From when on the next step can be taken, if it is done by its due date.
    frees_on: Option<NaiveDate>,
}

/// When everything awaited is done, and what decides that.
struct HeldUp {
    on: NaiveDate,
    chain: Vec<Link>,
    holds_until: NaiveDate,
}

/// What holds the next step up, and until when. Only what comes last is in the chain: the rest changes nothing, and would
/// have another date each day while it is overdue.
fn held_up(awaited: Vec<Awaited>, today: NaiveDate) -> HeldUp {
    let last = awaited.iter().filter_map(|one| one.frees_on).max().filter(|last| *last >= today);
    let on = last.unwrap_or(today);
    let decisive = awaited.into_iter().filter(|one| last.is_none() || one.frees_on == last);
    let chain = decisive.map(|one| one.link(last.is_none(), today)).collect();
    HeldUp { on, chain, holds_until: on }
}

impl Awaited {
    fn link(self, now: bool, today: NaiveDate) -> Link {
        let Self { what, service, words, due_on, .. } = self;
        let reason = match due_on {
            Some(due_on) if now => format!("{words}, due by {}, today at the earliest", in_words(due_on)),
            Some(due_on) => format!("{words}, due by {}", in_words(due_on)),
            None => format!("{words}, today at the earliest"),
        };
        Link { what, service, on: due_on.filter(|_| !now).unwrap_or(today), reason }
    }

    fn by(what: LinkKind, pending: Pending, words: &str) -> Self {
        let Pending { service, due_on } = pending;
        let words = format!("{words} ({})", service.words());
        Self { what, service: Some(service), words, due_on: Some(due_on), frees_on: Some(due_on) }
    }
}

fn decision(situation: &Situation) -> Awaited {
    let decide_by = Some(situation.decide_by);
    Awaited {
        what: LinkKind::Decision,
        service: None,
        words: "the decision whether to assess".into(),
        due_on: decide_by,
        frees_on: decide_by,
    }
}

/// When the advice is in and its queries are settled. Advice that nobody has asked for puts everything off day by day.
fn gathered(situation: &Situation, today: NaiveDate) -> HeldUp {
    if !situation.advice_sought {
        let on = later(today, ADVICE_DAYS);
        let chain = vec![advice_after("advice has not been asked for: six weeks from today", on)];
        return HeldUp { on, chain, holds_until: today };
    }
    let advice = situation.advice.iter().map(|one| Awaited::by(LinkKind::Advice, *one, "advice"));
    held_up(advice.chain(situation.queries.iter().copied().map(query)).collect(), today)
}

fn query(query: PendingQuery) -> Awaited {
    let PendingQuery { service, state, due_on } = query;
    let due_on = due_on.filter(|_| matches!(state, QueryState::Raised | QueryState::FormalFollowUp));
    let words = format!("query on advice ({}), {}", service.words(), state.words());
    Awaited { what: LinkKind::Query, service: Some(service), words, due_on, frees_on: due_on }
}

/// The parents' answer, unless it is there, and the checks of the draft plan.
fn after_draft(situation: &Situation) -> Vec<Awaited> {
    let draft = situation.draft.filter(|draft| !draft.responded);
    let response = draft.map(|draft| Awaited {
        what: LinkKind::ParentsResponse,
        service: None,
        words: "the parents' answer to the draft plan".into(),
        due_on: Some(draft.respond_by),
        frees_on: Some(later(draft.respond_by, 1)),
    });
    let checks = situation.checks.iter();
    response
        .into_iter()
        .chain(checks.map(|one| Awaited::by(LinkKind::AccuracyCheck, *one, "check of the draft plan")))
        .collect()
}

/// Adds what follows once the draft plan can go out, and answers the date of the final plan: the day after the parents'
/// time is over.
fn add_draft_and_final(chain: &mut Vec<Link>, draft_on: NaiveDate) -> NaiveDate {
    let respond_by = later(draft_on, DAYS_TO_RESPOND_BY);
    let final_on = later(respond_by, 1);
    chain.push(link(LinkKind::Draft, draft_on, "once the advice is in and its queries are settled"));
    let reason = "fifteen days, of which the day that the draft plan is served is the first";
    chain.push(link(LinkKind::ParentsResponse, respond_by, reason));
    chain.push(link(LinkKind::FinalPlan, final_on, "the day after the parents' time is over"));
    final_on
}

fn advice_after(reason: &str, on: NaiveDate) -> Link {
    link(LinkKind::Advice, on, reason)
}

fn link(what: LinkKind, on: NaiveDate, reason: &str) -> Link {
    Link { what, service: None, on, reason: reason.to_owned() }
}

fn later(on: NaiveDate, days: u64) -> NaiveDate {
    on.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn in_words(on: NaiveDate) -> String {
    on.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests;
