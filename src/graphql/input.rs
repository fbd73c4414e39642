//! Input that several fields share: filters, orders, and how raw text becomes text that is kept.

pub mod ehc;
pub mod gathering;
pub mod graduated;
pub mod planning;

use super::context::bad_input;
use super::id::{Kind, expect};
use super::list::cases::{self, Consultations, Slots};
use super::list::{CaseParent, Children, Schools, SchoolsOf};
use super::scalar::{Date, DateTime, Upn};
use async_graphql::{Enum, ID, InputObject, Result};
use domain::child::{Need, SenStatus};
use domain::consultation::{AreaOfNeed, State};
use domain::name;
use domain::school::{Phase, SchoolStatus};
use domain::text;

/// The longest a text of several sentences may be, in characters.
pub const LONG: usize = 8_000;
/// The longest a report or a draft plan may be, in characters.
pub const DOCUMENT: usize = 100_000;
/// The longest a name or a line may be, in characters.
pub const SHORT: usize = 200;

/// Text as it is kept: NUL and control characters are refused, so is what is too long; emoji and every script stay.
pub fn kept(path: &str, raw: &str, limit: usize) -> Result<String> {
    text::clean(raw, limit).map_err(|fault| bad_input(path, fault))
}

/// Text that need not be given.
pub fn kept_if_given(path: &str, raw: Option<&str>, limit: usize) -> Result<Option<String>> {
    raw.map(|raw| kept(path, raw, limit)).transpose()
}

/// The Monday of an ISO week, `2026-W47`.
pub fn week(path: &str, raw: &str) -> Result<chrono::NaiveDate> {
    domain::ehc::report::parse_week(raw)
        .ok_or_else(|| bad_input(path, "this is not an ISO week such as 2026-W47"))
}

/// An address to which mail can go.
pub fn address(path: &str, raw: &str) -> Result<String> {
    if text::is_blank(raw) {
        return Ok(String::new());
    }
    text::email(raw).map_err(|fault| bad_input(path, fault))
}

/// Which schools.
#[derive(InputObject, Default)]
pub struct SchoolFilter {
    /// Only these phases.
    phases: Option<Vec<Phase>>,
    /// Only these statuses.
    statuses: Option<Vec<SchoolStatus>>,
    /// Only names that begin so.
    name: Option<String>,
}

impl SchoolFilter {
    /// The list of these schools.
    pub fn list(self) -> Schools {
        Schools {
            of: SchoolsOf::Authority,
            phases: self.phases.unwrap_or_default(),
            statuses: self.statuses.unwrap_or_default(),
            name: self.name,
        }
    }
}

/// Which children.
#[derive(InputObject, Default)]
pub struct ChildFilter {
    /// Only with these SEN statuses.
    sen_statuses: Option<Vec<SenStatus>>,
    /// Only with these primary needs.
    primary_needs: Option<Vec<Need>>,
    /// Only born on this date.
    date_of_birth: Option<Date>,
    /// Only with this UPN.
    upn: Option<Upn>,
}

impl ChildFilter {
    /// The list of these children, found by a name where one is given (XC-20).
    pub fn list(self, search: Option<&str>) -> Result<Children> {
        let mut children = Children {
            sen_statuses: self.sen_statuses.unwrap_or_default(),
            primary_needs: self.primary_needs.unwrap_or_default(),
            born_on: self.date_of_birth.map(|on| on.0),
            upn: self.upn.map(|upn| upn.0.to_string()),
            ..Children::default()
        };
        let Some(search) = search else { return Ok(children) };
        let search = kept("search", search, SHORT)?;
        if let Ok(upn) = domain::upn::Upn::parse(&search) {
            children.upn = Some(upn.to_string());
        } else if let Ok(born_on) = search.parse() {
            children.born_on = Some(born_on);
        } else {
            let folded = name::fold(&search);
            children.words = folded.split_whitespace().map(str::to_owned).collect();
            children.as_one_word = Some(folded.split_whitespace().collect());
            if children.words.is_empty() {
                return Err(bad_input("search", "a search has at least one letter"));
            }
        }
        Ok(children)
    }
}

/// In which order consultations come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum ConsultationOrder {
    /// By start, soonest first.
    StartsAt,
    /// By start, latest first.
    StartsAtDescending,
    /// By booking, newest first.
    BookedAtDescending,
}

/// Which consultations.
#[derive(InputObject, Default)]
pub struct ConsultationFilter {
    /// Only in these states.
    states: Option<Vec<State>>,
    /// Only for these primary areas of need.
    areas_of_need: Option<Vec<AreaOfNeed>>,
    /// Only booked by this school.
    school: Option<ID>,
    /// Only discussed with this link practitioner.
    link_practitioner: Option<ID>,
    /// Only starting at or after this instant.
    starts_from: Option<DateTime>,
    /// Only starting before this instant.
    starts_before: Option<DateTime>,
    /// Only with something due before this date, of the deadlines that the viewer sees.
    due_before: Option<Date>,
    /// Only with something overdue, or only with nothing overdue: of the deadlines that the viewer sees.
    overdue: Option<bool>,
}

impl ConsultationFilter {
    /// The list of these consultations.
    pub fn list(self, under: Option<CaseParent>, order: Option<ConsultationOrder>) -> Result<Consultations> {
        let school = self.school.map(|id| expect(Kind::School, "filter.school", &id)).transpose()?;
        let practitioner = self
            .link_practitioner
            .map(|id| expect(Kind::Person, "filter.linkPractitioner", &id))
            .transpose()?;
        Ok(Consultations {
            under,
            states: self.states.unwrap_or_default(),
            areas: self.areas_of_need.unwrap_or_default(),
            school,
            link_practitioner: practitioner,
            starts_from: self.starts_from.map(|at| at.0),
            starts_before: self.starts_before.map(|at| at.0),
            due_before: self.due_before.map(|on| on.0),
            overdue: self.overdue,
            order: match order {
                Some(ConsultationOrder::StartsAtDescending) => cases::ConsultationOrder::StartsAtDescending,
                Some(ConsultationOrder::BookedAtDescending) => cases::ConsultationOrder::BookedAtDescending,
                Some(ConsultationOrder::StartsAt) | None => cases::ConsultationOrder::StartsAt,
            },
        })
    }
}

/// Which slots.
#[derive(InputObject, Default)]
pub struct SlotFilter {
    /// Only for these areas of need.
    areas_of_need: Option<Vec<AreaOfNeed>>,
    /// Only starting at or after this instant.
    starts_from: Option<DateTime>,
    /// Only starting before this instant.
    starts_before: Option<DateTime>,
    /// Only of this specialist.
    specialist: Option<ID>,
    /// Only those that nobody has booked and that were not taken back.
    free: Option<bool>,
}

impl SlotFilter {
    /// The list of these slots.
    pub fn list(self) -> Result<Slots> {
        let specialist =
            self.specialist.map(|id| expect(Kind::Person, "filter.specialist", &id)).transpose()?;
        Ok(Slots {
            areas: self.areas_of_need.unwrap_or_default(),
            starts_from: self.starts_from.map(|at| at.0),
            starts_before: self.starts_before.map(|at| at.0),
            specialist,
            free: self.free.unwrap_or_default(),
        })
    }
}
