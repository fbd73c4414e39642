//! What all mutations share: the permission, the dry run, the idempotency key, the expected version, the
//! acknowledgement, all refusals at once, one transaction, the retry. A mutation's own file holds what is particular
//! to it.

use super::Service;
use super::locality::anonymity::{self, Around};
use crate::op::Op;
use crate::store::Fault;
use crate::store::facts::System;
use crate::store::idempotency::Outcome;
use crate::store::work::Work;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Action, Standing, who_may};
use domain::refusal::{Acknowledgement, Advisory, Code, Findings, Refusal};
use domain::rule::RuleId;
use entity::child;
use serde::Serialize;
use std::time::Duration;
use uuid::Uuid;

/// How the caller wants a mutation to be carried out.
#[derive(Clone, Debug, Default)]
pub struct Control {
    /// Decide only.
    pub dry_run: bool,
    /// What makes a retry the same request.
    pub idempotency_key: Option<String>,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The *should* rules that the caller takes responsibility for.
    pub acknowledge: Vec<Acknowledgement>,
}

/// What was known before the decision.
pub enum Gathered<F> {
    /// These inputs name nothing that the caller sees.
    NotFound(Vec<&'static str>),
    /// The facts.
    Found {
        /// What the rules look at.
        facts: F,
        /// What the object is to the people around it.
        standing: Standing,
        /// The object to be changed and its version; none where one is created.
        target: Option<(Uuid, i32)>,
    },
}

/// A change that somebody asks for.
pub trait Command: Serialize + Send + Sync + 'static {
    /// The step, for permission and history.
    const ACTION: Action;
    /// What the rules look at.
    type Facts: Send + Sync;
    /// What is to be done.
    type Plan: Send;

    /// Loads the facts, locking what they rest on.
    fn gather(&self, work: &Work<'_>) -> impl Future<Output = Result<Gathered<Self::Facts>, Fault>> + Send;

    /// Asks the rulebook.
    fn decide(&self, op: &Op, facts: &Self::Facts) -> (Findings, Self::Plan);

    /// Whom the texts of the command could be about, where what it writes identifies nobody (LG-10).
    fn around(&self, _facts: &Self::Facts) -> Option<Around> {
        None
    }

    /// Writes what was decided; answers the id of the object.
    fn apply(
        &self,
        service: &Service,
        work: &mut Work<'_>,
        facts: Self::Facts,
        plan: Self::Plan,
    ) -> impl Future<Output = Result<Uuid, Fault>> + Send;
}

/// The child that a form names: by id, where the viewer sees them; or by the UPN on the form, where the viewer may take
/// the step in the authority that holds them, though they do not see the record.
pub async fn named_child(
    work: &Work<'_>,
    action: Action,
    id: Option<Uuid>,
    upn: Option<&str>,
) -> Result<Option<child::Model>, Fault> {
    if let Some(id) = id {
        return work.find::<child::Entity>(id).await;
    }
    let system = System::within(work);
    let Some(upn) = upn else { return Ok(None) };
    let Some(child) = system.child_of_upn(upn).await? else { return Ok(None) };
    let standing = system.standing(&child).await?;
    let may = work.op.viewer.as_ref().is_some_and(|viewer| viewer.may(action, &standing));
    Ok(may.then_some(child))
}

/// What came of a change.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The object; none where none came to be.
    pub entity: Option<Uuid>,
    /// Every reason against.
    pub refusals: Vec<Refusal>,
    /// What was advised.
    pub advisories: Vec<Advisory>,
    /// Whether this is the answer to an earlier request with the same key.
    pub replayed: bool,
}

const ATTEMPTS: u32 = 8;

/// Carries out a change to its end, even if the caller goes away meanwhile.
pub async fn run<C: Command>(
    service: &Service,
    op: &Op,
    control: Control,
    command: C,
) -> Result<Reply, Fault> {
    let (service, op) = (service.clone(), op.clone());
    let carried_out = tokio::spawn(async move { run_to_the_end(&service, &op, &control, &command).await });
    let reply = carried_out.await.map_err(|_| Fault::Unexpected("a change panicked"))??;
    for refusal in &reply.refusals {
        metrics::counter!("casegraph_refusals_total", "rule" => refusal.rule.as_str()).increment(1);
    }
    Ok(reply)
}

