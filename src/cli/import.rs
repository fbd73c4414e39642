//! `casegraph import`.

use super::Failure;
use crate::op::Clock;
use crate::store::Store;

/// What to import.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

#[allow(clippy::unused_async)]
pub(super) async fn run(_: Args, _: Store, _: Clock) -> Result<(), Failure> {
    Err(Failure::Other("imports are not there yet".to_owned()))
}
