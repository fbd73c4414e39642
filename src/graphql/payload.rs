//! What every mutation takes and answers besides its own: how it is to be carried out, and what the rules said.

use super::context::{bad_input, op, service};
use super::input::{SHORT, kept};
use super::scalar::DateTime;
use crate::workflow::command::{Command, Control, Reply, run};
use async_graphql::{Context, InputObject, Result, SimpleObject};
use domain::refusal;
use domain::rule::RuleId;

/// A *should* rule that the caller takes responsibility for.
#[derive(InputObject)]
pub struct AcknowledgementInput {
    /// The rule, `OC-8`.
    rule: String,
    /// Why; kept in the history.
    reason: String,
}

/// How a mutation that creates something is carried out.
#[derive(InputObject, Default)]
pub struct CreateControl {
    /// Decide only: nothing changes, and the answer is what would be refused or advised.
    #[graphql(default)]
    dry_run: bool,
    /// What makes a retry the same request: it changes nothing more and gets the first answer.
    idempotency_key: Option<String>,
    /// The *should* rules that the caller takes responsibility for.
    #[graphql(default)]
    acknowledge: Vec<AcknowledgementInput>,
}

/// How a mutation that changes something is carried out.
#[derive(InputObject, Default)]
pub struct UpdateControl {
    /// Decide only: nothing changes, and the answer is what would be refused or advised.
    #[graphql(default)]
    dry_run: bool,
    /// What makes a retry the same request: it changes nothing more and gets the first answer.
    idempotency_key: Option<String>,
    /// The version that the caller has seen; refused if the object has changed since.
    expected_version: Option<i32>,
    /// The *should* rules that the caller takes responsibility for.
    #[graphql(default)]
    acknowledge: Vec<AcknowledgementInput>,
}

impl UpdateControl {
    fn read(self) -> Result<Control> {
        let key = self.idempotency_key.map(|key| idempotency_key(&key)).transpose()?;
        let acknowledge = self.acknowledge.into_iter().enumerate().map(|(index, given)| {
            let rule = RuleId::parse(&given.rule)
                .ok_or_else(|| bad_input(&format!("acknowledge.{index}.rule"), "there is no such rule"))?;
            let reason = kept(&format!("acknowledge.{index}.reason"), &given.reason, 1_000)?;
            Ok(refusal::Acknowledgement { rule, reason })
        });
        Ok(Control {
            dry_run: self.dry_run,
            idempotency_key: key,
            expected_version: self.expected_version,
            acknowledge: acknowledge.collect::<Result<_>>()?,
        })
    }
}

impl From<CreateControl> for UpdateControl {
    fn from(control: CreateControl) -> Self {
        Self {
            dry_run: control.dry_run,
            idempotency_key: control.idempotency_key,
            expected_version: None,
            acknowledge: control.acknowledge,
        }
    }
}

impl CreateControl {
    /// The same for a change of what may be there already, by the version that the caller has seen.
    pub fn expecting(self, version: i32) -> UpdateControl {
        UpdateControl { expected_version: Some(version), ..self.into() }
    }
}

fn idempotency_key(raw: &str) -> Result<String> {
    let key = kept("idempotencyKey", raw, SHORT)?;
    if key.is_empty() { Err(bad_input("idempotencyKey", "a key is not blank")) } else { Ok(key) }
}

/// Carries a change out as its control says.
pub async fn carry_out<C: Command>(
    ctx: &Context<'_>,
    control: impl Into<UpdateControl>,
    command: C,
) -> Result<Reply> {
    Ok(run(service(ctx)?, &op(ctx)?, control.into().read()?, command).await?)
}

/// One reason why a mutation changed nothing.
#[derive(SimpleObject)]
pub struct Refusal {
    /// The rule that refuses, `OC-5`.
    rule: String,
    /// The reason, for programs.
    code: refusal::Code,
    /// The reason, for people.
    message: String,
    /// The input field at fault, dotted; empty where no single field is.
    path: String,
    /// What would put it right.
    remedy: Option<String>,
    /// Where time alone cures it: when it would pass (UTC). For OC-5, the start of the first day on which a slot would.
    possible_from: Option<DateTime>,
}

impl From<refusal::Refusal> for Refusal {
    fn from(refusal: refusal::Refusal) -> Self {
        Self {
            rule: refusal.rule.to_string(),
            code: refusal.code,
            message: refusal.message,
            path: refusal.path,
            remedy: refusal.remedy,
            possible_from: refusal.possible_from.map(DateTime),
        }
    }
}

/// A rule that should be kept, or a note.
#[derive(SimpleObject)]
pub struct Advisory {
    /// The rule that advises.
    rule: String,
    /// What it says.
    message: String,
    /// The input field concerned, dotted.
    path: String,
    /// Whether nothing changes until the caller acknowledges the rule with a reason.
    needs_acknowledgement: bool,
}

impl From<refusal::Advisory> for Advisory {
    fn from(advisory: refusal::Advisory) -> Self {
        Self {
            rule: advisory.rule.to_string(),
            message: advisory.message,
            path: advisory.path,
            needs_acknowledgement: advisory.needs_acknowledgement,
        }
    }
}

/// Declares the payload of a mutation: the object first, then what the rules said.
macro_rules! payload {
    ($payload:ident, $field:ident: $node:ident of $entity:path) => {
        /// What came of the mutation.
        #[derive(async_graphql::SimpleObject)]
        pub struct $payload {
            /// The object as it stands now; nothing where none came to be or the viewer does not see it.
            $field: Option<$node>,
            /// Every reason why nothing changed; empty when it did.
            refusals: Vec<$crate::graphql::payload::Refusal>,
            /// What was advised.
            advisories: Vec<$crate::graphql::payload::Advisory>,
            /// Whether this answers an earlier request with the same idempotency key.
            replayed: bool,
        }

        impl $payload {
            /// The payload of a reply, with the object read anew in the viewer's scope.
            pub async fn of(
                ctx: &async_graphql::Context<'_>,
                reply: $crate::workflow::command::Reply,
            ) -> async_graphql::Result<Self> {
                let found = match reply.entity {
                    Some(id) => $crate::graphql::context::reader(ctx)?.one::<$entity>(id).await?,
                    None => None,
                };
                Ok(Self {
                    $field: found.map($node::from),
                    refusals: reply.refusals.into_iter().map(Into::into).collect(),
                    advisories: reply.advisories.into_iter().map(Into::into).collect(),
                    replayed: reply.replayed,
                })
            }
        }
    };
}

pub(super) use payload;
