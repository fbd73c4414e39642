//! Sessions of locality groups: who is there, what is brought, what the group decides (LG-1 to LG-13).

mod group;
mod item;
mod plan;

pub use group::{EpInvolvementDecision, GridModeration};
pub use item::{LocalityItem, LocalityItemConnection, LocalityNote, PreparationForm, Strategy};
pub use plan::{ActionPlan, ActionPlanStep, ImpactReview};

use super::authority::Locality;
use super::connection::Listed;
use super::context::{op, viewer};
use super::deadline::Duty;
use super::event::EventConnection;
use super::id::{Kind, encode};
use super::list::cases::{Duties, DutiesOf, History, HistoryOf};
use super::list::{Schools, SchoolsOf, short};
use super::loader::{all_under, by_id};
use super::people::Person;
use super::scalar::DateTime;
use super::school::School;
use crate::document::locality::SessionPart;
use crate::mail::invitation::is_link;
use crate::op::Viewer;
use crate::workflow::locality::allowed;
use async_graphql::{Context, ID, Json, Object, Result};
use domain::access::{Action, Reach, Role};
use domain::calendar::TermName;
use domain::event::EventKind;
use domain::locality::SessionState;
use entity::{locality, locality_session, person, school, session_attendance};
use uuid::Uuid;

/// A session of a locality group.
pub struct LocalitySession(locality_session::Model);

impl From<locality_session::Model> for LocalitySession {
    fn from(row: locality_session::Model) -> Self {
        Self(row)
    }
}

/// A session of a locality group: SENCOs of a family of schools work through situations with an EP (LG-1).
#[Object]
impl LocalitySession {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LocalitySession, self.0.id)
    }

    /// The reference that mail and minutes carry.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The family of schools, if the viewer sees it.
    async fn locality(&self, ctx: &Context<'_>) -> Result<Option<Locality>> {
        Ok(by_id::<locality::Entity>(ctx, self.0.locality_id).await?.map(Locality::from))
    }

    /// The school year, by the year in which it begins.
    async fn school_year(&self) -> i32 {
        self.0.school_year
    }

    /// Which of its six terms.
    async fn term(&self) -> TermName {
        self.0.term
    }

    /// Where it stands.
    async fn state(&self) -> SessionState {
        self.0.state
    }

    /// When it starts (UTC).
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// When it ends (UTC).
    async fn ends_at(&self) -> DateTime {
        DateTime(self.0.ends_at)
    }

    /// Where. A link to join only until the session is over, and neither to integrators nor to families: they join none.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(place(&*viewer(ctx)?, &self.0))
    }

    /// The EP who facilitates it, if the viewer sees them.
    async fn facilitator(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.facilitator_id).await
    }

    /// Who planned it, if the viewer sees them.
    async fn planned_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.planned_by).await
    }

    /// The schools that it is for, by name: those of its locality, from its start on those that this had then, as far as they
    /// belong to the authority. A school that leaves the locality before stays with what it brought (LG-1).
    async fn schools(&self, ctx: &Context<'_>) -> Result<Vec<School>> {
        Ok(all_under(ctx, self.0.id, of_session()).await?.into_iter().map(School::from).collect())
    }

    /// Who is or was there, as they came: to the group and the authority's case staff.
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Vec<SessionAttendance>> {
        Ok(all_under(ctx, self.0.id, short::AttendanceOfSession)
            .await?
            .into_iter()
            .map(SessionAttendance::from)
            .collect())
    }

    /// The items, in the order in which they were brought, as far as the viewer sees them.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<LocalityItem>> {
        Ok(all_under(ctx, self.0.id, short::ItemsOfSession)
            .await?
            .into_iter()
            .map(LocalityItem::from)
            .collect())
    }

    /// What the group decided in this session on the further involvement of an EP, by rank (LG-9).
    async fn ep_requests(&self, ctx: &Context<'_>) -> Result<Vec<EpInvolvementDecision>> {
        Ok(all_under(ctx, self.0.id, short::InvolvementsOfSession)
            .await?
            .into_iter()
            .map(EpInvolvementDecision::from)
            .collect())
    }

    /// The minutes, as an accessible HTML page to print: as far as the viewer sees them. A child is its code (LG-10).
    #[graphql(complexity = 50)]
    async fn minutes(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(super::locality_minutes::of(ctx, &self.0).await?.page())
    }

    /// The same as data.
    #[graphql(complexity = 50)]
    async fn minutes_data(&self, ctx: &Context<'_>) -> Result<Json<SessionPart>> {
        Ok(Json(super::locality_minutes::of(ctx, &self.0).await?))
    }

    /// When it started (UTC).
    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    /// When it closed (UTC).
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Why it was called off.
    async fn cancelled_reason(&self) -> Option<&str> {
        self.0.cancelled_reason.as_deref()
    }

    /// The deadline that it meets: that of its locality's session of the term (LG-1). None once it was called off.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        if self.0.state == SessionState::Cancelled {
            return Ok(Vec::new());
        }
        let due = all_under(ctx, self.0.locality_id, short::LocalityTerms).await?;
        match due.iter().find(|row| row.school_year == self.0.school_year && row.term == self.0.term) {
            Some(row) => duties_of(ctx, row.id).await,
            None => Ok(Vec::new()),
        }
    }

    /// What happened, oldest first, as far as the viewer sees it.
    #[graphql(complexity = "5 + first.unwrap_or(25).max(0) as usize * child_complexity")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most: 25 without it, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "After which cursor.")] after: Option<String>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> Result<EventConnection> {
        let history = History { of: HistoryOf::Case, kinds: kinds.unwrap_or_default() };
        Ok(EventConnection(Listed::under(ctx, self.0.id, history, first, after).await?))
    }

    /// The steps that the viewer may take, by role, relation and state; a dry run says the rest (XC-18).
    async fn allowed_actions(&self, ctx: &Context<'_>) -> Result<Vec<Action>> {
        let schools = all_under(ctx, self.0.id, of_session()).await?;
        let schools: Vec<_> = schools.into_iter().map(|school| school.id).collect();
        Ok(allowed::on_session(&op(ctx)?, &self.0, present_at(ctx, self.0.id).await?, &schools))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

fn of_session() -> Schools {
    Schools { of: SchoolsOf::Session, ..Schools::default() }
}

/// Somebody who is at a session.
pub struct SessionAttendance(session_attendance::Model);

impl From<session_attendance::Model> for SessionAttendance {
    fn from(row: session_attendance::Model) -> Self {
        Self(row)
    }
}

/// Somebody who is at a session, as SENCO of one of the schools that the session is for or as EP (LG-1).
#[Object]
impl SessionAttendance {
    /// The person, if the viewer sees them.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.person_id).await
    }

    /// The school whose SENCO they are there; none for an EP.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        match self.0.school_id {
            Some(id) => Ok(by_id::<school::Entity>(ctx, id).await?.map(School::from)),
            None => Ok(None),
        }
    }

    /// Since when (UTC).
    async fn arrived_at(&self) -> DateTime {
        DateTime(self.0.arrived_at)
    }
}

