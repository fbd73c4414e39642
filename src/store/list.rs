//! The lists that the graph pages through: what each is under, which rows it holds, in which order.

pub mod cases;
pub mod ehc;
pub mod evidence;
pub mod gathering;
pub mod graduated;
pub mod locality;
pub mod planning;
pub mod short;

use super::read::{Listing, Ordering, Parent};
use super::scope::{Scoped, Sight};
use crate::op::Op;
use chrono::NaiveDate;
use domain::access::Role;
use domain::child::{Need, SenStatus};
use domain::school::{Phase, SchoolStatus};
use entity::{child, child_word, holding, link_assignment, school};
use sea_orm::sea_query::{ExprTrait, IntoColumnRef, IntoTableRef};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Under what schools stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SchoolsOf {
    /// Their authority.
    #[default]
    Authority,
    /// Their locality.
    Locality,
    /// A session of a locality group that is for them.
    Session,
}

/// Schools of an authority, a locality or a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schools {
    /// Under what.
    pub of: SchoolsOf,
    /// Only these phases.
    pub phases: Vec<Phase>,
    /// Only these statuses.
    pub statuses: Vec<SchoolStatus>,
    /// Only names that begin so, in any case.
    pub name: Option<String>,
}

impl Listing for Schools {
    type Entity = school::Entity;

    fn parent(&self) -> Option<Parent> {
        match self.of {
            SchoolsOf::Authority => Parent::own(school::Column::AuthorityId),
            SchoolsOf::Locality => Parent::own(school::Column::LocalityId),
            SchoolsOf::Session => Some(locality::session_of_school()),
        }
    }

    fn condition(&self, _: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.phases.is_empty() {
            all = all.add(school::Column::Phase.is_in(self.phases.iter().copied()));
        }
        if !self.statuses.is_empty() {
            all = all.add(school::Column::Status.is_in(self.statuses.iter().copied()));
        }
        all.add_option(self.name.as_ref().map(|name| {
            let pattern = format!("{}%", name.to_lowercase().replace(['%', '_'], ""));
            sea_orm::sea_query::Func::lower(sea_orm::sea_query::Expr::col(school::Column::Name)).like(pattern)
        }))
    }

    fn order(&self) -> Ordering<school::Column> {
        Ordering { by: school::Column::Name, descending: false }
    }
}

/// Children of a school, or all that the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Children {
    /// Under a school.
    pub of_school: bool,
    /// Only these statuses.
    pub sen_statuses: Vec<SenStatus>,
    /// Only these primary needs.
    pub primary_needs: Vec<Need>,
    /// Only born on this date.
    pub born_on: Option<NaiveDate>,
    /// Only with this UPN.
    pub upn: Option<String>,
    /// Only whose names hold words that begin with each of these folded ones (XC-20).
    pub words: Vec<String>,
    /// Or whose names hold a word that begins with all of them written as one.
    pub as_one_word: Option<String>,
}

/// Children whose casework the viewer sees. Who sees their identity only must not learn the rest from which filter finds
/// them.
fn casework_seen(op: &Op) -> Condition {
    let Some(viewer) = op.viewer.as_deref().filter(|viewer| viewer.holds(Role::AuthorityAdmin)) else {
        return Condition::all();
    };
    let narrower = viewer.without(Role::AuthorityAdmin);
    child::Entity::visible(Sight { viewer: &narrower, today: op.today() })
}

impl Listing for Children {
    type Entity = child::Entity;

    fn parent(&self) -> Option<Parent> {
        if !self.of_school {
            return None;
        }
        let on = Condition::all()
            .add(
                sea_orm::sea_query::Expr::col(holding::Column::ChildId.as_column_ref())
                    .equals(child::Column::Id.as_column_ref()),
            )
            .add(holding::Column::ToDate.is_null());
        Some(Parent {
            column: holding::Column::SchoolId.as_column_ref().into_column_ref(),
            join: Some((holding::Entity.into_table_ref(), on)),
        })
    }

    fn condition(&self, op: &Op) -> Condition {
        let mut all = Condition::all();
        if !self.sen_statuses.is_empty() || !self.primary_needs.is_empty() {
            all = all.add(casework_seen(op));
        }
        if !self.sen_statuses.is_empty() {
            all = all.add(child::Column::SenStatus.is_in(self.sen_statuses.iter().copied()));
        }
        if !self.primary_needs.is_empty() {
            all = all.add(child::Column::PrimaryNeed.is_in(self.primary_needs.iter().copied()));
        }
        all.add_option(self.born_on.map(|on| child::Column::DateOfBirth.eq(on)))
            .add_option(self.upn.as_ref().map(|upn| child::Column::Upn.eq(upn.as_str())))
            .add_option(self.named())
    }

    fn order(&self) -> Ordering<child::Column> {
        Ordering { by: child::Column::FamilyName, descending: false }
    }
}

impl Children {
    fn named(&self) -> Option<Condition> {
        if self.words.is_empty() {
            return None;
        }
        let every = self.words.iter().fold(Condition::all(), |all, word| all.add(has_word(word)));
        Some(Condition::any().add(every).add_option(self.as_one_word.as_ref().map(|word| has_word(word))))
    }
}

/// A word that begins so, as a range of the index on words.
fn has_word(prefix: &str) -> sea_orm::sea_query::SimpleExpr {
    let found = child_word::Entity::find()
        .select_only()
        .column(child_word::Column::ChildId)
        .filter(child_word::Column::Word.gte(prefix))
        .filter(child_word::Column::Word.lt(format!("{prefix}\u{10FFFF}")));
    child::Column::Id.in_subquery(found.into_query())
}

/// Link staff of a school, or the schools of a practitioner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkAssignments {
    /// Under the practitioner rather than the school.
    pub of_person: bool,
    /// On this London date; all there ever were without one.
    pub on: Option<NaiveDate>,
    /// Only these disciplines.
    pub disciplines: Vec<Role>,
}

impl Listing for LinkAssignments {
    type Entity = link_assignment::Entity;

    fn parent(&self) -> Option<Parent> {
        if self.of_person {
            Parent::own(link_assignment::Column::PersonId)
        } else {
            Parent::own(link_assignment::Column::SchoolId)
        }
    }

    fn condition(&self, _: &Op) -> Condition {
        let dated = self.on.map(|on| {
            super::people::dated(link_assignment::Column::FromDate, link_assignment::Column::ToDate, on)
        });
        let mut all = Condition::all().add_option(dated);
        if !self.disciplines.is_empty() {
            all = all.add(link_assignment::Column::Discipline.is_in(self.disciplines.iter().copied()));
        }
        all
    }

    fn order(&self) -> Ordering<link_assignment::Column> {
        Ordering { by: link_assignment::Column::FromDate, descending: false }
    }
}

/// The identity of a listed row's parent, kept so that lists under several kinds of parents stay one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CaseParent {
    /// Under a school.
    School,
    /// Under a child.
    Child,
    /// Under a link practitioner.
    LinkPractitioner,
    /// Under an authority.
    Authority,
    /// Under a slot.
    Slot,
}
