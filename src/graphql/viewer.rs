//! The viewer: who they are, what they hold, what is on their desk.

use super::authority::Authority;
use super::connection::Listed;
use super::context::viewer;
use super::deadline::DutyConnection;
use super::list::cases::Duties;
use super::loader::by_id;
use super::people::Person;
use super::scalar::Date;
use super::school::School;
use async_graphql::{Context, Object, Result};
use domain::access::{Grant, Role};
use domain::duty::DutyState;
use entity::{authority, person, school};

/// Whoever is signed in.
pub struct Viewer;

/// A role that the viewer holds today.
pub struct HeldRole(Grant);

/// A role that the viewer holds today.
#[Object]
impl HeldRole {
    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The authority in which it is held.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Authority>> {
        Ok(by_id::<authority::Entity>(ctx, self.0.authority).await?.map(Authority::from))
    }

    /// The school at which it is held, or to which link staff are assigned.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }
}

/// Whoever is signed in.
#[Object]
impl Viewer {
    /// Who it is.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(by_id::<person::Entity>(ctx, viewer(ctx)?.person).await?.map(Person::from))
    }

    /// The roles held today.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<HeldRole>> {
        Ok(viewer(ctx)?.grants.iter().cloned().map(HeldRole).collect())
    }

    /// The authority of the viewer; the first, where there are several.
    async fn authority(&self, ctx: &Context<'_>) -> Result<Option<Authority>> {
        match viewer(ctx)?.authorities(|_| true).first() {
            Some(id) => Ok(by_id::<authority::Entity>(ctx, *id).await?.map(Authority::from)),
            None => Ok(None),
        }
    }

    /// All authorities in which the viewer holds a role.
    async fn authorities(&self, ctx: &Context<'_>) -> Result<Vec<Authority>> {
        let mut found = Vec::new();
        for id in viewer(ctx)?.authorities(|_| true) {
            found.extend(by_id::<authority::Entity>(ctx, id).await?.map(Authority::from));
        }
        Ok(found)
    }

    /// The schools at which a role is held, or to which the viewer is linked today.
    async fn schools(&self, ctx: &Context<'_>) -> Result<Vec<School>> {
        let ids = viewer(ctx)?.schools(|_| true);
        let found =
            futures_util::future::try_join_all(ids.into_iter().map(|id| by_id::<school::Entity>(ctx, id)));
        Ok(found.await?.into_iter().flatten().map(School::from).collect())
    }

    /// What is on the viewer's desk across all workflows: open deadlines of theirs, by due date (XC-19).
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn worklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only due before this date.")] due_before: Option<Date>,
        #[graphql(desc = "Only overdue, or only not.")] overdue: Option<bool>,
    ) -> Result<DutyConnection> {
        let desk = Duties {
            worklist: true,
            states: vec![DutyState::Open],
            due_before: due_before.map(|on| on.0),
            overdue,
            ..Duties::default()
        };
        Ok(DutyConnection(Listed::alone(ctx, desk, first, after).await?))
    }
}
