//! Children's records and the people around them: registered, moved, erased; invited, granted, linked, handed over
//! (XC-6, XC-11, XC-14, XC-15, XC-23).

pub mod erasure;
pub mod links;
pub mod moving;
pub mod registration;
pub mod staff;
#[cfg(test)]
mod tests;

use super::{Service, locality, planning};
use crate::store::Fault;
use crate::store::work::Work;
use domain::access::{Action, Standing};
use uuid::Uuid;

/// The people of schools changed: the invitations to their meetings and to the sessions of their groups follow (PC-3, LG-1, XC-23).
/// The schools are locked, or their authority is.
pub async fn follow(service: &Service, work: &mut Work<'_>, schools: &[Uuid]) -> Result<(), Fault> {
    planning::invitations::follow_people(service, work, schools).await?;
    locality::invitations::follow_people(service, work, schools).await
}

/// The inputs that name nothing.
fn missing<const N: usize>(inputs: [(&'static str, bool); N]) -> Vec<&'static str> {
    inputs.into_iter().filter(|(_, there)| !there).map(|(path, _)| path).collect()
}

/// Whether the viewer may take a step: who may not is told nothing that only the step would tell.
fn is_permitted(work: &Work<'_>, action: Action, standing: &Standing) -> bool {
    work.op.viewer.as_ref().is_some_and(|viewer| viewer.may(action, standing))
}
