//! Subscriptions: what changes, pushed in the viewer's scope, resumable by cursor.

use super::context::{current, op, service, viewer};
use super::event::Event;
use super::id::{Kind, expect};
use super::scalar::EventCursor;
use crate::feed::follow::{End, Followed, Follower};
use crate::store::events::Filter;
use async_graphql::{
    Context, Error, ErrorExtensions, ID, InputObject, Result, Subscription as GraphSubscription,
};
use domain::event::EventKind;
use futures_util::{Stream, StreamExt};
use std::sync::{Arc, Mutex, PoisonError};

/// Which events.
#[derive(InputObject, Default)]
pub struct EventFilter {
    /// Only these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Only about this child.
    child: Option<ID>,
    /// Only about children whom this school held at the time.
    school: Option<ID>,
    /// Only about this consultation.
    consultation: Option<ID>,
    /// Only about this EHC needs assessment; not together with a consultation.
    ehc_assessment: Option<ID>,
}

impl EventFilter {
    fn read(self) -> Result<Filter> {
        let id = |kind, path: &str, id: Option<ID>| id.map(|id| expect(kind, path, &id)).transpose();
        Ok(Filter {
            kinds: self.kinds.unwrap_or_default(),
            child: id(Kind::Child, "filter.child", self.child)?,
            school: id(Kind::School, "filter.school", self.school)?,
            case: id(Kind::Consultation, "filter.consultation", self.consultation)?.or(id(
                Kind::EhcAssessment,
                "filter.ehcAssessment",
                self.ehc_assessment,
            )?),
            session: None,
        })
    }
}

/// How far a subscriber has come, told by the transport at the beginning and to it with every event.
#[derive(Debug)]
pub struct Bookmark {
    after: Option<String>,
    reached: Mutex<Option<String>>,
}

impl Bookmark {
    /// A subscriber who goes on behind a cursor, if the transport gave one.
    pub fn behind(after: Option<String>) -> Self {
        Self { after, reached: Mutex::default() }
    }

    /// The cursor of the event that was resolved last; none twice.
    pub fn reached(&self) -> Option<String> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn reach(&self, cursor: &str) {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor.to_owned());
    }
}

/// What is pushed.
pub struct Subscription;

/// What changes, pushed in the viewer's scope. Resuming behind a cursor gives each later event once, on any replica.
#[GraphSubscription]
impl Subscription {
    /// Everything that happens to the cases that the viewer sees.
    async fn case_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cursor behind which to resume; from now on without one.")] after: Option<
            EventCursor,
        >,
        #[graphql(desc = "Which events.")] filter: Option<EventFilter>,
    ) -> Result<impl Stream<Item = Result<Event>> + use<>> {
        follow(ctx, after, filter.unwrap_or_default().read()?)
    }

    /// Escalations as they are raised, acknowledged, reassigned and closed (XC-9).
    async fn escalations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cursor behind which to resume; from now on without one.")] after: Option<
            EventCursor,
        >,
    ) -> Result<impl Stream<Item = Result<Event>> + use<>> {
        let kinds = vec![
            EventKind::EscalationRaised,
            EventKind::EscalationAcknowledged,
            EventKind::EscalationReassigned,
            EventKind::EscalationResolved,
        ];
        follow(ctx, after, Filter { kinds, ..Filter::default() })
    }

    /// Consultations as they are cancelled, by people or by the sweep (OC-11, XC-8), and reinstated.
    async fn cancellations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cursor behind which to resume; from now on without one.")] after: Option<
            EventCursor,
        >,
    ) -> Result<impl Stream<Item = Result<Event>> + use<>> {
        let kinds = vec![EventKind::ConsultationCancelled, EventKind::ConsultationReinstated];
        follow(ctx, after, Filter { kinds, ..Filter::default() })
    }

    /// What happens to a session of a locality group and to its items, as far as the viewer sees them (LG-11).
    async fn session_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] session: ID,
        #[graphql(desc = "The cursor behind which to resume; from now on without one.")] after: Option<
            EventCursor,
        >,
    ) -> Result<impl Stream<Item = Result<Event>> + use<>> {
        let session = Some(expect(Kind::LocalitySession, "session", &session)?);
        follow(ctx, after, Filter { session, ..Filter::default() })
    }
}

fn follow(
    ctx: &Context<'_>,
    after: Option<EventCursor>,
    filter: Filter,
) -> Result<impl Stream<Item = Result<Event>> + use<>> {
    let service = service(ctx)?;
    let op = op(ctx)?;
    let follower = Follower {
        store: service.store.clone(),
        feed: service.feed.clone(),
        clock: service.clock.clone(),
        person: viewer(ctx)?.person,
        filter,
    };
    let (current, service) = (current(ctx)?, service.clone());
    let bookmark = Arc::clone(ctx.data::<Arc<Bookmark>>()?);
    // A client that comes back repeats its request as it was, `after` included; the transport knows better.
    let after = bookmark.after.clone().or(after.map(|cursor| cursor.0));
    Ok(follower.follow(after).map(move |next| match next {
        Ok(Followed { event, cursor, viewer, now }) => {
            bookmark.reach(&cursor);
            current.go_on(&service, op.later(viewer, now));
            if let Some(child) = event.child_id {
                op.note_read(child);
            }
            Ok(Event::followed(event, cursor))
        }
        Err(end) => Err(ended(end)),
    }))
}

fn ended(end: End) -> Error {
    let code = match &end {
        End::CursorExpired => "CURSOR_EXPIRED",
        End::Revoked => "UNAUTHENTICATED",
        End::Fault(_) => return Error::from(end),
    };
    Error::new(end.to_string()).extend_with(|_, extensions| extensions.set("code", code))
}
