//! Items of a session: what is brought, prepared, noted and offered (LG-2 to LG-6). Only the link says which child an item is
//! about (LG-11).

use super::{
    ActionPlan, EpInvolvementDecision, GridModeration, LocalitySession, duties_of, person_of, present_at,
    session_of,
};
use crate::graphql::child::Child;
use crate::graphql::connection::{Listed, connection};
use crate::graphql::context::op;
use crate::graphql::deadline::Duty;
use crate::graphql::event::EventConnection;
use crate::graphql::id::{Kind, encode};
use crate::graphql::list::cases::{History, HistoryOf};
use crate::graphql::list::short;
use crate::graphql::loader::{all_under, by_id};
use crate::graphql::locality_minutes::preparation_sheet;
use crate::graphql::people::Person;
use crate::graphql::scalar::{Date, DateTime};
use crate::graphql::school::School;
use crate::workflow::locality::allowed;
use async_graphql::{Context, ID, Object, Result};
use domain::access::Action;
use domain::event::EventKind;
use domain::locality::{Concern, ItemState, NoteKind, StrategyKind};
use entity::{child, locality_item, locality_note, locality_session, preparation_form, school, strategy};
use uuid::Uuid;

/// An item of a session of a locality group.
pub struct LocalityItem(locality_item::Model);

impl From<locality_item::Model> for LocalityItem {
    fn from(row: locality_item::Model) -> Self {
        Self(row)
    }
}

impl LocalityItem {
    /// A text of the item, until it is sealed.
    fn unsealed<'a>(&self, text: Option<&'a str>) -> Option<&'a str> {
        text.filter(|_| self.0.state != ItemState::Withdrawn)
    }
}

