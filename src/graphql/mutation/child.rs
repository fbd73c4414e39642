//! Children: registered, moved, named for, erased (XC-11, XC-14, XC-15).

use crate::graphql::child::{Child, TransferRequest};
use crate::graphql::context::{bad_input, reader};
use crate::graphql::id::{Kind, expect};
use crate::graphql::input::{LONG, SHORT, address, kept};
use crate::graphql::payload::{Advisory, CreateControl, Refusal, UpdateControl, carry_out, payload};
use crate::graphql::scalar::{Date, Upn};
use crate::workflow::people::erasure::{EraseChild, EraseDocument};
use crate::workflow::people::moving::{AnswerTransferRequest, MoveChild};
use crate::workflow::people::registration::{NameStaffForChild, RegisterChild};
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use domain::child::{Gender, Need, SenStatus};
use domain::erasure::Ground;
use domain::registration::Parent;
use domain::year_group::YearGroup;
use entity::{child, transfer_request};

/// A parent or carer.
#[derive(InputObject)]
pub struct ParentCarerInput {
    /// Their name.
    name: String,
    /// Their address, where known.
    email: Option<String>,
    /// What they are to the child, in words.
    relationship: String,
}

/// A child to be put on the roll.
#[derive(InputObject)]
pub struct RegisterChildInput {
    /// The school.
    school: ID,
    /// Unique pupil number.
    upn: Upn,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// The name they go by, where it is another one.
    known_as: Option<String>,
    /// Birth date.
    date_of_birth: Date,
    /// Gender as recorded.
    gender: Gender,
    /// Year group of a child taught out of cohort: -2 to 14, 0 is Reception.
    year_group: Option<i32>,
    /// SEN status.
    sen_status: SenStatus,
    /// Primary need.
    primary_need: Option<Need>,
    /// Further needs.
    #[graphql(default)]
    further_needs: Vec<Need>,
    /// Parents and carers.
    #[graphql(default)]
    parents: Vec<ParentCarerInput>,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

fn registration(input: RegisterChildInput) -> Result<(RegisterChild, CreateControl)> {
    let parents = input.parents.into_iter().enumerate().map(|(index, parent)| {
        let path = |field: &str| format!("input.parents.{index}.{field}");
        Ok(Parent {
            name: kept(&path("name"), &parent.name, SHORT)?,
            email: parent.email.map(|email| address(&path("email"), &email)).transpose()?,
            relationship: kept(&path("relationship"), &parent.relationship, SHORT)?,
        })
    });
    let out_of_cohort = |number| {
        YearGroup::try_from(number).map_err(|_| bad_input("input.yearGroup", "there is no such year group"))
    };
    let command = RegisterChild {
        school: expect(Kind::School, "input.school", &input.school)?,
        upn: input.upn.0,
        given_name: kept("input.givenName", &input.given_name, SHORT)?,
        family_name: kept("input.familyName", &input.family_name, SHORT)?,
        known_as: input.known_as.map(|name| kept("input.knownAs", &name, SHORT)).transpose()?,
        date_of_birth: input.date_of_birth.0,
        gender: input.gender,
        year_group_override: input.year_group.map(out_of_cohort).transpose()?,
        sen_status: input.sen_status,
        primary_need: input.primary_need,
        further_needs: input.further_needs,
        parents: parents.collect::<Result<_>>()?,
    };
    Ok((command, input.control))
}

/// A child to be moved.
#[derive(InputObject)]
pub struct MoveChildInput {
    /// The child.
    child: ID,
    /// The school of the same authority that takes the child over today.
    to_school: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// The answer to a transfer request.
#[derive(InputObject)]
pub struct AnswerTransferRequestInput {
    /// The request.
    request: ID,
    /// Whether the child moves.
    accept: bool,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// Staff to be named for a child.
#[derive(InputObject)]
pub struct NameStaffForChildInput {
    /// The child.
    child: ID,
    /// A teacher or teaching assistant of the same school.
    person: ID,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// A record to be erased.
#[derive(InputObject)]
pub struct EraseChildInput {
    /// The child.
    child: ID,
    /// The legal ground.
    ground: Ground,
    /// A note for the tombstone; it may not name the child.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: UpdateControl,
}

/// A file to be erased.
#[derive(InputObject)]
pub struct EraseDocumentInput {
    /// The file, by the id of its attachment.
    document: ID,
    /// The legal ground.
    ground: Ground,
    /// A note for the tombstone; it may not name the child.
    note: String,
    /// How it is carried out.
    #[graphql(flatten)]
    control: CreateControl,
}

/// What came of a registration.
#[derive(SimpleObject)]
pub struct RegisterChildPayload {
    /// The child, once on the roll.
    child: Option<Child>,
    /// The request that waits at the school that holds a child with this UPN; it says nothing about that child.
    transfer_request: Option<TransferRequest>,
    /// Every reason why nothing changed; empty when it did.
    refusals: Vec<Refusal>,
    /// What was advised.
    advisories: Vec<Advisory>,
    /// Whether this answers an earlier request with the same idempotency key.
    replayed: bool,
}

payload!(MoveChildPayload, child: Child of child::Entity);
payload!(AnswerTransferRequestPayload, transfer_request: TransferRequest of transfer_request::Entity);
payload!(NameStaffForChildPayload, child: Child of child::Entity);
payload!(EraseChildPayload, child: Child of child::Entity);
payload!(EraseDocumentPayload, child: Child of child::Entity);

/// Steps on children.
#[derive(Default)]
pub struct ChildMutations;

/// Steps on children.
#[Object]
impl ChildMutations {
    /// Put a child on the roll of a school (XC-14). A UPN held elsewhere becomes a transfer request that reveals
    /// nothing. By the school or the administrator.
    async fn register_child(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The child.")] input: RegisterChildInput,
    ) -> Result<RegisterChildPayload> {
        let (command, control) = registration(input)?;
        let reply = carry_out(ctx, control, command).await?;
        let (mut child, mut transfer_request) = (None, None);
        if let Some(id) = reply.entity {
            child = reader(ctx)?.one::<child::Entity>(id).await?.map(Child::from);
            transfer_request =
                reader(ctx)?.one::<transfer_request::Entity>(id).await?.map(TransferRequest::from);
        }
        Ok(RegisterChildPayload {
            child,
            transfer_request,
            refusals: reply.refusals.into_iter().map(Refusal::from).collect(),
            advisories: reply.advisories.into_iter().map(Advisory::from).collect(),
            replayed: reply.replayed,
        })
    }

