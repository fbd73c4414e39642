//! Loaders: what many resolvers of one level ask for is asked of the database once. They belong to one request and
//! hold its viewer.

mod graduated;
mod moderation;

pub use self::graduated::{allowed_on_child, figures_of, pack_of, path_of, permitted_on_child, response_of};
pub use self::moderation::shifts_of;
use super::context::load;
use crate::op::Op;
use crate::store::read::{Listing, Page, Window};
use crate::store::scope::Scoped;
use crate::store::{Fault, Store, calendar};
use crate::workflow::consultation::allowed;
use crate::workflow::ehc;
use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};
use domain::access::{Action, Reach, Role};
use domain::calendar::Calendar;
use entity::{
    advice_request, child, consultation, ehc_assessment, link_consultation, link_contact, one_plan, person,
    referral,
};
use sea_orm::EntityTrait;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use uuid::Uuid;

/// Loads on behalf of one viewer.
pub struct Batch {
    /// The database.
    pub store: Store,
    /// The operation.
    pub op: Op,
}

/// A row by its id.
pub struct ById<E>(Uuid, PhantomData<fn() -> E>);

impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for ById<E> {}

impl<E> Hash for ById<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<E: Scoped> Loader<ById<E>> for Batch {
    type Value = E::Model;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[ById<E>]) -> Result<HashMap<ById<E>, E::Model>, Arc<Fault>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.store.read(&self.op).by_ids::<E>(&ids).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, row)| (ById(id, PhantomData), row)).collect())
    }
}

/// A page of a list under a parent.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Under<L> {
    parent: Uuid,
    list: L,
    window: Window,
}

type RowsOf<L> = Page<<<L as Listing>::Entity as EntityTrait>::Model>;

impl<L: Listing> Loader<Under<L>> for Batch {
    type Value = Arc<RowsOf<L>>;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[Under<L>]) -> Result<HashMap<Under<L>, Self::Value>, Arc<Fault>> {
        let mut alike: HashMap<(&L, &Window), Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike.entry((&key.list, &key.window)).or_default().push(key.parent);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for ((list, window), parents) in alike {
            let pages = self.store.read(&self.op).pages(list, &parents, window).await.map_err(Arc::new)?;
            found.extend(pages.into_iter().map(|(parent, page)| {
                (Under { parent, list: list.clone(), window: window.clone() }, Arc::new(page))
            }));
        }
        Ok(found)
    }
}

/// The calendar of an authority.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CalendarOf(pub Uuid);

impl Loader<CalendarOf> for Batch {
    type Value = Arc<Calendar>;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[CalendarOf]) -> Result<HashMap<CalendarOf, Arc<Calendar>>, Arc<Fault>> {
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            let calendar = calendar::calendar(self.store.reader(), key.0).await.map_err(Arc::new)?;
            found.insert(*key, Arc::new(calendar));
        }
        Ok(found)
    }
}

/// The calendar of an authority, read once in a request.
pub async fn calendar_of(ctx: &Context<'_>, authority: Uuid) -> Result<Arc<Calendar>> {
    let found = load(ctx, CalendarOf(authority)).await?;
    found.ok_or_else(|| Fault::Unexpected("an authority without a calendar").into())
}

/// A child whose casework, not only whose identity, the viewer sees.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Casework(Uuid);

impl Loader<Casework> for Batch {
    type Value = child::Model;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[Casework]) -> Result<HashMap<Casework, child::Model>, Arc<Fault>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let narrower = self.op.without(Role::AuthorityAdmin);
        let found = self.store.read(&narrower).by_ids::<child::Entity>(&ids).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, row)| (Casework(id), row)).collect())
    }
}

/// The child, if the viewer sees its casework and not only its identity.
pub async fn casework(ctx: &Context<'_>, child: Uuid) -> Result<Option<child::Model>> {
    load(ctx, Casework(child)).await
}

/// A person whose address the viewer sees.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressOf(Uuid);

