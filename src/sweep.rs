//! The sweep: acts on deadlines that have passed, and reminds of those that come. Every replica sweeps; a duty is claimed by a guarded update in the
//! transaction of what follows from it, so it fires once. The cost follows what is due, not what there is.

use crate::op::Op;
use crate::store::facts::System;
use crate::store::{Fault, duties};
use crate::workflow::consultation::cancellation;
use crate::workflow::{Service, ehc, escalation, reminder, term_due};
use domain::duty::{Breach, Which, breach};
use domain::rule::RuleId;
use entity::{child, duty, locality_term, planning_term};
use std::time::Duration;
use tokio::sync::watch;

/// How often it sweeps.
const EVERY: Duration = Duration::from_secs(5);
/// Every so many sweeps it looks whether a term began, which concerns every school.
const TERMS_EVERY: u32 = 12;
/// How many breaches are looked for at once.
const BATCH: u64 = 200;
/// How many are acted on in one transaction.
const TOGETHER: usize = 25;

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Duties acted on.
    pub breaches: u64,
    /// Digests of coming deadlines owed (XC-19).
    pub digests: u64,
    /// Duties on which acting failed, and digests that could not be owed; they are tried again.
    pub failures: u64,
}

/// Sweeps until told to stop.
pub async fn run(service: Service, mut stop: watch::Receiver<bool>) {
    let mut passed = 0;
    loop {
        let swept = if passed % TERMS_EVERY == 0 { once(&service).await } else { act(&service).await };
        passed = passed.wrapping_add(1);
        match swept {
            Ok(swept) if swept.failures > 0 => {
                tracing::error!(failures = swept.failures, "breaches or reminders were not acted on");
            }
            Ok(_) => {}
            Err(fault) => tracing::error!(%fault, "the sweep failed"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Opens what a term that began owes, and acts on everything.
pub async fn once(service: &Service) -> Result<Swept, Fault> {
    term_due::open::<planning_term::Entity>(service).await?;
    term_due::open::<locality_term::Entity>(service).await?;
    act(service).await
}

/// Acts on everything that has passed by now, then reminds of what is coming.
async fn act(service: &Service) -> Result<Swept, Fault> {
    ehc::report::open(service).await?;
    let mut swept = breaches(service).await?;
    let reminded = reminder::once(service).await?;
    swept.digests = reminded.digests;
    swept.failures += reminded.failures;
    Ok(swept)
}

async fn breaches(service: &Service) -> Result<Swept, Fault> {
    let mut swept = Swept::default();
    loop {
        let now = service.clock.now();
        let due = duties::breached(service.store.reader(), now, BATCH).await?;
        let lag = due.first().map_or(0, |oldest| (now - oldest.due_at).num_seconds());
        #[allow(clippy::cast_precision_loss)]
        metrics::gauge!("casegraph_sweep_lag_seconds").set(lag as f64);
        let before = swept.breaches;
        for some in due.chunks(TOGETHER) {
            act_on(service, some, &mut swept).await?;
        }
        service.feed.ring();
        // Nothing done means nothing left, or nothing that can be done now.
        if swept.breaches == before {
            return Ok(swept);
        }
    }
}

/// Acts on some breaches in one transaction; where that fails, on each by itself, so that one bad case holds up no
/// other.
async fn act_on(service: &Service, some: &[duty::Model], swept: &mut Swept) -> Result<(), Fault> {
    match together(service, some).await {
        Ok(done) => swept.breaches += done,
        Err(_) if some.len() > 1 => {
            for one in some {
                match together(service, std::slice::from_ref(one)).await {
                    Ok(done) => swept.breaches += done,
                    Err(fault) => {
                        swept.failures += 1;
                        tracing::error!(%fault, duty = %one.id, "a breach was not acted on");
                    }
                }
            }
        }
        Err(fault) => {
            swept.failures += 1;
            tracing::error!(%fault, "a breach was not acted on");
        }
    }
    Ok(())
}

async fn together(service: &Service, some: &[duty::Model]) -> Result<u64, Fault> {
    let op = Op::of_service(service.clock.now());
    let mut work = service.store.work(&op).await?;
    let mut done = 0;
    for one in some {
        let rule = RuleId::parse(&one.rule).ok_or(Fault::Unexpected("a duty of an unknown rule"))?;
        // The child before its duty, like every step on a case.
        if let Some(child) = one.child_id {
            System::within(&work).lock::<child::Entity>(child).await?;
        }
        if !work.claim_breach(one.id).await? {
            continue;
        }
        match breach(Which { rule, step: one.step }) {
            Breach::ReckonForecast => ehc::reckoning::time_has_passed(&mut work, one.on_id).await?,
            Breach::CancelBooking => cancellation::c_ric_missing(service, &mut work, one.on_id).await?,
            Breach::Escalate(told) => escalation::raise(service, &mut work, one, told).await?,
        }
        done += 1;
    }
    work.commit().await?;
    Ok(done)
}
