//! People, their roles and links (XC-6, XC-23).

use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{SHORT, address, kept};
use crate::graphql::payload::{CreateControl, carry_out, payload};
use crate::graphql::people::{LinkAssignment, Person, RoleGrant};
use crate::graphql::scalar::Date;
use crate::workflow::people::links::{AssignLinkStaff, EndLinkAssignment, HandOver};
use crate::workflow::people::staff::{GrantRole, InvitePerson, RevokeRole};
use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::access::Role;
use entity::{link_assignment, person, role_grant};

/// Somebody to be invited.
#[derive(InputObject)]
pub struct InvitePersonInput {
    /// The authority that invites.
    authority: ID,
    /// Who the sign-in provider says they are.
    subject: String,
    /// Their name.
    name: String,
    /// Where their mail goes.
    email: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A role to be granted.
#[derive(InputObject)]
pub struct GrantRoleInput {
    /// In which authority.
    authority: ID,
    /// To whom.
    person: ID,
    /// Which role.
    role: Role,
    /// At which school, for school staff.
    school: Option<ID>,
    /// First date.
    from: Date,
    /// Last date, if it ends.
    to: Option<Date>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A role to be revoked.
#[derive(InputObject)]
pub struct RevokeRoleInput {
    /// The grant.
    grant: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A practitioner to be linked to a school.
#[derive(InputObject)]
pub struct AssignLinkStaffInput {
    /// The practitioner.
    person: ID,
    /// The school.
    school: ID,
    /// EP, CIT, PATSS, EWO or inclusion partner.
    discipline: Role,
    /// First date.
    from: Date,
    /// Last date, if it ends.
    to: Option<Date>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A link to be ended.
#[derive(InputObject)]
pub struct EndLinkAssignmentInput {
    /// The link.
    assignment: ID,
    /// Its last date.
    last_day: Date,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A leaver's work to be handed over.
#[derive(InputObject)]
pub struct HandOverInput {
    /// The authority.
    authority: ID,
    /// Who leaves.
    from: ID,
    /// Who takes over.
    to: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

payload!(InvitePersonPayload, person: Person of person::Entity);
payload!(GrantRolePayload, grant: RoleGrant of role_grant::Entity);
payload!(RevokeRolePayload, grant: RoleGrant of role_grant::Entity);
payload!(AssignLinkStaffPayload, assignment: LinkAssignment of link_assignment::Entity);
payload!(EndLinkAssignmentPayload, assignment: LinkAssignment of link_assignment::Entity);
payload!(HandOverPayload, person: Person of person::Entity);

/// Steps on people.
#[derive(Default)]
pub struct PeopleMutations;

/// Steps on people.
#[Object]
impl PeopleMutations {
    /// Invite a person (XC-23). By the administrator.
    async fn invite_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: InvitePersonInput,
    ) -> Result<InvitePersonPayload> {
        let command = InvitePerson {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            subject: kept("input.subject", &input.subject, SHORT)?,
            name: kept("input.name", &input.name, SHORT)?,
            email: address("input.email", &input.email)?,
        };
        InvitePersonPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Grant a role from a date on (XC-23). By the administrator.
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role, to whom.")] input: GrantRoleInput,
    ) -> Result<GrantRolePayload> {
        let command = GrantRole {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            person: expect(Kind::Person, "input.person", &input.person)?,
            role: input.role,
            school: input.school.map(|id| expect(Kind::School, "input.school", &id)).transpose()?,
            from: input.from.0,
            to: input.to.map(|to| to.0),
        };
        GrantRolePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Revoke a role; it bites within five seconds, on open subscriptions too (XC-23). By the administrator.
    async fn revoke_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: RevokeRoleInput,
    ) -> Result<RevokeRolePayload> {
        let command = RevokeRole { grant: expect(Kind::RoleGrant, "input.grant", &input.grant)? };
        RevokeRolePayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Link a practitioner to a school in a discipline (XC-6). By the administrator.
    async fn assign_link_staff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, where.")] input: AssignLinkStaffInput,
    ) -> Result<AssignLinkStaffPayload> {
        let command = AssignLinkStaff {
            person: expect(Kind::Person, "input.person", &input.person)?,
            school: expect(Kind::School, "input.school", &input.school)?,
            discipline: input.discipline,
            from: input.from.0,
            to: input.to.map(|to| to.0),
        };
        AssignLinkStaffPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// End the link of a practitioner to a school (XC-6). By the administrator.
    async fn end_link_assignment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which link.")] input: EndLinkAssignmentInput,
    ) -> Result<EndLinkAssignmentPayload> {
        let command = EndLinkAssignment {
            assignment: expect(Kind::LinkAssignment, "input.assignment", &input.assignment)?,
            last_day: input.last_day.0,
        };
        EndLinkAssignmentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Hand a leaver's links, cases and duties over in one call (XC-23). A specialist's slots to come, with their
    /// bookings, and consultations that still wait for their outcome or record pass to a specialist. By the
    /// administrator.
    async fn hand_over(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From whom to whom.")] input: HandOverInput,
    ) -> Result<HandOverPayload> {
        let command = HandOver {
            authority: expect(Kind::Authority, "input.authority", &input.authority)?,
            from: expect(Kind::Person, "input.from", &input.from)?,
            to: expect(Kind::Person, "input.to", &input.to)?,
        };
        HandOverPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