    /// Move a child to another school of the authority from today on (XC-14). By the school that holds the child or
    /// the administrator.
    async fn move_child(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and where to.")] input: MoveChildInput,
    ) -> Result<MoveChildPayload> {
        let command = MoveChild {
            child: expect(Kind::Child, "input.child", &input.child)?,
            to_school: expect(Kind::School, "input.toSchool", &input.to_school)?,
        };
        MoveChildPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Answer a request to take over a child whom the viewer's school holds (XC-14).
    async fn answer_transfer_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: AnswerTransferRequestInput,
    ) -> Result<AnswerTransferRequestPayload> {
        let command = AnswerTransferRequest {
            request: expect(Kind::TransferRequest, "input.request", &input.request)?,
            accept: input.accept,
        };
        AnswerTransferRequestPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Name a teacher or teaching assistant for a child: they see children whom they are named for, and no others.
    async fn name_staff_for_child(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, for whom.")] input: NameStaffForChildInput,
    ) -> Result<NameStaffForChildPayload> {
        let child = expect(Kind::Child, "input.child", &input.child)?;
        let command =
            NameStaffForChild { child, person: expect(Kind::Person, "input.person", &input.person)? };
        let mut reply = carry_out(ctx, input.control, command).await?;
        // The step answers with the naming; what people want to see is the child.
        reply.entity = reply.entity.map(|_| child);
        NameStaffForChildPayload::of(ctx, reply).await
    }

    /// Erase a child's record with a legal ground (XC-15). What is left says that, when and by whom, and not what. By
    /// the administrator.
    async fn erase_child(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and why.")] input: EraseChildInput,
    ) -> Result<EraseChildPayload> {
        let command = EraseChild {
            child: expect(Kind::Child, "input.child", &input.child)?,
            ground: input.ground,
            note: kept("input.note", &input.note, LONG)?,
        };
        EraseChildPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }

    /// Erase one file with a legal ground (XC-15). What it hangs on stays, and so does that, when and by whom it was
    /// erased. By the administrator, who does not see files and names it by the id that somebody who does gave them.
    async fn erase_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EraseDocumentInput,
    ) -> Result<EraseDocumentPayload> {
        let command = EraseDocument {
            document: expect(Kind::Attachment, "input.document", &input.document)?,
            ground: input.ground,
            note: kept("input.note", &input.note, LONG)?,
        };
        EraseDocumentPayload::of(ctx, carry_out(ctx, input.control, command).await?).await
    }
}