/// The place of a session as somebody sees it. Whoever comes later joins while it runs.
pub(super) fn place<'a>(viewer: &Viewer, session: &'a locality_session::Model) -> Option<&'a str> {
    let joins = |role: Role| role != Role::Integrator && role.reach() != Reach::Family;
    let open = matches!(session.state, SessionState::Planned | SessionState::InProgress);
    let may_join = open && viewer.authorities(joins).contains(&session.authority_id);
    (may_join || !is_link(&session.place)).then_some(session.place.as_str())
}

/// The people who are at a session, as far as the viewer sees who is.
async fn present_at(ctx: &Context<'_>, session: Uuid) -> Result<Vec<Uuid>> {
    let there = all_under(ctx, session, short::AttendanceOfSession).await?;
    Ok(there.into_iter().map(|row| row.person_id).collect())
}

async fn person_of(ctx: &Context<'_>, id: Uuid) -> Result<Option<Person>> {
    Ok(by_id::<person::Entity>(ctx, id).await?.map(Person::from))
}

async fn session_of(ctx: &Context<'_>, id: Uuid) -> Result<Option<LocalitySession>> {
    Ok(by_id::<locality_session::Entity>(ctx, id).await?.map(LocalitySession::from))
}

async fn duties_of(ctx: &Context<'_>, id: Uuid) -> Result<Vec<Duty>> {
    let list = Duties { of: Some(DutiesOf::Object), ..Duties::default() };
    Ok(all_under(ctx, id, list).await?.into_iter().map(Duty::from).collect())
}

super::connection::connection!(
    LocalitySessionConnection,
    LocalitySessionEdge,
    LocalitySession,
    crate::store::list::gathering::Sessions
);