/// An item of a session of a locality group (LG-2).
#[Object]
impl LocalityItem {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LocalityItem, self.0.id)
    }

    /// The reference that mail carries.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// The session to which it was brought, if the viewer sees it.
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<LocalitySession>> {
        session_of(ctx, self.0.session_id).await
    }

    /// The school that brought it, if the viewer sees it.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>> {
        Ok(by_id::<school::Entity>(ctx, self.0.school_id).await?.map(School::from))
    }

    /// What it is about.
    async fn about(&self) -> Concern {
        self.0.about
    }

    /// The code of the child in the minutes, `J5M`; none where it is about no child (LG-10).
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The child: to the presenting school, its link staff, the authority's case staff and the family (LG-11).
    async fn child(&self, ctx: &Context<'_>) -> Result<Option<Child>> {
        match all_under(ctx, self.0.id, short::LinkOfItem).await?.pop() {
            Some(link) => Ok(by_id::<child::Entity>(ctx, link.child_id).await?.map(Child::from)),
            None => Ok(None),
        }
    }

    /// What it is about, in words that identify nobody. Sealed once the item is withdrawn.
    async fn subject(&self) -> Option<&str> {
        self.unsealed(Some(self.0.subject.as_str()))
    }

    /// The planned intervention, or the support in a plan-do-review cycle, as the SENCO states it (LG-5). Sealed once the item
    /// is withdrawn.
    async fn support_so_far(&self) -> Option<&str> {
        self.unsealed(self.0.support_so_far.as_deref())
    }

    /// Where it stands.
    async fn state(&self) -> ItemState {
        self.0.state
    }

    /// The SENCO who brought it, if the viewer sees them.
    async fn presented_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.presented_by).await
    }

    /// When it was brought (UTC).
    async fn proposed_at(&self) -> DateTime {
        DateTime(self.0.proposed_at)
    }

    /// The preparation form: to the group and the presenting school (LG-4).
    async fn preparation_form(&self, ctx: &Context<'_>) -> Result<Option<PreparationForm>> {
        Ok(all_under(ctx, self.0.id, short::PreparationOfItem).await?.pop().map(PreparationForm::from))
    }

    /// The preparation form as an accessible HTML page to print, with what is known and boxes for the rest: to the group and the
    /// presenting school (LG-4).
    #[graphql(complexity = 50)]
    async fn preparation_sheet(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        preparation_sheet(ctx, &self.0).await
    }

    /// What was noted of it, oldest first (LG-6).
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this kind.")] kind: Option<NoteKind>,
    ) -> Result<Vec<LocalityNote>> {
        let wanted = |row: &locality_note::Model| kind.is_none_or(|kind| row.kind == kind);
        let notes = all_under(ctx, self.0.id, short::NotesOfItem).await?;
        Ok(notes.into_iter().filter(wanted).map(LocalityNote::from).collect())
    }

    /// What was offered for it, oldest first (LG-6).
    async fn strategies(&self, ctx: &Context<'_>) -> Result<Vec<Strategy>> {
        Ok(all_under(ctx, self.0.id, short::StrategiesOfItem)
            .await?
            .into_iter()
            .map(Strategy::from)
            .collect())
    }

    /// The London date on which it came to the feedback.
    async fn feedback_on(&self) -> Option<Date> {
        self.0.feedback_on.map(Date)
    }

    /// Its action plan (LG-7).
    async fn action_plan(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>> {
        Ok(all_under(ctx, self.0.id, short::ActionPlanOfItem).await?.pop().map(ActionPlan::from))
    }

    /// What the group decided on the further involvement of an EP, oldest first (LG-9).
    async fn ep_involvement(&self, ctx: &Context<'_>) -> Result<Vec<EpInvolvementDecision>> {
        Ok(all_under(ctx, self.0.id, short::InvolvementsOfItem)
            .await?
            .into_iter()
            .map(EpInvolvementDecision::from)
            .collect())
    }

    /// The levels of the support grid that the group agreed for it (LG-12).
    async fn moderations(&self, ctx: &Context<'_>) -> Result<Vec<GridModeration>> {
        Ok(all_under(ctx, self.0.id, short::ModerationsOfItem)
            .await?
            .into_iter()
            .map(GridModeration::from)
            .collect())
    }

    /// The item of an earlier session that was put off to this one.
    async fn deferred_from(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        match self.0.deferred_from {
            Some(id) => item_of(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Why it was put off. Sealed once the item is withdrawn.
    async fn closing_reason(&self) -> Option<&str> {
        self.unsealed(self.0.closing_reason.as_deref())
    }

    /// Its deadlines.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Duty>> {
        duties_of(ctx, self.0.id).await
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
        let Some(session) = by_id::<locality_session::Entity>(ctx, self.0.session_id).await? else {
            return Ok(Vec::new());
        };
        Ok(allowed::on_item(&op(ctx)?, &session, &self.0, present_at(ctx, session.id).await?))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// The preparation form of an item.
pub struct PreparationForm(preparation_form::Model);

impl From<preparation_form::Model> for PreparationForm {
    fn from(row: preparation_form::Model) -> Self {
        Self(row)
    }
}

/// The preparation form of an item; only the group and the presenting school read it (LG-4).
#[Object]
impl PreparationForm {
    /// The situation now.
    async fn situation(&self) -> &str {
        &self.0.situation
    }

    /// Strategies used already.
    async fn strategies_used(&self) -> &str {
        &self.0.strategies_used
    }

    /// The desired situation.
    async fn desired(&self) -> &str {
        &self.0.desired
    }

    /// The aim of the consultation.
    async fn aim(&self) -> &str {
        &self.0.aim
    }

    /// Who completed it, if the viewer sees them.
    async fn completed_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.completed_by).await
    }

    /// When (UTC).
    async fn completed_at(&self) -> DateTime {
        DateTime(self.0.completed_at)
    }
}

/// A note on an item.
pub struct LocalityNote(locality_note::Model);

impl From<locality_note::Model> for LocalityNote {
    fn from(row: locality_note::Model) -> Self {
        Self(row)
    }
}

/// A note on an item, of a step of the consultation (LG-6).
#[Object]
impl LocalityNote {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::LocalityNote, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        item_of(ctx, self.0.item_id).await
    }

    /// What it says.
    async fn kind(&self) -> NoteKind {
        self.0.kind
    }

    /// The step of the consultation to which it belongs.
    async fn step(&self) -> ItemState {
        self.0.kind.step()
    }

    /// The note.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Who wrote it, if the viewer sees them.
    async fn written_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.written_by).await
    }

    /// When (UTC).
    async fn written_at(&self) -> DateTime {
        DateTime(self.0.written_at)
    }
}

/// What was offered for an item.
pub struct Strategy(strategy::Model);

impl From<strategy::Model> for Strategy {
    fn from(row: strategy::Model) -> Self {
        Self(row)
    }
}

/// A strategy, a resource or a signpost that was offered for an item (LG-6).
#[Object]
impl Strategy {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        encode(Kind::Strategy, self.0.id)
    }

    /// The item.
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<LocalityItem>> {
        item_of(ctx, self.0.item_id).await
    }

    /// What kind of thing.
    async fn kind(&self) -> StrategyKind {
        self.0.kind
    }

    /// What.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// Who offered it, if the viewer sees them.
    async fn offered_by(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        person_of(ctx, self.0.offered_by).await
    }

    /// When (UTC).
    async fn offered_at(&self) -> DateTime {
        DateTime(self.0.offered_at)
    }

    /// Whether the SENCO found it helpful, once said.
    async fn helpful(&self) -> Option<bool> {
        self.0.helpful
    }
}

/// The item of one of its parts, if the viewer sees it.
pub(super) async fn item_of(ctx: &Context<'_>, id: Uuid) -> Result<Option<LocalityItem>> {
    Ok(by_id::<locality_item::Entity>(ctx, id).await?.map(LocalityItem::from))
}

connection!(
    LocalityItemConnection,
    LocalityItemEdge,
    LocalityItem,
    crate::store::list::locality::LocalityItems
);