impl Loader<AddressOf> for Batch {
    type Value = String;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[AddressOf]) -> Result<HashMap<AddressOf, String>, Arc<Fault>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let administrator = self.op.only(|role| role == Role::AuthorityAdmin);
        let found = self.store.read(&administrator).by_ids::<person::Entity>(&ids).await.map_err(Arc::new)?;
        Ok(found.into_iter().map(|(id, row)| (AddressOf(id), row.email)).collect())
    }
}

/// The address of a person, for themselves and for the administrators of an authority whose people they are among.
pub async fn address(ctx: &Context<'_>, person: Uuid) -> Result<Option<String>> {
    load(ctx, AddressOf(person)).await
}

/// What the viewer may do on a consultation that they see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AllowedOn(Uuid);

impl Loader<AllowedOn> for Batch {
    type Value = Vec<Action>;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[AllowedOn]) -> Result<HashMap<AllowedOn, Vec<Action>>, Arc<Fault>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let allowed = allowed::allowed_actions(&self.store, &self.op, &ids).await.map_err(Arc::new)?;
        Ok(allowed.into_iter().map(|(id, actions)| (AllowedOn(id), actions)).collect())
    }
}

/// The steps that the viewer may take on a consultation that they see.
pub async fn allowed_actions(ctx: &Context<'_>, consultation: Uuid) -> Result<Vec<Action>> {
    Ok(load(ctx, AllowedOn(consultation)).await?.unwrap_or_default())
}

/// What the viewer may do on an assessment or on advice that they see.
#[derive(Clone)]
pub struct AllowedOnRow<M>(Uuid, M);

impl<M> PartialEq for AllowedOnRow<M> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<M> Eq for AllowedOnRow<M> {}

impl<M> Hash for AllowedOnRow<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

macro_rules! allowed_on_rows {
    ($($(#[$doc:meta])* $name:ident $module:ident $steps:path;)*) => {$(
        impl Loader<AllowedOnRow<$module::Model>> for Batch {
            type Value = Vec<Action>;
            type Error = Arc<Fault>;

            async fn load(
                &self,
                keys: &[AllowedOnRow<$module::Model>],
            ) -> Result<HashMap<AllowedOnRow<$module::Model>, Vec<Action>>, Arc<Fault>> {
                let rows: Vec<_> = keys.iter().map(|key| key.1.clone()).collect();
                let mut allowed =
                    $steps(&self.store, &self.op, &rows).await.map_err(Arc::new)?;
                Ok(keys.iter().map(|key| (key.clone(), allowed.remove(&key.0).unwrap_or_default())).collect())
            }
        }

        $(#[$doc])*
        pub async fn $name(ctx: &Context<'_>, row: &$module::Model) -> Result<Vec<Action>> {
            Ok(load(ctx, AllowedOnRow(row.id, row.clone())).await?.unwrap_or_default())
        }
    )*};
}

allowed_on_rows! {
    /// The steps that the viewer may take on an assessment that they see.
    allowed_on_assessment ehc_assessment ehc::allowed::on_assessments;
    /// The steps that the viewer may take on advice that they see.
    allowed_on_request advice_request ehc::allowed::on_requests;
    /// The steps that the viewer may take on a One Plan that they see.
    allowed_on_plan one_plan crate::workflow::graduated::allowed::on_plans;
    /// The steps that the viewer may take on a consultation with link staff that they see.
    allowed_on_link_consultation link_consultation crate::workflow::graduated::allowed::on_consultations;
    /// The steps that the viewer may take on a referral that they see.
    allowed_on_referral referral crate::workflow::graduated::allowed::on_referrals;
    /// The steps that the viewer may take on a contact with link staff that they see.
    allowed_on_link_contact link_contact crate::workflow::graduated::allowed::on_contacts;
}

/// Who reads what is narrower than the row that it stands on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Readers {
    /// The SEND team.
    Team,
    /// The SEND team and the family.
    TeamAndFamily,
    /// The SEND team and those who were asked for advice.
    TeamAndAsked,
    /// The group of a locality and the school that presents: nobody through the authority or as family (LG-4).
    LocalityGroup,
}

impl Readers {
    fn include(self, role: Role) -> bool {
        let team = matches!(role, Role::EhcpCoordinator | Role::SendManager | Role::Integrator);
        match self {
            Readers::Team => team,
            Readers::TeamAndFamily => team || role.reach() == Reach::Family,
            Readers::TeamAndAsked => {
                team || matches!(role.reach(), Reach::AdviceAsked | Reach::AdviceManaged)
            }
            Readers::LocalityGroup => !matches!(role.reach(), Reach::Authority | Reach::Family),
        }
    }
}

/// A row, asked for by what some roles show of it.
pub struct AsReaders<E>(Uuid, Readers, PhantomData<fn() -> E>);

impl<E> Clone for AsReaders<E> {
    fn clone(&self) -> Self {
        Self(self.0, self.1, PhantomData)
    }
}

impl<E> PartialEq for AsReaders<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.0, self.1) == (other.0, other.1)
    }
}

