//! Sessions of locality groups are planned, moved, held, called off; what the group decides in them (LG-1, LG-9, LG-12).

use crate::graphql::authority::Locality;
use crate::graphql::context::bad_input;
use crate::graphql::id::{Kind, expect, expect_if_given};
use crate::graphql::input::{SHORT, kept};
use crate::graphql::locality::{EpInvolvementDecision, GridModeration, LocalitySession};
use crate::graphql::payload::{CreateControl, UpdateControl, carry_out, payload};
use crate::graphql::scalar::DateTime;
use crate::workflow::locality::attending::{CloseSession, JoinSession, StartSession};
use crate::workflow::locality::family::SetLocality;
use crate::workflow::locality::group::{DecideInvolvement, Moderate};
use crate::workflow::locality::session::{CancelSession, MoveSession, PlanSession, SessionAppointment};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::graduated::AreaOfDevelopment;
use domain::locality::Involvement;
use entity::{ep_involvement, grid_moderation, locality, locality_session};
use std::collections::HashSet;
use uuid::Uuid;

/// A locality as it is to be.
#[derive(InputObject)]
pub struct SetLocalityInput {
    /// The authority.
    authority: ID,
    /// The locality; a new one without it.
    locality: Option<ID>,
    /// What it is called.
    name: String,
    /// Its schools, all of them, at most 100. Those that belonged to another locality leave that.
    schools: Vec<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// When and where, and with which EP.
#[derive(InputObject)]
pub struct PlanLocalitySessionInput {
    /// The locality.
    locality: ID,
    /// When it starts (UTC).
    starts_at: DateTime,
    /// When it ends (UTC).
    ends_at: DateTime,
    /// Where, or the link to join.
    place: String,
    /// The EP who facilitates it; whoever plans it without one.
    facilitator: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// When and where from now on.
#[derive(InputObject)]
pub struct MoveLocalitySessionInput {
    /// The session.
    session: ID,
    /// When it starts (UTC).
    starts_at: DateTime,
    /// When it ends (UTC).
    ends_at: DateTime,
    /// Where, or the link to join.
    place: String,
    /// The EP who facilitates it; as it is without one.
    facilitator: Option<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and why.
#[derive(InputObject)]
pub struct CancelLocalitySessionInput {
    /// The session.
    session: ID,
    /// Why, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and who is there.
#[derive(InputObject)]
pub struct StartLocalitySessionInput {
    /// The session.
    session: ID,
    /// The people who are there: SENCOs of the schools that it is for, and EPs; the facilitator is, named or not. At most 100.
    present: Vec<ID>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Which, and who came.
#[derive(InputObject)]
pub struct JoinLocalitySessionInput {
    /// The session.
    session: ID,
    /// Who came: a SENCO of one of the schools that it is for, or an EP.
    person: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// Which.
#[derive(InputObject)]
pub struct CloseLocalitySessionInput {
    /// The session.
    session: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// How an EP goes on, and with which rank.
#[derive(InputObject)]
pub struct DecideEpInvolvementInput {
    /// The session in which the group decides.
    session: ID,
    /// The item, of this session or of an earlier one of the locality.
    item: ID,
    /// How.
    form: Involvement,
    /// Its rank among the requests of the session, 1 for the first.
    rank: i32,
    /// Why, in words that identify nobody.
    reason: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// The levels of the support grid.
#[derive(InputObject)]
pub struct ModerateSupportGridInput {
    /// The item.
    item: ID,
    /// The area of need.
    area_of_need: AreaOfDevelopment,
    /// The level that the school proposes, 1 to 5.
    proposed_level: i32,
    /// The level that the group agrees, 1 to 5.
    agreed_level: i32,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

payload!(SetLocalityPayload, locality: Locality of locality::Entity);
payload!(PlanLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(MoveLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(CancelLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(StartLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(JoinLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(CloseLocalitySessionPayload, session: LocalitySession of locality_session::Entity);
payload!(DecideEpInvolvementPayload, decision: EpInvolvementDecision of ep_involvement::Entity);
payload!(ModerateSupportGridPayload, moderation: GridModeration of grid_moderation::Entity);

/// Sessions of locality groups are planned, moved, held, called off; what the group decides in them (LG-1, LG-9, LG-12).
#[derive(Default)]
pub struct LocalityMutations;

/// Sessions of locality groups are planned, moved, held, called off; what the group decides in them (LG-1, LG-9, LG-12).
#[Object]
impl LocalityMutations {
    /// Set up a locality, or say anew what it is called and which schools form it (LG-1). Its sessions that are planned are for
    /// its schools from now on, and invitations follow; a school that leaves stays in those to which it brought something that is
    /// still to come. By an administrator.
    async fn set_locality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The locality as it is to be.")] input: SetLocalityInput,
    ) -> Result<SetLocalityPayload> {
        let schools: Vec<Uuid> = bounded("input.schools", input.schools)?
            .iter()
            .map(|id| expect(Kind::School, "input.schools", id))
            .collect::<Result<_>>()?;
        if schools.iter().collect::<HashSet<_>>().len() < schools.len() {
            return Err(bad_input("input.schools", "a school is named twice"));
        }
        let command = SetLocality {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            locality: expect_if_given(Kind::Locality, "input.locality", input.locality.as_ref())?,
            name: kept("input.name", &input.name, SHORT)?,
            schools,
        };
        SetLocalityPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Plan a session of a locality group, in a term, facilitated by an EP, and invite the SENCOs of its schools (LG-1). By an EP linked to one of its schools, or a SEND manager.
    async fn plan_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where, and with which EP.")] input: PlanLocalitySessionInput,
    ) -> Result<PlanLocalitySessionPayload> {
        let command = PlanSession {
            locality: expect(Kind::Locality, "input.locality", &input.locality)?,
            appointment: appointment(
                input.starts_at,
                input.ends_at,
                &input.place,
                input.facilitator.as_ref(),
            )?,
        };
        PlanLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Move a session of a locality group, or give it another place or facilitator; invitations follow (LG-1). By the facilitator or a SEND manager.
    async fn move_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When and where from now on.")] input: MoveLocalitySessionInput,
    ) -> Result<MoveLocalitySessionPayload> {
        let command = MoveSession {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            appointment: appointment(
                input.starts_at,
                input.ends_at,
                &input.place,
                input.facilitator.as_ref(),
            )?,
        };
        MoveLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Call a session of a locality group off before it starts; the invitations are cancelled (LG-1). By the facilitator or a SEND manager.
    async fn cancel_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelLocalitySessionInput,
    ) -> Result<CancelLocalitySessionPayload> {
        let command = CancelSession {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        CancelLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Start a session of a locality group at its time, with SENCOs of two or more of its schools (LG-1). By the facilitator.
    async fn start_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and who is there.")] input: StartLocalitySessionInput,
    ) -> Result<StartLocalitySessionPayload> {
        let command = StartSession {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            present: bounded("input.present", input.present)?
                .iter()
                .map(|id| expect(Kind::Person, "input.present", id))
                .collect::<Result<_>>()?,
        };
        StartLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Say who came to a session of a locality group after it had started (LG-1). By the facilitator or an EP who is there.
    async fn join_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and who came.")] input: JoinLocalitySessionInput,
    ) -> Result<JoinLocalitySessionPayload> {
        let command = JoinSession {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            person: expect(Kind::Person, "input.person", &input.person)?,
        };
        JoinLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Close a session of a locality group: every item at the feedback or beyond, put off or withdrawn (LG-6). By the facilitator or an EP who is there.
    async fn close_locality_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CloseLocalitySessionInput,
    ) -> Result<CloseLocalitySessionPayload> {
        let command =
            CloseSession { session: expect(Kind::LocalitySession, "input.session", &input.session)? };
        CloseLocalitySessionPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record the group's decision that an EP goes on with an item, after the review of its action plan, with its rank among the requests of the session (LG-9). By the facilitator or an EP who is there.
    async fn decide_ep_involvement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How an EP goes on, and with which rank.")] input: DecideEpInvolvementInput,
    ) -> Result<DecideEpInvolvementPayload> {
        let command = DecideInvolvement {
            session: expect(Kind::LocalitySession, "input.session", &input.session)?,
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            form: input.form,
            rank: input.rank,
            reason: kept("input.reason", &input.reason, SHORT)?,
        };
        DecideEpInvolvementPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Record the level of the support grid that the school proposes and the one that the group agrees, for an area of need of an item; said again, it replaces what was agreed (LG-12). By the facilitator or the school's link EP.
    async fn moderate_support_grid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The levels of the support grid.")] input: ModerateSupportGridInput,
    ) -> Result<ModerateSupportGridPayload> {
        let command = Moderate {
            item: expect(Kind::LocalityItem, "input.item", &input.item)?,
            area: input.area_of_need,
            proposed: input.proposed_level,
            agreed: input.agreed_level,
        };
        ModerateSupportGridPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}

fn appointment(
    starts_at: DateTime,
    ends_at: DateTime,
    place: &str,
    facilitator: Option<&ID>,
) -> Result<SessionAppointment> {
    Ok(SessionAppointment {
        starts_at: starts_at.0,
        ends_at: ends_at.0,
        place: kept("input.place", place, SHORT)?,
        facilitator: expect_if_given(Kind::Person, "input.facilitator", facilitator)?,
    })
}

/// A list of what one session or item can have at most; each entry costs statements.
pub(super) fn bounded<T>(path: &str, list: Vec<T>) -> Result<Vec<T>> {
    if list.len() > 100 { Err(bad_input(path, "at most 100 at once")) } else { Ok(list) }
}