async fn run_to_the_end<C: Command>(
    service: &Service,
    op: &Op,
    control: &Control,
    command: &C,
) -> Result<Reply, Fault> {
    let mut attempt = 1;
    loop {
        match attempt_once(service, op, control, command).await {
            Err(fault) if fault.is_transient() && attempt < ATTEMPTS => {
                tokio::time::sleep(Duration::from_millis(2u64.pow(attempt) * 3)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn attempt_once<C: Command>(
    service: &Service,
    op: &Op,
    control: &Control,
    command: &C,
) -> Result<Reply, Fault> {
    let mut work = service.store.work(op).await?;
    let key = Key::of(op, control, command)?;
    if let Some(key) = &key
        && let Some(reply) = key.earlier(&work).await?
    {
        work.abandon().await?;
        return Ok(reply);
    }
    let (reply, rest) = decide(op, control, command, &work).await?;
    let Some((facts, plan)) = rest else {
        // While this one waited for its locks, the same request may have been carried out: then that is the answer.
        let earlier = match &key {
            Some(key) => key.earlier(&work).await?,
            None => None,
        };
        work.abandon().await?;
        return Ok(earlier.unwrap_or(reply));
    };
    // Only what answers an advisory goes into the history.
    let answers = |one: &&Acknowledgement| reply.advisories.iter().any(|advisory| advisory.rule == one.rule);
    work.acknowledged = control.acknowledge.iter().filter(answers).cloned().collect();
    let entity = command.apply(service, &mut work, facts, plan).await?;
    if let Some(key) = key {
        key.keep(&work, entity, &reply.advisories).await?;
    }
    work.commit().await?;
    service.feed.ring();
    let store = service.store.clone();
    tokio::spawn(async move {
        if let Err(fault) = crate::store::events::notify(&store).await {
            tracing::debug!(%fault, "the other replicas were not notified; they poll");
        }
    });
    Ok(Reply { entity: Some(entity), ..reply })
}

type Rest<C> = Option<(<C as Command>::Facts, <C as Command>::Plan)>;

/// Everything up to the decision. The second part is there only if the change is to be applied.
async fn decide<C: Command>(
    op: &Op,
    control: &Control,
    command: &C,
    work: &Work<'_>,
) -> Result<(Reply, Rest<C>), Fault> {
    let (facts, standing, target) = match command.gather(work).await? {
        Gathered::NotFound(paths) => return Ok((not_found(&paths), None)),
        Gathered::Found { facts, standing, target } => (facts, standing, target),
    };
    // Who may not take the step hears that and nothing else: the other reasons would tell them of the record.
    if let Some(refused) = refuse_stranger(op, C::ACTION, &standing) {
        let entity = target.map(|(id, _)| id);
        return Ok((Reply { entity, refusals: refused.refusals, ..Reply::default() }, None));
    }
    let (mut findings, plan) = command.decide(op, &facts);
    check_version(control, target, &mut findings);
    if let Some(around) = command.around(&facts) {
        let texts = serde_json::to_value(command)?;
        anonymity::check(work, &around, &texts, &control.acknowledge, &mut findings).await?;
    }
    let applies = findings.pass() && !control.dry_run && !findings.unacknowledged(&control.acknowledge);
    let reply = Reply {
        entity: target.map(|(id, _)| id),
        refusals: findings.refusals,
        advisories: findings.advisories,
        replayed: false,
    };
    Ok((reply, applies.then_some((facts, plan))))
}

fn not_found(paths: &[&'static str]) -> Reply {
    let mut findings = Findings::default();
    for path in paths {
        findings.refuse(RuleId::Xc18, Code::NotFound, path, "there is no such object");
    }
    Reply { refusals: findings.refusals, ..Reply::default() }
}

fn refuse_stranger(op: &Op, action: Action, standing: &Standing) -> Option<Findings> {
    if op.viewer.as_ref().is_some_and(|viewer| viewer.may(action, standing)) {
        return None;
    }
    let mut findings = Findings::default();
    findings
        .refuse(RuleId::Xc18, Code::NotPermitted, "", "you may not take this step here")
        .remedy(format!("it is taken by: {}", who_may(action)));
    Some(findings)
}

fn check_version(control: &Control, target: Option<(Uuid, i32)>, findings: &mut Findings) {
    if let (Some(expected), Some((_, version))) = (control.expected_version, target)
        && expected != version
    {
        findings
            .refuse(
                RuleId::Xc18,
                Code::StaleVersion,
                "expectedVersion",
                format!("the object is at version {version}, not {expected}"),
            )
            .remedy("look at it again, then decide");
    }
}

/// An idempotency key with what makes a request the same.
struct Key {
    caller: Uuid,
    value: String,
    action: &'static str,
    input_hash: String,
}

impl Key {
    fn of<C: Command>(op: &Op, control: &Control, command: &C) -> Result<Option<Self>, Fault> {
        let (Some(key), Some(caller)) = (&control.idempotency_key, op.actor()) else { return Ok(None) };
        if control.dry_run {
            return Ok(None);
        }
        let input = serde_json::to_vec(command)?;
        let hash = digest::digest(&digest::SHA256, &input);
        let input_hash = URL_SAFE_NO_PAD.encode(hash);
        Ok(Some(Self { caller, value: key.clone(), action: C::ACTION.name(), input_hash }))
    }

    async fn earlier(&self, work: &Work<'_>) -> Result<Option<Reply>, Fault> {
        let Some(earlier) = work.earlier_outcome(self.caller, &self.value).await? else { return Ok(None) };
        if earlier.action == self.action && earlier.input_hash == self.input_hash {
            let (entity, advisories) = (Some(earlier.entity), earlier.advisories);
            return Ok(Some(Reply { entity, advisories, replayed: true, ..Reply::default() }));
        }
        let mut findings = Findings::default();
        findings
            .refuse(RuleId::Xc18, Code::KeyReused, "idempotencyKey", "this key was used with another input")
            .remedy("choose a new key for a new request");
        Ok(Some(Reply { refusals: findings.refusals, ..Reply::default() }))
    }

    async fn keep(self, work: &Work<'_>, entity: Uuid, advisories: &[Advisory]) -> Result<(), Fault> {
        let outcome = Outcome {
            action: self.action.to_owned(),
            input_hash: self.input_hash,
            entity,
            advisories: advisories.to_vec(),
        };
        work.keep_outcome(self.caller, &self.value, outcome).await
    }
}