impl<E> Eq for AsReaders<E> {}

impl<E> Hash for AsReaders<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.1).hash(state);
    }
}

impl<E: Scoped> Loader<AsReaders<E>> for Batch {
    type Value = ();
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[AsReaders<E>]) -> Result<HashMap<AsReaders<E>, ()>, Arc<Fault>> {
        let mut alike: HashMap<Readers, Vec<Uuid>> = HashMap::new();
        for key in keys {
            alike.entry(key.1).or_default().push(key.0);
        }
        let mut found = HashMap::with_capacity(keys.len());
        for (readers, ids) in alike {
            let op = self.op.only(|role| readers.include(role));
            let rows = self.store.read(&op).by_ids::<E>(&ids).await.map_err(Arc::new)?;
            found.extend(rows.into_keys().map(|id| (AsReaders(id, readers, PhantomData), ())));
        }
        Ok(found)
    }
}

/// Whether the viewer sees a row as one of these readers, and not only by what else they are.
pub async fn reads<E: Scoped>(ctx: &Context<'_>, id: Uuid, readers: Readers) -> Result<bool> {
    Ok(load(ctx, AsReaders::<E>(id, readers, PhantomData)).await?.is_some())
}

/// Where to join a consultation that a person sees: a service account joins no meeting.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct JoinLinkOf(Uuid);

impl Loader<JoinLinkOf> for Batch {
    type Value = String;
    type Error = Arc<Fault>;

    async fn load(&self, keys: &[JoinLinkOf]) -> Result<HashMap<JoinLinkOf, String>, Arc<Fault>> {
        let mut ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        if self.op.viewer.as_ref().is_some_and(|viewer| viewer.holds(Role::Integrator)) {
            let person = self.op.without(Role::Integrator);
            let seen =
                self.store.read(&person).by_ids::<consultation::Entity>(&ids).await.map_err(Arc::new)?;
            ids = seen.into_keys().collect();
        }
        let links = allowed::join_links(&self.store, &self.op, &ids).await.map_err(Arc::new)?;
        Ok(links.into_iter().map(|(id, link)| (JoinLinkOf(id), link)).collect())
    }
}

/// Where to join a consultation that the viewer sees in person.
pub async fn join_link(ctx: &Context<'_>, consultation: Uuid) -> Result<Option<String>> {
    load(ctx, JoinLinkOf(consultation)).await
}

/// The row with this id, if the viewer sees it.
pub async fn by_id<E: Scoped>(ctx: &Context<'_>, id: Uuid) -> Result<Option<E::Model>> {
    load(ctx, ById::<E>(id, PhantomData)).await
}

/// A page of a list under a parent.
pub async fn under<L: Listing>(
    ctx: &Context<'_>,
    parent: Uuid,
    list: L,
    window: Window,
) -> Result<Arc<RowsOf<L>>> {
    let found = load(ctx, Under { parent, list, window }).await?;
    Ok(found.unwrap_or_else(|| Arc::new(Page { rows: Vec::new(), more: false })))
}

/// All rows of a short list under a parent: attendees, versions, parents.
pub async fn all_under<L: Listing>(
    ctx: &Context<'_>,
    parent: Uuid,
    list: L,
) -> Result<Vec<<L::Entity as EntityTrait>::Model>> {
    const MANY: u64 = 1_000;
    let page = under(ctx, parent, list, Window { first: MANY, after: None }).await?;
    Ok(page.rows.iter().map(|(_, row)| row.clone()).collect())
}
