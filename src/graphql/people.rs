//! People and what they are to schools and children.

use super::advice::AdviceRequestConnection;
use super::authority::Authority;
use super::connection::Listed;
use super::context::{op, viewer};
use super::id::{Kind, encode};
use super::input::ehc::AdviceRequestFilter;
use super::list::ehc::AdviceOf;
use super::list::{self, short};
use super::loader::{address, all_under, by_id};
use super::scalar::{Date, DateTime};
use super::school::School;
use async_graphql::{Context, ID, Object, Result};
use domain::access::Role;
use entity::{authority, link_assignment, named_staff, parent_carer, person, role_grant, school};

/// A member of staff, or the viewer.
pub struct Person(person::Model);

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Self {
        Self(row)
    }
}

/// A member of staff whom the viewer works with, or the viewer.
#[Object]
impl Person {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Person, self.0.id)
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where their mail goes. Shown to the person and to administrators of an authority in which the person has a role
    /// or link, or to which it invited them.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let viewer = viewer(ctx)?;
        if viewer.person == self.0.id {
            return Ok(Some(self.0.email.clone()));
        }
        if !viewer.holds(Role::AuthorityAdmin) {
            return Ok(None);
        }
        address(ctx, self.0.id).await
    }

    /// The schools that they are linked to as practitioners on a date.
    async fn link_assignments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The London date; today without one.")] on: Option<Date>,
    ) -> Result<Vec<LinkAssignment>> {
        let on = on.map_or(op(ctx)?.today(), |on| on.0);
        let assigned = list::LinkAssignments { of_person: true, on: Some(on), disciplines: Vec::new() };
        Ok(all_under(ctx, self.0.id, assigned).await?.into_iter().map(LinkAssignment::from).collect())
    }

    /// Their roles, for administrators.
    async fn role_grants(&self, ctx: &Context<'_>) -> Result<Vec<RoleGrant>> {
        Ok(all_under(ctx, self.0.id, short::RoleGrants).await?.into_iter().map(RoleGrant::from).collect())
    }

    /// The advice asked of them, by due date, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn advice_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which requests.")] filter: Option<AdviceRequestFilter>,
    ) -> Result<AdviceRequestConnection> {
        let requests = filter.unwrap_or_default().list(Some(AdviceOf::Giver));
        Ok(AdviceRequestConnection(Listed::under(ctx, self.0.id, requests, first, after).await?))
    }

    /// The advice asked of those whom they manage, by due date, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn managed_advice_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Which requests.")] filter: Option<AdviceRequestFilter>,
    ) -> Result<AdviceRequestConnection> {
        let requests = filter.unwrap_or_default().list(Some(AdviceOf::Manager));
        Ok(AdviceRequestConnection(Listed::under(ctx, self.0.id, requests, first, after).await?))
    }
}

/// A practitioner linked to a school.
pub struct LinkAssignment(link_assignment::Model);

impl From<link_assignment::Model> for LinkAssignment {
    fn from(row: link_assignment::Model) -> Self {
        Self(row)
    }
}

/// Link staff: a practitioner of a discipline assigned to a school, from a date to a date (XC-6).
#[Object]
impl LinkAssignment {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LinkAssignment, self.0.id)
    }

    /// EP, CIT, PATSS, EWO or inclusion partner.
    async fn discipline(&self) -> Role {
        self.0.discipline
    }

    /// The practitioner.
    async fn practitioner(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.person_id).await?.map(Person))
    }

    /// The school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// First London date.
    #[graphql(name = "from")]
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last London date, if it ends.
    #[graphql(name = "to")]
    async fn to_date(&self) -> Option<Date> {
        self.0.to_date.map(Date)
    }
}

/// A role that a person holds.
pub struct RoleGrant(role_grant::Model);

impl From<role_grant::Model> for RoleGrant {
    fn from(row: role_grant::Model) -> Self {
        Self(row)
    }
}

/// A role that a person holds in an authority, from a date to a date (XC-23).
#[Object]
impl RoleGrant {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::RoleGrant, self.0.id)
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The authority.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Authority>> {
        Ok(by_id::<authority::Entity>(ctx, self.0.authority_id).await?.map(Authority::from))
    }

    /// The school, for school staff.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school_id {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// First London date.
    #[graphql(name = "from")]
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last London date, if it ends.
    #[graphql(name = "to")]
    async fn to_date(&self) -> Option<Date> {
        self.0.to_date.map(Date)
    }

    /// When it was revoked at once (UTC).
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

/// A parent or carer of a child.
pub struct ParentCarer(parent_carer::Model);

impl From<parent_carer::Model> for ParentCarer {
    fn from(row: parent_carer::Model) -> Self {
        Self(row)
    }
}

/// A parent or carer of a child.
#[Object]
impl ParentCarer {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::ParentCarer, self.0.id)
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Their address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// What they are to the child, in words.
    async fn relationship(&self) -> &str {
        &self.0.relationship
    }
}

/// A teacher or teaching assistant named for a child.
pub struct NamedStaff(named_staff::Model);

impl From<named_staff::Model> for NamedStaff {
    fn from(row: named_staff::Model) -> Self {
        Self(row)
    }
}

/// A teacher or teaching assistant named for a child.
#[Object]
impl NamedStaff {
    /// Who.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, self.0.person_id).await?.map(Person))
    }

    /// First London date.
    #[graphql(name = "from")]
    async fn from_date(&self) -> Date {
        Date(self.0.from_date)
    }

    /// Last London date, if it ended.
    #[graphql(name = "to")]
    async fn to_date(&self) -> Option<Date> {
        self.0.to_date.map(Date)
    }
}
